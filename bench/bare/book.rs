//! The register of the bare job: the bills, a total of each class, the exceptions.

use std::collections::BTreeMap;

use meterbook::domain::money::Money;
use meterbook::domain::page::{Book, Column, Page, Role, Row, Table};
use rust_decimal::Decimal;

use crate::{Bill, REASONS};

/// The classes in the order of the sheet.
const CLASSES: [&str; 7] =
    ["residential", "multi_residential", "mobile_home", "commercial", "irrigation", "cimis", "bulk"];

/// Lays the register out.
pub(crate) fn register(bills: &[Bill]) -> Book<'_> {
    let medians = medians(bills);
    let register = table("Register", bill_columns(), bills.len(), 2, move |at, row| fill(&bills[at], row));
    let (classes, exceptions) = (classes(bills, &medians), exceptions(bills, medians));
    Book {
        title: "Register".to_owned(),
        office: String::new(),
        subject: "bare".to_owned(),
        date: "2026-01-01".parse().expect("it is a day"),
        run_id: String::new(),
        chain_head: String::new(),
        pages: [register, classes, exceptions].map(Page::Table).into(),
    }
}

fn table<'a>(
    name: &str,
    columns: Vec<Column>,
    rows: usize,
    frozen: u16,
    fill: impl Fn(usize, &mut Row<'a>) + Sync + 'a,
) -> Table<'a> {
    Table { name: name.to_owned(), about: String::new(), columns, frozen, rows, fill: Box::new(fill) }
}

fn bill_columns() -> Vec<Column> {
    let text = |name: &str, width| Column::new(name, Role::Text).width(width);
    let whole = |name: &str| Column::new(name, Role::Integer).width(10);
    let mut columns = vec![
        whole("Account"),
        text("Name", 28),
        text("Service address", 24),
        text("Class", 17),
        text("Meter", 12),
        text("Size", 6),
        whole("Units"),
        Column::new("Read date", Role::Date).width(11),
        whole("Previous"),
        whole("Current"),
        whole("Usage CF").total(),
        whole("Usage HCF").total(),
        Column::new("Fixed charge", Role::Money).width(12).total(),
    ];
    for tier in 1..=3 {
        columns.push(whole(&format!("Tier {tier} HCF")).total());
        columns.push(Column::new(format!("Tier {tier} $"), Role::Money).width(11).total());
    }
    columns.push(Column::new("Total", Role::Money).width(12).total());
    columns
}

fn fill<'a>(bill: &'a Bill, row: &mut Row<'a>) {
    let account = &bill.account;
    row.push(number(bill));
    row.push(account.customer.as_str());
    row.push(account.service_address.as_str());
    row.push(account.class.as_str());
    row.push(bill.read.meter.as_ref().map(|meter| meter.as_str()));
    row.push(if account.meter_size.as_str() == "1 1/2" { "1.5" } else { account.meter_size.as_str() });
    row.push(account.dwelling_units);
    row.push(bill.read.date);
    row.push(bill.previous);
    row.push(bill.read.reading);
    row.push(bill.usage());
    row.push(bill.units);
    row.push(bill.fixed);
    for (units, amount) in bill.tiers {
        row.push(units);
        row.push(amount);
    }
    row.push(bill.total());
}

fn number(bill: &Bill) -> u64 {
    bill.account.id.as_str().parse().expect("the accounts of the bare job are numbers")
}

fn classes<'a>(bills: &[Bill], medians: &BTreeMap<String, Decimal>) -> Table<'a> {
    let mut columns = vec![Column::new("Class", Role::Text).width(20)];
    columns.extend([Column::new("Accounts", Role::Integer), Column::new("Usage HCF", Role::Integer).total()]);
    columns.push(Column::new("Median HCF", Role::Decimal));
    let money = ["Fixed charge", "Tier 1 $", "Tier 2 $", "Tier 3 $", "Total"];
    columns.extend(money.map(|name| Column::new(name, Role::Money).total()));
    let medians = CLASSES.map(|class| medians.get(class).copied().unwrap_or_default());
    let sums = CLASSES.map(|class| {
        let (mut count, mut units, mut amounts) = (0_u64, 0, [Money::ZERO; 5]);
        for bill in bills.iter().filter(|bill| bill.account.class == class) {
            count += 1;
            units += bill.units;
            let [one, two, three] = bill.tiers.map(|(_, amount)| amount);
            let own = [bill.fixed, one, two, three, bill.total()];
            amounts.iter_mut().zip(own).for_each(|(sum, amount)| *sum += amount);
        }
        (count, units, amounts)
    });
    table("Class totals", columns, CLASSES.len(), 0, move |at, row| {
        let (count, units, amounts) = sums[at];
        row.push(CLASSES[at]);
        row.push(count);
        row.push(units);
        row.push(medians[at]);
        for amount in amounts {
            row.push(amount);
        }
    })
}

fn exceptions<'a>(bills: &'a [Bill], medians: BTreeMap<String, Decimal>) -> Table<'a> {
    let mut columns = vec![Column::new("Account", Role::Integer)];
    columns.extend(["Name", "Class"].map(|name| Column::new(name, Role::Text)));
    columns.extend(["Usage CF", "Usage HCF"].map(|name| Column::new(name, Role::Integer)));
    columns.extend([Column::new("Reason", Role::Text), Column::new("Class median", Role::Decimal)]);
    let reason = |bill: &Bill| {
        let high = Decimal::from(bill.units) > medians[&bill.account.class] * Decimal::from(3);
        [bill.usage() < 0, bill.usage() == 0, high].iter().position(|found| *found)
    };
    let found: Vec<(&Bill, usize)> = bills.iter().filter_map(|bill| Some((bill, reason(bill)?))).collect();
    table("Exceptions", columns, found.len(), 0, move |at, row| {
        let (bill, reason) = found[at];
        row.push(number(bill));
        row.push(bill.account.customer.as_str());
        row.push(bill.account.class.as_str());
        row.push(bill.usage());
        row.push(bill.units);
        row.push(REASONS[reason]);
        row.push(medians[&bill.account.class]);
    })
}

/// The median units of each class; registers that ran backwards left out.
fn medians(bills: &[Bill]) -> BTreeMap<String, Decimal> {
    let mut units: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for bill in bills {
        let of_class = units.entry(&bill.account.class).or_default();
        of_class.extend((bill.usage() >= 0).then_some(bill.units));
    }
    let median = |mut units: Vec<i64>| {
        units.sort_unstable();
        let (low, high) = (units.len().saturating_sub(1) / 2, units.len() / 2);
        let sum = units.get(low).zip(units.get(high)).map_or(0, |(low, high)| low + high);
        Decimal::from(sum) / Decimal::TWO
    };
    units.into_iter().map(|(class, units)| (class.to_owned(), median(units))).collect()
}
