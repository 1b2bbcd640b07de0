//! `[letterhead]` and `[collections.letters]`: what letters say of the office, and when they are due.

use serde::Deserialize;

use super::OfficeFault;
use crate::domain::proposals::letter_run::Language;

/// Lines that fit above a letter.
const ADDRESS_LINES: usize = 3;

/// `[letterhead]`: who writes, and how the office is reached.
///
/// Letters are printed once `address` and `phone` are filled in: a notice that names no way to ask for an extension or
/// a review is none (Health and Safety Code 116908(a)(1)(C)).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Letterhead {
    /// The lines of the return address, at most three.
    pub address: Vec<String>,
    /// The telephone for everything about a bill.
    pub phone: String,
    /// When the office is open, in words.
    pub hours: String,
    /// The same in Spanish; where it is empty, letters in Spanish have the words above.
    pub hours_spanish: String,
    /// E-mail address.
    pub email: String,
    /// Web site.
    pub web: String,
    /// City, state and ZIP of the service addresses, for letters to occupants.
    pub service_city: String,
    /// Where the written policy on shutting off water is found (Health and Safety Code 116906).
    pub policy: String,
}

impl Letterhead {
    pub(super) fn check(&self) -> Result<(), OfficeFault> {
        if self.address.len() > ADDRESS_LINES {
            return Err(OfficeFault(format!(
                "[letterhead] address has {} lines: write at most {ADDRESS_LINES}.",
                self.address.len()
            )));
        }
        Ok(())
    }

    /// When the office is open, in the words of a language; in English where there are no others.
    pub fn hours_in(&self, language: Language) -> &str {
        let spanish = language == Language::Spanish && !self.hours_spanish.trim().is_empty();
        if spanish { &self.hours_spanish } else { &self.hours }
    }

    /// The keys that letters need and that are empty.
    pub fn missing(&self) -> Vec<&'static str> {
        let needed = [
            ("address", self.address.iter().all(|line| line.trim().is_empty())),
            ("phone", self.phone.trim().is_empty()),
        ];
        needed.into_iter().filter(|(_, empty)| *empty).map(|(key, _)| key).collect()
    }
}

/// Days after the bill date on which a bill is past due: it is due on the twentieth.
const FIRST_DAY_PAST_DUE: i64 = 21;

/// `[collections.letters]`: the steps of a bill that is not paid, in days after the bill date (illustrative: none is
/// published). A step that falls on a closed day is taken on the next business day.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LetterSteps {
    /// The reminder.
    pub reminder_days: i64,
    /// The past-due letter.
    pub past_due_days: i64,
    /// The final notice.
    pub final_days: i64,
    /// The telephone call.
    pub call_days: i64,
}

impl Default for LetterSteps {
    fn default() -> LetterSteps {
        LetterSteps { reminder_days: 21, past_due_days: 34, final_days: 61, call_days: 75 }
    }
}

impl LetterSteps {
    /// A letter that is mailed before the bill is past due proves nothing; and the steps follow each other.
    pub(super) fn check(&self) -> Result<(), OfficeFault> {
        let steps = [
            ("reminder_days", self.reminder_days),
            ("past_due_days", self.past_due_days),
            ("final_days", self.final_days),
            ("call_days", self.call_days),
        ];
        let mut least = FIRST_DAY_PAST_DUE;
        for (key, days) in steps {
            if !(least..=365).contains(&days) {
                return Err(OfficeFault(format!(
                    "[collections.letters] {key} = {days}: write {least} to 365 days after the bill date. A bill is past \
                     due on its day {FIRST_DAY_PAST_DUE}, and each step follows the one before."
                )));
            }
            least = days + 1;
        }
        Ok(())
    }
}
