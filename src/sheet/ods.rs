//! ods: streams the cells of `content.xml`.
//!
//! calamine holds every sheet of an ods whole and writes repeated rows out, so that a file of a few kilobytes
//! can ask for gigabytes; here a repeated row is lent again under its next number.

use std::io::{BufReader, Cursor};

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};
use zip::ZipArchive;
use zip::read::ZipFile;

use super::stream::{RowBuffer, Rows};
use super::{SheetInfo, Unreadable, limits, value};
use crate::domain::sheet::cell::Value;

/// An ods whose package was inspected.
pub(super) struct Book<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// Its named ranges: each name with its cell, written as in the other formats.
    names: Vec<(String, String)>,
}

type Xml<'a, 'b> = Reader<BufReader<ZipFile<'a, Cursor<&'b [u8]>>>>;

/// Elements whose cells and texts belong to no cell of the sheet: notes, drawings, recorded changes.
const APART: [&str; 5] =
    ["office:annotation", "table:shapes", "office:forms", "table:tracked-changes", "table:detective"];

/// Opens an ods and lists its sheets in order.
pub(super) fn open(bytes: &[u8]) -> Result<(Book<'_>, Vec<SheetInfo>), Unreadable> {
    let archive = ZipArchive::new(Cursor::new(bytes)).map_err(Unreadable::damaged)?;
    let mut book = Book { archive, names: vec![] };
    let sheets = book.sheets()?;
    Ok((book, sheets))
}

impl<'b> Book<'b> {
    /// Its named ranges.
    pub(super) fn names(&self) -> &[(String, String)] {
        &self.names
    }

    /// The names of the sheets; a sheet is hidden by its style. The named ranges stand behind them.
    fn sheets(&mut self) -> Result<Vec<SheetInfo>, Unreadable> {
        let mut names = Vec::new();
        let mut xml = self.content()?;
        let mut buffer = Vec::new();
        let mut sheets = Vec::new();
        let mut style = String::new();
        let mut hiding: Vec<String> = Vec::new();
        loop {
            buffer.clear();
            match xml.read_event_into(&mut buffer).map_err(Unreadable::damaged)? {
                Event::Start(start) => match start.name().as_ref() {
                    "style:style" => style = attribute(&start, "style:name")?.unwrap_or_default(),
                    "style:table-properties"
                        if attribute(&start, "table:display")?.as_deref() == Some("false") =>
                    {
                        hiding.push(style.clone());
                    }
                    "table:table" => sheets.push(SheetInfo {
                        name: attribute(&start, "table:name")?.unwrap_or_default(),
                        hidden: attribute(&start, "table:style-name")?
                            .is_some_and(|style| hiding.contains(&style)),
                    }),
                    "table:named-range" => names.extend(named(&start)?),
                    name if is_apart(name) => skip(&mut xml, &start.to_owned())?,
                    _ => {}
                },
                Event::Eof => break,
                _ => {}
            }
        }
        drop(xml);
        self.names = names;
        Ok(sheets)
    }

    /// The rows of a sheet, by its place in the list.
    pub(super) fn rows(&mut self, index: usize) -> Result<impl Rows + use<'_, 'b>, Unreadable> {
        let mut xml = self.content()?;
        let mut buffer = Vec::new();
        let mut seen = 0;
        loop {
            buffer.clear();
            match xml.read_event_into(&mut buffer).map_err(Unreadable::damaged)? {
                Event::Start(start) if start.name().as_ref() == "table:table" => {
                    if seen == index {
                        return Ok(Table { xml, buffer: Vec::new(), text: String::new(), next: 1, again: 0 });
                    }
                    seen += 1;
                }
                Event::Start(start) if is_apart(start.name().as_ref()) => skip(&mut xml, &start.to_owned())?,
                Event::Eof => return Err(Unreadable::damaged("the sheet has gone")),
                _ => {}
            }
        }
    }

    fn content(&mut self) -> Result<Xml<'_, 'b>, Unreadable> {
        let part = self.archive.by_name("content.xml").map_err(Unreadable::damaged)?;
        let mut xml = Reader::from_reader(BufReader::new(part));
        xml.config_mut().expand_empty_elements = true;
        Ok(xml)
    }
}

/// A named range with its cell: `$'My sheet'.$A$1` as `'My sheet'!$A$1`.
fn named(start: &BytesStart<'_>) -> Result<Option<(String, String)>, Unreadable> {
    let name = attribute(start, "table:name")?;
    let address = attribute(start, "table:cell-range-address")?.unwrap_or_default();
    let cell =
        address.rsplit_once('.').map(|(sheet, cell)| format!("{}!{cell}", sheet.trim_start_matches('$')));
    Ok(name.zip(cell))
}

/// Whether what is inside an element belongs to no cell.
fn is_apart(name: &str) -> bool {
    APART.contains(&name) || name.starts_with("draw:")
}

/// Passes over an element with all in it.
fn skip(xml: &mut Xml<'_, '_>, start: &BytesStart<'_>) -> Result<(), Unreadable> {
    xml.read_to_end_into(start.name(), &mut Vec::new()).map_err(Unreadable::damaged)?;
    Ok(())
}

/// The value of an attribute, if the element has it.
fn attribute(start: &BytesStart<'_>, name: &str) -> Result<Option<String>, Unreadable> {
    let Some(found) = start.try_get_attribute(name).map_err(Unreadable::damaged)? else { return Ok(None) };
    let value = found.normalized_value(XmlVersion::Implicit1_0).map_err(Unreadable::damaged)?;
    Ok(Some(value.into_owned()))
}

/// How often a row or cell is repeated: at least once.
fn repeats(start: &BytesStart<'_>, name: &str) -> Result<u32, Unreadable> {
    let count = attribute(start, name)?.and_then(|count| count.parse().ok());
    Ok(count.unwrap_or(1).max(1))
}

/// One sheet, read from its first row on.
struct Table<'a, 'b> {
    xml: Xml<'a, 'b>,
    buffer: Vec<u8>,
    text: String,
    /// The number of the next row.
    next: u32,
    /// How often the row in the buffer comes again.
    again: u32,
}

impl Rows for Table<'_, '_> {
    fn fill(&mut self, row: &mut RowBuffer) -> Result<bool, Unreadable> {
        if self.again > 0 {
            self.again -= 1;
            row.renumber(self.next)?;
            self.next += 1;
            return Ok(true);
        }
        loop {
            self.buffer.clear();
            match self.xml.read_event_into(&mut self.buffer).map_err(Unreadable::damaged)? {
                Event::Start(start) if start.name().as_ref() == "table:table-row" => {
                    let times = repeats(&start, "table:number-rows-repeated")?;
                    if self.read_row(times, row)? {
                        return Ok(true);
                    }
                }
                Event::Start(start) if is_apart(start.name().as_ref()) => {
                    let start = start.to_owned();
                    skip(&mut self.xml, &start)?;
                }
                Event::End(end) if end.name().as_ref() == "table:table" => return Ok(false),
                Event::Eof => return Err(Unreadable::damaged("the sheet is cut off")),
                _ => {}
            }
        }
    }
}

impl Table<'_, '_> {
    /// Reads the cells of a row; `false` for a row without any, which may claim any number of rows below the
    /// sheet's end and takes none.
    fn read_row(&mut self, times: u32, row: &mut RowBuffer) -> Result<bool, Unreadable> {
        let number = self.next;
        self.next = number.saturating_add(times);
        let mut column: u32 = 0;
        let mut any = false;
        loop {
            self.buffer.clear();
            match self.xml.read_event_into(&mut self.buffer).map_err(Unreadable::damaged)? {
                Event::Start(start) => {
                    let start = start.to_owned();
                    if !matches!(start.name().as_ref(), "table:table-cell" | "table:covered-table-cell") {
                        skip(&mut self.xml, &start)?;
                        continue;
                    }
                    let across = repeats(&start, "table:number-columns-repeated")?;
                    let value = self.read_cell(&start)?;
                    if value != Value::Empty {
                        if !any {
                            row.start(number)?;
                            any = true;
                        }
                        for repeated in 0..across {
                            row.push(column.saturating_add(repeated), value.clone())?;
                        }
                    }
                    column = column.saturating_add(across);
                }
                Event::End(end) if end.name().as_ref() == "table:table-row" => break,
                Event::Eof => return Err(Unreadable::damaged("a row is cut off")),
                _ => {}
            }
        }
        if any {
            self.next = number.saturating_add(1);
            self.again = times - 1;
        }
        Ok(any)
    }

    /// The value of the cell that begins here, up to its end.
    fn read_cell(&mut self, start: &BytesStart<'_>) -> Result<Value, Unreadable> {
        self.read_text(start)?;
        let kind = attribute(start, "office:value-type")?.unwrap_or_default();
        let is_error = attribute(start, "calcext:value-type")?.as_deref() == Some("error");
        let value = match kind.as_str() {
            _ if is_error => Value::Error(std::mem::take(&mut self.text)),
            "float" | "currency" | "percentage" => match attribute(start, "office:value")? {
                Some(text) => text.parse().map_or(Value::Text(text), value::number),
                None => Value::Empty,
            },
            "date" => value::iso_moment(&attribute(start, "office:date-value")?.unwrap_or_default()),
            "time" => value::iso_time(&attribute(start, "office:time-value")?.unwrap_or_default()),
            "boolean" => Value::Bool(attribute(start, "office:boolean-value")?.as_deref() == Some("true")),
            "string" => Value::Text(match attribute(start, "office:string-value")? {
                Some(text) => text,
                None => std::mem::take(&mut self.text),
            }),
            _ => match attribute(start, "table:formula")? {
                Some(formula) => Value::Uncalculated(formula.trim_start_matches("of:").to_owned()),
                None if self.text.is_empty() => Value::Empty,
                None => Value::Text(std::mem::take(&mut self.text)),
            },
        };
        Ok(if matches!(&value, Value::Text(text) if text.trim().is_empty()) { Value::Empty } else { value })
    }

    /// Collects the paragraphs of the cell into `self.text`, up to the cell's end.
    fn read_text(&mut self, cell: &BytesStart<'_>) -> Result<(), Unreadable> {
        self.text.clear();
        let mut paragraphs = 0;
        let mut inside = 0_u32;
        loop {
            self.buffer.clear();
            match self.xml.read_event_into(&mut self.buffer).map_err(Unreadable::damaged)? {
                Event::Start(start) => match start.name().as_ref() {
                    "text:p" => {
                        if paragraphs > 0 {
                            self.text.push('\n');
                        }
                        paragraphs += 1;
                        inside += 1;
                    }
                    "text:s" => {
                        let blanks = repeats(&start, "text:c")?.min(limits::TEXT_CHARACTERS as u32 + 1);
                        self.text.extend(std::iter::repeat_n(' ', blanks as usize));
                    }
                    "text:tab" => self.text.push('\t'),
                    "text:line-break" => self.text.push('\n'),
                    name if is_apart(name) || name == "table:table" => {
                        let start = start.to_owned();
                        skip(&mut self.xml, &start)?;
                    }
                    _ => {}
                },
                Event::Text(text) if inside > 0 => self.text.push_str(&text.xml10_content()),
                Event::CData(text) if inside > 0 => self.text.push_str(&text.xml10_content()),
                Event::GeneralRef(reference) if inside > 0 => push_reference(&reference, &mut self.text)?,
                Event::End(end) if end.name() == cell.name() => return Ok(()),
                Event::End(end) if end.name().as_ref() == "text:p" => inside = inside.saturating_sub(1),
                Event::Eof => return Err(Unreadable::damaged("a cell is cut off")),
                _ => {}
            }
        }
    }
}

/// Adds the character that `&amp;` or `&#38;` stands for.
pub(super) fn push_reference(reference: &BytesRef<'_>, text: &mut String) -> Result<(), Unreadable> {
    if let Some(character) = reference.resolve_char_ref().map_err(Unreadable::damaged)? {
        text.push(character);
    } else if let Some(known) = quick_xml::escape::resolve_xml_entity(reference.as_ref()) {
        text.push_str(known);
    } else {
        return Err(Unreadable::damaged("it refers to an unknown character"));
    }
    Ok(())
}
