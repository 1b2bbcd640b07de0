//! Letters: one page each, for an envelope with a window, folded in three.

use super::Templates;
use super::font::{Fonts, Style};
use super::length::Length;
use super::page::{Area, Column, Page, Side};
use super::pdf::{About, Press};
use super::sheet::{BODY, BOTTOM, Head, block, headline};
use super::template::{Field, Shape, Template};
use super::words::{bills, value};
use crate::domain::id::AccountId;
use crate::domain::proposals::letter_run::{Language, Letter, LetterKind, LetterRun};

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
/// language, a page each. The document bears `name` where every letter is in it, and else the name of the run.
pub fn letters(run: &LetterRun, kind: LetterKind, templates: &Templates, name: &str) -> Printed {
    let fonts = Fonts::new();
    let (mut press, mut not_printed) = (Press::new(), Vec::new());
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
                Ok(page) => press.print(&page),
                Err(why) => not_printed.push(NotPrinted { kind, account: letter.account.clone(), why }),
            }
        }
    }
    finished(press, (run, kind), not_printed, name)
}

/// The document of what was printed.
pub(super) fn finished(
    press: Press,
    (run, kind): (&LetterRun, LetterKind),
    not_printed: Vec<NotPrinted>,
    name: &str,
) -> Printed {
    let name = if not_printed.is_empty() { name } else { &run.id };
    let about = About { title: kind.word(), author: &run.office, name, language: "en", date: run.day };
    Printed { pdf: press.finish(&about), not_printed }
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
        let head = Head {
            fonts: self.fonts,
            office: &self.run.office,
            address: &self.run.letterhead.address,
            day: self.language.day(self.run.day),
        };
        for size in SIZES {
            let mut page = head.begun(window, template, &|field| self.value(field));
            if self.body(&mut page, &head, template, size) <= BOTTOM {
                return Ok(page);
            }
        }
        Err(format!("The text of {} is longer than a page.", Templates::name(kind, self.language)))
    }

    fn value(&self, field: Field) -> String {
        value(self.run, self.letter, self.language, field)
    }

    /// Puts title and text; gives the bottom.
    fn body(&self, page: &mut Page<'_>, head: &Head<'_>, template: &Template, size: Length) -> Length {
        let value = |field| self.value(field);
        let mut top = headline(page, head.text(BODY), size, &template.title.filled(&value));
        for (shape, text) in template.blocks(self.letter.residential, &value) {
            let area = head.text(top);
            top = match shape {
                Shape::Bills => self.bills(page, area, Style::regular(size), &text) + size.percent(60),
                _ => block(page, area, size, (shape, &text)),
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
