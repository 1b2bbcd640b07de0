//! Water sold through hydrant meters and by the load.

use std::path::Path;

use chrono::Days;

use super::account::Account;
use super::chance::{Chance, Topic};
use super::sheets::{Book, Cell};
use super::{DISTRICT, Outcome, Plan, days, everyone, water};

const COLUMNS: [(&str, u32); 8] = [
    ("Account", 10),
    ("Meter/Hydrant", 15),
    ("Date", 12),
    ("Start reading", 14),
    ("End reading", 14),
    ("Gallons", 10),
    ("Rental days", 12),
    ("Deposit", 10),
];

/// The month's sheet of the bulk water desk, which closes it two days before the bills.
pub(super) fn write(plan: &Plan, month: u32, path: &Path) -> Outcome {
    let title = format!("Bulk water, {}", days::name(month));
    let mut book = Book::new("Bulk water", &[DISTRICT, &title], &COLUMNS)?;
    for account in everyone(plan).filter(Account::is_bulk) {
        if account.draws_by_the_load() {
            loads(plan, month, &account, &mut book)?;
        } else {
            hydrant_meter(plan, month, &account, &mut book)?;
        }
    }
    book.save(path)
}

fn hydrant_meter(plan: &Plan, month: u32, account: &Account, book: &mut Book) -> Outcome {
    book.row(&[
        Cell::Text(&account.number),
        Cell::Text(&water::meter(account)),
        Cell::Day(days::bill_day(month) - Days::new(2)),
        Cell::Whole(water::register_before(plan, account, month)),
        Cell::Whole(water::register(plan, account, month)),
        Cell::Empty,
        Cell::Whole(if month == 0 { 36 } else { 28 }),
        Cell::Empty,
    ])
}

/// One to three tank loads; the deposit of the permit stands on the very first.
fn loads(plan: &Plan, month: u32, account: &Account, book: &mut Book) -> Outcome {
    let mut chance = Chance::about(plan.seed, Topic::Load, account.index + 1_000_000 * month);
    let hydrant = format!("H-{}", account.index % 90 + 1);
    let loads = chance.between(1, 3);
    for load in 0..loads {
        let days_before = 2 + 3 * u64::from(loads - 1 - load);
        book.row(&[
            Cell::Text(&account.number),
            Cell::Text(&hydrant),
            Cell::Day(days::bill_day(month) - Days::new(days_before)),
            Cell::Empty,
            Cell::Empty,
            Cell::Whole(chance.between(8, 42) * 100),
            Cell::Empty,
            if month == 0 && load == 0 { Cell::Whole(750) } else { Cell::Empty },
        ])?;
    }
    Ok(())
}
