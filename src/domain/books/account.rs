//! An account: one customer at one service address.

use std::fmt;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::domain::date::Date;
use crate::domain::id::AccountId;

/// The class whose accounts are billed from bulk water sheets alone.
pub const BULK_CLASS: &str = "bulk";

/// Whether an account is billed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Served and billed.
    Active,
    /// Known, not served, not billed.
    Inactive,
    /// Ended by a closing.
    Closed,
}

impl Status {
    /// The word that lists use.
    pub fn word(self) -> &'static str {
        match self {
            Status::Active => "active",
            Status::Inactive => "inactive",
            Status::Closed => "closed",
        }
    }
}

/// How an account pays for wastewater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sewer {
    /// Not connected.
    None,
    /// Collected by the county with the property tax.
    TaxRoll,
    /// On the water bill.
    Billed,
}

impl Sewer {
    /// The word that lists use.
    pub fn word(self) -> &'static str {
        match self {
            Sewer::None => "none",
            Sewer::TaxRoll => "tax roll",
            Sewer::Billed => "billed",
        }
    }
}

/// A meter's nominal size, spelled without the inch mark: `5/8`, `1 1/2`, `2`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MeterSize(SmolStr);

impl MeterSize {
    /// Reads a size in any usual spelling (`5/8"`, `1.5`, `1-1/2 in`, `1|1/2"`); `None` where it is none.
    pub fn parse(text: &str) -> Option<MeterSize> {
        // As the books spell most of them.
        if matches!(text, "5/8" | "3/4" | "1" | "1 1/2" | "2" | "3" | "4" | "6" | "8") {
            return Some(MeterSize(text.into()));
        }
        let mut text = text.trim().to_ascii_lowercase();
        for mark in ["inches", "inch", "in.", "in", "\"", "''", "\u{201d}", "\u{2033}"] {
            if let Some(rest) = text.strip_suffix(mark) {
                text = rest.trim_end().to_owned();
            }
        }
        let text: Vec<&str> = text.split([' ', '|', '_', '-']).filter(|part| !part.is_empty()).collect();
        let size = match text.join(" ").as_str() {
            "0.625" | ".625" => "5/8".to_owned(),
            "0.75" | ".75" => "3/4".to_owned(),
            "1.5" | "1.50" | "11/2" | "1\u{bd}" | "1 \u{bd}" => "1 1/2".to_owned(),
            "2.0" => "2".to_owned(),
            "1.0" => "1".to_owned(),
            "2.5" => "2 1/2".to_owned(),
            other => other.to_owned(),
        };
        let whole =
            |part: &str| !part.is_empty() && part.len() <= 2 && part.bytes().all(|b| b.is_ascii_digit());
        let fraction = |part: &str| part.split_once('/').is_some_and(|(a, b)| whole(a) && whole(b));
        let known = match size.split_once(' ') {
            Some((inches, rest)) => whole(inches) && fraction(rest),
            None => whole(&size) || fraction(&size),
        };
        known.then(|| MeterSize(size.into()))
    }

    /// The size as lists spell it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MeterSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// One customer at one service address, as the latest accounts row has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its number.
    pub id: AccountId,
    /// The customer's name.
    pub customer: String,
    /// Where the water is used.
    pub service_address: String,
    /// The office's name of the class (`[classes.NAME]`).
    pub class: String,
    /// The size its fixed charge goes by.
    pub meter_size: MeterSize,
    /// Whether it is billed.
    pub status: Status,
    /// First day of service, where known.
    pub opened: Option<Date>,
    /// Last day of service.
    pub closed: Option<Date>,
    /// Dwellings behind the meter; at least 1.
    pub dwelling_units: u32,
    /// How it pays for wastewater.
    pub sewer: Sewer,
    /// Equivalent dwelling units for wastewater, where the class goes by them.
    pub edu: Option<Decimal>,
    /// The cycle it is read and billed with.
    pub cycle: String,
    /// The reader's route.
    pub route: String,
    /// The place on the route.
    pub sequence: Option<i64>,
    /// Whether somebody else than the customer lives there.
    pub tenant: bool,
    /// Where to write and call.
    pub contact: Contact,
}

/// How a customer is reached, and what the collection rules, the bank and the county must know of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Street or post-office box.
    pub mailing_address: String,
    /// City.
    pub city: String,
    /// State.
    pub state: String,
    /// ZIP code, text.
    pub zip: String,
    /// Telephone.
    pub phone: String,
    /// E-mail address.
    pub email: String,
    /// The owner's name, where it is not the customer.
    pub owner: String,
    /// The county's number of the parcel, as typed; empty where unknown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub parcel: String,
    /// Whether the bill is paid by automatic payment.
    pub autopay: bool,
    /// Bank routing number; never shown beyond its last four digits.
    pub bank_routing: String,
    /// Bank account number; never shown beyond its last four digits.
    pub bank_account: String,
    /// Whether the bill goes by e-mail alone.
    pub paperless: bool,
    /// The language of letters.
    pub language: String,
    /// Last day of a medical certificate.
    pub medical_until: Option<Date>,
    /// Last day of a low-income standing.
    pub low_income_until: Option<Date>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_in_every_usual_spelling() {
        for (typed, size) in [
            ("5/8\"", "5/8"),
            ("5/8", "5/8"),
            ("3/4 in", "3/4"),
            ("1\"", "1"),
            ("1 1/2\"", "1 1/2"),
            ("1|1/2\"", "1 1/2"),
            ("1_1/2\"", "1 1/2"),
            ("1-1/2 inch", "1 1/2"),
            ("1.5", "1 1/2"),
            ("6", "6"),
        ] {
            assert_eq!(MeterSize::parse(typed).unwrap().as_str(), size, "{typed}");
        }
        for typed in ["", "large", "5/", "1 2 3", "abc\""] {
            assert_eq!(MeterSize::parse(typed), None, "{typed}");
        }
    }
}
