//! An undone fact: what was taken back, and by which entries.

use serde::{Deserialize, Serialize};

use crate::domain::books::entry::Entry;
use crate::domain::date::Date;
use crate::domain::id::Sequence;

/// What somebody took back, as the archive keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undo {
    /// The fact that no longer counts.
    pub target: Sequence,
    /// Why, in the words of whoever undid it; may be empty.
    pub reason: String,
}

/// An undone fact, and the entries that its mirrors reverse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undone {
    /// The fact that no longer counts.
    pub target: Sequence,
    /// The ledger's names of the entries reversed, in the order of the mirror entries of the batch.
    pub mirrored: Vec<i64>,
}

/// A posted entry with the ledger's name for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostedEntry {
    /// The ledger's name.
    pub id: i64,
    /// The entry.
    pub entry: Entry,
}

/// A later fact that rests on an earlier one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dependant {
    /// The later fact.
    pub sequence: Sequence,
    /// Its day.
    pub day: Date,
    /// The file's name as dropped, or the run's.
    pub name: String,
    /// What rests on it: `bills its reads`.
    pub why: &'static str,
}
