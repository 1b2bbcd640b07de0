//! What closed accounts leave behind: how each was settled, who owes what, credits that arose later, refunds by check.

use crate::domain::date::Date;
use crate::domain::id::AccountId;
use crate::domain::money::Money;

/// What the name of a proposal to give back what is left begins with; the account follows.
pub const CREDIT_PREFIX: &str = "CR-";

/// How one closed account stands, from its final bill to what is owed now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettledAccount {
    /// The account.
    pub account: AccountId,
    /// The customer's name.
    pub customer: String,
    /// Where mail goes now: the forwarding address, else the mailing address.
    pub address: String,
    /// Whether the customer was a tenant: the debt is not moved to the owner.
    pub tenant: bool,
    /// The last day of service.
    pub closed: Option<Date>,
    /// Number and date of the final bill; `None` where it is still to come, or was never needed.
    pub final_bill: Option<(String, Date)>,
    /// Whether the closing waits for the final bill.
    pub bill_to_come: bool,
    /// What was owed before the final bill.
    pub before: Money,
    /// The final bill.
    pub billed: Money,
    /// What came after it: payments, fees, corrections, transfers from others.
    pub later: Money,
    /// Of the deposit what paid what was owed, as an amount above zero.
    pub deposit_applied: Money,
    /// Of the deposit what was given back.
    pub deposit_refunded: Money,
    /// The credit that was given back.
    pub refunded: Money,
    /// The credit that passed to another account.
    pub transferred: Money,
    /// The credit that was too small to be given back.
    pub written_off: Money,
    /// What is owed now; a credit is negative.
    pub balance: Money,
    /// The due date of the oldest debit that is open.
    pub due: Option<Date>,
    /// The deposit that is still held.
    pub held: Money,
    /// The fingerprint of a deposit or credit that waits for a decision; empty where none does.
    pub token: String,
}

impl SettledAccount {
    /// An account without any entries.
    pub fn without_entries(account: AccountId) -> SettledAccount {
        let zero = Money::ZERO;
        SettledAccount {
            account,
            customer: String::new(),
            address: String::new(),
            tenant: false,
            closed: None,
            final_bill: None,
            bill_to_come: false,
            before: zero,
            billed: zero,
            later: zero,
            deposit_applied: zero,
            deposit_refunded: zero,
            refunded: zero,
            transferred: zero,
            written_off: zero,
            balance: zero,
            due: None,
            held: zero,
            token: String::new(),
        }
    }
}

/// A check that was to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundCheck {
    /// The day of the refund.
    pub date: Date,
    /// The account.
    pub account: AccountId,
    /// The customer's name.
    pub customer: String,
    /// Where it goes.
    pub address: String,
    /// What it was of.
    pub what: &'static str,
    /// How much.
    pub amount: Money,
    /// The day from which the law lets the district keep it, unclaimed (Government Code 50050 and 50055).
    pub keeps_from: Date,
}
