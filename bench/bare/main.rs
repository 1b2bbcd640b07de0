//! The bare job of a bill run, built from the stations: to be timed beside a program that does nothing else.
//!
//! `bare ACCOUNTS.xlsx READS.xlsx REGISTER.xlsx [LEDGER.db]` reads accounts and reads, joins them on the account, cuts the
//! use to whole units, prices it, and writes a register of twenty columns with a total of each class and the exceptions.
//! With a ledger it also posts accounts, reads and bills there. It audits nothing and proves nothing.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "a benchmark reads and writes the files that it is told to"
)]

mod book;
mod posting;

use std::collections::BTreeMap;
use std::path::Path;

use meterbook::domain::books::account::Account;
use meterbook::domain::books::tariff::{Customer, Tariff};
use meterbook::domain::id::AccountId;
use meterbook::domain::money::Money;
use meterbook::domain::origin::SheetName;
use meterbook::domain::rows::{ReadRow, Rows};
use meterbook::domain::sheet::place::{Numbered, Place};
use meterbook::recognise::{self, Recognition};
use meterbook::{outbox, rate, rows, sheet, workbook};
use rust_decimal::Decimal;

const RATES: &str = include_str!("rates.owrs");
/// Classes whose tiers are widened by the dwellings.
const WIDENED: [&str; 2] = ["multi_residential", "mobile_home"];
/// What a register's exceptions are called.
const REASONS: [&str; 3] = ["negative usage", "zero use", "above 3x class median"];

/// One account with its read, priced.
struct Bill {
    account: Account,
    read: ReadRow,
    /// The reading before.
    previous: i64,
    /// Whole units; below zero where the register ran backwards.
    units: i64,
    fixed: Money,
    /// Units and dollars of each tier.
    tiers: [(Decimal, Money); 3],
}

impl Bill {
    fn usage(&self) -> i64 {
        self.read.reading - self.previous
    }

    fn total(&self) -> Money {
        self.fixed + self.tiers.iter().map(|(_, amount)| *amount).sum::<Money>()
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (accounts, reads, register, ledger) = match arguments.as_slice() {
        [accounts, reads, register] => (accounts, reads, register, None),
        [accounts, reads, register, ledger] => (accounts, reads, register, Some(ledger)),
        _ => {
            eprintln!("usage: bare ACCOUNTS.xlsx READS.xlsx REGISTER.xlsx [LEDGER.db]");
            std::process::exit(2);
        }
    };
    let (accounts, reads) = std::thread::scope(|scope| {
        let reads = scope.spawn(|| rows_of(reads));
        (rows_of(accounts), reads.join().expect("reading ends"))
    });
    let (Rows::Accounts(accounts), Rows::Reads(reads)) = (accounts, reads) else {
        panic!("the first file has accounts, the second reads");
    };
    let tariff = rate::compile("rates.owrs", RATES).tariff.expect("the rates are sound");
    let bills = bills(accounts, reads, &tariff);
    if let Some(ledger) = ledger {
        posting::post(&bills, Path::new(ledger));
    }
    let book = book::register(&bills);
    outbox::place_stream(Path::new(register), |sink| workbook::write_xlsx(&book, sink))
        .unwrap_or_else(|fault| panic!("{fault}"));
}

/// The rows of the first sheet of a file, of whatever kind it is.
fn rows_of(path: &str) -> Rows {
    let bytes = std::fs::read(path).expect("the file can be read");
    let mut book = sheet::open(path, &bytes).expect("the file is a sheet");
    let mut stream = book.rows(0).expect("it has a sheet");
    let mut first = Vec::new();
    while first.len() < recognise::ROWS_LOOKED_AT
        && let Some(row) = stream.next_row().expect("rows can be read")
    {
        first.push(row.clone());
    }
    let Recognition::One(layout) = recognise::recognise(&first, &recognise::built_in_profiles()) else {
        panic!("{path} is of no kind, or of several");
    };
    let place = Place { name: SheetName { file: path.into(), sheet: "".into() }, layout };
    let today = "2026-01-01".parse().expect("it is a day");
    let mut reader = rows::Reader::new(place, rows::Ground { today, account_digits: 7 });
    first.iter().for_each(|row| reader.push(row));
    while let Some(row) = stream.next_row().expect("rows can be read") {
        reader.push(row);
    }
    let read = reader.finish();
    assert!(read.findings.is_empty(), "{:?}", read.findings.first());
    read.sheet.rows
}

/// Joins accounts with their reads and prices them, in the order of the accounts.
fn bills(accounts: Vec<Numbered<Account>>, reads: Vec<Numbered<ReadRow>>, tariff: &Tariff) -> Vec<Bill> {
    let of_account = |read: Numbered<ReadRow>| Some((read.value.account.clone()?, read.value));
    let mut reads: BTreeMap<AccountId, ReadRow> = reads.into_iter().filter_map(of_account).collect();
    let joined = accounts.into_iter().map(|account| {
        let read = reads.remove(&account.value.id).expect("every account has a read");
        bill(account.value, read, tariff)
    });
    joined.collect()
}

fn bill(account: Account, read: ReadRow, tariff: &Tariff) -> Bill {
    let previous = read.echo.expect("every read has the one before");
    let units = (read.reading - previous) / 100;
    let customer = Customer::new()
        .with_number(rate::USAGE, units.max(0).into())
        .with_text("meter_size", account.meter_size.as_str());
    let widened = WIDENED.contains(&account.class.as_str());
    let dwelling_units = if widened { account.dwelling_units } else { 1 };
    let priced = rate::price(tariff, "ALL", &customer, rate::Options { dwelling_units }).expect("rates fit");
    let mut tiers = [(Decimal::ZERO, Money::ZERO); 3];
    let mut fixed = Money::ZERO;
    for line in priced.lines() {
        match line.tier {
            Some(tier) => tiers[tier as usize - 1] = (line.quantity, Money::rounded(line.amount)),
            None => fixed += Money::rounded(line.amount),
        }
    }
    Bill { account, read, previous, units, fixed, tiers }
}
