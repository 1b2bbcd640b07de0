//! Money on bad days: files that come late, payments that come back, accounts that end.

use std::collections::BTreeSet;
use std::fs;

use meterbook::flow::What;

use crate::support::desk::{Desk, told};

/// The day of the bill run of February.
const BILLED: &str = "2026-02-19";

/// An office whose February was billed, with account 0104 closed after its January bill.
fn after_february() -> Desk {
    let desk = Desk::after_january();
    desk.drop("closings.csv", b"Account,Date,Final reading,Transfer to\n0104,2/3/2026,6900,0101\n");
    desk.drop("reads.csv", b"Account,Meter,Read date,Reading\n0101,M1,2/9/2026,2150\n");
    desk.drop("deposits.csv", b"Date,Account,Amount,Reference\n1/5/2026,0104,900.00,D7\n");
    desk.run("2026-02-10");
    desk.run(BILLED);
    desk
}

fn entries(desk: &Desk, day: &str) -> BTreeSet<String> {
    desk.list(What::Entries, day).lines().map(str::to_owned).collect()
}

fn own(list: &str, account: &str) -> Vec<String> {
    list.lines().filter(|line| line.contains(account)).map(str::to_owned).collect()
}

#[test]
fn a_closed_account_gets_its_final_bill_by_days_and_is_settled() {
    let desk = after_february();
    let accounts = own(&desk.list(What::Accounts, "2026-02-10"), "0104");
    assert!(accounts[0].contains(",closed,") && accounts[0].contains("2026-02-03"), "{accounts:?}");
    let bills = own(&desk.list(What::Bills, BILLED), "202602-0104");
    assert!(bills[0].contains(",final,"), "{bills:?}");
    let lines = own(&desk.list(What::BillLines, BILLED), "202602-0104");
    assert!(lines[0].contains("fixed") && lines[0].contains(",day,"), "{lines:?}");
    let posted = desk.list(What::Entries, BILLED);
    let settled: Vec<&str> = posted.lines().filter(|line| line.contains(",0104,deposit-")).collect();
    let applied = settled.iter().filter(|line| line.contains("deposit-applied")).count();
    assert_eq!((settled.len(), applied), (3, 1), "taken, applied and refunded: {settled:?}");
    let balance = own(&desk.list(What::Balances, BILLED), "0104");
    assert_eq!(balance, ["0104,0.00,0.00,0.00"]);
    desk.run("2026-03-19");
    let later = own(&desk.list(What::Bills, "2026-03-19"), "-0104");
    assert_eq!(later.iter().filter(|line| line.contains(",final,")).count(), 1, "{later:?}");
}

#[test]
fn nothing_that_comes_later_changes_a_posted_entry() {
    let desk = after_february();
    let before = entries(&desk, "2026-12-31");
    desk.drop("late.csv", b"Date,Account,Amount,Method,Reference\n1/22/2026,0104,30.00,check,L1\n1/23/2026,0101,41.50,check,L2\n");
    desk.drop("returned.csv", b"Date,Account,Amount,Reason,Reference\n3/1/2026,0102,40.00,NSF,P1\n");
    desk.drop(
        "adjustments.csv",
        b"Date,Account,Amount,Reason,Note\n1/2/2026,0104,(80.00),billing-error,wrong meter\n",
    );
    let run = desk.run("2026-03-02");
    assert!(
        run.files.iter().all(|file| file.fate.word() == "accepted"),
        "{}",
        run.files.iter().map(told).collect::<String>()
    );
    let after = entries(&desk, "2026-12-31");
    assert!(before.is_subset(&after), "gone: {:?}", before.difference(&after).collect::<Vec<_>>());
    let of_return = own(&desk.list(What::Entries, "2026-12-31"), "returned");
    assert_eq!(of_return.len(), 2, "the payment comes back with a fee: {of_return:?}");
    // The adjustment waits: nothing of it is owed or credited yet.
    assert!(!after.iter().any(|line| line.contains(",adjustment,")));
    desk.drop("approve.csv", b"What,Decision,Account,Value,Initials\nadjustment,approve,0104,-80.00,DS\n");
    desk.run("2026-03-05");
    let approved = own(&desk.list(What::Entries, "2026-12-31"), ",adjustment,");
    assert_eq!(approved, ["2026-03-05,0104,adjustment,-80.00,0.00,billing-error,"]);
}

#[test]
fn money_of_nobody_waits_and_is_assigned_once() {
    let desk = Desk::after_january();
    desk.take("lockbox.csv", b"Date,Account,Amount,Method,Reference\n2/9/2026,0999,23.60,lockbox,LB7\n");
    let decision = b"What,Decision,Ref,Account,Initials\npayment,assign,LB7,0101,DS\n";
    let outcome = desk.take("assign.csv", decision);
    assert_eq!(outcome.fate.word(), "accepted", "{}", told(&outcome));
    let moved = own(&desk.list(What::Entries, "2026-02-10"), "LB7");
    assert_eq!(
        moved,
        [
            "2026-02-09,,unapplied-payment,-23.60,0.00,LB7,",
            "2026-02-10,,unapplied-payment,23.60,0.00,LB7,",
            "2026-02-10,0101,payment,-23.60,0.00,LB7,",
        ]
    );
    let again = desk.take("again.csv", b"What,Decision,Ref,Account,Initials\npayment,assign,LB7,0101,KB\n");
    assert_eq!(again.fate.word(), "returned", "{}", told(&again));
}

#[test]
fn a_lost_ledger_is_made_again_with_all_its_money() {
    let desk = after_february();
    let before = desk.lists(BILLED);
    fs::remove_file(desk.root().join("ledger.db")).unwrap();
    desk.run(BILLED);
    assert_eq!(desk.lists(BILLED), before);
}

#[test]
fn the_journal_balances_and_names_its_sources() {
    let desk = after_february();
    let journal = desk.list(What::Journal, BILLED);
    let mut entries = std::collections::BTreeMap::<&str, i64>::new();
    let cents = |field: &str| field.replace('.', "").parse::<i64>().unwrap_or(0);
    for line in journal.lines().filter(|line| !line.starts_with("date,")) {
        let fields: Vec<&str> = line.split(',').collect();
        assert_ne!(fields[4].is_empty(), fields[5].is_empty(), "one side is filled: {line}");
        *entries.entry(fields[1]).or_default() += cents(fields[4]) - cents(fields[5]);
    }
    assert!(entries.values().all(|difference| *difference == 0), "{entries:?}");
    assert!(journal.contains("20260122-bill") && journal.contains(",2026-01\n"), "{journal}");
    assert!(journal.contains(",payments.csv\n"), "{journal}");
}

/// Customers' bank accounts are in the archive, in the books and in what was handed back.
#[cfg(unix)]
#[test]
fn what_holds_bank_accounts_is_for_the_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::after_january();
    desk.take("bad.csv", b"Date,Account,Amount,Method\n2/9/2026,0101,many,cash\n");
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    for name in ["ledger.db", "archive", "returned"] {
        assert_eq!(mode(&desk.root().join(name)) & 0o077, 0, "{name}");
    }
    for folder in ["archive", "returned"] {
        for file in fs::read_dir(desk.root().join(folder)).unwrap() {
            let path = file.unwrap().path();
            assert_eq!(mode(&path) & 0o077, 0, "{}", path.display());
        }
    }
}

#[test]
fn who_prepares_adjustments_may_not_approve_them() {
    let desk = Desk::after_january();
    let path = desk.root().join("office.toml");
    let settings = "\n[approval]\nprepared_by = \"KB\"\npreparer_may_approve = false\n";
    fs::write(&path, fs::read_to_string(&path).unwrap() + settings).unwrap();
    let own = b"Date,Account,Amount,Reason,Approved by\n2/9/2026,0101,-80.00,billing-error,kb\n";
    let outcome = desk.take("own.csv", own);
    let found = &outcome.findings[0];
    assert_eq!((found.code.word(), found.origin.row), ("same-person", Some(2)), "{}", told(&outcome));
    assert!(told(&outcome).contains("E2"), "the cell is named: {}", told(&outcome));
    // Nobody approved it: it waits, and the preparer may not approve it on a decisions sheet either.
    desk.take("waits.csv", b"Date,Account,Amount,Reason\n2/9/2026,0101,-80.00,billing-error\n");
    let outcome = desk.take("decisions.csv", b"Account,What,Decision,Initials\n0101,adjustment,approve,KB\n");
    assert_eq!(outcome.findings[0].code.word(), "same-person", "{}", told(&outcome));
    let outcome = desk.take("others.csv", b"Account,What,Decision,Initials\n0101,adjustment,approve,RT\n");
    assert_eq!(outcome.fate.word(), "accepted", "{}", told(&outcome));
}
