//! Encodes pages as an xlsx workbook.
//!
//! The library writes everything but the rows of lists; these are nearly all of a workbook, and they are written here, in
//! blocks, on several threads. What stands above the rows and depends on them (totals, widths) is surveyed first.

mod assemble;
mod chart;
mod cover;
mod input;
mod layout;
mod merge;
mod names;
mod package;
mod pattern;
mod rows;
mod setup;
mod skeleton;
mod styles;
mod table;

use std::io;

use chrono::Datelike;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use crate::domain::date::Date;
use crate::domain::page::{Book, Page};
use layout::{Layout, Limits};
use skeleton::Skeleton;

pub(super) use layout::{float, plain as printable};

/// The property that says what a workbook is.
pub const WORKBOOK: &str = "Workbook";
/// The property that says which run a workbook shows.
pub const RUN_ID: &str = "Run id";

/// A workbook that the format cannot hold: a property or a name is longer than it may be.
#[derive(Debug, thiserror::Error)]
#[error("the workbook '{title}' could not be written: {source}")]
pub struct NotWritten {
    title: String,
    source: XlsxError,
}

impl NotWritten {
    /// What could not be written, and why.
    pub(super) fn of(title: &str, source: XlsxError) -> NotWritten {
        NotWritten { title: title.to_owned(), source }
    }
}

/// Encodes a book as xlsx; the same book gives the same bytes.
///
/// # Errors
/// Where the format cannot hold it.
pub fn xlsx(book: &Book<'_>) -> Result<Vec<u8>, NotWritten> {
    encode(book, Limits::EXCEL).map_err(|source| NotWritten::of(&book.title, source))
}

/// Writes a book as xlsx, a little at a time: the bytes of [`xlsx`] without holding them.
///
/// Lists may be of any length: some rows at a time are held, and a list past Excel's last row continues on a next sheet.
///
/// # Errors
/// Where the sink refuses, or the format cannot hold the book.
pub fn write_xlsx(book: &Book<'_>, sink: &mut dyn io::Write) -> io::Result<()> {
    let not_written = |source| io::Error::other(NotWritten { title: book.title.clone(), source });
    let layout = Layout::of(book, Limits::EXCEL);
    let skeleton = Skeleton::unpack(without_rows(&layout).map_err(not_written)?, &layout);
    assemble::pack(&skeleton, &layout, sink)
}

fn encode(book: &Book<'_>, limits: Limits) -> Result<Vec<u8>, XlsxError> {
    let layout = Layout::of(book, limits);
    let skeleton = Skeleton::unpack(without_rows(&layout)?, &layout);
    let mut bytes = Vec::new();
    assemble::pack(&skeleton, &layout, &mut bytes).expect("memory takes whatever is written");
    Ok(bytes)
}

/// The workbook with samples in place of the rows of its lists.
fn without_rows(layout: &Layout<'_, '_>) -> Result<Vec<u8>, XlsxError> {
    let book = layout.book;
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties(book)?);
    for part in &layout.parts {
        let sheet = workbook.add_worksheet();
        sheet.set_name(&part.name)?;
        setup::every_sheet(sheet, book)?;
        match part.page {
            Page::Cover(cover) => cover::write(sheet, cover, layout)?,
            Page::Handout(handout) => cover::write_handout(sheet, handout, layout)?,
            Page::Table(table) => table::write(sheet, table, part, layout)?,
            Page::Summary(table, picture) => {
                table::write(sheet, table, part, layout)?;
                chart::insert(sheet, (table, picture), part)?;
            }
            Page::Input(input) => input::write(sheet, input)?,
            Page::Merge(data) => merge::write(sheet, data)?,
        }
    }
    for (name, cells) in names::names(layout) {
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
        .set_custom_property(WORKBOOK, layout::plain(&book.title).as_ref())
        .set_custom_property(RUN_ID, layout::plain(&book.run_id).as_ref())
        .set_custom_property("Chain head", layout::plain(&book.chain_head).as_ref()))
}

/// The properties of a copy of a user's file: the same on every day, so that the same file gives the same bytes.
pub(super) fn plain_properties() -> Result<DocProperties, XlsxError> {
    let program = concat!("meterbook ", env!("CARGO_PKG_VERSION"));
    Ok(DocProperties::new().set_author(program).set_creation_datetime(&ExcelDateTime::from_ymd(1980, 1, 1)?))
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
