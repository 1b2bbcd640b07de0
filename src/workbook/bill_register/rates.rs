//! The rates in use: every price and bound that the bills of a register were made with, each once and numbered.
//!
//! Proof takes them from here by their numbers, so that a rate can be looked up, and tried out, in one place.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rust_decimal::Decimal;

use crate::domain::books::bill::BillLine;
use crate::domain::books::charge::{ChargeKind, ChargeUnit, Working};
use crate::domain::date::Date;
use crate::domain::page::{Column, Role, Row, Table};
use crate::domain::proposals::register::{Register, RegisterRow, Schedule};
use crate::domain::volume::VolumeUnit;

/// The sheet of the rates.
pub(super) const RATES: &str = "Rates";
/// A key with more prices than this has no rate: it is worked out anew for every customer (a tax on the sum).
const MOST_PRICES: usize = 50;
/// Days of the month by which a prorated charge is divided.
pub(super) const MONTH_DAYS: i64 = 30;
/// A reading that falls is a rollover where it falls from this share of the register, or above ...
pub(super) const ROLLOVER_FROM: Decimal = Decimal::from_parts(9, 0, 0, false, 1);
/// Rollover: up to this share, or below.
pub(super) const ROLLOVER_TO: Decimal = Decimal::from_parts(1, 0, 0, false, 1);

/// Where a price stands: effective date, file, line, key.
type Place<'a> = (Option<Date>, &'a str, u32, &'a str);

/// The rates of a register.
pub(super) struct Rates<'a> {
    listed: Vec<Rate<'a>>,
    lines: BTreeMap<(Place<'a>, Decimal), u32>,
    /// The number of each schedule's first tier; the others follow.
    schedules: Vec<u32>,
}

/// One row of the sheet.
enum Rate<'a> {
    /// A figure that is the same for every bill.
    Constant { what: Cow<'static, str>, figure: Decimal, per: &'static str, name: &'static str },
    /// A price.
    Price { what: Cow<'static, str>, price: Decimal, per: &'static str, working: &'a Working },
}

impl<'a> Rates<'a> {
    /// Collects what the bills were made with: the constants, then by file and line.
    pub(super) fn of(register: &'a Register) -> Rates<'a> {
        let mut found: BTreeMap<(Place<'a>, Decimal), &BillLine> = BTreeMap::new();
        let mut used = BTreeSet::new();
        for row in &register.rows {
            used.extend(row.basis.schedule);
            for line in row.bill.lines.iter().filter(|line| !is_scheduled(line, row, &register.schedules)) {
                found.entry((place(&line.working), line.price)).or_insert(line);
            }
        }
        let mut prices: BTreeMap<Place<'_>, usize> = BTreeMap::new();
        found.keys().for_each(|(place, _)| *prices.entry(*place).or_default() += 1);
        found.retain(|(place, _), _| prices[place] <= MOST_PRICES);
        let mut rates = Rates {
            listed: constants().into(),
            lines: BTreeMap::new(),
            schedules: vec![0; register.schedules.len()],
        };
        let mut groups: Vec<(Place<'a>, Group<'a>)> =
            found.into_iter().map(|((place, _), line)| (place, Group::Line(line))).collect();
        groups.extend(used.into_iter().filter_map(|at| {
            let schedule = &register.schedules[at];
            Some((place(&schedule.tiers.first()?.working), Group::Schedule(at, schedule)))
        }));
        groups.sort_by_key(|(place, _)| *place);
        groups.into_iter().for_each(|(_, group)| rates.add(group));
        rates
    }

    fn add(&mut self, group: Group<'a>) {
        let number = u32::try_from(self.listed.len() + 1).expect("a register has few rates");
        match group {
            Group::Line(line) => {
                self.lines.insert((place(&line.working), line.price), number);
                let (what, per) = (what(line.kind, line.tier), per(line.unit, line.kind));
                self.listed.push(Rate::Price { what, price: line.price, per, working: &line.working });
            }
            Group::Schedule(at, schedule) => {
                self.schedules[at] = number;
                self.listed.extend((1..).zip(&schedule.tiers).map(|(tier, rate)| Rate::Price {
                    what: what(schedule.kind, (schedule.kind == ChargeKind::Tier).then_some(tier)),
                    price: rate.price,
                    per: "HCF",
                    working: &rate.working,
                }));
            }
        }
    }

    /// How many prices there are.
    pub(super) fn count(&self) -> usize {
        self.listed.iter().filter(|rate| matches!(rate, Rate::Price { .. })).count()
    }

    /// The number of a line's price; `None` where it was worked out for this customer alone.
    pub(super) fn number(&self, line: &BillLine) -> Option<u32> {
        self.lines.get(&(place(&line.working), line.price)).copied()
    }

    /// The number of a schedule's first tier.
    pub(super) fn schedule(&self, at: usize) -> u32 {
        self.schedules[at]
    }

    /// The sheet.
    pub(super) fn table(self: Arc<Self>) -> Table<'a> {
        Table {
            name: RATES.to_owned(),
            about: "The rates these bills were made with. Proof looks them up by their number.".to_owned(),
            columns: vec![
                Column::new("No.", Role::Reading).width(9).named("Rate_no").note("Proof names a rate by it."),
                Column::new("What", Role::Text).width(30),
                Column::new("Above (HCF)", Role::Volume).width(10).named("Rate_above").note(
                    "The tier prices the water above this many units, for one dwelling; more dwellings widen it.",
                ),
                Column::new("Up to (HCF)", Role::Volume).width(10).note("Empty for the last tier."),
                Column::new("Figure", Role::Decimal).width(9).note("Figures that are the same for every bill."),
                Column::new("Price", Role::Price).width(12).named("Rate_price"),
                Column::new("Per", Role::Text).width(14),
                Column::new("In force from", Role::Date).width(12),
                Column::new("File", Role::Text).width(30),
                Column::new("Line", Role::Reading).width(7),
                Column::new("Key", Role::Text).width(46),
            ],
            frozen: 2,
            rows: self.listed.len(),
            fill: Box::new(move |index, row| self.listed[index].fill(index, row)),
        }
    }
}

impl<'a> Rate<'a> {
    fn fill(&self, index: usize, row: &mut Row<'a>) {
        let (price, working) = match self {
            Rate::Constant { .. } => (None, None),
            Rate::Price { price, working, .. } => (Some(*price), Some(*working)),
        };
        row.push(index + 1);
        row.push(self.what().to_string());
        row.push(working.and_then(|working| working.above));
        row.push(working.and_then(|working| working.up_to));
        match self {
            Rate::Constant { figure, name, .. } => row.push(*figure).named(name),
            Rate::Price { .. } => row.push(""),
        };
        row.push(price);
        row.push(self.per());
        row.push(working.and_then(|working| working.effective));
        row.push(working.map_or("", |working| working.file.as_str()));
        row.push(working.map(|working| working.line).filter(|line| *line > 0));
        row.push(working.map_or("", |working| working.key.as_str()));
    }

    fn what(&self) -> &Cow<'static, str> {
        let (Rate::Constant { what, .. } | Rate::Price { what, .. }) = self;
        what
    }

    fn per(&self) -> &'static str {
        let (Rate::Constant { per, .. } | Rate::Price { per, .. }) = self;
        per
    }
}

/// What stands together on the sheet.
enum Group<'a> {
    Line(&'a BillLine),
    Schedule(usize, &'a Schedule),
}

/// Whether a line is water that its bill's schedule prices.
pub(super) fn is_scheduled(line: &BillLine, row: &RegisterRow, schedules: &[Schedule]) -> bool {
    row.basis
        .schedule
        .map(|at| &schedules[at])
        .is_some_and(|schedule| schedule.kind == line.kind && schedule.charge == line.name)
}

fn place(working: &Working) -> Place<'_> {
    (working.effective, &working.file, working.line, &working.key)
}

fn constants<'a>() -> [Rate<'a>; 5] {
    let per_hcf = |unit: VolumeUnit| Decimal::from(unit.per_hcf());
    [
        ("1 HCF, register in cubic feet", per_hcf(VolumeUnit::Cf), "cubic feet", "Cf_per_HCF"),
        ("1 HCF, register in gallons", per_hcf(VolumeUnit::Gal), "gallons", "Gal_per_HCF"),
        ("Month of a prorated charge", MONTH_DAYS.into(), "days", "Month_days"),
        ("Rollover: from this share on", ROLLOVER_FROM, "of the register", "Rollover_from"),
        ("Rollover: up to this share", ROLLOVER_TO, "of the register", "Rollover_to"),
    ]
    .map(|(what, figure, per, name)| Rate::Constant { what: what.into(), figure, per, name })
}

fn what(kind: ChargeKind, tier: Option<u32>) -> Cow<'static, str> {
    let word = match kind {
        ChargeKind::Fixed => "Fixed charge",
        ChargeKind::Tier => "Water, tier",
        ChargeKind::Flat => "Water",
        ChargeKind::Budget => "Water, budget tier",
        ChargeKind::Wastewater => "Wastewater",
        ChargeKind::Surcharge => "Surcharge",
        ChargeKind::Fee => "Fee",
    };
    tier.map_or(word.into(), |tier| format!("{word} {tier}").into())
}

fn per(unit: ChargeUnit, kind: ChargeKind) -> &'static str {
    match unit {
        // A prorated month has the price of the whole.
        ChargeUnit::Day if kind == ChargeKind::Fixed => "month",
        ChargeUnit::Day => "day",
        ChargeUnit::Month => "month",
        ChargeUnit::Hcf => "HCF",
        ChargeUnit::Dwelling => "dwelling",
        ChargeUnit::Edu => "EDU",
    }
}
