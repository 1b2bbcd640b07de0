//! Money in unapplied cash: what nobody has assigned yet, and what came and went.

use crate::domain::books::control::{Span, UnappliedMovement};
use crate::domain::books::entry::{Effect, EntryKind};
use crate::domain::books::money_in::Unapplied;
use crate::domain::money::Money;

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

/// What waited in unapplied cash before a span, then what came and went.
pub fn unapplied_movements(effects: &[Effect], span: Span) -> Vec<UnappliedMovement> {
    let (before, within): (Vec<Effect>, Vec<Effect>) =
        effects.iter().cloned().partition(|effect| effect.date < span.from);
    let waited = unapplied(&before).into_iter().map(|waiting| UnappliedMovement {
        date: waiting.date,
        reference: waiting.reference,
        waited: waiting.amount,
        received: Money::ZERO,
        left: Money::ZERO,
    });
    let moved = within.into_iter().map(|effect| UnappliedMovement {
        date: effect.date,
        waited: Money::ZERO,
        received: (-effect.amount).max(Money::ZERO),
        left: (-effect.amount).min(Money::ZERO),
        reference: effect.reference,
    });
    waited.chain(moved).collect()
}
