//! What a foreign cell means: floats, dates and errors become values of the domain.

use std::str::FromStr;

use calamine::{DataRef, ExcelDateTime};
use chrono::{NaiveDate, NaiveDateTime, TimeDelta, Timelike};
use rust_decimal::Decimal;

use crate::domain::sheet::cell::Value;

/// Whole floats up to here are exact as integers: 2^53.
const WHOLE_MAX: f64 = 9_007_199_254_740_992.0;

/// The first serial date after 9999-12-31, the end of Excel's calendar.
const SERIAL_END: f64 = 2_958_466.0;

/// A float as a number, through its shortest text: 20.1 stays 20.1.
///
/// A number too large for a decimal (beyond 7.9e28) becomes its text; what is no number becomes `#NUM!`.
pub(super) fn number(float: f64) -> Value {
    if !float.is_finite() {
        return Value::Error("#NUM!".to_owned());
    }
    if float.abs() <= WHOLE_MAX && float.trunc() == float {
        return Value::Number(Decimal::from(float as i64));
    }
    let mut buffer = zmij::Buffer::new();
    let shortest = buffer.format_finite(float);
    let parsed = match shortest.contains('e') {
        true => Decimal::from_scientific(shortest),
        false => Decimal::from_str(shortest),
    };
    match parsed {
        Ok(number) => Value::Number(number),
        // Below 1e-28 a decimal knows only zero.
        Err(_) if float.abs() < 1.0 => Value::Number(Decimal::ZERO),
        Err(_) => Value::Text(shortest.to_owned()),
    }
}

/// A serial date as a moment, to the second as Excel shows it; a duration, or a date outside Excel's
/// calendar, stays a number (of days).
pub(super) fn serial(date: ExcelDateTime) -> Value {
    let days = date.as_f64();
    if date.is_duration() || !(0.0..SERIAL_END).contains(&days) {
        return number(days);
    }
    date.as_datetime().and_then(to_second).map_or_else(|| number(days), Value::DateTime)
}

/// The moment rounded to whole seconds: a third of a day is 07:59:59.99999 in floats.
fn to_second(moment: NaiveDateTime) -> Option<NaiveDateTime> {
    moment.checked_add_signed(TimeDelta::milliseconds(500))?.with_nanosecond(0)
}

/// A date or moment in ISO 8601 (`2026-02-09`, `2026-02-09T08:30:00`); text if it is neither.
pub(super) fn iso_moment(text: &str) -> Value {
    let trimmed = text.trim_end_matches('Z');
    NaiveDateTime::from_str(trimmed)
        .ok()
        .or_else(|| NaiveDate::from_str(trimmed).ok().map(|date| date.and_time(chrono::NaiveTime::MIN)))
        .and_then(to_second)
        .map_or_else(|| Value::Text(text.to_owned()), Value::DateTime)
}

/// A time in ISO 8601 (`PT08H30M00S`) as ods keeps it; text if it is none.
///
/// Below 24 hours it is a time of day and comes as Excel's `08:30` does, on the day before 1900-01-01. From
/// 24 hours on it is a duration and comes as a number of days.
pub(super) fn iso_time(text: &str) -> Value {
    match seconds(text) {
        Some(seconds) if seconds < Decimal::from(86_400) && !seconds.is_sign_negative() => {
            let day = NaiveDate::from_ymd_opt(1899, 12, 31).expect("the last day of 1899 is a date");
            let whole = i64::try_from(seconds.round()).expect("a day has 86,400 seconds");
            Value::DateTime(day.and_time(chrono::NaiveTime::MIN) + TimeDelta::seconds(whole))
        }
        Some(seconds) => Value::Number((seconds / Decimal::from(86_400)).normalize()),
        None => Value::Text(text.to_owned()),
    }
}

/// The seconds in `PT08H30M00S` or `-PT1H`.
fn seconds(text: &str) -> Option<Decimal> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (Decimal::NEGATIVE_ONE, rest),
        None => (Decimal::ONE, text),
    };
    let mut rest = rest.strip_prefix("PT")?;
    let mut total = Decimal::ZERO;
    for (unit, length) in [('H', 3600), ('M', 60), ('S', 1)] {
        if let Some((digits, after)) = rest.split_once(unit) {
            let part = Decimal::from_str(digits).ok()?.checked_mul(Decimal::from(length))?;
            total = total.checked_add(part)?;
            rest = after;
        }
    }
    rest.is_empty().then_some(total * sign)
}

/// A cell of calamine as a value; text is the caller's, who keeps its buffer.
pub(super) fn other(cell: &DataRef<'_>) -> Value {
    match cell {
        DataRef::Empty => Value::Empty,
        DataRef::Int(whole) => Value::Number(Decimal::from(*whole)),
        DataRef::Float(float) => number(*float),
        DataRef::String(text) => Value::Text(text.clone()),
        DataRef::SharedString(text) => Value::Text((*text).to_owned()),
        DataRef::Bool(yes) => Value::Bool(*yes),
        DataRef::DateTime(date) => serial(*date),
        DataRef::DateTimeIso(text) => iso_moment(text),
        DataRef::DurationIso(text) => iso_time(text),
        DataRef::Error(error) => Value::Error(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType;

    use super::*;

    fn shown(value: Value) -> String {
        format!("{value:?}")
    }

    #[test]
    fn floats_keep_their_shortest_text() {
        for (float, text) in [
            (20.1, "Number(20.1)"),
            (0.1 + 0.2, "Number(0.30000000000000004)"),
            (-0.0, "Number(0)"),
            (4012.0, "Number(4012)"),
            (9_007_199_254_740_993.0, "Number(9007199254740992)"),
            (1e22, "Number(10000000000000000000000)"),
            (1e-7, "Number(0.0000001)"),
            (1e-300, "Number(0)"),
            (1e29, "Text(\"1e+29\")"),
            (f64::NAN, "Error(\"#NUM!\")"),
        ] {
            assert_eq!(shown(number(float)), text, "{float}");
        }
    }

    #[test]
    fn both_date_systems_give_the_same_days() {
        let shown =
            |serial_date, kind, is_1904| serial(ExcelDateTime::new(serial_date, kind, is_1904)).text();
        let moment = ExcelDateTimeType::DateTime;
        assert_eq!(shown(46_062.0, moment, false), "2026-02-09");
        assert_eq!(shown(44_600.0, moment, true), "2026-02-09");
        assert_eq!(shown(1.0, moment, false), "1900-01-01");
        assert_eq!(shown(59.0, moment, false), "1900-02-28");
        assert_eq!(shown(61.0, moment, false), "1900-03-01");
        assert_eq!(shown(0.0, moment, true), "1904-01-01");
        assert_eq!(shown(46_062.333_333_333, moment, false), "2026-02-09 08:00:00");
        assert_eq!(shown(44_600.75, moment, true), "2026-02-09 18:00:00");
        assert_eq!(shown(1.5, ExcelDateTimeType::TimeDelta, false), "1.5");
        assert_eq!(shown(-1.0, moment, false), "-1");
        assert_eq!(shown(1e300, moment, false).len(), "1e+300".len());
    }

    #[test]
    fn iso_texts_become_moments_and_times() {
        assert_eq!(iso_moment("2026-02-09").text(), "2026-02-09");
        assert_eq!(iso_moment("2026-02-09T08:29:59.999Z").text(), "2026-02-09 08:30:00");
        assert_eq!(iso_moment("soon"), Value::Text("soon".to_owned()));
        assert_eq!(iso_time("PT08H30M00S").text(), "1899-12-31 08:30:00");
        assert_eq!(iso_time("PT36H00M00S").text(), "1.5");
        assert_eq!(iso_time("-PT12H").text(), "-0.5");
        assert_eq!(iso_time("PTXH"), Value::Text("PTXH".to_owned()));
    }
}
