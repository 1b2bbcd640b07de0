//! What the past-due list shows: what is open, how old it is, and the late fees on it.

use crate::domain::books::account::Status;
use crate::domain::books::balance::Aging;
use crate::domain::books::control::Unpaid;
use crate::domain::books::late_fee::{LateFee, LateFeeRule};
use crate::domain::date::{Date, Month};
use crate::domain::id::AccountId;
use crate::domain::money::Money;

/// The past-due list of a month.
#[derive(Clone, Debug)]
pub struct PastDueList {
    /// The office's name.
    pub office: String,
    /// The month.
    pub month: Month,
    /// The day as of which it is made.
    pub as_of: Date,
    /// The name of the state of the books that it shows.
    pub run_id: String,
    /// sha256 of the receipt that the run id names.
    pub chain_head: String,
    /// The accounts that owe something or have a credit, by number.
    pub accounts: Vec<AgedAccount>,
    /// What is unpaid, by account in the order in which it is paid, with the customer's name.
    pub items: Vec<(Unpaid, String)>,
    /// The late fees of the month, by date, account and bill.
    pub late_fees: Vec<AssessedLateFee>,
    /// What the general ledger says customers owe.
    pub receivable: Money,
}

/// What one account owes, by age.
#[derive(Clone, Debug)]
pub struct AgedAccount {
    /// The account.
    pub account: AccountId,
    /// The customer's name.
    pub customer: String,
    /// The telephone.
    pub phone: String,
    /// The class of customers, as it is now.
    pub class: String,
    /// Whether it is billed.
    pub status: Status,
    /// What it owes, by age.
    pub aging: Aging,
}

/// A late fee with the rule it was worked out by.
#[derive(Clone, Debug)]
pub struct AssessedLateFee {
    /// The day of the run.
    pub day: Date,
    /// The rule as it stood on the day.
    pub rule: LateFeeRule,
    /// The fee.
    pub late: LateFee,
    /// The customer's name.
    pub customer: String,
}
