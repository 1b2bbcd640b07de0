//! Puts the rows of lists into the skeleton of a workbook, and packs it.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;

use super::layout::Layout;
use super::package::{Package, Press};
use super::rows::Rows;
use super::skeleton::{Frame, Skeleton};
use crate::workbook::workers::in_order;

/// A sheet with a list.
struct Sheet<'l, 'a> {
    frame: Frame,
    rows: Rows<'l, 'a>,
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
    Rows(&'p Rows<'l, 'a>, Range<usize>),
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

/// The sheets with lists, by the names of their parts.
fn sheets<'l, 'a>(skeleton: &Skeleton, layout: &'l Layout<'_, 'a>) -> BTreeMap<String, Sheet<'l, 'a>> {
    let listed = (1..).zip(&layout.parts).filter_map(|(number, part)| {
        let table = part.page.table()?;
        let name = format!("xl/worksheets/sheet{number}.xml");
        let frame = Frame::of(skeleton.part(&name), part);
        let rows = Rows::new(table, part, &frame, layout);
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
        pieces.extend(self.rows.blocks().map(rows));
        pieces.push(Piece { begins: None, content: Content::Text(tail), ends: true });
        pieces
    }
}
