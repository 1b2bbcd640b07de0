//! The sheets of a letter run: what is to be sent, who is to be called, and the data of mail merges.
//!
//! They stand in the past-due list. *Letters* and *Call list* come back with what was done, and that becomes notices.

use crate::domain::date::Date;
use crate::domain::money::Money;
use crate::domain::page::seal::{self, DONE_ON};
use crate::domain::page::{
    Cell, Check, Column, Entry, Fact, Figure, Flag, Merge, Page, Role, Row, Section, Table, Value,
};
use crate::domain::proposals::letter_run::{
    CALL_WORDS, Call, LETTER_WORDS, Letter, LetterKind, LetterRun, PassedOver,
};

/// The list of the letters that are due.
pub const LETTERS: &str = "Letters";
/// The list of those who are to be called.
pub const CALLS: &str = "Call list";
/// The list of those who are not written to.
const PASSED_OVER: &str = "Not written to";

/// The pages of a run.
pub(super) fn pages(run: &LetterRun) -> Vec<Page<'_>> {
    let lists = [letters(run), calls(run), passed_over(run)].map(Page::Table);
    let merges = [
        (LetterKind::Reminder, "Reminders"),
        (LetterKind::PastDue, "Past-due letters"),
        (LetterKind::Final, "Final notices"),
        (LetterKind::Occupants, "Occupant letters"),
        (LetterKind::PlanNotice, "Plan notices"),
    ];
    let merges = merges.map(|(kind, name)| Page::Merge(merge(run, kind, name)));
    lists.into_iter().chain(merges).collect()
}

/// The letters that are mailed or posted; cards are on the call list.
fn sent(run: &LetterRun) -> Vec<&Letter> {
    run.letters.iter().filter(|letter| letter.kind != LetterKind::DoorHanger).collect()
}

/// How a kind reads on a list.
fn named(kind: LetterKind) -> &'static str {
    match kind {
        LetterKind::Reminder => "reminder",
        LetterKind::PastDue => "past-due letter",
        LetterKind::Final => "final notice",
        LetterKind::PlanNotice => "plan notice, to post at the property",
        LetterKind::Occupants => "letter to occupants",
        LetterKind::DoorHanger => "door hanger",
    }
}

fn done_on(note: &str) -> Column {
    Column::new(DONE_ON, Role::Date).width(12).note(note).entry(Entry::default())
}

fn letters(run: &LetterRun) -> Table<'_> {
    let due = sent(run);
    Table {
        name: LETTERS.to_owned(),
        about: "The letters that are due. A letter is no notice before somebody says here that it was sent.".to_owned(),
        columns: vec![
            Column::new("Letter", Role::Text).width(20),
            Column::new("Account", Role::Account),
            Column::new("Customer", Role::Text).width(22),
            Column::new("Written to", Role::Text).width(30),
            Column::new("Language", Role::Text).width(10),
            Column::new("Past due", Role::Money).total(),
            Column::new("Oldest bill", Role::Account).width(20),
            Column::new("Pay by", Role::Date).width(12).note("The last business day before the day beside it."),
            Column::new("Shutoff from", Role::Date)
                .width(12)
                .note("The day from which the water may be shut off if the letter is mailed on its date and every other step is taken."),
            Column::decision(&LETTER_WORDS),
            done_on("The day on which it was mailed or posted. Empty: the day on which this workbook comes back."),
            Column::reason("Why it is not sent."),
            Column::initials(),
            Column::reference().screen_only(),
            Column::seal(),
        ],
        frozen: 3,
        rows: due.len(),
        fill: Box::new(move |index, row| {
            let letter = due[index];
            row.push(named(letter.kind));
            row.push(letter.account.as_str());
            row.push(letter.customer.as_str());
            let window = letter.envelope[1..].join(", ");
            let cell = row.push(window);
            if letter.address[1..].iter().all(String::is_empty) && letter.envelope.len() < 3 {
                cell.flag(Flag::Warning).note(
                    "City and ZIP are not on record. Add them to the account, or fill in [letterhead] service_city.",
                );
            }
            row.push(letter.language.word());
            row.push(letter.past_due);
            row.push(letter.bill.as_str());
            row.push(letter.pay_by);
            row.push(letter.shutoff);
            inputs(row, 4);
            sealed(row, letter.reference(run.day));
        }),
    }
}

fn inputs(row: &mut Row<'_>, many: usize) {
    for _input in 0..many {
        row.push(Value::Empty);
    }
}

/// A row is what its name says: whatever happens in the books afterwards, what was sent was sent.
fn sealed(row: &mut Row<'_>, reference: String) {
    let token = seal::fingerprint([reference.as_str()]);
    row.push(reference);
    row.push(token);
}

fn calls(run: &LetterRun) -> Table<'_> {
    Table {
        name: CALLS.to_owned(),
        about: "Who is to be called before a lock-off, or else has a card hung at the door: nobody tried within the last days."
            .to_owned(),
        columns: vec![
            Column::new("Account", Role::Account),
            Column::new("Route", Role::Account).width(7),
            Column::new("Place", Role::Integer).width(7),
            Column::new("Customer", Role::Text).width(22),
            Column::new("Phone", Role::Account).width(15),
            Column::new("Language", Role::Text).width(10),
            Column::new("Service address", Role::Text).width(24),
            Column::new("Past due", Role::Money).total(),
            Column::new("Oldest bill", Role::Account).width(20),
            Column::new("Shutoff from", Role::Date)
                .width(12)
                .note("The day from which the water may be shut off if the call is made today; empty while letters are missing."),
            Column::decision(&CALL_WORDS),
            done_on("The day of the call or of the card. Empty: the day on which this workbook comes back."),
            Column::initials(),
            Column::reference().screen_only(),
            Column::seal(),
        ],
        frozen: 4,
        rows: run.calls.len(),
        fill: Box::new(|index, row| {
            let Call { account, customer, phone, language, service_address, .. } = &run.calls[index];
            let call = &run.calls[index];
            row.push(account.as_str());
            row.push(call.place.0.as_str());
            row.push(call.place.1);
            row.push(customer.as_str());
            if phone.is_empty() {
                row.push("no number: hang a card").flag(Flag::Warning);
            } else {
                row.push(phone.as_str());
            }
            row.push(language.word());
            row.push(service_address.as_str());
            row.push(call.past_due);
            row.push(call.bill.as_str());
            row.push(call.shutoff);
            inputs(row, 3);
            sealed(row, call.reference(run.day));
        }),
    }
}

fn passed_over(run: &LetterRun) -> Table<'_> {
    Table {
        name: PASSED_OVER.to_owned(),
        about:
            "Who would be written to and is not: a hold is open, a payment plan is kept, or somebody said no."
                .to_owned(),
        columns: vec![
            Column::new("Account", Role::Account),
            Column::new("Customer", Role::Text).width(26),
            Column::new("Past due", Role::Money).total(),
            Column::new("Letter", Role::Text).width(20),
            Column::new("Why not", Role::Sentence).width(60),
        ],
        frozen: 2,
        rows: run.passed_over.len(),
        fill: Box::new(|index, row| {
            let PassedOver { account, customer, past_due, kind, why } = &run.passed_over[index];
            row.push(account.as_str());
            row.push(customer.as_str());
            row.push(*past_due);
            row.push(named(*kind));
            row.push(why.as_str()).flag(Flag::Warning);
        }),
    }
}

/// The columns of a merge sheet.
const MERGED: [&str; 20] = [
    "Letter date",
    "Account",
    "Name",
    "Address",
    "City",
    "State",
    "ZIP",
    "Language",
    "Customer",
    "Service address",
    "Past due",
    "Balance",
    "Bill",
    "Bill date",
    "Due date",
    "Pay by",
    "Shutoff from",
    "Ask by",
    "Copy to occupant",
    "Copy address",
];

fn merge(run: &LetterRun, kind: LetterKind, name: &str) -> Merge {
    let row = |letter: &Letter| {
        let day = |date: Date| letter.language.day(date);
        let maybe = |date: Option<Date>| date.map(day).unwrap_or_default();
        let [address, city, state, zip] = letter.address.clone();
        vec![
            day(run.day),
            letter.account.to_string(),
            letter.envelope[0].clone(),
            address,
            city,
            state,
            zip,
            letter.language.word().to_owned(),
            letter.customer.clone(),
            letter.service_address.clone(),
            letter.past_due.in_dollars(),
            letter.balance.in_dollars(),
            letter.bill.clone(),
            day(letter.bill_date),
            day(letter.due_date),
            maybe(letter.pay_by),
            maybe(letter.shutoff),
            day(letter.extension_by),
            if letter.occupant.is_some() { "y" } else { "n" }.to_owned(),
            letter.occupant.as_ref().map(|lines| lines[1..].join(", ")).unwrap_or_default(),
        ]
    };
    Merge {
        name: name.to_owned(),
        about: "Data for a mail merge, a row each letter: every cell is text and arrives as it stands."
            .to_owned(),
        columns: MERGED.to_vec(),
        rows: run.letters.iter().filter(|letter| letter.kind == kind).map(row).collect(),
    }
}

/// What the cover says of the run.
pub(super) fn facts(run: &LetterRun) -> Vec<Fact<'_>> {
    let printed = match run.letterhead.missing().as_slice() {
        [] => "beside this workbook, a PDF for each kind of letter".to_owned(),
        missing => {
            format!("not printed: fill in {} under [letterhead] in office.toml", missing.join(" and "))
        }
    };
    vec![
        Fact::new("Letter run", run.id.as_str()),
        Fact::new("Letters due", sent(run).len()).leading_to(LETTERS),
        Fact::new("To call", run.calls.len()).leading_to(CALLS),
        Fact::new("Not written to", run.passed_over.len()).leading_to(PASSED_OVER),
        Fact::new("Letters on paper", printed),
    ]
}

/// What must hold of the run.
pub(super) fn checks(run: &LetterRun) -> Vec<Check> {
    let check = |says: &str, role, found, expected| Check { says: says.to_owned(), role, found, expected };
    let of_bills: Money =
        sent(run).iter().flat_map(|letter| letter.bills.iter().map(|(_, open)| *open)).sum();
    vec![
        check(
            "Past due on the letters is that of their bills",
            Role::Money,
            Figure::total(LETTERS, "Past due"),
            Figure::Given(of_bills.decimal()),
        ),
        check(
            "Every call is listed",
            Role::Integer,
            Figure::Rows(CALLS),
            Figure::Given(run.calls.len().into()),
        ),
    ]
}

/// How letters and calls come back.
pub(super) fn how_to_say<'a>() -> Section<'a> {
    let lines = [
        "Letters: print the PDF or merge the sheet, mail, then say Sent in Decision, with your initials and the day in Done on.",
        "Call list: say Reached or No answer, or Hung where a card was hung at the door.",
        "Save the workbook and drop it into the inbox: each row becomes a notice of that day, the proof that a lock-off needs.",
        "Reject a letter with its reason: it is not proposed again for that bill. What is left empty is proposed again.",
        "What was sent counts whatever happened since: this workbook is taken even where a newer one exists.",
    ];
    let rows = lines.into_iter().map(|line| vec![Cell::new(line)]).collect();
    Section { title: "How to say what was sent", columns: vec![], rows, otherwise: "" }
}
