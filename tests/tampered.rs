//! What may be done to a workbook on its way back, on every list that takes decisions: it is refused, and the cell is named.

use std::collections::BTreeSet;
use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use meterbook::domain::origin::column_letters;
use meterbook::domain::page::seal::{COVER, DECISION, INITIALS, REF, Seal};
use meterbook::domain::page::{Page, Table};
use meterbook::domain::proposals::receipts::Fate;
use meterbook::sheet;
use meterbook::workbook::{
    AUDIT, CALLS, DEPOSITS, HELD, LATE_FEES_DUE, LETTERS, NOT_ON_RECORD, PROPOSED, REGISTER, RUN_ID,
    SCHEDULE, SETTLED, STUCK,
};

use crate::account_changes;
use crate::closed_accounts::with_a_credit;
use crate::deposit_refunds::with_deposits;
use crate::late_fees::{DUE, NEXT, wanting_decisions};
use crate::letters;
use crate::lock_offs::{self, before_the_lock_off};
use crate::pages::every_book;
use crate::pages::walker::{self, HEADER};
use crate::read_audit::with_a_stray;
use crate::recalculation::{saved_again, soffice};
use crate::stuck_meters::after_march;
use crate::support::desk::{Desk, TODAY, told};
use crate::support::typed::{typed, with_cell, with_part, with_row_again, with_row_removed};

/// A list with a row that waits, and a sound decision about it.
pub(crate) struct Waiting {
    pub(crate) desk: Desk,
    /// The day of the return.
    pub(crate) day: &'static str,
    pub(crate) path: &'static str,
    pub(crate) list: &'static str,
    /// From 0.
    row: u32,
    decided: &'static [(&'static str, &'static str)],
    /// Whether a decision goes by the run that the workbook shows; a letter that was sent was sent.
    pub(crate) by_run: bool,
}

const OVERRIDDEN: &[(&str, &str)] = &[("Decision", "Override"), ("Value", "2700"), ("Initials", "KB")];
const REJECTED: &[(&str, &str)] = &[("Decision", "Reject"), ("Reason", "a slip"), ("Initials", "KB")];
const APPROVED: &[(&str, &str)] = &[("Decision", "Approve"), ("Initials", "KB")];

/// A row of every list of every workbook that takes decisions.
pub(crate) fn every_list() -> Vec<Waiting> {
    let proposed = Desk::with_settings("\n[approval]\nbill_run = \"decision\"\n");
    proposed.run("2026-01-22");
    let past_due = letters::billed("");
    past_due.run("2026-02-12");
    let to_call = letters::billed("");
    to_call.run("2026-03-03");
    let register = "outbox/2026-01/bill-register-cycle-1.xlsx";
    let audit = "outbox/2026-01/read-audit-cycle-1.xlsx";
    let list = |desk: Desk, day, path: &'static str, list, row, decided| {
        let by_itself = [
            "past-due-list.xlsx",
            "accounts-changes.xlsx",
            "late-fees.xlsx",
            "deposit-refunds.xlsx",
            "closed-accounts.xlsx",
        ];
        let by_run = !by_itself.iter().any(|name| path.ends_with(name));
        Waiting { desk, day, path, list, row, decided, by_run }
    };
    let stray = "outbox/2026-02/read-audit-cycle-1.xlsx";
    let stuck = "outbox/2026-03/stuck-meters.xlsx";
    let sent = &[("Decision", "Sent"), ("Initials", "KB")];
    // Nobody in the small office has a telephone number.
    let called = &[("Decision", "Hung"), ("Initials", "KB")];
    let after_january = Desk::after_january();
    let held = row_of(&after_january, audit, AUDIT, "0102");
    let changed = "outbox/2026-02/accounts-changes.xlsx";
    let waiting = account_changes::with_a_change_waiting();
    let deposits = "outbox/2026-02/deposit-refunds.xlsx";
    let closed = "outbox/2026-02/closed-accounts.xlsx";
    let late = "outbox/2026-02/late-fees.xlsx";
    let refunded = &[("Decision", "Refund"), ("Initials", "KB")];
    let with_deposits = with_deposits("");
    let deposit = row_of(&with_deposits, deposits, DEPOSITS, "0101");
    let with_a_credit = with_a_credit();
    let credit = row_of(&with_a_credit, closed, SETTLED, "0104");
    let late_fees = wanting_decisions();
    late_fees.run(DUE);
    vec![
        list(proposed, "2026-01-23", register, REGISTER, 1, APPROVED),
        list(after_january.copy(), TODAY, register, HELD, 0, OVERRIDDEN),
        list(after_january, TODAY, audit, AUDIT, held, OVERRIDDEN),
        list(with_a_stray(), "2026-02-11", stray, NOT_ON_RECORD, 0, REJECTED),
        list(after_march(""), "2026-03-20", stuck, STUCK, 0, APPROVED),
        list(before_the_lock_off(""), "2026-03-10", lock_offs::SCHEDULE, SCHEDULE, 0, APPROVED),
        list(waiting, "2026-02-11", changed, PROPOSED, 0, APPROVED),
        list(past_due, "2026-02-16", letters::LIST, LETTERS, 0, sent),
        list(to_call, "2026-03-04", "outbox/2026-03/past-due-list.xlsx", CALLS, 0, called),
        list(with_deposits, "2026-02-11", deposits, DEPOSITS, deposit, refunded),
        list(with_a_credit, "2026-02-20", closed, SETTLED, credit, refunded),
        list(late_fees, NEXT, late, LATE_FEES_DUE, 0, APPROVED),
    ]
}

fn row_of(desk: &Desk, path: &str, list: &str, account: &str) -> u32 {
    let book = std::fs::read(desk.root().join(path)).unwrap();
    let accounts = walker::Listed::read(&book, list).words("Account");
    u32::try_from(accounts.iter().position(|other| other == account).unwrap()).unwrap()
}

impl Waiting {
    /// The workbook with its decision.
    pub(crate) fn decided(&self) -> Vec<u8> {
        self.with(&std::fs::read(self.desk.root().join(self.path)).unwrap(), self.decided)
    }

    /// A workbook with texts typed into the row.
    pub(crate) fn with(&self, book: &[u8], cells: &[(&str, &str)]) -> Vec<u8> {
        let cells: Vec<_> =
            cells.iter().map(|(header, text)| (self.list, *header, self.row, *text)).collect();
        typed(book, &cells)
    }

    /// Headers and cells of the row.
    fn cells(&self, book: &[u8]) -> Vec<(String, Data)> {
        let sheet = walker::sheet(book, self.list);
        let cell = |row: u32, column: u32| sheet.get_value((row, column)).cloned().unwrap_or(Data::Empty);
        let last = sheet.end().unwrap().1;
        (0..=last).map(|at| (cell(HEADER, at).to_string(), cell(HEADER + 1 + self.row, at))).collect()
    }

    fn text(&self, book: &[u8], header: &str) -> String {
        self.cells(book).into_iter().find(|(other, _)| other == header).unwrap().1.to_string()
    }

    /// The address of a cell of a row counted from 0.
    fn address(&self, book: &[u8], header: &str, row: u32) -> String {
        let column = walker::Listed::read(book, self.list).column(header);
        format!("{}{}", column_letters(column), HEADER + 2 + row)
    }

    fn rows(&self, book: &[u8]) -> u32 {
        let accounts = walker::sheet(book, self.list);
        accounts.end().unwrap().0 - HEADER
    }
}

/// A sort of tampering: what it is, the workbook, the finding's code, and the cell that it must name.
type Tampered = (&'static str, Vec<u8>, &'static str, String);

/// What is done to the row and its list: eleven sorts.
fn tampered(list: &Waiting) -> Vec<Tampered> {
    let book = list.decided();
    let at = |header: &str| format!("{}!{}", list.list, list.address(&book, header, list.row));
    let name = if list.list == NOT_ON_RECORD { "Meter" } else { "Account" };
    let figure = list
        .cells(&book)
        .into_iter()
        .find_map(|(header, cell)| {
            matches!(cell, Data::Float(_) | Data::DateTime(_)).then_some(header).filter(|it| it != "Value")
        })
        .expect("a list has figures");
    let seal = list.text(&book, "Seal");
    let (token, rest) = seal.split_once('.').unwrap();
    let turned = if rest.starts_with('A') { "B" } else { "A" };
    let other_seal = format!("{token}.{turned}{}", &rest[1..]);
    let broken_seal = format!("x{seal}");
    let last = list.rows(&book);
    let again = with_row_again(&book, list.list, list.row);
    let below = |header: &str| list.address(&again, header, last);
    let cell = |book: &[u8], address: &str, text: &str| with_cell(book, list.list, address, text);
    let header = format!("{}{}", list.address(&book, name, 0).trim_end_matches(char::is_numeric), HEADER + 1);
    let changed = "changed-cell";
    vec![
        ("another figure", list.with(&book, &[(&figure, "987654")]), changed, at(&figure)),
        ("another name", list.with(&book, &[(name, "X199")]), changed, at(name)),
        ("another Ref", list.with(&book, &[("Ref", "202601-0199")]), changed, at("Ref")),
        ("another seal", list.with(&book, &[("Seal", &other_seal)]), changed, at("Seal")),
        ("a seal with another token", list.with(&book, &[("Seal", &broken_seal)]), changed, at("Seal")),
        ("no seal", list.with(&book, &[("Seal", "")]), changed, at("Seal")),
        ("a row twice", again.clone(), "conflicting-rows", format!("{}!{}", list.list, below("Ref"))),
        (
            "a row made of another",
            cell(&again, &below(name), "X199"),
            changed,
            format!("{}!{}", list.list, below(name)),
        ),
        ("another header", cell(&book, &header, "Whose"), changed, list.list.to_owned()),
        (
            "no decision that there is",
            list.with(&book, &[("Decision", "Maybe")]),
            "unreadable-cell",
            at("Decision"),
        ),
        ("no initials", list.with(&book, &[("Initials", "")]), "missing-cell", at("Initials")),
    ]
}

/// What is done to rows: of the list one that nothing is decided on is removed, and of each list without decisions the last;
/// once as by a program that counts the rows again, once as by one that does not.
fn rows_removed(list: &Waiting) -> Vec<Tampered> {
    let book = list.decided();
    let mut reader: Xlsx<_> = Xlsx::new(Cursor::new(&book)).unwrap();
    let mut removed = Vec::new();
    for (name, values) in reader.worksheets() {
        let count = values.rows().position(|row| row.first().is_some_and(|cell| *cell == "All rows"));
        let Some(at) = count else { continue };
        let rows = values.get_value((u32::try_from(at).unwrap(), 1)).unwrap().to_string();
        let (last, other) = (HEADER + rows.parse::<u32>().unwrap(), if list.row == 0 { 1 } else { 0 });
        let gone = if name == list.list { HEADER + 1 + other } else { last };
        if gone > last || rows == "0" {
            continue;
        }
        let without = with_row_removed(&book, &name, gone + 1);
        let counted = with_cell(&without, &name, &format!("B{}", at + 1), "987");
        for (sort, book) in [("without", without), ("counted", counted)] {
            let sort: &str = format!("{name} {sort}").leak();
            removed.push((sort, book, "changed-cell", format!("{name}!B{}", at + 1)));
        }
    }
    removed
}

#[test]
fn rows_that_were_removed_are_missed_on_every_sheet() {
    for list in every_list() {
        let removed = rows_removed(&list);
        assert!(removed.len() > 1, "{}: {}", list.path, removed.len());
        refused(&list, removed);
    }
}

/// What is done elsewhere: a cell in rows of the cover, and of each list a control total and, where nothing is decided on
/// them, a cell of its last row.
fn tampered_elsewhere(list: &Waiting) -> Vec<Tampered> {
    let book = list.decided();
    let mut reader: Xlsx<_> = Xlsx::new(Cursor::new(&book)).unwrap();
    let mut tampered = Vec::new();
    for (name, values) in reader.worksheets() {
        let is_seal = |text: &Data| Seal::parse(&text.to_string()).is_some();
        let sealed = values.used_cells().filter(|(.., cell)| is_seal(cell));
        let sealed: Vec<(usize, usize)> = sealed.map(|(row, column, _)| (row, column)).collect();
        if values.height() == 1 {
            continue; // a mail merge without letters
        }
        assert!(!sealed.is_empty(), "{}: {name} is not sealed", list.path);
        let rows = match name.as_str() {
            COVER => sealed.into_iter().step_by(4).collect(),
            other if other == list.list => vec![sealed[2]],
            _ => vec![sealed[sealed.len().min(3) - 1], sealed[sealed.len() - 1]],
        };
        for (row, seal) in rows {
            let is_filled = |at: &usize| values.get((row, *at)).is_some_and(|cell| *cell != Data::Empty);
            let column = (0..seal).rev().find(is_filled).expect("a sealed row says something");
            let address = format!("{}{}", column_letters(u32::try_from(column).unwrap()), row + 1);
            let changed = with_cell(&book, &name, &address, "987654");
            let sort: &str = format!("change {}", tampered.len()).leak();
            tampered.push((sort, changed, "changed-cell", format!("{name}!{address}")));
        }
    }
    tampered
}

#[test]
fn a_changed_cell_of_any_other_sheet_is_refused_and_named() {
    for list in every_list() {
        let tampered = tampered_elsewhere(&list);
        let sheets = walker::sheets(&list.decided()).len();
        assert!(tampered.len() > sheets, "{}: {} of {sheets} sheets", list.path, tampered.len());
        refused(&list, tampered);
    }
}

#[test]
fn a_workbook_that_another_program_recalculated_and_saved_is_taken_in() {
    let Some(soffice) = soffice() else { return };
    let lists = every_list();
    let books: Vec<_> =
        lists.iter().enumerate().map(|(at, list)| (format!("book{at}"), list.decided())).collect();
    let saved = saved_again(&soffice, &books, "xlsx:Calc MS Excel 2007 XML");
    for (list, book) in lists.iter().zip(saved) {
        list.desk.drop("back.xlsx", &book);
        let file = list.desk.run(list.day).files.remove(0);
        assert_eq!(file.fate, Fate::Accepted, "{}, {}: {}", list.path, list.list, told(&file));
    }
}

#[test]
fn a_sheet_that_somebody_added_does_no_harm() {
    let list = every_list().remove(0);
    let book = with_part(&list.decided(), "xl/workbook.xml", |xml| {
        xml.replace("</sheets>", "<sheet name=\"My notes\" sheetId=\"99\" r:id=\"rId1\"/></sheets>")
    });
    assert_eq!(walker::sheet(&book, "My notes").get_value((0, 0)).unwrap().to_string(), "Bill register");
    let book = with_cell(&book, REGISTER, "ZZ3", "my remark");
    list.desk.drop("back.xlsx", &book);
    let file = list.desk.run(list.day).files.remove(0);
    assert_eq!(file.fate, Fate::Accepted, "{}", told(&file));
}

/// A workbook that says to show another run.
fn of_another_run(book: &[u8]) -> Vec<u8> {
    let own = sheet::open("book.xlsx", book).unwrap().property(RUN_ID).unwrap().to_owned();
    let last = if own.ends_with('A') { 'B' } else { 'A' };
    let other = format!("{}{last}", &own[..own.len() - 1]);
    with_part(book, "docProps/custom.xml", |xml| xml.replace(&own, &other))
}

/// Drops workbooks together into a copy of the office: each comes back with its finding, and nothing is posted.
fn refused(list: &Waiting, tampered: Vec<Tampered>) {
    let desk = list.desk.copy();
    let before = desk.lists(list.day);
    for (sort, book, ..) in &tampered {
        desk.drop(&format!("{sort}.xlsx"), book);
    }
    let files = desk.run(list.day).files;
    for (sort, book, code, cell) in &tampered {
        let what = format!("{}, {}: {sort}", list.path, list.list);
        let name = format!("{sort}.xlsx");
        let file = files.iter().find(|file| file.name == name).unwrap();
        assert_eq!(file.fate, Fate::Returned, "{what}: {}", told(file));
        assert!(desk.has(book), "{what}: the bytes are lost");
        let place = if cell.is_empty() { name } else { format!("{name}, {cell}") };
        let named = file
            .findings
            .iter()
            .any(|finding| finding.code.word() == *code && finding.origin.to_string().starts_with(&place));
        assert!(named, "{what}: no {code} at {cell}: {}", told(file));
    }
    assert_eq!(desk.lists(list.day), before, "{}, {}: something was posted", list.path, list.list);
}

/// The lists of all workbooks whose rows take decisions.
fn lists_with_decisions() -> BTreeSet<String> {
    let mut lists = BTreeSet::new();
    every_book(|_, book| {
        let tables = book.pages.iter().filter_map(|page| match page {
            Page::Table(table) | Page::Summary(table, _) => Some(table),
            Page::Cover(_) | Page::Handout(_) | Page::Input(_) | Page::Merge(_) => None,
        });
        let takes = |table: &&Table<'_>| {
            [REF, DECISION, INITIALS].iter().all(|header| table.columns.iter().any(|one| one.name == *header))
        };
        lists.extend(tables.filter(takes).map(|table| table.name.clone()));
    });
    lists
}

#[test]
fn tampering_of_every_sort_is_refused_on_every_list_and_its_cell_named() {
    let lists = every_list();
    let tried: BTreeSet<String> = lists.iter().map(|list| list.list.to_owned()).collect();
    assert_eq!(tried, lists_with_decisions(), "every list that takes decisions is in every_list");
    for list in lists {
        let taken = list.desk.copy();
        taken.drop("back.xlsx", &list.decided());
        let file = taken.run(list.day).files.remove(0);
        assert_eq!(file.fate, Fate::Accepted, "{}, {}: {}", list.path, list.list, told(&file));
        let mut sorts = tampered(&list);
        if list.by_run {
            let stale = of_another_run(&list.decided());
            sorts.push(("another run", stale, "stale-proposal", String::new()));
        }
        refused(&list, sorts);
        // Once taken in, a further copy is refused whatever is typed into it.
        let again = list.with(&list.decided(), &[("Initials", "AL")]);
        let code = if list.by_run { "returned-before" } else { "nothing-to-decide" };
        refused(&Waiting { desk: taken, ..list }, vec![("a second return", again, code, String::new())]);
    }
}
