//! The late fees of a day: fetch, work out, post.

use super::Failure;
use super::desk::{Desk, Draft};
use crate::domain::books::late_fee::{LateFeeRule, LateFeeRun};
use crate::domain::count::counted;
use crate::domain::proposals::receipts::Fate;
use crate::{post, receivables};

/// The kind of the fact, in receipts.
pub(super) const KIND: &str = "late fees";

/// Assesses and posts the late fees that are due; a run without any posts nothing.
pub(super) fn assess(desk: &mut Desk) -> Result<LateFeeRun, Failure> {
    let (ledger, day) = (&desk.books.ledger, desk.today);
    let rule = LateFeeRule::of(&desk.books.office.collections.late_fee);
    let run = receivables::late_fees(&ledger.standing_entries_of_debtors(day)?, &ledger.holds()?, rule, day);
    if run.fees.is_empty() {
        return Ok(run);
    }
    let name = format!("{KIND} {day}");
    let draft = Draft {
        fate: Fate::Posted,
        kind: KIND.to_owned(),
        rows: run.fees.len() as u64,
        totals: vec![("sum of late fees".to_owned(), run.total().to_string())],
        outcome: counted(run.fees.len(), "late fee", "late fees"),
        file: format!("{name}.json"),
        name,
        bytes: serde_json::to_vec(&run).expect("late fees have string keys and no floats"),
        ..Draft::default()
    };
    let batch = post::late_fees(run.clone(), &desk.books.office.gl);
    desk.post(draft, &batch)?;
    Ok(run)
}
