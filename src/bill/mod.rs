//! Usage from reads (rollover, change-out, estimate, stuck), read audit, proration, budgets, permits, tax roll, the bill run.
//!
//! `gather` puts the facts together account by account; `audit` says which reads can be billed; `plan` says
//! what a run bills; `split` divides its period where rates changed; `rate` prices each part; `assemble` puts the
//! bill together. A preview and a posted run are the same calls.

mod assemble;
mod audit;
mod bands;
mod budget;
mod compare;
mod consecutive;
mod count;
mod estimate;
mod examine;
mod flat_rates;
mod gather;
mod permits;
mod plan;
mod reasons;
mod run;
mod split;
mod stuck;
mod tax_roll;
mod usage;

pub use assemble::{Unpriced, assemble};
pub use audit::{Audit, AuditGround, audit, comparison};
pub use budget::budget;
pub use compare::{Basis, STEPS, compare, rounded, steps};
pub use estimate::{Estimate, Method, estimate};
pub use flat_rates::flat_rates;
pub use gather::gather;
pub use permits::{PermitGround, permits};
pub use plan::{Billable, Plan, plan};
pub use reasons::{overtaken, reasons};
pub use run::{DueRun, MainRuns, SkippedRun, due_runs, skipped_runs};
pub use split::{Part, PricedPart, Split, split};
pub use stuck::{Repeated, StuckGround, again, on_top, repeated, stuck};
pub use tax_roll::{RollGround, tax_roll};

#[cfg(test)]
mod tests;
