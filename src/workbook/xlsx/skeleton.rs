//! A workbook as the library writes it, with samples in place of the rows of its lists.
//!
//! The library is asked for everything but the rows: covers, styles, headers, totals, tables, rules, notes, charts. Where
//! the rows of a list belong it writes cells without a value, one for each look that they may have. From these the numbers
//! of the styles are read, and the rows are then written in their place.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use super::layout::{FIRST, Layout, Part, address};
use crate::domain::page::{Flag, Table};

/// The looks of a column's cells: the usual one, and one for each flag.
const LOOKS: [Option<Flag>; 4] = [None, Some(Flag::Ok), Some(Flag::Warning), Some(Flag::Held)];

/// The row of the samples of a look.
pub(super) fn sample_row(flag: Option<Flag>) -> u32 {
    let look = LOOKS.iter().position(|look| *look == flag).expect("every flag has a look");
    FIRST + u32::try_from(look).expect("looks are few")
}

/// The parts of a workbook before they are packed, in their order.
pub(super) struct Skeleton {
    /// Name and content of each.
    pub(super) parts: Vec<(String, String)>,
}

impl Skeleton {
    /// Unpacks what the library wrote.
    ///
    /// # Panics
    /// Where it is no package of text: then the library is not the one that we know.
    pub(super) fn unpack(package: Vec<u8>, layout: &Layout<'_, '_>) -> Skeleton {
        let mut zip = zip::ZipArchive::new(Cursor::new(package)).expect("the library writes packages");
        let parts = (0..zip.len()).map(|at| {
            let mut part = zip.by_index(at).expect("the package has it");
            let mut content = String::new();
            part.read_to_string(&mut content).expect("parts without pictures are text");
            (part.name().expect("parts are named in ASCII").into_owned(), content)
        });
        let mut skeleton = Skeleton { parts: parts.collect() };
        skeleton.lengthen_tables(layout);
        skeleton
    }

    /// The content of a part.
    ///
    /// # Panics
    /// Where there is none of that name.
    pub(super) fn part(&self, name: &str) -> &str {
        let part = self.parts.iter().find(|(other, _)| other == name);
        part.map_or_else(|| panic!("the package has no {name}"), |(_, content)| content)
    }

    /// Makes the ranges of the Excel tables as long as their lists: the library was told of one row.
    fn lengthen_tables(&mut self, layout: &Layout<'_, '_>) {
        let listed = layout.parts.iter().filter_map(|part| Some((part, part.page.table()?)));
        let tables = listed.filter(|(_, table)| layout.is_excel_table(table));
        for (number, (part, table)) in (1..).zip(tables) {
            let reference = |last: u32| format!(":{}\"", address(last, right(table)));
            let name = format!("xl/tables/table{number}.xml");
            let table = self.parts.iter_mut().find(|(other, _)| *other == name);
            let (_, content) = table.expect("every list that is a table has its part");
            *content = content.replace(&reference(FIRST), &reference(part.last()));
        }
    }
}

/// A sheet taken apart where the rows of its list belong.
pub(super) struct Frame {
    /// All before the rows.
    pub(super) head: String,
    /// All after them.
    pub(super) tail: String,
    /// The number of the style by the address of its sample.
    styles: BTreeMap<String, String>,
}

impl Frame {
    /// Takes a sheet with a list apart.
    ///
    /// # Panics
    /// Where it has no samples.
    pub(super) fn of(sheet: &str, part: &Part<'_, '_>) -> Frame {
        let table = part.page.table().expect("a list has columns");
        Frame::between(sheet, FIRST, &address(part.last(), right(table)))
    }

    /// Takes a sheet apart whose rows begin at a row, counted from 0, and end with a cell.
    ///
    /// # Panics
    /// Where it has no samples.
    pub(super) fn between(sheet: &str, first: u32, last: &str) -> Frame {
        let rows = sheet.find(&format!("<row r=\"{}\"", first + 1)).expect("a list has samples");
        let end = rows + sheet[rows..].find("</sheetData>").expect("a sheet has rows");
        let samples = sheet[rows..end].split("<c r=\"").skip(1).map(|cell| {
            let (address, rest) = cell.split_once('"').expect("an attribute ends");
            let (_, style) = rest.split_once("s=\"").expect("a sample has a style");
            let (style, _) = style.split_once('"').expect("an attribute ends");
            (address.to_owned(), style.to_owned())
        });
        Frame {
            head: with_dimension(&sheet[..rows], last),
            tail: sheet[end..].to_owned(),
            styles: samples.collect(),
        }
    }

    /// The number of the style of a column's cells with a flag; `None` where no cell has it.
    pub(super) fn style(&self, column: u32, flag: Option<Flag>) -> Option<&str> {
        self.style_at(sample_row(flag), column)
    }

    /// The number of the style of a sample.
    pub(super) fn style_at(&self, row: u32, column: u32) -> Option<&str> {
        self.styles.get(&address(row, column)).map(String::as_str)
    }
}

/// The last column of a list.
fn right(table: &Table<'_>) -> u32 {
    u32::try_from(table.columns.len() - 1).expect("a sheet has at most 16,384 columns")
}

/// The head with the true last cell of the sheet.
fn with_dimension(head: &str, last: &str) -> String {
    let (before, rest) = head.split_once("<dimension ref=\"").expect("a sheet says its dimension");
    let (_, after) = rest.split_once('"').expect("an attribute ends");
    format!("{before}<dimension ref=\"A1:{last}\"{after}")
}
