//! Shows one bill line by line: `meterbook explain`.

use std::io::Write;
use std::path::Path;

use super::{End, Stop};
use crate::flow::{self, ExplainQuery};

pub(super) fn explain(dir: &Path, query: ExplainQuery<'_>, out: &mut impl Write) -> Result<End, Stop> {
    let explained = flow::explain(dir, query)?;
    write!(out, "{}", explained.text)?;
    if let Some(path) = explained.written {
        writeln!(out, "\nwritten    {}", path.display())?;
    }
    Ok(if explained.billed { End::Clean } else { End::Findings })
}
