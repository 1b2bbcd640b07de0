//! The water that a landscape may use in a period: its area times the evapotranspiration of the period's days.

use std::collections::BTreeMap;

use rust_decimal::{Decimal, RoundingStrategy};

use crate::domain::books::history::History;
use crate::domain::books::weather::{
    Budget, BudgetBasis, BudgetDay, Eto, EtoGap, Landscape, Station, Weather,
};
use crate::domain::date::{Date, Month, Period, plus_days};
use crate::domain::office::WholeUnits;

/// Gallons that an inch of water on a square foot comes to.
const GALLONS_PER_SQ_FT_INCH: Decimal = Decimal::from_parts(62, 0, 0, false, 2);
/// Gallons to the billing unit.
const GALLONS_PER_HCF: Decimal = Decimal::from_parts(748, 0, 0, false, 0);
/// A longer run of days without a good value is not filled.
const LONGEST_GAP: i64 = 3;
/// Digits that a budget keeps: those of a decimal of 28.
const DIGITS: u32 = 28;

/// What budgets are made from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budgets<'a> {
    pub(super) weather: &'a Weather,
    pub(super) rounding: WholeUnits,
}

impl Budgets<'_> {
    /// The budget of an account for a period; `None` for an account without a landscape on its last day.
    ///
    /// # Errors
    /// Where the weather has a gap that may not be filled.
    pub(super) fn of(self, history: &History, period: Period) -> Option<Result<Budget, EtoGap>> {
        let landscape = history.landscape_on(period.current)?;
        Some(budget(landscape, self.weather, period, self.rounding))
    }
}

/// The budget of a landscape for a period, day by day.
///
/// A gap of at most three days is filled with the mean of the good days around it, which may lie outside the
/// period. A period that is exactly a calendar month goes by the month's report where a day of it is a gap.
///
/// # Errors
/// Where a gap may not be filled.
pub fn budget(
    landscape: &Landscape,
    weather: &Weather,
    period: Period,
    rounding: WholeUnits,
) -> Result<Budget, EtoGap> {
    let nothing = Station::default();
    let station = weather.station(&landscape.station).unwrap_or(&nothing);
    let (inches, basis) = match (days(landscape, station, period), month(station, period)) {
        (Ok(days), None) => on_days(days),
        (Ok(days), Some(_)) if days.iter().all(|day| day.between.is_none()) => on_days(days),
        (_, Some((month, inches))) => (inches, BudgetBasis::Month(month)),
        (Err(gap), None) => return Err(gap),
    };
    let hcf = inches * GALLONS_PER_SQ_FT_INCH * landscape.full_area() / GALLONS_PER_HCF;
    let hcf = match rounding {
        WholeUnits::None => hcf.round_sf(DIGITS).unwrap_or(hcf).normalize(),
        WholeUnits::WholeUnits => hcf.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero),
    };
    Ok(Budget { hcf, inches, basis })
}

fn on_days(days: Vec<BudgetDay>) -> (Decimal, BudgetBasis) {
    (days.iter().map(|day| day.inches).sum(), BudgetBasis::Days(days))
}

/// The month's report, where the period is exactly a calendar month.
fn month(station: &Station, period: Period) -> Option<(Month, Decimal)> {
    let month = Month::of(period.current);
    let whole = period.from_date() == month.first_day() && period.current == month.last_day();
    let inches = station.months.get(&month).filter(|_| whole)?.good()?;
    Some((month, inches))
}

fn days(landscape: &Landscape, station: &Station, period: Period) -> Result<Vec<BudgetDay>, EtoGap> {
    let good: BTreeMap<Date, Decimal> =
        station.days.iter().filter_map(|(day, eto)| Some((*day, eto.good()?))).collect();
    let all = period.from_date().iter_days().take_while(|day| *day <= period.current);
    all.map(|date| {
        let flag = station.days.get(&date).map(|eto: &Eto| eto.flag.clone()).unwrap_or_default();
        if let Some(inches) = good.get(&date) {
            return Ok(BudgetDay { date, inches: *inches, flag, between: None });
        }
        let before = good.range(..date).next_back();
        let next = good.range(date..).next();
        match (before, next) {
            (Some((before, a)), Some((next, b))) if (*next - *before).num_days() - 1 <= LONGEST_GAP => {
                let mean = (a + b) / Decimal::TWO;
                Ok(BudgetDay { date, inches: mean, flag, between: Some((*before, *next)) })
            }
            _ => Err(EtoGap {
                station: landscape.station.clone(),
                first: before.map_or(date, |(before, _)| plus_days(*before, 1)),
                next: next.map(|(next, _)| *next),
                before: before.map(|(before, _)| *before),
            }),
        }
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::books::weather::{EtoReport, EtoSpan};
    use crate::domain::id::{AccountId, StationId};
    use proptest::prelude::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn landscape() -> Landscape {
        Landscape {
            account: AccountId::new("0104308"),
            area: Decimal::from(10_000),
            special_area: Decimal::from(1_000),
            factor: Landscape::FACTOR,
            station: StationId::new("117"),
            from: date("2026-01-01"),
        }
    }

    /// Days from 1 March on, a word each: inches, `-` for a missing value, `I` for a severe one of 9 inches.
    fn weather(words: &str) -> Weather {
        let mut weather = Weather::default();
        for (word, day) in words.split_whitespace().zip(date("2026-03-01").iter_days()) {
            let eto = match word {
                "-" => Eto { inches: None, flag: "M".to_owned() },
                "I" => Eto { inches: Some(Decimal::from(9)), flag: "I".to_owned() },
                inches => Eto { inches: Some(inches.parse().unwrap()), flag: String::new() },
            };
            weather.learn(EtoReport { station: StationId::new("117"), span: EtoSpan::Day(day), eto });
        }
        weather
    }

    fn of(words: &str, previous: &str, current: &str) -> Result<Budget, EtoGap> {
        let period = Period { previous: date(previous), current: date(current) };
        budget(&landscape(), &weather(words), period, WholeUnits::None)
    }

    #[test]
    fn the_days_of_the_period_count_and_no_other() {
        let budget = of("9 0.10 0.20 0.30 9", "2026-03-01", "2026-03-04").unwrap();
        assert_eq!(budget.inches.to_string(), "0.60");
        // 0.60 x 0.62 x (0.8 x 9,000 + 1,000) / 748
        assert_eq!(budget.hcf.round_dp(10).to_string(), "4.0780748663");
    }

    #[test]
    fn a_short_gap_is_the_mean_of_the_good_days_around_it_also_outside_the_period() {
        let budget = of("0.10 - I - 0.20", "2026-03-02", "2026-03-04").unwrap();
        assert_eq!(budget.inches.to_string(), "0.30");
        let BudgetBasis::Days(days) = budget.basis else { panic!("it goes by days") };
        assert_eq!(days[0].between, Some((date("2026-03-01"), date("2026-03-05"))));
        assert_eq!(days[0].flag, "I");
    }

    #[test]
    fn a_long_gap_and_one_without_an_end_are_not_filled() {
        let gap = of("0.10 - - - - 0.20", "2026-03-01", "2026-03-03").unwrap_err();
        assert_eq!((gap.first, gap.next), (date("2026-03-02"), Some(date("2026-03-06"))));
        assert_eq!(of("0.10 0.10 -", "2026-03-01", "2026-03-03").unwrap_err().next, None);
        assert_eq!(of("- 0.10 0.10", "2026-02-28", "2026-03-03").unwrap_err().before, None);
        assert!(of("", "2026-02-28", "2026-03-03").is_err());
    }

    #[test]
    fn a_calendar_month_goes_by_its_report_where_days_are_missing() {
        let mut weather = weather("0.10");
        let month: Month = "2026-03".parse().unwrap();
        let eto = Eto { inches: Some("6.20".parse().unwrap()), flag: "K".to_owned() };
        weather.learn(EtoReport { station: StationId::new("117"), span: EtoSpan::Month(month), eto });
        let whole = Period { previous: date("2026-02-28"), current: date("2026-03-31") };
        let short = Period { previous: date("2026-02-28"), current: date("2026-03-30") };
        let inches =
            |period| budget(&landscape(), &weather, period, WholeUnits::None).map(|b| b.inches.to_string());
        assert_eq!(inches(whole).as_deref(), Ok("6.20"));
        assert!(inches(short).is_err());
    }

    #[test]
    fn whole_units_round_half_up_once() {
        let period = Period { previous: date("2026-03-01"), current: date("2026-03-04") };
        let whole =
            |words: &str| budget(&landscape(), &weather(words), period, WholeUnits::WholeUnits).unwrap().hcf;
        assert_eq!(whole("9 0.10 0.20 0.30 9"), Decimal::from(4));
        assert_eq!(whole("9 0.30 0.20 0.30 9"), Decimal::from(5));
    }

    proptest! {
        /// Two periods that follow each other have together the budget of the one that is both.
        #[test]
        fn budgets_of_adjoining_periods_add_up(days in proptest::collection::vec(0_i64..40, 4..60), cut in 1_usize..50) {
            let words: Vec<String> = days.iter().map(|cents| Decimal::new(*cents, 2).to_string()).collect();
            let (weather, first) = (weather(&words.join(" ")), date("2026-03-01"));
            let cut = cut.min(days.len() - 2);
            let end = |day: usize| plus_days(first, i64::try_from(day).unwrap());
            let inches = |previous, current| {
                let period = Period { previous: end(previous), current: end(current) };
                budget(&landscape(), &weather, period, WholeUnits::None).unwrap().inches
            };
            prop_assert_eq!(inches(0, cut) + inches(cut, days.len() - 1), inches(0, days.len() - 1));
        }
    }
}
