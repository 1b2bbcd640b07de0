//! Writes the values of a file that cannot be patched into a plain workbook, each cell in its place, and marks it.
#![expect(clippy::disallowed_types, reason = "cells hold floats")]

use std::collections::BTreeSet;

use chrono::{Datelike, Timelike};
use rust_xlsxwriter::{ExcelDateTime, Format, IgnoreError, Workbook, Worksheet, XlsxError};

use crate::domain::finding::Finding;
use crate::domain::origin::{Origin, SheetName};
use crate::domain::proposals::returned::Returning;
use crate::domain::sheet::cell::{Row, Value};
use crate::workbook::xlsx::{NotWritten, float, plain_properties, printable};

/// Text as Excel keeps it, whatever is typed over it.
const TEXT: u8 = 49;
/// The widest column, in characters.
const WIDEST: usize = 60;
/// A tab's name has at most this many characters.
const TAB: usize = 31;

/// Calls a function with each row of a sheet, by its place in the list of names.
pub type EachRow<'r, E> =
    dyn FnMut(usize, &mut dyn FnMut(&Row) -> Result<(), NotWritten>) -> Result<(), E> + 'r;

/// Makes a plain, marked workbook of a file's visible sheets; `None` where even that is too large to be marked.
///
/// `sheets` are their names; an empty one, as text has it, becomes the file's own. Every cell keeps its place, text stays
/// text, and nothing becomes a formula.
///
/// # Errors
/// Where the sheets cannot be kept in temporary files while they are made, or a row cannot be had.
pub fn plain<E: From<NotWritten>>(
    sheets: &[String],
    returning: &Returning<'_>,
    each_row: &mut EachRow<'_, E>,
) -> Result<Option<Vec<u8>>, E> {
    let tabs = tabs(sheets, returning.file);
    let failed = |source| NotWritten::of(returning.file, source);
    let mut workbook = Workbook::new();
    workbook.set_properties(&plain_properties().map_err(failed)?);
    for (at, tab) in tabs.iter().enumerate() {
        let sheet = workbook.add_worksheet_with_constant_memory().map_err(failed)?;
        sheet.set_name(tab).map_err(failed)?;
        let mut widths = Widths::default();
        each_row(at, &mut |row| {
            widths.see(row);
            write_row(sheet, row).map_err(failed)
        })?;
        widths.set(sheet).map_err(failed)?;
    }
    let bytes = workbook.save_to_buffer().map_err(failed)?;
    let findings = renamed(returning.findings, sheets, &tabs);
    // Of text nothing is lost but its form.
    let plain = sheets.iter().any(|sheet| !sheet.is_empty());
    let returning = Returning { findings: &findings, plain, ..returning.clone() };
    Ok(super::marked(&bytes, &returning))
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

fn write_row(sheet: &mut Worksheet, row: &Row) -> Result<(), XlsxError> {
    let text = Format::new().set_num_format_index(TEXT);
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

/// Names for tabs: without what Excel forbids, short, and each once.
fn tabs(sheets: &[String], file: &str) -> Vec<String> {
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

/// The findings with the names of the tabs in the place of those of the sheets.
fn renamed(findings: &[Finding], sheets: &[String], tabs: &[String]) -> Vec<Finding> {
    let rename = |finding: &Finding| {
        let at = sheets.iter().position(|sheet| **sheet == *finding.origin.sheet.sheet);
        // Of a text the sheet has no name, and a finding about the file none either.
        let about_file = finding.origin.row.is_none() && finding.origin.sheet.sheet.is_empty();
        let Some(at) = at.filter(|_| !about_file) else { return finding.clone() };
        let file = finding.origin.sheet.file.clone();
        let sheet = SheetName { file, sheet: tabs[at].as_str().into() };
        Finding { origin: Origin { sheet, ..finding.origin.clone() }, ..finding.clone() }
    };
    findings.iter().map(rename).collect()
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
