//! Installation invoices on paper: a document for each month that has some.

use std::collections::BTreeMap;

use super::Failure;
use super::desk::Desk;
use super::letters::{Printing, envelope};
use crate::domain::books::account::Account;
use crate::domain::books::invoice::Invoice;
use crate::domain::date::{Date, Month, plus_days};
use crate::domain::id::AccountId;
use crate::domain::page::seal;
use crate::domain::proposals::installation_invoices::{InvoiceLetter, InvoiceRun};
use crate::domain::proposals::letter_run::Language;
use crate::outbox;
use crate::print::{self, PrintedInvoices, Templates};

/// Prints the invoices of this month and of the month before, and takes a document away whose invoices were taken back.
///
/// What is wrong with texts is told by the letters, which have theirs from the same place.
pub(super) fn print(desk: &Desk) -> Result<Printing, Failure> {
    let books = &desk.books;
    let mut printing = Printing::default();
    if !books.office.letterhead.missing().is_empty() {
        return Ok(printing);
    }
    let this = Month::of(desk.today);
    let before = Month::of(plus_days(this.first_day(), -1));
    let invoices = books.ledger.invoices(desk.today)?;
    if invoices.iter().all(|invoice| invoice.date < before.first_day()) {
        for month in [before, this] {
            outbox::remove_left_over(&books.root.join(path(month)))?;
        }
        return Ok(printing);
    }
    let accounts: BTreeMap<AccountId, Account> =
        books.ledger.accounts(Date::MAX)?.into_iter().map(|account| (account.id.clone(), account)).collect();
    let templates = Templates::new(&books.letters);
    for month in [before, this] {
        let run = run(desk, month, &invoices, &accounts);
        let PrintedInvoices { pdf, not_printed } = print::invoices(&run, &templates);
        let told = not_printed.iter().map(|(number, why)| format!("{number} is not printed: {why}"));
        printing.warnings.extend(told);
        let place = books.root.join(path(month));
        match pdf {
            Some(pdf) => printing.written.extend(outbox::place(&place, &pdf)?.then_some(path(month))),
            None => outbox::remove_left_over(&place)?,
        }
    }
    Ok(printing)
}

/// Where the invoices of a month lie in the office.
fn path(month: Month) -> String {
    format!("outbox/{month}/installation-invoices.pdf")
}

fn run(
    desk: &Desk,
    month: Month,
    invoices: &[Invoice],
    accounts: &BTreeMap<AccountId, Account>,
) -> InvoiceRun {
    let office = &desk.books.office;
    let letter = |invoice: &Invoice| {
        let account = accounts.get(&invoice.account)?;
        Some(InvoiceLetter {
            invoice: invoice.clone(),
            customer: account.customer.clone(),
            service_address: account.service_address.clone(),
            language: Language::of(&account.contact.language),
            envelope: envelope(account, &office.letterhead),
        })
    };
    let own = invoices.iter().filter(|invoice| Month::of(invoice.date) == month);
    let invoices: Vec<InvoiceLetter> = own.filter_map(letter).collect();
    let told: Vec<&str> = invoices
        .iter()
        .flat_map(|letter| std::iter::once(&letter.invoice.number).chain(&letter.envelope))
        .map(String::as_str)
        .collect();
    InvoiceRun {
        office: office.office.name.clone(),
        letterhead: office.letterhead.clone(),
        id: format!("installation invoices {month} {}", seal::fingerprint(told)),
        invoices,
    }
}
