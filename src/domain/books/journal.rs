//! The journal of the general ledger: what was posted, day by day and kind by kind.

use crate::domain::books::entry::EntryKind;
use crate::domain::date::Date;
use crate::domain::money::Money;

/// What entries of one kind and day posted to one account, from one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    /// The day.
    pub date: Date,
    /// The kind of the entries.
    pub entry: EntryKind,
    /// The account of the general ledger, as written in `[gl]`.
    pub gl_account: String,
    /// What the legs are about.
    pub kind: String,
    /// The sum; debit positive.
    pub amount: Money,
    /// Where it came from.
    pub reference: String,
}

/// One line of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalLine {
    /// The day.
    pub date: Date,
    /// The journal entry: the day and the kind of entries, `20260219-bill`. Its debits equal its credits.
    pub entry: String,
    /// The account of the general ledger, as written in `[gl]`.
    pub gl_account: String,
    /// What the line is about.
    pub kind: String,
    /// The debit; nothing on a credit line.
    pub debit: Money,
    /// The credit; nothing on a debit line.
    pub credit: Money,
    /// Where it came from.
    pub reference: String,
}

/// A record outside the general ledger, such as the bills, and the lines that must come to the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalSource {
    /// What it is, in words.
    pub what: &'static str,
    /// Where its figure comes from, in words.
    pub from: &'static str,
    /// Its figure; debit positive.
    pub amount: Money,
    /// The lines: account of the general ledger and kind.
    pub lines: Vec<(String, &'static str)>,
}
