//! Finds the mark of a workbook that was handed back: which content it was made from, and its Problems sheet.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::limits;
use crate::domain::sheet::returned::{NAME_BEGINS, ReturnId, sheet_of};

/// What a workbook says about having been handed back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Returned {
    /// The content that was handed back.
    pub id: ReturnId,
    /// The sheet that lists the problems, where it is still there; it holds no data.
    pub problems: Option<String>,
}

/// The mark among the defined names of a workbook.
pub(super) fn among(names: &[(String, String)]) -> Option<Returned> {
    names
        .iter()
        .find_map(|(name, cell)| Some(Returned { id: ReturnId::of_name(name)?, problems: sheet_of(cell) }))
}

/// The content that a workbook was made from when it was handed back; `None` for every other file.
///
/// Nothing but the list of sheets is unpacked, so that asking costs little.
pub fn returned_from(bytes: &[u8]) -> Option<ReturnId> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    let at = (0..archive.len()).find(|at| {
        let name = archive.name_for_index(*at).and_then(Result::ok);
        name.is_some_and(|name| name.to_lowercase().ends_with("workbook.xml"))
    })?;
    let mut text = Vec::new();
    archive.by_index(at).ok()?.take(limits::SIDE_PART_BYTES).read_to_end(&mut text).ok()?;
    let text = String::from_utf8_lossy(&text);
    text.match_indices(NAME_BEGINS).find_map(|(at, _)| {
        let name = &text[at..];
        ReturnId::of_name(&name[..name.find(['"', '\''])?])
    })
}
