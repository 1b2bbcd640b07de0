//! The workbook of field orders: what waits for the crew, and what was closed in the month.

use std::collections::BTreeMap;

use super::Failure;
use super::desk::{Audited, Books};
use super::orders::FIELD_ORDERS;
use crate::domain::books::account::Account;
use crate::domain::books::history::History;
use crate::domain::books::order::{OrderRecord, OrderState};
use crate::domain::books::reading::{AuditedRead, ReadPoint, ReadState};
use crate::domain::date::{Date, Month};
use crate::domain::id::{AccountId, Sequence};
use crate::domain::proposals::field_work::{FieldWork, OrderSheet};
use crate::domain::proposals::receipts::{Fate, ReceiptRow};
use crate::domain::sheet::profile::Kind;

/// The path of a month's workbook in the office.
pub(super) fn path(work: &FieldWork) -> String {
    format!("outbox/{}/field-orders.xlsx", work.month)
}

/// The field orders; `None` as long as no order was made.
pub(super) fn field_work(
    books: &Books,
    audited: &Audited,
    receipts: &[ReceiptRow],
    receipt_sha256: impl Fn(Sequence) -> Result<String, Failure>,
) -> Result<Option<FieldWork>, Failure> {
    let concerns = |row: &&ReceiptRow| match row.fate {
        Fate::Posted => row.kind == FIELD_ORDERS,
        Fate::Accepted => row.kind.contains(Kind::FieldResults.word()),
        // What was taken back may be an order or a result.
        Fate::Undo => true,
        Fate::Returned | Fate::Duplicate | Fate::Recorded => false,
    };
    let orders = books.ledger.orders(Date::MAX)?;
    let Some(newest) = receipts.iter().rev().find(concerns).filter(|_| !orders.is_empty()) else {
        return Ok(None);
    };
    let month = Month::of(newest.day);
    let accounts = audited.histories.accounts.iter().zip(&audited.audit.accounts);
    let accounts: BTreeMap<&AccountId, (&History, &Vec<AuditedRead>)> =
        accounts.map(|(history, reads)| (&history.account.id, (history, reads))).collect();
    let cancelled = books.ledger.cancelled_orders()?;
    let (mut open, mut closed) = (Vec::new(), Vec::new());
    for record in orders {
        let closed_on = match &record.state {
            OrderState::Open => None,
            OrderState::Done(result) => Some(result.date),
            OrderState::Cancelled => cancelled.get(&record.order.number).copied(),
        };
        let Some((history, reads)) = accounts.get(&record.order.request.account) else { continue };
        match closed_on {
            None => open.push(sheet(record, &history.account, reads)),
            Some(date) if Month::of(date) == month => closed.push(sheet(record, &history.account, reads)),
            Some(_) => {}
        }
    }
    Ok(Some(FieldWork {
        office: books.office.office.name.clone(),
        month,
        day: newest.day,
        run_id: format!("{} ({})", newest.sequence, newest.name),
        chain_head: receipt_sha256(newest.sequence)?,
        open,
        closed,
    }))
}

fn sheet(record: OrderRecord, account: &Account, reads: &[AuditedRead]) -> OrderSheet {
    let usable = reads.iter().filter(|read| matches!(read.state, ReadState::Open | ReadState::Billed));
    let mut points: Vec<ReadPoint> =
        usable.filter_map(|read| Some(ReadPoint { date: read.date?, value: read.value? })).collect();
    points.sort_by_key(|point| point.date);
    let mut latest = points.into_iter().rev();
    OrderSheet {
        record,
        customer: account.customer.clone(),
        service_address: account.service_address.clone(),
        phone: account.contact.phone.clone(),
        route: account.route.clone(),
        last_reads: [latest.next(), latest.next()],
    }
}
