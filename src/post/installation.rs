//! Installation rows: one invoice for each account, and what it makes the account owe.

use std::collections::BTreeMap;

use super::{Ground, entries, unknown_account};
use crate::domain::books::batch::Batch;
use crate::domain::books::entry::due_date;
use crate::domain::books::invoice::{Invoice, InvoiceLine};
use crate::domain::books::known::Known;
use crate::domain::id::AccountId;
use crate::domain::rows::InstallationRow;
use crate::domain::sheet::place::{Numbered, Place};

pub(super) fn plan(
    rows: &[Numbered<InstallationRow>],
    place: &Place,
    known: &Known,
    ground: Ground<'_>,
) -> Batch {
    let mut batch = Batch::default();
    let mut lines: BTreeMap<&AccountId, Vec<InvoiceLine>> = BTreeMap::new();
    for row in rows {
        let account = &row.value.account;
        if known.accounts.contains_key(account) {
            lines.entry(account).or_default().push(row.value.line.clone());
        } else {
            batch.findings.push(unknown_account(place, row.row, account, known));
        }
    }
    for (account, lines) in lines {
        let invoice = Invoice {
            number: number(account, known, ground),
            account: account.clone(),
            date: ground.today,
            due_date: due_date(ground.today),
            lines,
        };
        batch.entries.extend(entries::invoice(&invoice, ground.office));
        batch.invoices.push(invoice);
    }
    batch
}

/// The first number of the account and day that is free.
fn number(account: &AccountId, known: &Known, ground: Ground<'_>) -> String {
    let first = format!("INV-{}-{account}", ground.today.format("%Y%m%d"));
    let further = (2..).map(|at| format!("{first}-{at}"));
    let mut numbers = std::iter::once(first.clone()).chain(further);
    numbers.find(|number| !known.invoices.contains(number)).expect("numbers do not end")
}
