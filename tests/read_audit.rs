//! The read audit comes back: what is wrong with it is told in one go, and a read of nobody's meter is put aside.

use meterbook::domain::proposals::receipts::Fate;
use meterbook::flow::{self, UndoQuery, What, status};
use meterbook::workbook::{AUDIT, NOT_ON_RECORD};

use crate::pages::walker::Listed;
use crate::support::desk::{Desk, TODAY, told};
use crate::support::office::date;
use crate::support::typed::typed;

const NEXT: &str = "2026-02-11";
const AUDIT_OF_FEBRUARY: &str = "outbox/2026-02/read-audit-cycle-1.xlsx";

/// February's reads, one of them of a meter that nobody has.
pub(crate) fn with_a_stray() -> Desk {
    let desk = Desk::after_january();
    let reads = "Account,Meter,Read date,Reading\n0101,M1,2/9/2026,2150\n,M99,2/9/2026,77\n0104,M4,2/9/2026,5000\n0102,M2,2/9/2026,1500\n";
    desk.drop("reads.csv", reads.as_bytes());
    desk.run(TODAY);
    desk
}

fn book(desk: &Desk) -> Vec<u8> {
    std::fs::read(desk.root().join(AUDIT_OF_FEBRUARY)).unwrap()
}

fn unknown_meters(desk: &Desk) -> usize {
    status(&desk.root(), date(NEXT)).unwrap().held.get("unknown-meter").copied().unwrap_or_default()
}

fn put_aside(desk: &Desk) -> Vec<u8> {
    let cells = [("Decision", "Reject"), ("Reason", "a typing error"), ("Initials", "RT")]
        .map(|(header, text)| (NOT_ON_RECORD, header, 0, text));
    typed(&book(desk), &cells)
}

#[test]
fn a_read_of_nobodys_meter_is_put_aside() {
    let desk = with_a_stray();
    assert_eq!(unknown_meters(&desk), 1);
    desk.drop("audit.xlsx", &put_aside(&desk));
    let file = desk.run(NEXT).files.remove(0);
    assert_eq!(told(&file), "accepted (read audit): 1 decision\n");
    assert_eq!(unknown_meters(&desk), 0);
    let stray = desk.list(What::Reads, NEXT).lines().find(|line| line.contains("M99")).unwrap().to_owned();
    assert!(stray.ends_with(",replaced"), "{stray}");
    assert!(workbook_is_empty(&desk), "nothing waits on Not on record");
    assert_eq!(flow::verify(&desk.root()).unwrap().faults, Vec::<String>::new());
    // The read cannot be undone before the decision about it; then it waits again.
    let number = |word: &str| {
        let name =
            desk.files("archive").into_keys().rfind(|path| path.to_str().unwrap().ends_with(word)).unwrap();
        meterbook::domain::id::Sequence(name.to_str().unwrap()[..6].parse().unwrap())
    };
    let undo =
        |sequence| flow::undo(&desk.root(), UndoQuery { sequence, today: date(NEXT), reason: String::new() });
    let refused = undo(number(" reads.csv")).unwrap_err().to_string();
    assert!(refused.contains("puts reads of it aside"), "{refused}");
    undo(number(" audit.xlsx")).unwrap();
    assert_eq!(unknown_meters(&desk), 1);
}

/// Whether no row of Not on record is left.
fn workbook_is_empty(desk: &Desk) -> bool {
    Listed::read(&book(desk), NOT_ON_RECORD).words("Meter").iter().all(String::is_empty)
}

#[test]
fn a_run_that_takes_reads_in_tells_at_once_which_are_held() {
    let desk = Desk::after_january();
    desk.drop(
        "reads.csv",
        b"Account,Meter,Read date,Reading\n0101,X1,2/9/2026,2150\n0104,M4,2/9/2026,5000\n",
    );
    let outcome = desk.run(TODAY);
    assert_eq!(outcome.held_reads["runs-backwards"], 2, "one of January still waits");
    assert_eq!(outcome.held_reads["unknown-meter"], 1);
    assert!(outcome.has_findings(), "somebody has to decide");
    assert!(desk.run(NEXT).held_reads.is_empty(), "told once");
}

#[test]
fn reads_under_a_wrong_number_do_not_keep_the_others_from_being_decided() {
    let desk = Desk::after_january();
    desk.drop("reads.csv", b"Account,Meter,Read date,Reading\n0101,X1,2/9/2026,2150\n0104,X4,2/9/2026,5000\n0102,M2,2/9/2026,1500\n");
    desk.run(TODAY);
    let meters = Listed::read(&book(&desk), NOT_ON_RECORD).words("Meter");
    let wrong: Vec<u32> =
        (0..).zip(&meters).filter(|(_, meter)| meter.starts_with('X')).map(|(row, _)| row).collect();
    assert_eq!(wrong.len(), 2, "{meters:?}");
    let states = Listed::read(&book(&desk), AUDIT);
    let row = states.words("Account").iter().position(|account| account == "0102").unwrap();
    let row = u32::try_from(row).unwrap();
    let hold = [(AUDIT, "Decision", row, "hold"), (AUDIT, "Initials", row, "RT")];
    let mut typed_there = hold.to_vec();
    typed_there.push((NOT_ON_RECORD, "Decision", wrong[0], "Reject"));
    desk.drop("audit.xlsx", &typed(&book(&desk), &typed_there));
    let file = desk.run(NEXT).files.remove(0);
    assert!(told(&file).contains("Nothing is decided on this row."), "{}", told(&file));
    desk.drop("audit.xlsx", &typed(&book(&desk), &hold));
    let file = desk.run(NEXT).files.remove(0);
    assert_eq!(file.fate, Fate::Accepted, "{}", told(&file));
}

#[test]
fn everything_wrong_with_the_decisions_is_told_in_one_go() {
    let desk = with_a_stray();
    let rows = Listed::read(&book(&desk), AUDIT).words("State");
    let held: Vec<u32> = (0..).zip(&rows).filter(|(_, state)| *state == "held").map(|(row, _)| row).collect();
    assert!(held.len() >= 2, "{rows:?}");
    // No initials in one row; an override without its reading in the other.
    let cells = [
        (AUDIT, "Decision", held[0], "accept"),
        (AUDIT, "Decision", held[1], "override"),
        (AUDIT, "Initials", held[1], "RT"),
        (NOT_ON_RECORD, "Decision", 0, "Reject"),
    ];
    desk.drop("audit.xlsx", &typed(&book(&desk), &cells));
    let file = desk.run(NEXT).files.remove(0);
    assert_eq!(file.fate, Fate::Returned);
    let mut columns: Vec<&str> = file.findings.iter().map(|finding| finding.column.as_str()).collect();
    columns.sort_unstable();
    assert_eq!(columns, ["Initials", "Initials", "Reason", "Value"], "{}", told(&file));
}

#[test]
fn the_receipt_of_reads_says_their_first_and_last_day() {
    let desk = with_a_stray();
    let log = std::fs::read(desk.root().join("outbox/2026-02/receipt-log.xlsx")).unwrap();
    let totals = Listed::read(&log, "Receipts").words("Control totals");
    let found = totals.iter().any(|totals| totals.ends_with("first read 2026-02-09; last read 2026-02-09"));
    assert!(found, "{totals:?}");
}

#[test]
fn a_read_that_is_not_billed_yet_is_explained() {
    let desk = with_a_stray();
    let query = flow::ExplainQuery { account: "0101", period: None, today: date(NEXT), xlsx: None };
    let text = flow::explain(&desk.root(), query).unwrap().text;
    assert!(text.contains("Read and not billed yet\nlow (2026-02, info)"), "{text}");
    let february = flow::ExplainQuery { period: Some("2026-02".parse().unwrap()), ..query };
    let text = flow::explain(&desk.root(), february).unwrap().text;
    assert!(text.contains("low (2026-02, info)") && text.contains("units in 30 days; usual are"), "{text}");
}
