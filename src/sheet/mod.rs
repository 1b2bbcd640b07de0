#![expect(clippy::disallowed_types, reason = "cells hold floats")]
//! Turns bytes of any supported format into addressed rows, sheet by sheet, without holding the whole.
//!
//! ```
//! use meterbook::sheet;
//!
//! let bytes = b"Account,Reading\n00123,4012\n";
//! let mut book = sheet::open("reads.csv", bytes)?;
//! let mut rows = book.rows(0)?;
//! while let Some(row) = rows.next_row()? {
//!     println!("{}: {}", row.number, row.value(1).text());
//! }
//! # Ok::<(), sheet::Unreadable>(())
//! ```
//!
//! The journey of a file: `sniff` looks at its first bytes; `package` or `compound` looks into the container
//! and refuses what is too large before it is unpacked; a reader a format (`excel`, `xls`, `ods`, `text`,
//! `fixed`) gives cells; `stream` lends them as rows, with `value` saying what they mean.

mod compound;
mod excel;
mod fixed;
mod guard;
pub mod limits;
mod ods;
mod package;
mod properties;
mod returned;
mod sniff;
mod stream;
mod text;
mod unreadable;
mod value;
mod xls;

use std::collections::BTreeMap;

use calamine::{Reader, Sheet, SheetType, SheetVisible, Xls, Xlsb, Xlsx};

pub use returned::{Returned, returned_from};
pub use stream::RowStream;
pub use text::{Delimiter, Encoding};
pub use unreadable::Unreadable;

use compound::Compound;
use excel::Bytes;
use guard::guarded;
use package::Package;
use sniff::Family;

use crate::domain::sheet::column_map::Span;

/// What a file is, by its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A workbook of Excel 2007 or later.
    Xlsx,
    /// The same with macros, which are never run.
    Xlsm,
    /// The same in binary form.
    Xlsb,
    /// A workbook of Excel 5 to 2003.
    Xls,
    /// A workbook of LibreOffice.
    Ods,
    /// Text.
    Text(Encoding, Delimiter),
    /// Text of fixed width, cut where a column map says.
    Fixed(Encoding),
}

impl Format {
    /// The words for people: "an xlsx workbook", "a csv".
    pub fn words(self) -> &'static str {
        match self {
            Format::Xlsx => "an xlsx workbook",
            Format::Xlsm => "an xlsm workbook",
            Format::Xlsb => "an xlsb workbook",
            Format::Xls => "an xls workbook",
            Format::Ods => "an ods workbook",
            Format::Text(_, Delimiter::Tab) => "a text with tabs",
            Format::Text(..) => "a csv",
            Format::Fixed(_) => "a text of fixed width",
        }
    }

    /// Whether a file of this format is rightly named with the extension, or the extension says nothing.
    fn goes_by(self, extension: &str) -> bool {
        let known: &[&str] = match self {
            Format::Xlsx => &["xlsx", "xltx"],
            Format::Xlsm => &["xlsm", "xltm", "xlam"],
            Format::Xlsb => &["xlsb"],
            Format::Xls => &["xls", "xlt"],
            Format::Ods => &["ods", "ots"],
            Format::Text(..) | Format::Fixed(_) => return !WORKBOOKS.contains(&extension),
        };
        known.contains(&extension) || !(WORKBOOKS.contains(&extension) || TEXTS.contains(&extension))
    }
}

/// The extensions that promise a workbook.
const WORKBOOKS: [&str; 10] = ["xlsx", "xltx", "xlsm", "xltm", "xlam", "xlsb", "xls", "xlt", "ods", "ots"];

/// The extensions that promise text.
const TEXTS: [&str; 5] = ["csv", "tsv", "tab", "txt", "prn"];

/// A sheet of a workbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetInfo {
    /// The name on its tab; empty for text.
    pub name: String,
    /// Whether it is hidden from who opens the workbook.
    pub hidden: bool,
}

/// A file that was recognised and whose sheets can be read.
pub struct Workbook<'a> {
    format: Format,
    sheets: Vec<SheetInfo>,
    note: Option<String>,
    properties: BTreeMap<String, String>,
    content: Content<'a>,
}

/// The reader that each format keeps.
enum Content<'a> {
    Xlsx(Box<Xlsx<Bytes<'a>>>),
    Xlsb(Box<Xlsb<Bytes<'a>>>),
    Xls(Box<Xls<Bytes<'a>>>),
    Ods(ods::Book<'a>),
    Text(text::Book<'a>),
    Fixed(fixed::Book<'a>),
}

/// Recognises a file by its content and lists its sheets, or says in plain words why it cannot be read.
///
/// The name serves [`Workbook::note`] alone. Everything in [`limits`] that can be known without reading the
/// cells is checked here, before memory is set aside.
pub fn open<'a>(name: &str, bytes: &'a [u8]) -> Result<Workbook<'a>, Unreadable> {
    if bytes.len() as u64 > limits::FILE_BYTES {
        return Err(Unreadable::too_large("bytes", limits::FILE_BYTES));
    }
    let (format, sheets, content) = guarded(|| match sniff::family(bytes)? {
        Family::Package => open_package(bytes),
        Family::Compound => open_compound(bytes),
        Family::Text => open_text(bytes),
    })?;
    if sheets.is_empty() {
        return Err(Unreadable::NoSheets);
    }
    check_names(&sheets)?;
    let note = mismatch(name, format);
    let properties = match format {
        Format::Xlsx | Format::Xlsm => properties::custom(bytes),
        _ => BTreeMap::new(),
    };
    Ok(Workbook { format, sheets, note, properties, content })
}

/// Opens a text of fixed width, whose lines are cut at these characters: one sheet without a name.
///
/// Which files are such, only a column map knows.
pub fn open_fixed<'a>(bytes: &'a [u8], cuts: &[Span]) -> Result<Workbook<'a>, Unreadable> {
    if bytes.len() as u64 > limits::FILE_BYTES {
        return Err(Unreadable::too_large("bytes", limits::FILE_BYTES));
    }
    let (text, encoding) = text::decode(bytes)?;
    Ok(Workbook {
        format: Format::Fixed(encoding),
        sheets: vec![SheetInfo { name: String::new(), hidden: false }],
        note: None,
        properties: BTreeMap::new(),
        content: Content::Fixed(fixed::Book::new(text, cuts.to_vec())),
    })
}

/// Whether the bytes are text, by the first of them.
pub fn is_text(bytes: &[u8]) -> bool {
    matches!(sniff::family(bytes), Ok(Family::Text))
}

/// What opening a file of any family gives.
type Opened<'a> = (Format, Vec<SheetInfo>, Content<'a>);

fn open_package(bytes: &[u8]) -> Result<Opened<'_>, Unreadable> {
    let package = package::inspect(bytes)?;
    Ok(match package {
        Package::Xlsx | Package::Xlsm => {
            let (book, sheets) = excel::open_xlsx(bytes)?;
            let format = if package == Package::Xlsm { Format::Xlsm } else { Format::Xlsx };
            (format, worksheets(&sheets), Content::Xlsx(Box::new(book)))
        }
        Package::Xlsb => {
            let (book, sheets) = excel::open_xlsb(bytes)?;
            (Format::Xlsb, worksheets(&sheets), Content::Xlsb(Box::new(book)))
        }
        Package::Ods => {
            let (book, sheets) = ods::open(bytes)?;
            (Format::Ods, sheets, Content::Ods(book))
        }
    })
}

fn open_compound(bytes: &[u8]) -> Result<Opened<'_>, Unreadable> {
    let file = Compound::open(bytes)?;
    if file.has("EncryptedPackage") {
        return Err(Unreadable::PasswordProtected);
    }
    if file.has("WordDocument") {
        return Err(Unreadable::NotASheet { what: "a Word document" });
    }
    if file.has("PowerPoint Document") {
        return Err(Unreadable::NotASheet { what: "a PowerPoint presentation" });
    }
    if !file.has("Workbook") && !file.has("Book") {
        return Err(Unreadable::NotASheet { what: "a document of another program" });
    }
    let (book, sheets) = xls::open(bytes, &file)?;
    Ok((Format::Xls, worksheets(&sheets), Content::Xls(Box::new(book))))
}

fn open_text(bytes: &[u8]) -> Result<Opened<'_>, Unreadable> {
    let (text, encoding) = text::decode(bytes)?;
    sniff::check_text(&text)?;
    let book = text::Book::new(text);
    let sheet = SheetInfo { name: String::new(), hidden: false };
    Ok((Format::Text(encoding, book.delimiter()), vec![sheet], Content::Text(book)))
}

/// The worksheets among the sheets; charts and macros hold no cells.
fn worksheets(sheets: &[Sheet]) -> Vec<SheetInfo> {
    let worksheets = sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    worksheets
        .map(|sheet| SheetInfo { name: sheet.name.clone(), hidden: sheet.visible != SheetVisible::Visible })
        .collect()
}

/// Refuses two sheets of one name: asked for by name, one would be read twice and the other never.
fn check_names(sheets: &[SheetInfo]) -> Result<(), Unreadable> {
    let mut names: Vec<&str> = sheets.iter().map(|sheet| sheet.name.as_str()).collect();
    names.sort_unstable();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(Unreadable::damaged(format!("two sheets are called \"{}\"", pair[0]))),
        None => Ok(()),
    }
}

/// What the name promises and the content does not keep.
fn mismatch(name: &str, format: Format) -> Option<String> {
    let (_, extension) = name.rsplit_once('.')?;
    let extension = extension.to_lowercase();
    (!format.goes_by(&extension)).then(|| format!("named .{extension}, is {}", format.words()))
}

impl<'a> Workbook<'a> {
    /// What the file is.
    pub fn format(&self) -> Format {
        self.format
    }

    /// The worksheets in their order, hidden ones too; text is one sheet with an empty name.
    pub fn sheets(&self) -> &[SheetInfo] {
        &self.sheets
    }

    /// What the workbook says about having been handed back; nothing for a format that keeps no names.
    pub fn returned(&self) -> Option<Returned> {
        match &self.content {
            Content::Xlsx(book) => returned::among(book.defined_names()),
            Content::Xlsb(book) => returned::among(book.defined_names()),
            Content::Xls(book) => returned::among(book.defined_names()),
            Content::Ods(book) => returned::among(book.names()),
            Content::Text(_) | Content::Fixed(_) => None,
        }
    }

    /// Where the name promises another format than the content has: "named .xls, is a csv".
    pub fn note(&self) -> Option<String> {
        self.note.clone()
    }

    /// A custom property of an xlsx or xlsm.
    pub fn property(&self, name: &str) -> Option<&str> {
        self.properties.get(name).map(String::as_str)
    }

    /// The rows of a sheet, from its place in [`Workbook::sheets`].
    ///
    /// # Panics
    ///
    /// If there is no such sheet.
    pub fn rows(&mut self, index: usize) -> Result<RowStream<'_>, Unreadable> {
        assert!(index < self.sheets.len(), "there are {} sheets", self.sheets.len());
        let name = self.sheets[index].name.as_str();
        let content = &mut self.content;
        let stream = guarded(|| {
            Ok(match content {
                Content::Xlsx(book) => RowStream::new(excel::xlsx_rows(book, name)?, name),
                Content::Xlsb(book) => RowStream::new(excel::xlsb_rows(book, name)?, name),
                Content::Xls(book) => RowStream::new(xls::rows(book, name)?, name),
                Content::Ods(book) => RowStream::new(book.rows(index)?, name),
                Content::Text(book) => RowStream::new(book.rows(), name),
                Content::Fixed(book) => RowStream::new(book.rows(), name),
            })
        });
        stream.map_err(|why| why.in_sheet(name))
    }
}
