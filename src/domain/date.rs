//! Calendar dates, months and billing periods.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Days, NaiveDate};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A calendar date without a time or a zone.
pub type Date = NaiveDate;

/// The date `days` later (earlier where negative).
pub fn plus_days(date: Date, days: i64) -> Date {
    let moved = if days >= 0 {
        date.checked_add_days(Days::new(days.unsigned_abs()))
    } else {
        date.checked_sub_days(Days::new(days.unsigned_abs()))
    };
    moved.expect("dates are checked on entry to lie within 1900 and 2200")
}

/// A calendar month, such as 2026-02.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: i32,
    month: u32,
}

impl Month {
    /// The month that a date lies in.
    pub fn of(date: Date) -> Month {
        Month { year: date.year(), month: date.month() }
    }

    /// Month 1 to 12 of a year; `None` outside.
    pub fn new(year: i32, month: u32) -> Option<Month> {
        Date::from_ymd_opt(year, month, 1).map(|_| Month { year, month })
    }

    /// The year.
    pub fn year(self) -> i32 {
        self.year
    }

    /// The first day of the month.
    pub fn first_day(self) -> Date {
        Date::from_ymd_opt(self.year, self.month, 1).expect("a month has a first day")
    }

    /// The last day of the month.
    pub fn last_day(self) -> Date {
        plus_days(self.next().first_day(), -1)
    }

    /// The month after this one.
    pub fn next(self) -> Month {
        if self.month == 12 {
            Month { year: self.year + 1, month: 1 }
        } else {
            Month { year: self.year, month: self.month + 1 }
        }
    }

    /// The same month of the year before.
    pub fn a_year_before(self) -> Month {
        Month { year: self.year - 1, month: self.month }
    }

    /// The month as six digits, `202602`, as in a bill's number.
    pub fn compact(self) -> String {
        format!("{:04}{:02}", self.year, self.month)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{:04}-{:02}", self.year, self.month))
    }
}

impl FromStr for Month {
    type Err = ();
    fn from_str(text: &str) -> Result<Month, ()> {
        let (year, month) = text.split_once('-').ok_or(())?;
        if year.len() != 4 || month.len() != 2 {
            return Err(());
        }
        Month::new(year.parse().map_err(drop)?, month.parse().map_err(drop)?).ok_or(())
    }
}

impl Serialize for Month {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Month {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Month, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|()| serde::de::Error::custom(format!("'{text}' is not a month like 2026-02")))
    }
}

/// The days between two reads: from the day after the previous read to the current read, inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Period {
    /// Date of the previous read; its own day belongs to the period before.
    pub previous: Date,
    /// Date of the current read.
    pub current: Date,
}

impl Period {
    /// The first day of the period.
    pub fn from_date(self) -> Date {
        plus_days(self.previous, 1)
    }

    /// Number of days; negative where the reads lie the wrong way round.
    pub fn days(self) -> i64 {
        (self.current - self.previous).num_days()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn a_period_counts_from_the_day_after_the_previous_read() {
        let period = Period { previous: date("2026-01-12"), current: date("2026-02-09") };
        assert_eq!(period.from_date(), date("2026-01-13"));
        assert_eq!(period.days(), 28);
    }

    #[test]
    fn months_turn_the_year() {
        let december = Month::of(date("2026-12-31"));
        assert_eq!(december.next().to_string(), "2027-01");
        assert_eq!(december.last_day(), date("2026-12-31"));
        assert_eq!("2026-13".parse::<Month>(), Err(()));
        assert_eq!("2026-2".parse::<Month>(), Err(()));
    }
}
