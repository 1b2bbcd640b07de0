//! A row of an adjustments sheet.

use super::cells::Cells;
use crate::domain::rows::AdjustmentRow;

pub(super) fn read(cells: &mut Cells<'_>) -> Option<AdjustmentRow> {
    let date = cells.event_date("Date");
    let account = cells.needed_account("Account");
    let amount = cells.needed_money("Amount");
    let reason = cells.needed_text("Reason");
    let approved_by = cells.text("Approved by");
    let note = cells.text("Note");
    let reason = reason?.trim().to_lowercase();
    Some(AdjustmentRow { date: date?, account: account?, amount: amount?, reason, approved_by, note })
}
