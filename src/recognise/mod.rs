//! Says what kind of sheet it is, where its header is and which column is which, from the first 50 rows.
//!
//! A sheet is recognised by its columns, never by its name. Where they fit two kinds equally well, words that only one of
//! the two has settle it; else it is a question to the user, not a guess.

mod header;
mod maps;
mod own;

use crate::domain::sheet::cell::{Cell, Row, Value};
use crate::domain::sheet::profile::{Column, Kind, Layout, LayoutColumn, Profile};

pub use header::normalised;
pub use maps::{check_maps, mapped_layout, profiles};
pub use own::{cover, deciding, sealed, sealed_cover};

/// How many rows are looked at for a header.
pub const ROWS_LOOKED_AT: usize = 50;

/// What a sheet turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recognition {
    /// No kind that we know; with the kind it comes nearest to.
    None(Option<Nearest>),
    /// One kind.
    One(Layout),
    /// Several kinds that fit equally well.
    Several(Vec<Kind>),
    /// One kind, whose header names a column twice.
    Twice(Layout, Twice),
}

/// The kind a sheet comes nearest to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nearest {
    /// The kind.
    pub kind: Kind,
    /// The row that looks like its header.
    pub header_row: u32,
    /// The columns it lacks, in words.
    pub missing: Vec<String>,
}

/// Two headers for one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Twice {
    /// The canonical header.
    pub column: String,
    /// The first header as the file spells it, and the second.
    pub headers: [LayoutColumn; 2],
}

/// The kinds of sheet that come with the program (`templates/sheets`).
pub fn built_in_profiles() -> Vec<Profile> {
    [
        include_str!("../../templates/sheets/calendar.toml"),
        include_str!("../../templates/sheets/accounts.toml"),
        include_str!("../../templates/sheets/meters.toml"),
        include_str!("../../templates/sheets/meter-changes.toml"),
        include_str!("../../templates/sheets/reads.toml"),
        include_str!("../../templates/sheets/bulk-water.toml"),
        include_str!("../../templates/sheets/work-orders.toml"),
        include_str!("../../templates/sheets/field-results.toml"),
        include_str!("../../templates/sheets/decisions.toml"),
        include_str!("../../templates/sheets/holds.toml"),
        include_str!("../../templates/sheets/notices.toml"),
        include_str!("../../templates/sheets/plans.toml"),
        include_str!("../../templates/sheets/opening-balances.toml"),
        include_str!("../../templates/sheets/payments.toml"),
        include_str!("../../templates/sheets/returned-payments.toml"),
        include_str!("../../templates/sheets/adjustments.toml"),
        include_str!("../../templates/sheets/deposits.toml"),
        include_str!("../../templates/sheets/closings.toml"),
        include_str!("../../templates/sheets/landscape.toml"),
        include_str!("../../templates/sheets/eto.toml"),
        include_str!("../../templates/sheets/installation.toml"),
    ]
    .iter()
    .map(|text| toml::from_str(text).expect("the templates are part of the program and tested"))
    .collect()
}

/// Says what kind of sheet the rows begin.
pub fn recognise(rows: &[Row], profiles: &[Profile]) -> Recognition {
    let matches: Vec<header::Match<'_>> = profiles
        .iter()
        .filter_map(|profile| header::best_match(&rows[..rows.len().min(ROWS_LOOKED_AT)], profile))
        .collect();
    let complete: Vec<&header::Match<'_>> = matches.iter().filter(|found| found.missing.is_empty()).collect();
    let Some(found) = complete.iter().max_by_key(|found| found.rank()) else {
        return Recognition::None(nearest(&matches));
    };
    let rivals = |other: &&header::Match<'_>| {
        other.profile.kind == found.profile.kind
            || other.rank() == found.rank()
            || other.columns.len() == found.columns.len() && found.lacks_some()
            || other.explains_more_than(found)
    };
    let rivals: Vec<&header::Match<'_>> = complete.iter().copied().filter(rivals).collect();
    let told: Vec<&header::Match<'_>> =
        rivals.iter().copied().filter(|rival| rival.is_told_by(rows)).collect();
    let found = match (rivals.as_slice(), told.as_slice()) {
        ([only], _) | (_, [only]) => only,
        _ => return Recognition::Several(rivals.iter().map(|rival| rival.profile.kind).collect()),
    };
    match found.twice.clone() {
        Some(twice) => Recognition::Twice(found.layout(), twice),
        None => Recognition::One(found.layout()),
    }
}

/// For each of several kinds that a sheet fits, the column of its own that would settle which it is, or two of them; none
/// where more would be needed.
pub fn settling_columns(rows: &[Row], kinds: &[Kind], profiles: &[Profile]) -> Vec<(Kind, Vec<String>)> {
    let settles = |kind: Kind| {
        let profile = profiles.iter().find(|profile| profile.kind == kind)?;
        let found = header::best_match(&rows[..rows.len().min(ROWS_LOOKED_AT)], profile)?;
        let header = rows.iter().find(|row| row.number == found.header_row)?;
        let lacks = |column: &&Column| found.columns.iter().all(|known| known.name != column.name);
        let lacking: Vec<&str> =
            profile.columns.iter().filter(lacks).map(|column| column.name.as_str()).collect();
        let settled = |more: &&[&str]| {
            let alone = recognise(&[with(header, more)], profiles);
            matches!(alone, Recognition::One(layout) if layout.kind == kind)
        };
        let found = lacking.chunks(1).find(settled).or_else(|| lacking.windows(2).find(settled))?;
        Some(found.iter().map(|&name| name.to_owned()).collect())
    };
    kinds.iter().map(|kind| (*kind, settles(*kind).unwrap_or_default())).collect()
}

/// A header with more columns at its end.
fn with(header: &Row, more: &[&str]) -> Row {
    let end = header.cells.iter().map(|cell| cell.column + 1).max().unwrap_or(0);
    let cell = |(column, name): (u32, &&str)| Cell { column, value: Value::Text((*name).to_owned()) };
    let mut header = header.clone();
    header.cells.extend((end..).zip(more).map(cell));
    header
}

/// The incomplete match worth mentioning: at least two columns, and more than half of what it needs.
fn nearest(matches: &[header::Match<'_>]) -> Option<Nearest> {
    matches
        .iter()
        .filter(|found| found.columns.len() >= 2)
        .max_by_key(|found| (std::cmp::Reverse(found.missing.len()), found.columns.len()))
        .map(|found| Nearest {
            kind: found.profile.kind,
            header_row: found.header_row,
            missing: found.missing.clone(),
        })
}

#[cfg(test)]
mod tests;
