//! The earliest lawful date of a lock-off, rule by rule.

use super::calendar::BusinessDays;
use crate::domain::books::balance::PastDueBill;
use crate::domain::books::hold::Hold;
use crate::domain::books::notice::{Method, Notice, NoticeKind};
use crate::domain::books::payment_plan::PlanStanding;
use crate::domain::date::{Date, plus_days};
use crate::domain::id::AccountId;
use crate::domain::law::{Law, LawRule};
use crate::domain::money::Money;
use crate::domain::office::LockOff;
use crate::domain::proposals::timeline::{Finding, Rule, Standing, Timeline};

/// An account that owes, with all that is known for and against locking it off.
#[derive(Clone, Debug)]
pub struct Case<'a> {
    /// The account.
    pub account: &'a AccountId,
    /// Whether the rules for residential customers apply.
    pub residential: bool,
    /// Whether somebody else than the customer lives there.
    pub tenant: bool,
    /// What of its bills is past due.
    pub past_due: Money,
    /// The oldest unpaid bill.
    pub bill: PastDueBill,
    /// What was sent, said and posted.
    pub notices: &'a [Notice],
    /// Its holds.
    pub holds: &'a [Hold],
    /// Its payment plan.
    pub plan: Option<PlanStanding>,
}

/// What a timeline is worked out by.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    /// The office's figures, none below the law's.
    pub policy: &'a LockOff,
    /// The law, for its sections.
    pub law: &'a Law,
    /// The calendar.
    pub days: &'a BusinessDays,
    /// The end of this day.
    pub as_of: Date,
}

/// When an account may be locked off at the earliest; it has no place in the schedule yet.
pub fn timeline(case: &Case<'_>, ground: Ground<'_>) -> Timeline {
    let since = plus_days(case.bill.due, 1);
    let look = Look { case, ground, since };
    let rules = vec![
        look.l1(),
        look.l2(),
        look.l3(),
        look.l4(),
        look.l5(),
        look.l6(),
        look.l7(),
        look.l8(),
        look.l9(),
    ];
    let latest = |dates: &mut dyn Iterator<Item = Date>| {
        dates.max().map(|latest| ground.days.roll_to_lock_off(latest))
    };
    let missing: Vec<Rule> =
        rules.iter().filter(|found| found.standing == Standing::Missing).map(|found| found.rule).collect();
    let satisfied = || rules.iter().filter_map(|found| found.standing.date());
    let steps: Option<Vec<Date>> = missing.iter().map(|rule| look.if_taken_today(*rule)).collect();
    let (earliest, if_today) = match steps {
        _ if missing.is_empty() => (latest(&mut satisfied()), None),
        Some(steps) => (None, latest(&mut satisfied().chain(steps))),
        None => (None, None),
    };
    Timeline {
        account: case.account.clone(),
        past_due: case.past_due,
        bill: case.bill.reference.clone(),
        bill_date: case.bill.date,
        delinquent_since: since,
        rules,
        earliest,
        if_today,
        scheduled: None,
    }
}

/// One look at one account.
struct Look<'a> {
    case: &'a Case<'a>,
    ground: Ground<'a>,
    /// Delinquent since.
    since: Date,
}

impl Look<'_> {
    fn l1(&self) -> Finding {
        if !self.case.residential {
            return self.not_applicable(Rule::L1, "not residential");
        }
        self.after(Rule::L1, self.since, self.ground.policy.residential_days, "delinquent since")
    }

    fn l2(&self) -> Finding {
        if self.case.residential {
            return self.not_applicable(Rule::L2, "residential: L1 applies");
        }
        self.after(Rule::L2, self.case.bill.date, self.ground.policy.non_residential_days, "bill date")
    }

    fn l3(&self) -> Finding {
        if !self.case.residential {
            return self.not_applicable(Rule::L3, "not residential");
        }
        let contacts = self.notices(self.since).filter(|notice| notice.is_contact());
        match contacts.min_by_key(|notice| notice.date) {
            Some(notice) => self.after_business(
                Rule::L3,
                notice.date,
                self.ground.policy.contact_business_days,
                &in_words(notice),
            ),
            None => {
                self.missing(Rule::L3, "no letter and no call that reached somebody since the delinquency")
            }
        }
    }

    fn l4(&self) -> Finding {
        let from = plus_days(self.case.bill.date, self.ground.policy.notice_not_before_days);
        let mailed = self.notices(from).filter(|notice| notice.is_written());
        match mailed.min_by_key(|notice| notice.date) {
            Some(notice) => self.after(Rule::L4, notice.date, self.notice_days(), &in_words(notice)),
            None => {
                self.missing(Rule::L4, &format!("no past-due letter or final notice mailed since {from}"))
            }
        }
    }

    fn l5(&self) -> Finding {
        let policy = self.ground.policy;
        let from = plus_days(self.ground.as_of, -policy.attempt_lapses_days).max(self.case.bill.date);
        let attempts = self.notices(from).filter(|notice| notice.is_attempt());
        match attempts.max_by_key(|notice| notice.date) {
            Some(notice) => self.after(Rule::L5, notice.date, policy.attempt_days, &in_words(notice)),
            None => self.missing(Rule::L5, &format!("no call, visit or door hanger since {from}")),
        }
    }

    fn l6(&self) -> Finding {
        if !self.case.tenant {
            return self.not_applicable(Rule::L6, "the customer lives there");
        }
        let policy = self.ground.policy;
        let days = |notice: &Notice| {
            policy.occupant_days + if notice.method == Method::Mail { policy.mailing_days } else { 0 }
        };
        let told = self.notices(self.case.bill.date).filter(|n| n.kind == NoticeKind::OccupantNotice);
        match told.min_by_key(|notice| (plus_days(notice.date, days(notice)), notice.date)) {
            Some(notice) => self.after(Rule::L6, notice.date, days(notice), &in_words(notice)),
            None => self.missing(Rule::L6, "no notice to the occupants"),
        }
    }

    fn l7(&self) -> Finding {
        let holds = self.case.holds.iter().filter(|hold| {
            let open_since_then = hold.until.is_none_or(|until| until >= self.since);
            hold.counts() && hold.from <= self.ground.as_of && open_since_then
        });
        // An open-ended hold is the last to end.
        let last = holds.max_by_key(|hold| (hold.until.is_none(), hold.until));
        match last.map(|hold| (hold, hold.until)) {
            None => self.not_applicable(Rule::L7, "no hold"),
            Some((hold, Some(until))) => {
                self.after(Rule::L7, until, 1, &format!("last day of the {} hold", hold.kind.word()))
            }
            Some((hold, None)) => {
                self.missing(Rule::L7, &format!("{} hold open since {}", hold.kind.word(), hold.from))
            }
        }
    }

    fn l8(&self) -> Finding {
        match self.case.plan {
            Some(PlanStanding::Kept) => self.missing(Rule::L8, "a payment plan is in force and kept"),
            Some(PlanStanding::Broken(_)) => {
                self.not_applicable(Rule::L8, "the payment plan is broken: L9 applies")
            }
            Some(PlanStanding::Over) => self.not_applicable(Rule::L8, "the payment plan is over"),
            None => self.not_applicable(Rule::L8, "no payment plan"),
        }
    }

    fn l9(&self) -> Finding {
        let Some(PlanStanding::Broken(broken)) = self.case.plan else {
            return self.not_applicable(Rule::L9, "no broken payment plan");
        };
        let posted = self.notices(self.case.bill.date.max(broken)).filter(|n| n.is_posted_final());
        match posted.min_by_key(|notice| notice.date) {
            Some(notice) => self.after_business(
                Rule::L9,
                notice.date,
                self.ground.policy.posting_business_days,
                &in_words(notice),
            ),
            None => {
                self.missing(Rule::L9, &format!("plan broken since {broken}, no final notice posted since"))
            }
        }
    }

    /// The date of a rule if its step were taken on the day itself; `None` where no step mends it.
    fn if_taken_today(&self, rule: Rule) -> Option<Date> {
        let (policy, days, today) = (self.ground.policy, self.ground.days, self.ground.as_of);
        match rule {
            Rule::L3 => Some(days.add(today, policy.contact_business_days)),
            Rule::L4 => {
                let counts = today >= plus_days(self.case.bill.date, policy.notice_not_before_days);
                counts.then(|| plus_days(today, self.notice_days()))
            }
            Rule::L5 => Some(plus_days(today, policy.attempt_days)),
            Rule::L6 => Some(plus_days(today, policy.occupant_days + policy.mailing_days)),
            Rule::L9 => Some(days.add(today, policy.posting_business_days)),
            Rule::L1 | Rule::L2 | Rule::L7 | Rule::L8 => None,
        }
    }

    /// From the mailing of a notice to the lock-off.
    fn notice_days(&self) -> i64 {
        self.ground.policy.notice_days + self.ground.policy.mailing_days
    }

    /// The notices from a day to today.
    fn notices(&self, from: Date) -> impl Iterator<Item = &Notice> {
        let until = self.ground.as_of;
        self.case.notices.iter().filter(move |notice| notice.date >= from && notice.date <= until)
    }

    fn after(&self, rule: Rule, evidence: Date, days: i64, what: &str) -> Finding {
        let standing = Standing::From(plus_days(evidence, days));
        Finding { evidence: Some(evidence), days: Some((days, false)), ..self.finding(rule, standing, what) }
    }

    fn after_business(&self, rule: Rule, evidence: Date, days: i64, what: &str) -> Finding {
        let standing = Standing::From(self.ground.days.add(evidence, days));
        Finding { evidence: Some(evidence), days: Some((days, true)), ..self.finding(rule, standing, what) }
    }

    fn missing(&self, rule: Rule, what: &str) -> Finding {
        self.finding(rule, Standing::Missing, what)
    }

    fn not_applicable(&self, rule: Rule, what: &str) -> Finding {
        self.finding(rule, Standing::NotApplicable, what)
    }

    fn finding(&self, rule: Rule, standing: Standing, what: &str) -> Finding {
        let law = match rule {
            Rule::L1 => Some(LawRule::DelinquentDays),
            Rule::L2 => None,
            Rule::L3 => Some(LawRule::ContactBusinessDays),
            Rule::L4 => Some(LawRule::NoticeDays),
            Rule::L5 => Some(LawRule::AttemptDays),
            Rule::L6 => Some(LawRule::OccupantDays),
            Rule::L7 => Some(LawRule::Hold),
            Rule::L8 => Some(LawRule::Plan),
            Rule::L9 => Some(LawRule::PostingBusinessDays),
        };
        let section = law.map_or("policy", |name| &self.ground.law.rule(name, self.ground.as_of).section);
        Finding {
            rule,
            standing,
            evidence: None,
            what: what.to_owned(),
            section: section.to_owned(),
            days: None,
        }
    }
}

/// What was done, in words.
fn in_words(notice: &Notice) -> String {
    match (notice.kind, notice.method, notice.reached) {
        (NoticeKind::Call, _, true) => "call that reached somebody".to_owned(),
        (NoticeKind::Call, _, false) => "call".to_owned(),
        (NoticeKind::DoorHanger, ..) => "door hanger".to_owned(),
        (kind, Method::Mail, _) => format!("{} mailed", kind.word()),
        (kind, Method::Posted, _) => format!("{} posted", kind.word()),
        (kind, ..) => kind.word().to_owned(),
    }
}
