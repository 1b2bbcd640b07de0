//! Where a value came from: file, sheet, row and column.

use std::fmt;
use std::sync::Arc;

/// The sheet that rows are read from, shared by all its rows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SheetName {
    /// The file's name as it was dropped.
    pub file: Arc<str>,
    /// The sheet's name; empty for formats without sheets (csv).
    pub sheet: Arc<str>,
}

/// A place in a dropped file: a whole file, a row or a cell.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// File and sheet.
    pub sheet: SheetName,
    /// Row as numbered in the sheet, from 1; `None` for the whole sheet or file.
    pub row: Option<u32>,
    /// Column from 0; `None` for the whole row.
    pub column: Option<u32>,
}

impl Origin {
    /// The whole file.
    pub fn file(name: &str) -> Origin {
        Origin { sheet: SheetName { file: name.into(), sheet: "".into() }, row: None, column: None }
    }

    /// The whole sheet.
    pub fn sheet(sheet: &SheetName) -> Origin {
        Origin { sheet: sheet.clone(), row: None, column: None }
    }

    /// One row of a sheet.
    pub fn row(sheet: &SheetName, row: u32) -> Origin {
        Origin { sheet: sheet.clone(), row: Some(row), column: None }
    }

    /// One cell of a sheet.
    pub fn cell(sheet: &SheetName, row: u32, column: u32) -> Origin {
        Origin { sheet: sheet.clone(), row: Some(row), column: Some(column) }
    }
}

/// `july.xlsx, Readings!D17`; `july.csv, row 17` where only the row is known.
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sheet.file)?;
        let sheet = &self.sheet.sheet;
        match (self.row, self.column) {
            (Some(row), Some(column)) if sheet.is_empty() => write!(f, ", {}{row}", column_letters(column)),
            (Some(row), Some(column)) => write!(f, ", {sheet}!{}{row}", column_letters(column)),
            (Some(row), None) if sheet.is_empty() => write!(f, ", row {row}"),
            (Some(row), None) => write!(f, ", {sheet} row {row}"),
            (None, _) if sheet.is_empty() => Ok(()),
            (None, _) => write!(f, ", {sheet}"),
        }
    }
}

/// A column counted from 0 as Excel names it: A, B, ... Z, AA, ...
pub fn column_letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + u8::try_from(rest % 26).expect("below 26")));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_as_excel_names_them() {
        let named: Vec<String> = [0, 25, 26, 51, 52, 701, 702, 16_383].map(column_letters).into();
        assert_eq!(named, ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA", "XFD"]);
    }

    #[test]
    fn a_place_reads_as_in_excel() {
        let sheet = SheetName { file: "july.xlsx".into(), sheet: "Readings".into() };
        assert_eq!(Origin::cell(&sheet, 17, 3).to_string(), "july.xlsx, Readings!D17");
        assert_eq!(Origin::row(&sheet, 17).to_string(), "july.xlsx, Readings row 17");
        assert_eq!(Origin::file("july.csv").to_string(), "july.csv");
    }
}
