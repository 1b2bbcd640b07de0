//! A row of a reads sheet: one meter reading.

use super::cells::Cells;
use crate::domain::books::reading::ReadCode;
use crate::domain::id::MeterId;
use crate::domain::rows::ReadRow;

const CODES: [(&str, ReadCode); 9] = [
    ("actual", ReadCode::Actual),
    ("a", ReadCode::Actual),
    ("regular", ReadCode::Actual),
    ("estimate", ReadCode::Estimate),
    ("estimated", ReadCode::Estimate),
    ("e", ReadCode::Estimate),
    ("customer", ReadCode::Customer),
    ("customer read", ReadCode::Customer),
    ("c", ReadCode::Customer),
];

pub(super) fn read(cells: &mut Cells<'_>) -> Option<ReadRow> {
    if !cells.has("Account") && !cells.has("Meter") {
        let column = if cells.place.layout.column("Meter").is_some() { "Meter" } else { "Account" };
        cells.missing(column);
    }
    let account = cells.account("Account");
    let meter = cells.text("Meter");
    let date = cells.event_date("Read date");
    let reading = cells.needed_whole("Reading");
    let code = cells.choice("Read code", &CODES).unwrap_or(ReadCode::Actual);
    let trouble = cells.text("Trouble code");
    let echo = cells.whole("Previous reading");
    Some(ReadRow {
        account,
        meter: (!meter.is_empty()).then(|| MeterId::new(meter)),
        date: date?,
        reading: reading?,
        code,
        trouble,
        echo,
    })
}
