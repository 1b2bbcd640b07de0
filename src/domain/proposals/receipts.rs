//! The log of every file received and every run posted.

use serde::{Deserialize, Serialize};

use crate::domain::date::{Date, Month};
use crate::domain::id::Sequence;

/// What became of a file or a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fate {
    /// A file taken in.
    Accepted,
    /// A file handed back.
    Returned,
    /// A file taken in before.
    Duplicate,
    /// A run that the program posted.
    Posted,
    /// Settings or rates put on record.
    Recorded,
    /// A fact taken back.
    Undo,
}

impl Fate {
    /// All fates.
    pub const ALL: [Fate; 6] =
        [Fate::Accepted, Fate::Returned, Fate::Duplicate, Fate::Posted, Fate::Recorded, Fate::Undo];

    /// The word for people.
    pub fn word(self) -> &'static str {
        match self {
            Fate::Accepted => "accepted",
            Fate::Returned => "returned",
            Fate::Duplicate => "duplicate",
            Fate::Posted => "posted",
            Fate::Recorded => "recorded",
            Fate::Undo => "undo",
        }
    }
}

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptRow {
    /// Place in the archive.
    pub sequence: Sequence,
    /// The day of the run.
    pub day: Date,
    /// The file's name as dropped, or the run's.
    pub name: String,
    /// What kind of sheet or run, in words; empty where it was not recognised.
    pub kind: String,
    /// What became of it.
    pub fate: Fate,
    /// Rows taken in.
    pub rows: u64,
    /// Control totals in words (`sum of readings 1,234,567`); empty without.
    pub totals: String,
    /// Its content's sha256, hexadecimal.
    pub sha256: String,
    /// What it posted, or why it came back.
    pub outcome: String,
}

/// The log of one month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptLog {
    /// The office's name.
    pub office: String,
    /// The month.
    pub month: Month,
    /// The day of the newest line.
    pub day: Date,
    /// sha256 of the archive's newest receipt.
    pub chain_head: String,
    /// Whether the run goes on: its bills and workbooks are still to come.
    pub goes_on: bool,
    /// The lines, by sequence.
    pub rows: Vec<ReceiptRow>,
}
