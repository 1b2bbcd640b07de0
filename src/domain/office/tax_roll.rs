//! `[tax_roll]`: what the county wants to know of wastewater that it collects with the property tax.

use std::ops::RangeInclusive;

use serde::Deserialize;

use super::OfficeFault;
use crate::domain::proposals::tax_roll::Parcel;

/// Digits of a parcel number in the counties of California, where the office names no form.
const LENGTHS: [usize; 3] = [9, 10, 13];
/// How many digits a parcel number may be said to have.
const DIGITS: RangeInclusive<usize> = 9..=18;

/// `[tax_roll]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TaxRollPolicy {
    /// The county's code of the charge; empty: none is known (not published).
    pub charge_code: String,
    /// One 0 per digit of a parcel number; empty: 9, 10 or 13 digits.
    pub parcel: String,
    /// Instalments in which the county collects it: the cents it is sent divide by them.
    pub instalments: u32,
}

impl Default for TaxRollPolicy {
    fn default() -> TaxRollPolicy {
        TaxRollPolicy { charge_code: String::new(), parcel: String::new(), instalments: 1 }
    }
}

impl TaxRollPolicy {
    pub(super) fn check(&self) -> Result<(), OfficeFault> {
        let long = self.parcel.is_empty() || DIGITS.contains(&self.parcel.len());
        if !long || self.parcel.bytes().any(|byte| byte != b'0') {
            return Err(OfficeFault(format!(
                "[tax_roll] parcel = \"{}\": write one 0 for each digit of a parcel number, 9 to 18, such as \
                 \"0000000000000\".",
                self.parcel
            )));
        }
        if !(1..=12).contains(&self.instalments) {
            return Err(OfficeFault(format!(
                "[tax_roll] instalments = {}: write in how many parts a year the county collects, 1 to 12.",
                self.instalments
            )));
        }
        Ok(())
    }

    /// A parcel number as the county writes it: its digits alone, as many as its form has.
    pub fn parcel(&self, typed: &str) -> Parcel {
        let typed = typed.trim();
        let digits: String = typed.chars().filter(|letter| !" -.".contains(*letter)).collect();
        let long = |length: usize| match self.parcel.is_empty() {
            true => LENGTHS.contains(&length),
            false => length == self.parcel.len(),
        };
        match digits.bytes().all(|byte| byte.is_ascii_digit()) {
            _ if typed.is_empty() => Parcel::Missing,
            true if long(digits.len()) => Parcel::Known(digits),
            _ => Parcel::Malformed(typed.to_owned()),
        }
    }

    /// How many digits a parcel number has, in words.
    pub fn parcel_form(&self) -> String {
        if self.parcel.is_empty() {
            "9, 10 or 13 digits".to_owned()
        } else {
            format!("{} digits", self.parcel.len())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parcel_has_the_digits_of_its_form_and_keeps_its_zeros() {
        let any = TaxRollPolicy::default();
        let thirteen = TaxRollPolicy { parcel: "0".repeat(13), ..TaxRollPolicy::default() };
        let known = |digits: &str| Parcel::Known(digits.to_owned());
        let malformed = |typed: &str| Parcel::Malformed(typed.to_owned());
        for (typed, free, fixed) in [
            ("0601-123-45-0000", known("0601123450000"), known("0601123450000")),
            (" 0601 123 450 000 ", known("0601123450000"), known("0601123450000")),
            ("060112345", known("060112345"), malformed("060112345")),
            ("601123450000", malformed("601123450000"), malformed("601123450000")),
            ("0601-123-4S", malformed("0601-123-4S"), malformed("0601-123-4S")),
            ("-", malformed("-"), malformed("-")),
            ("", Parcel::Missing, Parcel::Missing),
        ] {
            assert_eq!((any.parcel(typed), thirteen.parcel(typed)), (free, fixed), "{typed}");
        }
    }

    #[test]
    fn settings_that_mean_nothing_are_refused() {
        let refused = |policy: TaxRollPolicy| policy.check().unwrap_err().to_string();
        assert!(
            refused(TaxRollPolicy { parcel: "0000-00".to_owned(), ..TaxRollPolicy::default() })
                .contains("one 0")
        );
        assert!(refused(TaxRollPolicy { instalments: 0, ..TaxRollPolicy::default() }).contains("1 to 12"));
        TaxRollPolicy::default().check().unwrap();
    }
}
