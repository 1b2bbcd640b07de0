//! Encodes pages as an xlsx workbook.
//!
//! Every sheet is written in constant memory, top to bottom: a write to an earlier row would be lost. What stands
//! above the rows and depends on them (totals, widths) is therefore surveyed first.

mod chart;
mod cover;
mod input;
mod layout;
mod names;
mod pattern;
mod setup;
mod styles;
mod table;

use chrono::Datelike;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use crate::domain::date::Date;
use crate::domain::page::{Book, Page};
use layout::{Layout, Limits};

/// A workbook that could not be written: the system's folder for temporary files is full or not writable.
#[derive(Debug, thiserror::Error)]
#[error(
    "the workbook '{title}' could not be written; is the folder for temporary files full or not writable?"
)]
pub struct NotWritten {
    title: String,
    source: XlsxError,
}

/// Encodes a book as xlsx; the same book gives the same bytes.
///
/// Lists may be of any length: one row at a time is held, and a list past Excel's last row continues on a next sheet.
///
/// # Errors
/// Where the sheets cannot be kept in temporary files while they are made.
pub fn xlsx(book: &Book<'_>) -> Result<Vec<u8>, NotWritten> {
    encode(book, Limits::EXCEL).map_err(|source| NotWritten { title: book.title.clone(), source })
}

fn encode(book: &Book<'_>, limits: Limits) -> Result<Vec<u8>, XlsxError> {
    let layout = Layout::of(book, limits);
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties(book)?);
    for part in &layout.parts {
        let sheet = workbook.add_worksheet_with_constant_memory()?;
        sheet.set_name(&part.name)?;
        setup::every_sheet(sheet, book)?;
        match part.page {
            Page::Cover(cover) => cover::write(sheet, cover, &layout)?,
            Page::Handout(handout) => cover::write_handout(sheet, handout, &layout)?,
            Page::Table(table) => table::write(sheet, table, part, &layout)?,
            Page::Summary(table, picture) => {
                table::write(sheet, table, part, &layout)?;
                chart::insert(sheet, (table, picture), part, &layout)?;
            }
            Page::Input(input) => input::write(sheet, input)?,
        }
    }
    for (name, cells) in names::names(&layout) {
        workbook.define_name(name, &cells)?;
    }
    workbook.save_to_buffer()
}

fn properties(book: &Book<'_>) -> Result<DocProperties, XlsxError> {
    let program = concat!("meterbook ", env!("CARGO_PKG_VERSION"));
    Ok(DocProperties::new()
        .set_title(layout::plain(&book.title))
        .set_subject(layout::plain(&book.subject))
        .set_company(layout::plain(&book.office))
        .set_author(program)
        .set_creation_datetime(&creation(book.date)?)
        .set_custom_property("Run id", layout::plain(&book.run_id).as_ref())
        .set_custom_property("Chain head", layout::plain(&book.chain_head).as_ref()))
}

/// The day of the book stands for the time of its making, which would make every copy differ.
fn creation(date: Date) -> Result<ExcelDateTime, XlsxError> {
    let year = u16::try_from(date.year()).expect("dates are checked on entry to lie within 1900 and 2200");
    let (month, day) = (date.month(), date.day());
    ExcelDateTime::from_ymd(
        year,
        u8::try_from(month).expect("at most 12"),
        u8::try_from(day).expect("at most 31"),
    )
}

#[cfg(test)]
mod tests;
