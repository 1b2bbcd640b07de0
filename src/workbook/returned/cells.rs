//! Marks cells of a sheet: those that are there and those that are not there yet.

use std::collections::BTreeMap;
use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::Event;

use super::styles::Styles;
use super::xml::{Edits, Node, NotUnderstood, Understood, attribute, with_attribute};
use crate::domain::finding::Severity;
use crate::domain::origin::column_letters;

/// What is wanted of a place of a sheet: row from 1, column from 0, or the whole row.
pub(super) type Wanted = BTreeMap<(u32, Option<u32>), Severity>;

/// Where the marks of a sheet came to stand.
pub(super) type Marked = BTreeMap<(u32, Option<u32>), (u32, u32)>;

/// One cell of a row that is looked at.
struct Found {
    column: u32,
    tag: Range<usize>,
    end: usize,
    holds_something: bool,
}

/// One row that is looked at.
struct OpenRow {
    number: u32,
    tag: Range<usize>,
    cells: Vec<Found>,
}

/// The pass over the rows of a sheet.
struct Pass<'p> {
    text: &'p str,
    /// The prefix of the sheet's elements, with its colon.
    prefix: &'p str,
    wanted: &'p Wanted,
    /// Whether marks of an earlier return are taken off.
    cleans: bool,
    styles: &'p mut Styles,
    columns: Vec<Columns>,
    edits: &'p mut Edits,
    marked: Marked,
    /// The cells that were not there before.
    added: Vec<(u32, u32)>,
    /// The rows that are wanted and not reached yet, the nearest last.
    ahead: Vec<u32>,
}

/// Columns of one width and format, from 0.
#[derive(Clone, Copy, Debug)]
pub(super) struct Columns {
    pub(super) first: u32,
    pub(super) last: u32,
    format: usize,
    /// In pixels.
    pub(super) width: u32,
}

/// The columns that a sheet describes.
pub(super) fn columns(root: &Node<'_>, text: &str) -> Vec<Columns> {
    let described = root.child("cols").map_or(&[][..], |list| list.children.as_slice());
    let columns = described.iter().filter_map(|node| {
        let number = |name| u32::try_from(node.number(text, name)?).ok();
        let width = node.attribute(text, "width").unwrap_or_default();
        let whole: u32 = width.split('.').next().and_then(|whole| whole.parse().ok()).unwrap_or(9);
        let hidden = node.attribute(text, "hidden").is_some_and(|hidden| hidden == "1" || hidden == "true");
        Some(Columns {
            first: number("min")?.checked_sub(1)?,
            last: number("max")?.checked_sub(1)?,
            format: node.number(text, "style").unwrap_or(0),
            width: if hidden { 0 } else { whole.min(255) * 7 + 5 },
        })
    });
    columns.collect()
}

/// Marks the wanted cells of a sheet whose outline was made without its rows.
pub(super) fn mark(
    root: &Node<'_>,
    text: &str,
    wanted: &Wanted,
    cleans: bool,
    styles: &mut Styles,
    edits: &mut Edits,
) -> Understood<Marked> {
    let data = root.child("sheetData").ok_or(NotUnderstood("a sheet has no cells"))?;
    let merged = within_merged(root, text, wanted);
    let cells: Wanted = wanted.iter().fold(Wanted::new(), |mut cells, (place, severity)| {
        let place = merged.get(place).copied().unwrap_or(*place);
        let known = cells.entry(place).or_insert(*severity);
        *known = (*known).min(*severity);
        cells
    });
    let mut ahead: Vec<u32> = cells.keys().map(|(row, _)| *row).collect();
    ahead.dedup();
    ahead.reverse();
    let mut pass = Pass {
        text,
        prefix: data.prefix(),
        wanted: &cells,
        cleans,
        styles,
        columns: columns(root, text),
        edits,
        marked: Marked::new(),
        added: Vec::new(),
        ahead,
    };
    pass.rows(data)?;
    let (marked, added) = (pass.marked, pass.added);
    stretch(root, text, &added, edits);
    let at = |place: &(u32, Option<u32>)| marked.get(merged.get(place).unwrap_or(place)).copied();
    Ok(wanted.keys().filter_map(|place| Some((*place, at(place)?))).collect())
}

impl Pass<'_> {
    fn rows(&mut self, data: &Node<'_>) -> Understood<()> {
        let inner = data.inner();
        let row_name = format!("{}row", self.prefix);
        let cell_name = format!("{}c", self.prefix);
        let mut reader = Reader::from_str(&self.text[inner.clone()]);
        reader.config_mut().check_end_names = false;
        let (mut row, mut last, mut within): (Option<OpenRow>, u32, Option<Found>) = (None, 0, None);
        loop {
            let start = inner.start + place(&reader);
            // The end of `sheetData` itself is not in the piece that is read.
            let event = reader.read_event().map_err(|_| NotUnderstood("the rows are not well formed"))?;
            let tag = start..inner.start + place(&reader);
            match event {
                Event::Start(found) if found.name().into_inner() == row_name => {
                    row = Some(self.open_row(tag, &mut last)?);
                }
                Event::Empty(found) if found.name().into_inner() == row_name => {
                    let empty = self.open_row(tag.clone(), &mut last)?;
                    self.close_row(empty, None)?;
                }
                Event::End(found) if found.name().into_inner() == row_name => {
                    let closed = row.take().ok_or(NotUnderstood("a row ends that never began"))?;
                    self.close_row(closed, Some(tag.start))?;
                }
                Event::Start(found) if found.name().into_inner() == cell_name => {
                    within = Some(self.cell(&row, tag)?);
                }
                Event::Empty(found) if found.name().into_inner() == cell_name => {
                    let found = self.cell(&row, tag)?;
                    row.as_mut().expect("a cell was found in a row").cells.push(found);
                }
                Event::End(found) if found.name().into_inner() == cell_name => {
                    let mut found = within.take().ok_or(NotUnderstood("a cell ends that never began"))?;
                    found.end = tag.end;
                    row.as_mut().ok_or(NotUnderstood("a cell ends outside rows"))?.cells.push(found);
                }
                Event::Start(_) | Event::Empty(_) => {
                    if let Some(found) = &mut within {
                        found.holds_something = true;
                    }
                }
                Event::Eof => break,
                _ => {}
            }
        }
        if row.is_some() {
            return Err(NotUnderstood("a row does not end"));
        }
        let rest = self.new_rows(u32::MAX);
        if !rest.is_empty() {
            self.edits.append(data, self.text, &rest);
        }
        Ok(())
    }

    /// Begins a row; rows that are wanted and missing before it are put there.
    fn open_row(&mut self, tag: Range<usize>, last: &mut u32) -> Understood<OpenRow> {
        let number = match attribute(&self.text[tag.clone()], "r") {
            Some(number) => number.trim().parse().map_err(|_| NotUnderstood("a row has no number"))?,
            None => *last + 1,
        };
        if number <= *last {
            return Err(NotUnderstood("the rows are out of order"));
        }
        *last = number;
        let missing = self.new_rows(number);
        if !missing.is_empty() {
            self.edits.insert(tag.start, missing);
        }
        Ok(OpenRow { number, tag, cells: Vec::new() })
    }

    fn cell(&self, row: &Option<OpenRow>, tag: Range<usize>) -> Understood<Found> {
        let row = row.as_ref().ok_or(NotUnderstood("a cell stands outside rows"))?;
        let column = match attribute(&self.text[tag.clone()], "r") {
            Some(name) => cell_place(&name).ok_or(NotUnderstood("a cell has an odd name"))?.1,
            None => row.cells.last().map_or(0, |before| before.column + 1),
        };
        if row.cells.last().is_some_and(|before| before.column >= column) {
            return Err(NotUnderstood("the cells of a row are out of order"));
        }
        Ok(Found { column, end: tag.end, tag, holds_something: false })
    }

    /// Marks the cells of a row; `end` is where its closing tag begins, or nothing for an empty tag.
    fn close_row(&mut self, row: OpenRow, end: Option<usize>) -> Understood<()> {
        let wanted = self.wanted_in(row.number, &row.cells);
        if self.ahead.last() == Some(&row.number) {
            self.ahead.pop();
        }
        let tag = &self.text[row.tag.clone()];
        let mut at_end = String::new();
        let mut missing = wanted.clone();
        for cell in &row.cells {
            let tag = &self.text[cell.tag.clone()];
            let format = attribute(tag, "s").and_then(|format| format.trim().parse().ok()).unwrap_or(0);
            let made = match missing.remove(&cell.column) {
                Some(severity) => self.styles.marked(format, severity)?,
                None if self.cleans && self.styles.is_marked(format) => self.styles.unmarked(format)?,
                None => continue,
            };
            self.edits.replace(cell.tag.clone(), with_attribute(tag, "s", &made.to_string()));
        }
        for (column, severity) in missing {
            let made = self.new_cell(row.number, column, severity, row_format(tag))?;
            match row.cells.iter().find(|cell| cell.column > column) {
                Some(next) => self.edits.insert(next.tag.start, made),
                None => at_end.push_str(&made),
            }
            self.added.push((row.number, column));
        }
        let spanned = spanned(tag, wanted.keys());
        match end {
            None if !at_end.is_empty() => {
                let opened = spanned.strip_suffix("/>").unwrap_or(&spanned);
                self.edits.replace(row.tag, format!("{opened}>{at_end}</{}row>", self.prefix));
            }
            None => {}
            Some(end) => {
                if spanned != tag {
                    self.edits.replace(row.tag, spanned);
                }
                if !at_end.is_empty() {
                    self.edits.insert(end, at_end);
                }
            }
        }
        Ok(())
    }

    /// The columns that are wanted in a row; a whole row is marked on the first cell that holds something.
    fn wanted_in(&mut self, number: u32, cells: &[Found]) -> BTreeMap<u32, Severity> {
        let mut columns: BTreeMap<u32, Severity> = BTreeMap::new();
        for ((row, column), severity) in self.wanted.range((number, None)..=(number, Some(u32::MAX))) {
            let first = || cells.iter().find(|cell| cell.holds_something);
            let at = column.unwrap_or_else(|| first().map_or(0, |cell| cell.column));
            self.marked.insert((*row, *column), (number, at));
            let known = columns.entry(at).or_insert(*severity);
            *known = (*known).min(*severity);
        }
        columns
    }

    /// The rows before one that are wanted and not there.
    fn new_rows(&mut self, before: u32) -> String {
        let mut made = String::new();
        while let Some(number) = self.ahead.pop_if(|number| *number < before) {
            let mut cells = String::new();
            for (column, severity) in self.wanted_in(number, &[]) {
                // A format that the columns name and the styles lack is Excel's to ignore, and ours.
                let Ok(cell) = self.new_cell(number, column, severity, None) else { continue };
                cells.push_str(&cell);
                self.added.push((number, column));
            }
            let p = self.prefix;
            made.push_str(&format!("<{p}row r=\"{number}\">{cells}</{p}row>"));
        }
        made
    }

    fn new_cell(
        &mut self,
        row: u32,
        column: u32,
        severity: Severity,
        format: Option<usize>,
    ) -> Understood<String> {
        let of_column = || self.columns.iter().find(|it| it.first <= column && column <= it.last);
        let format = format.or_else(|| of_column().map(|it| it.format)).unwrap_or(0);
        let made = self.styles.marked(format, severity)?;
        Ok(format!("<{}c r=\"{}{row}\" s=\"{made}\"/>", self.prefix, column_letters(column)))
    }
}

fn place(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).expect("the text is in memory")
}

/// The format that a row gives its cells.
fn row_format(tag: &str) -> Option<usize> {
    let custom = attribute(tag, "customFormat")?;
    if custom == "1" || custom == "true" { attribute(tag, "s")?.trim().parse().ok() } else { None }
}

/// A row's tag whose `spans` reach as far as its cells.
fn spanned<'c>(tag: &str, columns: impl Iterator<Item = &'c u32>) -> String {
    let Some(spans) = attribute(tag, "spans") else { return tag.to_owned() };
    let Some((first, last)) = spans.split_once(':') else { return tag.to_owned() };
    let (Ok(first), Ok(last)) = (first.parse::<u32>(), last.parse::<u32>()) else { return tag.to_owned() };
    let wide =
        columns.fold((first, last), |(first, last), column| (first.min(column + 1), last.max(column + 1)));
    if wide == (first, last) {
        tag.to_owned()
    } else {
        with_attribute(tag, "spans", &format!("{}:{}", wide.0, wide.1))
    }
}

/// Row from 1 and column from 0 of a cell's name; `$A$1` too.
pub(super) fn cell_place(name: &str) -> Option<(u32, u32)> {
    let name = name.replace('$', "");
    let digits = name.find(|c: char| c.is_ascii_digit())?;
    let mut column: u32 = 0;
    for letter in name[..digits].bytes() {
        let letter = letter.to_ascii_uppercase();
        if !letter.is_ascii_uppercase() || column > 16_384 {
            return None;
        }
        column = column * 26 + u32::from(letter - b'A') + 1;
    }
    Some((name[digits..].parse().ok().filter(|row| *row > 0)?, column.checked_sub(1)?))
}

/// The corners of a range; of a single cell twice the same.
fn corners(range: &str) -> Option<((u32, u32), (u32, u32))> {
    let (first, last) = range.split_once(':').unwrap_or((range, range));
    Some((cell_place(first)?, cell_place(last)?))
}

/// Places within merged cells, and the place where the whole is seen.
fn within_merged(
    root: &Node<'_>,
    text: &str,
    wanted: &Wanted,
) -> BTreeMap<(u32, Option<u32>), (u32, Option<u32>)> {
    let mut moved = BTreeMap::new();
    for node in root.child("mergeCells").map_or(&[][..], |list| list.children.as_slice()) {
        let Some((from, to)) = node.attribute(text, "ref").as_deref().and_then(corners) else { continue };
        if from.0 > to.0 {
            continue;
        }
        for ((row, column), _) in wanted.range((from.0, None)..=(to.0, Some(u32::MAX))) {
            if let Some(at) = column.filter(|at| from.1 <= *at && *at <= to.1) {
                moved.insert((*row, Some(at)), (from.0, Some(from.1)));
            }
        }
    }
    moved
}

/// Lets the sheet's dimension reach as far as the cells that were added.
fn stretch(root: &Node<'_>, text: &str, added: &[(u32, u32)], edits: &mut Edits) {
    let Some(node) = root.child("dimension") else { return };
    let Some((from, to)) = node.attribute(text, "ref").as_deref().and_then(corners) else { return };
    let wide = added.iter().fold((from, to), |(from, to), (row, column)| {
        ((from.0.min(*row), from.1.min(*column)), (to.0.max(*row), to.1.max(*column)))
    });
    if wide != (from, to) {
        let name = |(row, column): (u32, u32)| format!("{}{row}", column_letters(column));
        let range = format!("{}:{}", name(wide.0), name(wide.1));
        edits.replace(node.open.clone(), with_attribute(&text[node.open.clone()], "ref", &range));
    }
}
