//! Puts the Problems sheet first into a workbook: its list of sheets, its names, and which sheet is shown.

use super::package::Package;
use super::xml::{
    Edits, Node, NotUnderstood, Space, Understood, escaped, outline, with_attribute, without_attribute,
};
use crate::domain::sheet::returned::{NAME_BEGINS, ReturnId};

const WORKSHEET: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml";

/// What stands before the names in a workbook part.
const BEFORE_NAMES: [&str; 3] = ["sheets", "functionGroups", "externalReferences"];

/// One sheet of a workbook.
#[derive(Clone, Debug)]
pub(super) struct SheetPart {
    pub(super) name: String,
    pub(super) part: String,
    /// Whether it holds cells.
    pub(super) is_worksheet: bool,
}

/// What is known of a workbook before it is changed.
#[derive(Clone, Debug)]
pub(super) struct Book {
    /// The workbook's own part.
    pub(super) part: String,
    /// The part of the styles, where it has one.
    pub(super) styles: Option<String>,
    /// By the strict form of the standard.
    pub(super) strict: bool,
    pub(super) sheets: Vec<SheetPart>,
    /// The Problems sheet of an earlier return, by its place among the sheets.
    pub(super) problems: Option<usize>,
    /// Whether it carries the mark of an earlier return.
    pub(super) returned_before: bool,
}

/// Reads what a package holds.
pub(super) fn read(package: &mut Package<'_>) -> Understood<Book> {
    let main = package.relations("")?.into_iter().find(|relation| relation.kind == "officeDocument");
    let part = main.ok_or(NotUnderstood("the package has no workbook"))?.target;
    let text = package.text(&part)?;
    let root = outline(&text, "")?;
    if root.local() != "workbook" || root.space == Space::Other {
        return Err(NotUnderstood("the workbook is none"));
    }
    let relations = package.relations(&part)?;
    // Of a shared workbook every change is on record, and ours would not be.
    if relations.iter().any(|relation| relation.kind == "revisionHeaders") {
        return Err(NotUnderstood("the workbook is shared"));
    }
    let styles = relations.iter().find(|relation| relation.kind == "styles");
    let list = root.child("sheets").ok_or(NotUnderstood("the workbook has no sheets"))?;
    let mut sheets = Vec::new();
    for node in &list.children {
        let name = node.attribute(&text, "name").ok_or(NotUnderstood("a sheet has no name"))?;
        let relation = node.relation.as_ref().and_then(|id| relations.iter().find(|found| found.id == *id));
        let relation = relation.ok_or(NotUnderstood("a sheet is missing"))?;
        sheets.push(SheetPart {
            name,
            part: relation.target.clone(),
            is_worksheet: relation.kind == "worksheet",
        });
    }
    let marks = names(&root).filter(|node| is_mark(node, &text));
    let marks: Vec<String> = marks.map(|node| unescaped(&text[node.inner()])).collect();
    let problems = marks.iter().find_map(|cell| {
        let sheet = crate::domain::sheet::returned::sheet_of(cell)?;
        sheets.iter().position(|known| known.name == sheet && known.is_worksheet)
    });
    Ok(Book {
        part,
        styles: styles.map(|relation| relation.target.clone()),
        strict: root.space == Space::Strict,
        sheets,
        problems,
        returned_before: !marks.is_empty(),
    })
}

fn names<'n, 'x>(root: &'n Node<'x>) -> impl Iterator<Item = &'n Node<'x>> {
    root.child("definedNames").into_iter().flat_map(|list| &list.children)
}

/// Whether a name says that the workbook was returned.
fn is_mark(node: &Node<'_>, text: &str) -> bool {
    node.attribute(text, "name").is_some_and(|name| name.starts_with(NAME_BEGINS))
}

fn unescaped(text: &str) -> String {
    quick_xml::escape::unescape(text).map_or_else(|_| text.to_owned(), |text| text.into_owned())
}

impl Book {
    /// A name for the Problems sheet that no other sheet has.
    pub(super) fn free_name(&self) -> String {
        let taken = |name: &str| self.sheets.iter().any(|sheet| sheet.name.eq_ignore_ascii_case(name));
        let mut names = (1..).map(|number: u32| match number {
            1 => "Problems".to_owned(),
            number => format!("Problems ({number})"),
        });
        names.find(|name| !taken(name)).expect("there are more numbers than sheets")
    }
}

/// Adds a Problems sheet in front of all others and the mark that names it.
///
/// It is the sheet that is shown, unless another sheet that must stay as it is says so of itself (`shown`, by its
/// place): two shown sheets would be edited together.
pub(super) fn add_problems(
    package: &mut Package<'_>,
    book: &Book,
    name: &str,
    id: &ReturnId,
    shown: Option<usize>,
    header_row: u32,
) -> Understood<String> {
    let folder = book.sheets.first().and_then(|sheet| sheet.part.rsplit_once('/'));
    let folder = folder.map_or("xl/worksheets", |(folder, _)| folder);
    let part = package.free_name(&format!("{folder}/sheet"), ".xml");
    package.declare(&part, WORKSHEET)?;
    let relation = package.relate(&book.part, "worksheet", &part, book.strict)?;
    let text = package.text(&book.part)?;
    let root = outline(&text, "")?;
    let p = root.prefix();
    let mut edits = Edits::default();
    let list = root.child("sheets").ok_or(NotUnderstood("the workbook has no sheets"))?;
    let number = list.children.iter().filter_map(|node| node.number(&text, "sheetId")).max().unwrap_or(0) + 1;
    let space = if book.strict {
        "http://purl.oclc.org/ooxml/officeDocument/relationships"
    } else {
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    };
    let sheet = format!(
        "<{p}sheet xmlns:r=\"{space}\" name=\"{}\" sheetId=\"{number}\" r:id=\"{relation}\"/>",
        escaped(name)
    );
    edits.prepend(list, &text, &sheet);
    show(&root, &text, shown.map_or(0, |at| at + 1), list.span.start, &mut edits);
    for node in names(&root).filter(|node| !is_mark(node, &text)) {
        if let Some(at) = node.number(&text, "localSheetId") {
            let tag = &text[node.open.clone()];
            edits.replace(node.open.clone(), with_attribute(tag, "localSheetId", &(at + 1).to_string()));
        }
    }
    let quoted = format!("'{}'", name.replace('\'', "''"));
    let titles = format!(
        "<{p}definedName name=\"_xlnm.Print_Titles\" localSheetId=\"0\">{}!${header_row}:${header_row}</{p}definedName>",
        escaped(&quoted)
    );
    set_names(&root, &text, &(mark(p, name, id) + &titles), &mut edits);
    let text = edits.apply(&text)?;
    package.put(&book.part, text);
    Ok(part)
}

/// Renews the mark of a workbook that has its Problems sheet already.
pub(super) fn renew_mark(
    package: &mut Package<'_>,
    book: &Book,
    name: &str,
    id: &ReturnId,
) -> Understood<()> {
    let text = package.text(&book.part)?;
    let root = outline(&text, "")?;
    let mut edits = Edits::default();
    set_names(&root, &text, &mark(root.prefix(), name, id), &mut edits);
    let text = edits.apply(&text)?;
    package.put(&book.part, text);
    Ok(())
}

fn mark(p: &str, sheet: &str, id: &ReturnId) -> String {
    let quoted = format!("'{}'", sheet.replace('\'', "''"));
    format!("<{p}definedName name=\"{NAME_BEGINS}{id}\">{}!$A$1</{p}definedName>", escaped(&quoted))
}

/// Adds names and takes earlier marks away.
fn set_names(root: &Node<'_>, text: &str, added: &str, edits: &mut Edits) {
    for node in names(root).filter(|node| is_mark(node, text)) {
        edits.replace(node.span.clone(), "");
    }
    match root.child("definedNames") {
        Some(list) => edits.append(list, text, added),
        None => {
            let before = root.children.iter().filter(|node| BEFORE_NAMES.contains(&node.local()));
            let at = before.map(|node| node.span.end).max().expect("it has a list of sheets");
            let p = root.prefix();
            edits.insert(at, format!("<{p}definedNames>{added}</{p}definedNames>"));
        }
    }
}

/// Says which sheet is shown when the workbook is opened.
fn show(root: &Node<'_>, text: &str, at: usize, sheets: usize, edits: &mut Edits) {
    let p = root.prefix();
    let view = root.child("bookViews").filter(|views| !views.children.is_empty());
    let Some(views) = view else {
        // Without a view the first sheet is shown.
        if at > 0 && root.child("bookViews").is_none() {
            edits.insert(
                sheets,
                format!("<{p}bookViews><{p}workbookView activeTab=\"{at}\"/></{p}bookViews>"),
            );
        }
        return;
    };
    for view in &views.children {
        let tag = with_attribute(&text[view.open.clone()], "activeTab", &at.to_string());
        let tag = without_attribute(&tag, "firstSheet");
        edits.replace(view.open.clone(), tag);
    }
}
