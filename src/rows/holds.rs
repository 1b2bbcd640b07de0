//! A row of a holds sheet: why an account may not be locked off for a while.

use super::cells::Cells;
use crate::domain::books::hold::{HoldKind, MedicalGrounds};
use crate::domain::finding::Code;
use crate::domain::rows::HoldRow;
use crate::domain::sheet::place::Trouble;

pub(super) fn read(cells: &mut Cells<'_>) -> Option<HoldRow> {
    let words = HoldKind::ALL.map(|kind| (kind.word(), kind));
    let account = cells.needed_account("Account");
    let kind = cells.needed_choice("Kind", &words);
    let from = cells.needed_date("From");
    let until = cells.date("Until");
    let grounds = MedicalGrounds {
        certificate: cells.flag("Certificate"),
        unable_to_pay: cells.flag("Unable to pay"),
        accepts_plan: cells.flag("Accepts plan"),
    };
    let (account, kind, from) = (account?, kind?, from?);
    if let Some(until) = until.filter(|until| *until < from) {
        let typed = cells.value("Until").text();
        let message = format!(
            "The hold would end on {until}, before it begins on {from}. Correct the date that is wrong."
        );
        cells.trouble("Until", Trouble::error(Code::ConflictingRows, typed, message));
        return None;
    }
    Some(HoldRow { account, kind, from, until, grounds })
}
