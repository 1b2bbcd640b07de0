//! Why a file cannot be read, in words that say what to do.

use thiserror::Error;

/// A file, or a sheet of it, that cannot be read. `Display` is the whole message; the caller names the file.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Unreadable {
    /// Nothing in it, or nothing but blanks.
    #[error("The file is empty. Save it again in the program that made it, then drop it again.")]
    Empty,
    /// Encrypted, whichever format.
    #[error(
        "The file is protected by a password. Open it, save it without the password (in Excel: File, Info, \
         Protect Workbook, Encrypt with Password, clear the password), then drop it again."
    )]
    PasswordProtected,
    /// A web page, often a report saved under a spreadsheet's name.
    #[error(
        "The file is a web page (HTML), whatever its name says. Open it in Excel, save it as Excel Workbook \
         (.xlsx), then drop that."
    )]
    Html,
    /// Something that is known and no sheet.
    #[error(
        "The file is {what}, not a sheet. Drop the table as an Excel workbook (.xlsx) or as text (.csv)."
    )]
    NotASheet {
        /// What it is, with its article: "a PDF document".
        what: &'static str,
    },
    /// A table in a format that is not read.
    #[error("The file is {what}, which cannot be read. {remedy}, then drop that.")]
    OtherFormat {
        /// What it is, with its article.
        what: &'static str,
        /// How to make a readable file of it, as a clause without a full stop.
        remedy: &'static str,
    },
    /// Beyond one of the limits.
    #[error(
        "The file has more than {limit} {what}. Split it into smaller files, or save only the table itself."
    )]
    TooLarge {
        /// What there is too much of: "rows".
        what: &'static str,
        /// How much there may be.
        limit: String,
    },
    /// A quote that swallows the rows below it.
    #[error(
        "In row {row} a cell begins with a quote that is not closed before what looks like the next row: the rows below it \
         would be taken for one cell. Close the quote or remove it; if the cell is meant to have several lines, save the table \
         as Excel Workbook (.xlsx). Then drop it again."
    )]
    OpenQuote {
        /// The row as numbered in the file, from 1.
        row: u32,
    },
    /// A workbook without a single worksheet.
    #[error(
        "The workbook has no worksheet. Put the table on a worksheet, save the workbook, then drop it again."
    )]
    NoSheets,
    /// Bytes that are no known format.
    #[error(
        "The file is neither a spreadsheet nor text. Save the table as Excel Workbook (.xlsx) or as .csv, then drop that."
    )]
    Unknown,
    /// A workbook that does not hold together.
    #[error(
        "{} is damaged or was cut off on its way ({detail}). Open it in the program that made it, save it \
         again, then drop it again.",
        place(.sheet)
    )]
    Damaged {
        /// The sheet, where the damage is inside one.
        sheet: Option<String>,
        /// What was found, for the person who looks into it.
        detail: String,
    },
}

/// What is damaged: the sheet where it is known, else the file.
fn place(sheet: &Option<String>) -> String {
    match sheet {
        Some(name) => format!("The sheet \"{name}\""),
        None => "The file".to_owned(),
    }
}

impl Unreadable {
    /// A file that is damaged outside its sheets.
    pub(super) fn damaged(detail: impl ToString) -> Unreadable {
        Unreadable::Damaged { sheet: None, detail: detail.to_string() }
    }

    /// The same trouble, known to be inside this sheet.
    pub(super) fn in_sheet(self, name: &str) -> Unreadable {
        match self {
            Unreadable::Damaged { sheet: None, detail } if !name.is_empty() => {
                Unreadable::Damaged { sheet: Some(name.to_owned()), detail }
            }
            other => other,
        }
    }

    /// More of something than a limit allows.
    pub(super) fn too_large(what: &'static str, limit: impl Into<u64>) -> Unreadable {
        Unreadable::TooLarge { what, limit: grouped(limit.into()) }
    }
}

/// A number as people write it: `1,048,576`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
