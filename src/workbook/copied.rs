//! Copies the values of sheets into a plain workbook, each cell in its place.
#![expect(clippy::disallowed_types, reason = "cells hold floats")]

use std::collections::BTreeSet;

use chrono::{Datelike, Timelike};
use rust_xlsxwriter::{ExcelDateTime, Format, IgnoreError, Workbook, Worksheet, XlsxError};

use super::xlsx::{NotWritten, float, plain_properties, printable};
use crate::domain::sheet::cell::{Row, Value};

/// Text as Excel keeps it, whatever is typed over it.
const TEXT: u8 = 49;
/// The widest column, in characters.
const WIDEST: usize = 60;
/// A tab's name has at most this many characters.
const TAB: usize = 31;

/// Calls a function with each row of a sheet, by its place in the list of names.
pub type EachRow<'r, E> =
    dyn FnMut(usize, &mut dyn FnMut(&Row) -> Result<(), NotWritten>) -> Result<(), E> + 'r;

/// Whether the first row of each sheet names its columns: then it is bold and stays in sight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstRow {
    /// It does.
    Header,
    /// It is a row like any other, as far as is known.
    Data,
}

/// Copies rows into a plain workbook of these tabs.
///
/// Text stays text, and nothing becomes a formula. The rows are kept in temporary files while it is made.
///
/// # Errors
/// Where they cannot be kept, or a row cannot be had.
pub fn copied<E: From<NotWritten>>(
    file: &str,
    tabs: &[String],
    first: FirstRow,
    each_row: &mut EachRow<'_, E>,
) -> Result<Vec<u8>, E> {
    let failed = |source| NotWritten::of(file, source);
    let mut workbook = Workbook::new();
    workbook.set_properties(&plain_properties().map_err(failed)?);
    for (at, tab) in tabs.iter().enumerate() {
        let sheet = workbook.add_worksheet_with_constant_memory().map_err(failed)?;
        sheet.set_name(tab).map_err(failed)?;
        sheet.set_landscape().set_print_fit_to_pages(1, 0);
        if first == FirstRow::Header {
            sheet.set_freeze_panes(1, 0).map_err(failed)?;
            sheet.set_repeat_rows(0, 0).map_err(failed)?;
        }
        let mut widths = Widths::default();
        each_row(at, &mut |row| {
            widths.see(row);
            write_row(sheet, row, first).map_err(failed)
        })?;
        widths.set(sheet).map_err(failed)?;
    }
    Ok(workbook.save_to_buffer().map_err(failed)?)
}

/// What is known of the columns once all rows are written.
#[derive(Default)]
struct Widths {
    characters: Vec<usize>,
    last_row: u32,
}

impl Widths {
    fn see(&mut self, row: &Row) {
        self.last_row = row.number;
        for cell in &row.cells {
            let at = cell.column as usize;
            if self.characters.len() <= at {
                self.characters.resize(at + 1, 0);
            }
            if self.characters[at] < WIDEST {
                let length = cell.value.text().chars().count().min(WIDEST);
                self.characters[at] = self.characters[at].max(length);
            }
        }
    }

    fn set(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        for (column, characters) in (0..).zip(&self.characters) {
            let width = u16::try_from((*characters).max(8) + 2).expect("bounded above");
            sheet.set_column_width(column, f64::from(width))?;
        }
        let last =
            u16::try_from(self.characters.len().max(1) - 1).expect("a sheet has at most 16,384 columns");
        sheet.ignore_error_range(0, 0, self.last_row.max(1) - 1, last, IgnoreError::NumberStoredAsText)?;
        Ok(())
    }
}

fn write_row(sheet: &mut Worksheet, row: &Row, first: FirstRow) -> Result<(), XlsxError> {
    let text = Format::new().set_num_format_index(TEXT);
    let text = if first == FirstRow::Header && row.number == 1 { text.set_bold() } else { text };
    let day = Format::new().set_num_format("yyyy-mm-dd");
    let moment = Format::new().set_num_format("yyyy-mm-dd hh:mm:ss");
    for cell in &row.cells {
        let (at, column) =
            (row.number - 1, u16::try_from(cell.column).expect("rows are bounded by Excel's columns"));
        match &cell.value {
            Value::Empty => {}
            Value::Number(number) => drop(sheet.write_number(at, column, float(*number))?),
            Value::Bool(yes) => drop(sheet.write_boolean(at, column, *yes)?),
            Value::DateTime(date) => match excel_moment(date) {
                Some(of) => {
                    let midnight = date.time() == chrono::NaiveTime::MIN;
                    sheet.write_datetime_with_format(
                        at,
                        column,
                        of,
                        if midnight { &day } else { &moment },
                    )?;
                }
                None => drop(sheet.write_string_with_format(at, column, cell.value.text(), &text)?),
            },
            value => drop(sheet.write_string_with_format(at, column, printable(&value.text()), &text)?),
        }
    }
    Ok(())
}

/// A moment as Excel counts it; `None` before its calendar begins.
fn excel_moment(moment: &chrono::NaiveDateTime) -> Option<ExcelDateTime> {
    let small = |number: u32| u8::try_from(number).ok();
    let date = ExcelDateTime::from_ymd(
        u16::try_from(moment.year()).ok()?,
        small(moment.month())?,
        small(moment.day())?,
    );
    date.ok()?.and_hms(u16::try_from(moment.hour()).ok()?, small(moment.minute())?, moment.second()).ok()
}

/// Names for the tabs of sheets: without what Excel forbids, short, and each once; of text, which has none, the file's.
pub fn tabs(sheets: &[String], file: &str) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let tab = |name: &String| {
        let name = if name.is_empty() { stem } else { name };
        let forbidden = |c: char| c.is_control() || "[]:*?/\\".contains(c);
        let plain = name.replace(forbidden, "_");
        let plain = plain.trim_matches('\'').trim();
        let plain = if plain.is_empty() { "Sheet" } else { plain };
        let cut = |room: usize| -> String {
            let mut units = 0;
            let fits = |c: &char| {
                units += c.len_utf16();
                units <= room
            };
            plain.chars().take_while(fits).collect::<String>().trim_end_matches('\'').to_owned()
        };
        let mut names = (1..).map(|number: u32| match number {
            1 => cut(TAB),
            number => format!("{} ({number})", cut(TAB - 6)),
        });
        // "History" is a name that Excel keeps for itself.
        let free = |name: &String| name.to_lowercase() != "history" && !taken.contains(&name.to_lowercase());
        let free = names.find(free).expect("there are more numbers than sheets");
        taken.insert(free.to_lowercase());
        free
    };
    sheets.iter().map(tab).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tabs_are_what_excel_allows() {
        let sheets = ["", "Reads: a/b", "reads: A/B", "History", &"x".repeat(40), &"X".repeat(40)];
        let named = tabs(&sheets.map(str::to_owned), "feb.csv");
        let long = format!("{} (2)", "X".repeat(25));
        let expected = ["feb", "Reads_ a_b", "reads_ A_B (2)", "History (2)", &"x".repeat(31), &long];
        assert_eq!(named, expected);
    }
}
