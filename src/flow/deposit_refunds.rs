//! Deposits that good history lets go: what is proposed on a day, what posts by itself, and the workbook of it.

use std::collections::BTreeMap;

use chrono::Months;

use super::Failure;
use super::decided::{Current, state_of};
use super::desk::{Books, Desk, Draft};
use super::money_workbooks::names;
use super::refresh::{customer, is_current, put};
use super::registers::newest_change;
use crate::domain::books::account::Account;
use crate::domain::books::balance::DepositHeld;
use crate::domain::books::batch::Batch;
use crate::domain::books::control::Span;
use crate::domain::books::entry::Entry;
use crate::domain::books::money_in::{DepositVerdict, MoneyDecision, MoneyVerdict};
use crate::domain::count::counted;
use crate::domain::date::{Date, Month, plus_days};
use crate::domain::id::AccountId;
use crate::domain::money::Money;
use crate::domain::office::Mode;
use crate::domain::page::seal;
use crate::domain::proposals::deposit_refunds::{
    DEPOSIT_PREFIX, DepositMove, DepositRefunds, DepositRow, RefundState,
};
use crate::domain::proposals::receipts::{Fate, ReceiptRow};
use crate::domain::proposals::statement::StatedEntry;
use crate::post::Waits;
use crate::{post, receivables, workbook};

/// The kind of the fact that gives deposits back by itself, in receipts.
pub(super) const KIND: &str = "deposit refunds";

/// What every state of the workbook has in its id.
const SUBJECT: &str = "(deposit refunds)";

/// Where the workbook of a day lies in the office.
fn path(day: Date) -> String {
    format!("outbox/{}/deposit-refunds.xlsx", Month::of(day))
}

/// The deposits held on a day, by account, each with where it stands.
fn rows(books: &Books, day: Date) -> Result<Vec<DepositRow>, Failure> {
    let (ledger, policy) = (&books.ledger, &books.office.deposits);
    let effects = ledger.standing_entries_of_depositors(day)?;
    if effects.is_empty() {
        return Ok(vec![]);
    }
    let accounts = ledger.accounts(day)?;
    let held = receivables::deposits(&accounts, &effects, &ledger.field_results(day)?, policy, day);
    let accounts: BTreeMap<&AccountId, &Account> =
        accounts.iter().map(|account| (&account.id, account)).collect();
    let decisions = ledger.deposit_decisions(day)?;
    let row = |deposit: DepositHeld| {
        let kept = decisions.iter().rfind(|said| said.account == deposit.account && keeps(said, &deposit));
        let kept =
            kept.and_then(|said| Some((said, said.day.checked_add_months(Months::new(policy.months))?)));
        let state = match kept.filter(|(_, until)| day < *until) {
            Some((said, until)) => {
                RefundState::Kept { day: said.day, initials: said.initials.clone(), until }
            }
            None if deposit.reasons.is_empty() => RefundState::Proposed,
            None => RefundState::NotYet,
        };
        let reference = format!("{DEPOSIT_PREFIX}{}", deposit.account);
        let token = if state == RefundState::Proposed { token(&deposit) } else { String::new() };
        let customer = customer(accounts[&deposit.account]);
        DepositRow { customer, deposit, reference, token, state }
    };
    Ok(held.into_iter().map(row).collect())
}

/// Whether a decision keeps a deposit, and not one that was held before it.
fn keeps(said: &MoneyDecision, deposit: &DepositHeld) -> bool {
    said.verdict == MoneyVerdict::Deposit(DepositVerdict::Keep) && said.day >= deposit.taken
}

/// A fingerprint of what is proposed: the deposit and the counts that speak for it, whatever bills they come from.
fn token(of: &DepositHeld) -> String {
    let texts = [
        of.account.to_string(),
        of.taken.to_string(),
        of.held.to_string(),
        format!("{} {} {}", of.delinquent_bills, of.returned_payments, of.lock_offs),
    ];
    seal::fingerprint(texts.iter().map(String::as_str))
}

/// What waits for a decision, by its name, with those who may not give it back.
pub(super) fn waiting(books: &Books, today: Date) -> Result<BTreeMap<String, Waits>, Failure> {
    Ok(open(books, &rows(books, today)?))
}

fn open(books: &Books, rows: &[DepositRow]) -> BTreeMap<String, Waits> {
    let prepared_by = books.office.approval.forbidden_approvers([]);
    let open = rows.iter().filter(|row| row.state == RefundState::Proposed);
    let waits = |row: &DepositRow| Waits::new(row.token.clone(), prepared_by.clone());
    open.map(|row| (row.reference.clone(), waits(row))).collect()
}

/// The workbook that can be decided on now; each of its rows stands for itself, whatever else was proposed since.
pub(super) fn current(books: &Books, today: Date) -> Result<Vec<Current>, Failure> {
    Ok(vec![Current::of_rows(SUBJECT, path(today), workbook::DEPOSITS, waiting(books, today)?)])
}

/// Applies what is proposed, where the office wants no decision about deposits.
pub(super) fn post_by_itself(desk: &mut Desk) -> Result<Vec<Entry>, Failure> {
    if desk.books.office.approval.deposit_refunds == Mode::Decision {
        return Ok(vec![]);
    }
    let (day, ledger) = (desk.today, &desk.books.office.gl);
    let wanted = rows(&desk.books, day)?.into_iter().filter(|row| row.state == RefundState::Proposed);
    let entries: Vec<Entry> = wanted
        .map(|row| post::deposit_applied(&row.deposit.account, row.deposit.held, day, ledger))
        .collect();
    if entries.is_empty() {
        return Ok(entries);
    }
    let name = format!("{KIND} {day}");
    let total: Money = entries.iter().map(|entry| -entry.effect.deposit).sum();
    let draft = Draft {
        fate: Fate::Posted,
        kind: KIND.to_owned(),
        rows: entries.len() as u64,
        totals: vec![("sum of deposits".to_owned(), total.to_string())],
        outcome: counted(entries.len(), "money entry", "money entries"),
        file: format!("{name}.json"),
        name,
        bytes: serde_json::to_vec(&entries).expect("entries have string keys and no floats"),
        ..Draft::default()
    };
    desk.post(draft, &Batch { entries: entries.clone(), ..Batch::default() })?;
    Ok(entries)
}

/// Writes the workbook, where deposits are or were held in the month; gives its path if it is new.
///
/// What is proposed changes with the day alone: without news (`changed`) it is written when something else waits.
pub(super) fn refresh(
    desk: &Desk,
    receipts: &[ReceiptRow],
    changed: bool,
) -> Result<Option<String>, Failure> {
    let (books, today) = (&desk.books, desk.today);
    let (month, path) = (Month::of(today), path(today));
    let rows = rows(books, today)?;
    let run_id = state_of(SUBJECT, &open(books, &rows));
    let place = books.root.join(&path);
    if !changed && is_current(&place, &run_id)? {
        return Ok(None);
    }
    let span = Span { from: month.first_day(), to: today };
    let moves = moves(books, span)?;
    let Some(newest) = newest_change(receipts) else { return Ok(None) };
    if rows.is_empty() && moves.is_empty() && !place.is_file() {
        return Ok(None);
    }
    let of = DepositRefunds {
        office: books.office.office.name.clone(),
        month,
        span,
        run_id,
        chain_head: desk.archive.receipt(newest.sequence)?.1,
        rule: books.office.deposits.clone(),
        rows,
        moves,
        liability: liability(desk, receipts, span)?,
        prepared_by: books.office.approval.prepared_by.clone(),
    };
    put(desk, path, &workbook::xlsx(&workbook::deposit_refunds(&of))?)
}

/// What moved deposits in a span, with who decided it.
fn moves(books: &Books, span: Span) -> Result<Vec<DepositMove>, Failure> {
    let entries = books.ledger.deposit_entries(span)?;
    if entries.is_empty() {
        return Ok(vec![]);
    }
    let decisions = books.ledger.deposit_decisions(span.to)?;
    let customers: BTreeMap<AccountId, String> =
        books.ledger.accounts(Date::MAX)?.into_iter().map(|account| (account.id, account.customer)).collect();
    let moved = |stated: StatedEntry| {
        let entry = stated.entry;
        let given_back = entry.deposit.is_negative() && !stated.mirror;
        let about = |said: &&MoneyDecision| said.account == entry.account && said.day == entry.date;
        let said = decisions.iter().rfind(about).filter(|_| given_back);
        DepositMove {
            date: entry.date,
            customer: customers.get(&entry.account).cloned().unwrap_or_default(),
            kind: entry.kind,
            mirror: stated.mirror,
            amount: entry.deposit,
            reference: entry.reference,
            decided_by: said.map(|said| said.initials.clone()).unwrap_or_default(),
            account: entry.account,
        }
    };
    Ok(entries.into_iter().map(moved).collect())
}

/// The deposits held in the general ledger, before a span and in its end.
fn liability(desk: &Desk, receipts: &[ReceiptRow], span: Span) -> Result<(Money, Money), Failure> {
    let mut sums = (Money::ZERO, Money::ZERO);
    for name in names(desk, receipts)?.deposits {
        sums.0 += -desk.books.ledger.gl_balance(&name, plus_days(span.from, -1))?;
        sums.1 += -desk.books.ledger.gl_balance(&name, span.to)?;
    }
    Ok(sums)
}
