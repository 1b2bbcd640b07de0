//! Plays invented offices day by day through the program and compares every list.
//!
//! The scenarios lie outside the repository: `METERBOOK_SHARED` names their folder.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The folder of material outside the repository; `None` where it is not at hand.
pub(crate) fn shared() -> Option<PathBuf> {
    let folder = std::env::var_os("METERBOOK_SHARED").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("skipped: METERBOOK_SHARED does not name the folder with the scenarios");
    }
    folder
}

/// Runs the program.
pub(crate) fn meterbook(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_meterbook")).args(arguments).output().unwrap()
}

/// Runs the program where it must be able to run (0 clean, 1 findings).
fn able(arguments: &[&str]) -> String {
    let output = meterbook(arguments);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(matches!(output.status.code(), Some(0 | 1)), "{arguments:?}: {told}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn first_bill() {
    let Some(shared) = shared() else { return };
    let compared = play(&shared.join("scenarios/first-bill"));
    assert_eq!(compared, 41, "every expected list was compared");
}

/// An office of our own whose meters are changed, stand still and are read again; `UPDATE=1` writes its lists anew.
#[test]
fn field_work() {
    let compared = play(&crate::templates::root().join("tests/field-work"));
    assert_eq!(compared, 19, "every expected list was compared");
}

#[test]
fn money() {
    let Some(shared) = shared() else { return };
    let compared = play(&shared.join("scenarios/money"));
    assert_eq!(compared, 76, "every expected list was compared");
}

#[test]
fn collections() {
    let Some(shared) = shared() else { return };
    let compared = play(&shared.join("scenarios/collections"));
    assert_eq!(compared, 43, "every expected list was compared");
}

/// Plays a scenario; gives the number of lists compared.
fn play(scenario: &Path) -> usize {
    let desk = tempfile::tempdir().unwrap();
    let office = desk.path().join("office");
    let root = office.to_str().unwrap();
    able(&["init", root]);
    fs::copy(scenario.join("office.toml"), office.join("office.toml")).unwrap();
    copy_all(&scenario.join("rates"), &office.join("rates"));
    let mut compared = 0;
    let mut differences = Vec::new();
    for day in days(scenario) {
        copy_all(&scenario.join("drops").join(&day), &office.join("inbox"));
        able(&["run", root, "--today", &day]);
        for expected in files(&scenario.join("expected").join(&day)) {
            let what = expected.file_stem().unwrap().to_str().unwrap().to_owned();
            let mut found = able(&["list", root, &what, "--as-of", &day, "--format", "csv"]);
            if what == "findings" {
                found = only_agreed_codes(&found);
            }
            if std::env::var_os("UPDATE").is_some() && expected.starts_with(crate::templates::root()) {
                fs::write(&expected, &found).unwrap();
            }
            let expected = fs::read_to_string(expected).unwrap();
            if found != expected {
                differences.push(format!("{day} {what}:\n{}", difference(&expected, &found)));
            }
            compared += 1;
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    every_workbook_is_ok(&office.join("outbox"));
    compared
}

/// The master check of every workbook of the outbox holds.
fn every_workbook_is_ok(outbox: &Path) {
    let mut looked_at = 0;
    for (path, bytes) in crate::support::desk::files(outbox) {
        let cover = crate::pages::walker::sheet(&bytes, "Cover");
        let master = cover.get_value((3, 1)).map_or_else(String::new, ToString::to_string);
        assert_eq!(master, "OK", "the master check of {}", path.display());
        looked_at += 1;
    }
    assert!(looked_at > 4, "{looked_at} workbooks");
}

/// Of findings the scenarios list the codes that every program agrees on.
fn only_agreed_codes(list: &str) -> String {
    const AGREED: [&str; 9] = [
        "unreadable-cell",
        "missing-cell",
        "unknown-account",
        "future-date",
        "total-mismatch",
        "zeros-restored",
        "duplicate-file",
        "duplicate-payment",
        "possible-duplicate",
    ];
    let kept = list
        .lines()
        .enumerate()
        .filter(|(at, line)| *at == 0 || AGREED.iter().any(|code| line.contains(code)));
    kept.map(|(_, line)| format!("{line}\n")).collect()
}

/// The first lines that differ.
fn difference(expected: &str, found: &str) -> String {
    let missing = expected.lines().filter(|line| !found.lines().any(|other| other == *line)).take(5);
    let surplus = found.lines().filter(|line| !expected.lines().any(|other| other == *line)).take(5);
    missing.map(|line| format!("  - {line}\n")).chain(surplus.map(|line| format!("  + {line}\n"))).collect()
}

fn days(scenario: &Path) -> BTreeSet<String> {
    let below = |folder: &str| files(&scenario.join(folder));
    let name = |path: PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
    below("drops").into_iter().chain(below("expected")).map(name).collect()
}

fn files(folder: &Path) -> BTreeSet<PathBuf> {
    fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path()).collect()
}

fn copy_all(from: &Path, to: &Path) {
    for file in files(from) {
        fs::copy(&file, to.join(file.file_name().unwrap())).unwrap();
    }
}
