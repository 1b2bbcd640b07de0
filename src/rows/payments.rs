//! A row of a payments sheet.

use super::cells::Cells;
use crate::domain::rows::PaymentRow;

pub(super) fn read(cells: &mut Cells<'_>) -> Option<PaymentRow> {
    let date = cells.event_date("Date");
    let account = cells.needed_account("Account");
    let amount =
        cells.above_zero("Amount", "A payment that came back belongs on a sheet of returned payments");
    let method = cells.text("Method").to_lowercase();
    let reference = cells.text("Reference");
    let returned = false;
    Some(PaymentRow { date: date?, account: account?, amount: amount?, method, reference, returned })
}
