//! Says what a file is and what is wrong with it, without the books of an office.

use std::path::Path;

use super::desk::settings_in;
use super::mapped::Layouts;
use super::progress::Progress;
use super::understand::understand;
use super::{Failure, returned};
use crate::domain::date::Date;
use crate::domain::finding::Finding;
use crate::{outbox, rows};

/// What a file turned out to be.
#[derive(Clone, Debug)]
pub struct Checked {
    /// Its name.
    pub name: String,
    /// Its recognised sheets.
    pub sheets: Vec<CheckedSheet>,
    /// What is wrong with it.
    pub findings: Vec<Finding>,
    /// What is odd about its name.
    pub note: Option<String>,
}

/// A recognised sheet.
#[derive(Clone, Debug)]
pub struct CheckedSheet {
    /// Its name; empty for formats without sheets.
    pub name: String,
    /// Its kind, in words.
    pub kind: String,
    /// The row of its header.
    pub header_row: u32,
    /// Rows without trouble.
    pub rows: usize,
    /// Control totals: what was summed, and the sum.
    pub totals: Vec<(String, String)>,
    /// The recognised columns: canonical name, and the header as the file spells it.
    pub columns: Vec<(String, String)>,
}

/// How files are checked.
#[derive(Clone, Copy, Debug)]
pub struct CheckQuery<'q> {
    /// Dates after this day lie ahead.
    pub today: Date,
    /// The office whose settings count: its layouts of other systems, and the form of its account numbers.
    pub office: Option<&'q Path>,
}

/// Says what a file is and what is wrong with it.
///
/// Without an office account numbers are taken as they are: nobody knows how many digits they have.
///
/// # Errors
/// Where the file, or the office's settings, cannot be read.
pub fn check(path: &Path, query: CheckQuery<'_>, progress: &mut dyn Progress) -> Result<Checked, Failure> {
    let office = query.office.map(settings_in).transpose()?;
    let layouts = Layouts::of(office.as_ref());
    let account_digits = office.as_ref().map_or(0, |office| office.accounts.digits());
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let bytes = outbox::content(path)?;
    let ground = rows::Ground { today: query.today, account_digits };
    let understood = understand(&name, &bytes, &layouts, ground, progress);
    let sheets = understood.sheets.into_iter().map(|sheet| CheckedSheet {
        name: sheet.place.name.sheet.to_string(),
        kind: sheet.place.layout.kind.word().to_owned(),
        header_row: sheet.place.layout.header_row,
        rows: sheet.rows.count(),
        totals: sheet.totals,
        columns: sheet.place.layout.columns.into_iter().map(|column| (column.name, column.header)).collect(),
    });
    Ok(Checked { name, sheets: sheets.collect(), findings: understood.findings, note: understood.note })
}

/// The findings of a file as JSON.
pub fn findings_json(findings: &[Finding]) -> serde_json::Value {
    returned::to_json(findings)
}
