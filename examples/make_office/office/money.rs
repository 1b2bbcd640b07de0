//! What customers pay, what the bank takes back, and what the office corrects.

use std::path::Path;

use chrono::NaiveDate;

use super::account::Account;
use super::cast::Part;
use super::chance::{Chance, Topic};
use super::opening::{debts, money};
use super::sheets::Delimited;
use super::{Outcome, Plan, days, everyone};

/// How people pay.
const METHODS: [&str; 4] = ["check", "lockbox", "online", "cash"];

/// A row of payments.
struct Payment {
    date: NaiveDate,
    account: String,
    cents: i64,
    method: &'static str,
    reference: String,
}

/// What most of those pay who owed something when the books were opened; some pay a part of it.
fn of_old_bills(plan: &Plan) -> Vec<Payment> {
    let mut paid = Vec::new();
    for account in everyone(plan).filter(|account| account.part != Some(Part::Newcomer)) {
        let owed: i64 = debts(plan, &account).iter().map(|(_, cents)| *cents).sum();
        let mut chance = Chance::about(plan.seed, Topic::Payment, account.index);
        if owed <= 0 || chance.one_in(5) {
            continue;
        }
        let cents = if chance.one_in(6) { owed / 2 } else { owed };
        let day = 6 + chance.between(0, 3);
        let reference = format!("L{:05}", 10_000 + paid.len());
        let date = days::date(2020, 1, day);
        paid.push(Payment { date, account: account.number, cents, method: "lockbox", reference });
    }
    paid
}

/// What three in five pay on the January bill, in round figures; of one the number is mistyped.
fn of_january(plan: &Plan) -> Vec<Payment> {
    let mut paid = Vec::new();
    for account in everyone(plan).filter(|account| account.part.is_none() && !account.is_bulk()) {
        let mut chance = Chance::about(plan.seed, Topic::Payment, account.index);
        if chance.between(1, 5) > 3 {
            continue;
        }
        let cents = i64::from(chance.between(4, 12)) * 1_000;
        let (date, method) = (days::date(2020, 2, 3 + chance.between(0, 3)), chance.pick(&METHODS));
        let reference = format!("P{:05}", 20_000 + paid.len());
        let number = if paid.len() == 20 { mistyped(plan, &account) } else { account.number };
        paid.push(Payment { date, account: number, cents, method, reference });
    }
    paid
}

/// The number with its last two digits swapped, where that is nobody's.
fn mistyped(plan: &Plan, account: &Account) -> String {
    let mut digits: Vec<char> = account.number.chars().collect();
    let last = digits.len() - 1;
    digits.swap(last - 1, last);
    let swapped: String = digits.into_iter().collect();
    if everyone(plan).any(|other| other.number == swapped) { account.number.clone() } else { swapped }
}

/// The payments of a month with their totals row; no file where nobody paid.
pub(super) fn payments(plan: &Plan, month: u32, path: &Path) -> Outcome {
    let paid = if month == 0 { of_old_bills(plan) } else { of_january(plan) };
    if paid.is_empty() {
        return Ok(());
    }
    let mut file = Delimited::new(path, &["Date", "Account", "Amount", "Method", "Reference"])?;
    for one in &paid {
        let amount = money(one.cents);
        file.row(&[&days::typed(one.date), &one.account, &amount, one.method, &one.reference])?;
    }
    let total = money(paid.iter().map(|one| one.cents).sum());
    file.row(&["Total", "", &total, "", ""])?;
    file.finish()
}

/// A payment of January that the bank took back.
pub(super) fn returned(plan: &Plan, path: &Path) -> Outcome {
    let Some(one) = of_old_bills(plan).into_iter().nth(3) else { return Ok(()) };
    let mut file = Delimited::new(path, &["Date", "Account", "Amount", "Reason", "Reference"])?;
    let day = days::typed(days::date(2020, 2, 11));
    file.row(&[&day, &one.account, &money(one.cents), "NSF", &one.reference])?;
    file.finish()
}

/// Three corrections: a courtesy, one that waits for approval, and a fine that somebody approved.
pub(super) fn adjustments(plan: &Plan, path: &Path) -> Outcome {
    let accounts: Vec<Account> =
        everyone(plan).filter(|account| account.part.is_none() && !account.is_bulk()).take(60).collect();
    let [.., a, _, b, _, c] = accounts.as_slice() else { return Ok(()) };
    let mut file = Delimited::new(path, &["Date", "Account", "Amount", "Reason", "Approved by", "Note"])?;
    let day = days::typed(days::date(2020, 2, 12));
    file.row(&[&day, &a.number, "(10.00)", "courtesy", "", "long wait at the counter"])?;
    file.row(&[&day, &b.number, "(62.50)", "billing-error", "", "billed for two dwellings instead of one"])?;
    file.row(&[&day, &c.number, "50.00", "fine", "DS", "watering at noon, second notice"])?;
    file.finish()
}
