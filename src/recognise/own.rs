//! Knows the workbooks that this program itself made, by what they say of themselves.

use super::ROWS_LOOKED_AT;
use crate::domain::page::seal::{DECISION, INITIALS, REF, SEAL};
use crate::domain::proposals::decided::Imprint;
use crate::domain::sheet::cell::Row;
use crate::domain::sheet::profile::{Kind, Layout, LayoutColumn};

/// The name of the sheet on which a workbook of ours says what it is.
pub const COVER: &str = "Cover";

/// What a cover says of its workbook; `None` where it is none of ours.
pub fn cover(rows: &[Row]) -> Option<Imprint> {
    let fact = |label: &str| {
        let row = rows.iter().find(|row| row.value(0).text().trim() == label)?;
        Some(row.value(1).text().trim().to_owned())
    };
    let workbook = rows.iter().find(|row| row.number == 1)?.value(0).text().trim().to_owned();
    fact("Program").filter(|program| program.starts_with("meterbook "))?;
    fact("Run id").filter(|run_id| !run_id.is_empty()).map(|run_id| Imprint { workbook, run_id })
}

/// Where the columns of a list that takes decisions stand; `None` where the sheet is no such list.
pub fn sealed(rows: &[Row]) -> Option<Layout> {
    let layout = |row: &Row| {
        let text = row.cells.iter().map(|cell| (cell.value.text().trim().to_owned(), cell.column));
        let columns = text.map(|(header, at)| LayoutColumn { name: header.clone(), header, at });
        Layout { kind: Kind::Decisions, header_row: row.number, columns: columns.collect() }
    };
    let is_header = |layout: &Layout| {
        [REF, DECISION, INITIALS, SEAL].iter().all(|header| layout.column(header).is_some())
    };
    rows.iter().take(ROWS_LOOKED_AT).map(layout).find(is_header)
}
