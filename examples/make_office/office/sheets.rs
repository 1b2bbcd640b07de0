//! Workbooks and delimited files as an office makes them, written row by row.
#![expect(clippy::disallowed_types, clippy::float_arithmetic, reason = "cells hold floats")]

use std::fs::File;
use std::path::Path;

use chrono::{Datelike, NaiveDate};
use encoding_rs::WINDOWS_1252;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Formula, Workbook};

use super::Outcome;

/// What stands in a cell.
pub(super) enum Cell<'a> {
    Empty,
    Text(&'a str),
    Whole(u32),
    Quarters(u32),
    Day(NaiveDate),
    /// A formula with the result that Excel stored beside it.
    Sum {
        formula: String,
        result: u64,
    },
}

/// A workbook of one sheet. It goes out to disk row by row, so a long list needs no memory.
pub(super) struct Book {
    workbook: Workbook,
    header: Format,
    day: Format,
    next_row: u32,
}

impl Book {
    /// Begins a workbook: title rows, a blank row after them if there are any, and the header with its widths.
    pub(super) fn new(sheet: &str, titles: &[&str], columns: &[(&str, u32)]) -> Outcome<Book> {
        let mut workbook = Workbook::new();
        let created = ExcelDateTime::from_ymd(2020, 1, 2)?;
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
        let page = workbook.add_worksheet_with_constant_memory()?;
        page.set_name(sheet)?;
        for (column, (_, width)) in (0..).zip(columns) {
            page.set_column_width(column, f64::from(*width))?;
        }
        let header = Format::new().set_bold().set_background_color("D9E1F2").set_align(FormatAlign::Center);
        let day = Format::new().set_num_format("m/d/yyyy");
        let mut book = Book { workbook, header, day, next_row: 0 };
        for title in titles {
            book.row(&[Cell::Text(title)])?;
        }
        book.next_row += u32::from(!titles.is_empty());
        book.header_row(columns)?;
        Ok(book)
    }

    fn header_row(&mut self, columns: &[(&str, u32)]) -> Outcome {
        let page = self.workbook.worksheet_from_index(0)?;
        for (column, (name, _)) in (0..).zip(columns) {
            page.write_with_format(self.next_row, column, *name, &self.header)?;
        }
        self.next_row += 1;
        Ok(())
    }

    /// The next row's number as Excel shows it.
    pub(super) fn next_row(&self) -> u32 {
        self.next_row + 1
    }

    /// Writes the next row.
    pub(super) fn row(&mut self, cells: &[Cell<'_>]) -> Outcome {
        let page = self.workbook.worksheet_from_index(0)?;
        let row = self.next_row;
        for (column, cell) in (0..).zip(cells) {
            match cell {
                Cell::Empty | Cell::Text("") => continue,
                Cell::Text(text) => page.write(row, column, *text)?,
                Cell::Whole(number) => page.write(row, column, *number)?,
                Cell::Quarters(quarters) => page.write(row, column, f64::from(*quarters) / 4.0)?,
                Cell::Day(day) => page.write_with_format(row, column, &excel_day(*day)?, &self.day)?,
                Cell::Sum { formula, result } => {
                    page.write(row, column, Formula::new(formula).set_result(result.to_string()))?
                }
            };
        }
        self.next_row += 1;
        Ok(())
    }

    /// Puts the workbook in its place.
    pub(super) fn save(mut self, path: &Path) -> Outcome {
        Ok(self.workbook.save(path)?)
    }
}

fn excel_day(day: NaiveDate) -> Outcome<ExcelDateTime> {
    let year = u16::try_from(day.year())?;
    Ok(ExcelDateTime::from_ymd(year, u8::try_from(day.month())?, u8::try_from(day.day())?)?)
}

/// A delimited file.
pub(super) struct Delimited {
    writer: csv::Writer<File>,
    windows_1252: bool,
}

impl Delimited {
    /// Begins a file with commas in UTF-8.
    pub(super) fn new(path: &Path, header: &[&str]) -> Outcome<Delimited> {
        let mut file = Delimited { writer: csv::Writer::from_path(path)?, windows_1252: false };
        file.row(header)?;
        Ok(file)
    }

    /// Begins a file with semicolons in Windows-1252 and the line ends of Windows, as the handheld's program saves it.
    pub(super) fn from_handheld(path: &Path, header: &[&str]) -> Outcome<Delimited> {
        let mut builder = csv::WriterBuilder::new();
        builder.delimiter(b';').terminator(csv::Terminator::CRLF).flexible(true);
        let mut file = Delimited { writer: builder.from_path(path)?, windows_1252: true };
        file.row(header)?;
        Ok(file)
    }

    /// Writes the next row.
    pub(super) fn row<T: AsRef<str>>(&mut self, cells: &[T]) -> Outcome {
        for cell in cells {
            let cell = cell.as_ref();
            if self.windows_1252 {
                self.writer.write_field(WINDOWS_1252.encode(cell).0)?;
            } else {
                self.writer.write_field(cell)?;
            }
        }
        Ok(self.writer.write_record(None::<&[u8]>)?)
    }

    /// Puts the last rows on the disk.
    pub(super) fn finish(mut self) -> Outcome {
        Ok(self.writer.flush()?)
    }
}
