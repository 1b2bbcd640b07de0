//! Changes of accounts: the workbook of a month, what waits for a decision, and what an approval puts in force.

use std::collections::BTreeMap;

use super::Failure;
use super::decided::{Current, state_of};
use super::desk::{Books, Desk};
use super::refresh::put;
use super::registers::newest_change;
use crate::domain::books::account::{Account, Status};
use crate::domain::books::account_change::{AccountChange, Difference, RecordedChange, RecordedProposal};
use crate::domain::books::batch::Batch;
use crate::domain::books::control::Span;
use crate::domain::books::decision::{ACCOUNT_CHANGE, APPROVE, Decision, REJECT};
use crate::domain::date::{Date, Month};
use crate::domain::id::AccountId;
use crate::domain::page::seal;
use crate::domain::proposals::account_changes::{
    AccountChanges, ChangeRow, NewRow, ProposalState, ProposedRow,
};
use crate::domain::proposals::receipts::ReceiptRow;
use crate::post::Waits;
use crate::{post, workbook};

/// What every state of the workbook has in its id.
const SUBJECT: &str = "(accounts changes)";

/// Where the workbook of a day lies in the office.
fn path(day: Date) -> String {
    format!("outbox/{}/accounts-changes.xlsx", Month::of(day))
}

/// What was proposed up to a day, with what became of it.
fn proposals(books: &Books, today: Date) -> Result<Vec<ProposedRow>, Failure> {
    let proposals = books.ledger.account_proposals(today)?;
    if proposals.is_empty() {
        return Ok(vec![]);
    }
    let decisions = books.ledger.decisions(ACCOUNT_CHANGE, today)?;
    let newest: BTreeMap<&str, &Decision> =
        decisions.iter().map(|decision| (decision.reference.as_str(), decision)).collect();
    let row = |proposal: RecordedProposal| {
        let reference = proposal.reference();
        let state = match newest.get(reference.as_str()) {
            Some(said) if said.decision == APPROVE => {
                ProposalState::Approved { day: said.day, initials: said.initials.clone() }
            }
            Some(said) if said.decision == REJECT => ProposalState::Rejected {
                day: said.day,
                initials: said.initials.clone(),
                reason: said.reason.clone(),
            },
            _ if proposal.is_replaced => ProposalState::Replaced,
            _ => ProposalState::Waits,
        };
        let token = if state == ProposalState::Waits { token(&reference, &proposal) } else { String::new() };
        ProposedRow { proposal, state, token }
    };
    Ok(proposals.into_iter().map(row).collect())
}

/// A fingerprint of what is proposed. The file is in the name; of bank data no more goes in than is shown.
fn token(reference: &str, of: &RecordedProposal) -> String {
    let told =
        of.proposed.differences.iter().flat_map(|Difference { column, before, after }| {
            [column.as_str(), before.as_str(), after.as_str()]
        });
    seal::fingerprint(std::iter::once(reference).chain(told))
}

/// What waits for a decision, by its name, with those who may not approve it.
pub(super) fn waiting(books: &Books, today: Date) -> Result<BTreeMap<String, Waits>, Failure> {
    Ok(open(books, &proposals(books, today)?))
}

fn open(books: &Books, rows: &[ProposedRow]) -> BTreeMap<String, Waits> {
    let prepared_by = books.office.approval.forbidden_approvers([]);
    let open = rows.iter().filter(|row| row.state == ProposalState::Waits);
    let waits = |row: &ProposedRow| Waits::new(row.token.clone(), prepared_by.clone());
    open.map(|row| (row.proposal.reference(), waits(row))).collect()
}

/// The workbook that can be decided on now; each of its rows stands for itself.
pub(super) fn current(books: &Books, today: Date) -> Result<Vec<Current>, Failure> {
    Ok(vec![Current::of_rows(SUBJECT, path(today), workbook::PROPOSED, waiting(books, today)?)])
}

/// Puts in force what a returned workbook approves: it counts from the day of the decision.
pub(super) fn approve(books: &Books, batch: &mut Batch, today: Date) -> Result<(), Failure> {
    let proposals = books.ledger.account_proposals(today)?;
    let by_name: BTreeMap<String, &RecordedProposal> =
        proposals.iter().map(|proposal| (proposal.reference(), proposal)).collect();
    let accounts = by_number(books.ledger.accounts(Date::MAX)?);
    for decision in batch.decisions.iter().filter(|decision| decision.decision == APPROVE) {
        let Some(proposal) = by_name.get(&decision.reference) else { continue };
        let now = accounts.get(&proposal.proposed.account.id);
        let account = post::approved_account(&proposal.proposed.account, now);
        batch.account_changes.extend(AccountChange::between(now, &account));
        batch.accounts.push(account);
    }
    Ok(())
}

fn by_number(accounts: Vec<Account>) -> BTreeMap<AccountId, Account> {
    accounts.into_iter().map(|account| (account.id.clone(), account)).collect()
}

/// Writes the workbook of a month in which accounts changed or changes wait; gives its path if it is new.
pub(super) fn refresh(
    desk: &Desk,
    receipts: &[ReceiptRow],
    changed: bool,
) -> Result<Option<String>, Failure> {
    let (books, today) = (&desk.books, desk.today);
    let (month, path) = (Month::of(today), path(today));
    let is_there = books.root.join(&path).is_file();
    let mut proposed = proposals(books, today)?;
    let waits = proposed.iter().any(|row| row.state == ProposalState::Waits);
    let Some(newest) = newest_change(receipts).filter(|_| changed || (waits && !is_there)) else {
        return Ok(None);
    };
    let span = Span { from: month.first_day(), to: today };
    proposed.retain(|row| concerns(row, span));
    let recorded = books.ledger.account_changes(span)?;
    if recorded.is_empty() && proposed.is_empty() && !is_there {
        return Ok(None);
    }
    let accounts = by_number(books.ledger.accounts(Date::MAX)?);
    let run_id = state_of(SUBJECT, &open(books, &proposed));
    let of = AccountChanges {
        office: books.office.office.name.clone(),
        month,
        span,
        run_id,
        chain_head: desk.archive.receipt(newest.sequence)?.1,
        changes: changes(&recorded, &accounts, &books.ledger.decisions(ACCOUNT_CHANGE, today)?),
        new: new_accounts(&recorded, &accounts),
        proposed,
        counted: books.ledger.account_counts(span)?,
        prepared_by: books.office.approval.prepared_by.clone(),
    };
    put(desk, path, &workbook::xlsx(&workbook::account_changes(&of))?)
}

/// Whether a proposal is shown in a month: it waits, or came or was decided in it.
fn concerns(row: &ProposedRow, span: Span) -> bool {
    let within = |day: Date| (span.from..=span.to).contains(&day);
    match &row.state {
        ProposalState::Waits => true,
        ProposalState::Approved { day, .. } | ProposalState::Rejected { day, .. } => {
            within(*day) || within(row.proposal.day)
        }
        ProposalState::Replaced => within(row.proposal.day),
    }
}

fn changes(
    recorded: &[RecordedChange],
    accounts: &BTreeMap<AccountId, Account>,
    decisions: &[Decision],
) -> Vec<ChangeRow> {
    let approved = decisions.iter().filter(|said| said.decision == APPROVE);
    let approved: BTreeMap<(&str, Date), &str> = approved
        .filter_map(|said| {
            let account = said.reference.splitn(3, '-').nth(2)?;
            Some(((account, said.day), said.initials.as_str()))
        })
        .collect();
    let mut rows = Vec::new();
    for by in recorded {
        let account = &by.change.account;
        let customer = accounts.get(account).map(|account| account.customer.clone()).unwrap_or_default();
        let approved_by = approved.get(&(account.as_str(), by.day)).copied().unwrap_or_default();
        rows.extend(by.change.differences.iter().map(|difference| ChangeRow {
            by: by.clone(),
            customer: customer.clone(),
            difference: difference.clone(),
            approved_by: approved_by.to_owned(),
        }));
    }
    rows
}

/// The new accounts, each with the one that had its address before.
fn new_accounts(recorded: &[RecordedChange], accounts: &BTreeMap<AccountId, Account>) -> Vec<NewRow> {
    let new: Vec<&RecordedChange> = recorded.iter().filter(|by| by.change.differences.is_empty()).collect();
    if new.is_empty() {
        return vec![];
    }
    let place = |account: &Account| account.service_address.trim().to_lowercase();
    let mut at_address: BTreeMap<String, Vec<&Account>> = BTreeMap::new();
    for account in accounts.values() {
        at_address.entry(place(account)).or_default().push(account);
    }
    let row = |by: &RecordedChange| {
        let account = accounts.get(&by.change.account)?;
        let others = at_address[&place(account)].iter().filter(|other| other.id != account.id);
        // Whoever left last; one that is still open is the oldest question of all and comes first.
        let before = others.max_by_key(|other| (other.status != Status::Closed, other.closed, &other.id));
        Some(NewRow {
            by: by.clone(),
            account: account.clone(),
            before: before.map(|other| (other.id.to_string(), other.closed)),
        })
    };
    new.into_iter().filter_map(row).collect()
}
