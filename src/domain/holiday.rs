//! Legal holidays, each as the rule that gives its day in every year.

use chrono::{Datelike, NaiveDate};
use serde::Deserialize;

use crate::domain::date::{Date, plus_days};
use crate::domain::office::Weekday;

/// A holiday of the law, with the days that the law adds where it falls on a weekend.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// What it is called.
    pub name: String,
    /// When it falls.
    pub falls: Falls,
    /// The first year of it; absent: any.
    #[serde(default)]
    pub since: Option<i32>,
    /// Whether the Monday is a holiday too where it falls on a Sunday (Government Code 6701).
    #[serde(default)]
    pub sunday_moves: bool,
    /// Whether the Friday is a holiday too where it falls on a Saturday (the same section, of Veterans Day).
    #[serde(default)]
    pub saturday_moves: bool,
    /// Whether public offices close on it as a rule.
    #[serde(default)]
    pub kept: bool,
}

/// The rule that gives the day of a holiday.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Falls {
    /// The same day every year.
    On {
        /// 1 to 12.
        month: u32,
        /// 1 to 31.
        day: u32,
    },
    /// The n-th of a day of the week in a month.
    Nth {
        /// 1 to 12.
        month: u32,
        /// Which day of the week.
        weekday: Weekday,
        /// 1 to 4.
        nth: u32,
    },
    /// The last of a day of the week in a month.
    Last {
        /// 1 to 12.
        month: u32,
        /// Which day of the week.
        weekday: Weekday,
        /// Always true: says that it is the last.
        last: bool,
    },
    /// So many days before Easter Sunday.
    BeforeEaster {
        /// How many.
        days_before_easter: i64,
    },
}

impl Holiday {
    /// Whether the day is this holiday, or one that the law adds for it.
    pub fn is_on(&self, day: Date) -> bool {
        let falls_on = |day: Date| self.since.is_none_or(|since| day.year() >= since) && self.falls.on(day);
        let moved = match Weekday::of(day) {
            Weekday::Mon => self.sunday_moves && falls_on(plus_days(day, -1)),
            Weekday::Fri => self.saturday_moves && falls_on(plus_days(day, 1)),
            _ => false,
        };
        moved || falls_on(day)
    }
}

impl Falls {
    fn on(&self, date: Date) -> bool {
        let is = |month: u32, weekday: Weekday| date.month() == month && Weekday::of(date) == weekday;
        match *self {
            Falls::On { month, day } => (date.month(), date.day()) == (month, day),
            Falls::Nth { month, weekday, nth } => is(month, weekday) && date.day().div_ceil(7) == nth,
            Falls::Last { month, weekday, last } => {
                last && is(month, weekday) && plus_days(date, 7).month() != month
            }
            Falls::BeforeEaster { days_before_easter } => {
                let later = plus_days(date, days_before_easter);
                easter(later.year()) == Some(later)
            }
        }
    }
}

/// Easter Sunday of the Gregorian calendar, by the method of Meeus and Butcher.
fn easter(year: i32) -> Option<Date> {
    let (golden, century, of_century) = (year.rem_euclid(19), year.div_euclid(100), year.rem_euclid(100));
    let corrected = (century + 8).div_euclid(25);
    let lunar = (century - corrected + 1).div_euclid(3);
    let epact = (19 * golden + century - century.div_euclid(4) - lunar + 15).rem_euclid(30);
    let leap = 32 + 2 * century.rem_euclid(4) + 2 * of_century.div_euclid(4);
    let to_sunday = (leap - epact - of_century.rem_euclid(4)).rem_euclid(7);
    let late = (golden + 11 * epact + 22 * to_sunday).div_euclid(451);
    let counted = epact + to_sunday - 7 * late + 114;
    let part = |number: i32| u32::try_from(number).ok();
    NaiveDate::from_ymd_opt(year, part(counted.div_euclid(31))?, part(counted.rem_euclid(31) + 1)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::law::Law;

    /// The holidays of a year that are kept, or all of them.
    fn of_year(year: i32, all: bool) -> Vec<String> {
        let law = Law::california();
        let days =
            NaiveDate::from_ymd_opt(year, 1, 1).unwrap().iter_days().take_while(|day| day.year() == year);
        days.filter(|day| law.holidays.iter().any(|one| (all || one.kept) && one.is_on(*day)))
            .map(|day| day.format("%m-%d").to_string())
            .collect()
    }

    #[test]
    fn the_holidays_of_years_known_by_heart() {
        let kept = "01-01 01-19 02-16 05-25 06-19 07-04 09-07 10-12 11-11 11-26 12-25";
        assert_eq!(of_year(2026, false).join(" "), kept);
        let kept = "01-01 01-18 02-15 05-31 06-19 07-04 07-05 09-06 10-11 11-11 11-25 12-25";
        assert_eq!(of_year(2027, false).join(" "), kept, "the Fourth of July is a Sunday");
        let kept = "01-01 01-02 01-16 02-20 05-29 06-19 07-04 09-04 10-09 11-10 11-11 11-23 12-25";
        assert_eq!(of_year(2023, false).join(" "), kept, "New Year a Sunday, Veterans Day a Saturday");
        let all = "01-01 01-19 02-12 02-16 03-31 04-03 04-24 05-25 06-19 07-04 09-07 09-09 09-25 10-12 11-11 11-26 12-25";
        assert_eq!(of_year(2026, true).join(" "), all);
        assert!(!of_year(2022, false).contains(&"06-19".to_owned()), "Juneteenth is a holiday since 2023");
    }

    #[test]
    fn easter_is_where_the_tables_have_it() {
        let known = [
            (2000, "04-23"),
            (2008, "03-23"),
            (2011, "04-24"),
            (2024, "03-31"),
            (2026, "04-05"),
            (2038, "04-25"),
        ];
        for (year, day) in known {
            assert_eq!(easter(year).unwrap().format("%m-%d").to_string(), day, "{year}");
        }
    }

    #[test]
    fn a_holiday_in_every_year_of_a_century() {
        for year in 2000..2100 {
            let kept = of_year(year, false).len();
            assert!((10..=14).contains(&kept), "{year} has {kept}");
        }
    }
}
