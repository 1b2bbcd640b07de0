//! When an account may be locked off at the earliest, and what proves it.

use crate::domain::date::{Date, plus_days};
use crate::domain::id::AccountId;
use crate::domain::money::Money;

/// The rules of a lock-off, L1 to L9; L10 is the roll to the next lock-off day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// Days of delinquency, residential.
    L1,
    /// Days after the bill, others.
    L2,
    /// The customer was contacted.
    L3,
    /// A notice was mailed.
    L4,
    /// An attempt or a posting shortly before.
    L5,
    /// Occupants who are not the customer were told.
    L6,
    /// No hold.
    L7,
    /// No plan that is kept.
    L8,
    /// After a broken plan: a final notice was posted.
    L9,
}

impl Rule {
    /// All rules, in order.
    pub const ALL: [Rule; 9] =
        [Rule::L1, Rule::L2, Rule::L3, Rule::L4, Rule::L5, Rule::L6, Rule::L7, Rule::L8, Rule::L9];

    /// The word that lists use.
    pub fn word(self) -> &'static str {
        match self {
            Rule::L1 => "L1",
            Rule::L2 => "L2",
            Rule::L3 => "L3",
            Rule::L4 => "L4",
            Rule::L5 => "L5",
            Rule::L6 => "L6",
            Rule::L7 => "L7",
            Rule::L8 => "L8",
            Rule::L9 => "L9",
        }
    }

    /// What the rule asks for, for people.
    pub fn about(self) -> &'static str {
        match self {
            Rule::L1 => "delinquent long enough",
            Rule::L2 => "days since the bill",
            Rule::L3 => "customer contacted",
            Rule::L4 => "notice mailed",
            Rule::L5 => "call, visit or door hanger shortly before",
            Rule::L6 => "occupants told",
            Rule::L7 => "no hold",
            Rule::L8 => "no payment plan that is kept",
            Rule::L9 => "final notice posted after the broken plan",
        }
    }

    /// What is to be done when it is missing; `None` where only time or the customer can mend it.
    pub fn remedy(self) -> Option<&'static str> {
        match self {
            Rule::L3 | Rule::L4 => Some("mail the past-due letter"),
            Rule::L5 => Some("hang a door hanger, or call"),
            Rule::L6 => Some("mail the occupants' letter"),
            Rule::L9 => Some("post the final notice at the property"),
            Rule::L1 | Rule::L2 | Rule::L7 | Rule::L8 => None,
        }
    }
}

/// How an account stands with one rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The rule does not apply.
    NotApplicable,
    /// It is satisfied from this day.
    From(Date),
    /// It applies and is not satisfied.
    Missing,
}

impl Standing {
    /// The day from which the rule is satisfied, where it applies and is.
    pub fn date(self) -> Option<Date> {
        match self {
            Standing::From(date) => Some(date),
            Standing::NotApplicable | Standing::Missing => None,
        }
    }
}

/// How an account stands with one rule, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub rule: Rule,
    /// How it stands.
    pub standing: Standing,
    /// The day the rule counts from: of the bill, the letter, the hanger ...
    pub evidence: Option<Date>,
    /// What happened on it, in words; why it is missing where it is.
    pub what: String,
    /// Where the law says so, or `policy`.
    pub section: String,
    /// Days from the evidence to the date, and whether they are business days; `None` where there is no evidence.
    pub days: Option<(i64, bool)>,
}

/// When an account may be locked off at the earliest, and what proves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline {
    /// The account.
    pub account: AccountId,
    /// What of its bills is past due.
    pub past_due: Money,
    /// The oldest unpaid bill past due.
    pub bill: String,
    /// Its date.
    pub bill_date: Date,
    /// The day after its due date.
    pub delinquent_since: Date,
    /// How it stands with L1 to L9, in order.
    pub rules: Vec<Finding>,
    /// The earliest lawful date; none while a step is missing. It may lie in the past.
    pub earliest: Option<Date>,
    /// The earliest date if every missing step were taken today, where steps alone are missing.
    pub if_today: Option<Date>,
    /// The day in the schedule.
    pub scheduled: Option<Date>,
}

impl Timeline {
    /// The rules that apply and are not satisfied.
    pub fn missing(&self) -> Vec<Rule> {
        let missing = self.rules.iter().filter(|found| found.standing == Standing::Missing);
        missing.map(|found| found.rule).collect()
    }

    /// How it stands with a rule.
    pub fn standing(&self, rule: Rule) -> Standing {
        let found = self.rules.iter().find(|found| found.rule == rule);
        found.map_or(Standing::NotApplicable, |found| found.standing)
    }

    /// The last attempt to reach somebody, where it will have lapsed on a day, `days` after which it counts no more.
    pub fn attempt_lapsed_on(&self, day: Date, days: i64) -> Option<&Finding> {
        let attempt = self.rules.iter().find(|found| found.rule == Rule::L5);
        attempt.filter(|found| found.evidence.is_some_and(|date| plus_days(date, days) < day))
    }

    /// What is missing, in words: `L5: no call, visit or door hanger since 2026-08-10`.
    pub fn told_missing(&self) -> String {
        self.told(|found| found.standing == Standing::Missing)
    }

    /// The rules that give the earliest date, in words.
    pub fn told_latest(&self) -> String {
        let latest = self.rules.iter().filter_map(|found| found.standing.date()).max();
        self.told(|found| latest.is_some() && found.standing.date() == latest)
    }

    fn told(&self, which: impl Fn(&Finding) -> bool) -> String {
        let told = self.rules.iter().filter(|found| which(found));
        let told: Vec<String> = told
            .map(|found| match found.evidence {
                Some(day) => format!("{}: {}, {day}", found.rule.word(), found.what),
                None => format!("{}: {}", found.rule.word(), found.what),
            })
            .collect();
        told.join("; ")
    }
}
