//! Invented installation invoices for their workbook.

use meterbook::domain::books::control::Span;
use meterbook::domain::books::entry::due_date;
use meterbook::domain::books::invoice::{Invoice, InvoiceLine, WorkKind};
use meterbook::domain::date::{Date, Month, plus_days};
use meterbook::domain::money::Money;
use meterbook::domain::proposals::installation_invoices::{InstallationInvoices, InvoiceRow};
use rust_decimal::Decimal;

use super::books;
use super::office::date;

/// The invoices of a month: paid, paid in part, open and past due, with half cents to round.
pub(crate) fn invoices(many: usize) -> InstallationInvoices {
    InstallationInvoices {
        office: "Joshua Flats Water District".to_owned(),
        month: Month::new(2026, 2).unwrap(),
        span: Span { from: date("2026-02-01"), to: date("2026-02-28") },
        run_id: "installation invoices to 2026-02-28 receipt 000031".to_owned(),
        chain_head: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
        rows: (0..many).map(row).collect(),
    }
}

fn row(at: usize) -> InvoiceRow {
    let day = plus_days(date("2026-02-02"), i64::try_from(at % 25).unwrap());
    let account = books::account(at);
    let invoice = Invoice {
        number: format!("INV-{}-{account}", day.format("%Y%m%d")),
        account,
        date: day,
        due_date: due_date(day),
        lines: (0..=at % 6).map(|of| line(day, at, of)).collect(),
    };
    let total = invoice.total();
    InvoiceRow {
        customer: ["Ella Sorrel", "=1+1", "Otto N\u{fa}\u{f1}ez"][at % 3].to_owned(),
        service_address: format!("{} Maple Ave", 7_800 + at),
        posted: total,
        open: [Money::ZERO, total, Money::from_cents(1_005)][at % 3].min(total),
        invoice,
    }
}

fn line(day: Date, at: usize, of: usize) -> InvoiceLine {
    let number = i64::try_from(at + of).unwrap();
    InvoiceLine {
        date: plus_days(day, -number % 5),
        item: ["Meter 5/8 with box", "Hours of two men", "=cmd|' /C calc'!A0", "Hydrant flow test"]
            [(at + of) % 4]
            .to_owned(),
        kind: [WorkKind::Material, WorkKind::Labor, WorkKind::Material, WorkKind::Service][(at + of) % 4],
        // 2.5 x 71.35 and the like end in half a cent.
        quantity: Decimal::new(5 + 10 * number, 1),
        unit_price: Decimal::new(7_135 + 20 * number, 2),
    }
}
