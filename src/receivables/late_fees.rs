//! Which bills take a late fee, and how much.

use std::collections::{BTreeMap, BTreeSet};

use super::allocation::allocate;
use crate::domain::books::entry::{Effect, EntryKind};
use crate::domain::books::hold::{Hold, HoldKind};
use crate::domain::books::late_fee::{LateFee, LateFeeRule, LateFeeRun};
use crate::domain::date::{Date, plus_days};
use crate::domain::id::{AccountId, BillNumber};

/// The late fees to assess on a day.
///
/// Every bill of so many days or more takes one that has something unpaid and no late fee yet, unless a dispute is
/// open on its account. Opening balances take none.
pub fn late_fees(effects: &[Effect], holds: &[Hold], rule: LateFeeRule, day: Date) -> LateFeeRun {
    let disputed: BTreeSet<&AccountId> = holds
        .iter()
        .filter(|hold| hold.kind == HoldKind::Dispute && hold.is_open_on(day))
        .map(|hold| &hold.account)
        .collect();
    let mut by_account: BTreeMap<&AccountId, Vec<&Effect>> = BTreeMap::new();
    for effect in effects.iter().filter(|effect| effect.date <= day && !disputed.contains(&effect.account)) {
        by_account.entry(&effect.account).or_default().push(effect);
    }
    let late = by_account.into_values().flat_map(|effects| late_bills(&effects, rule, day));
    let mut fees: Vec<LateFee> = late.filter(|late| !late.fee.is_zero()).collect();
    fees.sort_by(|a, b| (&a.account, &a.bill).cmp(&(&b.account, &b.bill)));
    LateFeeRun { day, rule, fees }
}

fn late_bills(effects: &[&Effect], rule: LateFeeRule, day: Date) -> Vec<LateFee> {
    let assessed = effects.iter().filter(|effect| effect.kind == EntryKind::LateFee);
    let assessed: BTreeSet<&str> = assessed.map(|effect| effect.reference.as_str()).collect();
    allocate(effects)
        .items
        .iter()
        .filter(|item| item.effect.kind == EntryKind::Bill && !item.open.is_zero())
        .filter(|item| plus_days(item.effect.date, rule.days) <= day)
        .filter(|item| !assessed.contains(item.effect.reference.as_str()))
        .map(|item| LateFee {
            account: item.effect.account.clone(),
            bill: BillNumber::new(item.effect.reference.clone()),
            unpaid: item.open,
            fee: rule.fee(item.open),
        })
        .collect()
}
