//! The statement of one account: what it owed, every entry, and what it owes.

use rust_decimal::Decimal;

use crate::domain::books::control::{Span, Unpaid};
use crate::domain::books::entry::Effect;
use crate::domain::id::AccountId;
use crate::domain::money::Money;
use crate::domain::proposals::register::Customer;

/// The statement of one account.
#[derive(Clone, Debug)]
pub struct AccountStatement {
    /// The office's name.
    pub office: String,
    /// The account.
    pub account: AccountId,
    /// Who it is.
    pub customer: Customer,
    /// The days it covers.
    pub span: Span,
    /// What was owed before the first day; a credit is negative.
    pub opening: Money,
    /// The entries of the days, by date and then as they came.
    pub entries: Vec<StatedEntry>,
    /// What is unpaid at the end, in the order in which it is paid.
    pub unpaid: Vec<Unpaid>,
    /// The deposit held at the end.
    pub deposit: Money,
    /// The water on the bills of the days, in HCF.
    pub units: Decimal,
}

impl AccountStatement {
    /// What is owed at the end: what was owed, and all entries.
    pub fn closing(&self) -> Money {
        self.opening + self.entries.iter().map(|stated| stated.entry.amount).sum()
    }
}

/// An entry on a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatedEntry {
    /// The entry.
    pub entry: Effect,
    /// Whether it takes an earlier one back.
    pub mirror: bool,
}
