//! The installation invoices of a month: each with its lines, what it comes to, when it is due and what of it is open.

use rust_decimal::Decimal;

use crate::domain::books::invoice::{InvoiceLine, WorkKind};
use crate::domain::money::Money;
use crate::domain::page::{
    Book, Chart, Check, Column, Cover, Fact, Figure, Flag, Page, Role, Section, Table,
};
use crate::domain::proposals::installation_invoices::{InstallationInvoices, InvoiceRow};
use crate::workbook::sections;

const INVOICES: &str = "Invoices";
const LINES: &str = "Lines";
const BY_KIND: &str = "By kind";

/// Lays the installation invoices of a month out as a workbook.
pub fn installation_invoices(of: &InstallationInvoices) -> Book<'_> {
    let chart = Chart::columns("Invoiced, by kind of line", "Kind", &["Amount"]);
    Book {
        title: "Installation invoices".to_owned(),
        office: of.office.clone(),
        subject: of.month.to_string(),
        date: of.span.to,
        run_id: of.run_id.clone(),
        chain_head: of.chain_head.clone(),
        pages: vec![
            Page::Cover(cover(of)),
            Page::Table(invoices(of)),
            Page::Table(lines(of)),
            Page::Summary(by_kind(of), chart),
        ],
    }
}

/// The header of a kind's column.
fn word(kind: WorkKind) -> &'static str {
    match kind {
        WorkKind::Service => "Service",
        WorkKind::Material => "Material",
        WorkKind::Labor => "Labor",
    }
}

/// What an invoice's state is on the day, in words, and whether somebody should look.
fn state(row: &InvoiceRow, of: &InstallationInvoices) -> (&'static str, bool) {
    match (row.open.is_zero(), row.open < row.invoice.total()) {
        (true, _) => ("paid", false),
        (false, _) if row.invoice.due_date < of.span.to => ("past due", true),
        (false, true) => ("paid in part", false),
        (false, false) => ("open", false),
    }
}

fn invoices(of: &InstallationInvoices) -> Table<'_> {
    let sum = |kind: WorkKind| {
        let formula = format!(
            "SUMIFS({{{LINES}!Amount}},{{{LINES}!Invoice}},[Invoice],{{{LINES}!Kind}},\"{}\")",
            kind.word()
        );
        Column::new(word(kind), Role::Money).formula(formula).total()
    };
    let mut columns = vec![
        Column::new("Invoice", Role::Account).width(24),
        Column::new("Account", Role::Account),
        Column::new("Customer", Role::Text).width(22),
        Column::new("Service address", Role::Text).width(22),
        Column::new("Date", Role::Date).width(12).note("The day on which its sheet was taken in."),
        Column::new("Due date", Role::Date).width(12).note("20 days after its date."),
    ];
    columns.extend(WorkKind::ALL.map(sum));
    columns.extend([
        Column::new("Total", Role::Money).formula("[Service]+[Material]+[Labor]").total(),
        Column::new("Posted", Role::Money)
            .total()
            .note("What the account owes for it in the books; it is the total, or Ties says CHECK."),
        Column::new("Ties", Role::Check).formula("IF(ROUND([Total]-[Posted],2)=0,\"OK\",\"CHECK\")").total(),
        Column::new("Open", Role::Money).total().note("What of it is unpaid on the day of the cover."),
        Column::new("State", Role::Text).width(12),
    ]);
    Table {
        name: INVOICES.to_owned(),
        about: "One row per invoice: service, material and labor added up from Lines, and what is open."
            .to_owned(),
        columns,
        frozen: 2,
        rows: of.rows.len(),
        fill: Box::new(|index, row| {
            let found = &of.rows[index];
            let invoice = &found.invoice;
            row.push(invoice.number.as_str());
            row.push(invoice.account.as_str());
            row.push(found.customer.as_str());
            row.push(found.service_address.as_str());
            row.push(invoice.date);
            row.push(invoice.due_date);
            for kind in WorkKind::ALL {
                row.push(invoice.sum(kind));
            }
            row.push(invoice.total());
            row.push(found.posted);
            row.push(if invoice.total() == found.posted { "OK" } else { "CHECK" });
            row.push(found.open);
            let (state, late) = state(found, of);
            let cell = row.push(state);
            if late {
                cell.flag(Flag::Warning);
            }
        }),
    }
}

fn lines(of: &InstallationInvoices) -> Table<'_> {
    let lines: Vec<(&InvoiceRow, &InvoiceLine)> =
        of.rows.iter().flat_map(|row| row.invoice.lines.iter().map(move |line| (row, line))).collect();
    Table {
        name: LINES.to_owned(),
        about: "One row per line of an invoice: quantity times unit price, rounded to the cent.".to_owned(),
        columns: vec![
            Column::new("Invoice", Role::Account).width(24),
            Column::new("Account", Role::Account),
            Column::new("Date", Role::Date).width(12).note("The day of the work."),
            Column::new("Item", Role::Text).width(34),
            Column::new("Kind", Role::Text).width(10),
            Column::new("Quantity", Role::Decimal),
            Column::new("Unit price", Role::Price),
            Column::new("Amount", Role::Money).formula("ROUND([Quantity]*[Unit price],2)").total(),
        ],
        frozen: 2,
        rows: lines.len(),
        fill: Box::new(move |index, row| {
            let (found, line) = lines[index];
            row.push(found.invoice.number.as_str());
            row.push(found.invoice.account.as_str());
            row.push(line.date);
            row.push(line.item.as_str());
            row.push(line.kind.word());
            row.push(line.quantity);
            row.push(line.unit_price);
            row.push(line.amount());
        }),
    }
}

fn by_kind(of: &InstallationInvoices) -> Table<'_> {
    let kinds: Vec<WorkKind> = if of.rows.is_empty() { vec![] } else { WorkKind::ALL.to_vec() };
    Table {
        name: BY_KIND.to_owned(),
        about: "What was invoiced as service, material and labor, added up from Lines.".to_owned(),
        columns: vec![
            Column::new("Kind", Role::Text).width(14),
            Column::new("Lines", Role::Integer).formula(format!("COUNTIFS({{{LINES}!Kind}},[Kind])")),
            Column::new("Amount", Role::Money)
                .formula(format!("SUMIFS({{{LINES}!Amount}},{{{LINES}!Kind}},[Kind])"))
                .total(),
        ],
        frozen: 1,
        rows: kinds.len(),
        fill: Box::new(move |index, row| {
            let kind = kinds[index];
            let lines = || of.rows.iter().flat_map(|row| &row.invoice.lines).filter(|line| line.kind == kind);
            row.push(kind.word());
            row.push(lines().count());
            row.push(lines().map(InvoiceLine::amount).sum::<Money>());
        }),
    }
}

fn cover(of: &InstallationInvoices) -> Cover<'_> {
    let open: Money = of.rows.iter().map(|row| row.open).sum();
    let posted: Money = of.rows.iter().map(|row| row.posted).sum();
    let facts = vec![
        Fact::new("District", of.office.as_str()),
        Fact::new("Period", format!("{} to {}", of.span.from, of.span.to)),
        Fact::new("As of", of.span.to),
        Fact::new("Run id", of.run_id.as_str()),
        Fact::new("Chain head", of.chain_head.as_str()),
        Fact::new("Program", concat!("meterbook ", env!("CARGO_PKG_VERSION"))),
        Fact::new("Invoices", of.rows.len()).leading_to(INVOICES),
        Fact::new("Open", open).leading_to(INVOICES),
    ];
    let check = |says: &str, role, found, expected| Check { says: says.to_owned(), role, found, expected };
    let total = Figure::total;
    let checks = vec![
        check(
            "The invoices are what the customers were made to owe",
            Role::Money,
            total(INVOICES, "Total"),
            Figure::Given(posted.decimal()),
        ),
        check(
            "Invoices that are not what was posted",
            Role::Integer,
            total(INVOICES, "Ties"),
            Figure::Given(Decimal::ZERO),
        ),
        check("The lines sum to the invoices", Role::Money, total(LINES, "Amount"), total(INVOICES, "Total")),
        check(
            "The kinds sum to the invoices",
            Role::Money,
            total(BY_KIND, "Amount"),
            total(INVOICES, "Total"),
        ),
        check(
            "Every invoice is listed",
            Role::Integer,
            Figure::Rows(INVOICES),
            Figure::Given(of.rows.len().into()),
        ),
    ];
    Cover { facts, checks, sections: sections() }
}

fn sections<'a>() -> Vec<Section<'a>> {
    let legend = [
        (Flag::Ok, "OK", "A check that holds."),
        (Flag::Warning, "past due", "Unpaid after its due date; the words are beside it."),
        (Flag::Held, "CHECK", "A check that does not hold."),
    ];
    let limits = [
        "Invoices of a file that was taken back are not listed; their numbers are not given again.",
        "An invoice is owed by the account at its date, in the order of the other charges that money pays.",
    ];
    vec![
        sections::made_from_the_books(
            "The invoices, entries and payments of the archive up to the chain head above.",
        ),
        sections::colours(legend, false),
        sections::limits(limits),
    ]
}
