//! Progress: a bar on a terminal, plain lines otherwise.

use std::io::{IsTerminal, Write};

use indicatif::{ProgressBar, ProgressStyle};

use crate::flow::Progress;

/// Shows how far the work is, on standard error.
pub(super) struct Shown {
    bar: Option<ProgressBar>,
    quiet: bool,
}

impl Shown {
    /// A bar on a terminal; without one, a plain line for each step, unless `quiet`.
    pub(super) fn new(quiet: bool) -> Shown {
        let bar = std::io::stderr().is_terminal().then(ProgressBar::no_length);
        Shown { bar, quiet }
    }
}

impl Progress for Shown {
    fn begin(&mut self, what: &str, total: Option<u64>) {
        let Some(bar) = &self.bar else {
            if !self.quiet {
                let _ = writeln!(std::io::stderr().lock(), "{what}");
            }
            return;
        };
        let form =
            if total.is_some() { "{msg} {wide_bar} {pos}/{len}" } else { "{spinner} {msg} {human_pos}" };
        bar.set_style(ProgressStyle::with_template(form).expect("the forms are part of the program"));
        bar.reset();
        match total {
            Some(total) => bar.set_length(total),
            None => bar.unset_length(),
        }
        bar.set_message(what.to_owned());
    }

    fn reach(&mut self, done: u64) {
        if let Some(bar) = &self.bar {
            bar.set_position(done);
        }
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
