//! What a later row changes of an account, old beside new; bank data with their last digits alone.

use serde::{Deserialize, Serialize};

use crate::domain::books::account::{Account, Contact};
use crate::domain::date::Date;
use crate::domain::id::{AccountId, Sequence};

/// How many of the last digits of bank data are shown.
const DIGITS_SHOWN: usize = 4;
/// What the name of a proposed change begins with.
const PREFIX: &str = "AC";

/// One column of an account that is another by now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// The column of the accounts sheet.
    pub column: String,
    /// What it said; empty where it said nothing.
    pub before: String,
    /// What it says.
    pub after: String,
}

/// What became different of an account that was on the books, or that it is new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountChange {
    /// The account.
    pub account: AccountId,
    /// What is different, in the order of the sheet's columns; none: the account is new.
    pub differences: Vec<Difference>,
}

impl AccountChange {
    /// The change from what was known; `None` where nothing is different.
    pub fn between(before: Option<&Account>, after: &Account) -> Option<AccountChange> {
        let found = before.map(|before| differences(before, after)).unwrap_or_default();
        let is_one = before.is_none() || !found.is_empty();
        is_one.then(|| AccountChange { account: after.id.clone(), differences: found })
    }
}

/// A change with the fact that brought it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedChange {
    /// The number of the fact.
    pub sequence: Sequence,
    /// The day from which it is in force.
    pub day: Date,
    /// The name of the file.
    pub file: String,
    /// The change.
    pub change: AccountChange,
}

/// Why a change waits for a decision (`[approval] accounts = "decision"`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyWaiting {
    /// It changes bank data.
    BankData,
    /// Its sheet changes more accounts than pass without a look.
    ManyAccounts,
}

impl WhyWaiting {
    /// Every reason.
    pub const ALL: [WhyWaiting; 2] = [WhyWaiting::BankData, WhyWaiting::ManyAccounts];

    /// The word that the books use.
    pub fn word(self) -> &'static str {
        match self {
            WhyWaiting::BankData => "bank data",
            WhyWaiting::ManyAccounts => "many accounts",
        }
    }
}

/// A row of an accounts sheet that waits for a decision before it counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposedAccount {
    /// The account as it would be.
    pub account: Account,
    /// Why it waits.
    pub why: WhyWaiting,
    /// What is different, against the books of the day it came.
    pub differences: Vec<Difference>,
}

/// A proposed change with the file that brought it and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedProposal {
    /// The number of the file.
    pub sequence: Sequence,
    /// The day it was taken in.
    pub day: Date,
    /// The name of the file.
    pub file: String,
    /// What it proposes.
    pub proposed: ProposedAccount,
    /// Whether a later row for the account counts instead: of a later sheet, or this one once it was approved.
    pub is_replaced: bool,
}

impl RecordedProposal {
    /// The name of its row: `AC-000012-0104007`.
    pub fn reference(&self) -> String {
        format!("{PREFIX}-{}-{}", self.sequence, self.proposed.account.id)
    }
}

/// What is different between two states of an account, in the order of the sheet's columns.
pub fn differences(before: &Account, after: &Account) -> Vec<Difference> {
    let pairs = said(before).into_iter().zip(said(after));
    let mut found: Vec<Difference> = pairs
        .filter(|((_, before), (_, after))| before != after)
        .map(|((column, before), (_, after))| Difference { column: column.to_owned(), before, after })
        .collect();
    found.extend(bank_differences(&before.contact, &after.contact));
    found
}

/// Whether bank data are different.
pub fn changes_bank_data(before: &Account, after: &Account) -> bool {
    let bank = |of: &Contact| (of.bank_routing.clone(), of.bank_account.clone());
    bank(&before.contact) != bank(&after.contact)
}

fn bank_differences(before: &Contact, after: &Contact) -> Vec<Difference> {
    let columns = [
        ("Bank routing", &before.bank_routing, &after.bank_routing),
        ("Bank account", &before.bank_account, &after.bank_account),
    ];
    let told = |(column, before, after): (&str, &String, &String)| {
        let same_end = last_digits(before) == last_digits(after);
        let more = if same_end { " (another number)" } else { "" };
        Difference {
            column: column.to_owned(),
            before: last_digits(before),
            after: format!("{}{more}", last_digits(after)),
        }
    };
    columns.into_iter().filter(|(_, before, after)| before != after).map(told).collect()
}

/// A number of the bank as it may be shown: `ends in 6255`.
fn last_digits(number: &str) -> String {
    let letters: Vec<char> = number.trim().chars().collect();
    if letters.is_empty() {
        return String::new();
    }
    match letters.len().checked_sub(DIGITS_SHOWN) {
        // It would be shown whole.
        None | Some(0) => "a short number".to_owned(),
        Some(hidden) => format!("ends in {}", letters[hidden..].iter().collect::<String>()),
    }
}

/// What an account says by the columns of its sheet; all but bank data.
fn said(of: &Account) -> Vec<(&'static str, String)> {
    let flag = |yes: bool| if yes { "y" } else { "n" }.to_owned();
    let day = |date: Option<Date>| date.map(|date| date.to_string()).unwrap_or_default();
    let Contact { mailing_address, city, state, zip, phone, email, owner, parcel, language, .. } =
        &of.contact;
    vec![
        ("Customer", of.customer.clone()),
        ("Service address", of.service_address.clone()),
        ("Class", of.class.clone()),
        ("Meter size", of.meter_size.to_string()),
        ("Status", of.status.word().to_owned()),
        ("Opened", day(of.opened)),
        ("Closed", day(of.closed)),
        ("Mailing address", mailing_address.clone()),
        ("City", city.clone()),
        ("State", state.clone()),
        ("ZIP", zip.clone()),
        ("Phone", phone.clone()),
        ("Email", email.clone()),
        ("Dwelling units", of.dwelling_units.to_string()),
        ("Sewer", of.sewer.word().to_owned()),
        ("EDU", of.edu.map(|edu| edu.normalize().to_string()).unwrap_or_default()),
        ("Cycle", of.cycle.clone()),
        ("Route", of.route.clone()),
        ("Sequence", of.sequence.map(|place| place.to_string()).unwrap_or_default()),
        ("Owner", owner.clone()),
        ("Parcel", parcel.clone()),
        ("Tenant", flag(of.tenant)),
        ("Autopay", flag(of.contact.autopay)),
        ("Paperless", flag(of.contact.paperless)),
        ("Language", language.clone()),
        ("Medical until", day(of.contact.medical_until)),
        ("Low income until", day(of.contact.low_income_until)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_bank_data_the_last_digits_alone_are_told() {
        let bank = |account: &str| Contact { bank_account: account.to_owned(), ..Contact::default() };
        let told = |before: &str, after: &str| {
            let found = bank_differences(&bank(before), &bank(after));
            found.into_iter().map(|one| (one.before, one.after)).collect::<Vec<_>>()
        };
        let pair = |before: &str, after: &str| vec![(before.to_owned(), after.to_owned())];
        assert_eq!(told("83071946255", "60418827391"), pair("ends in 6255", "ends in 7391"));
        assert_eq!(told("83071946255", "1146255"), pair("ends in 6255", "ends in 6255 (another number)"));
        assert_eq!(told("", "4321"), pair("", "a short number"));
        assert_eq!(told("1", "1"), vec![]);
    }
}
