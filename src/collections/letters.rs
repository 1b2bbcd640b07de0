//! Who is written to, called and hung a card on a day, by the steps of the oldest unpaid bill.
//!
//! A step is due from its day on (closed days move it to the next business day) until it was taken: until a notice of its
//! kind, or of a later step, is on record since the delinquency began. Of several steps the latest is taken.

use super::timeline::{Case, Ground, timeline};
use crate::domain::books::notice::{Notice, NoticeKind};
use crate::domain::date::{Date, plus_days};
use crate::domain::office::LetterSteps;
use crate::domain::proposals::letter_run::LetterKind;
use crate::domain::proposals::timeline::{Rule, Standing, Timeline};

/// A letter or card that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// Which one.
    pub kind: LetterKind,
    /// The day from which the water may be shut off if it is sent today; none for a reminder.
    pub shutoff: Option<Date>,
    /// The last business day before that.
    pub pay_by: Option<Date>,
}

/// What is due for an account on a day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Steps {
    /// Letters and cards.
    pub due: Vec<Due>,
    /// Whether it is to be called.
    pub call: bool,
    /// The day from which the water may be shut off if it is called today; none while another step is missing.
    pub shutoff: Option<Date>,
    /// What would be due, and why it is not sent.
    pub passed_over: Option<(LetterKind, String)>,
}

/// What is due for an account on the day.
///
/// Nobody is written to, called or carded who has an open hold or keeps a payment plan.
pub fn letters(case: &Case<'_>, ground: Ground<'_>, policy: &LetterSteps) -> Steps {
    let look = Look { case, ground, policy, since: plus_days(case.bill.due, 1) };
    let today = timeline(case, ground);
    let kinds = look.kinds(&today);
    if let Some(why) = kept_off(&today, ground.as_of) {
        return Steps { passed_over: kinds.first().map(|kind| (*kind, why)), ..Steps::default() };
    }
    let call = look.reached(policy.call_days) && today.standing(Rule::L5) == Standing::Missing;
    let mut due: Vec<Due> = kinds.into_iter().map(|kind| look.due(kind)).collect();
    due.extend(look.card(&today));
    let shutoff = today.if_today.filter(|_| call && today.missing() == [Rule::L5]);
    Steps { due, call, shutoff, passed_over: None }
}

/// The hold or plan that keeps an account from being written to.
fn kept_off(today: &Timeline, as_of: Date) -> Option<String> {
    let open = |standing: Standing| match standing {
        Standing::NotApplicable => false,
        Standing::From(date) => date > as_of,
        Standing::Missing => true,
    };
    let keeps = |rule: &Rule| open(today.standing(*rule));
    let rule = [Rule::L7, Rule::L8].into_iter().find(keeps)?;
    today.rules.iter().find(|found| found.rule == rule).map(|found| found.what.clone())
}

struct Look<'a> {
    case: &'a Case<'a>,
    ground: Ground<'a>,
    policy: &'a LetterSteps,
    /// Delinquent since.
    since: Date,
}

impl Look<'_> {
    /// Whether the day of a step has come.
    fn reached(&self, days: i64) -> bool {
        self.ground.days.roll(plus_days(self.case.bill.date, days)) <= self.ground.as_of
    }

    /// Whether one of these was sent since the delinquency began.
    fn sent(&self, kinds: &[LetterKind]) -> bool {
        let is = |notice: &Notice| {
            kinds.iter().any(|kind| kind.notice() == (notice.kind, notice.method))
                && (self.since..=self.ground.as_of).contains(&notice.date)
        };
        self.case.notices.iter().any(is)
    }

    /// The letters that are due, the one to the customer first.
    fn kinds(&self, today: &Timeline) -> Vec<LetterKind> {
        use LetterKind::{Final, Occupants, PastDue, PlanNotice, Reminder};
        let policy = self.policy;
        // A notice counts from a day after the bill on, which an office may have set later than the step.
        let counts = self.ground.policy.notice_not_before_days;
        let is_final = self.reached(policy.final_days.max(counts));
        let step = if is_final && !self.sent(&[Final]) {
            Some(Final)
        } else if self.reached(policy.past_due_days.max(counts)) && !self.sent(&[PastDue, Final]) {
            Some(PastDue)
        } else if self.reached(policy.reminder_days) && !self.sent(&[Reminder, PastDue, Final]) {
            Some(Reminder)
        } else {
            None
        };
        let plan = today.standing(Rule::L9) == Standing::Missing;
        let occupants = is_final && today.standing(Rule::L6) == Standing::Missing;
        let more = [(plan, PlanNotice), (occupants, Occupants)];
        step.into_iter().chain(more.into_iter().filter(|(due, _)| *due).map(|(_, kind)| kind)).collect()
    }

    /// A letter with the dates that hold if it is sent today, with every other step that is missing.
    fn due(&self, kind: LetterKind) -> Due {
        if kind == LetterKind::Reminder {
            return Due { kind, shutoff: None, pay_by: None };
        }
        let (notice, method) = kind.notice();
        let sent = Notice {
            account: self.case.account.clone(),
            date: self.ground.as_of,
            kind: notice,
            method,
            reached: false,
            time: String::new(),
            bill: self.case.bill.reference.clone(),
            returned: false,
        };
        let notices: Vec<Notice> = self.case.notices.iter().cloned().chain([sent]).collect();
        let then = timeline(&Case { notices: &notices, ..self.case.clone() }, self.ground);
        let shutoff = then.earliest.or(then.if_today).map(|date| {
            // A date of the past says that nothing but the crew is missing.
            date.max(self.ground.days.roll_to_lock_off(plus_days(self.ground.as_of, 1)))
        });
        Due { kind, shutoff, pay_by: shutoff.map(|date| self.ground.days.last_before(date)) }
    }

    /// A card, where a card alone is missing, or will be since the last attempt lapses before the water can be shut off; and
    /// where the card itself has not lapsed by then.
    fn card(&self, today: &Timeline) -> Option<Due> {
        let (policy, days, as_of) = (self.ground.policy, self.ground.days, self.ground.as_of);
        let shutoff = match today.earliest {
            Some(earliest) => {
                let day = days.roll_to_lock_off(earliest.max(as_of));
                let helps = plus_days(as_of, policy.attempt_days) <= day;
                today.attempt_lapsed_on(day, policy.attempt_lapses_days).filter(|_| helps).map(|_| day)
            }
            None => today.if_today.filter(|_| today.missing() == [Rule::L5]),
        };
        let shutoff = shutoff.filter(|day| *day <= plus_days(as_of, policy.attempt_lapses_days))?;
        let pay_by = Some(days.last_before(shutoff));
        Some(Due { kind: LetterKind::DoorHanger, shutoff: Some(shutoff), pay_by })
    }
}

/// Marks the notices of which another row says that the mail came back: the row that a letter run made knows nothing of it.
pub fn mark_returned(notices: &mut [Notice]) {
    let key = |notice: &Notice| (notice.account.clone(), notice.date, notice.kind, notice.method);
    let back: std::collections::BTreeSet<_> = notices.iter().filter(|n| n.returned).map(key).collect();
    for notice in notices.iter_mut().filter(|notice| notice.kind != NoticeKind::Call) {
        notice.returned |= back.contains(&key(notice));
    }
}
