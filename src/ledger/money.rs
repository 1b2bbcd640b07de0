//! Keeps what was taken in about money besides its entries, and answers what is known of it.

use rusqlite::{Transaction, params};

use super::append::Step;
use super::codec::{self, Fields, from_text};
use super::facts::text;
use super::{Ledger, Result};
use crate::domain::books::journal::Posting;
use crate::domain::books::money_in::{
    AdjustmentFact, Closing, LEAK_CREDIT, MoneyDecision, MoneyKnown, MoneyVerdict, PaymentFact, PaymentKey,
};
use crate::domain::books::reading::ReadId;
use crate::domain::date::Date;
use crate::domain::id::{AccountId, Sequence};
use crate::domain::money::Money;

impl Ledger {
    /// What earlier files posted of payments between two dates, both inclusive, and what waits for decisions.
    ///
    /// Deposits and unapplied cash are left empty.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn money_known(&self, between: Option<(Date, Date)>) -> Result<MoneyKnown> {
        let mut known = MoneyKnown { waiting: self.waiting_adjustments()?, ..MoneyKnown::default() };
        if let Some((first, last)) = between {
            let sql =
                "SELECT date, account, amount, reference, returned FROM payment WHERE date BETWEEN ? AND ?";
            for (key, returned) in self.collect(sql, [first.to_string(), last.to_string()], payment_key)? {
                let keys = if returned { &mut known.returns } else { &mut known.payments };
                keys.insert(key);
            }
        }
        let sql =
            "SELECT account, count(*) FROM standing_entry WHERE kind = 'returned-payment' GROUP BY account";
        let counts = self.collect(sql, [], |row| Ok((row.id(AccountId::new)?, row.next()?)))?;
        known.returned_count = counts.into_iter().collect();
        let sql = "SELECT account, date FROM standing_entry WHERE kind = 'adjustment' AND reference = ? ORDER BY date";
        let credits = |row: &mut Fields<'_>| Ok((row.id(AccountId::new)?, row.parsed(from_text)?));
        for (account, date) in self.collect(sql, [LEAK_CREDIT], credits)? {
            known.leak_credits.entry(account).or_default().push(date);
        }
        Ok(known)
    }

    /// The adjustments that wait for a decision, in the order in which they came.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn waiting_adjustments(&self) -> Result<Vec<AdjustmentFact>> {
        let sql = format!(
            "SELECT {ADJUSTMENT} FROM adjustment WHERE waits AND reference NOT IN \
             (SELECT reference FROM money_decision WHERE what = 'adjustment') ORDER BY id"
        );
        self.collect(&sql, [], adjustment)
    }

    /// What was posted to the general ledger from one day (where given) up to another, summed by day, account, kind, and where it came from: the month of
    /// the run for bills, else the file as dropped, or nothing for what a run itself posted.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn postings(&self, from: Option<Date>, to: Date) -> Result<Vec<Posting>> {
        let sql = "SELECT entry.date, entry.kind, gl_account, leg.kind, sum(leg.amount), \
                   CASE WHEN entry.kind = 'bill' THEN substr(reference, 1, 4) || '-' || substr(reference, 5, 2) \
                   WHEN fate = 'accepted' THEN name ELSE '' END AS source \
                   FROM leg JOIN entry ON entry.id = leg.entry JOIN receipt USING (sequence) \
                   WHERE entry.date BETWEEN ? AND ? GROUP BY entry.date, entry.kind, gl_account, leg.kind, source";
        // Nothing sorts before every date.
        self.collect(sql, [from.map(text).unwrap_or_default(), text(to)], |row| {
            Ok(Posting {
                date: row.parsed(from_text)?,
                entry: row.parsed(codec::entry_kind)?,
                gl_account: row.next()?,
                kind: row.next()?,
                amount: row.money()?,
                reference: row.next()?,
            })
        })
    }

    /// Closings that were taken in on or before a day, in the order in which they came.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn closings(&self, as_of: Date) -> Result<Vec<Closing>> {
        let sql = "SELECT sequence, account, date, read_number, forwarding_address, transfer_to FROM closing \
                   JOIN receipt USING (sequence) WHERE day <= ? ORDER BY id";
        self.collect(sql, [text(as_of)], closing)
    }

    /// The accounts that have their final bills from a run, in the order of the bills.
    ///
    /// # Errors
    /// Where SQLite refuses.
    pub fn final_bills_of(&self, run: Sequence) -> Result<Vec<AccountId>> {
        let sql = "SELECT account FROM bill WHERE sequence = ? AND kind = 'final' ORDER BY id";
        self.collect(sql, [run.0], |row| row.id(AccountId::new))
    }

    /// What an account of the general ledger stands at: all legs dated on or before a day.
    ///
    /// # Errors
    /// Where SQLite refuses.
    pub fn gl_balance(&self, gl_account: &str, as_of: Date) -> Result<Money> {
        let sql = "SELECT coalesce(sum(leg.amount), 0) FROM leg JOIN entry ON entry.id = leg.entry \
                   WHERE gl_account = ? AND date <= ?";
        let found = self.collect(sql, [gl_account.to_owned(), text(as_of)], |row| row.money())?;
        Ok(found.into_iter().next().expect("an aggregate has one row"))
    }
}

/// The columns of an adjustment.
pub(super) const ADJUSTMENT: &str = "reference, date, account, amount, reason, approved_by, note, waits";

pub(super) fn adjustment(row: &mut Fields<'_>) -> rusqlite::Result<AdjustmentFact> {
    Ok(AdjustmentFact {
        reference: row.next()?,
        date: row.parsed(from_text)?,
        account: row.id(AccountId::new)?,
        amount: row.money()?,
        reason: row.next()?,
        approved_by: row.next()?,
        note: row.next()?,
        waits: row.next()?,
    })
}

fn payment_key(row: &mut Fields<'_>) -> rusqlite::Result<(PaymentKey, bool)> {
    let key = (row.parsed(from_text)?, row.id(AccountId::new)?, row.money()?, row.next()?);
    Ok((key, row.next()?))
}

fn closing(row: &mut Fields<'_>) -> rusqlite::Result<Closing> {
    let sequence = Sequence(row.next()?);
    let (account, date) = (row.id(AccountId::new)?, row.parsed(from_text)?);
    let number: Option<u32> = row.next()?;
    Ok(Closing {
        sequence,
        account,
        date,
        read: number.map(|number| ReadId { sequence, number }),
        forwarding_address: row.next()?,
        transfer_to: row.next::<Option<String>>()?.map(AccountId::new),
    })
}

pub(super) fn insert_payment(transaction: &Transaction<'_>, sequence: u32, fact: &PaymentFact) -> Step {
    let sql = "INSERT INTO main.payment (sequence, date, account, amount, method, reference, returned) \
               VALUES (?, ?, ?, ?, ?, ?, ?)";
    transaction.prepare_cached(sql)?.execute(params![
        sequence,
        fact.date.to_string(),
        fact.account.as_str(),
        fact.amount.cents(),
        fact.method,
        fact.reference,
        fact.returned,
    ])?;
    Ok(())
}

pub(super) fn insert_adjustment(transaction: &Transaction<'_>, sequence: u32, fact: &AdjustmentFact) -> Step {
    let sql = "INSERT INTO main.adjustment (sequence, reference, date, account, amount, reason, approved_by, note, waits) \
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    transaction.prepare_cached(sql)?.execute(params![
        sequence,
        fact.reference,
        fact.date.to_string(),
        fact.account.as_str(),
        fact.amount.cents(),
        fact.reason,
        fact.approved_by,
        fact.note,
        fact.waits,
    ])?;
    Ok(())
}

pub(super) fn insert_money_decision(
    transaction: &Transaction<'_>,
    sequence: u32,
    taken: &MoneyDecision,
) -> Step {
    let (what, decision) = MoneyVerdict::words(taken.verdict);
    let sql = "INSERT INTO main.money_decision (sequence, what, decision, account, reference, amount, initials, day) \
               VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    transaction.prepare_cached(sql)?.execute(params![
        sequence,
        what,
        decision,
        taken.account.as_str(),
        taken.reference,
        taken.amount.cents(),
        taken.initials,
        taken.day.to_string(),
    ])?;
    Ok(())
}

pub(super) fn insert_closing(transaction: &Transaction<'_>, sequence: u32, closing: &Closing) -> Step {
    let sql = "INSERT INTO main.closing (sequence, account, date, read_number, forwarding_address, transfer_to) \
               VALUES (?, ?, ?, ?, ?, ?)";
    transaction.prepare_cached(sql)?.execute(params![
        sequence,
        closing.account.as_str(),
        closing.date.to_string(),
        closing.read.map(|read| read.number),
        closing.forwarding_address,
        closing.transfer_to.as_ref().map(|account| account.as_str()),
    ])?;
    Ok(())
}
