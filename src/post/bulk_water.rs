//! Bulk water rows: loads to be billed, and deposits taken with them.

use super::{Ground, entries, unknown_account};
use crate::domain::books::account::BULK_CLASS;
use crate::domain::books::batch::Batch;
use crate::domain::books::history::BulkLoad;
use crate::domain::books::known::Known;
use crate::domain::finding::Code;
use crate::domain::rows::BulkRow;
use crate::domain::sheet::place::{Numbered, Place, Trouble};

pub(super) fn plan(rows: &[Numbered<BulkRow>], place: &Place, known: &Known, ground: Ground<'_>) -> Batch {
    let mut batch = Batch::default();
    for row in rows {
        let load = &row.value;
        let Some(account) = known.accounts.get(&load.account) else {
            batch.findings.push(unknown_account(place, row.row, &load.account, known));
            continue;
        };
        if account.class != BULK_CLASS {
            let message = format!(
                "Account {} is of class {}; bulk water is billed to accounts of class {BULK_CLASS}. Correct the \
                 account, or its class.",
                account.id, account.class
            );
            let trouble = Trouble::error(Code::UnknownClass, load.account.as_str(), message);
            batch.findings.push(place.cell(row.row, "Account", trouble));
            continue;
        }
        if !load.deposit.is_zero() {
            batch.entries.push(entries::deposit_taken(
                &load.account,
                load.date,
                load.deposit,
                "",
                ground.office,
            ));
        }
        batch.loads.push(BulkLoad {
            id: ground.read_id(batch.loads.len()),
            account: load.account.clone(),
            meter: load.meter.clone(),
            date: load.date,
            volume: load.volume,
            rental_days: load.rental_days,
            deposit: load.deposit,
        });
    }
    batch
}
