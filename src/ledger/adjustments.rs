//! Answers what adjustments were posted, what asked for them, and who decided.

use super::codec::{Fields, from_text};
use super::facts::text;
use super::money::{ADJUSTMENT, adjustment};
use super::{Ledger, Result};
use crate::domain::books::adjustment::{AdjustmentDecision, AdjustmentRecord, PostedAdjustment};
use crate::domain::books::control::Span;
use crate::domain::id::{AccountId, Sequence};

impl Ledger {
    /// The entries of adjustments dated in a span, mirrors among them, by date and then as they came.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn posted_adjustments(&self, span: Span) -> Result<Vec<PostedAdjustment>> {
        let sql = "SELECT coalesce(mirrored.sequence, entry.sequence), mirrored.id IS NOT NULL, entry.date, entry.account, \
                   entry.amount, entry.reference, \
                   (SELECT gl_account FROM leg WHERE leg.entry = entry.id ORDER BY leg DESC LIMIT 1) \
                   FROM entry LEFT JOIN entry AS mirrored ON mirrored.id = entry.mirrors \
                   WHERE entry.kind = 'adjustment' AND entry.date BETWEEN ? AND ? ORDER BY entry.date, entry.id";
        self.collect(sql, [text(span.from), text(span.to)], |row| {
            Ok(PostedAdjustment {
                fact: Sequence(row.next()?),
                mirror: row.next()?,
                date: row.parsed(from_text)?,
                account: row.id(AccountId::new)?,
                amount: row.money()?,
                reason: row.next()?,
                gl_account: row.next()?,
            })
        })
    }

    /// All rows of adjustments, also those of files that were undone, in the order in which they came.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn adjustment_records(&self) -> Result<Vec<AdjustmentRecord>> {
        let undone = undone("adjustment");
        let sql = format!(
            "SELECT {ADJUSTMENT}, sequence, name, day, {undone} \
             FROM main.adjustment JOIN main.receipt USING (sequence) ORDER BY id"
        );
        self.collect(&sql, [], |row| {
            Ok(AdjustmentRecord {
                row: adjustment(row)?,
                sequence: Sequence(row.next()?),
                file: row.next()?,
                day: row.parsed(from_text)?,
                undone: row.maybe(from_text)?,
            })
        })
    }

    /// All decisions about adjustments that waited, also those that were undone, in the order in which they came.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn adjustment_decisions(&self) -> Result<Vec<AdjustmentDecision>> {
        let undone = undone("money_decision");
        let sql = format!(
            "SELECT sequence, decision, reference, initials, day, {undone} FROM main.money_decision \
             WHERE what = 'adjustment' ORDER BY id"
        );
        self.collect(&sql, [], |row: &mut Fields<'_>| {
            Ok(AdjustmentDecision {
                sequence: Sequence(row.next()?),
                approves: row.next::<String>()? == "approve",
                reference: row.next()?,
                initials: row.next()?,
                day: row.parsed(from_text)?,
                undone: row.maybe(from_text)?,
            })
        })
    }
}

/// The day on which the fact of a table's row was undone.
fn undone(table: &str) -> String {
    format!(
        "(SELECT undoing.day FROM main.undone JOIN main.receipt AS undoing ON undoing.sequence = undone.sequence \
         WHERE undone.target = {table}.sequence)"
    )
}
