//! The worksheets of water budgets: of each month that can still be billed, the landscapes with a read in it.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::Failure;
use super::desk::{Audited, Desk};
use super::read_audits::Scope;
use super::refresh::customer;
use super::registers::newest_change;
use crate::bill;
use crate::domain::books::bill::Bill;
use crate::domain::books::history::History;
use crate::domain::books::reading::{AuditedRead, ReadState};
use crate::domain::date::{Month, Period};
use crate::domain::id::AccountId;
use crate::domain::proposals::cimis_worksheet::{BudgetMonth, BudgetRow, CimisWorksheet};
use crate::domain::proposals::receipts::{Fate, ReceiptRow};
use crate::domain::proposals::register::Source;
use crate::domain::sheet::profile::Kind;

/// Weather reports and landscape sheets that the cover names: the newest ones.
const SOURCES_SHOWN: usize = 12;

/// Where the worksheet of a month lies in the office.
pub(super) fn path(of: &CimisWorksheet) -> String {
    format!("outbox/{}/cimis-worksheet.xlsx", of.month)
}

/// The worksheets of the months that can still be billed and have a landscape with a read; and those to be brought up to date.
pub(super) fn cimis_worksheets(
    desk: &Desk,
    audited: &Audited,
    receipts: &[ReceiptRow],
) -> Result<Vec<CimisWorksheet>, Failure> {
    let Some(newest) = newest_change(receipts) else { return Ok(vec![]) };
    if audited.histories.accounts.iter().all(|history| history.landscapes.is_empty()) {
        return Ok(vec![]);
    }
    let months: BTreeSet<Month> =
        Scope::all(&desk.books, audited, desk.today).iter().map(Scope::month).collect();
    let mut sheets = Vec::new();
    for month in months {
        let bills = bills(desk, month)?;
        let budgets: Vec<Decimal> = bills.values().flatten().filter_map(|bill| bill.budget_hcf).collect();
        let sheet = CimisWorksheet {
            office: desk.books.office.office.name.clone(),
            month,
            day: newest.day,
            run_id: format!("cimis worksheet {month} receipt {}", newest.sequence),
            chain_head: desk.archive.receipt(newest.sequence)?.1,
            rounding: desk.books.office.rates.budget_rounding,
            rows: rows(desk, audited, month, &bills),
            control: (budgets.len(), budgets.iter().sum()),
            year: year(desk, month)?,
            sources: sources(receipts),
        };
        if !sheet.rows.is_empty() || desk.books.root.join(path(&sheet)).is_file() {
            sheets.push(sheet);
        }
    }
    Ok(sheets)
}

/// The metered bills of a month, of every cycle.
fn bills(desk: &Desk, month: Month) -> Result<BTreeMap<AccountId, Vec<Bill>>, Failure> {
    let mut bills: BTreeMap<AccountId, Vec<Bill>> = BTreeMap::new();
    for cycle in desk.books.office.cycles.keys() {
        desk.books.ledger.each_bill_of(cycle, month, |bill| {
            if bill.metered.is_some() {
                bills.entry(bill.account.clone()).or_default().push(bill);
            }
        })?;
    }
    Ok(bills)
}

fn rows(
    desk: &Desk,
    audited: &Audited,
    month: Month,
    bills: &BTreeMap<AccountId, Vec<Bill>>,
) -> Vec<BudgetRow> {
    let mut rows = Vec::new();
    for (history, reads) in audited.accounts() {
        if history.landscapes.is_empty() {
            continue;
        }
        let bills = bills.get(&history.account.id).map_or(&[][..], Vec::as_slice);
        let billed = bills.iter().filter_map(|bill| Some((bill.metered.as_ref()?.period, Some(bill))));
        // A month that is billed already has no further read, but for a closing.
        let waiting = reads.iter().filter(|read| read.month == month).filter_map(waiting);
        let periods = billed.chain(waiting.map(|period| (period, None)));
        rows.extend(periods.filter_map(|(period, bill)| row(desk, audited, history, (period, bill))));
    }
    rows
}

/// The days of a read that is not billed and has a budget, or lacks one for want of weather.
fn waiting(read: &AuditedRead) -> Option<Period> {
    read.budget.as_ref()?;
    let open = matches!(read.state, ReadState::Open | ReadState::Held);
    let (previous, current) = (read.previous?.date, read.date?);
    open.then_some(Period { previous, current })
}

fn row(
    desk: &Desk,
    audited: &Audited,
    history: &History,
    (period, bill): (Period, Option<&Bill>),
) -> Option<BudgetRow> {
    let landscape = history.landscape_on(period.current)?;
    let rounding = desk.books.office.rates.budget_rounding;
    Some(BudgetRow {
        customer: customer(&history.account),
        landscape: landscape.clone(),
        period,
        budget: bill::budget(landscape, &audited.histories.weather, period, rounding),
        bill: bill.cloned(),
    })
}

/// What the budgets of the last months came to, as billed.
fn year(desk: &Desk, month: Month) -> Result<Vec<BudgetMonth>, Failure> {
    let mut months: BTreeMap<Month, BudgetMonth> = BTreeMap::new();
    let from = month.a_year_before();
    for (month, budget, units) in desk.books.ledger.budgets_billed(from, month)? {
        let none = BudgetMonth { month, bills: 0, budget: Decimal::ZERO, units: Decimal::ZERO };
        let sum = months.entry(month).or_insert(none);
        sum.bills += 1;
        sum.budget += budget;
        sum.units += units;
    }
    Ok(months.into_values().collect())
}

fn sources(receipts: &[ReceiptRow]) -> Vec<Source> {
    let kinds = [Kind::Eto, Kind::Landscape].map(Kind::word);
    let taken_in = receipts
        .iter()
        .rev()
        .filter(|row| row.fate == Fate::Accepted && kinds.contains(&row.kind.as_str()))
        .take(SOURCES_SHOWN);
    let mut sources: Vec<Source> = taken_in
        .map(|row| Source {
            sequence: row.sequence,
            name: row.name.clone(),
            kind: row.kind.clone(),
            rows: row.rows,
            sha256: row.sha256.clone(),
        })
        .collect();
    sources.reverse();
    sources
}
