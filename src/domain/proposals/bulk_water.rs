//! The bulk water of a month: permits as they stand, what was taken, and what it was billed as.

use crate::domain::books::bill::Bill;
use crate::domain::books::history::BulkLoad;
use crate::domain::books::permit::Permit;
use crate::domain::date::{Date, Month};
use crate::domain::id::BillNumber;
use crate::domain::money::Money;
use crate::domain::office::UsageRounding;
use crate::domain::proposals::register::Customer;

/// What the worksheet of a month shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulkWater {
    /// The office's name.
    pub office: String,
    /// The month.
    pub month: Month,
    /// The day up to which the books were looked at.
    pub day: Date,
    /// The newest fact that it shows.
    pub run_id: String,
    /// sha256 of the archive's newest receipt.
    pub chain_head: String,
    /// How usage becomes units.
    pub rounding: UsageRounding,
    /// The permits, by account.
    pub permits: Vec<PermitRow>,
    /// What was taken and billed in the month, or waits for a bill; by account and date.
    pub loads: Vec<LoadRow>,
    /// The bills of the month, by account.
    pub bills: Vec<(Customer, Bill)>,
    /// The deposits of all these accounts in the ledger.
    pub deposits: Money,
}

/// A permit with what is owed on its account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PermitRow {
    /// The permit.
    pub permit: Permit,
    /// Who has it.
    pub customer: Customer,
    /// Whether the account is closed.
    pub is_closed: bool,
    /// What is owed; negative where it is a credit.
    pub owed: Money,
    /// How many rows of bulk water wait for a bill.
    pub waiting: usize,
}

/// A row of bulk water with the bill that has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadRow {
    /// The row as taken in.
    pub load: BulkLoad,
    /// The bill; `None` where it waits for one.
    pub bill: Option<BillNumber>,
}
