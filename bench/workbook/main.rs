//! Times writing: `workbook` beside the library that writes all but the rows of lists.
//!
//! `cargo bench --bench workbook` writes a list of 100,000 rows of twenty cells, eight of them live formulas, and prints the
//! time for one cell and the ratio to rust_xlsxwriter in constant memory with the same cells and formats. Ours also
//! measures widths, totals every column of money, and can be given the same cell from several threads.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    reason = "a benchmark reads the clock and tells; its library's cells are floats"
)]

#[path = "../timing/mod.rs"]
mod timing;

use std::hint::black_box;
use std::io;

use meterbook::domain::date::Date;
use meterbook::domain::money::Money;
use meterbook::domain::page::{Book, Column, Page, Role, Row, Table};
use meterbook::workbook;
use rust_decimal::Decimal;
use rust_xlsxwriter::{Format, Formula, Workbook};

const ROWS: usize = 100_000;
const TEXTS: u16 = 6;
const AMOUNTS: u16 = 6;
/// Each adds the first amount and another.
const SUMS: u16 = 8;

fn main() {
    let cells = ROWS * usize::from(TEXTS + AMOUNTS + SUMS);
    println!("{ROWS} rows of {} cells, medians; deflated on all cores beside one", TEXTS + AMOUNTS + SUMS);
    let ours = || workbook::write_xlsx(&book(), &mut io::sink()).expect("a sink takes all");
    timing::beside("workbook, xlsx", cells, ours, ("rust_xlsxwriter", &mut with_library));
}

fn text(row: usize, column: u16) -> String {
    match column {
        0 => format!("{:07}", row + 1),
        _ => format!("Words {} {}", column, row % 97),
    }
}

fn amount(row: usize, column: u16) -> Money {
    Money::rounded(Decimal::new(((row * 37 + usize::from(column) * 1_013) % 90_000) as i64, 2))
}

fn book() -> Book<'static> {
    let texts = (0..TEXTS).map(|at| Column::new(format!("Text {at}"), Role::Text));
    let amounts = (0..AMOUNTS).map(|at| Column::new(format!("Amount {at}"), Role::Money).total());
    let sum = |at: u16| format!("[Amount 0]+[Amount {}]", at % AMOUNTS);
    let sums = (0..SUMS).map(|at| Column::new(format!("Sum {at}"), Role::Money).formula(sum(at)).total());
    let table = Table {
        name: "List".to_owned(),
        about: "A list to write.".to_owned(),
        columns: texts.chain(amounts).chain(sums).collect(),
        frozen: 1,
        rows: ROWS,
        fill: Box::new(fill),
    };
    Book {
        title: "List".to_owned(),
        office: String::new(),
        subject: "a benchmark".to_owned(),
        date: Date::from_ymd_opt(2020, 2, 20).expect("it is a day"),
        run_id: String::new(),
        chain_head: String::new(),
        pages: vec![Page::Table(table)],
    }
}

fn fill(index: usize, row: &mut Row<'_>) {
    (0..TEXTS).for_each(|at| _ = row.push(text(index, at)));
    (0..AMOUNTS).for_each(|at| _ = row.push(amount(index, at)));
    (0..SUMS).for_each(|at| _ = row.push(amount(index, 0) + amount(index, at % AMOUNTS)));
}

fn with_library() {
    let mut book = Workbook::new();
    let money = Format::new().set_num_format("#,##0.00");
    let sheet = book.add_worksheet_with_constant_memory().expect("it has a place to write");
    let float = |amount: Money| amount.to_string().parse::<f64>().expect("it is a number");
    for index in 0..ROWS {
        let row = index as u32;
        for at in 0..TEXTS {
            sheet.write(row, at, text(index, at)).expect("it fits");
        }
        for at in 0..AMOUNTS {
            sheet.write_with_format(row, TEXTS + at, float(amount(index, at)), &money).expect("it fits");
        }
        for at in 0..SUMS {
            let letter = |at: u16| char::from(b'A' + (TEXTS + at) as u8);
            let formula = format!("{}{}+{}{}", letter(0), row + 1, letter(at % AMOUNTS), row + 1);
            let result = amount(index, 0) + amount(index, at % AMOUNTS);
            let formula = Formula::new(formula).set_result(result.to_string());
            sheet.write_formula_with_format(row, TEXTS + AMOUNTS + at, formula, &money).expect("it fits");
        }
    }
    black_box(book.save_to_buffer().expect("memory suffices"));
}
