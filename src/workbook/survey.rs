//! What must be known of a table before its first row is written: totals stand above the rows, and widths too.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::ops::Range;

use rust_decimal::Decimal;

use super::workers::in_order;
use crate::domain::page::seal::{self, REF};
use crate::domain::page::{Book, Check, Column, Figure, Flag, MOST_NOTES, Role, Table, Value};

/// What a check says where it holds.
pub(super) const OK: &str = "OK";
/// What a check says where it does not.
pub(super) const CHECK: &str = "CHECK";

/// Decimals of a number that are shown, unless it is a price; the cell holds all of them.
pub(super) const DECIMALS_SHOWN: u32 = 4;

/// What one pass over a table found.
pub(super) struct Survey {
    /// How many rows it has, those without anything in the first column left out.
    pub(super) rows: usize,
    /// Its columns.
    pub(super) columns: Vec<Measured>,
    /// The first rows with notes, as many as a sheet shows notes of.
    pub(super) noted: Vec<usize>,
    /// The order of the rows' names, where they come back with decisions.
    pub(super) order: u64,
}

/// What one pass found in a column.
#[derive(Clone, Debug, Default)]
pub(super) struct Measured {
    /// The sum, or for checks the number of `CHECK`; exact.
    pub(super) total: Decimal,
    /// Characters of the longest text.
    pub(super) longest: usize,
    /// The largest amount, its sign left off.
    largest: Decimal,
    /// Decimals of the most exact number.
    pub(super) decimals: u32,
    /// The flags of its cells.
    pub(super) flags: BTreeSet<Flag>,
}

/// Surveys every table of a book, by name.
pub(super) fn surveys<'b>(book: &'b Book<'_>) -> BTreeMap<&'b str, Survey> {
    book.tables().map(|table| (table.name.as_str(), Survey::of(table, 0..table.rows))).collect()
}

/// Rows that are surveyed at a time.
const ROWS: usize = 2_000;

impl Survey {
    /// Passes over some rows of a table.
    pub(super) fn of(table: &Table<'_>, rows: Range<usize>) -> Survey {
        let mut whole = Survey::new(table);
        let part = |at: usize| {
            let start = rows.start + at * ROWS;
            start..rows.end.min(start + ROWS)
        };
        let passed: Result<(), Infallible> = in_order(
            rows.len().div_ceil(ROWS),
            || (),
            |(), at| Survey::pass(table, part(at)),
            |survey| {
                whole.add(survey);
                Ok(())
            },
        );
        let Ok(()) = passed;
        whole
    }

    fn new(table: &Table<'_>) -> Survey {
        Survey { rows: 0, columns: vec![Measured::default(); table.columns.len()], noted: vec![], order: 0 }
    }

    fn pass(table: &Table<'_>, rows: Range<usize>) -> Survey {
        let mut survey = Survey::new(table);
        let reference = table.columns.iter().position(|column| column.name == REF);
        let passed: Result<(), Infallible> = table.each_unsealed(rows, |index, cells| {
            if let Some(Value::Text(name)) = reference.map(|at| &cells[at].value) {
                survey.order = survey.order.wrapping_add(seal::placed(name, index as u64 + 1));
            }
            survey.rows += usize::from(cells.first().is_some_and(|cell| cell.value != Value::Empty));
            for ((cell, column), measured) in cells.iter().zip(&table.columns).zip(&mut survey.columns) {
                measured.see(&cell.value, column);
                measured.flags.extend(cell.flag);
            }
            if survey.noted.len() < MOST_NOTES && cells.iter().any(|cell| cell.note.is_some()) {
                survey.noted.push(index);
            }
            Ok(())
        });
        let Ok(()) = passed;
        survey
    }

    /// Adds what a pass over the rows behind found.
    fn add(&mut self, behind: Survey) {
        self.rows += behind.rows;
        self.order = self.order.wrapping_add(behind.order);
        self.columns.iter_mut().zip(behind.columns).for_each(|(column, behind)| column.add(behind));
        self.noted.extend(behind.noted);
        self.noted.truncate(MOST_NOTES);
    }
}

impl Measured {
    fn add(&mut self, behind: Measured) {
        self.total += behind.total;
        self.longest = self.longest.max(behind.longest);
        self.largest = self.largest.max(behind.largest);
        self.decimals = self.decimals.max(behind.decimals);
        self.flags.extend(behind.flags);
    }

    fn see(&mut self, value: &Value<'_>, column: &Column) {
        match value {
            Value::Empty => {}
            Value::Date(_) => self.longest = self.longest.max(10),
            Value::Text(text) => {
                // The bytes bound the characters, so most texts need no counting.
                if text.len() > self.longest {
                    self.longest = self.longest.max(text.chars().count());
                }
                if column.role == Role::Check && text == CHECK {
                    self.total += Decimal::ONE;
                }
            }
            Value::Number(number) => {
                if column.total {
                    self.total += *number;
                }
                self.largest = self.largest.max(number.abs());
                if number.scale() > self.decimals {
                    let shown = if column.role == Role::Price { u32::MAX } else { DECIMALS_SHOWN };
                    self.decimals = self.decimals.max(number.normalize().scale().min(shown));
                }
            }
        }
    }

    /// The characters that the column's longest cell takes, its total included.
    pub(super) fn characters(&self, column: &Column) -> usize {
        let whole = self.largest.max(self.total.abs()).trunc().to_string().len();
        let grouped = whole + (whole - 1) / 3;
        let number = match column.role {
            Role::Money => grouped + 5,
            Role::Volume | Role::Integer => grouped + self.point(),
            Role::Price => grouped + 1 + self.decimals.max(2) as usize,
            Role::Reading => whole,
            Role::Decimal => whole + self.point(),
            Role::Percent => 7,
            Role::Text | Role::Sentence | Role::Account | Role::Date | Role::Check | Role::Seal => 0,
        };
        self.longest.max(number)
    }

    /// The characters of the decimals and their point.
    fn point(&self) -> usize {
        if self.decimals == 0 { 0 } else { 1 + self.decimals as usize }
    }
}

/// The value of a check's figure.
pub(super) fn value(figure: &Figure, surveys: &BTreeMap<&str, Survey>, book: &Book<'_>) -> Decimal {
    let table = |page: &str| {
        book.tables().find(|table| table.name == page).expect("a check names a page of its book")
    };
    match figure {
        Figure::Given(number) => *number,
        Figure::Rows(page) => Decimal::from(table(page).rows),
        Figure::Totals(totals) => totals
            .iter()
            .map(|(page, column)| surveys[page].columns[table(page).position(column)].total)
            .sum(),
    }
}

/// A check with both figures worked out.
pub(super) struct Checked<'b> {
    /// The check.
    pub(super) check: &'b Check,
    /// What the sheets add up to.
    pub(super) found: Decimal,
    /// What it must equal.
    pub(super) expected: Decimal,
}

impl Checked<'_> {
    /// The word of the check.
    pub(super) fn word(&self) -> &'static str {
        if self.found == self.expected { OK } else { CHECK }
    }
}

/// Works out the checks of a cover.
pub(super) fn checked<'b>(
    checks: &'b [Check],
    surveys: &BTreeMap<&str, Survey>,
    book: &Book<'_>,
) -> Vec<Checked<'b>> {
    let both = |check: &'b Check| Checked {
        check,
        found: value(&check.found, surveys, book),
        expected: value(&check.expected, surveys, book),
    };
    checks.iter().map(both).collect()
}

/// The word of the master check: OK only where every check holds.
pub(super) fn master(checks: &[Checked<'_>]) -> &'static str {
    if checks.iter().all(|check| check.word() == OK) { OK } else { CHECK }
}
