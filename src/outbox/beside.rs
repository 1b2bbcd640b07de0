//! Puts a finished file beside its place where that is taken: a workbook that is open elsewhere, or may not be written,
//! does not stop the others.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::{OutboxError, finished, flush_folder, have_same_content, io, remove_left_over, written_beside};

/// What the name of a file that lies beside its place has before its ending.
const NEWER: &str = " (newer)";

/// Puts in place what a function writes, or beside it where the file there cannot be replaced; gives the path that was
/// written, and nothing where the content lies there already.
///
/// # Errors
/// Where the folder cannot be written, or the function fails: then nothing is changed.
pub fn place_or_beside(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
) -> Result<Option<PathBuf>, OutboxError> {
    let file = written_beside(path, write)?;
    let beside = beside(path);
    // A file that cannot be read is one that has to be replaced.
    let lies_at = |place: &Path| have_same_content(file.path(), place).unwrap_or(false);
    if lies_at(path) {
        remove_left_over(&beside)?;
        return Ok(None);
    }
    let lies_beside = lies_at(&beside);
    let finished = finished(file, path)?;
    let written = match fs::rename(&finished, path) {
        Ok(()) => {
            remove_left_over(&beside)?;
            Some(path.to_owned())
        }
        Err(_) if lies_beside => None,
        Err(_) => {
            fs::rename(&finished, &beside).map_err(io("could not put in place", path))?;
            Some(beside)
        }
    };
    flush_folder(path.parent().unwrap_or(Path::new(".")));
    Ok(written)
}

/// Puts the files of a folder, and of its folders, that lie beside their places into them; gives the places that were
/// filled, and those that are still taken.
///
/// # Errors
/// Where a folder cannot be read.
pub fn put_beside_in_place(folder: &Path) -> Result<(Vec<PathBuf>, Vec<PathBuf>), OutboxError> {
    let (mut filled, mut taken) = (Vec::new(), Vec::new());
    for beside in files_beside(folder)? {
        let place = place_of(&beside).expect("it was found by its name");
        if fs::rename(&beside, &place).is_ok() {
            filled.push(place);
        } else {
            taken.push(place);
        }
    }
    Ok((filled, taken))
}

/// The name under which a file lies beside its place: `journal (newer).xlsx`.
pub fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    path.with_file_name(match name.rsplit_once('.') {
        Some((stem, ending)) => format!("{stem}{NEWER}.{ending}"),
        None => format!("{name}{NEWER}"),
    })
}

/// The place that a file lies beside; `None` for any other.
fn place_of(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?;
    let place = match name.rsplit_once('.') {
        Some((stem, ending)) => format!("{}.{ending}", stem.strip_suffix(NEWER)?),
        None => name.strip_suffix(NEWER)?.to_owned(),
    };
    Some(path.with_file_name(place))
}

fn files_beside(folder: &Path) -> Result<Vec<PathBuf>, OutboxError> {
    let mut found = Vec::new();
    if !folder.is_dir() {
        return Ok(found);
    }
    for entry in fs::read_dir(folder).map_err(io("could not read the folder", folder))? {
        let path = entry.map_err(io("could not read the folder", folder))?.path();
        if path.is_dir() {
            found.extend(files_beside(&path)?);
        } else if place_of(&path).is_some() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_whose_place_is_taken_lies_beside_it_until_the_place_is_free() {
        let folder = tempfile::tempdir().unwrap();
        let (path, month) = (folder.path().join("2026-02/journal.xlsx"), folder.path().join("2026-02"));
        let write = |text: &'static str| move |file: &mut dyn Write| file.write_all(text.as_bytes());
        // Nothing takes the place of a folder that has something in it.
        fs::create_dir_all(path.join("held")).unwrap();
        let newer = month.join("journal (newer).xlsx");
        assert_eq!(place_or_beside(&path, write("one")).unwrap(), Some(newer.clone()));
        assert_eq!(place_or_beside(&path, write("one")).unwrap(), None, "it lies there already");
        assert_eq!(place_or_beside(&path, write("two")).unwrap(), Some(newer.clone()));
        assert_eq!(put_beside_in_place(folder.path()).unwrap(), (vec![], vec![path.clone()]));
        fs::remove_dir_all(&path).unwrap();
        assert_eq!(put_beside_in_place(folder.path()).unwrap(), (vec![path.clone()], vec![]));
        assert_eq!(fs::read(&path).unwrap(), b"two");
        fs::write(&newer, b"old").unwrap();
        assert_eq!(place_or_beside(&path, write("three")).unwrap(), Some(path));
        assert!(!newer.exists() && fs::read_dir(month).unwrap().count() == 1);
    }
}
