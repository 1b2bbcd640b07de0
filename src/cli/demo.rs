//! Shows the sample office running, day by day, and where to look afterwards: `meterbook demo`.

use std::io::Write;
use std::path::Path;

use rust_decimal::Decimal;

use super::progress::Shown;
use super::{End, Stop, outcome};
use crate::domain::money::Money;
use crate::flow::{self, Outcome};

pub(super) fn demo(dir: &Path, out: &mut impl Write) -> Result<End, Stop> {
    let mut progress = Shown::new(true);
    let outcomes = flow::demo(dir, &mut progress)?;
    drop(progress);
    writeln!(out, "The sample office, an invented district, day by day:")?;
    for done in &outcomes {
        writeln!(out, "\n{}", done.today)?;
        outcome::tell(done, out)?;
    }
    close(dir, &outcomes, out)?;
    Ok(End::Clean)
}

/// What was billed, what is held, what was returned, and where to look.
fn close(dir: &Path, outcomes: &[Outcome], out: &mut impl Write) -> Result<(), Stop> {
    let runs = || outcomes.iter().flat_map(|done| &done.runs);
    let bills: usize = runs().map(|run| run.bills).sum();
    let units: Decimal = runs().map(|run| run.units).sum();
    let charges: Money = runs().map(|run| run.charges).sum();
    writeln!(out, "\nIn all")?;
    writeln!(out, "  billed     {bills} bills, {} units, ${charges}", units.normalize())?;
    if let Some(last) = outcomes.last().and_then(|done| done.runs.last()) {
        writeln!(
            out,
            "  held       {} accounts in {}; the register's Held sheet says why",
            last.held.len(),
            last.month
        )?;
    }
    for done in outcomes {
        for (file, errors) in outcome::errors_by_file(done) {
            writeln!(
                out,
                "  returned   {file} on {}: {errors} errors, each marked in the workbook in returned/",
                done.today
            )?;
        }
    }
    // A letter that a later day made needless is no longer there.
    let written = outcomes.iter().flat_map(|done| &done.written).filter(|path| dir.join(path).exists());
    let written: std::collections::BTreeSet<_> = written.collect();
    let dir = dir.display();
    writeln!(out, "\nWhere to look")?;
    for path in written {
        writeln!(out, "  {dir}/{path}")?;
    }
    writeln!(out, "  {dir}/returned/  what came back, bad cells marked")?;
    writeln!(out, "  meterbook status {dir}")?;
    writeln!(out, "  meterbook list {dir} bills --period 2020-02")?;
    Ok(())
}
