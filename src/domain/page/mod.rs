//! Pages of workbooks before they have a format.
//!
//! A workbook is a few lines of pages; `workbook` encodes them as xlsx bytes or as text. Nothing here knows a
//! file format, and no list is held: a table says how many rows it has and fills one row at a time.

mod cell;
mod chart;
mod cover;
mod merge;
pub mod seal;
mod table;

use crate::domain::date::Date;

pub use cell::{Cell, Flag, Value};
pub use chart::Chart;
pub use cover::{Check, Cover, Fact, Figure, Section};
pub use merge::Merge;
pub use table::{Column, Entry, Fill, Input, Role, Row, Table};

/// How many notes a sheet has at most: each takes some kilobytes of memory, and nobody opens more of them.
pub const MOST_NOTES: usize = 5_000;
/// How many rows an Excel table has at most: a longer one takes long to open. A longer list has filter buttons instead.
pub const MOST_TABLE_ROWS: usize = 100_000;

/// One workbook.
pub struct Book<'a> {
    /// What it is: `Bill register`.
    pub title: String,
    /// Whose it is: the office's name.
    pub office: String,
    /// What it is about: cycle and period.
    pub subject: String,
    /// As of which day; also the date of creation in the file, so that the same input gives the same bytes.
    pub date: Date,
    /// The run's name in the archive; empty for a blank sheet.
    pub run_id: String,
    /// sha256 of the archive's newest receipt; empty for a blank sheet.
    pub chain_head: String,
    /// The pages, the cover first.
    pub pages: Vec<Page<'a>>,
}

/// One page; a table past the length of a sheet becomes several sheets.
pub enum Page<'a> {
    /// What the workbook is, what it was made from, and whether it ties out.
    Cover(Cover<'a>),
    /// A list.
    Table(Table<'a>),
    /// A short list with a picture of it below; without rows there is no picture.
    Summary(Table<'a>, Chart),
    /// A sheet that people fill in: its header stands in the first row.
    Input(Input),
    /// The data of a mail merge: its header stands in the first row.
    Merge(Merge),
    /// One page to hand out, in words: the facts and sections of a cover, without master check and contents.
    Handout(Cover<'a>),
}

impl<'a> Page<'a> {
    /// The name on the page's tab.
    pub fn name(&self) -> &str {
        match self {
            Page::Cover(_) => seal::COVER,
            Page::Table(table) | Page::Summary(table, _) => &table.name,
            Page::Input(input) => &input.name,
            Page::Merge(merge) => &merge.name,
            Page::Handout(_) => "Handout",
        }
    }

    /// Its list, where it has one.
    pub fn table(&self) -> Option<&Table<'a>> {
        match self {
            Page::Table(table) | Page::Summary(table, _) => Some(table),
            Page::Cover(_) | Page::Input(_) | Page::Merge(_) | Page::Handout(_) => None,
        }
    }

    /// What the cover's contents say of it: how many rows it has, and what it shows.
    pub fn listed(&self) -> Option<(usize, &str)> {
        match self {
            Page::Table(table) | Page::Summary(table, _) => Some((table.rows, &table.about)),
            Page::Merge(merge) => Some((merge.rows.len(), &merge.about)),
            Page::Cover(_) | Page::Input(_) | Page::Handout(_) => None,
        }
    }
}

impl<'a> Book<'a> {
    /// The tables of the book, in order.
    pub fn tables(&self) -> impl Iterator<Item = &Table<'a>> {
        self.pages.iter().filter_map(Page::table)
    }

    /// The same book, which comes back with decisions: each of its lists is sealed, and so is its cover.
    pub fn sealed(mut self) -> Book<'a> {
        let sealed = |page| match page {
            Page::Table(table) => Page::Table(table.sealed()),
            Page::Summary(table, chart) => Page::Summary(table.sealed(), chart),
            Page::Merge(merge) => Page::Merge(merge.sealed()),
            Page::Cover(_) | Page::Input(_) | Page::Handout(_) => page,
        };
        self.pages = self.pages.into_iter().map(sealed).collect();
        self
    }

    /// Whether it comes back with decisions.
    pub fn is_sealed(&self) -> bool {
        self.tables().any(Table::is_sealed)
    }

    /// Whose it is and what it is about, for titles.
    pub fn about(&self) -> String {
        if self.office.is_empty() {
            self.subject.clone()
        } else {
            format!("{}, {}", self.office, self.subject)
        }
    }

    /// Whether its first page is a cover.
    pub fn has_cover(&self) -> bool {
        matches!(self.pages.first(), Some(Page::Cover(_)))
    }
}
