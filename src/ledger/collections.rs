//! Keeps holds and late fees, and answers what is known of them.

use rusqlite::{Transaction, params};

use super::append::Step;
use super::codec::{self, from_text, to_json};
use super::facts::text;
use super::{Ledger, Result};
use crate::domain::books::entry::Effect;
use crate::domain::books::hold::{Hold, MedicalGrounds};
use crate::domain::books::late_fee::{LateFee, LateFeeRun};
use crate::domain::date::Date;
use crate::domain::id::{AccountId, BillNumber};

impl Ledger {
    /// Holds as the latest row of each account, kind and first day has them, by these three.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn holds(&self) -> Result<Vec<Hold>> {
        let sql = "SELECT account, kind, since, until, certificate, unable_to_pay, accepts_plan FROM hold \
                   WHERE id IN (SELECT max(id) FROM hold GROUP BY account, kind, since) \
                   ORDER BY account, kind, since";
        self.collect(sql, [], |row| {
            Ok(Hold {
                account: row.id(AccountId::new)?,
                kind: row.parsed(codec::hold_kind)?,
                from: row.parsed(from_text)?,
                until: row.maybe(from_text)?,
                grounds: MedicalGrounds {
                    certificate: row.next()?,
                    unable_to_pay: row.next()?,
                    accepts_plan: row.next()?,
                },
            })
        })
    }

    /// Late fees dated on or before a day, with their dates: by date, account, bill.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn late_fees(&self, as_of: Date) -> Result<Vec<(Date, LateFee)>> {
        let sql = "SELECT day, account, bill, unpaid, fee FROM late_fee JOIN late_fee_run USING (sequence) \
                   WHERE day <= ? ORDER BY day, account, bill";
        self.collect(sql, [text(as_of)], |row| {
            let date = row.parsed(from_text)?;
            let (account, bill) = (row.id(AccountId::new)?, row.id(BillNumber::new)?);
            Ok((date, LateFee { account, bill, unpaid: row.money()?, fee: row.money()? }))
        })
    }

    /// Entries dated on or before a day of the accounts that owe something then.
    ///
    /// An account that owes nothing has no unpaid bill, for its credits pay all of its debits.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn entries_of_debtors(&self, as_of: Date) -> Result<Vec<Effect>> {
        let sql = "SELECT date, account, kind, amount, deposit, reference, due_date FROM standing_entry \
                   WHERE date <= ?1 AND account IN \
                   (SELECT account FROM entry WHERE date <= ?1 GROUP BY account HAVING sum(amount) > 0)";
        self.collect(sql, [text(as_of)], super::lists::effect)
    }
}

pub(super) fn insert_hold(transaction: &Transaction<'_>, sequence: u32, hold: &Hold) -> Step {
    let sql = "INSERT INTO main.hold (sequence, account, kind, since, until, certificate, unable_to_pay, accepts_plan) \
               VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    transaction.prepare_cached(sql)?.execute(params![
        sequence,
        hold.account.as_str(),
        hold.kind.word(),
        hold.from.to_string(),
        hold.until.map(|date| date.to_string()),
        hold.grounds.certificate,
        hold.grounds.unable_to_pay,
        hold.grounds.accepts_plan,
    ])?;
    Ok(())
}

pub(super) fn insert_late_fees(transaction: &Transaction<'_>, sequence: u32, run: &LateFeeRun) -> Step {
    let values = params![sequence, run.day.to_string(), to_json(&run.rule)];
    transaction.prepare_cached("INSERT INTO main.late_fee_run VALUES (?, ?, ?)")?.execute(values)?;
    let sql = "INSERT INTO main.late_fee (sequence, account, bill, unpaid, fee) VALUES (?, ?, ?, ?, ?)";
    let mut insert = transaction.prepare_cached(sql)?;
    run.fees.iter().try_for_each(|late| {
        let (unpaid, fee) = (late.unpaid.cents(), late.fee.cents());
        insert.execute(params![sequence, late.account.as_str(), late.bill.as_str(), unpaid, fee]).map(drop)
    })
}
