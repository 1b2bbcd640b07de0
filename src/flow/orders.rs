//! Makes the field orders of a run, and cancels those whose reason has gone.

use std::collections::BTreeSet;

use super::desk::{Audited, Desk, Draft};
use super::{Failure, lock_off_orders};
use crate::domain::books::batch::Batch;
use crate::domain::books::order::FieldOrders;
use crate::domain::books::reading::ReadState;
use crate::domain::count::counted;
use crate::domain::date::{Date, Month};
use crate::domain::id::AccountId;
use crate::domain::proposals::receipts::Fate;
use crate::post;

/// What the archive calls the field orders of a run.
pub(super) const FIELD_ORDERS: &str = "field orders";

/// Makes the field orders that the day asked for; archived as one fact, where there is anything to archive.
pub(super) fn make_orders(desk: &mut Desk, audited: Option<&Audited>) -> Result<FieldOrders, Failure> {
    let ledger = &desk.books.ledger;
    let requests = ledger.pending_requests()?;
    let orders = ledger.orders(Date::MAX)?;
    let for_a_read = requests
        .iter()
        .chain(orders.iter().filter(|record| record.is_open()).map(|record| &record.order.request));
    let waiting = match (for_a_read.into_iter().any(|request| request.month.is_some()), audited) {
        (false, _) => BTreeSet::new(),
        (true, Some(audited)) => waiting(audited),
        (true, None) => waiting(&desk.books.audit(desk.today)?),
    };
    let mut requests = requests;
    let lock_offs = lock_off_orders::changes(&desk.books, &orders, desk.today)?;
    requests.extend(lock_offs.wanted);
    let mut made =
        post::field_orders((desk.today, ledger.orders_numbered(desk.today)?), requests, &orders, &waiting);
    made.cancelled.extend(lock_offs.gone);
    made.cancelled.sort();
    if made.made.is_empty() && made.cancelled.is_empty() {
        return Ok(made);
    }
    let name = format!("{FIELD_ORDERS} {}", desk.today);
    let cancelled = match made.cancelled.len() {
        0 => String::new(),
        many => format!(", {many} cancelled"),
    };
    let draft = Draft {
        fate: Fate::Posted,
        kind: FIELD_ORDERS.to_owned(),
        rows: made.made.len() as u64,
        outcome: format!("{}{cancelled}", counted(made.made.len(), "field order", "field orders")),
        file: format!("{name}.json"),
        name,
        bytes: serde_json::to_vec(&made).expect("orders have string keys and no floats"),
        ..Draft::default()
    };
    desk.post(draft, &Batch { orders: made.clone(), ..Batch::default() })?;
    Ok(made)
}

/// The accounts and months of which a read is held or missing.
fn waiting(audited: &Audited) -> BTreeSet<(AccountId, Month)> {
    let held = audited.audit.accounts.iter().flatten().filter(|read| read.state == ReadState::Held);
    held.filter_map(|read| Some((read.account.clone()?, read.month))).collect()
}
