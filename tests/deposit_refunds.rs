//! A deposit that good history lets go: proposed with its evidence, decided in the workbook, posted once, undone.

use meterbook::domain::id::Sequence;
use meterbook::domain::proposals::receipts::Fate;
use meterbook::flow::{self, UndoQuery, What};
use meterbook::workbook::DEPOSITS;

use crate::pages::walker::Listed;
use crate::support::desk::{Desk, TODAY, told};
use crate::support::typed::typed;

const NEXT: &str = "2026-02-11";

/// The small office after January, where 0101 paid all, and has had a deposit since 2024; 0104 has one since last summer.
pub(crate) fn with_deposits(settings: &str) -> Desk {
    let desk = Desk::after_january();
    let path = desk.root().join("office.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("{text}{settings}")).unwrap();
    desk.drop(
        "deposits-2.csv",
        b"Date,Account,Amount,Reference\n9/16/2024,0101,250.00,D1\n7/1/2025,0104,300.00,D2\n",
    );
    desk.drop("payments-2.csv", b"Date,Account,Amount,Method,Reference\n2/9/2026,0101,900.00,check,CK9\n");
    desk.run(TODAY);
    desk
}

fn workbook(desk: &Desk) -> Vec<u8> {
    std::fs::read(desk.root().join("outbox/2026-02/deposit-refunds.xlsx")).unwrap()
}

fn decided(book: &[u8], account: &str, decision: &str) -> Vec<u8> {
    let at = Listed::read(book, DEPOSITS).words("Account").iter().position(|one| one == account).unwrap();
    let at = u32::try_from(at).unwrap();
    typed(book, &[(DEPOSITS, "Decision", at, decision), (DEPOSITS, "Initials", at, "RT")])
}

fn given_back(desk: &Desk, day: &str) -> Vec<String> {
    let entries = desk.list(What::Entries, day);
    let own =
        entries.lines().filter(|line| line.contains("deposit-applied") || line.contains("deposit-refund"));
    own.map(str::to_owned).collect()
}

fn state(desk: &Desk, account: &str) -> Option<String> {
    let sheet = Listed::read(&workbook(desk), DEPOSITS);
    let at = sheet.words("Account").iter().position(|one| one == account)?;
    Some(sheet.words("State")[at].clone())
}

#[test]
fn a_refund_is_proposed_with_its_evidence_and_posts_once() {
    let desk = with_deposits("");
    let book = workbook(&desk);
    assert_eq!(state(&desk, "0101").unwrap(), "proposed: it may be given back");
    let waits = state(&desk, "0104").unwrap();
    assert!(waits.starts_with("not yet: not held long enough"), "{waits}");
    let history = Listed::read(&book, "History");
    let own = history.words("Account").iter().filter(|one| *one == "0101").count();
    assert_eq!(own, 1, "the balance taken over fell due, the bill of January did not yet");
    assert!(given_back(&desk, TODAY).is_empty(), "nothing is posted before somebody decides");
    let status = flow::status(&desk.root(), TODAY.parse().unwrap()).unwrap();
    let open: Vec<_> =
        status.open_lists.iter().filter(|list| list.list == DEPOSITS).map(|list| list.rows).collect();
    assert_eq!(open, [1]);
    desk.drop("deposit-refunds.xlsx", &decided(&book, "0101", "Refund"));
    let outcome = desk.run(NEXT);
    let said = told(&outcome.files[0]);
    assert!(said.starts_with("accepted (deposit refunds)"), "{said}");
    assert_eq!(given_back(&desk, NEXT), [format!("{NEXT},0101,deposit-refund,0.00,-250.00,,")]);
    assert_eq!(state(&desk, "0101"), None, "it is held no more");
    let moves = Listed::read(&workbook(&desk), "Moves");
    let at = moves.words("What").iter().position(|what| what == "deposit-refund").unwrap();
    assert_eq!(moves.words("Decided by")[at], "RT");
    desk.drop("again.xlsx", &decided(&book, "0101", "Apply"));
    let outcome = desk.run("2026-02-12");
    assert_eq!(outcome.files[0].fate, Fate::Returned, "{}", told(&outcome.files[0]));
    assert_eq!(given_back(&desk, "2026-02-12").len(), 1);
    assert!(desk.run("2026-02-13").written.is_empty(), "a day without news writes nothing");
    assert_eq!(flow::verify(&desk.root()).unwrap().faults, Vec::<String>::new());
}

#[test]
fn a_workbook_of_an_earlier_day_still_decides_what_has_not_changed() {
    let desk = with_deposits("");
    let book = workbook(&desk);
    // A further payment is news for the workbook, and changes nothing about the deposit.
    desk.drop("payments-3.csv", b"Date,Account,Amount,Method,Reference\n2/10/2026,0104,5.00,check,CK10\n");
    desk.run(NEXT);
    desk.drop("deposit-refunds.xlsx", &decided(&book, "0101", "apply"));
    let outcome = desk.run("2026-02-12");
    assert_eq!(outcome.files[0].fate, Fate::Accepted, "{}", told(&outcome.files[0]));
    assert_eq!(given_back(&desk, "2026-02-12"), ["2026-02-12,0101,deposit-applied,-250.00,-250.00,,"]);
    // What is against the rule is not decided here.
    desk.drop("against.xlsx", &decided(&book, "0104", "refund"));
    let outcome = desk.run("2026-02-13");
    assert_eq!(outcome.files[0].fate, Fate::Returned, "{}", told(&outcome.files[0]));
}

#[test]
fn a_return_since_then_makes_it_another_proposal() {
    let desk = with_deposits("");
    let book = workbook(&desk);
    desk.drop("returned.csv", b"Date,Account,Amount,Reason,Reference\n2/10/2026,0101,900.00,NSF,CK9\n");
    desk.run(NEXT);
    desk.drop("deposit-refunds.xlsx", &decided(&book, "0101", "refund"));
    let outcome = desk.run("2026-02-12");
    assert_eq!(outcome.files[0].fate, Fate::Returned, "{}", told(&outcome.files[0]));
    assert!(given_back(&desk, "2026-02-12").is_empty());
    assert!(state(&desk, "0101").unwrap().contains("a payment was returned"));
}

#[test]
fn what_is_kept_waits_for_another_year() {
    let desk = with_deposits("");
    desk.drop("deposit-refunds.xlsx", &decided(&workbook(&desk), "0101", "Keep"));
    let outcome = desk.run(NEXT);
    assert_eq!(outcome.files[0].fate, Fate::Accepted, "{}", told(&outcome.files[0]));
    assert!(given_back(&desk, NEXT).is_empty());
    let kept = state(&desk, "0101").unwrap();
    assert_eq!(kept, format!("kept by RT on {NEXT}, proposed again from 2027-02-11"));
    assert_eq!(flow::verify(&desk.root()).unwrap().faults, Vec::<String>::new());
}

#[test]
fn an_undone_refund_is_held_and_proposed_again() {
    let desk = with_deposits("");
    desk.drop("deposit-refunds.xlsx", &decided(&workbook(&desk), "0101", "Refund"));
    desk.run(NEXT);
    let receipts = std::fs::read_dir(desk.root().join("archive")).unwrap();
    let names = receipts.map(|file| file.unwrap().file_name().into_string().unwrap());
    let number =
        names.filter(|name| name.contains("deposit-refunds.xlsx")).map(|name| name[..6].to_owned()).next();
    let target = Sequence(number.unwrap().parse().unwrap());
    flow::undo(
        &desk.root(),
        UndoQuery { sequence: target, today: "2026-02-12".parse().unwrap(), reason: String::new() },
    )
    .unwrap();
    desk.run("2026-02-12");
    assert_eq!(state(&desk, "0101").unwrap(), "proposed: it may be given back");
    assert_eq!(flow::verify(&desk.root()).unwrap().faults, Vec::<String>::new());
}

#[test]
fn an_office_may_apply_deposits_by_itself() {
    let desk = with_deposits("\n[approval]\ndeposit_refunds = \"automatic\"\n");
    assert_eq!(given_back(&desk, TODAY), [format!("{TODAY},0101,deposit-applied,-250.00,-250.00,,")]);
    assert!(given_back(&desk, NEXT).len() == 1, "once");
    assert_eq!(flow::verify(&desk.root()).unwrap().faults, Vec::<String>::new());
}

#[test]
fn who_prepared_it_may_not_give_it_back() {
    let desk = with_deposits("\n[approval]\nprepared_by = \"RT\"\npreparer_may_approve = false\n");
    let outcome = desk.take("own.xlsx", &decided(&workbook(&desk), "0101", "Refund"));
    assert_eq!(outcome.fate, Fate::Returned);
    assert!(
        outcome.findings.iter().any(|finding| finding.code.word() == "same-person"),
        "{}",
        told(&outcome)
    );
    let sheet = b"Account,What,Decision,Initials\n0101,deposit-refund,refund,RT\n";
    let outcome = desk.take("own.csv", sheet);
    assert!(
        outcome.findings.iter().any(|finding| finding.code.word() == "same-person"),
        "{}",
        told(&outcome)
    );
    assert!(given_back(&desk, TODAY).is_empty());
}
