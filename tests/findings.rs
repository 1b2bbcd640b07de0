//! Every finding has a file that provokes it and a golden that pins its message.
//!
//! A file in `findings/` is named after its code (`CODE.csv`, and `CODE.VARIANT.csv` for further messages) and is
//! dropped into the small office of `findings/office`; a `.toml` says what is typed into a workbook that this office
//! wrote, which is then dropped. A file of the same name in `before/` is dropped first. Beside it lies what the user sees: `UPDATE=1` writes it, and
//! the folder's `README.md`, anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use meterbook::domain::finding::Code;
use meterbook::sheet;
use meterbook::workbook::RUN_ID;
use serde::Deserialize;

use crate::support::desk::{Desk, TODAY, told};
use crate::support::golden;
use crate::support::typed::{typed, with_part};
use crate::templates::root;

/// The folder's files that are dropped, by name without ending.
fn provoking() -> BTreeMap<String, PathBuf> {
    let entries = fs::read_dir(root().join("tests/findings")).unwrap().map(|entry| entry.unwrap().path());
    let ends = |path: &PathBuf| path.extension().map(|end| end.to_str().unwrap().to_owned());
    let files = entries.filter(|path| matches!(ends(path).as_deref(), Some("csv" | "xlsx" | "toml")));
    let stem = |path: &PathBuf| path.file_stem().unwrap().to_str().unwrap().to_owned();
    files.map(|path| (stem(&path), path)).collect()
}

/// The code that a file is named after.
fn word(stem: &str) -> &str {
    stem.split('.').next().unwrap()
}

#[test]
fn every_code_has_a_file_and_every_file_a_code() {
    let files = provoking();
    let lacking: Vec<&str> =
        Code::ALL.iter().map(|code| code.word()).filter(|word| !files.contains_key(*word)).collect();
    assert!(lacking.is_empty(), "no file in tests/findings provokes: {}", lacking.join(", "));
    let words: BTreeSet<&str> = Code::ALL.iter().map(|code| code.word()).collect();
    for entry in fs::read_dir(root().join("tests/findings")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let belongs = match name.rsplit_once('.') {
            Some((stem, "csv" | "xlsx" | "toml")) => words.contains(word(stem)),
            Some((stem, "txt")) => files.contains_key(stem),
            _ => ["README.md", "office", "before"].contains(&name.as_str()),
        };
        assert!(belongs, "tests/findings/{name} belongs to no code");
    }
}

#[test]
fn every_message_is_the_one_of_its_golden() {
    let office = Desk::after_january();
    let mut rows = BTreeMap::new();
    for (stem, path) in provoking() {
        let name = path.file_name().unwrap().to_str().unwrap();
        let (name, bytes, desk) = match name.strip_suffix(".toml") {
            Some(stem) => {
                let (bytes, desk) = returned(&fs::read_to_string(&path).unwrap(), &office);
                (format!("{stem}.xlsx"), bytes, desk)
            }
            None => (name.to_owned(), fs::read(&path).unwrap(), office.copy()),
        };
        let name = name.as_str();
        if let Ok(first) = fs::read(root().join("tests/findings/before").join(name)) {
            desk.take("before.csv", &first);
        }
        let before = desk.lists(TODAY);
        let outcome = desk.take(name, &bytes);
        let own = outcome.findings.iter().find(|finding| finding.code.word() == word(&stem));
        let own = own.unwrap_or_else(|| panic!("{name} provokes no {}: {}", word(&stem), told(&outcome)));
        golden::check(&format!("findings/{stem}.txt"), &told(&outcome));
        assert!(desk.has(&bytes), "{name}: the bytes are lost");
        if outcome.fate.word() != "accepted" {
            assert_eq!(desk.lists(TODAY), before, "{name}: something was posted");
        }
        let row =
            format!("| `{}` | {} | {} | {} |", own.code, own.severity.word(), own.code.when(), own.message);
        rows.entry(own.code).or_insert(row);
    }
    let rows: Vec<String> = rows.into_values().collect();
    golden::check("findings/README.md", &format!("{README}{}\n", rows.join("\n")));
}

/// What is done to a workbook of the office before it is dropped.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Return {
    /// Settings of the office, besides its own.
    #[serde(default)]
    settings: String,
    /// The workbook, by its path in the office.
    workbook: String,
    /// What was typed into it when it came back before: sheet, header, row from 0, text.
    #[serde(default)]
    before: Vec<(String, String, u32, String)>,
    /// What is typed into it now.
    typed: Vec<(String, String, u32, String)>,
    /// The run that it says it shows, where it is an older one.
    run_id: Option<String>,
}

/// The workbook as it is dropped, and the office that it is dropped into.
fn returned(recipe: &str, office: &Desk) -> (Vec<u8>, Desk) {
    let recipe: Return = toml::from_str(recipe).unwrap();
    let desk = if recipe.settings.is_empty() {
        office.copy()
    } else {
        let desk = Desk::with_settings(&recipe.settings);
        desk.run("2026-01-22");
        desk
    };
    let book = fs::read(desk.root().join(&recipe.workbook)).unwrap();
    let type_in = |cells: &[(String, String, u32, String)]| {
        let cell = |(sheet, header, row, text): &(String, String, u32, String)| {
            (sheet.clone(), header.clone(), *row, text.clone())
        };
        let cells: Vec<_> = cells.iter().map(cell).collect();
        let cells: Vec<_> =
            cells.iter().map(|(sheet, header, row, text)| (&**sheet, &**header, *row, &**text)).collect();
        typed(&book, &cells)
    };
    if !recipe.before.is_empty() {
        let taken = desk.take("returned before.xlsx", &type_in(&recipe.before));
        assert_eq!(taken.fate.word(), "accepted", "{}", told(&taken));
    }
    let mut book = type_in(&recipe.typed);
    if let Some(run_id) = recipe.run_id {
        let own = sheet::open("book.xlsx", &book).unwrap().property(RUN_ID).unwrap().to_owned();
        book = with_part(&book, "docProps/custom.xml", |xml| xml.replace(&own, &run_id));
    }
    (book, desk)
}

const README: &str = "\
# What can be wrong with a file

Each code has a file here that provokes it when it is dropped into the small office of `office/`, and beside it, as `.txt`,
what the user then sees. A code with several messages has further files, `CODE.VARIANT.csv`. An error sends the file back
whole; warnings and notes are taken in. A `.toml` says what is typed into a workbook of the office, which then comes back; a file
of the same name in `before/` is dropped first. This page is written by `UPDATE=1 cargo test findings`.

| code | severity | when | for example |
|---|---|---|---|
";
