//! What each account owes as of a date: balance, past due, age, and what of each bill is unpaid.

use std::collections::BTreeMap;

use super::allocation::allocate;
use crate::domain::books::balance::{Age, Aging, Balance, PastDueBill};
use crate::domain::books::entry::{Effect, EntryKind};
use crate::domain::date::Date;
use crate::domain::id::AccountId;
use crate::domain::money::Money;

/// What one account owes as of a date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Balance, past due and deposit.
    pub balance: Balance,
    /// By age.
    pub aging: Aging,
    /// The oldest bill of which something is past due.
    pub oldest_past_due: Option<PastDueBill>,
    /// All bills of which something is past due, the oldest first, each with what of it is.
    pub past_due_bills: Vec<(PastDueBill, Money)>,
    /// What of each debit is unpaid, by kind and reference: a late fee bears the reference of its bill.
    pub open: BTreeMap<(EntryKind, String), Money>,
}

/// What each of the accounts owes as of a date; effects dated later are passed over.
pub fn statements(accounts: &[AccountId], effects: &[Effect], as_of: Date) -> Vec<Statement> {
    let mut by_account: BTreeMap<&AccountId, Vec<&Effect>> = BTreeMap::new();
    for effect in effects.iter().filter(|effect| effect.date <= as_of) {
        by_account.entry(&effect.account).or_default().push(effect);
    }
    let of = |account: &AccountId| by_account.get(account).map_or(&[][..], Vec::as_slice);
    accounts.iter().map(|account| statement(account, of(account), as_of)).collect()
}

fn statement(account: &AccountId, effects: &[&Effect], as_of: Date) -> Statement {
    let allocation = allocate(effects);
    let mut aging = Aging { credit: -allocation.credit, ..Aging::default() };
    let mut open: BTreeMap<(EntryKind, String), Money> = BTreeMap::new();
    let mut past_due = Money::ZERO;
    let mut past_due_bills = Vec::new();
    for item in &allocation.items {
        *open.entry((item.effect.kind, item.effect.reference.clone())).or_default() += item.open;
        let age = Age::of(item.due, as_of);
        aging.add(age, item.open);
        if age > Age::Current && item.effect.kind.is_bill() {
            past_due += item.open;
            // Debits are paid, and stand here, in the order of their due dates.
            if !item.open.is_zero() {
                let reference = item.effect.reference.clone();
                let bill = PastDueBill { reference, date: item.effect.date, due: item.due };
                past_due_bills.push((bill, item.open));
            }
        }
    }
    let balance: Money = effects.iter().map(|effect| effect.amount).sum();
    assert_eq!(aging.balance(), balance, "ageing of {account} neither makes nor loses a cent");
    Statement {
        balance: Balance {
            account: account.clone(),
            balance,
            past_due,
            deposit_held: effects.iter().map(|effect| effect.deposit).sum(),
        },
        aging,
        oldest_past_due: past_due_bills.first().map(|(bill, _)| bill.clone()),
        past_due_bills,
        open,
    }
}
