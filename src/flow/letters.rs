//! The letters of a day: who is written to, and the pages to print.

use std::collections::{BTreeMap, BTreeSet};

use super::collections::each_on_the_list;
use super::desk::{Books, Desk};
use super::progress::Progress;
use super::refresh::put;
use super::{Failure, mailed};
use crate::collections::{self, Due};
use crate::domain::books::account::Account;
use crate::domain::books::balance::PastDueBill;
use crate::domain::books::decision::REJECT;
use crate::domain::date::{Date, Month, plus_days};
use crate::domain::id::AccountId;
use crate::domain::law::Law;
use crate::domain::office::Letterhead;
use crate::domain::page::seal;
use crate::domain::proposals::decided::ReturnedList;
use crate::domain::proposals::letter_run::{
    CALL, Call, LETTER, Language, Letter, LetterKind, LetterRun, NO_ANSWER, PassedOver, REACHED, Reference,
    Subject,
};
use crate::post::{Rule, Waits};
use crate::print::{self, NotPrinted, Printed, Templates};
use crate::receivables::Statement;
use crate::{outbox, sheet, workbook};

/// Days after the mailing of a notice in which an extension may be asked for (Government Code 60372(c)).
const EXTENSION_DAYS: i64 = 13;

/// What keeps letters from being printed, a sentence each, and the documents that were written.
#[derive(Default)]
pub(super) struct Printing {
    /// The documents, by their path in the office.
    pub(super) written: Vec<String>,
    /// What is wrong with texts and letters.
    pub(super) warnings: Vec<String>,
}

/// Prints the letters that are due, and takes away documents of letters that are not any more.
///
/// What was printed stays as it is while the past-due list of an earlier day shows the same run (`stands`); and nothing is
/// printed again that is there as it would come out.
pub(super) fn print(
    desk: &Desk,
    run: &LetterRun,
    stands: bool,
    progress: &mut dyn Progress,
) -> Result<Printing, Failure> {
    let books = &desk.books;
    let templates = Templates::new(&books.letters);
    let warnings = templates.faults().iter().map(ToString::to_string).collect();
    let mut printing = Printing { warnings, written: vec![] };
    mailed::set_aside(books, desk.today)?;
    if !run.letterhead.missing().is_empty() {
        return Ok(printing);
    }
    let month_before = plus_days(Month::of(desk.today).first_day(), -1);
    for kind in LetterKind::ALL {
        // What is still due of the month before lies in this month's folder.
        outbox::remove_left_over(&books.root.join(path(kind, month_before)))?;
        let path = path(kind, desk.today);
        let place = books.root.join(&path);
        if !run.letters.iter().any(|letter| letter.kind == kind) {
            outbox::remove_left_over(&place)?;
            continue;
        }
        let name = name(run, kind, &books.letters);
        let dated = format!("{name} {}", run.day);
        if outbox::bears(&place, if stands { &name } else { &dated }) {
            continue;
        }
        progress.begin(&format!("Printing {path}"), None);
        let Printed { pdf, not_printed } = match kind {
            LetterKind::DoorHanger => print::door_hangers(run, &templates, &dated),
            _ => print::letters(run, kind, &templates, &dated),
        };
        let told =
            |one: &NotPrinted| format!("{} {} is not printed: {}", one.account, one.kind.word(), one.why);
        printing.warnings.extend(not_printed.iter().map(told));
        if let Some(pdf) = pdf.filter(|_| !stands || !place.is_file()) {
            printing.written.extend(put(desk, path, &pdf)?);
        }
    }
    Ok(printing)
}

/// Whether the past-due list of the month shows the run as it is, or there is nothing to show.
pub(super) fn stands(desk: &Desk, run: &LetterRun) -> Result<bool, Failure> {
    let path = desk.books.root.join(format!("outbox/{}/past-due-list.xlsx", Month::of(desk.today)));
    if !path.is_file() {
        return Ok(run.letters.is_empty() && run.calls.is_empty() && run.passed_over.is_empty());
    }
    let bytes = outbox::content(&path)?;
    let book = sheet::open("past-due-list.xlsx", &bytes);
    Ok(book.is_ok_and(|book| book.property(workbook::RUN_ID).is_some_and(|id| id.ends_with(&run.id))))
}

/// The name of a document with all letters of a kind, but for its day: another where any of them, the letterhead, the texts or
/// the program says something else.
fn name(run: &LetterRun, kind: LetterKind, texts: &BTreeMap<String, String>) -> String {
    let letters = run.letters.iter().filter(|letter| letter.kind == kind).map(|letter| format!("{letter:?}"));
    let around = [
        format!("{:?} {:?} {:?} {texts:?}", run.office, run.letterhead, run.reconnection_most),
        env!("CARGO_PKG_VERSION").to_owned(),
    ];
    let told: Vec<String> = around.into_iter().chain(letters).collect();
    format!("{} {}", kind.word(), seal::fingerprint(told.iter().map(String::as_str)))
}

/// Where the letters of a kind lie in the office.
pub(super) fn path(kind: LetterKind, day: Date) -> String {
    format!("outbox/{}/{}s.pdf", Month::of(day), kind.word())
}

/// Who is to be written to and called on a day.
pub(super) fn letter_run(books: &Books, day: Date) -> Result<LetterRun, Failure> {
    let office = &books.office;
    let steps = &office.collections.letters;
    let rejected = rejected(books, day)?;
    let (mut letters, mut calls, mut passed_over) = (Vec::new(), Vec::new(), Vec::new());
    each_on_the_list(books, day, |account, owed, case, ground| {
        let found = collections::letters(case, ground, steps);
        let over = |kind, why| PassedOver {
            account: account.id.clone(),
            customer: account.customer.clone(),
            past_due: owed.balance.past_due,
            kind,
            why,
        };
        passed_over.extend(found.passed_over.map(|(kind, why)| over(kind, why)));
        for due in found.due {
            match rejected.get(&(account.id.clone(), due.kind, case.bill.reference.clone())) {
                Some(why) => passed_over.push(over(due.kind, why.clone())),
                None => letters.push(letter(due, (account, owed, &case.bill), case.residential, books, day)),
            }
        }
        calls.extend(found.call.then(|| call((account, owed, &case.bill), found.shutoff)));
    })?;
    letters.sort_by(|a: &Letter, b: &Letter| {
        let place = |letter: &Letter| match letter.kind {
            // The crew hangs cards on its way.
            LetterKind::DoorHanger | LetterKind::PlanNotice => letter.place.clone(),
            _ => Default::default(),
        };
        (a.kind, place(a), &a.account).cmp(&(b.kind, place(b), &b.account))
    });
    calls.sort_by(|a: &Call, b: &Call| (&a.place, &a.account).cmp(&(&b.place, &b.account)));
    Ok(LetterRun {
        office: office.office.name.clone(),
        letterhead: office.letterhead.clone(),
        day,
        id: id(&letters, &calls, &passed_over),
        reconnection_most: Law::california().reconnection_most(day),
        letters,
        calls,
        passed_over,
    })
}

/// The letters that somebody said no to, each with who did and why.
fn rejected(books: &Books, day: Date) -> Result<BTreeMap<(AccountId, LetterKind, String), String>, Failure> {
    let mut rejected = BTreeMap::new();
    for said in books.ledger.decisions(LETTER, day)? {
        if let Some(reference) = Reference::parse(&said.reference).filter(|_| said.decision == REJECT)
            && let Subject::Letter(kind) = reference.subject
        {
            let why = format!("Rejected by {} on {}: {}.", said.initials, said.day, said.reason);
            rejected.insert((reference.account, kind, reference.bill), why);
        }
    }
    Ok(rejected)
}

/// The rows of a list that came back which were not said to be sent before.
///
/// A letter that was mailed was mailed, whatever happened in the books since: each row stands for itself, and no newer
/// run makes it stale.
pub(super) fn waiting(
    books: &Books,
    (list, rule): (&ReturnedList, &Rule),
    today: Date,
) -> Result<BTreeMap<String, Waits>, Failure> {
    let said = books.ledger.decisions(rule.what, today)?;
    let said: BTreeSet<&str> = said.iter().map(|said| said.reference.as_str()).collect();
    let rows = list.rows.iter().map(|row| &row.value.reference);
    let open =
        rows.filter(|reference| Reference::parse(reference).is_some() && !said.contains(reference.as_str()));
    let accounts = if rule.what == CALL { books.ledger.accounts(today)? } else { vec![] };
    let without_number: BTreeSet<&AccountId> = accounts
        .iter()
        .filter(|account| account.contact.phone.trim().is_empty())
        .map(|account| &account.id)
        .collect();
    let waits = |reference: &String| {
        let token = seal::fingerprint([reference.as_str()]);
        let account = Reference::parse(reference).map(|parsed| parsed.account);
        let refused = match account.filter(|account| without_number.contains(account)) {
            Some(account) => BTreeMap::from([REACHED, NO_ANSWER].map(|word| (word, not_called(&account)))),
            None => BTreeMap::new(),
        };
        (reference.clone(), Waits { refused, ..Waits::new(token, vec![]) })
    };
    Ok(open.map(waits).collect())
}

/// Why nobody can have called an account: a call is proof of an attempt to reach the customer (Government Code 60373).
fn not_called(account: &AccountId) -> String {
    format!(
        "Account {account} has no telephone number on record, so nobody can have called it. Hang a card and pick 'hung'; or \
         put the number on an accounts sheet first."
    )
}

/// The run's name: a fingerprint of who is written to about what, and who is called.
fn id(letters: &[Letter], calls: &[Call], passed_over: &[PassedOver]) -> String {
    let mut told: Vec<String> = Vec::new();
    for letter in letters {
        told.extend([letter.kind.word().to_owned(), letter.account.to_string(), letter.bill.clone()]);
        told.extend([letter.past_due.to_string(), letter.language.code().to_owned(), letter.phone.clone()]);
        told.extend(letter.envelope.iter().chain(letter.occupant.iter().flatten()).cloned());
    }
    told.extend(
        calls.iter().flat_map(|call| [CALL.to_owned(), call.account.to_string(), call.phone.clone()]),
    );
    told.extend(passed_over.iter().flat_map(|one| [one.account.to_string(), one.why.clone()]));
    format!("letter run {}", seal::fingerprint(told.iter().map(String::as_str)))
}

fn call((account, owed, bill): (&Account, &Statement, &PastDueBill), shutoff: Option<Date>) -> Call {
    Call {
        account: account.id.clone(),
        customer: account.customer.clone(),
        service_address: account.service_address.clone(),
        phone: account.contact.phone.clone(),
        language: Language::of(&account.contact.language),
        place: (account.route.clone(), account.sequence),
        past_due: owed.balance.past_due,
        bill: bill.reference.clone(),
        shutoff,
    }
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
    let service = lines("Occupant", service_address(account, head));
    let elsewhere = lives_elsewhere(account);
    Letter {
        kind: due.kind,
        account: account.id.clone(),
        customer: account.customer.clone(),
        service_address: account.service_address.clone(),
        address: if occupants { service_address(account, head) } else { mailing_address(account, head) },
        envelope: if occupants { service.clone() } else { envelope(account, head) },
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

/// The lines of an envelope's window to a customer.
pub(super) fn envelope(account: &Account, head: &Letterhead) -> Vec<String> {
    lines(&account.customer, mailing_address(account, head))
}

/// Street, city, state and ZIP where a customer is written to; who has no mailing address lives where the water is used.
fn mailing_address(account: &Account, head: &Letterhead) -> [String; 4] {
    if !lives_elsewhere(account) {
        return service_address(account, head);
    }
    let contact = &account.contact;
    [&contact.mailing_address, &contact.city, &contact.state, &contact.zip].map(|part| part.trim().to_owned())
}

/// The address where the water is used.
fn service_address(account: &Account, head: &Letterhead) -> [String; 4] {
    let contact = &account.contact;
    let parts = [&contact.city, &contact.state, &contact.zip].map(|part| part.trim().to_owned());
    let street = account.service_address.trim().to_owned();
    if lives_elsewhere(account) || parts.iter().all(String::is_empty) {
        let [city, state, zip] = parted(&head.service_city);
        return [street, city, state, zip];
    }
    let [city, state, zip] = parts;
    [street, city, state, zip]
}

/// City, state and ZIP out of one line: `Yucca Valley, CA 92284`.
fn parted(line: &str) -> [String; 3] {
    let (city, behind) = line.split_once(',').unwrap_or((line, ""));
    let (state, zip) = behind.trim().split_once(' ').unwrap_or((behind.trim(), ""));
    [city, state, zip].map(|part| part.trim().to_owned())
}

/// The lines of an envelope's window.
fn lines(name: &str, [street, city, state, zip]: [String; 4]) -> Vec<String> {
    let behind = [state, zip].join(" ");
    let last: Vec<&str> =
        [city.as_str(), behind.trim()].into_iter().filter(|part| !part.is_empty()).collect();
    let lines = [name.trim(), &street, &last.join(", ")].map(str::to_owned);
    lines.into_iter().filter(|line| !line.is_empty()).collect()
}

/// Whether the customer is written to elsewhere than at the service address.
fn lives_elsewhere(account: &Account) -> bool {
    let letters = |text: &str| -> String {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let mailing = letters(&account.contact.mailing_address);
    !mailing.is_empty() && mailing != letters(&account.service_address)
}
