//! Compared with last month: each bill beside the account's last one, and why it differs, part by part.

use super::REGISTER;
use crate::domain::money::Money;
use crate::domain::page::{Check, Column, Figure, Page, Role, Row, Table};
use crate::domain::proposals::change::{Change, Compared};
use crate::domain::proposals::register::{Register, RegisterRow};
use crate::workbook::survey;

/// The sheet.
pub(super) const COMPARED: &str = "Compared";

/// The sheet of the comparison.
pub(super) fn page(register: &Register) -> Page<'_> {
    assert_eq!(register.rows.len(), register.compared.len(), "every bill is compared");
    // Landscape budgets are few; a column of nothing says nothing.
    let budgets =
        register.compared.iter().flat_map(|compared| &compared.change).any(|change| !change.budget.is_zero());
    Page::Table(Table {
        name: COMPARED.to_owned(),
        about: "One row per bill: the account's last bill, this one, and what the difference comes from."
            .to_owned(),
        columns: columns(budgets),
        frozen: 2,
        rows: register.rows.len(),
        fill: Box::new(move |index, row| {
            fill(&register.rows[index], &register.compared[index], budgets, row)
        }),
    })
}

/// What must hold between it and Register.
pub(super) fn checks() -> Vec<Check> {
    let check = |says: &str, role, column: &str, expected| Check {
        says: says.to_owned(),
        role,
        found: Figure::total(COMPARED, column),
        expected,
    };
    vec![
        check("Bills compared are the charges", Role::Money, "This bill", Figure::total(REGISTER, "Charges")),
        Check {
            says: "Last bills, changes and first bills are this month's".to_owned(),
            role: Role::Money,
            found: Figure::Totals(
                ["Last bill", "Change", "First bill"].map(|column| (COMPARED, column.to_owned())).into(),
            ),
            expected: Figure::total(COMPARED, "This bill"),
        },
        check("Changes whose parts do not sum to the whole", Role::Integer, "Ties", Figure::Given(0.into())),
    ]
}

fn columns(budgets: bool) -> Vec<Column> {
    let part = |name: &str, note: &str| Column::new(name, Role::Money).total().note(note);
    let mut columns = vec![
        Column::new("Account", Role::Account),
        Column::new("Customer", Role::Text).width(20),
        Column::new("Last bill", Role::Money)
            .total()
            .note("The charges of the account's last bill before this month."),
        Column::new("This bill", Role::Money).formula(format!("[{REGISTER}!Charges]")).total(),
        Column::new("Change", Role::Money)
            .formula("[This bill]-[Last bill]")
            .total()
            .note("Empty for an account's first bill."),
        part(
            "First bill",
            "The charges of an account that had no bill before, so that there is nothing to compare with.",
        ),
        part("Usage", "This month's units instead of last month's, at last month's rates."),
        part("Rates", "This month's rates instead of last month's, for this month's units."),
    ];
    if budgets {
        columns.push(part("Budget", "This month's landscape budget instead of last month's."));
    }
    let sum =
        if budgets { "[Usage]+[Rates]+[Budget]+[Days]+[Other]" } else { "[Usage]+[Rates]+[Days]+[Other]" };
    columns.extend([
        part("Days", "A short month charged by its days, this time or last time."),
        part("Other", "Wastewater, fees, another class, meter size or number of homes, rounding."),
        Column::volume("Last units", "HCF").total(),
        Column::volume("Units", "HCF").formula(format!("[{REGISTER}!Units (HCF)]")).total(),
        Column::volume("Last year", "HCF")
            .note("Units of the same month last year; empty where there was no bill."),
        Column::new("To read out on the telephone", Role::Sentence).width(56),
        Column::new("Class", Role::Text).width(18).screen_only(),
        Column::new("Month of the last bill", Role::Account).width(12).screen_only(),
        Column::new("Last days", Role::Integer).screen_only(),
        Column::new("Days now", Role::Integer).screen_only(),
        Column::new("Ties", Role::Check)
            .formula(format!("IF(ROUND({sum}-[Change],2)=0,\"OK\",\"CHECK\")"))
            .total()
            .note("OK where the parts sum to the change.")
            .screen_only(),
    ]);
    columns
}

fn fill<'a>(of: &'a RegisterRow, compared: &Compared, budgets: bool, row: &mut Row<'a>) {
    let change = compared.change.as_ref();
    let part = |of: fn(&Change) -> Money| change.map(of);
    row.push(of.bill.account.as_str());
    row.push(of.customer.name.as_str());
    row.push(change.map(|change| change.before.charges));
    row.push(of.bill.charges());
    row.push(part(Change::whole));
    row.push(change.is_none().then(|| of.bill.charges()));
    row.push(part(|change| change.usage));
    row.push(part(|change| change.rates));
    if budgets {
        row.push(part(|change| change.budget));
    }
    row.push(part(|change| change.days));
    row.push(part(Change::other));
    row.push(change.map(|change| change.before.units));
    row.push(of.bill.units);
    row.push(compared.last_year);
    row.push(compared.sentence());
    row.push(of.bill.class.as_str());
    row.push(change.map(|change| change.before.month.to_string()));
    row.push(change.and_then(|change| change.before.days));
    row.push(of.bill.metered.as_ref().map(|metered| metered.period.days()));
    row.push(change.map(|change| {
        let parts = change.usage + change.rates + change.budget + change.days + change.other();
        if parts == change.whole() { survey::OK } else { survey::CHECK }
    }));
}
