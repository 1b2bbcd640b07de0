//! Puts the rows of lists into the skeleton of a workbook, and packs it.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;

use super::layout::Layout;
use super::merge::Texts;
use super::package::{Package, Press};
use super::rows::Rows;
use super::skeleton::{Frame, Skeleton};
use crate::domain::page::Page;
use crate::workbook::workers::in_order;

/// A sheet with a list, or with the data of a mail merge.
struct Sheet<'l, 'a> {
    frame: Frame,
    rows: Listed<'l, 'a>,
}

enum Listed<'l, 'a> {
    Rows(Rows<'l, 'a>),
    Texts(Texts<'l>),
}

/// What is compressed at a time.
struct Piece<'p, 'l, 'a> {
    /// The name of the part that begins with it, and whether the part may be larger than four gigabytes.
    begins: Option<(&'p str, bool)>,
    content: Content<'p, 'l, 'a>,
    /// Whether the part ends with it.
    ends: bool,
}

enum Content<'p, 'l, 'a> {
    Text(&'p str),
    Rows(&'p Listed<'l, 'a>, Range<usize>),
}

/// Writes the package of a workbook.
pub(super) fn pack(skeleton: &Skeleton, layout: &Layout<'_, '_>, sink: &mut dyn io::Write) -> io::Result<()> {
    let sheets = sheets(skeleton, layout);
    let pieces: Vec<Piece<'_, '_, '_>> = skeleton
        .parts
        .iter()
        .flat_map(|(name, text)| match sheets.get(name) {
            Some(sheet) => sheet.pieces(name),
            None => vec![Piece { begins: Some((name, false)), content: Content::Text(text), ends: true }],
        })
        .collect();
    let mut package = Package::new(sink);
    let mut waiting = pieces.iter();
    in_order(
        pieces.len(),
        || (Press::new(), Vec::new()),
        |(press, xml), at| {
            let Piece { content, ends, .. } = &pieces[at];
            match content {
                Content::Text(text) => press.block(text.as_bytes(), *ends),
                Content::Rows(rows, block) => {
                    xml.clear();
                    rows.write(block.clone(), xml);
                    press.block(xml, *ends)
                }
            }
        },
        |block| {
            let piece = waiting.next().expect("each piece becomes a block");
            if let Some((name, wide)) = piece.begins {
                package.begin(name, wide)?;
            }
            package.add(&block)?;
            if piece.ends { package.end() } else { Ok(()) }
        },
    )?;
    package.finish()
}

impl Listed<'_, '_> {
    fn may_be_wide(&self) -> bool {
        matches!(self, Listed::Rows(rows) if rows.may_be_wide())
    }

    fn blocks(&self) -> Vec<Range<usize>> {
        match self {
            Listed::Rows(rows) => rows.blocks().collect(),
            Listed::Texts(texts) => texts.blocks().collect(),
        }
    }

    fn write(&self, block: Range<usize>, xml: &mut Vec<u8>) {
        match self {
            Listed::Rows(rows) => rows.write(block, xml),
            Listed::Texts(texts) => texts.write(block, xml),
        }
    }
}

/// The sheets with rows of their own, by the names of their parts.
fn sheets<'l, 'a>(skeleton: &Skeleton, layout: &'l Layout<'_, 'a>) -> BTreeMap<String, Sheet<'l, 'a>> {
    let listed = (1..).zip(&layout.parts).filter_map(|(number, part)| {
        let name = format!("xl/worksheets/sheet{number}.xml");
        let (frame, rows) = match part.page {
            Page::Merge(merge) => {
                let (frame, texts) = Texts::of(merge, skeleton.part(&name))?;
                (frame, Listed::Texts(texts))
            }
            page => {
                let table = page.table()?;
                let frame = Frame::of(skeleton.part(&name), part);
                let rows = Rows::new(table, part, &frame, layout);
                (frame, Listed::Rows(rows))
            }
        };
        Some((name, Sheet { frame, rows }))
    });
    listed.collect()
}

impl<'l, 'a> Sheet<'l, 'a> {
    fn pieces<'p>(&'p self, name: &'p str) -> Vec<Piece<'p, 'l, 'a>> {
        let Frame { head, tail, .. } = &self.frame;
        let mut pieces = vec![Piece {
            begins: Some((name, self.rows.may_be_wide())),
            content: Content::Text(head),
            ends: false,
        }];
        let rows = |block| Piece { begins: None, content: Content::Rows(&self.rows, block), ends: false };
        pieces.extend(self.rows.blocks().into_iter().map(rows));
        pieces.push(Piece { begins: None, content: Content::Text(tail), ends: true });
        pieces
    }
}
