//! Deposits held, and whether good history lets them be refunded.

use std::collections::BTreeMap;

use chrono::Months;

use super::allocation::allocate;
use crate::domain::books::account::{Account, Status};
use crate::domain::books::balance::DepositHeld;
use crate::domain::books::entry::{Effect, EntryKind};
use crate::domain::date::Date;
use crate::domain::id::AccountId;
use crate::domain::money::Money;
use crate::domain::office::Deposits;

/// The accounts with a deposit held as of a date, by number.
///
/// Counted are due dates after the day `months` ago and up to the date; a bill was delinquent when any of it
/// was open at the end of its due date.
pub fn deposits(
    accounts: &[Account],
    effects: &[Effect],
    policy: &Deposits,
    as_of: Date,
) -> Vec<DepositHeld> {
    let mut by_account: BTreeMap<&AccountId, Vec<&Effect>> = BTreeMap::new();
    for effect in effects.iter().filter(|effect| effect.date <= as_of) {
        by_account.entry(&effect.account).or_default().push(effect);
    }
    let held = |account: &Account| {
        let effects = by_account.get(&account.id)?;
        deposit(account, effects, policy, as_of)
    };
    accounts.iter().filter_map(held).collect()
}

fn deposit(account: &Account, effects: &[&Effect], policy: &Deposits, as_of: Date) -> Option<DepositHeld> {
    let held: Money = effects.iter().map(|effect| effect.deposit).sum();
    if held.is_zero() {
        return None;
    }
    let taken = effects
        .iter()
        .filter(|effect| effect.kind == EntryKind::DepositTaken)
        .map(|effect| effect.date)
        .min()?;
    let since = as_of.checked_sub_months(Months::new(policy.months)).unwrap_or(Date::MIN);
    let delinquent_bills = delinquent_bills(effects, since, as_of);
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
        (!past_due.is_zero(), "past-due"),
    ];
    let reasons: Vec<&'static str> =
        against.iter().filter(|(stands, _)| *stands).map(|(_, word)| *word).collect();
    Some(DepositHeld { account: account.id.clone(), taken, held, delinquent_bills, past_due, reasons })
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
