//! Estimates: what a register would have shown, worked out from earlier usage.

use super::audit::Audit;
use super::bands;
use crate::domain::books::history::History;
use crate::domain::books::reading::{AuditedRead, ReadPoint, ReadState};
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
    let meter = history.meter_on(date)?;
    let usable = |read: &&AuditedRead| matches!(read.state, ReadState::Open | ReadState::Billed);
    let last = reads.iter().filter(usable).filter_map(|read| Some((read.date?, read.value?)));
    let last = last.filter(|(when, _)| *when < date).max();
    let installed = ReadPoint { date: meter.installed, value: meter.initial_reading };
    let point = last.map_or(installed, |(date, value)| ReadPoint { date, value });
    let days = Period { previous: point.date, current: date }.days();
    let month = Month::of(date);
    let (per_day, method) = bands::last_year(history, month)
        .map(|usage| (usage, Method::LastYear))
        .or_else(|| Some((bands::recent(history, date, PERIODS_AVERAGED)?, Method::RecentMean)))
        .or_else(|| Some((audit.median(&history.account.class, month)?, Method::ClassMedian)))?;
    if days <= 0 {
        return None;
    }
    let unit: VolumeUnit = meter.register.unit;
    let usage = per_day.over(days, unit).max(0);
    let steps = usage / meter.register.multiplier;
    let reading = (point.value + steps) % meter.register.capacity();
    Some(Estimate { reading, usage: steps * meter.register.multiplier, days, method })
}
