//! Reads one cell as what its column needs. Each function says what is there, what is wrong and what to type.

mod number;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::domain::books::account::MeterSize;
use crate::domain::date::{Date, Month};
use crate::domain::finding::Code;
use crate::domain::id::AccountId;
use crate::domain::money::Money;
use crate::domain::sheet::cell::Value;
use crate::domain::sheet::place::Trouble;

/// First and last year that a date may lie in.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2199;
/// Amounts end below a billion dollars, so that no sum of a file can overflow.
const MONEY_END: Decimal = Decimal::from_parts(1_000_000_000, 0, 0, false, 0);
/// Numbers that are no readings end here, so that no product with a price can overflow.
const DECIMAL_END: Decimal = Decimal::from_parts(100_000_000, 0, 0, false, 0);

/// What a column holds, as a word within a sentence.
pub fn spoken(column: &str) -> String {
    match column {
        "Opened" => "day of opening".to_owned(),
        "Closed" => "day of closing".to_owned(),
        "What" => "subject".to_owned(),
        "EDU" => column.to_owned(),
        _ => column.to_lowercase(),
    }
}

/// Refuses a cell that holds no value at all: an error, a formula never calculated, a text too long.
///
/// # Errors
/// With what to do about it.
pub fn stored(value: &Value) -> Result<&Value, Trouble> {
    match value {
        Value::Error(error) => {
            let message =
                format!("The cell shows Excel's error {error}. Repair its formula, or type the value.");
            Err(Trouble::error(Code::UnreadableCell, error, message))
        }
        Value::Uncalculated(formula) => {
            let message = format!(
                "The cell holds the formula {formula} without a stored result. Open the file in Excel, save it \
                 there, and drop it again."
            );
            Err(Trouble::error(Code::UncalculatedCell, formula, message))
        }
        Value::TooLong(length) => {
            let message = format!(
                "The cell holds {length} characters; Excel allows 32,767. Shorten it (a missing quote in a csv \
                 file can swallow many lines)."
            );
            Err(Trouble::error(Code::CellTooLong, value.text(), message))
        }
        _ => Ok(value),
    }
}

/// Text, trimmed.
///
/// # Errors
/// Never for a stored value; the signature is that of its neighbours.
pub fn text(value: &Value) -> Result<String, Trouble> {
    Ok(value.text().trim().to_owned())
}

/// An account number padded to `digits`, and whether zeros were put back.
///
/// # Errors
/// Where a number has decimals or the cell is a date.
pub fn account(value: &Value, digits: usize) -> Result<(AccountId, bool), Trouble> {
    let typed = value.text().trim().to_owned();
    let is_number = matches!(value, Value::Number(_));
    if matches!(value, Value::DateTime(_) | Value::Bool(_)) || is_number && !all_digits(&typed) {
        let message = format!("'{typed}' is not an account number. Type its {digits} digits as text.");
        return Err(Trouble::error(Code::UnreadableCell, typed, message));
    }
    let restored = all_digits(&typed) && typed.len() < digits;
    let account = if restored { format!("{typed:0>digits$}") } else { typed };
    Ok((AccountId::new(account), restored))
}

/// A calendar date: a date cell, `2026-02-09`, `2/9/2026`, `9-Feb-2026`, `Feb 9, 2026` or `20260209`.
///
/// # Errors
/// Where it is none of these, or a number that Excel shows as a number.
pub fn date(value: &Value, column: &str) -> Result<Date, Trouble> {
    let typed = value.text().trim().to_owned();
    let found = match value {
        Value::DateTime(moment) => Some(moment.date()),
        Value::Text(text) => date_from_text(text.trim()),
        Value::Number(number) => date_from_text(&number.normalize().to_string()),
        _ => None,
    };
    found.filter(|date| YEARS.contains(&chrono::Datelike::year(date))).ok_or_else(|| {
        let what = spoken(column);
        let message = if matches!(value, Value::Number(_)) {
            format!("{typed} is a number, not a date. Format the {what} as a date, or type it like 2/9/2026.")
        } else {
            format!(
                "'{typed}' is not a date of the calendar. Type the {what} like 2/9/2026 (month/day/year)."
            )
        };
        Trouble::error(Code::UnreadableCell, typed.clone(), message)
    })
}

fn date_from_text(text: &str) -> Option<Date> {
    let day = text.split_once(' ').map_or(text, |(day, time)| if is_midnight(time) { day } else { text });
    let long_year = ["%Y-%m-%d", "%m/%d/%Y", "%m-%d-%Y", "%d-%b-%Y", "%b %d, %Y", "%B %d, %Y", "%Y/%m/%d"];
    let four_digits =
        day.bytes().collect::<Vec<_>>().windows(4).any(|run| run.iter().all(u8::is_ascii_digit));
    if four_digits {
        if day.len() == 8 && all_digits(day) {
            return Date::parse_from_str(day, "%Y%m%d").ok();
        }
        return long_year.iter().find_map(|form| Date::parse_from_str(day, form).ok());
    }
    ["%m/%d/%y", "%m-%d-%y", "%d-%b-%y"].iter().find_map(|form| Date::parse_from_str(day, form).ok())
}

/// A time of day that only says that the cell is a whole day.
fn is_midnight(time: &str) -> bool {
    matches!(time.trim(), "0:00" | "00:00" | "0:00:00" | "00:00:00" | "12:00:00 AM" | "12:00 AM")
}

/// A month: `2026-02`, `02/2026`, or any date in it.
///
/// # Errors
/// Where it is none of these.
pub fn month(value: &Value) -> Result<Month, Trouble> {
    let typed = value.text().trim().to_owned();
    let slashed = || {
        let (month, year) = typed.split_once('/')?;
        Month::new(year.parse().ok().filter(|year| YEARS.contains(year))?, month.parse().ok()?)
    };
    let found = typed.parse().ok().or_else(slashed).or_else(|| date(value, "month").ok().map(Month::of));
    found.ok_or_else(|| {
        let message = format!("'{typed}' is not a month. Type it like 2026-02.");
        Trouble::error(Code::UnreadableCell, typed.clone(), message)
    })
}

/// A whole number of zero or more; what stands behind a decimal point is dropped.
///
/// # Errors
/// Names the character that does not belong, or the sign.
pub fn whole(value: &Value, column: &str) -> Result<i64, Trouble> {
    let typed = value.text().trim().to_owned();
    let what = spoken(column);
    let refuse = |why: String| Trouble::error(Code::UnreadableCell, typed.clone(), why);
    let number = match value {
        Value::Number(number) => *number,
        Value::Text(text) => {
            number::plain(text.trim()).ok_or_else(|| refuse(number::why_not_whole(text.trim(), &what)))?
        }
        _ => return Err(refuse(format!("'{typed}' is not a whole number. Type the {what}, digits only."))),
    };
    if number.is_sign_negative() && !number.is_zero() {
        return Err(refuse(format!("{typed} is negative. Type the {what} as it stands, without a sign.")));
    }
    let whole = number.trunc().to_i64().filter(|whole| *whole < 1_000_000_000_000);
    whole.ok_or_else(|| refuse(format!("{typed} has more than 12 digits. Type the {what} as it stands.")))
}

/// A whole number within bounds.
///
/// # Errors
/// Where it is no whole number or lies outside.
pub fn whole_within(value: &Value, column: &str, least: i64, most: i64) -> Result<i64, Trouble> {
    let number = whole(value, column)?;
    if (least..=most).contains(&number) {
        return Ok(number);
    }
    let what = spoken(column);
    let message = format!("{number} is out of bounds. Type the {what} as a number from {least} to {most}.");
    Err(Trouble::error(Code::UnreadableCell, value.text().trim(), message))
}

/// A number from zero to a hundred million.
///
/// # Errors
/// Where it is no number, or lies outside.
pub fn decimal(value: &Value, column: &str) -> Result<Decimal, Trouble> {
    let typed = value.text().trim().to_owned();
    let number = match value {
        Value::Number(number) => Some(*number),
        Value::Text(text) => number::plain(text.trim()),
        _ => None,
    };
    number.filter(|number| (Decimal::ZERO..=DECIMAL_END).contains(number)).ok_or_else(|| {
        let what = spoken(column);
        let message = format!("'{typed}' is not a number from 0 to 100,000,000. Type the {what} like 2.25.");
        Trouble::error(Code::UnreadableCell, typed.clone(), message)
    })
}

/// A number that an instrument may report below zero.
///
/// # Errors
/// Where it is no number, or farther from zero than any weather.
pub fn signed_decimal(value: &Value, column: &str) -> Result<Decimal, Trouble> {
    let typed = value.text().trim().to_owned();
    let positive = typed.strip_prefix('-').map(|rest| Value::Text(rest.to_owned()));
    let number = decimal(positive.as_ref().unwrap_or(value), column);
    let number = number.ok().filter(|number| *number < Decimal::ONE_THOUSAND).ok_or_else(|| {
        let message =
            format!("'{typed}' is not a number. Download the report again, or type -- for a missing value.");
        Trouble::error(Code::UnreadableCell, typed.clone(), message)
    })?;
    Ok(if positive.is_some() { -number } else { number })
}

/// An amount of money: `1134.05`, `$1,134.05`, `-12.00`, `(12.00)`.
///
/// # Errors
/// Where it is no amount, has tenths of a cent, or is beyond all that a district could be owed.
pub fn money(value: &Value, column: &str) -> Result<Money, Trouble> {
    let typed = value.text().trim().to_owned();
    let what = spoken(column);
    let number = match value {
        Value::Number(number) => Some(*number),
        Value::Text(text) => number::amount(text.trim()),
        _ => None,
    };
    let Some(number) = number else {
        let message = format!("'{typed}' is not an amount of money. Type the {what} like 1134.05.");
        return Err(Trouble::error(Code::UnreadableCell, typed, message));
    };
    if number.abs() >= MONEY_END {
        let message = format!(
            "{typed} is a billion dollars or more. Type the {what} as it stands, with its decimal point."
        );
        return Err(Trouble::error(Code::UnreadableCell, typed, message));
    }
    Money::exact(number).ok_or_else(|| {
        let message = format!("{typed} has more than two decimals. Type the {what} in whole cents.");
        Trouble::error(Code::UnreadableCell, typed.clone(), message)
    })
}

/// Yes or no.
///
/// # Errors
/// Where it is neither.
pub fn flag(value: &Value) -> Result<bool, Trouble> {
    let typed = value.text().trim().to_owned();
    match typed.to_ascii_lowercase().as_str() {
        "y" | "yes" | "true" | "x" | "1" => Ok(true),
        "n" | "no" | "false" | "0" => Ok(false),
        _ => {
            let message = format!("'{typed}' is neither yes nor no. Type y or n.");
            Err(Trouble::error(Code::UnreadableCell, typed, message))
        }
    }
}

/// A meter's nominal size.
///
/// # Errors
/// Where it is none.
pub fn meter_size(value: &Value) -> Result<MeterSize, Trouble> {
    let typed = value.text().trim().to_owned();
    MeterSize::parse(&typed).ok_or_else(|| {
        let message = format!(
            "'{typed}' is not a meter size. Type it in inches like 5/8, 3/4, 1, 1 1/2 or 2; as text, for Excel \
             takes 5/8 for the 8th of May."
        );
        Trouble::error(Code::UnreadableCell, typed.clone(), message)
    })
}

/// One of several words, in any case.
///
/// # Errors
/// Names the words that it may be.
pub fn choice<T: Copy + PartialEq>(value: &Value, words: &[(&str, T)]) -> Result<T, Trouble> {
    let typed = value.text().trim().to_owned();
    let folded = typed.to_lowercase();
    words.iter().find(|(word, _)| *word == folded).map(|(_, meaning)| *meaning).ok_or_else(|| {
        let first = |(at, (_, meaning)): &(usize, &(&str, T))| words[..*at].iter().all(|(_, m)| m != meaning);
        let known: Vec<&str> = words.iter().enumerate().filter(first).map(|(_, (word, _))| *word).collect();
        let message = format!(
            "'{typed}' is not a word that is known in this column. Type one of: {}.",
            known.join(", ")
        );
        Trouble::error(Code::UnreadableCell, typed.clone(), message)
    })
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests;
