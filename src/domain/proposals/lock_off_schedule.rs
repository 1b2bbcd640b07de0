//! What the lock-off schedule shows: who is locked off when, what proves it, and what is missing.

use crate::domain::books::hold::Hold;
use crate::domain::date::Date;
use crate::domain::id::AccountId;
use crate::domain::page::seal;
use crate::domain::proposals::timeline::Timeline;

/// The lock-off schedule of a day.
#[derive(Clone, Debug)]
pub struct LockOffSchedule {
    /// The office's name.
    pub office: String,
    /// The morning it is made for.
    pub day: Date,
    /// The name of the state of the books that it shows.
    pub run_id: String,
    /// sha256 of the archive's newest receipt.
    pub chain_head: String,
    /// The version of the law's text.
    pub law: String,
    /// Days for which an attempt to reach somebody, or a door hanger, counts.
    pub attempt_lapses_days: i64,
    /// Days from it to the lock-off.
    pub attempt_days: i64,
    /// The most lock-offs a day.
    pub per_day: u32,
    /// Whether a lock-off waits for a decision before it is ordered.
    pub waits: bool,
    /// The accounts with a day, by day, route and place.
    pub scheduled: Vec<LockOffRow>,
    /// The accounts that lack a step, by number.
    pub waiting: Vec<LockOffRow>,
    /// Holds open on the day, by account.
    pub holds: Vec<HeldAccount>,
    /// Who was in the schedule of the day before and is not in this one, by account.
    pub dropped: Vec<Dropped>,
    /// The days on which the office is open, from before the first evidence to behind the last date.
    pub business_days: Vec<Date>,
    /// Those of them on which the law lets somebody be locked off.
    pub lock_off_days: Vec<Date>,
}

/// One account of the schedule.
#[derive(Clone, Debug)]
pub struct LockOffRow {
    /// When, and what proves it.
    pub timeline: Timeline,
    /// Who and where.
    pub customer: Reached,
    /// The open field order for it; empty without one.
    pub order: String,
    /// Who holds it, and since when; empty where nobody does.
    pub held: String,
}

impl LockOffRow {
    /// The name of the proposal: `LO-`, the account, the oldest unpaid bill.
    pub fn reference(&self) -> String {
        format!("LO-{}-{}", self.timeline.account, self.timeline.bill)
    }

    /// The fingerprint of what is proposed; empty for a row that has nothing to decide.
    pub fn token(&self) -> String {
        let Some(day) = self.timeline.scheduled.filter(|_| self.order.is_empty()) else {
            return String::new();
        };
        let (past_due, day) = (self.timeline.past_due.to_string(), day.to_string());
        seal::fingerprint([self.reference().as_str(), &past_due, &day])
    }
}

/// Who is visited, and where.
#[derive(Clone, Debug, Default)]
pub struct Reached {
    /// The customer's name.
    pub name: String,
    /// Where the water is used.
    pub service_address: String,
    /// The telephone.
    pub phone: String,
    /// The crew's route.
    pub route: String,
    /// The place on it.
    pub place: Option<i64>,
}

/// A hold that is open.
#[derive(Clone, Debug)]
pub struct HeldAccount {
    /// The hold.
    pub hold: Hold,
    /// Who and where.
    pub customer: Reached,
}

/// An account that dropped off the schedule since the day before.
#[derive(Clone, Debug)]
pub struct Dropped {
    /// The account.
    pub account: AccountId,
    /// Who and where.
    pub customer: Reached,
    /// The day that it had.
    pub was: Date,
    /// Why it has none now.
    pub reason: String,
}
