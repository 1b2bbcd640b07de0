//! Accounts sheets that are dropped again: what changed stands old beside new, and what has to wait for a decision waits.

use meterbook::domain::id::Sequence;
use meterbook::domain::proposals::receipts::Fate;
use meterbook::flow::{self, UndoQuery, What};
use meterbook::workbook::PROPOSED;

use crate::pages::walker::{Listed, parts};
use crate::support::desk::{Desk, TODAY, told};
use crate::support::typed::typed;

const NEXT: &str = "2026-02-11";
const LATER: &str = "2026-02-12";
const DECISION: &str = "\n[approval]\naccounts = \"decision\"\n";
const HEADER: &str = "Account,Customer,Service address,Class,Meter size";

fn workbook(desk: &Desk) -> Vec<u8> {
    std::fs::read(desk.root().join("outbox/2026-02/accounts-changes.xlsx")).unwrap()
}

/// Each change as `account column: before > after`.
fn changes(desk: &Desk) -> Vec<String> {
    let sheet = Listed::read(&workbook(desk), "Changes");
    let [accounts, columns, before, after] =
        ["Account", "Column", "Before", "After"].map(|column| sheet.words(column));
    (0..accounts.len())
        .map(|at| format!("{} {}: {} > {}", accounts[at], columns[at], before[at], after[at]))
        .collect()
}

fn states(desk: &Desk) -> Vec<String> {
    let sheet = Listed::read(&workbook(desk), PROPOSED);
    let (accounts, states) = (sheet.words("Account"), sheet.words("State"));
    accounts.iter().zip(states).map(|(account, state)| format!("{account} {state}")).collect()
}

fn account(desk: &Desk, number: &str, day: &str) -> String {
    let list = desk.list(What::Accounts, day);
    list.lines().find(|line| line.starts_with(number)).unwrap_or_default().to_owned()
}

fn decided(book: &[u8], account: &str, cells: &[(&str, &str)]) -> Vec<u8> {
    let at = Listed::read(book, PROPOSED).words("Account").iter().position(|one| one == account).unwrap();
    let at = u32::try_from(at).unwrap();
    let cells: Vec<_> = cells.iter().map(|(header, text)| (PROPOSED, *header, at, *text)).collect();
    typed(book, &cells)
}

/// The small office of 47 accounts that wants decisions; on TODAY a sheet brought other bank data for 0101.
pub(crate) fn with_a_change_waiting() -> Desk {
    let desk = Desk::with_settings(DECISION);
    desk.run("2026-01-22");
    let more = |at: usize| format!("02{at:02},Customer {at},{at} Mesa Drive,residential,5/8\n");
    let more: String = (0..40).map(more).collect();
    desk.drop("accounts-more.csv", format!("{HEADER}\n{more}").as_bytes());
    desk.run("2026-01-29");
    let taken = desk.take("accounts-bank.csv", bank("122105278", "83071946255").as_bytes());
    assert_eq!(taken.outcome, "2 accounts, 1 of them changed, 1 change of an account waiting");
    desk
}

/// Bank data for 0101, another name for 0102, and 0103 as it is.
fn bank(routing: &str, number: &str) -> String {
    format!(
        "{HEADER},Status,Closed,Bank routing,Bank account\n\
         0101,Ada Barrow,1 Agave Way,residential,5/8,active,,{routing},{number}\n\
         0102,Ben Cholla-Ruiz,2 Agave Way,residential,5/8,active,,,\n\
         0103,Cleo Dunn,3 Agave Way,residential,5/8,closed,12/15/2025,,\n"
    )
}

#[test]
fn a_sheet_dropped_again_changes_what_it_has_columns_for_and_each_change_is_listed() {
    let desk = Desk::after_january();
    assert!(
        !desk.root().join("outbox/2026-01/accounts-changes.xlsx").exists(),
        "the first sheet opens the books"
    );
    let sheet = "Account,Customer,Service address,Class,Meter size,Phone,Dwelling units\n\
                 0101,Ada Barrow-Ito,1 Agave Way,residential,5/8,760-555-0188,2\n\
                 0102,Ben Cholla,2 Agave Way,residential,5/8,,1\n\
                 0103,Cleo Dunn,3 Agave Way,residential,5/8,,1\n\
                 0110,Dora Ito,3 agave way,residential,5/8,,1\n";
    let before = account(&desk, "0101", TODAY);
    assert!(before.contains(",2019-03-01,"), "{before}");
    let taken = desk.take("accounts again.csv", sheet.as_bytes());
    assert_eq!(taken.outcome, "4 accounts, 1 of them changed");
    assert_eq!(
        changes(&desk),
        [
            "0101 Customer: Ada Barrow > Ada Barrow-Ito",
            "0101 Phone:  > 760-555-0188",
            "0101 Dwelling units: 1 > 2"
        ]
    );
    let now = account(&desk, "0101", TODAY);
    assert!(now.contains(",2019-03-01,"), "no column says when it was opened: {now}");
    assert_eq!(account(&desk, "0101", "2026-02-09"), before, "it counts from the day it was taken in");
    let new = Listed::read(&workbook(&desk), "New accounts");
    assert_eq!((new.words("Account"), new.words("Before it")), (vec!["0110".into()], vec!["0103".into()]));
    assert_eq!(desk.take("once more.csv", format!("{sheet}\n").as_bytes()).outcome, "4 accounts");
    assert_eq!(changes(&desk).len(), 3, "what is as it was is no change");
}

#[test]
fn a_closing_is_a_change_too() {
    let desk = Desk::after_january();
    desk.take("closings.csv", b"Account,Date,Final reading\n0104,2/3/2026,6900\n");
    assert_eq!(changes(&desk), ["0104 Status: active > closed", "0104 Closed:  > 2026-02-03"]);
}

#[test]
fn bank_data_wait_until_somebody_approves_them_and_are_never_shown() {
    let desk = with_a_change_waiting();
    assert_eq!(states(&desk), ["0101 waits for a decision"]);
    assert_eq!(changes(&desk), ["0102 Customer: Ben Cholla > Ben Cholla-Ruiz"], "a name waits for nobody");
    let status = flow::status(&desk.root(), TODAY.parse().unwrap()).unwrap();
    assert!(status.open_lists.iter().any(|open| open.list == PROPOSED && open.rows == 1));
    let book = workbook(&desk);
    let after = &Listed::read(&book, PROPOSED).words("After")[0];
    assert_eq!(after, "Bank routing: ends in 5278; Bank account: ends in 6255");
    for (part, text) in parts(&book) {
        assert!(!text.contains("05278") && !text.contains("46255"), "{part}");
    }
    desk.drop(
        "accounts-changes.xlsx",
        &decided(&book, "0101", &[("Decision", "Approve"), ("Initials", "RT")]),
    );
    let outcome = desk.run(NEXT);
    assert_eq!(outcome.files[0].fate, Fate::Accepted, "{}", told(&outcome.files[0]));
    assert_eq!(states(&desk), ["0101 approved by RT, in force from 2026-02-11"]);
    let sheet = Listed::read(&workbook(&desk), "Changes");
    assert_eq!(sheet.words("Approved by"), ["", "RT", "RT"]);
    desk.drop("again.xlsx", &decided(&book, "0101", &[("Decision", "Hold"), ("Initials", "KB")]));
    let again = desk.run(LATER);
    assert_eq!(again.files[0].fate, Fate::Returned, "{}", told(&again.files[0]));
    assert_eq!(flow::verify(&desk.root()).unwrap().faults, Vec::<String>::new());
    // The same data once more are no change: they came into force.
    assert_eq!(
        desk_takes(&desk, "same.csv", &format!("{}\n", bank("122105278", "83071946255"))),
        "3 accounts"
    );
}

fn desk_takes(desk: &Desk, name: &str, sheet: &str) -> String {
    desk.drop(name, sheet.as_bytes());
    desk.run(LATER).files[0].outcome.clone()
}

#[test]
fn a_rejected_change_is_gone_and_a_later_sheet_takes_the_place_of_a_waiting_one() {
    let desk = with_a_change_waiting();
    let cells = [("Decision", "Reject"), ("Reason", "not by the customer"), ("Initials", "RT")];
    desk.drop("accounts-changes.xlsx", &decided(&workbook(&desk), "0101", &cells));
    desk.run(NEXT);
    assert_eq!(states(&desk), ["0101 rejected by RT on 2026-02-11: not by the customer"]);
    assert_eq!(changes(&desk).len(), 1);
    let desk = with_a_change_waiting();
    desk.drop("accounts-bank-2.csv", bank("321270742", "60418827391").as_bytes());
    desk.run(NEXT);
    assert_eq!(states(&desk), ["0101 replaced by a later row for the account", "0101 waits for a decision"]);
    desk.drop("accounts-bank-3.csv", bank("", "").as_bytes());
    desk.run(LATER);
    let replaced = "0101 replaced by a later row for the account";
    assert_eq!(states(&desk), [replaced, replaced], "a sheet without them takes the wish back");
}

#[test]
fn a_sheet_that_changes_more_than_five_percent_waits_whole_and_new_accounts_do_not() {
    let desk = with_a_change_waiting();
    let name = |at: usize| format!("02{at:02},Other {at},{at} Mesa Drive,residential,5/8\n");
    // 2 of 47 are 4.3 %, 3 are 6.4 %.
    let two: String = (0..2).map(name).collect();
    desk.drop("two.csv", format!("{HEADER}\n{two}").as_bytes());
    assert_eq!(desk.run(NEXT).files[0].outcome, "2 accounts, 2 of them changed");
    let three: String = (2..5).map(name).collect();
    desk.drop("three.csv", format!("{HEADER}\n{three}0299,New,99 Mesa Drive,residential,5/8\n").as_bytes());
    assert_eq!(desk.run(NEXT).files[0].outcome, "1 account, 3 changes of accounts waiting");
    assert!(
        account(&desk, "0203", NEXT).contains("Customer 3") && account(&desk, "0299", NEXT).contains("New")
    );
    assert_eq!(states(&desk).len(), 4);
}

#[test]
fn an_account_that_was_closed_meanwhile_stays_closed_when_its_change_is_approved() {
    let desk = with_a_change_waiting();
    desk.drop("closings.csv", b"Account,Date,Final reading\n0101,2/10/2026,2200\n");
    desk.run(NEXT);
    assert_eq!(states(&desk), ["0101 waits for a decision"], "a closing says nothing of the bank");
    let cells = [("Decision", "Approve"), ("Initials", "RT")];
    desk.drop("accounts-changes.xlsx", &decided(&workbook(&desk), "0101", &cells));
    desk.run(LATER);
    assert!(account(&desk, "0101", LATER).contains(",closed,"), "{}", account(&desk, "0101", LATER));
}

#[test]
fn what_was_approved_can_be_taken_back_before_the_sheet_that_brought_it() {
    let desk = with_a_change_waiting();
    let cells = [("Decision", "Approve"), ("Initials", "RT")];
    desk.drop("accounts-changes.xlsx", &decided(&workbook(&desk), "0101", &cells));
    desk.run(NEXT);
    let recent = flow::status(&desk.root(), NEXT.parse().unwrap()).unwrap().recent;
    let number = |name: &str| recent.iter().rev().find(|row| row.name == name).unwrap().sequence;
    let undo = |sequence: Sequence| {
        flow::undo(
            &desk.root(),
            UndoQuery { sequence, today: NEXT.parse().unwrap(), reason: "a slip".to_owned() },
        )
    };
    let (sheet, decision) = (number("accounts-bank.csv"), number("accounts-changes.xlsx"));
    let refused = undo(sheet).unwrap_err().to_string();
    assert!(refused.contains("decides about its changes of accounts"), "{refused}");
    undo(decision).unwrap();
    desk.run(NEXT);
    assert_eq!(states(&desk), ["0101 waits for a decision"]);
    undo(sheet).unwrap();
    desk.run(NEXT);
    assert!(states(&desk).is_empty() && changes(&desk).is_empty());
    assert_eq!(flow::verify(&desk.root()).unwrap().faults, Vec::<String>::new());
}
