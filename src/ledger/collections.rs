//! Keeps holds, notices, payment plans and late fees, and answers what is known of them.

use std::collections::BTreeSet;

use rusqlite::{Transaction, params};

use super::append::Step;
use super::codec::{self, from_json, from_text, to_json};
use super::facts::text;
use super::{Ledger, Result};
use crate::domain::books::control::Span;
use crate::domain::books::hold::{Hold, MedicalGrounds};
use crate::domain::books::late_fee::{LateFee, LateFeeRule, LateFeeRun};
use crate::domain::books::notice::Notice;
use crate::domain::books::payment_plan::{Instalment, PaymentPlan};
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

    /// What was sent, said and posted up to a day: by account, date, then in the order of the sheets.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn notices(&self, as_of: Date) -> Result<Vec<Notice>> {
        let sql = "SELECT account, date, kind, method, reached, time, bill, returned FROM notice \
                   WHERE date <= ? ORDER BY account, date, id";
        self.collect(sql, [text(as_of)], |row| {
            Ok(Notice {
                account: row.id(AccountId::new)?,
                date: row.parsed(from_text)?,
                kind: row.parsed(codec::notice_kind)?,
                method: row.parsed(codec::method)?,
                reached: row.next()?,
                time: row.next()?,
                bill: row.next()?,
                returned: row.next()?,
            })
        })
    }

    /// The latest payment plan of each account that was started up to a day, by account.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn payment_plans(&self, as_of: Date) -> Result<Vec<PaymentPlan>> {
        let sql = "SELECT account, start, due, amount FROM instalment WHERE (account, sequence) IN \
                   (SELECT account, max(sequence) FROM instalment WHERE start <= ? GROUP BY account) \
                   ORDER BY account, due, id";
        let rows = self.collect(sql, [text(as_of)], |row| {
            let (account, start) = (row.id(AccountId::new)?, row.parsed(from_text)?);
            Ok((account, start, Instalment { due: row.parsed(from_text)?, amount: row.money()? }))
        })?;
        let mut plans: Vec<PaymentPlan> = Vec::new();
        for (account, start, instalment) in rows {
            match plans.last_mut().filter(|plan| plan.account == account) {
                Some(plan) => plan.instalments.push(instalment),
                None => plans.push(PaymentPlan { account, start, instalments: vec![instalment] }),
            }
        }
        Ok(plans)
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

    /// The late fees that were approved, by the name and fingerprint of their rows, and not posted since: an approval posts one fee.
    ///
    /// # Errors
    /// Where SQLite refuses.
    pub fn late_fees_approved(&self) -> Result<BTreeSet<(String, String)>> {
        let sql = "SELECT reference, token FROM decision WHERE what = 'late fee' AND decision = 'approve' \
                   AND NOT EXISTS (SELECT 1 FROM main.late_fee AS posted \
                   WHERE reference = 'LF-' || posted.bill AND posted.sequence > decision.sequence)";
        Ok(self.collect(sql, [], |row| Ok((row.next()?, row.next()?)))?.into_iter().collect())
    }

    /// Late fees of the runs of a span, with the day and the rule of the run: by day, account, bill.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn late_fees_in(&self, span: Span) -> Result<Vec<(Date, LateFeeRule, LateFee)>> {
        let sql = "SELECT day, rule, account, bill, unpaid, fee FROM late_fee JOIN late_fee_run USING (sequence) \
                   WHERE day BETWEEN ? AND ? ORDER BY day, account, bill";
        self.collect(sql, [text(span.from), text(span.to)], |row| {
            let (day, rule) = (row.parsed(from_text)?, row.parsed(from_json)?);
            let (account, bill) = (row.id(AccountId::new)?, row.id(BillNumber::new)?);
            Ok((day, rule, LateFee { account, bill, unpaid: row.money()?, fee: row.money()? }))
        })
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

pub(super) fn insert_notice(transaction: &Transaction<'_>, sequence: u32, notice: &Notice) -> Step {
    let sql = "INSERT INTO main.notice (sequence, account, date, kind, method, reached, time, bill, returned) \
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    transaction.prepare_cached(sql)?.execute(params![
        sequence,
        notice.account.as_str(),
        notice.date.to_string(),
        notice.kind.word(),
        notice.method.word(),
        notice.reached,
        notice.time,
        notice.bill,
        notice.returned,
    ])?;
    Ok(())
}

pub(super) fn insert_plan(transaction: &Transaction<'_>, sequence: u32, plan: &PaymentPlan) -> Step {
    let sql = "INSERT INTO main.instalment (sequence, account, start, due, amount) VALUES (?, ?, ?, ?, ?)";
    let mut insert = transaction.prepare_cached(sql)?;
    plan.instalments.iter().try_for_each(|promise| {
        let (start, due) = (plan.start.to_string(), promise.due.to_string());
        insert.execute(params![sequence, plan.account.as_str(), start, due, promise.amount.cents()]).map(drop)
    })
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
