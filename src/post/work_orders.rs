//! Work orders rows: what the crew is to be sent for.

use super::{Ground, once::same, unknown_account};
use crate::domain::books::batch::Batch;
use crate::domain::books::known::Known;
use crate::domain::books::order::{OrderKind, OrderRequest};
use crate::domain::finding::Code;
use crate::domain::id::AccountId;
use crate::domain::rows::WorkOrderRow;
use crate::domain::sheet::place::{Numbered, Place, Trouble};

pub(super) fn plan(
    rows: &[Numbered<WorkOrderRow>],
    place: &Place,
    known: &Known,
    ground: Ground<'_>,
) -> Batch {
    let mut batch = Batch::default();
    for (at, row) in rows.iter().enumerate() {
        let order = &row.value;
        if !known.accounts.contains_key(&order.account) {
            batch.findings.push(unknown_account(place, row.row, &order.account, known));
            continue;
        }
        if let Some(earlier) = rows[..at].iter().find(|earlier| earlier.value == *order) {
            batch.findings.push(same(place, row.row, earlier.row));
            continue;
        }
        if order.kind == OrderKind::LockOff {
            batch.findings.push(place.cell(row.row, "Kind", unproved(&order.account)));
        }
        batch.requests.push(OrderRequest {
            account: order.account.clone(),
            meter: known.meter_of(&order.account, ground.today).cloned(),
            kind: order.kind,
            reason: order.note.clone(),
            opened: order.date,
            due: None,
            month: None,
        });
    }
    batch
}

/// What is to be said of a lock-off that does not come from the schedule.
fn unproved(account: &AccountId) -> Trouble {
    let message = format!(
        "This order locks account {account} off and proves nothing. For what is owed, the service may be discontinued by the \
         lock-off schedule alone (Health and Safety Code 116908); for another reason say which in Note."
    );
    Trouble::warning(Code::UnprovedLockOff, account.as_str(), message)
}
