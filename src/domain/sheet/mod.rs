//! Sheets as they were dropped: cells, rows, and the profiles by which a kind is recognised.

pub mod cell;
pub mod column_map;
pub mod place;
pub mod profile;
pub mod returned;
