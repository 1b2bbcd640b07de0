//! Packs parts into a package: the zip container around the parts of a workbook.
//!
//! A part is packed in blocks that were compressed independently of each other, so that several threads can do it.

use std::io::{self, Write};

use flate2::{Compress, Compression, FlushCompress, Status};

/// The level of compression that Excel and the other libraries use too.
const LEVEL: u32 = 6;
/// From this size on, sizes and places need the wider fields of Zip64.
const WIDE: u64 = u32::MAX as u64;
/// The day of all parts, 1980-01-01, so that the same workbook has the same bytes.
const DAY: u16 = 0x21;
/// Sizes and checksum follow a part's content.
const FLAGS: u16 = 1 << 3;
/// Deflate.
const METHOD: u16 = 8;

/// A piece of a part, compressed.
pub(super) struct Block {
    packed: Vec<u8>,
    size: usize,
    crc: crc32fast::Hasher,
}

/// Compresses blocks.
pub(super) struct Press(Compress);

impl Press {
    pub(super) fn new() -> Press {
        Press(Compress::new(Compression::new(LEVEL), false))
    }

    /// Compresses a block; the last of a part ends it.
    pub(super) fn block(&mut self, content: &[u8], last: bool) -> Block {
        let mut crc = crc32fast::Hasher::new();
        crc.update(content);
        let flush = if last { FlushCompress::Finish } else { FlushCompress::Sync };
        let mut packed = Vec::with_capacity(content.len() / 8 + 1_024);
        self.0.reset();
        loop {
            let done = usize::try_from(self.0.total_in()).expect("a block is in memory");
            let status = self.0.compress_vec(&content[done..], &mut packed, flush);
            match status.expect("compressing has no way to fail") {
                Status::StreamEnd => break,
                // With room left over, all was flushed.
                _ if !last && packed.len() < packed.capacity() => break,
                _ => packed.reserve(packed.capacity()),
            }
        }
        Block { packed, size: content.len(), crc }
    }
}

/// What the directory says of a part.
struct Entry {
    name: String,
    at: u64,
    packed: u64,
    size: u64,
    crc: crc32fast::Hasher,
    wide: bool,
}

/// A package that is being written from its beginning to its end.
pub(super) struct Package<W> {
    sink: W,
    at: u64,
    entries: Vec<Entry>,
}

impl<W: Write> Package<W> {
    pub(super) fn new(sink: W) -> Package<W> {
        Package { sink, at: 0, entries: vec![] }
    }

    /// Begins a part; `wide` where it may be larger than four gigabytes.
    pub(super) fn begin(&mut self, name: &str, wide: bool) -> io::Result<()> {
        let at = self.at;
        let crc = crc32fast::Hasher::new();
        self.entries.push(Entry { name: name.to_owned(), at, packed: 0, size: 0, crc, wide });
        let mut header = Fields::default();
        header.four(0x0403_4b50).two(version(wide)).two(FLAGS).two(METHOD).two(0).two(DAY).four(0);
        // Zip64's mark and an empty field for the sizes, which follow the content.
        let mark = if wide { u32::MAX } else { 0 };
        header.four(mark).four(mark).two(length(name)).two(if wide { 20 } else { 0 }).text(name);
        if wide {
            header.two(1).two(16).eight(0).eight(0);
        }
        self.put(&header.0)
    }

    /// Adds a block to the part that was begun last.
    pub(super) fn add(&mut self, block: &Block) -> io::Result<()> {
        let entry = self.entries.last_mut().expect("a part was begun");
        entry.crc.combine(&block.crc);
        entry.packed += block.packed.len() as u64;
        entry.size += block.size as u64;
        self.put(&block.packed)
    }

    /// Ends the part that was begun last.
    pub(super) fn end(&mut self) -> io::Result<()> {
        let entry = self.entries.last().expect("a part was begun");
        assert!(entry.wide || entry.size.max(entry.packed) < WIDE, "{} is larger than foreseen", entry.name);
        let mut sizes = Fields::default();
        sizes.four(0x0807_4b50).four(entry.crc.clone().finalize());
        if entry.wide {
            sizes.eight(entry.packed).eight(entry.size);
        } else {
            sizes.four(narrow(entry.packed)).four(narrow(entry.size));
        }
        self.put(&sizes.0)
    }

    /// Writes the directory.
    pub(super) fn finish(mut self) -> io::Result<()> {
        let start = self.at;
        let mut directory = Fields::default();
        self.entries.iter().for_each(|entry| entry.list(&mut directory));
        let size = directory.0.len() as u64;
        let count = self.entries.len() as u64;
        if start + size >= WIDE {
            directory.four(0x0606_4b50).eight(44).two(45).two(45).four(0).four(0);
            directory.eight(count).eight(count).eight(size).eight(start);
            directory.four(0x0706_4b50).four(0).eight(start + size).four(1);
        }
        let parts = u16::try_from(count).expect("a workbook has few parts");
        directory.four(0x0605_4b50).two(0).two(0).two(parts).two(parts);
        directory.four(narrow(size)).four(narrow(start)).two(0);
        self.put(&directory.0)
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.at += bytes.len() as u64;
        self.sink.write_all(bytes)
    }
}

impl Entry {
    fn list(&self, directory: &mut Fields) {
        let wide = self.wide || self.at >= WIDE;
        directory
            .four(0x0201_4b50)
            .two(version(wide))
            .two(version(wide))
            .two(FLAGS)
            .two(METHOD)
            .two(0)
            .two(DAY);
        directory.four(self.crc.clone().finalize());
        let narrowed = |value: u64| if wide { u32::MAX } else { narrow(value) };
        directory.four(narrowed(self.packed)).four(narrowed(self.size)).two(length(&self.name));
        directory.two(if wide { 28 } else { 0 }).two(0).two(0).two(0).four(0).four(narrowed(self.at));
        directory.text(&self.name);
        if wide {
            directory.two(1).two(24).eight(self.size).eight(self.packed).eight(self.at);
        }
    }
}

/// The version of the format that a reader needs to know.
fn version(wide: bool) -> u16 {
    if wide { 45 } else { 20 }
}

/// A size or place in a field of 32 bits; the mark of a wide one where it does not fit.
fn narrow(value: u64) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

fn length(name: &str) -> u16 {
    u16::try_from(name.len()).expect("the names of parts are short")
}

/// Fields of a header, least byte first.
#[derive(Default)]
struct Fields(Vec<u8>);

impl Fields {
    fn two(&mut self, value: u16) -> &mut Fields {
        self.0.extend(value.to_le_bytes());
        self
    }

    fn four(&mut self, value: u32) -> &mut Fields {
        self.0.extend(value.to_le_bytes());
        self
    }

    fn eight(&mut self, value: u64) -> &mut Fields {
        self.0.extend(value.to_le_bytes());
        self
    }

    fn text(&mut self, text: &str) -> &mut Fields {
        self.0.extend(text.as_bytes());
        self
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read};

    use super::*;

    #[test]
    fn what_is_packed_comes_out_again() {
        let long: String = (0..50_000).map(|line| format!("line {line}\n")).collect();
        for wide in [false, true] {
            let mut bytes = Vec::new();
            let mut package = Package::new(&mut bytes);
            let mut press = Press::new();
            for (name, blocks) in [("empty", vec![""]), ("a/b.xml", vec!["<a>", &long, "", "</a>"])] {
                package.begin(name, wide).unwrap();
                for (at, block) in blocks.iter().enumerate() {
                    let last = at + 1 == blocks.len();
                    package.add(&press.block(block.as_bytes(), last)).unwrap();
                }
                package.end().unwrap();
            }
            package.finish().unwrap();
            let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
            let mut read = |name: &str| {
                let mut text = String::new();
                zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
                text
            };
            assert_eq!(read("empty"), "");
            assert!(read("a/b.xml") == format!("<a>{long}</a>"), "wide: {wide}");
        }
    }
}
