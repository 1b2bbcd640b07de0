//! A row of a field results sheet: what the crew did.

use super::cells::Cells;
use crate::domain::books::order::Action;
use crate::domain::finding::Code;
use crate::domain::id::OrderNumber;
use crate::domain::rows::FieldResultRow;
use crate::domain::sheet::place::Trouble;

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
    let action = if pays_at_the_door(cells) { None } else { cells.needed_choice("Action", &ACTIONS) };
    if action == Some(Action::Reread) && !cells.has("Reading") {
        cells.missing("Reading");
    }
    let reading = cells.whole("Reading");
    let by = cells.text("By");
    let after_hours = cells.flag("After hours");
    let order = (!order.is_empty()).then(|| OrderNumber::new(order));
    Some(FieldResultRow { order, account, date: date?, action: action?, reading, by, after_hours })
}

/// Refuses a payment among the actions: the crew takes none, and only a payment on the books ends a lock-off.
fn pays_at_the_door(cells: &mut Cells<'_>) -> bool {
    let typed = cells.value("Action").text().trim().to_owned();
    let pays = ["paid", "pays", "payment"].iter().any(|word| typed.to_lowercase().starts_with(word));
    if pays {
        let message = format!(
            "'{typed}' is nothing that the crew does: it takes no payment at the door. Leave the row empty where the water was left \
             on, and drop the payment as the office has it; the next run then cancels the order. Else type locked, or what was done."
        );
        cells.trouble("Action", Trouble::error(Code::UnreadableCell, typed, message));
    }
    pays
}
