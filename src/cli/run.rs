//! Runs an office for one day and says what happened: `meterbook run`.

use std::io::Write;
use std::path::Path;

use super::progress::Shown;
use super::{End, Stop, outcome};
use crate::domain::date::Date;
use crate::flow::{self, RunOptions};

pub(super) fn run(dir: &Path, today: Date, json: bool, out: &mut impl Write) -> Result<End, Stop> {
    let mut progress = Shown::new(true);
    let done = flow::run(dir, RunOptions { today }, &mut progress)?;
    drop(progress);
    if json {
        writeln!(out, "{:#}", outcome::to_json(&done))?;
    } else {
        writeln!(out, "{today}")?;
        outcome::tell(&done, out)?;
    }
    Ok(if done.has_findings() { End::Findings } else { End::Clean })
}
