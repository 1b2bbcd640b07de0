//! `meterbook rate --check`: a small rate file, and beside it what is shown of it.

use std::path::Path;

use crate::scenarios::meterbook;
use crate::support::golden;

/// What the program prints of one file, and its exit code.
fn shown(name: &str, more: &[&str]) -> (String, Option<i32>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rate/check").join(name);
    let output = meterbook(&[&["rate", "--check", path.to_str().unwrap()], more].concat());
    // The files are shown by the paths that were given.
    let said = String::from_utf8(output.stdout)
        .unwrap()
        .replace(&path.parent().unwrap().join("").display().to_string(), "");
    (said, output.status.code())
}

#[test]
fn rate_files_are_shown_as_tables() {
    for (name, code) in [("district", 0), ("tiers-by-key", 0), ("broken-class", 1), ("unusable", 1)] {
        let (text, exit) = shown(&format!("{name}.owrs"), &[]);
        golden::check(&format!("rate/check/{name}.txt"), &text);
        assert_eq!(exit, Some(code), "{name}");
    }
}

#[test]
fn rate_files_are_shown_as_json() {
    let (text, _) = shown("broken-class.owrs", &["--json"]);
    let files: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(files[0]["prices"]["classes"][0]["fields"][0]["values"][0]["value"], "23.30");
    assert!(
        files[0]["faults"][0].as_str().unwrap().starts_with("broken-class.owrs:11: HOMES/service_charge/1\"")
    );
}

#[test]
fn a_file_that_is_not_there_cannot_be_checked() {
    let (text, exit) = shown("nowhere.owrs", &[]);
    assert_eq!((text.as_str(), exit), ("", Some(2)));
}

#[test]
fn a_rate_file_is_written_anew_and_its_faults_beside() {
    let path = |name: &str| format!("{}/tests/rate/check/{name}.owrs", env!("CARGO_MANIFEST_DIR"));
    let output = meterbook(&["rate", "--restate", &path("broken-class")]);
    golden::check("rate/restated/broken-class.owrs", &String::from_utf8(output.stdout).unwrap());
    let beside = String::from_utf8(output.stderr).unwrap();
    assert!(beside.starts_with("fault    broken-class.owrs:11: HOMES/service_charge/1\""), "{beside}");
    assert_eq!(output.status.code(), Some(1));
    let output = meterbook(&["rate", "--restate", &path("unusable")]);
    assert_eq!((output.stdout.as_slice(), output.status.code()), (&[][..], Some(1)));
}
