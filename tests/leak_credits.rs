//! Leak credits: worked out from the bills on the books, told beside the amount that was typed, and proved in the register.

use meterbook::domain::proposals::receipts::Fate;
use meterbook::flow::{self, FileOutcome};

use crate::pages::walker::Listed;
use crate::support::desk::{Desk, told};

const DAY: &str = "2027-01-25";

/// The small office after a second January: 0104 used 10 units in the first and 40 in the second.
fn after_two_januaries() -> Desk {
    let desk = Desk::after_january();
    let path = desk.root().join("office.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let dates = "\"2026-02\" = \"2026-02-19\"";
    assert!(text.contains(dates), "{text}");
    std::fs::write(&path, text.replace(dates, &format!("{dates}\n\"2027-01\" = \"2027-01-21\""))).unwrap();
    let decided = b"Account,Month,What,Decision,Value,Initials\n0104,2027-01,read,accept,,RT\n";
    desk.drop("reads-2027-01.csv", b"Account,Meter,Read date,Reading\n0104,M4,1/11/2027,10200\n");
    desk.run("2027-01-20");
    desk.drop("decisions.csv", decided);
    desk.run("2027-01-21");
    desk
}

fn asked(desk: &Desk, name: &str, amount: &str, note: &str) -> FileOutcome {
    let row = format!(
        "Date,Account,Amount,Reason,Approved by,Note\n1/25/2027,0104,{amount},leak-credit,DS,{note}\n"
    );
    desk.drop(name, row.as_bytes());
    desk.run(DAY).files.remove(0)
}

#[test]
fn a_leak_credit_is_worked_out_and_proved() {
    let desk = after_two_januaries();
    let bills = desk.list(meterbook::flow::What::Bills, DAY);
    let other = asked(&desk, "adjustments-1.csv", "(1.00)", "Repaired 2027-01-20");
    let said = told(&other);
    assert!(said.contains("The leak credit for 202701-0104 comes to "), "{said}\n{bills}");
    let comes_to = said.split("comes to ").nth(1).unwrap().split(':').next().unwrap().to_owned();
    let named = asked(&desk, "adjustments-2.csv", "(1.00)", "Repaired 2027-01-20; bill 202601-0104");
    assert!(
        told(&named).contains("has no bill for the month of 202601-0104 in the 2 years before it"),
        "{}",
        told(&named)
    );
    let right = asked(&desk, "adjustments-3.csv", &comes_to, "Repaired on 2027-01-20");
    assert_eq!(right.fate, Fate::Accepted);
    assert!(!told(&right).contains("comes to"), "{}", told(&right));
    let book = std::fs::read(desk.root().join("outbox/2027-01/adjustments-register.xlsx")).unwrap();
    let sheet = Listed::read(&book, "Leak credits");
    let [worked, given] = ["Worked out", "Given"].map(|header| sheet.words(header));
    assert_eq!(
        (worked.len(), given[1] == worked[0], given[2] == worked[2]),
        (3, false, true),
        "{worked:?} {given:?}"
    );
    assert_eq!(sheet.words("Remark")[2], "");
    assert!(flow::verify(&desk.root()).unwrap().faults.is_empty());
}
