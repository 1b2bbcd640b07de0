//! A hold: why an account may not be locked off, or a bill takes no late fee, for a while.

use crate::domain::date::Date;
use crate::domain::id::AccountId;

/// Why an account is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HoldKind {
    /// A resident whose life or health depends on water (Health and Safety Code 116910(a)).
    Medical,
    /// An appeal of an adult at the residence is pending (Health and Safety Code 116908(b)).
    Appeal,
    /// The customer disputes the bill (Government Code 60372); it keeps late fees away too.
    Dispute,
    /// More time to pay was granted (Government Code 60372).
    Extension,
    /// The customer is under the protection of a bankruptcy court.
    Bankruptcy,
}

impl HoldKind {
    /// All kinds.
    pub const ALL: [HoldKind; 5] =
        [HoldKind::Medical, HoldKind::Appeal, HoldKind::Dispute, HoldKind::Extension, HoldKind::Bankruptcy];

    /// The word that sheets use.
    pub fn word(self) -> &'static str {
        match self {
            HoldKind::Medical => "medical",
            HoldKind::Appeal => "appeal",
            HoldKind::Dispute => "dispute",
            HoldKind::Extension => "extension",
            HoldKind::Bankruptcy => "bankruptcy",
        }
    }
}

/// What a medical hold rests on; it counts only with all three (Health and Safety Code 116910(a)).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MedicalGrounds {
    /// A primary care provider certifies that a lock-off would be life-threatening or a serious threat to health.
    pub certificate: bool,
    /// The customer cannot pay within the normal cycle.
    pub unable_to_pay: bool,
    /// The customer is willing to enter a plan.
    pub accepts_plan: bool,
}

impl MedicalGrounds {
    /// Whether all three are there.
    pub fn are_complete(self) -> bool {
        self.certificate && self.unable_to_pay && self.accepts_plan
    }
}

/// A hold on an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// The account.
    pub account: AccountId,
    /// Why.
    pub kind: HoldKind,
    /// The day from which it counts; it may lie ahead.
    pub from: Date,
    /// Its last day; open-ended where absent.
    pub until: Option<Date>,
    /// What a medical hold rests on; of no matter for the other kinds.
    pub grounds: MedicalGrounds,
}

impl Hold {
    /// Whether it counts at all: a medical hold needs all of its grounds.
    pub fn counts(&self) -> bool {
        self.kind != HoldKind::Medical || self.grounds.are_complete()
    }

    /// Whether it counts on a day, its first and last one included.
    pub fn is_open_on(&self, day: Date) -> bool {
        self.counts() && self.from <= day && self.until.is_none_or(|until| day <= until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn a_hold_counts_from_its_first_day_to_its_last() {
        let mut hold = Hold {
            account: AccountId::new("1"),
            kind: HoldKind::Dispute,
            from: date("2026-07-15"),
            until: Some(date("2026-09-30")),
            grounds: MedicalGrounds::default(),
        };
        let open = |hold: &Hold, day: &str| hold.is_open_on(date(day));
        assert!(!open(&hold, "2026-07-14") && open(&hold, "2026-07-15"));
        assert!(open(&hold, "2026-09-30") && !open(&hold, "2026-10-01"));
        hold.until = None;
        assert!(open(&hold, "2030-01-01"));
    }

    #[test]
    fn a_medical_hold_needs_all_three_grounds() {
        let grounds = |certificate, unable_to_pay, accepts_plan| MedicalGrounds {
            certificate,
            unable_to_pay,
            accepts_plan,
        };
        let hold = |grounds| Hold {
            account: AccountId::new("1"),
            kind: HoldKind::Medical,
            from: date("2026-07-15"),
            until: None,
            grounds,
        };
        assert!(hold(grounds(true, true, true)).is_open_on(date("2026-07-15")));
        for two in [(false, true, true), (true, false, true), (true, true, false)] {
            assert!(!hold(grounds(two.0, two.1, two.2)).is_open_on(date("2026-07-15")));
        }
    }
}
