//! A row of a field results sheet: what the crew did.

use super::cells::Cells;
use crate::domain::books::order::Action;
use crate::domain::id::OrderNumber;
use crate::domain::rows::FieldResultRow;

const ACTIONS: [(&str, Action); 8] = [
    ("locked", Action::Locked),
    ("unlocked", Action::Unlocked),
    ("reread", Action::Reread),
    ("read again", Action::Reread),
    ("hung", Action::Hung),
    ("door hanger", Action::Hung),
    ("done", Action::Done),
    ("completed", Action::Done),
];

pub(super) fn read(cells: &mut Cells<'_>) -> Option<FieldResultRow> {
    // A row of the orders to fill in that nobody has filled in.
    if cells.has("Order") && ["Date", "Action", "Reading", "By"].iter().all(|column| !cells.has(column)) {
        return None;
    }
    if !cells.has("Order") && !cells.has("Account") {
        let column = if cells.place.layout.column("Order").is_some() { "Order" } else { "Account" };
        cells.missing(column);
    }
    let order = cells.text("Order");
    let account = cells.account("Account");
    let date = cells.event_date("Date");
    let action = cells.needed_choice("Action", &ACTIONS);
    if action == Some(Action::Reread) && !cells.has("Reading") {
        cells.missing("Reading");
    }
    let reading = cells.whole("Reading");
    let by = cells.text("By");
    let after_hours = cells.flag("After hours");
    let order = (!order.is_empty()).then(|| OrderNumber::new(order));
    Some(FieldResultRow { order, account, date: date?, action: action?, reading, by, after_hours })
}
