//! Takes back a file or a run: `meterbook undo`.

use std::io::Write;
use std::path::Path;

use super::{End, Stop};
use crate::domain::count::counted;
use crate::flow::{self, UndoQuery};

pub(super) fn undo(dir: &Path, query: UndoQuery, out: &mut impl Write) -> Result<End, Stop> {
    let done = flow::undo(dir, query)?;
    let mirrors = counted(done.mirrors, "mirror entry", "mirror entries");
    writeln!(out, "{} undone: {} {} ({mirrors})", done.sequence, done.target.sequence, done.target.name)?;
    let dir = dir.display();
    match done.target.kind.as_str() {
        "bill run" => {
            writeln!(out, "The next run of {dir} bills the month again; its bills get new numbers.")?
        }
        _ => writeln!(out, "Correct the file and save it into {dir}/inbox, or leave it out.")?,
    }
    Ok(End::Clean)
}
