//! Takes back a fact of the archive: a file or a run that should not have been posted.

use std::path::Path;

use super::Failure;
use super::desk::{Desk, Draft};
use crate::domain::books::undo::{Dependant, Undo};
use crate::domain::count::counted;
use crate::domain::date::Date;
use crate::domain::id::Sequence;
use crate::domain::proposals::receipts::{Fate, ReceiptRow};
use crate::post;

/// How the name of an undo begins, before the number and the name of what it takes back.
const UNDO_OF: &str = "undo of ";

/// What is to be taken back.
#[derive(Clone, Debug)]
pub struct UndoQuery {
    /// The number of the fact in the archive.
    pub sequence: Sequence,
    /// The day of the undo, which dates the mirror entries.
    pub today: Date,
    /// Why, for the archive; may be empty.
    pub reason: String,
}

/// What was taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undone {
    /// The undo's own number in the archive.
    pub sequence: Sequence,
    /// What no longer counts.
    pub target: ReceiptRow,
    /// How many mirror entries were posted.
    pub mirrors: usize,
}

/// Takes back a fact of the archive: it no longer counts, and each of its entries is reversed by a mirror entry.
///
/// # Errors
/// Where the number is none of a file or run that stands, where later facts rest on it (each is named), and where the
/// office cannot be used.
pub fn undo(root: &Path, query: UndoQuery) -> Result<Undone, Failure> {
    let mut desk = Desk::open(root, query.today)?;
    let ledger = &desk.books.ledger;
    let target = target(ledger.receipts()?, query.sequence)?;
    if let Some(by) = ledger.undone_by(query.sequence)? {
        return Err(Failure::Asked(format!(
            "{} {} is undone already, by {by}.",
            target.sequence, target.name
        )));
    }
    let dependants = ledger.dependants(query.sequence)?;
    if !dependants.is_empty() {
        return Err(rested_on(&target, &dependants));
    }
    let undo = Undo { target: query.sequence, reason: query.reason };
    let batch = post::undo(&undo, &ledger.entries_of(query.sequence)?, query.today);
    let mirrors = batch.entries.len();
    let reason = if undo.reason.is_empty() { String::new() } else { format!(": {}", undo.reason) };
    let draft = Draft {
        fate: Fate::Undo,
        kind: "undo".to_owned(),
        name: name(&target),
        outcome: format!("{}{reason}", counted(mirrors, "mirror entry", "mirror entries")),
        file: format!("undo of {}.json", target.sequence),
        bytes: serde_json::to_vec(&undo).expect("an undo has string keys and no floats"),
        ..Draft::default()
    };
    let sequence = desk.post(draft, &batch)?;
    Ok(Undone { sequence, target, mirrors })
}

/// The name of an undo in the archive.
fn name(target: &ReceiptRow) -> String {
    format!("{UNDO_OF}{} {}", target.sequence, target.name)
}

/// The name of what an undo took back, by its own name.
pub(super) fn of(name: &str) -> Option<&str> {
    Some(name.strip_prefix(UNDO_OF)?.split_once(' ')?.1)
}

/// The receipt of a fact that can be undone.
fn target(receipts: Vec<ReceiptRow>, sequence: Sequence) -> Result<ReceiptRow, Failure> {
    let asked = |why: String| Err(Failure::Asked(why));
    let Some(found) = receipts.into_iter().find(|row| row.sequence == sequence) else {
        return asked(format!(
            "the archive has no {sequence}; `status` and the receipt log name the numbers."
        ));
    };
    match found.fate {
        Fate::Accepted | Fate::Posted => Ok(found),
        Fate::Returned | Fate::Duplicate => {
            asked(format!("{sequence} {} posted nothing: there is nothing to take back.", found.name))
        }
        Fate::Recorded => asked(format!(
            "{sequence} put {} on record, as it was that day. Change the file; the next run records it anew.",
            found.name
        )),
        Fate::Undo => asked(format!(
            "{sequence} is an undo. Drop the file again, or run again: what was undone is then new."
        )),
    }
}

fn rested_on(target: &ReceiptRow, dependants: &[Dependant]) -> Failure {
    let lines: Vec<String> = dependants
        .iter()
        .map(|later| format!("\n  {} {} of {} {}", later.sequence, later.name, later.day, later.why))
        .collect();
    Failure::Asked(format!(
        "{} {} cannot be undone: later facts rest on it. Undo these first, the newest first:{}",
        target.sequence,
        target.name,
        lines.concat()
    ))
}
