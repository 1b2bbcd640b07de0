//! The yearly report of lock-offs, by month, with every lock-off behind the counts.

use chrono::{Datelike, Month};

use crate::domain::page::{
    Book, Chart, Check, Column, Cover, Fact, Figure, Flag, Page, Role, Section, Table,
};
use crate::domain::proposals::shutoff_report::{Shutoff, ShutoffReport};
use crate::workbook::sections;

const BY_MONTH: &str = "By month";
const LOCK_OFFS: &str = "Lock-offs";

/// Lays the report of a year out as a workbook.
pub fn shutoff_report(of: &ShutoffReport) -> Book<'_> {
    let chart = Chart::columns("Residential lock-offs by month", "Month", &["Residential"]);
    Book {
        title: "Shutoff report".to_owned(),
        office: of.office.clone(),
        subject: of.year.to_string(),
        date: of.day,
        run_id: of.run_id.clone(),
        chain_head: of.chain_head.clone(),
        pages: vec![Page::Cover(cover(of)), Page::Summary(by_month(of), chart), Page::Table(lock_offs(of))],
    }
}

fn by_month(of: &ShutoffReport) -> Table<'_> {
    let count = |residential: &str| {
        format!("COUNTIFS({{{LOCK_OFFS}!Month}},[No.],{{{LOCK_OFFS}!Residential}},\"{residential}\")")
    };
    Table {
        name: BY_MONTH.to_owned(),
        about: "How many customers were locked off in each month: the residential ones are what the law has published."
            .to_owned(),
        columns: vec![
            Column::new("Month", Role::Text).width(14),
            Column::new("No.", Role::Reading).width(9),
            Column::new("Residential", Role::Integer).width(13).formula(count("yes")).total(),
            Column::new("Others", Role::Integer).width(13).formula(count("no")).total(),
            Column::new("Together", Role::Integer).width(13).formula("[Residential]+[Others]").total(),
        ],
        frozen: 1,
        rows: 12,
        fill: Box::new(|index, row| {
            let number = u8::try_from(index + 1).expect("a year has twelve months");
            let name = Month::try_from(number).map(|month| month.name()).unwrap_or_default();
            let month = of.rows.iter().filter(|one| one.date.month() == u32::from(number));
            let (residential, others): (Vec<&Shutoff>, Vec<&Shutoff>) = month.partition(|one| one.residential);
            row.push(name);
            row.push(index + 1);
            row.push(residential.len());
            row.push(others.len());
            row.push(residential.len() + others.len());
        }),
    }
}

fn lock_offs(of: &ShutoffReport) -> Table<'_> {
    Table {
        name: LOCK_OFFS.to_owned(),
        about: "Every lock-off that the crew reported, by date.".to_owned(),
        columns: vec![
            Column::new("Locked off on", Role::Date).width(12),
            Column::new("Month", Role::Reading).width(8).formula("MONTH([Locked off on])"),
            Column::new("Account", Role::Account),
            Column::new("Customer", Role::Text).width(24),
            Column::new("Service address", Role::Text).width(28),
            Column::new("Class", Role::Text).width(18),
            Column::new("Residential", Role::Text).width(11),
            Column::new("Order", Role::Account).width(18).note("Empty: the crew named none."),
            Column::new("Turned on again on", Role::Date).width(12).note("Empty: it is still off."),
        ],
        frozen: 3,
        rows: of.rows.len(),
        fill: Box::new(|index, row| {
            let one = &of.rows[index];
            row.push(one.date);
            row.push(one.date.month());
            row.push(one.account.as_str());
            row.push(one.customer.as_str());
            row.push(one.service_address.as_str());
            row.push(one.class.as_str());
            row.push(if one.residential { "yes" } else { "no" });
            row.push(one.order.as_str());
            row.push(one.restored);
        }),
    }
}

fn cover(of: &ShutoffReport) -> Cover<'_> {
    let residential = of.rows.iter().filter(|one| one.residential).count();
    let off = of.rows.iter().filter(|one| one.restored.is_none()).count();
    let check = |says: &str, column: &str, count: usize| Check {
        says: says.to_owned(),
        role: Role::Integer,
        found: Figure::total(BY_MONTH, column),
        expected: Figure::Given(count.into()),
    };
    let facts = vec![
        Fact::new("District", of.office.as_str()),
        Fact::new("Period", of.year.to_string()),
        Fact::new("As of", of.day),
        Fact::new("Run id", of.run_id.as_str()),
        Fact::new("Chain head", of.chain_head.as_str()),
        Fact::new("Program", concat!("meterbook ", env!("CARGO_PKG_VERSION"))),
        Fact::new("Residential lock-offs", residential).leading_to(BY_MONTH),
        Fact::new("Other lock-offs", of.rows.len() - residential).leading_to(BY_MONTH),
        Fact::new("Still off", off).leading_to(LOCK_OFFS),
    ];
    Cover {
        facts,
        checks: vec![
            check("Residential lock-offs", "Residential", residential),
            check("Every lock-off is in a month", "Together", of.rows.len()),
        ],
        sections: sections(),
    }
}

fn sections<'a>() -> Vec<Section<'a>> {
    let legend =
        [(Flag::Ok, "OK", "A check that holds."), (Flag::Held, "CHECK", "A check that does not hold.")];
    let limits = [
        "Health and Safety Code 116918 has the yearly number of residential shutoffs for inability to pay published on the web site and sent to the State Water Board. Every lock-off counts here; take those for other reasons off by hand.",
        "A lock-off counts from the crew's report, whatever month it was taken in; a report that comes later makes the workbook anew.",
    ];
    vec![
        sections::made_from_the_books(
            "The field results and accounts of the books up to the chain head above.",
        ),
        sections::colours(legend, false),
        sections::limits(limits),
    ]
}
