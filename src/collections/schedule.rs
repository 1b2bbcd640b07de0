//! The days on which the crew locks off.

use std::collections::BTreeMap;

use super::calendar::BusinessDays;
use crate::domain::date::Date;
use crate::domain::id::AccountId;
use crate::domain::office::Collections;
use crate::domain::proposals::timeline::Timeline;

/// Where an account lies on the crew's way: route, and place on it.
pub type Place = (String, Option<i64>);

/// Gives each account that may be locked off its day.
///
/// In order of the earliest lawful date, then route and place, each takes the first lock-off day on or after the later
/// of that date and today with a place left.
pub fn schedule(
    timelines: &mut [Timeline],
    places: &BTreeMap<AccountId, Place>,
    policy: &Collections,
    days: &BusinessDays,
    today: Date,
) {
    let mut order: Vec<(Date, &Place, usize)> = Vec::new();
    let nowhere = (String::new(), None);
    for (at, timeline) in timelines.iter().enumerate() {
        if let Some(earliest) = timeline.earliest {
            order.push((earliest, places.get(&timeline.account).unwrap_or(&nowhere), at));
        }
    }
    order.sort_by(|a, b| (a, &timelines[a.2].account).cmp(&(b, &timelines[b.2].account)));
    let order: Vec<(Date, usize)> = order.into_iter().map(|(earliest, _, at)| (earliest, at)).collect();
    let mut taken: BTreeMap<Date, u32> = BTreeMap::new();
    for (earliest, at) in order {
        let mut day = days.next_lock_off(earliest.max(today), &policy.weekdays);
        while taken.get(&day).is_some_and(|many| *many >= policy.per_day) {
            let after = crate::domain::date::plus_days(day, 1);
            day = days.next_lock_off(after, &policy.weekdays);
        }
        *taken.entry(day).or_default() += 1;
        timelines[at].scheduled = Some(day);
    }
}
