//! The one test binary: each module is one door to a part of the program.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests read the corpus from disk")]

mod rate;
