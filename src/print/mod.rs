//! Lays letters and cards out on pages of print and encodes the pages as PDF; one file per thing that is printed.
//!
//! A thing to print is a function from domain values to bytes. It makes a `page::Page`, puts words
//! (`text`, `paragraph`), lines (`line`) and tables (`table`) on it, each below the bottom that the one before gave, and
//! hands each to `pdf::Press`. Places are exact lengths, and the fonts come with the program: the same values give the
//! same bytes on every machine.

mod cards;
mod font;
mod invoice;
mod length;
mod letter;
mod page;
mod pdf;
mod sheet;
mod template;
mod words;

use std::collections::{BTreeMap, BTreeSet};

pub use cards::door_hangers;
pub use invoice::{PrintedInvoices, invoices};
pub use letter::{NotPrinted, Printed, letters};

use crate::domain::proposals::letter_run::{Language, LetterKind, TemplateFault};
use template::{Purpose, Template};

macro_rules! built_in {
    ($($language:ident $code:literal: $($kind:ident $name:literal),+;)+) => {
        [$(
            $((
                Purpose::Letter(LetterKind::$kind),
                Language::$language,
                include_str!(concat!("../../templates/letters/", $code, "/", $name, ".txt")),
            ),)+
            (
                Purpose::Invoice,
                Language::$language,
                include_str!(concat!("../../templates/letters/", $code, "/installation-invoice.txt")),
            )
        ),+]
    };
}

/// The texts that come with the program.
const BUILT_IN: [(Purpose, Language, &str); 14] = built_in![
    English "en": Reminder "reminder", PastDue "past-due-letter", Final "final-notice", PlanNotice "plan-notice",
        Occupants "occupant-notice", DoorHanger "door-hanger";
    Spanish "es": Reminder "reminder", PastDue "past-due-letter", Final "final-notice", PlanNotice "plan-notice",
        Occupants "occupant-notice", DoorHanger "door-hanger";
];

/// The texts of all letters in all languages.
pub struct Templates {
    templates: BTreeMap<(Purpose, Language), Template>,
    faults: Vec<TemplateFault>,
}

impl Templates {
    /// The texts that come with the program, but for those that an office has of its own, by their file's name:
    /// `en/reminder.txt`.
    pub fn new(own: &BTreeMap<String, String>) -> Templates {
        let (mut templates, mut faults) = (BTreeMap::new(), Vec::new());
        let known: BTreeSet<String> = Templates::built_in().map(|(name, _)| name).collect();
        for name in own.keys().filter(|name| !known.contains(*name)) {
            let names: Vec<&str> = known.iter().map(String::as_str).collect();
            let what = format!("No letter is called so. The names are: {}.", names.join(", "));
            faults.push(TemplateFault { file: format!("letters/{name}"), line: 1, what });
        }
        for (purpose, language, built_in) in BUILT_IN {
            let name = Templates::name(purpose, language);
            let text = own.get(&name).map_or(built_in, String::as_str);
            match template::parse(purpose, &format!("letters/{name}"), text) {
                Ok(template) => drop(templates.insert((purpose, language), template)),
                Err(wrong) => faults.extend(wrong),
            }
        }
        Templates { templates, faults }
    }

    /// What is wrong with them; a letter whose text has faults is not printed.
    pub fn faults(&self) -> &[TemplateFault] {
        &self.faults
    }

    /// The names of the files that an office may have of its own, with the text that comes with the program.
    pub fn built_in() -> impl Iterator<Item = (String, &'static str)> {
        BUILT_IN.into_iter().map(|(purpose, language, text)| (Templates::name(purpose, language), text))
    }

    fn name(purpose: impl Into<Purpose>, language: Language) -> String {
        format!("{}/{}.txt", language.code(), purpose.into().word())
    }

    fn of(&self, purpose: impl Into<Purpose>, language: Language) -> Option<&Template> {
        self.templates.get(&(purpose.into(), language))
    }
}

#[cfg(test)]
mod tests;
