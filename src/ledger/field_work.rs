//! Keeps what the crew is sent for and what came of it.

use std::collections::BTreeMap;

use rusqlite::{Transaction, params};

use super::codec::{self, Fields, from_json, from_text, parse_read_ids, read_ids, to_json};
use super::facts::text;
use super::{Ledger, Result};
use crate::domain::books::order::{
    Cancellation, FieldOrders, FieldResult, Order, OrderRecord, OrderRequest, OrderState,
};
use crate::domain::books::receipt::Receipt;
use crate::domain::date::Date;
use crate::domain::finding::Code;
use crate::domain::id::{AccountId, OrderNumber, Sequence};
use crate::domain::proposals::read_audit::HashTotals;

/// Writes what a batch says of field work: what is asked for, the orders of a run, what the crew did.
pub(super) fn insert(
    transaction: &Transaction<'_>,
    receipt: &Receipt,
    (requests, orders, results): (&[OrderRequest], &FieldOrders, &[FieldResult]),
) -> rusqlite::Result<()> {
    let sequence = receipt.sequence.0;
    for request in requests {
        let sql = "INSERT INTO main.order_request (sequence, request) VALUES (?, ?)";
        transaction.prepare_cached(sql)?.execute(params![sequence, to_json(request)])?;
    }
    let day = receipt.day.to_string();
    for order in &orders.made {
        let sql = "INSERT INTO main.field_order (number, sequence, day, request) VALUES (?, ?, ?, ?)";
        let values = params![order.number.as_str(), sequence, day, to_json(&order.request)];
        transaction.prepare_cached(sql)?.execute(values)?;
    }
    for Cancellation { number, why } in &orders.cancelled {
        let sql = "INSERT INTO main.order_cancelled (sequence, number, day, why) VALUES (?, ?, ?, ?)";
        transaction.prepare_cached(sql)?.execute(params![sequence, number.as_str(), day, why])?;
    }
    for result in results {
        let sql = "INSERT INTO main.field_result (sequence, account, number, date, action, reading, done_by, read) \
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
        transaction.prepare_cached(sql)?.execute(params![
            sequence,
            result.account.as_str(),
            result.order.as_ref().map(|number| number.as_str()),
            result.date.to_string(),
            result.action.word(),
            result.reading,
            result.by,
            read_ids(result.read.as_slice()),
        ])?;
    }
    Ok(())
}

impl Ledger {
    /// What the crew is to be sent for and no run has made an order of, in the order of the sheets.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn pending_requests(&self) -> Result<Vec<OrderRequest>> {
        let sql = "SELECT request FROM order_request WHERE sequence > \
                   (SELECT coalesce(max(sequence), 0) FROM field_order) ORDER BY id";
        self.collect(sql, [], |row| row.parsed(from_json))
    }

    /// How many orders were numbered on a day, those of a run that was taken back since included: no number is given twice.
    ///
    /// # Errors
    /// Where SQLite refuses.
    pub fn orders_numbered(&self, day: Date) -> Result<u32> {
        let counted =
            self.collect("SELECT count(*) FROM main.field_order WHERE day = ?", [text(day)], |row| {
                row.next::<u32>()
            })?;
        Ok(counted.into_iter().sum())
    }

    /// The orders made up to the end of a day, by number, and where they stood then.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn orders(&self, as_of: Date) -> Result<Vec<OrderRecord>> {
        let day = text(as_of);
        let sql = "SELECT number, request FROM field_order WHERE day <= ? ORDER BY number";
        let orders = self.collect(sql, [&day], |row| {
            Ok(Order { number: row.id(OrderNumber::new)?, request: row.parsed(from_json)? })
        })?;
        let sql = "SELECT number FROM order_cancelled WHERE day <= ?";
        let cancelled = self.collect(sql, [&day], |row| row.id(OrderNumber::new))?;
        let results = self.field_results(as_of)?;
        let record = |order: Order| {
            let result = results.iter().find(|result| result.order.as_ref() == Some(&order.number));
            let state = match result {
                Some(result) => OrderState::Done(result.clone()),
                None if cancelled.contains(&order.number) => OrderState::Cancelled,
                None => OrderState::Open,
            };
            OrderRecord { order, state }
        };
        Ok(orders.into_iter().map(record).collect())
    }

    /// The orders that were cancelled, when and why.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn cancelled_orders(&self) -> Result<BTreeMap<OrderNumber, (Date, String)>> {
        let sql = "SELECT number, day, why FROM order_cancelled ORDER BY id";
        let cancelled = self.collect(sql, [], |row| {
            Ok((row.id(OrderNumber::new)?, (row.parsed(from_text::<Date>)?, row.next()?)))
        })?;
        Ok(cancelled.into_iter().collect())
    }

    /// Counts and hash totals of the reads that a file posted, and how many rows were passed over.
    ///
    /// # Errors
    /// Where SQLite refuses.
    pub fn hash_totals(&self, file: Sequence) -> Result<(HashTotals, u64)> {
        let sql = "SELECT value, meter FROM read WHERE sequence = ?";
        let reads =
            self.collect(sql, [file.0], |row| Ok((row.next::<i64>()?, row.next::<Option<String>>()?)))?;
        let digits =
            |meter: &String| meter.chars().filter_map(|digit| digit.to_digit(10)).map(i64::from).sum::<i64>();
        let totals = HashTotals {
            reads: reads.len() as u64,
            readings: Some(reads.iter().map(|(value, _)| value).sum()),
            meter_digits: Some(reads.iter().filter_map(|(_, meter)| meter.as_ref()).map(digits).sum()),
        };
        let sql = "SELECT count(*) FROM finding WHERE sequence = ? AND code IN (?, ?)";
        let codes = (file.0, Code::DuplicateRow.word(), Code::DuplicateRead.word());
        let passed_over = self.collect(sql, codes, |row| row.next::<u32>())?;
        Ok((totals, passed_over.into_iter().map(u64::from).sum()))
    }

    /// What the crew did up to the end of a day, by date, then in the order of the sheets.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn field_results(&self, as_of: Date) -> Result<Vec<FieldResult>> {
        let sql = "SELECT account, number, date, action, reading, done_by, read FROM field_result \
                   WHERE date <= ? ORDER BY date, id";
        self.collect(sql, [text(as_of)], field_result)
    }
}

fn field_result(row: &mut Fields<'_>) -> rusqlite::Result<FieldResult> {
    Ok(FieldResult {
        account: row.id(AccountId::new)?,
        order: row.next::<Option<String>>()?.map(OrderNumber::new),
        date: row.parsed(from_text)?,
        action: row.parsed(codec::action)?,
        reading: row.next()?,
        by: row.next()?,
        read: row.parsed(parse_read_ids)?.first().copied(),
    })
}
