//! A recognised sheet of a dropped file, and how its rows are read and found fault with.

use super::profile::Layout;
use crate::domain::finding::{Code, Finding, Severity};
use crate::domain::origin::{Origin, SheetName};

/// Characters of a value that a message shows.
const VALUE_SHOWN: usize = 60;

/// A recognised sheet of a dropped file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// File and sheet.
    pub name: SheetName,
    /// Kind, header and columns.
    pub layout: Layout,
}

/// A row as typed, with its number in the sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Numbered<T> {
    /// Row as numbered in the sheet, from 1.
    pub row: u32,
    /// What it says.
    pub value: T,
}

/// What is wrong, before it is said where: code, severity, what is there and the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// What kind of trouble.
    pub code: Code,
    /// What it means for the file.
    pub severity: Severity,
    /// What is there.
    pub value: String,
    /// What is there, what is wrong and what to do.
    pub message: String,
}

impl Trouble {
    /// Trouble that sends the file back.
    pub fn error(code: Code, value: impl Into<String>, message: impl Into<String>) -> Trouble {
        Trouble { code, severity: Severity::Error, value: value.into(), message: message.into() }
    }

    /// Trouble that someone should look at.
    pub fn warning(code: Code, value: impl Into<String>, message: impl Into<String>) -> Trouble {
        Trouble { code, severity: Severity::Warning, value: value.into(), message: message.into() }
    }

    /// Something that was done to the file.
    pub fn note(code: Code, value: impl Into<String>, message: impl Into<String>) -> Trouble {
        Trouble { code, severity: Severity::Note, value: value.into(), message: message.into() }
    }

    /// Says that it is about a place.
    ///
    /// The message is one line: a long value stands in it with its beginning alone, and without line breaks.
    pub fn at(self, origin: Origin, column: &str) -> Finding {
        let message = match beginning(&self.value) {
            Some(beginning) => self.message.replace(&self.value, &beginning),
            None => self.message,
        };
        Finding {
            code: self.code,
            severity: self.severity,
            origin,
            column: column.to_owned(),
            value: self.value,
            message: message.replace(char::is_control, " "),
        }
    }
}

/// How a long value begins; `None` for one that is short.
fn beginning(value: &str) -> Option<String> {
    let (cut, _) = value.char_indices().nth(VALUE_SHOWN)?;
    Some(format!("{}...", value[..cut].trim_end()))
}

impl Place {
    /// Trouble with a cell, named by the canonical column; with the whole row where the sheet lacks the column.
    pub fn cell(&self, row: u32, column: &str, trouble: Trouble) -> Finding {
        match self.layout.column(column) {
            Some(known) => trouble.at(Origin::cell(&self.name, row, known.at), &known.header),
            None => self.row(row, trouble),
        }
    }

    /// Trouble with a whole row.
    pub fn row(&self, row: u32, trouble: Trouble) -> Finding {
        trouble.at(Origin::row(&self.name, row), "")
    }

    /// Trouble with the whole sheet.
    pub fn whole(&self, trouble: Trouble) -> Finding {
        trouble.at(Origin::sheet(&self.name), "")
    }
}
