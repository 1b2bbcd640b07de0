//! Which kinds of line and volume occur in a register; only those get a column.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use crate::domain::books::bill::{Bill, BillLine};
use crate::domain::books::charge::{ChargeKind, ChargeUnit};
use crate::domain::money::Money;
use crate::domain::page::{Column, Role, Row};
use crate::domain::proposals::register::RegisterRow;
use crate::domain::volume::VolumeUnit;

/// A column of lines: a kind of charge, and its tier where it has tiers.
type Line = (ChargeKind, Option<u32>);

/// The kinds that occur, in the order of a bill's lines.
pub(super) struct Kinds {
    lines: BTreeSet<Line>,
    /// Those of them that price water.
    water: BTreeSet<Line>,
    units: Vec<VolumeUnit>,
}

impl Kinds {
    /// Looks through the bills. The service charge has its column even where no bill has the line.
    pub(super) fn of(rows: &[RegisterRow]) -> Kinds {
        let mut kinds = Kinds {
            lines: BTreeSet::from([(ChargeKind::Fixed, None)]),
            water: BTreeSet::new(),
            units: Vec::new(),
        };
        for bill in rows.iter().map(|row| &row.bill) {
            for line in &bill.lines {
                kinds.lines.insert(key(line));
                if line.unit == ChargeUnit::Hcf {
                    kinds.water.insert(key(line));
                }
            }
            let unit = bill.metered.as_ref().map(|metered| metered.usage.unit);
            kinds.units.extend(unit.filter(|unit| !kinds.units.contains(unit)));
        }
        kinds.units.sort_by_key(|unit| *unit == VolumeUnit::Gal);
        kinds
    }

    /// Usage as the registers count it, a column a unit.
    pub(super) fn usage_columns(&self) -> impl Iterator<Item = Column> {
        self.units.iter().map(|unit| Column::volume("Usage", &unit.to_string()).total())
    }

    /// Fills the columns of usage.
    pub(super) fn fill_usage(&self, bill: &Bill, row: &mut Row<'_>) {
        let usage = bill.metered.as_ref().map(|metered| metered.usage);
        for unit in &self.units {
            row.push(usage.filter(|usage| usage.unit == *unit).map(|usage| usage.amount));
        }
    }

    /// The amount of each kind of line.
    pub(super) fn amount_columns(&self) -> impl Iterator<Item = Column> {
        self.lines.iter().map(|line| Column::new(name(*line), Role::Money).total())
    }

    /// The kinds of line with a column of amounts, in their order.
    pub(super) fn amounts(&self) -> Vec<(ChargeKind, Option<u32>)> {
        self.lines.iter().copied().collect()
    }

    /// Fills the columns of amounts and returns their sum.
    pub(super) fn fill_amounts(&self, bill: &Bill, row: &mut Row<'_>) -> Money {
        let mut sum = Money::ZERO;
        for kind in &self.lines {
            let amount = of_kind(bill, *kind).map(|line| line.amount).reduce(|one, other| one + other);
            sum += amount.unwrap_or(Money::ZERO);
            row.push(amount);
        }
        sum
    }

    /// The formula that adds the amounts of a row.
    pub(super) fn sum(&self) -> String {
        let first = self.lines.first().expect("there is a service charge");
        let last = self.lines.last().expect("there is a service charge");
        format!("SUM([{}]:[{}])", name(*first), name(*last))
    }

    /// The units of each line that prices water.
    pub(super) fn unit_columns(&self) -> impl Iterator<Item = Column> {
        self.water.iter().map(|line| Column::volume(&name(*line), "HCF").total())
    }

    /// Fills the columns of units.
    pub(super) fn fill_units(&self, bill: &Bill, row: &mut Row<'_>) {
        for kind in &self.water {
            let units =
                of_kind(bill, *kind).filter(|line| line.unit == ChargeUnit::Hcf).map(|line| line.quantity);
            row.push(units.reduce(|one: Decimal, other| one + other));
        }
    }
}

fn key(line: &BillLine) -> Line {
    (line.kind, line.tier)
}

fn of_kind(bill: &Bill, kind: Line) -> impl Iterator<Item = &BillLine> {
    bill.lines.iter().filter(move |line| key(line) == kind)
}

fn name((kind, tier): Line) -> String {
    tier.map_or_else(|| word(kind).to_owned(), |tier| format!("{} {tier}", word(kind)))
}

/// The header of a kind of line, its tier left off.
pub(super) fn word(kind: ChargeKind) -> &'static str {
    match kind {
        ChargeKind::Fixed => "Fixed",
        ChargeKind::Tier => "Tier",
        ChargeKind::Flat => "Flat",
        ChargeKind::Budget => "Budget",
        ChargeKind::Wastewater => "Wastewater",
        ChargeKind::Surcharge => "Surcharges",
        ChargeKind::Fee => "Fees",
    }
}
