//! A row of a decisions sheet: what somebody decided about a held or missing read.

use super::{cells::Cells, values};
use crate::domain::books::reading::ReadVerdict;
use crate::domain::date::Month;
use crate::domain::finding::Code;
use crate::domain::id::AccountId;
use crate::domain::rows::DecisionRow;
use crate::domain::sheet::place::Trouble;

const SUBJECTS: [(&str, ()); 1] = [("read", ())];
const VERDICTS: [(&str, ReadVerdict); 5] = [
    ("accept", ReadVerdict::Accept),
    ("estimate", ReadVerdict::Estimate),
    ("override", ReadVerdict::Override),
    ("reread", ReadVerdict::Reread),
    ("hold", ReadVerdict::Hold),
];

pub(super) fn read(cells: &mut Cells<'_>) -> Option<DecisionRow> {
    let subject = cells.needed_choice("What", &SUBJECTS);
    let verdict = cells.needed_choice("Decision", &VERDICTS);
    let account = cells.needed_account("Account");
    if !cells.has("Month") {
        cells.missing("Month");
    }
    let month = cells.month("Month");
    subject?;
    decided(cells, verdict?, (account, month))
}

/// What was typed beside a read that waits for a decision.
pub(super) fn verdict(cells: &mut Cells<'_>, account: AccountId, month: Month) -> Option<DecisionRow> {
    let verdict = cells.needed_choice("Decision", &VERDICTS);
    decided(cells, verdict?, (Some(account), Some(month)))
}

fn decided(
    cells: &mut Cells<'_>,
    verdict: ReadVerdict,
    (account, month): (Option<AccountId>, Option<Month>),
) -> Option<DecisionRow> {
    let initials = cells.text("Initials");
    let (mut date, mut reading) = (None, None);
    match verdict {
        ReadVerdict::Override => {
            if initials.is_empty() {
                cells.missing("Initials");
            }
            if !cells.has("Value") {
                cells.missing("Value");
            }
            reading = cells.whole("Value");
            reading?;
        }
        ReadVerdict::Estimate if cells.has("Value") => date = Some(cells.event_date("Value")?),
        ReadVerdict::Accept | ReadVerdict::Reread | ReadVerdict::Hold if cells.has("Value") => {
            refuse_value(cells, verdict);
            return None;
        }
        _ => {}
    }
    Some(DecisionRow { account: account?, month: month?, verdict, date, reading, initials })
}

/// A value beside a decision that takes none is a slip that must not be swallowed.
fn refuse_value(cells: &mut Cells<'_>, verdict: ReadVerdict) {
    let typed = values::text(cells.value("Value")).unwrap_or_default();
    let message = format!(
        "'{}' takes no value, and the row gives {typed}. Empty the cell, or decide override.",
        verdict.word()
    );
    cells.trouble("Value", Trouble::error(Code::UnreadableCell, typed, message));
}
