//! Accounts rows: each replaces what is known of its account, or waits for a decision where the office wants one.

use super::once::once;
use crate::domain::books::account::{Account, Sewer, Status};
use crate::domain::books::account_change::{ProposedAccount, WhyWaiting, changes_bank_data, differences};
use crate::domain::books::batch::Batch;
use crate::domain::books::known::Known;
use crate::domain::finding::{Code, Finding};
use crate::domain::office::{Mode, Office, SewerBasis};
use crate::domain::rows::AccountRow;
use crate::domain::sheet::place::{Numbered, Place, Trouble};

/// Of an accounts sheet that changes more than this share of the accounts nothing counts before somebody decided, in percent.
const MOST_CHANGED_PERCENT: usize = 5;

pub(super) fn plan(rows: &[Numbered<AccountRow>], place: &Place, known: &Known, office: &Office) -> Batch {
    let (kept, mut findings) = once(rows, place, "account", |row| row.id.clone());
    let mut accounts = Vec::with_capacity(kept.len());
    for row in kept {
        let (account, trouble) = as_it_stands(row, place, known);
        let row = Numbered { row: row.row, value: account };
        findings.extend(class_trouble(&row, place, office));
        findings.extend(cycle_trouble(&row, place, office));
        findings.extend(price_trouble(&row, place, office));
        findings.extend(trouble);
        accounts.push(row.value);
    }
    let proposed_accounts = match office.approval.accounts {
        Mode::Automatic => vec![],
        Mode::Decision => put_aside(&mut accounts, known),
    };
    Batch { accounts, proposed_accounts, findings, ..Batch::default() }
}

/// Takes out what has to wait for a decision: changes of bank data, or every change where too many accounts change.
fn put_aside(accounts: &mut Vec<Account>, known: &Known) -> Vec<ProposedAccount> {
    let before = |account: &Account| known.accounts.get(&account.id).filter(|before| *before != account);
    let changed = accounts.iter().filter(|account| before(account).is_some()).count();
    let too_many = changed * 100 > known.accounts.len() * MOST_CHANGED_PERCENT;
    let mut proposed = Vec::new();
    accounts.retain(|account| {
        let Some(before) = before(account) else { return true };
        let why = match changes_bank_data(before, account) {
            true => WhyWaiting::BankData,
            false if too_many => WhyWaiting::ManyAccounts,
            false => return true,
        };
        let differences = differences(before, account);
        proposed.push(ProposedAccount { account: account.clone(), why, differences });
        false
    });
    proposed
}

/// The account that somebody approved: as proposed, and closed where it was closed meanwhile.
pub fn approved_account(proposed: &Account, now: Option<&Account>) -> Account {
    let closed = now.filter(|now| now.status == Status::Closed && proposed.status != Status::Closed);
    match closed {
        Some(now) => Account { status: now.status, closed: now.closed, ..proposed.clone() },
        None => proposed.clone(),
    }
}

/// What of an account stays as it was where its sheet has no such column. A closed account does not come here by its
/// status: it stays closed in any case.
type Keep = fn(&mut Account, &Account);
const KEPT: [(&str, Keep); 25] = [
    ("Opened", |to, from| to.opened = from.opened),
    ("Closed", |to, from| to.closed = from.closed),
    ("Mailing address", |to, from| to.contact.mailing_address.clone_from(&from.contact.mailing_address)),
    ("City", |to, from| to.contact.city.clone_from(&from.contact.city)),
    ("State", |to, from| to.contact.state.clone_from(&from.contact.state)),
    ("ZIP", |to, from| to.contact.zip.clone_from(&from.contact.zip)),
    ("Phone", |to, from| to.contact.phone.clone_from(&from.contact.phone)),
    ("Email", |to, from| to.contact.email.clone_from(&from.contact.email)),
    ("Dwelling units", |to, from| to.dwelling_units = from.dwelling_units),
    ("Sewer", |to, from| to.sewer = from.sewer),
    ("EDU", |to, from| to.edu = from.edu),
    ("Cycle", |to, from| to.cycle.clone_from(&from.cycle)),
    ("Route", |to, from| to.route.clone_from(&from.route)),
    ("Sequence", |to, from| to.sequence = from.sequence),
    ("Owner", |to, from| to.contact.owner.clone_from(&from.contact.owner)),
    ("Parcel", |to, from| to.contact.parcel.clone_from(&from.contact.parcel)),
    ("Tenant", |to, from| to.tenant = from.tenant),
    ("Autopay", |to, from| to.contact.autopay = from.contact.autopay),
    ("Bank routing", |to, from| to.contact.bank_routing.clone_from(&from.contact.bank_routing)),
    ("Bank account", |to, from| to.contact.bank_account.clone_from(&from.contact.bank_account)),
    ("Paperless", |to, from| to.contact.paperless = from.contact.paperless),
    ("Language", |to, from| to.contact.language.clone_from(&from.contact.language)),
    ("Medical until", |to, from| to.contact.medical_until = from.contact.medical_until),
    ("Low income until", |to, from| to.contact.low_income_until = from.contact.low_income_until),
    ("Status", |to, from| to.status = from.status),
];

/// The account of a row: what its sheet has no column for stays as it was, and a closed account stays closed.
fn as_it_stands(row: &Numbered<AccountRow>, place: &Place, known: &Known) -> (Account, Option<Finding>) {
    let mut account = row.value.clone();
    let Some(before) = known.accounts.get(&account.id) else { return (account, None) };
    let is_closed = before.status == Status::Closed;
    let silent = KEPT.iter().filter(|(column, _)| place.layout.column(column).is_none());
    silent
        .filter(|(column, _)| !(is_closed && *column == "Status"))
        .for_each(|(_, keep)| keep(&mut account, before));
    never_reopened(account, before, row.row, place)
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
fn never_reopened(
    mut account: Account,
    before: &Account,
    row: u32,
    place: &Place,
) -> (Account, Option<Finding>) {
    if before.status != Status::Closed {
        return (account, None);
    }
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
    (account, Some(place.cell(row, "Account", trouble)))
}
