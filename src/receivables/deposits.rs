//! Deposits held, and whether good history lets them be refunded.

use std::collections::BTreeMap;

use chrono::Months;

use super::allocation::allocate;
use crate::domain::books::account::{Account, Status};
use crate::domain::books::balance::{DepositEvent, DepositHeld, HistoryKind};
use crate::domain::books::entry::{Effect, EntryKind};
use crate::domain::books::order::{Action, FieldResult};
use crate::domain::date::Date;
use crate::domain::id::AccountId;
use crate::domain::money::Money;
use crate::domain::office::Deposits;

/// The accounts with a deposit held as of a date, by number.
///
/// Counted are due dates, returns and lock-offs after the day `months` ago and up to the date; a bill was delinquent when any of it
/// was open at the end of its due date.
pub fn deposits(
    accounts: &[Account],
    effects: &[Effect],
    results: &[FieldResult],
    policy: &Deposits,
    as_of: Date,
) -> Vec<DepositHeld> {
    let mut by_account: BTreeMap<&AccountId, Vec<&Effect>> = BTreeMap::new();
    for effect in effects.iter().filter(|effect| effect.date <= as_of) {
        by_account.entry(&effect.account).or_default().push(effect);
    }
    let held = |account: &Account| {
        let effects = by_account.get(&account.id)?;
        let since = as_of.checked_sub_months(Months::new(policy.months)).unwrap_or(Date::MIN);
        let locked = |result: &&FieldResult| {
            result.action == Action::Locked
                && result.account == account.id
                && result.date > since
                && result.date <= as_of
        };
        deposit(account, effects, results.iter().filter(locked), policy, (since, as_of))
    };
    accounts.iter().filter_map(held).collect()
}

fn deposit<'r>(
    account: &Account,
    effects: &[&Effect],
    locked: impl Iterator<Item = &'r FieldResult>,
    policy: &Deposits,
    (since, as_of): (Date, Date),
) -> Option<DepositHeld> {
    let held: Money = effects.iter().map(|effect| effect.deposit).sum();
    if held.is_zero() {
        return None;
    }
    let taken = oldest(effects)?;
    let mut events = bills(effects, since, as_of);
    let returns = effects.iter().filter(|one| one.kind == EntryKind::ReturnedPayment && one.date > since);
    events.extend(returns.map(|one| DepositEvent {
        what: HistoryKind::ReturnedPayment,
        date: one.date,
        reference: one.reference.clone(),
        amount: Some(one.amount),
        open_when_due: Money::ZERO,
        paid_on: None,
        past_due: Money::ZERO,
    }));
    events.extend(locked.map(|result| DepositEvent {
        what: HistoryKind::LockOff,
        date: result.date,
        reference: String::new(),
        amount: None,
        open_when_due: Money::ZERO,
        paid_on: None,
        past_due: Money::ZERO,
    }));
    events.sort_by(|a, b| (a.date, a.what, &a.reference).cmp(&(b.date, b.what, &b.reference)));
    let count = |fits: &dyn Fn(&DepositEvent) -> bool| {
        let found = events.iter().filter(|event| fits(event)).count();
        u32::try_from(found).expect("an account has few of them a year")
    };
    let delinquent_bills = count(&DepositEvent::is_late);
    let returned_payments = count(&|event| event.what == HistoryKind::ReturnedPayment);
    let lock_offs = count(&|event| event.what == HistoryKind::LockOff);
    let past_due: Money = events.iter().map(|event| event.past_due).sum();
    let against = [
        (account.status != Status::Active, "not-active"),
        (taken > since, "under-12-months"),
        (delinquent_bills > policy.delinquent_max, "delinquent"),
        (lock_offs > 0, "locked-off"),
        (returned_payments > 0, "returned-payment"),
        (!past_due.is_zero(), "past-due"),
    ];
    let reasons: Vec<&'static str> =
        against.iter().filter(|(stands, _)| *stands).map(|(_, word)| *word).collect();
    Some(DepositHeld {
        account: account.id.clone(),
        taken,
        held,
        delinquent_bills,
        returned_payments,
        lock_offs,
        past_due,
        reasons,
        events,
    })
}

/// The date of the oldest deposit of those held: since the last day on which none was.
fn oldest(effects: &[&Effect]) -> Option<Date> {
    let mut moves: Vec<&Effect> =
        effects.iter().copied().filter(|effect| !effect.deposit.is_zero()).collect();
    // Of one day what is taken comes first: what is released the same day may be of it.
    moves.sort_by_key(|effect| (effect.date, effect.deposit.is_negative()));
    let (mut held, mut oldest) = (Money::ZERO, None);
    for effect in moves {
        if held.is_zero() {
            oldest = Some(effect.date);
        }
        held += effect.deposit;
    }
    oldest
}

/// The bills that fell due in the span, and older ones that are past due: what was open when, told from what was open at the end of
/// each day on which anything moved.
fn bills(effects: &[&Effect], since: Date, as_of: Date) -> Vec<DepositEvent> {
    let mut days: Vec<Date> = effects.iter().map(|effect| effect.date).collect();
    days.sort_unstable();
    days.dedup();
    let bill = |effect: &&&Effect| effect.kind.is_bill() && effect.amount > Money::ZERO;
    let bills: Vec<&Effect> = effects.iter().filter(bill).copied().collect();
    let mut seen: Vec<Seen> = vec![Seen::default(); bills.len()];
    for day in days {
        let by_then: Vec<&Effect> = effects.iter().copied().filter(|effect| effect.date <= day).collect();
        let allocation = allocate(&by_then);
        for (bill, seen) in bills.iter().zip(&mut seen) {
            let Some(item) = allocation.items.iter().find(|item| std::ptr::eq(item.effect, *bill)) else {
                continue;
            };
            if day <= item.due {
                seen.open_when_due = item.open;
            }
            let paid = if item.open.is_zero() { seen.paid_on.or(Some(day)) } else { None };
            *seen = Seen { due: item.due, open: item.open, paid_on: paid, ..*seen };
        }
    }
    let told = bills.into_iter().zip(seen).filter_map(|(bill, seen)| {
        let in_span = bill.due_date.is_some_and(|due| due > since && due <= as_of);
        let past_due = if seen.due < as_of { seen.open } else { Money::ZERO };
        let what = if in_span { HistoryKind::Bill } else { HistoryKind::OlderBill };
        let wanted = in_span || !past_due.is_zero();
        wanted.then(|| DepositEvent {
            what,
            date: seen.due,
            reference: bill.reference.clone(),
            amount: Some(bill.amount),
            open_when_due: seen.open_when_due,
            paid_on: seen.paid_on,
            past_due,
        })
    });
    told.collect()
}

/// What was open of a bill, day after day.
#[derive(Clone, Copy, Default)]
struct Seen {
    due: Date,
    /// At the end of its due date.
    open_when_due: Money,
    /// At the end of the last day.
    open: Money,
    /// Since when nothing is.
    paid_on: Option<Date>,
}
