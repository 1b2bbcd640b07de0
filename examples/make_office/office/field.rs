//! What the crew does, and what it is asked to look at.

use std::path::Path;

use chrono::NaiveDate;

use super::cast::{self, Oddity, Part};
use super::sheets::Delimited;
use super::{Outcome, Plan, days, everyone, water};

/// The meters that were changed out on a day, each with its last reading; the new ones begin at nothing.
pub(super) fn meter_changes(plan: &Plan, day: NaiveDate, path: &Path) -> Outcome {
    let header =
        ["Account", "Date", "Old meter", "Final reading", "New meter", "Initial reading", "Reason", "Crew"];
    let mut file = Delimited::new(path, &header)?;
    for account in everyone(plan).filter(|account| account.part == Some(Part::MeterChanged)) {
        file.row(&[
            account.number.as_str(),
            &days::typed(day),
            &water::meter(&account),
            &water::final_reading(plan, &account).to_string(),
            &water::new_meter(&account),
            "0",
            "age",
            "JM",
        ])?;
    }
    file.finish()
}

/// What the office asks the crew to look at after the second month's reads: where much more water was used than usual.
pub(super) fn work_orders(plan: &Plan, day: NaiveDate, path: &Path) -> Outcome {
    let mut file = Delimited::new(path, &["Account", "Date", "Kind", "Note"])?;
    for account in everyone(plan) {
        if cast::oddity(account.part, 1) == Some(Oddity::High) {
            let note = "Three times the usual use: look for a leak";
            file.row(&[account.number.as_str(), &days::typed(day), "high-use", note])?;
        }
    }
    file.finish()
}
