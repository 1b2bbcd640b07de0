//! Totals rows: found by their words, used as checks, never as data.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::values;
use crate::domain::finding::{Code, Finding};
use crate::domain::sheet::cell::{Row, Value};
use crate::domain::sheet::place::{Place, Trouble};
use crate::domain::sheet::profile::Layout;

/// Whether the row's first text calls it a total.
pub(super) fn is_totals_row(row: &Row, layout: &Layout) -> bool {
    let first = row.cells.iter().find_map(|cell| match &cell.value {
        Value::Text(text) if !text.trim().is_empty() => Some((cell.column, text.trim().to_lowercase())),
        _ => None,
    });
    let Some((column, text)) = first else { return false };
    let word = text.trim_end_matches([':', '.', ' ']);
    let calls_itself_total =
        ["total", "totals", "grand total", "sum", "subtotal", "batch total", "sub-total"]
            .iter()
            .any(|name| word == *name || word.starts_with(&format!("{name} ")));
    let filled = layout.columns.iter().filter(|c| c.at != column && *row.value(c.at) != Value::Empty).count();
    calls_itself_total && filled * 2 <= layout.columns.len()
}

/// Running sums of the columns that a totals row may check.
pub(super) struct Totals {
    columns: &'static [&'static str],
    /// All rows, and those since the last totals row (a file may hold several batches).
    sums: BTreeMap<&'static str, (Decimal, Decimal)>,
}

impl Totals {
    pub(super) fn new(columns: &'static [&'static str]) -> Totals {
        Totals { columns, sums: columns.iter().map(|name| (*name, (Decimal::ZERO, Decimal::ZERO))).collect() }
    }

    pub(super) fn add(&mut self, row: &Row, layout: &Layout) {
        for (name, (all, batch)) in &mut self.sums {
            let Some(column) = layout.column(name) else { continue };
            if let Some(number) = summable(row.value(column.at)) {
                *all = all.checked_add(number).unwrap_or(*all);
                *batch = batch.checked_add(number).unwrap_or(*batch);
            }
        }
    }

    /// Compares a totals row with the sums and begins the next batch.
    pub(super) fn check(&mut self, row: &Row, place: &Place) -> Vec<Finding> {
        let mut findings = Vec::new();
        for name in self.columns {
            let Some(column) = place.layout.column(name) else { continue };
            let (all, batch) = self.sums[name];
            let value = row.value(column.at);
            if let Some(total) = summable(value)
                && total != all
                && total != batch
            {
                let message = format!(
                    "The total {} differs from the sum of the rows above, {}. The rows count as they stand: \
                     check that none is missing or typed wrong.",
                    value.text().trim(),
                    batch.normalize()
                );
                let trouble = Trouble::warning(Code::TotalMismatch, value.text().trim(), message);
                findings.push(place.cell(row.number, name, trouble));
            }
            self.sums.entry(name).and_modify(|(_, batch)| *batch = Decimal::ZERO);
        }
        findings
    }

    /// The control totals, as `sum of Reading` and the figure.
    pub(super) fn in_words(&self) -> Vec<(String, String)> {
        let figure = |(name, (all, _)): (&&str, &(Decimal, Decimal))| {
            (format!("sum of {name}"), all.normalize().to_string())
        };
        self.sums.iter().map(figure).collect()
    }
}

/// The sum of the digits of a cell's text.
pub(super) fn digits(place: &Place, row: &Row, column: &str) -> i64 {
    let text = place.layout.column(column).map(|column| row.value(column.at).text()).unwrap_or_default();
    text.chars().filter_map(|digit| digit.to_digit(10)).map(i64::from).sum()
}

/// A cell as a number to add up; nothing where it is none.
fn summable(value: &Value) -> Option<Decimal> {
    match value {
        Value::Number(number) => Some(*number),
        Value::Text(_) => values::money(value, "").ok().map(|amount| amount.decimal()),
        _ => None,
    }
}
