//! What rests on what: a fact is undone only after those that were made of it, and then leaves nothing behind.

use std::fs;

use meterbook::domain::id::Sequence;
use meterbook::domain::proposals::receipts::Fate;
use meterbook::flow::{self, UndoQuery, What};

use crate::pages::walker::Listed;
use crate::support::desk::{Desk, TODAY, told};
use crate::support::office::date;
use crate::support::typed::typed;

const BILLED: &str = "2026-02-19";
const RUN: &str = "bill run 2026-02 cycle 1";

/// The number in the archive of the newest fact of a name.
fn number(desk: &Desk, name: &str) -> Sequence {
    let rows = flow::status(&desk.root(), date(BILLED)).unwrap().recent;
    rows.iter().rev().find(|row| row.name == name).unwrap_or_else(|| panic!("no {name}")).sequence
}

fn undo(desk: &Desk, name: &str, day: &str) -> Result<(), String> {
    let query = UndoQuery { sequence: number(desk, name), today: date(day), reason: String::new() };
    flow::undo(&desk.root(), query).map(drop).map_err(|failure| failure.to_string())
}

/// A fact is kept as long as a later one rests on it, and can be undone after it.
fn rests(desk: &Desk, day: &str, first: &str, later: &[(&str, &str)]) {
    let told = undo(desk, first, day).unwrap_err();
    for (name, why) in later {
        let line = format!("{} {name} of ", number(desk, name));
        let named = told.lines().any(|said| said.contains(&line) && said.ends_with(why));
        assert!(named, "{first}: no {name} that {why}: {told}");
    }
    for (name, _) in later.iter().rev() {
        undo(desk, name, day).unwrap();
    }
    undo(desk, first, day).unwrap();
    assert_eq!(flow::verify(&desk.root()).unwrap().faults, Vec::<String>::new(), "{first}");
}

#[test]
fn weather_and_landscapes_stay_until_the_bills_of_their_budgets_are_undone() {
    let office = Desk::after_january();
    office.drop(
        "landscape.csv",
        b"Account,Area sq ft,Special area sq ft,Adjustment factor,Station,From\n0104,20000,,,117,1/1/2026\n",
    );
    office.drop("reads.csv", b"Account,Meter,Read date,Reading\n0104,M4,2/9/2026,10800\n");
    office.drop("eto.csv", crate::weather::report(&[]).as_bytes());
    office.run(TODAY);
    office.run(BILLED);
    for first in ["landscape.csv", "eto.csv"] {
        rests(&office.copy(), BILLED, first, &[(RUN, "bills budgets made from it")]);
    }
}

#[test]
fn meters_and_accounts_stay_until_what_was_billed_by_them_is_undone() {
    let desk = Desk::after_january();
    desk.drop("new meters.csv", b"Account,Meter,Dials,Installed,Initial reading\n0106,M6,6,2/2/2026,0\n");
    desk.drop("new reads.csv", b"Account,Meter,Read date,Reading\n0106,M6,2/9/2026,150\n");
    let header = "Account,Customer,Service address,Class,Meter size,Status,Opened,Cycle";
    let row = "0106,Fay Encelia,4 Agave Way,residential,1,active,3/1/2019,1";
    desk.drop("larger.csv", format!("{header}\n{row}\n").as_bytes());
    desk.run(BILLED);
    let accounts = desk.copy();
    rests(&accounts, BILLED, "larger.csv", &[(RUN, "bills accounts as it has them")]);
    accounts.run(BILLED);
    let bill = accounts
        .list(What::Bills, BILLED)
        .lines()
        .find(|line| line.starts_with("202602-0106"))
        .unwrap()
        .to_owned();
    assert!(bill.contains(",residential,3/4,"), "billed as it was before: {bill}");
    let later = [("new reads.csv", "reads its meters"), (RUN, "bills its meters")];
    rests(&desk, BILLED, "new meters.csv", &later);
}

#[test]
fn decisions_of_a_workbook_stay_until_what_they_posted_is_undone() {
    let desk = Desk::with_settings("\n[approval]\nbill_run = \"decision\"\n");
    desk.run("2026-01-22");
    let register = "outbox/2026-01/bill-register-cycle-1.xlsx";
    let book = fs::read(desk.root().join(register)).unwrap();
    let cells = [("Register", "Decision", 0, "Approve"), ("Register", "Initials", 0, "KB")];
    desk.drop("register.xlsx", &typed(&book, &cells));
    desk.run("2026-01-23");
    rests(&desk, "2026-01-23", "register.xlsx", &[("bill run 2026-01 cycle 1", "posts what it approved")]);
    let run = &desk.run("2026-01-23").runs[0];
    assert_eq!((run.bills, run.proposed.len()), (0, 3), "all of it waits again");

    let desk = Desk::after_january();
    let book = fs::read(desk.root().join(register)).unwrap();
    let cells =
        [("Held", "Decision", 0, "Override"), ("Held", "Value", 0, "2700"), ("Held", "Initials", 0, "KB")];
    let file = desk.take("register.xlsx", &typed(&book, &cells));
    assert_eq!(file.fate, Fate::Accepted, "{}", told(&file));
    let later = [("bill run 2026-01 cycle 1", "bills its reads")];
    rests(&desk, TODAY, "register.xlsx", &later);
}

#[test]
fn orders_stay_until_their_results_are_undone() {
    let desk = Desk::after_january();
    let orders = "field orders 2026-01-22";
    let listed = desk.list(What::Orders, TODAY);
    let order = listed.lines().find(|line| line.contains(",0104,")).unwrap().split(',').next().unwrap();
    let result = format!("Order,Date,Action,Reading,By\n{order},2/9/2026,reread,6200,MO\n");
    let file = desk.take("results.csv", result.as_bytes());
    assert_eq!(file.fate, Fate::Accepted, "{}", told(&file));
    let asked = desk.copy();
    let later = [(orders, "makes field orders of it")];
    undo(&asked, "results.csv", TODAY).unwrap();
    rests(&asked, TODAY, "work-orders.csv", &later);
    rests(&desk, TODAY, orders, &[("results.csv", "has results of its field orders")]);
}

#[test]
fn a_read_audit_whose_reads_were_undone_shows_them_no_more() {
    let desk = Desk::after_january();
    desk.take(
        "reads.csv",
        b"Account,Meter,Read date,Reading\n0101,M1,2/9/2026,2150\n0102,M2,2/9/2026,1500\n",
    );
    let path = desk.root().join("outbox/2026-02/read-audit-cycle-1.xlsx");
    let readings = || Listed::read(&fs::read(&path).unwrap(), "Audit").words("Reading");
    assert!(readings().contains(&"1500".to_owned()), "{:?}", readings());
    undo(&desk, "reads.csv", TODAY).unwrap();
    desk.run(TODAY);
    assert!(readings().iter().all(String::is_empty), "{:?}", readings());
}
