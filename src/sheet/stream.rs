//! The lending stream of rows, and the buffer that every reader fills.

use calamine::DataRef;

use super::guard::guarded;
use super::{Unreadable, limits, value};
use crate::domain::sheet::cell::{Cell, Row, Value};

/// A format's reader of one sheet.
pub(super) trait Rows {
    /// Puts the next row into the buffer, empty or not; `false` after the last.
    fn fill(&mut self, buffer: &mut RowBuffer) -> Result<bool, Unreadable>;
}

/// The rows of one sheet, one at a time; each is lent until the next is asked for.
pub struct RowStream<'a> {
    source: Box<dyn Rows + 'a>,
    buffer: RowBuffer,
    sheet: String,
    cells: u64,
    over: bool,
}

impl<'a> RowStream<'a> {
    /// Starts at the top of a sheet; its name goes into messages.
    pub(super) fn new(source: impl Rows + 'a, sheet: &str) -> RowStream<'a> {
        RowStream {
            source: Box::new(source),
            buffer: RowBuffer::default(),
            sheet: sheet.to_owned(),
            cells: 0,
            over: false,
        }
    }

    /// The next row with at least one cell that is not empty; `None` after the last.
    ///
    /// Rows come numbered as in the sheet, from 1 and upwards. Cells of blanks alone count as empty; text is
    /// otherwise as typed. After an error the stream is over.
    pub fn next_row(&mut self) -> Result<Option<&Row>, Unreadable> {
        if self.over {
            return Ok(None);
        }
        // Set before reading: whatever ends the reading, a half-read source is never asked again.
        self.over = true;
        let (source, buffer) = (&mut self.source, &mut self.buffer);
        let found =
            guarded(|| next_filled(source.as_mut(), buffer)).map_err(|why| why.in_sheet(&self.sheet))?;
        if !found {
            return Ok(None);
        }
        self.cells += self.buffer.row.cells.len() as u64;
        if self.cells > limits::CELLS {
            return Err(Unreadable::too_large("cells", limits::CELLS));
        }
        self.over = false;
        Ok(Some(&self.buffer.row))
    }
}

impl RowStream<'_> {
    /// The number of the last row read so far, be it empty; 0 before the first.
    pub fn last_row(&self) -> u32 {
        self.buffer.row.number
    }
}

/// Reads on to a row that is not empty.
fn next_filled(source: &mut dyn Rows, buffer: &mut RowBuffer) -> Result<bool, Unreadable> {
    while source.fill(buffer)? {
        if buffer.finish() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// One row under construction; it keeps the strings of the row before to write into them again.
#[derive(Default)]
pub(super) struct RowBuffer {
    row: Row,
    used: usize,
    text_bytes: usize,
}

impl RowBuffer {
    /// Begins a row, numbered from 1.
    pub(super) fn start(&mut self, number: u32) -> Result<(), Unreadable> {
        self.used = 0;
        self.text_bytes = 0;
        self.renumber(number)
    }

    /// Shows the same row again under another number.
    pub(super) fn renumber(&mut self, number: u32) -> Result<(), Unreadable> {
        if number > limits::ROWS {
            return Err(Unreadable::too_large("rows", limits::ROWS));
        }
        self.row.number = number;
        Ok(())
    }

    /// Adds a cell to the right of those added; `Empty` adds none.
    pub(super) fn push(&mut self, column: u32, value: Value) -> Result<(), Unreadable> {
        if let Value::Text(text) = &value {
            return self.text(column, text);
        }
        if value != Value::Empty {
            self.place(column)?.value = value;
        }
        Ok(())
    }

    /// Adds a text cell; blanks add none, and text longer than a cell may hold adds its length.
    pub(super) fn text(&mut self, column: u32, text: &str) -> Result<(), Unreadable> {
        if text.len() > limits::TEXT_CHARACTERS {
            let characters = text.chars().count();
            if characters > limits::TEXT_CHARACTERS {
                self.place(column)?.value = Value::TooLong(characters);
                return Ok(());
            }
        }
        if text.trim().is_empty() {
            return Ok(());
        }
        self.text_bytes += text.len();
        if self.text_bytes > limits::ROW_TEXT_BYTES {
            return Err(Unreadable::too_large("bytes of text in one row", limits::ROW_TEXT_BYTES as u64));
        }
        match &mut self.place(column)?.value {
            Value::Text(kept) => {
                kept.clear();
                kept.push_str(text);
            }
            other => *other = Value::Text(text.to_owned()),
        }
        Ok(())
    }

    /// Adds a cell of calamine, or the formula where its result was never stored.
    pub(super) fn foreign(
        &mut self,
        column: u32,
        cell: DataRef<'_>,
        formula: Option<String>,
    ) -> Result<(), Unreadable> {
        match (cell, formula) {
            (DataRef::SharedString(text), _) => self.text(column, text),
            (DataRef::String(text), _) => self.text(column, &text),
            (DataRef::Empty, Some(formula)) => self.push(column, Value::Uncalculated(formula)),
            (cell, _) => self.push(column, value::other(&cell)),
        }
    }

    /// The next place to write to, checked to be to the right of the one before.
    fn place(&mut self, column: u32) -> Result<&mut Cell, Unreadable> {
        if column >= limits::COLUMNS {
            return Err(Unreadable::too_large("columns", limits::COLUMNS));
        }
        if self.used > 0 && self.row.cells[self.used - 1].column >= column {
            return Err(Unreadable::damaged(format!(
                "the cells of row {} are out of order",
                self.row.number
            )));
        }
        if self.used == self.row.cells.len() {
            self.row.cells.push(Cell { column, value: Value::Empty });
        }
        let cell = &mut self.row.cells[self.used];
        cell.column = column;
        self.used += 1;
        Ok(cell)
    }

    /// Ends the row; whether it holds anything.
    fn finish(&mut self) -> bool {
        self.row.cells.truncate(self.used);
        self.used > 0
    }
}
