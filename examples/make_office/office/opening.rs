//! What the books are opened with: closed days, customers, meters and what was owed.

use std::path::Path;

use chrono::{Days, NaiveDate};

use super::account::Account;
use super::cast::Part;
use super::chance::{Chance, Topic};
use super::sheets::{Book, Cell, Delimited};
use super::{DISTRICT, Outcome, Plan, days, everyone, water};

/// The closed days, beside a column that the program does not know.
pub(super) fn calendar(path: &Path) -> Outcome {
    let mut book = Book::new("Closed days", &[DISTRICT], &[("Date", 12), ("Reason", 32), ("Weekday", 12)])?;
    for (year, month, day, reason) in days::HOLIDAYS {
        let date = days::date(year, month, day);
        let weekday = date.format("%A").to_string();
        book.row(&[Cell::Day(date), Cell::Text(reason), Cell::Text(&weekday)])?;
    }
    book.save(path)
}

const ACCOUNT_COLUMNS: [(&str, u32); 21] = [
    ("Account", 10),
    ("Customer", 32),
    ("Service address", 28),
    ("Class", 18),
    ("Meter size", 10),
    ("Status", 10),
    ("Opened", 12),
    ("Mailing address", 28),
    ("City", 18),
    ("State", 6),
    ("ZIP", 8),
    ("Phone", 14),
    ("Dwelling units", 14),
    ("Sewer", 10),
    ("EDU", 6),
    ("Cycle", 6),
    ("Route", 6),
    ("Sequence", 10),
    ("Owner", 28),
    ("Tenant", 8),
    ("Language", 10),
];

/// The customers as the front desk exports them: title rows first, account numbers as text.
pub(super) fn accounts(plan: &Plan, who: impl Fn(&Account) -> bool, path: &Path) -> Outcome {
    let titles = [DISTRICT, "Customer accounts"];
    let mut book = Book::new("Accounts", &titles, &ACCOUNT_COLUMNS)?;
    for account in everyone(plan).filter(|account| who(account)) {
        book.row(&account_row(&account, &format!("{:02}", account.route)))?;
    }
    book.save(path)
}

fn account_row<'a>(account: &'a Account, route: &'a str) -> [Cell<'a>; 21] {
    let status = if account.part == Some(Part::Inactive) { "inactive" } else { "active" };
    [
        Cell::Text(&account.number),
        Cell::Text(&account.customer),
        Cell::Text(&account.address),
        Cell::Text(account.class.name),
        Cell::Text(account.size),
        Cell::Text(status),
        Cell::Day(account.opened),
        Cell::Text(&account.address),
        Cell::Text("Sagebrush Flats"),
        Cell::Text("CA"),
        Cell::Text("92299"),
        Cell::Text(&account.phone),
        Cell::Whole(account.dwellings),
        Cell::Text(account.sewer),
        account.edu_quarters.map_or(Cell::Empty, Cell::Quarters),
        Cell::Text("1"),
        Cell::Text(route),
        Cell::Whole(account.sequence),
        account.owner.as_deref().map_or(Cell::Empty, Cell::Text),
        Cell::Text(if account.owner.is_some() { "y" } else { "" }),
        Cell::Text(if account.spanish { "es" } else { "" }),
    ]
}

/// The meters with the last read that the old books billed.
pub(super) fn meters(plan: &Plan, who: impl Fn(&Account) -> bool, path: &Path) -> Outcome {
    let header = ["Account", "Meter", "Size", "Dials", "Multiplier", "Unit", "Installed", "Initial reading"];
    let mut file = Delimited::new(path, &header)?;
    for account in everyone(plan).filter(|account| who(account) && account.has_meter()) {
        file.row(&[
            account.number.as_str(),
            &water::meter(&account),
            account.size,
            &water::DIALS.to_string(),
            "1",
            "cf",
            &days::typed(water::installed(plan, &account)),
            &water::initial_reading(plan, &account).to_string(),
        ])?;
    }
    file.finish()
}

/// What was owed when the books were opened, with a totals row: one account in ten owes the December bill, some of them
/// the November bill too, and a few have paid ahead.
pub(super) fn balances(plan: &Plan, who: impl Fn(&Account) -> bool, path: &Path) -> Outcome {
    let mut file = Delimited::new(path, &["Account", "Bill date", "Due date", "Amount"])?;
    let mut total = 0;
    for account in everyone(plan).filter(|account| who(account)) {
        for (bill_date, cents) in debts(plan, &account) {
            total += cents;
            let due = if cents < 0 { String::new() } else { days::typed(bill_date + Days::new(20)) };
            file.row(&[account.number.clone(), days::typed(bill_date), due, money(cents)])?;
        }
    }
    file.row(&["Total", "", "", &money(total)])?;
    file.finish()
}

/// What an account owed when the books were opened: bill dates and cents; a credit is negative.
pub(super) fn debts(plan: &Plan, account: &Account) -> Vec<(NaiveDate, i64)> {
    let (november, december) = (days::date(2019, 11, 21), days::date(2019, 12, 19));
    let mut chance = Chance::about(plan.seed, Topic::Debt, account.index);
    let mut owed = Vec::new();
    if chance.one_in(10) {
        if chance.one_in(4) {
            owed.push((november, chance.between(2_330, 11_900).into()));
        }
        owed.push((december, chance.between(2_330, 14_900).into()));
    } else if chance.one_in(45) {
        owed.push((december, -i64::from(chance.between(400, 6_000))));
    }
    owed
}

/// `12.05`; a credit in parentheses.
pub(super) fn money(cents: i64) -> String {
    let (whole, rest) = (cents.abs() / 100, cents.abs() % 100);
    if cents < 0 { format!("({whole}.{rest:02})") } else { format!("{whole}.{rest:02}") }
}
