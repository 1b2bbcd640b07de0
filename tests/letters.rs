//! Letters: who is written to on which day, and what lies in the outbox to be printed.

use std::collections::BTreeSet;
use std::path::PathBuf;

use meterbook::domain::proposals::receipts::Fate;
use meterbook::flow::{CollectionsQuery, FileOutcome, explain_collections};
use meterbook::ledger::Ledger;

use crate::pages::walker::Listed;
use crate::support::desk::{Desk, told};
use crate::support::office::date;
use crate::support::typed::typed;

/// Who writes; the bills of January 22 are due on February 11.
const LETTERHEAD: &str = r#"
[letterhead]
address = ["100 Water Way", "Coyote Wells, CA 92200"]
phone = "(760) 555-0100"
hours = "Monday to Thursday, 7 a.m. to 5:30 p.m."
service_city = "Coyote Wells, CA 92200"
"#;
const REMINDERS: &str = "outbox/2026-02/reminders.pdf";

/// 0101 can be called, and 0104 cannot.
const PHONES: &str = "Account,Customer,Service address,Class,Meter size,Phone\n\
                      0101,Ella Sorrel,1 Elm St,residential,3/4,760-555-0101\n";

/// The small office after January, with a letterhead and further settings.
pub(crate) fn billed(settings: &str) -> Desk {
    let desk = Desk::with_settings(&format!("{LETTERHEAD}{settings}"));
    desk.run("2026-01-22");
    desk
}

fn pdf(desk: &Desk, path: &str) -> Option<Vec<u8>> {
    std::fs::read(desk.root().join(path)).ok()
}

#[test]
fn letters_are_printed_when_their_step_is_due_and_go_when_it_was_taken() {
    let desk = billed("");
    assert!(!desk.run("2026-02-11").written.contains(&REMINDERS.to_owned()));
    let outcome = desk.run("2026-02-12");
    assert!(outcome.written.contains(&REMINDERS.to_owned()), "{:?}", outcome.written);
    let printed = pdf(&desk, REMINDERS).unwrap();
    assert!(printed.starts_with(b"%PDF-"));
    // A day without news leaves them as they are, with their date.
    assert_eq!(desk.run("2026-02-13").written, [""; 0]);
    assert_eq!(pdf(&desk, REMINDERS).unwrap(), printed);
    // Whoever was reminded is not reminded again; without anybody left there is nothing to print.
    let accounts = desk.list(meterbook::flow::What::LockOffs, "2026-02-13");
    let row = |line: &str| format!("{},2026-02-12,reminder,mail\n", line.split(',').next().unwrap());
    let rows: String = accounts.lines().map(row).collect();
    assert!(rows.lines().count() > 1, "{accounts}");
    desk.drop("notices.csv", format!("Account,Date,Kind,Method\n{rows}").as_bytes());
    desk.run("2026-02-16");
    assert_eq!(pdf(&desk, REMINDERS), None);
    // The past-due letter's day is February 25.
    let outcome = desk.run("2026-02-25");
    assert!(
        outcome.written.contains(&"outbox/2026-02/past-due-letters.pdf".to_owned()),
        "{:?}",
        outcome.written
    );
}

#[test]
fn what_is_there_as_it_would_come_out_is_not_printed_again() {
    let desk = billed("");
    desk.run("2026-02-12");
    let place = desk.root().join(REMINDERS);
    let marked = [pdf(&desk, REMINDERS).unwrap(), b"% marked".to_vec()].concat();
    std::fs::write(&place, &marked).unwrap();
    desk.drop("closed-days.csv", b"Date,Closed\n2026-11-11,Veterans Day\n");
    desk.run("2026-02-12");
    assert_eq!(pdf(&desk, REMINDERS).unwrap(), marked);
    // Other words, or another day, are another letter.
    let folder = desk.root().join("letters/en");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("reminder.txt"), "title: Note\n\nYou owe {past_due}.\nCall {office_phone}.\n")
        .unwrap();
    desk.run("2026-02-12");
    let reworded = pdf(&desk, REMINDERS).unwrap();
    assert!(!reworded.ends_with(b"% marked"));
    desk.drop("closed-days-2.csv", b"Date,Closed\n2026-12-25,Christmas Day\n");
    desk.run("2026-02-13");
    assert_ne!(pdf(&desk, REMINDERS).unwrap(), reworded);
}

#[test]
fn without_a_letterhead_no_letter_is_printed() {
    let desk = Desk::after_january();
    let outcome = desk.run("2026-02-12");
    assert_eq!(pdf(&desk, REMINDERS), None);
    assert_eq!(outcome.warnings, [""; 0]);
}

#[test]
fn an_office_writes_its_own_words_and_hears_of_slips() {
    let desk = billed("");
    let folder = desk.root().join("letters/en");
    std::fs::create_dir_all(&folder).unwrap();
    let write = |text: &str| std::fs::write(folder.join("reminder.txt"), text).unwrap();
    write("title: Note\n\nYou owe {past_du}.\nCall {office_phone}.\n");
    let told = desk.run("2026-02-12").warnings;
    assert!(
        told[0].starts_with("letters/en/reminder.txt, line 3: {past_du} is no placeholder. Use one of: "),
        "{told:?}"
    );
    assert_eq!(pdf(&desk, REMINDERS), None);
    write("title: Note\n\nYou owe {past_due}.\nCall {office_phone}.\n");
    let outcome = desk.run("2026-02-12");
    assert_eq!(outcome.warnings, [""; 0]);
    assert!(pdf(&desk, REMINDERS).is_some());
    let archived = desk.files("archive").into_keys().map(|path| path.to_string_lossy().into_owned());
    assert_eq!(
        archived.filter(|name| name.ends_with("letters-en-reminder.txt")).count(),
        2,
        "both are on record"
    );
}

#[test]
fn steps_that_prove_nothing_are_refused() {
    let desk = Desk::empty();
    let settings = std::fs::read_to_string(desk.root().join("office.toml")).unwrap();
    let told = |steps: &str| {
        std::fs::write(
            desk.root().join("office.toml"),
            format!("{settings}\n[collections.letters]\n{steps}\n"),
        )
        .unwrap();
        desk.try_run("2026-01-05").err().map(|failure| failure.to_string()).unwrap_or_default()
    };
    assert!(
        told("reminder_days = 20").contains("[collections.letters] reminder_days = 20: write 21 to 365 days")
    );
    assert!(told("past_due_days = 61").contains("final_days = 61: write 62 to 365 days"));
    assert_eq!(told("past_due_days = 35"), "");
}

/// The reminders of February 12 as the workbook lists them, and the workbook.
pub(crate) const LIST: &str = "outbox/2026-02/past-due-list.xlsx";

/// Decision, day and initials typed into rows of a list, counted from 0.
fn said(book: &[u8], list: &str, rows: &[(u32, &str, &str, &str)]) -> Vec<u8> {
    let mut cells = Vec::new();
    for (row, word, day, initials) in rows {
        for (header, text) in [("Decision", word), ("Done on", day), ("Initials", initials)] {
            if !text.is_empty() {
                cells.push((list, header, *row, *text));
            }
        }
    }
    typed(book, &cells)
}

fn taken(desk: &Desk, book: &[u8], day: &str) -> FileOutcome {
    desk.drop("past-due-list.xlsx", book);
    desk.run(day).files.remove(0)
}

/// The documents that were set aside, by kind and day, and whether each is this one.
fn mailed(desk: &Desk, pdf: &[u8]) -> Vec<(String, bool)> {
    let told = |(path, bytes): (PathBuf, Vec<u8>)| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        (name.rsplit_once(' ').unwrap().0.to_owned(), bytes == pdf)
    };
    desk.files("outbox/2026-02/mailed").into_iter().map(told).collect()
}

#[test]
fn the_print_of_what_was_mailed_is_kept() {
    let desk = billed("");
    desk.run("2026-02-12");
    let place = "outbox/2026-02/past-due-letters.pdf";
    let (book, printed) = (pdf(&desk, LIST).unwrap(), pdf(&desk, place).unwrap());
    let many = listed(&desk, "Letters").len();
    taken(&desk, &said(&book, "Letters", &[(0, "Sent", "", "KB")]), "2026-02-13");
    let once = [("past-due-letters 2026-02-12".to_owned(), true)];
    assert_eq!(mailed(&desk, &printed), once, "as it lay there when the list came back");
    // A run without news sets nothing aside that was not mailed.
    let rest = [pdf(&desk, place), pdf(&desk, REMINDERS)];
    desk.run("2026-02-13");
    assert_eq!(mailed(&desk, &printed), once);
    assert_eq!([pdf(&desk, place), pdf(&desk, REMINDERS)], rest);
    // The newer list has its own print.
    let (newer, reminders) = (pdf(&desk, LIST).unwrap(), pdf(&desk, REMINDERS).unwrap());
    let others: Vec<(u32, &str, &str, &str)> =
        (0..u32::try_from(many - 1).unwrap()).map(|row| (row, "Sent", "", "KB")).collect();
    taken(&desk, &said(&newer, "Letters", &others), "2026-02-16");
    assert_eq!([pdf(&desk, place), pdf(&desk, REMINDERS)], [None, None]);
    let kept = mailed(&desk, &reminders);
    assert!(kept.iter().any(|(name, same)| *same && name.starts_with("reminders ")), "{kept:?}");
}

/// The accounts that a list of the newest workbook names.
fn listed(desk: &Desk, list: &str) -> Vec<String> {
    Listed::read(&pdf(desk, LIST).unwrap(), list).words("Account")
}

/// The notices on record: day and kind.
fn notices(desk: &Desk, day: &str) -> Vec<(String, &'static str)> {
    let ledger = Ledger::open(&desk.root().join("ledger.db")).unwrap();
    let notices = ledger.notices(date(day)).unwrap();
    notices.iter().map(|notice| (notice.date.to_string(), notice.kind.word())).collect()
}

#[test]
fn what_was_sent_is_a_notice_of_the_day_that_was_typed() {
    let desk = billed("");
    desk.run("2026-02-12");
    let before = listed(&desk, "Letters");
    assert!(before.len() > 1, "{before:?}");
    let book = pdf(&desk, LIST).unwrap();
    // A payment makes a newer list; what was mailed was mailed.
    desk.drop("payments.csv", format!("Date,Account,Amount\n2026-02-13,{},5.00\n", before[0]).as_bytes());
    desk.run("2026-02-13");
    let file = taken(
        &desk,
        &said(&book, "Letters", &[(0, "Sent", "2/12/2026", "KB"), (1, "sent", "", "KB")]),
        "2026-02-16",
    );
    assert_eq!(told(&file), "accepted (past-due list): 2 decisions, 2 notices\n");
    assert_eq!(listed(&desk, "Letters"), before[2..]);
    let on_record = notices(&desk, "2026-02-16");
    let days: BTreeSet<&str> = on_record.iter().map(|(date, _)| date.as_str()).collect();
    assert_eq!(days, BTreeSet::from(["2026-02-12", "2026-02-16"]));
    // Nothing is said twice, and the archive makes the same books.
    let again = taken(&desk, &said(&book, "Letters", &[(0, "Sent", "", "AL")]), "2026-02-16");
    assert_eq!(again.fate, Fate::Returned);
    assert!(told(&again).contains("nothing-to-decide"), "{}", told(&again));
    let lists = desk.lists("2026-02-17");
    std::fs::remove_file(desk.root().join("ledger.db")).unwrap();
    desk.run("2026-02-17");
    assert_eq!(desk.lists("2026-02-17"), lists);
    assert_eq!(notices(&desk, "2026-02-17"), on_record);
}

#[test]
fn mail_that_came_back_is_told_once() {
    let desk = billed("");
    let rows = "Account,Date,Kind,Method,Returned\n0101,2026-02-12,past-due letter,mail,\n\
                0101,2026-02-12,past-due letter,mail,y\n";
    desk.drop("notices.csv", rows.as_bytes());
    desk.run("2026-02-16");
    let query = CollectionsQuery { account: "0101", today: date("2026-02-16"), xlsx: None };
    let told = explain_collections(&desk.root(), query).unwrap().text;
    assert_eq!(told.matches("the mail came back").count(), 1, "{told}");
}

#[test]
fn a_letter_that_somebody_rejects_is_not_proposed_again_for_its_bill() {
    let desk = billed("");
    desk.run("2026-02-12");
    let before = listed(&desk, "Letters");
    let book = said(&pdf(&desk, LIST).unwrap(), "Letters", &[(0, "Reject", "", "KB")]);
    let file = taken(&desk, &book, "2026-02-12");
    assert!(told(&file).contains("missing-cell"), "a rejection needs its reason: {}", told(&file));
    let file = taken(&desk, &typed(&book, &[("Letters", "Reason", 0, "moved away")]), "2026-02-12");
    assert_eq!(told(&file), "accepted (past-due list): 1 decision\n");
    assert_eq!(listed(&desk, "Letters"), before[1..]);
    let list = Listed::read(&pdf(&desk, LIST).unwrap(), "Not written to");
    assert_eq!(list.words("Why not"), ["Rejected by KB on 2026-02-12: moved away."]);
    assert_eq!(notices(&desk, "2026-02-12"), []);
}

#[test]
fn calls_and_cards_come_back_on_the_call_list() {
    let desk = billed("");
    // Day 75 of the opening balances of December 18 is March 3.
    desk.run("2026-03-03");
    let list = "outbox/2026-03/past-due-list.xlsx";
    let book = pdf(&desk, list).unwrap();
    let accounts = Listed::read(&book, "Call list").words("Account");
    assert_eq!(accounts, ["0101", "0104"]);
    // Whoever has no number was not called.
    desk.drop("accounts.csv", PHONES.as_bytes());
    desk.run("2026-03-03");
    let called = said(&book, "Call list", &[(0, "Reached", "", "KB"), (1, "No answer", "", "KB")]);
    let refused = taken(&desk, &called, "2026-03-03");
    assert_eq!(refused.findings.iter().map(|found| &*found.value).collect::<Vec<_>>(), ["No answer"]);
    let rows = [(0, "Reached", "3/2/2026", "KB"), (1, "Hung", "", "KB")];
    let file = taken(&desk, &said(&book, "Call list", &rows), "2026-03-04");
    assert_eq!(told(&file), "accepted (past-due list): 2 decisions, 2 notices\n");
    let kinds = [("2026-03-02", "call"), ("2026-03-04", "door hanger")];
    assert_eq!(notices(&desk, "2026-03-04"), kinds.map(|(day, kind)| (day.to_owned(), kind)));
    let book = pdf(&desk, list).unwrap();
    assert_eq!(Listed::read(&book, "Call list").words("Account"), [""; 0]);
}

#[test]
fn a_day_that_cannot_be_is_refused_and_named() {
    let desk = billed("");
    desk.run("2026-02-12");
    let book = pdf(&desk, LIST).unwrap();
    for (day, code) in
        [("2/20/2026", "future-date"), ("1/12/2026", "unreadable-cell"), ("soon", "unreadable-cell")]
    {
        let file = taken(&desk, &said(&book, "Letters", &[(0, "Sent", day, "KB")]), "2026-02-13");
        assert_eq!(file.fate, Fate::Returned, "{day}");
        let found: Vec<&str> = file.findings.iter().map(|finding| finding.code.word()).collect();
        assert_eq!(found, [code], "{day}: {}", told(&file));
        assert_eq!(file.findings[0].column, "Done on", "{day}");
    }
    let changed =
        typed(&said(&book, "Letters", &[(0, "Sent", "", "KB")]), &[("Letters", "Account", 0, "0107")]);
    let file = taken(&desk, &changed, "2026-02-13");
    assert!(told(&file).contains("changed-cell"), "{}", told(&file));
    assert_eq!(notices(&desk, "2026-02-13"), []);
}

#[test]
fn letters_that_would_be_recorded_unsent_are_refused() {
    let desk = Desk::empty();
    let settings = std::fs::read_to_string(desk.root().join("office.toml")).unwrap();
    let automatic = "\n[approval]\nletters = \"automatic\"\n";
    std::fs::write(desk.root().join("office.toml"), format!("{settings}{automatic}")).unwrap();
    let refused = desk.try_run("2026-01-05").unwrap_err().to_string();
    assert!(refused.contains("[approval] letters = \"automatic\""), "{refused}");
}
