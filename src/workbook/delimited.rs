//! Writes rows as delimited text: UTF-8, one line feed a row, quotes where a cell needs them.

use std::io::{self, Write};

use crate::domain::sheet::cell::{Row, Value};

/// A text with so many cells a row, written row by row.
pub struct Delimited<W: Write> {
    writer: csv::Writer<W>,
    width: u32,
    /// The number of the row that comes next.
    next: u32,
}

impl<W: Write> Delimited<W> {
    /// Begins a text; every row gets `width` cells.
    pub fn new(out: W, delimiter: u8, width: u32) -> Delimited<W> {
        let writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(out);
        Delimited { writer, width, next: 1 }
    }

    /// Writes a row at its number: rows that were passed over become blank ones, so that row 17 stays row 17.
    ///
    /// # Errors
    /// Where the sink refuses.
    pub fn row(&mut self, row: &Row) -> io::Result<()> {
        while self.next < row.number {
            self.record((0..self.width).map(|_| String::new()))?;
        }
        self.record((0..self.width).map(|column| field(row.value(column))))
    }

    /// Writes a row of texts.
    ///
    /// # Errors
    /// Where the sink refuses.
    pub fn record(&mut self, fields: impl IntoIterator<Item = impl AsRef<[u8]>>) -> io::Result<()> {
        self.next += 1;
        self.writer.write_record(fields).map_err(cause)
    }

    /// Ends the text.
    ///
    /// # Errors
    /// Where the sink refuses.
    pub fn finish(mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// What the system said; csv's own conversion would hide a reader that has gone.
fn cause(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(cause) => cause,
        kind => io::Error::other(format!("{kind:?}")),
    }
}

/// A cell as text; an amount keeps its cents.
fn field(value: &Value) -> String {
    match value {
        Value::Number(number) => number.to_string(),
        other => other.text(),
    }
}

/// Whether a spreadsheet program that opens the text would take the cell for a formula.
///
/// Text alone: a number with a sign is a number there too.
pub fn reads_as_formula(value: &Value) -> bool {
    let Value::Text(text) = value else { return false };
    let signed = |rest: &str| rest.contains(char::is_alphanumeric) && !is_number(rest);
    match text.chars().next() {
        Some('=' | '@' | '\t' | '\r') => true,
        Some('+' | '-') => signed(&text[1..]),
        _ => false,
    }
}

/// Whether a text without its sign is a number, perhaps with separators of thousands.
fn is_number(text: &str) -> bool {
    text.trim().replace(',', "").parse::<rust_decimal::Decimal>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::sheet::cell::Cell;

    fn row(number: u32, texts: &[(u32, &str)]) -> Row {
        let cell =
            |(column, text): &(u32, &str)| Cell { column: *column, value: Value::Text((*text).to_owned()) };
        Row { number, cells: texts.iter().map(cell).collect() }
    }

    #[test]
    fn rows_keep_their_numbers_and_cells_their_columns() {
        let mut bytes = Vec::new();
        let mut text = Delimited::new(&mut bytes, b',', 3);
        text.row(&row(2, &[(0, "a"), (2, "b, \"c\"\nd")])).unwrap();
        text.row(&row(4, &[(1, "e")])).unwrap();
        text.finish().unwrap();
        assert_eq!(String::from_utf8(bytes).unwrap(), ",,\na,,\"b, \"\"c\"\"\nd\"\n,,\n,e,\n");
    }

    #[test]
    fn what_excel_would_work_out_is_known() {
        for (text, would) in [
            ("=1+1", true),
            ("@SUM(A1)", true),
            ("+1-760-365-8333", true),
            ("-cmd", true),
            ("-12.50", false),
            ("+1,134.05", false),
            ("--", false),
            ("a=b", false),
            ("", false),
        ] {
            assert_eq!(reads_as_formula(&Value::Text(text.to_owned())), would, "{text}");
        }
        assert!(!reads_as_formula(&Value::Number((-5).into())));
    }
}
