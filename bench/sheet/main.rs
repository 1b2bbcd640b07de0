//! Times reading: `sheet` beside the bare loop over the cells that its library offers.
//!
//! `cargo bench --bench sheet` reads a sheet of 100,000 rows of nine cells, as xlsx and as csv, and prints the time for one
//! cell and the ratio. The bare loop gives cells without their dates told from numbers, without exact decimals, and
//! without looking into the package before it is unpacked.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    reason = "a benchmark reads the clock and tells; its library's cells are floats"
)]

#[path = "../timing/mod.rs"]
mod timing;

use std::hint::black_box;
use std::io::Cursor;

use calamine::{Reader, Xlsx};
use meterbook::sheet;
use rust_xlsxwriter::{Format, Workbook};

const ROWS: u32 = 100_000;
/// Account, name, class, date, reading, echo, route, size, remark.
const COLUMNS: u32 = 9;

fn main() {
    let (workbook, text) = (workbook(), text());
    let cells = (ROWS * COLUMNS) as usize;
    assert_eq!(with_sheet("reads.xlsx", &workbook), cells, "every cell is read");
    assert_eq!((with_calamine(&workbook), with_sheet("reads.csv", &text)), (cells, cells));
    println!("{ROWS} rows of {COLUMNS} cells, medians");
    let ours = || _ = black_box(with_sheet("reads.xlsx", &workbook));
    timing::beside("sheet, xlsx", cells, ours, ("calamine", &mut || _ = black_box(with_calamine(&workbook))));
    let ours = || _ = black_box(with_sheet("reads.csv", &text));
    timing::beside("sheet, csv", cells, ours, ("csv", &mut || _ = black_box(with_csv(&text))));
}

fn with_sheet(name: &str, bytes: &[u8]) -> usize {
    let mut book = sheet::open(name, bytes).expect("it is a sheet");
    let mut rows = book.rows(0).expect("it has rows");
    let mut cells = 0;
    while let Some(row) = rows.next_row().expect("rows can be read") {
        cells += black_box(row).cells.len();
    }
    cells
}

fn with_calamine(bytes: &[u8]) -> usize {
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).expect("it is a workbook");
    let name = book.sheet_names()[0].clone();
    let mut reader = book.worksheet_cells_reader(&name).expect("it has cells");
    let mut cells = 0;
    while let Some(cell) = reader.next_cell().expect("cells can be read") {
        black_box(cell);
        cells += 1;
    }
    cells
}

fn with_csv(bytes: &[u8]) -> usize {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
    let mut record = csv::ByteRecord::new();
    let mut cells = 0;
    while reader.read_byte_record(&mut record).expect("records can be read") {
        cells += black_box(&record).len();
    }
    cells
}

/// What stands in the text columns of a row.
fn texts(row: u32) -> [String; 5] {
    [
        format!("{:07}", row + 1),
        format!("Household {}", row % 977),
        ["RESIDENTIAL_SINGLE", "COMMERCIAL"][row as usize % 2].to_owned(),
        format!("R{:02}", row % 40),
        if row.is_multiple_of(50) { format!("gate locked {row}") } else { "none".to_owned() },
    ]
}

fn workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    let date = Format::new().set_num_format("yyyy-mm-dd");
    let sheet = book.add_worksheet();
    for row in 0..ROWS {
        for (column, text) in (0..).zip(texts(row)) {
            sheet.write(row, column, text).expect("it fits");
        }
        let numbers = [f64::from(row * 7 % 9_973), f64::from(row * 11 % 99_991), f64::from(row % 1_000)];
        sheet.write_with_format(row, 5, 43_850 + row % 28, &date).expect("it fits");
        for (column, number) in (6..).zip(numbers) {
            sheet.write(row, column, number).expect("it fits");
        }
    }
    book.save_to_buffer().expect("memory suffices")
}

fn text() -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in 0..ROWS {
        let [a, b, c, d, e] = texts(row);
        let date = format!("2020-01-{:02}", row % 28 + 1);
        let numbers = [row * 7 % 9_973, row * 11 % 99_991, row % 1_000].map(|number| number.to_string());
        writer.write_record([a, b, c, d, e, date].iter().chain(&numbers)).expect("memory suffices");
    }
    writer.into_inner().expect("memory suffices")
}
