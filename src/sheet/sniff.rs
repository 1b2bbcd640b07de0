//! Says what bytes are by looking at the first of them, never at a name.

use super::{Unreadable, compound};

/// The families of files that may hold a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    Package,
    Compound,
    Text,
}

/// Files that are known by their first bytes and hold no sheet.
const NOT_SHEETS: [(&[u8], &str); 17] = [
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG\r\n\x1A\n", "a picture (PNG)"),
    (b"\xFF\xD8\xFF", "a picture (JPEG)"),
    (b"GIF87a", "a picture (GIF)"),
    (b"GIF89a", "a picture (GIF)"),
    (b"II*\0", "a picture (TIFF)"),
    (b"MM\0*", "a picture (TIFF)"),
    (b"{\\rtf", "a rich text document (RTF)"),
    (b"\x1F\x8B", "a compressed file (gzip)"),
    (b"7z\xBC\xAF\x27\x1C", "a compressed archive (7z)"),
    (b"Rar!\x1A\x07", "a compressed archive (RAR)"),
    (b"BZh", "a compressed file (bzip2)"),
    (b"SQLite format 3\0", "a database (SQLite)"),
    (b"\0\x01\0\0Standard ", "a database (Access)"),
    (b"PAR1", "a data file (Parquet)"),
    (b"MZ\x90\0", "a program"),
    (b"%!PS", "a PostScript document"),
];

/// What Excel wrote before there were workbooks: sheets of one stream, by their first record.
const BEFORE_WORKBOOKS: [&[u8]; 3] = [b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00"];

/// How a text begins that is a web page.
const HTML: [&str; 11] = [
    "<!doctype html",
    "<html",
    "<head",
    "<body",
    "<table",
    "<meta",
    "<style",
    "<script",
    "<div",
    "<title",
    "<!--",
];

/// The family of a file, or what it is instead of a sheet.
pub(super) fn family(bytes: &[u8]) -> Result<Family, Unreadable> {
    if bytes.is_empty() {
        return Err(Unreadable::Empty);
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Ok(Family::Package);
    }
    if bytes.starts_with(compound::MAGIC) {
        return Ok(Family::Compound);
    }
    if BEFORE_WORKBOOKS.iter().any(|magic| bytes.starts_with(magic)) {
        return Err(Unreadable::OtherFormat {
            what: "a sheet of Excel 4 or older",
            remedy: "Open it in LibreOffice or Excel and save it as Excel Workbook (.xlsx)",
        });
    }
    match NOT_SHEETS.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        Some((_, what)) => Err(Unreadable::NotASheet { what }),
        None => Ok(Family::Text),
    }
}

/// Refuses text that is markup rather than a table.
pub(super) fn check_text(text: &str) -> Result<(), Unreadable> {
    let trimmed = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    if trimmed.trim_end_matches('\u{1A}').trim_end().is_empty() {
        return Err(Unreadable::Empty);
    }
    let head: String = trimmed.chars().take(2048).collect::<String>().to_lowercase();
    let begins = |word: &str| head.starts_with(word);
    if HTML.into_iter().any(begins) || (begins("<?xml") && head.contains("<html")) {
        return Err(Unreadable::Html);
    }
    if begins("mime-version:") && head.contains("multipart/related") {
        return Err(Unreadable::Html);
    }
    if begins("<?xml") && (head.contains("excel.sheet") || head.contains("office:spreadsheet")) {
        return Err(Unreadable::OtherFormat {
            what: "an XML spreadsheet of Excel 2003",
            remedy: "Open it in Excel and save it as Excel Workbook (.xlsx)",
        });
    }
    if begins("<?xml") {
        return Err(Unreadable::NotASheet { what: "an XML document" });
    }
    if (begins("{") && trimmed.trim_end().ends_with('}'))
        || (begins("[{") && trimmed.trim_end().ends_with("}]"))
    {
        return Err(Unreadable::NotASheet { what: "a JSON document" });
    }
    Ok(())
}
