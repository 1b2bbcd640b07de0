//! One cell as its column wants it: what people spell in many ways, spelled in one.

use rust_decimal::Decimal;

use super::{eto, values};
use crate::domain::sheet::cell::Value;
use crate::domain::sheet::profile::{Column, Content};

/// The cell as its column wants it: a date as a date, an amount as a number with cents, a word as the template has it.
///
/// What it says is the same; a cell that the column cannot take stays as it is. An account number is padded to so many digits.
pub fn canonical(value: &Value, column: &Column, account_digits: usize) -> Value {
    if *value == Value::Empty {
        return Value::Empty;
    }
    let found = match column.content {
        Content::Text => Some(trimmed(value)),
        Content::Account => values::account(value, account_digits).ok().map(|(account, _)| text(account)),
        Content::Date => values::date(value, &column.name)
            .ok()
            .map(|date| Value::DateTime(date.and_time(chrono::NaiveTime::MIN))),
        Content::Month => eto::month_in_words(&value.text()).or_else(|| values::month(value).ok()).map(text),
        Content::Integer => values::whole(value, &column.name).ok().map(|whole| Value::Number(whole.into())),
        Content::Decimal => values::signed_decimal(value, &column.name)
            .or_else(|_| values::decimal(value, &column.name))
            .ok()
            .map(number),
        Content::Money => {
            values::money(value, &column.name).ok().map(|amount| Value::Number(amount.decimal()))
        }
        Content::Choice => Some(chosen(value, column)),
        Content::Flag => values::flag(value).ok().map(|yes| text(if yes { "y" } else { "n" })),
        Content::MeterSize => values::meter_size(value).ok().map(text),
    };
    found.unwrap_or_else(|| value.clone())
}

fn text(of: impl ToString) -> Value {
    Value::Text(of.to_string())
}

fn trimmed(value: &Value) -> Value {
    text(value.text().trim())
}

fn number(of: Decimal) -> Value {
    Value::Number(of.normalize())
}

/// The column's word in the capitals of the template; another word as it was typed.
fn chosen(value: &Value, column: &Column) -> Value {
    let typed = value.text();
    let known = column.choices.iter().find(|word| word.to_lowercase() == typed.trim().to_lowercase());
    known.map_or_else(|| trimmed(value), text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(content: Content) -> Column {
        let choices = if content == Content::Choice { vec!["tax roll".to_owned()] } else { vec![] };
        Column {
            name: "What".to_owned(),
            synonyms: vec![],
            required: false,
            one_of: None,
            right_of: vec![],
            leads_after: vec![],
            content,
            meaning: String::new(),
            example: String::new(),
            choices,
            telling: vec![],
        }
    }

    #[test]
    fn each_content_has_one_spelling() {
        for (content, typed, spelled) in [
            (Content::Text, "  by hand ", "by hand"),
            (Content::Account, " 0104007 ", "0104007"),
            (Content::Account, "104007", "0104007"),
            (Content::Date, "2/9/2026", "2026-02-09"),
            (Content::Month, "Feb 2026", "2026-02"),
            (Content::Month, "02/2026", "2026-02"),
            (Content::Integer, "4,012", "4012"),
            (Content::Decimal, "2.250", "2.25"),
            (Content::Decimal, "-0.01", "-0.01"),
            (Content::Decimal, "--", "--"),
            (Content::Money, "(1,134.5)", "-1134.50"),
            (Content::Choice, "Tax Roll", "tax roll"),
            (Content::Choice, "gone", "gone"),
            (Content::Flag, "YES", "y"),
            (Content::MeterSize, "1-1/2\"", "1 1/2"),
            (Content::Date, "soon", "soon"),
        ] {
            let found = match canonical(&text(typed), &column(content), 7) {
                Value::Number(number) => number.to_string(),
                other => other.text(),
            };
            assert_eq!(found, spelled, "{content:?} {typed}");
        }
    }
}
