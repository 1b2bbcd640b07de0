//! The cover: what a workbook is, what it was made from, and whether it ties out.

use rust_decimal::Decimal;

use super::cell::Cell;
use super::table::Role;

/// The first page of a workbook. Title, contents and master check are made from the book itself.
#[derive(Default)]
pub struct Cover<'a> {
    /// What the reader wants to know first.
    pub facts: Vec<Fact<'a>>,
    /// What must hold; the master check is OK when all of it does.
    pub checks: Vec<Check>,
    /// Small lists below: what it was made from, legend, known limits.
    pub sections: Vec<Section<'a>>,
}

/// A line of the cover.
pub struct Fact<'a> {
    /// What it says.
    pub label: &'static str,
    /// What it is.
    pub cell: Cell<'a>,
}

impl<'a> Fact<'a> {
    /// A line of label and value.
    pub fn new(label: &'static str, value: impl Into<super::cell::Value<'a>>) -> Fact<'a> {
        Fact { label, cell: Cell::new(value) }
    }

    /// The same line, leading to a page.
    pub fn leading_to(mut self, page: &'a str) -> Fact<'a> {
        self.cell = self.cell.leading_to(page);
        self
    }
}

/// Two figures that must be equal.
pub struct Check {
    /// What must hold, in words.
    pub says: String,
    /// How the figures look.
    pub role: Role,
    /// What the sheets add up to.
    pub found: Figure,
    /// What it must equal.
    pub expected: Figure,
}

/// A figure of a check.
pub enum Figure {
    /// A number from elsewhere, such as the ledger.
    Given(Decimal),
    /// The number of rows of a page.
    Rows(&'static str),
    /// The totals of columns, added: page, header.
    Totals(Vec<(&'static str, String)>),
}

impl Figure {
    /// The total of one column of a page.
    pub fn total(page: &'static str, column: &str) -> Figure {
        Figure::Totals(vec![(page, column.to_owned())])
    }
}

/// A small list on the cover.
pub struct Section<'a> {
    /// Its heading.
    pub title: &'static str,
    /// What its columns are called, at most five; empty where the rows speak for themselves.
    pub columns: Vec<&'static str>,
    /// Its rows; the last cell of a row may be long.
    pub rows: Vec<Vec<Cell<'a>>>,
    /// What stands there where it has no rows.
    pub otherwise: &'static str,
}
