//! Text of fixed width: each line cut at the characters that a column map names.

use std::borrow::Cow;

use super::stream::{RowBuffer, Rows};
use super::{Unreadable, limits};
use crate::domain::sheet::column_map::Span;

/// A text and where its lines are cut.
pub(super) struct Book<'a> {
    text: Cow<'a, str>,
    cuts: Vec<Span>,
}

impl<'a> Book<'a> {
    /// A decoded text.
    pub(super) fn new(text: Cow<'a, str>, cuts: Vec<Span>) -> Book<'a> {
        Book { text, cuts }
    }

    /// Its lines as rows: a cell for each cut, and the line.
    pub(super) fn rows(&self) -> impl Rows + use<'_> {
        Lines { rest: self.text.trim_end_matches('\u{1A}'), cuts: &self.cuts, number: 0 }
    }
}

struct Lines<'t> {
    rest: &'t str,
    cuts: &'t [Span],
    number: u32,
}

impl Rows for Lines<'_> {
    fn fill(&mut self, buffer: &mut RowBuffer) -> Result<bool, Unreadable> {
        if self.rest.is_empty() {
            return Ok(false);
        }
        let end = self.rest.find(['\r', '\n']).unwrap_or(self.rest.len());
        let (line, rest) = self.rest.split_at(end);
        self.rest = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix(['\r', '\n'])).unwrap_or(rest);
        self.number = self.number.saturating_add(1);
        buffer.start(self.number)?;
        if line.len() > limits::ROW_TEXT_BYTES {
            return Err(Unreadable::too_large("bytes of text in one row", limits::ROW_TEXT_BYTES as u64));
        }
        let mut columns = 0;
        for cut in self.cuts {
            buffer.text(columns, characters(line, *cut))?;
            columns += 1;
        }
        // The whole line behind: one that has nothing at the cuts is a row all the same, and can be counted.
        buffer.text(columns, line)?;
        Ok(true)
    }
}

/// The characters of a cut; fewer where the line ends before.
fn characters(line: &str, cut: Span) -> &str {
    let place = |at: u32| {
        let at = at as usize;
        if line.is_ascii() {
            at.min(line.len())
        } else {
            line.char_indices().nth(at).map_or(line.len(), |(at, _)| at)
        }
    };
    &line[place(cut.first - 1)..place(cut.last)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::open_fixed;

    #[test]
    fn lines_are_cut_at_characters_whatever_ends_them() {
        let cuts = [Span { first: 1, last: 3 }, Span { first: 5, last: 9 }, Span { first: 2, last: 2 }];
        for bytes in ["abc  ñ123\r\n\r\nxy\n", "abc  ñ123\r\rxy\u{1A}", "abc  ñ123\n\nxy"] {
            let mut book = open_fixed(bytes.as_bytes(), &cuts).unwrap();
            let mut rows = book.rows(0).unwrap();
            let mut seen = Vec::new();
            while let Some(row) = rows.next_row().unwrap() {
                let cells: Vec<String> = (0..4).map(|at| row.value(at).text()).collect();
                seen.push((row.number, cells.join("|")));
            }
            assert_eq!(
                seen,
                [(1, "abc| ñ123|b|abc  ñ123".to_owned()), (3, "xy||y|xy".to_owned())],
                "{bytes:?}"
            );
        }
    }
}
