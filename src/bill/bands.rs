//! Bands: how usage compares with what is usual, per day and exact.

use rust_decimal::Decimal;

use crate::domain::books::bill::Metered;
use crate::domain::books::history::History;
use crate::domain::books::reading::Exception;
use crate::domain::date::{Date, Month};
use crate::domain::volume::VolumeUnit;

/// Days of the month-equivalent by which differences are measured.
const MONTH_DAYS: i128 = 30;
/// Billed periods whose mean a usage is compared with.
const PERIODS_COMPARED: usize = 3;
/// Units a month-equivalent below which a difference does not count.
const UNITS_THAT_COUNT: i128 = 5;

/// Billing units a day, as an exact fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PerDay {
    numerator: i128,
    denominator: i128,
}

impl PerDay {
    /// Usage over days; `None` where there are no days.
    pub(super) fn new(usage: i64, unit: VolumeUnit, days: i64) -> Option<PerDay> {
        let denominator = i128::from(unit.per_hcf()) * i128::from(days);
        (days > 0).then_some(PerDay { numerator: i128::from(usage), denominator })
    }

    /// Units in a month-equivalent of 30 days, rounded half-up to the tenth: to be shown; bands compare exactly.
    pub(super) fn a_month(self) -> Decimal {
        let halves = 2 * 10 * self.numerator * MONTH_DAYS;
        let tenths = (halves + self.denominator).div_euclid(2 * self.denominator);
        Decimal::from_i128_with_scale(tenths, 1)
    }

    /// Whether it is at least so many units in 30 days.
    pub(super) fn at_least_a_month(self, units: i64) -> bool {
        self.numerator * MONTH_DAYS >= i128::from(units) * self.denominator
    }

    /// The mean of two.
    fn between(self, other: PerDay) -> PerDay {
        PerDay {
            numerator: self.numerator * other.denominator + other.numerator * self.denominator,
            denominator: 2 * self.denominator * other.denominator,
        }
    }

    /// Usage of so many days in a unit, division last, floored.
    pub(super) fn over(self, days: i64, unit: VolumeUnit) -> i64 {
        let volume = self.numerator * i128::from(days) * i128::from(unit.per_hcf());
        i64::try_from(volume.div_euclid(self.denominator)).expect("usage of a period fits a register")
    }

    fn cmp_exact(&self, other: &PerDay) -> std::cmp::Ordering {
        (self.numerator * other.denominator).cmp(&(other.numerator * self.denominator))
    }

    /// Whether this is at least so many percent of the other.
    fn at_least(self, percent: i128, other: PerDay) -> bool {
        100 * self.numerator * other.denominator >= percent * other.numerator * self.denominator
    }

    /// Whether the two differ by at least 5 units in 30 days.
    fn differs_from(self, other: PerDay) -> bool {
        let difference = (self.numerator * other.denominator - other.numerator * self.denominator).abs();
        difference * MONTH_DAYS >= UNITS_THAT_COUNT * self.denominator * other.denominator
    }
}

/// The middle of several; for an even number the mean of the two in the middle.
pub(super) fn median(mut usages: Vec<PerDay>) -> Option<PerDay> {
    usages.sort_by(PerDay::cmp_exact);
    let middle = usages.len() / 2;
    match usages.len() {
        0 => None,
        n if n % 2 == 1 => Some(usages[middle]),
        _ => Some(usages[middle - 1].between(usages[middle])),
    }
}

/// The mean over billed periods: total usage over total days.
pub(super) fn mean<'a>(periods: impl Iterator<Item = &'a Metered>) -> Option<PerDay> {
    let (mut usage, mut days, mut unit) = (0, 0, None);
    for metered in periods {
        if unit.is_some_and(|unit| unit != metered.usage.unit) {
            continue;
        }
        unit = Some(metered.usage.unit);
        usage += metered.usage.amount;
        days += metered.period.days();
    }
    PerDay::new(usage, unit?, days)
}

/// What a read of a month and date is compared with, and what that is in words.
pub(super) fn usual(
    history: &History,
    month: Month,
    date: Date,
    median: Option<PerDay>,
) -> Option<(PerDay, &'static str)> {
    let last_year = last_year(history, month).map(|usual| (usual, "the same month last year"));
    let recent = || {
        recent(history, date, PERIODS_COMPARED).map(|usual| (usual, "the mean of the last billed periods"))
    };
    let class = || median.map(|usual| (usual, "the median of the class this month"));
    last_year.or_else(recent).or_else(class)
}

/// Usage a day in the same month last year.
pub(super) fn last_year(history: &History, month: Month) -> Option<PerDay> {
    let of_month = history.bills.iter().filter(|bill| bill.month == month.a_year_before());
    mean(of_month.filter_map(|bill| bill.metered.as_ref()))
}

/// Usage a day over the last billed periods before a date, at most so many.
pub(super) fn recent(history: &History, before: Date, periods: usize) -> Option<PerDay> {
    let metered = history.bills.iter().rev().filter_map(|bill| bill.metered.as_ref());
    mean(metered.filter(|metered| metered.period.current < before).take(periods))
}

/// The band of a usage beside what it is compared with; `None` where it is usual.
///
/// Zero usage has its own word and no band.
pub(super) fn band(usage: PerDay, usual: PerDay) -> Option<Exception> {
    if usage.numerator == 0 || !usage.differs_from(usual) {
        return None;
    }
    if usual.numerator == 0 || usage.at_least(500, usual) {
        Some(Exception::Highest)
    } else if usage.at_least(200, usual) {
        Some(Exception::High)
    } else if usual.at_least(1000, usage) {
        Some(Exception::Lowest)
    } else if usual.at_least(250, usage) {
        Some(Exception::Low)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cf(usage: i64, days: i64) -> PerDay {
        PerDay::new(usage, VolumeUnit::Cf, days).unwrap()
    }

    #[test]
    fn bands_begin_at_their_percentages() {
        for (usage, usual, expected) in [
            (5_000, 1_000, Some(Exception::Highest)),
            (4_999, 1_000, Some(Exception::High)),
            (2_000, 1_000, Some(Exception::High)),
            (1_999, 1_000, None),
            (400, 1_000, Some(Exception::Low)),
            (401, 1_000, None),
            (100, 1_000, Some(Exception::Lowest)),
            (101, 1_000, Some(Exception::Low)),
            (0, 1_000, None),
        ] {
            assert_eq!(band(cf(usage, 30), cf(usual, 30)), expected, "{usage} beside {usual}");
        }
    }

    #[test]
    fn a_difference_below_five_units_a_month_does_not_count() {
        assert_eq!(band(cf(999, 30), cf(500, 30)), None);
        assert_eq!(band(cf(1_000, 30), cf(500, 30)), Some(Exception::High));
        assert_eq!(band(cf(499, 30), cf(0, 30)), None);
        assert_eq!(band(cf(500, 30), cf(0, 30)), Some(Exception::Highest));
    }

    #[test]
    fn medians_are_exact() {
        let usages = vec![cf(300, 30), cf(100, 30), cf(200, 30), cf(1_000, 31)];
        let middle = median(usages).unwrap();
        assert_eq!(middle.cmp_exact(&cf(250, 30)), std::cmp::Ordering::Equal);
        assert_eq!(median(vec![]), None);
    }

    #[test]
    fn an_estimate_multiplies_before_it_divides() {
        assert_eq!(cf(817, 30).over(30, VolumeUnit::Cf), 817);
        assert_eq!(cf(100, 3).over(29, VolumeUnit::Cf), 966);
    }
}
