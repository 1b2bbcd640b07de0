//! Invented changes of accounts for the workbook, in every state.

use meterbook::domain::books::account::{Account, Contact};
use meterbook::domain::books::account_change::{
    AccountChange, ProposedAccount, RecordedChange, RecordedProposal, WhyWaiting, differences,
};
use meterbook::domain::books::control::Span;
use meterbook::domain::date::Month;
use meterbook::domain::id::Sequence;
use meterbook::domain::proposals::account_changes::{
    AccountChanges, ChangeRow, NewRow, ProposalState, ProposedRow,
};

use super::books;
use super::office::date;

/// So many accounts with a change, some new, and so many proposals: waiting, held over, approved, rejected, replaced.
pub(crate) fn account_changes(accounts: usize) -> AccountChanges {
    let changes: Vec<ChangeRow> = (0..accounts).flat_map(changed).collect();
    let new: Vec<NewRow> = (0..accounts).filter(|at| at % 3 == 1).map(new).collect();
    let counts = |rows: usize| u32::try_from(rows).unwrap();
    AccountChanges {
        office: "Joshua Flats Water District".to_owned(),
        month: Month::new(2026, 2).unwrap(),
        span: Span { from: date("2026-02-01"), to: date("2026-02-26") },
        run_id: "(accounts changes) KBr7Qb0Z_xA".to_owned(),
        chain_head: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
        counted: (counts(new.len()), counts(changes.len())),
        changes,
        new,
        proposed: (0..accounts).map(proposed).collect(),
        prepared_by: "KB".to_owned(),
    }
}

fn after(at: usize) -> Account {
    let before = books::customer(at);
    let contact = match at % 4 {
        0 => Contact { phone: "760-555-0188".to_owned(), ..Contact::default() },
        1 => Contact { bank_account: "83071946255".to_owned(), ..Contact::default() },
        2 => Contact { city: "Yucca Valley".to_owned(), zip: "92284".to_owned(), ..Contact::default() },
        _ => Contact { owner: "N\u{fa}\u{f1}ez Trust".to_owned(), ..Contact::default() },
    };
    Account { contact, dwelling_units: if at.is_multiple_of(3) { 12 } else { 1 }, ..before }
}

fn recorded(at: usize, change: AccountChange) -> RecordedChange {
    RecordedChange {
        sequence: Sequence(40 + u32::try_from(at).unwrap() / 3),
        day: date("2026-02-03"),
        file: "accounts feb.xlsx".to_owned(),
        change,
    }
}

fn changed(at: usize) -> Vec<ChangeRow> {
    let (before, after) = (books::customer(at), after(at));
    let by = recorded(at, AccountChange::between(Some(&before), &after).unwrap());
    let row = |difference| ChangeRow {
        by: by.clone(),
        customer: after.customer.clone(),
        difference,
        approved_by: if at % 4 == 1 { "RT".to_owned() } else { String::new() },
    };
    differences(&before, &after).into_iter().map(row).collect()
}

fn new(at: usize) -> NewRow {
    let account = Account { opened: Some(date("2026-01-28")), ..books::customer(at) };
    let by = recorded(at, AccountChange::between(None, &account).unwrap());
    let closed = at.is_multiple_of(2).then(|| date("2026-01-27"));
    let before = (at % 6 != 1).then(|| (format!("01{:05}", 900 + at), closed));
    NewRow { by, account, before }
}

fn proposed(at: usize) -> ProposedRow {
    let (before, account) = (books::customer(at), after(at));
    let why = if at % 4 == 1 { WhyWaiting::BankData } else { WhyWaiting::ManyAccounts };
    let (day, initials) = (date("2026-02-17"), "RT".to_owned());
    let state = match at % 5 {
        2 => ProposalState::Approved { day, initials },
        3 => ProposalState::Rejected { day, initials, reason: "the customer did not ask for it".to_owned() },
        4 => ProposalState::Replaced,
        _ => ProposalState::Waits,
    };
    ProposedRow {
        proposal: RecordedProposal {
            sequence: Sequence(52),
            day: date("2026-02-16"),
            file: "accounts again.xlsx".to_owned(),
            proposed: ProposedAccount { differences: differences(&before, &account), account, why },
            is_replaced: state == ProposalState::Replaced,
        },
        token: if state == ProposalState::Waits { format!("t{at}") } else { String::new() },
        state,
    }
}
