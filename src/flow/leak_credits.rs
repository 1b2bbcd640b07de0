//! The leak credits that rows of adjustments ask for, worked out from the bills on the books.

use std::collections::BTreeMap;

use super::Failure;
use crate::domain::books::bill::Bill;
use crate::domain::books::leak::LeakCredit;
use crate::domain::books::money_in::{LEAK_CREDIT, LeakCreditAsked};
use crate::domain::date::{Date, Month};
use crate::domain::id::AccountId;
use crate::domain::rows::AdjustmentRow;
use crate::ledger::Ledger;
use crate::receivables;

/// What each leak credit among rows comes to, or why it cannot be worked out.
pub(super) fn asked<'a>(
    ledger: &Ledger,
    rows: impl Iterator<Item = &'a AdjustmentRow>,
) -> Result<BTreeMap<LeakCreditAsked, Result<LeakCredit, String>>, Failure> {
    let mut found = BTreeMap::new();
    for row in rows.filter(|row| row.reason == LEAK_CREDIT) {
        let worked = worked(ledger, &row.account, row.date, &row.note)?;
        found.insert((row.account.clone(), row.date, row.note.clone()), worked);
    }
    Ok(found)
}

/// The credit for the bill whose number stands in the note, else for the newest bill dated up to a day.
pub(super) fn worked(
    ledger: &Ledger,
    account: &AccountId,
    day: Date,
    note: &str,
) -> Result<Result<LeakCredit, String>, Failure> {
    let bills: Vec<Bill> =
        ledger.bills_of_account(account, day)?.into_iter().map(|record| record.bill).collect();
    let named = bills.iter().rfind(|bill| note.contains(bill.number.as_str()));
    let Some(bill) = named.or(bills.last()) else {
        return Ok(Err(format!("account {account} has no bill up to {day}")));
    };
    let units = |years: i32| {
        let month = Month::new(bill.month.year() - years, chrono::Datelike::month(&bill.month.first_day()));
        bills.iter().rfind(|bill| Some(bill.month) == month).map(|bill| bill.units)
    };
    Ok(receivables::leak_credit(bill, [units(1), units(2)]))
}
