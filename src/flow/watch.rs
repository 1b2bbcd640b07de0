//! Runs an office whenever something comes in, for as long as it is asked to.

use std::path::Path;
use std::time::Duration;

use super::desk::SETTINGS;
use super::run::{Outcome, RunOptions, run};
use super::take_in::FileOutcome;
use super::{Failure, Progress};
use crate::domain::date::Date;
use crate::inbox::{self, Lying, Watch};
use crate::outbox;

/// The longest time between two looks at the inbox: a network share tells nothing of itself.
const LOOK: Duration = Duration::from_millis(500);
/// Looks between two tries where a file could not be had or a run failed.
const PATIENCE: u32 = 10;

/// What a watch asks of the world outside, and tells it.
pub trait Watching {
    /// Today's date.
    fn today(&self) -> Date;
    /// Whether somebody asked to stop.
    fn is_over(&self) -> bool;
    /// Tells what became of a file, as soon as it is known: the run goes on with bills and workbooks.
    fn taken(&mut self, file: &FileOutcome);
    /// Tells what became of a run; of its files it was told before.
    fn told(&mut self, outcome: Result<Outcome, Failure>);
    /// Whom a run tells of its progress.
    fn progress(&mut self) -> Box<dyn Progress>;
}

/// Runs the office at once, then whenever something changes in the inbox and on each new day, until it is over.
///
/// A run that began is finished. One that fails is told, and tried again after a while.
///
/// # Errors
/// Where the folder is no office, or its inbox cannot be made.
pub fn watch(root: &Path, watching: &mut dyn Watching) -> Result<(), Failure> {
    if !root.join(SETTINGS).is_file() {
        return Err(Failure::NoOffice(root.to_owned()));
    }
    let folder = root.join("inbox");
    outbox::make_folder(&folder)?;
    let watch = Watch::begin(&folder);
    let mut seen: Option<Seen> = None;
    while !watching.is_over() {
        let today = watching.today();
        let lying = inbox::lying(&folder).ok();
        if seen.as_mut().is_none_or(|seen| seen.is_news(today, lying.as_deref())) {
            let mut told = Told { shown: watching.progress(), watching: &mut *watching };
            let outcome = run(root, RunOptions { today }, &mut told);
            drop(told);
            let try_again = outcome.as_ref().map_or(true, |done| !done.unfinished.is_empty());
            watching.told(outcome);
            let left = left(lying.unwrap_or_default(), &inbox::lying(&folder).unwrap_or_default());
            seen = Some(Seen { day: today, left, looks: try_again.then_some(0) });
        }
        watch.wait(LOOK);
    }
    Ok(())
}

/// Tells of each file at once, and of progress whoever shows it.
struct Told<'w> {
    shown: Box<dyn Progress>,
    watching: &'w mut dyn Watching,
}

impl Progress for Told<'_> {
    fn begin(&mut self, what: &str, total: Option<u64>) {
        self.shown.begin(what, total);
    }

    fn reach(&mut self, done: u64) {
        self.shown.reach(done);
    }

    fn taken(&mut self, file: &FileOutcome) {
        self.watching.taken(file);
    }
}

/// What a run left of what lay there before it: whatever came or changed while it ran is news to the next.
fn left(before: Vec<Lying>, after: &[Lying]) -> Vec<Lying> {
    before.into_iter().filter(|file| after.contains(file)).collect()
}

/// What the last run left.
struct Seen {
    day: Date,
    left: Vec<Lying>,
    /// Looks since then, where it is worth trying again without anything new.
    looks: Option<u32>,
}

impl Seen {
    /// Whether there is a reason to run: a new day, other files than were left, or enough time for another try.
    ///
    /// A clock that is set back is no new day.
    fn is_news(&mut self, today: Date, lying: Option<&[Lying]>) -> bool {
        if let Some(looks) = &mut self.looks {
            *looks += 1;
        }
        let changed = lying.is_some_and(|lying| lying != self.left);
        today > self.day || changed || self.looks.is_some_and(|looks| looks >= PATIENCE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(looks: Option<u32>) -> Seen {
        Seen { day: "2026-02-10".parse().unwrap(), left: vec![("empty.csv".into(), 0, None)], looks }
    }

    #[test]
    fn a_new_day_and_a_new_file_are_news_and_what_was_left_is_not() {
        let (today, left) = ("2026-02-10".parse().unwrap(), seen(None).left);
        assert!(!seen(None).is_news(today, Some(&left)));
        assert!(!seen(None).is_news(today, None), "a share that is away says nothing");
        assert!(!seen(None).is_news("2026-02-09".parse().unwrap(), Some(&left)));
        assert!(seen(None).is_news("2026-02-11".parse().unwrap(), Some(&left)));
        let more = [left.clone(), vec![("reads.csv".into(), 9, None)]].concat();
        assert!(seen(None).is_news(today, Some(&more)));
        assert!(seen(None).is_news(today, Some(&[("empty.csv".into(), 7, None)])), "it was filled");
    }

    #[test]
    fn what_comes_while_a_run_is_made_is_news_to_the_next() {
        let file = |name: &str, size| (name.into(), size, None);
        let before = vec![file("empty.csv", 0), file("grows.csv", 5), file("taken.csv", 9)];
        let after = [file("came.csv", 4), file("empty.csv", 0), file("grows.csv", 8)];
        assert_eq!(left(before, &after), [file("empty.csv", 0)]);
    }

    #[test]
    fn what_failed_is_tried_again_after_a_while() {
        let (today, left) = ("2026-02-10".parse().unwrap(), seen(None).left);
        let mut failed = seen(Some(0));
        let tries = (0..PATIENCE).filter(|_| failed.is_news(today, Some(&left))).count();
        assert_eq!(tries, 1);
    }
}
