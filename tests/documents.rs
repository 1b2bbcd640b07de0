//! What the documents say is so: modules, tests and files that they name exist, and the tables are what the program has.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use meterbook::domain::sheet::profile::{Column, Profile};
use meterbook::flow::What;
use meterbook::recognise::built_in_profiles;

use crate::scenarios::meterbook;
use crate::templates::{files_below, root};
use crate::tidy::BANNED_WORDS;

const DOCUMENTS: [&str; 4] = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"];

/// The folders whose files the documents name.
const FOLDERS: [&str; 6] = ["src/", "tests/", "templates/", "examples/", "bench/", ".ci/"];

/// A document, or another file at the top of the repository.
fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The first sentence of a module about itself.
fn sentence(source: &str) -> &str {
    let line = source.lines().find_map(|line| line.strip_prefix("//! ")).expect("tidy demands a sentence");
    line.find(". ").map_or(line, |end| &line[..=end])
}

/// What stands in backticks, fenced blocks apart.
fn quoted(text: &str) -> Vec<&str> {
    let prose = text.split("```").step_by(2);
    prose.flat_map(|prose| prose.split('`').skip(1).step_by(2)).collect()
}

/// The rows of a table by their first cell, which is in backticks.
fn table_rows<'a>(text: &'a str, after: &str) -> BTreeMap<&'a str, &'a str> {
    let (_, table) = text.split_once(after).unwrap_or_else(|| panic!("there is no `{after}`"));
    let rows =
        table.lines().skip_while(|line| !line.starts_with("| `")).take_while(|line| line.starts_with('|'));
    rows.map(|row| row.trim_matches(['|', ' ']).split_once(" | ").expect("a row has cells"))
        .map(|(name, rest)| {
            (name.trim_matches('`'), rest.split(" | ").next().expect("split gives one").trim())
        })
        .collect()
}

/// The modules of `src` with their sources: every folder, and the program's own file.
fn modules() -> BTreeMap<String, Vec<(String, String)>> {
    let mut modules: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for (path, text) in files_below("src", ".rs") {
        let name = path["src/".len()..].split(['/', '.']).next().expect("split gives one").to_owned();
        modules.entry(name).or_default().push((path, text));
    }
    modules.remove("lib");
    modules
}

#[test]
fn the_architecture_has_each_module_with_its_own_sentence() {
    let architecture = read("ARCHITECTURE.md");
    let told = table_rows(&architecture, "## The modules");
    let modules = modules();
    let own =
        |name: &str, path: &str| path == format!("src/{name}/mod.rs") || path == format!("src/{name}.rs");
    let real: BTreeMap<&str, &str> = modules
        .iter()
        .map(|(name, files)| {
            let file =
                files.iter().find(|(path, _)| own(name, path)).expect("a module has a file of its own");
            (name.as_str(), sentence(&file.1))
        })
        .collect();
    assert_eq!(told, real);
}

#[test]
fn only_the_shell_lifts_the_bans_of_the_core() {
    let architecture = read("ARCHITECTURE.md");
    let (_, told) = architecture.split_once("The shell is ").expect("the shell is named");
    let (told, _) = told.split_once('.').expect("the sentence ends");
    let told: BTreeSet<&str> = quoted(told).into_iter().collect();
    let modules = modules();
    let lifts = |files: &&Vec<(String, String)>| {
        files.iter().any(|(_, text)| text.contains("reason = \"shell:") || text.contains("use rusqlite::"))
    };
    let shell: BTreeSet<&str> =
        modules.iter().filter(|(_, files)| lifts(files)).map(|(name, _)| name.as_str()).collect();
    assert_eq!(told, shell);
}

/// Whether a source has a test of this name.
fn has_test(source: &str, name: &str) -> bool {
    let before = source.split(&format!("fn {name}(")).next().filter(|before| before.len() < source.len());
    let attributes = before.map(|before| before.lines().rev().take(4).collect::<Vec<_>>());
    attributes.is_some_and(|lines| lines.iter().any(|line| line.trim() == "#[test]"))
}

#[test]
fn every_invariant_names_a_test_that_exists() {
    let architecture = read("ARCHITECTURE.md");
    let (_, invariants) = architecture.split_once("## Invariants").expect("the chapter exists");
    let invariants = invariants.split("\n## ").next().expect("split gives one");
    let named = |text: &str| quoted(text).iter().filter(|quote| quote.contains(".rs::")).count();
    let numbered = invariants.split("\n\n").filter(|item| item.starts_with(|c: char| c.is_ascii_digit()));
    let items: Vec<&str> = numbered.collect();
    assert!(items.len() > 10, "only {} invariants are left", items.len());
    for item in items {
        assert!(named(item) > 0, "no test is named: {item}");
    }
    for document in DOCUMENTS {
        for (path, name) in quoted(&read(document)).iter().filter_map(|quote| quote.split_once("::")) {
            if path.ends_with(".rs") {
                assert!(has_test(&read(path), name), "{document}: {path} has no test {name}");
            }
        }
    }
}

#[test]
fn every_file_that_a_document_names_exists() {
    for document in DOCUMENTS {
        for quote in quoted(&read(document)) {
            let path = quote.split("::").next().expect("split gives one");
            let ours = FOLDERS.iter().any(|folder| path.starts_with(folder)) && !path.contains("NAME");
            assert!(!ours || root().join(path).exists(), "{document} names {path}, which is not there");
        }
    }
}

#[test]
fn no_document_has_a_path_of_one_machine() {
    for document in DOCUMENTS.into_iter().chain([".ci/run", "justfile"]) {
        let text = read(document);
        for word in BANNED_WORDS {
            assert!(!text.contains(word), "{document} contains `{word}`");
        }
    }
}

/// Columns by name; those of which a sheet needs one stand together.
fn needed(profile: &Profile) -> String {
    let mut needed: Vec<String> = Vec::new();
    let mut told: BTreeSet<&str> = BTreeSet::new();
    for column in &profile.columns {
        match &column.one_of {
            Some(choice) if told.insert(choice) => {
                let others = profile.columns.iter().filter(|other| other.one_of.as_ref() == Some(choice));
                needed.push(others.map(|other| other.name.as_str()).collect::<Vec<_>>().join(" or "));
            }
            None if column.required => needed.push(column.name.clone()),
            _ => {}
        }
    }
    needed.join(", ")
}

fn optional(profile: &Profile) -> String {
    let free = |column: &&Column| !column.required && column.one_of.is_none();
    let names: Vec<&str> = profile.columns.iter().filter(free).map(|column| column.name.as_str()).collect();
    names.join(", ")
}

/// The README's table of the kinds of sheet.
fn kinds_of_sheet() -> String {
    let mut table =
        "| kind | what it brings | columns it needs | columns it may have |\n|---|---|---|---|\n".to_owned();
    for profile in built_in_profiles() {
        let (kind, about) = (profile.kind.word(), &profile.about);
        table += &format!("| {kind} | {about} | {} | {} |\n", needed(&profile), optional(&profile));
    }
    table
}

#[test]
fn the_readme_has_what_each_kind_of_sheet_needs() {
    let readme = read("README.md");
    let (head, rest) = readme.split_once("<!-- kinds of sheet: made by UPDATE=1 cargo test -->\n").unwrap();
    let (told, tail) = rest.split_once("<!-- end -->").unwrap();
    let real = kinds_of_sheet();
    if std::env::var_os("UPDATE").is_some() {
        let whole =
            format!("{head}<!-- kinds of sheet: made by UPDATE=1 cargo test -->\n{real}<!-- end -->{tail}");
        fs::write(root().join("README.md"), whole).unwrap();
        return;
    }
    assert!(
        told == real,
        "templates/sheets say otherwise; UPDATE=1 cargo test documents writes the table anew"
    );
}

#[test]
fn the_readme_has_every_command_and_every_list() {
    let help = String::from_utf8(meterbook(&["--help"]).stdout).unwrap();
    let (_, commands) = help.split_once("Commands:\n").unwrap();
    let lines = commands.lines().take_while(|line| line.starts_with("  "));
    let begun = lines.filter_map(|line| line.strip_prefix("  ")).filter(|line| !line.starts_with(' '));
    let names: BTreeSet<&str> = begun.filter_map(|line| line.split_whitespace().next()).collect();
    let readme = read("README.md");
    let rows = table_rows(&readme, "## The commands");
    let told: BTreeSet<&str> = rows.keys().filter_map(|row| row.split_whitespace().nth(1)).collect();
    assert_eq!(told, names.into_iter().filter(|name| *name != "help").collect());
    for list in What::ALL {
        assert!(readme.contains(&format!("`{}`", list.word())), "the list {} is not told of", list.word());
    }
}
