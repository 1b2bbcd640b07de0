//! Rates: what a rate file means, what a bill comes to, and what is refused.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test may fail loudly and say what it skipped"
)]

mod cases;
mod check;
mod customers;
mod laws;
mod oracle;
mod refused;
mod restated;
