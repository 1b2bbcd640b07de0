//! Where one account stands in collections: what can be read to the customer on the telephone.

use crate::domain::books::balance::PastDueBill;
use crate::domain::books::hold::Hold;
use crate::domain::books::notice::Notice;
use crate::domain::books::payment_plan::{PaymentPlan, PlanStanding};
use crate::domain::date::Date;
use crate::domain::id::AccountId;
use crate::domain::money::Money;
use crate::domain::office::Letterhead;
use crate::domain::proposals::letter_run::LetterKind;
use crate::domain::proposals::lock_off_schedule::Reached;
use crate::domain::proposals::timeline::Timeline;

/// Where one account stands in collections at the end of a day.
#[derive(Clone, Debug)]
pub struct AccountCollections {
    /// The office's name.
    pub office: String,
    /// How it is reached.
    pub letterhead: Letterhead,
    /// The day.
    pub day: Date,
    /// The account.
    pub account: AccountId,
    /// Who and where.
    pub customer: Reached,
    /// Whether the rules for residential customers apply.
    pub residential: bool,
    /// Whether it has a customer: active and not closed.
    pub active: bool,
    /// All that is owed.
    pub balance: Money,
    /// What of its bills is past due, the oldest first.
    pub bills: Vec<(PastDueBill, Money)>,
    /// Least amount for which anybody is locked off.
    pub minimum: Money,
    /// The day on which it was locked off, where it is so at present.
    pub locked_since: Option<Date>,
    /// What a reconnection costs this customer.
    pub reconnection: Money,
    /// The rules, and its place in the schedule; `None` where it is not on the lock-off list.
    pub timeline: Option<Timeline>,
    /// The last business day before the scheduled day.
    pub pay_by: Option<Date>,
    /// Letters and cards that are due.
    pub letters: Vec<LetterKind>,
    /// Whether it is to be called.
    pub call: bool,
    /// Why it is not written to, where something would be due.
    pub passed_over: Option<String>,
    /// What was sent, said and posted, the latest first.
    pub notices: Vec<Notice>,
    /// Its holds.
    pub holds: Vec<Hold>,
    /// Its payment plan, and where it stands.
    pub plan: Option<(PaymentPlan, PlanStanding)>,
}

impl AccountCollections {
    /// What of its bills is past due.
    pub fn past_due(&self) -> Money {
        self.bills.iter().map(|(_, open)| *open).sum()
    }
}
