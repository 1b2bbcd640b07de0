//! Whether a payment plan is kept.

use std::collections::BTreeSet;

use crate::domain::books::entry::{Effect, EntryKind};
use crate::domain::books::payment_plan::{PaymentPlan, PlanStanding};
use crate::domain::date::{Date, plus_days};
use crate::domain::money::Money;

/// Where a plan stands at the end of a day.
///
/// It is kept when the payments (less returns) since its start cover every instalment, and every bill dated since its
/// start, that is due so many days or more before (Health and Safety Code 116910(b)(3)). It is over when so many days
/// have passed since its last instalment was due.
pub fn standing(plan: &PaymentPlan, effects: &[&Effect], default_days: i64, as_of: Date) -> PlanStanding {
    let last = plan.instalments.iter().map(|instalment| instalment.due).max().unwrap_or(plan.start);
    if as_of > plus_days(last, default_days) {
        return PlanStanding::Over;
    }
    let since = |effect: &&&Effect| effect.date >= plan.start && effect.date <= as_of;
    let instalments = plan.instalments.iter().map(|promise| (promise.due, promise.amount));
    let bills = effects.iter().filter(since).filter(|effect| effect.kind.is_bill());
    let bills = bills.map(|bill| (bill.due_date.unwrap_or(bill.date), bill.amount));
    let owed: Vec<(Date, Money)> =
        instalments.chain(bills).map(|(due, amount)| (plus_days(due, default_days), amount)).collect();
    let paid: Vec<(Date, Money)> =
        effects.iter().filter(since).filter_map(|effect| Some((effect.date, paid_by(effect)?))).collect();
    let sum = |of: &[(Date, Money)], day: Date| -> Money {
        of.iter().filter(|(date, _)| *date <= day).map(|(_, amount)| *amount).sum()
    };
    // The plan can change its standing on these days alone; what counts is the run of broken days up to today.
    let turns: BTreeSet<Date> =
        owed.iter().chain(&paid).map(|(date, _)| *date).filter(|date| *date <= as_of).collect();
    let mut broken = None;
    for day in turns {
        let is_kept = sum(&paid, day) >= sum(&owed, day);
        broken = if is_kept { None } else { broken.or(Some(day)) };
    }
    broken.map_or(PlanStanding::Kept, PlanStanding::Broken)
}

/// What an entry pays of a plan; a payment that comes back takes its part away again.
fn paid_by(effect: &Effect) -> Option<Money> {
    matches!(effect.kind, EntryKind::Payment | EntryKind::ReturnedPayment).then(|| -effect.amount)
}
