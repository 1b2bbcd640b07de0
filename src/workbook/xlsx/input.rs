//! Writes a sheet that people fill in: the header in row 1, so that the sheet is recognised when it comes back.
#![expect(clippy::disallowed_types, reason = "widths are floats")]

use rust_xlsxwriter::{ProtectionOptions, Worksheet, XlsxError};

use super::styles;
use super::table::{choices, format, header_height, note, number, width};
use crate::domain::page::Input;
use crate::workbook::survey::Measured;

/// Excel's last row, counted from 0.
const LAST: u32 = 1_048_575;

/// Writes the sheet. Whole columns are unlocked and formatted, so that no row has to be written and none is the last.
pub(super) fn write(sheet: &mut Worksheet, input: &Input) -> Result<(), XlsxError> {
    let empty = Measured::default();
    sheet.set_row_height(0, header_height(input.columns.iter().map(|column| (column, &empty))))?;
    for (index, column) in input.columns.iter().enumerate() {
        let at = number(index);
        let entry = column.entry.as_ref().expect("people fill in every column of an input sheet");
        sheet.set_column_width(at, f64::from(width(column, &empty)))?;
        sheet.set_column_format(at, &format(column, &empty))?;
        let header =
            if entry.required { styles::header(column.role) } else { styles::optional_header(column.role) };
        sheet.write_string_with_format(0, at, &column.name, &header)?;
        if let Some(text) = &column.note {
            sheet.insert_note(0, at, &note(text))?;
        }
        if let Some(choices) = choices(&entry.choices) {
            sheet.add_data_validation(1, at, LAST, at, &choices?)?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_repeat_rows(0, 0)?;
    sheet.protect_with_options(&ProtectionOptions {
        format_columns: true,
        format_rows: true,
        insert_rows: true,
        delete_rows: true,
        sort: true,
        use_autofilter: true,
        ..ProtectionOptions::new()
    });
    Ok(())
}
