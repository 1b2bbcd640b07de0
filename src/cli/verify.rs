//! Checks the books against the archive, or makes them again: `meterbook verify`, `meterbook rebuild`.

use std::io::Write;
use std::path::Path;

use super::{End, Stop};
use crate::domain::count::counted;
use crate::flow;

pub(super) fn verify(dir: &Path, out: &mut impl Write) -> Result<End, Stop> {
    let verified = flow::verify(dir)?;
    for fault in &verified.faults {
        writeln!(out, "{fault}")?;
    }
    if verified.faults.is_empty() {
        let facts = counted(verified.facts as usize, "fact", "facts");
        writeln!(out, "All is well: {facts}, chained, and the archive makes the same books row for row.")?;
    }
    if !verified.faults.is_empty() {
        let dir = dir.display();
        writeln!(
            out,
            "hint: what is wrong with the ledger alone, `meterbook rebuild {dir}` mends; an archive that was changed comes \
             back from a backup."
        )?;
    }
    Ok(if verified.faults.is_empty() { End::Clean } else { End::Findings })
}

pub(super) fn rebuild(dir: &Path, out: &mut impl Write) -> Result<End, Stop> {
    let facts = counted(flow::rebuild(dir)? as usize, "fact", "facts");
    writeln!(out, "The ledger was made again from {facts}. What was there is kept as ledger.db.old.")?;
    Ok(End::Clean)
}
