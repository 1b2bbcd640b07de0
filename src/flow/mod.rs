//! Runs one operation: fetch, call the stations in order, store; no rules of its own.

mod bill;
mod check;
mod coverage;
mod demo;
mod desk;
mod explain;
mod failure;
mod find;
mod init;
mod list;
mod lists;
mod orders;
mod progress;
mod rate;
mod rate_check;
mod refresh;
mod returned;
mod run;
mod status;
mod take_in;
mod understand;

pub use crate::inbox::{Idle, WhyIdle};
pub use bill::RunOutcome;
pub use check::{Checked, CheckedSheet, check, findings_json};
pub use demo::{demo, demo_days};
pub use explain::{ExplainQuery, Explained, explain};
pub use failure::Failure;
pub use find::{Found, find};
pub use init::init;
pub use list::{ListQuery, Table, What, list};
pub use progress::{Progress, Silent};
pub use rate::{RateOutput, RateQuery, Rated, rate_customers};
pub use rate_check::{CheckedRates, check_rates};
pub use run::{Outcome, RunOptions, run};
pub use status::{Status, status};
pub use take_in::FileOutcome;
