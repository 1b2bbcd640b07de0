//! A filled copy of the field orders comes back as field results, and the read audit with decisions.

use meterbook::domain::proposals::receipts::Fate;
use meterbook::flow::What;

use crate::pages::walker::Listed;
use crate::support::desk::{Desk, TODAY, told};
use crate::support::typed::typed;

/// A workbook of the outbox.
fn workbook(desk: &Desk, path: &str) -> Vec<u8> {
    std::fs::read(desk.root().join("outbox").join(path)).unwrap()
}

/// Types date, action, reading and initials into a row of the open orders, counted from 0.
fn filled(bytes: &[u8], row: u32, done: [&str; 4]) -> Vec<u8> {
    let cells =
        ["Date", "Action", "Reading", "By"].into_iter().zip(done).filter(|(_, text)| !text.is_empty());
    let cells: Vec<_> = cells.map(|(header, text)| ("Open orders", header, row, text)).collect();
    typed(bytes, &cells)
}

#[test]
fn a_filled_copy_closes_its_orders_and_leaves_the_others_open() {
    let desk = Desk::after_january();
    let copy =
        filled(&workbook(&desk, "2026-01/field-orders.xlsx"), 1, ["2026-02-09", "reread", "6400", "JM"]);
    let outcome = desk.take("field orders, filled in.xlsx", &copy);
    assert_eq!(told(&outcome), "accepted (field results): 1 reading, 1 field result\n");
    let orders = desk.list(What::Orders, TODAY);
    let lines: Vec<&str> = orders.lines().collect();
    assert!(lines[0].contains(",open,"), "{}", lines[0]);
    assert!(lines[1].ends_with(",done,reread,6400,2026-02-09,JM"), "{}", lines[1]);
    let copy = filled(&workbook(&desk, "2026-02/field-orders.xlsx"), 0, ["2026-02-10", "locked", "", "JM"]);
    let told = told(&desk.take("again.xlsx", &copy));
    assert!(told.contains("error[conflicting-rows]"), "a high-use check locks nothing: {told}");
}

#[test]
fn an_open_order_is_in_the_newest_workbook_alone() {
    let desk = Desk::after_january();
    let orders = |path: &str, sheet: &str| Listed::read(&workbook(&desk, path), sheet).words("Order");
    let made = orders("2026-01/field-orders.xlsx", "Open orders");
    assert!(!made.is_empty());
    let copy =
        filled(&workbook(&desk, "2026-01/field-orders.xlsx"), 1, ["2026-01-30", "reread", "6400", "JM"]);
    desk.take("field orders, filled in.xlsx", &copy);
    let february = orders("2026-02/field-orders.xlsx", "Open orders");
    assert!(!february.contains(&made[1]) && february.contains(&made[0]), "{february:?} of {made:?}");
    assert_eq!(orders("2026-01/field-orders.xlsx", "Open orders"), Vec::<String>::new());
    assert_eq!(orders("2026-01/field-orders.xlsx", "Closed orders"), [made[1].clone()]);
}

const AUDIT: &str = "2026-01/read-audit-cycle-1.xlsx";

/// The row of an account on the audit, counted from 0.
fn row_of(bytes: &[u8], account: &str) -> u32 {
    let accounts = Listed::read(bytes, "Audit").words("Account");
    u32::try_from(accounts.iter().position(|other| other == account).unwrap()).unwrap()
}

/// Decision, value and initials in the row of an account.
fn decided(bytes: &[u8], account: &str, [decision, value, initials]: [&str; 3]) -> Vec<u8> {
    let row = row_of(bytes, account);
    let cells = [("Decision", decision), ("Value", value), ("Initials", initials)];
    let cells = cells.into_iter().filter(|(_, text)| !text.is_empty());
    let cells: Vec<_> = cells.map(|(header, text)| ("Audit", header, row, text)).collect();
    typed(bytes, &cells)
}

#[test]
fn held_reads_can_be_decided_in_the_read_audit() {
    let desk = Desk::after_january();
    let book = workbook(&desk, AUDIT);
    let listed = Listed::read(&book, "Audit");
    let states = listed.words("State");
    assert_eq!(states[row_of(&book, "0102") as usize], "held");
    let book = decided(&book, "0102", ["Override", "2650", "KB"]);
    let book = decided(&book, "0107", ["Reread", "", "KB"]);
    let outcome = desk.take("read audit.xlsx", &book);
    assert_eq!(told(&outcome), "accepted (read audit): 1 reading, 1 field order to be made, 2 decisions\n");
    let reads = desk.list(What::Reads, TODAY);
    assert!(reads.contains("0102,M2,2026-01,2026-01-12,2650,override,"), "{reads}");
    assert!(desk.list(What::Bills, TODAY).contains("202601-0102"), "the read that was decided is billed");
    assert!(desk.list(What::Orders, TODAY).contains(",0107,M7,reread,no-read,"));
}

#[test]
fn a_read_audit_that_is_changed_or_past_comes_back_with_its_cells() {
    let desk = Desk::after_january();
    let book = workbook(&desk, AUDIT);
    let row = row_of(&book, "0102");
    let changed = typed(&decided(&book, "0102", ["Accept", "", "KB"]), &[("Audit", "Reading", row, "2700")]);
    let outcome = desk.take("changed.xlsx", &changed);
    assert_eq!(outcome.fate, Fate::Returned);
    assert!(told(&outcome).contains("error[changed-cell]"), "{}", told(&outcome));
    let decisions = b"Account,Month,What,Decision,Value,Initials\n0102,2026-01,read,hold,,KB\n";
    assert_eq!(desk.take("decisions.csv", decisions).fate, Fate::Accepted);
    let outcome = desk.take("past.xlsx", &decided(&book, "0102", ["Override", "2650", "KB"]));
    assert_eq!(outcome.fate, Fate::Returned);
    assert!(told(&outcome).contains("error[stale-proposal]"), "{}", told(&outcome));
    assert!(told(&outcome).contains(AUDIT), "it says where the newest one lies: {}", told(&outcome));
}

#[test]
fn a_read_of_an_unknown_meter_and_one_of_a_billed_month_are_seen_on_the_day_they_come() {
    let desk = Desk::after_january();
    let reads = b"Account,Meter,Read date,Reading\n,M99,1/12/2026,77\n0101,M1,1/12/2026,1905\n";
    assert_eq!(desk.take("reads.csv", reads).fate, Fate::Accepted);
    let book = workbook(&desk, AUDIT);
    assert_eq!(Listed::read(&book, "Not on record").words("Meter"), ["M99"]);
    let row = row_of(&book, "0101") as usize;
    let listed = Listed::read(&book, "Audit");
    assert_eq!(
        (&*listed.words("State")[row], &*listed.words("Exceptions")[row]),
        ("held", "conflicting reads")
    );
    let outcome = desk.take("audit.xlsx", &decided(&book, "0101", ["Override", "1900", "KB"]));
    assert_eq!(outcome.fate, Fate::Accepted, "{}", told(&outcome));
    let book = workbook(&desk, AUDIT);
    assert_eq!(Listed::read(&book, "Audit").words("State")[row_of(&book, "0101") as usize], "billed");
    assert_eq!(desk.list(What::Bills, TODAY).matches("202601-0101").count(), 1, "nothing is billed twice");
}
