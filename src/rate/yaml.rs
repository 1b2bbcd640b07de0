//! Reads YAML into nodes that know their line; scalars stay the text that the file has.
//!
//! A reader of values would turn `1.10` into a float and a date into something else; here a price is
//! still the digits that the board approved. The parser is asked for one event at a time, so that a
//! file nested a million deep is refused instead of exhausting the stack.

use yaml_rust2::parser::{Event, Parser};
use yaml_rust2::scanner::Marker;

/// A rate file has five levels; what nests deeper than this is none.
const DEPTH_MAX: usize = 20;
/// The largest known rate file has 21 kB.
const BYTES_MAX: usize = 1 << 20;

/// A value in a YAML file and the line it begins on, from 1.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) line: u32,
    pub(super) value: Value,
}

/// What a YAML file is made of.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// Text as written, without its quotes; empty where nothing is written.
    Text(String),
    /// The items of a list.
    List(Vec<Node>),
    /// The entries of a mapping in the order of the file; a key may occur twice, which the reader of the
    /// mapping has to refuse.
    Map(Vec<Pair>),
}

/// A key and its value.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) key: String,
    pub(super) line: u32,
    pub(super) node: Node,
}

impl Node {
    /// The entries, where it is a mapping.
    pub(super) fn map(&self) -> Option<&[Pair]> {
        match &self.value {
            Value::Map(pairs) => Some(pairs),
            _ => None,
        }
    }

    /// The text, where it is a scalar.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// What it is, for messages.
    pub(super) fn sort(&self) -> &'static str {
        match &self.value {
            Value::Text(text) if text.is_empty() => "nothing",
            Value::Text(_) => "a single value",
            Value::List(items) if items.is_empty() => "an empty list",
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
        }
    }
}

/// A text that cannot be read as YAML, or not as the part of it that rate files use.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unreadable {
    pub(super) line: u32,
    pub(super) message: String,
}

/// Reads a file of one document; an empty one is an empty text.
pub(super) fn read(text: &str) -> Result<Node, Unreadable> {
    if text.len() > BYTES_MAX {
        return Err(Unreadable {
            line: 0,
            message: "The file is larger than 1 MiB; no rate file is.".into(),
        });
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.contains('\0') {
        let message =
            "The file is no text of one byte a letter, perhaps Notepad's \"Unicode\"; save it as UTF-8.";
        return Err(Unreadable { line: 1, message: message.to_owned() });
    }
    let mut parser = Parser::new_from_str(text);
    let mut reader = Reader { open: Vec::new(), document: None };
    loop {
        let (event, mark) = parser.next_token().map_err(|error| {
            let mark = error.marker();
            let (column, problem) = (mark.col() + 1, error.info());
            unreadable(
                mark,
                &format!(
                    "The file cannot be read any further, at column {column} ({problem}). Look at this line and the one above: \
                     a key, a colon, a blank and the value; blanks instead of tabs before it, as many as before its neighbours; \
                     quotes in pairs."
                ),
            )
        })?;
        if event == Event::StreamEnd {
            return Ok(reader.document.unwrap_or(Node { line: 1, value: Value::Text(String::new()) }));
        }
        reader.take(event, &mark)?;
    }
}

/// A list or mapping whose end has not come yet.
enum Open {
    List { line: u32, items: Vec<Node> },
    Map { line: u32, pairs: Vec<Pair>, key: Option<(String, u32)> },
}

struct Reader {
    open: Vec<Open>,
    document: Option<Node>,
}

impl Reader {
    fn take(&mut self, event: Event, mark: &Marker) -> Result<(), Unreadable> {
        let line = line_of(mark);
        match event {
            Event::Scalar(_, _, 1.., _)
            | Event::SequenceStart(1.., _)
            | Event::MappingStart(1.., _)
            | Event::Alias(_) => Err(unreadable(
                mark,
                "Anchors (&) and aliases (*) are no part of a rate file; write the values out.",
            )),
            Event::Scalar(_, _, _, Some(_))
            | Event::SequenceStart(_, Some(_))
            | Event::MappingStart(_, Some(_)) => {
                Err(unreadable(mark, "Tags (!) are no part of a rate file; write the plain value."))
            }
            Event::DocumentStart if self.document.is_some() => {
                Err(unreadable(mark, "A second document begins here (---); a rate file is one document."))
            }
            Event::Scalar(text, ..) => self.put(Node { line, value: Value::Text(text) }, mark),
            Event::SequenceStart(..) => self.begin(Open::List { line, items: Vec::new() }, mark),
            Event::MappingStart(..) => self.begin(Open::Map { line, pairs: Vec::new(), key: None }, mark),
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(Open::List { line, items }) => self.put(Node { line, value: Value::List(items) }, mark),
                Some(Open::Map { line, pairs, .. }) => {
                    self.put(Node { line, value: Value::Map(pairs) }, mark)
                }
                None => Ok(()),
            },
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart
            | Event::DocumentEnd => Ok(()),
        }
    }

    fn begin(&mut self, open: Open, mark: &Marker) -> Result<(), Unreadable> {
        if self.open.len() == DEPTH_MAX {
            return Err(unreadable(mark, "The values are nested more than 20 deep; no rate file is."));
        }
        self.open.push(open);
        Ok(())
    }

    fn put(&mut self, node: Node, mark: &Marker) -> Result<(), Unreadable> {
        match self.open.last_mut() {
            None => self.document = Some(node),
            Some(Open::List { items, .. }) => items.push(node),
            Some(Open::Map { pairs, key, .. }) => match (key.take(), node) {
                (Some((key, line)), mut node) => {
                    if node.text() == Some("") {
                        node.line = line; // the parser notices that nothing is there one line later
                    }
                    pairs.push(Pair { key, line, node });
                }
                (None, Node { line, value: Value::Text(text) }) => *key = Some((text, line)),
                (None, _) => {
                    return Err(unreadable(mark, "A key must be a single value, not a list or a mapping."));
                }
            },
        }
        Ok(())
    }
}

fn unreadable(mark: &Marker, message: &str) -> Unreadable {
    Unreadable { line: line_of(mark), message: message.to_owned() }
}

fn line_of(mark: &Marker) -> u32 {
    u32::try_from(mark.line()).unwrap_or(u32::MAX)
}
