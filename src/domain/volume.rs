//! Volumes of water: what a register counts and what a bill prices.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What one step of a register is worth before its multiplier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum VolumeUnit {
    /// Cubic feet, abbreviated `cf`.
    Cf,
    /// US gallons, abbreviated `gal`.
    Gal,
}

impl VolumeUnit {
    /// How many of this unit make one billing unit (HCF): 100 cubic feet, 748 gallons
    /// (the district's published equivalence).
    pub fn per_hcf(self) -> i64 {
        match self {
            VolumeUnit::Cf => 100,
            VolumeUnit::Gal => 748,
        }
    }

    /// Reads the unit as people write it; `None` where it is neither cubic feet nor gallons.
    pub fn parse(text: &str) -> Option<VolumeUnit> {
        match text.trim().to_ascii_lowercase().trim_end_matches('.') {
            "cf" | "cubic feet" | "cubic foot" | "cu ft" | "cuft" | "ft3" => Some(VolumeUnit::Cf),
            "gal" | "gallon" | "gallons" => Some(VolumeUnit::Gal),
            _ => None,
        }
    }
}

impl fmt::Display for VolumeUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            VolumeUnit::Cf => "cf",
            VolumeUnit::Gal => "gal",
        })
    }
}

/// Usage between two reads in whole cubic feet or gallons; negative after an over-estimate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// How much.
    pub amount: i64,
    /// Of what.
    pub unit: VolumeUnit,
}
