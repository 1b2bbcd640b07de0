//! Letters: one page each, for an envelope with a window, folded in three.
//!
//! In a No. 10 envelope the window shows from 2.04 to 3.62 inches below the sheet's top, as the sheet slips up and down
//! and to the sides; the address stands where it is seen however the sheet lies, and nothing else does.

use super::Templates;
use super::font::{Fonts, Style};
use super::length::Length;
use super::page::{Area, Column, Ink, Page, Side, WIDTH};
use super::pdf::{About, pdf};
use super::template::{Field, Shape, Template};
use super::words::{bills, value};
use crate::domain::id::AccountId;
use crate::domain::proposals::letter_run::{Language, Letter, LetterKind, LetterRun};

const MARGIN: Length = Length::inch_hundredths(100);
/// Where the window's address begins, and how large it is.
const WINDOW: Length = Length::inch_hundredths(243);
const WINDOW_WIDTH: Length = Length::inch_hundredths(335);
const ADDRESS: Style = Style::regular(Length::tenths(105));
/// Where the page's own text begins: below what the window may show.
const BODY: Length = Length::inch_hundredths(370);
/// Where it ends.
const BOTTOM: Length = Length::inch_hundredths(1045);
/// Where the facts begin: right of the window.
const FACTS: Length = Length::inch_hundredths(555);
/// Where the sheet is folded.
const FOLDS: [Length; 2] = [Length::inch_hundredths(367), Length::inch_hundredths(733)];
/// The sizes that a text is tried in until it fits.
const SIZES: [Length; 6] = [
    Length::tenths(105),
    Length::tenths(100),
    Length::tenths(95),
    Length::tenths(90),
    Length::tenths(85),
    Length::tenths(80),
];

/// A letter that could not be printed, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotPrinted {
    /// Which letter.
    pub kind: LetterKind,
    /// The account it is about.
    pub account: AccountId,
    /// Why, in a sentence.
    pub why: String,
}

/// The letters of one kind, printed.
pub struct Printed {
    /// The document; `None` where there is no page.
    pub pdf: Option<Vec<u8>>,
    /// The letters that are not in it.
    pub not_printed: Vec<NotPrinted>,
}

/// Prints the letters of one kind, a page each, in the order of the run.
///
/// Behind a letter to a customer who is written to elsewhere stands its copy to the occupant of the service address
/// (Health and Safety Code 116908(a)(1)(C)). A notice to occupants, whose language nobody knows, is printed in every
/// language, a page each.
pub fn letters(run: &LetterRun, kind: LetterKind, templates: &Templates) -> Printed {
    let fonts = Fonts::new();
    let (mut pages, mut not_printed) = (Vec::new(), Vec::new());
    for letter in run.letters.iter().filter(|letter| letter.kind == kind) {
        let languages: &[Language] = match kind {
            LetterKind::Occupants => &Language::ALL,
            _ => &[letter.language],
        };
        let windows = [Some(&letter.envelope), letter.occupant.as_ref()];
        for (window, language) in
            windows.into_iter().flatten().flat_map(|window| languages.iter().map(move |l| (window, *l)))
        {
            let sheet = Sheet { run, letter, language, fonts: &fonts };
            match sheet.page(window, templates) {
                Ok(page) => pages.push(page),
                Err(why) => not_printed.push(NotPrinted { kind, account: letter.account.clone(), why }),
            }
        }
    }
    let about =
        About { title: kind.word(), author: &run.office, run: &run.id, language: "en", date: run.day };
    let pdf = (!pages.is_empty()).then(|| pdf(&about, &pages));
    Printed { pdf, not_printed }
}

/// One letter on its way to paper.
struct Sheet<'r> {
    run: &'r LetterRun,
    letter: &'r Letter,
    language: Language,
    fonts: &'r Fonts,
}

impl<'r> Sheet<'r> {
    fn page(&self, window: &[String], templates: &Templates) -> Result<Page<'r>, String> {
        let kind = self.letter.kind;
        let template = templates
            .of(kind, self.language)
            .ok_or_else(|| format!("The text of {} has faults.", Templates::name(kind, self.language)))?;
        let printed = |lines: &[String]| lines.iter().find_map(|line| self.fonts.lacking(line));
        if let Some(strange) = printed(window).or_else(|| self.fonts.lacking(&self.letter.service_address)) {
            return Err(format!("The name or address has the character '{strange}', which the font lacks."));
        }
        for size in SIZES {
            let mut page = Page::new(self.fonts);
            self.head(&mut page);
            self.window(&mut page, window);
            self.facts(&mut page, template);
            if self.body(&mut page, template, size) <= BOTTOM {
                return Ok(page);
            }
        }
        Err(format!("The text of {} is longer than a page.", Templates::name(kind, self.language)))
    }

    fn value(&self, field: Field) -> String {
        value(self.run, self.letter, self.language, field)
    }

    fn head(&self, page: &mut Page<'_>) {
        let head = &self.run.letterhead;
        let width = WIDTH - MARGIN - MARGIN;
        let area = Area { left: MARGIN, top: Length::inch_hundredths(50), width };
        let small = Style::regular(Length::points(9));
        let mut top = page.text(area, Side::Left, Style::bold(Length::points(15)), &self.run.office);
        top += Length::points(1);
        for line in &head.address {
            top = page.inked(area.at(top), Side::Left, (small, Ink::Gray), line);
        }
        let reached = [Field::OfficePhone, Field::OfficeHours, Field::OfficeEmail, Field::OfficeWeb];
        let reached = reached.map(|field| self.value(field));
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

    fn window(&self, page: &mut Page<'_>, lines: &[String]) {
        let mut area = Area { left: MARGIN, top: WINDOW, width: WINDOW_WIDTH };
        for line in lines {
            area.top = page.paragraph(area, ADDRESS, line);
        }
    }

    fn facts(&self, page: &mut Page<'_>, template: &Template) {
        let (label, style) = (Style::regular(Length::points(8)), Style::bold(Length::tenths(95)));
        let area = Area {
            left: FACTS,
            top: Length::inch_hundredths(170),
            width: WIDTH - FACTS - Length::inch_hundredths(60),
        };
        let mut top = page.text(area, Side::Left, style, &self.language.day(self.run.day));
        top += Length::points(3);
        let value = |field| self.value(field);
        for (name, what) in &template.facts {
            let what = what.filled(&value);
            if what.trim().is_empty() {
                continue;
            }
            top = page.inked(area.at(top), Side::Left, (label, Ink::Gray), &name.filled(&value));
            top = page.paragraph(area.at(top), style, &what) + Length::points(2);
        }
    }

    /// Puts title and text; gives the bottom.
    fn body(&self, page: &mut Page<'_>, template: &Template, size: Length) -> Length {
        let (usual, strong) = (Style::regular(size), Style::bold(size));
        let area = Area { left: MARGIN, top: BODY, width: WIDTH - MARGIN - MARGIN };
        let value = |field| self.value(field);
        let title = Style::bold(size + Length::tenths(35));
        let gap = size.percent(60);
        let mut top = page.paragraph(area, title, &template.title.filled(&value)) + gap;
        for (shape, text) in template.blocks(self.letter.residential, &value) {
            top = match shape {
                Shape::Paragraph => page.paragraph(area.at(top), usual, &text) + gap,
                Shape::Heading => {
                    page.paragraph(area.at(top + gap.half().half()), strong, &text) + Length::points(1)
                }
                Shape::Item => {
                    page.text(area.at(top), Side::Left, usual, "\u{2022}");
                    page.paragraph(area.at(top).indented(Length::points(11)), usual, &text) + gap.half()
                }
                Shape::Bills => self.bills(page, area.at(top), usual, &text) + gap,
                Shape::Boxed => boxed(page, area.at(top), strong, &text) + gap,
            };
        }
        top
    }
}

impl Sheet<'_> {
    /// Puts the table of bills; gives its bottom.
    fn bills(&self, page: &mut Page<'_>, area: Area, style: Style, headers: &str) -> Length {
        let widths = [200, 160, 160, 130].map(Length::inch_hundredths);
        let sides = [Side::Left, Side::Left, Side::Left, Side::Right];
        let headers = headers.split('|').map(str::trim);
        let columns: Vec<Column<'_>> = headers
            .zip(widths)
            .zip(sides)
            .map(|((header, width), side)| Column { header, width, side })
            .collect();
        page.table(area, style, &columns, &bills(self.letter, self.language))
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
