//! Aligned tables: a customer in a row, and at its end the lines and the bill, or why there is none.
//!
//! `class` and `dwellings` are columns of every kind of table; every other column but the last two is a
//! variable of the customer, left out where the cell is empty. `UPDATE=1` writes the last two anew.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use meterbook::domain::books::charge::{Charge, ChargeUnit};
use meterbook::domain::books::tariff::{Customer, Tariff};
use meterbook::rate::{self, Options};
use rust_decimal::Decimal;

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

/// Each line with the usage it is about and the place of its price.
fn workings(file: &str, class: &str, customer: &Customer, options: Options) -> Vec<String> {
    let tariff = tariff(file);
    let priced = rate::price(&tariff, class, customer, options).unwrap();
    let bound = |bound: Option<Decimal>| bound.map_or("-".to_owned(), |bound| bound.normalize().to_string());
    let working = |charge: &Charge| {
        let working = &charge.working;
        let (above, up_to) = (bound(working.above), bound(working.up_to));
        assert_eq!((working.file.as_str(), working.effective), (file, tariff.effective));
        format!("{} | {above}..{up_to} | {}: {}", line(charge), working.line, working.key)
    };
    priced.charges().iter().map(working).collect()
}

#[test]
fn each_line_shows_its_working() {
    let home = Customer::new().with_text("meter_size", "1.5").with_text("usage_ccf", "30");
    assert_eq!(
        workings("district.owrs", "RESIDENTIAL_SINGLE", &home, Options::default()),
        [
            "fixed: 78.3 | -..- | 14: RESIDENTIAL_SINGLE/service_charge/1|1/2\"",
            "tier 1: 4 x 3.59 | 0..4 | 18: RESIDENTIAL_SINGLE/tier_prices_commodity/1",
            "tier 2: 6 x 5.69 | 4..10 | 18: RESIDENTIAL_SINGLE/tier_prices_commodity/2",
            "tier 3: 18 x 6.89 | 10..28 | 18: RESIDENTIAL_SINGLE/tier_prices_commodity/3",
            "tier 4: 2 x 9.08 | 28..- | 18: RESIDENTIAL_SINGLE/tier_prices_commodity/4",
        ]
    );
    let homes = Customer::new().with_text("meter_size", "1").with_text("usage_ccf", "30");
    assert_eq!(
        workings("district.owrs", "RESIDENTIAL_MULTI", &homes, Options { dwelling_units: 5 }),
        [
            "fixed: 35.3 | -..- | 25: RESIDENTIAL_MULTI/service_charge/1\"",
            "tier 1: 20 x 3.59 | 0..20 | 28: RESIDENTIAL_MULTI/tier_prices_commodity/1",
            "tier 2: 10 x 5.69 | 20..50 | 28: RESIDENTIAL_MULTI/tier_prices_commodity/2",
        ]
    );
    let seasonal = Customer::new().with_text("meter_size", "2").with_text("season", "Summer");
    assert_eq!(
        workings("forms.owrs", "TIERS_BY_KEY", &seasonal.with_text("usage_ccf", "11"), Options::default()),
        [
            "fixed: 1 | -..- | 39: TIERS_BY_KEY/service_charge",
            "tier 1: 10 x 1 | 0..10 | 50: TIERS_BY_KEY/tier_prices/Summer/1",
            "tier 3: 1 x 3 | 10..- | 50: TIERS_BY_KEY/tier_prices/Summer/3",
        ]
    );
}

#[test]
fn a_budget_below_a_lower_bound_takes_nothing_and_none_is_below_zero() {
    let bounds = |budget: &str, outdoor: &str| {
        let customer = Customer::new().with_text("budget", budget).with_text("outdoor", outdoor);
        let customer = customer.with_text("usage_ccf", "12");
        let tariff = tariff("forms.owrs");
        let priced = rate::price(&tariff, "OWN_BUDGET", &customer, Options::default()).unwrap();
        let tiers = priced.tiers_of("commodity_charge");
        let show = |bound: Decimal| bound.normalize().to_string();
        let tiers: Vec<String> = tiers
            .map(|tier| {
                format!(
                    "{}..{} {}",
                    show(tier.above.unwrap()),
                    tier.up_to.map_or("-".to_owned(), show),
                    show(tier.quantity)
                )
            })
            .collect();
        tiers.join(", ")
    };
    assert_eq!(bounds("20", "4"), "0..4 4, 4..10 6, 10..- 2");
    assert_eq!(bounds("8", "6"), "0..6 6, 6..4 0, 6..- 6");
    assert_eq!(bounds("-8", "0"), "0..0 0, 0..0 0, 0..- 12");
}
