//! Invented deposits for the workbook, in every state.

use meterbook::domain::books::account::Account;
use meterbook::domain::books::control::Span;
use meterbook::domain::books::entry::{Effect, EntryKind};
use meterbook::domain::books::order::{Action, FieldResult};
use meterbook::domain::date::{Date, Month, plus_days};
use meterbook::domain::id::AccountId;
use meterbook::domain::money::Money;
use meterbook::domain::office::Deposits;
use meterbook::domain::proposals::deposit_refunds::{
    DEPOSIT_PREFIX, DepositMove, DepositRefunds, DepositRow, RefundState,
};
use meterbook::domain::proposals::register::Customer;
use meterbook::receivables;

use super::books;
use super::office::date;

const AS_OF: &str = "2026-02-26";

/// So many deposits: good history, four late bills, a return, a lock-off, something past due, too young, kept.
pub(crate) fn deposit_refunds(deposits: usize) -> DepositRefunds {
    let as_of = date(AS_OF);
    let accounts: Vec<Account> = (0..deposits).map(books::customer).collect();
    let effects: Vec<Effect> = (0..deposits).flat_map(effects).collect();
    let locked = (0..deposits).filter(|at| at % 7 == 3).map(|at| FieldResult {
        order: None,
        read: None,
        account: books::account(at),
        date: date("2025-11-19"),
        action: Action::Locked,
        reading: None,
        by: "RT".to_owned(),
    });
    let locked: Vec<FieldResult> = locked.collect();
    let rule = Deposits::default();
    let held = receivables::deposits(&accounts, &effects, &locked, &rule, as_of);
    let rows: Vec<DepositRow> = held
        .into_iter()
        .zip(&accounts)
        .enumerate()
        .map(|(at, (deposit, account))| {
            let state = match at % 7 {
                6 => RefundState::Kept {
                    day: date("2026-02-02"),
                    initials: "RT".to_owned(),
                    until: date("2027-02-02"),
                },
                _ if deposit.reasons.is_empty() => RefundState::Proposed,
                _ => RefundState::NotYet,
            };
            let waits = state == RefundState::Proposed;
            DepositRow {
                customer: Customer {
                    name: account.customer.clone(),
                    service_address: account.service_address.clone(),
                    class: account.class.clone(),
                    route: account.route.clone(),
                    autopay: false,
                },
                reference: format!("{DEPOSIT_PREFIX}{}", deposit.account),
                token: if waits { format!("t{at}") } else { String::new() },
                deposit,
                state,
            }
        })
        .collect();
    let sum: Money = rows.iter().map(|row| row.deposit.held).sum();
    let moves: Vec<DepositMove> = (0..deposits.min(3)).map(moved).collect();
    let moved: Money = moves.iter().map(|moved| moved.amount).sum();
    DepositRefunds {
        office: "Joshua Flats Water District".to_owned(),
        month: Month::of(as_of),
        span: Span { from: date("2026-02-01"), to: as_of },
        run_id: "(deposit refunds) KBr7Qb0Z_xA".to_owned(),
        chain_head: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
        rule,
        rows,
        moves,
        liability: (sum - moved, sum),
        prepared_by: "KB".to_owned(),
    }
}

fn effect(day: Date, account: &AccountId, kind: EntryKind, cents: i64, reference: &str) -> Effect {
    Effect {
        date: day,
        account: account.clone(),
        kind,
        amount: Money::from_cents(cents),
        deposit: Money::ZERO,
        reference: reference.to_owned(),
        due_date: (cents > 0 && kind == EntryKind::Bill).then(|| plus_days(day, 20)),
    }
}

/// Twelve bills, each paid on time or late; a deposit since 2024 or, for the fifth, since last summer.
fn effects(at: usize) -> Vec<Effect> {
    let account = books::account(at);
    let taken = if at % 7 == 5 { "2025-07-01" } else { "2024-09-16" };
    let deposit = effect(date(taken), &account, EntryKind::DepositTaken, 0, &format!("D{at}"));
    let mut effects = vec![Effect { deposit: Money::from_cents(25_000), ..deposit }];
    let mut month = Month::new(2025, 2).unwrap();
    for number in 0..12 {
        let day = plus_days(month.first_day(), 18);
        let cents = i64::try_from((at * 311 + number * 97) % 9_000).unwrap() + 3_685;
        let name = format!("{}-{account}", month.compact());
        effects.push(effect(day, &account, EntryKind::Bill, cents, &name));
        let late = (at % 7 == 1 && number < 4) || number == at % 12;
        let unpaid = at % 7 == 4 && number == 11;
        let paid = plus_days(day, if late { 33 } else { 12 });
        if !unpaid {
            effects.push(effect(paid, &account, EntryKind::Payment, -cents, "L1"));
        }
        month = month.next();
    }
    if at % 7 == 2 {
        effects.push(effect(date("2025-12-04"), &account, EntryKind::ReturnedPayment, 5_000, "CK 118"));
        effects.push(effect(date("2025-12-08"), &account, EntryKind::Payment, -5_000, "CK 119"));
    }
    effects
}

/// A deposit that was applied, one that was refunded, and one that was taken.
fn moved(at: usize) -> DepositMove {
    let kind = [EntryKind::DepositApplied, EntryKind::DepositRefund, EntryKind::DepositTaken][at];
    DepositMove {
        date: plus_days(date("2026-02-03"), i64::try_from(at).unwrap()),
        account: AccountId::new(format!("{:07}", 100_900 + at)),
        customer: "Otto N\u{fa}\u{f1}ez".to_owned(),
        kind,
        mirror: false,
        amount: Money::from_cents(if at == 2 { 25_000 } else { -25_000 }),
        reference: if at == 2 { "D77".to_owned() } else { String::new() },
        decided_by: if at == 2 { String::new() } else { "RT".to_owned() },
    }
}
