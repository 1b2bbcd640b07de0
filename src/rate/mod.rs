//! Prices usage under a tariff, line by line, with the working shown; reads OWRS into a tariff.
//!
//! A rate file is read once, by [`compile`], into a closed set of forms: numbers and formulas, maps by the
//! customer's data, tiers and budget tiers. What has no meaning is refused there, by file, line and key,
//! before anybody is billed. [`price`] then works out a bill in exact decimals and rounds nothing; money is
//! rounded once per printed line, by whoever prints it.
//!
//! ```text
//! text --yaml--> nodes --compile/class/tiers/lines--> Tariff --evaluate/price--> Priced
//! ```

mod class;
mod compile;
mod evaluate;
mod formula;
mod keys;
mod lines;
mod needs;
mod number;
mod price;
mod tiers;
mod yaml;

use crate::domain::books::tariff::Tariff;
use crate::domain::date::Date;

pub use compile::{Compiled, compile};
pub use needs::{Need, needs};
pub use price::{Options, price};

/// The variable that every rate file uses for the water, whatever its unit.
pub const USAGE: &str = "usage_ccf";

/// The tariff in force on a date: the one with the latest effective date on or before it.
///
/// `None` where the first tariff begins later. Of two with the same date the one that stands later in the
/// list is taken; a caller who reads a folder should refuse such a pair.
pub fn choose(tariffs: &[Tariff], date: Date) -> Option<&Tariff> {
    let in_force = |tariff: &&Tariff| tariff.effective.is_some_and(|effective| effective <= date);
    tariffs.iter().filter(in_force).max_by_key(|tariff| tariff.effective)
}
