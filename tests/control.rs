//! The control closes between any two days, whatever was posted: for each account, each charge, and in the general ledger.

use meterbook::domain::books::control::{AccountControl, Span};
use meterbook::domain::books::journal::JournalLine;
use meterbook::domain::date::{Date, plus_days};
use meterbook::domain::id::{AccountId, Sequence};
use meterbook::domain::money::Money;
use proptest::prelude::*;

use crate::support::books::{Books, account};
use crate::support::office::date;

/// Accounts of the books.
const ACCOUNTS: usize = 4;

/// Something that is posted: what, to whom, how much, how many days after the first.
type Event = (u8, usize, i64, i64);

fn first() -> Date {
    date("2026-01-01")
}

/// Posts what happened; files may come late, runs never do.
fn posted(events: &[Event]) -> Books {
    let mut books = Books::new(ACCOUNTS);
    let mut facts: Vec<Sequence> = Vec::new();
    for (at, (what, whose, cents, days)) in events.iter().copied().enumerate() {
        let (day, id) = (plus_days(first(), days), account(whose));
        let fact = match what {
            0..=2 => books.billed(day, &[(id, [cents, cents / 3, cents % 977, i64::from(what) * 1_500])]),
            3..=5 => books.paid(day, id, cents, false),
            6 => books.paid(day, id, cents, true),
            7 => books.adjusted(day, id, cents),
            8 => books.adjusted(day, id, -cents),
            9 => books.deposited(day, id, cents),
            10 => books.settled(day, &id, None),
            11 => books.settled(day, &id, Some(&account((whose + 1) % ACCOUNTS))),
            12 => books.late(day),
            13 => books.paid(day, AccountId::new("9999999"), cents, false),
            // An account has one opening balance a day.
            14 => books.owed(plus_days(first(), -i64::try_from(at).unwrap()), id, cents),
            _ => match facts.pop() {
                Some(target) => {
                    books.undone(plus_days(day, 3), target);
                    continue;
                }
                None => continue,
            },
        };
        facts.push(fact);
    }
    books
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    prop::collection::vec((0_u8..18, 0..ACCOUNTS, 100_i64..60_000, 0_i64..80), 1..30)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn the_control_closes_between_any_two_days(events in events(), start in -10_i64..90, days in 0_i64..60) {
        let books = posted(&events);
        let span = Span { from: plus_days(first(), start), to: plus_days(first(), start + days) };
        let control = books.control(span);
        let [receivable, deposits, unapplied] = control.stands;
        let sum = |of: fn(&AccountControl) -> Money| -> Money {
            control.accounts.iter().map(|row| of(&row.control)).sum()
        };
        let balances = |day: Date| -> Money {
            let owed = books.ledger.balances(day).unwrap();
            owed.iter().filter(|(id, _)| !id.as_str().is_empty()).map(|(_, owed)| *owed).sum()
        };
        prop_assert_eq!(balances(span.to), receivable.1, "the receivable is the sum of the balances");
        prop_assert_eq!(sum(|row| row.opening), receivable.0);
        prop_assert_eq!(sum(|row| row.closing()), receivable.1);
        for row in &control.accounts {
            prop_assert_eq!(row.control.after.balance(), row.control.closing(), "{:?}", row);
            prop_assert_eq!(row.control.before.balance(), row.control.opening, "{:?}", row);
        }
        let posted: Money = control.posted.iter().map(|posted| posted.amount).sum();
        prop_assert_eq!(receivable.0 + posted, receivable.1, "what was posted is what moved");
        let journal = books.journal(span);
        for source in &journal.sources {
            let own = |line: &&JournalLine| source.lines.iter().any(|(gl, kind)| *gl == line.gl_account && *kind == line.kind);
            let found: Money = journal.lines.iter().filter(own).map(|line| line.debit - line.credit).sum();
            prop_assert_eq!(found, source.amount, "{}", source.what);
        }
        let adjustments = books.adjustments(span);
        let sum: Money = adjustments.rows.iter().map(|(row, _)| row.amount).sum();
        prop_assert_eq!(sum, adjustments.posted, "every adjustment is registered");
        prop_assert!(adjustments.rows.iter().all(|(row, _)| row.record.is_some()), "and was asked for by a row");
        for row in &control.accounts {
            let statement = books.statement(&row.control.account, span);
            prop_assert_eq!((statement.opening, statement.closing()), (row.control.opening, row.control.closing()));
            let open: Money = statement.unpaid.iter().map(|item| item.open).sum();
            prop_assert_eq!(open + row.control.after.credit, row.control.closing(), "what is open less the credit is owed");
        }
        let held: Money = control.deposits.iter().map(|(row, _)| row.opening + row.taken + row.applied + row.refunded).sum();
        prop_assert_eq!(held, deposits.1);
        let waits: Money = control.unapplied.iter().map(|row| row.waited + row.received + row.left).sum();
        prop_assert_eq!(waits, unapplied.1);
    }
}
