//! An outline of an XML part: its elements with their places in the text, and edits of that text.
//!
//! A part is changed by replacing pieces of its text, never by writing it anew, so that whatever is not understood
//! stays as it was, to the byte.

use std::ops::Range;

use quick_xml::events::Event;
use quick_xml::events::attributes::Attributes;
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;

/// Why a package is not patched: something in it is not known to be safe to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotUnderstood(pub(super) &'static str);

/// What most functions of the patcher give.
pub(super) type Understood<T> = Result<T, NotUnderstood>;

/// Elements may stand this deep within each other.
const DEPTH: usize = 64;

/// The namespaces that tell elements apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Space {
    /// Spreadsheets, as Excel usually writes them.
    Main,
    /// Spreadsheets, by the strict form of the standard.
    Strict,
    /// Any other.
    Other,
}

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const STRICT: &str = "http://purl.oclc.org/ooxml/spreadsheetml/main";
/// The two names of the namespace of `r:id`.
const RELATIONS: [&str; 2] = [
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
];

/// One element of a part.
#[derive(Debug)]
pub(super) struct Node<'x> {
    /// Its name as written, with its prefix.
    pub(super) name: &'x str,
    pub(super) space: Space,
    /// The whole element.
    pub(super) span: Range<usize>,
    /// Its opening tag; the whole element where it is empty.
    pub(super) open: Range<usize>,
    /// Where what stands between its tags ends.
    close: usize,
    /// What `r:id` names.
    pub(super) relation: Option<String>,
    pub(super) children: Vec<Node<'x>>,
}

impl<'x> Node<'x> {
    /// The name without its prefix.
    pub(super) fn local(&self) -> &'x str {
        self.name.rsplit(':').next().unwrap_or(self.name)
    }

    /// The prefix with its colon; empty without one.
    pub(super) fn prefix(&self) -> &'x str {
        &self.name[..self.name.len() - self.local().len()]
    }

    /// Whether it is one tag, `<a/>`.
    pub(super) fn is_empty_tag(&self) -> bool {
        self.open == self.span
    }

    /// The first child of a name.
    pub(super) fn child(&self, local: &str) -> Option<&Node<'x>> {
        self.children.iter().find(|child| child.local() == local)
    }

    /// What stands between its tags.
    pub(super) fn inner(&self) -> Range<usize> {
        self.open.end..self.close
    }

    /// The value of an attribute, without a prefix.
    pub(super) fn attribute(&self, text: &'x str, name: &str) -> Option<String> {
        attribute(&text[self.open.clone()], name)
    }

    /// A number in an attribute.
    pub(super) fn number(&self, text: &'x str, name: &str) -> Option<usize> {
        self.attribute(text, name)?.trim().parse().ok()
    }
}

/// The content of a tag: its name and attributes, without the brackets.
fn content(tag: &str) -> &str {
    let inner = tag.strip_prefix('<').unwrap_or(tag);
    let inner = inner.strip_suffix('>').unwrap_or(inner);
    inner.strip_suffix('/').unwrap_or(inner)
}

fn name_length(content: &str) -> usize {
    content.find([' ', '\t', '\r', '\n']).unwrap_or(content.len())
}

/// The value of an attribute of a tag.
pub(super) fn attribute(tag: &str, name: &str) -> Option<String> {
    let content = content(tag);
    let mut found = Attributes::new(content, name_length(content)).flatten();
    let found = found.find(|attribute| attribute.key.into_inner() == name)?;
    Some(quick_xml::escape::unescape(&found.value).ok()?.into_owned())
}

/// A tag with an attribute set, in its place or behind the name.
pub(super) fn with_attribute(tag: &str, name: &str, value: &str) -> String {
    let content = content(tag);
    let length = name_length(content);
    let found = Attributes::new(content, length).flatten().find(|found| found.key.into_inner() == name);
    let value = escaped(value);
    if let Some(std::borrow::Cow::Borrowed(old)) = found.map(|found| found.value) {
        // The value is a piece of the tag: its place is how far it lies behind the tag's beginning.
        let at = old.as_ptr() as usize - tag.as_ptr() as usize;
        return format!("{}{value}{}", &tag[..at], &tag[at + old.len()..]);
    }
    let behind = 1 + length;
    format!("{} {name}=\"{value}\"{}", &tag[..behind], &tag[behind..])
}

/// A tag without an attribute.
pub(super) fn without_attribute(tag: &str, name: &str) -> String {
    let content = content(tag);
    let found =
        Attributes::new(content, name_length(content)).flatten().find(|found| found.key.into_inner() == name);
    let Some(found) = found else { return tag.to_owned() };
    let std::borrow::Cow::Borrowed(value) = found.value else { return tag.to_owned() };
    let key = found.key.into_inner();
    let from = key.as_ptr() as usize - tag.as_ptr() as usize;
    let to = value.as_ptr() as usize - tag.as_ptr() as usize + value.len() + 1;
    format!("{}{}", tag[..from].trim_end(), &tag[to..])
}

/// A text as XML holds it; what XML cannot hold becomes a space.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push('\n'),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// The outline of a part; what stands inside elements of the name `closed` is left out.
pub(super) fn outline<'x>(text: &'x str, closed: &str) -> Understood<Node<'x>> {
    let mut reader = NsReader::from_str(text);
    let mut open: Vec<Node<'x>> = Vec::new();
    loop {
        let start = place(&reader);
        let event = reader.read_event().map_err(|_| NotUnderstood("the XML is not well formed"))?;
        let end = place(&reader);
        let done = match event {
            Event::Start(tag) => {
                let node = node(text, start..end, &tag, &reader)?;
                if open.len() >= DEPTH {
                    return Err(NotUnderstood("the XML is too deep"));
                }
                if node.local() == closed {
                    let inner = reader.read_to_end(tag.name());
                    let inner = inner.map_err(|_| NotUnderstood("the XML is not well formed"))?;
                    let close = usize::try_from(inner.end).expect("the text is in memory");
                    Some(Node { span: start..place(&reader), close, ..node })
                } else {
                    open.push(node);
                    None
                }
            }
            Event::Empty(tag) => Some(node(text, start..end, &tag, &reader)?),
            Event::End(_) => {
                let node = open.pop().ok_or(NotUnderstood("the XML is not well formed"))?;
                Some(Node { span: node.span.start..end, close: start, ..node })
            }
            Event::DocType(_) => return Err(NotUnderstood("the XML has a document type")),
            Event::Eof => return Err(NotUnderstood("the XML has no root")),
            _ => None,
        };
        if let Some(node) = done {
            match open.last_mut() {
                Some(parent) => parent.children.push(node),
                None => return Ok(node),
            }
        }
    }
}

fn place(reader: &NsReader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).expect("the text is in memory")
}

fn node<'x>(
    text: &'x str,
    open: Range<usize>,
    tag: &quick_xml::events::BytesStart<'_>,
    reader: &NsReader<&[u8]>,
) -> Understood<Node<'x>> {
    let raw = text.get(open.clone()).filter(|raw| raw.starts_with('<') && raw.ends_with('>'));
    let content = content(raw.ok_or(NotUnderstood("a tag is not where it should be"))?);
    let name = &content[..name_length(content)];
    let name = name.strip_suffix('/').unwrap_or(name);
    let space = match reader.resolver().resolve_element(tag.name()).0 {
        ResolveResult::Bound(space) if space.into_inner() == MAIN => Space::Main,
        ResolveResult::Bound(space) if space.into_inner() == STRICT => Space::Strict,
        _ => Space::Other,
    };
    let mut relation = None;
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|_| NotUnderstood("a tag has odd attributes"))?;
        if attribute.key.local_name().into_inner() != "id" || attribute.key.prefix().is_none() {
            continue;
        }
        let (bound, _) = reader.resolver().resolve_attribute(attribute.key);
        if matches!(bound, ResolveResult::Bound(space) if RELATIONS.contains(&space.into_inner())) {
            let value = quick_xml::escape::unescape(&attribute.value);
            relation = Some(value.map_err(|_| NotUnderstood("a relation has an odd name"))?.into_owned());
        }
    }
    Ok(Node { name, space, span: open.clone(), close: open.end, open, relation, children: Vec::new() })
}

/// Pieces of a text and what replaces them.
#[derive(Debug, Default)]
pub(super) struct Edits(Vec<(Range<usize>, String)>);

impl Edits {
    /// Puts a text in the place of another.
    pub(super) fn replace(&mut self, place: Range<usize>, text: impl Into<String>) {
        self.0.push((place, text.into()));
    }

    /// Puts a text between what stands before and behind; behind what was put there before.
    pub(super) fn insert(&mut self, at: usize, text: impl Into<String>) {
        self.0.push((at..at, text.into()));
    }

    /// Puts children at the end of an element, be it an empty tag.
    pub(super) fn append(&mut self, node: &Node<'_>, text: &str, children: &str) {
        self.within(node, node.inner().end, children, &text[node.open.clone()]);
    }

    /// Puts children at the end of an element whose opening tag changes as well.
    pub(super) fn append_and_retag(&mut self, node: &Node<'_>, children: &str, tag: &str) {
        if !node.is_empty_tag() {
            self.replace(node.open.clone(), tag);
        }
        self.within(node, node.inner().end, children, tag);
    }

    /// Puts children in front of the others of an element.
    pub(super) fn prepend(&mut self, node: &Node<'_>, text: &str, children: &str) {
        self.within(node, node.inner().start, children, &text[node.open.clone()]);
    }

    fn within(&mut self, node: &Node<'_>, at: usize, children: &str, tag: &str) {
        if node.is_empty_tag() {
            let opened = tag.strip_suffix("/>").unwrap_or(tag);
            self.replace(node.open.clone(), format!("{opened}>{children}</{}>", node.name));
        } else {
            self.insert(at, children);
        }
    }

    /// Whether there is nothing to change.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text with all pieces replaced; not understood where two pieces overlap, as when two roles have one part.
    pub(super) fn apply(mut self, text: &str) -> Understood<String> {
        self.0.sort_by_key(|(place, _)| (place.start, place.end));
        let added: usize = self.0.iter().map(|(_, new)| new.len()).sum();
        let mut out = String::with_capacity(text.len() + added);
        let mut at = 0;
        for (place, new) in self.0 {
            let kept = text.get(at..place.start).ok_or(NotUnderstood("two changes overlap"))?;
            out.push_str(kept);
            out.push_str(&new);
            at = place.end;
        }
        out.push_str(text.get(at..).ok_or(NotUnderstood("two changes overlap"))?);
        Ok(out)
    }
}
