//! Stuck meters: where a register stood still although water used to be used, and what it did not count.
//!
//! A candidate is a run of two or more consecutive actual reads without usage, all of them billed, after periods whose mean
//! is at least 200 cubic feet in 30 days: the rule by which the read audit says zero-twice. Each period of the run is
//! estimated from the periods before it, and billed on top of what was billed in it.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::bands::{PerDay, mean};
use super::consecutive::{PERIODS_BEFORE, USUAL_UNITS, is_actual_zero};
use super::estimate::Method;
use super::plan::Billable;
use crate::domain::books::back_bill::{BackLine, SinceThen, Stuck, StuckPeriod};
use crate::domain::books::bill::{Bill, BillKind, BillLine, Metered};
use crate::domain::books::charge::{ChargeKind, Working};
use crate::domain::books::meter::Meter;
use crate::domain::books::reading::Exception;
use crate::domain::date::Date;
use crate::domain::id::{AccountId, BillNumber, MeterId};
use crate::domain::money::Money;
use crate::domain::office::UsageRounding;
use crate::domain::volume::Usage;

/// What the search goes by.
#[derive(Clone, Copy, Debug)]
pub struct StuckGround<'a> {
    /// Periods read before this day are too old to be billed.
    pub since: Date,
    /// The bills whose periods were billed on top already.
    pub back_billed: &'a BTreeSet<BillNumber>,
    /// How usage becomes billing units.
    pub rounding: UsageRounding,
}

/// The other method's words: an estimate's own mean is that of the last periods, these are the last before the first zero.
const MEAN_BEFORE: &str = "mean usage per day of the billed periods before it stood still (at most 12)";

/// A billed period of a register that is read.
type Billed<'a> = (&'a Bill, &'a Metered);

/// The newest stuck meter of an account of which something can be billed, given its bills and its meters.
///
/// A run that ended because the meter was changed counts as much as one that goes on.
pub fn stuck(bills: &[Bill], meters: &[Meter], ground: StuckGround<'_>) -> Option<Stuck> {
    let metered = bills.iter().filter_map(|bill| Some((bill, bill.metered.as_ref()?)));
    let mut periods: Vec<Billed<'_>> = metered.filter(|(_, metered)| metered.loads.is_empty()).collect();
    periods.sort_by_key(|(_, metered)| metered.period.current);
    runs(&periods).into_iter().rev().find_map(|(first, end)| {
        let (before, run) = (&periods[..first], &periods[first..end]);
        let usual = usual(before)?;
        let can_be_billed = |(bill, metered): &&Billed<'_>| {
            metered.period.current >= ground.since && !ground.back_billed.contains(&bill.number)
        };
        let affected = run.iter().filter(can_be_billed);
        let affected: Vec<StuckPeriod> =
            affected.filter_map(|period| estimated(before, period, ground.rounding)).collect();
        let (_, first) = run.first()?;
        let (_, last) = run.last()?;
        let next = periods.get(end).map(|(_, metered)| *metered);
        (!affected.is_empty()).then(|| Stuck {
            meter: last.meter.clone(),
            reading: last.reading,
            since: first.period.previous,
            until: last.period.current,
            zeros: run.len(),
            before: usual.0,
            days_before: usual.1,
            a_month: usual.2,
            since_then: since_then(first, last, next, meters),
            periods: affected,
        })
    })
}

/// Where consecutive actual reads without usage begin and end, two or more of them.
fn runs(periods: &[Billed<'_>]) -> Vec<(usize, usize)> {
    let mut runs = Vec::new();
    let mut first = 0;
    for end in 0..=periods.len() {
        if periods.get(end).is_some_and(|(_, metered)| is_actual_zero(metered)) {
            continue;
        }
        if end - first >= 2 {
            runs.push((first, end));
        }
        first = end + 1;
    }
    runs
}

/// The usage of at most 12 periods before a run and its days, where it is at least 200 cubic feet in 30 days.
fn usual(before: &[Billed<'_>]) -> Option<(Usage, i64, Decimal)> {
    let latest = || before.iter().rev().take(PERIODS_BEFORE).map(|(_, metered)| *metered);
    let usual = mean(latest()).filter(|usual| usual.at_least_a_month(USUAL_UNITS))?;
    let (usage, days) = summed(&latest().collect::<Vec<_>>())?;
    Some((usage, days, usual.a_month()))
}

/// Total usage and total days of periods, those in another unit than the first left out as a mean leaves them out.
fn summed(periods: &[&Metered]) -> Option<(Usage, i64)> {
    let unit = periods.first()?.usage.unit;
    let alike = || periods.iter().filter(|metered| metered.usage.unit == unit);
    let amount = alike().map(|metered| metered.usage.amount).sum();
    Some((Usage { amount, unit }, alike().map(|metered| metered.period.days()).sum()))
}

/// The estimate of a period from the periods before the first zero: the same month last year, else their mean.
fn estimated(
    before: &[Billed<'_>],
    (bill, metered): &Billed<'_>,
    rounding: UsageRounding,
) -> Option<StuckPeriod> {
    let last_year = before.iter().filter(|(earlier, _)| earlier.month == bill.month.a_year_before());
    let last_year: Vec<&Metered> = last_year.map(|(_, metered)| *metered).collect();
    let latest = before.iter().rev().take(PERIODS_BEFORE).map(|(_, metered)| *metered);
    let (from, method) = if last_year.is_empty() {
        (latest.collect(), MEAN_BEFORE)
    } else {
        (last_year, Method::LastYear.words())
    };
    let (usual, usual_days) = summed(&from)?;
    let (base, unit) = (usual.unit, metered.usage.unit);
    let per_day = PerDay::new(usual.amount, base, usual_days)?;
    let estimate = per_day.over(metered.period.days(), unit).max(0);
    let exact = Decimal::from(estimate) / Decimal::from(unit.per_hcf());
    Some(StuckPeriod {
        bill: bill.number.clone(),
        month: bill.month,
        period: metered.period,
        usual: Decimal::from(usual.amount) * Decimal::from(unit.per_hcf()) / Decimal::from(base.per_hcf()),
        usual_days,
        method: method.to_owned(),
        estimate,
        unit,
        units: if rounding == UsageRounding::Exact { exact } else { exact.floor() },
        billed: bill.units,
    })
}

/// An account whose last three bills show the same usage, not zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repeated {
    /// The account.
    pub account: AccountId,
    /// The meter.
    pub meter: Option<MeterId>,
    /// The usage that is the same.
    pub usage: Usage,
    /// The three read dates, oldest first.
    pub dates: [Date; 3],
}

/// Whether the newest bill of an account is one of which the read audit said identical-usage.
pub fn repeated(bills: &[Bill]) -> Option<Repeated> {
    let metered: Vec<Billed<'_>> =
        bills.iter().filter_map(|bill| Some((bill, bill.metered.as_ref()?))).collect();
    let [.., (_, first), (_, second), (bill, last)] = metered.as_slice() else { return None };
    last.exceptions.contains(&Exception::IdenticalUsage).then(|| Repeated {
        account: bill.account.clone(),
        meter: last.meter.clone(),
        usage: last.usage,
        dates: [first, second, last].map(|metered| metered.period.current),
    })
}

/// What became of the register after its last read without usage.
fn since_then(first: &Metered, last: &Metered, next: Option<&Metered>, meters: &[Meter]) -> SinceThen {
    let same = |meter: &&Meter| Some(&meter.id) == last.meter.as_ref();
    let removal = meters.iter().filter(same).filter_map(|meter| meter.removal.as_ref());
    let removal = removal.into_iter().find(|removal| removal.date > first.period.previous);
    match (removal, next.filter(|next| next.usage.amount != 0)) {
        (Some(removal), _) => SinceThen::ChangedOut(removal.date, removal.reason.clone()),
        (None, Some(next)) => SinceThen::Moved(next.period.current),
        (None, None) => SinceThen::Stands,
    }
}

/// A posted bill as what is to be priced once more, with other units.
pub fn again(bill: &Bill, units: Decimal) -> Billable {
    let prorated_days = bill.metered.as_ref().and_then(|metered| metered.prorated_days);
    Billable {
        kind: BillKind::Regular,
        units,
        tariff_date: bill.metered.as_ref().map_or(bill.bill_date, |metered| metered.period.current),
        prorated_days,
        rental_days: 0,
        budget: bill.budget_hcf,
        rebill: 0,
        metered: bill.metered.clone(),
    }
}

/// What the lines of the rate file cost more with an estimate on top, given them as billed and with it.
pub fn on_top(before: Vec<BillLine>, after: Vec<BillLine>) -> Vec<BackLine> {
    type Key = (ChargeKind, Option<u32>, String, Decimal, Working);
    let key = |line: &BillLine| -> Key {
        (line.kind, line.tier, line.name.to_string(), line.price, (*line.working).clone())
    };
    let mut lines: BTreeMap<Key, [(Decimal, Money); 2]> = BTreeMap::new();
    for (side, all) in [before, after].into_iter().enumerate() {
        for line in all {
            let sums = &mut lines.entry(key(&line)).or_default()[side];
            sums.0 += line.quantity;
            sums.1 += line.amount;
        }
    }
    let lines = lines.into_iter().filter(|(_, [before, after])| before != after);
    let line = |((kind, tier, name, price, working), [before, after]): (Key, [(Decimal, _); 2])| BackLine {
        kind,
        name,
        tier,
        price,
        billed: before.0,
        with: after.0,
        before: before.1,
        after: after.1,
        working,
    };
    lines.map(line).collect()
}

#[cfg(test)]
mod tests;
