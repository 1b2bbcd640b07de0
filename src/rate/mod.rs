//! Prices usage under a tariff, line by line, with the working shown; reads OWRS into a tariff.
//!
//! A rate file is read once, by [`compile()`], into a closed set of forms: numbers and formulas, maps by the
//! customer's data, tiers and budget tiers. What has no meaning is refused there, by file, line and key,
//! before anybody is billed. [`price()`] then works out a bill in exact decimals and rounds nothing; money is
//! rounded once per printed line, by whoever prints it.
//!
//! ```text
//! text --yaml--> nodes --compile, class, tiers, formula, lines--> Tariff --evaluate, price--> Priced
//!                                                          Tariff --restate--> text
//! ```
//!
//! ```
//! use meterbook::domain::books::tariff::Customer;
//! use meterbook::rate::{self, Options};
//!
//! let compiled = rate::compile("2026-07-01.owrs", "
//! metadata: {effective_date: 07/01/2026, bill_unit: ccf}
//! rate_structure:
//!   HOMES:
//!     service_charge: {depends_on: meter_size, values: {5/8\": 23.30, 1|1/2\": 78.30}}
//!     commodity_charge: Tiered
//!     tier_starts: [0, 5, 11]
//!     tier_prices: [3.59, 5.69, 6.89]
//!     bill: service_charge+commodity_charge
//! ");
//! let tariff = compiled.tariff.expect("the file has no faults");
//! let customer = Customer::new().with_text("meter_size", "1 1/2").with_text("usage_ccf", "7.5");
//! let priced = rate::price(&tariff, "HOMES", &customer, Options::default()).unwrap();
//! assert_eq!(priced.bill.to_string(), "112.575"); // 78.30 + 4 x 3.59 + 3.5 x 5.69 = 112.575
//! assert_eq!(priced.charges()[2].working.key, "HOMES/tier_prices/2");
//! ```

mod class;
mod compile;
mod customers;
mod describe;
mod evaluate;
mod formula;
mod keys;
mod lines;
mod needs;
mod number;
mod price;
mod restate;
mod tiers;
mod yaml;

use crate::domain::books::tariff::Tariff;
use crate::domain::date::Date;

pub use compile::{Compiled, compile};
pub use customers::{Columns, is_header};
pub use describe::describe;
pub use needs::{Need, needs, unmet};
pub use price::{Options, price};
pub use restate::restate;

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

/// The tariff in force on a date and all that come into force later, in the order of the list.
pub fn in_force_from(tariffs: &[Tariff], date: Date) -> impl Iterator<Item = &Tariff> {
    let now = choose(tariffs, date).and_then(|tariff| tariff.effective).unwrap_or(date);
    tariffs.iter().filter(move |tariff| tariff.effective.is_some_and(|effective| effective >= now))
}
