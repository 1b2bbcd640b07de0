//! Says what a rate file contains and what is wrong with it, or writes it anew, without an office.

use std::path::{Path, PathBuf};

use super::Failure;
use crate::domain::proposals::price_list::PriceList;
use crate::rate::Compiled;
use crate::{outbox, rate};

/// What a rate file turned out to be.
#[derive(Clone, Debug)]
pub struct CheckedRates {
    /// Where it lies.
    pub path: PathBuf,
    /// What it contains; `None` where the file as a whole says nothing usable.
    pub prices: Option<PriceList>,
    /// What has no meaning: `FILE:LINE: KEY: MESSAGE`.
    pub faults: Vec<String>,
    /// What is odd, but has a meaning.
    pub warnings: Vec<String>,
}

/// Says what a rate file contains and what is wrong with it.
///
/// # Errors
/// Where the file cannot be read.
pub fn check_rates(path: &Path) -> Result<CheckedRates, Failure> {
    let compiled = read(path)?;
    Ok(CheckedRates {
        path: path.to_owned(),
        prices: compiled.tariff.as_ref().map(rate::describe),
        faults: compiled.faults.iter().map(ToString::to_string).collect(),
        warnings: compiled.warnings.iter().map(ToString::to_string).collect(),
    })
}

/// A rate file written anew as it was understood.
#[derive(Clone, Debug)]
pub struct RestatedRates {
    /// The new file's text; `None` where the file as a whole says nothing usable.
    pub text: Option<String>,
    /// What has no meaning and is therefore left out: `FILE:LINE: KEY: MESSAGE`.
    pub faults: Vec<String>,
    /// What is odd, but has a meaning.
    pub warnings: Vec<String>,
}

/// Writes a rate file anew: what was understood of it, each form with a comment.
///
/// # Errors
/// Where the file cannot be read.
pub fn restate_rates(path: &Path) -> Result<RestatedRates, Failure> {
    let compiled = read(path)?;
    Ok(RestatedRates {
        text: compiled.tariff.as_ref().map(rate::restate),
        faults: compiled.faults.iter().map(ToString::to_string).collect(),
        warnings: compiled.warnings.iter().map(ToString::to_string).collect(),
    })
}

fn read(path: &Path) -> Result<Compiled, Failure> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(rate::compile(&name, &String::from_utf8_lossy(&outbox::content(path)?)))
}
