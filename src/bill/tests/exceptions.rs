//! Every exception of the read audit has its case, and its severity.

use super::*;
use crate::domain::books::reading::{AuditSeverity, Exception};

/// How a billed period was read, and its usage.
type Billed = (ReadCode, i64);

/// Billed periods of 30 days before the read of February, the latest first: code and usage in cubic feet.
fn after(periods: &[Billed]) -> Vec<PastBill> {
    let mut end = date("2026-01-12");
    let mut bills = Vec::new();
    for (code, usage) in periods {
        let start = crate::domain::date::plus_days(end, -30);
        let january = run("2026-01", "2026-01-22");
        let february = run("2026-02", "2026-02-19");
        let mut billable = billable(facts(0, vec![read(1, "1", "2026-02-10", 0)]), &february);
        let metered = billable.metered.as_mut().unwrap();
        (metered.read, metered.code, metered.usage.amount) = (None, *code, *usage);
        (metered.period.previous, metered.period.current) = (start, end);
        bills.push(PastBill { month: Month::of(end), ..posted(&billable, &january) });
        end = start;
    }
    bills.reverse();
    bills
}

/// What is said of a February read of a usage and code after some billed periods.
fn said(code: ReadCode, usage: i64, periods: &[Billed]) -> Vec<Exception> {
    let reading = Reading { code, ..read(1, "1", "2026-02-10", 100_000 + usage) };
    let mut books = facts(100_000, vec![reading]);
    books.bills = after(periods);
    audited(books, "2026-02-12").remove(0).exceptions
}

#[test]
fn a_register_that_stands_still_is_stuck_only_where_water_used_to_be_used() {
    use ReadCode::{Actual, Customer, Estimate};
    let zero = (Actual, 0);
    let cases = [
        ("the second zero", vec![zero, (Actual, 900)], Actual, true),
        ("the third", vec![zero, zero, (Actual, 900)], Actual, true),
        ("the first", vec![(Actual, 900)], Actual, false),
        ("exactly 200 cubic feet in 30 days", vec![zero, (Actual, 200)], Actual, true),
        ("a cubic foot less", vec![zero, (Actual, 199)], Actual, false),
        ("nothing before the zeros", vec![zero, zero], Actual, false),
        ("a zero that was estimated", vec![(Estimate, 0), (Actual, 900)], Actual, false),
        ("a zero that the customer told", vec![zero, (Actual, 900)], Customer, false),
    ];
    for (what, periods, code, stuck) in cases {
        let found = said(code, 0, &periods);
        assert_eq!(found.contains(&Exception::ZeroTwice), stuck, "{what}: {found:?}");
        assert!(found.contains(&Exception::Zero), "{what}");
    }
    let twelve: Vec<Billed> =
        [zero].into_iter().chain([(Actual, 200); 12]).chain([(Actual, 90_000)]).collect();
    assert!(said(Actual, 0, &twelve).contains(&Exception::ZeroTwice), "the mean of twelve periods");
    let thirteenth: Vec<Billed> =
        [zero].into_iter().chain([(Actual, 199); 12]).chain([(Actual, 90_000)]).collect();
    assert!(!said(Actual, 0, &thirteenth).contains(&Exception::ZeroTwice), "the thirteenth does not count");
}

#[test]
fn usage_is_identical_three_times_and_estimates_are_three_in_a_row() {
    use ReadCode::{Actual, Estimate};
    let identical =
        |usage, periods: &[Billed]| said(Actual, usage, periods).contains(&Exception::IdenticalUsage);
    assert!(identical(700, &[(Actual, 700), (Actual, 700)]));
    assert!(!identical(700, &[(Actual, 700), (Actual, 701)]));
    assert!(!identical(700, &[(Actual, 700)]), "twice is no pattern");
    assert!(!identical(0, &[(Actual, 0), (Actual, 0)]), "zero has words of its own");
    let third = |code, periods: &[Billed]| said(code, 700, periods).contains(&Exception::ThirdEstimate);
    assert!(third(Estimate, &[(Estimate, 500), (Estimate, 600)]));
    assert!(!third(Estimate, &[(Estimate, 500), (Actual, 600)]));
    assert!(!third(Actual, &[(Estimate, 500), (Estimate, 600)]));
}

#[test]
fn usage_where_nobody_is_served_is_seen() {
    let with = |status: Status, closed: Option<&str>, usage: i64| {
        let mut books = facts(100_000, vec![read(1, "1", "2026-02-10", 100_000 + usage)]);
        (books.accounts[0].status, books.accounts[0].closed) = (status, closed.map(date));
        lines(&audited(books, "2026-02-12")).remove(0)
    };
    assert_eq!(with(Status::Closed, Some("2026-02-01"), 900), "held 900 closed-with-usage");
    assert_eq!(with(Status::Closed, Some("2026-02-10"), 900), "open 900", "up to the last day");
    assert_eq!(with(Status::Closed, Some("2026-02-01"), 0), "open 0 zero");
    assert_eq!(with(Status::Inactive, None, 900), "open 900 inactive-with-usage");
    let mut stray = read(1, "1", "2026-02-10", 7);
    stray.meter = Some(MeterId::new("M99"));
    let histories = gather(facts(0, vec![stray]));
    let office = office();
    let audit = audit(&histories, AuditGround { office: &office, today: date("2026-02-12") });
    assert_eq!(lines(&audit.strays), ["held - unknown-meter"]);
}

#[test]
fn comparison_goes_to_last_year_then_to_the_last_periods_then_to_the_class() {
    use ReadCode::Actual;
    let compared = |bills: Vec<PastBill>, others: &[i64]| {
        let mut books = facts(100_000, vec![read(1, "1", "2026-02-11", 103_000)]);
        books.bills = bills;
        for (at, usage) in (2..).zip(others) {
            let id = at.to_string();
            books.accounts.push(account(&id));
            books.meters.push(meter(&id, 0));
            books.reads.push(read(at, &id, "2026-02-11", *usage));
        }
        let histories = gather(books);
        let office = office();
        let audit = audit(&histories, AuditGround { office: &office, today: date("2026-02-12") });
        let found = comparison(&histories.accounts[0], &audit.accounts[0][0], &audit).unwrap();
        (found.usual.to_string(), found.with)
    };
    let mut bills = after(&[(Actual, 100), (Actual, 200), (Actual, 300), (Actual, 9_000)]);
    let last_periods = compared(bills.clone(), &[]);
    assert_eq!(last_periods, ("2.0".to_owned(), "the mean of the last billed periods"), "three of them");
    bills[0].month = "2025-02".parse().unwrap();
    assert_eq!(compared(bills, &[]), ("90.0".to_owned(), "the same month last year"));
    let class = compared(vec![], &[600, 1_200, 2_400]);
    assert_eq!(class, ("18.0".to_owned(), "the median of the class this month"), "half of 1,200 and 2,400");
}

#[test]
fn severities_are_those_of_the_rule() {
    use AuditSeverity::{Hold, Info, Review};
    let words = |severity: AuditSeverity| {
        let mut words: Vec<&str> =
            ALL.iter().filter(|said| said.severity() == severity).map(|said| said.word()).collect();
        words.sort_unstable();
        words.join(" ")
    };
    assert_eq!(
        words(Hold),
        "closed-with-usage conflicting-reads echo-mismatch eto-gap no-read outside-window over-dials runs-backwards \
         unknown-meter"
    );
    assert_eq!(
        words(Review),
        "highest identical-usage inactive-with-usage long-period lowest meter-changed over-estimated rollover \
         third-estimate zero-twice"
    );
    assert_eq!(words(Info), "customer-read estimated high low trouble-code zero");
    assert!(
        ALL.iter().all(|said| said.advice().is_some() == (said.severity() == Hold)),
        "what is held has advice"
    );
}

/// All exceptions.
const ALL: [Exception; 25] = [
    Exception::RunsBackwards,
    Exception::NoRead,
    Exception::UnknownMeter,
    Exception::OverDials,
    Exception::OutsideWindow,
    Exception::ConflictingReads,
    Exception::EchoMismatch,
    Exception::ClosedWithUsage,
    Exception::EtoGap,
    Exception::Highest,
    Exception::Lowest,
    Exception::OverEstimated,
    Exception::LongPeriod,
    Exception::Rollover,
    Exception::MeterChanged,
    Exception::ZeroTwice,
    Exception::IdenticalUsage,
    Exception::ThirdEstimate,
    Exception::InactiveWithUsage,
    Exception::High,
    Exception::Low,
    Exception::Zero,
    Exception::Estimated,
    Exception::CustomerRead,
    Exception::TroubleCode,
];
