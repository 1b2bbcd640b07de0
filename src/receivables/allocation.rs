//! Which debits the credits of one account have paid.

use crate::domain::books::entry::{Effect, EntryKind, due_date};
use crate::domain::date::Date;
use crate::domain::money::Money;

/// A debit and what of it is unpaid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OpenItem<'a> {
    pub(super) effect: &'a Effect,
    pub(super) due: Date,
    pub(super) open: Money,
}

/// What of each debit is unpaid, and the credit that is left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Allocation<'a> {
    /// The debits, in the order in which they are paid.
    pub(super) items: Vec<OpenItem<'a>>,
    /// What no debit has used; zero or more.
    pub(super) credit: Money,
}

/// Pays the debits of one account with its credits, less those that the bank took back: oldest due date first, then oldest date, then fees before
/// bills, then kind, reference and amount.
pub(super) fn allocate<'a>(effects: &[&'a Effect]) -> Allocation<'a> {
    let due = |effect: &Effect| effect.due_date.unwrap_or_else(|| due_date(effect.date));
    let owed =
        |effect: &&&'a Effect| effect.amount > Money::ZERO && effect.kind != EntryKind::ReturnedPayment;
    let mut items: Vec<OpenItem<'a>> = effects
        .iter()
        .filter(owed)
        .map(|effect| OpenItem { effect, due: due(effect), open: effect.amount })
        .collect();
    items.sort_by(|a, b| {
        let key = |item: &OpenItem<'a>| {
            let effect = item.effect;
            (
                item.due,
                effect.date,
                effect.kind.is_bill(),
                effect.kind.word(),
                &effect.reference,
                effect.amount,
            )
        };
        key(a).cmp(&key(b))
    });
    let credits = effects.iter().filter(|effect| effect.amount.is_negative());
    let mut credit: Money = credits.map(|effect| -effect.amount).sum();
    let returned = || effects.iter().filter(|effect| effect.kind == EntryKind::ReturnedPayment);
    credit -= returned().map(|effect| effect.amount).sum();
    if credit.is_negative() {
        // More came back than was ever paid: what is too much is owed since the last return.
        let last = returned().max_by_key(|effect| (effect.date, &effect.reference));
        let effect = last.expect("without a return credits are not negative");
        items.push(OpenItem { effect, due: effect.date, open: -credit });
        credit = Money::ZERO;
    }
    for item in &mut items {
        let paid = item.open.min(credit);
        item.open -= paid;
        credit -= paid;
    }
    Allocation { items, credit }
}
