//! What a month changed of the accounts, and what would change and waits.

use crate::domain::books::account::Account;
use crate::domain::books::account_change::{Difference, RecordedChange, RecordedProposal};
use crate::domain::books::control::Span;
use crate::domain::date::{Date, Month};

/// The changes of accounts of one month.
#[derive(Clone, Debug)]
pub struct AccountChanges {
    /// The office's name.
    pub office: String,
    /// The month.
    pub month: Month,
    /// Its days up to that of the run.
    pub span: Span,
    /// The name of what it shows.
    pub run_id: String,
    /// sha256 of the receipt of the newest file.
    pub chain_head: String,
    /// What changed, a row for each column of an account.
    pub changes: Vec<ChangeRow>,
    /// The accounts that are new.
    pub new: Vec<NewRow>,
    /// What waits, and what was proposed or decided in the month.
    pub proposed: Vec<ProposedRow>,
    /// How many new accounts and changed columns the books count in the month.
    pub counted: (u32, u32),
    /// The initials of who prepares the proposals.
    pub prepared_by: String,
}

/// One column of an account that is another by now.
#[derive(Clone, Debug)]
pub struct ChangeRow {
    /// The fact that changed it.
    pub by: RecordedChange,
    /// The customer's name by now.
    pub customer: String,
    /// The column, before and after.
    pub difference: Difference,
    /// Who approved it, where it waited.
    pub approved_by: String,
}

/// An account that came to the books.
#[derive(Clone, Debug)]
pub struct NewRow {
    /// The fact that brought it.
    pub by: RecordedChange,
    /// The account as it stands.
    pub account: Account,
    /// The account that had its address before, with the day it was closed where it was.
    pub before: Option<(String, Option<Date>)>,
}

/// A change that waits or waited.
#[derive(Clone, Debug)]
pub struct ProposedRow {
    /// What is proposed, and by which file.
    pub proposal: RecordedProposal,
    /// What became of it.
    pub state: ProposalState,
    /// The fingerprint of what is decided; empty where nothing waits.
    pub token: String,
}

/// What became of a proposed change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProposalState {
    /// It waits for a decision.
    Waits,
    /// Somebody approved it.
    Approved {
        /// The day.
        day: Date,
        /// Who.
        initials: String,
    },
    /// Somebody rejected it.
    Rejected {
        /// The day.
        day: Date,
        /// Who.
        initials: String,
        /// Why.
        reason: String,
    },
    /// A later row for the account took its place.
    Replaced,
}
