//! The bills of a month that were taken back, each with the bill that took its place.

use std::collections::BTreeMap;

use super::Failure;
use super::bill::RunOutcome;
use crate::domain::books::bill::Bill;
use crate::domain::books::history::History;
use crate::domain::date::Month;
use crate::domain::id::{AccountId, Sequence};
use crate::domain::proposals::rebilled::{Rebilled, UndoneBill};
use crate::ledger::{BillRecord, Ledger};

/// A bill that stands, with the run that posted it; a proposed one has none.
type Standing<'b> = (Option<Sequence>, &'b Bill);

/// The bills of a run's month that were taken back, beside those posted or proposed since.
pub(super) fn of_run(
    ledger: &Ledger,
    run: &RunOutcome,
    histories: &[History],
) -> Result<Vec<Rebilled>, Failure> {
    let undone = ledger.undone_bills_of(&run.cycle, run.month)?;
    if undone.is_empty() {
        return Ok(vec![]);
    }
    let posted = ledger.bills_of(&run.cycle, run.month)?;
    let posted = posted.iter().map(|record| (Some(record.sequence), &record.bill));
    let proposed = run.proposed.iter().map(|one| (None, &one.bill));
    Ok(rebilled(undone, posted.chain(proposed), histories))
}

/// The bills of an account that were taken back, the last of each month beside the one posted since.
pub(super) fn of_account(
    ledger: &Ledger,
    history: &History,
    posted: &[BillRecord],
) -> Result<Vec<Rebilled>, Failure> {
    let mut months: BTreeMap<Month, Vec<UndoneBill>> = BTreeMap::new();
    for old in ledger.undone_bills_of_account(&history.account.id)? {
        months.entry(old.bill.month).or_default().push(old);
    }
    let standing = || posted.iter().map(|record| (Some(record.sequence), &record.bill));
    let histories = std::slice::from_ref(history);
    Ok(months.into_values().flat_map(|undone| rebilled(undone, standing(), histories)).collect())
}

/// Puts each account's last bill that was taken back beside the one made since; by account.
fn rebilled<'b>(
    undone: Vec<UndoneBill>,
    standing: impl Iterator<Item = Standing<'b>>,
    histories: &[History],
) -> Vec<Rebilled> {
    let last = last_of_accounts(undone);
    if last.is_empty() {
        return vec![];
    }
    let mut by_account: BTreeMap<&AccountId, Vec<Standing<'_>>> = BTreeMap::new();
    for (run, bill) in standing {
        by_account.entry(&bill.account).or_default().push((run, bill));
    }
    let customers: BTreeMap<&AccountId, &str> =
        histories.iter().map(|history| (&history.account.id, history.account.customer.as_str())).collect();
    let pair = |(account, old): (AccountId, UndoneBill)| {
        let standing = by_account.get(&account).map_or(&[][..], Vec::as_slice);
        Rebilled {
            new: in_place_of(&old, standing.iter().copied()).cloned(),
            customer: customers.get(&account).copied().unwrap_or_default().to_owned(),
            old,
        }
    };
    last.into_iter().map(pair).collect()
}

/// The bill that took the place of another: one of the same month that was made after it, of its kind where there are two.
fn in_place_of<'b>(old: &UndoneBill, standing: impl Iterator<Item = Standing<'b>>) -> Option<&'b Bill> {
    let later =
        standing.filter(|(run, bill)| bill.month == old.bill.month && run.is_none_or(|run| run > old.run));
    later.map(|(_, bill)| bill).min_by_key(|bill| bill.kind != old.bill.kind)
}

fn last_of_accounts(undone: Vec<UndoneBill>) -> BTreeMap<AccountId, UndoneBill> {
    let mut last: BTreeMap<AccountId, UndoneBill> = BTreeMap::new();
    for old in undone {
        let newer = last.get(&old.bill.account).is_none_or(|known| known.run < old.run);
        if newer {
            last.insert(old.bill.account.clone(), old);
        }
    }
    last
}
