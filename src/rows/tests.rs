//! Whole little sheets: what is understood, and every message.

use super::*;
use crate::domain::origin::SheetName;
use crate::domain::sheet::cell::Cell;
use crate::domain::sheet::profile::{Layout, LayoutColumn};

const GROUND: fn() -> Ground = || Ground { today: "2026-02-20".parse().expect("a date"), account_digits: 7 };

/// Reads a little csv whose first line is the header, with canonical names.
fn read(kind: Kind, text: &str) -> Understood {
    let mut lines = text.lines();
    let header = lines.next().unwrap();
    let columns = (0u32..).zip(header.split(',')).map(|(at, name)| LayoutColumn {
        name: name.to_owned(),
        header: name.to_owned(),
        at,
    });
    let layout = Layout { kind, header_row: 1, columns: columns.collect() };
    let name = SheetName { file: "t.csv".into(), sheet: "".into() };
    let mut reader = Reader::new(Place { name, layout }, GROUND());
    for (number, line) in (2u32..).zip(lines) {
        let cells = (0u32..).zip(line.split(',')).filter(|(_, text)| !text.is_empty());
        let cells =
            cells.map(|(column, text)| Cell { column, value: Value::Text(text.to_owned()) }).collect();
        reader.push(&Row { number, cells });
    }
    reader.finish()
}

fn messages(understood: &Understood) -> Vec<String> {
    understood.findings.iter().map(ToString::to_string).collect()
}

#[test]
fn everything_wrong_is_found_in_one_pass() {
    let found = read(
        Kind::Reads,
        "Account,Meter,Read date,Reading,Read code\n\
         0104007,M1,2/9/2026,10000I,actual\n\
         0104014,M2,31 June,12,guess\n\
         ,,2/9/2026,5,\n\
         104028,,3/1/2026,,\n\
         0104035,M5,2/9/2026,7,\n",
    );
    let Rows::Reads(rows) = &found.sheet.rows else { panic!() };
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].row, rows[0].value.reading), (6, 7));
    assert_eq!(found.zeros_restored, 1);
    assert_eq!(
        messages(&found),
        [
            "t.csv, D2: error[unreadable-cell]: '10000I' is not a whole number (the sixth character is the letter I). Type the reading, digits only.",
            "t.csv, C3: error[unreadable-cell]: '31 June' is not a date of the calendar. Type the read date like 2/9/2026 (month/day/year).",
            "t.csv, E3: error[unreadable-cell]: 'guess' is not a word that is known in this column. Type one of: actual, estimate, customer.",
            "t.csv, B4: error[missing-cell]: The cell is empty, and the row cannot be read without the meter. Fill it in.",
            "t.csv, C5: error[future-date]: The read date 3/1/2026 lies after today (2026-02-20). Correct it, or drop the file again when the day has come.",
            "t.csv, D5: error[missing-cell]: The cell is empty, and the row cannot be read without the reading. Fill it in.",
        ]
    );
}

#[test]
fn a_totals_row_is_a_check_and_not_a_read() {
    let good = read(
        Kind::Reads,
        "Meter,Read date,Reading\nM1,2/9/2026,100\nM2,2/9/2026,\"50\nTotal,,150\n".replace('"', "").as_str(),
    );
    assert_eq!((good.sheet.rows.count(), good.findings.len()), (2, 0));
    assert_eq!(
        good.sheet.totals,
        [
            ("sum of Reading", "150"),
            ("sum of meter digits", "3"),
            ("first read", "2026-02-09"),
            ("last read", "2026-02-09")
        ]
        .map(|(what, sum)| (what.to_owned(), sum.to_owned()))
    );
    let bad = read(Kind::Reads, "Meter,Read date,Reading\nM1,2/9/2026,100\nTotal reads,,151\n");
    assert_eq!(
        messages(&bad),
        [
            "t.csv, C3: warning[total-mismatch]: The total 151 differs from the sum of the rows above, 100. The rows count as they stand: check that none is missing or typed wrong."
        ]
    );
}

#[test]
fn several_batches_and_a_grand_total_are_each_checked() {
    let text = "Account,Bill date,Amount\n1,1/5/2026,10.00\nBatch total,,10.00\n2,1/5/2026,5.00\nBatch total,,5.00\nGrand total,,$15.00\n";
    assert_eq!(messages(&read(Kind::OpeningBalances, text)), [""; 0]);
}

#[test]
fn an_override_needs_a_reading_and_initials() {
    let found = read(
        Kind::Decisions,
        "Account,Month,What,Decision,Value,Initials\n\
         0104308,2026-02,read,override,,\n\
         0104308,2026-02,read,accept,5,KB\n\
         0104308,2026-02,read,estimate,2/11/2026,KB\n",
    );
    assert_eq!(found.sheet.rows.count(), 1);
    let codes: Vec<&str> = found.findings.iter().map(|finding| finding.code.word()).collect();
    assert_eq!(codes, ["missing-cell", "missing-cell", "unreadable-cell"]);
}

#[test]
fn bulk_water_is_readings_or_gallons_and_not_both() {
    let found = read(
        Kind::BulkWater,
        "Account,Meter/Hydrant,Date,Start reading,End reading,Gallons\n\
         1,H-7,2/5/2026,,,9000\n\
         1,H-7,2/5/2026,10,20,\n\
         1,H-7,2/5/2026,10,20,9000\n\
         1,H-7,2/5/2026,20,10,\n\
         1,H-7,2/5/2026,,,\n",
    );
    let Rows::BulkWater(rows) = &found.sheet.rows else { panic!() };
    let volumes: Vec<_> = rows.iter().map(|row| row.value.volume).collect();
    use crate::domain::rows::BulkVolume::{Gallons, Readings};
    assert_eq!(volumes, [Gallons(9000), Readings { start: 10, end: 20 }]);
    assert_eq!(found.findings.len(), 3);
}
