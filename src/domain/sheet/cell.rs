//! Cells and rows of a dropped sheet, whatever format it came in.

use chrono::NaiveDateTime;
use rust_decimal::Decimal;

/// What a cell holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// Nothing.
    #[default]
    Empty,
    /// Text as typed; csv cells are always text.
    Text(String),
    /// A number, exact: a float became a decimal through its shortest text (20.1 stays 20.1).
    Number(Decimal),
    /// TRUE or FALSE.
    Bool(bool),
    /// A number formatted as a date or a time.
    DateTime(NaiveDateTime),
    /// An error value such as `#N/A`, as Excel shows it.
    Error(String),
    /// A formula whose result was never stored, with its text.
    Uncalculated(String),
    /// Text longer than a cell may hold (32,767 characters), with that length.
    TooLong(usize),
}

/// One cell that is not empty.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// Column from 0.
    pub column: u32,
    /// What it holds; never `Empty`.
    pub value: Value,
}

/// One row with at least one cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// Row as numbered in the sheet, from 1.
    pub number: u32,
    /// The cells that are not empty, from left to right.
    pub cells: Vec<Cell>,
}

impl Row {
    /// A row of these values, from the first column on; an empty one leaves no cell.
    pub fn of(number: u32, values: impl IntoIterator<Item = Value>) -> Row {
        let cells = (0..).zip(values).filter(|(_, value)| *value != Value::Empty);
        Row { number, cells: cells.map(|(column, value)| Cell { column, value }).collect() }
    }

    /// The value in a column; `Value::Empty` where there is none.
    pub fn value(&self, column: u32) -> &Value {
        match self.cells.binary_search_by_key(&column, |cell| cell.column) {
            Ok(at) => &self.cells[at].value,
            Err(_) => &Value::Empty,
        }
    }
}

impl Value {
    /// The cell as a person would read it: dates as `2026-02-09`, numbers without trailing zeros.
    pub fn text(&self) -> String {
        match self {
            Value::Empty => String::new(),
            Value::Text(text) | Value::Error(text) | Value::Uncalculated(text) => text.clone(),
            Value::Number(number) => number.normalize().to_string(),
            Value::Bool(yes) => if *yes { "TRUE" } else { "FALSE" }.to_owned(),
            Value::DateTime(moment) if moment.time() == chrono::NaiveTime::MIN => moment.date().to_string(),
            Value::DateTime(moment) => moment.format("%Y-%m-%d %H:%M:%S").to_string(),
            Value::TooLong(length) => format!("({length} characters)"),
        }
    }
}
