//! The statement of one account on a page: every entry with the balance after it, and what is still open.

use crate::domain::books::control::ControlLine;
use crate::domain::books::entry::EntryKind;
use crate::domain::money::Money;
use crate::domain::page::{Book, Cell, Cover, Fact, Page, Section};
use crate::domain::proposals::statement::{AccountStatement, StatedEntry};

/// Lays the statement of an account out on a page to hand out.
pub fn statement(of: &AccountStatement) -> Book<'_> {
    Book {
        title: format!("Statement of account {}", of.account),
        office: of.office.clone(),
        subject: format!("{} to {}", of.span.from, of.span.to),
        date: of.span.to,
        run_id: String::new(),
        chain_head: String::new(),
        pages: vec![Page::Handout(Cover { facts: facts(of), checks: vec![], sections: sections(of) })],
    }
}

fn facts(of: &AccountStatement) -> Vec<Fact<'_>> {
    let closing = of.closing();
    vec![
        Fact::new("Customer", of.customer.name.as_str()),
        Fact::new("Service address", of.customer.service_address.as_str()),
        Fact::new("Period", format!("{} to {}", of.span.from, of.span.to)),
        Fact::new("Balance before", of.opening),
        Fact::new(if closing.is_negative() { "Credit at the end" } else { "Owed at the end" }, closing),
        Fact::new("Deposit held", of.deposit),
        Fact::new("Water billed (HCF)", of.units.normalize().to_string()),
    ]
}

fn sections(of: &AccountStatement) -> Vec<Section<'_>> {
    vec![
        Section {
            title: "Every entry",
            columns: vec!["What", "Date", "Reference", "Amount", "Balance"],
            rows: entries(of),
            otherwise: "Nothing was posted in the period.",
        },
        Section {
            title: "In all",
            columns: vec!["", "Amount"],
            rows: in_all(of),
            otherwise: "Nothing was posted in the period.",
        },
        Section {
            title: "Still open at the end",
            columns: vec!["What", "Due on", "Reference", "Open"],
            rows: open(of),
            otherwise: "Nothing is open.",
        },
    ]
}

/// The entries that move what is owed or the deposit, each with what is owed after it.
fn entries(of: &AccountStatement) -> Vec<Vec<Cell<'_>>> {
    let mut balance = of.opening;
    let row = |StatedEntry { entry, mirror }: &'_ StatedEntry| {
        balance += entry.amount;
        let what = word(entry.kind);
        let what = if *mirror { format!("Taken back: {}", what.to_lowercase()) } else { what.to_owned() };
        let what = if entry.deposit.is_zero() || !entry.amount.is_zero() {
            what
        } else {
            format!("{what} ({})", entry.deposit)
        };
        vec![
            Cell::new(what),
            Cell::new(entry.date),
            Cell::new(entry.reference.clone()),
            Cell::new(entry.amount),
            Cell::new(balance),
        ]
    };
    of.entries.iter().map(row).collect()
}

/// What an entry is to a customer.
fn word(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::Bill => "Bill",
        EntryKind::DepositTaken => "Deposit taken",
        EntryKind::LateFee => "Late fee",
        EntryKind::OpeningBalance => "Owed from before",
        EntryKind::Payment => "Payment",
        EntryKind::UnappliedPayment => "Unapplied payment",
        EntryKind::ReturnedPayment => "Payment returned by the bank",
        EntryKind::ReturnedItemFee => "Fee for a returned payment",
        EntryKind::Adjustment => "Adjustment",
        EntryKind::DepositApplied => "Deposit applied",
        EntryKind::DepositRefund => "Deposit refunded",
        EntryKind::Refund => "Credit refunded",
        EntryKind::WriteOff => "Small credit written off",
        EntryKind::TransferOut => "Credit moved to another account",
        EntryKind::TransferIn => "Credit from another account",
        EntryKind::Fee => "Fee",
    }
}

/// What each line of the control moved.
fn in_all(of: &AccountStatement) -> Vec<Vec<Cell<'_>>> {
    let moved = |line: ControlLine| -> Option<(&'static str, Money)> {
        let own = || of.entries.iter().filter(|stated| ControlLine::of(stated.entry.kind) == Some(line));
        own().next()?;
        Some((line.word(), own().map(|stated| stated.entry.amount).sum()))
    };
    let rows = ControlLine::ALL.into_iter().filter_map(moved);
    rows.map(|(what, amount)| vec![Cell::new(what), Cell::new(amount)]).collect()
}

fn open(of: &AccountStatement) -> Vec<Vec<Cell<'_>>> {
    let row = |item: &'_ crate::domain::books::control::Unpaid| {
        vec![
            Cell::new(word(item.kind)),
            Cell::new(item.due),
            Cell::new(item.reference.clone()),
            Cell::new(item.open),
        ]
    };
    of.unpaid.iter().map(row).collect()
}
