//! Taking a fact back: every entry of it is reversed by a mirror entry.

use crate::domain::books::batch::Batch;
use crate::domain::books::entry::{Effect, Entry, Leg};
use crate::domain::books::undo::{PostedEntry, Undo, Undone};
use crate::domain::date::Date;

/// The batch that takes a fact back, given the entries it posted: a mirror of each, dated the day of the undo.
///
/// A mirror has the kind and reference of its entry, and everything else with the other sign.
pub fn undo(undo: &Undo, posted: &[PostedEntry], today: Date) -> Batch {
    Batch {
        entries: posted.iter().map(|posted| mirror(&posted.entry, today)).collect(),
        undone: Some(Undone {
            target: undo.target,
            mirrored: posted.iter().map(|posted| posted.id).collect(),
        }),
        ..Batch::default()
    }
}

fn mirror(entry: &Entry, today: Date) -> Entry {
    let effect = &entry.effect;
    Entry {
        effect: Effect {
            date: today.max(effect.date),
            amount: -effect.amount,
            deposit: -effect.deposit,
            due_date: None,
            ..effect.clone()
        },
        legs: entry.legs.iter().map(|leg| Leg { amount: -leg.amount, ..leg.clone() }).collect(),
    }
}
