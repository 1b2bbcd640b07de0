//! Finds the row of a sheet that is the header of a kind, and matches its cells with the kind's columns.

use std::collections::BTreeSet;

use super::Twice;
use crate::domain::sheet::cell::{Row, Value};
use crate::domain::sheet::profile::{Column, Layout, LayoutColumn, Profile};

/// The row of a sheet that fits a kind best.
pub(super) struct Match<'a> {
    pub(super) profile: &'a Profile,
    pub(super) header_row: u32,
    pub(super) columns: Vec<LayoutColumn>,
    /// Required columns that the row lacks, in words.
    pub(super) missing: Vec<String>,
    pub(super) twice: Option<Twice>,
}

impl Match<'_> {
    /// More matched columns are better; of equally many, fewer that the kind has and the sheet lacks.
    pub(super) fn rank(&self) -> (usize, std::cmp::Reverse<usize>) {
        (self.columns.len(), std::cmp::Reverse(self.profile.columns.len() - self.columns.len()))
    }

    /// Whether the sheet lacks a column that the kind has: then another kind with as many columns fits as well.
    pub(super) fn lacks_some(&self) -> bool {
        self.columns.len() < self.profile.columns.len()
    }

    /// Whether it knows a header that the other leaves unexplained.
    pub(super) fn explains_more_than(&self, other: &Match<'_>) -> bool {
        self.columns.iter().any(|column| other.columns.iter().all(|known| known.at != column.at))
    }

    /// Whether a column below the header has words that only its kind has, and nothing else.
    pub(super) fn is_told_by(&self, rows: &[Row]) -> bool {
        let telling = self.profile.columns.iter().filter(|column| !column.telling.is_empty());
        telling
            .filter_map(|column| Some((column, self.columns.iter().find(|of| of.name == column.name)?)))
            .any(|(column, of)| {
                let below = rows.iter().filter(|row| row.number > self.header_row);
                let mut words = below.filter_map(|row| {
                    let cell = row.cells.iter().find(|cell| cell.column == of.at)?;
                    match &cell.value {
                        Value::Text(text) if text.trim().is_empty() => None,
                        Value::Text(text) => Some(text.trim().to_lowercase()),
                        _ => Some(String::new()),
                    }
                });
                let telling = |word: String| column.telling.contains(&word);
                words.next().is_some_and(telling) && words.all(telling)
            })
    }

    pub(super) fn layout(&self) -> Layout {
        Layout { kind: self.profile.kind, header_row: self.header_row, columns: self.columns.clone() }
    }
}

/// The row that lacks least of what the kind needs; of equal ones that with more columns, then the first.
pub(super) fn best_match<'a>(rows: &[Row], profile: &'a Profile) -> Option<Match<'a>> {
    rows.iter()
        .map(|row| match_row(row, profile))
        .filter(|found| !found.columns.is_empty())
        .min_by_key(|found| (found.missing.len(), std::cmp::Reverse(found.columns.len())))
}

fn match_row<'a>(row: &Row, profile: &'a Profile) -> Match<'a> {
    let headers: Vec<(LayoutColumn, String)> = row
        .cells
        .iter()
        .filter_map(|cell| match &cell.value {
            Value::Text(text) => Some((text.trim(), cell.column)),
            _ => None,
        })
        .map(|(text, at)| {
            (LayoutColumn { name: String::new(), header: text.to_owned(), at }, normalised(text))
        })
        .collect();
    let mut columns = Vec::new();
    let mut twice = None;
    for column in profile.columns.iter().filter(|column| column.right_of.is_empty()) {
        let canonical = normalised(&column.name);
        let mut named: Vec<&LayoutColumn> =
            headers.iter().filter(|(_, name)| *name == canonical).map(|(header, _)| header).collect();
        if named.is_empty() {
            let synonyms: BTreeSet<String> = column.synonyms.iter().map(|text| normalised(text)).collect();
            named = headers
                .iter()
                .filter(|(_, name)| synonyms.contains(name))
                .map(|(header, _)| header)
                .collect();
        }
        let Some(first) = named.first() else { continue };
        let first = LayoutColumn { name: column.name.clone(), ..(*first).clone() };
        if let Some(second) = named.get(1) {
            let second = LayoutColumn { name: column.name.clone(), ..(*second).clone() };
            twice.get_or_insert(Twice { column: column.name.clone(), headers: [first.clone(), second] });
        }
        columns.push(first);
    }
    for column in profile.columns.iter().filter(|column| !column.right_of.is_empty()) {
        columns.extend(beside(column, &headers, &columns));
    }
    let missing = profile.missing(|name| columns.iter().any(|column| column.name == name));
    Match { profile, header_row: row.number, columns, missing, twice }
}

/// The column beside one that it belongs to: a CIMIS report calls fourteen columns `qc`, each right of its value; an old
/// one has them on the left.
fn beside(
    column: &Column,
    headers: &[(LayoutColumn, String)],
    found: &[LayoutColumn],
) -> Option<LayoutColumn> {
    let name = normalised(&column.name);
    let named = || headers.iter().filter(|(_, text)| *text == name).map(|(header, _)| header);
    let first = named().next()?;
    let before = headers.iter().find(|(header, _)| header.at + 1 == first.at);
    let leads =
        before.is_some_and(|(_, text)| column.leads_after.iter().any(|after| normalised(after) == *text));
    let is_beside = |of: &LayoutColumn, at: u32| if leads { at + 1 == of.at } else { of.at + 1 == at };
    let owned = |at: u32| found.iter().any(|of| is_beside(of, at) && column.right_of.contains(&of.name));
    let header = named().find(|header| owned(header.at))?;
    Some(LayoutColumn { name: column.name.clone(), ..header.clone() })
}

/// A header without case, punctuation and doubled spaces, so that `Account #` is `account`.
pub fn normalised(header: &str) -> String {
    let plain: String = header
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .flat_map(char::to_lowercase)
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}
