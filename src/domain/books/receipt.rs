//! A receipt: what the archive says of one accepted fact, chained to the receipt before.

use serde::{Deserialize, Serialize};

use crate::domain::date::Date;
use crate::domain::id::Sequence;
use crate::domain::proposals::receipts::Fate;

/// What the archive says of one fact. Clock times are left out: the same files on the same days give the same
/// receipts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// Its place in the archive.
    pub sequence: Sequence,
    /// The day of the run.
    pub day: Date,
    /// What became of the file, or that the program posted it.
    pub fate: Fate,
    /// The file's name as dropped, or the run's.
    pub name: String,
    /// The kinds of sheet, or of run, in words.
    pub kind: String,
    /// Rows taken in.
    pub rows: u64,
    /// Control totals: what was summed, and the sum.
    pub totals: Vec<(String, String)>,
    /// What it posted, or why it came back.
    pub outcome: String,
    /// The archived file's name.
    pub file: String,
    /// Its content's sha256, hexadecimal.
    pub sha256: String,
    /// The dropped file's sha256; empty where the program itself made the fact.
    pub dropped: String,
    /// The receipt before: its file's sha256; empty for the first.
    pub previous: String,
}
