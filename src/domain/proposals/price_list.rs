//! What a rate file contains, for people to read.

use crate::domain::books::tariff::{BillFrequency, BillUnit};
use crate::domain::date::Date;

/// A rate file as a list of prices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceList {
    /// The utility's name.
    pub utility: String,
    /// The first day in force; `None` where the file has no readable date.
    pub effective: Option<Date>,
    /// What a unit of water is.
    pub unit: BillUnit,
    /// How often the utility bills, where the file says so.
    pub frequency: Option<BillFrequency>,
    /// The sound customer classes, by name.
    pub classes: Vec<ClassPrices>,
}

/// What one class pays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassPrices {
    /// The class as the file spells it.
    pub name: String,
    /// The formula of the bill.
    pub bill: String,
    /// What must be known of a customer: the variable, and its keys where it has some.
    pub asks: Vec<(String, Vec<String>)>,
    /// The fields that enter the bill, those that others need first.
    pub fields: Vec<FieldPrices>,
}

/// One field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldPrices {
    /// Its name.
    pub name: String,
    /// What it is: `by meter_size`, `tiered`, `the same for everybody`.
    pub form: String,
    /// Its values: what stands before the price (a key, a tier), and the price or formula.
    pub values: Vec<(String, String)>,
}
