//! The accounts that were not billed: why, and where to decide.

use super::HELD;
use crate::domain::page::{Column, Flag, Role, Row, Table, Value};
use crate::domain::proposals::register::HeldRow;
use crate::workbook::advice;

/// What may be decided about a held read.
pub const WORDS: [&str; 5] = ["accept", "estimate", "override", "reread", "hold"];

pub(super) fn table(rows: &[HeldRow]) -> Table<'_> {
    Table {
        name: HELD.to_owned(),
        about: "One row per account that was not billed. Decide in the yellow cells, save, and drop the workbook into \
                the inbox."
            .to_owned(),
        columns: columns(),
        frozen: 2,
        rows: rows.len(),
        fill: Box::new(move |index, row| fill(&rows[index], row)),
    }
}

fn columns() -> Vec<Column> {
    vec![
        Column::new("Account", Role::Account),
        Column::new("Customer", Role::Text).width(22),
        Column::new("Service address", Role::Text).width(22),
        Column::new("Class", Role::Text).width(12),
        Column::new("Route", Role::Account),
        Column::new("Meter", Role::Account),
        Column::new("Previous read on", Role::Date).width(12),
        Column::new("Previous reading", Role::Reading),
        Column::new("Read on", Role::Date).width(12),
        Column::new("Reading", Role::Reading),
        Column::new("Why", Role::Text).width(16),
        Column::new("Reason and what to do", Role::Sentence).width(55),
        Column::decision(&WORDS),
        Column::figure(
            "override: the reading. estimate: the read date of the estimate, where it is not that of the held read.",
        ),
        Column::initials(),
        Column::reference().screen_only(),
        Column::seal(),
    ]
}

fn fill<'a>(of: &'a HeldRow, row: &mut Row<'a>) {
    row.push(of.held.account.as_str());
    row.push(of.customer.name.as_str());
    row.push(of.customer.service_address.as_str());
    row.push(of.customer.class.as_str());
    row.push(of.customer.route.as_str());
    row.push(of.held.meter.as_ref().map(|meter| meter.as_str()));
    row.push(of.previous.map(|(date, _)| date));
    row.push(of.previous.map(|(_, reading)| reading));
    row.push(of.read.map(|(date, _)| date));
    row.push(of.read.map(|(_, reading)| reading));
    let why =
        if of.held.exceptions.is_empty() { "held".to_owned() } else { advice::words(&of.held.exceptions) };
    let cell = row.push(why).flag(Flag::Held);
    if let Some(note) = advice::note(&of.held.exceptions) {
        cell.note(note);
    }
    row.push(of.held.reason.as_str());
    for _input in 0..3 {
        row.push(Value::Empty);
    }
    row.push(of.reference.as_str());
    row.push(of.token.as_str());
}
