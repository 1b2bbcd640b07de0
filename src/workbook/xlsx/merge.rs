//! Writes the data of a mail merge: the header in row 1, and every cell a text, so that cents, dates and ZIP codes arrive
//! in the letter as they stand here.
#![expect(clippy::disallowed_types, reason = "widths are floats")]

use std::ops::Range;

use rust_xlsxwriter::{IgnoreError, Worksheet, XlsxError};

use super::layout::{address, plain};
use super::rows::{put, space, write_text};
use super::skeleton::Frame;
use super::styles;
use super::table::number;
use crate::domain::origin::column_letters;
use crate::domain::page::{Merge, Role};

/// The narrowest and the widest column, in characters.
const WIDTHS: (usize, usize) = (8, 34);
/// The first row of the data.
const FIRST: u32 = 1;
/// Rows of a block: about a megabyte of XML.
const ROWS: usize = 500;

/// Writes the sheet, all but its rows: a sample of them stands in the first.
pub(super) fn write(sheet: &mut Worksheet, merge: &Merge) -> Result<(), XlsxError> {
    let cell = styles::cell(Role::Account, 0);
    let last = u32::try_from(merge.rows.len()).expect("letters are fewer than a sheet's rows");
    for (index, name) in merge.columns.iter().enumerate() {
        let at = number(index);
        let texts = merge.rows.iter().map(|row| row[index].chars().count());
        let width = texts.chain([name.chars().count()]).max().unwrap_or(0).clamp(WIDTHS.0, WIDTHS.1);
        sheet.set_column_width(at, f64::from(u16::try_from(width + 2).expect("bounded above")))?;
        sheet.set_column_format(at, &cell)?;
        sheet.write_string_with_format(0, at, *name, &styles::header(Role::Account))?;
        if last > 0 {
            sheet.write_blank(FIRST, at, &cell)?;
            sheet.ignore_error_range(FIRST, at, last, at, IgnoreError::NumberStoredAsText)?;
        }
    }
    sheet.autofilter(0, 0, last, number(merge.columns.len() - 1))?;
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_repeat_rows(0, 0)?;
    Ok(())
}

/// The rows of a sheet.
pub(super) struct Texts<'m> {
    merge: &'m Merge,
    /// The cells of each column: what stands before the row's number, and what stands behind it.
    columns: Vec<(String, String)>,
}

impl<'m> Texts<'m> {
    /// Takes the sheet apart for its rows; `None` where it has none.
    pub(super) fn of(merge: &'m Merge, sheet: &str) -> Option<(Frame, Texts<'m>)> {
        let last = u32::try_from(merge.rows.len()).expect("letters are fewer than a sheet's rows");
        let right = u32::from(number(merge.columns.len() - 1));
        let frame = (last > 0).then(|| Frame::between(sheet, FIRST, &address(last, right)))?;
        let column = |at: u32| {
            let style = frame.style_at(FIRST, at).expect("every column has a sample");
            let behind = format!("\" s=\"{style}\" t=\"inlineStr\"><is><t");
            (format!("<c r=\"{}", column_letters(at)), behind)
        };
        let columns = (0..=right).map(column).collect();
        Some((frame, Texts { merge, columns }))
    }

    /// The blocks in which the rows are written.
    pub(super) fn blocks(&self) -> impl Iterator<Item = Range<usize>> + use<> {
        let end = self.merge.rows.len();
        (0..end).step_by(ROWS).map(move |start| start..end.min(start + ROWS))
    }

    /// Writes one block.
    pub(super) fn write(&self, rows: Range<usize>, out: &mut Vec<u8>) {
        for (at, row) in rows.clone().zip(&self.merge.rows[rows]) {
            let number = (FIRST as usize + at + 1).to_string();
            put(out, &["<row r=\"", &number, "\">"]);
            for ((open, behind), text) in self.columns.iter().zip(row).filter(|(_, text)| !text.is_empty()) {
                let text = plain(text);
                put(out, &[open, &number, behind, space(&text), ">"]);
                write_text(&text, out);
                put(out, &["</t></is></c>"]);
            }
            put(out, &["</row>"]);
        }
    }
}
