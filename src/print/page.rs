//! A page of print: words, lines and tables at their places, before they have a format.
//!
//! Places are counted from the top left corner. What runs over lines takes its top and gives its bottom, so that the
//! next thing can stand below it.

use super::font::{Fonts, Glyph, Style};
use super::length::Length;

/// The width of a letter sheet: 8 1/2 inches.
pub(super) const WIDTH: Length = Length::inch_hundredths(850);
/// The height of a letter sheet: 11 inches.
pub(super) const HEIGHT: Length = Length::inch_hundredths(1100);

/// How dark something is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    Black,
    /// For what people look for second: still dark enough to be read.
    Gray,
    /// For areas behind words and for marks to cut along.
    Light,
}

/// Where something stands: its left edge, its top, and how wide it may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Area {
    pub(super) left: Length,
    pub(super) top: Length,
    pub(super) width: Length,
}

impl Area {
    /// The same area further down.
    pub(super) fn at(self, top: Length) -> Area {
        Area { top, ..self }
    }

    /// The same area without a strip at its left.
    pub(super) fn indented(self, by: Length) -> Area {
        Area { left: self.left + by, width: self.width - by, ..self }
    }

    pub(super) fn right(self) -> Length {
        self.left + self.width
    }
}

/// Something on the page.
#[derive(Debug)]
pub(super) enum Mark {
    /// Words on one line; the place is the left end of the line that the letters stand on.
    Text { left: Length, base: Length, style: Style, ink: Ink, text: String, glyphs: Vec<Glyph> },
    /// A filled area; a line is a thin one.
    Fill { area: Area, height: Length, ink: Ink },
}

/// On which side of its column a text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Right,
}

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column<'t> {
    pub(super) header: &'t str,
    pub(super) width: Length,
    pub(super) side: Side,
}

/// One page.
pub(super) struct Page<'f> {
    pub(super) fonts: &'f Fonts,
    pub(super) marks: Vec<Mark>,
}

impl<'f> Page<'f> {
    /// An empty letter sheet.
    pub(super) fn new(fonts: &'f Fonts) -> Page<'f> {
        Page { fonts, marks: vec![] }
    }

    /// Puts a text on one line, however long it is; gives the line's bottom.
    pub(super) fn text(&mut self, area: Area, side: Side, style: Style, text: &str) -> Length {
        self.inked(area, side, (style, Ink::Black), text)
    }

    /// The same in an ink.
    pub(super) fn inked(&mut self, area: Area, side: Side, (style, ink): (Style, Ink), text: &str) -> Length {
        let glyphs = self.fonts.shape(style.weight, text);
        let left = match side {
            Side::Left => area.left,
            Side::Right => area.right() - self.fonts.width(style, &glyphs),
        };
        let base = area.top + style.size;
        self.marks.push(Mark::Text { left, base, style, ink, text: text.to_owned(), glyphs });
        area.top + style.leading()
    }

    /// Puts a text on as many lines as it needs; gives the bottom of the last one.
    pub(super) fn paragraph(&mut self, area: Area, style: Style, text: &str) -> Length {
        let mut top = area.top;
        for line in text.lines() {
            for line in broken(self.fonts, style, line, area.width) {
                top = self.text(area.at(top), Side::Left, style, line);
            }
        }
        top
    }

    /// Draws a level line; gives its bottom.
    pub(super) fn line(&mut self, area: Area, height: Length, ink: Ink) -> Length {
        self.marks.push(Mark::Fill { area, height, ink });
        area.top + height
    }

    /// Puts a table: a header with a line below it, then the rows, each as high as its longest cell; gives the bottom.
    pub(super) fn table(
        &mut self,
        area: Area,
        style: Style,
        columns: &[Column<'_>],
        rows: &[Vec<String>],
    ) -> Length {
        let header: Vec<String> = columns.iter().map(|column| column.header.to_owned()).collect();
        let top = self.row(area, Style::bold(style.size), columns, &header);
        let mut top = self.line(area.at(top), Length::tenths(5), Ink::Black) + Length::points(2);
        for row in rows {
            top = self.row(area.at(top), style, columns, row);
        }
        top
    }

    fn row(&mut self, area: Area, style: Style, columns: &[Column<'_>], cells: &[String]) -> Length {
        assert_eq!(columns.len(), cells.len(), "a row has a cell for each column");
        const GAP: Length = Length::points(6);
        let (mut left, mut bottom) = (area.left, area.top + style.leading());
        for (column, cell) in columns.iter().zip(cells) {
            let own = Area { left, top: area.top, width: column.width - GAP };
            let mut top = area.top;
            for line in broken(self.fonts, style, cell, own.width) {
                top = self.text(own.at(top), column.side, style, line);
            }
            bottom = bottom.max(top);
            left += column.width;
        }
        bottom
    }
}

/// The lines of a text that are not wider than a width; a word that is wider is broken.
fn broken<'t>(fonts: &Fonts, style: Style, text: &'t str, width: Length) -> Vec<&'t str> {
    let glyphs = fonts.shape(style.weight, text);
    let em = fonts.em(style.weight);
    let is_space = |at: usize| &text[glyphs[at].text.clone()] == " ";
    let (mut lines, mut first) = (Vec::new(), 0);
    while first < glyphs.len() {
        if is_space(first) {
            first += 1;
            continue;
        }
        let mut units = 0;
        let too_wide = glyphs[first..].iter().position(|glyph| {
            units += glyph.advance;
            style.size.of_units(units, em) > width
        });
        let end = too_wide.map_or(glyphs.len(), |many| first + many.max(1));
        // A line ends with its last whole word.
        let end = if end == glyphs.len() || is_space(end) {
            end
        } else {
            (first + 1..end).rev().find(|at| is_space(*at)).unwrap_or(end)
        };
        lines.push(text[glyphs[first].text.start..glyphs[end - 1].text.end].trim_end());
        first = end;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    const STYLE: Style = Style::regular(Length::points(10));

    #[test]
    fn lines_are_not_wider_than_their_area_and_lose_no_word() {
        let fonts = Fonts::new();
        let text = "A notice of intent to shut off the water, mailed 10 days before: Mu\u{f1}oz, \u{201c}Encelia\u{201d}.";
        for points in [40, 90, 200, 500] {
            let width = Length::points(points);
            let lines = broken(&fonts, STYLE, text, width);
            assert_eq!(lines.join(" ").replace(' ', ""), text.replace(' ', ""), "{points}");
            for line in &lines {
                assert!(fonts.width(STYLE, &fonts.shape(STYLE.weight, line)) <= width, "{points}: {line}");
            }
        }
        assert_eq!(broken(&fonts, STYLE, text, Length::points(2_000)), [text]);
        assert!(broken(&fonts, STYLE, "  ", Length::points(50)).is_empty());
    }

    #[test]
    fn a_row_of_a_table_is_as_high_as_its_longest_cell() {
        let fonts = Fonts::new();
        let mut page = Page::new(&fonts);
        let area = Area { left: Length::ZERO, top: Length::ZERO, width: Length::points(200) };
        let columns = [
            Column { header: "Item", width: Length::points(60), side: Side::Left },
            Column { header: "Amount", width: Length::points(60), side: Side::Right },
        ];
        let row = |item: &str| vec![vec![item.to_owned(), "1.00".to_owned()]];
        let one = page.table(area, STYLE, &columns, &row("Meter"));
        let two = page.table(area, STYLE, &columns, &row("A meter with a long name"));
        assert!(two > one, "{two:?} {one:?}");
    }
}
