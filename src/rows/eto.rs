//! A row of a CIMIS report: the ETo of a day, a month or an hour, with its quality flag.

use rust_decimal::Decimal;

use super::cells::Cells;
use crate::domain::books::weather::{self, Eto, EtoSpan};
use crate::domain::date::Month;
use crate::domain::finding::Code;
use crate::domain::id::StationId;
use crate::domain::rows::{EtoRow, EtoRowSpan};
use crate::domain::sheet::place::Trouble;

pub(super) fn read(cells: &mut Cells<'_>) -> Option<EtoRow> {
    let station = cells.needed_text("Stn Id");
    let span = span(cells);
    let inches = inches(cells);
    let flag = cells.text("qc");
    Some(EtoRow { station: StationId::new(station?), span: span?, eto: Eto { inches: inches?, flag } })
}

/// The day, the month, or the hour of the day.
fn span(cells: &mut Cells<'_>) -> Option<EtoRowSpan> {
    if cells.place.layout.column("Date").is_none() {
        let month = cells.needed_report_month("Month Year")?;
        return Some(EtoRowSpan::Whole(EtoSpan::Month(month)));
    }
    // A report may run on into days that have no value yet: no event, so the date may lie ahead.
    let day = cells.needed_date("Date")?;
    if cells.place.layout.column("Hour").is_none() {
        return Some(EtoRowSpan::Whole(EtoSpan::Day(day)));
    }
    let typed = cells.needed_whole("Hour")?;
    match (u32::try_from(typed / 100), typed % 100) {
        (Ok(hour @ 1..=24), 0) => Some(EtoRowSpan::Hour(day, hour)),
        _ => {
            let message = format!("{typed} is not the end of an hour. It is written 0100, 0200 ... 2400.");
            cells.trouble("Hour", Trouble::error(Code::UnreadableCell, typed.to_string(), message));
            None
        }
    }
}

/// The value in inches; `Some(None)` where the report has none.
fn inches(cells: &mut Cells<'_>) -> Option<Option<Decimal>> {
    let Some(column) = ["ETo (in)", "ETo (mm)"].into_iter().find(|name| cells.has(name)) else {
        return Some(None);
    };
    if cells.value(column).text().trim() == "--" {
        return Some(None);
    }
    let value = cells.signed_decimal(column)?;
    Some(Some(if column == "ETo (mm)" { weather::inches(value) } else { value }))
}

/// `Feb 2026`, as a monthly report writes it.
pub(super) fn month_in_words(text: &str) -> Option<Month> {
    let (name, year) = text.trim().split_once(' ')?;
    let names = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let at = names.iter().position(|short| name.to_ascii_lowercase().starts_with(short))?;
    Month::new(year.trim().parse().ok()?, u32::try_from(at).ok()? + 1)
}
