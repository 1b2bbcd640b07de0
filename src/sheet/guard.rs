//! Turns a panic of a foreign parser into a message.
//!
//! calamine indexes into records whose lengths come from the file, so a flipped byte can make it panic
//! (`tests/mangle.rs` shows it for xls and xlsb). A user's file must never end the program; this is why the
//! release profile unwinds. What was being read is given up after a panic, so nothing half-changed is seen.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::Unreadable;

/// Runs a foreign parser; a panic in it means that the file is damaged.
pub(super) fn guarded<T>(read: impl FnOnce() -> Result<T, Unreadable>) -> Result<T, Unreadable> {
    catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err(Unreadable::damaged("a record contradicts itself")))
}
