//! Says what kind of sheet it is, where its header is and which column is which, from the first 50 rows.
//!
//! A sheet is recognised by its columns, never by its name. Two kinds that fit equally well are a question to
//! the user, not a guess.

mod header;
mod own;

use crate::domain::sheet::cell::Row;
use crate::domain::sheet::profile::{Kind, Layout, LayoutColumn, Profile};

pub use header::normalised;
pub use own::{COVER, cover, sealed};

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
    let kinds: Vec<Kind> = complete.iter().copied().filter(rivals).map(|other| other.profile.kind).collect();
    if kinds.len() > 1 {
        return Recognition::Several(kinds);
    }
    match found.twice.clone() {
        Some(twice) => Recognition::Twice(found.layout(), twice),
        None => Recognition::One(found.layout()),
    }
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
