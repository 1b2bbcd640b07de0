//! Shows one bill line by line, a year of one account, or where it stands in collections: `meterbook explain`.

use std::io::Write;
use std::path::Path;

use super::{End, Stop};
use crate::flow::{self, CollectionsQuery, ExplainQuery, Explained, StatementQuery};

pub(super) fn explain(dir: &Path, query: ExplainQuery<'_>, out: &mut impl Write) -> Result<End, Stop> {
    show(&flow::explain(dir, query)?, out)
}

pub(super) fn statement(dir: &Path, query: StatementQuery<'_>, out: &mut impl Write) -> Result<End, Stop> {
    show(&flow::statement(dir, query)?, out)
}

pub(super) fn collections(
    dir: &Path,
    query: CollectionsQuery<'_>,
    out: &mut impl Write,
) -> Result<End, Stop> {
    show(&flow::explain_collections(dir, query)?, out)
}

fn show(explained: &Explained, out: &mut impl Write) -> Result<End, Stop> {
    write!(out, "{}", explained.text)?;
    if let Some(path) = &explained.written {
        writeln!(out, "\nwritten    {}", path.display())?;
    }
    Ok(if explained.billed { End::Clean } else { End::Findings })
}
