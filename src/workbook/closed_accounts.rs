//! Closed accounts: what has to be followed up where a service ended, or pays without a read.

use super::flat_rates::{FLAT_RATES, flat_rates};
use crate::domain::page::{Book, Check, Cover, Fact, Figure, Flag, Page, Role, Section};
use crate::domain::proposals::closed_accounts::ClosedAccounts;
use crate::domain::proposals::flat_rates::Why;
use crate::workbook::sections;

/// Lays the closed accounts out as a workbook.
pub fn closed_accounts(of: &ClosedAccounts) -> Book<'_> {
    Book {
        title: "Closed accounts".to_owned(),
        office: of.office.clone(),
        subject: of.month.to_string(),
        date: of.day,
        run_id: of.run_id.clone(),
        chain_head: of.chain_head.clone(),
        pages: vec![Page::Cover(cover(of)), Page::Table(flat_rates(&of.flat_rates))],
    }
}

fn cover(of: &ClosedAccounts) -> Cover<'_> {
    let many = |why: Why| of.flat_rates.iter().filter(|row| row.why == why).count();
    let facts = vec![
        Fact::new("District", of.office.as_str()),
        Fact::new("Period", of.month.to_string()),
        Fact::new("As of", of.day),
        Fact::new("Run id", of.run_id.as_str()),
        Fact::new("Chain head", of.chain_head.as_str()),
        Fact::new("Program", concat!("meterbook ", env!("CARGO_PKG_VERSION"))),
        Fact::new("Usage since the end of service", many(Why::UsageSince)).leading_to(FLAT_RATES),
        Fact::new("Wastewater connected, nobody pays it", many(Why::StillConnected)).leading_to(FLAT_RATES),
        Fact::new("Active without a meter", many(Why::NoMeter)).leading_to(FLAT_RATES),
    ];
    let wastewater = of.flat_rates.iter().filter_map(|row| row.wastewater);
    let wastewater: crate::domain::money::Money = wastewater.sum();
    let check = |says: &str, role, found, expected| Check { says: says.to_owned(), role, found, expected };
    Cover {
        facts,
        checks: vec![
            check(
                "Every account to be followed up is listed",
                Role::Integer,
                Figure::Rows(FLAT_RATES),
                Figure::Given(of.flat_rates.len().into()),
            ),
            check(
                "Wastewater a month",
                Role::Money,
                Figure::total(FLAT_RATES, "Wastewater a month"),
                Figure::Given(wastewater.decimal()),
            ),
        ],
        sections: cover_sections(),
    }
}

fn cover_sections<'a>() -> Vec<Section<'a>> {
    let legend = [
        (Flag::Ok, "OK", "A check that holds."),
        (Flag::Warning, "to be followed up", "Someone should look; the words beside it say what to do."),
        (Flag::Held, "CHECK", "A check that does not hold."),
    ];
    let limits = [
        "An account may have several rows, one for each reason.",
        "An address counts as taken over when an active account has the same service address.",
        "Usage is what no bill covers: of a closed account after its last day, of an inactive one since its last billed read.",
    ];
    vec![
        sections::made_from_the_books(
            "Accounts, meters, reads and bills of the books up to the chain head above.",
        ),
        sections::colours(legend, false),
        sections::limits(limits),
    ]
}
