//! The cover of the tax roll: what it comes to, what must tie, and what has to be settled before it is sent.

use super::{BY_CLASS, COUNTY, LEFT_OUT, ON_THE_BILL, PRICES, ROLL, divided, parcels};
use crate::domain::books::account::Sewer;
use crate::domain::count::counted;
use crate::domain::date::Date;
use crate::domain::money::Money;
use crate::domain::page::{Cell, Check, Cover, Fact, Figure, Flag, Role, Section};
use crate::domain::proposals::tax_roll::{BilledRow, Parcel, Switch, TaxRoll};
use crate::workbook::sections;

pub(super) fn cover(of: &TaxRoll) -> Cover<'_> {
    Cover { facts: facts(of), checks: checks(of), sections: sections(of) }
}

fn facts(of: &TaxRoll) -> Vec<Fact<'_>> {
    let rolled = &of.rolled;
    let charge: Money = rolled.rows.iter().map(|row| row.counted.charge()).sum();
    let amounts: Vec<Money> =
        parcels(of).values().map(|rows| divided(super::charge_of(rows), of.policy.instalments)).collect();
    let many = |is: fn(&BilledRow) -> bool| rolled.billed.iter().filter(|row| is(row)).count();
    vec![
        Fact::new("District", of.office.as_str()),
        Fact::new(
            "Period",
            format!("fiscal year {}, {} to {}", of.year, of.year.first_day(), of.year.next().cut_off()),
        ),
        Fact::new("As of", of.day),
        Fact::new("Run id", of.run_id.as_str()),
        Fact::new("Chain head", of.chain_head.as_str()),
        Fact::new("Program", concat!("meterbook ", env!("CARGO_PKG_VERSION"))),
        Fact::new("Prices in force from", of.prices.as_ref().map(|prices| prices.effective))
            .leading_to(PRICES),
        Fact::new("Accounts on the roll", rolled.rows.len()).leading_to(ROLL),
        Fact::new("Charge of the year", charge).leading_to(ROLL),
        Fact::new("Go there from the water bill", many(|row| row.switch != Switch::Stays))
            .leading_to(ON_THE_BILL),
        Fact::new("Stay on the water bill", many(|row| row.switch == Switch::Stays)).leading_to(ON_THE_BILL),
        Fact::new("Left out", rolled.left_out.len()).leading_to(LEFT_OUT),
        Fact::new("Parcels", amounts.len()).leading_to(COUNTY),
        Fact::new("Amount for the county", amounts.iter().copied().sum::<Money>()).leading_to(COUNTY),
        Fact::new("Smallest amount of a parcel", amounts.iter().copied().min()).leading_to(COUNTY),
        Fact::new("Largest amount of a parcel", amounts.iter().copied().max()).leading_to(COUNTY),
    ]
}

fn checks(of: &TaxRoll) -> Vec<Check> {
    let check = |says: &str, role, found, expected| Check { says: says.to_owned(), role, found, expected };
    let total = Figure::total;
    let rolled = &of.rolled;
    let charge: Money = rolled.rows.iter().map(|row| row.counted.charge()).sum();
    let to_come: Money = rolled.billed.iter().map(|row| row.counted.charge()).sum();
    let parcels = Figure::Totals(vec![(COUNTY, "Charge".to_owned()), (ROLL, "No parcel".to_owned())]);
    vec![
        check(
            "The roll is what the prices come to",
            Role::Money,
            total(ROLL, "Charge"),
            Figure::Given(charge.decimal()),
        ),
        check(
            "Parcels, and charges without one, sum to the roll",
            Role::Money,
            parcels,
            total(ROLL, "Charge"),
        ),
        check("The classes sum to the roll", Role::Money, total(BY_CLASS, "Charge"), total(ROLL, "Charge")),
        check(
            "Every account on the roll has a class",
            Role::Integer,
            total(BY_CLASS, "Accounts"),
            Figure::Rows(ROLL),
        ),
        check(
            "What is on the water bill is what the prices come to",
            Role::Money,
            total(ON_THE_BILL, "Charge"),
            Figure::Given(to_come.decimal()),
        ),
    ]
}

fn sections(of: &TaxRoll) -> Vec<Section<'_>> {
    let legend = [
        (Flag::Ok, "OK", "A check that holds."),
        (Flag::Warning, "To look at", "Somebody should look; the words are in the cell."),
        (
            Flag::Held,
            "No parcel",
            "The charge cannot be sent to the county; also CHECK, a check that does not hold.",
        ),
    ];
    let limits = [
        "An account is where its Sewer column puts it; nothing is moved by this workbook alone. Residential customers pay with the water bill from connection to the next June 30 and are on the roll from July 1 (the Board's decision of September 11, 2019); commercial wastewater is billed by the month.",
        "The charge is the price of a month in force on July 1, times 12, times homes, units or EDU, rounded once. How EDU of commercial customers are found is not published: it is taken from the accounts sheet.",
        "The county's own layout of direct charges is not published. County has what every county asks for; copy its columns into the county's form.",
        "Drop the newest workbook: each row of On the bill comes back whole, with name, address, class and meter size.",
        "Charges for the construction of the sewer (Assessment District 2014-1) and the county's fees are not in it.",
        "When an account was connected is not on record: on the water bill at the cut-off, or opened before it where the books begin later, is taken for connected.",
    ];
    vec![
        Section {
            title: "To settle before it is sent",
            columns: vec![],
            rows: to_settle(of).into_iter().map(|told| vec![Cell::new(told)]).collect(),
            otherwise: "Nothing.",
        },
        sections::made_from_the_books(
            "The accounts and bills of the books up to the chain head above, and office.toml.",
        ),
        sections::colours(legend, !of.is_preview()),
        sections::limits(limits),
    ]
}

/// What stands between the workbook and the county, a sentence each.
fn to_settle(of: &TaxRoll) -> Vec<String> {
    let (rolled, first_day) = (&of.rolled, of.year.first_day());
    let mut told = Vec::new();
    if of.is_preview() {
        told.push(format!("It is a preview: the cut-off is {}.", of.year.cut_off()));
    }
    let moving = rolled.billed.iter().filter(|row| row.sewer() == Sewer::TaxRoll).count();
    if moving > 0 {
        told.push(format!(
            "{} on {ON_THE_BILL} go on the roll: look through the sheet and drop this workbook into the inbox.",
            counted(moving, "account", "accounts")
        ));
    }
    let waiting = rolled.billed.iter().filter(|row| row.switch == Switch::Waits).count();
    if waiting > 0 {
        told.push(format!(
            "{} on {ON_THE_BILL} wait for the bill of {}.",
            counted(waiting, "account", "accounts"),
            of.year.last_month_billed()
        ));
    }
    let without = rolled.rows.iter().filter(|row| !matches!(row.parcel, Parcel::Known(_))).count();
    if without > 0 {
        told.push(format!("{} on {ROLL} without a parcel.", counted(without, "account", "accounts")));
    }
    let is_old = |from: Date| from < first_day && !of.rolled.rows.is_empty();
    if let Some(from) = of.prices.as_ref().map(|prices| prices.effective).filter(|from| is_old(*from)) {
        told.push(format!(
            "No price list begins on {first_day}; that of {from} is still in force. Add [[wastewater]] to office.toml, or confirm it."
        ));
    }
    if let Some(later) = of.later_prices {
        told.push(format!("A price list begins on {later}, within the year: it is not in the charges."));
    }
    if of.policy.charge_code.is_empty() {
        told.push(
            "The county's code of the charge is not set: [tax_roll] charge_code of office.toml.".to_owned(),
        );
    }
    told
}
