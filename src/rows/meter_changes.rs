//! A row of a meter changes sheet: one meter taken out and another put in.

use super::cells::Cells;
use crate::domain::finding::Code;
use crate::domain::id::MeterId;
use crate::domain::rows::MeterChangeRow;
use crate::domain::sheet::place::Trouble;

pub(super) fn read(cells: &mut Cells<'_>) -> Option<MeterChangeRow> {
    let account = cells.needed_account("Account");
    let date = cells.event_date("Date");
    let (old_meter, final_reading) = (cells.needed_text("Old meter"), cells.needed_whole("Final reading"));
    let (new_meter, initial_reading) =
        (cells.needed_text("New meter"), cells.needed_whole("Initial reading"));
    let new_dials = cells.whole_within("New dials", 1, 12).and_then(|dials| u32::try_from(dials).ok());
    let (reason, crew) = (cells.text("Reason"), cells.text("Crew"));
    let (old_meter, new_meter) = (old_meter?, new_meter?);
    if old_meter == new_meter {
        let message = format!(
            "Both meters are {new_meter}. Correct one of them; a new register on an old meter needs a number of its own, \
             such as {new_meter}-2."
        );
        cells.trouble("New meter", Trouble::error(Code::ConflictingRows, new_meter, message));
        return None;
    }
    Some(MeterChangeRow {
        account: account?,
        date: date?,
        old_meter: MeterId::new(old_meter),
        final_reading: final_reading?,
        new_meter: MeterId::new(new_meter),
        initial_reading: initial_reading?,
        new_dials,
        reason,
        crew,
    })
}
