//! Knows the workbooks that this program itself made, by what they say of themselves.

use super::ROWS_LOOKED_AT;
use crate::domain::origin::column_letters;
use crate::domain::page::seal::{COVER_SEALS, SEAL, Seal, takes_decisions};
use crate::domain::proposals::decided::Imprint;
use crate::domain::sheet::cell::Row;
use crate::domain::sheet::profile::{Kind, Layout, LayoutColumn};

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
pub fn deciding(rows: &[Row]) -> Option<Layout> {
    layouts(rows).find(takes_decisions)
}

/// Where the columns of a list stand whose rows are sealed; `None` where the sheet is no such list.
pub fn sealed(rows: &[Row]) -> Option<Layout> {
    let has_seals = |layout: &Layout| {
        let at = layout.column(SEAL).map(|column| column.at);
        at.is_some_and(|at| rows.iter().any(|row| has_seal(row, at)))
    };
    deciding(rows).or_else(|| layouts(rows).find(has_seals))
}

/// Where the columns of a cover stand, which go by their letters; `None` where it is not sealed.
pub fn sealed_cover(rows: &[Row]) -> Option<Layout> {
    let column = |at| LayoutColumn { name: column_letters(at), header: String::new(), at };
    let seals = LayoutColumn { name: SEAL.to_owned(), header: SEAL.to_owned(), at: COVER_SEALS };
    let columns = (0..COVER_SEALS).map(column).chain([seals]).collect();
    let is_sealed = rows.iter().any(|row| has_seal(row, COVER_SEALS));
    is_sealed.then_some(Layout { kind: Kind::Decisions, header_row: 0, columns })
}

fn has_seal(row: &Row, at: u32) -> bool {
    Seal::parse(&row.value(at).text()).is_some()
}

/// Each of the first rows as a header.
fn layouts(rows: &[Row]) -> impl Iterator<Item = Layout> {
    let layout = |row: &Row| {
        let text = row.cells.iter().map(|cell| (cell.value.text().trim().to_owned(), cell.column));
        let columns = text.map(|(header, at)| LayoutColumn { name: header.clone(), header, at });
        Layout { kind: Kind::Decisions, header_row: row.number, columns: columns.collect() }
    };
    rows.iter().take(ROWS_LOOKED_AT).map(layout)
}
