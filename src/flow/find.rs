//! Finds accounts by number, name, address, meter or phone.

use std::collections::BTreeMap;
use std::path::Path;

use super::Failure;
use super::desk::Books;
use crate::domain::books::account::Account;
use crate::domain::date::Date;
use crate::domain::id::AccountId;

/// One account that was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// The account.
    pub account: Account,
    /// Its meters.
    pub meters: Vec<String>,
}

/// Finds the accounts that have every word of the text in their number, name, address, meter or phone.
///
/// # Errors
/// Where the office cannot be read.
pub fn find(root: &Path, text: &str, today: Date) -> Result<Vec<Found>, Failure> {
    let books = Books::open(root)?;
    let mut meters: BTreeMap<AccountId, Vec<String>> = BTreeMap::new();
    for meter in books.ledger.meters(today)? {
        meters.entry(meter.account).or_default().push(meter.id.to_string());
    }
    let words: Vec<String> = text.split_whitespace().map(folded).collect();
    let mut found = Vec::new();
    for account in books.ledger.accounts(today)? {
        let meters = meters.remove(&account.id).unwrap_or_default();
        let searched = folded(&format!(
            "{}\n{}\n{}\n{}\n{}\n{}",
            account.id,
            account.customer,
            account.service_address,
            account.contact.phone,
            digits(&account.contact.phone),
            meters.join("\n")
        ));
        if words.iter().all(|word| searched.contains(word)) {
            found.push(Found { account, meters });
        }
    }
    Ok(found)
}

/// Lower case, accents dropped from Latin letters, so that `nunez` finds Núñez.
fn folded(text: &str) -> String {
    const ACCENTED: &str = "áàâäãåéèêëíìîïóòôöõúùûüñçý";
    const PLAIN: &str = "aaaaaaeeeeiiiiooooouuuuncy";
    let plain = |letter: char| {
        let at = ACCENTED.chars().position(|accented| accented == letter);
        at.and_then(|at| PLAIN.chars().nth(at)).unwrap_or(letter)
    };
    text.to_lowercase().chars().map(plain).collect()
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}
