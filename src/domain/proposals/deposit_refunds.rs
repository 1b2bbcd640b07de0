//! What the workbook of deposit refunds shows: deposits held, the evidence of each, and what became of those given back.

use crate::domain::books::balance::DepositHeld;
use crate::domain::books::control::Span;
use crate::domain::books::entry::EntryKind;
use crate::domain::date::{Date, Month};
use crate::domain::id::AccountId;
use crate::domain::money::Money;
use crate::domain::office::Deposits;
use crate::domain::proposals::register::Customer;

/// What the name of a proposal begins with; the account follows.
pub const DEPOSIT_PREFIX: &str = "DR-";

/// Everything that the workbook of deposit refunds shows.
#[derive(Clone, Debug)]
pub struct DepositRefunds {
    /// The office's name.
    pub office: String,
    /// The month.
    pub month: Month,
    /// From its first day to the day as of which deposits are held.
    pub span: Span,
    /// Names what waits, printed on the cover and in every footer.
    pub run_id: String,
    /// sha256 of the receipt of the newest fact in it.
    pub chain_head: String,
    /// The rule, `[deposits]`.
    pub rule: Deposits,
    /// The deposits held, by account.
    pub rows: Vec<DepositRow>,
    /// What moved deposits in the span, oldest first.
    pub moves: Vec<DepositMove>,
    /// The deposits held in the general ledger, before the span and in its end.
    pub liability: (Money, Money),
    /// The initials of who prepares the proposals; empty where the office names nobody.
    pub prepared_by: String,
}

/// A deposit that is held.
#[derive(Clone, Debug)]
pub struct DepositRow {
    /// Who it is.
    pub customer: Customer,
    /// The deposit, with what speaks for and against giving it back.
    pub deposit: DepositHeld,
    /// The name of the row: `DR-0000102`.
    pub reference: String,
    /// The fingerprint of what waits for a decision; empty where nothing does.
    pub token: String,
    /// Where it stands.
    pub state: RefundState,
}

/// Where a deposit stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefundState {
    /// It may be given back, and waits for a decision.
    Proposed,
    /// Something stands against it.
    NotYet,
    /// Somebody decided to keep it.
    Kept {
        /// The day of the decision.
        day: Date,
        /// Who decided; empty where the sheet did not say.
        initials: String,
        /// From this day on it is proposed again.
        until: Date,
    },
}

/// Something that moved a deposit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DepositMove {
    /// The day.
    pub date: Date,
    /// The account.
    pub account: AccountId,
    /// Its customer.
    pub customer: String,
    /// What it was.
    pub kind: EntryKind,
    /// Whether it takes an earlier one back.
    pub mirror: bool,
    /// What it added to the deposit held.
    pub amount: Money,
    /// The deposit's reference.
    pub reference: String,
    /// Who decided; empty where no decision was needed.
    pub decided_by: String,
}
