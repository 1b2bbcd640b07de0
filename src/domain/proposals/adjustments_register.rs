//! What the register of adjustments shows.

use crate::domain::books::adjustment::RegisteredAdjustment;
use crate::domain::books::control::Span;
use crate::domain::books::leak::LeakCredit;
use crate::domain::date::Month;
use crate::domain::id::AccountId;
use crate::domain::money::Money;
use crate::domain::office::GeneralLedger;

/// The register of adjustments of a month.
#[derive(Clone, Debug)]
pub struct AdjustmentsRegister {
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
    /// The adjustments with the customers' names: by date as posted, then those rejected and those that wait.
    pub rows: Vec<(RegisteredAdjustment, String)>,
    /// The leak credits among them that are posted or wait, worked out line by line.
    pub leaks: Vec<WorkedLeak>,
    /// What the entries of adjustments come to in the customers' accounts.
    pub posted: Money,
    /// Who prepares adjustments (`[approval] prepared_by`); may be empty.
    pub prepared_by: String,
    /// From how much on one waits for approval (`[adjustments] approval_from`).
    pub approval_from: Money,
    /// The names of the accounts of the general ledger.
    pub names: GeneralLedger,
}

/// A leak credit beside what it comes to when it is worked out.
#[derive(Clone, Debug)]
pub struct WorkedLeak {
    /// The name of its row.
    pub reference: String,
    /// The account.
    pub account: AccountId,
    /// The customer's name.
    pub customer: String,
    /// What was given, or asked for.
    pub amount: Money,
    /// The working, or why there is none.
    pub worked: Result<LeakCredit, String>,
}
