//! Notices a file whose rows all came before with another one: saved again, it has other bytes and posts a second time.

use super::desk::Desk;
use super::mapped::Layouts;
use super::understand::{Understood, understand};
use super::{Failure, Silent};
use crate::domain::finding::{Code, Finding};
use crate::domain::id::Sequence;
use crate::domain::origin::Origin;
use crate::domain::sheet::place::Trouble;
use crate::post;

/// Earlier files that are looked at, the newest first.
const LOOKED_AT: usize = 24;

impl Desk {
    /// The warning that a file's rows are those of an earlier one; of kinds alone that nothing else guards against posting
    /// twice.
    pub(super) fn same_rows(
        &self,
        understood: &Understood,
        (name, sequence): (&str, Sequence),
    ) -> Result<Option<Finding>, Failure> {
        let [sheet] = understood.sheets.as_slice() else { return Ok(None) };
        let rows = sheet.rows.count() as u64;
        if rows == 0 || understood.returned.is_some() || !post::posts_again(&sheet.rows) {
            return Ok(None);
        }
        let (books, kind) = (&self.books, sheet.place.layout.kind.word());
        let layouts = Layouts::of(Some(&books.office));
        for earlier in books.ledger.accepted_like(kind, rows, sequence)?.into_iter().take(LOOKED_AT) {
            // A fact that was changed is named by `verify`; it is no reason to take nothing in.
            let Ok(fact) = self.archive.get(earlier) else { continue };
            let ground = books.rows_ground(fact.receipt.day);
            let before = understand(&fact.receipt.name, &fact.bytes, &layouts, ground, &mut Silent);
            if let [other] = before.sheets.as_slice()
                && other.rows.say_the_same(&sheet.rows)
            {
                let message = format!(
                    "The rows are those of {}, taken in on {} ({earlier}), and were taken in once more. If they are meant once, \
                     take this file back: meterbook undo, with its number in the receipt log.",
                    fact.receipt.name, fact.receipt.day
                );
                let warning = Trouble::warning(Code::SameRows, &fact.receipt.name, message);
                return Ok(Some(warning.at(Origin::file(name), "")));
            }
        }
        Ok(None)
    }
}
