//! The billing calendar of the next twelve months: the bill dates of the settings, and what follows from them.

use chrono::Datelike;

use super::Failure;
use super::collections::business_days;
use super::desk::Desk;
use crate::collections;
use crate::domain::date::{Date, Month, plus_days};
use crate::domain::law::Law;
use crate::domain::office::{Cycle, Weekday};
use crate::domain::proposals::billing_calendar::{BillingCalendar, CycleMonth};
use crate::domain::proposals::receipts::ReceiptRow;

/// Months that the calendar shows.
const MONTHS: usize = 12;
/// Days before the first month and behind the last date of which closed days are listed.
const MARGIN: i64 = 31;

/// Where the workbook of a day lies in the office.
pub(super) fn path(day: Date) -> String {
    format!("outbox/{}/billing-calendar.xlsx", Month::of(day))
}

/// The calendar from the month of the day on.
pub(super) fn billing_calendar(desk: &Desk, newest: &ReceiptRow) -> Result<BillingCalendar, Failure> {
    let office = &desk.books.office;
    let days = business_days(&desk.books)?;
    let months: Vec<Month> =
        std::iter::successors(Some(Month::of(desk.today)), |month| Some(month.next())).take(MONTHS).collect();
    let (first, last) = (months[0], months[MONTHS - 1]);
    let (mut rows, mut without) = (Vec::new(), Vec::new());
    for (name, cycle) in &office.cycles {
        for month in &months {
            let Some(date) = cycle.bill_dates.get(month) else {
                without.push((name.clone(), *month));
                continue;
            };
            rows.push(CycleMonth {
                cycle: name.clone(),
                month: *month,
                reads: reads(cycle, *month),
                steps: collections::bill_steps(*date, &office.collections, &days),
                is_open: days.is_open(*date),
            });
        }
    }
    let bills = rows.iter().map(|row| row.steps.bill);
    let from = bills.chain([first.first_day()]).min().unwrap_or(desk.today);
    let until = rows.iter().map(|row| row.steps.last()).chain([last.last_day()]).max().unwrap_or(desk.today);
    let week =
        [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];
    let open: Vec<Weekday> = week.into_iter().filter(|day| days.opens_on(*day)).collect();
    let weekdays = &office.collections.weekdays;
    let works = |day: &&Weekday| {
        !matches!(day, Weekday::Sat | Weekday::Sun) && (weekdays.is_empty() || weekdays.contains(day))
    };
    Ok(BillingCalendar {
        office: office.office.name.clone(),
        day: newest.day,
        months: (first, last),
        run_id: format!("billing calendar {first} receipt {}", newest.sequence),
        chain_head: desk.archive.receipt(newest.sequence)?.1,
        law: Law::california().version,
        rows,
        without,
        closed: days.closed_between(plus_days(from, -MARGIN), plus_days(until, MARGIN)),
        crew: open.iter().filter(works).copied().collect(),
        open,
        policy: office.collections.clone(),
    })
}

/// The days of the month on which reads are expected; a shorter month ends earlier.
fn reads(cycle: &Cycle, month: Month) -> Option<(Date, Date)> {
    let (first, last) = cycle.read_days?;
    let day = |number: u32| month.first_day().with_day(number).unwrap_or(month.last_day());
    Some((day(first), day(last)))
}
