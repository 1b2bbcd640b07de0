//! The statement of one account over a year: fetch, put together, lay out.

use std::path::Path;

use super::Failure;
use super::desk::Books;
use super::explain::{Explained, place_among};
use super::refresh::customer;
use crate::domain::books::control::Span;
use crate::domain::books::entry::EntryKind;
use crate::domain::date::{Date, Month};
use crate::domain::proposals::statement::AccountStatement;
use crate::{outbox, receivables, workbook};

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct StatementQuery<'a> {
    /// The account's number; lost leading zeros are put back.
    pub account: &'a str,
    /// The year; that of today where none is named.
    pub year: Option<i32>,
    /// The end of this day.
    pub today: Date,
    /// Where to write a page to hand out.
    pub xlsx: Option<&'a Path>,
}

/// States what an account owed, what moved it in a year up to today, and what it owes.
///
/// # Errors
/// Where the office cannot be read, there is no such account, or the year has not begun.
pub fn statement(root: &Path, query: StatementQuery<'_>) -> Result<Explained, Failure> {
    let books = Books::open(root)?;
    let span = span(query)?;
    let accounts = books.ledger.accounts(query.today)?;
    let account = &accounts[place_among(&books, accounts.iter(), query.account)?];
    let ledger = &books.ledger;
    let (before, entries): (Vec<_>, Vec<_>) = ledger
        .stated_entries(&account.id, span.to)?
        .into_iter()
        .partition(|stated| stated.entry.date < span.from);
    let bills = ledger.bills_of_account(&account.id, span.to)?;
    let stated = |number: &str| {
        let own = entries.iter().filter(|stated| stated.entry.kind == EntryKind::Bill);
        own.filter(|stated| !stated.mirror).any(|stated| stated.entry.reference == number)
    };
    let of = AccountStatement {
        office: books.office.office.name.clone(),
        customer: customer(account),
        span,
        opening: before.iter().map(|stated| stated.entry.amount).sum(),
        unpaid: receivables::unpaid(&ledger.standing_entries_of(&account.id, span.to)?, span.to),
        deposit: before.iter().chain(&entries).map(|stated| stated.entry.deposit).sum(),
        units: bills.iter().filter(|one| stated(one.bill.number.as_str())).map(|one| one.bill.units).sum(),
        account: account.id.clone(),
        entries,
    };
    let page = workbook::statement(&of);
    if let Some(path) = query.xlsx {
        outbox::place(path, &workbook::xlsx(&page)?)?;
    }
    Ok(Explained { text: workbook::text(&page), billed: true, written: query.xlsx.map(Path::to_owned) })
}

/// The days of the year up to today.
fn span(query: StatementQuery<'_>) -> Result<Span, Failure> {
    let of_year = |year| Some((Month::new(year, 1)?.first_day(), Month::new(year, 12)?.last_day()));
    let year = query.year.unwrap_or(Month::of(query.today).year());
    match of_year(year) {
        Some((first, last)) if first <= query.today => Ok(Span { from: first, to: last.min(query.today) }),
        _ => Err(Failure::Asked(format!(
            "the year {year} has not begun on {}; name an earlier one.",
            query.today
        ))),
    }
}
