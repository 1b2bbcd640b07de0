//! The yearly reports of lock-offs: of the year of the day, and in January of the year before too.

use std::collections::BTreeMap;

use chrono::Datelike;

use super::Failure;
use super::desk::Desk;
use super::refresh::put;
use crate::domain::books::account::Account;
use crate::domain::books::order::Action;
use crate::domain::date::{Date, Month};
use crate::domain::id::AccountId;
use crate::domain::proposals::receipts::ReceiptRow;
use crate::domain::proposals::shutoff_report::{Shutoff, ShutoffReport};
use crate::workbook;

/// Writes the reports of years with lock-offs, and those that are there already.
pub(super) fn write(desk: &Desk, newest: &ReceiptRow) -> Result<Vec<String>, Failure> {
    let today = desk.today;
    let before = (today.month() == 1).then(|| today.year() - 1);
    let all = shutoffs(desk)?;
    let mut written = Vec::new();
    for year in before.into_iter().chain([today.year()]) {
        let path = format!("outbox/{}/shutoff-report-{year}.xlsx", Month::of(today));
        let rows: Vec<Shutoff> = all.iter().filter(|one| one.date.year() == year).cloned().collect();
        if rows.is_empty() && !desk.books.root.join(&path).is_file() {
            continue;
        }
        let report = ShutoffReport {
            office: desk.books.office.office.name.clone(),
            year,
            day: newest.day,
            run_id: format!("shutoff report {year} receipt {}", newest.sequence),
            chain_head: desk.archive.receipt(newest.sequence)?.1,
            rows,
        };
        written.extend(put(desk, path, &workbook::xlsx(&workbook::shutoff_report(&report))?)?);
    }
    Ok(written)
}

/// Every lock-off on record, by date and account, with the day of its end.
fn shutoffs(desk: &Desk) -> Result<Vec<Shutoff>, Failure> {
    let (ledger, office) = (&desk.books.ledger, &desk.books.office);
    let results = ledger.field_results(desk.today)?;
    if results.iter().all(|result| result.action != Action::Locked) {
        return Ok(vec![]);
    }
    let accounts: BTreeMap<AccountId, Account> =
        ledger.accounts(desk.today)?.into_iter().map(|account| (account.id.clone(), account)).collect();
    let mut shutoffs: Vec<Shutoff> = Vec::new();
    let mut off: BTreeMap<AccountId, usize> = BTreeMap::new();
    for result in results {
        match result.action {
            // A meter that is locked already is locked off once.
            Action::Locked if !off.contains_key(&result.account) => {
                let Some(account) = accounts.get(&result.account) else { continue };
                off.insert(account.id.clone(), shutoffs.len());
                shutoffs.push(Shutoff {
                    date: result.date,
                    account: account.id.clone(),
                    customer: account.customer.clone(),
                    service_address: account.service_address.clone(),
                    class: account.class.clone(),
                    residential: office.classes.get(&account.class).is_some_and(|class| class.residential),
                    order: result.order.map(|order| order.to_string()).unwrap_or_default(),
                    restored: None,
                });
            }
            Action::Unlocked => {
                let restored: Option<Date> = Some(result.date);
                off.remove(&result.account).into_iter().for_each(|at| shutoffs[at].restored = restored);
            }
            Action::Locked | Action::Reread | Action::Hung | Action::Done => {}
        }
    }
    shutoffs.sort_by(|a, b| (a.date, &a.account).cmp(&(b.date, &b.account)));
    Ok(shutoffs)
}
