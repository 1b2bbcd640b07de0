//! A layout of another system, as `[[columns]]` of `office.toml` has it: which of its columns is which of ours.
//!
//! Other headers are known wherever they stand. A text without headers is known by its name, and its columns by their
//! characters (fixed width) or by the numbers of their fields.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

use super::profile::Kind;

/// Characters of a line that a map may name.
pub const LINE_END: u32 = 32_767;

/// A layout of another system.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnMap {
    /// What its rows are.
    pub kind: Kind,
    /// Headers by the columns of the kind that they mean.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The names of its files, with `*` for any characters; empty for a layout with headers.
    #[serde(default)]
    pub files: String,
    /// The characters of a line by the columns of the kind: fixed width.
    #[serde(default)]
    pub characters: BTreeMap<String, Span>,
    /// The numbers of fields from 1 by the columns of the kind: delimited text without a header.
    #[serde(default)]
    pub fields: BTreeMap<String, u32>,
    /// What a line has that is a row; every line is where absent.
    #[serde(default)]
    pub only: Option<Mark>,
    /// A column without which a line is no row: the reading of a meter that was not read is zero, and its date blank.
    #[serde(default)]
    pub skip_without: String,
    /// How its dates are written; absent: as in any sheet.
    #[serde(default)]
    pub dates: Option<DateForm>,
    /// Columns whose last digits are decimals, and how many.
    #[serde(default)]
    pub decimals: BTreeMap<String, u32>,
}

/// The characters from a first to a last one, counted from 1: `44-52`, or `43`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The first.
    pub first: u32,
    /// The last; not before the first.
    pub last: u32,
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Span, D::Error> {
        let text = String::deserialize(deserializer)?;
        let (first, last) = text.split_once('-').unwrap_or((&text, &text));
        let number = |text: &str| text.trim().parse().ok().filter(|at| (1..=LINE_END).contains(at));
        let span = number(first).zip(number(last)).filter(|(first, last)| first <= last);
        let (first, last) = span.ok_or_else(|| {
            let told =
                format!("'{text}' is not the first and the last character of a column, such as \"44-52\"");
            serde::de::Error::custom(told)
        })?;
        Ok(Span { first, last })
    }
}

/// What stands at a place of each line that is a row.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// The character that it begins with, or the number of the field, from 1.
    pub at: u32,
    /// The text.
    pub is: String,
}

/// A date's year, month and day in figures: `YYYYMMDD`, `MM/DD/YY`, or `MMDD`, which leaves the year to be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateForm(String);

impl DateForm {
    /// Whether it says the year.
    pub fn has_year(&self) -> bool {
        self.0.contains('Y')
    }

    /// Its letters and what stands between them.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for DateForm {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<DateForm, D::Error> {
        let form = String::deserialize(deserializer)?;
        let count = |letter: char| form.chars().filter(|other| *other == letter).count();
        let together = |part: &str| part.is_empty() || form.contains(part);
        let has_parts = count('M') == 2 && count('D') == 2 && matches!(count('Y'), 0 | 2 | 4);
        let whole = together("MM") && together("DD") && together(&"Y".repeat(count('Y')));
        if !has_parts || !whole || !form.is_ascii() {
            let told =
                format!("'{form}' is not the form of a date, such as \"MMDDYY\", \"YYYYMMDD\" or \"MMDD\"");
            return Err(serde::de::Error::custom(told));
        }
        Ok(DateForm(form))
    }
}

impl ColumnMap {
    /// Whether a file of this name has the layout; a layout with headers is told by these.
    pub fn is_for(&self, name: &str) -> bool {
        !self.files.is_empty() && fits(&self.files.to_lowercase(), &name.to_lowercase())
    }

    /// The columns of a layout without headers, in the order of their places.
    pub fn columns(&self) -> Vec<&str> {
        let mut characters: Vec<(&Span, &str)> =
            self.characters.iter().map(|(name, at)| (at, name.as_str())).collect();
        characters.sort_unstable();
        let mut fields: Vec<(&u32, &str)> =
            self.fields.iter().map(|(name, at)| (at, name.as_str())).collect();
        fields.sort_unstable();
        characters.into_iter().map(|(_, name)| name).chain(fields.into_iter().map(|(_, name)| name)).collect()
    }

    /// Where a line of fixed width is cut: a cell for each column, and one more for what `only` looks at.
    pub fn cuts(&self) -> Vec<Span> {
        let mark = self.only.as_ref().map(|mark| {
            let length = u32::try_from(mark.is.chars().count()).unwrap_or(1).max(1);
            Span { first: mark.at, last: mark.at + length - 1 }
        });
        self.columns().into_iter().map(|name| self.characters[name]).chain(mark).collect()
    }
}

/// Whether a name fits a form in which `*` stands for any characters.
fn fits(form: &str, name: &str) -> bool {
    let Some((before, rest)) = form.split_once('*') else { return form == name };
    let Some(name) = name.strip_prefix(before) else { return false };
    name.char_indices().map(|(at, _)| at).chain([name.len()]).any(|at| fits(rest, &name[at..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_whatever_their_capitals() {
        for (form, name, fit) in [
            ("*.rdg", "Route9.RDG", true),
            ("rt*.t*t", "RT12.txt", true),
            ("rt*.t*t", "RT12.txtx", false),
            ("reads.txt", "reads.txt", true),
            ("reads.txt", "my reads.txt", false),
            ("*é*", "lecturé.txt", true),
            ("*", "", true),
        ] {
            assert_eq!(fits(form, &name.to_lowercase()), fit, "{form} {name}");
        }
    }
}
