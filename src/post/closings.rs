//! Closings rows: the account is closed, and its final reading waits for the final bill.

use super::{Ground, once::once, unknown_account};
use crate::domain::books::account::{Account, Status};
use crate::domain::books::batch::Batch;
use crate::domain::books::known::Known;
use crate::domain::books::money_in::Closing;
use crate::domain::books::reading::{ReadCode, ReadId, Reading};
use crate::domain::finding::Code;
use crate::domain::id::{AccountId, MeterId};
use crate::domain::rows::ClosingRow;
use crate::domain::sheet::place::{Numbered, Place, Trouble};

pub(super) fn plan(rows: &[Numbered<ClosingRow>], place: &Place, known: &Known, ground: Ground<'_>) -> Batch {
    let (kept, findings) = once(rows, place, "account", |row| row.account.clone());
    let mut batch = Batch { findings, ..Batch::default() };
    for row in kept {
        let closing = &row.value;
        let Some(account) = known.accounts.get(&closing.account) else {
            batch.findings.push(unknown_account(place, row.row, &closing.account, known));
            continue;
        };
        if let Some((column, message)) = contradiction(closing, account, known) {
            let trouble = Trouble::error(Code::ConflictingRows, closing.account.as_str(), message);
            batch.findings.push(place.cell(row.row, column, trouble));
            continue;
        }
        let read = final_read(closing, known, ground.read_id(batch.reads.len()));
        batch.closings.push(Closing {
            sequence: ground.sequence,
            account: closing.account.clone(),
            date: closing.date,
            read: read.as_ref().map(|read| read.id),
            forwarding_address: closing.forwarding_address.clone(),
            transfer_to: closing.transfer_to.clone(),
        });
        batch.reads.extend(read);
        batch.accounts.push(Account {
            status: Status::Closed,
            closed: Some(closing.date),
            ..account.clone()
        });
    }
    batch
}

/// What the books know that cannot be true together with the row, and the column it is about.
fn contradiction(row: &ClosingRow, account: &Account, known: &Known) -> Option<(&'static str, String)> {
    if account.status == Status::Closed {
        let since = account.closed.map(|date| format!(" since {date}")).unwrap_or_default();
        let message = format!("Account {} is closed already{since}. Remove the row.", account.id);
        return Some(("Account", message));
    }
    if let Some(billed) = known.billed_until.get(&account.id).filter(|billed| **billed > row.date) {
        let message = format!(
            "Account {} was billed with a reading of {billed}, after the closing on {}. Correct the date; where it is \
             right, take that bill back first.",
            account.id, row.date
        );
        return Some(("Date", message));
    }
    if let Some(opened) = account.opened.filter(|opened| *opened > row.date) {
        let message = format!(
            "Account {} was opened on {opened}, after the closing on {}. Correct the date.",
            account.id, row.date
        );
        return Some(("Date", message));
    }
    let to = row.transfer_to.as_ref()?;
    transfer_trouble(to, account, known).map(|message| ("Transfer to", message))
}

fn transfer_trouble(to: &AccountId, from: &Account, known: &Known) -> Option<String> {
    if *to == from.id {
        return Some(format!("A credit of {to} cannot pass to {to} itself. Name the other account."));
    }
    match known.accounts.get(to) {
        None => {
            Some(format!("Account {to} is not on our books. Correct the number, or leave the cell empty."))
        }
        Some(other) if other.status == Status::Closed => {
            Some(format!("Account {to} is closed. Name an open account, or leave the cell empty."))
        }
        Some(_) => None,
    }
}

/// The final reading of the meter that the account has on the closing day.
fn final_read(row: &ClosingRow, known: &Known, id: ReadId) -> Option<Reading> {
    let meter: &MeterId = known.meter_of(&row.account, row.date)?;
    Some(Reading {
        id,
        account: Some(row.account.clone()),
        meter: Some(meter.clone()),
        date: row.date,
        value: row.final_reading,
        code: ReadCode::Final,
        trouble: String::new(),
        echo: None,
    })
}
