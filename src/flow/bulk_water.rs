//! The worksheet of bulk water: the permits as of the day, and the water of the month.

use std::collections::BTreeMap;

use super::Failure;
use super::desk::{Audited, Desk};
use super::lists::permits_of;
use super::refresh::customer;
use super::registers::newest_change;
use crate::domain::books::account::{Account, BULK_CLASS, Status};
use crate::domain::books::bill::Bill;
use crate::domain::books::history::BulkLoad;
use crate::domain::books::reading::ReadId;
use crate::domain::date::Month;
use crate::domain::id::{AccountId, BillNumber};
use crate::domain::money::Money;
use crate::domain::proposals::bulk_water::{BulkWater, LoadRow, PermitRow};
use crate::domain::proposals::receipts::ReceiptRow;

/// Where the worksheet of a month lies in the office.
pub(super) fn path(of: &BulkWater) -> String {
    format!("outbox/{}/bulk-water-worksheet.xlsx", of.month)
}

/// The worksheet of the month of the day; `None` for an office without bulk water.
pub(super) fn bulk_water(
    desk: &Desk,
    audited: &Audited,
    receipts: &[ReceiptRow],
) -> Result<Option<BulkWater>, Failure> {
    let (ledger, month) = (&desk.books.ledger, Month::of(desk.today));
    let Some(newest) = newest_change(receipts) else { return Ok(None) };
    let permits = permits_of(&desk.books, newest.day)?;
    if permits.is_empty() {
        return Ok(None);
    }
    let accounts: BTreeMap<AccountId, Account> = ledger
        .accounts(newest.day)?
        .into_iter()
        .filter(|account| account.class == BULK_CLASS)
        .map(|account| (account.id.clone(), account))
        .collect();
    let billed = billed(desk, &accounts)?;
    let loads = loads(audited, month, &billed);
    let balances = ledger.balances(newest.day)?;
    let held = ledger.deposits_held(newest.day)?;
    let deposits = accounts.keys().filter_map(|id| held.get(id)).copied().sum();
    let rows = permits.into_iter().filter_map(|permit| {
        let account = accounts.get(&permit.account)?;
        let waits = |row: &&LoadRow| row.bill.is_none() && row.load.account == permit.account;
        Some(PermitRow {
            customer: customer(account),
            is_closed: account.status == Status::Closed,
            owed: balances.get(&permit.account).copied().unwrap_or(Money::ZERO),
            waiting: loads.iter().filter(waits).count(),
            permit,
        })
    });
    Ok(Some(BulkWater {
        office: desk.books.office.office.name.clone(),
        month,
        day: newest.day,
        run_id: format!("bulk water {month} receipt {}", newest.sequence),
        chain_head: desk.archive.receipt(newest.sequence)?.1,
        rounding: desk.books.office.usage.rounding,
        permits: rows.collect(),
        bills: billed
            .into_iter()
            .filter(|(_, bill)| Month::of(bill.bill_date) == month)
            .filter_map(|(account, bill)| Some((customer(accounts.get(&account)?), bill)))
            .collect(),
        loads,
        deposits,
    }))
}

/// The bills that have rows of bulk water, by account.
fn billed(desk: &Desk, accounts: &BTreeMap<AccountId, Account>) -> Result<Vec<(AccountId, Bill)>, Failure> {
    let mut bills = Vec::new();
    for account in accounts.keys() {
        bills.extend(
            desk.books.ledger.bills_of_account(account, desk.today)?.into_iter().map(|record| record.bill),
        );
    }
    let has_rows = |bill: &Bill| bill.metered.as_ref().is_some_and(|metered| !metered.loads.is_empty());
    Ok(bills.into_iter().filter(has_rows).map(|bill| (bill.account.clone(), bill)).collect())
}

/// The rows on the bills made in the month, and those that wait for one.
fn loads(audited: &Audited, month: Month, billed: &[(AccountId, Bill)]) -> Vec<LoadRow> {
    let mut of_bill: BTreeMap<ReadId, (Month, &BillNumber)> = BTreeMap::new();
    for (_, bill) in billed {
        let loads = bill.metered.iter().flat_map(|metered| &metered.loads);
        of_bill.extend(loads.map(|load| (*load, (Month::of(bill.bill_date), &bill.number))));
    }
    let shown = |load: &BulkLoad| match of_bill.get(&load.id) {
        None => Some(LoadRow { load: load.clone(), bill: None }),
        Some((billed, number)) => {
            (*billed == month).then(|| LoadRow { load: load.clone(), bill: Some((*number).clone()) })
        }
    };
    audited.histories.accounts.iter().flat_map(|history| &history.loads).filter_map(shown).collect()
}
