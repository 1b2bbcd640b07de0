//! Field results rows: what the crew did, the orders that it closes and the readings that it brings.

use super::{Ground, entries, once::same, unknown_account};
use crate::domain::books::batch::Batch;
use crate::domain::books::known::Known;
use crate::domain::books::order::{Action, FieldResult, OrderRecord, OrderState};
use crate::domain::books::reading::{ReadCode, Reading};
use crate::domain::finding::{Code, Finding};
use crate::domain::id::{AccountId, OrderNumber};
use crate::domain::rows::FieldResultRow;
use crate::domain::sheet::place::{Numbered, Place, Trouble};

type Row = Numbered<FieldResultRow>;

pub(super) fn plan(rows: &[Row], place: &Place, known: &Known, ground: Ground<'_>) -> Batch {
    let mut batch = Batch::default();
    let mut orders = known.orders.clone();
    for (at, row) in rows.iter().enumerate() {
        let typed = &row.value;
        if let Some(earlier) = rows[..at].iter().find(|earlier| earlier.value == *typed) {
            batch.findings.push(same(place, row.row, earlier.row));
            continue;
        }
        let (account, order) = match whose(row, place, known, &orders) {
            Ok(found) => found,
            Err(trouble) => {
                batch.findings.push(*trouble);
                continue;
            }
        };
        if known.results.iter().any(|earlier| says_the_same(earlier, typed, &account)) {
            batch.findings.push(posted_before(row, place));
            continue;
        }
        let order = match order {
            Some(at) => close(row, place, &orders[at], &mut batch.findings).then_some(at),
            None => oldest_that_fits(&orders, &account, typed.action),
        };
        if let Some(trouble) = unproved(typed, &account, order.map(|at| &orders[at]), known) {
            batch.findings.push(place.cell(row.row, "Action", trouble));
        }
        let read = (typed.action == Action::Reread).then(|| ground.read_id(batch.reads.len()));
        let result = FieldResult {
            account: account.clone(),
            order: order.map(|at| orders[at].order.number.clone()),
            date: typed.date,
            action: typed.action,
            reading: typed.reading,
            by: typed.by.clone(),
            read,
        };
        if let Some(id) = read {
            let value = typed.reading.expect("a reread without a reading is refused when it is read");
            let (meter, code, trouble, echo) = (None, ReadCode::Actual, String::new(), None);
            batch.reads.push(Reading {
                id,
                account: Some(account),
                meter,
                date: typed.date,
                value,
                code,
                trouble,
                echo,
            });
        }
        if let Some(at) = order {
            orders[at].state = OrderState::Done(result.clone());
        }
        batch.entries.extend(entries::field_fee(&result, typed.after_hours, known, ground.office));
        batch.results.push(result);
    }
    batch
}

/// The account of a row, and the place of the order that it names.
fn whose(
    row: &Row,
    place: &Place,
    known: &Known,
    orders: &[OrderRecord],
) -> Result<(AccountId, Option<usize>), Box<Finding>> {
    let typed = &row.value;
    if let Some(account) = typed.account.as_ref().filter(|account| !known.accounts.contains_key(account)) {
        return Err(Box::new(unknown_account(place, row.row, account, known)));
    }
    let Some(number) = &typed.order else {
        let account =
            typed.account.clone().expect("a row without order and account is refused when it is read");
        return Ok((account, None));
    };
    let at = orders.iter().position(|record| record.order.number == *number);
    let at = at.ok_or_else(|| Box::new(unknown_order(row, place, number)))?;
    let ordered = &orders[at].order.request;
    let refuse = |column: &str, value: String, message: String| {
        Err(Box::new(place.cell(row.row, column, Trouble::error(Code::ConflictingRows, value, message))))
    };
    if let Some(account) = typed.account.as_ref().filter(|account| **account != ordered.account) {
        let message = format!(
            "Order {number} is for account {}, and the row says {account}. Correct one of them.",
            ordered.account
        );
        return refuse("Account", account.to_string(), message);
    }
    if !ordered.kind.takes(typed.action) {
        let message = format!(
            "Order {number} is of the kind {}, and the row says {}. Correct the order or the action; without an order, \
             the action stands for itself.",
            ordered.kind.word(),
            typed.action.word()
        );
        return refuse("Action", typed.action.word().to_owned(), message);
    }
    Ok((ordered.account.clone(), Some(at)))
}

fn unknown_order(row: &Row, place: &Place, number: &OrderNumber) -> Finding {
    let message = format!(
        "There is no field order {number}. Correct the number, or leave it out and give the account."
    );
    place.cell(row.row, "Order", Trouble::error(Code::UnknownOrder, number.as_str(), message))
}

/// Whether the row closes the order that it names; one that is closed already is only told of.
fn close(row: &Row, place: &Place, record: &OrderRecord, findings: &mut Vec<Finding>) -> bool {
    let number = &record.order.number;
    let was = match &record.state {
        OrderState::Open => return true,
        OrderState::Done(result) => format!("was done on {}", result.date),
        OrderState::Cancelled => "was cancelled".to_owned(),
    };
    let message =
        format!("Order {number} {was} already. The result was taken in; look whether the number is right.");
    findings.push(place.cell(
        row.row,
        "Order",
        Trouble::warning(Code::OrderClosed, number.as_str(), message),
    ));
    false
}

/// The account's oldest open order that an action does.
fn oldest_that_fits(orders: &[OrderRecord], account: &AccountId, action: Action) -> Option<usize> {
    let fits = |record: &OrderRecord| {
        let request = &record.order.request;
        record.is_open() && request.account == *account && request.kind.own_action() == Some(action)
    };
    let open = (0..orders.len()).filter(|at| fits(&orders[*at]));
    open.min_by_key(|at| (orders[*at].order.request.opened, &orders[*at].order.number))
}

/// What speaks against a lock-off that was done: nobody ordered it, it came before its day, or the service was off.
fn unproved(
    row: &FieldResultRow,
    account: &AccountId,
    order: Option<&OrderRecord>,
    known: &Known,
) -> Option<Trouble> {
    if row.action != Action::Locked {
        return None;
    }
    let off_or_on = |result: &&FieldResult| {
        result.account == *account
            && result.date <= row.date
            && [Action::Locked, Action::Unlocked].contains(&result.action)
    };
    let newest = known.results.iter().filter(off_or_on).max_by_key(|result| result.date);
    let why = match (newest.filter(|result| result.action == Action::Locked), order) {
        (Some(off), _) => format!("was locked off on {} already and not unlocked since", off.date),
        (None, None) => "was locked off without an order".to_owned(),
        (None, Some(record)) => {
            let due = record.order.request.due.filter(|due| row.date < *due)?;
            format!("was locked off on {}, and its order is for {due}", row.date)
        }
    };
    let what_to_do = if newest.is_some_and(|result| result.action == Action::Locked) {
        "Where the row is a slip, waive its fee with an adjustment"
    } else {
        "Where it was for what is owed and no schedule proves that day, open the service again at once and waive the fee"
    };
    let message = format!("Account {account} {why}. The result and its fee were posted. {what_to_do}.");
    Some(Trouble::warning(Code::UnprovedLockOff, account.as_str(), message))
}

fn says_the_same(earlier: &FieldResult, row: &FieldResultRow, account: &AccountId) -> bool {
    let order = row.order.is_none() || row.order == earlier.order;
    order
        && earlier.account == *account
        && (earlier.date, earlier.action, earlier.reading) == (row.date, row.action, row.reading)
}

fn posted_before(row: &Row, place: &Place) -> Finding {
    let typed = &row.value;
    let message = format!(
        "An earlier file posted '{}' of {}; the row was passed over.",
        typed.action.word(),
        typed.date
    );
    place.row(row.row, Trouble::note(Code::DuplicateResult, typed.action.word(), message))
}
