//! Allocation and ageing: cases by date, and the laws that hold for all entries.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::domain::books::entry::{Effect, EntryKind};
use crate::domain::books::hold::{Hold, HoldKind, MedicalGrounds};
use crate::domain::books::late_fee::LateFeeRule;
use crate::domain::books::settlement::CreditGoes;
use crate::domain::date::{Date, plus_days};
use crate::domain::id::AccountId;
use crate::domain::money::Money;
use crate::domain::office::LateFee;

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn owed(bill_date: &str, due: &str, cents: i64) -> Effect {
    Effect {
        date: date(bill_date),
        account: AccountId::new("0104168"),
        kind: EntryKind::OpeningBalance,
        amount: Money::from_cents(cents),
        deposit: Money::ZERO,
        reference: format!("OB-{bill_date}"),
        due_date: (cents > 0).then(|| date(due)),
    }
}

fn opening(reference: &str) -> (EntryKind, String) {
    (EntryKind::OpeningBalance, reference.to_owned())
}

fn statement(effects: &[Effect], as_of: &str) -> Statement {
    statements(&[AccountId::new("0104168")], effects, date(as_of)).remove(0)
}

#[test]
fn what_is_open_is_aged_by_its_due_date() {
    let effects = [owed("2025-10-20", "2025-11-09", 8_815), owed("2025-11-20", "2025-12-10", 6_140)];
    let on = |day: &str| {
        let found = statement(&effects, day);
        (found.aging.current.cents(), found.aging.past_due.map(Money::cents), found.balance.past_due.cents())
    };
    assert_eq!(on("2025-11-09"), (8_815, [0, 0, 0, 0], 0));
    assert_eq!(on("2025-11-10"), (8_815 - 8_815, [8_815, 0, 0, 0], 8_815));
    assert_eq!(on("2025-12-09"), (6_140, [8_815, 0, 0, 0], 8_815));
    assert_eq!(on("2025-12-10"), (6_140, [0, 8_815, 0, 0], 8_815));
    assert_eq!(on("2026-02-07"), (0, [0, 6_140, 8_815, 0], 14_955));
    assert_eq!(on("2026-02-08"), (0, [0, 6_140, 0, 8_815], 14_955));
}

#[test]
fn a_credit_pays_the_oldest_first_and_the_rest_is_left() {
    let effects = [
        owed("2025-11-20", "2025-12-10", 6_140),
        owed("2025-10-20", "2025-11-09", 8_815),
        owed("2025-12-01", "", -9_000),
    ];
    let found = statement(&effects, "2026-01-01");
    assert_eq!(found.open[&opening("OB-2025-10-20")], Money::ZERO);
    assert_eq!(found.open[&opening("OB-2025-11-20")], Money::from_cents(5_955));
    let all = statement(&[owed("2025-12-01", "", -9_000)], "2026-01-01");
    assert_eq!(
        (all.aging.credit, all.balance.balance),
        (Money::from_cents(-9_000), Money::from_cents(-9_000))
    );
}

#[test]
fn a_returned_payment_takes_its_payment_away_as_of_its_date() {
    let of = |kind, day: &str, cents| Effect { kind, due_date: None, ..owed(day, day, cents) };
    let effects = [
        owed("2025-10-20", "2025-11-09", 8_815),
        of(EntryKind::Payment, "2025-11-01", -8_815),
        of(EntryKind::ReturnedPayment, "2025-12-03", 8_815),
    ];
    let past_due = |day: &str| statement(&effects, day).balance.past_due.cents();
    assert_eq!([past_due("2025-12-02"), past_due("2025-12-03")], [0, 8_815]);
    let found = statement(&effects[1..], "2026-01-01");
    assert_eq!((found.aging.balance(), found.aging.credit), (Money::ZERO, Money::ZERO));
    let too_much = statement(&effects[2..], "2026-01-01");
    assert_eq!((too_much.balance.past_due, too_much.aging.past_due[0].cents()), (Money::ZERO, 8_815));
}

#[test]
fn a_deposit_pays_what_is_owed_and_the_rest_goes_back() {
    let other = AccountId::new("0104161");
    let settled = |owed: i64, deposit: i64, to: Option<&AccountId>| {
        let (owed, deposit) = (Money::from_cents(owed), Money::from_cents(deposit));
        let found = settle(&AccountId::new("0104168"), owed, deposit, to, Money::from_cents(100))?;
        let cents = [found.deposit_applied, found.deposit_refund, found.credit].map(Money::cents);
        Some((cents, found.credit_goes))
    };
    assert_eq!(settled(0, 0, None), None);
    assert_eq!(settled(7_081, 0, None), None);
    assert_eq!(settled(7_081, 25_000, None), Some(([7_081, 17_919, 0], CreditGoes::Nowhere)));
    assert_eq!(settled(31_109, 25_000, Some(&other)), Some(([25_000, 0, 0], CreditGoes::Nowhere)));
    assert_eq!(settled(-99, 0, None), Some(([0, 0, 99], CreditGoes::WrittenOff)));
    assert_eq!(settled(-100, 500, None), Some(([0, 500, 100], CreditGoes::ToCustomer)));
    assert_eq!(settled(-100, 500, Some(&other)), Some(([0, 500, 100], CreditGoes::ToAccount(other.clone()))));
}

#[test]
fn what_left_unapplied_cash_takes_away_the_oldest_of_its_amount() {
    let of = |day: &str, reference: &str, cents| Effect {
        kind: EntryKind::UnappliedPayment,
        account: AccountId::nobody(),
        reference: reference.to_owned(),
        ..owed(day, day, cents)
    };
    let effects = [
        of("2026-01-03", "A", -500),
        of("2026-01-02", "A", -500),
        of("2026-01-09", "A", 500),
        of("2026-01-04", "B", -500),
    ];
    let waiting: Vec<String> = unapplied(&effects)
        .iter()
        .map(|found| format!("{} {} {}", found.date, found.reference, found.amount))
        .collect();
    assert_eq!(waiting, ["2026-01-03 A 5.00", "2026-01-04 B 5.00"]);
}

fn effects() -> impl Strategy<Value = Vec<Effect>> {
    let rows = prop::collection::vec((0_i64..200, 0_i64..60, -50_000_i64..50_000, any::<bool>()), 0..20);
    rows.prop_map(|rows| {
        rows.into_iter()
            .map(|(day, more, cents, of_payments)| {
                let start = plus_days(date("2025-06-01"), day);
                let effect = owed(&start.to_string(), &plus_days(start, more).to_string(), cents);
                match (of_payments, cents > 0) {
                    (true, true) => Effect { kind: EntryKind::ReturnedPayment, due_date: None, ..effect },
                    (true, false) => Effect { kind: EntryKind::Payment, ..effect },
                    (false, _) => effect,
                }
            })
            .collect()
    })
}

proptest! {
    /// Buckets and credit sum to the balance, and what is open plus what was paid is what was owed.
    #[test]
    fn cents_are_neither_made_nor_lost(effects in effects(), day in 0_i64..300) {
        let as_of = plus_days(date("2025-06-01"), day);
        let found = statement(&effects, &as_of.to_string());
        let balance: Money = effects.iter().filter(|effect| effect.date <= as_of).map(|effect| effect.amount).sum();
        prop_assert_eq!(found.aging.balance(), balance);
        let open: Money = found.open.values().copied().sum();
        prop_assert_eq!(open + found.aging.credit, balance);
        prop_assert!(found.balance.past_due <= open);
    }

    /// The order in which entries arrive does not matter.
    #[test]
    fn order_does_not_matter(effects in effects(), turn in 0_usize..20) {
        let mut turned = effects.clone();
        if !turned.is_empty() {
            let by = turn % turned.len();
            turned.rotate_left(by);
        }
        let sums = |found: Statement| -> (Money, BTreeMap<(EntryKind, String), Money>) { (found.balance.past_due, found.open) };
        prop_assert_eq!(sums(statement(&effects, "2025-12-31")), sums(statement(&turned, "2025-12-31")));
    }
}

fn bill(number: &str, bill_date: &str, cents: i64) -> Effect {
    Effect {
        kind: EntryKind::Bill,
        reference: number.to_owned(),
        ..owed(bill_date, &plus_days(date(bill_date), 20).to_string(), cents)
    }
}

/// Bills with a late fee on a day, and the fees.
fn late(effects: &[Effect], holds: &[Hold], day: &str) -> Vec<(String, i64)> {
    let rule = LateFeeRule::of(&LateFee::default());
    let run = late_fees(effects, holds, rule, date(day));
    run.fees.iter().map(|late| (late.bill.to_string(), late.fee.cents())).collect()
}

#[test]
fn a_bill_takes_a_late_fee_on_its_thirtieth_day() {
    let effects = [owed("2025-10-01", "2025-10-21", 50_000), bill("B1", "2026-01-05", 14_760)];
    assert_eq!(late(&effects, &[], "2026-02-03"), []);
    assert_eq!(late(&effects, &[], "2026-02-04"), [("B1".to_owned(), 1_476)]);
}

#[test]
fn a_bill_takes_one_late_fee_and_only_on_what_is_unpaid() {
    let paid = |cents: i64| Effect { reference: String::new(), ..owed("2026-01-20", "", -cents) };
    let effects = [bill("B1", "2026-01-05", 14_760), bill("B2", "2026-02-04", 30_000), paid(2_000)];
    assert_eq!(late(&effects, &[], "2026-03-06"), [("B1".to_owned(), 1_276), ("B2".to_owned(), 3_000)]);
    let fee = Effect {
        kind: EntryKind::LateFee,
        reference: "B1".to_owned(),
        ..owed("2026-02-04", "2026-02-24", 1_476)
    };
    let effects = [effects.as_slice(), &[fee]].concat();
    assert_eq!(late(&effects, &[], "2026-03-06"), [("B2".to_owned(), 3_000)]);
    assert_eq!(late(&[bill("B1", "2026-01-05", 14_760), paid(14_760)], &[], "2026-03-06"), []);
}

#[test]
fn an_open_dispute_keeps_the_late_fee_away_and_no_other_hold_does() {
    let hold = |kind, until: Option<&str>| Hold {
        account: AccountId::new("0104168"),
        kind,
        from: date("2026-01-10"),
        until: until.map(date),
        grounds: MedicalGrounds::default(),
    };
    let effects = [bill("B1", "2026-01-05", 14_760)];
    assert_eq!(late(&effects, &[hold(HoldKind::Dispute, None)], "2026-02-04"), []);
    assert_eq!(late(&effects, &[hold(HoldKind::Dispute, Some("2026-02-04"))], "2026-02-04"), []);
    assert_eq!(late(&effects, &[hold(HoldKind::Dispute, Some("2026-02-04"))], "2026-02-05").len(), 1);
    assert_eq!(late(&effects, &[hold(HoldKind::Extension, None)], "2026-02-04").len(), 1);
}
