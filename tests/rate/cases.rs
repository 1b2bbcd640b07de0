//! Aligned tables: a customer in a row, and at its end the lines and the bill, or why there is none.
//!
//! `class` and `dwellings` are columns of every kind of table; every other column but the last two is a
//! variable of the customer, left out where the cell is empty. `UPDATE=1` writes the last two anew.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use meterbook::domain::books::charge::{Charge, ChargeUnit};
use meterbook::domain::books::tariff::{Customer, Tariff};
use meterbook::rate::{self, Options};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rate")
}

fn tariff(name: &str) -> Tariff {
    let text = std::fs::read_to_string(folder().join("files").join(name)).unwrap();
    let compiled = rate::compile(name, &text);
    assert_eq!(compiled.faults, [], "{name}");
    compiled.tariff.unwrap()
}

/// `tier 2: 6 x 5.69`; an amount alone where nothing is counted.
fn line(charge: &Charge) -> String {
    let kind = charge.kind.word();
    let name = if kind == "surcharge" { format!(" {}", charge.name) } else { String::new() };
    let tier = charge.tier.map_or(String::new(), |tier| format!(" {tier}"));
    let figures = match charge.unit {
        ChargeUnit::Month => charge.amount.normalize().to_string(),
        _ => format!("{} x {}", charge.quantity.normalize(), charge.price.normalize()),
    };
    format!("{kind}{name}{tier}: {figures}")
}

/// The last two cells of a row.
fn result(tariff: &Tariff, names: &[String], cells: &[String]) -> [String; 2] {
    let (mut customer, mut class, mut options) = (Customer::new(), "", Options::default());
    for (name, cell) in names.iter().zip(cells) {
        match name.as_str() {
            "class" => class = cell,
            "dwellings" if cell.is_empty() => {}
            "dwellings" => options.dwelling_units = cell.parse().unwrap(),
            _ if cell.is_empty() => {}
            name => customer = customer.with_text(name, cell),
        }
    }
    match rate::price(tariff, class, &customer, options) {
        Ok(priced) => {
            let lines: Vec<String> = priced.charges().iter().map(line).collect();
            [lines.join("; "), priced.bill.normalize().to_string()]
        }
        Err(fault) => ["refused".to_owned(), fault.to_string()],
    }
}

/// Divides a row at ` | `, so that the key `1|1/2"` stays whole.
fn cells(row: &str) -> Vec<String> {
    format!("{row} ").split("| ").map(|cell| cell.trim().to_owned()).collect()
}

fn aligned(table: &[Vec<String>]) -> String {
    let columns = table.first().map_or(0, Vec::len);
    let width = |column: usize| table.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for row in table {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        writeln!(text, "{}", cells.join(" | ").trim_end()).unwrap();
    }
    text
}

/// Works a file of tables out anew.
fn recalculated(text: &str) -> String {
    let (mut out, mut tariff_in_use, mut table) = (String::new(), None, Vec::<Vec<String>>::new());
    for row in text.lines().chain([""]) {
        if let Some(name) = row.strip_prefix("rates ") {
            tariff_in_use = Some(tariff(name));
        }
        if !row.contains(" | ") || row.starts_with('#') {
            out.push_str(&aligned(&table));
            table.clear();
            writeln!(out, "{row}").unwrap();
            continue;
        }
        let mut row = cells(row);
        if let Some(names) = table.first() {
            let inputs = names.len() - 2;
            row.truncate(inputs);
            assert_eq!(row.len(), inputs, "{row:?} has too few cells for {names:?}");
            row.extend(result(tariff_in_use.as_ref().unwrap(), &names[..inputs], &row));
        }
        table.push(row);
    }
    out.trim_end().to_owned() + "\n"
}

fn check_cases(file: &str) {
    let path = folder().join(file);
    let expected = std::fs::read_to_string(&path).unwrap();
    let actual = recalculated(&expected);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &actual).unwrap();
    }
    assert!(actual == expected, "{file} says otherwise (UPDATE=1 accepts this):\n{actual}");
}

#[test]
fn the_districts_bills() {
    check_cases("district.cases");
}

#[test]
fn a_bill_for_each_form() {
    check_cases("forms.cases");
}
