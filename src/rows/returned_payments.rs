//! A row of a returned payments sheet.

use super::cells::Cells;
use crate::domain::rows::PaymentRow;

pub(super) fn read(cells: &mut Cells<'_>) -> Option<PaymentRow> {
    let date = cells.event_date("Date");
    let account = cells.needed_account("Account");
    let amount = cells.above_zero("Amount", "The sheet itself says that the payment came back");
    let (method, reference) = (cells.text("Reason"), cells.text("Reference"));
    let returned = true;
    Some(PaymentRow { date: date?, account: account?, amount: amount?, method, reference, returned })
}
