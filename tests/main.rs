//! The one test binary: each module is one door to a part of the program.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests read the corpus from disk")]
#![allow(clippy::unwrap_used, reason = "what a test's own functions unwrap fails the test")]

mod corpus;
mod mangle;
mod rate;
mod sample_office;
mod templates;
mod tidy;
