//! The one test binary: each module is one door to a part of the program.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests read the corpus from disk")]
#![allow(clippy::unwrap_used, reason = "what a test's own functions unwrap fails the test")]
#![allow(clippy::print_stderr, reason = "a skipped test says so")]
#![allow(clippy::float_arithmetic, reason = "what a sheet holds is compared with what it held")]

mod account_changes;
mod approval;
mod bad_inputs;
mod bank_data;
mod change;
mod cimis;
mod closed_accounts;
mod column_maps;
mod control;
mod convert;
mod corpus;
mod decided;
mod deposit_refunds;
mod documents;
mod explain;
#[cfg(unix)]
mod faults;
mod field_orders;
mod findings;
mod invoices;
mod journeys;
mod late_fees;
mod leak_credits;
mod letters;
mod lock_offs;
mod mangle;
mod money;
mod pages;
mod parts;
mod promises;
mod rate;
mod rate_change;
mod read_audit;
mod recalculation;
mod resting;
mod returned;
mod sample_office;
mod scenarios;
mod several_sheets;
mod stopped;
mod stuck_meters;
mod support;
mod tampered;
mod tax_roll;
mod templates;
mod tidy;
mod undo;
mod verify;
mod watch;
mod weather;
