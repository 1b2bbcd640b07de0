//! Writes the rows of a list as XML, a block of them at a time.
//!
//! Lists are nearly all of a workbook: its time and its size are decided here. A block is written without regard to the
//! others, so that several threads can do it.

use std::ops::Range;

use rust_decimal::Decimal;

use super::layout::{FIRST, Layout, Part, float, plain, serial_day};
use super::pattern::Pattern;
use super::skeleton::Frame;
use super::table;
use crate::domain::origin::column_letters;
use crate::domain::page::{Cell, Column, Flag, Table, Value};
use crate::workbook::survey::Survey;

/// Cells of a block, roughly: a megabyte of XML.
const CELLS: usize = 16_384;

/// The rows of one sheet of a list.
pub(super) struct Rows<'l, 'a> {
    table: &'l Table<'a>,
    survey: &'l Survey,
    range: Range<usize>,
    columns: Vec<Written>,
    /// Whether each row is as high as its longest text.
    fitted: bool,
}

/// How the cells of a column are written.
struct Written {
    /// The cell up to the number of its row: `<c r="AB`.
    open: String,
    /// The style of most cells.
    usual: String,
    /// The styles of flagged cells.
    flagged: Vec<(Flag, String)>,
    pattern: Option<Pattern>,
    /// Whether people type into it: then a cell without a value has its look too.
    typed: bool,
    /// Its place, from 0.
    at: u32,
    /// Its formula is written once a block, and the other cells refer to it.
    is_shared: bool,
}

/// A block being written.
struct Block {
    /// The number of its last row.
    last: String,
    /// The number that its first shared formula goes by.
    formulas: usize,
    /// Whether the formula of a column was written.
    written: Vec<bool>,
}

impl<'l, 'a> Rows<'l, 'a> {
    /// Prepares the rows that stand on a sheet.
    pub(super) fn new(
        table: &'l Table<'a>,
        part: &Part<'_, '_>,
        frame: &Frame,
        layout: &'l Layout<'_, 'a>,
    ) -> Rows<'l, 'a> {
        let written = |(at, column): (u32, &Column)| {
            let style = |flag| frame.style(at, flag).map(|style| format!("\" s=\"{style}\""));
            let flags = [Flag::Ok, Flag::Warning, Flag::Held];
            let pattern =
                column.formula.as_ref().map(|formula| Pattern::new(formula, table, &part.rows, layout));
            Written {
                at,
                is_shared: part.rows.len() > 1 && pattern.as_ref().is_some_and(Pattern::can_be_shared),
                pattern,
                open: format!("<c r=\"{}", column_letters(at)),
                usual: style(None).expect("every column has a sample"),
                typed: column.entry.is_some(),
                flagged: flags.into_iter().filter_map(|flag| Some((flag, style(Some(flag))?))).collect(),
            }
        };
        Rows {
            table,
            survey: &layout.surveys[table.name.as_str()],
            range: part.rows.clone(),
            columns: (0..).zip(&table.columns).map(written).collect(),
            fitted: part.rows.len() <= layout.limits.fitted,
        }
    }

    /// Whether the sheet may be larger than four gigabytes; a cell takes a hundred bytes or so.
    pub(super) fn may_be_wide(&self) -> bool {
        self.range.len() * self.columns.len() > 10_000_000
    }

    /// The blocks in which the rows are written.
    pub(super) fn blocks(&self) -> impl Iterator<Item = Range<usize>> + use<> {
        let (end, step) = (self.range.end, self.rows_a_block());
        self.range.clone().step_by(step).map(move |start| start..end.min(start + step))
    }

    fn rows_a_block(&self) -> usize {
        (CELLS / self.columns.len()).max(1)
    }

    /// Writes one block.
    pub(super) fn write(&self, rows: Range<usize>, out: &mut Vec<u8>) {
        let mut block = Block {
            last: self.number(rows.end - 1).to_string(),
            formulas: (rows.start - self.range.start) / self.rows_a_block() * self.columns.len(),
            written: vec![false; self.columns.len()],
        };
        let written: Result<(), std::convert::Infallible> = self.table.each_row(rows, |index, cells| {
            self.row(index, cells, &mut block, out);
            Ok(())
        });
        let Ok(()) = written;
    }

    /// The number of a row in the sheet.
    fn number(&self, index: usize) -> usize {
        FIRST as usize + index - self.range.start + 1
    }

    fn row(&self, index: usize, cells: &[Cell<'_>], block: &mut Block, out: &mut Vec<u8>) {
        let mut digits = Digits::default();
        let number = digits.of(self.number(index) as u64);
        put(out, &["<row r=\"", number]);
        let lines = if self.fitted { table::tallest(self.table, self.survey, cells) } else { 1 };
        if lines > 1 {
            put(out, &["\" ht=\"", Digits::default().of(u64::from(lines) * 15), "\" customHeight=\"1"]);
        }
        put(out, &["\">"]);
        for (column, cell) in self.columns.iter().zip(cells) {
            column.cell(cell, number, block, out);
        }
        put(out, &["</row>"]);
    }
}

impl Written {
    /// Writes a cell; a row without a value has no formula either.
    fn cell(&self, cell: &Cell<'_>, row: &str, block: &mut Block, out: &mut Vec<u8>) {
        let flagged = |flag| self.flagged.iter().find(|(known, _)| *known == flag);
        let style = cell.flag.and_then(flagged).map_or(&self.usual, |(_, style)| style);
        if cell.value == Value::Empty {
            if cell.flag.is_some() || self.typed && !cell.closed {
                put(out, &[&self.open, row, style, "/>"]);
            }
            return;
        }
        put(out, &[&self.open, row, style]);
        let is_text = matches!(cell.value, Value::Text(_));
        match (&self.pattern, is_text) {
            (None, true) => put(out, &[" t=\"inlineStr\"><is><t"]),
            (None, false) => put(out, &["><v>"]),
            (Some(pattern), _) => {
                put(out, &[if is_text { " t=\"str\"><f" } else { "><f" }]);
                self.formula(pattern, row, block, out);
                put(out, &["<v>"]);
            }
        }
        match &cell.value {
            Value::Empty => {}
            Value::Number(number) => write_number(*number, out),
            Value::Date(date) => write_number(serial_day(*date).into(), out),
            Value::Text(text) => {
                let text = plain(text);
                if self.pattern.is_none() {
                    put(out, &[space(&text), ">"]);
                }
                write_text(&text, out);
            }
        }
        put(out, &[if self.pattern.is_none() && is_text { "</t></is></c>" } else { "</v></c>" }]);
    }

    /// Writes a formula behind its `<f`: whole, or as the one above it moved down.
    fn formula(&self, pattern: &Pattern, row: &str, block: &mut Block, out: &mut Vec<u8>) {
        if self.is_shared {
            let mut digits = Digits::default();
            let number = digits.of((block.formulas + self.at as usize) as u64);
            if std::mem::replace(&mut block.written[self.at as usize], true) {
                return put(out, &[" t=\"shared\" si=\"", number, "\"/>"]);
            }
            let letters = column_letters(self.at);
            let range = [&letters, row, ":", &letters, &block.last];
            put(out, &[" t=\"shared\" ref=\""]);
            put(out, &range);
            put(out, &["\" si=\"", number, "\""]);
        }
        put(out, &[">"]);
        pattern.write(row, out);
        put(out, &["</f>"]);
    }
}

/// Writes texts one behind the other.
pub(super) fn put(out: &mut Vec<u8>, texts: &[&str]) {
    texts.iter().for_each(|text| out.extend_from_slice(text.as_bytes()));
}

/// The attribute of a text whose blanks at its ends have to be kept; nothing for others.
pub(super) fn space(text: &str) -> &'static str {
    let is_blank = |c: char| c == ' ' || c == '\n';
    if text.starts_with(is_blank) || text.ends_with(is_blank) { " xml:space=\"preserve\"" } else { "" }
}

/// Writes text with the characters of XML spelled out.
///
/// Excel reads `_x0041_` as a character, so that text that looks like this has its underscore spelled.
pub(super) fn write_text(text: &str, out: &mut Vec<u8>) {
    let mut rest = text.as_bytes();
    while let Some(at) = rest.iter().position(|byte| matches!(byte, b'&' | b'<' | b'>' | b'_')) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(match rest[at] {
            b'&' => b"&amp;",
            b'<' => b"&lt;",
            b'>' => b"&gt;",
            _ if is_escape(&rest[at..]) => b"_x005F_",
            _ => b"_",
        });
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
}

/// Whether text begins as Excel spells a character: `_x`, four hexadecimal digits, `_`.
fn is_escape(text: &[u8]) -> bool {
    matches!(text, [b'_', b'x', digits @ .., ] if digits.len() >= 5
        && digits[..4].iter().all(u8::is_ascii_hexdigit)
        && digits[4] == b'_')
}

/// The text that escapes XML alone, for formulas.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Writes a number as the shortest text of its nearest float.
fn write_number(number: Decimal, out: &mut Vec<u8>) {
    /// A number of so many digits is its nearest float's shortest text.
    const EXACT: u64 = 1_000_000_000_000_000;
    let (mut digits, mut scale) = (number.mantissa().unsigned_abs(), number.scale() as usize);
    while scale > 0 && digits % 10 == 0 {
        digits /= 10;
        scale -= 1;
    }
    let Some(digits) = u64::try_from(digits).ok().filter(|digits| *digits < EXACT) else {
        return put(out, &[zmij::Buffer::new().format_finite(float(number))]);
    };
    if number.is_sign_negative() && digits > 0 {
        put(out, &["-"]);
    }
    let mut buffer = Digits::default();
    let text = buffer.of(digits);
    match text.len().checked_sub(scale).filter(|whole| *whole > 0) {
        Some(whole) if scale > 0 => put(out, &[&text[..whole], ".", &text[whole..]]),
        Some(_) => put(out, &[text]),
        None => put(out, &["0.", &"0".repeat(scale - text.len()), text]),
    }
}

/// The digits of a number, without an allocation.
#[derive(Default)]
struct Digits([u8; 20]);

impl Digits {
    fn of(&mut self, mut number: u64) -> &str {
        let mut at = self.0.len();
        loop {
            at -= 1;
            self.0[at] = b'0' + (number % 10) as u8;
            number /= 10;
            if number == 0 {
                break;
            }
        }
        std::str::from_utf8(&self.0[at..]).expect("digits are ASCII")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_number_is_the_shortest_text_of_its_float() {
        for (number, text) in [
            ("0", "0"),
            ("-0.00", "0"),
            ("12.50", "12.5"),
            ("-1234.56", "-1234.56"),
            ("0.07", "0.07"),
            ("-0.0001", "-0.0001"),
            ("100", "100"),
            ("999999999999999", "999999999999999"),
            ("0.3333333333333333333333333333", "0.3333333333333333"),
            ("79228162514264337593543950335", "7.922816251426434e+28"),
        ] {
            assert_eq!(written(|out| write_number(number.parse().unwrap(), out)), text);
        }
    }

    #[test]
    fn text_is_spelled_so_that_it_stays_what_it_is() {
        for (text, spelled) in [
            ("O'Brien & Sons <\"x\">", "O'Brien &amp; Sons &lt;\"x\"&gt;"),
            ("_x0041_ _x004_ _xZZZZ_ a_b _", "_x005F_x0041_ _x004_ _xZZZZ_ a_b _"),
            ("gr\u{fc}n \u{1f4a7}", "gr\u{fc}n \u{1f4a7}"),
        ] {
            assert_eq!(written(|out| write_text(text, out)), spelled);
        }
    }
}
