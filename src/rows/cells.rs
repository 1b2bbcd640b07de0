//! The cells of one row, asked for by column; what cannot be read becomes a finding.

use rust_decimal::Decimal;

use super::{Ground, values};
use crate::domain::books::account::MeterSize;
use crate::domain::date::{Date, Month};
use crate::domain::finding::{Code, Finding};
use crate::domain::id::AccountId;
use crate::domain::money::Money;
use crate::domain::sheet::cell::{Row, Value};
use crate::domain::sheet::place::{Place, Trouble};

/// The cells of one row.
pub(super) struct Cells<'a> {
    pub(super) place: &'a Place,
    pub(super) row: &'a Row,
    pub(super) ground: Ground,
    pub(super) findings: &'a mut Vec<Finding>,
    pub(super) zeros_restored: &'a mut usize,
}

impl Cells<'_> {
    /// Whether the cell has anything in it.
    pub(super) fn has(&self, column: &str) -> bool {
        !self.is_blank(column)
    }

    /// Notes that the row needs the cell.
    pub(super) fn missing(&mut self, column: &str) {
        let what = values::spoken(column);
        let message =
            format!("The cell is empty, and the row cannot be read without the {what}. Fill it in.");
        self.trouble(column, Trouble::error(Code::MissingCell, "", message));
    }

    /// Notes trouble with a cell.
    pub(super) fn trouble(&mut self, column: &str, trouble: Trouble) {
        self.findings.push(self.place.cell(self.row.number, column, trouble));
    }

    /// The cell's text, trimmed; empty where there is none or it is not text.
    pub(super) fn text(&mut self, column: &str) -> String {
        self.optional(column, values::text).unwrap_or_default()
    }

    /// The cell's text; a finding where there is none.
    pub(super) fn needed_text(&mut self, column: &str) -> Option<String> {
        self.needed(column, values::text)
    }

    /// An account number with its leading zeros.
    pub(super) fn account(&mut self, column: &str) -> Option<AccountId> {
        let digits = self.ground.account_digits;
        let (account, restored) = self.optional(column, |value| values::account(value, digits))?;
        *self.zeros_restored += usize::from(restored);
        Some(account)
    }

    /// An account number; a finding where there is none.
    pub(super) fn needed_account(&mut self, column: &str) -> Option<AccountId> {
        if self.is_blank(column) {
            self.missing(column);
        }
        self.account(column)
    }

    /// A calendar date that may lie ahead.
    pub(super) fn date(&mut self, column: &str) -> Option<Date> {
        self.optional(column, |value| values::date(value, column))
    }

    /// The date of an event: needed, and not after the day of the run.
    pub(super) fn event_date(&mut self, column: &str) -> Option<Date> {
        let date = self.needed(column, |value| values::date(value, column))?;
        let today = self.ground.today;
        if date > today {
            let typed = self.value(column).text();
            let what = values::spoken(column);
            let message = format!(
                "The {what} {typed} lies after today ({today}). Correct it, or drop the file again when the day \
                 has come."
            );
            self.trouble(column, Trouble::error(Code::FutureDate, typed, message));
            return None;
        }
        Some(date)
    }

    /// A date; a finding where there is none.
    pub(super) fn needed_date(&mut self, column: &str) -> Option<Date> {
        self.needed(column, |value| values::date(value, column))
    }

    /// A month.
    pub(super) fn month(&mut self, column: &str) -> Option<Month> {
        self.optional(column, values::month)
    }

    /// A whole number of zero or more; decimals are dropped.
    pub(super) fn whole(&mut self, column: &str) -> Option<i64> {
        self.optional(column, |value| values::whole(value, column))
    }

    /// A whole number; a finding where there is none.
    pub(super) fn needed_whole(&mut self, column: &str) -> Option<i64> {
        self.needed(column, |value| values::whole(value, column))
    }

    /// A whole number within bounds.
    pub(super) fn whole_within(&mut self, column: &str, least: i64, most: i64) -> Option<i64> {
        self.optional(column, |value| values::whole_within(value, column, least, most))
    }

    /// A number.
    pub(super) fn decimal(&mut self, column: &str) -> Option<Decimal> {
        self.optional(column, |value| values::decimal(value, column))
    }

    /// A number; a finding where there is none.
    pub(super) fn needed_decimal(&mut self, column: &str) -> Option<Decimal> {
        self.needed(column, |value| values::decimal(value, column))
    }

    /// A number that an instrument may report below zero.
    pub(super) fn signed_decimal(&mut self, column: &str) -> Option<Decimal> {
        self.optional(column, |value| values::signed_decimal(value, column))
    }

    /// The month of a report, in words or figures; a finding where there is none.
    pub(super) fn needed_report_month(&mut self, column: &str) -> Option<Month> {
        self.needed(column, |value| {
            super::eto::month_in_words(&value.text()).map_or_else(|| values::month(value), Ok)
        })
    }

    /// An amount of money.
    pub(super) fn money(&mut self, column: &str) -> Option<Money> {
        self.optional(column, |value| values::money(value, column))
    }

    /// An amount of money; a finding where there is none.
    pub(super) fn needed_money(&mut self, column: &str) -> Option<Money> {
        self.needed(column, |value| values::money(value, column))
    }

    /// An amount of money that only one sign makes sense for; a finding, with the hint, where it is not above zero.
    pub(super) fn above_zero(&mut self, column: &str, hint: &str) -> Option<Money> {
        let amount = self.needed_money(column)?;
        if amount > Money::ZERO {
            return Some(amount);
        }
        let typed = self.value(column).text().trim().to_owned();
        let what = values::spoken(column);
        let message = format!("The {what} {typed} is not above zero. {hint}: type it without a sign.");
        self.trouble(column, Trouble::error(Code::UnreadableCell, typed, message));
        None
    }

    /// Yes or no; no where the cell is empty.
    pub(super) fn flag(&mut self, column: &str) -> bool {
        self.optional(column, values::flag).unwrap_or(false)
    }

    /// A meter size.
    pub(super) fn meter_size(&mut self, column: &str) -> Option<MeterSize> {
        self.optional(column, values::meter_size)
    }

    /// A meter size; a finding where there is none.
    pub(super) fn needed_meter_size(&mut self, column: &str) -> Option<MeterSize> {
        self.needed(column, values::meter_size)
    }

    /// One of several words.
    pub(super) fn choice<T: Copy + PartialEq>(&mut self, column: &str, words: &[(&str, T)]) -> Option<T> {
        self.optional(column, |value| values::choice(value, words))
    }

    /// One of several words; a finding where there is none.
    pub(super) fn needed_choice<T: Copy + PartialEq>(
        &mut self,
        column: &str,
        words: &[(&str, T)],
    ) -> Option<T> {
        self.needed(column, |value| values::choice(value, words))
    }

    fn needed<T>(&mut self, column: &str, read: impl Fn(&Value) -> Result<T, Trouble>) -> Option<T> {
        if self.is_blank(column) {
            self.missing(column);
            return None;
        }
        self.optional(column, read)
    }

    fn optional<T>(&mut self, column: &str, read: impl Fn(&Value) -> Result<T, Trouble>) -> Option<T> {
        if self.is_blank(column) {
            return None;
        }
        match values::stored(self.value(column)).and_then(read) {
            Ok(read) => Some(read),
            Err(trouble) => {
                self.trouble(column, trouble);
                None
            }
        }
    }

    fn is_blank(&self, column: &str) -> bool {
        match self.value(column) {
            Value::Empty => true,
            Value::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }

    /// The cell as it came.
    pub(super) fn value(&self, column: &str) -> &Value {
        match self.place.layout.column(column) {
            Some(known) => self.row.value(known.at),
            None => &Value::Empty,
        }
    }
}
