//! One bill rebuilt from its readings and the rates: the values that the formulas of Proof must come to.
//!
//! Nothing here looks at the amounts of the bill, so that what is stored ties for the same reason as what is
//! recalculated. The exception is a line whose price no other customer has: it is taken as billed.

use rust_decimal::Decimal;

use super::rates::{MONTH_DAYS, ROLLOVER_FROM, ROLLOVER_TO, Rates, is_scheduled};
use crate::domain::books::bill::{BillLine, Metered};
use crate::domain::books::charge::{ChargeKind, ChargeUnit};
use crate::domain::books::meter;
use crate::domain::money::Money;
use crate::domain::office::UsageRounding;
use crate::domain::proposals::register::{Register, RegisterRow, Schedule};
use crate::domain::volume::VolumeUnit;

/// The lines of a bill by the columns of Proof that rebuild them.
#[derive(Default)]
pub(super) struct Lines<'a> {
    /// The fixed charge, of a month or of days.
    pub(super) fixed: Option<&'a BillLine>,
    /// Wastewater.
    pub(super) wastewater: Option<&'a BillLine>,
    /// Rental by the day.
    pub(super) fee: Option<&'a BillLine>,
    /// Any other price times its quantity.
    pub(super) others: Vec<&'a BillLine>,
    /// The sum of what has no rate; `None` where all has.
    pub(super) as_billed: Option<Money>,
}

impl<'a> Lines<'a> {
    /// Sorts the lines of a bill, those of its schedule left out.
    pub(super) fn of(row: &'a RegisterRow, rates: &Rates<'_>, schedules: &[Schedule]) -> Lines<'a> {
        let mut lines = Lines::default();
        // What rates share by days, cent by cent, is no price times a quantity.
        let shared = row.bill.is_shared_by_days();
        let by_days = |line: &BillLine| {
            shared
                && matches!(line.kind, ChargeKind::Fixed | ChargeKind::Surcharge)
                && line.unit != ChargeUnit::Hcf
        };
        for line in row.bill.lines.iter().filter(|line| !is_scheduled(line, row, schedules)) {
            let column = match (line.kind, line.unit) {
                (ChargeKind::Fixed, ChargeUnit::Day | ChargeUnit::Month) => Some(&mut lines.fixed),
                (ChargeKind::Wastewater, _) => Some(&mut lines.wastewater),
                (ChargeKind::Fee, _) => Some(&mut lines.fee),
                _ => None,
            };
            match column.filter(|column| column.is_none()) {
                _ if rates.number(line).is_none() || by_days(line) => {
                    *lines.as_billed.get_or_insert_default() += line.amount;
                }
                Some(column) => *column = Some(line),
                None => lines.others.push(line),
            }
        }
        lines
    }
}

/// Usage from two readings.
pub(super) struct Counted {
    /// 1 where the register passed its last figure.
    pub(super) rolled_over: i64,
    /// Usage in the register's unit; `None` where it is given.
    pub(super) read: Option<i64>,
    /// What meters counted that were changed out in the period.
    pub(super) changed_out: i64,
}

impl Counted {
    /// Counts from the previous reading to the current one.
    pub(super) fn of(metered: &Metered, gauge: Option<meter::Register>) -> Counted {
        let (Some(gauge), Some(previous), Some(current)) = (gauge, metered.previous, metered.reading) else {
            return Counted { rolled_over: 0, read: None, changed_out: 0 };
        };
        let (previous, capacity) = (previous.value, gauge.capacity());
        let share = |reading: i64| Decimal::from(reading) / Decimal::from(capacity);
        let rolled_over = i64::from(
            current < previous && share(previous) >= ROLLOVER_FROM && share(current) <= ROLLOVER_TO,
        );
        let steps = current - previous + rolled_over * capacity;
        let changed_out = metered.changed_out.iter().map(|out| out.usage).sum();
        Counted { rolled_over, read: Some(steps * gauge.multiplier + changed_out), changed_out }
    }
}

/// From usage to billing units.
#[derive(Default)]
pub(super) struct Units {
    /// What was carried here, and the usage.
    pub(super) with_carry: i64,
    /// Billing units.
    pub(super) units: Decimal,
    /// What is carried on.
    pub(super) carry: Decimal,
}

impl Units {
    /// Turns usage into units under the office's rule.
    pub(super) fn of(rounding: UsageRounding, carry: i64, usage: i64, unit: VolumeUnit) -> Units {
        let one = Decimal::from(unit.per_hcf());
        let with_carry = match rounding {
            UsageRounding::TruncateReadings => carry + usage,
            UsageRounding::TruncateUsage | UsageRounding::Exact => carry.min(0) + usage,
        };
        let parts = Decimal::from(with_carry) / one;
        let units = match rounding {
            UsageRounding::TruncateReadings | UsageRounding::TruncateUsage => parts.floor(),
            UsageRounding::Exact => parts,
        };
        let units = units.max(Decimal::ZERO);
        let carry = match rounding {
            UsageRounding::TruncateReadings => Decimal::from(with_carry) - units * one,
            UsageRounding::TruncateUsage | UsageRounding::Exact => Decimal::from(with_carry.min(0)),
        };
        Units { with_carry, units, carry }
    }
}

/// The units of each tier: what lies above its bound, less what lies above the next.
///
/// `above` is where each begins for one dwelling. Bounds do not decrease, so this is the same as filling the tiers
/// from below; and it needs no bound for the last.
pub(super) fn tiers(units: Decimal, above: &[Decimal], dwellings: u32) -> Vec<Decimal> {
    let mut quantities = vec![Decimal::ZERO; above.len()];
    let mut higher = Decimal::ZERO;
    for (quantity, above) in quantities.iter_mut().zip(above).rev() {
        *quantity = (units - above * Decimal::from(dwellings)).max(Decimal::ZERO) - higher;
        higher += *quantity;
    }
    quantities
}

/// A price times how many, of a whole month or of some days of it, rounded once.
pub(super) fn amount(price: Decimal, quantity: Decimal, days: Option<Decimal>) -> Money {
    let whole = price * quantity;
    Money::rounded(days.map_or(whole, |days| whole * days / Decimal::from(MONTH_DAYS)))
}

/// Days of a prorated fixed charge.
pub(super) fn fixed_days(line: &BillLine) -> Option<Decimal> {
    (line.unit == ChargeUnit::Day).then_some(line.quantity)
}

/// One bill, rebuilt.
pub(super) struct Rebuilt<'a> {
    /// Its lines outside the schedule.
    pub(super) lines: Lines<'a>,
    /// What its water is priced with.
    pub(super) schedule: Option<&'a Schedule>,
    /// Usage from readings.
    pub(super) counted: Counted,
    /// Usage in the register's unit; `None` without a meter.
    pub(super) usage: Option<i64>,
    /// Units and carry.
    pub(super) units: Units,
    /// Units of each tier of the schedule.
    pub(super) quantities: Vec<Decimal>,
    /// Days of a prorated wastewater charge.
    pub(super) wastewater_days: Option<Decimal>,
}

impl<'a> Rebuilt<'a> {
    /// Rebuilds a bill.
    pub(super) fn of(row: &'a RegisterRow, register: &'a Register, rates: &Rates<'_>) -> Rebuilt<'a> {
        let metered = row.bill.metered.as_ref();
        let none = Counted { rolled_over: 0, read: None, changed_out: 0 };
        let counted = metered.map_or(none, |metered| Counted::of(metered, row.basis.gauge));
        let usage = metered.map(|metered| counted.read.unwrap_or(metered.usage.amount));
        let units = match (metered, usage) {
            (Some(metered), Some(usage)) => {
                Units::of(register.rounding, metered.carry_before, usage, metered.usage.unit)
            }
            _ => Units::default(),
        };
        let schedule = row.basis.schedule.map(|at| &register.schedules[at]);
        let above: Vec<Decimal> = schedule.iter().flat_map(|schedule| &schedule.tiers).map(above).collect();
        let quantities = tiers(units.units, &above, row.basis.tier_dwellings);
        let lines = Lines::of(row, rates, &register.schedules);
        let wastewater_days = row.basis.wastewater_days.map(Decimal::from);
        Rebuilt { lines, schedule, counted, usage, units, quantities, wastewater_days }
    }

    /// The amounts of the schedule's tiers; for a flat price one.
    pub(super) fn water(&self) -> impl Iterator<Item = Money> {
        let tiers = self.schedule.iter().flat_map(|schedule| &schedule.tiers);
        tiers.zip(&self.quantities).map(|(tier, quantity)| amount(tier.price, *quantity, None))
    }
}

/// Where a tier begins, for one dwelling.
pub(super) fn above(tier: &crate::domain::proposals::register::TierRate) -> Decimal {
    tier.working.above.unwrap_or(Decimal::ZERO)
}
