//! Field orders: one printable row an order, with boxes that come back filled in.
//!
//! The list of the open orders has the columns of a field results sheet: a filled copy is taken in like any other.

use crate::domain::books::order::{Action, OrderKind, OrderState};
use crate::domain::page::{
    Book, Check, Column, Cover, Entry, Fact, Figure, Flag, Page, Role, Row, Section, Table, Value,
};
use crate::domain::proposals::field_work::{FieldWork, OrderSheet};
use crate::workbook::sections;

/// The title of the workbook.
pub const FIELD_ORDERS: &str = "Field orders";
/// The sheet of the open orders.
const OPEN: &str = "Open orders";
/// The sheet of the closed ones.
const CLOSED: &str = "Closed orders";

/// Lays the field orders out as a workbook.
pub fn field_orders(work: &FieldWork) -> Book<'_> {
    Book {
        title: FIELD_ORDERS.to_owned(),
        office: work.office.clone(),
        subject: work.month.to_string(),
        date: work.day,
        run_id: work.run_id.clone(),
        chain_head: work.chain_head.clone(),
        pages: vec![Page::Cover(cover(work)), Page::Table(open(work)), Page::Table(closed(work))],
    }
}

fn open(work: &FieldWork) -> Table<'_> {
    let entry = |name: &str, role, note: &str, choices: Vec<String>| {
        Column::new(name, role).note(note).entry(Entry { required: false, choices, by_hand: true })
    };
    let mut columns = about_the_order();
    columns.extend([
        Column::new("Latest read on", Role::Date).width(11),
        Column::new("Latest figure", Role::Reading),
        entry("Date", Role::Date, "The day on which it was done.", vec![]).width(13),
        entry(
            "Action",
            Role::Text,
            "reread: the reading takes the place of the held one. done: an order of another kind.",
            Action::ALL.map(|action| action.word().to_owned()).into(),
        )
        .width(13),
        entry("Reading", Role::Reading, "What the register shows; a reread needs it.", vec![]).width(13),
        entry("By", Role::Text, "The initials of who did it.", vec![]).width(8),
        entry(
            "After hours",
            Role::Text,
            "y: outside operating hours; a reconnection then costs its own fee.",
            vec!["y".to_owned()],
        )
        .width(8),
    ]);
    columns.extend(behind_the_order());
    columns.extend([
        Column::new("Read before on", Role::Date).width(11).screen_only(),
        Column::new("Figure before", Role::Reading).screen_only(),
    ]);
    Table {
        name: OPEN.to_owned(),
        about: "One row per order. Fill in the yellow cells of what was done, save, and drop the workbook into the inbox."
            .to_owned(),
        columns,
        frozen: 2,
        rows: work.open.len(),
        fill: Box::new(|index, row| {
            let of = &work.open[index];
            let [last, before] = of.last_reads;
            fill_order(of, row);
            row.push(last.map(|point| point.date));
            row.push(last.map(|point| point.value));
            for _input in 0..5 {
                row.push(Value::Empty);
            }
            fill_behind(of, row);
            row.push(before.map(|point| point.date));
            row.push(before.map(|point| point.value));
        }),
    }
}

/// The columns in the order in which `fill_order` fills them.
fn about_the_order() -> Vec<Column> {
    vec![
        Column::new("Order", Role::Account).width(18),
        Column::new("Account", Role::Account),
        Column::new("What for", Role::Text).width(14),
        Column::new("Service address", Role::Text).width(22),
        Column::new("Customer", Role::Text).width(18),
        Column::new("Phone", Role::Account),
        Column::new("Meter no.", Role::Account),
        Column::new("Why", Role::Text).width(20),
        Column::new("Due on", Role::Date).width(11),
    ]
}

fn fill_order<'a>(of: &'a OrderSheet, row: &mut Row<'a>) {
    let request = &of.record.order.request;
    row.push(of.record.order.number.as_str());
    row.push(request.account.as_str());
    row.push(request.kind.word().replace('-', " "));
    row.push(of.service_address.as_str());
    row.push(of.customer.as_str());
    row.push(of.phone.as_str());
    row.push(request.meter.as_ref().map(|meter| meter.as_str()));
    let reason = request.reason.replace(';', ", ");
    if request.kind == OrderKind::LockOff && !request.is_scheduled_lock_off() {
        row.push(format!("{reason} (not by the schedule: never for what is owed)")).flag(Flag::Warning);
    } else if let Some(bill) = &of.overtaken {
        row.push(format!("{reason} (bill {bill} has counted past it: no bill needs it any more)"))
            .flag(Flag::Warning);
    } else {
        row.push(reason);
    }
    row.push(request.due);
}

/// What the crew does not need on paper.
fn behind_the_order() -> [Column; 2] {
    [
        Column::new("Opened on", Role::Date).width(11).screen_only(),
        Column::new("Route", Role::Account).screen_only(),
    ]
}

fn fill_behind<'a>(of: &'a OrderSheet, row: &mut Row<'a>) {
    row.push(of.record.order.request.opened);
    row.push(of.route.as_str());
}

fn closed(work: &FieldWork) -> Table<'_> {
    let mut columns = about_the_order();
    columns.extend([
        Column::new("Done on", Role::Date).width(11),
        Column::new("What was done", Role::Text).width(12),
        Column::new("Found reading", Role::Reading),
        Column::new("Done by", Role::Text).width(9),
        Column::new("Why cancelled", Role::Sentence).width(28),
    ]);
    columns.extend(behind_the_order());
    Table {
        name: CLOSED.to_owned(),
        about: "The orders that were done or cancelled in the month.".to_owned(),
        columns,
        frozen: 2,
        rows: work.closed.len(),
        fill: Box::new(|index, row| {
            let of = &work.closed[index];
            fill_order(of, row);
            let result = match &of.record.state {
                OrderState::Done(result) => Some(result),
                OrderState::Open | OrderState::Cancelled => None,
            };
            row.push(result.map(|result| result.date));
            let cell = row.push(result.map_or("cancelled", |result| result.action.word()));
            if result.is_none() {
                cell.flag(Flag::Warning);
            }
            row.push(result.and_then(|result| result.reading));
            row.push(result.map(|result| result.by.as_str()));
            row.push(of.cancelled.as_str());
            fill_behind(of, row);
        }),
    }
}

fn cover(work: &FieldWork) -> Cover<'_> {
    let mut facts = vec![
        Fact::new("District", work.office.as_str()),
        Fact::new("Period", work.month.to_string()),
        Fact::new("As of", work.day),
        Fact::new("Run id", work.run_id.as_str()),
        Fact::new("Chain head", work.chain_head.as_str()),
        Fact::new("Program", concat!("meterbook ", env!("CARGO_PKG_VERSION"))),
        Fact::new("Orders that wait", work.open.len()).leading_to(OPEN),
        Fact::new("Closed in the month", work.closed.len()).leading_to(CLOSED),
    ];
    facts.extend(
        work.open_in
            .map(|month| Fact::new("Open orders are in", format!("outbox/{month}/field-orders.xlsx"))),
    );
    let count = |kind: OrderKind| work.open.iter().filter(|of| of.record.order.request.kind == kind).count();
    let kinds = [
        (OrderKind::Reread, "Rereads"),
        (OrderKind::HighUse, "High use"),
        (OrderKind::MeterExchange, "Meter exchanges"),
        (OrderKind::LockOff, "Lock-offs"),
        (OrderKind::Unlock, "Unlocks"),
        (OrderKind::Other, "Others"),
    ];
    facts.extend(kinds.map(|(kind, label)| Fact::new(label, count(kind)).leading_to(OPEN)));
    Cover { facts, checks: checks(work), sections: sections() }
}

fn checks(work: &FieldWork) -> Vec<Check> {
    let check = |says: &str, page, rows: usize| Check {
        says: says.to_owned(),
        role: Role::Integer,
        found: Figure::Rows(page),
        expected: Figure::Given(rows.into()),
    };
    vec![
        check("Every open order is listed", OPEN, work.open.len()),
        check("Every order closed in the month is listed", CLOSED, work.closed.len()),
    ]
}

fn sections<'a>() -> Vec<Section<'a>> {
    let legend = [
        (Flag::Ok, "OK", "A check that holds."),
        (
            Flag::Warning,
            "look first",
            "Cancelled: what the order was for has gone; do not go. Or a lock-off that no date proves; or a read that no bill needs any more: the words say which.",
        ),
        (Flag::Held, "CHECK", "A check that does not hold."),
    ];
    let limits = [
        "Rows in which nothing is filled in stay open; fill them in later, in this copy or a newer one.",
        "An order is closed once: a copy that comes back twice posts nothing twice.",
        "Excel does not sort locked cells: use the filter buttons.",
    ];
    vec![
        sections::made_from_the_books("The orders and results in the archive up to the chain head above."),
        sections::colours(legend, true),
        sections::limits(limits),
    ]
}
