//! The bill register: what was billed, what is held, and whether it ties to the ledger.
//!
//! Paper shows who pays what and from which readings; columns that are looked up now and then stand to the right of
//! `Marks`, on the screen alone, so that a page one sheet wide stays readable.

mod columns;
mod comparison;
mod frequency;
mod proof;
mod rates;
mod rebuilt;
mod summary;

use std::sync::Arc;

use columns::Kinds;
use comparison::COMPARED;
use proof::{PROOF, proof};
use rates::{RATES, Rates};

use crate::domain::books::reading::AuditSeverity;
use crate::domain::page::{
    Book, Cell, Check, Column, Cover, Fact, Figure, Flag, MOST_NOTES, MOST_TABLE_ROWS, Page, Role, Row,
    Section, Table,
};
use crate::domain::proposals::register::{HeldRow, Register, RegisterRow};
use crate::workbook::{advice, survey};

/// The sheet of the bills.
const REGISTER: &str = "Register";
/// The sheet of the accounts not billed.
const HELD: &str = "Held";

/// Lays a register out as a workbook.
pub fn bill_register(register: &Register) -> Book<'_> {
    let kinds = Kinds::of(&register.rows);
    let rates = Arc::new(Rates::of(register));
    let cover = Page::Cover(cover(register, &kinds, &rates));
    let summaries = summary::pages(register, &kinds);
    let mut pages = vec![
        cover,
        Page::Table(bills(register, kinds)),
        Page::Table(proof(register, Arc::clone(&rates))),
        Page::Table(rates.table()),
        Page::Table(held(&register.held)),
        comparison::page(register),
    ];
    pages.extend(summaries);
    pages.extend(frequency::pages(register));
    Book {
        title: "Bill register".to_owned(),
        office: register.office.clone(),
        subject: format!("cycle {}, {}", register.cycle, register.month),
        date: register.day,
        run_id: register.run_id.clone(),
        chain_head: register.chain_head.clone(),
        pages,
    }
}

fn bills<'a>(register: &'a Register, kinds: Kinds) -> Table<'a> {
    Table {
        name: REGISTER.to_owned(),
        about: "One row per bill. Columns right of Marks are for the screen; paper ends there.".to_owned(),
        columns: bill_columns(&kinds),
        frozen: 2,
        rows: register.rows.len(),
        fill: Box::new(move |index, row| fill_bill(&register.rows[index], &kinds, row)),
    }
}

/// The columns in the order in which `fill_bill` fills them.
fn bill_columns(kinds: &Kinds) -> Vec<Column> {
    let lines = kinds.sum();
    let mut columns = vec![
        Column::new("Account", Role::Account),
        Column::new("Customer", Role::Text).width(20),
        Column::new("Service address", Role::Text).width(20),
        Column::new("Class", Role::Text).width(12),
        Column::new("Previous reading", Role::Reading),
        Column::new("Current reading", Role::Reading),
        Column::volume("Units", "HCF").total(),
    ];
    columns.extend(kinds.amount_columns());
    columns.extend([
        Column::new("Charges", Role::Money).formula(lines).total().note("The sum of the lines at the left."),
        Column::new("Previous balance", Role::Money)
            .total()
            .note("What was owed before; a credit is in parentheses."),
        Column::new("Total due", Role::Money).formula("[Charges]+[Previous balance]").total(),
        Column::new("Due date", Role::Date).width(11),
        Column::new("Auto pay", Role::Text).width(5),
        Column::new("Marks", Role::Text).width(14).note("What the read audit says of the reading."),
        Column::new("Bill", Role::Account).screen_only(),
        Column::new("Kind", Role::Text).screen_only(),
        Column::new("Route", Role::Account).screen_only(),
        Column::new("Meter", Role::Account).screen_only(),
        Column::new("Size", Role::Account)
            .width(8)
            .note("The meter size of the fixed charge, in inches.")
            .screen_only(),
        Column::new("Dwellings", Role::Integer).screen_only(),
        Column::new("From", Role::Date).screen_only(),
        Column::new("To", Role::Date).screen_only(),
        Column::new("Days", Role::Integer).screen_only(),
        Column::new("Read code", Role::Text).screen_only(),
    ]);
    columns.extend(kinds.usage_columns().map(Column::screen_only));
    columns.extend(kinds.unit_columns().map(Column::screen_only));
    columns.extend([
        Column::new("Posted", Role::Money).total().note("The bill as posted to the ledger.").screen_only(),
        Column::new("Ties", Role::Check)
            .formula("IF(AND(ROUND([Charges]-[Posted],2)=0,ROUND([Posted]+[Previous balance]-[Total due],2)=0),\"OK\",\"CHECK\")")
            .total()
            .note("OK where the lines sum to the bill as posted, and bill and previous balance to the total due.")
            .screen_only(),
    ]);
    columns
}

fn fill_bill<'a>(of: &'a RegisterRow, kinds: &Kinds, row: &mut Row<'a>) {
    let (bill, customer) = (&of.bill, &of.customer);
    let metered = bill.metered.as_ref();
    row.push(bill.account.as_str());
    row.push(customer.name.as_str());
    row.push(customer.service_address.as_str());
    row.push(bill.class.as_str());
    row.push(metered.and_then(|metered| metered.previous).map(|point| point.value));
    row.push(metered.and_then(|metered| metered.reading));
    row.push(bill.units);
    let lines = kinds.fill_amounts(bill, row);
    row.push(bill.charges());
    row.push(bill.previous_balance);
    row.push(bill.total_due());
    row.push(bill.due_date);
    row.push(if customer.autopay { "yes" } else { "" });
    fill_marks(of, row);
    row.push(bill.number.as_str());
    row.push(bill.kind.word());
    row.push(customer.route.as_str());
    row.push(of.meter().map(|meter| meter.as_str()));
    row.push(bill.meter_size.as_str());
    row.push(bill.dwelling_units);
    row.push(metered.map(|metered| metered.period.from_date()));
    row.push(metered.map(|metered| metered.period.current));
    row.push(metered.map(|metered| metered.period.days()));
    row.push(metered.map(|metered| metered.code.word()));
    kinds.fill_usage(bill, row);
    kinds.fill_units(bill, row);
    row.push(bill.charges());
    let ties = lines == bill.charges() && bill.charges() + bill.previous_balance == bill.total_due();
    row.push(if ties { survey::OK } else { survey::CHECK });
}

fn fill_marks<'a>(of: &'a RegisterRow, row: &mut Row<'a>) {
    let exceptions = of.bill.metered.as_ref().map_or(&[][..], |metered| &metered.exceptions);
    let cell = row.push(advice::words(exceptions));
    if exceptions.iter().any(|exception| exception.severity() >= AuditSeverity::Review) {
        cell.flag(Flag::Warning);
    }
    if let Some(note) = advice::note(exceptions) {
        cell.note(note);
    }
}

fn held(rows: &[HeldRow]) -> Table<'_> {
    Table {
        name: HELD.to_owned(),
        about: "One row per account that was not billed, with the reason and what to do.".to_owned(),
        columns: vec![
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
        ],
        frozen: 2,
        rows: rows.len(),
        fill: Box::new(move |index, row| fill_held(&rows[index], row)),
    }
}

fn fill_held<'a>(of: &'a HeldRow, row: &mut Row<'a>) {
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
}

fn cover<'a>(register: &'a Register, kinds: &Kinds, rates: &Rates<'_>) -> Cover<'a> {
    Cover {
        facts: vec![
            Fact::new("District", register.office.as_str()),
            Fact::new("Cycle", register.cycle.as_str()),
            Fact::new("Period", register.month.to_string()),
            Fact::new("As of", register.day),
            Fact::new("Run id", register.run_id.as_str()),
            Fact::new("Chain head", register.chain_head.as_str()),
            Fact::new("Program", concat!("meterbook ", env!("CARGO_PKG_VERSION"))),
            Fact::new("Bills", register.rows.len()).leading_to(REGISTER),
            Fact::new("Bills rebuilt", register.rows.len()).leading_to(PROOF),
            Fact::new("Rates in use", rates.count()).leading_to(RATES),
            Fact::new("Accounts held", register.held.len()).leading_to(HELD),
            Fact::new("Why bills changed", register.rows.len()).leading_to(COMPARED),
        ],
        checks: [checks(register, kinds), comparison::checks(), summary::checks(), frequency::checks()]
            .into_iter()
            .flatten()
            .collect(),
        sections: sections(register),
    }
}

fn checks(register: &Register, kinds: &Kinds) -> Vec<Check> {
    let totals = |columns: &[&str]| {
        Figure::Totals(columns.iter().map(|&column| (REGISTER, column.to_owned())).collect())
    };
    let lines = kinds.amount_columns().map(|column| (REGISTER, column.name)).collect();
    let check = |says: &str, role, found, expected| Check { says: says.to_owned(), role, found, expected };
    vec![
        check(
            "Number of bills is the ledger's",
            Role::Integer,
            Figure::Rows(REGISTER),
            Figure::Given(register.control.bills.into()),
        ),
        check(
            "Charges are the entries posted in the ledger",
            Role::Money,
            totals(&["Charges"]),
            Figure::Given(register.control.posted.decimal()),
        ),
        check(
            "Lines of the bills sum to the charges",
            Role::Money,
            Figure::Totals(lines),
            totals(&["Charges"]),
        ),
        check(
            "Charges and previous balances are the totals due",
            Role::Money,
            totals(&["Charges", "Previous balance"]),
            totals(&["Total due"]),
        ),
        check("Bills that do not tie, row by row", Role::Integer, totals(&["Ties"]), Figure::Given(0.into())),
        check("Every bill is rebuilt on Proof", Role::Integer, Figure::Rows(PROOF), Figure::Rows(REGISTER)),
        check(
            "Bills rebuilt sum to the charges",
            Role::Money,
            Figure::total(PROOF, "Bill rebuilt"),
            totals(&["Charges"]),
        ),
        check(
            "Bills whose proof is not OK",
            Role::Integer,
            Figure::total(PROOF, "Proof"),
            Figure::Given(0.into()),
        ),
        check(
            "Accounts held are all listed",
            Role::Integer,
            Figure::Rows(HELD),
            Figure::Given(register.held.len().into()),
        ),
    ]
}

fn sections(register: &Register) -> Vec<Section<'_>> {
    let source = |source: &'_ crate::domain::proposals::register::Source| {
        vec![
            Cell::new(format!("{} {}", source.sequence, source.name)),
            Cell::new(source.kind.clone()),
            Cell::new(source.rows),
            Cell::new(short(&source.sha256)),
        ]
    };
    let tariff = |tariff: &'_ crate::domain::books::bill::TariffUsed| {
        vec![Cell::new(tariff.file.clone()), Cell::new(tariff.effective), Cell::new(short(&tariff.sha256))]
    };
    let illustrative = |value: &'_ crate::domain::proposals::register::Illustrative| {
        vec![Cell::new(value.key.clone()), Cell::new(value.note.clone())]
    };
    vec![
        Section {
            title: "Made from",
            columns: vec!["File, with its number in the archive", "Kind", "Rows", "sha256"],
            rows: register.sources.iter().map(source).collect(),
            otherwise: "No file.",
        },
        Section {
            title: "Rates",
            columns: vec!["File", "In force from", "sha256"],
            rows: register.tariffs.iter().map(tariff).collect(),
            otherwise: "No rate file was used.",
        },
        Section { title: "Colours", columns: vec![], rows: legend(), otherwise: "" },
        Section { title: "Known limits", columns: vec![], rows: limits(register.rows.len()), otherwise: "" },
        Section {
            title: "Illustrative values in use",
            columns: vec!["Key", "Value, and why it is illustrative"],
            rows: register.illustrative.iter().map(illustrative).collect(),
            otherwise: "None: every value in use is the district's own.",
        },
    ]
}

fn legend<'a>() -> Vec<Vec<Cell<'a>>> {
    [
        (Flag::Ok, "OK", "A check that holds."),
        (
            Flag::Warning,
            "Warning",
            "Billed; someone should look. The words are beside it, the note says what to do.",
        ),
        (Flag::Held, "Held, CHECK", "Not billed until decided; or a check that does not hold."),
    ]
    .map(|(flag, word, meaning)| vec![Cell::new(word).flagged(flag), Cell::new(meaning)])
    .into()
}

fn limits<'a>(rows: usize) -> Vec<Vec<Cell<'a>>> {
    let mut limits = vec![
        "Totals marked Shown follow the filter; those marked All rows never do, and the checks look at these.",
        "Paper ends at the column Marks; bill number, meter, period, usage and the units of each tier are to its right on the screen.",
        "A changed cell does not change a bill: the register shows what was posted, and is not read back.",
        "Proof takes from the books what it starts from: readings, carry, days, dwellings, and water sold by the load.",
        "Where a period is shared by days between two rates, Proof prices the units of each as billed; fixed charges stand as billed.",
    ];
    if rows > MOST_NOTES {
        limits.push(
            "Notes stand on the first 5,000 marked cells of a sheet; the words are beside all of them.",
        );
    }
    if rows > MOST_TABLE_ROWS {
        limits.push("Above 100,000 rows a list has filter buttons, but is not an Excel table.");
    }
    limits.into_iter().map(|text| vec![Cell::new(text)]).collect()
}

/// The first twelve digits of a hash, enough to compare by eye.
fn short(sha256: &str) -> String {
    sha256.chars().take(12).collect()
}

#[cfg(test)]
mod tests;
