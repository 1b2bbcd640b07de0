//! Holds rows: an account is held, or a hold gets its last day.

use super::unknown_account;
use crate::domain::books::batch::Batch;
use crate::domain::books::hold::{Hold, MedicalGrounds};
use crate::domain::books::known::Known;
use crate::domain::finding::Code;
use crate::domain::rows::HoldRow;
use crate::domain::sheet::place::{Numbered, Place, Trouble};

/// A later row of the same account, kind and first day replaces an earlier one, also within a sheet: that is how a
/// hold gets its last day on a sheet that is kept.
pub(super) fn plan(rows: &[Numbered<HoldRow>], place: &Place, known: &Known) -> Batch {
    let mut batch = Batch::default();
    for row in rows {
        let hold = &row.value;
        if !known.accounts.contains_key(&hold.account) {
            batch.findings.push(unknown_account(place, row.row, &hold.account, known));
            continue;
        }
        if !hold.counts() {
            batch.findings.push(place.cell(row.row, "Kind", incomplete(hold)));
        }
        batch.holds.push(hold.clone());
    }
    batch
}

/// What is to be said of a medical hold that lacks one of the three conditions of Health and Safety Code 116910(a).
fn incomplete(hold: &Hold) -> Trouble {
    let MedicalGrounds { certificate, unable_to_pay, accepts_plan } = hold.grounds;
    let conditions =
        [(certificate, "Certificate"), (unable_to_pay, "Unable to pay"), (accepts_plan, "Accepts plan")];
    let lacks: Vec<&str> = conditions.iter().filter(|(there, _)| !there).map(|(_, name)| *name).collect();
    let message = format!(
        "The medical hold of account {} lacks {} and does not keep the water on: it counts with all three conditions alone \
         (Health and Safety Code 116910(a)). Once they are met, send the row again with y in each.",
        hold.account,
        lacks.join(", ")
    );
    Trouble::warning(Code::IncompleteHold, hold.kind.word(), message)
}
