//! The fonts that come with the program: which glyphs a text becomes, and how wide they are.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;

use rustybuzz::{Direction, Face, ShapePlan, UnicodeBuffer, script};

use super::length::Length;

/// The font of usual text; `templates/fonts/README.md` says where it comes from.
pub(super) const REGULAR: &[u8] = include_bytes!("../../templates/fonts/Roboto-Regular.ttf");
/// The font of headings and of what must not be overlooked.
pub(super) const BOLD: &[u8] = include_bytes!("../../templates/fonts/Roboto-Bold.ttf");

/// How strong the letters are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    Regular,
    Bold,
}

/// How text looks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    pub(super) weight: Weight,
    pub(super) size: Length,
}

impl Style {
    pub(super) const fn regular(size: Length) -> Style {
        Style { weight: Weight::Regular, size }
    }

    pub(super) const fn bold(size: Length) -> Style {
        Style { weight: Weight::Bold, size }
    }

    /// From one line's top to the next one's.
    pub(super) const fn leading(self) -> Length {
        self.size.percent(124)
    }
}

/// One glyph of a text; widths and offsets are in units of the font.
#[derive(Clone, Debug)]
pub(super) struct Glyph {
    pub(super) id: u32,
    /// The bytes of the text that it stands for.
    pub(super) text: Range<usize>,
    pub(super) advance: i32,
    pub(super) offset: (i32, i32),
}

/// Both fonts, ready to be asked.
pub(super) struct Fonts {
    regular: Shaper,
    bold: Shaper,
}

/// Words that are kept with their glyphs; when there are more, all are forgotten.
const KEPT: usize = 4_096;

struct Shaper {
    face: Face<'static>,
    plan: ShapePlan,
    /// The glyphs of words that were shaped before, each with the space behind it: letters are made of the same words over
    /// and over, and shaping them is most of the work.
    words: RefCell<BTreeMap<String, Vec<Glyph>>>,
}

impl Shaper {
    fn of(bytes: &'static [u8]) -> Shaper {
        let face = Face::from_slice(bytes, 0).expect("the fonts are part of the program and tested");
        let plan = ShapePlan::new(&face, Direction::LeftToRight, Some(script::LATIN), None, &[]);
        Shaper { face, plan, words: RefCell::default() }
    }

    /// Puts the glyphs of a word, which stands in its text at a place, behind those of the words before it.
    fn put(&self, word: &str, place: usize, glyphs: &mut Vec<Glyph>) {
        let moved = |glyph: &Glyph| {
            let text = glyph.text.start + place..glyph.text.end + place;
            Glyph { text, ..*glyph }
        };
        let mut words = self.words.borrow_mut();
        if let Some(known) = words.get(word) {
            glyphs.extend(known.iter().map(moved));
            return;
        }
        let shaped = self.shape(word);
        glyphs.extend(shaped.iter().map(moved));
        if words.len() == KEPT {
            words.clear();
        }
        words.insert(word.to_owned(), shaped);
    }

    fn shape(&self, word: &str) -> Vec<Glyph> {
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(word);
        buffer.set_direction(Direction::LeftToRight);
        buffer.set_script(script::LATIN);
        let shaped = rustybuzz::shape_with_plan(&self.face, &self.plan, buffer);
        let start = |at: usize| shaped.glyph_infos()[at].cluster as usize;
        let end = |at: usize| {
            let next = (at + 1..shaped.len()).map(start).find(|next| *next > start(at));
            next.unwrap_or(word.len())
        };
        let glyph = |(at, position): (usize, &rustybuzz::GlyphPosition)| Glyph {
            id: shaped.glyph_infos()[at].glyph_id,
            text: start(at)..end(at),
            advance: position.x_advance,
            offset: (position.x_offset, position.y_offset),
        };
        shaped.glyph_positions().iter().enumerate().map(glyph).collect()
    }
}

impl Fonts {
    pub(super) fn new() -> Fonts {
        Fonts { regular: Shaper::of(REGULAR), bold: Shaper::of(BOLD) }
    }

    fn shaper(&self, weight: Weight) -> &Shaper {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }

    /// The units of the em of a font.
    pub(super) fn em(&self, weight: Weight) -> i32 {
        self.shaper(weight).face.units_per_em()
    }

    /// The glyphs of a text, from left to right.
    pub(super) fn shape(&self, weight: Weight, text: &str) -> Vec<Glyph> {
        let shaper = self.shaper(weight);
        let (mut glyphs, mut place) = (Vec::with_capacity(text.len()), 0);
        for word in text.split_inclusive(' ') {
            shaper.put(word, place, &mut glyphs);
            place += word.len();
        }
        glyphs
    }

    /// How wide glyphs are.
    pub(super) fn width(&self, style: Style, glyphs: &[Glyph]) -> Length {
        let units = glyphs.iter().map(|glyph| glyph.advance).sum();
        style.size.of_units(units, self.em(style.weight))
    }

    /// The first character of a text that the fonts cannot print.
    pub(super) fn lacking(&self, text: &str) -> Option<char> {
        text.chars().find(|c| !c.is_control() && self.regular.face.glyph_index(*c).is_none())
    }
}
