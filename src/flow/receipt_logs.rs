//! The receipt logs of the outbox: at once when files were taken in, and again when all that follows is done.

use std::collections::BTreeSet;

use super::Failure;
use super::desk::Desk;
use super::refresh::put;
use crate::domain::date::Month;
use crate::domain::proposals::receipts::{ReceiptLog, ReceiptRow};
use crate::workbook;

/// Writes the month's log as soon as its files are taken in or handed back: what became of them is seen at once, whatever the
/// run has still to do. It says so, which also makes it differ from the finished log: a run that is stopped in between is
/// known by it.
pub(super) fn write_at_once(desk: &Desk) -> Result<(), Failure> {
    let receipts = desk.books.ledger.receipts()?;
    let (path, bytes) = log(desk, &receipts, Month::of(desk.today), true)?;
    put(desk, path, &bytes)?;
    Ok(())
}

/// The logs of the last two months with receipts, so that a run that was stopped at a month's end is made up for.
///
/// They are written last: a log that is not as it should be says that the run before was stopped.
pub(super) fn finished(desk: &Desk, receipts: &[ReceiptRow]) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let months: BTreeSet<Month> = receipts.iter().map(|row| Month::of(row.day)).collect();
    months.into_iter().rev().take(2).map(|month| log(desk, receipts, month, false)).collect()
}

/// The log of a month that has receipts: its path, and its bytes.
fn log(
    desk: &Desk,
    receipts: &[ReceiptRow],
    month: Month,
    goes_on: bool,
) -> Result<(String, Vec<u8>), Failure> {
    let rows: Vec<ReceiptRow> = receipts.iter().filter(|row| Month::of(row.day) == month).cloned().collect();
    let newest = rows.last().expect("a month is there for its receipts");
    let log = ReceiptLog {
        office: desk.books.office.office.name.clone(),
        month,
        day: newest.day,
        chain_head: desk.archive.receipt(newest.sequence)?.1,
        goes_on,
        rows,
    };
    let bytes = workbook::xlsx(&workbook::receipt_log(&log))?;
    Ok((format!("outbox/{month}/receipt-log.xlsx"), bytes))
}
