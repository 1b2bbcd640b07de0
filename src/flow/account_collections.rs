//! Where one account stands in collections: fetch, put together, lay out.

use std::path::Path;

use super::collections::{business_days, lock_offs, on_record, reached};
use super::desk::Books;
use super::explain::{Explained, place_among};
use super::{Failure, letters};
use crate::domain::books::account::{Account, Status};
use crate::domain::date::Date;
use crate::domain::law::Law;
use crate::domain::money::Money;
use crate::domain::proposals::account_collections::AccountCollections;
use crate::{outbox, receivables, workbook};

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct CollectionsQuery<'a> {
    /// The account's number; lost leading zeros are put back.
    pub account: &'a str,
    /// The end of this day.
    pub today: Date,
    /// Where to write a page to hand out.
    pub xlsx: Option<&'a Path>,
}

/// Says where an account stands in collections, in sentences to read out, with the proof of each date.
///
/// # Errors
/// Where the office cannot be read, or there is no such account.
pub fn explain_collections(root: &Path, query: CollectionsQuery<'_>) -> Result<Explained, Failure> {
    let books = Books::open(root)?;
    let accounts = books.ledger.accounts(query.today)?;
    let account = &accounts[place_among(&books, accounts.iter(), query.account)?];
    let of = account_collections(&books, account, query.today)?;
    let page = workbook::account_collections(&of);
    if let Some(path) = query.xlsx {
        outbox::place(path, &workbook::xlsx(&page)?)?;
    }
    Ok(Explained { text: workbook::text(&page), billed: true, written: query.xlsx.map(Path::to_owned) })
}

fn account_collections(books: &Books, account: &Account, day: Date) -> Result<AccountCollections, Failure> {
    let (office, id) = (&books.office, &account.id);
    let effects = books.ledger.standing_entries_of(id, day)?;
    let owed = receivables::statements(std::slice::from_ref(id), &effects, day).remove(0);
    let record = on_record(books, id, day)?;
    let run = letters::letter_run(books, day)?;
    let timeline = lock_offs(books, day)?.into_iter().find(|timeline| timeline.account == *id);
    let scheduled = timeline.as_ref().and_then(|timeline| timeline.scheduled);
    let days = business_days(books)?;
    let passed_over = run.passed_over.iter().find(|one| one.account == *id);
    Ok(AccountCollections {
        office: office.office.name.clone(),
        letterhead: office.letterhead.clone(),
        day,
        account: id.clone(),
        customer: reached(account),
        residential: office.classes.get(&account.class).is_some_and(|class| class.residential),
        active: account.status == Status::Active,
        balance: owed.balance.balance,
        bills: owed.past_due_bills,
        minimum: office.collections.minimum,
        locked_since: record.locked_since,
        reconnection: reconnection(books, account, day),
        pay_by: scheduled.map(|day| days.last_before(day)),
        timeline,
        letters: run
            .letters
            .iter()
            .filter(|letter| letter.account == *id)
            .map(|letter| letter.kind)
            .collect(),
        call: run.calls.iter().any(|call| call.account == *id),
        passed_over: passed_over.map(|one| one.why.clone()),
        notices: record.notices.into_iter().rev().collect(),
        holds: record.holds,
        plan: record.plan,
    })
}

/// What a reconnection in operating hours costs the customer.
fn reconnection(books: &Books, account: &Account, day: Date) -> Money {
    let fee = books.office.fees.reconnection;
    let low_income = account.contact.low_income_until.is_some_and(|until| day <= until);
    if low_income { fee.min(Law::california().reconnection_most(day)) } else { fee }
}
