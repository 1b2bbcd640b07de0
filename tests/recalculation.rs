//! A hard recalculation by another program changes nothing.
//!
//! `METERBOOK_SOFFICE` names LibreOffice's program; without it the tests say that they were skipped.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::{Cursor, Read, Write};
use std::path::Path;
use std::process::Command;

use calamine::{Data, Reader, Xlsx};
use meterbook::domain::office::UsageRounding;
use meterbook::domain::proposals::register::Register;
use meterbook::{flow, workbook};
use zip::write::SimpleFileOptions;

use crate::pages::every_book;
use crate::pages::walker::{self, Listed};
use crate::support::office;

/// LibreOffice trusts stored results unless its profile says never to (0 is "always recalculate").
const PROFILE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>"#;

pub(crate) fn soffice() -> Option<OsString> {
    let program = std::env::var_os("METERBOOK_SOFFICE");
    if program.is_none() {
        eprintln!("skipped: METERBOOK_SOFFICE does not name LibreOffice's program");
    }
    program
}

/// Loads workbooks in LibreOffice, recalculates every formula and saves them again.
fn recalculated(soffice: &OsString, books: &[(String, Vec<u8>)]) -> Vec<Vec<u8>> {
    saved_again(soffice, books, "xlsx:Calc MS Excel 2007 XML")
}

/// Loads workbooks in LibreOffice, recalculates every formula and saves them in a format.
pub(crate) fn saved_again(soffice: &OsString, books: &[(String, Vec<u8>)], format: &str) -> Vec<Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let (profile, out) = (folder.path().join("profile"), folder.path().join("out"));
    std::fs::create_dir_all(profile.join("user")).unwrap();
    std::fs::create_dir_all(&out).unwrap();
    std::fs::write(profile.join("user/registrymodifications.xcu"), PROFILE).unwrap();
    let mut command = Command::new(soffice);
    command.arg(format!("-env:UserInstallation=file://{}", profile.display()));
    command.args(["--headless", "--convert-to", format, "--outdir"]).arg(&out);
    let ending = format.split(':').next().unwrap();
    for (name, bytes) in books {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        command.arg(path);
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    books.iter().map(|(name, _)| read(&out.join(name).with_extension(ending))).collect()
}

fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The cells whose values differ, by name. Floats are equal when they differ by less than a millionth of a cent a
/// dollar: the order of an addition may show in the last bits.
fn differences(before: &[u8], after: &[u8]) -> Vec<String> {
    let open = |bytes: &[u8]| Xlsx::new(Cursor::new(bytes.to_vec())).unwrap();
    let (mut before, mut after) = (open(before), open(after));
    let mut found = Vec::new();
    assert_eq!(before.sheet_names(), after.sheet_names());
    for name in before.sheet_names() {
        let (old, new) = (before.worksheet_range(&name).unwrap(), after.worksheet_range(&name).unwrap());
        let end = |(row, column): (u32, u32), other: (u32, u32)| (row.max(other.0), column.max(other.1));
        let (last_row, last_column) = end(old.end().unwrap_or_default(), new.end().unwrap_or_default());
        for row in 0..=last_row {
            for column in 0..=last_column {
                let one = old.get_value((row, column)).unwrap_or(&Data::Empty);
                let other = new.get_value((row, column)).unwrap_or(&Data::Empty);
                if !same(one, other) {
                    found.push(format!(
                        "{name} row {}, column {}: {one:?} became {other:?}",
                        row + 1,
                        column + 1
                    ));
                }
            }
        }
    }
    found
}

fn same(one: &Data, other: &Data) -> bool {
    let number = |data: &Data| match data {
        Data::Float(number) => Some(*number),
        Data::Int(number) => Some(*number as f64),
        Data::DateTime(moment) => Some(moment.as_f64()),
        _ => None,
    };
    match (number(one), number(other)) {
        (Some(one), Some(other)) => (one - other).abs() <= 1e-8 * one.abs().max(1.0),
        // A tab within a text comes back as a space.
        _ => one.to_string().replace('\t', " ") == other.to_string().replace('\t', " "),
    }
}

/// The same workbook with one stored result changed by a cent.
fn falsified(bytes: &[u8], sheet: &str) -> Vec<u8> {
    patched(bytes, sheet, |xml| {
        let formula = xml.rfind("</f><v>").unwrap();
        let sum = xml[..formula].rfind("<f>SUM(").unwrap();
        with_value_after(xml, sum, |value| value + 0.01)
    })
}

/// The same workbook with the number of one cell changed.
fn changed(bytes: &[u8], sheet: &str, cell: &str, by: f64) -> Vec<u8> {
    patched(bytes, sheet, |xml| {
        let cell = xml.find(&format!("<c r=\"{cell}\"")).unwrap();
        with_value_after(xml, cell, |value| value + by)
    })
}

fn with_value_after(xml: &str, at: usize, change: impl Fn(f64) -> f64) -> String {
    let start = at + xml[at..].find("<v>").unwrap() + 3;
    let end = start + xml[start..].find('<').unwrap();
    let value: f64 = xml[start..end].parse().unwrap();
    format!("{}{}{}", &xml[..start], change(value), &xml[end..])
}

/// The same workbook with the text of one part changed.
fn patched(bytes: &[u8], part: &str, patch: impl Fn(&str) -> String) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut changed = 0;
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let name = file.name().unwrap().into_owned();
        let mut text = Vec::new();
        file.read_to_end(&mut text).unwrap();
        if name == part {
            text = patch(&String::from_utf8(text).unwrap()).into_bytes();
            changed += 1;
        }
        out.start_file(name, SimpleFileOptions::default()).unwrap();
        out.write_all(&text).unwrap();
    }
    assert_eq!(changed, 1);
    out.finish().unwrap().into_inner()
}

#[test]
fn a_hard_recalculation_changes_nothing() {
    let Some(soffice) = soffice() else { return };
    let mut books = Vec::new();
    every_book(|name, book| {
        books.push((format!("{} {}.xlsx", books.len(), name), workbook::xlsx(book).unwrap()));
    });
    // Bills of one rule under another do not tie; what is stored must still be what the formulas come to.
    for rounding in [UsageRounding::TruncateUsage, UsageRounding::Exact] {
        let register = Register { rounding, ..office::register(60) };
        let bytes = workbook::xlsx(&workbook::bill_register(&register)).unwrap();
        books.push((format!("{rounding:?}.xlsx"), bytes));
    }
    let surcharged = workbook::xlsx(&workbook::bill_register(&office::surcharged(60))).unwrap();
    books.push(("surcharged.xlsx".to_owned(), surcharged));
    for ((name, before), after) in books.iter().zip(recalculated(&soffice, &books)) {
        let found = differences(before, &after);
        assert!(found.is_empty(), "{name}:\n{}", found.join("\n"));
    }
}

#[test]
fn a_hard_recalculation_of_the_sample_office_changes_nothing() {
    let Some(soffice) = soffice() else { return };
    let folder = tempfile::tempdir().unwrap();
    let office = folder.path().join("office");
    let outcomes = flow::demo(&office, &mut flow::Silent).unwrap();
    let written = outcomes.iter().flat_map(|outcome| &outcome.written);
    let written: BTreeSet<&String> = written.filter(|path| path.ends_with(".xlsx")).collect();
    assert_eq!(
        written.len(),
        26,
        "bill registers, billing calendars, read audits, bulk water, lock-off schedules, receipt logs, controls, journals, past-due \
         lists, registers of adjustments, deposit refunds and closed accounts, two each, the accounts changes of January and the field orders of February"
    );
    let books: Vec<(String, Vec<u8>)> =
        written.iter().map(|path| (path.replace('/', " "), read(&office.join(path)))).collect();
    for ((name, before), after) in books.iter().zip(recalculated(&soffice, &books)) {
        let found = differences(before, &after);
        assert!(found.is_empty(), "{name}:\n{}", found.join("\n"));
    }
}

#[test]
fn a_falsified_result_is_found() {
    let Some(soffice) = soffice() else { return };
    let honest = workbook::xlsx(&workbook::bill_register(&office::register(12))).unwrap();
    let books = [("falsified.xlsx".to_owned(), falsified(&honest, "xl/worksheets/sheet2.xml"))];
    let after = recalculated(&soffice, &books);
    let found = differences(&books[0].1, &after[0]);
    assert_eq!(found.len(), 1, "one cell, of Register, was wrong: {found:?}");
    assert!(found[0].starts_with("Register row "), "{found:?}");
}

#[test]
fn a_changed_reading_moves_its_bill_and_no_other() {
    let Some(soffice) = soffice() else { return };
    let register = office::register(12);
    let honest = workbook::xlsx(&workbook::bill_register(&register)).unwrap();
    // The second bill read 81,710 to 81,900 and carried 37: 2 units. 2,000 cubic feet and 37 are 20 units.
    let proof = "xl/worksheets/sheet3.xml";
    let books = [("changed.xlsx".to_owned(), changed(&honest, proof, "D7", 1_810.0))];
    let after = recalculated(&soffice, &books).remove(0);
    let sheet = Listed::read(&after, "Proof");
    // 36.85 + 5 x 4.2375 = 21.19 + 10 x 6.4125 = 64.13 + 5 x 10.1750 = 50.88 + 2.5 x 54.97 = 137.43
    assert_eq!(sheet.number_at("Bill rebuilt", 1).to_string(), "310.48");
    assert_eq!(sheet.number_at("On Register", 1), register.rows[1].bill.charges().decimal().normalize());
    let words = sheet.words("Proof");
    assert_eq!(words[1], "CHECK");
    assert_eq!(words.iter().filter(|word| *word == "OK").count(), 11, "{words:?}");
    let cover = walker::sheet(&after, "Cover");
    assert_eq!(cover.get_value((3, 1)).unwrap().to_string(), "CHECK", "the master check");
}
