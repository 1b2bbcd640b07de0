//! Closed accounts: how each was settled, what is owed, and a credit that arose after the final bill.

use meterbook::domain::proposals::receipts::Fate;
use meterbook::flow::{self, What};
use meterbook::receivables::keeps_from;
use meterbook::workbook::SETTLED;

use crate::pages::walker::Listed;
use crate::support::desk::{Desk, told};
use crate::support::office::date;
use crate::support::typed::typed;

/// The day of the bill run of February, and the days after it.
const BILLED: &str = "2026-02-19";
const PAID: &str = "2026-02-20";
const DECIDED: &str = "2026-02-23";

/// An office with account 0104 closed after its January bill, and a deposit that pays its final bill in part or whole.
fn after_february(deposit: &str) -> Desk {
    let desk = Desk::after_january();
    close(&desk, deposit);
    desk
}

fn close(desk: &Desk, deposit: &str) {
    desk.drop(
        "closings.csv",
        b"Account,Date,Final reading,Forwarding address\n0104,2/3/2026,6900,PO Box 9\n",
    );
    desk.drop("reads.csv", b"Account,Meter,Read date,Reading\n0101,M1,2/9/2026,2150\n");
    desk.drop(
        "deposits.csv",
        format!("Date,Account,Amount,Reference\n1/5/2026,0104,{deposit},D7\n").as_bytes(),
    );
    desk.run("2026-02-10");
}

fn workbook(desk: &Desk) -> Vec<u8> {
    std::fs::read(desk.root().join("outbox/2026-02/closed-accounts.xlsx")).unwrap()
}

fn at(book: &[u8], sheet: &str) -> usize {
    Listed::read(book, sheet).words("Account").iter().position(|one| one == "0104").unwrap()
}

fn state(desk: &Desk) -> String {
    let book = workbook(desk);
    Listed::read(&book, SETTLED).words("State")[at(&book, SETTLED)].clone()
}

fn decided(book: &[u8]) -> Vec<u8> {
    let row = u32::try_from(at(book, SETTLED)).unwrap();
    typed(book, &[(SETTLED, "Decision", row, "Refund"), (SETTLED, "Initials", row, "RT")])
}

/// An office whose closed account has a credit that waits for a decision on the day after.
pub(crate) fn with_a_credit() -> Desk {
    let desk = after_february("900.00");
    desk.run(BILLED);
    desk.drop("late.csv", b"Date,Account,Amount,Method,Reference\n2/20/2026,0104,40.00,check,CK1\n");
    desk.run(PAID);
    desk
}

#[test]
fn a_credit_that_arises_later_is_refunded_by_a_decision_once() {
    let desk = after_february("900.00");
    assert_eq!(state(&desk), "the final bill is to come");
    desk.run(BILLED);
    assert_eq!(state(&desk), "settled");
    let book = workbook(&desk);
    let checks = Listed::read(&book, "Refund checks");
    assert_eq!(checks.words("What")[at(&book, "Refund checks")], "deposit");
    desk.drop("late.csv", b"Date,Account,Amount,Method,Reference\n2/20/2026,0104,40.00,check,CK1\n");
    desk.run(PAID);
    assert_eq!(state(&desk), "a credit is left: refund it?");
    desk.drop("closed-accounts.xlsx", &decided(&workbook(&desk)));
    let outcome = desk.run(DECIDED);
    assert_eq!(outcome.files[0].fate, Fate::Accepted, "{}", told(&outcome.files[0]));
    let entries = desk.list(What::Entries, DECIDED);
    let refunds: Vec<&str> = entries.lines().filter(|line| line.contains(",0104,refund,")).collect();
    assert_eq!(refunds.len(), 1, "{entries}");
    assert!(refunds[0].starts_with("2026-02-23,0104,refund,40.00,0.00,"), "{refunds:?}");
    assert_eq!(state(&desk), "settled");
    let sheet = b"Account,What,Decision,Initials\n0104,credit-refund,refund,RT\n";
    desk.drop("again.csv", sheet);
    assert_eq!(desk.run("2026-02-24").files[0].fate, Fate::Returned);
    assert_eq!(flow::verify(&desk.root()).unwrap().faults, Vec::<String>::new());
}

#[test]
fn what_is_left_to_pay_is_to_be_collected() {
    let desk = after_february("10.00");
    desk.run(BILLED);
    assert_eq!(state(&desk), "to be collected");
    let book = workbook(&desk);
    let sheet = Listed::read(&book, "To collect");
    assert_eq!(sheet.words("Address")[at(&book, "To collect")], "PO Box 9");
    let balances = desk.list(What::Balances, BILLED);
    let owed = balances.lines().find(|line| line.starts_with("0104,")).unwrap().split(',').nth(1).unwrap();
    assert_eq!(sheet.number_at("Owed", u32::try_from(at(&book, "To collect")).unwrap()).to_string(), owed);
}

#[test]
fn refunds_wait_for_a_decision_where_the_office_says_so() {
    let desk = Desk::with_settings("\n[approval]\nrefunds = \"decision\"\n");
    desk.run("2026-01-22");
    close(&desk, "900.00");
    desk.run(BILLED);
    assert_eq!(state(&desk), "a deposit is held: refund it?");
    let kinds = |day: &str| -> Vec<String> {
        let entries = desk.list(What::Entries, day);
        let own = entries.lines().filter(|line| line.contains(",0104,") && line.starts_with("2026-02"));
        own.map(|line| line.split(',').nth(2).unwrap().to_owned()).collect()
    };
    assert_eq!(kinds(BILLED), ["bill", "deposit-applied"]);
    // A deposit is given back once, whichever way it is asked for.
    let twice =
        b"Account,What,Decision,Initials\n0104,deposit-refund,refund,RT\n0104,credit-refund,refund,RT\n";
    desk.drop("twice.csv", twice);
    assert_eq!(desk.run(PAID).files[0].fate, Fate::Returned);
    desk.drop("closed-accounts.xlsx", &decided(&workbook(&desk)));
    let outcome = desk.run(DECIDED);
    assert_eq!(outcome.files[0].fate, Fate::Accepted, "{}", told(&outcome.files[0]));
    assert_eq!(kinds(DECIDED), ["bill", "deposit-applied", "deposit-refund"]);
    assert_eq!(state(&desk), "settled");
    let held = desk.list(What::Deposits, DECIDED);
    assert!(held.lines().all(|line| !line.starts_with("0104,")), "{held}");
    assert_eq!(flow::verify(&desk.root()).unwrap().faults, Vec::<String>::new());
}

#[test]
fn the_deposit_of_a_bulk_account_without_further_water_is_given_back_by_a_decision() {
    let desk = Desk::after_january();
    desk.drop("deposits.csv", b"Date,Account,Amount,Reference\n1/5/2026,0105,500.00,D9\n");
    desk.drop("closings.csv", b"Account,Date,Final reading,Forwarding address\n0105,2/3/2026,0,PO Box 9\n");
    let taken = desk.run("2026-02-10").files;
    assert!(
        taken.iter().all(|file| file.fate == Fate::Accepted),
        "{:?}",
        taken.iter().map(told).collect::<Vec<_>>()
    );
    desk.run(BILLED);
    let book = workbook(&desk);
    let settled = Listed::read(&book, SETTLED);
    let row = settled.words("Account").iter().position(|one| one == "0105").unwrap();
    assert_eq!(settled.words("State")[row], "a deposit is held: refund it?");
    let row = u32::try_from(row).unwrap();
    let book = typed(&book, &[(SETTLED, "Decision", row, "Refund"), (SETTLED, "Initials", row, "RT")]);
    desk.drop("closed-accounts.xlsx", &book);
    let outcome = desk.run(DECIDED);
    assert_eq!(outcome.files[0].fate, Fate::Accepted, "{}", told(&outcome.files[0]));
    let held = desk.list(What::Deposits, DECIDED);
    assert!(held.lines().all(|line| !line.starts_with("0105,")), "{held}");
    assert_eq!(flow::verify(&desk.root()).unwrap().faults, Vec::<String>::new());
}

#[test]
fn the_law_says_from_when_an_unclaimed_refund_may_be_kept() {
    let cents = meterbook::domain::money::Money::from_cents;
    assert_eq!(keeps_from(date("2026-02-19"), cents(1_500)), date("2029-02-19"));
    assert_eq!(keeps_from(date("2026-02-19"), cents(1_499)), date("2027-02-19"));
    assert_eq!(keeps_from(date("2024-02-29"), cents(1_400)), date("2025-02-28"));
}
