//! Keeps the print of letters that were mailed: the document as it lay there when its list came back.

use std::collections::BTreeSet;

use super::Failure;
use super::desk::Books;
use super::letters::path;
use crate::domain::books::decision::Decision;
use crate::domain::date::{Date, Month, plus_days};
use crate::domain::page::seal;
use crate::domain::proposals::letter_run::{LETTER, LetterKind, Reference, SENT, Subject};
use crate::outbox;

/// Days in which a list of letters comes back; what is older was set aside or is gone.
const DAYS_BACK: i64 = 62;

/// Sets the documents aside of which a list that came back says that letters were sent.
///
/// Each list sets aside one document of a kind: the one that was printed from it. It has all letters of that run, also those
/// that were not sent; which ones were is on record as notices.
pub(super) fn set_aside(books: &Books, today: Date) -> Result<(), Failure> {
    let said = books.ledger.decisions(LETTER, today)?;
    let recent = plus_days(today, -DAYS_BACK);
    let lists: BTreeSet<(LetterKind, Date, String)> = said
        .iter()
        .filter(|said| said.day >= recent && said.decision == SENT)
        .filter_map(printed_from)
        .collect();
    for (kind, printed, list) in lists {
        let place = books.root.join(path(kind, printed));
        let folder = books.root.join(format!("outbox/{}/mailed", Month::of(printed)));
        let kept = folder.join(format!("{}s {printed} {list}.pdf", kind.word()));
        if !kept.exists() && outbox::bears(&place, &format!(" {printed}")) {
            outbox::make_folder(&folder)?;
            outbox::set_aside(&place, &kept)?;
        }
    }
    Ok(())
}

/// The kind and day of the letter that a decision is about, and its list as a short fingerprint.
fn printed_from(said: &Decision) -> Option<(LetterKind, Date, String)> {
    let reference = Reference::parse(&said.reference)?;
    let Subject::Letter(kind) = reference.subject else { return None };
    Some((kind, reference.date, seal::fingerprint([said.run_id.as_str()])))
}
