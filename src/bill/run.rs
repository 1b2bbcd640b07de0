//! Which bill runs are due on a day.

use std::collections::BTreeMap;

use crate::domain::date::{Date, Month};
use crate::domain::id::Sequence;
use crate::domain::office::Office;

/// The main runs that were made: cycle and month, with their place in the archive.
pub type MainRuns = BTreeMap<(String, Month), Sequence>;

/// A run of one cycle and month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueRun {
    /// The cycle.
    pub cycle: String,
    /// The month.
    pub month: Month,
    /// The day of the run, which dates the bills.
    pub day: Date,
    /// Whether it is the month's first: it also names the missing reads.
    pub main: bool,
    /// The month's main run in the archive; `None` where this is it.
    pub after: Option<Sequence>,
}

/// A month of a cycle whose bill date went by without a run before the next one came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkippedRun {
    /// The cycle.
    pub cycle: String,
    /// The month that was never billed.
    pub month: Month,
    /// Its bill date.
    pub bill_date: Date,
}

/// The months that were passed over since the books were opened: only the latest month can be run.
pub fn skipped_runs(office: &Office, posted: &MainRuns, (opened, today): (Date, Date)) -> Vec<SkippedRun> {
    let mut skipped = Vec::new();
    for (name, cycle) in &office.cycles {
        let latest = cycle.month_on(today);
        let passed =
            cycle.bill_dates.iter().filter(|(month, date)| Some(**month) < latest && **date >= opened);
        for (month, date) in passed.filter(|(month, _)| !posted.contains_key(&(name.clone(), **month))) {
            skipped.push(SkippedRun { cycle: name.clone(), month: *month, bill_date: *date });
        }
    }
    skipped
}

/// The runs due on a day: of each cycle the latest month whose bill date has come.
///
/// `posted` names the cycles and months whose main run was made.
pub fn due_runs(office: &Office, posted: &MainRuns, today: Date) -> Vec<DueRun> {
    let due = |(name, cycle): (&String, &crate::domain::office::Cycle)| {
        let month = cycle.month_on(today)?;
        let after = posted.get(&(name.clone(), month)).copied();
        Some(DueRun { cycle: name.clone(), month, day: today, main: after.is_none(), after })
    };
    office.cycles.iter().filter_map(due).collect()
}
