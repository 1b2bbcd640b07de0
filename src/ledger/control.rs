//! Answers what moved between two days: customers, deposits, the general ledger.

use rusqlite::params;

use super::codec::{self, from_text};
use super::facts::text;
use super::lists::effect;
use super::{Ledger, Result};
use crate::domain::books::charge::ChargeKind;
use crate::domain::books::control::{GlMovement, Movement, Span};
use crate::domain::books::entry::Effect;
use crate::domain::date::Date;
use crate::domain::id::{AccountId, Sequence};
use crate::domain::money::Money;
use crate::domain::proposals::statement::StatedEntry;

impl Ledger {
    /// What the entries of each kind did to each account before a span and in it.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn movements(&self, span: Span) -> Result<Vec<Movement>> {
        let sql = "SELECT account, kind, \
                   sum(CASE WHEN date < ?1 THEN amount ELSE 0 END), sum(CASE WHEN date < ?1 THEN 0 ELSE amount END), \
                   sum(CASE WHEN date < ?1 THEN deposit ELSE 0 END), sum(CASE WHEN date < ?1 THEN 0 ELSE deposit END) \
                   FROM entry WHERE date <= ?2 GROUP BY account, kind";
        self.collect(sql, [text(span.from), text(span.to)], |row| {
            Ok(Movement {
                account: row.id(AccountId::new)?,
                kind: row.parsed(codec::entry_kind)?,
                before: row.money()?,
                within: row.money()?,
                deposit_before: row.money()?,
                deposit_within: row.money()?,
            })
        })
    }

    /// What the legs of each kind of entries did to each account of the general ledger before a span and in it.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn gl_movements(&self, span: Span) -> Result<Vec<GlMovement>> {
        // The mirror of a debit is a debit less, not a credit.
        let sql = "SELECT gl_account, entry.kind, leg.kind, \
                   sum(CASE WHEN date < ?1 THEN leg.amount ELSE 0 END), \
                   sum(CASE WHEN date >= ?1 AND (leg.amount > 0) = (mirrors IS NULL) THEN leg.amount ELSE 0 END), \
                   sum(CASE WHEN date >= ?1 AND (leg.amount > 0) <> (mirrors IS NULL) THEN -leg.amount ELSE 0 END) \
                   FROM leg JOIN entry ON entry.id = leg.entry WHERE date <= ?2 \
                   GROUP BY gl_account, entry.kind, leg.kind";
        self.collect(sql, [text(span.from), text(span.to)], |row| {
            Ok(GlMovement {
                gl_account: row.next()?,
                entry: row.parsed(codec::entry_kind)?,
                kind: row.next()?,
                before: row.money()?,
                debit: row.money()?,
                credit: row.money()?,
            })
        })
    }

    /// The entries of those who owe something as of a day, as they stand at its end.
    ///
    /// An account that owes nothing has no unpaid bill, for its credits pay all of its debits.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn standing_entries_of_debtors(&self, as_of: Date) -> Result<Vec<Effect>> {
        let sql = "SELECT date, account, kind, amount, deposit, reference, due_date FROM entry \
                   WHERE date <= ?1 AND mirrors IS NULL \
                   AND id NOT IN (SELECT mirrors FROM entry WHERE mirrors IS NOT NULL AND date <= ?1) AND account IN \
                   (SELECT account FROM entry WHERE date <= ?1 AND account <> '' GROUP BY account HAVING sum(amount) > 0)";
        self.collect(sql, [text(as_of)], effect)
    }

    /// The entries of an account dated on or before a day, mirrors among them, by date and then as they came.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn stated_entries(&self, account: &AccountId, as_of: Date) -> Result<Vec<StatedEntry>> {
        let sql = "SELECT date, account, kind, amount, deposit, reference, due_date, mirrors IS NOT NULL FROM entry \
                   WHERE account = ? AND date <= ? ORDER BY date, id";
        self.collect(sql, [account.to_string(), text(as_of)], |row| {
            Ok(StatedEntry { entry: effect(row)?, mirror: row.next()? })
        })
    }

    /// The entries of an account, as they stand at the end of a day.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn standing_entries_of(&self, account: &AccountId, as_of: Date) -> Result<Vec<Effect>> {
        let sql = "SELECT date, account, kind, amount, deposit, reference, due_date FROM entry \
                   WHERE account = ?1 AND date <= ?2 AND mirrors IS NULL \
                   AND id NOT IN (SELECT mirrors FROM entry WHERE mirrors IS NOT NULL AND date <= ?2)";
        self.collect(sql, [account.to_string(), text(as_of)], effect)
    }

    /// The entries of unapplied cash dated on or before a day, mirrors among them, in the order in which they came.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn entries_of_nobody(&self, as_of: Date) -> Result<Vec<Effect>> {
        let sql = "SELECT date, account, kind, amount, deposit, reference, due_date FROM entry \
                   WHERE account = '' AND date <= ? ORDER BY date, id";
        self.collect(sql, [text(as_of)], effect)
    }

    /// The lines of a bill in their order, also of one that was undone; none for a number that no bill has.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn charges_of(&self, bill: &str) -> Result<Vec<(ChargeKind, Money)>> {
        let sql = "SELECT bill_line.kind, amount FROM main.bill JOIN main.bill_line ON bill = bill.id \
                   WHERE number = ? ORDER BY line";
        self.collect(sql, [bill], |row| Ok((row.parsed(codec::charge_kind)?, row.money()?)))
    }

    /// What the bills come to whose entries are dated in a span, line by line; those taken back in it count against them.
    ///
    /// # Errors
    /// Where SQLite refuses.
    pub fn billed(&self, span: Span) -> Result<Money> {
        let sql = "SELECT coalesce(sum(CASE WHEN mirrors IS NULL THEN bill_line.amount ELSE -bill_line.amount END), 0) \
                   FROM entry JOIN main.bill ON number = reference JOIN main.bill_line ON bill = bill.id \
                   WHERE entry.kind = 'bill' AND entry.date BETWEEN ? AND ?";
        self.sum(sql, span)
    }

    /// The rows of payments dated in a span, less those of returned payments; what was undone in it counts against them.
    ///
    /// # Errors
    /// Where SQLite refuses.
    pub fn received(&self, span: Span) -> Result<Money> {
        let rows =
            "SELECT coalesce(sum(CASE WHEN returned THEN -amount ELSE amount END), 0) FROM main.payment";
        let taken_in = self.sum(&format!("{rows} WHERE date BETWEEN ? AND ?"), span)?;
        let undone = format!(
            "{rows} JOIN main.undone ON target = payment.sequence \
             JOIN main.receipt ON receipt.sequence = undone.sequence WHERE max(day, date) BETWEEN ? AND ?"
        );
        Ok(taken_in - self.sum(&undone, span)?)
    }

    fn sum(&self, sql: &str, span: Span) -> Result<Money> {
        let found = self.collect(sql, [text(span.from), text(span.to)], |row| row.money())?;
        Ok(found.into_iter().next().expect("an aggregate has one row"))
    }

    /// The newest fact that a day's money workbooks are made from: one that posted an entry dated by then, or brought
    /// accounts, adjustments or decisions about money by then; `None` as long as no entry is dated by then.
    ///
    /// # Errors
    /// Where SQLite refuses.
    pub fn newest_about_money(&self, as_of: Date) -> Result<Option<Sequence>> {
        let sql = "SELECT max(entries, coalesce((SELECT max(sequence) FROM main.receipt WHERE day <= ?1 AND sequence IN \
                   (SELECT sequence FROM main.adjustment UNION SELECT sequence FROM main.money_decision \
                    UNION SELECT sequence FROM main.account)), 0)) \
                   FROM (SELECT max(sequence) AS entries FROM entry WHERE date <= ?1) WHERE entries IS NOT NULL";
        let found = self.collect(sql, [text(as_of)], |row| row.next::<Option<u32>>())?;
        Ok(found.into_iter().flatten().next().map(Sequence))
    }

    /// The earliest date of the entries that the facts of one day posted; `None` where they posted none.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn earliest_entry_of(&self, day: Date) -> Result<Option<Date>> {
        let sql =
            "SELECT min(date) FROM entry WHERE sequence IN (SELECT sequence FROM receipt WHERE day = ?)";
        let found = self.collect(sql, params![text(day)], |row| row.maybe(from_text))?;
        Ok(found.into_iter().flatten().next())
    }
}
