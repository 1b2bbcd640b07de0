//! What the workbook of installation invoices shows, and the invoices on paper.

use crate::domain::books::control::Span;
use crate::domain::books::invoice::Invoice;
use crate::domain::date::Month;
use crate::domain::money::Money;
use crate::domain::office::Letterhead;
use crate::domain::proposals::letter_run::Language;

/// The installation invoices of a month.
#[derive(Clone, Debug)]
pub struct InstallationInvoices {
    /// The office's name.
    pub office: String,
    /// The month.
    pub month: Month,
    /// From its first day to the day as of which it is made.
    pub span: Span,
    /// The name of the state of the books that it shows.
    pub run_id: String,
    /// sha256 of the receipt that the run id names.
    pub chain_head: String,
    /// The invoices dated in the month, by date, then number.
    pub rows: Vec<InvoiceRow>,
}

/// An invoice with what the books say of it.
#[derive(Clone, Debug)]
pub struct InvoiceRow {
    /// The invoice.
    pub invoice: Invoice,
    /// The customer.
    pub customer: String,
    /// Where the work was done.
    pub service_address: String,
    /// What the account was made to owe for it.
    pub posted: Money,
    /// What of it is unpaid.
    pub open: Money,
}

/// The invoices that are printed together.
#[derive(Clone, Debug)]
pub struct InvoiceRun {
    /// The office's name.
    pub office: String,
    /// How it is reached.
    pub letterhead: Letterhead,
    /// Its name: another one where anything else is invoiced, or to somebody else.
    pub id: String,
    /// The invoices, by date, then number.
    pub invoices: Vec<InvoiceLetter>,
}

/// An invoice that is sent to a customer.
#[derive(Clone, Debug)]
pub struct InvoiceLetter {
    /// The invoice.
    pub invoice: Invoice,
    /// The customer.
    pub customer: String,
    /// Where the work was done.
    pub service_address: String,
    /// The language.
    pub language: Language,
    /// Name and address for the envelope's window, a line each.
    pub envelope: Vec<String>,
}
