//! Business days: those on which the office is open.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Datelike;

use crate::domain::date::{Date, plus_days};
use crate::domain::holiday::Holiday;
use crate::domain::law::Law;
use crate::domain::office::{Calendar, LegalHolidays, Weekday};
use crate::domain::rows::ClosedDayRow;

/// The days on which the office is open.
#[derive(Clone, Debug)]
pub struct BusinessDays {
    open: BTreeSet<Weekday>,
    /// The office's own closed days, each with the reason.
    closed: BTreeMap<Date, String>,
    /// The holidays of the law.
    legal: Vec<Holiday>,
}

impl BusinessDays {
    /// The open days of the settings, less their holidays, those of the law, and the closed days of calendar sheets.
    pub fn new(calendar: &Calendar, law: &Law, closed: Vec<ClosedDayRow>) -> BusinessDays {
        assert!(
            !calendar.open_days.is_empty(),
            "settings without an open day are refused when they are read"
        );
        let all = calendar.legal_holidays == LegalHolidays::All;
        let own = calendar.holidays.iter().map(|day| (*day, "closed (office.toml)".to_owned()));
        let of_sheets = closed.into_iter().map(|row| {
            let why = if row.reason.is_empty() { "closed".to_owned() } else { row.reason };
            (row.date, why)
        });
        BusinessDays {
            open: calendar.open_days.iter().copied().collect(),
            closed: own.chain(of_sheets).collect(),
            legal: law.holidays.iter().filter(|holiday| all || holiday.kept).cloned().collect(),
        }
    }

    /// Whether the office is open.
    pub fn is_open(&self, day: Date) -> bool {
        self.open.contains(&Weekday::of(day))
            && !self.closed.contains_key(&day)
            && !self.legal.iter().any(|holiday| holiday.is_on(day))
    }

    /// Whether the office is open on such a day of the week, but for holidays.
    pub fn opens_on(&self, weekday: Weekday) -> bool {
        self.open.contains(&weekday)
    }

    /// The holidays and closed days from one day to another, each with its reason; open weekdays or not.
    pub fn closed_between(&self, first: Date, last: Date) -> Vec<ClosedDayRow> {
        let closed = |date: Date| {
            let legal =
                self.legal.iter().find(|holiday| holiday.is_on(date)).map(|holiday| holiday.name.clone());
            let reason = legal.or_else(|| self.closed.get(&date).cloned())?;
            Some(ClosedDayRow { date, reason })
        };
        first.iter_days().take_while(|day| *day <= last).filter_map(closed).collect()
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
