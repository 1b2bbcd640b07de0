//! The custom properties of an xlsx, by which a program knows its own workbooks again.

use std::collections::BTreeMap;
use std::io::{BufReader, Cursor, Read};

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::Event;
use zip::ZipArchive;

/// The part that holds them.
const PART: &str = "docProps/custom.xml";
/// Properties are few and short; what lies behind this many bytes is not looked at.
const BYTES: u64 = 64 << 10;

/// The properties of a package by name; none where it has none, or where they cannot be read.
pub(super) fn custom(bytes: &[u8]) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else { return found };
    let Ok(part) = archive.by_name(PART) else { return found };
    let mut xml = Reader::from_reader(BufReader::new(part.take(BYTES)));
    let (mut buffer, mut name, mut text) = (Vec::new(), String::new(), String::new());
    loop {
        buffer.clear();
        let Ok(event) = xml.read_event_into(&mut buffer) else { return found };
        match event {
            Event::Start(start) if start.local_name().as_ref() == "property" => {
                let attribute = start.try_get_attribute("name").ok().flatten();
                let value = attribute.and_then(|name| {
                    name.normalized_value(XmlVersion::Implicit1_0).ok().map(|name| name.into_owned())
                });
                name = value.unwrap_or_default();
                text.clear();
            }
            Event::Text(part) => text.push_str(&part.xml10_content()),
            Event::GeneralRef(reference) => {
                let known = super::ods::push_reference(&reference, &mut text);
                let Ok(()) = known else { return found };
            }
            Event::End(end) if end.local_name().as_ref() == "property" => {
                found.insert(std::mem::take(&mut name), text.trim().to_owned());
            }
            Event::Eof => return found,
            _ => {}
        }
    }
}
