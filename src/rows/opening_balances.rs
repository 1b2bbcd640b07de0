//! A row of an opening balances sheet: what of an old bill is unpaid.

use super::cells::Cells;
use crate::domain::rows::OpeningRow;

pub(super) fn read(cells: &mut Cells<'_>) -> Option<OpeningRow> {
    let account = cells.needed_account("Account");
    let bill_date = cells.event_date("Bill date");
    let due_date = cells.date("Due date");
    let amount = cells.needed_money("Amount");
    Some(OpeningRow { account: account?, bill_date: bill_date?, due_date, amount: amount? })
}
