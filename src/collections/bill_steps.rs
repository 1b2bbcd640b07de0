//! The days of a bill that is not paid: each step rolled to a business day, and the first lock-off that they allow.

use super::calendar::BusinessDays;
use crate::domain::books::entry::due_date;
use crate::domain::date::{Date, plus_days};
use crate::domain::office::Collections;
use crate::domain::proposals::billing_calendar::BillSteps;

/// The steps of a bill, when every letter is mailed on its day and the last attempt is made in time.
pub fn bill_steps(bill: Date, policy: &Collections, days: &BusinessDays) -> BillSteps {
    let (lock_off, letters) = (&policy.lock_off, &policy.letters);
    let step = |after: i64| days.roll(plus_days(bill, after));
    // An earlier letter is no notice.
    let written = |after: i64| step(after.max(lock_off.notice_not_before_days));
    let due = due_date(bill);
    let delinquent = plus_days(due, 1);
    let past_due_letter = written(letters.past_due_days);
    let notice = plus_days(past_due_letter, lock_off.notice_days + lock_off.mailing_days);
    let letter_proves = notice.max(days.add(past_due_letter, lock_off.contact_business_days));
    let crew = |day: Date| days.next_lock_off(day, &policy.weekdays);
    BillSteps {
        audit: days.last_before(bill),
        bill,
        due,
        delinquent,
        reminder: step(letters.reminder_days),
        late_fee: step(policy.late_fee.days),
        past_due_letter,
        letter_proves,
        final_notice: written(letters.final_days),
        call: step(letters.call_days),
        lock_off: crew(plus_days(delinquent, lock_off.residential_days).max(letter_proves)),
        lock_off_others: crew(plus_days(bill, lock_off.non_residential_days).max(notice)),
    }
}
