//! Answers which installation invoices there are.

use std::collections::BTreeMap;

use super::codec::{Fields, from_text, work_kind};
use super::{Ledger, Result};
use crate::domain::books::invoice::{Invoice, InvoiceLine};
use crate::domain::date::Date;
use crate::domain::id::AccountId;
use crate::domain::money::Money;

impl Ledger {
    /// The invoices dated on or before a day, by date, then number.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn invoices(&self, as_of: Date) -> Result<Vec<Invoice>> {
        let sql = "SELECT number, account, date, due_date, worked, item, kind, quantity, unit_price \
                   FROM invoice JOIN invoice_line ON invoice = invoice.id WHERE date <= ? \
                   ORDER BY date, number, line";
        let mut invoices: Vec<Invoice> = Vec::new();
        for (head, line) in self.collect(sql, [super::facts::text(as_of)], invoice_line)? {
            match invoices.last_mut().filter(|invoice| invoice.number == head.number) {
                Some(invoice) => invoice.lines.push(line),
                None => invoices.push(Invoice { lines: vec![line], ..head }),
            }
        }
        Ok(invoices)
    }

    /// What the accounts were made to owe for the invoices dated on or before a day, by the invoice's number.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn posted_invoices(&self, as_of: Date) -> Result<BTreeMap<String, Money>> {
        let sql = "SELECT reference, sum(amount) FROM entry \
                   WHERE kind = 'fee' AND date <= ? AND reference IN (SELECT number FROM invoice) GROUP BY reference";
        let posted = self.collect(sql, [super::facts::text(as_of)], |row| Ok((row.next()?, row.money()?)))?;
        Ok(posted.into_iter().collect())
    }
}

/// One line, with its invoice without lines.
fn invoice_line(row: &mut Fields<'_>) -> rusqlite::Result<(Invoice, InvoiceLine)> {
    let head = Invoice {
        number: row.next()?,
        account: row.id(AccountId::new)?,
        date: row.parsed(from_text)?,
        due_date: row.parsed(from_text)?,
        lines: vec![],
    };
    let line = InvoiceLine {
        date: row.parsed(from_text)?,
        item: row.next()?,
        kind: row.parsed(work_kind)?,
        quantity: row.parsed(from_text)?,
        unit_price: row.parsed(from_text)?,
    };
    Ok((head, line))
}
