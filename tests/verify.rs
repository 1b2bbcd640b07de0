//! The books are checked against the archive, and made again from it, in the small office of `tests/findings`.

use std::fs;
use std::path::PathBuf;

use meterbook::flow;

use crate::support::desk::{Desk, TODAY};

fn faults(desk: &Desk) -> Vec<String> {
    flow::verify(&desk.root()).unwrap().faults
}

fn archived(desk: &Desk, ending: &str) -> PathBuf {
    let files = desk.files("archive").into_keys().find(|name| name.to_string_lossy().ends_with(ending));
    desk.root().join("archive").join(files.unwrap())
}

/// Changes a read-only file.
fn spoil(path: &PathBuf, change: impl Fn(String) -> String) {
    let text = fs::read_to_string(path).unwrap();
    fs::remove_file(path).unwrap();
    fs::write(path, change(text)).unwrap();
}

#[test]
fn whole_books_are_found_whole_and_nothing_is_changed() {
    let desk = Desk::after_january();
    let before = desk.files("");
    let verified = flow::verify(&desk.root()).unwrap();
    assert_eq!(verified.faults, Vec::<String>::new());
    assert!(verified.facts >= 6, "{}", verified.facts);
    assert_eq!(desk.files(""), before);
}

#[test]
fn a_changed_content_and_a_changed_receipt_are_named() {
    let desk = Desk::after_january();
    spoil(&archived(&desk, "reads-2026-01.csv"), |text| text.replace("1900", "1901"));
    let told = faults(&desk);
    assert!(told.iter().any(|fault| fault.contains("the content is not the one of its receipt")), "{told:?}");
    let desk = Desk::after_january();
    spoil(&archived(&desk, "000003.receipt.json"), |text| text.replace("\"rows\": ", "\"rows\": 1"));
    let told = faults(&desk);
    assert!(
        told.iter().any(|fault| fault.contains("000004.receipt.json does not name the receipt before")),
        "{told:?}"
    );
}

#[test]
fn a_row_that_was_changed_behind_the_triggers_is_found_and_a_rebuild_mends_it() {
    let desk = Desk::after_january();
    let lists = desk.lists(TODAY);
    let path = desk.root().join("ledger.db");
    let books = rusqlite::Connection::open(&path).unwrap();
    books
        .execute_batch("DROP TRIGGER entry_never_update; UPDATE entry SET amount = amount + 1 WHERE id = 1;")
        .unwrap();
    drop(books);
    let told = faults(&desk);
    assert!(told.iter().any(|fault| fault.contains("the table entry has lost the triggers")), "{told:?}");
    flow::rebuild(&desk.root()).unwrap();
    assert_eq!(faults(&desk), Vec::<String>::new());
    assert_eq!(desk.lists(TODAY), lists);
    assert!(desk.root().join("ledger.db.old").is_file());
}

#[test]
fn books_that_do_not_tie_to_the_general_ledger_are_found() {
    let desk = Desk::after_january();
    let books = rusqlite::Connection::open(desk.root().join("ledger.db")).unwrap();
    let guard: String = books
        .query_row("SELECT sql FROM sqlite_master WHERE name = 'entry_never_update'", [], |row| row.get(0))
        .unwrap();
    books
        .execute_batch(&format!(
            "DROP TRIGGER entry_never_update; UPDATE entry SET amount = amount + 1 WHERE id = 1; {guard};"
        ))
        .unwrap();
    drop(books);
    let told = faults(&desk);
    assert!(told.iter().any(|fault| fault.contains("and the general ledger says")), "{told:?}");
    assert!(told.iter().any(|fault| fault.contains("row 1 of the table entry is not the one")), "{told:?}");
}

#[test]
fn a_damaged_or_missing_ledger_is_named_and_comes_back() {
    for spoilt in [true, false] {
        let desk = Desk::after_january();
        let (lists, path) = (desk.lists(TODAY), desk.root().join("ledger.db"));
        if spoilt {
            fs::write(&path, "no ledger at all").unwrap();
        } else {
            fs::remove_file(&path).unwrap();
        }
        let told = faults(&desk);
        assert!(
            told.iter().any(|fault| fault.contains("`meterbook rebuild` makes the ledger again")),
            "{told:?}"
        );
        assert!(flow::rebuild(&desk.root()).unwrap() >= 6);
        assert_eq!(desk.lists(TODAY), lists);
        assert_eq!(faults(&desk), Vec::<String>::new());
    }
}

#[test]
fn an_archive_that_lost_its_newest_receipt_is_neither_tidied_up_nor_rebuilt_from() {
    let desk = Desk::after_january();
    let newest = flow::status(&desk.root(), TODAY.parse().unwrap()).unwrap().recent.last().unwrap().sequence;
    let archive = desk.root().join("archive");
    let receipt = archive.join(format!("{newest}.receipt.json"));
    let kept = fs::read(&receipt).unwrap();
    fs::remove_file(&receipt).unwrap();
    let before = desk.files("archive");
    let behind = |told: String| assert!(told.contains("the archive is incomplete"), "{told}");
    behind(desk.try_run(TODAY).unwrap_err().to_string());
    behind(flow::rebuild(&desk.root()).unwrap_err().to_string());
    behind(faults(&desk).join("\n"));
    assert_eq!(desk.files("archive"), before, "the content whose receipt is lost is still there");
    fs::write(&receipt, kept).unwrap();
    assert_eq!(faults(&desk), Vec::<String>::new());
}

#[test]
fn without_its_books_an_office_is_not_shown_as_an_empty_one() {
    let desk = Desk::after_january();
    let path = desk.root().join("ledger.db");
    for emptied in [false, true] {
        if emptied {
            fs::write(&path, "").unwrap();
        } else {
            fs::remove_file(&path).unwrap();
        }
        let failure = flow::status(&desk.root(), TODAY.parse().unwrap()).unwrap_err();
        assert!(failure.to_string().contains("ledger.db is missing or empty"), "{failure}");
        assert!(failure.hint().unwrap().contains("meterbook rebuild"));
        desk.run(TODAY);
    }
}

#[test]
fn books_that_contradict_themselves_end_a_run_with_what_to_do() {
    let desk = Desk::after_january();
    let books = rusqlite::Connection::open(desk.root().join("ledger.db")).unwrap();
    books
        .execute_batch("DROP TRIGGER bill_line_never_update; UPDATE bill_line SET amount = amount + 1;")
        .unwrap();
    drop(books);
    desk.drop("closed.csv", b"Date,Closed\n11/26/2026,Thanksgiving\n");
    let output = crate::scenarios::meterbook(&["run", desk.root().to_str().unwrap(), "--today", TODAY]);
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(
        told.contains("the books that it read were changed") && told.contains("meterbook verify"),
        "{told}"
    );
}

/// The tables of some books, with how many rows each has; views and what SQLite keeps for itself left out.
fn filled(path: &std::path::Path) -> std::collections::BTreeMap<String, i64> {
    let books = rusqlite::Connection::open(path).unwrap();
    let mut tables = books
        .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        .unwrap();
    let names: Vec<String> = tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let count = |name: &String| {
        books.query_row(&format!("SELECT count(*) FROM \"{name}\""), [], |row| row.get(0)).unwrap()
    };
    names.iter().map(|name| (name.clone(), count(name))).collect()
}

/// An office with a day of what the lists that take decisions do not need.
fn with_an_odd_day() -> Desk {
    let desk = Desk::after_january();
    for (name, csv) in [
        ("closed.csv", "Date,Closed\n11/26/2026,Thanksgiving\n"),
        ("bulk.csv", "Account,Hydrant,Date,Gallons\n0105,H1,2/9/2026,2000\n"),
        ("wrong.csv", "Account,Meter,Read date,Reading\n0101,M1,2/9/2026,21S0\n"),
        ("eto.csv", "Stn Id,Date,ETo (in),qc\n117,2/1/2026,0.11,\n"),
        ("land.csv", "Account,Area sq ft,Station,From\n0101,900,117,1/1/2026\n"),
        ("holds.csv", "Account,Kind,From\n0101,dispute,2/9/2026\n"),
        ("plans.csv", "Account,Due date,Amount\n0104,3/1/2026,20.00\n"),
        ("meter set.csv", "Account,Date,Item,Kind,Quantity,Unit price\n0101,2/9/2026,Box,material,1,20.00\n"),
        ("reread.csv", "Account,Month,What,Decision\n0102,2026-01,read,reread\n"),
    ] {
        desk.drop(name, csv.as_bytes());
    }
    desk.run(TODAY);
    let book = fs::read(desk.root().join("returned/wrong.xlsx")).unwrap();
    desk.drop("right.xlsx", &crate::support::typed::with_cell(&book, "wrong", "D2", "2150"));
    desk.drop(
        "no reread.csv",
        b"Account,Month,What,Decision,Value,Initials\n0102,2026-01,read,override,2700,KB\n",
    );
    desk.run("2026-02-11");
    let today = "2026-02-11".parse().unwrap();
    let recent = flow::status(&desk.root(), today).unwrap().recent;
    let sequence = recent.iter().find(|row| row.name == "plans.csv").unwrap().sequence;
    flow::undo(&desk.root(), flow::UndoQuery { sequence, today, reason: String::new() }).unwrap();
    desk
}

#[test]
fn every_table_of_the_books_is_written_to() {
    let mut rows = filled(&with_an_odd_day().root().join("ledger.db"));
    for list in crate::tampered::every_list() {
        list.desk.drop("back.xlsx", &list.decided());
        list.desk.run(list.day);
        for (table, count) in filled(&list.desk.root().join("ledger.db")) {
            *rows.entry(table).or_default() += count;
        }
    }
    let empty: Vec<&String> = rows.iter().filter(|(_, count)| **count == 0).map(|(table, _)| table).collect();
    assert!(rows.len() > 25, "{rows:?}");
    assert_eq!(empty, Vec::<&String>::new(), "tables that nothing of these offices is kept in");
}
