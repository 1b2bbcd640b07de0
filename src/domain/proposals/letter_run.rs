//! A letter run: who is written to on a day, and who has to be called.

use crate::domain::books::balance::PastDueBill;
use crate::domain::books::notice::{Method, NoticeKind};
use crate::domain::date::Date;
use crate::domain::id::AccountId;
use crate::domain::money::Money;
use crate::domain::office::Letterhead;

/// A kind of letter, or of card, that the program prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LetterKind {
    /// A friendly letter; it proves nothing.
    Reminder,
    /// The letter with the contents of Health and Safety Code 116908(a)(1)(C).
    PastDue,
    /// The same once more, with the day from which the water may be shut off.
    Final,
    /// The final notice of intent after a broken payment plan, posted at the property (section 116910(b)(3)).
    PlanNotice,
    /// To occupants who are not the customer (section 116916, Government Code 60371).
    Occupants,
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
