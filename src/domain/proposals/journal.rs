//! What the journal workbook shows: the month's lines of the general ledger, and what they must agree with.

use crate::domain::books::control::Span;
use crate::domain::books::journal::{JournalLine, JournalSource};
use crate::domain::date::Month;
use crate::domain::office::GeneralLedger;

/// The journal of a month.
#[derive(Clone, Debug)]
pub struct MonthlyJournal {
    /// The office's name.
    pub office: String,
    /// The month.
    pub month: Month,
    /// From its first day to the day as of which it is made.
    pub span: Span,
    /// The name of the state of the books that it shows.
    pub run_id: String,
    /// sha256 of the receipt that the run id names.
    pub chain_head: String,
    /// The lines, by date and entry, debits before credits.
    pub lines: Vec<JournalLine>,
    /// What the lines must agree with.
    pub sources: Vec<JournalSource>,
    /// The names of the accounts of the general ledger.
    pub names: GeneralLedger,
}
