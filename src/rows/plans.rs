//! A row of a plans sheet: one instalment of a payment plan.

use super::cells::Cells;
use crate::domain::books::payment_plan::Instalment;
use crate::domain::finding::Code;
use crate::domain::rows::PlanRow;
use crate::domain::sheet::place::Trouble;

pub(super) fn read(cells: &mut Cells<'_>) -> Option<PlanRow> {
    let account = cells.needed_account("Account");
    let due = cells.needed_date("Due date");
    let amount = cells.needed_money("Amount");
    let (account, due, amount) = (account?, due?, amount?);
    if amount.is_zero() || amount.is_negative() {
        let typed = cells.value("Amount").text();
        let message =
            format!("An instalment is more than nothing, and the row says {typed}. Correct the amount.");
        cells.trouble("Amount", Trouble::error(Code::UnreadableCell, typed, message));
        return None;
    }
    Some(PlanRow { account, instalment: Instalment { due, amount } })
}
