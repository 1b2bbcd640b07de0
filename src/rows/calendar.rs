//! A row of a calendar sheet: a closed day.

use super::cells::Cells;
use crate::domain::rows::ClosedDayRow;

pub(super) fn read(cells: &mut Cells<'_>) -> Option<ClosedDayRow> {
    let date = cells.needed_date("Date");
    let reason = cells.text("Closed");
    Some(ClosedDayRow { date: date?, reason })
}
