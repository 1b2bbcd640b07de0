//! Runs an office for one day and says what happened: `meterbook run`.

use std::io::Write;
use std::path::Path;

use super::progress::Shown;
use super::{End, Stop, outcome};
use crate::domain::date::Date;
use crate::flow::{self, RunOptions};

/// How a run is asked for and told.
pub(super) struct Asked {
    pub(super) today: Date,
    pub(super) dry: bool,
    pub(super) json: bool,
}

pub(super) fn run(dir: &Path, asked: Asked, out: &mut impl Write) -> Result<End, Stop> {
    let Asked { today, dry, json } = asked;
    let mut progress = Shown::new(true);
    let run = if dry { flow::dry_run } else { flow::run };
    let done = run(dir, RunOptions { today }, &mut progress)?;
    drop(progress);
    if json {
        writeln!(out, "{:#}", outcome::to_json(&done))?;
    } else {
        if dry {
            writeln!(out, "Nothing was changed. This is what a run would do:")?;
        }
        writeln!(out, "{today}")?;
        outcome::tell(&done, out)?;
    }
    Ok(if done.has_findings() { End::Findings } else { End::Clean })
}
