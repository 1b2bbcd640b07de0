//! A leak credit: what of a high bill is taken off, once the leak is mended.

use rust_decimal::Decimal;
use smol_str::SmolStr;

use crate::domain::date::Month;
use crate::domain::id::BillNumber;
use crate::domain::money::Money;

/// A leak credit worked out line by line: half of the charge for usage above the mean of the same month in the two years before.
///
/// Illustrative: the district publishes no formula.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeakCredit {
    /// The bill that had the leak.
    pub bill: BillNumber,
    /// Its month.
    pub month: Month,
    /// Its billed units of 100 cubic feet.
    pub units: Decimal,
    /// The units billed for the same month one and two years before; `None` without a bill.
    pub before: [Option<Decimal>; 2],
    /// Their mean.
    pub mean: Decimal,
    /// The lines of water, lowest tier first.
    pub lines: Vec<LeakLine>,
    /// What the units above the mean cost, each line rounded half-up to the cent.
    pub charge: Money,
    /// What it adds to what is owed: half of the charge, rounded half-up, below 0.
    pub credit: Money,
}

/// A line of water of the bill that had the leak.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeakLine {
    /// The line's name on the bill.
    pub name: SmolStr,
    /// Tier from 1, where it has tiers.
    pub tier: Option<u32>,
    /// Units of the bill below it.
    pub above: Decimal,
    /// Its own units.
    pub quantity: Decimal,
    /// Price of one.
    pub price: Decimal,
    /// Units of it above the mean.
    pub over: Decimal,
    /// What they cost.
    pub charge: Money,
}
