//! Shares one bill among the rates of its period: a part for every span of days under one tariff.
//!
//! **The rule.** Each tariff prices the whole period: all of its usage, in tiers as wide as ever, and its fixed
//! charge of a month. A part then takes its share of what its own tariff comes to.
//!
//! - Units of water are whole where the office bills whole units. A part's units are the usage times its days by
//!   the days of the period, rounded by largest remainder (of equal ones the earlier part's). Within the tiers
//!   the first units of the period are shared as the whole of it is, so that a part has as much of the cheap
//!   water as of the dear. Full tiers for each part would sell the cheap water twice; tiers cut to the days of a
//!   part would end within a unit, and rounding would make the bill depend on where the cut fell.
//! - Fixed charges and all other amounts are multiplied by days of the part / days of the period (/ 30 on an
//!   opening bill that is prorated). The cents of one charge are shared by largest remainder, so that its parts
//!   sum to what it comes to as a whole: an unchanged charge costs the same to the cent.
//! - A line of water is its quantity times its price, rounded by itself, so that it can be checked on paper.
//!   Unchanged prices in whole cents give the same bill to the cent; a price with fractions of a cent may differ
//!   by half a cent for each line.
//!
//! Illustrative: the district has published no rule for a period over a change of rates.

use std::sync::Arc;

use rust_decimal::{Decimal, RoundingStrategy};
use smol_str::format_smolstr;

use super::assemble::{MONTH_DAYS, rate_line};
use super::plan::Billable;
use crate::domain::books::bill::BillLine;
use crate::domain::books::charge::{Charge, ChargeKind, ChargeUnit};
use crate::domain::date::{Date, Period, plus_days};
use crate::domain::money::Money;
use crate::domain::office::{Office, ProratedLine, UsageRounding};

/// One part of a period: its days under one tariff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The first day.
    pub from: Date,
    /// The last day; the tariff in force on it is that of the part.
    pub until: Date,
    /// The units of water that fall to it.
    pub units: Decimal,
}

impl Part {
    fn days(&self) -> i64 {
        (self.until - self.from).num_days() + 1
    }
}

/// A period in its parts, the first one first; mostly there is only one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    parts: Vec<Part>,
    /// Whether units are never divided.
    whole_units: bool,
}

/// What the days of one part are priced at: the charges of its tariff for the whole period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PricedPart {
    /// The first day on which the tariff is in force.
    pub effective: Date,
    /// Its charges.
    pub charges: Vec<Charge>,
}

/// Splits the period of a bill at each date on which rates begin, where the office wants that.
///
/// Without a meter, and where no rates begin after its first day, a period has one part.
pub fn split(billable: &Billable, rates_begin: impl Iterator<Item = Date>, office: &Office) -> Split {
    let whole_units = office.usage.rounding != UsageRounding::Exact;
    let period = billable.metered.as_ref().map(|metered| metered.period);
    let Some(period) = period.filter(|period| office.rates.prorate_change && period.days() > 0) else {
        let date = billable.tariff_date;
        let part = Part { from: date, until: date, units: billable.units };
        return Split { parts: vec![part], whole_units };
    };
    let mut parts = spans(period, rates_begin);
    let days: Vec<Decimal> = parts.iter().map(|part| part.days().into()).collect();
    let exact: Vec<Decimal> =
        days.iter().map(|days| billable.units * days / Decimal::from(period.days())).collect();
    let units = if whole_units {
        by_largest_remainder(&exact, billable.units)
    } else {
        let before = Sharing { weights: &days, whole: false };
        (0..days.len()).map(|part| before.of_first(billable.units, part)).collect()
    };
    for (part, units) in parts.iter_mut().zip(units) {
        part.units = units;
    }
    Split { parts, whole_units }
}

/// The days of a period, cut before each date on which rates begin.
fn spans(period: Period, rates_begin: impl Iterator<Item = Date>) -> Vec<Part> {
    let (first, last) = (period.from_date(), period.current);
    let mut starts: Vec<Date> = rates_begin.filter(|date| first < *date && *date <= last).collect();
    starts.push(first);
    starts.sort();
    starts.dedup();
    let ends = starts.iter().skip(1).map(|next| plus_days(*next, -1)).chain([last]);
    starts.iter().zip(ends).map(|(from, until)| Part { from: *from, until, units: Decimal::ZERO }).collect()
}

impl Split {
    /// The parts, the first one first; never none.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The lines of the rate file, rounded: a charge's line for each part that has one.
    ///
    /// # Panics
    /// Where not every part is priced.
    pub fn lines(&self, priced: Vec<PricedPart>, billable: &Billable, office: &Office) -> Vec<BillLine> {
        assert_eq!(priced.len(), self.parts.len(), "each part of a period is priced");
        if let [_] = self.parts.as_slice() {
            let charges = priced.into_iter().flat_map(|part| part.charges);
            return charges.map(|charge| rate_line(charge, billable, office)).collect();
        }
        let mut shares = Vec::new();
        for (place, part) in priced.into_iter().enumerate() {
            for charge in part.charges {
                shares.extend(match charge.unit {
                    ChargeUnit::Hcf => self.water(place, charge),
                    _ => Some(self.amount(place, charge, billable, office)),
                });
            }
        }
        round_amounts(&mut shares);
        let mut lines: Vec<BillLine> = shares.into_iter().map(|share| share.line).collect();
        lines.retain(|line| line.kind != ChargeKind::Surcharge || !line.amount.is_zero());
        lines.sort_by_key(|line| (line.kind, line.tier));
        lines
    }

    /// The part of a line of water: those of its units that fall to the part.
    fn water(&self, place: usize, charge: Charge) -> Option<Share> {
        let weights: Vec<Decimal> = match self.whole_units {
            true => self.parts.iter().map(|part| part.units).collect(),
            false => self.parts.iter().map(|part| part.days().into()).collect(),
        };
        let sharing = Sharing { weights: &weights, whole: self.whole_units };
        let above = charge.working.above.unwrap_or_default();
        let quantity = sharing.of_first(above + charge.quantity, place) - sharing.of_first(above, place);
        let exact = quantity * charge.price;
        (!quantity.is_zero()).then(|| self.share(place, Charge { quantity, ..charge }, exact))
    }

    /// The part of any other line: its amount by days.
    fn amount(&self, place: usize, charge: Charge, billable: &Billable, office: &Office) -> Share {
        let prorated = charge.kind == ChargeKind::Fixed
            && billable.prorated_days.is_some()
            && office.rates.prorate.contains(&ProratedLine::Fixed);
        let of: i64 = if prorated { MONTH_DAYS } else { self.parts.iter().map(Part::days).sum() };
        let days = Decimal::from(self.parts[place].days());
        let exact = charge.amount * days / Decimal::from(of);
        let share = Charge { quantity: days, unit: ChargeUnit::Day, ..charge };
        self.share(place, share, exact)
    }

    fn share(&self, place: usize, charge: Charge, exact: Decimal) -> Share {
        let Part { from, until, .. } = self.parts[place];
        let line = BillLine {
            kind: charge.kind,
            name: format_smolstr!("{} {from} to {until}", charge.name),
            tier: charge.tier,
            quantity: charge.quantity,
            unit: charge.unit,
            price: charge.price,
            amount: Money::rounded(exact),
            working: Arc::new(charge.working),
        };
        Share { line, charge: charge.name, exact }
    }
}

/// A line of one part, the charge it is a part of, and its amount before rounding.
struct Share {
    line: BillLine,
    charge: String,
    exact: Decimal,
}

/// Rounds amounts by days, so that the parts of a charge sum to what it comes to as a whole.
fn round_amounts(shares: &mut [Share]) {
    let by_days = |share: &Share| share.line.unit == ChargeUnit::Day;
    let mut charges: Vec<String> =
        shares.iter().filter(|share| by_days(share)).map(|share| share.charge.clone()).collect();
    charges.sort();
    charges.dedup();
    for charge in charges {
        let mut parts: Vec<&mut Share> =
            shares.iter_mut().filter(|share| by_days(share) && share.charge == charge).collect();
        let cents: Vec<Decimal> = parts.iter().map(|part| part.exact * Decimal::ONE_HUNDRED).collect();
        // The days' quotients have an end; what they lack in the last digit must not decide about half a cent.
        let sum: Decimal = parts.iter().map(|part| part.exact).sum::<Decimal>().round_dp(12);
        let total = Money::rounded(sum).decimal() * Decimal::ONE_HUNDRED;
        for (part, cents) in parts.iter_mut().zip(by_largest_remainder(&cents, total)) {
            part.line.amount = Money::rounded(cents / Decimal::ONE_HUNDRED);
        }
    }
}

/// Rounds shares to whole numbers that sum to the total; of equal remainders the first is rounded up.
fn by_largest_remainder(exact: &[Decimal], total: Decimal) -> Vec<Decimal> {
    let mut whole: Vec<Decimal> = exact.iter().map(Decimal::floor).collect();
    let mut order: Vec<usize> = (0..exact.len()).collect();
    order.sort_by_key(|place| (whole[*place] - exact[*place]).round_dp(12));
    let mut missing = total - whole.iter().sum::<Decimal>();
    for place in order {
        if missing < Decimal::ONE {
            break;
        }
        whole[place] += Decimal::ONE;
        missing -= Decimal::ONE;
    }
    whole
}

/// How the units of a period, counted from its first, are shared among its parts.
struct Sharing<'w> {
    weights: &'w [Decimal],
    /// Whether a unit belongs to one part alone.
    whole: bool,
}

impl Sharing<'_> {
    /// How many of the first units of the period are a part's.
    ///
    /// The first part takes its share of them, the second its share of the rest, and so on. Each further unit
    /// thus goes to one part, whatever tier it lies in, and all of them together to each as many as it has.
    fn of_first(&self, units: Decimal, part: usize) -> Decimal {
        let (mut rest, mut weight) = (units, self.weights.iter().sum::<Decimal>());
        let mut own = Decimal::ZERO;
        for taken in &self.weights[..=part] {
            own = if weight.is_zero() { rest } else { self.share(rest, *taken, weight) };
            rest -= own;
            weight -= *taken;
        }
        own
    }

    fn share(&self, units: Decimal, taken: Decimal, weight: Decimal) -> Decimal {
        if !self.whole || taken == weight {
            return units * taken / weight;
        }
        let rounded = |units: Decimal| {
            (units * taken / weight).round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero)
        };
        // A bound within a unit divides it between two tiers, both of them the part's that has the unit.
        let (units, fraction) = (units.trunc(), units.fract());
        let own = rounded(units);
        if fraction.is_zero() { own } else { own + fraction * (rounded(units + Decimal::ONE) - own) }
    }
}

#[cfg(test)]
mod tests;
