//! Reads an answer of the CIMIS Web API, saved as a file (JSON; every number is a text there).
//!
//! Station records give a day or an hour each. Records of Spatial CIMIS name no station and are counted only.

use chrono::NaiveTime;
use rust_decimal::Decimal;
use serde_json::Value;

use crate::domain::books::weather::{self, Eto, EtoSpan};
use crate::domain::date::Date;
use crate::domain::id::StationId;
use crate::domain::rows::{EtoRow, EtoRowSpan};
use crate::domain::sheet::cell::{Row, Value as Cell};
use crate::domain::sheet::place::Numbered;

/// Larger files are none: one answer has at most 1,750 records, and a tree of all its values is held in memory.
const BYTES_MAX: usize = 16 * 1024 * 1024;
/// The items that hold evapotranspiration, the one that the station reports have first.
const ITEMS: [&str; 4] = ["DayEto", "DayAsceEto", "HlyEto", "HlyAsceEto"];

/// What an answer of the CIMIS Web API holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CimisAnswer {
    /// The station records, numbered from 1 over the whole answer.
    pub rows: Vec<Numbered<EtoRow>>,
    /// What could not be read, by record number: what is there and what is wrong.
    pub faults: Vec<(u32, String)>,
    /// Records of Spatial CIMIS, which no station's landscape goes by.
    pub spatial: usize,
}

/// Reads an answer of the CIMIS Web API; `None` where the bytes are something else.
pub fn cimis_answer(bytes: &[u8]) -> Option<CimisAnswer> {
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if text.len() > BYTES_MAX || text.trim_ascii_start().first() != Some(&b'{') {
        return None;
    }
    let answer: Value = serde_json::from_slice(text).ok()?;
    let providers = answer.get("Data")?.get("Providers")?.as_array()?;
    let mut read = CimisAnswer::default();
    let records = providers.iter().filter_map(|provider| provider.get("Records")?.as_array()).flatten();
    for (number, record) in (1..).zip(records) {
        match row(record) {
            Ok(Some(row)) => read.rows.push(Numbered { row: number, value: row }),
            Ok(None) => read.spatial += 1,
            Err(fault) => read.faults.push((number, fault)),
        }
    }
    Some(read)
}

/// An answer as the rows of a station report: a header, then a row a record; `None` where it has days and hours, which no
/// report has.
pub fn station_report(answer: &CimisAnswer) -> Option<Vec<Row>> {
    let is_hour = |row: &Numbered<EtoRow>| matches!(row.value.span, EtoRowSpan::Hour(..));
    let hourly = answer.rows.iter().any(is_hour);
    if hourly && !answer.rows.iter().all(is_hour) {
        return None;
    }
    let names = ["Stn Id", "Date"].into_iter().chain(hourly.then_some("Hour")).chain(["ETo (in)", "qc"]);
    let header = Row::of(1, names.map(cell));
    let rows = (2..).zip(&answer.rows).map(|(number, row)| record(number, &row.value));
    Some(std::iter::once(header).chain(rows).collect())
}

fn record(number: u32, row: &EtoRow) -> Row {
    let (day, hour) = match row.span {
        EtoRowSpan::Whole(EtoSpan::Day(day)) => (day, None),
        EtoRowSpan::Whole(EtoSpan::Month(month)) => (month.first_day(), None),
        EtoRowSpan::Hour(day, hour) => (day, Some(cell(&format!("{hour:02}00")))),
    };
    let when = [cell(row.station.as_str()), Cell::DateTime(day.and_time(NaiveTime::MIN))];
    let value = [row.eto.inches.map_or(Cell::Empty, Cell::Number), cell(&row.eto.flag)];
    Row::of(number, when.into_iter().chain(hour).chain(value))
}

/// A text in a cell; none leaves it empty.
fn cell(text: &str) -> Cell {
    if text.is_empty() { Cell::Empty } else { Cell::Text(text.to_owned()) }
}

/// One record; `None` where it names no station.
fn row(record: &Value) -> Result<Option<EtoRow>, String> {
    let station = match record.get("Station") {
        // Whoever passed the answer on may have made numbers of the texts.
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::String(station)) => station.trim().to_owned(),
        _ => String::new(),
    };
    if station.is_empty() {
        return Ok(None);
    }
    let typed = text(record, "Date").unwrap_or_default();
    let day: Date = typed.parse().map_err(|_| format!("the Date '{typed}' is not a day like 2026-02-09"))?;
    let span = match text(record, "Hour") {
        None => EtoRowSpan::Whole(EtoSpan::Day(day)),
        Some(hour) => EtoRowSpan::Hour(day, end_of_hour(hour)?),
    };
    let item = ITEMS
        .into_iter()
        .find_map(|name| record.get(name))
        .ok_or_else(|| format!("it has none of {}; ask the Web API for day-eto", ITEMS.join(", ")))?;
    Ok(Some(EtoRow { station: StationId::new(station), span, eto: eto(item)? }))
}

fn end_of_hour(typed: &str) -> Result<u32, String> {
    let hour = typed.strip_suffix("00").and_then(|hour| hour.parse().ok());
    hour.filter(|hour| (1..=24).contains(hour))
        .ok_or_else(|| format!("the Hour '{typed}' is not the end of an hour, 0100 to 2400"))
}

/// The value in inches with its flag; a good one has a space for its flag.
fn eto(item: &Value) -> Result<Eto, String> {
    let flag = text(item, "Qc").unwrap_or_default().to_owned();
    let typed = match item.get("Value") {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(typed)) => typed.trim().to_owned(),
        Some(other) => other.to_string(),
    };
    if typed.is_empty() || typed == "--" {
        return Ok(Eto { inches: None, flag });
    }
    let value: Decimal = typed.parse().map_err(|_| format!("the value '{typed}' is not a number"))?;
    if value.abs() >= Decimal::ONE_THOUSAND {
        return Err(format!("the value '{typed}' is beyond all weather"));
    }
    let inches = match text(item, "Unit").unwrap_or_default() {
        "(in)" => value,
        "(mm)" => weather::inches(value),
        unit => return Err(format!("the unit '{unit}' is neither (in) nor (mm)")),
    };
    Ok(Eto { inches: Some(inches), flag })
}

fn text<'v>(of: &'v Value, key: &str) -> Option<&'v str> {
    of.get(key)?.as_str().map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(records: &str) -> CimisAnswer {
        let json = format!(
            "{{\"Data\":{{\"Providers\":[{{\"Name\":\"cimis\",\"Type\":\"station\",\"Records\":[{records}]}}]}}}}"
        );
        cimis_answer(json.as_bytes()).unwrap()
    }

    #[test]
    fn a_day_has_its_value_and_flag_and_a_missing_one_has_none() {
        let read = answer(
            r#"{"Date":"2026-02-01","Julian":"32","Station":"117","Scope":"daily",
                "DayAsceEto":{"Value":"0.11","Qc":" ","Unit":"(in)"},"DayEto":{"Value":"0.10","Qc":"P","Unit":"(in)"}},
               {"Date":"2026-02-02","Station":"117","DayEto":{"Value":null,"Qc":"M","Unit":"(in)"}},
               {"Date":"2026-02-03","Station":"117","DayAsceEto":{"Value":"2.54","Qc":" ","Unit":"(mm)"}},
               {"Date":"2026-02-04","Station":"117","DayAsceEto":{"Value":0.12,"Qc":"Y","Unit":"(in)"}}"#,
        );
        let seen: Vec<(u32, Option<String>, &str)> = read
            .rows
            .iter()
            .map(|row| {
                let eto = &row.value.eto;
                (row.row, eto.inches.map(|inches| inches.normalize().to_string()), eto.flag.as_str())
            })
            .collect();
        let some = |inches: &str| Some(inches.to_owned());
        assert_eq!(
            seen,
            [(1, some("0.1"), "P"), (2, None, "M"), (3, some("0.1"), ""), (4, some("0.12"), "Y")]
        );
        assert!(read.faults.is_empty());
    }

    #[test]
    fn hours_name_their_end_and_spatial_records_are_counted() {
        let read = answer(
            r#"{"Date":"2026-02-01","Hour":"2400","Station":"117","HlyEto":{"Value":"0.01","Qc":" ","Unit":"(in)"}},
               {"Date":"2026-02-01","ZipCodes":"92284","DayAsceEto":{"Value":"0.11","Qc":" ","Unit":"(in)"}}"#,
        );
        assert_eq!(read.rows[0].value.span, EtoRowSpan::Hour("2026-02-01".parse().unwrap(), 24));
        assert_eq!((read.rows.len(), read.spatial), (1, 1));
    }

    #[test]
    fn what_cannot_be_read_is_named_by_its_record() {
        let read = answer(
            r#"{"Date":"February","Station":"117","DayEto":{"Value":"0.10","Qc":" ","Unit":"(in)"}},
               {"Date":"2026-02-01","Station":"117","DayPrecip":{"Value":"0.10","Qc":" ","Unit":"(in)"}},
               {"Date":"2026-02-01","Station":"117","DayEto":{"Value":"0.1O","Qc":" ","Unit":"(in)"}},
               {"Date":"2026-02-01","Station":"117","Hour":"0030","HlyEto":{"Value":"0.1","Qc":" ","Unit":"(in)"}}"#,
        );
        assert_eq!(read.faults.iter().map(|(record, _)| *record).collect::<Vec<_>>(), [1, 2, 3, 4]);
        assert!(read.rows.is_empty());
    }

    #[test]
    fn other_files_are_none_of_it() {
        for bytes in [&b"Stn Id,Date"[..], b"{}", b"{\"Data\":[]}", b"", b"{\"Data\":{\"Providers\":3}}"] {
            assert_eq!(cimis_answer(bytes), None);
        }
    }
}
