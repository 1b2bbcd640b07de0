//! The days on which things happen: the office is open from Monday to Thursday, save on holidays.

use chrono::{Datelike, NaiveDate, Weekday};

/// The holidays of 2020 and 2021 that fall on a day from Monday to Thursday.
pub(super) const HOLIDAYS: [(i32, u32, u32, &str); 13] = [
    (2020, 1, 1, "New Year\u{2019}s Day"),
    (2020, 1, 20, "Martin Luther King Jr. Day"),
    (2020, 2, 17, "Presidents\u{2019} Day"),
    (2020, 5, 25, "Memorial Day"),
    (2020, 9, 7, "Labor Day"),
    (2020, 11, 11, "Veterans Day"),
    (2020, 11, 26, "Thanksgiving"),
    (2021, 1, 18, "Martin Luther King Jr. Day"),
    (2021, 2, 15, "Presidents\u{2019} Day"),
    (2021, 5, 31, "Memorial Day"),
    (2021, 9, 6, "Labor Day"),
    (2021, 11, 11, "Veterans Day"),
    (2021, 11, 25, "Thanksgiving"),
];

/// A month takes five days to read.
const READ_DAYS: u32 = 5;

/// A date that is known to exist.
pub(super) fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a date of the calendar")
}

/// The day on which the old books were carried over.
pub(super) fn books_opened() -> NaiveDate {
    date(2020, 1, 2)
}

/// A day of the plan's n-th month; months count from January 2020, December 2019 is -1.
fn day_of(month: i32, day: u32) -> NaiveDate {
    let from_year_0 = 2020 * 12 + month;
    date(from_year_0.div_euclid(12), from_year_0.rem_euclid(12).unsigned_abs() + 1, day)
}

fn signed(month: u32) -> i32 {
    i32::try_from(month).expect("a plan has 24 months at most")
}

/// `2020-01`.
pub(super) fn label(month: u32) -> String {
    day_of(signed(month), 1).format("%Y-%m").to_string()
}

/// `January 2020`.
pub(super) fn name(month: u32) -> String {
    day_of(signed(month), 1).format("%B %Y").to_string()
}

fn is_open(day: NaiveDate) -> bool {
    let weekend = matches!(day.weekday(), Weekday::Fri | Weekday::Sat | Weekday::Sun);
    !weekend && !HOLIDAYS.iter().any(|&(y, m, d, _)| (y, m, d) == (day.year(), day.month(), day.day()))
}

/// The first open day after a day.
pub(super) fn open_day_after(day: NaiveDate) -> NaiveDate {
    day.iter_days().skip(1).find(|&next| is_open(next)).expect("the office opens again")
}

/// The n-th reading day of a month, from 0; reading begins on the first open day from the 4th on.
fn nth_read_day(month: i32, n: u32) -> NaiveDate {
    (0..=n).fold(day_of(month, 3), |day, _| open_day_after(day))
}

/// The day on which a route is read; the routes are spread over the reading days in their order.
pub(super) fn read_day(month: u32, route: u32, routes: u32) -> NaiveDate {
    nth_read_day(signed(month), (route - 1) * READ_DAYS / routes)
}

/// The day on which a route was read in December 2019, before the books were opened.
pub(super) fn last_old_read_day(route: u32, routes: u32) -> NaiveDate {
    nth_read_day(-1, (route - 1) * READ_DAYS / routes)
}

/// The day on which the month's reads reach the office.
pub(super) fn reads_day(month: u32) -> NaiveDate {
    nth_read_day(signed(month), READ_DAYS)
}

/// The bill date: the first Thursday from the 20th on, unless it is a holiday: then the open day after it.
pub(super) fn bill_day(month: u32) -> NaiveDate {
    let thursday = day_of(signed(month), 20).iter_days().find(|day| day.weekday() == Weekday::Thu);
    let thursday = thursday.expect("every week has one");
    if is_open(thursday) { thursday } else { open_day_after(thursday) }
}

/// As people type it here: 1/9/2020.
pub(super) fn typed(day: NaiveDate) -> String {
    format!("{}/{}/{}", day.month(), day.day(), day.year())
}
