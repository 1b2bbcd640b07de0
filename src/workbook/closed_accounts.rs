//! Closed accounts: what has to be followed up where a service ended, or pays without a read.

use super::closed_money::{CHECKS, SETTLED, TO_COLLECT, checks, settled, to_collect};
use super::flat_rates::{FLAT_RATES, flat_rates};
use crate::domain::money::Money;
use crate::domain::page::{Book, Check, Cover, Fact, Figure, Flag, Page, Role, Section};
use crate::domain::proposals::closed_accounts::ClosedAccounts;
use crate::domain::proposals::flat_rates::Why;
use crate::workbook::sections;

/// The title of the workbook.
pub const CLOSED_ACCOUNTS: &str = "Closed accounts";

/// Lays the closed accounts out as a workbook.
pub fn closed_accounts(of: &ClosedAccounts) -> Book<'_> {
    Book {
        title: CLOSED_ACCOUNTS.to_owned(),
        office: of.office.clone(),
        subject: of.month.to_string(),
        date: of.day,
        run_id: of.run_id.clone(),
        chain_head: of.chain_head.clone(),
        pages: vec![
            Page::Cover(cover(of)),
            Page::Table(settled(of)),
            Page::Table(to_collect(of)),
            Page::Table(checks(of)),
            Page::Table(flat_rates(&of.flat_rates)),
        ],
    }
    .sealed()
}

fn cover(of: &ClosedAccounts) -> Cover<'_> {
    let many = |why: Why| of.flat_rates.iter().filter(|row| row.why == why).count();
    let waiting = of.settled.iter().filter(|one| !one.token.is_empty()).count();
    let facts = vec![
        Fact::new("District", of.office.as_str()),
        Fact::new("Period", of.month.to_string()),
        Fact::new("As of", of.day),
        Fact::new("Run id", of.run_id.as_str()),
        Fact::new("Chain head", of.chain_head.as_str()),
        Fact::new("Program", concat!("meterbook ", env!("CARGO_PKG_VERSION"))),
        Fact::new("Closed accounts to look at", of.settled.len()).leading_to(SETTLED),
        Fact::new("Refunds waiting for a decision", waiting).leading_to(SETTLED),
        Fact::new("Accounts to collect from", of.owing().count()).leading_to(TO_COLLECT),
        Fact::new("Refund checks", of.checks.len()).leading_to(CHECKS),
        Fact::new("Usage since the end of service", many(Why::UsageSince)).leading_to(FLAT_RATES),
        Fact::new("Wastewater connected, nobody pays it", many(Why::StillConnected)).leading_to(FLAT_RATES),
        Fact::new("Active without a meter", many(Why::NoMeter)).leading_to(FLAT_RATES),
    ];
    let wastewater = of.flat_rates.iter().filter_map(|row| row.wastewater);
    let wastewater: Money = wastewater.sum();
    let check = |says: &str, role, found, expected| Check { says: says.to_owned(), role, found, expected };
    Cover {
        facts,
        checks: vec![
            check(
                "Owed now is what the accounts' entries come to",
                Role::Money,
                Figure::total(SETTLED, "Owed now"),
                Figure::Given(sum(of.settled.iter().map(|one| one.balance)).decimal()),
            ),
            check(
                "What is to be collected is owed by the accounts listed",
                Role::Money,
                Figure::total(TO_COLLECT, "Owed"),
                Figure::Given(sum(of.owing().map(|one| one.balance)).decimal()),
            ),
            check(
                "Refund checks as posted",
                Role::Money,
                Figure::total(CHECKS, "Amount"),
                Figure::Given(sum(of.checks.iter().map(|one| one.amount)).decimal()),
            ),
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

fn sum(amounts: impl Iterator<Item = Money>) -> Money {
    amounts.sum()
}

fn cover_sections<'a>() -> Vec<Section<'a>> {
    let legend = [
        (Flag::Ok, "settled, OK", "Nothing is left either way; or a check that holds."),
        (Flag::Warning, "to be followed up", "Someone should look; the words beside it say what to do."),
        (Flag::Held, "refund it?, CHECK", "It waits for a decision; or a check that does not hold."),
    ];
    let how = [
        "Settled: a deposit or credit that waits is given back with Refund and Initials in the yellow cells. Leave a row empty to decide later.",
        "Save the workbook and drop it into the inbox. Every amount comes from the books.",
    ];
    let limits = [
        "Which refund checks were cashed is not on record here: strike those off. Money that stays unclaimed needs the notice of \
         Government Code 50050 before the district may keep it.",
        "A debt goes to the collection list 30 days after its oldest due date.",
        "An account may have several rows, one for each reason.",
        "An address counts as taken over when an active account has the same service address.",
        "Usage is what no bill covers: of a closed account after its last day, of an inactive one since its last billed read.",
    ];
    vec![
        sections::how_to_decide(how),
        sections::made_from_the_books(
            "Accounts, meters, reads and bills of the books up to the chain head above.",
        ),
        sections::colours(legend, true),
        sections::limits(limits),
    ]
}
