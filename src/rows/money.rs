//! Rows about money: payments, returned payments, adjustments, deposits; and of closings.

use super::cells::Cells;
use super::values;
use crate::domain::finding::Code;
use crate::domain::money::Money;
use crate::domain::rows::{AdjustmentRow, ClosingRow, DepositRow, PaymentRow};
use crate::domain::sheet::place::Trouble;

pub(super) fn payments(cells: &mut Cells<'_>) -> Option<PaymentRow> {
    let date = cells.event_date("Date");
    let account = cells.needed_account("Account");
    let amount = above_zero(cells, "A payment that came back belongs on a sheet of returned payments");
    let method = cells.text("Method").to_lowercase();
    let reference = cells.text("Reference");
    let returned = false;
    Some(PaymentRow { date: date?, account: account?, amount: amount?, method, reference, returned })
}

pub(super) fn returned_payments(cells: &mut Cells<'_>) -> Option<PaymentRow> {
    let date = cells.event_date("Date");
    let account = cells.needed_account("Account");
    let amount = above_zero(cells, "The sheet itself says that the payment came back");
    let (method, reference) = (cells.text("Reason"), cells.text("Reference"));
    let returned = true;
    Some(PaymentRow { date: date?, account: account?, amount: amount?, method, reference, returned })
}

pub(super) fn adjustments(cells: &mut Cells<'_>) -> Option<AdjustmentRow> {
    let date = cells.event_date("Date");
    let account = cells.needed_account("Account");
    let amount = cells.needed_money("Amount");
    let reason = cells.needed_text("Reason");
    let approved_by = cells.text("Approved by");
    let note = cells.text("Note");
    let reason = reason?.trim().to_lowercase();
    Some(AdjustmentRow { date: date?, account: account?, amount: amount?, reason, approved_by, note })
}

pub(super) fn deposits(cells: &mut Cells<'_>) -> Option<DepositRow> {
    let date = cells.event_date("Date");
    let account = cells.needed_account("Account");
    let amount = above_zero(cells, "A deposit is given back by a decision");
    let reference = cells.text("Reference");
    Some(DepositRow { date: date?, account: account?, amount: amount?, reference })
}

pub(super) fn closings(cells: &mut Cells<'_>) -> Option<ClosingRow> {
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

/// An amount that only one sign makes sense for.
fn above_zero(cells: &mut Cells<'_>, hint: &str) -> Option<Money> {
    let amount = cells.needed_money("Amount")?;
    if amount.is_negative() || amount.is_zero() {
        let typed = values::text(cells.value("Amount")).unwrap_or_default();
        let message = format!("The amount {typed} is not above zero. {hint}: type it without a sign.");
        cells.trouble("Amount", Trouble::error(Code::UnreadableCell, typed, message));
        return None;
    }
    Some(amount)
}
