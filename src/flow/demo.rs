//! Makes the sample office and runs it day by day.

use std::path::Path;

use super::progress::Progress;
use super::run::{Outcome, RunOptions, run};
use super::{Failure, init};
use crate::domain::date::Date;
use crate::outbox;

/// A file of the sample office.
type Sample = (&'static str, &'static [u8]);

macro_rules! sample {
    ($($path:literal),+ $(,)?) => {
        [$(($path, include_bytes!(concat!("../../examples/office/", $path)).as_slice())),+]
    };
}

/// Settings and rates of the sample office.
const OFFICE: [Sample; 3] =
    sample!["office.toml", "rates/hi-desert-2011-07-01.owrs", "rates/hi-desert-2020-02-01.owrs"];

/// What lies in its inbox, day by day.
const DROPS: [Sample; 19] = sample![
    "drops/2020-01-02/accounts.xlsx",
    "drops/2020-01-02/calendar.xlsx",
    "drops/2020-01-02/meters.csv",
    "drops/2020-01-02/opening-balances.csv",
    "drops/2020-01-14/payments-2020-01.csv",
    "drops/2020-01-14/reads-2020-01.xlsx",
    "drops/2020-01-23/bulk-water-2020-01.xlsx",
    "drops/2020-01-27/decisions-2020-01.csv",
    "drops/2020-01-27/meter-changes-2020-01.csv",
    "drops/2020-01-27/new-accounts.xlsx",
    "drops/2020-01-27/new-meters.csv",
    "drops/2020-02-12/payments-2020-02.csv",
    "drops/2020-02-12/reads-2020-02.csv",
    "drops/2020-02-12/reads-feb-route-9.csv",
    "drops/2020-02-13/adjustments-2020-02.csv",
    "drops/2020-02-13/reads-feb-route-9.csv",
    "drops/2020-02-13/returned-2020-02.csv",
    "drops/2020-02-20/bulk-water-2020-02.xlsx",
    "drops/2020-02-20/work-orders-2020-02.csv",
];

/// The days of the sample office, in order.
///
/// # Panics
/// Never: the names are part of the program.
pub fn demo_days() -> Vec<Date> {
    let day = |path: &str| path.split('/').nth(1).and_then(|day| day.parse().ok()).expect("drops/DAY/NAME");
    let mut days: Vec<Date> = DROPS.iter().map(|(path, _)| day(path)).collect();
    days.dedup();
    days
}

/// Makes the sample office in a new folder and runs it day by day.
///
/// # Errors
/// Where the folder has something in it, or the world fails.
pub fn demo(root: &Path, progress: &mut dyn Progress) -> Result<Vec<Outcome>, Failure> {
    init(root)?;
    for (path, bytes) in OFFICE {
        outbox::place(&root.join(path), bytes)?;
    }
    let mut outcomes = Vec::new();
    for today in demo_days() {
        let folder = format!("drops/{today}/");
        for (path, bytes) in DROPS {
            if let Some(name) = path.strip_prefix(&folder) {
                outbox::place(&root.join("inbox").join(name), bytes)?;
            }
        }
        outcomes.push(run(root, RunOptions { today }, progress)?);
    }
    Ok(outcomes)
}
