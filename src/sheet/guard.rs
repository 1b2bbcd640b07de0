//! Turns a panic of a foreign parser into a message.
//!
//! calamine indexes into records by lengths that come from the file, so a flipped byte can make it panic:
//! mangled xls and xlsb files do so often, xlsx seldom (`tests/mangle.rs`). A user's file must never end the
//! program; this is why the release profile unwinds. What was being read is given up after a panic, so nothing
//! half-changed is seen. The panic's own message is the panic hook's business, and so the shell's.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::Unreadable;

/// Runs a foreign parser; a panic in it means that the file is damaged.
pub(super) fn guarded<T>(read: impl FnOnce() -> Result<T, Unreadable>) -> Result<T, Unreadable> {
    catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err(Unreadable::damaged("a record contradicts itself")))
}
