//! Letters of every kind in every language, long ones: they fit, they repeat, and what is wrong with their texts is named.

use super::*;
use crate::domain::books::balance::PastDueBill;
use crate::domain::date::{Date, plus_days};
use crate::domain::id::AccountId;
use crate::domain::money::Money;
use crate::domain::office::Letterhead;
use crate::domain::proposals::letter_run::{Letter, LetterRun};

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn bill(day: &str) -> (PastDueBill, Money) {
    let (date, due) = (date(day), plus_days(date(day), 20));
    let reference = format!("{}-0104007", day[..7].replace('-', ""));
    (PastDueBill { reference, date, due }, Money::from_cents(30_864))
}

fn letter(kind: LetterKind, language: Language) -> Letter {
    let window = |name: &str| {
        vec![name.to_owned(), "7415 Joshua Lane Apt. 12".to_owned(), "Yucca Valley, CA 92284".to_owned()]
    };
    Letter {
        kind,
        account: AccountId::new("0104007"),
        customer: "Mar\u{ed}a de los \u{c1}ngeles Mu\u{f1}oz-Encelia and Family Living Trust".to_owned(),
        service_address: "7415 Joshua Lane Apt. 12".to_owned(),
        address: ["7415 Joshua Lane Apt. 12", "Yucca Valley", "CA", "92284"].map(str::to_owned),
        envelope: window("Mar\u{ed}a de los \u{c1}ngeles Mu\u{f1}oz-Encelia and Family Living Trust"),
        occupant: (kind == LetterKind::Final).then(|| window("Occupant")),
        phone: "760-555-0142".to_owned(),
        language,
        residential: true,
        place: ("07".to_owned(), Some(30)),
        bill: "202606-0104007".to_owned(),
        bill_date: date("2026-06-01"),
        due_date: date("2026-06-21"),
        bills: ["2026-03-02", "2026-04-01", "2026-05-04", "2026-06-01"].map(bill).to_vec(),
        past_due: Money::from_cents(123_456),
        balance: Money::from_cents(150_000),
        shutoff: Some(date("2026-09-30")),
        pay_by: Some(date("2026-09-29")),
        extension_by: date("2026-09-19"),
    }
}

/// A run with a long letter of each kind and language, seven cards among them.
fn run() -> LetterRun {
    let kinds = LetterKind::ALL.into_iter().chain([LetterKind::DoorHanger; 5]);
    let letters = kinds.flat_map(|kind| Language::ALL.map(|language| letter(kind, language)));
    LetterRun {
        office: "Joshua Flats Water District".to_owned(),
        letterhead: Letterhead {
            address: vec!["100 Water Way".to_owned(), "Joshua Flats, CA 92200".to_owned()],
            phone: "(760) 555-0100".to_owned(),
            hours: "Monday to Thursday, 7:00 a.m. to 5:30 p.m., closed on holidays".to_owned(),
            hours_spanish: "lunes a jueves de 7:00 a.m. a 5:30 p.m., cerrado en d\u{ed}as festivos"
                .to_owned(),
            email: "billing@joshuaflats.example".to_owned(),
            web: "joshuaflats.example".to_owned(),
            service_city: "Joshua Flats, CA 92200".to_owned(),
            policy: "joshuaflats.example/shutoff-policy, or ask us for a copy".to_owned(),
        },
        day: date("2026-09-06"),
        id: "letter run ABCDEF".to_owned(),
        reconnection_most: Money::from_cents(5_000),
        letters: letters.collect(),
        calls: vec![],
        passed_over: vec![],
    }
}

fn pages(pdf: &[u8]) -> usize {
    let text = String::from_utf8_lossy(pdf);
    let count = text.split("/Count ").nth(1).expect("a document has pages");
    let digits: String = count.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap()
}

#[test]
fn the_texts_that_come_with_the_program_have_no_fault() {
    let templates = Templates::new(&BTreeMap::new());
    assert_eq!(templates.faults(), []);
}

#[test]
fn each_letter_fits_on_a_page_in_both_languages() {
    let (run, templates) = (run(), Templates::new(&BTreeMap::new()));
    for (kind, expected) in [
        (LetterKind::Reminder, 2),
        (LetterKind::PastDue, 2),
        // A copy to the occupant behind each.
        (LetterKind::Final, 4),
        (LetterKind::PlanNotice, 2),
        // Both languages, whichever the customer reads.
        (LetterKind::Occupants, 4),
    ] {
        let printed = letters(&run, kind, &templates);
        assert_eq!(printed.not_printed, []);
        assert_eq!(pages(&printed.pdf.unwrap()), expected, "{kind:?}");
    }
    let printed = door_hangers(&run, &templates);
    assert_eq!(printed.not_printed, []);
    assert_eq!(pages(&printed.pdf.unwrap()), 3, "twelve cards, four to a sheet");
}

#[test]
fn the_same_letters_give_the_same_bytes_and_bear_their_run() {
    let (run, templates) = (run(), Templates::new(&BTreeMap::new()));
    let pdf = letters(&run, LetterKind::Final, &templates).pdf.unwrap();
    assert_eq!(letters(&run, LetterKind::Final, &templates).pdf.unwrap(), pdf);
    assert!(pdf.windows(run.id.len()).any(|window| window == run.id.as_bytes()));
}

#[test]
fn a_text_of_the_office_takes_the_place_of_ours_and_is_checked() {
    let own = |name: &str, text: &str| Templates::new(&BTreeMap::from([(name.to_owned(), text.to_owned())]));
    let told = |templates: &Templates| templates.faults().iter().map(ToString::to_string).collect::<Vec<_>>();
    let templates = own("en/reminder.txt", "title: Note\n\nYou owe {ammount}.\n");
    let faults = told(&templates);
    assert_eq!(faults.len(), 3, "{faults:?}");
    assert!(
        faults[0].starts_with("letters/en/reminder.txt, line 3: {ammount} is no placeholder."),
        "{faults:?}"
    );
    let printed = letters(&run(), LetterKind::Reminder, &templates);
    assert_eq!(pages(&printed.pdf.unwrap()), 1, "the one in Spanish");
    assert_eq!(printed.not_printed[0].why, "The text of en/reminder.txt has faults.");
    let faults = told(&own("en/reminders.txt", ""));
    assert!(faults[0].starts_with("letters/en/reminders.txt, line 1: No letter is called so."), "{faults:?}");
}

#[test]
fn what_cannot_be_printed_is_named() {
    let long = format!("title: T\n\n{{past_due}} {{office_phone}} {}\n", "word ".repeat(1_500));
    let templates = Templates::new(&BTreeMap::from([("en/reminder.txt".to_owned(), long)]));
    let mut run = run();
    run.letters[1].envelope[0] = "\u{738b} Wang".to_owned();
    let printed = letters(&run, LetterKind::Reminder, &templates);
    let why: Vec<&str> = printed.not_printed.iter().map(|one| one.why.as_str()).collect();
    assert_eq!(
        why,
        [
            "The text of en/reminder.txt is longer than a page.",
            "The name or address has the character '\u{738b}', which the font lacks.",
        ]
    );
    assert!(printed.pdf.is_none());
}
