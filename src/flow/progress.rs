//! How long work tells how far it is, without knowing about terminals.

use super::take_in::FileOutcome;

/// Hears how far the work is.
pub trait Progress {
    /// A new step begins; `total` is how many parts it has, where that is known.
    fn begin(&mut self, what: &str, total: Option<u64>);
    /// So many parts of the step are done.
    fn reach(&mut self, done: u64);
    /// A file was taken in or handed back; bills and workbooks come after all files.
    fn taken(&mut self, _file: &FileOutcome) {}
}

/// Hears nothing.
#[derive(Clone, Copy, Debug)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&mut self, _what: &str, _total: Option<u64>) {}
    fn reach(&mut self, _done: u64) {}
}
