//! What users may edit or copy is at least readable: TOML and UTF-8, money as text, no figure without its source.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use meterbook::recognise::built_in_profiles;

/// The repository's top folder.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The text files below a folder of the repository whose names end in one way: their paths with slashes, and their text.
/// Files that are no UTF-8 text are left out.
pub(crate) fn files_below(folder: &str, ending: &str) -> Vec<(String, String)> {
    let Ok(entries) = fs::read_dir(root().join(folder)) else { return Vec::new() };
    let mut names: Vec<String> =
        entries.map(|entry| name(&entry.expect("the folder can be listed"))).collect();
    names.sort();
    let mut found = Vec::new();
    for name in names {
        let path = format!("{folder}/{name}");
        if root().join(&path).is_dir() {
            found.extend(files_below(&path, ending));
        } else if name.ends_with(ending) {
            found.extend(fs::read_to_string(root().join(&path)).ok().map(|text| (path, text)));
        }
    }
    found
}

fn name(entry: &fs::DirEntry) -> String {
    entry.file_name().into_string().expect("our file names are ASCII")
}

fn table(path: &Path) -> toml::Table {
    let text = fs::read_to_string(path).expect("a template is UTF-8");
    text.parse().unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn floats(value: &toml::Value) -> usize {
    match value {
        toml::Value::Float(_) => 1,
        toml::Value::Array(values) => values.iter().map(floats).sum(),
        toml::Value::Table(table) => table.values().map(floats).sum(),
        _ => 0,
    }
}

#[test]
fn every_sheet_template_is_toml() {
    let folder = root().join("templates/sheets");
    for entry in fs::read_dir(folder).into_iter().flatten() {
        table(&entry.unwrap().path());
    }
}

#[test]
fn the_settings_write_money_as_text() {
    let settings = toml::Value::Table(table(&root().join("templates/office.toml")));
    assert_eq!(floats(&settings), 0);
    assert_eq!(settings["collections"]["late_fee"]["minimum"].as_str(), Some("10.00"));
    for purpose in ["receivable", "cash", "unapplied_cash", "deposits", "refunds_payable", "opening_balances"]
    {
        assert!(settings["gl"][purpose].is_str(), "{purpose}");
    }
    for revenue in ["fixed", "water", "wastewater", "surcharge", "fee"] {
        assert!(settings["gl"]["revenue"][revenue].is_str(), "{revenue}");
    }
}

#[test]
fn every_class_of_the_settings_is_in_every_rate_file() {
    let settings = table(&root().join("templates/office.toml"));
    let rates = files_below("templates/rates", ".owrs");
    assert!(!rates.is_empty());
    for class in settings["classes"].as_table().unwrap().values() {
        let block = format!("\n  {}:\n", class["owrs"].as_str().unwrap());
        for (path, text) in &rates {
            assert_eq!(text.matches(&block).count(), 1, "{path}: {block}");
        }
    }
}

#[test]
fn every_figure_of_2020_names_its_source() {
    let text = fs::read_to_string(root().join("templates/rates/hi-desert-2020-02-01.owrs")).unwrap();
    let figure = |line: &&str| line.trim_start().starts_with(|c: char| c == '-' || c.is_ascii_digit());
    for line in text.lines().filter(figure).filter(|line| line.trim() != "- 0") {
        assert!(line.contains("# published") || line.contains("# illustrative: "), "{line}");
    }
}

#[test]
fn every_sheet_template_is_built_in_and_no_kind_twice() {
    let kinds: Vec<String> =
        built_in_profiles().iter().map(|profile| profile.kind.word().replace(' ', "-")).collect();
    let names: BTreeSet<String> = files_below("templates/sheets", ".toml")
        .into_iter()
        .map(|(path, _)| path.rsplit_once('/').unwrap().1.trim_end_matches(".toml").to_owned())
        .collect();
    assert_eq!(kinds.iter().cloned().collect::<BTreeSet<_>>(), names);
    assert_eq!(kinds.len(), names.len());
}

/// The columns that the reader of a kind's rows asks for, by the names in its calls: `cells.date("Date")`.
fn asked_for(reader: &str) -> BTreeSet<String> {
    let calls = reader.split("cells.").skip(1).filter_map(|call| {
        let (method, rest) = call.split_once('(')?;
        let is_method = method.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        let name = rest.trim_start().strip_prefix('"')?.split('"').next()?;
        is_method.then(|| name.to_owned())
    });
    calls.collect()
}

#[test]
fn a_row_is_read_by_the_columns_of_its_template() {
    let mut seen = 0;
    for profile in built_in_profiles() {
        let path = format!("src/rows/{}.rs", profile.kind.word().replace(' ', "_"));
        let reader = fs::read_to_string(root().join(&path)).expect("each kind has a file in src/rows");
        let names: BTreeSet<String> = profile.columns.iter().map(|column| column.name.clone()).collect();
        let unknown: Vec<String> = asked_for(&reader).difference(&names).cloned().collect();
        assert!(unknown.is_empty(), "{path} asks for {unknown:?}, which the template has not");
        let unread: Vec<&String> =
            names.iter().filter(|name| !reader.contains(&format!("\"{name}\""))).collect();
        assert!(unread.is_empty(), "{path} reads nothing from {unread:?}");
        seen += names.len();
    }
    assert!(seen > 100, "{seen} columns");
}
