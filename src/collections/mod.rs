//! Notices, holds, plans, and the lawful lock-off date with its proof.
//!
//! The rules are those of the office's policy, which is never laxer than the law: a policy that is was refused when the
//! settings were read. Every date is a function of dated evidence, the calendar and the day asked for.

mod bill_steps;
mod calendar;
mod letters;
mod plan;
mod schedule;
mod timeline;

pub use bill_steps::bill_steps;
pub use calendar::BusinessDays;
pub use letters::{Due, Steps, letters, mark_returned};
pub use plan::standing;
pub use schedule::{Place, schedule};
pub use timeline::{Case, Ground, timeline};

#[cfg(test)]
mod tests;
