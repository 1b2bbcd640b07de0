//! What flows through a meter, and what its register shows.

use chrono::NaiveDate;

use super::Plan;
use super::account::{Account, routes};
use super::cast::{self, Oddity, Part};
use super::chance::{Chance, Topic};
use super::days;

/// Every register has six dials and counts cubic feet.
pub(super) const DIALS: u32 = 6;
const FULL_TURN: u32 = 10u32.pow(DIALS);

/// The meter's serial number.
pub(super) fn meter(account: &Account) -> String {
    format!("M{:08}", 20_000_013 + 13 * account.index)
}

/// The serial number of the meter that is read in a month.
pub(super) fn meter_in(plan: &Plan, account: &Account, month: u32) -> String {
    if is_changed(plan, account, month) { new_meter(account) } else { meter(account) }
}

/// The serial number of the meter that takes the place of a changed one.
pub(super) fn new_meter(account: &Account) -> String {
    format!("M{:08}", 40_000_013 + 13 * account.index)
}

/// Whether the meter was changed out before the read of a month.
fn is_changed(plan: &Plan, account: &Account, month: u32) -> bool {
    !plan.plain && account.part == Some(Part::MeterChanged) && month > 0
}

/// What the register of a meter that is changed out shows at the end: in the middle of the second month's period.
pub(super) fn final_reading(plan: &Plan, account: &Account) -> u32 {
    (register(plan, account, 0) + used(plan, account, 1) / 2) % FULL_TURN
}

/// The day on which the register showed its initial reading: the last read billed in the old books, for a new customer
/// the day of opening.
pub(super) fn installed(plan: &Plan, account: &Account) -> NaiveDate {
    match account.part {
        Some(Part::Newcomer) => account.opened,
        _ if account.is_bulk() => account.opened,
        _ => days::last_old_read_day(account.route, routes(plan.accounts)),
    }
}

/// What the register showed on that day.
pub(super) fn initial_reading(plan: &Plan, account: &Account) -> u32 {
    let mut chance = Chance::about(plan.seed, Topic::Meter, account.index);
    match account.part {
        Some(Part::AboutToRollOver) => FULL_TURN - chance.between(12, 88),
        _ => chance.between(2_000, 880_000),
    }
}

/// The cubic feet used between the reads of two months.
fn used(plan: &Plan, account: &Account, month: u32) -> u32 {
    let mut habit = Chance::about(plan.seed, Topic::Habit, account.index);
    let (low, high) = account.class.use_cf;
    let usual = (habit.between(low, high) + habit.between(low, high)) / 2 * account.dwellings;
    let this_month = account.index + 1_000_000 * month;
    let usual = usual / 100 * Chance::about(plan.seed, Topic::Month, this_month).between(90, 110);
    match (account.part, cast::oddity(account.part, month)) {
        (Some(Part::Newcomer), _) if month == 0 => 0,
        (Some(Part::Newcomer), _) if month == 1 => usual / 2,
        (_, Some(Oddity::Zero)) => 0,
        (_, Some(Oddity::High)) => usual * 3,
        (_, Some(Oddity::Highest)) => usual * 8,
        _ => usual,
    }
}

/// What the register shows on the read day of a month.
pub(super) fn register(plan: &Plan, account: &Account, month: u32) -> u32 {
    if is_changed(plan, account, month) {
        let since: u32 = (1..=month).map(|month| used(plan, account, month)).sum();
        return since - used(plan, account, 1) / 2;
    }
    let used: u32 = (0..=month).map(|month| used(plan, account, month)).sum();
    (initial_reading(plan, account) + used) % FULL_TURN
}

/// What it showed one month before; a new meter begins at nothing.
pub(super) fn register_before(plan: &Plan, account: &Account, month: u32) -> u32 {
    match month.checked_sub(1) {
        Some(before) if is_changed(plan, account, month) && !is_changed(plan, account, before) => 0,
        Some(before) => register(plan, account, before),
        None => initial_reading(plan, account),
    }
}
