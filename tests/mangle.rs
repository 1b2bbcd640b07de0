//! Mangled files: whatever a disk, a mail server or a fuzzer does to a file, reading and marking it answers and never panics.
//!
//! `MANGLE_SEED=n MANGLE_SECONDS=n MANGLE_ROUNDS=n MANGLE_ONLY=.xls cargo test mangle` looks further; a failure
//! prints seed, round and file.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use meterbook::domain::finding::{Code, Finding};
use meterbook::domain::origin::{Origin, SheetName};
use meterbook::domain::proposals::returned::Returning;
use meterbook::domain::sheet::place::Trouble;
use meterbook::domain::sheet::returned::ReturnId;
use meterbook::sheet::{self, SheetInfo};
use meterbook::workbook;

use crate::{corpus, returned};

/// A small generator of numbers (SplitMix64): the same seed, the same numbers.
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).unwrap()
    }
}

/// Flips, cuts and splices bytes a few times.
fn mangle(bytes: &mut Vec<u8>, other: &[u8], numbers: &mut Numbers) {
    for _ in 0..=numbers.below(4) {
        if bytes.is_empty() {
            return;
        }
        let at = numbers.below(bytes.len());
        let length = numbers.below(64).min(bytes.len() - at);
        match numbers.below(6) {
            0 => bytes[at] ^= 1 << numbers.below(8),
            1 => bytes[at] = [0, 0xFF, 0x7F, 0x80, b'"'][numbers.below(5)],
            2 => bytes[at..at + length].fill(0xFF),
            3 => drop(bytes.drain(at..at + length)),
            4 => bytes.truncate(at),
            _ => {
                let from = numbers.below(other.len());
                let piece = &other[from..other.len().min(from + length)];
                bytes.splice(at..at, piece.iter().copied());
            }
        }
    }
}

/// Unpacks a package, mangles one part, and packs it again: a flipped byte in a zip mostly ends at its
/// checksum, this one reaches the readers.
fn mangle_part(bytes: &[u8], other: &[u8], numbers: &mut Numbers) -> Option<Vec<u8>> {
    use std::io::{Cursor, Read, Write};
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let chosen = numbers.below(archive.len());
    let mut packed = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).ok()?;
        let name = part.name().ok()?.into_owned();
        let mut content = Vec::new();
        part.read_to_end(&mut content).ok()?;
        if at == chosen {
            mangle(&mut content, other, numbers);
        }
        packed.start_file(name, zip::write::SimpleFileOptions::default()).ok()?;
        packed.write_all(&content).ok()?;
    }
    Some(packed.finish().ok()?.into_inner())
}

/// Reads every row of every sheet, or stops where `sheet` says why.
fn read_all(bytes: &[u8]) {
    let Ok(mut book) = sheet::open("mangled", bytes) else { return };
    for index in 0..book.sheets().len() {
        let Ok(mut rows) = book.rows(index) else { continue };
        while let Ok(Some(row)) = rows.next_row() {
            assert!(row.cells.is_sorted_by(|left, right| left.column < right.column));
        }
    }
    mark(bytes, book.sheets());
}

/// Marks some cells of every sheet, or leaves the file as it is.
fn mark(bytes: &[u8], sheets: &[SheetInfo]) {
    let finding = |sheet: &str, row, column| {
        let place = SheetName { file: "mangled".into(), sheet: sheet.into() };
        let origin = Origin { sheet: place, row: Some(row), column };
        Trouble::error(Code::UnreadableCell, "value", "What is wrong.").at(origin, "Column")
    };
    let of_sheet = |info: &SheetInfo| {
        [(1, Some(0)), (2, None), (3, Some(2)), (40, Some(7))]
            .map(|(row, column)| finding(&info.name, row, column))
    };
    let findings: Vec<Finding> = sheets.iter().flat_map(of_sheet).collect();
    let returning = Returning {
        id: ReturnId::of_content("0123456789abcdef"),
        file: "mangled",
        original: "mangled (as dropped)",
        findings: &findings,
        plain: false,
    };
    if let Some(marked) = workbook::marked(bytes, &returning) {
        drop(workbook::marked(&marked, &returning));
    }
}

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

#[test]
fn no_mangled_file_panics_or_hangs() {
    let seed = setting("MANGLE_SEED", 20_260_209);
    let end = Instant::now() + Duration::from_secs(setting("MANGLE_SECONDS", 4));
    let rounds = setting("MANGLE_ROUNDS", 3_000);
    #[expect(clippy::print_stdout, reason = "a run that hangs has told its seed")]
    {
        println!("seed {seed}");
    }
    let only = std::env::var("MANGLE_ONLY").unwrap_or_default();
    let chosen = corpus::files().into_iter().filter(|path| path.to_string_lossy().ends_with(&only));
    let mut files: Vec<_> = chosen.map(|path| (fs::read(&path).unwrap(), path)).collect();
    files.extend(
        returned::packages().into_iter().map(|(name, bytes)| (bytes, format!("{name}.parts").into())),
    );
    let mut numbers = Numbers(seed);
    for round in 0..rounds {
        let (bytes, path) = &files[numbers.below(files.len())];
        let other = files[numbers.below(files.len())].0.clone();
        let mangled = match numbers.below(2) {
            0 => mangle_part(bytes, &other, &mut numbers),
            _ => None,
        };
        let mangled = mangled.unwrap_or_else(|| {
            let mut whole: Vec<u8> = bytes.clone();
            mangle(&mut whole, &other, &mut numbers);
            whole
        });
        let started = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| read_all(&mangled)));
        let place = || format!("seed {seed}, round {round}, {}", path.display());
        assert!(outcome.is_ok(), "panicked: {}", place());
        assert!(started.elapsed() < Duration::from_secs(10), "took {:?}: {}", started.elapsed(), place());
        if Instant::now() > end {
            break;
        }
    }
}
