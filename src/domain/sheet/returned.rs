//! The mark by which a workbook that was handed back is known when it is dropped again.
//!
//! It is a defined name whose last digits name the content that was handed back and which leads to the Problems sheet:
//! whoever saves the workbook keeps it, and renaming the sheet does not break it.

use std::fmt;

/// How the mark begins; the id of the content follows.
pub const NAME_BEGINS: &str = "meterbook_returned_";

/// How many digits of a content's hash name it.
const DIGITS: usize = 16;

/// What a file that was handed back is known by: the first sixteen digits of its content's sha256.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReturnId(String);

impl ReturnId {
    /// The id of a content.
    pub fn of_content(sha256: &str) -> ReturnId {
        ReturnId(sha256.get(..DIGITS).unwrap_or(sha256).to_owned())
    }

    /// The id in a defined name; `None` where it is not ours.
    pub fn of_name(name: &str) -> Option<ReturnId> {
        let id = name.strip_prefix(NAME_BEGINS)?;
        let hexadecimal = |c: char| c.is_ascii_digit() || matches!(c, 'a'..='f');
        (id.len() == DIGITS && id.chars().all(hexadecimal)).then(|| ReturnId(id.to_owned()))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ReturnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The sheet of a cell's full name: `'Problems (2)'!$A$1`; `None` where it names none.
pub fn sheet_of(cell: &str) -> Option<String> {
    let (sheet, _) = cell.trim().trim_start_matches('=').rsplit_once('!')?;
    let sheet = sheet.trim_start_matches('$');
    let bare = sheet.strip_prefix('\'').and_then(|sheet| sheet.strip_suffix('\''));
    let name = bare.map_or_else(|| sheet.to_owned(), |bare| bare.replace("''", "'"));
    (!name.is_empty() && name != "#REF").then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_leads_back_to_its_content() {
        let sha256 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
        let id = ReturnId::of_content(sha256);
        assert_eq!(id.as_str(), "0123456789abcdef");
        assert_eq!(ReturnId::of_name(&format!("{NAME_BEGINS}{id}")), Some(id));
        assert_eq!(ReturnId::of_name("meterbook_returned_me"), None);
        assert_eq!(ReturnId::of_name("Print_Titles"), None);
    }

    #[test]
    fn a_cell_names_its_sheet() {
        assert_eq!(sheet_of("Problems!$A$1").as_deref(), Some("Problems"));
        assert_eq!(sheet_of("'It''s wrong (2)'!$A$1").as_deref(), Some("It's wrong (2)"));
        assert_eq!(sheet_of("$Problems.$A$1"), None);
        assert_eq!(sheet_of("#REF!$A$1"), None);
    }
}
