//! A row of a bulk water sheet: two readings of a hydrant meter, or gallons.

use super::cells::Cells;
use crate::domain::finding::Code;
use crate::domain::money::Money;
use crate::domain::rows::{BulkRow, BulkVolume};
use crate::domain::sheet::place::Trouble;

pub(super) fn read(cells: &mut Cells<'_>) -> Option<BulkRow> {
    let account = cells.needed_account("Account");
    let meter = cells.needed_text("Meter/Hydrant");
    let date = cells.event_date("Date");
    let volume = volume(cells);
    let rental_days = cells.whole_within("Rental days", 0, 400).unwrap_or(0);
    let deposit = cells.money("Deposit").unwrap_or(Money::ZERO);
    Some(BulkRow { account: account?, meter: meter?, date: date?, volume: volume?, rental_days, deposit })
}

fn volume(cells: &mut Cells<'_>) -> Option<BulkVolume> {
    let (start, end) = (cells.whole("Start reading"), cells.whole("End reading"));
    let gallons = cells.whole("Gallons");
    let readings = cells.has("Start reading") || cells.has("End reading");
    if readings && cells.has("Gallons") {
        let message = "The row has both readings and gallons. Keep the one that is to be billed.";
        let typed = cells.value("Gallons").text();
        cells.trouble("Gallons", Trouble::error(Code::ConflictingRows, typed, message));
        return None;
    }
    if !readings {
        if !cells.has("Gallons") {
            cells.missing(if cells.place.layout.column("Gallons").is_some() {
                "Gallons"
            } else {
                "Start reading"
            });
        }
        return gallons.map(BulkVolume::Gallons);
    }
    for column in ["Start reading", "End reading"] {
        if !cells.has(column) {
            cells.missing(column);
        }
    }
    let (start, end) = (start?, end?);
    if end < start {
        let message =
            format!("The end reading {end} is below the start reading {start}. Type them as they stand.");
        cells.trouble("End reading", Trouble::error(Code::ConflictingRows, end.to_string(), message));
        return None;
    }
    Some(BulkVolume::Readings { start, end })
}
