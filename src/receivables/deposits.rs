//! Deposits held, and whether good history lets them be refunded.

use std::collections::BTreeMap;

use chrono::Months;

use super::allocation::allocate;
use crate::domain::books::account::{Account, Status};
use crate::domain::books::balance::DepositHeld;
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
        deposit(account, effects, results.iter().filter(locked).count(), policy, (since, as_of))
    };
    accounts.iter().filter_map(held).collect()
}

fn deposit(
    account: &Account,
    effects: &[&Effect],
    lock_offs: usize,
    policy: &Deposits,
    (since, as_of): (Date, Date),
) -> Option<DepositHeld> {
    let held: Money = effects.iter().map(|effect| effect.deposit).sum();
    if held.is_zero() {
        return None;
    }
    let taken = oldest(effects)?;
    let delinquent_bills = delinquent_bills(effects, since, as_of);
    let came_back = |effect: &&&Effect| effect.kind == EntryKind::ReturnedPayment && effect.date > since;
    let returned_payments = effects.iter().filter(came_back).count();
    let few = |count: usize| u32::try_from(count).expect("an account has few of them a year");
    let (returned_payments, lock_offs) = (few(returned_payments), few(lock_offs));
    let past_due: Money = allocate(effects)
        .items
        .iter()
        .filter(|item| item.due < as_of && item.effect.kind.is_bill())
        .map(|item| item.open)
        .sum();
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

/// Bills of which something was open at the end of their due date.
fn delinquent_bills(effects: &[&Effect], since: Date, as_of: Date) -> u32 {
    let counted = |effect: &&&Effect| {
        effect.kind.is_bill() && effect.due_date.is_some_and(|due| due > since && due <= as_of)
    };
    let open_on_due_date = |bill: &&&Effect| {
        let due = bill.due_date.expect("counted bills have a due date");
        let by_then: Vec<&Effect> = effects.iter().copied().filter(|effect| effect.date <= due).collect();
        allocate(&by_then).items.iter().any(|item| {
            (item.effect.kind, &item.effect.reference) == (bill.kind, &bill.reference) && !item.open.is_zero()
        })
    };
    let delinquent = effects.iter().filter(counted).filter(open_on_due_date).count();
    u32::try_from(delinquent).expect("an account has few bills a year")
}
