//! xlsx, xlsm and xlsb: calamine's cells, one after another, gathered into rows.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{DataRef, Reader, Sheet, Xlsb, Xlsx, XlsxCellReader, XlsxFormulaMetadata};

use super::Unreadable;
use super::stream::{RowBuffer, Rows};

/// The bytes of a workbook as calamine wants them.
pub(super) type Bytes<'a> = Cursor<&'a [u8]>;

/// Opens an xlsx or xlsm whose package was inspected.
pub(super) fn open_xlsx(bytes: &[u8]) -> Result<(Xlsx<Bytes<'_>>, Vec<Sheet>), Unreadable> {
    let book = Xlsx::new(Cursor::new(bytes)).map_err(Unreadable::damaged)?;
    let sheets = book.sheets_metadata().to_vec();
    Ok((book, sheets))
}

/// Opens an xlsb whose package was inspected.
pub(super) fn open_xlsb(bytes: &[u8]) -> Result<(Xlsb<Bytes<'_>>, Vec<Sheet>), Unreadable> {
    let book = Xlsb::new(Cursor::new(bytes)).map_err(Unreadable::damaged)?;
    let sheets = book.sheets_metadata().to_vec();
    Ok((book, sheets))
}

/// The rows of a sheet of an xlsx.
pub(super) fn xlsx_rows<'a, 'b>(
    book: &'a mut Xlsx<Bytes<'b>>,
    sheet: &str,
) -> Result<impl Rows + use<'a, 'b>, Unreadable> {
    let reader = book.worksheet_cells_reader(sheet).map_err(Unreadable::damaged)?;
    let mut cells = XlsxCells { reader, shared: BTreeMap::new() };
    Ok(ByCell { next_cell: move || cells.next_cell(), ahead: None, started: false })
}

/// The rows of a sheet of an xlsb.
///
/// An xlsb stores a result with every formula, so none is ever uncalculated.
pub(super) fn xlsb_rows<'a, 'b>(
    book: &'a mut Xlsb<Bytes<'b>>,
    sheet: &str,
) -> Result<impl Rows + use<'a, 'b>, Unreadable> {
    let mut reader = book.worksheet_cells_reader(sheet).map_err(Unreadable::damaged)?;
    let next_cell = move || {
        let Some(cell) = reader.next_cell().map_err(Unreadable::damaged)? else { return Ok(None) };
        let (row, column) = cell.get_position();
        Ok(Some(Found { row, column, value: cell.get_value().clone(), formula: None }))
    };
    Ok(ByCell { next_cell, ahead: None, started: false })
}

/// A cell as it stands in the file.
struct Found<'a> {
    row: u32,
    column: u32,
    value: DataRef<'a>,
    formula: Option<String>,
}

/// Cells gathered into rows: the first cell of the next row waits while a row is lent.
struct ByCell<'a, F> {
    /// Gives the cells from left to right, row by row, empty or not.
    next_cell: F,
    ahead: Option<Found<'a>>,
    started: bool,
}

impl<'a, F: FnMut() -> Result<Option<Found<'a>>, Unreadable>> Rows for ByCell<'a, F> {
    fn fill(&mut self, buffer: &mut RowBuffer) -> Result<bool, Unreadable> {
        if !self.started {
            self.started = true;
            self.ahead = (self.next_cell)()?;
        }
        let Some(first) = self.ahead.take() else { return Ok(false) };
        let row = first.row;
        buffer.start(row.saturating_add(1))?;
        buffer.foreign(first.column, first.value, first.formula)?;
        while let Some(found) = (self.next_cell)()? {
            if found.row == row {
                buffer.foreign(found.column, found.value, found.formula)?;
                continue;
            }
            if found.row < row {
                return Err(Unreadable::damaged(format!("row {} is out of order", u64::from(found.row) + 1)));
            }
            self.ahead = Some(found);
            break;
        }
        Ok(true)
    }
}

/// The cells of an xlsx with their formulas, in one pass.
struct XlsxCells<'a, 'b> {
    reader: XlsxCellReader<'a, Bytes<'b>>,
    /// Formulas that several cells share, by their number, as written in the first of them.
    shared: BTreeMap<usize, String>,
}

impl<'a> XlsxCells<'a, '_> {
    /// Asks calamine for formulas as they are stored: it would set memory aside for any number that a shared
    /// formula claims if it were asked to write out each one.
    fn next_cell(&mut self) -> Result<Option<Found<'a>>, Unreadable> {
        let Some(record) = self.reader.next_cell_with_formula_metadata().map_err(Unreadable::damaged)? else {
            return Ok(None);
        };
        let (row, column) = record.pos;
        let formula = record.formula.and_then(|formula| self.text(formula));
        Ok(Some(Found { row, column, value: record.value, formula }))
    }

    /// The text of a formula; a shared one as its first cell has it.
    fn text(&mut self, formula: XlsxFormulaMetadata) -> Option<String> {
        match formula {
            XlsxFormulaMetadata::Normal { formula } => Some(formula),
            XlsxFormulaMetadata::Shared { shared_index, formula, .. } => {
                self.shared.insert(shared_index, formula.clone());
                Some(formula)
            }
            XlsxFormulaMetadata::SharedDerived { shared_index } => {
                Some(self.shared.get(&shared_index).cloned().unwrap_or_default())
            }
            _ => None,
        }
    }
}
