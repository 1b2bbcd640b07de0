//! A column's formula: a pattern over headers, resolved row by row to addresses.

use std::ops::Range;

use super::layout::{Layout, quoted};
use super::rows::escaped;
use crate::domain::origin::column_letters;
use crate::domain::page::Table;

/// A pattern taken apart once, so that a row costs little.
pub(super) struct Pattern(Vec<Piece>);

enum Piece {
    /// Copied as it is, spelled for XML.
    Text(String),
    /// The letters of a column, behind those of its sheet where it is another one; the row is added.
    Column(String),
}

impl Pattern {
    /// Takes `SUM([Fixed]:[Fees])` or `[Register!Charges]` apart, for the rows of the table that one sheet has.
    ///
    /// # Panics
    /// Where it names a column that the table, or a page that the book does not have.
    pub(super) fn new(
        pattern: &str,
        table: &Table<'_>,
        rows: &Range<usize>,
        layout: &Layout<'_, '_>,
    ) -> Pattern {
        let pattern = elsewhere(pattern, layout);
        let mut pieces = Vec::new();
        let mut rest = pattern.as_str();
        while let Some((text, after)) = rest.split_once('[') {
            let (name, after) = after.split_once(']').expect("a bracket in a formula is closed");
            let column = match name.split_once('!') {
                None => letters(table, name),
                Some((page, name)) => {
                    let (sheet, table) = layout.beside(rows, page);
                    format!("{}!{}", quoted(sheet), letters(table, name))
                }
            };
            pieces.extend([Piece::Text(escaped(text)), Piece::Column(escaped(&column))]);
            rest = after;
        }
        pieces.push(Piece::Text(escaped(rest)));
        Pattern(pieces)
    }

    /// Whether Excel can keep it once for many rows: it takes cells of its own sheet alone.
    pub(super) fn can_be_shared(&self) -> bool {
        self.0.iter().all(|(Piece::Text(text) | Piece::Column(text))| !text.contains('!'))
    }

    /// Writes the formula of a row, given by its number in the sheet, as XML.
    pub(super) fn write(&self, row: &str, out: &mut Vec<u8>) {
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => out.extend_from_slice(text.as_bytes()),
                Piece::Column(letters) => {
                    out.extend_from_slice(letters.as_bytes());
                    out.extend_from_slice(row.as_bytes());
                }
            }
        }
    }
}

/// Resolves what stands in braces; what is over the cells of several sheets is added up sheet by sheet.
fn elsewhere(pattern: &str, layout: &Layout<'_, '_>) -> String {
    let named = |piece: &str| piece.split_once('}').map(|(name, _)| name.to_owned());
    let lists: Vec<String> = pattern.split('{').skip(1).filter_map(named).collect();
    let sheets = |list: &String| list.split_once('!').map(|(page, _)| layout.sheets_of(page).count());
    let sheets = lists.iter().filter_map(sheets).max().unwrap_or(1);
    let on_sheet = |sheet: usize| {
        lists.iter().fold(pattern.to_owned(), |formula, list| {
            formula.replace(&format!("{{{list}}}"), &layout.reference(list, sheet))
        })
    };
    (0..sheets).map(on_sheet).collect::<Vec<_>>().join("+")
}

fn letters(table: &Table<'_>, column: &str) -> String {
    column_letters(u32::try_from(table.position(column)).expect("a sheet has at most 16,384 columns"))
}
