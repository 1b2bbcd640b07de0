//! Which page becomes which sheets, and where on them everything stands.
#![expect(clippy::disallowed_types, clippy::float_arithmetic, reason = "cells hold floats")]

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use rust_decimal::Decimal;

use crate::domain::date::Date;
use crate::domain::origin::column_letters;
use crate::domain::page::seal;
use crate::domain::page::{Book, Figure, MOST_TABLE_ROWS, Page, Table};
use crate::workbook::survey::{self, Survey};

/// The sheet's name, and what the workbook is about.
pub(super) const TITLE: u32 = 0;
/// What the list shows.
pub(super) const ABOUT: u32 = 1;
/// Totals of the rows that the filter shows.
pub(super) const SHOWN: u32 = 2;
/// Totals of all rows, whatever the filter shows: the control totals.
pub(super) const ALL: u32 = 3;
/// The header of the list.
pub(super) const HEADER: u32 = 4;
/// The first row of the list.
pub(super) const FIRST: u32 = 5;
/// The column of the number of rows, between the label of the totals and the totals.
pub(super) const COUNT: u16 = seal::COUNT as u16;

/// What a sheet can hold.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    /// Rows of a sheet.
    pub(super) sheet: usize,
    /// Rows of an Excel table; a longer list has an autofilter instead.
    pub(super) table: usize,
    /// Rows up to which each row is as high as its longest text. Excel finds the heights by itself, other programs do
    /// not; of longer lists it would take them long to draw them.
    pub(super) fitted: usize,
}

impl Limits {
    /// Excel's last row is 1,048,576.
    pub(super) const EXCEL: Limits = Limits { sheet: 1_048_576, table: MOST_TABLE_ROWS, fitted: 10_000 };
}

/// One sheet: a page, or a part of a table that is longer than a sheet.
pub(super) struct Part<'b, 'a> {
    /// The name on its tab.
    pub(super) name: String,
    /// The page.
    pub(super) page: &'b Page<'a>,
    /// The rows of the table that stand on it.
    pub(super) rows: Range<usize>,
}

impl Part<'_, '_> {
    /// The row of the list's last line; of an empty list the row where its first would stand.
    pub(super) fn last(&self) -> u32 {
        FIRST + u32::try_from(self.rows.len().max(1)).expect("a sheet has about a million rows") - 1
    }
}

/// A book with everything that must be known before its first row is written.
pub(super) struct Layout<'b, 'a> {
    /// The book.
    pub(super) book: &'b Book<'a>,
    /// Its sheets.
    pub(super) parts: Vec<Part<'b, 'a>>,
    /// What a pass over each table found.
    pub(super) surveys: BTreeMap<&'b str, Survey>,
    /// What a sheet can hold.
    pub(super) limits: Limits,
}

impl<'b, 'a> Layout<'b, 'a> {
    /// Lays a book out.
    pub(super) fn of(book: &'b Book<'a>, limits: Limits) -> Layout<'b, 'a> {
        let parts = book.pages.iter().flat_map(|page| parts(page, limits)).collect();
        Layout { book, parts, surveys: survey::surveys(book), limits }
    }

    /// Whether a list is an Excel table.
    pub(super) fn is_excel_table(&self, table: &Table<'_>) -> bool {
        table.rows <= self.limits.table
    }

    /// The sheets of a page.
    pub(super) fn sheets_of(&self, page: &str) -> impl Iterator<Item = &Part<'b, 'a>> {
        self.parts.iter().filter(move |part| part.page.name() == page)
    }

    /// The sheet of another page on which a range of rows stands at the same place as on its own.
    ///
    /// # Panics
    /// Where there is no such list, or it has not as many rows.
    pub(super) fn beside(&self, rows: &Range<usize>, page: &str) -> (&str, &'b Table<'a>) {
        let other = self.sheets_of(page).find(|other| other.rows == *rows);
        let other = other.unwrap_or_else(|| panic!("{page} has other rows than {rows:?}"));
        (&other.name, other.page.table().expect("a formula names a list"))
    }

    /// What a formula's braces name, on one sheet of the list: the cells of a column (`Register!Class`), its control
    /// total (`Register#Charges`), the headers (`Register:headers`) or the control totals (`Register:totals`).
    ///
    /// # Panics
    /// Where the book has no such list or column.
    pub(super) fn reference(&self, named: &str, sheet: usize) -> String {
        if let Some((page, column)) = named.split_once('#') {
            let cells: Vec<String> = self.control_cells(page, self.position(page, column)).collect();
            // It may stand behind a stroke of division.
            return if cells.len() > 1 { format!("({})", cells.join("+")) } else { cells.concat() };
        }
        let at = named.find(['!', ':']).expect("braces name a column, a total, headers or totals");
        let (page, what) = (&named[..at], &named[at + 1..]);
        let sheets: Vec<_> = self.sheets_of(page).collect();
        let part = sheets.get(sheet).or(sheets.first()).expect("a formula names a page of its book");
        let cells = if named[at..].starts_with('!') {
            let column = column_letters(self.position(page, what));
            format!("${column}${}:${column}${}", FIRST + 1, part.last() + 1)
        } else {
            let last = part.page.table().expect("a formula names a list").columns.len() - 1;
            let last = column_letters(u32::try_from(last).expect("a sheet has at most 16,384 columns"));
            let row = 1 + if what == "headers" { HEADER } else { ALL };
            format!("$A${row}:${last}${row}")
        };
        format!("{}!{cells}", quoted(&part.name))
    }

    /// A figure as a formula over the control totals of the sheets; a given number as itself.
    pub(super) fn formula(&self, figure: &Figure) -> Option<String> {
        let cells: Vec<String> = match figure {
            Figure::Given(_) => return None,
            Figure::Rows(page) => self.control_cells(page, COUNT.into()).collect(),
            Figure::Totals(totals) => totals
                .iter()
                .flat_map(|(page, column)| self.control_cells(page, self.position(page, column)))
                .collect(),
        };
        Some(cells.join("+"))
    }

    fn control_cells(&self, page: &str, column: u32) -> impl Iterator<Item = String> {
        self.sheets_of(page).map(move |part| format!("{}!{}", quoted(&part.name), address(ALL, column)))
    }

    fn position(&self, page: &str, column: &str) -> u32 {
        let table =
            self.book.tables().find(|table| table.name == page).expect("a check names a page of its book");
        u32::try_from(table.position(column)).expect("a sheet has at most 16,384 columns")
    }
}

fn parts<'b, 'a>(page: &'b Page<'a>, limits: Limits) -> Vec<Part<'b, 'a>> {
    let name = page.name();
    assert!(name.chars().count() <= 25, "'{name}' and a number fit on a tab of 31 characters");
    let rows = page.table().map_or(0, |table| table.rows);
    let room = limits.sheet - FIRST as usize;
    let sheets = rows.div_ceil(room).max(1);
    let part = |index: usize| Part {
        name: if index == 0 { page.name().to_owned() } else { format!("{} ({})", page.name(), index + 1) },
        page,
        rows: index * room..rows.min((index + 1) * room),
    };
    (0..sheets).map(part).collect()
}

/// A sheet's name as formulas and links spell it.
pub(super) fn quoted(sheet: &str) -> String {
    format!("'{}'", sheet.replace('\'', "''"))
}

/// A cell's address, row and column counted from 0.
pub(super) fn address(row: u32, column: u32) -> String {
    format!("{}{}", column_letters(column), row + 1)
}

/// A part of a column, rows and columns counted from 0.
pub(super) fn range(column: u32, first: u32, last: u32) -> String {
    format!("{}:{}", address(first, column), address(last, column))
}

/// A decimal as the nearest float, which is what Excel makes of its text.
pub(in crate::workbook) fn float(number: Decimal) -> f64 {
    const EXACT: i128 = 1 << 53;
    let (mantissa, scale) = (number.mantissa(), number.scale());
    if mantissa.abs() <= EXACT && scale <= 22 {
        // Both are exact floats, so that the one division rounds correctly.
        mantissa as f64 / 10_f64.powi(scale.cast_signed())
    } else {
        number.to_string().parse().expect("a decimal's text is a float's")
    }
}

/// A day as Excel counts it; Excel takes 1900 for a leap year.
pub(super) fn serial_day(date: Date) -> i64 {
    let origin = Date::from_ymd_opt(1899, 12, 30).expect("it is a day");
    let days = (date - origin).num_days();
    if days < 61 { days - 1 } else { days }
}

/// A day as a cell holds it.
pub(super) fn serial(date: Date) -> f64 {
    serial_day(date) as f64
}

/// A text that a cell can hold: without the control characters that XML forbids or no cell shows, at most 32,767 characters.
pub(in crate::workbook) fn plain(text: &str) -> Cow<'_, str> {
    const LONGEST: usize = 32_767;
    let forbidden = |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{fffe}' | '\u{ffff}');
    let short = text.len() <= LONGEST || text.encode_utf16().count() <= LONGEST;
    if short && !text.contains(forbidden) {
        return Cow::Borrowed(text);
    }
    let mut units = 0;
    let fits = |c: &char| {
        units += c.len_utf16();
        units <= LONGEST
    };
    Cow::Owned(text.chars().map(|c| if forbidden(c) { ' ' } else { c }).take_while(fits).collect())
}
