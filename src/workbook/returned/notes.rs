//! Puts notes on cells: into the comments that a sheet has, with the drawing that shows them, or into new ones.

use std::collections::BTreeMap;
use std::ops::Range;

use super::cells::{Columns, cell_place, columns};
use super::package::Package;
use super::xml::{Edits, Node, NotUnderstood, Understood, attribute, escaped, outline};
use crate::domain::origin::column_letters;

/// How our part of a note begins: by it an earlier one is found and taken off.
const HEADING: &str = "To correct (meterbook):";
/// The author of new notes.
const AUTHOR: &str = "meterbook";

/// What the parts of a sheet must not be put behind, in the order of the standard.
const BEHIND_LEGACY_DRAWING: [&str; 8] = [
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
];

const COMMENTS: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml";
const DRAWING: &str = "application/vnd.openxmlformats-officedocument.vmlDrawing";

/// The namespaces of drawings, by the prefixes that everybody uses for them.
const SPACES: [(&str, &str); 3] = [
    ("v", "urn:schemas-microsoft-com:vml"),
    ("o", "urn:schemas-microsoft-com:office:office"),
    ("x", "urn:schemas-microsoft-com:office:excel"),
];
const EMPTY_DRAWING: &str = "<xml xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:o=\"urn:schemas-microsoft-com:office:office\" \
    xmlns:x=\"urn:schemas-microsoft-com:office:excel\"></xml>";
const NOTE_SHAPE: &str = "<v:shapetype id=\"_x0000_t202\" coordsize=\"21600,21600\" o:spt=\"202\" \
    path=\"m,l,21600r21600,l21600,xe\"><v:stroke joinstyle=\"miter\"/><v:path gradientshapeok=\"t\" \
    o:connecttype=\"rect\"/></v:shapetype>";

/// The notes of a sheet by their cells: row from 1, column from 0.
pub(super) type Notes = BTreeMap<(u32, u32), String>;

/// The sheet whose notes change.
pub(super) struct Sheet<'s> {
    pub(super) part: &'s str,
    pub(super) text: &'s str,
    pub(super) root: &'s Node<'s>,
    pub(super) strict: bool,
}

/// What happens to the drawing of a sheet's notes.
#[derive(Default)]
struct Boxes {
    /// Notes that get a box of their own.
    new: Notes,
    /// Notes whose box becomes larger, with the words that were added.
    grown: BTreeMap<(u32, u32), String>,
    /// Notes whose box goes.
    gone: Vec<(u32, u32)>,
}

/// Puts notes on cells of a sheet; with `cleans`, those of an earlier return are taken off first.
pub(super) fn write(
    package: &mut Package<'_>,
    sheet: &Sheet<'_>,
    notes: &Notes,
    cleans: bool,
    edits: &mut Edits,
) -> Understood<()> {
    let relations = package.relations(sheet.part)?;
    let comments = relations.iter().find(|relation| relation.kind == "comments");
    let boxes = match comments {
        Some(relation) => {
            let part = relation.target.clone();
            if cleans {
                let text = package.text(&part)?;
                let (text, gone) = cleaned(&text)?;
                package.put(&part, text);
                draw(package, sheet, Boxes { gone, ..Boxes::default() }, edits)?;
            }
            let text = package.text(&part)?;
            let (text, boxes) = merged(&text, notes)?;
            package.put(&part, text);
            boxes
        }
        None if notes.is_empty() => return Ok(()),
        None => {
            let part = package.free_name("xl/comments", ".xml");
            let space = if sheet.strict {
                "http://purl.oclc.org/ooxml/spreadsheetml/main"
            } else {
                "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
            };
            let empty = format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<comments xmlns=\"{space}\"><authors/>\
                 <commentList/></comments>"
            );
            let (text, boxes) = merged(&empty, notes)?;
            package.put(&part, text);
            package.declare(&part, COMMENTS)?;
            package.relate(sheet.part, "comments", &part, sheet.strict)?;
            boxes
        }
    };
    draw(package, sheet, boxes, edits)
}

/// The text of our part of a note.
fn worded(note: &str) -> String {
    format!("{HEADING}\n{note}")
}

/// The comments without what an earlier return wrote, and the cells whose note is gone.
fn cleaned(text: &str) -> Understood<(String, Vec<(u32, u32)>)> {
    let root = outline(text, "")?;
    let (mut edits, mut gone) = (Edits::default(), Vec::new());
    for comment in root.child("commentList").map_or(&[][..], |list| list.children.as_slice()) {
        let Some(words) = comment.child("text") else { continue };
        let pieces = pieces(words, text)?;
        let whole: String = pieces.iter().map(|(_, _, piece)| piece.as_str()).collect();
        let Some(cut) = whole.find(HEADING) else { continue };
        let kept = whole[..cut].trim_end().len();
        if kept == 0 {
            edits.replace(comment.span.clone(), "");
            gone.extend(comment.attribute(text, "ref").as_deref().and_then(cell_place));
            continue;
        }
        let mut at = 0;
        for (run, inner, piece) in pieces {
            if at >= kept {
                edits.replace(run, "");
            } else if at + piece.len() > kept {
                edits.replace(inner, escaped(&piece[..kept - at]));
            }
            at += piece.len();
        }
    }
    Ok((edits.apply(text)?, gone))
}

/// A text of a note: the run or text element, the place of its words, the words.
type Piece = (Range<usize>, Range<usize>, String);

/// The texts of a note.
fn pieces(words: &Node<'_>, text: &str) -> Understood<Vec<Piece>> {
    let mut found = Vec::new();
    for child in &words.children {
        let inner = match child.local() {
            "t" => Some(child),
            "r" => child.child("t"),
            _ => None,
        };
        if let Some(inner) = inner {
            let place = inner.inner();
            let raw = quick_xml::escape::unescape(&text[place.clone()]);
            let raw = raw.map_err(|_| NotUnderstood("a note has odd text"))?.into_owned();
            found.push((child.span.clone(), place, raw));
        }
    }
    Ok(found)
}

/// The comments with our notes: behind the words that a cell has, or as a new one.
fn merged(text: &str, notes: &Notes) -> Understood<(String, Boxes)> {
    let root = outline(text, "")?;
    let odd = NotUnderstood("the comments are odd");
    let (authors, list) = (root.child("authors").ok_or(odd)?, root.child("commentList").ok_or(odd)?);
    let p = root.prefix();
    let (mut edits, mut boxes) = (Edits::default(), Boxes { new: notes.clone(), ..Boxes::default() });
    for comment in &list.children {
        let Some(cell) = comment.attribute(text, "ref").as_deref().and_then(cell_place) else { continue };
        let Some(note) = boxes.new.remove(&cell) else { continue };
        let author = comment.number(text, "authorId").and_then(|at| authors.children.get(at));
        let threaded = author.is_some_and(|author| text[author.inner()].starts_with("tc="));
        // Of a conversation Excel shows the thread alone, so there is no use in adding to its shadow.
        if threaded {
            continue;
        }
        let words = comment.child("text").ok_or(odd)?;
        add_run(words, text, &worded(&note), p, &mut edits);
        boxes.grown.insert(cell, note);
    }
    if !boxes.new.is_empty() {
        let known = authors.children.iter().position(|author| &text[author.inner()] == AUTHOR);
        let author = known.unwrap_or(authors.children.len());
        if known.is_none() {
            edits.append(authors, text, &format!("<{p}author>{AUTHOR}</{p}author>"));
        }
        let comment = |((row, column), note): (&(u32, u32), &String)| {
            format!(
                "<{p}comment ref=\"{}{row}\" authorId=\"{author}\"><{p}text><{p}r><{p}rPr><{p}sz val=\"9\"/>\
                 <{p}rFont val=\"Tahoma\"/></{p}rPr><{p}t xml:space=\"preserve\">{}</{p}t></{p}r></{p}text>\
                 </{p}comment>",
                column_letters(*column),
                escaped(&worded(note))
            )
        };
        let added: String = boxes.new.iter().map(comment).collect();
        edits.append(list, text, &added);
    }
    Ok((edits.apply(text)?, boxes))
}

/// Adds our words behind those of a note.
fn add_run(words: &Node<'_>, text: &str, ours: &str, p: &str, edits: &mut Edits) {
    let run = format!(
        "<{p}r><{p}t xml:space=\"preserve\">{}{}</{p}t></{p}r>",
        if words.children.is_empty() { "" } else { "\n\n" },
        escaped(ours)
    );
    if let Some(plain) = words.children.iter().find(|child| child.local() == "t") {
        // A text of runs has no words outside them.
        edits.insert(plain.span.start, format!("<{p}r>"));
        edits.insert(plain.span.end, format!("</{p}r>"));
    }
    let phonetic = |child: &&Node<'_>| matches!(child.local(), "rPh" | "phoneticPr");
    match words.children.iter().find(phonetic) {
        Some(next) => edits.insert(next.span.start, run),
        None => edits.append(words, text, &run),
    }
}

/// Brings the drawing of a sheet's notes up to date, making one where there is none.
fn draw(package: &mut Package<'_>, sheet: &Sheet<'_>, boxes: Boxes, edits: &mut Edits) -> Understood<()> {
    if boxes.new.is_empty() && boxes.grown.is_empty() && boxes.gone.is_empty() {
        return Ok(());
    }
    let legacy = sheet.root.child("legacyDrawing");
    let part = match legacy {
        Some(node) => {
            let id = node.relation.as_ref().ok_or(NotUnderstood("a drawing has no relation"))?;
            let relations = package.relations(sheet.part)?;
            let found = relations.into_iter().find(|relation| relation.id == *id);
            found.ok_or(NotUnderstood("a drawing is missing"))?.target
        }
        None if boxes.new.is_empty() => return Ok(()),
        None => {
            let part = package.free_name("xl/drawings/vmlDrawing", ".vml");
            package.put(&part, EMPTY_DRAWING.to_owned());
            package.declare("*.vml", DRAWING)?;
            let id = package.relate(sheet.part, "vmlDrawing", &part, sheet.strict)?;
            refer(sheet, &id, edits)?;
            part
        }
    };
    let text = package.text(&part)?;
    let columns = columns(sheet.root, sheet.text);
    let block = free_block(package)?;
    let text = drawn(&text, &boxes, &columns, block)?;
    package.put(&part, text);
    Ok(())
}

/// Names the new drawing in the sheet, where the standard wants it.
fn refer(sheet: &Sheet<'_>, id: &str, edits: &mut Edits) -> Understood<()> {
    let space = if sheet.strict {
        "http://purl.oclc.org/ooxml/officeDocument/relationships"
    } else {
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    };
    let named = format!("<{}legacyDrawing xmlns:r=\"{space}\" r:id=\"{id}\"/>", sheet.root.prefix());
    let late = |name: &str| BEHIND_LEGACY_DRAWING.contains(&name);
    let wraps = |node: &Node<'_>| {
        let choices = node.children.iter().flat_map(|choice| &choice.children);
        node.local() == "AlternateContent" && choices.into_iter().any(|inner| late(inner.local()))
    };
    match sheet.root.children.iter().find(|node| late(node.local()) || wraps(node)) {
        Some(next) => edits.insert(next.span.start, named),
        None => edits.append(sheet.root, sheet.text, &named),
    }
    Ok(())
}

/// A block of 1,024 shape numbers that no drawing of the package claims.
fn free_block(package: &mut Package<'_>) -> Understood<usize> {
    let drawings: Vec<String> =
        package.names().iter().filter(|name| name.to_lowercase().ends_with(".vml")).cloned().collect();
    let mut highest = 0;
    for part in drawings {
        let text = package.text(&part)?;
        for piece in text.split(":idmap").skip(1) {
            let tag = format!("<idmap{}>", piece.split('>').next().unwrap_or_default());
            let data = attribute(&tag, "data").unwrap_or_default();
            let blocks = data.split(',').filter_map(|block| block.trim().parse::<usize>().ok());
            highest = blocks.fold(highest, usize::max);
        }
    }
    Ok(highest + 1)
}

/// One box of a drawing.
struct Shape {
    span: Range<usize>,
    cell: Option<(u32, u32)>,
}

/// The drawing with boxes added, enlarged and taken off.
///
/// Drawings are often not well formed (a lone `<br>`), so that they are looked through tag by tag.
fn drawn(text: &str, boxes: &Boxes, columns: &[Columns], block: usize) -> Understood<String> {
    let odd = NotUnderstood("the drawing of the notes is odd");
    let end = text.rfind("</xml>").ok_or(odd)?;
    let root = text.find("<xml").and_then(|at| text[at..].split('>').next()).ok_or(odd)?;
    // Prefixes that the root does not declare are declared where they are used.
    let spaces: String = SPACES
        .iter()
        .filter(|(prefix, space)| !root.contains(&format!("xmlns:{prefix}=\"{space}\"")))
        .map(|(prefix, space)| format!(" xmlns:{prefix}=\"{space}\""))
        .collect();
    let shapes = shapes(text)?;
    let mut edits = Edits::default();
    for shape in &shapes {
        let Some(cell) = shape.cell else { continue };
        if boxes.gone.contains(&cell) {
            edits.replace(shape.span.clone(), "");
        } else if let Some(note) = boxes.grown.get(&cell) {
            enlarge(text, shape, note, &mut edits);
        }
    }
    let mut added = String::new();
    if !boxes.new.is_empty() && !text.contains(":idmap") {
        let blocks: Vec<String> =
            (block..=block + boxes.new.len() / 1_000).map(|block| block.to_string()).collect();
        added.push_str(&format!(
            "<o:shapelayout{spaces} v:ext=\"edit\"><o:idmap v:ext=\"edit\" data=\"{}\"/></o:shapelayout>",
            blocks.join(",")
        ));
    }
    if !boxes.new.is_empty() && !text.contains("\"_x0000_t202\"") {
        added.push_str(&NOTE_SHAPE.replacen("<v:shapetype", &format!("<v:shapetype{spaces}"), 1));
    }
    let numbers = text.split("_x0000_s").skip(1).filter_map(|rest| {
        rest.split(|c: char| !c.is_ascii_digit()).next().and_then(|digits| digits.parse::<usize>().ok())
    });
    let mut number = numbers.max().unwrap_or(block * 1_024);
    for ((row, column), note) in &boxes.new {
        number += 1;
        added.push_str(&shape((*row, *column), note, columns, (number, &spaces)));
    }
    edits.insert(end, added);
    edits.apply(text)
}

/// The boxes of a drawing with the cells that they belong to.
fn shapes(text: &str) -> Understood<Vec<Shape>> {
    let odd = NotUnderstood("the drawing of the notes is odd");
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(colon) = text[from..].find(":shape ").map(|at| at + from) {
        let start = text[..colon].rfind('<').ok_or(odd)?;
        let prefix = &text[start + 1..colon];
        if !prefix.chars().all(char::is_alphanumeric) {
            return Err(odd);
        }
        let close = format!("</{prefix}:shape>");
        let end = start + text[start..].find(&close).ok_or(odd)? + close.len();
        let piece = &text[start..end];
        let number = |name: &str| -> Option<u32> {
            let (_, rest) = piece.split_once(&format!(":{name}>"))?;
            rest.split('<').next()?.trim().parse().ok()
        };
        let note = piece.contains("ObjectType=\"Note\"");
        let cell = number("Row").zip(number("Column")).map(|(row, column)| (row.saturating_add(1), column));
        found.push(Shape { span: start..end, cell: cell.filter(|_| note) });
        from = end;
    }
    Ok(found)
}

/// Makes a box higher by the lines of our words.
fn enlarge(text: &str, shape: &Shape, note: &str, edits: &mut Edits) {
    let piece = &text[shape.span.clone()];
    let Some(start) = piece.find(":Anchor>").map(|at| at + ":Anchor>".len()) else { return };
    let Some(length) = piece[start..].find('<') else { return };
    let corners: Vec<u32> =
        piece[start..start + length].split(',').filter_map(|number| number.trim().parse().ok()).collect();
    let [left, left_by, top, top_by, right, right_by, bottom, bottom_by] = corners[..] else { return };
    let lines = lines(&worded(note)) + 2;
    let right = right.max(left.saturating_add(3));
    let anchor = format!(
        "{left}, {left_by}, {top}, {top_by}, {right}, {right_by}, {}, {bottom_by}",
        bottom.saturating_add(lines)
    );
    let place = shape.span.start + start;
    edits.replace(place..place + length, anchor);
}

/// How many lines a note takes.
fn lines(note: &str) -> u32 {
    let lines: usize = note.lines().map(|line| line.chars().count() / 42 + 1).sum();
    u32::try_from(lines).unwrap_or(u32::MAX).min(30)
}

/// The width of a note in pixels.
const WIDTH: u32 = 300;

/// A new box beside its cell.
fn shape(
    (row, column): (u32, u32),
    note: &str,
    columns: &[Columns],
    (number, spaces): (usize, &str),
) -> String {
    let (top, left) = (row.saturating_sub(2), column + 1);
    let height = lines(&worded(note)) * 15 + 12;
    let width = |column: u32| {
        columns.iter().find(|it| it.first <= column && column <= it.last).map_or(64, |it| it.width)
    };
    let (mut right, mut rest) = (left, WIDTH + 15);
    while rest > width(right) && right < left + 40 {
        rest -= width(right);
        right += 1;
    }
    format!(
        "<v:shape{spaces} id=\"_x0000_s{number}\" type=\"#_x0000_t202\" style='position:absolute;margin-left:80pt;\
         margin-top:5pt;width:{}pt;height:{}pt;z-index:1;visibility:hidden' fillcolor=\"#ffffe1\" \
         o:insetmode=\"auto\"><v:fill color2=\"#ffffe1\"/><v:shadow color=\"black\" obscured=\"t\"/>\
         <v:path o:connecttype=\"none\"/><v:textbox style='mso-direction-alt:auto'><div style='text-align:left'/>\
         </v:textbox><x:ClientData ObjectType=\"Note\"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{left}, 15, \
         {top}, 4, {right}, {}, {}, {}</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{}</x:Row>\
         <x:Column>{column}</x:Column></x:ClientData></v:shape>",
        WIDTH * 3 / 4,
        height * 3 / 4,
        rest.min(width(right)),
        top + (height + 4) / 20,
        (height + 4) % 20,
        row - 1
    )
}
