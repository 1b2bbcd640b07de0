//! Installation invoices: from a sheet of lines to what the account owes, in the small office of `tests/findings`.

use meterbook::domain::finding::Code;
use meterbook::domain::id::Sequence;
use meterbook::flow::{self, UndoQuery, What};

use crate::letters::billed;
use crate::support::desk::{Desk, TODAY};
use crate::support::office::date;

/// A day later, before anything else is due.
const TODAY_LATER: &str = "2026-02-11";
const HEADER: &str = "Account,Date,Item,Kind,Quantity,Unit price\n";

#[test]
fn each_account_of_a_file_gets_one_invoice_and_a_further_file_of_the_day_the_next_number() {
    let desk = Desk::after_january();
    let first = format!(
        "{HEADER}0101,2/5/2026,Meter 5/8,material,1,185.00\n0101,2/5/2026,Fitting,labor,2.5,71.35\n\
         0104,2/6/2026,Tap,service,1,850\n0101,2/6/2026,Pipe,material,3.333,2.05\nTotal,,,,7.833,\n"
    );
    let taken = desk.take("installation.csv", first.as_bytes());
    assert_eq!(taken.outcome, "2 invoices, 2 money entries");
    desk.take("second.csv", format!("{HEADER}0101,2/9/2026,Box,material,1,40.005\n").as_bytes());
    // 2.5 x 71.35 = 178.375, 3.333 x 2.05 = 6.83265, 40.005: each line half-up.
    assert_eq!(
        desk.list(What::Invoices, TODAY),
        "INV-20260210-0101,0101,2026-02-10,2026-03-02,0.00,191.83,178.38,370.21,370.21\n\
         INV-20260210-0101-2,0101,2026-02-10,2026-03-02,0.00,40.01,0.00,40.01,40.01\n\
         INV-20260210-0104,0104,2026-02-10,2026-03-02,850.00,0.00,0.00,850.00,850.00\n"
    );
    let entries = desk.list(What::Entries, TODAY);
    assert!(entries.contains("2026-02-10,0104,fee,850.00,0.00,INV-20260210-0104,2026-03-02"), "{entries}");
    let balances = desk.list(What::Balances, TODAY);
    assert!(balances.contains("0104,"), "{balances}");
    // The workbook shows the three, and what a payment leaves open of them.
    assert_eq!(workbook(&desk, "Cover", "Master check", 1), "OK");
    assert_eq!(workbook(&desk, "Invoices", "INV-20260210-0104", 9), "850");
    assert_eq!(workbook(&desk, "Invoices", "INV-20260210-0101-2", 9), "40.01");
    assert_eq!(workbook(&desk, "Invoices", "INV-20260210-0104", 13), "open");
}

#[test]
fn invoices_are_printed_once_and_go_when_they_were_taken_back() {
    let desk = billed("");
    let paper = desk.root().join("outbox/2026-02/installation-invoices.pdf");
    desk.run(TODAY);
    assert!(!paper.exists(), "nobody was invoiced");
    desk.drop("tap.csv", format!("{HEADER}0104,2/9/2026,Tap,service,1,850\n").as_bytes());
    let outcome = desk.run(TODAY);
    assert!(outcome.written.iter().any(|path| path.ends_with("installation-invoices.pdf")), "{outcome:?}");
    let printed = std::fs::read(&paper).unwrap();
    assert!(printed.starts_with(b"%PDF-"));
    assert_eq!(desk.run("2026-02-11").written, [""; 0], "a day without news leaves it as it is");
    taken_back(&desk, " tap.csv");
    desk.run(TODAY_LATER);
    assert!(!paper.exists(), "its file was taken back");
}

#[test]
fn without_a_letterhead_no_invoice_is_printed() {
    let desk = Desk::after_january();
    desk.take("tap.csv", format!("{HEADER}0104,2/9/2026,Tap,service,1,850\n").as_bytes());
    assert!(!desk.root().join("outbox/2026-02/installation-invoices.pdf").exists());
}

/// Takes the newest archived file back whose name ends like this.
fn taken_back(desk: &Desk, name: &str) {
    let archived = desk.files("archive").into_keys().rfind(|path| path.to_str().unwrap().ends_with(name));
    let sequence = Sequence(archived.unwrap().to_str().unwrap()[..6].parse().unwrap());
    flow::undo(&desk.root(), UndoQuery { sequence, today: date(TODAY_LATER), reason: String::new() })
        .unwrap();
}

/// The text in a column of the row of February's workbook that begins with a word.
fn workbook(desk: &Desk, sheet: &str, first: &str, column: usize) -> String {
    let path = desk.root().join("outbox/2026-02/installation-invoices.xlsx");
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(path).unwrap();
    let cells = calamine::Reader::worksheet_range(&mut book, sheet).unwrap();
    let row = cells.rows().find(|row| row[0] == first);
    row.unwrap_or_else(|| panic!("{sheet} has no row {first}"))[column].to_string()
}

#[test]
fn what_was_taken_back_leaves_the_workbook_and_a_month_without_invoices_has_none() {
    let desk = Desk::after_january();
    let place = desk.root().join("outbox/2026-02/installation-invoices.xlsx");
    desk.run(TODAY);
    assert!(!place.exists(), "nobody was invoiced");
    desk.take("first.csv", format!("{HEADER}0101,2/9/2026,Box,material,1,40.00\n").as_bytes());
    desk.take("second.csv", format!("{HEADER}0104,2/9/2026,Tap,service,1,850\n").as_bytes());
    taken_back(&desk, " second.csv");
    desk.run(TODAY_LATER);
    assert_eq!(workbook(&desk, "Cover", "Master check", 1), "OK");
    assert_eq!(workbook(&desk, "Invoices", "INV-20260210-0101", 9), "40");
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(&place).unwrap();
    let lines = calamine::Reader::worksheet_range(&mut book, "Lines").unwrap();
    assert!(lines.rows().all(|row| row[0] != "INV-20260210-0104"), "its file was taken back");
}

#[test]
fn a_slipped_decimal_point_sends_the_sheet_back() {
    let desk = Desk::after_january();
    let sheet = format!("{HEADER}0101,2/5/2026,Pipe,material,4000,250000\n0999,2/5/2026,Pipe,stone,1,1\n");
    let back = desk.take("installation.csv", sheet.as_bytes());
    let codes: Vec<Code> = back.findings.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, [Code::UnreadableCell, Code::UnreadableCell]);
    assert_eq!(desk.list(What::Invoices, TODAY), "");
}
