//! The workbook of closed accounts: how each was settled, what is still owed either way, and what has to be followed up.

use std::collections::{BTreeMap, BTreeSet};

use super::Failure;
use super::decided::Current;
use super::desk::{Audited, Books, Desk};
use super::registers::newest_change;
use crate::domain::books::account::{Account, BULK_CLASS, Contact, Status};
use crate::domain::books::entry::{Effect, EntryKind};
use crate::domain::books::money_in::Closing;
use crate::domain::books::settlement::Settlement;
use crate::domain::date::{Date, Month};
use crate::domain::id::AccountId;
use crate::domain::money::Money;
use crate::domain::page::seal;
use crate::domain::proposals::closed_accounts::ClosedAccounts;
use crate::domain::proposals::closed_money::{CREDIT_PREFIX, RefundCheck, SettledAccount};
use crate::domain::proposals::receipts::ReceiptRow;
use crate::ledger::Ledger;
use crate::post::Waits;
use crate::{bill, receivables, workbook};

/// Where the workbook of a month lies in the office.
pub(super) fn path(month: Month) -> String {
    format!("outbox/{month}/closed-accounts.xlsx")
}

/// What the workbook shows; `None` where there is nothing to follow up and none has to be brought up to date.
pub(super) fn closed_accounts(
    desk: &Desk,
    audited: &Audited,
    receipts: &[ReceiptRow],
) -> Result<Option<ClosedAccounts>, Failure> {
    let (books, month) = (&desk.books, Month::of(desk.today));
    let flat_rates = bill::flat_rates(&audited.histories, &audited.audit, &books.office, desk.today);
    let Some(newest) = newest_change(receipts) else { return Ok(None) };
    let of_month = |one: &SettledAccount| {
        one.final_bill.as_ref().is_some_and(|(_, date)| Month::of(*date) == month)
            || one.bill_to_come
            || !one.balance.is_zero()
            || !one.held.is_zero()
    };
    let of = ClosedAccounts {
        office: books.office.office.name.clone(),
        month,
        day: newest.day,
        run_id: format!("closed accounts {month} receipt {}", newest.sequence),
        chain_head: desk.archive.receipt(newest.sequence)?.1,
        refund_minimum: books.office.closing.refund_minimum,
        settled: settled(books, desk.today)?.into_iter().filter(of_month).collect(),
        checks: checks(books, desk.today)?,
        flat_rates,
    };
    let shows = !of.flat_rates.is_empty() || !of.settled.is_empty() || !of.checks.is_empty();
    Ok((shows || books.root.join(path(month)).is_file()).then_some(of))
}

/// How each closed account stands on a day, by number.
fn settled(books: &Books, day: Date) -> Result<Vec<SettledAccount>, Failure> {
    let (ledger, minimum) = (&books.ledger, books.office.closing.refund_minimum);
    let accounts = ledger.accounts(day)?.into_iter().filter(|account| account.status == Status::Closed);
    let accounts: Vec<Account> = accounts.collect();
    if accounts.is_empty() {
        return Ok(vec![]);
    }
    let effects = ledger.standing_entries_of_closed(day)?;
    let mut by_account: BTreeMap<&AccountId, Vec<&Effect>> = BTreeMap::new();
    for effect in &effects {
        by_account.entry(&effect.account).or_default().push(effect);
    }
    let closings: BTreeMap<AccountId, Closing> =
        ledger.closings(day)?.into_iter().map(|closing| (closing.account.clone(), closing)).collect();
    let final_bills: BTreeMap<AccountId, (String, Date)> = ledger
        .final_bills(day)?
        .into_iter()
        .map(|(account, number, date)| (account, (number, date)))
        .collect();
    let idle = without_a_final_bill(ledger, &accounts, day)?;
    let stands = |account: Account| {
        let closing = closings.get(&account.id);
        let final_bill = final_bills.get(&account.id).cloned();
        let blank = SettledAccount {
            address: address(&account.contact, closing),
            tenant: account.tenant,
            closed: account.closed,
            bill_to_come: closing.is_some() && final_bill.is_none() && !idle.contains(&account.id),
            final_bill,
            customer: account.customer,
            ..SettledAccount::without_entries(account.id.clone())
        };
        let mut one = receivables::settled(blank, by_account.get(&account.id).map_or(&[][..], Vec::as_slice));
        if !one.bill_to_come && to_settle(&one, minimum).is_some() {
            let figures = [one.balance.to_string(), one.held.to_string()];
            one.token = seal::fingerprint(
                std::iter::once(one.account.as_str()).chain(figures.iter().map(String::as_str)),
            );
        }
        one
    };
    Ok(accounts.into_iter().map(stands).collect())
}

/// Closed bulk accounts all of whose water is billed: they are billed for rows of water alone, so no bill is to come.
fn without_a_final_bill(
    ledger: &Ledger,
    accounts: &[Account],
    day: Date,
) -> Result<BTreeSet<AccountId>, Failure> {
    let mut idle: BTreeSet<AccountId> =
        accounts.iter().filter(|one| one.class == BULK_CLASS).map(|one| one.id.clone()).collect();
    if idle.is_empty() {
        return Ok(idle);
    }
    let mut billed = BTreeSet::new();
    for account in &idle {
        let metered =
            ledger.bills_of_account(account, day)?.into_iter().filter_map(|record| record.bill.metered);
        billed.extend(metered.flat_map(|metered| metered.loads));
    }
    for load in ledger.loads(day)?.iter().filter(|load| !billed.contains(&load.id)) {
        idle.remove(&load.account);
    }
    Ok(idle)
}

/// Where mail goes: the forwarding address, else the mailing address.
fn address(contact: &Contact, closing: Option<&Closing>) -> String {
    if let Some(closing) = closing.filter(|closing| !closing.forwarding_address.is_empty()) {
        return closing.forwarding_address.clone();
    }
    let place = [contact.city.as_str(), contact.state.as_str(), contact.zip.as_str()];
    let place: Vec<&str> = place.into_iter().filter(|part| !part.is_empty()).collect();
    let parts = [contact.mailing_address.clone(), place.join(" ")];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(", ")
}

/// The refunds by check that were posted up to a day, oldest first.
fn checks(books: &Books, day: Date) -> Result<Vec<RefundCheck>, Failure> {
    let refunds = books.ledger.standing_refunds(day)?;
    if refunds.is_empty() {
        return Ok(vec![]);
    }
    let accounts: BTreeMap<AccountId, Account> =
        books.ledger.accounts(day)?.into_iter().map(|account| (account.id.clone(), account)).collect();
    let closings: BTreeMap<AccountId, Closing> =
        books.ledger.closings(day)?.into_iter().map(|closing| (closing.account.clone(), closing)).collect();
    let check = |effect: Effect| {
        let deposit = effect.kind == EntryKind::DepositRefund;
        let amount = if deposit { -effect.deposit } else { effect.amount };
        let account = accounts.get(&effect.account);
        RefundCheck {
            date: effect.date,
            customer: account.map(|account| account.customer.clone()).unwrap_or_default(),
            address: account
                .map(|account| address(&account.contact, closings.get(&account.id)))
                .unwrap_or_default(),
            what: if deposit { "deposit" } else { "credit" },
            amount,
            keeps_from: receivables::keeps_from(effect.date, amount),
            account: effect.account,
        }
    };
    Ok(refunds.into_iter().map(check).collect())
}

/// What a refund to a closed account would come to; `None` where nothing is left for one.
fn to_settle(of: &SettledAccount, minimum: Money) -> Option<Settlement> {
    let is_worth_it = of.held > Money::ZERO || -of.balance >= minimum.max(Money::from_cents(1));
    let settled = || receivables::settle(&of.account, of.balance, of.held, None, minimum);
    is_worth_it.then(settled).flatten()
}

/// How the closed accounts are settled whose refunds wait for a decision, by account.
pub(super) fn settlements(books: &Books, day: Date) -> Result<BTreeMap<AccountId, Settlement>, Failure> {
    let minimum = books.office.closing.refund_minimum;
    let open = settled(books, day)?.into_iter().filter(|one| !one.token.is_empty());
    Ok(open.filter_map(|one| Some((one.account.clone(), to_settle(&one, minimum)?))).collect())
}

/// The refunds that wait for a decision, by the name of the row, with those who may not make them.
pub(super) fn waiting(books: &Books, today: Date) -> Result<BTreeMap<String, Waits>, Failure> {
    let prepared_by = books.office.approval.forbidden_approvers([]);
    let open = settled(books, today)?.into_iter().filter(|one| !one.token.is_empty());
    let waits = |one: SettledAccount| {
        let prepared_by = prepared_by.clone();
        (format!("{CREDIT_PREFIX}{}", one.account), Waits::new(one.token, prepared_by))
    };
    Ok(open.map(waits).collect())
}

/// The workbook that can be decided on now; each of its rows stands for itself.
pub(super) fn current(books: &Books, today: Date) -> Result<Vec<Current>, Failure> {
    Ok(vec![Current {
        run_id: format!("closed accounts {}", Month::of(today)),
        subject: "closed accounts".to_owned(),
        path: path(Month::of(today)),
        waiting: BTreeMap::from([(workbook::SETTLED, waiting(books, today)?)]),
    }])
}
