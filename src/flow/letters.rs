//! The letters of a day: who is written to, and the pages to print.

use std::path::Path;

use super::Failure;
use super::collections::each_on_the_list;
use super::desk::{Books, Desk};
use crate::collections::{self, Due};
use crate::domain::books::account::Account;
use crate::domain::books::balance::PastDueBill;
use crate::domain::date::{Date, Month, plus_days};
use crate::domain::law::Law;
use crate::domain::office::Letterhead;
use crate::domain::page::seal;
use crate::domain::proposals::letter_run::{Language, Letter, LetterKind, LetterRun};
use crate::outbox;
use crate::print::{self, Printed, Templates};
use crate::receivables::Statement;

/// Days after the mailing of a notice in which an extension may be asked for (Government Code 60372(c)).
const EXTENSION_DAYS: i64 = 13;

/// What became of the letters of a day.
#[derive(Default)]
pub(super) struct Outcome {
    /// The documents that were written, by their path in the office.
    pub(super) written: Vec<String>,
    /// What keeps a letter from being printed, a sentence each.
    pub(super) warnings: Vec<String>,
}

/// Prints the letters that are due and takes away those that are not any more.
///
/// Documents that show the letters of today are left as they are, so that a day without news writes nothing.
pub(super) fn print(desk: &Desk) -> Result<Outcome, Failure> {
    let books = &desk.books;
    let mut outcome = Outcome::default();
    let templates = Templates::new(&books.letters);
    outcome.warnings.extend(templates.faults().iter().map(ToString::to_string));
    if !books.office.letterhead.missing().is_empty() {
        return Ok(outcome);
    }
    let run = letter_run(books, desk.today)?;
    for kind in LetterKind::ALL {
        let path = path(kind, desk.today);
        let place = books.root.join(&path);
        if !run.letters.iter().any(|letter| letter.kind == kind) {
            outbox::remove_left_over(&place)?;
            continue;
        }
        let Printed { pdf, not_printed } = match kind {
            LetterKind::DoorHanger => print::door_hangers(&run, &templates),
            _ => print::letters(&run, kind, &templates),
        };
        outcome.warnings.extend(
            not_printed
                .iter()
                .map(|one| format!("{} {} is not printed: {}", one.account, one.kind.word(), one.why)),
        );
        if let Some(pdf) = pdf.filter(|_| !shows(&place, &run.id)) {
            outcome.written.extend(outbox::place(&place, &pdf)?.then_some(path));
        }
    }
    Ok(outcome)
}

/// Where the letters of a kind lie in the office.
fn path(kind: LetterKind, day: Date) -> String {
    format!("outbox/{}/{}s.pdf", Month::of(day), kind.word())
}

/// Whether the document of an earlier day shows the same letters.
fn shows(place: &Path, id: &str) -> bool {
    let id = id.as_bytes();
    place.is_file()
        && outbox::content(place).is_ok_and(|pdf| pdf.windows(id.len()).any(|window| window == id))
}

/// The letters and cards that are due on a day.
pub(super) fn letter_run(books: &Books, day: Date) -> Result<LetterRun, Failure> {
    let office = &books.office;
    let steps = &office.collections.letters;
    let due = each_on_the_list(books, day, |account, owed, case, ground| {
        let due = collections::letters(case, ground, steps).due;
        let letter = |due: Due| letter(due, (account, owed, &case.bill), case.residential, books, day);
        due.into_iter().map(letter).collect::<Vec<Letter>>()
    })?;
    let mut letters: Vec<Letter> = due.into_iter().flatten().collect();
    letters.sort_by(|a, b| {
        let place = |letter: &Letter| match letter.kind {
            // The crew hangs cards on its way.
            LetterKind::DoorHanger | LetterKind::PlanNotice => letter.place.clone(),
            _ => Default::default(),
        };
        (a.kind, place(a), &a.account).cmp(&(b.kind, place(b), &b.account))
    });
    Ok(LetterRun {
        office: office.office.name.clone(),
        letterhead: office.letterhead.clone(),
        day,
        id: id(&letters),
        reconnection_most: Law::california().reconnection_most(day),
        letters,
    })
}

/// The run's name: a fingerprint of who is written to about what.
fn id(letters: &[Letter]) -> String {
    let told = letters.iter().flat_map(|letter| {
        let amount = letter.past_due.to_string();
        let words = [letter.kind.word().to_owned(), letter.account.to_string(), letter.bill.clone(), amount];
        words.into_iter().chain(letter.envelope.clone()).chain(letter.occupant.clone().unwrap_or_default())
    });
    let told: Vec<String> = told.collect();
    format!("letter run {}", seal::fingerprint(told.iter().map(String::as_str)))
}

fn letter(
    due: Due,
    (account, owed, bill): (&Account, &Statement, &PastDueBill),
    residential: bool,
    books: &Books,
    day: Date,
) -> Letter {
    let head = &books.office.letterhead;
    let occupants = due.kind == LetterKind::Occupants;
    let copied = matches!(due.kind, LetterKind::PastDue | LetterKind::Final) && residential;
    let service = occupant_window(account, head);
    let elsewhere = lives_elsewhere(account);
    Letter {
        kind: due.kind,
        account: account.id.clone(),
        customer: account.customer.clone(),
        service_address: account.service_address.clone(),
        envelope: if occupants { service.clone() } else { window(account, head) },
        occupant: (copied && elsewhere).then_some(service),
        phone: account.contact.phone.clone(),
        language: Language::of(&account.contact.language),
        residential,
        place: (account.route.clone(), account.sequence),
        bill: bill.reference.clone(),
        bill_date: bill.date,
        due_date: bill.due,
        bills: owed.past_due_bills.clone(),
        past_due: owed.balance.past_due,
        balance: owed.balance.balance,
        shutoff: due.shutoff,
        pay_by: due.pay_by,
        extension_by: plus_days(day, EXTENSION_DAYS),
    }
}

/// Name and address of a customer; who has no mailing address is written to where the water is used.
fn window(account: &Account, head: &Letterhead) -> Vec<String> {
    let contact = &account.contact;
    let street = if contact.mailing_address.trim().is_empty() {
        &account.service_address
    } else {
        &contact.mailing_address
    };
    let city = city(account)
        .unwrap_or_else(|| if lives_elsewhere(account) { String::new() } else { head.service_city.clone() });
    lines([&account.customer, street, &city])
}

/// The window of a letter to whoever is at the service address.
fn occupant_window(account: &Account, head: &Letterhead) -> Vec<String> {
    let city = if lives_elsewhere(account) { None } else { city(account) };
    lines(["Occupant", &account.service_address, &city.unwrap_or_else(|| head.service_city.clone())])
}

fn lines(lines: [&str; 3]) -> Vec<String> {
    lines.into_iter().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// City, state and ZIP of the mailing address; `None` where nothing of them is on record.
fn city(account: &Account) -> Option<String> {
    let contact = &account.contact;
    let behind = [contact.state.trim(), contact.zip.trim()].join(" ");
    let parts = [contact.city.trim(), behind.trim()];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// Whether the customer is written to elsewhere than at the service address.
fn lives_elsewhere(account: &Account) -> bool {
    let letters = |text: &str| -> String {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let mailing = letters(&account.contact.mailing_address);
    !mailing.is_empty() && mailing != letters(&account.service_address)
}
