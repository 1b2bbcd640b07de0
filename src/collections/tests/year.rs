//! A year of an office: letters are mailed, cards hung and schedules made day by day, and the second engine looks at each.

use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::*;
use crate::domain::office::LetterSteps;

/// So many accounts that owe, always the same, whose office did nothing yet; their holds and plans are as they fall.
fn accounts(many: usize) -> Vec<(AccountId, History)> {
    let mut runner = TestRunner::deterministic();
    let strategy = histories();
    let one = |at| {
        let history = strategy.new_tree(&mut runner).unwrap().current();
        (AccountId::new(format!("{at:07}")), History { notices: vec![], ..history })
    };
    (0..many).map(one).collect()
}

/// Plays a year of schedules; gives how many days were scheduled, and how many were locked off.
fn play(many: usize, per_day: u32) -> (usize, usize) {
    let days = office_days();
    let policy = Collections { per_day, ..Collections::default() };
    let mut owing = accounts(many);
    let (mut scheduled, mut locked) = (0, 0);
    for day in start().iter_days().take(365).filter(|day| days.is_open(*day)) {
        let is_past_due = |history: &History| day > plus_days(history.bill_date, 20);
        let mut timelines: Vec<Timeline> = owing
            .iter()
            .filter(|(_, history)| is_past_due(history))
            .map(|(account, history)| Timeline { account: account.clone(), ..history.timeline(&days, day) })
            .collect();
        schedule(&mut timelines, &BTreeMap::new(), &policy, &days, day);
        let by_account: BTreeMap<&AccountId, &History> =
            owing.iter().map(|(account, history)| (account, history)).collect();
        let places = timelines.iter().filter_map(|timeline| Some((&timeline.account, timeline.scheduled?)));
        let places: Vec<(&AccountId, Date)> = places.collect();
        for (account, place) in &places {
            let history = by_account[account];
            assert!(is_lawful(history, &days, day, *place), "{place} as of {day}: {history:?}");
        }
        scheduled += places.len();
        let now: std::collections::BTreeSet<AccountId> =
            places.iter().filter(|(_, place)| *place == day).map(|(account, _)| (*account).clone()).collect();
        assert!(now.len() <= usize::try_from(per_day).unwrap());
        locked += now.len();
        owing.retain(|(account, _)| !now.contains(account));
        for (_, history) in owing.iter_mut().filter(|(_, history)| is_past_due(history)) {
            take_steps(history, &days, day);
        }
    }
    (scheduled, locked)
}

/// Mails, hangs and says what is due on a day.
fn take_steps(history: &mut History, days: &BusinessDays, day: Date) {
    let due = history.asked(days, day, |case, ground| letters(case, ground, &LetterSteps::default()));
    for letter in due.due {
        let (kind, method) = letter.kind.notice();
        history.notices.push(notice(day, kind, method));
    }
    if due.call {
        history.notices.push(notice(day, NoticeKind::Call, Method::Phone));
    }
}

#[test]
fn a_year_of_schedules_without_one_unlawful_day() {
    let (scheduled, locked) = play(150, 3);
    assert!(scheduled > locked && locked > 50, "{scheduled} days given, {locked} locked off");
}
