//! Estimates: what a register would have shown, worked out from earlier usage.

use super::audit::Audit;
use super::bands;
use super::count::{Anchor, Current, count};
use crate::domain::books::history::History;
use crate::domain::books::reading::{AuditedRead, ReadCode, ReadPoint, ReadState};
use crate::domain::date::{Date, Month, Period};
use crate::domain::volume::VolumeUnit;

/// Billed periods whose mean an estimate may be worked out from.
const PERIODS_AVERAGED: usize = 12;

/// Where an estimate's usage a day comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// The same month last year.
    LastYear,
    /// The mean of the last 12 billed periods.
    RecentMean,
    /// The median of the class this month.
    ClassMedian,
}

impl Method {
    /// The method in words.
    pub fn words(self) -> &'static str {
        match self {
            Method::LastYear => "usage per day of the same month last year",
            Method::RecentMean => "mean usage per day of the last billed periods (at most 12)",
            Method::ClassMedian => "median usage per day of the class this month",
        }
    }
}

/// A reading worked out, with its working.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Estimate {
    /// What the register would show.
    pub reading: i64,
    /// The point before, as the present meter counts on from it.
    pub from: ReadPoint,
    /// Usage since the point before, in the register's unit, floored.
    pub usage: i64,
    /// Days that it is for.
    pub days: i64,
    /// Where the usage a day comes from.
    pub method: Method,
}

/// Works out the reading of an account on a date.
///
/// `None` where nothing is known to work it out from, or the date does not lie after the last usable read.
pub fn estimate(history: &History, reads: &[AuditedRead], audit: &Audit, date: Date) -> Option<Estimate> {
    let place = history.place_of(None, date)?;
    let meter = &history.meters[place];
    let last = last_usable(history, reads, date);
    let days = Period { previous: last.point.date, current: date }.days();
    let month = Month::of(date);
    let (per_day, method) = bands::last_year(history, month)
        .map(|usage| (usage, Method::LastYear))
        .or_else(|| Some((bands::recent(history, date, PERIODS_AVERAGED)?, Method::RecentMean)))
        .or_else(|| Some((audit.median(&history.account.class, month)?, Method::ClassMedian)))?;
    if days <= 0 {
        return None;
    }
    let unit: VolumeUnit = meter.register.unit;
    // What meters that were changed out since have counted is known; the rest is the present one's.
    let before = last.reading_before(&history.meters, place);
    let start = Current { place, date, value: before, code: ReadCode::Override };
    let known = count(&history.meters, last, start).map_or(0, |counted| counted.usage);
    let usage = (per_day.over(days, unit) - known).max(0);
    let steps = usage / meter.register.multiplier;
    let reading = (before + steps) % meter.register.capacity();
    let from = ReadPoint { date: last.point.date, value: before };
    Some(Estimate { reading, from, usage: known + steps * meter.register.multiplier, days, method })
}

/// The last usable read before a date, else the installation.
fn last_usable(history: &History, reads: &[AuditedRead], date: Date) -> Anchor {
    let usable = |read: &&AuditedRead| matches!(read.state, ReadState::Open | ReadState::Billed);
    let counted = |read: &AuditedRead| {
        let (when, value, code) = (read.date?, read.value?, read.code?);
        Some(Current { place: history.place_of(read.meter.as_ref(), when)?, date: when, value, code })
    };
    let before = reads.iter().filter(usable).filter_map(counted).filter(|read| read.date < date);
    let last = before.max_by_key(|read| (read.date, read.place, read.value));
    let installed = Anchor::installed(0, &history.meters[0]);
    last.map_or(installed, |read| installed.after(&history.meters, read))
}
