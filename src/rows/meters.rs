//! A row of a meters sheet: a meter as installed.

use super::cells::Cells;
use crate::domain::finding::Code;
use crate::domain::id::MeterId;
use crate::domain::rows::MeterRow;
use crate::domain::sheet::place::Trouble;
use crate::domain::volume::VolumeUnit;

pub(super) fn read(cells: &mut Cells<'_>) -> Option<MeterRow> {
    let account = cells.needed_account("Account");
    let meter = cells.needed_text("Meter");
    let size = cells.meter_size("Size");
    if !cells.has("Dials") {
        cells.missing("Dials");
    }
    let dials = cells.whole_within("Dials", 1, 12);
    let multiplier = cells.whole_within("Multiplier", 1, 100_000);
    let unit = unit(cells);
    let installed = cells.event_date("Installed");
    let initial_reading = cells.needed_whole("Initial reading");
    let endpoint = cells.text("Endpoint");
    let (dials, initial_reading) = (u32::try_from(dials?).expect("at most 12"), initial_reading?);
    if initial_reading >= 10_i64.pow(dials) {
        let message = format!(
            "A register of {dials} dials cannot show {initial_reading}. Correct the initial reading or the dials."
        );
        cells.trouble(
            "Initial reading",
            Trouble::error(Code::UnreadableCell, initial_reading.to_string(), message),
        );
        return None;
    }
    Some(MeterRow {
        account: account?,
        meter: MeterId::new(meter?),
        size,
        dials,
        multiplier,
        unit,
        installed: installed?,
        initial_reading,
        endpoint,
    })
}

fn unit(cells: &mut Cells<'_>) -> Option<VolumeUnit> {
    let typed = cells.text("Unit");
    let unit = VolumeUnit::parse(&typed);
    if unit.is_none() && !typed.is_empty() {
        let message = format!("'{typed}' is not a unit that we know. Type cf (cubic feet) or gal (gallons).");
        cells.trouble("Unit", Trouble::error(Code::UnreadableCell, typed, message));
    }
    unit
}
