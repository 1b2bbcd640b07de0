//! Answers about deposits (who has one, what moved them, what was decided) and about closed accounts and their refunds.

use super::codec::from_text;
use super::facts::text;
use super::lists::effect;
use super::{Ledger, Result};
use crate::domain::books::control::Span;
use crate::domain::books::entry::Effect;
use crate::domain::books::money_in::{MoneyDecision, MoneyVerdict};
use crate::domain::date::Date;
use crate::domain::id::AccountId;
use crate::domain::proposals::statement::StatedEntry;

impl Ledger {
    /// The entries of those for whom a deposit is held as of a day, as they stand at its end.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn standing_entries_of_depositors(&self, as_of: Date) -> Result<Vec<Effect>> {
        let sql = "SELECT date, account, kind, amount, deposit, reference, due_date FROM entry \
                   WHERE date <= ?1 AND mirrors IS NULL \
                   AND id NOT IN (SELECT mirrors FROM entry WHERE mirrors IS NOT NULL AND date <= ?1) AND account IN \
                   (SELECT account FROM entry WHERE date <= ?1 AND deposit <> 0 GROUP BY account HAVING sum(deposit) <> 0)";
        self.collect(sql, [text(as_of)], effect)
    }

    /// The entries of a span that moved a deposit, mirrors among them, by date and then as they came.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn deposit_entries(&self, span: Span) -> Result<Vec<StatedEntry>> {
        let sql = "SELECT date, account, kind, amount, deposit, reference, due_date, mirrors IS NOT NULL FROM entry \
                   WHERE deposit <> 0 AND date BETWEEN ? AND ? ORDER BY date, id";
        self.collect(sql, [text(span.from), text(span.to)], |row| {
            Ok(StatedEntry { entry: effect(row)?, mirror: row.next()? })
        })
    }

    /// The decisions about deposits that took effect on or before a day, in the order in which they came.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn deposit_decisions(&self, as_of: Date) -> Result<Vec<MoneyDecision>> {
        let sql = "SELECT what, decision, account, reference, amount, initials, day FROM money_decision \
                   WHERE what = 'deposit-refund' AND day <= ? ORDER BY id";
        self.collect(sql, [text(as_of)], |row| {
            let words: (String, String) = (row.next()?, row.next()?);
            let said = |verdict: &MoneyVerdict| verdict.words() == (words.0.as_str(), words.1.as_str());
            let verdict = MoneyVerdict::ALL.into_iter().find(said);
            Ok(MoneyDecision {
                verdict: verdict.ok_or(rusqlite::Error::InvalidQuery)?,
                account: row.id(AccountId::new)?,
                reference: row.next()?,
                amount: row.money()?,
                initials: row.next()?,
                day: row.parsed(from_text)?,
            })
        })
    }

    /// The entries of the accounts that were ever closed, as they stand at the end of a day.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn standing_entries_of_closed(&self, as_of: Date) -> Result<Vec<Effect>> {
        let sql = "SELECT date, account, kind, amount, deposit, reference, due_date FROM entry \
                   WHERE date <= ?1 AND mirrors IS NULL \
                   AND id NOT IN (SELECT mirrors FROM entry WHERE mirrors IS NOT NULL AND date <= ?1) \
                   AND account IN (SELECT account FROM account WHERE status = 'closed')";
        self.collect(sql, [text(as_of)], effect)
    }

    /// The refunds by check, of deposits and of credits, as they stand at the end of a day, by date and then as they came.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn standing_refunds(&self, as_of: Date) -> Result<Vec<Effect>> {
        let sql = "SELECT date, account, kind, amount, deposit, reference, due_date FROM entry \
                   WHERE date <= ?1 AND kind IN ('refund', 'deposit-refund') AND mirrors IS NULL \
                   AND id NOT IN (SELECT mirrors FROM entry WHERE mirrors IS NOT NULL AND date <= ?1) ORDER BY date, id";
        self.collect(sql, [text(as_of)], effect)
    }

    /// The final bills dated on or before a day, in their order: account, number, date.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn final_bills(&self, as_of: Date) -> Result<Vec<(AccountId, String, Date)>> {
        let sql =
            "SELECT account, number, bill_date FROM bill WHERE kind = 'final' AND bill_date <= ? ORDER BY id";
        self.collect(sql, [text(as_of)], |row| {
            Ok((row.id(AccountId::new)?, row.next()?, row.parsed(from_text)?))
        })
    }
}
