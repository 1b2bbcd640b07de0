//! A meter and the account that holds it.

use serde::{Deserialize, Serialize};

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
    /// How it left the account; `None` while it is there, and where it passed to whoever moved in.
    pub removal: Option<Removal>,
}

/// How a meter was changed out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removal {
    /// The day of the change; a read of that day may be of either meter.
    pub date: Date,
    /// What its register showed at the end.
    pub final_reading: i64,
    /// Why it was changed; empty where nobody said.
    pub reason: String,
    /// Who changed it; empty where nobody said.
    pub crew: String,
}

impl Meter {
    /// Whether the account has it on a date; on the day of a change it has both meters.
    pub fn is_there_on(&self, date: Date) -> bool {
        self.installed <= date && self.removal.as_ref().is_none_or(|removal| date <= removal.date)
    }
}

/// Adds what a sheet says of a meter to the places where it has been, in the order of the sheets.
///
/// It replaces what was said before of the same place. A meter that was changed out and comes back without a removal
/// is a new place.
pub fn settle(places: &mut Vec<Meter>, meter: Meter) {
    let place = places.iter_mut().rev().find(|place| place.account == meter.account);
    match place {
        Some(place) if place.removal.is_none() || meter.removal.is_some() => *place = meter,
        _ => places.push(meter),
    }
}
