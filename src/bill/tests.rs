//! The audit and the plan of a run over small histories, one rule a test.

use rust_decimal::Decimal;

mod exceptions;
mod flat_rates;
mod meter_changes;
mod permits;
mod tax_roll;

use super::*;
use crate::domain::books::account::{Account, Contact, MeterSize, Sewer, Status};
use crate::domain::books::bill::{Bill, BillKind};
use crate::domain::books::charge::{Charge, ChargeKind, ChargeUnit, Working};
use crate::domain::books::history::{BulkLoad, Facts, MissingRead, PastBill, Verdict};
use crate::domain::books::meter::{Meter, Register};
use crate::domain::books::reading::{AuditedRead, ReadCode, ReadId, ReadState, ReadVerdict, Reading};
use crate::domain::date::{Date, Month};
use crate::domain::id::{AccountId, BillNumber, MeterId, Sequence};
use crate::domain::money::Money;
use crate::domain::office::Office;
use crate::domain::rows::BulkVolume;
use crate::domain::volume::VolumeUnit;

const SETTINGS: &str = r#"
[office]
name = "Test"
[cycles.1]
read_days = [1, 25]
[cycles.1.bill_dates]
"2026-01" = "2026-01-22"
"2026-02" = "2026-02-19"
"2026-03" = "2026-03-19"
[classes.residential]
owrs = "HOMES"
sewer = "single-family"
[classes.commercial]
owrs = "SHOPS"
sewer = "edu"
[classes.bulk]
owrs = "BULK"
[[wastewater]]
effective = "2026-01-01"
single_family = "46.71"
multi_family_unit = "35.03"
mobile_home_unit = "28.03"
[bulk]
rental_per_day = "5.00"
"#;

fn office() -> Office {
    Office::parse(SETTINGS).unwrap()
}

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn account(id: &str) -> Account {
    Account {
        id: AccountId::new(id),
        customer: "Ella Sorrel".to_owned(),
        service_address: "7837 Maple Ave".to_owned(),
        class: "residential".to_owned(),
        meter_size: MeterSize::parse("5/8").unwrap(),
        status: Status::Active,
        opened: Some(date("2020-05-04")),
        closed: None,
        dwelling_units: 1,
        sewer: Sewer::None,
        edu: None,
        cycle: "1".to_owned(),
        route: String::new(),
        sequence: None,
        tenant: false,
        contact: Contact::default(),
    }
}

fn meter(account: &str, initial_reading: i64) -> Meter {
    Meter {
        account: AccountId::new(account),
        id: MeterId::new(format!("M{account}")),
        size: None,
        register: Register { dials: 6, multiplier: 1, unit: VolumeUnit::Cf },
        installed: date("2026-01-12"),
        initial_reading,
        endpoint: String::new(),
        removal: None,
    }
}

fn read(number: u32, account: &str, day: &str, value: i64) -> Reading {
    Reading {
        id: ReadId { sequence: Sequence(1), number },
        account: None,
        meter: Some(MeterId::new(format!("M{account}"))),
        date: date(day),
        value,
        code: ReadCode::Actual,
        trouble: String::new(),
        echo: None,
    }
}

/// One account "1" whose meter showed `initial` on January 12, with these reads.
fn facts(initial: i64, reads: Vec<Reading>) -> Facts {
    Facts { accounts: vec![account("1")], meters: vec![meter("1", initial)], reads, ..Facts::default() }
}

fn audited(facts: Facts, today: &str) -> Vec<AuditedRead> {
    let office = office();
    audit(&gather(facts), AuditGround { office: &office, today: date(today) }).accounts.remove(0)
}

/// State, usage and exceptions of each read, as one line of text each.
fn lines(reads: &[AuditedRead]) -> Vec<String> {
    reads
        .iter()
        .map(|read| {
            let words: Vec<&str> = read.exceptions.iter().map(|said| said.word()).collect();
            let usage = read.usage.map_or("-".to_owned(), |usage| usage.to_string());
            format!("{} {usage} {}", read.state.word(), words.join(";")).trim_end().to_owned()
        })
        .collect()
}

fn run(month: &str, day: &str) -> DueRun {
    DueRun { cycle: "1".to_owned(), month: month.parse().unwrap(), day: date(day), main: true, after: None }
}

fn planned(facts: Facts, run: &DueRun) -> Plan {
    let office = office();
    let histories = gather(facts);
    let audit = audit(&histories, AuditGround { office: &office, today: run.day });
    plan(&histories.accounts[0], &audit.accounts[0], run, &office)
}

fn billable(facts: Facts, run: &DueRun) -> Billable {
    match planned(facts, run) {
        Plan::Bill(billable) => billable,
        other => panic!("{other:?}"),
    }
}

fn fixed(amount: &str) -> Charge {
    let price: Decimal = amount.parse().unwrap();
    Charge {
        kind: ChargeKind::Fixed,
        name: "service_charge".to_owned(),
        tier: None,
        quantity: Decimal::ONE,
        unit: ChargeUnit::Month,
        price,
        amount: price,
        working: Working::default(),
    }
}

fn bill(account: &Account, billable: Billable, run: &DueRun) -> Result<Bill, Unpriced> {
    let office = office();
    let whole = split(&billable, std::iter::empty(), &office);
    let priced = vec![PricedPart { effective: date("2026-01-01"), charges: vec![fixed("21.37")] }];
    assemble(run, account, billable, (&whole, priced), Money::ZERO, &office)
}

/// The bill of an earlier month, as the ledger gives it back.
fn posted(billable: &Billable, run: &DueRun) -> PastBill {
    PastBill {
        number: BillNumber::new(format!("{}-1", run.month.compact())),
        account: AccountId::new("1"),
        month: run.month,
        kind: BillKind::Regular,
        bill_date: run.day,
        metered: billable.metered.clone(),
    }
}

#[test]
fn each_hold_has_its_case() {
    let one = |change: fn(&mut Reading)| {
        let mut reading = read(1, "1", "2026-02-10", 100_900);
        change(&mut reading);
        lines(&audited(facts(100_000, vec![reading]), "2026-02-12")).remove(0)
    };
    assert_eq!(one(|_| {}), "open 900");
    assert_eq!(one(|read| read.value = 99_999), "held - runs-backwards");
    assert_eq!(one(|read| read.value = 1_000_000), "held - over-dials");
    assert_eq!(one(|read| read.date = date("2026-02-26")), "held 900 long-period;outside-window");
    assert_eq!(one(|read| read.echo = Some(99_000)), "held 900 echo-mismatch");
    assert_eq!(one(|read| read.echo = Some(100_000)), "open 900");
    assert_eq!(one(|read| read.code = ReadCode::Customer), "open 900 customer-read");
    assert_eq!(one(|read| read.trouble = "DOG".to_owned()), "open 900 trouble-code");
    assert_eq!(one(|read| read.value = 100_000), "open 0 zero");
}

#[test]
fn a_rollover_is_told_from_a_backwards_read() {
    let rolled = audited(facts(999_500, vec![read(1, "1", "2026-02-10", 400)]), "2026-02-12");
    assert_eq!(lines(&rolled), ["open 900 rollover"]);
}

#[test]
fn two_readings_of_one_day_are_both_held() {
    let reads = vec![read(1, "1", "2026-02-10", 100_900), read(2, "1", "2026-02-10", 100_990)];
    assert_eq!(
        lines(&audited(facts(100_000, reads), "2026-02-12")),
        ["held - conflicting-reads", "held - conflicting-reads"]
    );
}

#[test]
fn of_two_reads_of_one_month_the_later_counts_from_the_month_before() {
    let reads = vec![read(1, "1", "2026-02-03", 100_300), read(2, "1", "2026-02-10", 100_900)];
    let found = audited(facts(100_000, reads), "2026-02-12");
    assert_eq!(lines(&found), ["replaced 300", "open 900"]);
}

#[test]
fn a_read_that_was_never_billed_loses_no_water() {
    let january = read(1, "1", "2026-01-20", 100_300);
    let february = read(2, "1", "2026-02-10", 100_900);
    let both = || vec![january.clone(), february.clone()];
    let before = audited(facts(100_000, both()), "2026-01-31");
    assert_eq!(before[1].previous.unwrap().value, 100_300, "January can still be billed");
    let later = audited(facts(100_000, both()), "2026-02-19");
    assert_eq!(later[1].usage, Some(900), "January's month is over: its water is billed with February's");
    let run = run("2026-02", "2026-02-19");
    assert_eq!(billable(facts(100_000, both()), &run).units, Decimal::from(9));
}

#[test]
fn the_carry_runs_from_bill_to_bill() {
    let january = run("2026-01", "2026-01-22");
    let first = billable(facts(100_050, vec![read(1, "1", "2026-01-20", 100_399)]), &january);
    let metered = first.metered.as_ref().unwrap();
    assert_eq!((first.units, metered.carry_before, metered.carry), (Decimal::from(3), 50, 99));
    let mut books =
        facts(100_050, vec![read(1, "1", "2026-01-20", 100_399), read(2, "1", "2026-02-10", 100_400)]);
    books.bills = vec![posted(&first, &january)];
    let second = billable(books, &run("2026-02", "2026-02-19"));
    let metered = second.metered.as_ref().unwrap();
    assert_eq!((second.units, metered.usage.amount, metered.carry), (Decimal::ONE, 1, 0));
}

#[test]
fn a_billed_read_keeps_what_was_said_when_its_bill_was_made() {
    let january = run("2026-01", "2026-01-22");
    let mut reading = read(1, "1", "2026-01-20", 100_000);
    let mut first = billable(facts(100_000, vec![reading.clone()]), &january);
    first.metered.as_mut().unwrap().exceptions = vec![];
    reading.trouble = "DOG".to_owned();
    let mut books = facts(100_000, vec![reading]);
    books.bills = vec![posted(&first, &january)];
    assert_eq!(lines(&audited(books, "2026-02-01")), ["billed 0"]);
}

#[test]
fn the_read_after_an_over_estimate_gives_back_what_was_billed_too_much() {
    let january = run("2026-01", "2026-01-22");
    let mut estimate = read(1, "1", "2026-01-20", 101_000);
    estimate.code = ReadCode::Estimate;
    let first = billable(facts(100_000, vec![estimate.clone()]), &january);
    let with = |value| {
        let mut books = facts(100_000, vec![estimate.clone(), read(2, "1", "2026-02-10", value)]);
        books.bills = vec![posted(&first, &january)];
        books
    };
    assert_eq!(lines(&audited(with(100_600), "2026-02-19"))[1], "open -400 lowest;over-estimated");
    let second = billable(with(100_600), &run("2026-02", "2026-02-19"));
    assert_eq!((second.units, second.metered.unwrap().carry), (Decimal::ZERO, -400));
    assert_eq!(
        lines(&audited(with(99_999), "2026-02-19"))[1],
        "held - runs-backwards",
        "below the last actual read"
    );
}

fn verdict(verdict: ReadVerdict, about: u32, made: Option<u32>) -> Verdict {
    let id = |number| ReadId { sequence: Sequence(1), number };
    Verdict {
        account: AccountId::new("1"),
        month: "2026-02".parse().unwrap(),
        verdict,
        about: vec![id(about)],
        made: made.map(id),
        initials: "KB".to_owned(),
        day: date("2026-02-20"),
    }
}

#[test]
fn a_decision_frees_a_held_read_or_takes_its_place() {
    let mut held = read(1, "1", "2026-02-10", 100_900);
    held.echo = Some(1);
    let mut books = facts(100_000, vec![held.clone()]);
    books.verdicts = vec![verdict(ReadVerdict::Hold, 1, None), verdict(ReadVerdict::Accept, 1, None)];
    assert_eq!(lines(&audited(books, "2026-02-20")), ["open 900 echo-mismatch"]);

    let mut made = read(2, "1", "2026-02-10", 100_500);
    made.code = ReadCode::Override;
    let mut books = facts(100_000, vec![held, made]);
    books.verdicts = vec![verdict(ReadVerdict::Override, 1, Some(2))];
    let found = audited(books, "2026-02-20");
    assert_eq!(lines(&found), ["replaced 900 echo-mismatch", "open 500"]);
    assert!(found.iter().all(|read| read.verdict == Some(ReadVerdict::Override)));
}

#[test]
fn a_missing_read_is_held_until_one_takes_its_place() {
    let february = run("2026-02", "2026-02-19");
    let Plan::Hold(held) = planned(facts(100_000, vec![]), &february) else { panic!("held") };
    assert!(held.reason.starts_with("The month has no read."));
    let missing = MissingRead {
        account: AccountId::new("1"),
        meter: Some(MeterId::new("M1")),
        month: february.month,
        day: february.day,
    };
    let mut books = facts(100_000, vec![]);
    books.missing = vec![missing.clone()];
    assert_eq!(lines(&audited(books, "2026-02-20")), ["held - no-read"]);
    let mut books = facts(100_000, vec![read(1, "1", "2026-02-10", 100_900)]);
    books.missing = vec![missing];
    assert_eq!(lines(&audited(books, "2026-02-20")), ["open 900"]);
}

#[test]
fn an_account_opened_in_the_month_is_not_missed() {
    let mut books = facts(100_000, vec![]);
    books.accounts[0].opened = Some(date("2026-02-01"));
    assert_eq!(planned(books, &run("2026-02", "2026-02-19")), Plan::Nothing);
}

#[test]
fn only_active_accounts_of_the_cycle_that_are_not_billed_yet_are_billed() {
    let february = run("2026-02", "2026-02-19");
    let with = |change: fn(&mut Account)| {
        let mut books = facts(100_000, vec![read(1, "1", "2026-02-10", 100_900)]);
        change(&mut books.accounts[0]);
        planned(books, &february)
    };
    assert!(matches!(with(|_| {}), Plan::Bill(_)));
    assert_eq!(with(|account| account.status = Status::Inactive), Plan::Nothing);
    assert_eq!(with(|account| account.cycle = "2".to_owned()), Plan::Nothing);
    assert_eq!(with(|account| account.opened = Some(date("2026-03-01"))), Plan::Nothing);
    let mut books = facts(100_000, vec![read(1, "1", "2026-02-10", 100_900)]);
    let first = billable(books.clone(), &february);
    books.bills = vec![posted(&first, &february)];
    assert_eq!(planned(books, &february), Plan::Nothing);
}

#[test]
fn an_estimate_comes_from_last_year_then_recent_bills_then_the_class() {
    let office = office();
    let mut books = facts(100_000, vec![]);
    books.accounts.push(account("2"));
    books.meters.push(meter("2", 5_000));
    books.reads.push(read(1, "2", "2026-02-11", 5_900));
    let work_out = |books: Facts| {
        let histories = gather(books);
        let audit = audit(&histories, AuditGround { office: &office, today: date("2026-02-19") });
        estimate(&histories.accounts[0], &audit.accounts[0], &audit, date("2026-02-11"))
            .map(|e| (e.usage, e.method))
    };
    assert_eq!(work_out(books.clone()), Some((900, Method::ClassMedian)));
    let january = run("2026-01", "2026-01-22");
    let mut first = billable(facts(99_000, vec![read(1, "1", "2026-01-20", 99_040)]), &january);
    first.metered.as_mut().unwrap().period =
        crate::domain::date::Period { previous: date("2025-12-12"), current: date("2026-01-12") };
    let mut recent = books.clone();
    recent.bills = vec![posted(&first, &january)];
    assert_eq!(work_out(recent.clone()), Some((38, Method::RecentMean)), "40 x 30 / 31, floored");
    let mut last_year = recent;
    last_year.bills.push(PastBill { month: "2025-02".parse().unwrap(), ..last_year.bills[0].clone() });
    assert_eq!(work_out(last_year), Some((38, Method::LastYear)));
}

#[test]
fn a_held_read_is_overtaken_by_a_bill_of_a_later_day_and_one_of_another_meter_by_its_own_day() {
    let february = run("2026-02", "2026-02-19");
    let billed = read(1, "1", "2026-02-11", 100_900);
    let posted_bill = posted(&billable(facts(100_000, vec![billed.clone()]), &february), &february);
    let overtaken = |day: &str, meter: Option<&str>| {
        let mut held = read(2, "1", day, 7);
        (held.account, held.meter) = (Some(AccountId::new("1")), meter.map(MeterId::new));
        let mut books = facts(100_000, vec![billed.clone(), held]);
        books.bills = vec![posted_bill.clone()];
        let histories = gather(books);
        let audit = audit(&histories, AuditGround { office: &office(), today: date("2026-02-20") });
        let held = audit.accounts[0].iter().find(|read| read.state == ReadState::Held).unwrap();
        histories.accounts[0].overtaken_by(held).is_some()
    };
    assert!(overtaken("2026-02-10", None));
    assert!(!overtaken("2026-02-12", None));
    assert!(overtaken("2026-02-11", Some("M9")), "the account's own meter was read that day");
    assert!(!overtaken("2026-02-12", Some("M9")));
}

#[test]
fn an_estimate_says_by_which_way_it_was_made_with_its_arithmetic() {
    let office = office();
    let mut books = facts(100_000, vec![]);
    books.accounts.push(account("2"));
    books.meters.push(meter("2", 5_000));
    books.reads.push(read(1, "2", "2026-02-11", 5_900));
    let mut estimated = read(2, "1", "2026-02-11", 100_900);
    estimated.code = ReadCode::Estimate;
    books.reads.push(estimated);
    let told = |books: Facts| {
        let histories = gather(books);
        let audit = audit(&histories, AuditGround { office: &office, today: date("2026-02-19") });
        let (history, reads) = (&histories.accounts[0], &audit.accounts[0]);
        let said = reasons(history, &reads[0], reads, &audit, &office.cycles["1"]);
        said.into_iter().find(|said| said.exception.word() == "estimated").unwrap().numbers
    };
    let by_the_reader = "The reading 100900 came as an estimate: nobody read the meter on 2026-02-11.";
    assert_eq!(told(books.clone()), by_the_reader);
    books.verdicts = vec![verdict(ReadVerdict::Estimate, 9, Some(2))];
    assert_eq!(
        told(books.clone()),
        "KB had it estimated on 2026-02-20: 900 cf for 30 days, by the median usage per day of the class this month, \
         counted on from 100000 of 2026-01-12, is 100900."
    );
    books.reads[0].value = 5_800;
    let changed = "KB had it estimated on 2026-02-20: 100900 was worked out from earlier usage, of which something has \
                   changed since.";
    assert_eq!(told(books), changed);
}

fn load(number: u32, day: &str, volume: BulkVolume, rental_days: i64) -> BulkLoad {
    BulkLoad {
        id: ReadId { sequence: Sequence(1), number },
        account: AccountId::new("1"),
        meter: "H-7".to_owned(),
        date: date(day),
        volume,
        rental_days,
        deposit: Money::ZERO,
    }
}

fn bulk(loads: Vec<BulkLoad>) -> Facts {
    let mut account = account("1");
    account.class = "bulk".to_owned();
    account.opened = Some(date("2026-01-12"));
    Facts { accounts: vec![account], loads, ..Facts::default() }
}

#[test]
fn bulk_water_is_billed_together_and_carried_in_its_own_unit() {
    let february = run("2026-02", "2026-02-19");
    let loads = || {
        vec![
            load(1, "2026-02-05", BulkVolume::Gallons(9_000), 0),
            load(2, "2026-02-11", BulkVolume::Gallons(5_959), 3),
            load(3, "2026-02-25", BulkVolume::Gallons(1), 0),
        ]
    };
    let first = billable(bulk(loads()), &february);
    let metered = first.metered.as_ref().unwrap();
    assert_eq!((first.units, metered.carry, metered.period.days()), (Decimal::from(19), 747, 30));
    assert_eq!((first.rental_days, metered.loads.len()), (3, 2), "the third load lies ahead");
    let mut books = bulk(loads());
    books.bills = vec![posted(&first, &february)];
    let second = billable(books, &run("2026-03", "2026-03-19"));
    assert_eq!((second.units, second.metered.unwrap().carry), (Decimal::ONE, 0));
    assert_eq!(planned(bulk(vec![]), &february), Plan::Nothing);
    let readings = BulkVolume::Readings { start: 4_150, end: 4_300 };
    let by_reading = billable(bulk(vec![load(1, "2026-02-05", readings, 0)]), &february);
    assert_eq!((by_reading.units, by_reading.metered.unwrap().carry), (Decimal::from(2), 0));
    let mixed = vec![load(1, "2026-02-05", readings, 0), load(2, "2026-02-06", BulkVolume::Gallons(9), 0)];
    assert!(matches!(planned(bulk(mixed), &february), Plan::Hold(_)));
}

#[test]
fn a_short_opening_bill_is_prorated_and_a_short_period_is_not() {
    let february = run("2026-02", "2026-02-19");
    let mut books = facts(100_000, vec![read(1, "1", "2026-02-02", 100_900)]);
    let old = billable(books.clone(), &february);
    assert_eq!(old.prorated_days, None, "an old account is charged the whole month");
    books.accounts[0].opened = Some(date("2026-01-12"));
    books.accounts[0].sewer = Sewer::Billed;
    let account = books.accounts[0].clone();
    let billable = billable(books, &february);
    assert_eq!(billable.prorated_days, Some(21));
    let lines = bill(&account, billable, &february).unwrap().lines;
    let shown = |at: usize| {
        let line: &crate::domain::books::bill::BillLine = &lines[at];
        (line.kind, line.quantity.to_string(), line.unit, line.price.to_string(), line.amount.to_string())
    };
    assert_eq!(
        shown(0),
        (ChargeKind::Fixed, "21".to_owned(), ChargeUnit::Day, "21.37".to_owned(), "14.96".to_owned())
    );
    assert_eq!(
        shown(1),
        (
            ChargeKind::Wastewater,
            "1".to_owned(),
            ChargeUnit::Dwelling,
            "46.71".to_owned(),
            "32.70".to_owned()
        )
    );
}

#[test]
fn wastewater_that_cannot_be_priced_holds_the_account() {
    let february = run("2026-02", "2026-02-19");
    let mut books = facts(100_000, vec![read(1, "1", "2026-02-10", 100_900)]);
    books.accounts[0].sewer = Sewer::Billed;
    books.accounts[0].class = "commercial".to_owned();
    let mut account = books.accounts[0].clone();
    let billable = billable(books, &february);
    let refused = bill(&account, billable.clone(), &february).unwrap_err();
    assert!(refused.0.starts_with("Wastewater goes by EDU and the account has none."));
    account.edu = Some("2.25".parse().unwrap());
    let paid = bill(&account, billable.clone(), &february).unwrap();
    assert_eq!(paid.lines[1].amount.to_string(), "105.10", "46.71 x 2.25 = 105.0975");
    let early = Billable { tariff_date: date("2025-12-31"), ..billable };
    assert!(
        bill(&account, early, &february)
            .unwrap_err()
            .0
            .starts_with("No wastewater price is in force on 2025-12-31")
    );
}

#[test]
fn a_bill_is_numbered_dated_and_due_by_the_run() {
    let february = run("2026-02", "2026-02-20");
    let books = facts(100_000, vec![read(1, "1", "2026-02-10", 100_900)]);
    let account = books.accounts[0].clone();
    let bill = bill(&account, billable(books, &february), &february).unwrap();
    assert_eq!(bill.number.as_str(), "202602-1");
    assert_eq!((bill.bill_date, bill.due_date), (date("2026-02-20"), date("2026-03-12")));
}

#[test]
fn a_run_is_due_from_its_bill_date_and_main_once() {
    let office = office();
    let due = |day: &str, posted: &[&str]| {
        let posted = posted
            .iter()
            .map(|month| (("1".to_owned(), month.parse::<Month>().unwrap()), Sequence(1)))
            .collect();
        due_runs(&office, &posted, date(day)).first().map(|run| (run.month.to_string(), run.main))
    };
    assert_eq!(due("2026-01-21", &[]), None);
    assert_eq!(due("2026-01-22", &[]), Some(("2026-01".to_owned(), true)));
    assert_eq!(due("2026-02-18", &["2026-01"]), Some(("2026-01".to_owned(), false)));
    assert_eq!(due("2026-02-21", &["2026-01"]), Some(("2026-02".to_owned(), true)));
}

#[test]
fn a_meter_that_passes_on_leaves_its_reads_where_they_were_made() {
    let mut books =
        facts(100_000, vec![read(1, "1", "2026-01-20", 100_300), read(2, "1", "2026-02-10", 100_900)]);
    books.accounts[0].status = Status::Closed;
    books.accounts[0].closed = Some(date("2026-01-25"));
    books.accounts.push(account("2"));
    books.meters.push(Meter {
        account: AccountId::new("2"),
        installed: date("2026-01-25"),
        initial_reading: 100_400,
        ..meter("1", 0)
    });
    let histories = gather(books);
    assert_eq!(histories.accounts.iter().map(|h| h.reads.len()).collect::<Vec<_>>(), [1, 1]);
    let office = office();
    let audit = audit(&histories, AuditGround { office: &office, today: date("2026-02-12") });
    assert_eq!(audit.accounts[1][0].usage, Some(500));
    assert_eq!(audit.accounts[1][0].state, ReadState::Open);
}

#[test]
fn a_month_without_a_run_is_named_unless_it_lies_before_the_books() {
    let office = office();
    let skipped = |opened: &str, today: &str, posted: &[&str]| -> Vec<String> {
        let posted = posted
            .iter()
            .map(|month| (("1".to_owned(), month.parse::<Month>().unwrap()), Sequence(1)))
            .collect();
        let found = skipped_runs(&office, &posted, (date(opened), date(today)));
        found.iter().map(|run| run.month.to_string()).collect()
    };
    assert_eq!(skipped("2026-01-02", "2026-03-19", &["2026-01"]), ["2026-02"]);
    assert_eq!(skipped("2026-01-02", "2026-03-18", &["2026-01"]), [""; 0], "February can still be run");
    assert_eq!(skipped("2026-02-01", "2026-03-19", &[]), ["2026-02"], "January was billed by the old books");
}
