//! Business days: those on which the office is open.

use std::collections::BTreeSet;

use chrono::Datelike;

use crate::domain::date::{Date, plus_days};
use crate::domain::office::{Calendar, Weekday};

/// The days on which the office is open.
#[derive(Clone, Debug)]
pub struct BusinessDays {
    open: BTreeSet<Weekday>,
    closed: BTreeSet<Date>,
}

impl BusinessDays {
    /// The open days of the settings, less their holidays and the closed days of calendar sheets.
    pub fn new(calendar: &Calendar, closed: impl IntoIterator<Item = Date>) -> BusinessDays {
        assert!(
            !calendar.open_days.is_empty(),
            "settings without an open day are refused when they are read"
        );
        BusinessDays {
            open: calendar.open_days.iter().copied().collect(),
            closed: calendar.holidays.iter().copied().chain(closed).collect(),
        }
    }

    /// Whether the office is open.
    pub fn is_open(&self, day: Date) -> bool {
        self.open.contains(&Weekday::of(day)) && !self.closed.contains(&day)
    }

    /// The n-th business day strictly after a day.
    pub fn add(&self, day: Date, business_days: i64) -> Date {
        let mut at = day;
        for _ in 0..business_days {
            at = self.next(plus_days(at, 1), |day| self.is_open(day));
        }
        at
    }

    /// The first business day on or after a day.
    pub fn roll(&self, day: Date) -> Date {
        self.next(day, |day| self.is_open(day))
    }

    /// The last business day before a day.
    pub fn last_before(&self, day: Date) -> Date {
        let mut at = plus_days(day, -1);
        while !self.is_open(at) {
            at = plus_days(at, -1);
        }
        at
    }

    /// The first day on or after a day on which somebody may be locked off: a business day that is no Saturday and no
    /// Sunday (Government Code 60374).
    pub fn roll_to_lock_off(&self, day: Date) -> Date {
        self.next(day, |day| self.may_lock_off(day))
    }

    /// Whether the law lets somebody be locked off on the day.
    pub fn may_lock_off(&self, day: Date) -> bool {
        self.is_open(day) && day.weekday().num_days_from_monday() < 5
    }

    /// The first day on or after a day on which a crew of these weekdays may lock off; none named: any.
    pub fn next_lock_off(&self, day: Date, weekdays: &[Weekday]) -> Date {
        let crew = |day: Date| weekdays.is_empty() || weekdays.contains(&Weekday::of(day));
        self.next(day, |day| self.may_lock_off(day) && crew(day))
    }

    /// The first day on or after a day that a test accepts. The settings were checked: there is an open weekday, so only
    /// finitely many closed days can stand in the way.
    fn next(&self, day: Date, accepts: impl Fn(Date) -> bool) -> Date {
        let mut at = day;
        while !accepts(at) {
            at = plus_days(at, 1);
        }
        at
    }
}
