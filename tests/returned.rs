//! Files that come back: the user's own workbook, marked, and every part that needs no mark as it was, to the byte.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io::{Cursor, Read, Write as _};

use calamine::Reader;
use meterbook::domain::finding::{Code, Finding, Severity};
use meterbook::domain::origin::{Origin, SheetName, column_letters};
use meterbook::domain::proposals::returned::Returning;
use meterbook::domain::sheet::cell::Row;
use meterbook::domain::sheet::returned::ReturnId;
use meterbook::{sheet, workbook};
use proptest::prelude::*;
use zip::write::SimpleFileOptions;

use crate::support::golden;
use crate::templates::root;

mod journeys;
mod package;

use package::Package;

const SHA256: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// The packages of the folder by their names.
pub(crate) fn packages() -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(root().join("tests/returned")).unwrap().map(|entry| entry.unwrap().path());
    let parts = entries.filter(|path| path.extension().is_some_and(|ending| ending == "parts"));
    let named = |path: &std::path::PathBuf| path.file_stem().unwrap().to_str().unwrap().to_owned();
    parts.map(|path| (named(&path), packed(&fs::read_to_string(&path).unwrap()))).collect()
}

fn packed(text: &str) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for part in text.split("=== ").skip(1) {
        let (name, content) = part.split_once('\n').unwrap();
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content.strip_suffix('\n').unwrap_or(content).as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// All rows of all sheets but the Problems sheet.
pub(crate) fn values(bytes: &[u8]) -> BTreeMap<String, Vec<Row>> {
    let mut book = sheet::open("", bytes).unwrap();
    let problems = book.returned().and_then(|returned| returned.problems);
    let mut found = BTreeMap::new();
    for at in 0..book.sheets().len() {
        let name = book.sheets()[at].name.clone();
        let mut rows = book.rows(at).unwrap();
        let mut all = Vec::new();
        while let Some(row) = rows.next_row().unwrap() {
            all.push(row.clone());
        }
        drop(rows);
        if Some(&name) != problems.as_ref() {
            found.insert(name, all);
        }
    }
    found
}

fn finding(sheet: &str, row: Option<u32>, column: Option<u32>, severity: Severity) -> Finding {
    let place = SheetName { file: "reads.xlsx".into(), sheet: sheet.into() };
    let value = format!("<{}>", row.unwrap_or(0));
    Finding {
        code: Code::UnreadableCell,
        severity,
        origin: Origin { sheet: place, row, column },
        column: "Reading & more".to_owned(),
        message: format!("'{value}' is no number. Type the \"reading\"."),
        value,
    }
}

fn returning(findings: &[Finding]) -> Returning<'_> {
    Returning {
        id: ReturnId::of_content(SHA256),
        file: "reads.xlsx",
        original: "reads (as dropped).xlsx",
        findings,
        plain: false,
    }
}

/// Checks all that a marked workbook promises, against the workbook that it was made from.
fn check(name: &str, before: &[u8], after: &[u8], findings: &[Finding]) {
    let (old, new) = (Package::open(before), Package::open(after));
    assert_eq!(values(before), values(after), "{name}: a value changed");
    let marked: BTreeSet<&str> = findings.iter().map(|finding| &*finding.origin.sheet.sheet).collect();
    let touched = old.may_change(&marked);
    assert_eq!(new.names[..old.names.len()], old.names[..], "{name}: the order of the parts");
    for part in old.names.iter().filter(|part| !touched.contains(*part)) {
        assert_eq!(old.parts[part], new.parts[part], "{name}: {part} changed");
        assert_eq!(old.raw[part], new.raw[part], "{name}: {part} was packed anew");
    }
    new.check_is_sound(name);
    assert_eq!(new.sheet_names()[0], new.problems(), "{name}: the Problems sheet is first");
    for finding in findings.iter().filter(|finding| finding.severity != Severity::Note) {
        let (Some(row), Some(column)) = (finding.origin.row, finding.origin.column) else { continue };
        let sheet = &*finding.origin.sheet.sheet;
        let (row, column) = old.seen_at(sheet, row, column);
        let cell = format!("{}{row}", column_letters(column));
        let (was, is) = (old.format(sheet, &cell, column), new.format(sheet, &cell, column));
        assert_eq!(was.without_fill, is.without_fill, "{name}: the format of {sheet}!{cell}");
        let colour = is.fill.as_deref().unwrap_or_default();
        assert!(["FFFFC7CD", "FFFFEB9B"].contains(&colour), "{name}: {sheet}!{cell} has {colour}");
        let note = new.notes(sheet).remove(&cell).unwrap_or_else(|| panic!("{name}: {cell} has no note"));
        if !note.starts_with("[Threaded comment]") {
            assert!(note.contains(&finding.message), "{name}: {cell} says {note}");
        }
    }
    let listed = new.problem_rows();
    assert_eq!(listed, findings.len(), "{name}: one row a finding");
    let calamine: calamine::Xlsx<_> = calamine::Xlsx::new(Cursor::new(after.to_vec())).unwrap();
    assert_eq!(calamine.sheet_names(), new.sheet_names());
}

/// The names of a workbook's sheets that hold cells.
fn sheets(bytes: &[u8]) -> Vec<String> {
    sheet::open("", bytes).unwrap().sheets().iter().map(|info| info.name.clone()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn whatever_is_marked_all_else_stays(
        places in proptest::collection::vec((0..2_usize, 1..12_u32, 0..9_u32, 0..4_u8), 1..14),
        again in proptest::collection::vec((0..2_usize, 1..12_u32, 0..9_u32, 0..4_u8), 1..5),
    ) {
        for (name, bytes) in packages() {
            let sheets = sheets(&bytes);
            let find = |places: &[(usize, u32, u32, u8)]| -> Vec<Finding> {
                let of = |(sheet, row, column, kind): &(usize, u32, u32, u8)| {
                    let sheet = sheets[sheet % sheets.len()].as_str();
                    match kind {
                        0 => finding(sheet, Some(*row), None, Severity::Error),
                        1 => finding(sheet, Some(*row), Some(*column), Severity::Warning),
                        _ => finding(sheet, Some(*row), Some(*column), Severity::Error),
                    }
                };
                places.iter().map(of).collect()
            };
            let findings = find(&places);
            let marked = workbook::marked(&bytes, &returning(&findings));
            let marked = marked.unwrap_or_else(|| panic!("{name} was not understood"));
            check(&name, &bytes, &marked, &findings);
            let same = workbook::marked(&bytes, &returning(&findings)).unwrap();
            prop_assert_eq!(&marked, &same, "{}: the same bytes each time", name);
            let others = find(&again);
            let twice = workbook::marked(&marked, &returning(&others)).unwrap();
            let anew = workbook::marked(&bytes, &returning(&others)).unwrap();
            Package::open(&twice).check_is_sound(&name);
            let (twice, anew) = (Package::open(&twice), Package::open(&anew));
            for sheet in &sheets {
                prop_assert_eq!(twice.coloured(sheet), anew.coloured(sheet), "{}: marks after a second return", name);
                prop_assert_eq!(twice.notes(sheet), anew.notes(sheet), "{}: notes after a second return", name);
            }
            prop_assert_eq!(twice.problem_rows(), others.len());
            prop_assert_eq!(twice.sheet_names(), anew.sheet_names());
        }
    }
}

#[test]
fn what_the_problems_sheets_say_and_where_the_marks_stand() {
    let mut text = String::new();
    for (name, bytes) in packages() {
        let sheets = sheets(&bytes);
        let first = sheets[0].as_str();
        let findings = [
            finding(first, Some(3), Some(3), Severity::Error),
            finding(first, Some(3), Some(0), Severity::Error),
            finding(first, Some(3), Some(1), Severity::Error),
            finding(first, Some(4), Some(2), Severity::Warning),
            finding(first, Some(3), Some(6), Severity::Error),
            finding(first, Some(2), None, Severity::Warning),
            finding(first, None, None, Severity::Error),
            finding("", None, None, Severity::Note),
        ];
        let marked = workbook::marked(&bytes, &returning(&findings)).unwrap();
        check(&name, &bytes, &marked, &findings);
        let package = Package::open(&marked);
        writeln!(text, "== {name}, shown first: {}", package.shown()).unwrap();
        text.push_str(&package.problems_text());
        for sheet in &sheets {
            for (cell, colour) in package.coloured(sheet) {
                writeln!(text, "{sheet}!{cell} {colour}").unwrap();
            }
            for (cell, note) in package.notes(sheet) {
                writeln!(text, "{sheet}!{cell}: {note:?}").unwrap();
            }
        }
        text.push('\n');
    }
    golden::check("returned/problems.txt", &text);
}

/// The package with one part changed.
pub(crate) fn with_part(bytes: &[u8], part: &str, change: impl Fn(String) -> Vec<u8>) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).unwrap();
        let name = entry.name().unwrap().into_owned();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        if name == part {
            content = change(String::from_utf8(content).unwrap());
        }
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(&content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn what_is_not_understood_is_not_touched() {
    let bytes = packages().remove("prefixed").unwrap();
    let findings = [finding("Reads", Some(3), Some(3), Severity::Error)];
    let mark = |bytes: &[u8]| workbook::marked(bytes, &returning(&findings));
    assert!(mark(&bytes).is_some());
    let sheet = "xl/worksheets/sheet.xml";
    let utf16 = |text: String| {
        let units =
            text.replace("UTF-8", "UTF-16").encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        [vec![0xFF, 0xFE], units].concat()
    };
    assert!(mark(&with_part(&bytes, sheet, utf16)).is_none(), "UTF-16");
    let type_of = |text: String| text.replace("?>\n", "?>\n<!DOCTYPE x [<!ENTITY a \"b\">]>").into_bytes();
    assert!(mark(&with_part(&bytes, sheet, type_of)).is_none(), "a document type");
    let order = |text: String| text.replace("r=\"4\"", "r=\"2\"").into_bytes();
    assert!(mark(&with_part(&bytes, sheet, order)).is_none(), "rows out of order");
    let deep = |text: String| {
        let nested = format!("{}{}", "<a>".repeat(80), "</a>".repeat(80));
        text.replace("</x:worksheet>", &(nested + "</x:worksheet>")).into_bytes()
    };
    assert!(mark(&with_part(&bytes, sheet, deep)).is_none(), "nested without end");
    let signed = packed(&format!(
        "{}=== _xmlsignatures/sig1.xml\n<Signature/>\n",
        fs::read_to_string(root().join("tests/returned/prefixed.parts")).unwrap()
    ));
    assert!(mark(&signed).is_none(), "signed");
    let elsewhere = [finding("Gone", Some(3), Some(3), Severity::Error)];
    assert!(workbook::marked(&bytes, &returning(&elsewhere)).is_none(), "a sheet that is not there");
}

#[test]
fn a_byte_order_mark_and_odd_text_do_not_matter() {
    let bytes = packages().remove("prefixed").unwrap();
    let findings = [
        finding("Reads", Some(3), Some(3), Severity::Error),
        finding("Reads", Some(9), Some(1), Severity::Error),
    ];
    let odd = |text: String| {
        let text = text.replace("8 8I2", "<![CDATA[</x:c> <x:row> & _x0041_]]>");
        format!("\u{feff}{}", text.replace("<x:sheetData>", "<!-- <x:row r=\"1\"> --><x:sheetData>"))
            .into_bytes()
    };
    let odd = with_part(&bytes, "xl/worksheets/sheet.xml", odd);
    let marked = workbook::marked(&odd, &returning(&findings)).unwrap();
    check("odd", &odd, &marked, &findings);
}

#[test]
fn many_findings_are_all_listed_and_the_notes_have_an_end() {
    let bytes = packages().remove("unnamed-cells").unwrap();
    let findings: Vec<Finding> =
        (2..=6_001).map(|row| finding("Reads", Some(row), Some(3), Severity::Error)).collect();
    let marked = workbook::marked(&bytes, &returning(&findings)).unwrap();
    let package = Package::open(&marked);
    package.check_is_sound("many");
    assert_eq!((package.problem_rows(), package.notes("Reads").len()), (6_000, 5_000));
    assert_eq!(package.coloured("Reads").len(), 6_000);
}
