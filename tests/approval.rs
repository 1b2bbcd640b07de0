//! A workbook that proposes comes back with decisions: what is approved posts, and whatever else was done to it is named.

use meterbook::domain::proposals::receipts::Fate;
use meterbook::flow::{FileOutcome, Outcome, What, status};

use crate::pages::walker::Listed;
use crate::recalculation::{saved_again, soffice};
use crate::support::desk::{Desk, told};
use crate::support::office::date;
use crate::support::typed::{turned_over, typed, with_cell, without_properties};

/// Bill runs wait for a decision.
const DECISION: &str = "\n[approval]\nbill_run = \"decision\"\n";
const REGISTER: &str = "outbox/2026-01/bill-register-cycle-1.xlsx";
/// The bill date of January, on which the register is written, and the days after.
const PROPOSED: &str = "2026-01-22";
const NEXT: &str = "2026-01-23";
const LATER: &str = "2026-01-26";

/// The small office whose January is proposed: 0101, 0104 and 0106 have bills, 0102 and 0107 are held.
fn proposed() -> Desk {
    let desk = Desk::with_settings(DECISION);
    let outcome = desk.run(PROPOSED);
    assert_eq!((outcome.runs[0].bills, outcome.runs[0].proposed.len()), (0, 3));
    desk
}

fn register(desk: &Desk) -> Vec<u8> {
    std::fs::read(desk.root().join(REGISTER)).unwrap()
}

/// Decision, reason and initials in rows of the register counted from 0.
fn decided(book: &[u8], rows: &[(u32, &str, &str, &str)]) -> Vec<u8> {
    let mut cells = Vec::new();
    for (row, decision, reason, initials) in rows {
        for (header, text) in [("Decision", decision), ("Reason", reason), ("Initials", initials)] {
            if !text.is_empty() {
                cells.push(("Register", header, *row, *text));
            }
        }
    }
    typed(book, &cells)
}

fn all_approved(book: &[u8]) -> Vec<u8> {
    decided(book, &[(0, "Approve", "", "KB"), (1, "Approve", "", "KB"), (2, "Approve", "", "KB")])
}

/// Drops the register and runs; gives what became of the file, and the run.
fn taken(desk: &Desk, book: &[u8], day: &str) -> (FileOutcome, Outcome) {
    desk.drop("register.xlsx", book);
    let mut outcome = desk.run(day);
    (outcome.files.remove(0), outcome)
}

/// The file comes back with findings of a code, each naming its cell; nothing is posted.
fn refused(desk: &Desk, book: &[u8], day: &str, code: &str) -> Vec<String> {
    let before = desk.lists(day);
    let (file, outcome) = taken(desk, book, day);
    assert_eq!(file.fate, Fate::Returned, "{}", told(&file));
    assert_eq!(outcome.runs[0].bills, 0);
    assert_eq!(desk.lists(day), before, "nothing is posted");
    assert!(desk.has(book), "the bytes are kept");
    let found = file.findings.iter().filter(|finding| finding.code.word() == code);
    let found: Vec<String> = found.map(|finding| finding.origin.to_string()).collect();
    assert!(!found.is_empty(), "{code}: {}", told(&file));
    found
}

#[test]
fn nothing_is_posted_before_somebody_approves() {
    let desk = proposed();
    assert_eq!(desk.list(What::Bills, PROPOSED), "");
    assert_eq!(desk.list(What::Entries, PROPOSED).lines().count(), 2, "the opening balances alone");
    // The month's run was made: it names the reads that are missing.
    assert!(desk.list(What::Reads, PROPOSED).contains("0107,M7,2026-01,,,,,,,,no-read"));
    let status = status(&desk.root(), date(PROPOSED)).unwrap();
    assert_eq!(status.waiting.len(), 1);
    let waiting = &status.waiting[0];
    assert_eq!(
        (waiting.bills, waiting.until, waiting.path.as_str()),
        (3, Some(date("2026-02-18")), REGISTER)
    );
    let again = desk.run(NEXT);
    assert!(again.written.is_empty(), "a day without news writes nothing: {:?}", again.written);
}

#[test]
fn approved_bills_post_on_the_day_of_the_return_and_as_they_were_proposed() {
    let desk = proposed();
    let automatic = Desk::after_january();
    let book = register(&desk);
    let (file, outcome) = taken(&desk, &all_approved(&book), NEXT);
    assert_eq!(told(&file), "accepted (bill register): 3 decisions\n");
    assert_eq!((outcome.runs[0].bills, outcome.runs[0].proposed.len()), (3, 0));
    // Bills are dated with the day of the run that posts them, never back; otherwise they are what a run posts by itself.
    let bills = desk.list(What::Bills, NEXT);
    let by_itself = automatic.list(What::Bills, NEXT);
    assert_eq!(bills, by_itself.replace("2026-01-22", NEXT).replace("2026-02-11", "2026-02-12"));
    assert_eq!(desk.list(What::BillLines, NEXT), automatic.list(What::BillLines, NEXT));
    let sheet = Listed::read(&book, "Register");
    let charges: Vec<_> = (0..3).map(|row| sheet.number_at("Charges", row).to_string()).collect();
    let posted: Vec<_> = bills.lines().map(|line| line.split(',').nth(21).unwrap()).collect();
    let cents = |text: &str| text.parse::<f64>().unwrap();
    assert!(
        charges.iter().zip(&posted).all(|(shown, posted)| cents(shown) == cents(posted)),
        "{charges:?} {posted:?}"
    );
}

#[test]
fn held_bills_stay_proposed_and_rejected_ones_go_until_their_facts_change() {
    let desk = proposed();
    let rows =
        [(0, "hold", "leak reported", "KB"), (1, "APPROVE", "", "kb"), (2, "Reject", "vacant lot", "KB")];
    let (_, outcome) = taken(&desk, &decided(&register(&desk), &rows), NEXT);
    let run = &outcome.runs[0];
    assert_eq!((run.bills, run.proposed.len()), (1, 1));
    assert_eq!(run.proposed[0].held, "Held by KB on 2026-01-23: leak reported.");
    let rejected = run.held.iter().find(|held| held.account.as_str() == "0106").unwrap();
    assert!(rejected.reason.starts_with("Rejected by KB on 2026-01-23: vacant lot."), "{}", rejected.reason);
    // The same on the next day, and on the new register.
    let run = &desk.run(LATER).runs[0];
    assert_eq!((run.bills, run.proposed.len()), (0, 1));
    let sheet = Listed::read(&register(&desk), "Register");
    assert_eq!(sheet.words("State"), ["proposed. Held by KB on 2026-01-23: leak reported.", "posted"]);
    // A larger meter is another bill: it is proposed anew.
    let header = "Account,Customer,Service address,Class,Meter size,Status,Opened,Cycle";
    let row = "0106,Fay Encelia,4 Agave Way,residential,1,active,3/1/2019,1";
    desk.drop("larger.csv", format!("{header}\n{row}\n").as_bytes());
    assert_eq!(desk.run(LATER).runs[0].proposed.len(), 2);
    // What was held is approved at last.
    let (_, outcome) = taken(&desk, &decided(&register(&desk), &[(0, "Approve", "", "KB")]), LATER);
    assert_eq!((outcome.runs[0].bills, outcome.runs[0].proposed.len()), (1, 1));
}

#[test]
fn a_changed_cell_is_named() {
    let desk = proposed();
    let book = all_approved(&register(&desk));
    let cells = [
        ("Register", "Charges", 1, "1.00"),
        ("Register", "Account", 2, "0107"),
        ("Held", "Reading", 0, "2700"),
    ];
    let sheet = Listed::read(&book, "Register");
    let held = Listed::read(&book, "Held");
    let column = |listed: &Listed, header| meterbook::domain::origin::column_letters(listed.column(header));
    let found = refused(&desk, &typed(&book, &cells), NEXT, "changed-cell");
    assert_eq!(
        found,
        [
            format!("register.xlsx, Held!{}6", column(&held, "Reading")),
            format!("register.xlsx, Register!{}7", column(&sheet, "Charges")),
            format!("register.xlsx, Register!{}8", column(&sheet, "Account")),
        ]
    );
}

#[test]
fn what_is_typed_must_be_a_decision_with_initials() {
    let desk = proposed();
    let book = register(&desk);
    let rows = [(0, "Maybe", "", "KB"), (1, "Approve", "", ""), (2, "Reject", "", "KB")];
    let book = decided(&book, &rows);
    let found = refused(&desk, &book, NEXT, "unreadable-cell");
    assert_eq!(found.len(), 1, "{found:?}");
    let missing = refused(&desk, &decided(&register(&desk), &rows[1..]), NEXT, "missing-cell");
    assert_eq!(missing.len(), 2, "initials, and the reason of a rejection: {missing:?}");
    refused(&desk, &register(&desk), NEXT, "nothing-to-decide");
}

#[test]
fn a_stale_register_is_refused() {
    let desk = proposed();
    let book = register(&desk);
    desk.drop("more.csv", b"Account,Meter,Read date,Reading\n0107,M7,1/20/2026,7600\n");
    desk.run(NEXT);
    let found = refused(&desk, &all_approved(&book), NEXT, "stale-proposal");
    assert_eq!(found, ["register.xlsx"], "the newest register is named: no decided row changed");
    // A newer read of a decided account is named with its row.
    let book = register(&desk);
    desk.drop("later.csv", b"Account,Meter,Read date,Reading\n0101,M1,1/20/2026,1950\n");
    desk.run(LATER);
    let found = refused(&desk, &all_approved(&book), LATER, "stale-proposal");
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[1].starts_with("register.xlsx, Register!"), "{found:?}");
}

#[test]
fn a_register_is_returned_once() {
    let desk = proposed();
    let book = register(&desk);
    let rows = [(0, "Approve", "", "KB")];
    let first = decided(&book, &rows);
    taken(&desk, &first, NEXT);
    let (same, _) = taken(&desk, &first, NEXT);
    assert_eq!(same.fate, Fate::Duplicate, "the same bytes: {}", told(&same));
    refused(&desk, &all_approved(&book), NEXT, "returned-before");
    assert_eq!(desk.list(What::Bills, LATER).lines().count(), 1);
}

#[test]
fn who_prepared_a_bill_does_not_approve_it_where_the_office_forbids_that() {
    let settings = format!("{DECISION}prepared_by = \"KB\"\npreparer_may_approve = false\n");
    let desk = Desk::with_settings(&settings);
    desk.run(PROPOSED);
    let book = register(&desk);
    refused(&desk, &decided(&book, &[(0, "Approve", "", "kb")]), NEXT, "same-person");
    let (file, _) = taken(&desk, &decided(&book, &[(0, "Approve", "", "AL"), (1, "Hold", "", "KB")]), NEXT);
    assert_eq!(file.fate, Fate::Accepted, "{}", told(&file));
    // Whoever decided on the reading of a bill prepared it too.
    let book = typed(
        &register(&desk),
        &[("Held", "Decision", 0, "Override"), ("Held", "Value", 0, "2700"), ("Held", "Initials", 0, "AL")],
    );
    let (file, outcome) = taken(&desk, &book, LATER);
    assert_eq!(file.fate, Fate::Accepted, "{}", told(&file));
    assert_eq!(outcome.runs[0].proposed.len(), 3, "the overridden read is proposed");
    let sheet = Listed::read(&register(&desk), "Register");
    let row =
        u32::try_from(sheet.words("Account").iter().position(|account| account == "0102").unwrap()).unwrap();
    refused(&desk, &decided(&register(&desk), &[(row, "Approve", "", "AL")]), LATER, "same-person");
}

#[test]
fn held_reads_are_decided_on_the_register_of_an_automatic_run_too() {
    let desk = Desk::after_january();
    let book = register(&desk);
    let cells = [
        ("Held", "Decision", 0, "Override"),
        ("Held", "Value", 0, "2700"),
        ("Held", "Initials", 0, "KB"),
        ("Held", "Decision", 1, "Estimate"),
        ("Held", "Value", 1, "2026-01-12"),
        ("Held", "Initials", 1, "KB"),
    ];
    let (file, outcome) = taken(&desk, &typed(&book, &cells), NEXT);
    assert_eq!(file.fate, Fate::Accepted, "{}", told(&file));
    assert_eq!((outcome.runs[0].bills, outcome.runs[0].held.len()), (2, 0));
    assert!(desk.list(What::Bills, NEXT).contains("202601-0102"));
}

#[test]
fn the_cover_alone_is_enough_and_a_lone_sheet_is_not() {
    let desk = proposed();
    let book = all_approved(&register(&desk));
    let (file, _) = taken(&desk, &without_properties(&book), NEXT);
    assert_eq!(file.fate, Fate::Accepted, "{}", told(&file));
    let csv = "Account,Customer,Service address,Class,Size,Decision,Initials,Reason,Ref,Seal\n\
               0101,Ada Barrow,1 Agave Way,residential,5/8,Approve,KB,,202601-0101,a.b.c\n";
    refused(&desk, csv.as_bytes(), NEXT, "lone-sheet");
}

#[test]
fn the_archive_makes_the_same_books_with_their_decisions() {
    let desk = proposed();
    let rows = [(0, "hold", "", "KB"), (1, "Approve", "", "KB"), (2, "Reject", "vacant lot", "KB")];
    taken(&desk, &decided(&register(&desk), &rows), NEXT);
    let (before, register_before) = (desk.lists(LATER), register(&desk));
    std::fs::remove_file(desk.root().join("ledger.db")).unwrap();
    let outcome = desk.run(NEXT);
    assert_eq!((outcome.runs[0].bills, outcome.runs[0].proposed.len()), (0, 1));
    assert_eq!(desk.lists(LATER), before);
    assert_eq!(register(&desk), register_before);
}

#[test]
fn the_order_of_the_rows_and_a_filter_change_nothing() {
    let desk = proposed();
    let rows = [(0, "Approve", "", "KB"), (1, "Hold", "", "KB"), (2, "Reject", "vacant lot", "KB")];
    let book = turned_over(&decided(&register(&desk), &rows), "Register", 3);
    assert_eq!(Listed::read(&book, "Register").words("Account"), ["0106", "0104", "0101"]);
    let (file, outcome) = taken(&desk.copy(), &book, NEXT);
    assert_eq!(told(&file), "accepted (bill register): 3 decisions\n");
    assert_eq!((outcome.runs[0].bills, outcome.runs[0].proposed.len()), (1, 1));
    // Sorted by a spreadsheet program, what other sheets work out from its rows by their places is another.
    let elsewhere = |book: &[u8]| with_cell(book, "Compared", "L8", "987");
    let (file, outcome) = taken(&desk, &elsewhere(&book), NEXT);
    assert_eq!(told(&file), "accepted (bill register): 3 decisions\n");
    assert_eq!((outcome.runs[0].bills, outcome.runs[0].proposed.len()), (1, 1));
    assert!(desk.list(What::Bills, NEXT).contains("202601-0101"));
    let in_order = decided(&register(&proposed()), &rows);
    refused(&proposed(), &elsewhere(&in_order), NEXT, "changed-cell");
    let also = typed(&book, &[("Register", "Customer", 0, "Ada Sparrow")]);
    refused(&proposed(), &also, NEXT, "changed-cell");
}

#[test]
fn a_register_that_libreoffice_saved_again_is_the_same() {
    let Some(soffice) = soffice() else { return };
    let desk = proposed();
    let rows = [(0, "Approve", "", "KB"), (1, "Hold", "", "KB"), (2, "Reject", "vacant lot", "KB")];
    let book = decided(&register(&desk), &rows);
    let saved =
        saved_again(&soffice, &[("register.xlsx".to_owned(), book.clone())], "xlsx:Calc MS Excel 2007 XML");
    let ods = saved_again(&soffice, &[("register.xlsx".to_owned(), book)], "ods");
    for book in [&saved[0], &ods[0]] {
        let desk = desk.copy();
        let (file, outcome) = taken(&desk, book, NEXT);
        assert_eq!(file.fate, Fate::Accepted, "{}", told(&file));
        assert_eq!((outcome.runs[0].bills, outcome.runs[0].proposed.len()), (1, 1));
        let changed = typed(&saved[0], &[("Register", "Customer", 0, "Ada Sparrow")]);
        refused(&self::proposed(), &changed, NEXT, "changed-cell");
    }
}

#[test]
fn bills_that_nobody_decided_are_named_when_their_month_closes() {
    let desk = proposed();
    let outcome = desk.run("2026-02-19");
    let told = outcome.warnings.iter().find(|told| told.starts_with("2026-01 cycle 1: 3 bills ("));
    assert!(told.is_some(), "{:?}", outcome.warnings);
    refused(
        &desk,
        &all_approved(&std::fs::read(desk.root().join(REGISTER)).unwrap()),
        "2026-02-20",
        "stale-proposal",
    );
    assert!(desk.run("2026-02-20").warnings.iter().all(|told| !told.starts_with("2026-01 cycle 1: 3 bills")));
}
