//! What the receivables control shows: what customers owed, what moved it, what they owe, and the general ledger.

use crate::domain::books::control::{
    AccountControl, DepositMovement, GlMovement, Posted, Span, UnappliedMovement,
};
use crate::domain::date::Month;
use crate::domain::money::Money;
use crate::domain::office::GeneralLedger;

/// The receivables control of a month.
#[derive(Clone, Debug)]
pub struct ReceivablesControl {
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
    /// The accounts that owed, were moved or owe, by number.
    pub accounts: Vec<ControlledAccount>,
    /// What was posted to what customers owe, as the general ledger has it.
    pub posted: Vec<Posted>,
    /// The deposits of accounts that have or had one, by number.
    pub deposits: Vec<(DepositMovement, String)>,
    /// Money of nobody we know: what waited at the start, then what came and went, by date.
    pub unapplied: Vec<UnappliedMovement>,
    /// All accounts of the general ledger, by account.
    pub ledger: Vec<GlMovement>,
    /// The names of the accounts of the general ledger.
    pub names: GeneralLedger,
    /// The accounts of the general ledger that customers' balances, deposits and unapplied cash are compared with:
    /// before the span and at its end.
    pub stands: [(Money, Money); 3],
}

/// One account of the control.
#[derive(Clone, Debug)]
pub struct ControlledAccount {
    /// Its figures.
    pub control: AccountControl,
    /// The customer's name.
    pub customer: String,
    /// The class of customers, as it is now.
    pub class: String,
}
