//! Bills that were taken back beside what took their place, old beside new.

use crate::domain::books::bill::{Bill, Metered};
use crate::domain::page::{Check, Column, Fact, Figure, Page, Role, Row, Table};
use crate::domain::proposals::rebilled::Rebilled;
use crate::domain::proposals::register::Register;

/// The sheet.
pub(super) const REBILLED: &str = "Rebilled";

/// The sheet; none where no bill of the month was taken back.
pub(super) fn page(register: &Register) -> Option<Page<'_>> {
    let rows = &register.rebilled;
    let table = || Table {
        name: REBILLED.to_owned(),
        about: "One row per bill that was taken back: what it was, and what took its place.".to_owned(),
        columns: columns(),
        frozen: 2,
        rows: rows.len(),
        fill: Box::new(|index, row| fill(&rows[index], row)),
    };
    (!rows.is_empty()).then(|| Page::Table(table()))
}

/// What the cover says of it.
pub(super) fn fact(register: &Register) -> Option<Fact<'_>> {
    let count = register.rebilled.len();
    (count > 0).then(|| Fact::new("Bills taken back", count).leading_to(REBILLED))
}

/// What must hold on it.
pub(super) fn checks(register: &Register) -> Vec<Check> {
    if register.rebilled.is_empty() {
        return vec![];
    }
    let totals =
        |columns: &[&str]| Figure::Totals(columns.iter().map(|&column| (REBILLED, column.into())).collect());
    vec![Check {
        says: "Bills taken back and their differences are the bills in their place".to_owned(),
        role: Role::Money,
        found: totals(&["Old charges", "Difference"]),
        expected: totals(&["New charges"]),
    }]
}

fn columns() -> Vec<Column> {
    let differs =
        "Number, dates and previous balance are those of the day on which a bill is made, and no change.";
    vec![
        Column::new("Account", Role::Account),
        Column::new("Customer", Role::Text).width(20),
        Column::new("Old bill", Role::Account).width(17),
        Column::new("Taken back on", Role::Date).width(12),
        Column::new("New bill", Role::Account)
            .width(17)
            .note("Empty where no bill of the month took its place."),
        Column::new("Old reading", Role::Reading),
        Column::new("New reading", Role::Reading),
        Column::volume("Old units", "HCF").total(),
        Column::volume("New units", "HCF").total(),
        Column::new("Old charges", Role::Money).total(),
        Column::new("New charges", Role::Money).total(),
        Column::new("Difference", Role::Money).formula("[New charges]-[Old charges]").total(),
        Column::new("What changed", Role::Sentence).width(50).note(differs),
        Column::new("Old bill date", Role::Date).width(12).screen_only(),
        Column::new("New bill date", Role::Date).width(12).screen_only(),
        Column::new("Old days", Role::Integer).screen_only(),
        Column::new("New days", Role::Integer).screen_only(),
        Column::new("Undo", Role::Account).width(10).note("Its number in the receipt log.").screen_only(),
    ]
}

fn fill<'a>(of: &'a Rebilled, row: &mut Row<'a>) {
    let (old, new) = (&of.old.bill, of.new.as_ref());
    let metered = |bill: &'a Bill| bill.metered.as_ref();
    let reading = |metered: &Metered| metered.reading;
    let days = |metered: &Metered| metered.period.days();
    row.push(old.account.as_str());
    row.push(of.customer.as_str());
    row.push(old.number.as_str());
    row.push(of.old.on);
    row.push(new.map(|bill| bill.number.as_str()));
    row.push(metered(old).and_then(reading));
    row.push(new.and_then(metered).and_then(reading));
    row.push(old.units);
    row.push(new.map(|bill| bill.units));
    row.push(old.charges());
    row.push(new.map(Bill::charges));
    row.push(of.difference());
    row.push(of.sentence());
    row.push(old.bill_date);
    row.push(new.map(|bill| bill.bill_date));
    row.push(metered(old).map(days));
    row.push(new.and_then(metered).map(days));
    row.push(of.old.by.to_string());
}
