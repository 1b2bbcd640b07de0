//! An invented office: its settings, its rates, and what people drop into the inbox day by day.
//!
//! Nobody is stored. An account, its meter and its use are functions of the seed and the account's place, so that an
//! office of a million accounts needs no more memory than one of ten.

#![expect(clippy::disallowed_methods, reason = "shell: writes the office")]

mod account;
mod bulk;
mod cast;
mod chance;
mod days;
mod field;
mod money;
mod opening;
mod people;
mod reads;
mod sheets;
#[cfg(test)]
mod tests;
mod water;

use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use account::Account;
use cast::Part;

/// What went wrong while writing: the disk or the workbook library.
pub(crate) type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// The office to make.
pub(crate) struct Plan {
    /// Number of accounts.
    pub(crate) accounts: u32,
    /// Another seed makes other people with other habits.
    pub(crate) seed: u64,
    /// Number of months to bill, from January 2020.
    pub(crate) months: u32,
    /// All reads of a month in one xlsx and no faulty file: for timing.
    pub(crate) plain: bool,
}

/// The office that lies in `examples/office`.
pub(crate) const SAMPLE: Plan = Plan { accounts: 300, seed: 2020, months: 2, plain: false };

/// The invented district's name, as it stands on its sheets.
const DISTRICT: &str = "Sagebrush Flats Water District (invented)";

const SETTINGS: &str = include_str!("office.toml");

const RATES: [(&str, &str); 2] = [
    ("hi-desert-2011-07-01.owrs", include_str!("../../../templates/rates/hi-desert-2011-07-01.owrs")),
    ("hi-desert-2020-02-01.owrs", include_str!("../../../templates/rates/hi-desert-2020-02-01.owrs")),
];

/// Writes the office into a folder. Files of an earlier office there are written over, none is removed.
pub(crate) fn make(plan: &Plan, dir: &Path) -> Outcome {
    fs::create_dir_all(dir.join("rates"))?;
    fs::write(dir.join("office.toml"), settings(plan))?;
    for (name, text) in RATES {
        fs::write(dir.join("rates").join(name), text)?;
    }
    books_opened(plan, &drop_of(dir, days::books_opened())?)?;
    for month in 0..plan.months {
        reads_come_in(plan, month, dir)?;
        let bill_day = drop_of(dir, days::bill_day(month))?;
        bulk::write(plan, month, &bill_day.join(format!("bulk-water-{}.xlsx", days::label(month))))?;
        if month == 0 {
            after_the_first_bills(plan, &drop_of(dir, days::open_day_after(days::bill_day(0)))?)?;
        }
        if month == 1 && !plan.plain {
            field::work_orders(plan, days::bill_day(1), &bill_day.join("work-orders-2020-02.csv"))?;
        }
    }
    Ok(())
}

/// The settings with a bill date for every month of the plan.
fn settings(plan: &Plan) -> String {
    let mut text = SETTINGS.to_owned();
    for month in 0..plan.months {
        let (month, date) = (days::label(month), days::bill_day(month));
        writeln!(text, "\"{month}\" = \"{date}\"").expect("a string takes all that is written to it");
    }
    text
}

fn drop_of(dir: &Path, day: NaiveDate) -> Outcome<PathBuf> {
    let drop = dir.join("drops").join(day.to_string());
    fs::create_dir_all(&drop)?;
    Ok(drop)
}

fn books_opened(plan: &Plan, drop: &Path) -> Outcome {
    let known = |account: &Account| account.part != Some(Part::Newcomer);
    opening::calendar(&drop.join("calendar.xlsx"))?;
    opening::accounts(plan, known, &drop.join("accounts.xlsx"))?;
    opening::meters(plan, known, &drop.join("meters.csv"))?;
    opening::balances(plan, known, &drop.join("opening-balances.csv"))
}

/// The reads of a month: one xlsx in the odd months of the year, in the even ones the csv of the handheld.
///
/// In the second month the reader of one route hands in a file of her own with three slips of the pen, and on the next
/// open day the same file without them.
fn reads_come_in(plan: &Plan, month: u32, dir: &Path) -> Outcome {
    let day = days::reads_day(month);
    let drop = drop_of(dir, day)?;
    let name = format!("reads-{}", days::label(month));
    let late = |account: &Account| month == 1 && !plan.plain && account.route == reads::LATE_ROUTE;
    let in_time = |account: &Account| !late(account);
    if plan.plain || month.is_multiple_of(2) {
        reads::as_xlsx(plan, month, in_time, &drop.join(name + ".xlsx"))?;
    } else {
        reads::as_csv(plan, month, in_time, &drop.join(name + ".csv"))?;
    }
    if everyone(plan).any(|account| late(&account)) {
        let name = format!("reads-feb-route-{}.csv", reads::LATE_ROUTE);
        reads::with_slips(plan, month, late, &drop.join(&name))?;
        reads::as_csv(plan, month, late, &drop_of(dir, days::open_day_after(day))?.join(&name))?;
    }
    if plan.plain || month > 1 {
        return Ok(());
    }
    money::payments(plan, month, &drop.join(format!("payments-{}.csv", days::label(month))))?;
    if month == 1 {
        let next = drop_of(dir, days::open_day_after(day))?;
        money::returned(plan, &next.join("returned-2020-02.csv"))?;
        money::adjustments(plan, &next.join("adjustments-2020-02.csv"))?;
    }
    Ok(())
}

/// The first decisions about held reads, the meters that the crew changed out, and the customers who came since the books were
/// opened.
fn after_the_first_bills(plan: &Plan, drop: &Path) -> Outcome {
    let new = |account: &Account| account.part == Some(Part::Newcomer);
    reads::decisions(plan, 0, &drop.join("decisions-2020-01.csv"))?;
    if !plan.plain && everyone(plan).any(|account| account.part == Some(Part::MeterChanged)) {
        let day = days::open_day_after(days::bill_day(0));
        field::meter_changes(plan, day, &drop.join("meter-changes-2020-01.csv"))?;
    }
    if everyone(plan).any(|account| new(&account)) {
        opening::accounts(plan, new, &drop.join("new-accounts.xlsx"))?;
        opening::meters(plan, new, &drop.join("new-meters.csv"))?;
    }
    Ok(())
}

/// All accounts of the plan in the order of their numbers.
fn everyone(plan: &Plan) -> impl Iterator<Item = Account> {
    (0..plan.accounts).map(|index| Account::nth(plan, index))
}
