//! Late fees that wait for a decision: proposed with their arithmetic, decided in the workbook, posted once, undone.

use meterbook::domain::books::late_fee::{LateFee, LateFeeRule};
use meterbook::domain::date::Month;
use meterbook::domain::id::{BillNumber, Sequence};
use meterbook::domain::money::Money;
use meterbook::domain::office::LateFee as Policy;
use meterbook::domain::proposals::late_fees::{LATE_FEE_PREFIX, LateFeeRow, LateFeeState, LateFees};
use meterbook::domain::proposals::receipts::Fate;
use meterbook::domain::proposals::register::Customer;
use meterbook::flow::{self, FileOutcome, UndoQuery, What};
use meterbook::workbook::{self, LATE_FEES_DUE};
use rust_decimal::Decimal;

use crate::pages::walker::Listed;
use crate::support::desk::{Desk, told};
use crate::support::office::date;
use crate::support::typed::typed;
use crate::support::{books, golden};

/// The thirtieth day of the bills of January 22.
pub(crate) const DUE: &str = "2026-02-23";
pub(crate) const NEXT: &str = "2026-02-24";
const LATER: &str = "2026-02-25";

/// So many fees: waiting, left for later, rejected.
pub(crate) fn proposals(fees: usize, ceiling: Option<&str>) -> LateFees {
    let percent_ceiling = ceiling.map(|percent| meterbook::domain::office::Percent(percent.parse().unwrap()));
    let rule = LateFeeRule::of(&Policy { percent_ceiling, ..Policy::default() });
    let row = |at: usize| {
        let account = books::customer(at);
        let unpaid = Money::from_cents(2_345 + 1_733 * i64::try_from(at).unwrap());
        let bill = BillNumber::new(format!("202601-{}", account.id));
        let state = match at % 4 {
            1 => LateFeeState::Held { day: date("2026-02-24"), initials: "RT".to_owned() },
            2 => LateFeeState::Waived {
                day: date("2026-02-24"),
                initials: "RT".to_owned(),
                reason: "low income, on request".to_owned(),
            },
            _ => LateFeeState::Proposed,
        };
        LateFeeRow {
            customer: Customer {
                name: account.customer.clone(),
                service_address: account.service_address.clone(),
                class: account.class.clone(),
                route: account.route.clone(),
                autopay: false,
            },
            reference: format!("{LATE_FEE_PREFIX}{bill}"),
            token: if state.waits() { format!("token{at:06}") } else { String::new() },
            bill_date: date("2026-01-22"),
            late: LateFee { account: account.id, bill, unpaid, fee: rule.fee(unpaid) },
            state,
        }
    };
    LateFees {
        office: "Coyote Wells Water District (invented)".to_owned(),
        month: Month::of(date(LATER)),
        day: date(LATER),
        run_id: "(late fees) invented".to_owned(),
        chain_head: "0".repeat(64),
        rule,
        rows: (0..fees).map(row).collect(),
        prepared_by: "KB".to_owned(),
    }
}

#[test]
fn late_fees_read_as_their_golden_text() {
    let of = proposals(9, Some("20"));
    golden::check("pages/late-fees.txt", &workbook::text(&workbook::late_fees(&of)));
}

pub(crate) fn wanting_decisions() -> Desk {
    let desk = Desk::with_settings("\n[approval]\nlate_fees = \"decision\"\n");
    desk.run("2026-01-22");
    desk
}

fn book(desk: &Desk) -> Vec<u8> {
    std::fs::read(desk.root().join("outbox/2026-02/late-fees.xlsx")).unwrap()
}

fn column(desk: &Desk, header: &str) -> Vec<String> {
    Listed::read(&book(desk), LATE_FEES_DUE).words(header)
}

/// The workbook with a decision in each of its first rows.
fn said(book: &[u8], decisions: &[(&str, &str)]) -> Vec<u8> {
    let cells: Vec<(&str, &str, u32, &str)> = (0..)
        .zip(decisions)
        .flat_map(|(at, (decision, reason))| {
            [("Decision", *decision), ("Reason", *reason), ("Initials", "RT")]
                .map(|(header, text)| (LATE_FEES_DUE, header, at, text))
        })
        .filter(|(.., text)| !text.is_empty())
        .collect();
    typed(book, &cells)
}

fn taken(desk: &Desk, name: &str, bytes: &[u8], day: &str) -> FileOutcome {
    desk.drop(name, bytes);
    desk.run(day).files.remove(0)
}

fn fees(desk: &Desk, day: &str) -> Vec<String> {
    desk.list(What::LateFees, day).lines().map(str::to_owned).collect()
}

#[test]
fn fees_wait_for_a_decision_and_are_posted_once() {
    let desk = wanting_decisions();
    desk.run(DUE);
    assert!(fees(&desk, DUE).is_empty(), "nothing is posted before somebody decides");
    let accounts = column(&desk, "Account");
    assert!(accounts.len() >= 3, "{accounts:?}");
    let status = flow::status(&desk.root(), date(DUE)).unwrap();
    let open: Vec<usize> =
        status.open_lists.iter().filter(|list| list.list == LATE_FEES_DUE).map(|list| list.rows).collect();
    assert_eq!(open, [accounts.len()]);
    let book = said(&book(&desk), &[("Approve", ""), ("Hold", ""), ("Reject", "low income, on request")]);
    desk.drop("late-fees.xlsx", &book);
    let outcome = desk.run(NEXT);
    assert!(told(&outcome.files[0]).starts_with("accepted (late fees)"), "{}", told(&outcome.files[0]));
    let posted = fees(&desk, NEXT);
    assert_eq!(posted.len(), 1);
    assert!(posted[0].starts_with(&format!("{NEXT},{},", accounts[0])), "{posted:?}");
    // What is held is proposed still, what was rejected is listed with its reason.
    assert_eq!(column(&desk, "Account"), accounts[1..]);
    let states = column(&desk, "State");
    assert_eq!(states[0], format!("left for later by RT on {NEXT}; waits"));
    assert_eq!(states[1], format!("rejected by RT on {NEXT}: low income, on request"));
    // The same workbook again decides nothing.
    assert_eq!(taken(&desk, "late-fees-2.xlsx", &book, LATER).fate, Fate::Duplicate);
    assert_eq!(fees(&desk, LATER), posted);
    assert!(flow::verify(&desk.root()).unwrap().faults.is_empty());
}

#[test]
fn a_fee_is_approved_on_what_was_unpaid() {
    let desk = wanting_decisions();
    desk.run(DUE);
    let (accounts, before) = (column(&desk, "Account"), book(&desk));
    let balances = desk.list(What::Balances, DUE);
    let own = balances.lines().find(|line| line.starts_with(&accounts[0])).unwrap();
    let owed: Decimal = own.split(',').nth(1).unwrap().parse().unwrap();
    let paid = owed - Decimal::from(5); // older bills are paid first
    let row = format!("Date,Account,Amount,Method,Reference\n2/24/2026,{},{paid},check,CK1\n", accounts[0]);
    desk.drop("a-payment.csv", row.as_bytes());
    desk.run(NEXT);
    assert_eq!(column(&desk, "Unpaid")[0], "5");
    let outcome = taken(&desk, "late-fees.xlsx", &said(&before, &[("Approve", "")]), LATER);
    assert_eq!(outcome.fate, Fate::Returned, "{}", told(&outcome));
    assert!(fees(&desk, LATER).is_empty());
    assert_eq!(column(&desk, "Account"), accounts, "it is proposed anew");
}

#[test]
fn an_approval_posts_one_fee_and_is_undone_after_it() {
    let desk = wanting_decisions();
    desk.run(DUE);
    let accounts = column(&desk, "Account");
    desk.drop("late-fees.xlsx", &said(&book(&desk), &[("Approve", "")]));
    desk.run(NEXT);
    let undo = |name: &str| {
        let archived = desk.files("archive").into_keys().map(|path| path.to_string_lossy().into_owned());
        let number =
            archived.filter(|path| path.contains(name)).map(|path| path[..6].parse().unwrap()).next();
        let query =
            UndoQuery { sequence: Sequence(number.unwrap()), today: date(LATER), reason: String::new() };
        flow::undo(&desk.root(), query)
    };
    let refused = undo("late-fees.xlsx").unwrap_err().to_string();
    assert!(refused.contains("charges the late fees that it approved"), "{refused}");
    undo("late fees").unwrap();
    desk.run(LATER);
    assert!(fees(&desk, LATER).is_empty(), "the approval was used");
    assert_eq!(column(&desk, "Account"), accounts, "it is proposed again");
    desk.drop("late-fees-again.xlsx", &said(&book(&desk), &[("Approve", "")]));
    desk.run("2026-02-26");
    assert_eq!(fees(&desk, "2026-02-26").len(), 1);
    assert!(flow::verify(&desk.root()).unwrap().faults.is_empty());
}
