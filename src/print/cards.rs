//! Door hangers: four cards to a sheet, to be cut along the marks.

use super::Templates;
use super::font::{Fonts, Style};
use super::length::Length;
use super::letter::{NotPrinted, Printed, finished};
use super::page::{Area, HEIGHT, Ink, Page, Side, WIDTH};
use super::pdf::Press;
use super::sheet::boxed;
use super::template::{Field, Shape, Template};
use super::words::value;
use crate::domain::proposals::letter_run::{Letter, LetterKind, LetterRun};

/// Cards on a sheet.
const CARDS: usize = 4;
/// What stays white around a card's words: the hole for the door's knob is cut out of its top.
const PADDING: Length = Length::inch_hundredths(32);
const HOLE: Length = Length::inch_hundredths(70);
const SIZES: [Length; 6] = [
    Length::points(13),
    Length::points(12),
    Length::points(11),
    Length::points(10),
    Length::points(9),
    Length::points(8),
];

/// Prints the door hangers of a run, four to a sheet, in the order of the run.
///
/// The document bears `name` where every card is in it, and else the name of the run.
pub fn door_hangers(run: &LetterRun, templates: &Templates, name: &str) -> Printed {
    let fonts = Fonts::new();
    let mut not_printed = Vec::new();
    let mut printable: Vec<(&Letter, &Template, Length)> = Vec::new();
    for letter in run.letters.iter().filter(|letter| letter.kind == LetterKind::DoorHanger) {
        let mut refuse = |why: String| {
            not_printed.push(NotPrinted { kind: letter.kind, account: letter.account.clone(), why });
        };
        let name = Templates::name(letter.kind, letter.language);
        let Some(template) = templates.of(letter.kind, letter.language) else {
            refuse(format!("The text of {name} has faults."));
            continue;
        };
        let fits = |size: &Length| {
            let card = place(0);
            let bottom = draw(&mut Page::new(&fonts), card, (run, letter, template), *size);
            bottom <= card.top + HEIGHT.half() - PADDING - PADDING - HOLE
        };
        match SIZES.into_iter().find(fits) {
            Some(size) => printable.push((letter, template, size)),
            None => refuse(format!("The text of {name} is longer than a card.")),
        }
    }
    let mut press = Press::new();
    for cards in printable.chunks(CARDS) {
        let mut page = Page::new(&fonts);
        marks(&mut page);
        for (at, (letter, template, size)) in cards.iter().enumerate() {
            draw(&mut page, place(at), (run, letter, template), *size);
        }
        press.print(&page);
    }
    finished(press, (run, LetterKind::DoorHanger), not_printed, name)
}

/// Where the words of a card stand, two beside each other.
fn place(at: usize) -> Area {
    let (right, below) = (at % 2 == 1, at / 2 == 1);
    let shifted = |so: bool, by: Length| if so { by } else { Length::ZERO };
    Area {
        left: shifted(right, WIDTH.half()) + PADDING,
        top: shifted(below, HEIGHT.half()) + PADDING + HOLE,
        width: WIDTH.half() - PADDING - PADDING,
    }
}

/// The lines to cut along.
fn marks(page: &mut Page<'_>) {
    let hair = Length::tenths(5);
    page.line(Area { left: Length::ZERO, top: HEIGHT.half(), width: WIDTH }, hair, Ink::Light);
    page.line(Area { left: WIDTH.half(), top: Length::ZERO, width: hair }, HEIGHT, Ink::Light);
}

/// Puts a card's words; gives their bottom.
fn draw(
    page: &mut Page<'_>,
    area: Area,
    (run, letter, template): (&LetterRun, &Letter, &Template),
    size: Length,
) -> Length {
    let value = |field: Field| value(run, letter, letter.language, field);
    let (usual, strong, small) = (Style::regular(size), Style::bold(size), Style::regular(Length::points(8)));
    let gap = size.percent(45);
    let mut top = page.inked(area, Side::Left, (small, Ink::Gray), &run.office);
    page.inked(area, Side::Right, (small, Ink::Gray), &letter.language.day(run.day));
    let title = Style::bold(size + Length::points(4));
    top =
        page.paragraph(area.at(top + Length::points(2)), title, &template.title.filled(&value)) + gap.half();
    for (label, what) in &template.facts {
        let what = what.filled(&value);
        if !what.trim().is_empty() {
            let fact = format!("{}: {what}", label.filled(&value));
            top = page.paragraph(area.at(top), strong, &fact);
        }
    }
    top += gap;
    for (shape, text) in template.blocks(letter.residential, &value) {
        top = match shape {
            // A card has no room for a table: what is past due in all stands on it.
            Shape::Bills | Shape::Lines => top - gap,
            Shape::Paragraph => page.paragraph(area.at(top), usual, &text),
            Shape::Heading => page.paragraph(area.at(top), strong, &text),
            Shape::Item => {
                page.text(area.at(top), Side::Left, usual, "\u{2022}");
                page.paragraph(area.at(top).indented(Length::points(9)), usual, &text)
            }
            Shape::Boxed => boxed(page, area.at(top), strong, &text),
        } + gap;
    }
    top - gap
}
