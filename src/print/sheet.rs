//! What every sheet of a letter has: the office's head, the address in the envelope's window, facts beside it, blocks of text.
//!
//! In a No. 10 envelope the window shows from 2.04 to 3.62 inches below the sheet's top, as the sheet slips up and down
//! and to the sides; the address stands where it is seen however the sheet lies, and nothing else does.

use super::font::{Fonts, Style};
use super::length::Length;
use super::page::{Area, Ink, Page, Side, WIDTH};
use super::template::{Field, Shape, Template};

const MARGIN: Length = Length::inch_hundredths(100);
/// Where the window's address begins, and how large it is.
const WINDOW: Length = Length::inch_hundredths(243);
const WINDOW_WIDTH: Length = Length::inch_hundredths(335);
const ADDRESS: Style = Style::regular(Length::tenths(105));
/// Where the page's own text begins: below what the window may show.
pub(super) const BODY: Length = Length::inch_hundredths(370);
/// Where it ends.
pub(super) const BOTTOM: Length = Length::inch_hundredths(1045);
/// Where the facts begin: right of the window.
const FACTS: Length = Length::inch_hundredths(555);
/// Where the sheet is folded.
const FOLDS: [Length; 2] = [Length::inch_hundredths(367), Length::inch_hundredths(733)];

/// What stands above the text of a letter.
pub(super) struct Head<'r> {
    pub(super) fonts: &'r Fonts,
    /// The office's name.
    pub(super) office: &'r str,
    /// The lines of its return address.
    pub(super) address: &'r [String],
    /// The letter's day, in words.
    pub(super) day: String,
}

impl<'r> Head<'r> {
    /// A page with the head, the window's lines and the facts of a template.
    pub(super) fn begun(
        &self,
        window: &[String],
        template: &Template,
        value: &dyn Fn(Field) -> String,
    ) -> Page<'r> {
        let mut page = Page::new(self.fonts);
        self.office(&mut page, value);
        let mut area = Area { left: MARGIN, top: WINDOW, width: WINDOW_WIDTH };
        for line in window {
            area.top = page.paragraph(area, ADDRESS, line);
        }
        self.facts(&mut page, template, value);
        page
    }

    fn office(&self, page: &mut Page<'_>, value: &dyn Fn(Field) -> String) {
        let area = self.text(Length::inch_hundredths(50));
        let small = Style::regular(Length::points(9));
        let mut top = page.text(area, Side::Left, Style::bold(Length::points(15)), self.office);
        top += Length::points(1);
        for line in self.address {
            top = page.inked(area.at(top), Side::Left, (small, Ink::Gray), line);
        }
        let reached =
            [Field::OfficePhone, Field::OfficeHours, Field::OfficeEmail, Field::OfficeWeb].map(value);
        let mut right = area.top + Length::points(3);
        for line in reached.iter().filter(|line| !line.trim().is_empty()) {
            right = page.inked(area.at(right), Side::Right, (small, Ink::Gray), line);
        }
        page.line(area.at(top.max(right) + Length::points(4)), Length::tenths(8), Ink::Black);
        for fold in FOLDS {
            let mark =
                Area { left: Length::inch_hundredths(20), top: fold, width: Length::inch_hundredths(15) };
            page.line(mark, Length::tenths(5), Ink::Light);
        }
    }

    fn facts(&self, page: &mut Page<'_>, template: &Template, value: &dyn Fn(Field) -> String) {
        let (label, style) = (Style::regular(Length::points(8)), Style::bold(Length::tenths(95)));
        let area = Area {
            left: FACTS,
            top: Length::inch_hundredths(170),
            width: WIDTH - FACTS - Length::inch_hundredths(60),
        };
        let mut top = page.text(area, Side::Left, style, &self.day);
        top += Length::points(3);
        for (name, what) in &template.facts {
            let what = what.filled(value);
            if what.trim().is_empty() {
                continue;
            }
            top = page.inked(area.at(top), Side::Left, (label, Ink::Gray), &name.filled(value));
            top = page.paragraph(area.at(top), style, &what) + Length::points(2);
        }
    }

    /// The full width of the text, from a top on.
    pub(super) fn text(&self, top: Length) -> Area {
        Area { left: MARGIN, top, width: WIDTH - MARGIN - MARGIN }
    }
}

/// Puts a headline; gives where the text below it begins.
pub(super) fn headline(page: &mut Page<'_>, area: Area, size: Length, text: &str) -> Length {
    page.paragraph(area, Style::bold(size + Length::tenths(35)), text) + size.percent(60)
}

/// Puts a block of words; gives where the next one begins. A table is put by who has its rows.
pub(super) fn block(page: &mut Page<'_>, area: Area, size: Length, (shape, text): (Shape, &str)) -> Length {
    let (usual, strong, gap) = (Style::regular(size), Style::bold(size), size.percent(60));
    match shape {
        Shape::Heading => {
            page.paragraph(area.at(area.top + gap.half().half()), strong, text) + Length::points(1)
        }
        Shape::Item => {
            page.text(area, Side::Left, usual, "\u{2022}");
            page.paragraph(area.indented(Length::points(11)), usual, text) + gap.half()
        }
        Shape::Boxed => boxed(page, area, strong, text) + gap,
        Shape::Paragraph | Shape::Bills | Shape::Lines => page.paragraph(area, usual, text) + gap,
    }
}

/// Puts a text on a light ground; gives the ground's bottom.
pub(super) fn boxed(page: &mut Page<'_>, area: Area, style: Style, text: &str) -> Length {
    const PADDING: Length = Length::points(7);
    let inner =
        Area { left: area.left + PADDING, top: area.top + PADDING, width: area.width - PADDING - PADDING };
    // The ground lies below the words, so it is drawn first, as high as the words will be.
    let mut measured = Page::new(page.fonts);
    let bottom = measured.paragraph(inner, style, text) + PADDING.half();
    page.line(area, bottom - area.top, Ink::Light);
    page.paragraph(inner, style, text);
    bottom
}
