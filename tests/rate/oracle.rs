//! Bills that the rate format's own reference calculator worked out, unrounded.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use meterbook::domain::books::priced::Priced;
use meterbook::domain::books::tariff::{Customer, Value};
use meterbook::rate::{self, Compiled, Options};
use rust_decimal::Decimal;

/// The folder with the bills and their rate files; `None`, and a word about it, where it is not given.
fn folder() -> Option<PathBuf> {
    let shared = std::env::var_os("METERBOOK_SHARED").map(|shared| Path::new(&shared).join("oracle"));
    if shared.is_none() {
        println!("skipped: METERBOOK_SHARED does not name the folder with the reference bills");
    }
    shared
}

#[derive(serde::Deserialize)]
struct Row {
    case_id: String,
    rates_file: String,
    class: String,
    inputs: String,
    service_charge: String,
    commodity_charge: String,
    bill: String,
    tier_usage: String,
    tier_amounts: String,
}

/// Reads a number that may be written as `1e-05`.
fn decimal(text: &str) -> Decimal {
    text.parse().or_else(|_| Decimal::from_scientific(text)).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn numbers(json: &str) -> Vec<Decimal> {
    let list: Vec<serde_json::Number> = serde_json::from_str(json).unwrap();
    list.iter().map(|number| decimal(&number.to_string())).collect()
}

fn customer(json: &str) -> Customer {
    let inputs: BTreeMap<String, serde_json::Value> = serde_json::from_str(json).unwrap();
    let mut customer = Customer::new();
    for (name, value) in inputs {
        customer.set(
            &name,
            match value {
                serde_json::Value::String(text) => Value::Text(text),
                serde_json::Value::Number(number) => Value::Number(decimal(&number.to_string())),
                other => panic!("{name} is {other}"),
            },
        );
    }
    customer
}

/// Within 1e-8 of the larger of the two, or of one where both are smaller.
fn agree(ours: Decimal, theirs: Decimal) -> bool {
    (ours - theirs).abs() <= Decimal::new(1, 8) * ours.abs().max(theirs.abs()).max(Decimal::ONE)
}

/// What differs between a bill of ours and the reference's, or nothing.
fn difference(row: &Row, priced: &Priced<'_>) -> Option<String> {
    let named = [("service_charge", &row.service_charge), ("commodity_charge", &row.commodity_charge)];
    for (name, theirs) in named.into_iter().filter(|(_, theirs)| !theirs.is_empty()) {
        match priced.field(name) {
            Some(ours) if agree(ours, decimal(theirs)) => {}
            ours => return Some(format!("{name} is {ours:?}, not {theirs}")),
        }
    }
    let sum: Decimal = priced.charges().iter().map(|charge| charge.amount).sum();
    if !agree(priced.bill, decimal(&row.bill)) || sum != priced.bill {
        return Some(format!("bill is {}, the lines sum to {sum}, not {}", priced.bill, row.bill));
    }
    if row.tier_usage.is_empty() {
        return None;
    }
    let tiers: Vec<_> = priced.tiers_of("commodity_charge").collect();
    let (usage, amounts) = (numbers(&row.tier_usage), numbers(&row.tier_amounts));
    let same = tiers.len() == usage.len()
        && tiers.iter().zip(&usage).all(|(tier, theirs)| agree(tier.quantity, *theirs))
        && tiers.iter().zip(&amounts).all(|(tier, theirs)| agree(tier.amount, *theirs));
    (!same).then(|| format!("tiers are {tiers:?}, not {usage:?} for {amounts:?}"))
}

#[test]
fn every_reference_bill_agrees() {
    let Some(folder) = folder() else { return };
    let mut compiled: BTreeMap<String, Compiled> = BTreeMap::new();
    let (mut compared, mut wrong) = (0, Vec::new());
    let text = std::fs::read_to_string(folder.join("public.csv")).unwrap();
    let rows: Vec<Row> =
        csv::Reader::from_reader(text.as_bytes()).into_deserialize().map(Result::unwrap).collect();
    for row in &rows {
        let compiled = compiled.entry(row.rates_file.clone()).or_insert_with(|| {
            let bytes = std::fs::read(folder.join("rates").join(&row.rates_file)).unwrap();
            rate::compile(&row.rates_file, &String::from_utf8_lossy(&bytes))
        });
        let Some(tariff) = &compiled.tariff else {
            wrong.push(format!("{}: {:?}", row.case_id, compiled.faults));
            continue;
        };
        compared += 1;
        match rate::price(tariff, &row.class, &customer(&row.inputs), Options::default()) {
            Ok(priced) => wrong.extend(
                difference(row, &priced)
                    .map(|why| format!("{} {} {}: {why}", row.case_id, row.rates_file, row.class)),
            ),
            Err(fault) => wrong.push(format!("{}: {fault}", row.case_id)),
        }
    }
    println!("{compared} of {} reference bills compared", rows.len());
    assert!(
        wrong.is_empty(),
        "{} of {} differ:\n{}",
        wrong.len(),
        rows.len(),
        wrong[..wrong.len().min(30)].join("\n")
    );
    assert_eq!(compared, rows.len());
    assert!(compared >= 15_148, "the file of reference bills has become shorter");
}
