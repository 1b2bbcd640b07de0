//! The directory of a compound file, the container of xls and of encrypted packages.
//!
//! calamine reads compound files too, but trusts the chains in them: a chain that bites its own tail would
//! fill the memory. So every chain that calamine will follow is walked here first, with a bound.

use super::Unreadable;

/// The first bytes of every compound file.
pub(super) const MAGIC: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// From here on a sector number is a mark: end of chain, free, table.
const MARKS: u32 = 0xFFFF_FFFA;

/// The end of a chain.
const END: u32 = 0xFFFF_FFFE;

/// Streams shorter than this lie in the small sectors.
const SMALL_STREAM: usize = 4096;

/// The size of a small sector.
const SMALL_SECTOR: usize = 64;

/// A compound file with its tables read.
pub(super) struct Compound<'a> {
    bytes: &'a [u8],
    sector: usize,
    table: Vec<u32>,
    small_table: Vec<u32>,
    small: Vec<u8>,
    entries: Vec<Entry>,
}

/// One stream or folder.
struct Entry {
    name: String,
    start: u32,
    length: usize,
}

/// A little-endian number at a place, if the bytes reach so far.
fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4).map(|four| u32::from_le_bytes([four[0], four[1], four[2], four[3]]))
}

/// All little-endian numbers in the bytes.
fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> + '_ {
    bytes.chunks_exact(4).map(|four| u32::from_le_bytes([four[0], four[1], four[2], four[3]]))
}

impl<'a> Compound<'a> {
    /// Reads the tables and the directory; every chain in use is known to end.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Compound<'a>, Unreadable> {
        let cut = || Unreadable::damaged("the directory of the file is cut off");
        let header = |at| u32_at(bytes, at).ok_or_else(cut);
        let sector = match header(28)? >> 16 {
            9 => 512,
            12 => 4096,
            _ => return Err(Unreadable::damaged("the sectors have an unknown size")),
        };
        let mut file = Compound {
            bytes,
            sector,
            table: Vec::new(),
            small_table: Vec::new(),
            small: Vec::new(),
            entries: Vec::new(),
        };
        file.table = file.read_table(header(68)?)?;
        let directory = file.chain(header(48)?, usize::MAX)?;
        file.entries = directory.chunks_exact(128).map(|entry| read_entry(entry, sector)).collect();
        let small_sectors = header(64)? as usize;
        if small_sectors > 0 {
            let root = file.entries.first().ok_or_else(cut)?;
            file.small = file.chain(root.start, file.checked(root.length)?)?;
            let length = file.checked(small_sectors.saturating_mul(sector))?;
            file.small_table = numbers(&file.chain(header(60)?, length)?).collect();
        }
        Ok(file)
    }

    /// Whether there is a stream or folder of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.entry(name).is_some()
    }

    /// The bytes of a stream.
    pub(super) fn stream(&self, name: &str) -> Result<Vec<u8>, Unreadable> {
        let entry = self.entry(name).ok_or_else(|| Unreadable::damaged(format!("it has no {name}")))?;
        let length = self.checked(entry.length)?;
        match length < SMALL_STREAM {
            true => {
                follow(entry.start, length, &self.small_table, |at| sector_of(&self.small, at, SMALL_SECTOR))
            }
            false => self.chain(entry.start, length),
        }
    }

    fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.name.eq_ignore_ascii_case(name))
    }

    /// A length that the file can hold.
    fn checked(&self, length: usize) -> Result<usize, Unreadable> {
        match length <= self.bytes.len() {
            true => Ok(length),
            false => Err(Unreadable::damaged("a stream is longer than the file")),
        }
    }

    /// The table of chains: its first 109 sectors are named in the header, the others in a chain of lists.
    fn read_table(&self, mut list: u32) -> Result<Vec<u32>, Unreadable> {
        let most = self.bytes.len() / self.sector + 1;
        let mut named: Vec<u32> = numbers(self.bytes.get(76..512).unwrap_or_default()).collect();
        let mut lists = 0;
        while list < MARKS {
            lists += 1;
            let sector = self.sector(list).filter(|_| lists <= most);
            let sector = sector.ok_or_else(|| Unreadable::damaged("the list of sectors is broken"))?;
            named.extend(numbers(sector));
            list = named.pop().unwrap_or(END);
        }
        named.retain(|sector| *sector < MARKS);
        if named.len() > most {
            return Err(Unreadable::damaged("there are more tables than sectors"));
        }
        Ok(named.iter().filter_map(|at| self.sector(*at)).flat_map(numbers).collect())
    }

    fn sector(&self, at: u32) -> Option<&'a [u8]> {
        // The header takes the place of the first sector, however large sectors are.
        sector_of(self.bytes, at.checked_add(1)?, self.sector)
    }

    fn chain(&self, start: u32, length: usize) -> Result<Vec<u8>, Unreadable> {
        follow(start, length, &self.table, |at| self.sector(at))
    }
}

/// A sector by its number; the last one may be short.
fn sector_of(bytes: &[u8], at: u32, size: usize) -> Option<&[u8]> {
    let start = (at as usize).checked_mul(size)?;
    bytes.get(start..bytes.len().min(start.saturating_add(size))).filter(|sector| !sector.is_empty())
}

/// Follows a chain to its end or to a length; one that is longer than the table runs in a circle.
fn follow<'a>(
    start: u32,
    length: usize,
    table: &[u32],
    sector: impl Fn(u32) -> Option<&'a [u8]>,
) -> Result<Vec<u8>, Unreadable> {
    let broken = || Unreadable::damaged("a chain of sectors is broken");
    let mut bytes = Vec::new();
    let mut at = start;
    let mut steps = 0;
    while at != END && bytes.len() < length {
        steps += 1;
        let found = sector(at).filter(|_| steps <= table.len()).ok_or_else(broken)?;
        bytes.extend_from_slice(&found[..found.len().min(length - bytes.len())]);
        at = *table.get(at as usize).ok_or_else(broken)?;
    }
    Ok(bytes)
}

/// One entry of the directory: its name in UTF-16, where it starts and how long it is.
fn read_entry(entry: &[u8], sector: usize) -> Entry {
    let units = entry[..64].chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    let name =
        char::decode_utf16(units.take_while(|unit| *unit != 0)).map(|c| c.unwrap_or('\u{FFFD}')).collect();
    let low = u32_at(entry, 120).unwrap_or(0) as usize;
    // Files with small sectors leave rubbish in the upper half.
    let high = if sector == 512 { 0 } else { u32_at(entry, 124).unwrap_or(0) as usize };
    Entry {
        name,
        start: u32_at(entry, 116).unwrap_or(END),
        length: low.saturating_add(high.saturating_mul(1 << 32)),
    }
}
