//! Accounts rows: each replaces what is known of its account.

use super::once::once;
use crate::domain::books::account::{Account, Sewer, Status};
use crate::domain::books::batch::Batch;
use crate::domain::books::known::Known;
use crate::domain::finding::{Code, Finding};
use crate::domain::office::{Office, SewerBasis};
use crate::domain::rows::AccountRow;
use crate::domain::sheet::place::{Numbered, Place, Trouble};

pub(super) fn plan(rows: &[Numbered<AccountRow>], place: &Place, known: &Known, office: &Office) -> Batch {
    let (kept, mut findings) = once(rows, place, "account", |row| row.id.clone());
    let mut accounts = Vec::with_capacity(kept.len());
    for row in kept {
        findings.extend(class_trouble(row, place, office));
        findings.extend(cycle_trouble(row, place, office));
        findings.extend(price_trouble(row, place, office));
        let (account, trouble) = never_reopened(row, place, known);
        findings.extend(trouble);
        accounts.push(account);
    }
    Batch { accounts, findings, ..Batch::default() }
}

fn class_trouble(row: &Numbered<AccountRow>, place: &Place, office: &Office) -> Option<Finding> {
    let class = &row.value.class;
    if office.classes.contains_key(class) {
        return None;
    }
    let names: Vec<&str> = office.classes.keys().map(String::as_str).collect();
    let known = if names.is_empty() { "none yet".to_owned() } else { names.join(", ") };
    let message = format!(
        "'{class}' is not a class of office.toml (it has: {known}). Correct the cell, or add [classes.{class}]."
    );
    Some(place.cell(row.row, "Class", Trouble::error(Code::UnknownClass, class, message)))
}

/// An account whose cycle is not in `office.toml` is taken in and never billed: someone must know.
fn cycle_trouble(row: &Numbered<AccountRow>, place: &Place, office: &Office) -> Option<Finding> {
    let cycle = &row.value.cycle;
    if office.cycles.contains_key(cycle) {
        return None;
    }
    let message = format!(
        "office.toml has no [cycles.{cycle}], so the account will not be billed. Add it with its bill dates, or \
         correct the cell."
    );
    Some(place.cell(row.row, "Cycle", Trouble::warning(Code::UnknownCycle, cycle, message)))
}

/// An account whose wastewater has no price is held when its bill is made: better to know now.
fn price_trouble(row: &Numbered<AccountRow>, place: &Place, office: &Office) -> Option<Finding> {
    let AccountRow { id, class, sewer, edu, .. } = &row.value;
    let basis = office.classes.get(class)?.sewer.filter(|_| *sewer == Sewer::Billed)?;
    let (column, message) = match basis {
        SewerBasis::Edu if edu.is_none() => (
            "EDU",
            format!("Class {class} pays wastewater by EDU and the account has none: its bills will be held. Fill it in."),
        ),
        _ if office.wastewater.is_empty() => (
            "Sewer",
            "The account pays wastewater with the water and office.toml has no [[wastewater]] prices: its bills will be held. Add \
             them, with the date from which they are in force."
                .to_owned(),
        ),
        _ => return None,
    };
    Some(place.cell(row.row, column, Trouble::warning(Code::NoPrice, id.as_str(), message)))
}

/// A row never reopens a closed account: whoever moves in gets a new one.
fn never_reopened(row: &Numbered<AccountRow>, place: &Place, known: &Known) -> (Account, Option<Finding>) {
    let mut account = row.value.clone();
    let before = known.accounts.get(&account.id).filter(|before| before.status == Status::Closed);
    let Some(before) = before else { return (account, None) };
    if account.status == Status::Closed {
        account.closed = account.closed.or(before.closed);
        return (account, None);
    }
    (account.status, account.closed) = (Status::Closed, before.closed);
    let message = format!(
        "Account {} is closed and stays closed. Give whoever moved in a new account number.",
        account.id
    );
    let trouble = Trouble::warning(Code::StaysClosed, account.id.as_str(), message);
    (account, Some(place.cell(row.row, "Account", trouble)))
}
