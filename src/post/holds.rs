//! Holds rows: an account is held, or a hold gets its last day.

use super::unknown_account;
use crate::domain::books::batch::Batch;
use crate::domain::books::known::Known;
use crate::domain::rows::HoldRow;
use crate::domain::sheet::place::{Numbered, Place};

/// A later row of the same account, kind and first day replaces an earlier one, also within a sheet: that is how a
/// hold gets its last day on a sheet that is kept.
pub(super) fn plan(rows: &[Numbered<HoldRow>], place: &Place, known: &Known) -> Batch {
    let mut batch = Batch::default();
    for row in rows {
        if known.accounts.contains_key(&row.value.account) {
            batch.holds.push(row.value.clone());
        } else {
            batch.findings.push(unknown_account(place, row.row, &row.value.account, known));
        }
    }
    batch
}
