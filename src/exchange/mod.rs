//! Byte-exact reading of the files of other systems that are no sheets.
//!
//! Bytes in, typed rows out. What a file lacks is said with the record it lacks it in.

mod cimis;

pub use cimis::{CimisAnswer, cimis_answer, station_report};
