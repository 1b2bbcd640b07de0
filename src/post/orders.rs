//! Makes field orders of what a day asked for, and cancels those whose reason has gone.

use std::collections::BTreeSet;

use crate::domain::books::order::{Cancellation, FieldOrders, Order, OrderRecord, OrderRequest};
use crate::domain::date::{Date, Month};
use crate::domain::id::{AccountId, OrderNumber};

/// Why an order that a read audit asked for is cancelled.
const SETTLED: &str = "its read waits no more: it was decided on, corrected or billed";

/// The orders of a run: numbered from the day's next one on, by account, then kind.
///
/// `numbered` orders of the day have their numbers; `orders` are all that were made so far. What an open order of the same account, kind and month is out for already is
/// not asked for twice. An order that a read audit asked for is cancelled when its account and month are no longer among
/// those that wait (`waiting`).
pub fn field_orders(
    (day, numbered): (Date, u32),
    mut requests: Vec<OrderRequest>,
    orders: &[OrderRecord],
    waiting: &BTreeSet<(AccountId, Month)>,
) -> FieldOrders {
    let gone = |request: &OrderRequest| {
        request.month.is_some_and(|month| !waiting.contains(&(request.account.clone(), month)))
    };
    let open = || orders.iter().filter(|record| record.is_open());
    let cancelled = open()
        .filter(|record| gone(&record.order.request))
        .map(|record| Cancellation { number: record.order.number.clone(), why: SETTLED.to_owned() })
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
    let number = |(number, request): (u32, OrderRequest)| Order {
        number: OrderNumber::new(format!("{prefix}{number:03}")),
        request,
    };
    FieldOrders { made: (numbered + 1..).zip(requests).map(number).collect(), cancelled }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::books::order::{OrderKind, OrderState};

    fn request(account: &str, kind: OrderKind, month: Option<&str>) -> OrderRequest {
        OrderRequest {
            account: AccountId::new(account),
            meter: None,
            kind,
            reason: "runs-backwards".to_owned(),
            opened: "2026-02-23".parse().unwrap(),
            due: None,
            month: month.map(|month| month.parse().unwrap()),
        }
    }

    fn made(requests: Vec<OrderRequest>, orders: &[OrderRecord], waiting: &[(&str, &str)]) -> FieldOrders {
        let waiting = waiting
            .iter()
            .map(|(account, month)| (AccountId::new(*account), month.parse().unwrap()))
            .collect();
        field_orders(("2026-02-23".parse().unwrap(), 2), requests, orders, &waiting)
    }

    #[test]
    fn orders_are_numbered_from_the_next_one_by_account_then_kind() {
        let requests = vec![
            request("2", OrderKind::Reread, None),
            request("1", OrderKind::Unlock, None),
            request("1", OrderKind::HighUse, None),
            request("1", OrderKind::HighUse, None),
        ];
        let made = made(requests, &[], &[]).made;
        let told: Vec<String> = made
            .iter()
            .map(|order| format!("{} {} {}", order.number, order.request.account, order.request.kind.word()))
            .collect();
        assert_eq!(
            told,
            ["FO-20260223-003 1 high-use", "FO-20260223-004 1 unlock", "FO-20260223-005 2 reread"]
        );
    }

    #[test]
    fn an_order_for_a_read_lives_as_long_as_the_read_waits() {
        let reread = || request("1", OrderKind::Reread, Some("2026-02"));
        let order = Order { number: OrderNumber::new("FO-20260222-001"), request: reread() };
        let open = [OrderRecord { order, state: OrderState::Open }];
        let still = made(vec![reread()], &open, &[("1", "2026-02")]);
        assert_eq!(still, FieldOrders::default(), "it is out already, and still needed");
        let gone = made(vec![reread()], &open, &[("1", "2026-03")]);
        assert_eq!((gone.made.len(), gone.cancelled.len()), (0, 1));
    }
}
