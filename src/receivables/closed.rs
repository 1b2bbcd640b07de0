//! How closed accounts stand: from what was owed before the final bill to what is owed now, and refunds by check.

use chrono::Months;

use super::allocation::allocate;
use crate::domain::books::entry::{Effect, EntryKind};
use crate::domain::date::Date;
use crate::domain::money::Money;
use crate::domain::proposals::closed_money::SettledAccount;

/// Below this a refund that nobody claims may be kept after one year, else after three (Government Code 50050, 50055).
const SMALL_REFUND_CENTS: i64 = 1_500;

/// Fills in what the standing entries of a closed account did to it, given its final bill.
///
/// Entries of the final bill's day count as before it, but for the bill itself and what settled it.
pub fn settled(mut of: SettledAccount, effects: &[&Effect]) -> SettledAccount {
    let billed_on = of.final_bill.as_ref().map(|(_, date)| *date);
    for effect in effects {
        let since = billed_on.is_some_and(|day| effect.date >= day);
        let is_bill = of
            .final_bill
            .as_ref()
            .is_some_and(|(number, _)| effect.kind == EntryKind::Bill && effect.reference == *number);
        let amount = effect.amount;
        match effect.kind {
            _ if is_bill => of.billed += amount,
            EntryKind::DepositApplied if since => of.deposit_applied -= amount,
            EntryKind::DepositRefund if since => of.deposit_refunded -= effect.deposit,
            EntryKind::Refund if since => of.refunded += amount,
            EntryKind::TransferOut if since => of.transferred += amount,
            EntryKind::WriteOff if since => of.written_off += amount,
            _ if billed_on.is_some_and(|day| effect.date > day) => of.later += amount,
            _ => of.before += amount,
        }
        of.balance += amount;
        of.held += effect.deposit;
    }
    of.due = allocate(effects).items.iter().filter(|item| !item.open.is_zero()).map(|item| item.due).min();
    of
}

/// The day from which the district may keep a refund that nobody claims.
pub fn keeps_from(refunded: Date, amount: Money) -> Date {
    let years = if amount.cents() < SMALL_REFUND_CENTS { 1 } else { 3 };
    refunded.checked_add_months(Months::new(12 * years)).unwrap_or(Date::MAX)
}
