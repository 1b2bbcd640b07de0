//! Rows of a CIMIS report: what a later download adds to the weather, and where two of them disagree.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use crate::domain::books::batch::Batch;
use crate::domain::books::known::Known;
use crate::domain::books::weather::{Eto, EtoReport, EtoSpan, FLAG_MARK, Weather};
use crate::domain::date::Date;
use crate::domain::finding::{Code, Finding};
use crate::domain::id::StationId;
use crate::domain::rows::{EtoRow, EtoRowSpan};
use crate::domain::sheet::place::{Numbered, Place, Trouble};

/// Hours of a day in Pacific Standard Time, which has no daylight saving.
const HOURS: usize = 24;
/// The flag of a value that is missing.
const MISSING: &str = "M";

/// Keeps what is new; a value that was final stays as it was, and a report that differs from it is told.
pub(super) fn plan(rows: &[Numbered<EtoRow>], place: &Place, known: &Known) -> Batch {
    let mut batch = Batch::default();
    let mut here = Weather::default();
    for (row, report) in reports(rows) {
        let before = here
            .known(&report.station, report.span)
            .or_else(|| known.weather.known(&report.station, report.span));
        match before.map(|before| compare(before, &report.eto)) {
            None | Some(Later::Replaces) => {
                here.learn(report.clone());
                batch.weather.push(report);
            }
            Some(Later::SaysNothingNew) => {}
            Some(Later::Differs(before)) => batch.findings.push(differs(place, row, &report, before)),
        }
    }
    batch
}

/// What a later report does to an earlier one.
enum Later {
    Replaces,
    SaysNothingNew,
    Differs(Decimal),
}

/// A provisional value or a gap is replaced; a final value stays.
fn compare(before: &Eto, now: &Eto) -> Later {
    if before == now {
        return Later::SaysNothingNew;
    }
    match (before.good(), now.good()) {
        _ if before.is_provisional() => Later::Replaces,
        (Some(was), Some(is)) if was != is && !now.is_provisional() => Later::Differs(was),
        _ => Later::SaysNothingNew,
    }
}

fn differs(place: &Place, row: u32, report: &EtoReport, before: Decimal) -> Finding {
    let now = report.eto.inches.unwrap_or_default().normalize();
    let message = format!(
        "Station {} has {now} inches for {}; an earlier row or report has {} as a final value, and that one stays. Ask CIMIS \
         which is right.",
        report.station,
        report.span,
        before.normalize()
    );
    let column = if place.layout.column("ETo (mm)").is_some() { "ETo (mm)" } else { "ETo (in)" };
    place.cell(row, column, Trouble::warning(Code::EtoDiffers, now.to_string(), message))
}

/// The hours of one day, by the hour at which each ends.
#[derive(Default)]
struct Hours<'a> {
    last_row: u32,
    by_end: BTreeMap<u32, &'a Eto>,
}

/// The rows as reports of days and months; hours are added up to their day.
fn reports(rows: &[Numbered<EtoRow>]) -> Vec<(u32, EtoReport)> {
    let mut reports = Vec::new();
    let mut hourly: BTreeMap<(&StationId, Date), Hours<'_>> = BTreeMap::new();
    for row in rows {
        match row.value.span {
            EtoRowSpan::Whole(span) => {
                let (station, eto) = (row.value.station.clone(), row.value.eto.clone());
                reports.push((row.row, EtoReport { station, span, eto }));
            }
            EtoRowSpan::Hour(day, hour) => {
                let hours = hourly.entry((&row.value.station, day)).or_default();
                hours.last_row = row.row;
                hours.by_end.insert(hour, &row.value.eto);
            }
        }
    }
    reports.extend(hourly.into_iter().map(|((station, day), hours)| {
        let (station, span) = (station.clone(), EtoSpan::Day(day));
        let eto = sum(&hours.by_end.into_values().collect::<Vec<_>>());
        (hours.last_row, EtoReport { station, span, eto })
    }));
    reports
}

/// The day's sum where all its hours are good, else a gap; the flags are those of all its hours, each once.
fn sum(hours: &[&Eto]) -> Eto {
    let good: Vec<Decimal> = hours.iter().filter_map(|hour| hour.good()).collect();
    let mut flags: BTreeSet<&str> = hours.iter().flat_map(|hour| hour.flags()).collect();
    let is_whole = good.len() == HOURS;
    if !is_whole {
        flags.insert(MISSING);
    }
    let flags: Vec<&str> = flags.into_iter().collect();
    Eto { inches: is_whole.then(|| good.iter().sum()), flag: flags.join(&FLAG_MARK.to_string()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eto(inches: &str, flag: &str) -> Eto {
        Eto { inches: inches.parse().ok(), flag: flag.to_owned() }
    }

    #[test]
    fn provisional_values_and_gaps_are_replaced_and_final_ones_are_not() {
        let replaces = |before: Eto, now: Eto| matches!(compare(&before, &now), Later::Replaces);
        assert!(replaces(eto("0.20", "P"), eto("0.21", "")));
        assert!(replaces(eto("", "M"), eto("0.21", "P")));
        assert!(replaces(eto("0.20", "P"), eto("", "S")), "the station has taken it back");
        assert!(!replaces(eto("0.20", ""), eto("", "M")), "a final value is not lost");
        assert!(!replaces(eto("0.20", "R"), eto("0.20", "")));
        assert!(matches!(compare(&eto("0.20", ""), &eto("0.21", "P")), Later::SaysNothingNew));
        assert!(matches!(compare(&eto("0.20", ""), &eto("0.21", "Y")), Later::Differs(_)));
    }

    #[test]
    fn a_day_is_the_sum_of_its_hours_and_a_gap_without_one_of_them() {
        let hour = eto("0.01", "");
        let all: Vec<&Eto> = vec![&hour; HOURS];
        assert_eq!(sum(&all), eto("0.24", ""));
        assert_eq!(sum(&all[1..]).good(), None);
        let pending = eto("0.02", "P");
        let mixed = [&all[1..], &[&pending]].concat();
        assert_eq!(sum(&mixed), eto("0.25", "P"));
        let (odd, severe) = (eto("0.02", "R"), eto("0.02", "S"));
        let flagged = sum(&[&all[3..], &[&pending, &odd, &pending]].concat());
        assert_eq!(flagged, eto("0.27", "P;R"));
        assert!(flagged.is_provisional(), "one of its hours is");
        assert_eq!(sum(&[&all[2..], &[&odd, &severe]].concat()), eto("", "M;R;S"));
    }
}
