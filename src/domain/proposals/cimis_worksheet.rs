//! The water budgets of landscapes in a month, each with the weather that it is made from.

use rust_decimal::Decimal;

use crate::domain::books::bill::Bill;
use crate::domain::books::weather::{Budget, EtoGap, Landscape};
use crate::domain::date::{Date, Month, Period};
use crate::domain::office::WholeUnits;
use crate::domain::proposals::register::{Customer, Source};

/// What the worksheet of a month shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CimisWorksheet {
    /// The office's name.
    pub office: String,
    /// The month of the bills.
    pub month: Month,
    /// The day up to which the books were looked at.
    pub day: Date,
    /// The newest fact that it shows.
    pub run_id: String,
    /// sha256 of the archive's newest receipt.
    pub chain_head: String,
    /// Whether a budget is rounded to whole units.
    pub rounding: WholeUnits,
    /// The landscapes with a read in the month, by account.
    pub rows: Vec<BudgetRow>,
    /// What the ledger has of the month: bills with a budget, and the sum of their budgets.
    pub control: (usize, Decimal),
    /// The months up to this one that had budgets, oldest first.
    pub year: Vec<BudgetMonth>,
    /// The newest weather reports and landscape sheets, oldest first.
    pub sources: Vec<Source>,
}

/// The budget of one landscape for one period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BudgetRow {
    /// Whose it is; `class` is that of the account.
    pub customer: Customer,
    /// The landscape on the last day of the period, which also names the account.
    pub landscape: Landscape,
    /// The days between the account's own reads.
    pub period: Period,
    /// The budget as the weather known today makes it, or the gap that keeps it from being made.
    pub budget: Result<Budget, EtoGap>,
    /// The bill of the period; `None` where it is not posted yet.
    pub bill: Option<Bill>,
}

/// What all landscapes together used in a month, beside their budgets as billed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BudgetMonth {
    /// The month.
    pub month: Month,
    /// Bills with a budget.
    pub bills: usize,
    /// Billing units of 100 cubic feet (HCF) that they might use.
    pub budget: Decimal,
    /// Billing units that they used.
    pub units: Decimal,
}
