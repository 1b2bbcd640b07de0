//! Delimited text: finds out encoding and delimiter, then cuts records as a spreadsheet would show them.

use std::borrow::Cow;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::stream::{RowBuffer, Rows};
use super::{Unreadable, limits};

/// How a text file spells its characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark; plain ASCII too.
    Utf8,
    /// UTF-16, low byte first: Excel's "Unicode Text".
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
    /// Western Windows.
    Windows1252,
}

/// What separates the cells of a text file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delimiter {
    /// `,`
    Comma,
    /// The tab character.
    Tab,
    /// `;`
    Semicolon,
    /// `|`
    Pipe,
}

/// The delimiters, the rarest inside cells first: where two fit equally well, the first is taken.
const DELIMITERS: [Delimiter; 4] = [Delimiter::Tab, Delimiter::Pipe, Delimiter::Semicolon, Delimiter::Comma];

impl Delimiter {
    /// The character.
    pub fn byte(self) -> u8 {
        match self {
            Delimiter::Comma => b',',
            Delimiter::Tab => b'\t',
            Delimiter::Semicolon => b';',
            Delimiter::Pipe => b'|',
        }
    }
}

/// How many records are looked at to find the delimiter.
const SAMPLE_RECORDS: usize = 50;

/// How many bytes are looked at to recognise UTF-16 without a mark, and to find the delimiter at most.
const SAMPLE_BYTES: usize = 64 << 10;

/// The mark with which old programs end a text file.
const END_OF_FILE: char = '\u{1A}';

/// A text file, decoded.
pub(super) struct Book<'a> {
    text: Cow<'a, str>,
    delimiter: Delimiter,
    start: usize,
}

/// Decodes text; `Unknown` if the bytes are none.
///
/// Anything but UTF-8 is decoded whole, which takes the order of the file's own size.
pub(super) fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, Encoding), Unreadable> {
    let (text, encoding) = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => (utf8_or_windows(rest), Encoding::Utf8),
        [0xFF, 0xFE, rest @ ..] => (UTF_16LE.decode_without_bom_handling(rest).0, Encoding::Utf16Le),
        [0xFE, 0xFF, rest @ ..] => (UTF_16BE.decode_without_bom_handling(rest).0, Encoding::Utf16Be),
        _ => match unmarked_utf16(bytes) {
            Some(Encoding::Utf16Be) => (UTF_16BE.decode_without_bom_handling(bytes).0, Encoding::Utf16Be),
            Some(encoding) => (UTF_16LE.decode_without_bom_handling(bytes).0, encoding),
            None if std::str::from_utf8(bytes).is_ok() => (utf8_or_windows(bytes), Encoding::Utf8),
            None => (utf8_or_windows(bytes), Encoding::Windows1252),
        },
    };
    match text.chars().any(is_binary) {
        true => Err(Unreadable::Unknown),
        false => Ok((text, encoding)),
    }
}

/// UTF-8 as it is, anything else as Windows-1252.
fn utf8_or_windows(bytes: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(bytes)
        .map_or_else(|_| WINDOWS_1252.decode_without_bom_handling(bytes).0, Cow::Borrowed)
}

/// UTF-16 without a mark: of Western text every other byte is zero.
fn unmarked_utf16(bytes: &[u8]) -> Option<Encoding> {
    let pairs = || bytes[..bytes.len().min(SAMPLE_BYTES)].chunks_exact(2);
    let total = pairs().count();
    let low_zero = pairs().filter(|pair| pair[0] == 0).count();
    let high_zero = pairs().filter(|pair| pair[1] == 0).count();
    match () {
        () if total > 0 && low_zero == 0 && high_zero * 10 >= total * 7 => Some(Encoding::Utf16Le),
        () if total > 0 && high_zero == 0 && low_zero * 10 >= total * 7 => Some(Encoding::Utf16Be),
        () => None,
    }
}

/// A character that no text file has: control characters but those for blanks, and the old end-of-file mark.
fn is_binary(character: char) -> bool {
    character.is_control()
        && !matches!(character, '\t' | '\n' | '\r' | '\u{B}' | '\u{C}' | END_OF_FILE | '\u{85}')
}

impl<'a> Book<'a> {
    /// Finds the delimiter of a decoded text.
    pub(super) fn new(text: Cow<'a, str>) -> Book<'a> {
        let (delimiter, start) = match declared(&text) {
            Some((delimiter, start)) => (delimiter, start),
            None => (detect(&text), 0),
        };
        Book { text, delimiter, start }
    }

    /// What separates the cells.
    pub(super) fn delimiter(&self) -> Delimiter {
        self.delimiter
    }

    /// The rows of the text.
    pub(super) fn rows(&self) -> impl Rows + use<'_> {
        Records {
            rest: self.text.trim_end_matches(END_OF_FILE).as_bytes().get(self.start..).unwrap_or_default(),
            parser: ReaderBuilder::new().delimiter(self.delimiter.byte()).build(),
            fields: vec![0; 1024],
            ends: vec![0; 64],
            number: 0,
            delimiter: self.delimiter.byte(),
            width: 0,
        }
    }
}

/// The delimiter that Excel's own first line names (`sep=;`), and where the table begins behind it.
fn declared(text: &str) -> Option<(Delimiter, usize)> {
    let line = text.split_inclusive('\n').next()?;
    let named = line.trim_end_matches(['\r', '\n']).strip_prefix("sep=")?;
    let delimiter = DELIMITERS.into_iter().find(|delimiter| named.as_bytes() == [delimiter.byte()])?;
    Some((delimiter, line.len()))
}

/// The delimiter that most records have equally often, counted outside quotes; a comma if none is there.
fn detect(text: &str) -> Delimiter {
    let records = sample(text.as_bytes());
    let mut best = (0, Delimiter::Comma);
    for (at, delimiter) in DELIMITERS.into_iter().enumerate() {
        let counts = || records.iter().map(|record| record[at]).filter(|count| *count > 0);
        let agreeing =
            counts().map(|count| counts().filter(|other| *other == count).count()).max().unwrap_or(0);
        if agreeing > best.0 {
            best = (agreeing, delimiter);
        }
    }
    best.1
}

/// How often each delimiter stands outside quotes in each of the first records.
fn sample(text: &[u8]) -> Vec<[usize; 4]> {
    let mut records = Vec::new();
    let mut record = [0; 4];
    let (mut quoted, mut closed, mut at_start) = (false, false, true);
    for byte in &text[..text.len().min(SAMPLE_BYTES)] {
        let delimiter = DELIMITERS.iter().position(|delimiter| delimiter.byte() == *byte);
        let opened = quoted;
        match (*byte, delimiter) {
            // A quote opens only at the start of a cell: 5" pipe. Two in a row within quotes are one of the text.
            (b'"', _) if quoted || at_start || closed => quoted = !quoted,
            _ if quoted => {}
            (b'\n' | b'\r', _) => records.push(std::mem::take(&mut record)),
            (_, Some(at)) => record[at] += 1,
            _ => {}
        }
        closed = opened && !quoted;
        at_start =
            !quoted && (delimiter.is_some() || matches!(byte, b'\n' | b'\r') || (at_start && *byte == b' '));
        if records.len() == SAMPLE_RECORDS {
            return records;
        }
    }
    records.push(record);
    records
}

/// The records of a text from here on.
///
/// csv's reader passes over blank lines without a word; driving its parser by hand shows them, so that
/// record n is row n, as a spreadsheet would have it.
struct Records<'a> {
    rest: &'a [u8],
    parser: Reader,
    fields: Vec<u8>,
    ends: Vec<usize>,
    number: u32,
    delimiter: u8,
    /// The most cells of a record so far.
    width: usize,
}

impl Rows for Records<'_> {
    fn fill(&mut self, buffer: &mut RowBuffer) -> Result<bool, Unreadable> {
        self.skip_blank_lines();
        let begin = self.rest;
        let Some(cells) = self.read_record()? else { return Ok(false) };
        self.number = self.number.saturating_add(1);
        let record = &begin[..begin.len() - self.rest.len()];
        if self.rest.is_empty() && ends_in_quotes(record, self.delimiter) || self.swallows_rows(cells) {
            return Err(Unreadable::OpenQuote { row: self.number });
        }
        self.width = self.width.max(cells);
        buffer.start(self.number)?;
        let mut start = 0;
        for (column, end) in (0_u32..).zip(&self.ends[..cells]) {
            let field = &self.fields[start..*end];
            // The parser cuts at single bytes of ASCII, so what was text stays text.
            let text = std::str::from_utf8(field).map_err(Unreadable::damaged)?;
            buffer.text(column, text)?;
            start = *end;
        }
        Ok(true)
    }
}

impl Records<'_> {
    /// Whether a line within a cell has as many delimiters as a row: then a quote is missing, and money may be lost.
    ///
    /// Of a table with one or two columns it cannot be told from a text of several lines.
    fn swallows_rows(&self, cells: usize) -> bool {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let mut fields = starts.zip(&self.ends[..cells]).map(|(start, end)| &self.fields[start..*end]);
        let delimiters = |line: &[u8]| line.iter().filter(|byte| **byte == self.delimiter).count();
        let is_row = |line: &[u8]| delimiters(line) + 1 == self.width;
        self.width >= 3
            && fields.any(|field| field.split(|byte| matches!(byte, b'\n' | b'\r')).skip(1).any(is_row))
    }

    /// Counts the lines with nothing in them before the next record.
    fn skip_blank_lines(&mut self) {
        while let Some(length) = line_end(self.rest) {
            self.rest = &self.rest[length..];
            self.number = self.number.saturating_add(1);
        }
    }

    /// Reads one record into the buffers; how many cells it has, or `None` at the end.
    fn read_record(&mut self) -> Result<Option<usize>, Unreadable> {
        let (mut written, mut cells) = (0, 0);
        let begin = self.rest;
        loop {
            let (result, read, more, ended) =
                self.parser.read_record(self.rest, &mut self.fields[written..], &mut self.ends[cells..]);
            self.rest = &self.rest[read..];
            written += more;
            cells += ended;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.fields.resize(self.fields.len() * 2, 0),
                ReadRecordResult::OutputEndsFull if self.ends.len() > limits::COLUMNS as usize => {
                    return Err(Unreadable::too_large("columns", limits::COLUMNS));
                }
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::Record => break,
                ReadRecordResult::End => return Ok(None),
            }
        }
        // The parser stops between the two characters of a Windows line end.
        if begin[..begin.len() - self.rest.len()].ends_with(b"\r") && self.rest.starts_with(b"\n") {
            self.rest = &self.rest[1..];
        }
        Ok(Some(cells))
    }
}

/// Whether a record ends within quotes, by the rules of csv's parser: a quote opens at the start of a cell alone, and two in a
/// row within quotes are one of the text.
fn ends_in_quotes(record: &[u8], delimiter: u8) -> bool {
    let (mut quoted, mut at_start) = (false, true);
    let mut bytes = record.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' if quoted => quoted = bytes.next_if_eq(&b'"').is_some(),
            b'"' if at_start => quoted = true,
            _ => {}
        }
        at_start = !quoted && byte == delimiter;
    }
    quoted
}

/// The length of the line end that the bytes begin with.
fn line_end(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [b'\r', b'\n', ..] => Some(2),
        [b'\r' | b'\n', ..] => Some(1),
        _ => None,
    }
}
