//! A row of a work orders sheet: what the crew is to be sent for.

use super::cells::Cells;
use crate::domain::books::order::OrderKind;
use crate::domain::rows::WorkOrderRow;

const KINDS: [(&str, OrderKind); 9] = [
    ("reread", OrderKind::Reread),
    ("high-use", OrderKind::HighUse),
    ("high use", OrderKind::HighUse),
    ("meter-exchange", OrderKind::MeterExchange),
    ("meter exchange", OrderKind::MeterExchange),
    ("lock-off", OrderKind::LockOff),
    ("lock off", OrderKind::LockOff),
    ("unlock", OrderKind::Unlock),
    ("other", OrderKind::Other),
];

pub(super) fn read(cells: &mut Cells<'_>) -> Option<WorkOrderRow> {
    let account = cells.needed_account("Account");
    let date = cells.needed_date("Date");
    let kind = cells.needed_choice("Kind", &KINDS);
    let note = cells.text("Note");
    Some(WorkOrderRow { account: account?, date: date?, kind: kind?, note })
}
