//! Makes an empty office and says what to do next: `meterbook init`.

use std::io::Write;
use std::path::Path;

use super::{End, Stop};
use crate::flow;

pub(super) fn init(dir: &Path, out: &mut impl Write) -> Result<End, Stop> {
    flow::init(dir)?;
    let dir = dir.display();
    writeln!(out, "{dir} is an empty office. Next:")?;
    writeln!(out, "  1. Fill in office.toml: name, cycles with their bill dates, classes.")?;
    writeln!(out, "  2. Put the approved rate files into rates/ (examples to copy from: blank/rates/).")?;
    writeln!(
        out,
        "  3. Fill in the blank workbooks of blank/, or take the files you have, and drop them into inbox/:"
    )?;
    writeln!(out, "     accounts first, then meters, opening balances and reads.")?;
    writeln!(out, "  4. meterbook run {dir}")?;
    Ok(End::Clean)
}
