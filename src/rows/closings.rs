//! A row of a closings sheet.

use super::cells::Cells;
use crate::domain::rows::ClosingRow;

pub(super) fn read(cells: &mut Cells<'_>) -> Option<ClosingRow> {
    let account = cells.needed_account("Account");
    let date = cells.event_date("Date");
    let final_reading = cells.needed_whole("Final reading");
    let forwarding_address = cells.text("Forwarding address");
    let transfer_to = cells.account("Transfer to");
    Some(ClosingRow {
        account: account?,
        date: date?,
        final_reading: final_reading?,
        forwarding_address,
        transfer_to,
    })
}
