//! What the workbook of installation invoices shows.

use crate::domain::books::control::Span;
use crate::domain::books::invoice::Invoice;
use crate::domain::date::Month;
use crate::domain::money::Money;

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
