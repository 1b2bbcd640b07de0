//! Puts finished bytes in place atomically and files the source away in the archive.
//!
//! A file appears under its name whole or not at all: it is written beside its place, flushed, and renamed.
#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "shell: meets the disk")]

mod archive;
mod beside;
mod run;

use std::fs;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, TempPath};

pub use archive::{Archive, Archived};
pub use beside::{beside, place_or_beside, put_beside_in_place};
pub use run::{run_from_bytes, run_to_bytes};

/// How the name of a file begins while it is written beside its place.
const HALF_WRITTEN: &str = ".meterbook-";
/// How it ends.
const NOT_YET: &str = ".tmp";

/// A file cannot be put in place or read back.
#[derive(Debug, thiserror::Error)]
pub enum OutboxError {
    /// The file system refuses.
    #[error("{doing} {path}: {cause}")]
    Io {
        /// What was being done.
        doing: &'static str,
        /// To which file.
        path: PathBuf,
        /// What the operating system said.
        cause: std::io::Error,
    },
    /// The archive is not what its receipts say.
    #[error("{path}: {what}. Restore the archive from a backup.")]
    Broken {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
}

impl OutboxError {
    /// Whether there is no such file or folder.
    pub fn is_missing(&self) -> bool {
        matches!(self, OutboxError::Io { cause, .. } if cause.kind() == std::io::ErrorKind::NotFound)
    }
}

fn io(doing: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> OutboxError {
    move |cause| OutboxError::Io { doing, path: path.to_owned(), cause }
}

/// Puts bytes in place; says whether anything changed.
///
/// A file that has the same content already is left alone, with its times.
///
/// # Errors
/// Where the folder or the file cannot be written.
pub fn place(path: &Path, bytes: &[u8]) -> Result<bool, OutboxError> {
    let differs = differs(path, bytes);
    if differs {
        write_whole(path, bytes)?;
    }
    Ok(differs)
}

/// Puts a finished file in the place of another, which is kept under a third name.
///
/// What an unfinished change of the old file left beside it (`-journal`) goes with it: it must never meet the new one.
///
/// # Errors
/// Where a file cannot be renamed; then the old one stands in its place or under the third name.
pub fn put_in_place_of(finished: &Path, place: &Path, kept: &Path) -> Result<(), OutboxError> {
    let beside = |path: &Path| PathBuf::from(format!("{}-journal", path.display()));
    for (from, to) in [(place.to_owned(), kept.to_owned()), (beside(place), beside(kept))] {
        if from.exists() {
            fs::rename(&from, &to).map_err(io("could not rename", &from))?;
        }
    }
    fs::rename(finished, place).map_err(io("could not rename", finished))
}

/// Removes a file that an interrupted work left, or whose time has passed; one that is not there is no trouble.
///
/// # Errors
/// Where it cannot be removed.
pub fn remove_left_over(path: &Path) -> Result<(), OutboxError> {
    if path.exists() { fs::remove_file(path).map_err(io("could not remove", path)) } else { Ok(()) }
}

/// Moves a file to a place in the same office that nothing lies at.
///
/// # Errors
/// Where it cannot be moved.
pub fn set_aside(path: &Path, to: &Path) -> Result<(), OutboxError> {
    fs::rename(path, to).map_err(io("could not set aside", path))?;
    flush_folder(to.parent().unwrap_or(Path::new(".")));
    Ok(())
}

/// Removes what was being written in a folder, or in one of its folders, when the program was stopped.
///
/// # Errors
/// Where a folder cannot be read, or a file cannot be removed.
pub fn remove_half_written(folder: &Path) -> Result<(), OutboxError> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(folder).map_err(io("could not read the folder", folder))? {
        let path = entry.map_err(io("could not read the folder", folder))?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if path.is_dir() {
            remove_half_written(&path)?;
        } else if name.starts_with(HALF_WRITTEN) && name.ends_with(NOT_YET) {
            remove_left_over(&path)?;
        }
    }
    Ok(())
}

/// Whether a file is missing, or holds something else.
pub fn differs(path: &Path, bytes: &[u8]) -> bool {
    let same_size = fs::metadata(path).is_ok_and(|found| found.len() == bytes.len() as u64);
    !(same_size && fs::read(path).is_ok_and(|found| found == bytes))
}

/// Makes a folder and those above it.
///
/// # Errors
/// Where it cannot be made.
pub fn make_folder(path: &Path) -> Result<(), OutboxError> {
    fs::create_dir_all(path).map_err(io("could not make the folder", path))
}

/// Makes a folder, with those above it, that its owner alone may read: it holds bank accounts of customers.
///
/// # Errors
/// Where it cannot be made, or its rights cannot be set.
pub fn make_private_folder(path: &Path) -> Result<(), OutboxError> {
    make_folder(path)?;
    for_owner_alone(path, 0o700)
}

/// Lets its owner alone read a file: it holds bank accounts of customers.
///
/// # Errors
/// Where its rights cannot be set.
pub fn keep_private(path: &Path) -> Result<(), OutboxError> {
    for_owner_alone(path, 0o600)
}

/// Puts a file in place for its owner alone.
fn place_private(path: &Path, bytes: &[u8]) -> Result<(), OutboxError> {
    place(path, bytes)?;
    keep_private(path)
}

/// Sets the rights of a file or folder; those who may not set them (on a network share) leave them as they are.
#[cfg(unix)]
fn for_owner_alone(path: &Path, mode: u32) -> Result<(), OutboxError> {
    use std::os::unix::fs::PermissionsExt;
    let rights = fs::metadata(path).map_err(io("could not look at the rights of", path))?.permissions();
    if rights.mode() & 0o077 == 0 {
        return Ok(());
    }
    match fs::set_permissions(path, fs::Permissions::from_mode(mode)) {
        Err(refused) if refused.kind() != std::io::ErrorKind::PermissionDenied => {
            Err(refused).map_err(io("could not set the rights of", path))
        }
        _ => Ok(()),
    }
}

#[cfg(not(unix))]
fn for_owner_alone(_path: &Path, _mode: u32) -> Result<(), OutboxError> {
    Ok(())
}

/// How the text beside a file that was handed back is named.
pub const LETTER: &str = ".findings.txt";

/// What stands behind the name of a file that lies beside its marked workbook.
pub const AS_DROPPED: &str = " (as dropped";

/// Hands a file back as it is with a text of what is wrong; under another name where something of that name lies there.
///
/// A letter that somebody dropped is given another ending: under its own name the next letter would replace it.
///
/// # Errors
/// Where a file cannot be written.
pub fn hand_back(folder: &Path, name: &str, claimed: &Path, text: &str) -> Result<String, OutboxError> {
    make_private_folder(folder)?;
    let bytes = fs::read(claimed).map_err(io("could not read", claimed))?;
    let name = if name.ends_with(LETTER) { format!("{name}.txt") } else { name.to_owned() };
    let given = free_name(folder, numbered(&name), &[&bytes]);
    place_private(&folder.join(&given), &bytes)?;
    place_private(&folder.join(format!("{given}{LETTER}")), text.as_bytes())?;
    Ok(given)
}

/// The name under which a file will lie beside its marked workbook: `reads (as dropped).csv`.
pub fn name_as_dropped(folder: &Path, name: &str, bytes: &[u8]) -> String {
    let (stem, ending) =
        name.rsplit_once('.').map_or((name, String::new()), |(stem, end)| (stem, format!(".{end}")));
    let names = (1..).map(|copy: u32| match copy {
        1 => format!("{stem}{AS_DROPPED}){ending}"),
        copy => format!("{stem}{AS_DROPPED} {copy}){ending}"),
    });
    free_name(folder, names, &[bytes])
}

/// A file on its way back as a marked workbook.
#[derive(Clone, Copy, Debug)]
pub struct Marked<'m> {
    /// The name of the workbook.
    pub name: &'m str,
    /// The workbook.
    pub bytes: &'m [u8],
    /// The name of the file beside it.
    pub as_dropped: &'m str,
    /// The file as it was dropped.
    pub dropped: &'m [u8],
}

/// Hands a file back as a marked workbook, with the file as it was dropped beside it; gives the workbook's name.
///
/// A workbook of that name stays, unless it is the very one that was dropped: then nothing of it is lost, and whoever
/// corrected it in its place finds what is left to do there.
///
/// # Errors
/// Where a file cannot be written.
pub fn hand_back_marked(folder: &Path, file: Marked<'_>) -> Result<String, OutboxError> {
    make_private_folder(folder)?;
    place_private(&folder.join(file.as_dropped), file.dropped)?;
    let given = free_name(folder, numbered(file.name), &[file.bytes, file.dropped]);
    place_private(&folder.join(&given), file.bytes)?;
    Ok(given)
}

/// `reads.xlsx`, `(2) reads.xlsx`, and so on.
fn numbered(name: &str) -> impl Iterator<Item = String> + use<> {
    let name = name.to_owned();
    (1..).map(move |copy: u32| if copy == 1 { name.clone() } else { format!("({copy}) {name}") })
}

/// The first name under which nothing lies, or one of these contents.
fn free_name(folder: &Path, mut names: impl Iterator<Item = String>, contents: &[&[u8]]) -> String {
    let is_free = |name: &String| {
        let path = folder.join(name);
        !path.exists() || contents.iter().any(|content| !differs(&path, content))
    };
    names.find(is_free).expect("there are more numbers than files")
}

fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), OutboxError> {
    place_stream(path, |file| file.write_all(bytes))
}

/// Puts in place what a function writes, however much it is; a file of that name is replaced at the end.
///
/// # Errors
/// Where the folder or the file cannot be written, or the function fails: then nothing is changed.
pub fn place_stream(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
) -> Result<(), OutboxError> {
    put_in_place(written_beside(path, write)?, path)
}

/// Writes a file beside the place that it is for.
fn written_beside(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
) -> Result<NamedTempFile, OutboxError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    make_folder(folder)?;
    let mut file = tempfile::Builder::new()
        .prefix(HALF_WRITTEN)
        .suffix(NOT_YET)
        .tempfile_in(folder)
        .map_err(io("could not write beside", path))?;
    let mut buffer = BufWriter::new(&mut file);
    write(&mut buffer).and_then(|()| buffer.flush()).map_err(io("could not write", path))?;
    drop(buffer);
    Ok(file)
}

fn put_in_place(file: NamedTempFile, path: &Path) -> Result<(), OutboxError> {
    // The standard library's rename, as everywhere else: tests stand in between there (tests/faults).
    fs::rename(finished(file, path)?, path).map_err(io("could not put in place", path))?;
    flush_folder(path.parent().unwrap_or(Path::new(".")));
    Ok(())
}

/// Finishes a file that was written beside its place; it goes away unless it is renamed.
fn finished(file: NamedTempFile, path: &Path) -> Result<TempPath, OutboxError> {
    share_as_usual(file.as_file()).map_err(io("could not set the rights of", path))?;
    file.as_file().sync_all().map_err(io("could not flush", path))?;
    Ok(file.into_temp_path())
}

/// Whether two files hold the same; a file that is not there holds nothing that another could.
fn have_same_content(one: &Path, other: &Path) -> std::io::Result<bool> {
    if !other.is_file() || fs::metadata(one)?.len() != fs::metadata(other)?.len() {
        return Ok(false);
    }
    let (mut one, mut other) = (BufReader::new(fs::File::open(one)?), BufReader::new(fs::File::open(other)?));
    loop {
        let (ours, theirs) = (one.fill_buf()?, other.fill_buf()?);
        let length = ours.len().min(theirs.len());
        if ours[..length] != theirs[..length] {
            return Ok(false);
        }
        if length == 0 {
            return Ok(ours.len() == theirs.len());
        }
        one.consume(length);
        other.consume(length);
    }
}

/// A temporary file is for its owner alone; what is put in place is for the office.
#[cfg(unix)]
fn share_as_usual(file: &fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn share_as_usual(_file: &fs::File) -> std::io::Result<()> {
    Ok(())
}

/// A rename lasts once its folder is flushed, where the system can do that.
fn flush_folder(folder: &Path) {
    if let Ok(folder) = fs::File::open(folder) {
        let _ = folder.sync_all();
    }
}

/// Names and texts of the files of a folder that end so, by name.
///
/// # Errors
/// Where the folder or a file cannot be read.
pub fn texts(folder: &Path, ending: &str) -> Result<Vec<(String, Vec<u8>)>, OutboxError> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(io("could not read the folder", folder))? {
        let path = entry.map_err(io("could not read the folder", folder))?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        // `~$` begins the lock files of office programs.
        let hidden = name.starts_with('.') || name.starts_with("~$");
        if path.is_file() && name.to_lowercase().ends_with(ending) && !hidden {
            found.push((name, fs::read(&path).map_err(io("could not read", &path))?));
        }
    }
    found.sort();
    Ok(found)
}

/// The names of the files of a folder, sorted; hidden ones are left out, and a missing folder has none.
///
/// # Errors
/// Where the folder cannot be read.
pub fn names(folder: &Path) -> Result<Vec<String>, OutboxError> {
    if !folder.is_dir() {
        return Ok(vec![]);
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(io("could not read the folder", folder))? {
        let path = entry.map_err(io("could not read the folder", folder))?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if path.is_file() && !name.starts_with('.') {
            found.push(name);
        }
    }
    found.sort();
    Ok(found)
}

/// Reads one file whole.
///
/// # Errors
/// Where it cannot be read.
pub fn content(path: &Path) -> Result<Vec<u8>, OutboxError> {
    fs::read(path).map_err(io("could not read", path))
}

/// Whether a file is there that has a text in it as it is, such as the name of a document.
pub fn bears(path: &Path, text: &str) -> bool {
    fs::read(path).is_ok_and(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
}

/// Whether two paths lead to one file that exists.
pub fn same_file(one: &Path, other: &Path) -> bool {
    match (fs::canonicalize(one), fs::canonicalize(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

/// A copy of a folder that goes away with this value.
#[derive(Debug)]
pub struct PassingCopy(tempfile::TempDir);

impl PassingCopy {
    /// Where the copy lies.
    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

/// Copies a folder with all that is in it to where the system keeps what passes.
///
/// # Errors
/// Where something cannot be read, or there is no room for the copy.
pub fn passing_copy(folder: &Path) -> Result<PassingCopy, OutboxError> {
    let place = tempfile::tempdir().map_err(io("could not make a copy of", folder))?;
    copy_below(folder, place.path())?;
    Ok(PassingCopy(place))
}

fn copy_below(from: &Path, to: &Path) -> Result<(), OutboxError> {
    for entry in fs::read_dir(from).map_err(io("could not read the folder", from))? {
        let entry = entry.map_err(io("could not read the folder", from))?;
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            fs::create_dir(&target).map_err(io("could not make the folder", &target))?;
            copy_below(&path, &target)?;
        } else {
            fs::copy(&path, &target).map_err(io("could not copy", &path))?;
        }
    }
    Ok(())
}

/// Whether a folder has anything in it.
///
/// # Errors
/// Where it is no folder or cannot be read.
pub fn has_anything(folder: &Path) -> Result<bool, OutboxError> {
    Ok(fs::read_dir(folder).map_err(io("could not read the folder", folder))?.next().is_some())
}
