//! A letter run: who is written to on a day, and who has to be called.

use chrono::Datelike;

use crate::domain::books::balance::PastDueBill;
use crate::domain::books::decision::REJECT;
use crate::domain::books::notice::{Method, NoticeKind};
use crate::domain::date::Date;
use crate::domain::id::AccountId;
use crate::domain::money::Money;
use crate::domain::office::Letterhead;

/// What a row of a letter run is about, as a word.
pub const LETTER: &str = "letter";
/// What a row of a call list is about.
pub const CALL: &str = "call";
/// What somebody says of a letter that was mailed or posted.
pub const SENT: &str = "sent";
/// What somebody says of a call that nobody answered.
pub const NO_ANSWER: &str = "no answer";
/// The words that are said of a letter.
pub const LETTER_WORDS: [&str; 2] = [SENT, REJECT];
/// What somebody says of a call that reached an adult.
pub const REACHED: &str = "reached";
/// What somebody says of a card that was hung at the door in place of a call.
pub const HUNG: &str = "hung";
/// The words that are said of a call: somebody was reached, nobody was, a card was hung at the door.
pub const CALL_WORDS: [&str; 3] = [REACHED, NO_ANSWER, HUNG];

const MONTHS: [[&str; 12]; 2] = [
    [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ],
];

/// A kind of letter, or of card, that the program prints; the most urgent first, as the list of a run has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LetterKind {
    /// The final notice of intent after a broken payment plan, posted at the property (section 116910(b)(3)).
    PlanNotice,
    /// The past-due letter once more, with the day from which the water may be shut off.
    Final,
    /// To occupants who are not the customer (section 116916, Government Code 60371).
    Occupants,
    /// The letter with the contents of Health and Safety Code 116908(a)(1)(C).
    PastDue,
    /// A friendly letter; it proves nothing.
    Reminder,
    /// A card that is hung at the door (Government Code 60373).
    DoorHanger,
}

impl LetterKind {
    /// All kinds, in the order of the steps.
    pub const ALL: [LetterKind; 6] = [
        LetterKind::Reminder,
        LetterKind::PastDue,
        LetterKind::Final,
        LetterKind::PlanNotice,
        LetterKind::Occupants,
        LetterKind::DoorHanger,
    ];

    /// Its template's name and the word that names it.
    pub fn word(self) -> &'static str {
        match self {
            LetterKind::Reminder => "reminder",
            LetterKind::PastDue => "past-due-letter",
            LetterKind::Final => "final-notice",
            LetterKind::PlanNotice => "plan-notice",
            LetterKind::Occupants => "occupant-notice",
            LetterKind::DoorHanger => "door-hanger",
        }
    }

    /// What it becomes on record once it was sent.
    pub fn notice(self) -> (NoticeKind, Method) {
        match self {
            LetterKind::Reminder => (NoticeKind::Reminder, Method::Mail),
            LetterKind::PastDue => (NoticeKind::PastDueLetter, Method::Mail),
            LetterKind::Final => (NoticeKind::FinalNotice, Method::Mail),
            LetterKind::PlanNotice => (NoticeKind::FinalNotice, Method::Posted),
            LetterKind::Occupants => (NoticeKind::OccupantNotice, Method::Mail),
            LetterKind::DoorHanger => (NoticeKind::DoorHanger, Method::Posted),
        }
    }
}

/// A language in which letters are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Spanish.
    Spanish,
}

impl Language {
    /// All languages.
    pub const ALL: [Language; 2] = [Language::English, Language::Spanish];

    /// The language that an account asks for; English where it names none that letters have.
    pub fn of(asked: &str) -> Language {
        let asked = asked.trim().to_lowercase();
        let spanish = ["es", "sp", "spa"].contains(&asked.as_str())
            || ["span", "espa"].iter().any(|start| asked.starts_with(start));
        if spanish { Language::Spanish } else { Language::English }
    }

    /// Its two letters.
    pub fn code(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::Spanish => "es",
        }
    }

    /// A day in words.
    pub fn day(self, date: Date) -> String {
        let month = usize::try_from(date.month0()).expect("below 12");
        match self {
            Language::English => format!("{} {}, {}", MONTHS[0][month], date.day(), date.year()),
            Language::Spanish => format!("{} de {} de {}", date.day(), MONTHS[1][month], date.year()),
        }
    }

    /// Its name.
    pub fn word(self) -> &'static str {
        match self {
            Language::English => "English",
            Language::Spanish => "Spanish",
        }
    }
}

/// One letter or card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Which one.
    pub kind: LetterKind,
    /// The account it is about.
    pub account: AccountId,
    /// The customer.
    pub customer: String,
    /// Where the water is used.
    pub service_address: String,
    /// Street, city, state and ZIP of the address that it is sent to.
    pub address: [String; 4],
    /// Name and address for the envelope's window, a line each.
    pub envelope: Vec<String>,
    /// The window of the copy to the service address, where the customer is written to elsewhere.
    pub occupant: Option<Vec<String>>,
    /// The telephone.
    pub phone: String,
    /// Its language.
    pub language: Language,
    /// Whether the rules for residential customers apply.
    pub residential: bool,
    /// The crew's route, and the place on it.
    pub place: (String, Option<i64>),
    /// The oldest unpaid bill past due.
    pub bill: String,
    /// Its date.
    pub bill_date: Date,
    /// Its due date.
    pub due_date: Date,
    /// All bills past due, the oldest first, each with what of it is.
    pub bills: Vec<(PastDueBill, Money)>,
    /// What is past due.
    pub past_due: Money,
    /// What is owed in all.
    pub balance: Money,
    /// The day from which the water may be shut off, where the letter says so.
    pub shutoff: Option<Date>,
    /// The last business day before it.
    pub pay_by: Option<Date>,
    /// The last day to ask for an extension or a review, counted from the mailing.
    pub extension_by: Date,
}

impl Letter {
    /// The name of its row: what it is about, which letter, of which day.
    pub fn reference(&self, day: Date) -> String {
        let subject = Subject::Letter(self.kind);
        Reference { account: self.account.clone(), subject, date: day, bill: self.bill.clone() }.to_string()
    }
}

/// Somebody who is to be called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The account.
    pub account: AccountId,
    /// The customer.
    pub customer: String,
    /// Where the water is used.
    pub service_address: String,
    /// The telephone.
    pub phone: String,
    /// The language.
    pub language: Language,
    /// The crew's route, and the place on it.
    pub place: (String, Option<i64>),
    /// What is past due.
    pub past_due: Money,
    /// The oldest unpaid bill past due.
    pub bill: String,
    /// The day from which the water may be shut off if the call is made today; none while letters are missing.
    pub shutoff: Option<Date>,
}

impl Call {
    /// The name of its row.
    pub fn reference(&self, day: Date) -> String {
        let subject = Subject::Call;
        Reference { account: self.account.clone(), subject, date: day, bill: self.bill.clone() }.to_string()
    }
}

/// What a row of a run is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// A letter.
    Letter(LetterKind),
    /// A call.
    Call,
}

/// The name of a row of a run: `0104007 final-notice 2026-08-03 202606-0104007`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The account.
    pub account: AccountId,
    /// What the row is about.
    pub subject: Subject,
    /// The day of the run.
    pub date: Date,
    /// The oldest unpaid bill.
    pub bill: String,
}

impl Reference {
    /// Reads a name; `None` where it is none.
    pub fn parse(text: &str) -> Option<Reference> {
        let mut words = text.splitn(4, ' ');
        let (account, word, date) = (words.next()?, words.next()?, words.next()?.parse().ok()?);
        let subject = match LetterKind::ALL.into_iter().find(|kind| kind.word() == word) {
            Some(kind) => Subject::Letter(kind),
            None if word == CALL => Subject::Call,
            None => return None,
        };
        Some(Reference { account: AccountId::new(account), subject, date, bill: words.next()?.to_owned() })
    }
}

impl std::fmt::Display for Reference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let word = match self.subject {
            Subject::Letter(kind) => kind.word(),
            Subject::Call => CALL,
        };
        write!(f, "{} {word} {} {}", self.account, self.date, self.bill)
    }
}

/// Somebody who would be written to and is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassedOver {
    /// The account.
    pub account: AccountId,
    /// The customer.
    pub customer: String,
    /// What is past due.
    pub past_due: Money,
    /// The letter that would be due.
    pub kind: LetterKind,
    /// Why it is not sent.
    pub why: String,
}

/// What a letter run shows.
#[derive(Clone, Debug)]
pub struct LetterRun {
    /// The office's name.
    pub office: String,
    /// How it is reached.
    pub letterhead: Letterhead,
    /// The day of the run, which the letters bear.
    pub day: Date,
    /// Its name: another one where anybody else is written to, or about something else.
    pub id: String,
    /// What a low-income customer pays at most for a reconnection in operating hours.
    pub reconnection_most: Money,
    /// The letters and cards, by kind and account.
    pub letters: Vec<Letter>,
    /// Who is to be called, by route and place.
    pub calls: Vec<Call>,
    /// Who is not written to, by account.
    pub passed_over: Vec<PassedOver>,
}

/// A template that cannot be used as it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}, line {line}: {what}")]
pub struct TemplateFault {
    /// The file as people know it: `letters/en/reminder.txt`.
    pub file: String,
    /// The line, from 1; the last one where something is missing.
    pub line: usize,
    /// What is wrong and what to do.
    pub what: String,
}
