//! Answers what was decided about proposals.

use std::collections::BTreeSet;

use super::codec::from_text;
use super::facts::text;
use super::{Ledger, Result};
use crate::domain::books::decision::{Decision, REJECT, STRAY};
use crate::domain::books::reading::ReadId;
use crate::domain::date::Date;
use crate::domain::id::Sequence;

impl Ledger {
    /// The decisions about one kind of proposal that took effect on or before a day, in their order.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn decisions(&self, what: &str, as_of: Date) -> Result<Vec<Decision>> {
        let sql = "SELECT what, run_id, reference, token, decision, reason, initials, day FROM decision \
                   WHERE what = ? AND day <= ? ORDER BY id";
        self.collect(sql, [what.to_owned(), text(as_of)], |row| {
            Ok(Decision {
                what: row.next()?,
                run_id: row.next()?,
                reference: row.next()?,
                token: row.next()?,
                decision: row.next()?,
                reason: row.next()?,
                initials: row.next()?,
                day: row.parsed(from_text)?,
            })
        })
    }

    /// The reads of meters on nobody's record that were put aside on or before a day.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub(super) fn dismissed(&self, as_of: Date) -> Result<BTreeSet<ReadId>> {
        let sql = "SELECT reference FROM decision WHERE what = ? AND decision = ? AND day <= ?";
        let values = [STRAY.to_owned(), REJECT.to_owned(), text(as_of)];
        Ok(self.collect(sql, values, |row| row.parsed(ReadId::from_reference))?.into_iter().collect())
    }

    /// The file that brought the decisions of a workbook's run: its number, its day and its name.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn decided_by(&self, run_id: &str) -> Result<Option<(Sequence, Date, String)>> {
        let sql = "SELECT sequence, receipt.day, name FROM decision JOIN receipt USING (sequence) \
                   WHERE run_id = ? ORDER BY sequence LIMIT 1";
        let found = self
            .collect(sql, [run_id], |row| Ok((Sequence(row.next()?), row.parsed(from_text)?, row.next()?)))?;
        Ok(found.into_iter().next())
    }
}
