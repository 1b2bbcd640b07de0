//! Looks into a zip package before anything of it is unpacked to stay: what it is, and whether it is too large.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use super::{Unreadable, limits};

/// The workbooks that come as a zip package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Package {
    Xlsx,
    Xlsm,
    Xlsb,
    Ods,
}

/// Deflate cannot shrink anything by more than this.
const DEFLATE_RATIO: u64 = 1032;

/// The part that says what the parts of an Office package are.
const CONTENT_TYPES: &str = "[content_types].xml";

/// The media type that an ods begins with.
const ODS: &str = "application/vnd.oasis.opendocument.spreadsheet";

/// What a package's main part is, by a word of its content type.
const OFFICE_KINDS: [(&str, Result<Package, &str>); 7] = [
    ("ms-excel.sheet.binary", Ok(Package::Xlsb)),
    ("ms-excel.sheet.macroenabled", Ok(Package::Xlsm)),
    ("ms-excel.template.macroenabled", Ok(Package::Xlsm)),
    ("spreadsheetml.sheet.main", Ok(Package::Xlsx)),
    ("spreadsheetml.template.main", Ok(Package::Xlsx)),
    ("wordprocessingml", Err("a Word document")),
    ("presentationml", Err("a PowerPoint presentation")),
];

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// One entry of the package's directory.
struct Part {
    at: usize,
    name: String,
    packed: u64,
    unpacked: u64,
}

/// Says which workbook a zip package is, once it is known to unpack within the limits.
pub(super) fn inspect(bytes: &[u8]) -> Result<Package, Unreadable> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(Unreadable::damaged)?;
    let parts = list(&mut archive)?;
    let package = kind(&mut archive, &parts)?;
    check_sizes(&mut archive, &parts)?;
    match package {
        Package::Xlsx | Package::Xlsm => check_shared_strings(&mut archive, &parts)?,
        Package::Xlsb => check_records(&mut archive, &parts)?,
        Package::Ods => check_manifest(&mut archive, &parts)?,
    }
    Ok(package)
}

/// The directory of the package, refused when a part is encrypted or all together are too large.
fn list(archive: &mut Archive<'_>) -> Result<Vec<Part>, Unreadable> {
    let mut parts = Vec::new();
    let mut unpacked: u64 = 0;
    for at in 0..archive.len() {
        let entry = archive.by_index_raw(at).map_err(Unreadable::damaged)?;
        if entry.encrypted() {
            return Err(Unreadable::PasswordProtected);
        }
        unpacked = unpacked.saturating_add(entry.size());
        if unpacked > limits::UNPACKED_BYTES {
            return Err(unpacks_too_far());
        }
        let name = String::from_utf8_lossy(entry.name_raw()).replace('\\', "/").to_lowercase();
        parts.push(Part { at, name, packed: entry.compressed_size(), unpacked: entry.size() });
    }
    Ok(parts)
}

/// The limit on what a package unpacks to.
fn unpacks_too_far() -> Unreadable {
    Unreadable::too_large("bytes when unpacked", limits::UNPACKED_BYTES)
}

/// What the package is, by its content types, its media type, or the names of its parts.
fn kind(archive: &mut Archive<'_>, parts: &[Part]) -> Result<Package, Unreadable> {
    if let Some(part) = parts.iter().find(|part| part.name == "mimetype") {
        return media_kind(head(archive, part, 128)?.trim());
    }
    if let Some(part) = parts.iter().find(|part| part.name == CONTENT_TYPES) {
        let types = head(archive, part, limits::SIDE_PART_BYTES)?.to_lowercase();
        for (word, kind) in OFFICE_KINDS {
            if types.contains(word) {
                return kind.map_err(|what| Unreadable::NotASheet { what });
            }
        }
    }
    let has = |name: &str| parts.iter().any(|part| part.name == name);
    match () {
        () if has("xl/workbook.xml") => Ok(Package::Xlsx),
        () if has("xl/workbook.bin") => Ok(Package::Xlsb),
        () if parts.iter().any(|part| part.name.ends_with(".iwa")) => Err(Unreadable::OtherFormat {
            what: "an Apple Numbers, Pages or Keynote document",
            remedy: "Export the table from Numbers to Excel (.xlsx)",
        }),
        () => Err(Unreadable::OtherFormat {
            what: "a zip archive",
            remedy: "Unpack it and take out the spreadsheet",
        }),
    }
}

/// What a package with a media type of its own is.
fn media_kind(media: &str) -> Result<Package, Unreadable> {
    match media {
        _ if media.starts_with(ODS) => Ok(Package::Ods),
        _ if media.contains("opendocument.text") => {
            Err(Unreadable::NotASheet { what: "an OpenDocument text" })
        }
        _ if media.contains("epub") => Err(Unreadable::NotASheet { what: "an e-book" }),
        _ => Err(Unreadable::NotASheet { what: "a document of another kind" }),
    }
}

/// The first bytes of a part, as text.
fn head(archive: &mut Archive<'_>, part: &Part, length: u64) -> Result<String, Unreadable> {
    let mut bytes = Vec::new();
    let entry = archive.by_index(part.at).map_err(unreadable_part)?;
    entry.take(length).read_to_end(&mut bytes).map_err(Unreadable::damaged)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Why a part cannot be unpacked.
fn unreadable_part(error: ZipError) -> Unreadable {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => Unreadable::PasswordProtected,
        error => Unreadable::damaged(error),
    }
}

/// Unpacks, and throws away, what could grow beyond its declared size.
///
/// The directory is only a claim. Deflate's own ratio bounds what a small package can become; of a larger one
/// every part is unpacked once, counting. A side part is always counted.
fn check_sizes(archive: &mut Archive<'_>, parts: &[Part]) -> Result<(), Unreadable> {
    let packed = parts.iter().fold(0_u64, |sum, part| sum.saturating_add(part.packed));
    let bounded = packed.saturating_mul(DEFLATE_RATIO) <= limits::UNPACKED_BYTES;
    for part in parts {
        let side = is_side_part(&part.name);
        if side && part.unpacked > limits::SIDE_PART_BYTES {
            return Err(Unreadable::too_large("bytes of styles and names", limits::SIDE_PART_BYTES));
        }
        if side || !bounded {
            count(archive, part)?;
        }
    }
    Ok(())
}

/// Whether a part is read whole and grows in memory: styles, names, relationships.
fn is_side_part(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    file.ends_with(".rels")
        || file.starts_with("styles.")
        || file.starts_with("workbook.")
        || file.starts_with("theme")
}

/// Refuses a part that unpacks to more than it declares.
fn count(archive: &mut Archive<'_>, part: &Part) -> Result<(), Unreadable> {
    let entry = archive.by_index(part.at).map_err(unreadable_part)?;
    let mut limited = entry.take(part.unpacked + 1);
    let read = std::io::copy(&mut limited, &mut std::io::sink()).map_err(Unreadable::damaged)?;
    if read > part.unpacked {
        return Err(Unreadable::damaged(format!("the part {} is larger than it says", part.name)));
    }
    Ok(())
}

/// Where the opening tag of the shared strings must end.
const SHARED_HEAD: u64 = 64 << 10;

/// The shortest shared string: `<si><t/></si>`.
const SHARED_SHORTEST: u64 = 13;

/// Refuses a table of shared strings that claims more strings than it has bytes for: calamine sets the
/// memory for them aside at once.
fn check_shared_strings(archive: &mut Archive<'_>, parts: &[Part]) -> Result<(), Unreadable> {
    for part in parts.iter().filter(|part| part.name.ends_with("sharedstrings.xml")) {
        let head = head(archive, part, SHARED_HEAD)?;
        let claims = head.split("uniqueCount").skip(1).map(|rest| {
            let value = rest.trim_start_matches([' ', '\t', '\r', '\n', '=', '"', '\'']);
            let digits = value.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
            digits.parse::<u64>().unwrap_or(u64::MAX)
        });
        let opened = head.find("sst").is_some_and(|at| head[at..].contains('>'));
        if !opened || claims.max().unwrap_or(0) > part.unpacked / SHARED_SHORTEST + 1 {
            return Err(Unreadable::damaged("the shared texts are not what they claim to be"));
        }
    }
    Ok(())
}

/// The records of an xlsb sheet that calamine passes over without a word: formulas that ended in an error,
/// short cells, and cells with rich text of their own.
const XLSB_UNREAD: [u32; 8] = [0x0B, 0x0D, 0x0E, 0x0F, 0x10, 0x11, 0x12, 0x3E];

/// Refuses an xlsb with cells that would be missing from what is read.
fn check_records(archive: &mut Archive<'_>, parts: &[Part]) -> Result<(), Unreadable> {
    for part in parts {
        if !part.name.contains("worksheets/") || !part.name.ends_with(".bin") {
            continue;
        }
        let entry = archive.by_index(part.at).map_err(unreadable_part)?;
        let mut records = std::io::BufReader::new(entry.take(part.unpacked));
        while let Some(kind) = variable(&mut records, 2)? {
            let length = u64::from(variable(&mut records, 4)?.unwrap_or(0));
            if XLSB_UNREAD.contains(&kind) {
                return Err(Unreadable::OtherFormat {
                    what: "a binary workbook (.xlsb) with a cell of a rare kind, such as a formula that ends in an error",
                    remedy: "Save it as Excel Workbook (.xlsx)",
                });
            }
            let skipped = std::io::copy(&mut (&mut records).take(length), &mut std::io::sink());
            if skipped.map_err(Unreadable::damaged)? < length {
                break;
            }
        }
    }
    Ok(())
}

/// A number of xlsb, seven bits a byte, the lowest first; `None` at the end of the part.
fn variable(records: &mut impl Read, bytes: u32) -> Result<Option<u32>, Unreadable> {
    let mut number = 0;
    for at in 0..bytes {
        let mut byte = [0];
        if records.read(&mut byte).map_err(Unreadable::damaged)? == 0 {
            return Ok(None);
        }
        number |= u32::from(byte[0] & 0x7F) << (7 * at);
        if byte[0] & 0x80 == 0 {
            break;
        }
    }
    Ok(Some(number))
}

/// Refuses an ods whose parts are encrypted.
fn check_manifest(archive: &mut Archive<'_>, parts: &[Part]) -> Result<(), Unreadable> {
    let Some(part) = parts.iter().find(|part| part.name == "meta-inf/manifest.xml") else { return Ok(()) };
    match head(archive, part, limits::SIDE_PART_BYTES)?.contains("encryption-data") {
        true => Err(Unreadable::PasswordProtected),
        false => Ok(()),
    }
}
