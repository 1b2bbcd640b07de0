//! Stuck meters, a rule a table.

use std::sync::Arc;

use super::*;
use crate::domain::books::account::MeterSize;
use crate::domain::books::charge::ChargeUnit;
use crate::domain::books::meter::{Register, Removal};
use crate::domain::books::reading::ReadCode;
use crate::domain::date::{Month, Period, plus_days};
use crate::domain::volume::VolumeUnit;

const ZERO: (ReadCode, i64) = (ReadCode::Actual, 0);
const USED: (ReadCode, i64) = (ReadCode::Actual, 930);

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

/// Periods of 30 days from December 1, 2024 on, a bill each; the months follow one another.
fn bills(periods: &[(ReadCode, i64)]) -> Vec<Bill> {
    let mut month = Month::new(2025, 1).unwrap();
    let mut previous = date("2024-12-11");
    let mut bills = Vec::new();
    for (code, amount) in periods {
        let current = plus_days(previous, 30);
        let metered = Metered {
            read: None,
            meter: Some(MeterId::new("M1")),
            period: Period { previous, current },
            code: *code,
            previous: None,
            reading: Some(4_711),
            usage: Usage { amount: *amount, unit: VolumeUnit::Cf },
            carry_before: 0,
            carry: 0,
            exceptions: vec![],
            loads: vec![],
            prorated_days: None,
            changed_out: vec![],
        };
        bills.push(Bill {
            number: BillNumber::new(format!("{}-1", month.compact())),
            account: AccountId::new("1"),
            cycle: "1".to_owned(),
            month,
            kind: BillKind::Regular,
            bill_date: plus_days(current, 8),
            due_date: plus_days(current, 28),
            metered: Some(metered),
            units: Decimal::from((*amount).max(0) / 100),
            tariff: date("2024-07-01"),
            class: "residential".to_owned(),
            meter_size: MeterSize::parse("5/8").unwrap(),
            dwelling_units: 1,
            budget_hcf: None,
            over_budget_hcf: None,
            lines: vec![],
            previous_balance: Money::ZERO,
        });
        (previous, month) = (current, month.next());
    }
    bills
}

fn found(bills: &[Bill], since: &str, back_billed: &[&str]) -> Option<Stuck> {
    let back_billed = back_billed.iter().map(|number| BillNumber::new(*number)).collect();
    let rounding = UsageRounding::TruncateReadings;
    stuck(bills, &[], StuckGround { since: date(since), back_billed: &back_billed, rounding })
}

/// The months of the affected periods, with estimate and units.
fn months(stuck: Option<Stuck>) -> Vec<String> {
    let periods = stuck.map(|stuck| stuck.periods).unwrap_or_default();
    let told = |period: &StuckPeriod| format!("{} {} {}", period.month, period.estimate, period.units);
    periods.iter().map(told).collect()
}

#[test]
fn a_candidate_has_two_zeros_in_a_row_and_used_water_before() {
    use ReadCode::{Actual, Customer, Estimate};
    for (what, periods, affected) in [
        ("one zero", vec![USED, ZERO], vec![]),
        ("two", vec![USED, ZERO, ZERO], vec!["2025-02 930 9", "2025-03 930 9"]),
        ("nothing used before", vec![ZERO, ZERO], vec![]),
        ("199 cubic feet in 30 days", vec![(Actual, 199), ZERO, ZERO], vec![]),
        ("200", vec![(Actual, 200), ZERO, ZERO], vec!["2025-02 200 2", "2025-03 200 2"]),
        ("an estimate between", vec![USED, ZERO, (Estimate, 0), ZERO], vec![]),
        ("a customer's read between", vec![USED, ZERO, (Customer, 0), ZERO], vec![]),
        ("it moved again", vec![USED, ZERO, ZERO, USED], vec!["2025-02 930 9", "2025-03 930 9"]),
        (
            "the newer of two runs",
            vec![USED, ZERO, ZERO, (Actual, 1_830), ZERO, ZERO],
            // 930 + 0 + 0 + 1,830 in 120 days are 690 in 30.
            vec!["2025-05 690 6", "2025-06 690 6"],
        ),
        ("an over-estimate is no zero", vec![USED, (Actual, -20), ZERO], vec![]),
    ] {
        assert_eq!(months(found(&bills(&periods), "2024-01-01", &[])), affected, "{what}");
    }
}

#[test]
fn the_mean_is_of_twelve_periods_and_the_same_month_last_year_comes_first() {
    let used = |amount| (ReadCode::Actual, amount);
    // The oldest period is the thirteenth before the first zero: January 2025, with 90,000 cubic feet.
    let thirteen = [used(90_000)].into_iter().chain([used(300); 12]).chain([ZERO, ZERO]);
    let stuck = found(&bills(&thirteen.collect::<Vec<_>>()), "2024-01-01", &[]).unwrap();
    assert_eq!((stuck.before.amount, stuck.days_before), (3_600, 360));
    assert_eq!(stuck.a_month, Decimal::from(3));
    // February and March 2026 have their months of last year.
    assert_eq!(stuck.periods[0].method, Method::LastYear.words());
    assert_eq!(months(Some(stuck)), ["2026-02 300 3", "2026-03 300 3"]);
    // Thirteen zeros: the same month last year of the last one is a zero itself, and does not count.
    let long: Vec<_> = [used(500)].into_iter().chain([ZERO; 13]).collect();
    let periods = found(&bills(&long), "2024-01-01", &[]).unwrap().periods;
    assert_eq!(
        (periods[12].month.to_string().as_str(), periods[12].method.as_str()),
        ("2026-02", MEAN_BEFORE)
    );
    assert_eq!(periods[12].estimate, 500);
}

#[test]
fn an_estimate_is_exact_and_floored_and_each_period_has_whole_units_of_its_own() {
    let mut periods = bills(&[(ReadCode::Actual, 1_000), ZERO, ZERO]);
    let second = periods[2].metered.as_mut().unwrap();
    second.period.current = plus_days(second.period.current, 1);
    let stuck = found(&periods, "2024-01-01", &[]).unwrap();
    // 1,000 x 31 / 30 = 1,033.3
    assert_eq!(months(Some(stuck)), ["2025-02 1000 10", "2025-03 1033 10"]);
    let none = BTreeSet::new();
    let rounding = UsageRounding::Exact;
    let ground = StuckGround { since: date("2024-01-01"), back_billed: &none, rounding };
    assert_eq!(months(stuck_with(&periods, ground)), ["2025-02 1000 10", "2025-03 1033 10.33"]);
    for (amount, estimate, units) in [(748_000, 748_000, "1000"), (10_000, 10_000, "13")] {
        let mut gallons = bills(&[(ReadCode::Actual, amount), ZERO, ZERO]);
        for bill in &mut gallons {
            bill.metered.as_mut().unwrap().usage.unit = VolumeUnit::Gal;
        }
        let first = found(&gallons, "2024-01-01", &[]).unwrap().periods.remove(0);
        assert_eq!((first.estimate, first.units.to_string().as_str()), (estimate, units));
    }
}

fn stuck_with(bills: &[Bill], ground: StuckGround<'_>) -> Option<Stuck> {
    stuck(bills, &[], ground)
}

#[test]
fn what_is_too_old_or_billed_already_is_left_out() {
    let bills = bills(&[USED, ZERO, ZERO, ZERO]);
    let all = ["2025-02 930 9", "2025-03 930 9", "2025-04 930 9"];
    let read_in_march = bills[2].metered.as_ref().unwrap().period.current;
    assert_eq!(months(found(&bills, "2024-01-01", &[])), all);
    assert_eq!(months(found(&bills, &read_in_march.to_string(), &[])), all[1..], "the day itself counts");
    assert_eq!(months(found(&bills, &plus_days(read_in_march, 1).to_string(), &[])), all[2..]);
    assert_eq!(months(found(&bills, "2024-01-01", &["202502-1", "202503-1"])), all[2..]);
    let evidence = found(&bills, "2024-01-01", &["202502-1", "202503-1"]).unwrap();
    assert_eq!((evidence.zeros, evidence.since), (3, date("2025-01-10")), "the evidence stays whole");
    assert_eq!(found(&bills, "2026-01-01", &[]), None);
    // An older run is proposed as long as a newer one has nothing to bill.
    let twice = super::tests::bills(&[USED, ZERO, ZERO, USED, ZERO, ZERO]);
    let newer = ["202505-1", "202506-1"];
    assert_eq!(months(found(&twice, "2024-01-01", &newer)), ["2025-02 930 9", "2025-03 930 9"]);
}

#[test]
fn it_is_told_what_became_of_the_register() {
    let meter = |removed: Option<&str>| Meter {
        account: AccountId::new("1"),
        id: MeterId::new("M1"),
        size: None,
        register: Register { dials: 6, multiplier: 1, unit: VolumeUnit::Cf },
        installed: date("2024-12-11"),
        initial_reading: 3_781,
        endpoint: String::new(),
        removal: removed.map(|day| Removal {
            date: date(day),
            final_reading: 4_711,
            reason: "stuck".to_owned(),
            crew: String::new(),
        }),
    };
    let none = BTreeSet::new();
    let rounding = UsageRounding::TruncateReadings;
    let ground = StuckGround { since: date("2024-01-01"), back_billed: &none, rounding };
    let stands = bills(&[USED, ZERO, ZERO]);
    let moved = bills(&[USED, ZERO, ZERO, USED]);
    for (bills, removed, expected) in [
        (&stands, None, SinceThen::Stands),
        (&moved, None, SinceThen::Moved(date("2025-04-10"))),
        (&moved, Some("2025-04-01"), SinceThen::ChangedOut(date("2025-04-01"), "stuck".to_owned())),
    ] {
        assert_eq!(stuck(bills, &[meter(removed)], ground).unwrap().since_then, expected);
    }
}

#[test]
fn usage_that_repeats_itself_is_told_of_the_newest_bill() {
    let mut three = bills(&[USED, USED, USED]);
    assert_eq!(repeated(&three), None, "the audit says it, nobody else");
    three[2].metered.as_mut().unwrap().exceptions = vec![Exception::IdenticalUsage];
    let found = repeated(&three).unwrap();
    assert_eq!((found.usage.amount, found.dates[2]), (930, date("2025-03-11")));
    let mut later = three.clone();
    later.push(bills(&[USED; 4]).pop().unwrap());
    assert_eq!(repeated(&later), None, "the newest bill counts");
}

#[test]
fn on_top_are_the_lines_that_grow() {
    let line = |kind, tier: Option<u32>, quantity: i64, price: &str| {
        let price: Decimal = price.parse().unwrap();
        BillLine {
            kind,
            name: "commodity_charge".into(),
            tier,
            quantity: Decimal::from(quantity),
            unit: ChargeUnit::Hcf,
            price,
            amount: Money::rounded(price * Decimal::from(quantity)),
            working: Arc::default(),
        }
    };
    let fixed = || line(ChargeKind::Fixed, None, 1, "21.37");
    let before = vec![fixed(), line(ChargeKind::Tier, Some(1), 3, "3.6525")];
    let after = vec![
        fixed(),
        line(ChargeKind::Tier, Some(1), 5, "3.6525"),
        line(ChargeKind::Tier, Some(2), 4, "6.17"),
    ];
    let lines = on_top(before, after);
    let told: Vec<String> = lines
        .iter()
        .map(|line| format!("{:?} {} {} {}", line.tier, line.billed, line.with, line.amount()))
        .collect();
    // 5 x 3.6525 = 18.26, less 3 x 3.6525 = 10.96: each line is rounded once.
    assert_eq!(told, ["Some(1) 3 5 7.30", "Some(2) 0 4 24.68"]);
}
