//! A file's way through an office: dropped, returned, corrected, dropped again.

use std::path::Path;

use meterbook::domain::proposals::receipts::Fate;
use meterbook::domain::sheet::cell::Row;
use meterbook::flow;

use super::package::Package;
use super::{packages, packed, values, with_part};
use crate::recalculation::{saved_again, soffice};
use crate::support::desk::{Desk, TODAY, told};
use crate::support::office::date;
use crate::templates::root;

const BAD: &str = "Account,Meter,Read date,Reading\n0101,M1,2/9/2026,2l50\n0104,M4,2/9/2026,7000\n";

/// What lies in `returned`.
fn returned(desk: &Desk) -> Vec<String> {
    desk.files("returned").keys().map(|path| path.to_str().unwrap().to_owned()).collect()
}

fn content(desk: &Desk, name: &str) -> Vec<u8> {
    desk.files("returned").remove(Path::new(name)).unwrap_or_else(|| panic!("no returned/{name}"))
}

/// What `status` still waits for.
fn waiting(desk: &Desk) -> Vec<String> {
    flow::status(&desk.root(), date(TODAY)).unwrap().returned
}

/// A returned workbook with the mistyped reading put right.
fn corrected(bytes: &[u8], sheet: &str) -> Vec<u8> {
    with_part(bytes, sheet, |text| {
        assert!(text.contains("2l50"), "{text}");
        text.replace("2l50", "2150").into_bytes()
    })
}

#[test]
fn a_text_comes_back_as_a_workbook_and_is_taken_in_once_corrected() {
    let desk = Desk::after_january();
    let outcome = desk.take("reads.csv", BAD.as_bytes());
    assert_eq!(
        (outcome.fate, outcome.outcome.as_str()),
        (Fate::Returned, "1 error; see returned/reads.xlsx")
    );
    assert_eq!(returned(&desk), ["reads (as dropped).csv", "reads.xlsx"]);
    assert_eq!(content(&desk, "reads (as dropped).csv"), BAD.as_bytes());
    assert_eq!(waiting(&desk), ["reads.xlsx"]);
    let marked = content(&desk, "reads.xlsx");
    let rows = &values(&marked)["reads"];
    let cells: Vec<String> = rows[1].cells.iter().map(|cell| cell.value.text()).collect();
    assert_eq!(cells, ["0101", "M1", "2/9/2026", "2l50"], "the text as it was, in its place");
    let good = corrected(&marked, "xl/worksheets/sheet1.xml");
    let outcome = desk.take("february, corrected by Sam.xlsx", &good);
    assert_eq!(outcome.fate, Fate::Accepted, "{}", told(&outcome));
    assert!(waiting(&desk).is_empty(), "it is known whatever it is called");
}

#[test]
fn a_workbook_that_is_dropped_unchanged_comes_back_with_the_same_marks() {
    let desk = Desk::after_january();
    desk.take("reads.csv", BAD.as_bytes());
    let first = content(&desk, "reads.xlsx");
    let outcome = desk.take("reads.xlsx", &first);
    assert_eq!(
        (outcome.fate, outcome.outcome.as_str()),
        (Fate::Returned, "1 error; see returned/reads.xlsx")
    );
    assert_eq!(outcome.findings.len(), 1, "{}", told(&outcome));
    let names = ["reads (as dropped).csv", "reads (as dropped).xlsx", "reads.xlsx"];
    assert_eq!(returned(&desk), names, "the workbook that was dropped is the one that is replaced");
    assert_eq!(waiting(&desk), ["reads.xlsx"]);
    let second = content(&desk, "reads.xlsx");
    let text = |bytes: &[u8], part: &str| {
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        std::io::read_to_string(archive.by_name(part).unwrap()).unwrap()
    };
    for part in ["xl/worksheets/sheet1.xml", "xl/comments1.xml", "xl/styles.xml"] {
        assert_eq!(text(&first, part), text(&second, part), "{part}");
    }
    let outcome = desk.take("reads.xlsx", &corrected(&second, "xl/worksheets/sheet1.xml"));
    assert_eq!(outcome.fate, Fate::Accepted, "{}", told(&outcome));
    assert!(waiting(&desk).is_empty());
}

#[test]
fn every_program_s_workbook_is_returned_and_taken_in() {
    for (name, bytes) in packages() {
        let desk = Desk::after_january();
        let ending = if name == "excel" { "xlsm" } else { "xlsx" };
        let file = format!("{name}.{ending}");
        let outcome = desk.take(&file, &bytes);
        assert_eq!(outcome.fate, Fate::Returned, "{}", told(&outcome));
        assert_eq!(returned(&desk), [format!("{name} (as dropped).{ending}"), file.clone()]);
        assert_eq!(content(&desk, &format!("{name} (as dropped).{ending}")), bytes);
        let again = desk.take(&file, &content(&desk, &file));
        assert_eq!(again.fate, Fate::Returned, "{}", told(&again));
        let strip = |outcome: &flow::FileOutcome| {
            let told: Vec<String> = outcome.findings.iter().map(ToString::to_string).collect();
            told
        };
        assert_eq!(strip(&again), strip(&outcome), "{name}: the same findings");
        assert_eq!(waiting(&desk), [file]);
    }
}

#[test]
fn the_file_itself_may_be_dropped_again_when_its_day_has_come() {
    let desk = Desk::after_january();
    let early = b"Account,Meter,Read date,Reading\n0101,M1,2/11/2026,2150\n";
    assert_eq!(desk.take("early.csv", early).fate, Fate::Returned);
    desk.drop("early (as dropped).csv", early);
    let outcome = desk.run("2026-02-11").files.remove(0);
    assert_eq!(outcome.fate, Fate::Accepted, "{}", told(&outcome));
    let status = flow::status(&desk.root(), date("2026-02-11")).unwrap();
    assert!(status.returned.is_empty(), "{:?}", status.returned);
}

#[test]
fn a_document_comes_back_with_a_letter_until_a_sheet_of_its_name_is_taken_in() {
    let desk = Desk::after_january();
    let outcome = desk.take("feb.pdf", b"%PDF-1.4");
    assert_eq!(outcome.outcome, "1 error; see returned/feb.pdf.findings.txt");
    assert_eq!(returned(&desk), ["feb.pdf", "feb.pdf.findings.txt"]);
    assert_eq!(waiting(&desk), ["feb.pdf"]);
    desk.take("feb.csv", BAD.replace("2l50", "2150").as_bytes());
    assert!(waiting(&desk).is_empty());
}

#[test]
fn a_lost_ledger_knows_what_was_corrected() {
    let desk = Desk::after_january();
    desk.take("reads.csv", BAD.as_bytes());
    let good = corrected(&content(&desk, "reads.xlsx"), "xl/worksheets/sheet1.xml");
    desk.take("other name.xlsx", &good);
    std::fs::remove_file(desk.root().join("ledger.db")).unwrap();
    desk.run(TODAY);
    assert!(waiting(&desk).is_empty());
}

#[test]
fn work_begun_in_the_returned_folder_is_never_replaced() {
    let desk = Desk::after_january();
    desk.take("reads.csv", BAD.as_bytes());
    let begun =
        with_part(&content(&desk, "reads.xlsx"), "docProps/app.xml", |text| (text + " ").into_bytes());
    desk.place(&desk.root().join("returned/reads.xlsx"), &begun);
    let outcome = desk.take("reads.csv", BAD.as_bytes());
    assert_eq!(outcome.outcome, "1 error; see returned/(2) reads.xlsx");
    assert_eq!(content(&desk, "reads.xlsx"), begun);
}

#[test]
fn a_workbook_that_cannot_be_patched_comes_back_as_its_values_and_says_so() {
    let desk = Desk::after_january();
    let parts = std::fs::read_to_string(root().join("tests/returned/prefixed.parts")).unwrap();
    let signed = packed(&format!("{parts}=== _xmlsignatures/sig1.xml\n<Signature/>\n"));
    let outcome = desk.take("signed.xlsx", &signed);
    assert_eq!(outcome.fate, Fate::Returned, "{}", told(&outcome));
    assert_eq!(returned(&desk), ["signed (as dropped).xlsx", "signed.xlsx"]);
    assert_eq!(content(&desk, "signed (as dropped).xlsx"), signed);
    let plain = content(&desk, "signed.xlsx");
    let texts = |sheet: &[Row]| -> Vec<Vec<String>> {
        let text = |row: &Row| row.cells.iter().map(|cell| cell.value.text()).collect();
        sheet.iter().map(text).collect()
    };
    let shown: Vec<_> = values(&signed).values().map(|sheet| texts(sheet)).collect();
    assert_eq!(values(&plain).values().map(|sheet| texts(sheet)).collect::<Vec<_>>(), shown, "every value");
    let package = Package::open(&plain);
    assert!(package.problems_text().contains("values"), "{}", package.problems_text());
    let again = desk.take("signed.xlsx", &plain);
    assert_eq!(again.fate, Fate::Returned);
    assert_eq!(again.findings.len(), outcome.findings.len(), "{}", told(&again));
}

#[test]
fn a_returned_workbook_that_libreoffice_saved_is_known_marked_once_and_taken_in_when_corrected() {
    let Some(soffice) = soffice() else { return };
    let office = Desk::after_january();
    office.take("reads.csv", BAD.as_bytes());
    let first = content(&office, "reads.xlsx");
    let good = corrected(&first, "xl/worksheets/sheet1.xml");
    let mut books = vec![("bad.xlsx".to_owned(), first), ("good.xlsx".to_owned(), good)];
    let mut offices = Vec::new();
    for (name, bytes) in packages().into_iter().filter(|(name, _)| name != "excel") {
        let desk = Desk::after_january();
        let file = format!("{name}.xlsx");
        let told = desk.take(&file, &bytes);
        books.push((file.clone(), content(&desk, &file)));
        offices.push((desk, told));
    }
    let saved = saved_again(&soffice, &books, "xlsx:Calc MS Excel 2007 XML");
    let as_ods = saved_again(&soffice, &books[1..2], "ods");
    let corrected = office.copy();
    let outcome = corrected.take("corrected.ods", &as_ods[0]);
    assert_eq!(outcome.fate, Fate::Accepted, "{}", told(&outcome));
    assert!(waiting(&corrected).is_empty(), "saved as ods it is known as the correction");
    let corrected = office.copy();
    let outcome = corrected.take("corrected.xlsx", &saved[1]);
    assert_eq!(outcome.fate, Fate::Accepted, "{}", told(&outcome));
    assert!(waiting(&corrected).is_empty());
    let outcome = office.take("reads.xlsx", &saved[0]);
    assert_eq!((outcome.fate, outcome.findings.len()), (Fate::Returned, 1), "{}", told(&outcome));
    let second = Package::open(&content(&office, "reads.xlsx"));
    assert_eq!(second.problem_rows(), 1);
    let notes: Vec<String> = second.notes("reads").into_values().collect();
    assert_eq!(notes.len(), 1, "{notes:?}");
    assert_eq!(notes[0].matches("is not a whole number").count(), 1, "{notes:?}");
    for ((desk, before), ((name, _), book)) in offices.into_iter().zip(books[2..].iter().zip(&saved[2..])) {
        let again = desk.take(name, book);
        let strip = |outcome: &flow::FileOutcome| -> Vec<String> {
            outcome.findings.iter().map(|finding| finding.message.clone()).collect()
        };
        assert_eq!(strip(&again), strip(&before), "{name}: the same findings");
        assert_eq!(
            waiting(&desk).len(),
            1,
            "{name}: what was saved again took the place of what it was made from"
        );
    }
}
