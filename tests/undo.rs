//! Taking back: what an undone file or run leaves in the books of the small office of `tests/findings`.

use std::fs;

use meterbook::domain::id::Sequence;
use meterbook::domain::proposals::receipts::Fate;
use meterbook::flow::{self, ExplainQuery, Failure, UndoQuery, Undone, What};

use crate::pages::walker::{self, Listed};
use crate::support::desk::{Desk, TODAY};

/// The number in the archive of the newest fact of a name.
fn number(desk: &Desk, name: &str) -> Sequence {
    let recent = flow::status(&desk.root(), TODAY.parse().unwrap()).unwrap().recent;
    recent
        .iter()
        .rev()
        .find(|row| row.name == name)
        .unwrap_or_else(|| panic!("no {name}: {recent:?}"))
        .sequence
}

fn undo(desk: &Desk, sequence: Sequence) -> Result<Undone, Failure> {
    let reason = "dropped by mistake".to_owned();
    flow::undo(&desk.root(), UndoQuery { sequence, today: TODAY.parse().unwrap(), reason })
}

fn refusal(desk: &Desk, sequence: Sequence) -> String {
    let before = desk.lists(TODAY);
    let told = undo(desk, sequence).unwrap_err().to_string();
    assert_eq!(desk.lists(TODAY), before, "a refused undo changes nothing");
    told
}

#[test]
fn an_undone_file_is_reversed_to_the_cent_and_may_be_dropped_again() {
    let desk = Desk::after_january();
    let (before, balances) = (desk.lists(TODAY), desk.list(What::Balances, TODAY));
    let sheet = b"Account,Bill date,Due date,Amount\n0102,12/18/2025,1/8/2026,50.25\n";
    desk.take("opening more.csv", sheet);
    assert_ne!(desk.list(What::Balances, TODAY), balances);
    let done = undo(&desk, number(&desk, "opening more.csv")).unwrap();
    assert_eq!(done.mirrors, 1);
    assert_eq!(desk.list(What::Balances, TODAY), balances);
    assert_eq!(desk.list(What::Aging, TODAY), section(&before, "aging"), "the pair is in no bucket");
    let entries = desk.list(What::Entries, TODAY);
    assert!(entries.contains("2025-12-18,0102,opening-balance,50.25,0.00,OB-20251218-0102,2026-01-08"));
    assert!(entries.contains("2026-02-10,0102,opening-balance,-50.25,0.00,OB-20251218-0102,\n"), "{entries}");
    assert_eq!(desk.take("again.csv", sheet).outcome, "1 money entry", "what was undone is new");
}

#[test]
fn what_was_undone_later_still_counted_on_the_days_before() {
    let desk = Desk::after_january();
    let without = desk.list(What::LockOffs, TODAY);
    desk.take("opening more.csv", b"Account,Bill date,Due date,Amount\n0102,12/18/2025,1/8/2026,150.25\n");
    let with = desk.list(What::LockOffs, TODAY);
    assert!(with != without && with.contains("0102"), "{with}");
    let (sequence, next) = (number(&desk, "opening more.csv"), "2026-02-11");
    flow::undo(&desk.root(), UndoQuery { sequence, today: next.parse().unwrap(), reason: String::new() })
        .unwrap();
    assert_eq!(desk.list(What::LockOffs, TODAY), with, "it was undone on the day after");
    assert!(!desk.list(What::LockOffs, next).contains("0102"));
}

/// One list out of all.
fn section<'a>(lists: &'a str, name: &str) -> &'a str {
    let (_, rest) = lists.split_once(&format!("[{name}]\n")).unwrap();
    rest.split("[").next().unwrap()
}

#[test]
fn what_later_facts_rest_on_is_kept_and_each_of_them_is_named() {
    let desk = Desk::after_january();
    let run = number(&desk, "bill run 2026-01 cycle 1");
    let told = refusal(&desk, number(&desk, "reads-2026-01.csv"));
    assert!(
        told.contains(&format!("{run} bill run 2026-01 cycle 1 of 2026-01-22 bills its reads")),
        "{told}"
    );
    let told = refusal(&desk, number(&desk, "accounts.csv"));
    assert!(told.contains("meters.csv of 2026-01-05 is about an account that it opened"), "{told}");
    let told = refusal(&desk, number(&desk, "meters.csv"));
    assert!(told.contains("reads-2026-01.csv of 2026-01-12 reads its meters"), "{told}");
    assert!(refusal(&desk, Sequence(1)).contains("on record"), "settings are no mistake of a day");
    assert!(refusal(&desk, Sequence(99)).contains("the archive has no 000099"));
}

/// A file, a later one that rests on it, and what is said of that.
const RESTING: &[[&str; 5]] = &[
    [
        "unapplied.csv",
        "Date,Account,Amount,Method,Reference\n2/9/2026,0999,40.00,check,LB7\n",
        "assigned.csv",
        "What,Decision,Ref,Account,Initials\npayment,assign,LB7,0101,DS\n",
        "decides about its payments in unapplied cash",
    ],
    [
        "adjustments.csv",
        "Date,Account,Amount,Reason,Note\n2/9/2026,0104,(80.00),billing-error,wrong meter\n",
        "approved.csv",
        "What,Decision,Ref,Initials\nadjustment,approve,A{first}-2,DS\n",
        "decides about its adjustments",
    ],
    [
        "payments.csv",
        "Date,Account,Amount,Method,Reference\n2/9/2026,0101,30.00,check,L1\n",
        "back.csv",
        "Date,Account,Amount,Reason,Reference\n2/10/2026,0101,30.00,NSF,L1\n",
        "returns its payments",
    ],
    [
        "deposits.csv",
        "Date,Account,Amount,Reference\n2/9/2026,0104,900.00,D7\n",
        "released.csv",
        "Account,What,Decision,Initials\n0104,deposit-refund,refund,DS\n",
        "gives back its deposits",
    ],
    [
        "meters.csv",
        "Account,Meter,Dials,Installed,Initial reading\n0106,M6,6,2/2/2026,0\n",
        "reads.csv",
        "Account,Meter,Read date,Reading\n0106,M6,2/9/2026,150\n",
        "reads its meters",
    ],
    [
        "reads.csv",
        "Account,Meter,Read date,Reading\n0101,M1,2/9/2026,1100\n",
        "overridden.csv",
        "Account,Month,What,Decision,Value,Initials\n0101,2026-02,read,override,2100,DS\n",
        "decides about its reads",
    ],
    [
        "accounts.csv",
        "Account,Customer,Service address,Class,Meter size,Status\n0108,Hal Ironwood,6 Agave Way,residential,5/8,inactive\n",
        "opening.csv",
        "Account,Bill date,Amount\n0108,12/18/2025,10.00\n",
        "is about an account that it opened",
    ],
];

#[test]
fn whatever_rests_on_a_file_is_undone_before_it() {
    let office = Desk::after_january();
    for [first, sheet, then, later, why] in RESTING {
        let desk = office.copy();
        let (money, reads) = (desk.list(What::Balances, TODAY), desk.list(What::Reads, TODAY));
        let taken = desk.take(&format!("first {first}"), sheet.as_bytes());
        let first = number(&desk, &format!("first {first}"));
        let later = later.replace("{first}", &first.to_string());
        let rests = desk.take(then, later.as_bytes());
        assert_eq!((taken.fate, rests.fate), (Fate::Accepted, Fate::Accepted), "{taken:?}, {rests:?}");
        let then = number(&desk, then);
        let told = refusal(&desk, first);
        assert!(told.contains(&format!("\n  {then} ")) && told.contains(why), "{why}: {told}");
        undo(&desk, then).unwrap();
        undo(&desk, first).unwrap();
        let after = (desk.list(What::Balances, TODAY), desk.list(What::Reads, TODAY));
        assert_eq!(after, (money, reads), "{why}");
        assert_eq!(flow::verify(&desk.root()).unwrap().faults, Vec::<String>::new(), "{why}");
    }
}

#[test]
fn final_bills_and_what_settled_them_are_undone_before_their_closing() {
    let desk = Desk::after_january();
    desk.drop("closings.csv", b"Account,Date,Final reading,Transfer to\n0104,2/3/2026,6900,0101\n");
    desk.drop("unmetered.csv", b"Account,Date,Final reading\n0106,2/3/2026,0\n");
    desk.drop("deposits.csv", b"Date,Account,Amount,Reference\n1/5/2026,0104,900.00,D7\n");
    let billed = "2026-02-19";
    desk.run(billed);
    let settled = desk.list(What::Balances, billed);
    let on = |sequence| {
        let query = UndoQuery { sequence, today: billed.parse().unwrap(), reason: String::new() };
        flow::undo(&desk.root(), query)
    };
    let [closings, unmetered, deposits, run, settlements] = [
        "closings.csv",
        "unmetered.csv",
        "deposits.csv",
        "bill run 2026-02 cycle 1",
        "settlements 2026-02-19",
    ]
    .map(|name| number(&desk, name));
    for (target, later, why) in [
        (closings, run, "bills its reads"),
        (unmetered, run, "makes the final bills of its closings"),
        (deposits, settlements, "gives back its deposits"),
        (run, settlements, "settles its final bills"),
    ] {
        let told = on(target).unwrap_err().to_string();
        let line = |line: &str| line.contains(&format!("{later} ")) && line.ends_with(why);
        assert!(told.lines().any(line), "{why}: {told}");
    }
    on(settlements).unwrap();
    on(run).unwrap();
    desk.run(billed);
    assert_eq!(desk.list(What::Balances, billed), settled, "billed and settled again");
}

#[test]
fn loads_of_water_and_late_fees_are_undone_before_what_they_rest_on() {
    let desk = Desk::after_january();
    desk.drop("loads.csv", b"Account,Meter/Hydrant,Date,Gallons\n0105,H1,2/3/2026,7480\n");
    let day = "2026-02-23";
    desk.run(day);
    let on = |sequence| {
        let query = UndoQuery { sequence, today: day.parse().unwrap(), reason: String::new() };
        flow::undo(&desk.root(), query)
    };
    let [loads, january, february, fees] =
        ["loads.csv", "bill run 2026-01 cycle 1", "bill run 2026-02 cycle 1", "late fees 2026-02-23"]
            .map(|name| number(&desk, name));
    for (target, later, why) in [
        (loads, february, "bills its bulk water"),
        (january, fees, "charges late fees on its bills"),
        (january, february, "bills the same accounts after it"),
    ] {
        let told = on(target).unwrap_err().to_string();
        let line = |line: &str| line.contains(&format!("{later} ")) && line.ends_with(why);
        assert!(told.lines().any(line), "{why}: {told}");
    }
    for sequence in [february, fees, january, loads] {
        on(sequence).unwrap();
    }
    assert_eq!(desk.list(What::Bills, day), "");
}

#[test]
fn what_is_undone_says_so_and_what_stands_does_not() {
    let desk = Desk::after_january();
    let run = number(&desk, "bill run 2026-01 cycle 1");
    let by = undo(&desk, run).unwrap().sequence;
    for row in flow::status(&desk.root(), TODAY.parse().unwrap()).unwrap().recent {
        let told = row.outcome.ends_with(&format!("; undone by {by}"));
        assert_eq!((told, row.outcome.contains("undone by")), (row.sequence == run, row.sequence == run));
    }
}

#[test]
fn an_undone_run_frees_its_reads_and_the_next_run_bills_them_under_new_numbers() {
    let desk = Desk::after_january();
    let charges =
        |list: &str| list.lines().map(|row| row.split(',').nth(21).unwrap().to_owned()).collect::<Vec<_>>();
    let owed = |list: &str| {
        list.lines().map(|row| row.split(',').take(2).map(str::to_owned).collect()).collect::<Vec<Vec<_>>>()
    };
    let (bills, balances) = (desk.list(What::Bills, TODAY), desk.list(What::Balances, TODAY));
    undo(&desk, number(&desk, "bill run 2026-01 cycle 1")).unwrap();
    assert_eq!(desk.list(What::Bills, TODAY), "");
    let reads = desk.list(What::Reads, TODAY);
    assert!(
        reads.contains("0101,M1,2026-01,2026-01-12,1900,actual,2025-12-12,1000,31,900,,,,open"),
        "{reads}"
    );
    desk.run(TODAY);
    let again = desk.list(What::Bills, TODAY);
    assert_eq!(charges(&again), charges(&bills));
    assert!(again.contains("202601-0101-2,0101,1,2026-01,regular,2026-02-10"), "{again}");
    assert_eq!(owed(&desk.list(What::Balances, TODAY)), owed(&balances));
    let reads = number(&desk, "reads-2026-01.csv");
    assert!(refusal(&desk, reads).contains("of 2026-02-10 bills its reads"), "the new run rests on them");
}

/// What the register of a month says of the bills that were taken back: old bill, new bill, what changed.
fn rebilled(desk: &Desk, month: &str) -> Vec<String> {
    let path = desk.root().join(format!("outbox/{month}/bill-register-cycle-1.xlsx"));
    let sheet = Listed::read(&fs::read(path).unwrap(), "Rebilled");
    let columns = ["Old bill", "New bill", "What changed"].map(|column| sheet.words(column));
    let [old, new, what] = &columns;
    old.iter().zip(new).zip(what).map(|((old, new), what)| format!("{old} > {new}: {what}")).collect()
}

/// `explain` for an account and month.
fn explained(desk: &Desk, account: &str) -> String {
    let query = ExplainQuery {
        account,
        period: Some("2026-01".parse().unwrap()),
        today: TODAY.parse().unwrap(),
        xlsx: None,
    };
    flow::explain(&desk.root(), query).unwrap().text
}

#[test]
fn a_bill_made_again_is_shown_old_beside_new() {
    let desk = Desk::after_january();
    undo(&desk, number(&desk, "bill run 2026-01 cycle 1")).unwrap();
    undo(&desk, number(&desk, "reads-2026-01.csv")).unwrap();
    let reads = b"Account,Meter,Read date,Reading\n0101,M1,1/12/2026,1900\n0104,M4,1/12/2026,6500\n";
    desk.take("reads again.csv", reads);
    let told = rebilled(&desk, "2026-01");
    assert_eq!(told[0], "202601-0101 > 202601-0101-2: no change", "{told:#?}");
    assert!(
        told.iter().any(|line| line.contains("202601-0104 > 202601-0104-2: to 6500 of 2026-01-12")),
        "{told:#?}"
    );
    let text = explained(&desk, "0101");
    assert!(text.contains("202601-0101  ") && text.contains("no change"), "{text}");
}

#[test]
fn the_register_of_a_month_that_is_billed_no_more_says_what_was_taken_back() {
    let desk = Desk::after_january();
    desk.run("2026-02-19");
    let on = |name: &str| {
        let query = UndoQuery {
            sequence: number(&desk, name),
            today: "2026-02-19".parse().unwrap(),
            reason: String::new(),
        };
        flow::undo(&desk.root(), query).unwrap();
    };
    on("bill run 2026-02 cycle 1");
    on("bill run 2026-01 cycle 1");
    desk.run("2026-02-19");
    let told = rebilled(&desk, "2026-01");
    assert_eq!(told[0], "202601-0101 > : not billed again");
    let path = desk.root().join("outbox/2026-01/bill-register-cycle-1.xlsx");
    let bytes = fs::read(path).unwrap();
    assert_eq!(Listed::read(&bytes, "Register").words("Account"), Vec::<String>::new());
    assert_eq!(walker::sheet(&bytes, "Cover").get_value((3, 1)).unwrap().to_string(), "OK");
}

#[test]
fn undone_facts_stay_undone_when_the_ledger_is_made_again() {
    let desk = Desk::after_january();
    undo(&desk, number(&desk, "bill run 2026-01 cycle 1")).unwrap();
    undo(&desk, number(&desk, "reads-2026-01.csv")).unwrap();
    let told = refusal(&desk, number(&desk, "reads-2026-01.csv"));
    assert!(told.contains("is undone already"), "{told}");
    let before = desk.lists(TODAY);
    fs::remove_file(desk.root().join("ledger.db")).unwrap();
    let told = refusal_after_rebuild(&desk);
    assert!(told.contains("is undone already"), "{told}");
    assert_eq!(desk.lists(TODAY), before);
}

/// Opening the office to undo makes the lost ledger again first.
fn refusal_after_rebuild(desk: &Desk) -> String {
    undo(desk, Sequence(3)).map(|_| String::new()).unwrap_or_else(|told| told.to_string());
    undo(desk, number(desk, "reads-2026-01.csv")).unwrap_err().to_string()
}
