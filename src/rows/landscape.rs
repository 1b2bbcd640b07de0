//! A row of a landscape sheet: irrigated land with a water budget.

use rust_decimal::Decimal;

use super::cells::Cells;
use crate::domain::books::weather::Landscape;
use crate::domain::finding::Code;
use crate::domain::id::StationId;
use crate::domain::sheet::place::Trouble;

pub(super) fn read(cells: &mut Cells<'_>) -> Option<Landscape> {
    let account = cells.needed_account("Account");
    let area = cells.needed_decimal("Area sq ft");
    let special_area = cells.decimal("Special area sq ft").unwrap_or(Decimal::ZERO);
    let factor = cells.decimal("Adjustment factor").unwrap_or(Landscape::FACTOR);
    let station = cells.needed_text("Station");
    let from = cells.needed_date("From");
    if area.is_some_and(|area| special_area > area) {
        let message = format!(
            "The special area {special_area} is larger than the whole area, of which it is a part. Correct one of them."
        );
        let typed = special_area.to_string();
        cells.trouble("Special area sq ft", Trouble::error(Code::ConflictingRows, typed, message));
    }
    if factor > Decimal::ONE {
        let message = format!("The adjustment factor {factor} is more than 1. Type it like 0.8.");
        cells.trouble("Adjustment factor", Trouble::error(Code::UnreadableCell, factor.to_string(), message));
    }
    Some(Landscape {
        account: account?,
        area: area?,
        special_area,
        factor,
        station: StationId::new(station?),
        from: from?,
    })
}
