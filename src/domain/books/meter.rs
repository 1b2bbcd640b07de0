//! A meter and the account that holds it.

use crate::domain::books::account::MeterSize;
use crate::domain::date::Date;
use crate::domain::id::{AccountId, MeterId};
use crate::domain::volume::VolumeUnit;

/// A register: how many dials it has and what one step of it is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Register {
    /// Number of dials, 1 to 12; a reading lies below 10 to that power.
    pub dials: u32,
    /// Units of water to one step; 1 for most meters.
    pub multiplier: i64,
    /// What it counts.
    pub unit: VolumeUnit,
}

impl Register {
    /// The first reading that the register cannot show: 10 to the number of dials.
    pub fn capacity(self) -> i64 {
        10_i64.pow(self.dials)
    }
}

/// A meter as installed on an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meter {
    /// The account that holds it.
    pub account: AccountId,
    /// Its serial number.
    pub id: MeterId,
    /// Its size, where it is not the account's.
    pub size: Option<MeterSize>,
    /// Its register.
    pub register: Register,
    /// The day it was installed, or of the last read billed before the books were opened.
    pub installed: Date,
    /// What it showed on that day.
    pub initial_reading: i64,
    /// The radio endpoint.
    pub endpoint: String,
}
