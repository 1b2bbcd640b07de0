//! Makes field orders of what a day asked for, and cancels those whose reason has gone.

use std::collections::BTreeSet;

use crate::domain::books::order::{FieldOrders, Order, OrderRecord, OrderRequest};
use crate::domain::date::{Date, Month};
use crate::domain::id::{AccountId, OrderNumber};

/// The orders of a run: numbered from the day's next one on, by account, then kind.
///
/// `orders` are all that were made so far. What an open order of the same account, kind and month is out for already is
/// not asked for twice. An order that a read audit asked for is cancelled when its account and month are no longer among
/// those that wait (`waiting`).
pub fn field_orders(
    day: Date,
    mut requests: Vec<OrderRequest>,
    orders: &[OrderRecord],
    waiting: &BTreeSet<(AccountId, Month)>,
) -> FieldOrders {
    let gone = |request: &OrderRequest| {
        request.month.is_some_and(|month| !waiting.contains(&(request.account.clone(), month)))
    };
    let open = || orders.iter().filter(|record| record.is_open());
    let cancelled: Vec<OrderNumber> = open()
        .filter(|record| gone(&record.order.request))
        .map(|record| record.order.number.clone())
        .collect();
    let is_out = |request: &OrderRequest| {
        let same = |other: &OrderRequest| {
            (&other.account, other.kind, other.month) == (&request.account, request.kind, request.month)
        };
        request.month.is_some() && open().any(|record| same(&record.order.request))
    };
    requests.retain(|request| !gone(request) && !is_out(request));
    requests.sort_by(|a, b| (&a.account, a.kind.word()).cmp(&(&b.account, b.kind.word())));
    requests.dedup();
    let prefix = format!("FO-{}-", day.format("%Y%m%d"));
    let taken = orders.iter().filter_map(|record| record.order.number.as_str().strip_prefix(&prefix));
    let taken: u32 = taken.filter_map(|number| number.parse().ok()).max().unwrap_or(0);
    let number = |(number, request): (u32, OrderRequest)| Order {
        number: OrderNumber::new(format!("{prefix}{number:03}")),
        request,
    };
    FieldOrders { made: (taken + 1..).zip(requests).map(number).collect(), cancelled }
}
