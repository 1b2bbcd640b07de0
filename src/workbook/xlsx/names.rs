//! The names by which formulas call cells and columns: rates and constants, each changed in one place.

use super::layout::{FIRST, Layout, Part, quoted};
use crate::domain::origin::column_letters;
use crate::domain::page::Table;

/// Every name of a book with the cells that it stands for: `Month_days`, `='Rates'!$E$8`.
///
/// A named list stands on one sheet; of a longer one the first sheet would be meant.
pub(super) fn names(layout: &Layout<'_, '_>) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    for table in layout.book.tables().filter(|table| has_names(table)) {
        if let Some(part) = layout.sheets_of(&table.name).next() {
            ranges(table, part, &mut found);
            cells(table, part, &mut found);
        }
    }
    found
}

fn has_names(table: &Table<'_>) -> bool {
    table.columns.iter().any(|column| column.range.is_some())
}

fn ranges(table: &Table<'_>, part: &Part<'_, '_>, found: &mut Vec<(&'static str, String)>) {
    for (at, column) in (0..).zip(&table.columns) {
        if let Some(name) = column.range {
            let (first, last) = (absolute(at, part, 0), absolute(at, part, part.rows.len().max(1) - 1));
            found.push((name, format!("={}!{first}:{last}", quoted(&part.name))));
        }
    }
}

fn cells(table: &Table<'_>, part: &Part<'_, '_>, found: &mut Vec<(&'static str, String)>) {
    let passed: Result<(), std::convert::Infallible> = table.each_row(part.rows.clone(), |index, cells| {
        for (at, cell) in (0..).zip(cells) {
            if let Some(name) = cell.name {
                found.push((name, format!("={}!{}", quoted(&part.name), absolute(at, part, index))));
            }
        }
        Ok(())
    });
    let Ok(()) = passed;
}

/// The address that stays when a formula is copied; the row is that of the list.
fn absolute(column: u32, part: &Part<'_, '_>, index: usize) -> String {
    let row = u32::try_from(index - part.rows.start).expect("a sheet has about a million rows") + FIRST + 1;
    format!("${}${row}", column_letters(column))
}
