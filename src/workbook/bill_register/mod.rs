//! The bill register: what was billed, what is held, and whether it ties to the ledger.
//!
//! Paper shows who pays what and from which readings; columns that are looked up now and then stand to the right of
//! `Marks`, on the screen alone, so that a page one sheet wide stays readable.

mod columns;
mod comparison;
mod frequency;
mod held;
mod proof;
mod rates;
mod rebilled;
mod rebuilt;
mod summary;

use std::sync::Arc;

pub use held::WORDS as READ_DECISIONS;

use columns::Kinds;
use comparison::COMPARED;
use proof::{PROOF, proof};
use rates::{RATES, Rates};

use crate::domain::books::decision::{APPROVE, HOLD, REJECT};
use crate::domain::books::reading::AuditSeverity;
use crate::domain::page::{
    Book, Cell, Check, Column, Cover, Fact, Figure, Flag, MOST_NOTES, MOST_TABLE_ROWS, Page, Role, Row,
    Section, Table, Value,
};
use crate::domain::proposals::register::{Register, RegisterRow};
use crate::workbook::{advice, sections, survey};

/// What the workbook is called, and known by when it comes back.
pub const TITLE: &str = "Bill register";
/// The sheet of the bills.
pub const REGISTER: &str = "Register";
/// The sheet of the accounts not billed.
pub const HELD: &str = "Held";

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
        Page::Table(held::table(&register.held)),
        comparison::page(register),
    ];
    pages.extend(rebilled::page(register));
    pages.extend(summaries);
    pages.extend(frequency::pages(register));
    Book {
        title: TITLE.to_owned(),
        office: register.office.clone(),
        subject: format!("cycle {}, {}", register.cycle, register.month),
        date: register.day,
        run_id: register.run_id.clone(),
        chain_head: register.chain_head.clone(),
        pages,
    }
    .sealed()
}

fn bills<'a>(register: &'a Register, kinds: Kinds) -> Table<'a> {
    let proposal = register.is_proposal();
    Table {
        name: REGISTER.to_owned(),
        about: if proposal {
            "One row per bill, proposed or posted. Decide in the yellow cells. Paper ends at Marks."
                .to_owned()
        } else {
            "One row per bill. Columns right of Marks are for the screen; paper ends there.".to_owned()
        },
        columns: bill_columns(&kinds, proposal),
        frozen: 2,
        rows: register.rows.len(),
        fill: Box::new(move |index, row| {
            let of = &register.rows[index];
            fill_bill(of, &kinds, proposal, row);
        }),
    }
}

/// The columns in the order in which `fill_bill` fills them; those of decisions where bills wait for one.
fn bill_columns(kinds: &Kinds, proposal: bool) -> Vec<Column> {
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
        Column::new("Marks", Role::Text)
            .width(14)
            .note("What the read audit says of the reading, and how the bill departs from a plain month."),
    ]);
    if proposal {
        let state = "Proposed bills wait for a decision; a bill that was held says by whom and why.";
        columns.extend(
            [
                Column::new("State", Role::Text).width(18).note(state),
                Column::decision(&[APPROVE, HOLD, REJECT]),
                Column::initials(),
                Column::reason("Why a bill is held or rejected; a rejection needs it."),
                Column::reference(),
            ]
            .map(Column::screen_only),
        );
    }
    columns.extend([
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
    columns.extend(proposal.then(Column::seal));
    columns
}

fn fill_bill<'a>(of: &'a RegisterRow, kinds: &Kinds, proposal: bool, row: &mut Row<'a>) {
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
    if proposal {
        fill_decision(of, row);
    }
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
    if proposal {
        row.push(of.proposed.as_ref().map_or("", |proposed| proposed.token.as_str()));
    }
}

/// The state of a bill, and the cells in which it is decided.
fn fill_decision<'a>(of: &'a RegisterRow, row: &mut Row<'a>) {
    match &of.proposed {
        None => row.push("posted"),
        Some(proposed) if proposed.held.is_empty() => row.push("proposed"),
        Some(proposed) => row.push(format!("proposed. {}", proposed.held)),
    };
    for _input in 0..3 {
        row.push(Value::Empty);
    }
    row.push(of.bill.number.as_str());
}

fn fill_marks<'a>(of: &'a RegisterRow, row: &mut Row<'a>) {
    let exceptions = of.bill.metered.as_ref().map_or(&[][..], |metered| &metered.exceptions);
    let cell = row.push(advice::marks(&of.bill));
    if exceptions.iter().any(|exception| exception.severity() >= AuditSeverity::Review) {
        cell.flag(Flag::Warning);
    }
    if let Some(note) = advice::marks_note(&of.bill) {
        cell.note(note);
    }
}

fn cover<'a>(register: &'a Register, kinds: &Kinds, rates: &Rates<'_>) -> Cover<'a> {
    let mut facts = vec![
        Fact::new("District", register.office.as_str()),
        Fact::new("Cycle", register.cycle.as_str()),
        Fact::new("Period", register.month.to_string()),
        Fact::new("As of", register.day),
        Fact::new("Run id", register.run_id.as_str()),
        Fact::new("Newest receipt of the archive (sha256)", register.chain_head.as_str()),
        Fact::new("Program", concat!("meterbook ", env!("CARGO_PKG_VERSION"))),
        Fact::new("Bills", register.rows.len()).leading_to(REGISTER),
    ];
    if register.is_proposal() {
        facts.push(Fact::new("Bills to decide", register.proposals.bills).leading_to(REGISTER));
        facts.extend(register.until.map(|until| Fact::new("Decide until", until)));
        if !register.prepared_by.is_empty() {
            facts.push(Fact::new("Prepared by", register.prepared_by.as_str()));
        }
    }
    facts.extend([
        Fact::new("Bills rebuilt", register.rows.len()).leading_to(PROOF),
        Fact::new("Rates in use", rates.count()).leading_to(RATES),
        Fact::new("Accounts held", register.held.len()).leading_to(HELD),
        Fact::new("Why bills changed", register.rows.len()).leading_to(COMPARED),
    ]);
    facts.extend(rebilled::fact(register));
    Cover {
        facts,
        checks: [
            checks(register, kinds),
            comparison::checks(),
            rebilled::checks(register),
            summary::checks(),
            frequency::checks(),
        ]
        .into_iter()
        .flatten()
        .collect(),
        sections: sections(register),
    }
}

/// How a decision is made, and what comes of it.
fn how_to_decide(register: &Register) -> Vec<String> {
    let held = "Held: decide what becomes of a read; every decision needs initials, an override its reading as Value.";
    let mut lines = vec![
        "Type into the yellow cells alone, save the workbook as it is, and drop it into the inbox. An empty Decision stays open.".to_owned(),
        held.to_owned(),
    ];
    if register.is_proposal() {
        let bills = [
            "Register: Approve posts the bill, Hold leaves it proposed, Reject drops it with its reason until its facts change.".to_owned(),
            format!(
                "A bill is dated with the day on which its approval is taken in, and due 20 days later; previous balance and total due are those of that day. Here they are those of {}.",
                register.day
            ),
            "Newer reads, decisions or rates make a newer register; this one is then refused. So is one with another cell changed, and a second return.".to_owned(),
            "Decide on the whole at once: with the first decision taken in, the register is written anew.".to_owned(),
        ];
        lines.splice(1..1, bills);
    }
    lines
}

fn checks(register: &Register, kinds: &Kinds) -> Vec<Check> {
    let proposal = register.is_proposal();
    let totals = |columns: &[&str]| {
        Figure::Totals(columns.iter().map(|&column| (REGISTER, column.to_owned())).collect())
    };
    let lines = kinds.amount_columns().map(|column| (REGISTER, column.name)).collect();
    let check = |says: &str, role, found, expected| Check { says: says.to_owned(), role, found, expected };
    vec![
        check(
            if proposal {
                "Number of bills is the ledger's and those to decide"
            } else {
                "Number of bills is the ledger's"
            },
            Role::Integer,
            Figure::Rows(REGISTER),
            Figure::Given((register.control.bills + register.proposals.bills).into()),
        ),
        check(
            if proposal {
                "Charges are the ledger's and those to decide"
            } else {
                "Charges are the entries posted in the ledger"
            },
            Role::Money,
            totals(&["Charges"]),
            Figure::Given((register.control.posted + register.proposals.posted).decimal()),
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
    let tariff = |tariff: &'_ crate::domain::books::bill::TariffUsed| {
        vec![
            Cell::new(tariff.file.clone()),
            Cell::new(tariff.effective),
            Cell::new(sections::short(&tariff.sha256)),
        ]
    };
    let illustrative = |value: &'_ crate::domain::proposals::register::Illustrative| {
        vec![Cell::new(value.key.clone()), Cell::new(value.note.clone())]
    };
    let mut sections = vec![
        sections::made_from(&register.sources),
        Section {
            title: "Rates",
            columns: vec!["File", "In force from", "sha256"],
            rows: register.tariffs.iter().map(tariff).collect(),
            otherwise: "No rate file was used.",
        },
        sections::colours(LEGEND, true),
        sections::limits(limits(register.rows.len())),
        Section {
            title: "Illustrative values in use",
            columns: vec!["Key", "Value, and why it is illustrative"],
            rows: register.illustrative.iter().map(illustrative).collect(),
            otherwise: "None: every value in use is the district's own.",
        },
    ];
    if register.is_proposal() || !register.held.is_empty() {
        sections.insert(0, sections::how_to_decide(how_to_decide(register)));
    }
    sections
}

/// What the colours mean.
const LEGEND: [(Flag, &str, &str); 3] = [
    (Flag::Ok, "OK", "A check that holds."),
    (
        Flag::Warning,
        "Warning",
        "Billed; someone should look. The words are beside it, the note says what to do.",
    ),
    (Flag::Held, "Held, CHECK", "Not billed until decided; or a check that does not hold."),
];

fn limits(rows: usize) -> Vec<&'static str> {
    let mut limits = vec![
        "Totals marked Shown follow the filter; those marked All rows never do, and the checks look at these.",
        "Paper ends at the column Marks; bill number, meter, period, usage and the units of each tier are to its right on the screen.",
        "Bills are posted from the books, never from a cell: of this workbook the program reads the decisions alone.",
        "Lists with yellow cells are locked but for these (no password): they can be filtered; Excel does not sort locked cells.",
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
    limits
}

#[cfg(test)]
mod tests;
