//! A row of an installation sheet: one line of an invoice.

use rust_decimal::Decimal;

use super::cells::Cells;
use crate::domain::books::invoice::{InvoiceLine, WorkKind};
use crate::domain::finding::Code;
use crate::domain::rows::InstallationRow;
use crate::domain::sheet::place::Trouble;

/// No line of an invoice comes to this: a slipped decimal point does.
const AMOUNT_END: Decimal = Decimal::from_parts(1_000_000, 0, 0, false, 0);

pub(super) fn read(cells: &mut Cells<'_>) -> Option<InstallationRow> {
    let account = cells.needed_account("Account");
    let date = cells.event_date("Date");
    let item = cells.needed_text("Item");
    let kind = cells.needed_choice("Kind", &WorkKind::ALL.map(|kind| (kind.word(), kind)));
    let quantity = cells.needed_decimal("Quantity");
    let unit_price = cells.needed_decimal("Unit price");
    let line =
        InvoiceLine { date: date?, item: item?, kind: kind?, quantity: quantity?, unit_price: unit_price? };
    if line.quantity * line.unit_price >= AMOUNT_END {
        let typed = line.unit_price.normalize().to_string();
        let message = format!(
            "{} times {typed} is a million dollars or more. Type quantity and unit price as they stand.",
            line.quantity.normalize()
        );
        cells.trouble("Unit price", Trouble::error(Code::UnreadableCell, typed, message));
    }
    Some(InstallationRow { account: account?, line })
}
