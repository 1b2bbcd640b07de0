//! An invented letter run: letters of every kind, people to call, and people who are not written to.

use meterbook::domain::books::balance::PastDueBill;
use meterbook::domain::date::{Date, plus_days};
use meterbook::domain::id::AccountId;
use meterbook::domain::money::Money;
use meterbook::domain::office::Letterhead;
use meterbook::domain::proposals::letter_run::{Call, Language, Letter, LetterKind, LetterRun, PassedOver};

use super::office::date;

/// The day of the run.
const DAY: &str = "2026-08-03";

fn account(at: usize) -> AccountId {
    AccountId::new(format!("{:07}", 104_007 + 7 * at))
}

fn name(at: usize) -> String {
    ["Ruiz, Maria", "=1+1", "Nu\u{f1}ez Landscaping", "O'Brien & Sons <x>"][at % 4].to_owned()
}

fn language(at: usize) -> Language {
    Language::ALL[usize::from(at % 3 == 2)]
}

fn bill(at: usize, day: Date) -> (PastDueBill, Money) {
    let reference = format!("202606-{}", account(at));
    let open = Money::from_cents(18_000 + i64::try_from(at).unwrap());
    (PastDueBill { reference, date: day, due: plus_days(day, 20) }, open)
}

fn letter(at: usize) -> Letter {
    let kind = LetterKind::ALL[at % 6];
    let (bill, open) = bill(at, date("2026-06-01"));
    let dated = kind != LetterKind::Reminder;
    let address = [format!("PO Box {at}"), "Yucca Valley".to_owned(), "CA".to_owned(), "02284".to_owned()];
    let bare = at % 7 == 4;
    let envelope = vec![name(at), address[0].clone(), "Yucca Valley, CA 02284".to_owned()];
    let service = format!("{} Joshua Lane", 7_000 + at);
    let copied = matches!(kind, LetterKind::PastDue | LetterKind::Final);
    Letter {
        kind,
        account: account(at),
        customer: name(at),
        service_address: service.clone(),
        address: if bare {
            [address[0].clone(), String::new(), String::new(), String::new()]
        } else {
            address
        },
        envelope: if bare { envelope[..2].to_vec() } else { envelope },
        occupant: copied.then(|| vec!["Occupant".to_owned(), service, "Yucca Valley, CA 92284".to_owned()]),
        phone: "760-555-0142".to_owned(),
        language: language(at),
        residential: true,
        place: (format!("{:02}", 1 + at % 2), Some(10)),
        bill: bill.reference.clone(),
        bill_date: bill.date,
        due_date: bill.due,
        bills: vec![(bill, open)],
        past_due: open,
        balance: open + Money::from_cents(7_500),
        shutoff: dated.then(|| date("2026-08-24")),
        pay_by: dated.then(|| date("2026-08-20")),
        extension_by: date("2026-08-16"),
    }
}

fn call(at: usize) -> Call {
    Call {
        account: account(at),
        customer: name(at),
        service_address: format!("{} Joshua Lane", 7_000 + at),
        phone: if at % 3 == 1 { String::new() } else { "760-555-0142".to_owned() },
        language: language(at),
        place: (format!("{:02}", 1 + at % 2), Some(i64::try_from(at).unwrap() * 10)),
        past_due: Money::from_cents(9_900),
        bill: format!("202605-{}", account(at)),
        shutoff: at.is_multiple_of(2).then(|| date("2026-08-06")),
    }
}

/// A run of so many letters.
pub(crate) fn letter_run(letters: usize) -> LetterRun {
    let over = |at: usize| PassedOver {
        account: account(100 + at),
        customer: name(at),
        past_due: Money::from_cents(5_000),
        kind: LetterKind::PastDue,
        why: "appeal hold open since 2026-07-01".to_owned(),
    };
    LetterRun {
        office: "Joshua Flats Water District".to_owned(),
        letterhead: Letterhead::default(),
        day: date(DAY),
        id: "letter run 8GkQ2LmPx1a".to_owned(),
        reconnection_most: Money::from_cents(5_000),
        letters: (0..letters).map(letter).collect(),
        calls: (200..200 + letters / 3).map(call).collect(),
        passed_over: (0..letters / 5).map(over).collect(),
    }
}
