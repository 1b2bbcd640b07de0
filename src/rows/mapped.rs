//! Reads a line of a text that a column map cuts: dates in their form, implied decimals, and what is no row.

use chrono::Datelike;
use rust_decimal::Decimal;

use crate::domain::date::Date;
use crate::domain::sheet::cell::{Row, Value};
use crate::domain::sheet::column_map::{ColumnMap, DateForm};
use crate::domain::sheet::profile::{Content, Profile};

/// What a line of a mapped text is.
#[derive(Clone, Debug, PartialEq)]
pub enum Line {
    /// A row, with a cell for each column of the map.
    Row(Vec<Value>),
    /// No row: what `only` asks for does not stand there, or nothing at all.
    NoRow,
    /// A row without what `skip_without` names.
    Skipped,
}

/// Reads a line, cut as the map says or at its delimiters; a cell that is not in the form that the map names says so, and is read
/// as nothing else.
pub fn mapped(map: &ColumnMap, line: &Row, profile: &Profile, today: Date) -> Line {
    let columns = map.columns();
    let text =
        |at: usize| u32::try_from(at).map(|at| line.value(at).text().trim().to_owned()).unwrap_or_default();
    if let Some(mark) = &map.only {
        let at = if map.fields.is_empty() { columns.len() } else { mark.at as usize - 1 };
        if text(at) != mark.is.trim() {
            return Line::NoRow;
        }
    }
    let at = |index: usize, name: &str| map.fields.get(name).map_or(index, |field| *field as usize - 1);
    let typed: Vec<String> = columns.iter().enumerate().map(|(index, name)| text(at(index, name))).collect();
    if typed.iter().all(String::is_empty) {
        return Line::NoRow;
    }
    let content =
        |name: &str| profile.columns.iter().find(|column| column.name == name).map(|column| column.content);
    // Some systems write a date that is none as zeros.
    let is_none = |name: &str, typed: &str| {
        typed.is_empty() || content(name) == Some(Content::Date) && typed.bytes().all(|digit| digit == b'0')
    };
    if columns.iter().zip(&typed).any(|(name, typed)| *name == map.skip_without && is_none(name, typed)) {
        return Line::Skipped;
    }
    let cell = |(name, typed): (&str, String)| {
        let date = map.dates.as_ref().filter(|_| content(name) == Some(Content::Date));
        match (date, map.decimals.get(name)) {
            _ if typed.is_empty() => Value::Empty,
            (Some(form), _) => match in_form(form, &typed, today) {
                Some(date) => Value::DateTime(date.and_time(chrono::NaiveTime::MIN)),
                // As a date of any form it could be another day.
                None => Value::Text(format!("{typed} (not {})", form.as_str())),
            },
            (None, Some(decimals)) => match with_decimals(&typed, *decimals) {
                Some(number) => Value::Number(number),
                // As a number of any form it could be a hundred times as much.
                None => Value::Text(format!("{typed} (not digits alone)")),
            },
            (None, None) => Value::Text(typed),
        }
    };
    Line::Row(columns.into_iter().zip(typed).map(cell).collect())
}

/// Reads a date; without a year it is the latest such day up to `today`, for what is reported has happened.
fn in_form(form: &DateForm, text: &str, today: Date) -> Option<Date> {
    let form = form.as_str();
    if !text.is_ascii() || text.len() != form.len() {
        return None;
    }
    let separators = form.chars().zip(text.chars()).filter(|(letter, _)| !"YMD".contains(*letter));
    if separators.into_iter().any(|(letter, there)| letter != there) {
        return None;
    }
    let part = |letters: &str| -> Option<u32> {
        let at = form.find(letters)?;
        let digits = &text[at..at + letters.len()];
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
    };
    let (month, day) = (part("MM")?, part("DD")?);
    let in_year = |year: i32| Date::from_ymd_opt(year, month, day);
    if form.contains("YYYY") {
        return in_year(i32::try_from(part("YYYY")?).ok()?);
    }
    if form.contains("YY") {
        return in_year(2000 + i32::try_from(part("YY")?).ok()?);
    }
    // A leap day comes every fourth year, once every eighth.
    (0..=8).filter_map(|back| in_year(today.year() - back)).find(|date| *date <= today)
}

/// Digits, with a sign perhaps, whose last ones are decimals: `00001250` with two is 12.50.
fn with_decimals(text: &str, decimals: u32) -> Option<Decimal> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let is_whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    // Fields of other systems are filled with zeros to any width.
    let significant = format!("0{}", digits.trim_start_matches('0'));
    let number = sign * is_whole.then(|| significant.parse::<i64>().ok()).flatten()?;
    Some(Decimal::new(number, decimals))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn dates_are_read_in_their_form_and_a_year_is_found() {
        let form = |text: &str| -> DateForm { serde_json::from_value(text.into()).unwrap() };
        let today = date("2026-02-10");
        for (written, text, found) in [
            ("MMDDYY", "020926", Some("2026-02-09")),
            ("YYYYMMDD", "20251231", Some("2025-12-31")),
            ("MM/DD/YY", "02/09/26", Some("2026-02-09")),
            ("MMDD", "0209", Some("2026-02-09")),
            ("MMDD", "0210", Some("2026-02-10")),
            ("MMDD", "1231", Some("2025-12-31")),
            ("MMDD", "0229", Some("2024-02-29")),
            ("MMDD", "0230", None),
            ("MMDDYY", "2/9/26", None),
            ("MM/DD/YY", "02-09-26", None),
            ("MMDDYY", "O20926", None),
        ] {
            assert_eq!(in_form(&form(written), text, today), found.map(date), "{written} {text}");
        }
    }

    #[test]
    fn decimals_are_implied_by_digits_alone() {
        for (text, found) in [
            ("00001250", Some("12.50")),
            ("0000000000000004150", Some("41.50")),
            ("-0", Some("0.00")),
            ("99999999999999999999", None),
            ("-5", Some("-0.05")),
            ("12.5", None),
            ("", None),
            ("1-", None),
        ] {
            assert_eq!(with_decimals(text, 2).map(|number| number.to_string()).as_deref(), found, "{text}");
        }
    }

    #[test]
    fn what_is_in_another_form_is_not_read_by_guess() {
        let map: ColumnMap = serde_json::from_str(
            r#"{"kind": "payments", "files": "*.txt", "fields": {"Date": 1, "Account": 2, "Amount": 3},
                "dates": "DD/MM/YYYY", "decimals": {"Amount": 2}}"#,
        )
        .unwrap();
        let payments: Profile = toml::from_str(include_str!("../../templates/sheets/payments.toml")).unwrap();
        let line = |cells: [&str; 3]| Row::of(1, cells.map(|cell| Value::Text(cell.to_owned())));
        let read = |cells| match mapped(&map, &line(cells), &payments, date("2026-02-10")) {
            Line::Row(cells) => cells.iter().map(Value::text).collect::<Vec<_>>().join("|"),
            other => format!("{other:?}"),
        };
        assert_eq!(read(["", " ", ""]), "NoRow", "it is counted, not lost");
        assert_eq!(read(["09/02/2026", "0101", "4150"]), "2026-02-09|0101|41.5");
        assert_eq!(
            read(["2/9/2026", "0101", "$4150"]),
            "2/9/2026 (not DD/MM/YYYY)|0101|$4150 (not digits alone)"
        );
        assert_eq!(
            read(["09/02/2026", "0101", "(00000350)"]),
            "2026-02-09|0101|(00000350) (not digits alone)"
        );
    }
}
