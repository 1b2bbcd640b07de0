//! A charge: one priced line with its working.

use std::collections::BTreeSet;
use std::sync::Arc;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::domain::date::Date;

/// What a bill's line is for; the order is that of the lines on a bill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChargeKind {
    /// The service charge of the month.
    Fixed,
    /// Water from tiered rates.
    Tier,
    /// Water at one price.
    Flat,
    /// Water from budget rates.
    Budget,
    /// Wastewater.
    Wastewater,
    /// Whatever else the rate file adds.
    Surcharge,
    /// Fees of the office.
    Fee,
}

impl ChargeKind {
    /// The word that lists use.
    pub fn word(self) -> &'static str {
        match self {
            ChargeKind::Fixed => "fixed",
            ChargeKind::Tier => "tier",
            ChargeKind::Flat => "flat",
            ChargeKind::Budget => "budget",
            ChargeKind::Wastewater => "wastewater",
            ChargeKind::Surcharge => "surcharge",
            ChargeKind::Fee => "fee",
        }
    }
}

/// What a line's quantity counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChargeUnit {
    /// A month's charge, whole.
    Month,
    /// Days of a prorated month, or of a rental.
    Day,
    /// Billing units of water.
    Hcf,
    /// Dwellings.
    Dwelling,
    /// Equivalent dwelling units.
    Edu,
}

impl ChargeUnit {
    /// The word that lists use.
    pub fn word(self) -> &'static str {
        match self {
            ChargeUnit::Month => "month",
            ChargeUnit::Day => "day",
            ChargeUnit::Hcf => "hcf",
            ChargeUnit::Dwelling => "dwelling",
            ChargeUnit::Edu => "edu",
        }
    }
}

/// One priced line, unrounded, with what it was worked from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charge {
    /// What it is for.
    pub kind: ChargeKind,
    /// The field of the rate file, or the office's own name for it (`service_charge`, `wastewater`).
    pub name: String,
    /// Tier from 1, where it has tiers.
    pub tier: Option<u32>,
    /// How many.
    pub quantity: Decimal,
    /// Of what.
    pub unit: ChargeUnit,
    /// Price of one, as the rate file writes it.
    pub price: Decimal,
    /// Quantity times price, exact.
    pub amount: Decimal,
    /// Where price and bounds come from.
    pub working: Working,
}

/// Where a charge's figures come from.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Working {
    /// The rate file, or `office.toml`.
    pub file: String,
    /// The key in it, as a path (`RESIDENTIAL_SINGLE/service_charge/5/8"`).
    pub key: String,
    /// The line of the key, from 1; 0 where it is not known.
    pub line: u32,
    /// The date from which it is in force.
    pub effective: Option<Date>,
    /// Usage at which the tier begins (exclusive: the units below belong to lower tiers).
    pub above: Option<Decimal>,
    /// Usage at which the tier ends (inclusive); `None` for the last.
    pub up_to: Option<Decimal>,
}

/// The workings of many lines, each kept once.
#[derive(Debug, Default)]
pub struct Workings(BTreeSet<Arc<Working>>);

impl Workings {
    /// Gives a working that equals one that was given before as that one.
    pub fn share(&mut self, working: &mut Arc<Working>) {
        match self.0.get(working) {
            Some(known) => *working = Arc::clone(known),
            None => drop(self.0.insert(Arc::clone(working))),
        }
    }
}
