//! The workbooks about money, month by month: collects what they show and writes those that are behind the books.

use std::collections::{BTreeMap, BTreeSet};

use super::Failure;
use super::desk::{Desk, SETTINGS, settings_of};
use super::progress::Progress;
use super::refresh::{is_current, put};
use crate::domain::books::account::Account;
use crate::domain::books::control::{ControlNames, OpenCharges, Span, Unpaid};
use crate::domain::books::entry::EntryKind;
use crate::domain::date::{Date, Month, plus_days};
use crate::domain::id::{AccountId, Sequence};
use crate::domain::money::Money;
use crate::domain::proposals::journal::MonthlyJournal;
use crate::domain::proposals::receipts::{Fate, ReceiptRow};
use crate::domain::proposals::receivables_control::{ControlledAccount, ReceivablesControl};
use crate::{receivables, workbook};

/// The names of the workbooks in a month's outbox.
const WORKBOOKS: [&str; 2] = [CONTROL, "journal"];
const CONTROL: &str = "receivables-control";

/// A month whose workbooks are made, and the newest fact that posted an entry dated in it or before.
struct Made {
    month: Month,
    span: Span,
    newest: Sequence,
}

impl Made {
    /// The name of the state of the books that a workbook shows.
    fn run_id(&self, of: &str) -> String {
        format!("{} to {} receipt {}", of.replace('-', " "), self.span.to, self.newest)
    }

    fn path(&self, of: &str) -> String {
        format!("outbox/{}/{of}.xlsx", self.month)
    }
}

/// Writes the workbooks about money; gives the paths of those that changed.
///
/// The month of the day is always looked at, the month before until its workbooks are as of its last day, and every month since
/// the earliest date of what was taken in on the day. Months before the books were opened have no workbooks.
pub(super) fn money_workbooks(
    desk: &Desk,
    receipts: &[ReceiptRow],
    progress: &mut dyn Progress,
) -> Result<Vec<String>, Failure> {
    let names = names(desk, receipts)?;
    let mut written = Vec::new();
    for made in months(desk)? {
        for which in WORKBOOKS {
            let (path, run_id) = (made.path(which), made.run_id(which));
            if !is_current(&desk.books.root.join(&path), &run_id)? {
                progress.begin(&format!("Writing {path}"), None);
                let bytes = bytes(desk, &made, which, run_id, &names)?;
                written.extend(put(desk, path, &bytes)?);
            }
        }
    }
    Ok(written)
}

/// The workbook of a name, encoded.
fn bytes(
    desk: &Desk,
    made: &Made,
    which: &str,
    run_id: String,
    names: &ControlNames,
) -> Result<Vec<u8>, Failure> {
    Ok(match which {
        CONTROL => {
            workbook::xlsx(&workbook::receivables_control(&receivables_control(desk, made, run_id, names)?))?
        }
        _ => workbook::xlsx(&workbook::journal(&journal(desk, made, run_id, names)?))?,
    })
}

fn months(desk: &Desk) -> Result<Vec<Made>, Failure> {
    let (ledger, today) = (&desk.books.ledger, desk.today);
    let this = Month::of(today);
    let before = Month::of(plus_days(this.first_day(), -1));
    let touched = ledger.earliest_entry_of(today)?.map_or(before, Month::of);
    let mut found = Vec::new();
    let opened = ledger.oldest_day()?.map_or(this, Month::of);
    let mut month = touched.min(before).max(opened);
    while month <= this {
        let span = Span { from: month.first_day(), to: month.last_day().min(today) };
        if let Some(newest) = ledger.newest_entry(span.to)? {
            found.push(Made { month, span, newest });
        }
        month = month.next();
    }
    Ok(found)
}

/// The names that the control accounts of the general ledger have had.
fn names(desk: &Desk, receipts: &[ReceiptRow]) -> Result<ControlNames, Failure> {
    let mut names = ControlNames::default();
    names.add(&desk.books.office.gl);
    for row in receipts.iter().filter(|row| row.fate == Fate::Recorded && row.name == SETTINGS) {
        names.add(&settings_of(&desk.archive.get(row.sequence)?)?.gl);
    }
    Ok(names)
}

fn receivables_control(
    desk: &Desk,
    made: &Made,
    run_id: String,
    names: &ControlNames,
) -> Result<ReceivablesControl, Failure> {
    let (ledger, span) = (&desk.books.ledger, made.span);
    let movements = ledger.movements(span)?;
    let gl = ledger.gl_movements(span)?;
    let before = open_by_charge(desk, plus_days(span.from, -1))?;
    let after = open_by_charge(desk, span.to)?;
    let accounts: BTreeMap<AccountId, Account> =
        ledger.accounts(Date::MAX)?.into_iter().map(|account| (account.id.clone(), account)).collect();
    let customer = |account: &AccountId| {
        accounts.get(account).map(|account| account.customer.clone()).unwrap_or_default()
    };
    let class =
        |account: &AccountId| accounts.get(account).map(|account| account.class.clone()).unwrap_or_default();
    let controlled = receivables::control(&movements, before, after).into_iter().map(|control| {
        let (customer, class) = (customer(&control.account), class(&control.account));
        ControlledAccount { control, customer, class }
    });
    let deposits = receivables::deposit_movements(&movements).into_iter();
    let stands = |accounts: &BTreeSet<String>, sign: fn(Money) -> Money| {
        let legs = || gl.iter().filter(|legs| accounts.contains(&legs.gl_account));
        let before: Money = legs().map(|legs| legs.before).sum();
        (sign(before), sign(before + legs().map(|legs| legs.net()).sum()))
    };
    Ok(ReceivablesControl {
        office: desk.books.office.office.name.clone(),
        month: made.month,
        span,
        run_id,
        chain_head: desk.archive.receipt(made.newest)?.1,
        accounts: controlled.collect(),
        posted: receivables::posted(&gl, |account| names.receivable.contains(account)),
        deposits: deposits
            .map(|moved| (customer(&moved.account), moved))
            .map(|(who, moved)| (moved, who))
            .collect(),
        unapplied: receivables::unapplied_movements(&ledger.entries_of_nobody(span.to)?, span),
        stands: [
            stands(&names.receivable, |amount| amount),
            stands(&names.deposits, |amount| -amount),
            stands(&names.unapplied, |amount| -amount),
        ],
        ledger: gl,
        names: desk.books.office.gl.clone(),
    })
}

fn journal(
    desk: &Desk,
    made: &Made,
    run_id: String,
    names: &ControlNames,
) -> Result<MonthlyJournal, Failure> {
    let (ledger, span) = (&desk.books.ledger, made.span);
    let (billed, received) = (ledger.billed(span)?, ledger.received(span)?);
    Ok(MonthlyJournal {
        office: desk.books.office.office.name.clone(),
        month: made.month,
        span,
        run_id,
        chain_head: desk.archive.receipt(made.newest)?.1,
        lines: receivables::journal(ledger.postings(Some(span.from), span.to)?),
        sources: receivables::journal_sources(&ledger.movements(span)?, billed, received, names),
        names: desk.books.office.gl.clone(),
    })
}

/// What those who owe as of a day have open, charge by charge.
fn open_by_charge(desk: &Desk, as_of: Date) -> Result<BTreeMap<AccountId, OpenCharges>, Failure> {
    let ledger = &desk.books.ledger;
    let mut found: BTreeMap<AccountId, OpenCharges> = BTreeMap::new();
    for item in receivables::unpaid(&ledger.standing_entries_of_debtors(as_of)?, as_of) {
        let lines = if item.kind == EntryKind::Bill { ledger.charges_of(&item.reference)? } else { vec![] };
        let charges = receivables::by_charge(&item, &lines);
        let Unpaid { account, .. } = item;
        found.entry(account).or_default().extend(charges);
    }
    Ok(found)
}
