//! Money around the files and runs of a day: what is known of it, and how closed accounts are settled.

use std::collections::{BTreeMap, BTreeSet};

use super::bill::BILL_RUN;
use super::desk::{Audited, Books, Desk, Draft};
use super::{Failure, leak_credits};
use crate::domain::books::account::Status;
use crate::domain::books::batch::Batch;
use crate::domain::books::entry::Entry;
use crate::domain::books::money_in::MoneyKnown;
use crate::domain::count::counted;
use crate::domain::date::Date;
use crate::domain::id::AccountId;
use crate::domain::money::Money;
use crate::domain::office::Mode;
use crate::domain::proposals::receipts::Fate;
use crate::domain::rows::{DecisionRow, Rows, SheetRows};
use crate::{post, receivables};

/// The kind of the fact that settles closed accounts, in receipts.
pub(super) const SETTLEMENTS: &str = "settlements";

/// What is known of money, as far as the sheets need it.
pub(super) fn known(books: &Books, sheets: &[&SheetRows], today: Date) -> Result<MoneyKnown, Failure> {
    let about_money = |sheet: &&SheetRows| match &sheet.rows {
        Rows::Payments(_) | Rows::ReturnedPayments(_) | Rows::Adjustments(_) | Rows::Closings(_) => true,
        Rows::Decisions(rows) => rows.iter().any(|row| matches!(row.value, DecisionRow::Money(_))),
        _ => false,
    };
    if !sheets.iter().any(about_money) {
        return Ok(MoneyKnown::default());
    }
    let mut known = books.ledger.money_known(payment_dates(sheets))?;
    let adjustments = sheets.iter().flat_map(|sheet| match &sheet.rows {
        Rows::Adjustments(rows) => rows.as_slice(),
        _ => &[],
    });
    known.worked_leaks = leak_credits::asked(&books.ledger, adjustments.map(|row| &row.value))?;
    if sheets.iter().any(|sheet| matches!(sheet.rows, Rows::Decisions(_))) {
        let (accounts, effects) = (books.ledger.accounts(today)?, books.ledger.standing_entries(today)?);
        known.unapplied = receivables::unapplied(&effects);
        let results = books.ledger.field_results(today)?;
        let deposits = receivables::deposits(&accounts, &effects, &results, &books.office.deposits, today);
        known.to_settle = super::closed_accounts::settlements(books, today)?;
        known.deposits = deposits.into_iter().map(|held| (held.account.clone(), held)).collect();
    }
    Ok(known)
}

/// The first and last date of the payments and returned payments of a file.
fn payment_dates(sheets: &[&SheetRows]) -> Option<(Date, Date)> {
    let dates = sheets.iter().flat_map(|sheet| -> Vec<Date> {
        match &sheet.rows {
            Rows::Payments(rows) => rows.iter().map(|row| row.value.date).collect(),
            Rows::ReturnedPayments(rows) => rows.iter().map(|row| row.value.date).collect(),
            _ => vec![],
        }
    });
    dates.fold(None, |between, date| match between {
        None => Some((date, date)),
        Some((first, last)) => Some((date.min(first), date.max(last))),
    })
}

/// Settles the accounts whose final bills were posted by a run that was stopped before it came to that.
///
/// Then the bill run is the archive's newest fact: what settles its final bills follows it at once.
pub(super) fn settle_what_was_interrupted(desk: &mut Desk) -> Result<(), Failure> {
    let Some(newest) = desk.books.ledger.head()? else { return Ok(()) };
    if desk.archive.receipt(newest)?.0.kind != BILL_RUN {
        return Ok(());
    }
    let accounts = desk.books.ledger.final_bills_of(newest)?;
    if accounts.is_empty() {
        return Ok(());
    }
    let audited = desk.books.audit(desk.today)?;
    settle(desk, &audited, &accounts)
}

/// Settles the accounts whose final bills a run has posted: deposit, then what is left of a credit. Where somebody decides
/// about refunds, what would be paid out stays and waits.
pub(super) fn settle(desk: &mut Desk, audited: &Audited, accounts: &[AccountId]) -> Result<(), Failure> {
    if accounts.is_empty() {
        return Ok(());
    }
    let (ledger, office, day) = (&desk.books.ledger, &desk.books.office, desk.today);
    let owed = ledger.balances(day)?;
    let held = ledger.deposits_held(day)?;
    let all = || audited.histories.accounts.iter();
    let closed: BTreeSet<&AccountId> = all()
        .filter(|history| history.account.status == Status::Closed)
        .map(|history| &history.account.id)
        .collect();
    // The other account may have closed since: then the customer gets the credit.
    let transfers: BTreeMap<&AccountId, &AccountId> = all()
        .filter_map(|history| Some((&history.account.id, history.closings.last()?.transfer_to.as_ref()?)))
        .filter(|(_, to)| !closed.contains(to))
        .collect();
    let of = |sums: &BTreeMap<AccountId, Money>, account| sums.get(account).copied().unwrap_or_default();
    let settled = accounts.iter().filter_map(|account| {
        let to = transfers.get(account).copied();
        let minimum = office.closing.refund_minimum;
        let settled = receivables::settle(account, of(&owed, account), of(&held, account), to, minimum)?;
        let waits = office.approval.refunds == Mode::Decision;
        Some(if waits { settled.without_refunds() } else { settled })
    });
    let entries: Vec<Entry> =
        settled.flat_map(|settled| post::settlement(&settled, day, &office.gl)).collect();
    if entries.is_empty() {
        return Ok(());
    }
    let name = format!("{SETTLEMENTS} {day}");
    let draft = Draft {
        fate: Fate::Posted,
        kind: SETTLEMENTS.to_owned(),
        rows: entries.len() as u64,
        outcome: counted(entries.len(), "money entry", "money entries"),
        file: format!("{name}.json"),
        name,
        bytes: serde_json::to_vec(&entries).expect("entries have string keys and no floats"),
        ..Draft::default()
    };
    desk.post(draft, &Batch { entries, ..Batch::default() })?;
    Ok(())
}
