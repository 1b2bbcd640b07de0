//! Adds formats to a workbook's styles: each format in use again with the colour of a mark, and those of the Problems
//! sheet.

use std::collections::BTreeMap;

use super::xml::{Edits, Node, NotUnderstood, Understood, attribute, outline, with_attribute};
use crate::domain::finding::Severity;

/// The ground of a cell with an error. One step beside the colour that Excel calls "Bad", so that ours can be told from
/// a user's own and taken off again.
const ERROR: &str = "FFFFC7CD";
/// The ground of a cell with a warning, beside Excel's "Neutral".
const WARNING: &str = "FFFFEB9B";
/// The ground of the Problems sheet's header.
const NAVY: &str = "FF1F4E78";

/// The order of the lists in a styles part.
const ORDER: [&str; 11] = [
    "numFmts",
    "fonts",
    "fills",
    "borders",
    "cellStyleXfs",
    "cellXfs",
    "cellStyles",
    "dxfs",
    "tableStyles",
    "colors",
    "extLst",
];

/// What a workbook without styles of its own gets.
pub(super) const BARE: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
    <styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><fonts count=\"1\"><font>\
    <sz val=\"11\"/><name val=\"Calibri\"/><family val=\"2\"/></font></fonts><fills count=\"2\"><fill>\
    <patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill></fills>\
    <borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
    <cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>\
    <cellXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/></cellXfs>\
    </styleSheet>";

/// The formats of the Problems sheet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Looks {
    pub(super) title: usize,
    pub(super) line: usize,
    pub(super) words: usize,
    pub(super) header: usize,
    pub(super) link: usize,
    pub(super) error: usize,
    pub(super) warning: usize,
}

/// The styles of a workbook while formats are added to it.
pub(super) struct Styles {
    text: String,
    prefix: String,
    /// The formats of cells, as text: those of the workbook, then ours.
    formats: Vec<String>,
    /// How many of them the workbook has.
    known: usize,
    fills: Vec<String>,
    known_fills: usize,
    fonts: Vec<String>,
    known_fonts: usize,
    shaded: BTreeMap<(usize, Severity), usize>,
}

impl Styles {
    /// Reads a styles part.
    pub(super) fn read(text: String) -> Understood<Styles> {
        let root = outline(&text, "")?;
        if root.local() != "styleSheet" {
            return Err(NotUnderstood("the styles are none"));
        }
        let items = |list: &str| -> Vec<String> {
            let children = root.child(list).map_or(&[][..], |list| list.children.as_slice());
            children.iter().map(|node| text[node.span.clone()].to_owned()).collect()
        };
        let (mut formats, mut fills, mut fonts) = (items("cellXfs"), items("fills"), items("fonts"));
        let prefix = root.prefix().to_owned();
        let (known, known_fills, known_fonts) = (formats.len(), fills.len(), fonts.len());
        if formats.is_empty() {
            formats.push(format!("<{prefix}xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/>"));
        }
        // The first two fills are Excel's own: none, and dotted gray.
        for pattern in ["none", "gray125"].iter().skip(fills.len()) {
            fills.push(format!(
                "<{prefix}fill><{prefix}patternFill patternType=\"{pattern}\"/></{prefix}fill>"
            ));
        }
        if fonts.is_empty() {
            fonts.push(format!(
                "<{prefix}font><{prefix}sz val=\"11\"/><{prefix}name val=\"Calibri\"/></{prefix}font>"
            ));
        }
        let shaded = BTreeMap::new();
        Ok(Styles { text, prefix, formats, known, fills, known_fills, fonts, known_fonts, shaded })
    }

    /// Whether a format has the ground of one of our marks.
    pub(super) fn is_marked(&self, format: usize) -> bool {
        let fill = self.formats.get(format).and_then(|xf| number(xf, "fillId"));
        let fill = fill.and_then(|fill| self.fills.get(fill));
        fill.is_some_and(|fill| [ERROR, WARNING].iter().any(|colour| fill.to_uppercase().contains(colour)))
    }

    /// A format with the ground of a mark, all else as it was.
    pub(super) fn marked(&mut self, format: usize, severity: Severity) -> Understood<usize> {
        if let Some(known) = self.shaded.get(&(format, severity)) {
            return Ok(*known);
        }
        let colour = if severity == Severity::Error { ERROR } else { WARNING };
        let fill = self.fill(colour);
        let made = self.refilled(format, fill)?;
        self.shaded.insert((format, severity), made);
        Ok(made)
    }

    /// A format without ground, to take a mark off.
    pub(super) fn unmarked(&mut self, format: usize) -> Understood<usize> {
        self.refilled(format, 0)
    }

    fn refilled(&mut self, format: usize, fill: usize) -> Understood<usize> {
        let xf = self.formats.get(format).ok_or(NotUnderstood("a cell has a format that is not there"))?;
        let tag_end = xf.find('>').ok_or(NotUnderstood("a format is odd"))? + 1;
        let tag = with_attribute(&xf[..tag_end], "fillId", &fill.to_string());
        let tag = with_attribute(&tag, "applyFill", "1");
        let made = format!("{tag}{}", &xf[tag_end..]);
        Ok(place(&mut self.formats, made))
    }

    /// A fill of one colour.
    fn fill(&mut self, colour: &str) -> usize {
        let has = |fill: &String| fill.to_uppercase().contains(&format!("FGCOLOR RGB=\"{colour}\""));
        if let Some(at) = self.fills.iter().position(has) {
            return at;
        }
        let p = &self.prefix;
        let made = format!(
            "<{p}fill><{p}patternFill patternType=\"solid\"><{p}fgColor rgb=\"{colour}\"/><{p}bgColor indexed=\"64\"/>\
             </{p}patternFill></{p}fill>"
        );
        place(&mut self.fills, made)
    }

    fn font(&mut self, inner: &str, size: u8, colour: &str) -> usize {
        let p = &self.prefix;
        let inner = inner.replace('<', &format!("<{p}"));
        let made = format!(
            "<{p}font>{inner}<{p}sz val=\"{size}\"/><{p}color rgb=\"{colour}\"/><{p}name val=\"Calibri\"/>\
             <{p}family val=\"2\"/></{p}font>"
        );
        place(&mut self.fonts, made)
    }

    /// Adds the formats of the Problems sheet.
    pub(super) fn looks(&mut self) -> Looks {
        let title = self.font("<b/>", 16, NAVY);
        let words = self.font("", 11, "FF000000");
        let white = self.font("<b/>", 11, "FFFFFFFF");
        let link = self.font("<u/>", 11, "FF0563C1");
        let (error, warning, navy) = (self.fill(ERROR), self.fill(WARNING), self.fill(NAVY));
        Looks {
            title: self.look(title, 0, 0),
            line: self.look(words, 0, 0),
            words: self.look(words, 0, 1),
            header: self.look(white, navy, 1),
            link: self.look(link, 0, 1),
            error: self.look(words, error, 1),
            warning: self.look(words, warning, 1),
        }
    }

    /// A format of words that stand at the top of their cell.
    fn look(&mut self, font: usize, fill: usize, wrapped: u8) -> usize {
        let p = &self.prefix;
        let made = format!(
            "<{p}xf numFmtId=\"49\" fontId=\"{font}\" fillId=\"{fill}\" applyNumberFormat=\"1\" \
             applyFont=\"1\" applyFill=\"1\" applyAlignment=\"1\"><{p}alignment vertical=\"top\" wrapText=\"{wrapped}\"/></{p}xf>"
        );
        place(&mut self.formats, made)
    }

    /// The styles part with what was added.
    pub(super) fn finish(self) -> Understood<String> {
        let root = outline(&self.text, "")?;
        let mut edits = Edits::default();
        let lists = [
            ("fonts", &self.fonts, self.known_fonts),
            ("fills", &self.fills, self.known_fills),
            ("cellXfs", &self.formats, self.known),
        ];
        for (name, items, known) in lists.into_iter().filter(|(_, items, known)| items.len() > *known) {
            let added = items[known..].concat();
            let count = items.len().to_string();
            match root.child(name) {
                Some(list) => {
                    let tag = with_attribute(&self.text[list.open.clone()], "count", &count);
                    edits.append_and_retag(list, &added, &tag);
                }
                None => {
                    let p = &self.prefix;
                    let list = format!("<{p}{name} count=\"{count}\">{added}</{p}{name}>");
                    match behind(&root, name) {
                        Some(next) => edits.insert(next, list),
                        None => edits.append(&root, &self.text, &list),
                    }
                }
            }
        }
        edits.apply(&self.text)
    }
}

/// Where the first list begins that must stand behind another.
fn behind(root: &Node<'_>, name: &str) -> Option<usize> {
    let rank = |name: &str| ORDER.iter().position(|known| *known == name);
    let next = root.children.iter().find(|child| rank(child.local()) > rank(name));
    next.map(|child| child.span.start)
}

/// The place of an item in a list; it is added where it is missing.
fn place(list: &mut Vec<String>, item: String) -> usize {
    list.iter().position(|known| *known == item).unwrap_or_else(|| {
        list.push(item);
        list.len() - 1
    })
}

fn number(tag: &str, name: &str) -> Option<usize> {
    let end = tag.find('>')? + 1;
    attribute(&tag[..end], name)?.trim().parse().ok()
}
