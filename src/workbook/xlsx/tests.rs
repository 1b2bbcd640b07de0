//! Longer lists than any sample has, and values that floats and cells hold badly.
#![allow(clippy::disallowed_types, clippy::float_arithmetic, reason = "cells hold floats")]

use std::io::Cursor;

use calamine::{Data, Range, Reader, Xlsx};
use rust_decimal::Decimal;

use super::layout::{Layout, Limits, float, plain, serial};
use super::{encode, layout};
use crate::domain::date::Date;
use crate::domain::page::{Book, Check, Column, Cover, Figure, Page, Role, Table};

/// A list of numbers 1, 2, 3 ... whose sum is checked on the cover.
fn book(rows: usize) -> Book<'static> {
    let expected = Figure::Given(Decimal::from(rows * (rows + 1) / 2));
    let sum = Check {
        says: "The sum".to_owned(),
        role: Role::Integer,
        found: Figure::total("List", "Number"),
        expected,
    };
    let count = Check {
        says: "The rows".to_owned(),
        role: Role::Integer,
        found: Figure::Rows("List"),
        expected: Figure::Given(rows.into()),
    };
    Book {
        title: "Numbers".to_owned(),
        office: "Office".to_owned(),
        subject: "all of them".to_owned(),
        date: "2026-02-12".parse().unwrap(),
        run_id: "a & b".to_owned(),
        chain_head: String::new(),
        pages: vec![
            Page::Cover(Cover { checks: vec![sum, count], ..Cover::default() }),
            Page::Table(Table {
                name: "List".to_owned(),
                about: "Numbers.".to_owned(),
                columns: vec![
                    Column::new("Name", Role::Account),
                    Column::new("Word", Role::Text),
                    Column::new("Number", Role::Integer).total(),
                    Column::new("Double", Role::Integer).formula("[Number]+[Number]"),
                ],
                frozen: 1,
                rows,
                fill: Box::new(|index, row| {
                    row.push(format!("{index:04}"));
                    row.push("word");
                    row.push(index + 1);
                    row.push(2 * (index + 1));
                }),
            }),
        ],
    }
}

fn sheets(bytes: Vec<u8>) -> Vec<(String, Range<Data>)> {
    Xlsx::new(Cursor::new(bytes)).unwrap().worksheets()
}

fn text(sheet: &Range<Data>, row: u32, column: u32) -> String {
    sheet.get_value((row, column)).map_or_else(String::new, ToString::to_string)
}

#[test]
fn a_list_longer_than_a_sheet_continues_on_the_next() {
    let book = book(7);
    let limits = Limits { sheet: layout::FIRST as usize + 3, ..Limits::EXCEL };
    let sheets = sheets(encode(&book, limits).unwrap());
    let names: Vec<&str> = sheets.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["Cover", "List", "List (2)", "List (3)"]);
    let rows = |sheet: &Range<Data>| [0, 1, 2].map(|row| text(sheet, layout::FIRST + row, 2)).join(" ");
    assert_eq!([1, 2, 3].map(|at| rows(&sheets[at].1)), ["1 2 3", "4 5 6", "7  "]);
    assert_eq!(
        [1, 2, 3].map(|at| text(&sheets[at].1, layout::ALL, 2)),
        ["6", "15", "7"],
        "each sheet its own total"
    );
    let cover: Vec<String> = sheets[0].1.used_cells().map(|(_, _, cell)| cell.to_string()).collect();
    for counted in ["28", "7", "List (2)", "List (3)"] {
        assert!(cover.iter().any(|cell| cell == counted), "{counted} is on the cover: {cover:?}");
    }
    assert!(!cover.iter().any(|cell| cell == "CHECK"), "both sheets together tie: {cover:?}");
    let formula = Layout::of(&book, limits).formula(&Figure::total("List", "Number")).unwrap();
    assert_eq!(formula, "'List'!C4+'List (2)'!C4+'List (3)'!C4");
}

#[test]
fn a_list_too_long_for_a_table_has_filter_buttons() {
    for (rows, tables) in [(3, 1), (4, 0)] {
        let limits = Limits { table: 3, ..Limits::EXCEL };
        let bytes = encode(&book(rows), limits).unwrap();
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let found = zip.file_names().filter(|name| name.as_ref().unwrap().starts_with("xl/tables/")).count();
        assert_eq!(found, tables, "{rows} rows");
        let mut sheet = String::new();
        std::io::Read::read_to_string(&mut zip.by_name("xl/worksheets/sheet2.xml").unwrap(), &mut sheet)
            .unwrap();
        assert_eq!(sheet.contains("<autoFilter"), tables == 0, "{rows} rows");
        assert!(
            sheet.contains("&amp;La &amp;&amp; b&amp;C"),
            "an ampersand in the footer is no code: {sheet}"
        );
    }
}

#[test]
fn a_decimal_becomes_the_float_of_its_text() {
    let numbers =
        ["0", "0.1", "20.1", "-1234.56", "4.1125", "9007199254740993", "79228162514264337593543950335"];
    let tiny = "0.0000000000000000000000000001";
    for number in numbers.into_iter().chain([tiny]) {
        assert_eq!(float(number.parse().unwrap()), number.parse::<f64>().unwrap(), "{number}");
    }
}

#[test]
fn days_are_counted_as_excel_counts_them() {
    let days = ["1900-01-01", "1900-02-28", "1900-03-01", "2026-02-12"]
        .map(|day| serial(day.parse::<Date>().unwrap()));
    assert_eq!(days, [1.0, 59.0, 61.0, 46065.0]);
}

#[test]
fn a_text_is_cut_to_what_a_cell_holds() {
    assert_eq!(plain("bell\u{7} tab\t end\u{ffff}\nline"), "bell  tab  end \nline");
    assert_eq!(
        plain(&"\u{1f4a7}".repeat(20_000)).encode_utf16().count(),
        32_766,
        "a pair is never cut in two"
    );
}

#[test]
fn a_formula_takes_the_same_row_of_another_list_and_names_stand_for_cells() {
    let mut book = book(5);
    book.pages.push(Page::Table(Table {
        name: "Beside".to_owned(),
        about: "The same rows.".to_owned(),
        columns: vec![
            Column::new("Name", Role::Account),
            Column::new("Number", Role::Integer).named("Numbers"),
            Column::new("Other", Role::Integer).formula("[List!Number]+[Number]*Third"),
        ],
        frozen: 1,
        rows: 5,
        fill: Box::new(|index, row| {
            row.push("name");
            let number = row.push(index);
            if index == 2 {
                number.named("Third");
            }
            row.push(index + 1 + index * 2);
        }),
    }));
    let limits = Limits { sheet: layout::FIRST as usize + 3, ..Limits::EXCEL };
    let bytes = encode(&book, limits).unwrap();
    let mut reader: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    let mut formula = |sheet: &str, row: u32| {
        let formulas = reader.worksheet_formula(sheet).unwrap();
        formulas.get_value((layout::FIRST + row, 2)).unwrap().clone()
    };
    assert_eq!(formula("Beside", 1), "'List'!C7+B7*Third");
    assert_eq!(formula("Beside (2)", 0), "'List (2)'!C6+B6*Third");
    let names = super::names::names(&Layout::of(&book, limits));
    assert_eq!(
        names,
        [("Numbers", "='Beside'!$B$6:$B$8".to_owned()), ("Third", "='Beside'!$B$8".to_owned())]
    );
}

#[test]
fn a_formula_over_a_list_of_several_sheets_is_added_up_sheet_by_sheet() {
    let mut book = book(5);
    let sum = |pattern: &str| {
        let mut named = Table {
            name: "Sums".to_owned(),
            about: "One row.".to_owned(),
            columns: vec![Column::new("Name", Role::Account), Column::new("Sum", Role::Integer)],
            frozen: 1,
            rows: 1,
            fill: Box::new(|_, row| {
                row.push("all");
                row.push(15_u32);
            }),
        };
        named.columns[1].formula = Some(pattern.to_owned());
        named
    };
    let limits = Limits { sheet: layout::FIRST as usize + 3, ..Limits::EXCEL };
    for (pattern, formula) in [
        ("SUM({List!Number})", "SUM('List'!$C$6:$C$8)+SUM('List (2)'!$C$6:$C$7)"),
        ("[Sum]/{List#Number}", "B6/('List'!C4+'List (2)'!C4)"),
        ("SUMIF({Sums:headers},[Name],{Sums:totals})", "SUMIF('Sums'!$A$5:$B$5,A6,'Sums'!$A$4:$B$4)"),
    ] {
        book.pages.truncate(2);
        book.pages.push(Page::Table(sum(pattern)));
        let mut reader: Xlsx<_> = Xlsx::new(Cursor::new(encode(&book, limits).unwrap())).unwrap();
        let formulas = reader.worksheet_formula("Sums").unwrap();
        assert_eq!(formulas.get_value((layout::FIRST, 1)).unwrap(), formula, "{pattern}");
    }
}
