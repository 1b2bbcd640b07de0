//! Letters and invoices of every kind in every language, long ones: they fit, they repeat, and what is wrong with their texts is
//! named.

use super::*;
use crate::domain::books::balance::PastDueBill;
use crate::domain::books::invoice::{Invoice, InvoiceLine, WorkKind};
use crate::domain::date::{Date, plus_days};
use crate::domain::id::AccountId;
use crate::domain::money::Money;
use crate::domain::office::Letterhead;
use crate::domain::proposals::installation_invoices::{InvoiceLetter, InvoiceRun};
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

fn bears(pdf: &[u8], name: &str) -> bool {
    pdf.windows(name.len()).any(|window| window == name.as_bytes())
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
        let printed = letters(&run, kind, &templates, "whole");
        assert_eq!(printed.not_printed, []);
        assert_eq!(pages(&printed.pdf.unwrap()), expected, "{kind:?}");
    }
    let printed = door_hangers(&run, &templates, "whole");
    assert_eq!(printed.not_printed, []);
    assert_eq!(pages(&printed.pdf.unwrap()), 3, "twelve cards, four to a sheet");
}

#[test]
fn the_same_letters_give_the_same_bytes_and_bear_their_name() {
    let (run, templates) = (run(), Templates::new(&BTreeMap::new()));
    let pdf = letters(&run, LetterKind::Final, &templates, "whole").pdf.unwrap();
    assert_eq!(letters(&run, LetterKind::Final, &templates, "whole").pdf.unwrap(), pdf);
    assert!(bears(&pdf, "whole"));
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
    let printed = letters(&run(), LetterKind::Reminder, &templates, "whole");
    let pdf = printed.pdf.unwrap();
    assert_eq!(pages(&pdf), 1, "the one in Spanish");
    assert!(bears(&pdf, &run().id) && !bears(&pdf, "whole"), "not all letters are in it");
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
    let printed = letters(&run, LetterKind::Reminder, &templates, "whole");
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

fn invoice(many: usize, language: Language) -> InvoiceLetter {
    let day = date("2026-02-20");
    let line = |at: usize| InvoiceLine {
        date: day,
        item: format!("Service connection, trench and asphalt along the lane, part {at} of the whole work"),
        kind: WorkKind::Labor,
        quantity: "2.5".parse().unwrap(),
        unit_price: "71.35".parse().unwrap(),
    };
    let letter = letter(LetterKind::Reminder, language);
    InvoiceLetter {
        invoice: Invoice {
            number: "INV-20260220-0104007".to_owned(),
            account: letter.account,
            date: day,
            due_date: plus_days(day, 20),
            lines: (0..many).map(line).collect(),
        },
        customer: letter.customer,
        service_address: letter.service_address,
        language,
        envelope: letter.envelope,
    }
}

fn invoiced(letters: Vec<InvoiceLetter>) -> InvoiceRun {
    let run = run();
    InvoiceRun {
        office: run.office,
        letterhead: run.letterhead,
        id: "invoices F00".to_owned(),
        invoices: letters,
    }
}

#[test]
fn an_invoice_goes_on_over_as_many_pages_as_its_lines_need() {
    let templates = Templates::new(&BTreeMap::new());
    for (many, expected) in [(1, 1), (10, 1), (40, 3), (400, 16)] {
        for language in Language::ALL {
            let run = invoiced(vec![invoice(many, language)]);
            let printed = invoices(&run, &templates);
            assert_eq!(printed.not_printed, []);
            let pdf = printed.pdf.unwrap();
            assert_eq!(pages(&pdf), expected, "{many} lines");
            assert_eq!(invoices(&run, &templates).pdf.unwrap(), pdf, "the same bytes");
        }
    }
    assert!(invoices(&invoiced(vec![]), &templates).pdf.is_none());
}

#[test]
fn an_invoice_that_cannot_be_printed_is_named_and_the_others_are_printed() {
    let templates = Templates::new(&BTreeMap::new());
    let mut strange = invoice(2, Language::English);
    strange.invoice.lines[1].item = "\u{738b}".to_owned();
    let mut long = invoice(1, Language::English);
    long.invoice.lines[0].item = "pipe ".repeat(4_000);
    let printed = invoices(&invoiced(vec![strange, long, invoice(2, Language::Spanish)]), &templates);
    let why: Vec<&str> = printed.not_printed.iter().map(|(_, why)| why.as_str()).collect();
    assert_eq!(
        why,
        [
            "A name, address or item has the character '\u{738b}', which the font lacks.",
            "A part of the text of en/installation-invoice.txt, or of an item, is longer than a page.",
        ]
    );
    assert_eq!(pages(&printed.pdf.unwrap()), 1);
}

#[test]
fn letters_and_invoices_have_their_own_placeholders_and_tables() {
    let faults = |name: &str, text: &str| {
        let own = BTreeMap::from([(name.to_owned(), text.to_owned())]);
        Templates::new(&own).faults().iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let text = "title: I\n\n{customer} {invoice} {due_date} {total} {office_phone} {past_due}\n\nbills: a | b | c | d\n";
    let told = faults("en/installation-invoice.txt", text);
    assert!(
        told[0].starts_with("letters/en/installation-invoice.txt, line 3: {past_due} is no placeholder. Use one of: account, customer, date, due_date, invoice,"),
        "{told:?}"
    );
    assert!(told[1].contains("An invoice has its lines once."), "{told:?}");
    assert_eq!(told.len(), 2);
    let told = faults("en/reminder.txt", "title: R\n\n{past_due} {office_phone} {total}\n");
    assert!(told[0].contains("line 3: {total} is no placeholder."), "{told:?}");
    assert_eq!(told.len(), 1);
}
