//! What the workbook of closed accounts shows.

use crate::domain::date::{Date, Month};
use crate::domain::money::Money;
use crate::domain::proposals::closed_money::{RefundCheck, SettledAccount};
use crate::domain::proposals::flat_rates::FollowUp;

/// Everything that the workbook of closed accounts shows.
#[derive(Clone, Debug)]
pub struct ClosedAccounts {
    /// The office's name.
    pub office: String,
    /// The month.
    pub month: Month,
    /// The day of the newest fact in it.
    pub day: Date,
    /// The newest fact in it, printed on the cover and in every footer.
    pub run_id: String,
    /// sha256 of its receipt.
    pub chain_head: String,
    /// Below this a credit is too small for a check, `[closing]`.
    pub refund_minimum: Money,
    /// How closed accounts stand, by account.
    pub settled: Vec<SettledAccount>,
    /// The refunds by check, oldest first.
    pub checks: Vec<RefundCheck>,
    /// The flat-rate follow-up, by account, then reason.
    pub flat_rates: Vec<FollowUp>,
}

impl ClosedAccounts {
    /// The accounts that owe something, whose final bill is made.
    pub fn owing(&self) -> impl Iterator<Item = &SettledAccount> {
        self.settled.iter().filter(|one| !one.bill_to_come && one.balance > Money::ZERO)
    }
}
