//! A billing workbench for the office of a water district.
//!
//! People drop spreadsheets into a folder; meterbook reads them, rates the water, keeps the books and
//! writes the workbooks that the office works from. `ARCHITECTURE.md` draws the house; in one sentence:
//! a station imports `domain` and nothing else of ours, `flow` imports the stations, `cli` imports `flow`.

pub mod bill;
pub mod cli;
pub mod collections;
pub mod domain;
pub mod flow;

pub mod exchange;
pub mod inbox;
pub mod ledger;
pub mod outbox;
pub mod post;
pub mod print;
pub mod rate;
pub mod receivables;
pub mod recognise;
pub mod rows;
pub mod sheet;
pub mod workbook;
