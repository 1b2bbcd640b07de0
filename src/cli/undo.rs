//! Takes back a file or a run: `meterbook undo`.

use std::io::Write;
use std::path::Path;

use super::{End, Stop};
use crate::domain::count::counted;
use crate::domain::proposals::receipts::Fate;
use crate::flow::{self, UndoQuery};

pub(super) fn undo(dir: &Path, query: UndoQuery, out: &mut impl Write) -> Result<End, Stop> {
    let done = flow::undo(dir, query)?;
    let mirrors = counted(done.mirrors, "mirror entry", "mirror entries");
    writeln!(out, "{} undone: {} {} ({mirrors})", done.sequence, done.target.sequence, done.target.name)?;
    let dir = dir.display();
    match (done.target.fate, done.target.kind.as_str()) {
        (Fate::Posted, "bill run") => writeln!(
            out,
            "The next run of {dir} bills the month again, if its next bill date has not come; the bills get new numbers."
        )?,
        (Fate::Posted, "settlements") => {
            writeln!(
                out,
                "Deposits and credits stand again. Undo the final bills too, to have them settled anew."
            )?;
        }
        (Fate::Posted, _) => writeln!(out, "The next run of {dir} decides it anew.")?,
        _ => writeln!(out, "Correct the file and save it into {dir}/inbox, or leave it out.")?,
    }
    Ok(End::Clean)
}
