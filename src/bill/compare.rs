//! Why a bill differs from the account's last one: re-pricing it in steps, one cause after the other.
//!
//! **The method.** From what the earlier bill's rates went by to what this one's go by, one thing is changed at a time,
//! and the rate file's lines are priced after each change:
//!
//! 1. the units of water: what that adds or takes away is *usage*;
//! 2. the tariff: *rates*;
//! 3. the landscape budget: *budget*;
//! 4. the days of the period, where a rate file asks for them: *days*;
//! 5. class, meter size and dwellings: *service*.
//!
//! A step is priced as a whole month under one tariff, each line rounded once. What a bill's own lines differ from that
//! goes to *days* where one of the two bills was prorated, else to *rates* where one was shared by days between two
//! tariffs, else to the *rest*. Wastewater that is prorated differs from its whole by *days* too; everything else of it,
//! a new price included, is *wastewater*. Fees are fees. What then is left of the whole is the rest.
//!
//! The order matters where causes meet (more water at a higher price): usage is told at the old prices, since that is
//! what the customer can do something about, and the new prices at the new usage.

use rust_decimal::Decimal;

use crate::domain::books::bill::{Bill, BillLine};
use crate::domain::books::charge::ChargeKind;
use crate::domain::books::priced::Priced;
use crate::domain::date::Date;
use crate::domain::money::Money;
use crate::domain::proposals::change::{Change, Side};

/// What a rate file's lines go by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Basis<'a> {
    /// The effective date of the tariff.
    pub tariff: Date,
    /// The office's name of the class.
    pub class: &'a str,
    /// The size of the fixed charge.
    pub meter_size: &'a str,
    /// Dwellings behind the meter.
    pub dwelling_units: u32,
    /// Billed units.
    pub units: Decimal,
    /// Days of the period, where there is one.
    pub days: Option<i64>,
    /// The landscape budget in HCF, where there is one.
    pub budget: Option<Decimal>,
}

impl<'a> Basis<'a> {
    fn of(bill: &'a Bill) -> Basis<'a> {
        Basis {
            tariff: bill.tariff,
            class: &bill.class,
            meter_size: bill.meter_size.as_str(),
            dwelling_units: bill.dwelling_units,
            units: bill.units,
            days: bill.metered.as_ref().map(|metered| metered.period.days()),
            budget: bill.budget_hcf,
        }
    }
}

/// How many times a comparison is priced: as it was, and after each of the five changes.
pub const STEPS: usize = 6;

/// What has to be priced to compare two bills, the earlier one first.
pub fn steps<'a>(before: &'a Bill, now: &'a Bill) -> [Basis<'a>; STEPS] {
    let (was, is) = (Basis::of(before), Basis::of(now));
    let usage = Basis { units: is.units, ..was };
    let rates = Basis { tariff: is.tariff, ..usage };
    let budget = Basis { budget: is.budget, ..rates };
    let days = Basis { days: is.days, ..budget };
    [was, usage, rates, budget, days, is]
}

/// What the rate file's lines of a step come to, each rounded once.
pub fn rounded(priced: &Priced<'_>) -> Money {
    priced.lines().map(|line| Money::rounded(line.amount)).sum()
}

/// Shares the difference between two bills among its causes, given what each step comes to.
///
/// `None` for the steps where the earlier rates can no longer price them: then all but wastewater and fees is the rest.
pub fn compare(before: &Bill, now: &Bill, priced: Option<[Money; STEPS]>) -> Change {
    let (before_side, now_side) = (Side::of(before), Side::of(now));
    let whole = now_side.charges - before_side.charges;
    let short_wastewater = by_days(now) - by_days(before);
    let wastewater =
        of_kind(now, ChargeKind::Wastewater) - of_kind(before, ChargeKind::Wastewater) - short_wastewater;
    let fees = of_kind(now, ChargeKind::Fee) - of_kind(before, ChargeKind::Fee);
    let zero = Money::ZERO;
    let steps = priced.unwrap_or([zero; STEPS]);
    let step = |at: usize| steps[at + 1] - steps[at];
    let mut change = Change {
        before: before_side,
        now: now_side,
        usage: step(0),
        rates: step(1),
        budget: step(2),
        days: step(3) + short_wastewater,
        service: step(4),
        wastewater,
        fees,
        rest: zero,
    };
    if priced.is_some() {
        let as_billed = (rated(now) - steps[STEPS - 1]) - (rated(before) - steps[0]);
        let either = |is: fn(&Bill) -> bool| is(now) || is(before);
        match () {
            () if either(is_prorated) => change.days += as_billed,
            () if either(Bill::is_shared_by_days) => change.rates += as_billed,
            () => {}
        }
    }
    change.rest = whole - (change.usage + change.rates + change.budget + change.days + change.other());
    change
}

/// The lines that the rate file makes.
fn rated(bill: &Bill) -> Money {
    bill.charges() - of_kind(bill, ChargeKind::Wastewater) - of_kind(bill, ChargeKind::Fee)
}

fn of_kind(bill: &Bill, kind: ChargeKind) -> Money {
    bill.lines.iter().filter(|line| line.kind == kind).map(|line| line.amount).sum()
}

/// What proration takes off a bill's wastewater; zero or negative.
fn by_days(bill: &Bill) -> Money {
    let off = |line: &BillLine| line.amount - Money::rounded(line.quantity * line.price);
    let wastewater = bill.lines.iter().filter(|line| line.kind == ChargeKind::Wastewater);
    if is_prorated(bill) { wastewater.map(off).sum() } else { Money::ZERO }
}

fn is_prorated(bill: &Bill) -> bool {
    bill.metered.as_ref().is_some_and(|metered| metered.prorated_days.is_some())
}
