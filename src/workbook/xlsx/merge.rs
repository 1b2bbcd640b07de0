//! Writes the data of a mail merge: the header in row 1, and every cell a text, so that cents, dates and ZIP codes arrive
//! in the letter as they stand here.
#![expect(clippy::disallowed_types, reason = "widths are floats")]

use rust_xlsxwriter::{IgnoreError, Worksheet, XlsxError};

use super::layout::plain;
use super::styles;
use super::table::number;
use crate::domain::page::{Merge, Role};

/// The narrowest and the widest column, in characters.
const WIDTHS: (usize, usize) = (8, 34);

/// Writes the sheet.
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
            sheet.ignore_error_range(1, at, last, at, IgnoreError::NumberStoredAsText)?;
        }
    }
    for (at, row) in (1..).zip(&merge.rows) {
        for (index, text) in row.iter().enumerate().filter(|(_, text)| !text.is_empty()) {
            sheet.write_string_with_format(at, number(index), plain(text), &cell)?;
        }
    }
    sheet.autofilter(0, 0, last, number(merge.columns.len() - 1))?;
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_repeat_rows(0, 0)?;
    Ok(())
}
