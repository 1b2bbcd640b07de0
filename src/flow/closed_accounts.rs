//! The workbook of closed accounts: what has to be followed up where a service ended.

use super::Failure;
use super::desk::{Audited, Desk};
use crate::bill;
use crate::domain::date::Month;
use crate::domain::proposals::closed_accounts::ClosedAccounts;
use crate::domain::proposals::receipts::{Fate, ReceiptRow};

/// Where the workbook of a month lies in the office.
pub(super) fn path(of: &ClosedAccounts) -> String {
    format!("outbox/{}/closed-accounts.xlsx", of.month)
}

/// What the workbook shows; `None` where there is nothing to follow up and none has to be brought up to date.
pub(super) fn closed_accounts(
    desk: &Desk,
    audited: &Audited,
    receipts: &[ReceiptRow],
) -> Result<Option<ClosedAccounts>, Failure> {
    let flat_rates = bill::flat_rates(&audited.histories, &audited.audit, &desk.books.office, desk.today);
    let counts = |row: &&ReceiptRow| matches!(row.fate, Fate::Accepted | Fate::Posted | Fate::Undo);
    let Some(newest) = receipts.iter().rev().find(counts) else { return Ok(None) };
    let of = ClosedAccounts {
        office: desk.books.office.office.name.clone(),
        month: Month::of(desk.today),
        day: newest.day,
        run_id: format!("closed accounts {} receipt {}", Month::of(desk.today), newest.sequence),
        chain_head: desk.archive.receipt(newest.sequence)?.1,
        flat_rates,
    };
    let wanted = !of.flat_rates.is_empty() || desk.books.root.join(path(&of)).is_file();
    Ok(wanted.then_some(of))
}
