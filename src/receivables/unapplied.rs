//! Money in unapplied cash that nobody has assigned yet.

use crate::domain::books::entry::{Effect, EntryKind};
use crate::domain::books::money_in::Unapplied;

/// The payments that wait, oldest first; effects of other kinds are passed over.
///
/// What left unapplied cash (assigned, or taken back by the bank) takes away the oldest of its reference and amount.
pub fn unapplied(effects: &[Effect]) -> Vec<Unapplied> {
    let of_nobody = || effects.iter().filter(|effect| effect.kind == EntryKind::UnappliedPayment);
    let mut waiting: Vec<Unapplied> = of_nobody()
        .filter(|effect| effect.amount.is_negative())
        .map(|effect| Unapplied {
            date: effect.date,
            reference: effect.reference.clone(),
            amount: -effect.amount,
        })
        .collect();
    waiting.sort_by(|a, b| (a.date, &a.reference, a.amount).cmp(&(b.date, &b.reference, b.amount)));
    for out in of_nobody().filter(|effect| !effect.amount.is_negative()) {
        let same = |found: &Unapplied| found.reference == out.reference && found.amount == out.amount;
        if let Some(at) = waiting.iter().position(same) {
            waiting.remove(at);
        }
    }
    waiting
}
