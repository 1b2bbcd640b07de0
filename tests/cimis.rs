//! Every form of a weather report: what is told of it, and the ETo that it brings.
//!
//! Beside each report of `cimis/` lies its golden text; the folder's README says what the reports have in common.

use std::fmt::Write;
use std::fs;

use meterbook::domain::id::StationId;
use meterbook::ledger::Ledger;

use crate::support::desk::{Desk, told};
use crate::support::golden;
use crate::templates::root;

/// The stations of the reports.
const STATIONS: [&str; 2] = ["117", "233"];

/// What an office knows after a report: `117 2026-02-01 0.1 P`.
fn known(desk: &Desk) -> String {
    let ledger = Ledger::open(&desk.root().join("ledger.db")).unwrap();
    let weather = ledger.weather(None).unwrap();
    let mut text = String::new();
    for id in STATIONS {
        let Some(station) = weather.station(&StationId::new(id)) else { continue };
        let days = station.days.iter().map(|(day, eto)| (day.to_string(), eto));
        let months = station.months.iter().map(|(month, eto)| (month.to_string(), eto));
        for (span, eto) in days.chain(months) {
            let inches = eto.inches.map_or("none".to_owned(), |inches| inches.normalize().to_string());
            let good = if eto.good().is_some() { "" } else { " (a gap)" };
            let flag = if eto.flag.is_empty() { String::new() } else { format!(" {}", eto.flag) };
            writeln!(text, "{id} {span} {inches}{flag}{good}").unwrap();
        }
    }
    text
}

#[test]
fn every_form_of_report_is_read_as_its_golden_text() {
    let empty = Desk::empty();
    let mut seen = 0;
    let mut files: Vec<_> =
        fs::read_dir(root().join("tests/cimis")).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    for path in files {
        let name = path.file_name().unwrap().to_str().unwrap();
        if !["csv", "json", "xlsx"].iter().any(|ending| name.ends_with(ending)) {
            continue;
        }
        let desk = empty.copy();
        let outcome = desk.take(name, &fs::read(&path).unwrap());
        golden::check(&format!("cimis/{name}.txt"), &format!("{}{}", told(&outcome), known(&desk)));
        seen += 1;
    }
    assert!(seen >= 15, "{seen} reports");
}

#[test]
fn a_report_as_downloaded_is_as_cimis_writes_it() {
    for name in ["daily.csv", "monthly.csv", "hourly.csv"] {
        let bytes = fs::read(root().join("tests/cimis").join(name)).unwrap();
        let (lines, tail) = bytes.split_at(bytes.len() - 1_024);
        let text = std::str::from_utf8(lines).unwrap();
        assert!(tail.iter().all(|byte| *byte == b' ') && text.ends_with("\r\n"), "{name}");
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "{name}");
        assert!(text.contains(", ,") && text.lines().next().unwrap().contains(",qc,"), "{name}");
    }
    let daily = fs::read_to_string(root().join("tests/cimis/daily.csv")).unwrap();
    assert_eq!(daily.lines().next().unwrap().split(',').filter(|header| *header == "qc").count(), 14);
}
