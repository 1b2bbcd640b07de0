//! Looks into a workbook's package without the program's help: parts, relations, formats, notes.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::Event;

/// An element with its local name, attributes as written, children and text.
#[derive(Clone, Debug, Default)]
pub(super) struct Element {
    name: String,
    attributes: BTreeMap<String, String>,
    children: Vec<Element>,
    text: String,
}

impl Element {
    /// Reads a part; it must be well formed, unless it is a drawing of notes.
    fn read(text: &str, strictly: bool) -> Element {
        let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
        reader.config_mut().check_end_names = strictly;
        let mut open = vec![Element::default()];
        loop {
            match reader.read_event().unwrap() {
                Event::Start(tag) => open.push(element(&tag)),
                Event::Empty(tag) => open.last_mut().unwrap().children.push(element(&tag)),
                Event::End(_) => {
                    let done = open.pop().unwrap();
                    open.last_mut().unwrap().children.push(done);
                }
                Event::Text(words) => open.last_mut().unwrap().text.push_str(&words),
                Event::CData(words) => open.last_mut().unwrap().text.push_str(&words),
                Event::GeneralRef(reference) => {
                    let text = &mut open.last_mut().unwrap().text;
                    match reference.resolve_char_ref().unwrap() {
                        Some(character) => text.push(character),
                        None => text.push_str(quick_xml::escape::resolve_xml_entity(&reference).unwrap()),
                    }
                }
                Event::Eof => break,
                _ => {}
            }
        }
        assert_eq!(open.len(), 1, "an element is not closed");
        open.pop().unwrap().children.pop().unwrap()
    }

    fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    fn list(&self, name: &str) -> &[Element] {
        self.child(name).map_or(&[], |list| &list.children)
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }

    fn number(&self, name: &str) -> Option<usize> {
        self.get(name)?.parse().ok()
    }

    /// The value of an attribute whatever its prefix.
    fn prefixed(&self, name: &str) -> Option<&str> {
        let ends = |key: &&String| key.ends_with(&format!(":{name}"));
        self.attributes.keys().find(ends).map(|key| self.attributes[key].as_str())
    }

    /// All texts below, in order.
    fn words(&self) -> String {
        if self.name == "t" {
            return self.text.clone();
        }
        self.children.iter().map(Element::words).collect()
    }
}

fn element(tag: &quick_xml::events::BytesStart<'_>) -> Element {
    let attributes = tag.attributes().map(|attribute| {
        let attribute = attribute.unwrap();
        let value = quick_xml::escape::unescape(&attribute.value).unwrap().into_owned();
        (attribute.key.into_inner().to_owned(), value)
    });
    let name = tag.name().local_name().into_inner().to_owned();
    Element { name, attributes: attributes.collect(), ..Element::default() }
}

/// How a cell looks.
pub(super) struct Look {
    /// All of the format but its fill.
    pub(super) without_fill: String,
    /// The colour of the ground.
    pub(super) fill: Option<String>,
}

/// A workbook's package.
pub(super) struct Package {
    pub(super) names: Vec<String>,
    /// The parts unpacked.
    pub(super) parts: BTreeMap<String, Vec<u8>>,
    /// The parts as they are packed.
    pub(super) raw: BTreeMap<String, Vec<u8>>,
}

/// The order of a worksheet's elements in the standard.
const SHEET_ORDER: [&str; 39] = [
    "sheetPr",
    "dimension",
    "sheetViews",
    "sheetFormatPr",
    "cols",
    "sheetData",
    "sheetCalcPr",
    "sheetProtection",
    "protectedRanges",
    "scenarios",
    "autoFilter",
    "sortState",
    "dataConsolidate",
    "customSheetViews",
    "mergeCells",
    "phoneticPr",
    "conditionalFormatting",
    "dataValidations",
    "hyperlinks",
    "printOptions",
    "pageMargins",
    "pageSetup",
    "headerFooter",
    "rowBreaks",
    "colBreaks",
    "customProperties",
    "cellWatches",
    "ignoredErrors",
    "smartTags",
    "drawing",
    "legacyDrawing",
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
];

impl Package {
    pub(super) fn open(bytes: &[u8]) -> Package {
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let (mut names, mut parts, mut raw) = (vec![], BTreeMap::new(), BTreeMap::new());
        for at in 0..archive.len() {
            let (mut content, mut packed) = (vec![], vec![]);
            archive.by_index(at).unwrap().read_to_end(&mut content).unwrap();
            let mut entry = archive.by_index_raw(at).unwrap();
            entry.read_to_end(&mut packed).unwrap();
            let name = entry.name().unwrap().into_owned();
            assert!(parts.insert(name.clone(), content).is_none(), "{name} is there twice");
            raw.insert(name.clone(), packed);
            names.push(name);
        }
        Package { names, parts, raw }
    }

    fn text(&self, part: &str) -> &str {
        let bytes = self.parts.get(part).unwrap_or_else(|| panic!("{part} is missing"));
        std::str::from_utf8(bytes).unwrap()
    }

    fn xml(&self, part: &str) -> Element {
        Element::read(self.text(part), !part.ends_with(".vml"))
    }

    /// The relations of a part: id, last word of the type, target.
    fn relations(&self, part: &str) -> Vec<(String, String, String)> {
        let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
        let list = format!("{folder}/_rels/{file}.rels");
        let list = list.trim_start_matches('/');
        if !self.parts.contains_key(list) {
            return vec![];
        }
        let target = |target: &str| {
            if let Some(absolute) = target.strip_prefix('/') {
                return absolute.to_owned();
            }
            let mut path: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
            for step in target.split('/') {
                if step == ".." {
                    path.pop();
                } else {
                    path.push(step);
                }
            }
            path.join("/")
        };
        let relations = self.xml(list).children;
        let relation = |it: &Element| {
            let kind = it.get("Type").unwrap().rsplit('/').next().unwrap().to_owned();
            (it.get("Id").unwrap().to_owned(), kind, target(it.get("Target").unwrap()))
        };
        relations.iter().map(relation).collect()
    }

    fn related(&self, part: &str, kind: &str) -> Option<String> {
        self.relations(part).into_iter().find(|(_, found, _)| found == kind).map(|(_, _, target)| target)
    }

    /// The sheets with their parts.
    fn sheets(&self) -> Vec<(String, String)> {
        let relations = self.relations("xl/workbook.xml");
        let book = self.xml("xl/workbook.xml");
        let part = |sheet: &Element| {
            let id = sheet.prefixed("id").unwrap();
            relations.iter().find(|(found, ..)| found == id).unwrap().2.clone()
        };
        book.list("sheets").iter().map(|sheet| (sheet.get("name").unwrap().to_owned(), part(sheet))).collect()
    }

    pub(super) fn sheet_names(&self) -> Vec<String> {
        self.sheets().into_iter().map(|(name, _)| name).collect()
    }

    fn part_of(&self, sheet: &str) -> String {
        let found = self.sheets().into_iter().find(|(name, _)| name == sheet);
        found.unwrap_or_else(|| panic!("no sheet {sheet}")).1
    }

    /// The Problems sheet, by the name that leads to it.
    pub(super) fn problems(&self) -> String {
        let book = self.xml("xl/workbook.xml");
        let marks: Vec<&Element> = book
            .list("definedNames")
            .iter()
            .filter(|name| name.get("name").unwrap().starts_with("meterbook_returned_"))
            .collect();
        assert_eq!(marks.len(), 1, "one mark");
        marks[0].text.trim_end_matches("!$A$1").trim_matches('\'').to_owned()
    }

    /// The sheet that is shown when the workbook is opened; every other sheet says that it is not.
    pub(super) fn shown(&self) -> String {
        let book = self.xml("xl/workbook.xml");
        let active = book.list("bookViews").first().and_then(|view| view.number("activeTab")).unwrap_or(0);
        for (at, (name, part)) in self.sheets().into_iter().enumerate() {
            let views = self.xml(&part);
            let selected = views.list("sheetViews").iter().any(|view| view.get("tabSelected") == Some("1"));
            assert!(!selected || at == active, "{name} is edited together with the sheet that is shown");
        }
        self.sheet_names()[active].clone()
    }

    /// The parts that marks on some sheets may change.
    pub(super) fn may_change(&self, marked: &BTreeSet<&str>) -> BTreeSet<String> {
        let mut parts: BTreeSet<String> =
            ["[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"]
                .map(str::to_owned)
                .into();
        parts.extend(self.related("xl/workbook.xml", "styles"));
        for (_, part) in self.sheets().into_iter().filter(|(name, _)| marked.contains(name.as_str())) {
            let (folder, file) = part.rsplit_once('/').unwrap();
            parts.insert(format!("{folder}/_rels/{file}.rels"));
            let relations = self.relations(&part).into_iter();
            let notes = relations.filter(|(_, kind, _)| ["comments", "vmlDrawing"].contains(&kind.as_str()));
            parts.extend(notes.map(|(_, _, target)| target));
            parts.insert(part);
        }
        parts
    }

    /// The cell of a sheet at which a place is seen: the first of merged cells.
    pub(super) fn seen_at(&self, sheet: &str, row: u32, column: u32) -> (u32, u32) {
        let place = |cell: &str| {
            let digits = cell.find(|c: char| c.is_ascii_digit()).unwrap();
            assert_eq!(digits, 1, "the packages have no merged cell right of Z");
            (cell[1..].parse::<u32>().unwrap(), u32::from(cell.as_bytes()[0] - b'A'))
        };
        for merged in self.xml(&self.part_of(sheet)).list("mergeCells") {
            let (first, last) = merged.get("ref").unwrap().split_once(':').unwrap();
            let (first, last) = (place(first), place(last));
            if (first.0..=last.0).contains(&row) && (first.1..=last.1).contains(&column) {
                return first;
            }
        }
        (row, column)
    }

    fn styles(&self) -> Option<Element> {
        Some(self.xml(&self.related("xl/workbook.xml", "styles")?))
    }

    /// The cells of a sheet with their formats, named even where they are not.
    fn cells(&self, sheet: &str) -> Vec<(String, usize)> {
        let mut found = vec![];
        let mut next_row = 1;
        for row in self.xml(&self.part_of(sheet)).list("sheetData") {
            let number = row.number("r").unwrap_or(next_row);
            next_row = number + 1;
            for (at, cell) in row.children.iter().enumerate() {
                let letter = char::from(b'A' + u8::try_from(at % 26).unwrap());
                let name = cell.get("r").map_or_else(|| format!("{letter}{number}"), str::to_owned);
                found.push((name, cell.number("s").unwrap_or(0)));
            }
        }
        found
    }

    fn look(&self, format: usize) -> Look {
        let styles = self.styles();
        let xf = styles.as_ref().and_then(|styles| styles.list("cellXfs").get(format)).cloned();
        let mut xf = xf.unwrap_or_default();
        let fill = xf.attributes.remove("fillId").and_then(|fill| fill.parse::<usize>().ok());
        xf.attributes.remove("applyFill");
        // A format that is left out is Excel's first of each kind.
        xf.attributes.retain(|name, value| !(name.ends_with("Id") && value == "0"));
        let fill = fill.and_then(|fill| styles.as_ref()?.list("fills").get(fill).cloned());
        let colour = fill
            .as_ref()
            .and_then(|fill| Some(fill.child("patternFill")?.child("fgColor")?.get("rgb")?.to_owned()));
        Look { without_fill: format!("{:?} {:?}", xf.attributes, xf.children), fill: colour }
    }

    /// How a cell looks; one that is not there looks as its row or its column says.
    pub(super) fn format(&self, sheet: &str, cell: &str, column: u32) -> Look {
        if let Some((_, format)) = self.cells(sheet).into_iter().find(|(name, _)| name == cell) {
            return self.look(format);
        }
        let xml = self.xml(&self.part_of(sheet));
        let digits = cell.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        let row = xml.list("sheetData").iter().find(|row| row.get("r") == Some(digits));
        let of_row = row.filter(|row| row.get("customFormat") == Some("1")).and_then(|row| row.number("s"));
        let column = usize::try_from(column).unwrap() + 1;
        let spans = |it: &&Element| (it.number("min").unwrap()..=it.number("max").unwrap()).contains(&column);
        let of_column = || xml.list("cols").iter().find(spans).and_then(|it| it.number("style"));
        self.look(of_row.or_else(of_column).unwrap_or(0))
    }

    /// The cells with the ground of a mark.
    pub(super) fn coloured(&self, sheet: &str) -> BTreeMap<String, String> {
        let looks = self.cells(sheet).into_iter().map(|(name, format)| (name, self.look(format).fill));
        let ours = |fill: Option<String>| fill.filter(|it| ["FFFFC7CD", "FFFFEB9B"].contains(&it.as_str()));
        looks.filter_map(|(name, fill)| Some((name, ours(fill)?))).collect()
    }

    /// The notes of a sheet by their cells.
    pub(super) fn notes(&self, sheet: &str) -> BTreeMap<String, String> {
        let Some(part) = self.related(&self.part_of(sheet), "comments") else { return BTreeMap::new() };
        let comments = self.xml(&part);
        let authors = comments.list("authors").len();
        let mut found = BTreeMap::new();
        for comment in comments.list("commentList") {
            assert!(comment.number("authorId").unwrap() < authors, "a note has an author");
            let cell = comment.get("ref").unwrap().to_owned();
            assert!(found.insert(cell, comment.words()).is_none(), "a cell has one note");
        }
        found
    }

    /// The boxes of a sheet's notes, by row and column from 0.
    fn boxes(&self, sheet: &str) -> BTreeSet<(usize, usize)> {
        let Some(part) = self.related(&self.part_of(sheet), "vmlDrawing") else { return BTreeSet::new() };
        let text = self.text(&part);
        let mut found = BTreeSet::new();
        for piece in text.split("ObjectType=\"Note\"").skip(1) {
            let number = |name: &str| {
                let rest = piece.split_once(&format!("{name}>")).unwrap().1;
                rest.split('<').next().unwrap().trim().parse::<usize>().unwrap()
            };
            assert!(found.insert((number(":Row"), number(":Column"))), "a note has one box");
        }
        let ids: Vec<&str> =
            text.split(" id=\"_x0000_s").skip(1).map(|rest| &rest[..rest.find('"').unwrap()]).collect();
        assert_eq!(ids.len(), ids.iter().collect::<BTreeSet<_>>().len(), "each box has a number of its own");
        found
    }

    /// The rows of the Problems sheet as text.
    pub(super) fn problems_text(&self) -> String {
        let mut text = String::new();
        let sheet = self.xml(&self.part_of(&self.problems()));
        let links: BTreeMap<&str, &str> = sheet
            .list("hyperlinks")
            .iter()
            .map(|link| (link.get("ref").unwrap(), link.get("location").unwrap()))
            .collect();
        for row in sheet.list("sheetData") {
            let cells: Vec<String> = row.children.iter().map(Element::words).collect();
            text.push_str(&cells.join(" | "));
            let first = row.children.first().and_then(|cell| cell.get("r")).unwrap_or_default();
            if let Some(link) = links.get(first) {
                text.push_str(&format!(" -> {link}"));
            }
            text.push('\n');
        }
        text
    }

    /// How many findings the Problems sheet lists.
    pub(super) fn problem_rows(&self) -> usize {
        self.xml(&self.part_of(&self.problems())).list("sheetData").len() - 4
    }

    /// What every program that opens the package relies on.
    pub(super) fn check_is_sound(&self, name: &str) {
        let types = self.xml("[Content_Types].xml").children;
        let typed = |part: &str| {
            let own = types
                .iter()
                .any(|it| it.get("PartName").is_some_and(|of| of.trim_start_matches('/') == part));
            own || types
                .iter()
                .any(|it| it.get("Extension").is_some_and(|ending| part.ends_with(&format!(".{ending}"))))
        };
        for part in &self.names {
            assert!(part == "[Content_Types].xml" || typed(part), "{name}: nobody says what {part} is");
            if part.ends_with(".xml") || part.ends_with(".rels") {
                self.xml(part);
            }
            let mut ids = BTreeSet::new();
            for (id, _, target) in self.relations(part) {
                assert!(self.parts.contains_key(&target), "{name}: {part} leads to {target}");
                assert!(ids.insert(id), "{name}: two relations of {part} have one name");
            }
        }
        let overrides: Vec<&str> = types.iter().filter_map(|it| it.get("PartName")).collect();
        assert_eq!(
            overrides.len(),
            overrides.iter().collect::<BTreeSet<_>>().len(),
            "{name}: one type a part"
        );
        let names: BTreeSet<String> = self.sheet_names().iter().map(|name| name.to_lowercase()).collect();
        assert_eq!(names.len(), self.sheets().len(), "{name}: every sheet has its own name");
        self.check_styles(name);
        self.shown();
        for (sheet, part) in self.sheets() {
            self.check_sheet(name, &sheet, &part);
        }
        let sheets = self.sheets().len();
        for defined in self.xml("xl/workbook.xml").list("definedNames") {
            assert!(
                defined.number("localSheetId").is_none_or(|at| at < sheets),
                "{name}: a name of no sheet"
            );
        }
    }

    fn check_styles(&self, name: &str) {
        let styles = self.styles().expect("a marked workbook has styles");
        for list in styles.children.iter().filter(|list| list.number("count").is_some()) {
            assert_eq!(list.number("count"), Some(list.children.len()), "{name}: {} are counted", list.name);
        }
        for xf in styles.list("cellXfs") {
            for (kind, list) in [("fillId", "fills"), ("fontId", "fonts"), ("borderId", "borders")] {
                let there = xf.number(kind).is_none_or(|at| at < styles.list(list).len());
                assert!(there, "{name}: {kind} of {:?}", xf.attributes);
            }
        }
    }

    fn check_sheet(&self, name: &str, sheet: &str, part: &str) {
        let xml = self.xml(part);
        let rank = |child: &Element| SHEET_ORDER.iter().position(|known| *known == child.name);
        let ranks: Vec<usize> = xml.children.iter().filter_map(rank).collect();
        assert!(ranks.is_sorted(), "{name}: the elements of {sheet} are out of order");
        let formats = self.styles().unwrap().list("cellXfs").len();
        let cells = self.cells(sheet);
        assert!(cells.iter().all(|(_, format)| *format < formats), "{name}: a format of {sheet} is missing");
        let known: BTreeSet<&String> = cells.iter().map(|(cell, _)| cell).collect();
        assert_eq!(known.len(), cells.len(), "{name}: a cell of {sheet} is there twice");
        let place = |cell: &String| {
            let digits = cell.find(|c: char| c.is_ascii_digit()).unwrap();
            let letters =
                cell[..digits].bytes().fold(0, |at, letter| at * 26 + usize::from(letter - b'A') + 1);
            (cell[digits..].parse::<usize>().unwrap() - 1, letters - 1)
        };
        let places: Vec<(usize, usize)> = cells.iter().map(|(cell, _)| place(cell)).collect();
        assert!(places.is_sorted(), "{name}: the cells of {sheet} are out of order");
        let notes: BTreeSet<(usize, usize)> = self.notes(sheet).keys().map(place).collect();
        assert_eq!(notes, self.boxes(sheet), "{name}: every note of {sheet} has its box");
        for row in xml.list("sheetData") {
            let Some((first, last)) = row.get("spans").and_then(|spans| spans.split_once(':')) else {
                continue;
            };
            let (first, last): (usize, usize) = (first.parse().unwrap(), last.parse().unwrap());
            let within =
                |cell: &Element| (first..=last).contains(&(place(&cell.get("r").unwrap().to_owned()).1 + 1));
            assert!(row.children.iter().all(within), "{name}: spans of {sheet}");
        }
    }
}
