//! Letters: who is written to on which day, and what lies in the outbox to be printed.

use crate::support::desk::Desk;

/// Who writes; the bills of January 22 are due on February 11.
const LETTERHEAD: &str = r#"
[letterhead]
address = ["100 Water Way", "Coyote Wells, CA 92200"]
phone = "(760) 555-0100"
hours = "Monday to Thursday, 7 a.m. to 5:30 p.m."
service_city = "Coyote Wells, CA 92200"
"#;
const REMINDERS: &str = "outbox/2026-02/reminders.pdf";

/// The small office after January, with a letterhead and further settings.
fn billed(settings: &str) -> Desk {
    let desk = Desk::with_settings(&format!("{LETTERHEAD}{settings}"));
    desk.run("2026-01-22");
    desk
}

fn pdf(desk: &Desk, path: &str) -> Option<Vec<u8>> {
    std::fs::read(desk.root().join(path)).ok()
}

#[test]
fn letters_are_printed_when_their_step_is_due_and_go_when_it_was_taken() {
    let desk = billed("");
    assert!(!desk.run("2026-02-11").written.contains(&REMINDERS.to_owned()));
    let outcome = desk.run("2026-02-12");
    assert!(outcome.written.contains(&REMINDERS.to_owned()), "{:?}", outcome.written);
    let printed = pdf(&desk, REMINDERS).unwrap();
    assert!(printed.starts_with(b"%PDF-"));
    // A day without news leaves them as they are, with their date.
    assert_eq!(desk.run("2026-02-13").written, [""; 0]);
    assert_eq!(pdf(&desk, REMINDERS).unwrap(), printed);
    // Whoever was reminded is not reminded again; without anybody left there is nothing to print.
    let accounts = desk.list(meterbook::flow::What::LockOffs, "2026-02-13");
    let row = |line: &str| format!("{},2026-02-12,reminder,mail\n", line.split(',').next().unwrap());
    let rows: String = accounts.lines().map(row).collect();
    assert!(rows.lines().count() > 1, "{accounts}");
    desk.drop("notices.csv", format!("Account,Date,Kind,Method\n{rows}").as_bytes());
    desk.run("2026-02-16");
    assert_eq!(pdf(&desk, REMINDERS), None);
    // The past-due letter's day is February 25.
    let outcome = desk.run("2026-02-25");
    assert!(
        outcome.written.contains(&"outbox/2026-02/past-due-letters.pdf".to_owned()),
        "{:?}",
        outcome.written
    );
}

#[test]
fn without_a_letterhead_no_letter_is_printed() {
    let desk = Desk::after_january();
    let outcome = desk.run("2026-02-12");
    assert_eq!(pdf(&desk, REMINDERS), None);
    assert_eq!(outcome.warnings, [""; 0]);
}

#[test]
fn an_office_writes_its_own_words_and_hears_of_slips() {
    let desk = billed("");
    let folder = desk.root().join("letters/en");
    std::fs::create_dir_all(&folder).unwrap();
    let write = |text: &str| std::fs::write(folder.join("reminder.txt"), text).unwrap();
    write("title: Note\n\nYou owe {past_du}.\nCall {office_phone}.\n");
    let told = desk.run("2026-02-12").warnings;
    assert!(
        told[0].starts_with("letters/en/reminder.txt, line 3: {past_du} is no placeholder. Use one of: "),
        "{told:?}"
    );
    assert_eq!(pdf(&desk, REMINDERS), None);
    write("title: Note\n\nYou owe {past_due}.\nCall {office_phone}.\n");
    let outcome = desk.run("2026-02-12");
    assert_eq!(outcome.warnings, [""; 0]);
    assert!(pdf(&desk, REMINDERS).is_some());
    let archived = desk.files("archive").into_keys().map(|path| path.to_string_lossy().into_owned());
    assert_eq!(
        archived.filter(|name| name.ends_with("letters-en-reminder.txt")).count(),
        2,
        "both are on record"
    );
}

#[test]
fn steps_that_prove_nothing_are_refused() {
    let desk = Desk::empty();
    let settings = std::fs::read_to_string(desk.root().join("office.toml")).unwrap();
    let told = |steps: &str| {
        std::fs::write(
            desk.root().join("office.toml"),
            format!("{settings}\n[collections.letters]\n{steps}\n"),
        )
        .unwrap();
        desk.try_run("2026-01-05").err().map(|failure| failure.to_string()).unwrap_or_default()
    };
    assert!(
        told("reminder_days = 20").contains("[collections.letters] reminder_days = 20: write 21 to 365 days")
    );
    assert!(told("past_due_days = 61").contains("final_days = 61: write 62 to 365 days"));
    assert_eq!(told("past_due_days = 35"), "");
}
