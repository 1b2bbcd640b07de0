//! Encodes pages as PDF; the same pages give the same bytes.
#![expect(clippy::disallowed_types, clippy::float_arithmetic, reason = "krilla places marks by floats")]

use chrono::Datelike;
use krilla::Document;
use krilla::color::luma;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph};

use super::font::{BOLD, Glyph, REGULAR, Weight};
use super::length::Length;
use super::page::{HEIGHT, Ink, Mark, Page, WIDTH};
use crate::domain::date::Date;

/// What a document says of itself.
pub(super) struct About<'t> {
    pub(super) title: &'t str,
    pub(super) author: &'t str,
    /// The name of what it shows; it stands in the file as it is.
    pub(super) name: &'t str,
    /// Its language as its two letters.
    pub(super) language: &'t str,
    /// The day that stands for the time of its making.
    pub(super) date: Date,
}

/// A PDF document under way; each page is encoded as it comes, so that however many there are only one is held as marks.
pub(super) struct Press {
    document: Document,
    fonts: [Font; 2],
    settings: PageSettings,
    pages: usize,
}

impl Press {
    pub(super) fn new() -> Press {
        let fonts = [REGULAR, BOLD]
            .map(|bytes| Font::new(bytes.into(), 0).expect("the fonts are part of the program and tested"));
        let settings =
            PageSettings::from_wh(points(WIDTH), points(HEIGHT)).expect("a sheet is wider and higher than 0");
        Press { document: Document::new(), fonts, settings, pages: 0 }
    }

    /// Puts a page behind those before it.
    pub(super) fn print(&mut self, page: &Page<'_>) {
        let mut sheet = self.document.start_page_with(self.settings.clone());
        let mut surface = sheet.surface();
        page.marks.iter().for_each(|mark| draw(&mut surface, mark, &self.fonts, page));
        surface.finish();
        sheet.finish();
        self.pages += 1;
    }

    /// The document; `None` where there is no page.
    pub(super) fn finish(mut self, about: &About<'_>) -> Option<Vec<u8>> {
        self.document.set_metadata(metadata(about));
        (self.pages > 0).then(|| {
            self.document
                .finish()
                .expect("text in embedded fonts and filled areas are within every limit of the format")
        })
    }
}

fn draw(surface: &mut Surface<'_>, mark: &Mark, [regular, bold]: &[Font; 2], page: &Page<'_>) {
    match mark {
        Mark::Text { left, base, style, ink, text, glyphs } => {
            let font = match style.weight {
                Weight::Regular => regular,
                Weight::Bold => bold,
            };
            let em = page.fonts.em(style.weight) as f32;
            let glyphs: Vec<KrillaGlyph> = glyphs.iter().map(|glyph| placed(glyph, em)).collect();
            surface.set_fill(Some(fill(*ink)));
            let start = Point::from_xy(points(*left), points(*base));
            surface.draw_glyphs(start, &glyphs, font.clone(), text, points(style.size), false);
        }
        Mark::Fill { area, height, ink } => {
            let rect =
                Rect::from_xywh(points(area.left), points(area.top), points(area.width), points(*height));
            let mut path = PathBuilder::new();
            path.push_rect(rect.expect("areas are wider and higher than 0"));
            surface.set_fill(Some(fill(*ink)));
            surface.draw_path(&path.finish().expect("it has a rectangle"));
        }
    }
}

fn placed(glyph: &Glyph, em: f32) -> KrillaGlyph {
    let units = |units: i32| units as f32 / em;
    let (right, up) = glyph.offset;
    let id = GlyphId::new(glyph.id);
    KrillaGlyph::new(id, units(glyph.advance), units(right), units(up), 0.0, glyph.text.clone(), None)
}

fn fill(ink: Ink) -> Fill {
    let white = match ink {
        Ink::Black => 0,
        Ink::Gray => 80,
        Ink::Light => 225,
    };
    Fill { paint: luma::Color::new(white).into(), ..Fill::default() }
}

fn points(length: Length) -> f32 {
    length.thousandths() as f32 / 1_000.0
}

fn metadata(about: &About<'_>) -> Metadata {
    let year =
        u16::try_from(about.date.year()).expect("dates are checked on entry to lie within 1900 and 2200");
    let small = |number: u32| u8::try_from(number).expect("months and days are small");
    let day = DateTime::new(year).month(small(about.date.month())).day(small(about.date.day()));
    Metadata::new()
        .title(about.title.to_owned())
        .authors(vec![about.author.to_owned()])
        .description(about.name.to_owned())
        .creator(concat!("meterbook ", env!("CARGO_PKG_VERSION")).to_owned())
        .language(about.language.to_owned())
        .creation_date(day)
}
