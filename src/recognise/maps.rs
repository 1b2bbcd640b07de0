//! Other systems' layouts, as an office names them: other headers for columns, and columns of texts that have none.

use std::collections::BTreeMap;

use super::{built_in_profiles, header};
use crate::domain::sheet::column_map::{ColumnMap, LINE_END};
use crate::domain::sheet::profile::{Kind, Layout, LayoutColumn, Profile};

/// Implied decimals at most.
const DECIMALS: u32 = 9;

/// The kinds of sheet that come with the program, with the headers that the office's maps add.
///
/// A header that a map names means its column and no other of the kind.
pub fn profiles(maps: &[ColumnMap]) -> Vec<Profile> {
    let mut profiles = built_in_profiles();
    for map in maps {
        let Some(profile) = profiles.iter_mut().find(|profile| profile.kind == map.kind) else { continue };
        for (name, header) in &map.headers {
            let same = |other: &String| header::normalised(other) == header::normalised(header);
            for column in &mut profile.columns {
                column.synonyms.retain(|synonym| !same(synonym));
                if column.name == *name {
                    column.synonyms.push(header.clone());
                }
            }
        }
    }
    profiles
}

/// What contradicts itself in the maps of an office.
///
/// # Errors
/// Names the map by its place, and what to write.
pub fn check_maps(maps: &[ColumnMap]) -> Result<(), String> {
    let profiles = built_in_profiles();
    let mut taken = BTreeMap::new();
    for (number, map) in (1..).zip(maps) {
        let profile = profiles.iter().find(|profile| profile.kind == map.kind);
        let profile = profile.expect("every kind has a template");
        check(map, profile)
            .and_then(|()| check_headers(map, profile, &mut taken))
            .map_err(|told| format!("[[columns]], the map number {number} ({}): {told}", map.kind.word()))?;
    }
    Ok(())
}

/// The layout of a text that a map is for: no header, and the map's columns in their order.
pub fn mapped_layout(map: &ColumnMap) -> Layout {
    let column =
        |(at, name): (u32, &str)| LayoutColumn { name: name.to_owned(), header: name.to_owned(), at };
    let columns = (0..).zip(map.columns()).map(column).collect();
    Layout { kind: map.kind, header_row: 0, columns }
}

/// What contradicts itself, or the kind that the map is for.
fn check(map: &ColumnMap, profile: &Profile) -> Result<(), String> {
    let named = [!map.headers.is_empty(), !map.characters.is_empty(), !map.fields.is_empty()];
    if named.iter().filter(|is| **is).count() != 1 {
        return Err("say by headers, by characters or by fields where its columns are; by one of the three."
            .to_owned());
    }
    let kind = map.kind.word();
    let columns = map.headers.keys().chain(map.characters.keys()).chain(map.fields.keys());
    let extra = map.decimals.keys().chain((!map.skip_without.is_empty()).then_some(&map.skip_without));
    let known = |name: &str| profile.columns.iter().any(|column| column.name == name);
    if let Some(name) = columns.clone().chain(extra.clone()).find(|name| !known(name)) {
        let names: Vec<&str> = profile.columns.iter().map(|column| column.name.as_str()).collect();
        return Err(format!(
            "a sheet of {kind} has no column '{name}'. Its columns are: {}.",
            names.join(", ")
        ));
    }
    if !map.headers.is_empty() {
        let alone = map.files.is_empty() && map.only.is_none() && map.dates.is_none() && extra.count() == 0;
        let told =
            "files, only, skip_without, dates and decimals go with characters or fields, not with headers.";
        return if alone { Ok(()) } else { Err(told.to_owned()) };
    }
    if map.files.trim_matches('*').is_empty() {
        return Err(
            "its files have no header to be known by: name them, such as files = \"*.rdg\".".to_owned()
        );
    }
    let placed: Vec<&String> = columns.collect();
    if let Some(name) = extra.into_iter().find(|name| !placed.contains(name)) {
        return Err(format!("the place of '{name}' is not given."));
    }
    let lacks = profile.missing(|name| placed.iter().any(|placed| *placed == name));
    if !lacks.is_empty() {
        return Err(format!(
            "a sheet of {kind} cannot be read without: {}. Give its place.",
            lacks.join(", ")
        ));
    }
    check_figures(map)
}

/// A header means one column of a kind: neither that of another name, nor two, be it in several maps.
fn check_headers<'m>(
    map: &'m ColumnMap,
    profile: &Profile,
    taken: &mut BTreeMap<(Kind, String), &'m str>,
) -> Result<(), String> {
    for (name, header) in &map.headers {
        let plain = header::normalised(header);
        let mut others = profile.columns.iter().filter(|column| column.name != *name);
        if plain.is_empty() || others.any(|column| header::normalised(&column.name) == plain) {
            return Err(format!(
                "the header '{header}' cannot mean {name}: it is empty, or another column's name."
            ));
        }
        if let Some(other) = taken.insert((map.kind, plain), name).filter(|other| other != name) {
            return Err(format!("the header '{header}' means both {other} and {name}. Keep one of them."));
        }
    }
    Ok(())
}

fn check_figures(map: &ColumnMap) -> Result<(), String> {
    let mut places = map.fields.values().chain(map.only.as_ref().map(|mark| &mark.at));
    if places.any(|at| !(1..=LINE_END).contains(at)) {
        return Err("fields and characters are counted from 1.".to_owned());
    }
    if map.only.as_ref().is_some_and(|mark| mark.is.trim().is_empty()) {
        return Err("only: say what stands there, such as { at = 1, is = \"R\" }.".to_owned());
    }
    let may_lie_ahead =
        matches!(map.kind, Kind::Calendar | Kind::Plans | Kind::Holds | Kind::OpeningBalances);
    if may_lie_ahead && map.dates.as_ref().is_some_and(|form| !form.has_year()) {
        return Err(
            "its dates may lie ahead, so that the form of its dates needs the year, such as \"MMDDYY\"."
                .to_owned(),
        );
    }
    match map.decimals.iter().find(|(_, decimals)| !(1..=DECIMALS).contains(*decimals)) {
        Some((name, decimals)) => {
            Err(format!("{name} cannot have {decimals} decimals; write 1 to {DECIMALS}."))
        }
        None => Ok(()),
    }
}
