//! xls: walks the records for what they claim, then lets calamine read the sheets whole.

use std::io::Cursor;

use calamine::{Data, DataRef, Range, Reader, Sheet, Xls};

use super::compound::Compound;
use super::excel::Bytes;
use super::stream::{RowBuffer, Rows};
use super::{Unreadable, limits};

/// The names of the stream that holds the sheets: since Excel 97, and before.
const STREAMS: [&str; 2] = ["Workbook", "Book"];

/// Opens an xls once its records are known to stay within the limits.
pub(super) fn open<'a>(
    bytes: &'a [u8],
    file: &Compound<'_>,
) -> Result<(Xls<Bytes<'a>>, Vec<Sheet>), Unreadable> {
    let name = STREAMS.into_iter().find(|name| file.has(name)).unwrap_or(STREAMS[0]);
    check(&file.stream(name)?)?;
    let book = Xls::new(Cursor::new(bytes)).map_err(|why| match why {
        calamine::XlsError::Password => Unreadable::PasswordProtected,
        why => Unreadable::damaged(why),
    })?;
    let sheets = book.sheets_metadata().to_vec();
    Ok((book, sheets))
}

/// The rows of a sheet.
pub(super) fn rows(book: &mut Xls<Bytes<'_>>, sheet: &str) -> Result<impl Rows + use<>, Unreadable> {
    let values = book.worksheet_range(sheet).map_err(Unreadable::damaged)?;
    let formulas = book.worksheet_formula(sheet).map_err(Unreadable::damaged)?;
    let mut span = Span(bounds(&values));
    if let Some((first, last)) = bounds(&formulas) {
        span.cover(Some(first.0), Some(first.1));
        span.cover(Some(last.0), Some(last.1));
    }
    Ok(Whole { values, formulas, left: span.0 })
}

/// A sheet that calamine holds whole, and the rectangle of it that is still to be read.
struct Whole {
    values: Range<Data>,
    formulas: Range<String>,
    left: Option<Bounds>,
}

impl Rows for Whole {
    fn fill(&mut self, buffer: &mut RowBuffer) -> Result<bool, Unreadable> {
        let Some(((row, first), (bottom, last))) = self.left else { return Ok(false) };
        self.left = (row < bottom).then_some(((row + 1, first), (bottom, last)));
        buffer.start(row + 1)?;
        for column in first..=last {
            let formula = self.formulas.get_value((row, column)).filter(|formula| !formula.is_empty());
            let value = self.values.get_value((row, column)).map_or(DataRef::Empty, lent);
            buffer.foreign(column, value, formula.cloned())?;
        }
        Ok(true)
    }
}

/// The cell without its text's own copy.
fn lent(cell: &Data) -> DataRef<'_> {
    match cell {
        Data::Int(whole) => DataRef::Int(*whole),
        Data::Float(float) => DataRef::Float(*float),
        Data::String(text) => DataRef::SharedString(text),
        Data::Bool(yes) => DataRef::Bool(*yes),
        Data::DateTime(date) => DataRef::DateTime(*date),
        Data::DateTimeIso(text) => DataRef::DateTimeIso(text.clone()),
        Data::DurationIso(text) => DataRef::DurationIso(text.clone()),
        Data::Error(error) => DataRef::Error(error.clone()),
        Data::Empty => DataRef::Empty,
    }
}

/// A rectangle: its first and its last cell, as (row, column).
type Bounds = ((u32, u32), (u32, u32));

/// The first and the last cell of a range that has any.
fn bounds<T: calamine::CellType>(range: &Range<T>) -> Option<Bounds> {
    range.start().zip(range.end())
}

/// A record of the stream: its kind and what it holds.
struct Record<'a> {
    kind: u16,
    data: &'a [u8],
}

/// Kinds of record, by their names in [MS-XLS].
mod kinds {
    pub(super) const EOF: u16 = 0x000A;
    pub(super) const FORMULA: u16 = 0x0006;
    pub(super) const FILE_PASS: u16 = 0x002F;
    pub(super) const BOUND_SHEET: u16 = 0x0085;
    pub(super) const MUL_RK: u16 = 0x00BD;
    pub(super) const DIMENSIONS: u16 = 0x0200;
    pub(super) const BOF: u16 = 0x0809;
    /// RString, LabelSst, Number, Label, BoolErr and Rk: one cell each.
    pub(super) const CELLS: [u16; 6] = [0x00D6, 0x00FD, 0x0203, 0x0204, 0x0205, 0x027E];
}

/// The records from here on; ends where one is cut off.
fn records(mut stream: &[u8]) -> impl Iterator<Item = Record<'_>> {
    std::iter::from_fn(move || {
        let header = stream.get(..4)?;
        let kind = u16_at(header, 0)?;
        let length = usize::from(u16_at(header, 2)?);
        let data = stream.get(4..4 + length)?;
        stream = &stream[4 + length..];
        Some(Record { kind, data })
    })
}

/// A little-endian number at a place, if the bytes reach so far.
fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2).map(|two| u16::from_le_bytes([two[0], two[1]]))
}

/// A little-endian number at a place, if the bytes reach so far.
fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from(u16_at(bytes, at)?) | u32::from(u16_at(bytes, at + 2)?) << 16)
}

/// Refuses a stream that is encrypted, or whose sheets span more than the limit.
fn check(stream: &[u8]) -> Result<(), Unreadable> {
    let mut starts = Vec::new();
    for record in records(stream) {
        match record.kind {
            kinds::FILE_PASS if u16_at(record.data, 0) != Some(0) => {
                return Err(Unreadable::PasswordProtected);
            }
            kinds::BOUND_SHEET => starts.push(u32_at(record.data, 0).unwrap_or(0) as usize),
            kinds::EOF => break,
            _ => {}
        }
    }
    let mut area: u64 = 0;
    let mut walked = 0;
    for start in starts {
        let Some(sheet) = stream.get(start..) else {
            return Err(Unreadable::damaged("a sheet begins behind the end of the file"));
        };
        let (span, length) = measure(sheet)?;
        area = area.saturating_add(span);
        walked += length;
        if area > limits::XLS_AREA {
            return Err(Unreadable::too_large(
                "cells in an xls, empty ones within counted",
                limits::XLS_AREA,
            ));
        }
        // Sheets lie one behind the other; where they overlap, reading them would take for ever.
        if walked > stream.len() {
            return Err(Unreadable::damaged("its sheets lie upon each other"));
        }
    }
    Ok(())
}

/// The cells that a sheet's rectangle spans, and the bytes of its records.
fn measure(sheet: &[u8]) -> Result<(u64, usize), Unreadable> {
    let mut span = Span::default();
    let mut length = 0;
    let mut depth = 0;
    for record in records(sheet) {
        length += 4 + record.data.len();
        let at = |offset| u16_at(record.data, offset).map(u32::from);
        match record.kind {
            kinds::BOF => depth += 1,
            kinds::EOF if depth <= 1 => break,
            kinds::EOF => depth -= 1,
            kinds::DIMENSIONS => check_claim(record.data)?,
            kinds::MUL_RK => {
                let last = record.data.len().checked_sub(2).and_then(at);
                span.cover(at(0), at(2));
                span.cover(at(0), last);
            }
            kind if kind == kinds::FORMULA || kinds::CELLS.contains(&kind) => span.cover(at(0), at(2)),
            _ => {}
        }
    }
    Ok((span.area(), length))
}

/// The cells of the largest sheet that an xls can hold: 65,536 rows of 256 columns.
const LARGEST_SHEET: u32 = 65_536 * 256;

/// Refuses claimed dimensions that no xls can have: calamine sets the memory for them aside.
fn check_claim(data: &[u8]) -> Result<(), Unreadable> {
    let narrow = |at: usize| u16_at(data, at).map(u32::from);
    let (first, end, columns) = match data.len() {
        10 => (narrow(0), narrow(2), narrow(6)),
        _ => (u32_at(data, 0), u32_at(data, 4), narrow(10)),
    };
    let (first, end, columns) = (first.unwrap_or(0), end.unwrap_or(0), columns.unwrap_or(0));
    let upside_down = first >= end && end > 0;
    match upside_down || end.saturating_mul(columns) > LARGEST_SHEET {
        true => Err(Unreadable::damaged("a sheet's dimensions are not possible")),
        false => Ok(()),
    }
}

/// The rectangle around the cells seen so far.
#[derive(Default)]
struct Span(Option<Bounds>);

impl Span {
    fn cover(&mut self, row: Option<u32>, column: Option<u32>) {
        let (Some(row), Some(column)) = (row, column) else { return };
        let ((top, left), (bottom, right)) = self.0.unwrap_or(((row, column), (row, column)));
        self.0 = Some(((top.min(row), left.min(column)), (bottom.max(row), right.max(column))));
    }

    fn area(&self) -> u64 {
        self.0.map_or(0, |((top, left), (bottom, right))| {
            u64::from(bottom - top + 1) * u64::from(right - left + 1)
        })
    }
}
