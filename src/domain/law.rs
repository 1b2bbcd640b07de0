//! The law on locking off water, as data: what an office's policy cannot go below. Parsed from `templates/law`.

use serde::Deserialize;

use crate::domain::date::Date;
use crate::domain::holiday::Holiday;
use crate::domain::money::Money;

/// What a rule of the law is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LawRule {
    /// Days of delinquency before residential service may end.
    DelinquentDays,
    /// Business days between a contact and the lock-off of residential service.
    ContactBusinessDays,
    /// Days between a notice and the lock-off.
    NoticeDays,
    /// Days after mailing on which the days of a mailed notice begin.
    MailingDays,
    /// Days after the bill before which no notice counts.
    NoticeNotBeforeDays,
    /// Days between the last attempt to reach somebody and the lock-off.
    AttemptDays,
    /// Days between the occupants' notice and the lock-off.
    OccupantDays,
    /// Days that an instalment or a bill is late when a plan is broken.
    PlanDefaultDays,
    /// Business days between the posted final notice and the lock-off, after a broken plan.
    PostingBusinessDays,
    /// Holds.
    Hold,
    /// Plans that are kept.
    Plan,
    /// Days on which nobody is locked off.
    ClosedDays,
    /// The most that a low-income customer pays for a reconnection, in cents.
    ReconnectionMostCents,
    /// The same outside operating hours.
    ReconnectionAfterHoursMostCents,
}

/// One rule, in one version.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// What it is about.
    pub name: LawRule,
    /// Where it stands.
    pub section: String,
    /// Its figure.
    pub value: i64,
    /// Whether the figure is a ceiling; else it is a floor.
    #[serde(default)]
    pub most: bool,
    /// What the figure counts.
    pub unit: String,
    /// The day from which this version is in force.
    pub effective: Date,
    /// What it says, in one sentence.
    pub about: String,
    /// Which text of it was read.
    pub read: String,
}

/// The law of a state, in all its versions.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Law {
    /// The version of the text, printed on every schedule.
    pub version: String,
    /// The state.
    pub jurisdiction: String,
    /// Its rules.
    #[serde(rename = "rule")]
    pub rules: Vec<Section>,
    /// Its holidays.
    #[serde(rename = "holiday")]
    pub holidays: Vec<Holiday>,
}

impl Law {
    /// The law of California that comes with the program.
    pub fn california() -> Law {
        let text = include_str!("../../templates/law/california.toml");
        toml::from_str(text).expect("the law is part of the program and tested")
    }

    /// The version of a rule that is in force on a day; the oldest where the day lies before all.
    ///
    /// # Panics
    /// Where the law lacks the rule; the one that comes with the program has them all.
    pub fn rule(&self, name: LawRule, on: Date) -> &Section {
        let versions = || self.rules.iter().filter(|section| section.name == name);
        let in_force = versions().filter(|section| section.effective <= on);
        in_force
            .max_by_key(|section| section.effective)
            .or_else(|| versions().min_by_key(|section| section.effective))
            .expect("the law has every rule")
    }

    /// The most that a low-income customer pays for a reconnection in operating hours.
    pub fn reconnection_most(&self, on: Date) -> Money {
        Money::from_cents(self.rule(LawRule::ReconnectionMostCents, on).value)
    }

    /// The most that a low-income customer pays for a reconnection outside operating hours.
    pub fn reconnection_after_hours_most(&self, on: Date) -> Money {
        Money::from_cents(self.rule(LawRule::ReconnectionAfterHoursMostCents, on).value)
    }
}
