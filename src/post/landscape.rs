//! Landscape rows: irrigated land with a water budget.

use super::once::once;
use super::unknown_account;
use crate::domain::books::batch::Batch;
use crate::domain::books::known::Known;
use crate::domain::books::weather::Landscape;
use crate::domain::sheet::place::{Numbered, Place};

pub(super) fn plan(rows: &[Numbered<Landscape>], place: &Place, known: &Known) -> Batch {
    let (kept, findings) = once(rows, place, "account and date", |row| (row.account.clone(), row.from));
    let mut batch = Batch { findings, ..Batch::default() };
    for row in kept {
        if known.accounts.contains_key(&row.value.account) {
            batch.landscapes.push(row.value.clone());
        } else {
            batch.findings.push(unknown_account(place, row.row, &row.value.account, known));
        }
    }
    batch
}
