//! A permit to take water from a hydrant, as it stands on a day.

use rust_decimal::Decimal;

use crate::domain::date::Date;
use crate::domain::id::AccountId;
use crate::domain::money::Money;

/// Temporary service of one account of class bulk (District Code 5.30).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permit {
    /// The account.
    pub account: AccountId,
    /// The hydrant meter or hydrant that it took water from last, else the account's meter.
    pub meter: Option<String>,
    /// The day on which the account was opened, where it is known.
    pub issued: Option<Date>,
    /// Its last day.
    pub expires: Option<Date>,
    /// The deposit held for it.
    pub deposit_held: Money,
    /// The day of its latest load or reading.
    pub last_read_date: Option<Date>,
    /// Units of 100 cubic feet billed to it.
    pub billed_hcf: Decimal,
}
