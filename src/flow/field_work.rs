//! The workbook of field orders: what waits for the crew, and what was closed in the month.

use std::collections::BTreeMap;

use super::Failure;
use super::desk::{Audited, Books};
use super::orders::FIELD_ORDERS;
use crate::domain::books::account::Account;
use crate::domain::books::known::Waiting;
use crate::domain::books::order::{OrderRecord, OrderState};
use crate::domain::books::reading::{AuditedRead, ReadPoint, ReadState};
use crate::domain::date::{Date, Month};
use crate::domain::id::{AccountId, BillNumber, Sequence};
use crate::domain::page::seal;
use crate::domain::proposals::field_work::{FieldWork, OrderSheet};
use crate::domain::proposals::receipts::{Fate, ReceiptRow};
use crate::domain::sheet::profile::Kind;

/// The path of a month's workbook in the office.
pub(super) fn path(work: &FieldWork) -> String {
    format!("outbox/{}/field-orders.xlsx", work.month)
}

/// The field orders of each month that had any, the newest first: it alone has the open ones.
pub(super) fn field_work(
    books: &Books,
    audited: &Audited,
    receipts: &[ReceiptRow],
    receipt_sha256: impl Fn(Sequence) -> Result<String, Failure>,
    today: Date,
) -> Result<Vec<FieldWork>, Failure> {
    let concerns = |row: &&ReceiptRow| match row.fate {
        Fate::Posted => row.kind == FIELD_ORDERS,
        Fate::Accepted => row.kind.contains(Kind::FieldResults.word()),
        // What was taken back may be an order or a result.
        Fate::Undo => true,
        Fate::Returned | Fate::Duplicate | Fate::Recorded => false,
    };
    let mut by_month: BTreeMap<Month, &ReceiptRow> =
        receipts.iter().filter(concerns).map(|row| (Month::of(row.day), row)).collect();
    let (mut open, mut closed) = sheets(books, audited)?;
    // What is still open when a month begins is looked for in its folder.
    if let Some(newest) = by_month.values().next_back().copied().filter(|_| !open.is_empty()) {
        by_month.entry(Month::of(today)).or_insert(newest);
    }
    let newest = by_month.keys().next_back().copied();
    let mut works = Vec::new();
    for (month, fact) in by_month.into_iter().rev() {
        let (closed, is_newest) = (closed.remove(&month).unwrap_or_default(), Some(month) == newest);
        let fact_name = format!("{} ({})", fact.sequence, fact.name);
        works.push(FieldWork {
            office: books.office.office.name.clone(),
            month,
            day: fact.day,
            run_id: if is_newest { fact_name } else { format!("{fact_name} {}", fingerprint(&closed)) },
            chain_head: receipt_sha256(fact.sequence)?,
            open_in: newest.filter(|_| !is_newest),
            open: if is_newest { std::mem::take(&mut open) } else { vec![] },
            closed,
        });
    }
    Ok(works)
}

/// What was closed in a month that is past: a later result or undo may change it.
fn fingerprint(closed: &[OrderSheet]) -> String {
    let texts: Vec<String> = closed.iter().map(|of| format!("{:?}", of.record)).collect();
    seal::fingerprint(texts.iter().map(String::as_str))
}

/// Closed orders by the month in which they were closed.
type Closed = BTreeMap<Month, Vec<OrderSheet>>;

/// The open orders, and the closed ones by the month in which they were closed.
fn sheets(books: &Books, audited: &Audited) -> Result<(Vec<OrderSheet>, Closed), Failure> {
    let accounts: BTreeMap<&AccountId, (&Account, &Vec<AuditedRead>)> =
        audited.accounts().map(|(history, reads)| (&history.account.id, (&history.account, reads))).collect();
    let waiting = Waiting::collect(audited.accounts());
    let cancelled = books.ledger.cancelled_orders()?;
    let (mut open, mut closed) = (Vec::new(), Closed::new());
    for record in books.ledger.orders(Date::MAX)? {
        let (closed_on, why) = match &record.state {
            OrderState::Open => (None, String::new()),
            OrderState::Done(result) => (Some(result.date), String::new()),
            OrderState::Cancelled => match cancelled.get(&record.order.number) {
                Some((date, why)) => (Some(*date), why.clone()),
                None => (None, String::new()),
            },
        };
        let request = &record.order.request;
        let Some((account, reads)) = accounts.get(&request.account) else { continue };
        let read = request.month.and_then(|month| waiting.get(&(request.account.clone(), month)));
        let overtaken = read.and_then(|read| read.overtaken.clone()).filter(|_| record.is_open());
        let sheet = sheet((record, why, overtaken), account, reads);
        match closed_on {
            None => open.push(sheet),
            Some(date) => closed.entry(Month::of(date)).or_default().push(sheet),
        }
    }
    Ok((open, closed))
}

fn sheet(
    (record, cancelled, overtaken): (OrderRecord, String, Option<BillNumber>),
    account: &Account,
    reads: &[AuditedRead],
) -> OrderSheet {
    let usable = reads.iter().filter(|read| matches!(read.state, ReadState::Open | ReadState::Billed));
    let mut points: Vec<ReadPoint> =
        usable.filter_map(|read| Some(ReadPoint { date: read.date?, value: read.value? })).collect();
    points.sort_by_key(|point| point.date);
    let mut latest = points.into_iter().rev();
    OrderSheet {
        record,
        cancelled,
        overtaken,
        customer: account.customer.clone(),
        service_address: account.service_address.clone(),
        phone: account.contact.phone.clone(),
        route: account.route.clone(),
        last_reads: [latest.next(), latest.next()],
    }
}
