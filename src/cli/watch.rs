//! Runs an office for as long as it runs itself: `meterbook watch`.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::progress::Shown;
use super::{End, Stop, outcome};
use crate::domain::date::Date;
use crate::flow::{self, Failure, FileOutcome, Outcome, Progress, Watching};

pub(super) fn watch(dir: &Path, out: &mut impl Write) -> Result<End, Stop> {
    let over = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&over);
    // Without a handler Ctrl-C ends the program at once; the next run would finish what it left.
    let _ = ctrlc::set_handler(move || {
        asked.store(true, Ordering::Relaxed);
        let _ = writeln!(std::io::stderr(), "Ending, as soon as the run that began is finished.");
    });
    writeln!(out, "Watching {}/inbox. End with Ctrl-C.", dir.display())?;
    out.flush()?;
    let mut shown = Told { out, over, last: String::new(), failed: None };
    flow::watch(dir, &mut shown)?;
    if let Some(cause) = shown.failed {
        return Err(Stop::Output(cause));
    }
    writeln!(out, "Ended.")?;
    Ok(End::Clean)
}

/// Tells what became of each run.
struct Told<'o, W> {
    out: &'o mut W,
    over: Arc<AtomicBool>,
    /// What was told last: a trouble that lasts is told once.
    last: String,
    /// Why nothing more can be told.
    failed: Option<std::io::Error>,
}

impl<W: Write> Told<'_, W> {
    fn tell(&mut self, text: &str) {
        let now = chrono::Local::now().format("%Y-%m-%d %H:%M:%S");
        let told = write!(self.out, "\n{now}\n{text}").and_then(|()| self.out.flush());
        self.failed = self.failed.take().or(told.err());
    }
}

impl<W: Write> Watching for Told<'_, W> {
    fn today(&self) -> Date {
        chrono::Local::now().date_naive()
    }

    fn is_over(&self) -> bool {
        self.failed.is_some() || self.over.load(Ordering::Relaxed)
    }

    fn taken(&mut self, file: &FileOutcome) {
        let mut told = Vec::new();
        outcome::tell_file(file, &mut told).expect("memory takes every word");
        self.tell(&String::from_utf8_lossy(&told));
        // What follows belongs to this file, even where it was said before.
        self.last.clear();
    }

    fn told(&mut self, outcome: Result<Outcome, Failure>) {
        let text = match outcome {
            Ok(done) => {
                let mut told = Vec::new();
                outcome::tell_rest(&done, &mut told).expect("memory takes every word");
                String::from_utf8_lossy(&told).into_owned()
            }
            Err(failure) => match failure.hint() {
                Some(hint) => format!("error: {failure}\nhint: {hint}\n"),
                None => format!("error: {failure}\n"),
            },
        };
        if text != self.last && !text.is_empty() {
            self.tell(&text);
            self.last = text;
        }
    }

    fn progress(&mut self) -> Box<dyn Progress> {
        Box::new(Shown::new(true))
    }
}
