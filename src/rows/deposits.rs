//! A row of a deposits sheet.

use super::cells::Cells;
use crate::domain::rows::DepositRow;

pub(super) fn read(cells: &mut Cells<'_>) -> Option<DepositRow> {
    let date = cells.event_date("Date");
    let account = cells.needed_account("Account");
    let amount = cells.above_zero("Amount", "A deposit is given back by a decision");
    let reference = cells.text("Reference");
    Some(DepositRow { date: date?, account: account?, amount: amount?, reference })
}
