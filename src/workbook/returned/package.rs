//! The package of a workbook: its parts, their relations, and how it is written again with some parts changed.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::xml::{Edits, NotUnderstood, Understood, escaped, outline};

/// A part that is changed may have this many bytes when unpacked: 256 MiB. It is held twice while it is patched.
const PART_BYTES: u64 = 256 << 20;

/// The list of what each part is.
const CONTENT_TYPES: &str = "[Content_Types].xml";

/// A package with the changes made to it so far.
pub(super) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// The name of each entry, with slashes.
    names: Vec<String>,
    /// The places of the entries by their names in lower case.
    places: BTreeMap<String, usize>,
    changed: BTreeMap<usize, String>,
    added: Vec<(String, String)>,
}

/// One relation of a part to another.
#[derive(Clone, Debug)]
pub(super) struct Relation {
    pub(super) id: String,
    /// The last word of its type: `worksheet`, `comments`.
    pub(super) kind: String,
    /// The part that it leads to; of an external one its address.
    pub(super) target: String,
}

impl<'a> Package<'a> {
    /// Opens a package whose every entry could be copied.
    pub(super) fn open(bytes: &'a [u8]) -> Understood<Package<'a>> {
        let odd = NotUnderstood("the zip archive is odd");
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| odd)?;
        if archive.has_duplicate_names() || archive.offset() != 0 {
            return Err(odd);
        }
        let (mut names, mut places) = (Vec::new(), BTreeMap::new());
        for at in 0..archive.len() {
            let entry = archive.by_index_raw(at).map_err(|_| odd)?;
            let name = entry.name().map_err(|_| odd)?.replace('\\', "/");
            if entry.encrypted() || places.insert(name.to_lowercase(), at).is_some() {
                return Err(odd);
            }
            names.push(name);
        }
        let signed = |name: &String| name.to_lowercase().starts_with("_xmlsignatures/");
        if names.iter().any(signed) {
            return Err(NotUnderstood("the workbook is signed"));
        }
        Ok(Package { archive, names, places, changed: BTreeMap::new(), added: Vec::new() })
    }

    /// Whether there is such a part, whatever the case of its name.
    pub(super) fn has(&self, part: &str) -> bool {
        self.places.contains_key(&part.to_lowercase()) || self.added.iter().any(|(name, _)| name == part)
    }

    /// The names of the parts that came with the package.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// The text of a part as it is now, without a byte order mark.
    pub(super) fn text(&mut self, part: &str) -> Understood<String> {
        if let Some((_, text)) = self.added.iter().find(|(name, _)| name == part) {
            return Ok(text.clone());
        }
        let at = *self.places.get(&part.to_lowercase()).ok_or(NotUnderstood("a part is missing"))?;
        if let Some(text) = self.changed.get(&at) {
            return Ok(text.clone());
        }
        let unread = NotUnderstood("a part cannot be unpacked");
        let entry = self.archive.by_index(at).map_err(|_| unread)?;
        let mut bytes = Vec::new();
        entry.take(PART_BYTES + 1).read_to_end(&mut bytes).map_err(|_| unread)?;
        if bytes.len() as u64 > PART_BYTES {
            return Err(NotUnderstood("a part is too large"));
        }
        let text = String::from_utf8(bytes).map_err(|_| NotUnderstood("a part is not in UTF-8"))?;
        let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
        if is_in_utf8(&text) { Ok(text) } else { Err(NotUnderstood("a part is not in UTF-8")) }
    }

    /// The first bytes of a part as it came, whatever its encoding.
    pub(super) fn head(&mut self, part: &str, length: usize) -> Understood<String> {
        let at = *self.places.get(&part.to_lowercase()).ok_or(NotUnderstood("a part is missing"))?;
        let unread = NotUnderstood("a part cannot be unpacked");
        let entry = self.archive.by_index(at).map_err(|_| unread)?;
        let mut bytes = Vec::new();
        entry.take(length as u64).read_to_end(&mut bytes).map_err(|_| unread)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Puts a text in the place of a part, or adds it as a new one.
    pub(super) fn put(&mut self, part: &str, text: String) {
        match self.places.get(&part.to_lowercase()) {
            Some(at) => drop(self.changed.insert(*at, text)),
            None => match self.added.iter_mut().find(|(name, _)| name == part) {
                Some((_, old)) => *old = text,
                None => self.added.push((part.to_owned(), text)),
            },
        }
    }

    /// A name that no part has yet: `xl/comments3.xml`.
    pub(super) fn free_name(&self, before: &str, after: &str) -> String {
        let mut names = (1..).map(|number: u32| format!("{before}{number}{after}"));
        names.find(|name| !self.has(name)).expect("there are more numbers than parts")
    }

    /// The relations of a part; of the package for an empty name.
    pub(super) fn relations(&mut self, part: &str) -> Understood<Vec<Relation>> {
        let file = relations_file(part);
        if !self.has(&file) {
            return Ok(Vec::new());
        }
        let text = self.text(&file)?;
        let list = outline(&text, "")?;
        let mut found = Vec::new();
        for node in list.children.iter().filter(|node| node.local() == "Relationship") {
            let value = |name| node.attribute(&text, name);
            let (Some(id), Some(kind), Some(target)) = (value("Id"), value("Type"), value("Target")) else {
                return Err(NotUnderstood("a relation is incomplete"));
            };
            let external = value("TargetMode").is_some_and(|mode| mode == "External");
            let target = if external { target } else { resolved(part, &target) };
            let kind = kind.rsplit('/').next().unwrap_or(&kind).to_owned();
            found.push(Relation { id, kind, target });
        }
        Ok(found)
    }

    /// Adds a relation between two parts; gives its id.
    pub(super) fn relate(&mut self, from: &str, kind: &str, to: &str, strict: bool) -> Understood<String> {
        let file = relations_file(from);
        let taken: BTreeSet<String> = self.relations(from)?.into_iter().map(|relation| relation.id).collect();
        let mut ids = (1..).map(|number: u32| format!("rIdMeterbook{number}"));
        let id = ids.find(|id| !taken.contains(id)).expect("there are more numbers than relations");
        let types = if strict {
            "http://purl.oclc.org/ooxml/officeDocument/relationships"
        } else {
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        };
        let text = if self.has(&file) { self.text(&file)? } else { EMPTY_RELATIONS.to_owned() };
        let list = outline(&text, "")?;
        let relation = format!(
            "<{}Relationship Id=\"{id}\" Type=\"{types}/{kind}\" Target=\"/{}\"/>",
            list.prefix(),
            escaped(to)
        );
        let mut edits = Edits::default();
        edits.append(&list, &text, &relation);
        let text = edits.apply(&text)?;
        self.put(&file, text);
        Ok(id)
    }

    /// Says what a new part is; of the ending `vml` once for all parts of that ending.
    pub(super) fn declare(&mut self, part: &str, content_type: &str) -> Understood<()> {
        let text = self.text(CONTENT_TYPES)?;
        let list = outline(&text, "")?;
        let mut edits = Edits::default();
        let prefix = list.prefix();
        if let Some(ending) = part.strip_prefix('*') {
            let known = list.children.iter().any(|node| {
                let declared = node.attribute(&text, "Extension");
                node.local() == "Default" && declared.is_some_and(|it| it.eq_ignore_ascii_case(&ending[1..]))
            });
            if known {
                return Ok(());
            }
            let ending = &ending[1..];
            let default = format!("<{prefix}Default Extension=\"{ending}\" ContentType=\"{content_type}\"/>");
            edits.prepend(&list, &text, &default);
        } else {
            let name = escaped(part);
            let own = format!("<{prefix}Override PartName=\"/{name}\" ContentType=\"{content_type}\"/>");
            edits.append(&list, &text, &own);
        }
        let text = edits.apply(&text)?;
        self.put(CONTENT_TYPES, text);
        Ok(())
    }

    /// Writes the package: unchanged entries as they are packed, in their order, new ones behind.
    pub(super) fn finish(mut self) -> Understood<Vec<u8>> {
        let failed = NotUnderstood("the zip archive cannot be written again");
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        zip.set_raw_comment(self.archive.comment().into()).map_err(|_| failed)?;
        for at in 0..self.archive.len() {
            let entry = self.archive.by_index_raw(at).map_err(|_| failed)?;
            let Some(text) = self.changed.get(&at) else {
                zip.raw_copy_file(entry).map_err(|_| failed)?;
                continue;
            };
            let mut options = deflated();
            if let Some(time) = entry.last_modified() {
                options = options.last_modified_time(time);
            }
            let name = entry.name().map_err(|_| failed)?.into_owned();
            zip.start_file(name, options).map_err(|_| failed)?;
            zip.write_all(text.as_bytes()).map_err(|_| failed)?;
        }
        for (name, text) in &self.added {
            zip.start_file(name, deflated()).map_err(|_| failed)?;
            zip.write_all(text.as_bytes()).map_err(|_| failed)?;
        }
        Ok(zip.finish().map_err(|_| failed)?.into_inner())
    }
}

const EMPTY_RELATIONS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
    <Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"/>";

/// How changed and new entries are packed; the time is always the same, so that the same file gives the same bytes.
fn deflated() -> SimpleFileOptions {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    options.last_modified_time(zip::DateTime::default())
}

/// Whether a part says of itself that it is in UTF-8, or says nothing.
fn is_in_utf8(text: &str) -> bool {
    let Some(declaration) = text.strip_prefix("<?xml").and_then(|rest| rest.split("?>").next()) else {
        return true;
    };
    let declaration = declaration.to_lowercase();
    !declaration.contains("encoding") || declaration.contains("utf-8") || declaration.contains("utf8")
}

/// The file of a part's relations.
fn relations_file(part: &str) -> String {
    let (folder, file) = part.rsplit_once('/').map_or(("", part), |(folder, file)| (folder, file));
    let slash = if folder.is_empty() { "" } else { "/" };
    format!("{folder}{slash}_rels/{file}.rels")
}

/// The part that a target leads to, seen from another part.
fn resolved(from: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut path: Vec<&str> = from.split('/').collect();
    path.pop();
    for step in target.split('/') {
        match step {
            "." | "" => {}
            ".." => drop(path.pop()),
            step => path.push(step),
        }
    }
    path.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_lead_from_their_part() {
        assert_eq!(resolved("xl/workbook.xml", "worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(resolved("xl/worksheets/sheet1.xml", "../comments1.xml"), "xl/comments1.xml");
        assert_eq!(resolved("xl/workbook.xml", "/xl/styles.xml"), "xl/styles.xml");
        assert_eq!(resolved("", "xl/workbook.xml"), "xl/workbook.xml");
        assert_eq!(relations_file("xl/workbook.xml"), "xl/_rels/workbook.xml.rels");
        assert_eq!(relations_file(""), "_rels/.rels");
    }
}
