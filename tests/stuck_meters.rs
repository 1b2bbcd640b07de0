//! A meter that stands still: proposed with its evidence, decided in the workbook or on a sheet, posted once, undone.

use meterbook::domain::id::Sequence;
use meterbook::domain::proposals::receipts::Fate;
use meterbook::flow::{self, UndoQuery, What};
use meterbook::workbook::STUCK;

use crate::pages::walker::Listed;
use crate::support::desk::{Desk, told};
use crate::support::office::date;
use crate::support::typed::typed;

/// Bill dates up to May; 0101 uses 9 units in January, and its register stands still from then on.
const SETTINGS: &str =
    "\"2026-03\" = \"2026-03-19\"\n\"2026-04\" = \"2026-04-23\"\n\"2026-05\" = \"2026-05-21\"\n";
const MARCH: &str = "2026-03-19";
const NEXT: &str = "2026-03-20";

/// The small office after the bills of March: 0101 shows 1900 in January, February and March.
pub(crate) fn after_march(settings: &str) -> Desk {
    let desk = Desk::empty();
    let path = desk.root().join("office.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let dates = "\"2026-02\" = \"2026-02-19\"\n";
    let text = text.replace(dates, &format!("{dates}{SETTINGS}"));
    std::fs::write(&path, format!("{text}{settings}")).unwrap();
    for (name, bytes) in
        crate::support::desk::files(&crate::templates::root().join("tests/findings/office/drops/2026-01-05"))
    {
        desk.drop(name.to_str().unwrap(), &bytes);
    }
    desk.run("2026-01-05");
    for (day, read, reading) in
        [("2026-01-22", "1/12/2026", 1_900), ("2026-02-19", "2/11/2026", 1_900), (MARCH, "3/12/2026", 1_900)]
    {
        desk.drop(&format!("reads-{day}.csv"), reads(read, reading).as_bytes());
        desk.run(day);
    }
    desk
}

fn reads(day: &str, reading: i64) -> String {
    format!("Account,Meter,Read date,Reading\n0101,M1,{day},{reading}\n")
}

fn workbook(desk: &Desk, month: &str) -> Vec<u8> {
    std::fs::read(desk.root().join(format!("outbox/{month}/stuck-meters.xlsx"))).unwrap()
}

fn back_bills(desk: &Desk, day: &str) -> Vec<String> {
    let entries = desk.list(What::Entries, day);
    entries.lines().filter(|line| line.contains("back-bill")).map(str::to_owned).collect()
}

fn decide(book: &[u8], decision: &str, reason: &str) -> Vec<u8> {
    let mut cells = vec![(STUCK, "Decision", 0, decision), (STUCK, "Initials", 0, "RT")];
    cells.extend((!reason.is_empty()).then_some((STUCK, "Reason", 0, reason)));
    typed(book, &cells)
}

/// January: 900 cubic feet in 31 days. February and March: 30 and 29 days, 870 and 841 cubic feet, 8 units each: 4 in the
/// first tier at 3.65, 4 in the second at 6.17, 39.28 a period.
const POSTED: &str = "0101,adjustment,78.56,0.00,back-bill,";

#[test]
fn an_approved_back_bill_posts_once_and_as_it_was_proposed() {
    let desk = after_march("");
    let book = workbook(&desk, "2026-03");
    let sheet = Listed::read(&book, STUCK);
    assert_eq!(
        (sheet.words("Account"), sheet.words("State")),
        (vec!["0101".to_owned()], vec!["proposed".to_owned()])
    );
    assert_eq!(sheet.number_at("Back bill", 0).to_string(), "78.56");
    assert_eq!(sheet.words("Since then"), ["It stands still."]);
    assert!(back_bills(&desk, MARCH).is_empty(), "nothing is posted before somebody approves");
    desk.drop("stuck.xlsx", &decide(&book, "Approve", ""));
    let outcome = desk.run(NEXT);
    assert_eq!(told(&outcome.files[0]), "accepted (stuck meters): 1 decision\n");
    let posted = back_bills(&desk, NEXT);
    assert_eq!(posted, [format!("{NEXT},{POSTED}2026-04-09")]);
    let sheet = Listed::read(&workbook(&desk, "2026-03"), STUCK);
    assert_eq!(sheet.words("State"), [format!("posted on {NEXT}, approved by RT")]);
    assert_eq!(
        Listed::read(&workbook(&desk, "2026-03"), "Periods").words("Bill").len(),
        2,
        "the worked sheet stays"
    );
    // Nothing posts again, and the same workbook does not come in twice.
    desk.drop("again.xlsx", &decide(&book, "Approve", " "));
    let outcome = desk.run("2026-03-23");
    assert_eq!(outcome.files[0].fate, Fate::Returned, "{}", told(&outcome.files[0]));
    assert_eq!(back_bills(&desk, "2026-03-23"), posted);
    let written = desk.run("2026-03-24").written;
    assert_eq!(
        written,
        ["outbox/2026-03/past-due-list.xlsx"],
        "a final notice is due, and nothing else is news"
    );
    assert!(desk.run("2026-03-25").written.is_empty(), "a day without news writes nothing");
    assert_eq!(flow::verify(&desk.root()).unwrap().faults, Vec::<String>::new());
}

#[test]
fn a_further_period_is_billed_by_itself() {
    let desk = after_march("");
    desk.drop("stuck.xlsx", &decide(&workbook(&desk, "2026-03"), "approve", ""));
    desk.run(NEXT);
    desk.drop("reads.csv", reads("4/10/2026", 1_900).as_bytes());
    desk.run("2026-04-23");
    let sheet = Listed::read(&workbook(&desk, "2026-04"), STUCK);
    assert_eq!(
        (sheet.words("State"), sheet.words("Ref")),
        (vec!["proposed".to_owned()], vec!["BB-202604-0101".to_owned()])
    );
    let decisions = "Account,Month,What,Decision,Value,Initials\n0101,,back-bill,approve,,RT\n";
    desk.drop("decisions.csv", decisions.as_bytes());
    let outcome = desk.run("2026-04-27");
    assert_eq!(told(&outcome.files[0]), "accepted (decisions): 1 decision\n");
    let posted = back_bills(&desk, "2026-04-27");
    assert_eq!(posted.len(), 2, "{posted:?}");
    // 29 days again.
    assert_eq!(posted[1], "2026-04-27,0101,adjustment,39.28,0.00,back-bill,2026-05-17");
    // Rates that are put in force later, for days long past, change neither what was decided nor what was posted.
    let rates = desk.root().join("rates/coyote-wells-2026-01-01.owrs");
    let text =
        std::fs::read_to_string(rates).unwrap().replace("2026-01-01", "2026-04-01").replace("3.65", "3.95");
    std::fs::write(desk.root().join("rates/coyote-wells-2026-04-01.owrs"), text).unwrap();
    assert_eq!(flow::verify(&desk.root()).unwrap().faults, Vec::<String>::new());
}

#[test]
fn what_is_rejected_comes_again_with_a_further_period_alone() {
    let desk = after_march("");
    desk.drop("stuck.xlsx", &decide(&workbook(&desk, "2026-03"), "Reject", "vacant"));
    desk.run(NEXT);
    let sheet = Listed::read(&workbook(&desk, "2026-03"), STUCK);
    assert_eq!(sheet.words("State"), [format!("rejected. Rejected by RT on {NEXT}: vacant.")]);
    let decisions = "Account,What,Decision,Initials\n0101,back-bill,approve,RT\n";
    desk.drop("decisions.csv", decisions.as_bytes());
    let file = desk.run("2026-03-23").files.remove(0);
    assert!(told(&file).contains("nothing-to-decide"), "{}", told(&file));
    desk.drop("reads.csv", reads("4/10/2026", 1_900).as_bytes());
    desk.run("2026-04-23");
    let sheet = Listed::read(&workbook(&desk, "2026-04"), STUCK);
    assert_eq!(
        (sheet.words("State"), sheet.number_at("Periods", 0).to_string()),
        (vec!["proposed".to_owned()], "3".to_owned())
    );
}

#[test]
fn a_changed_or_stale_workbook_posts_nothing() {
    let desk = after_march("");
    let book = workbook(&desk, "2026-03");
    desk.drop("changed.xlsx", &typed(&decide(&book, "Approve", ""), &[(STUCK, "Back bill", 0, "99.99")]));
    let file = desk.run(NEXT).files.remove(0);
    assert!(file.fate == Fate::Returned && told(&file).contains("changed-cell"), "{}", told(&file));
    // The bill of April makes it another proposal.
    desk.drop("reads.csv", reads("4/10/2026", 1_900).as_bytes());
    desk.run("2026-04-23");
    desk.drop("stale.xlsx", &decide(&book, "Approve", ""));
    let file = desk.run("2026-04-27").files.remove(0);
    assert!(file.fate == Fate::Returned && told(&file).contains("stale-proposal"), "{}", told(&file));
    assert!(back_bills(&desk, "2026-04-27").is_empty());
}

#[test]
fn an_office_may_post_back_bills_by_itself() {
    let desk = after_march("\n[approval]\nback_bills = \"automatic\"\n");
    assert_eq!(back_bills(&desk, MARCH), [format!("{MARCH},{POSTED}2026-04-08")]);
}

#[test]
fn no_period_is_billed_that_is_too_old() {
    let desk = after_march("\n[back_bill]\nmonths = 1\n");
    let sheet = Listed::read(&workbook(&desk, "2026-03"), STUCK);
    let shown =
        [sheet.number_at("Periods", 0), sheet.number_at("Zero reads", 0)].map(|number| number.to_string());
    assert_eq!(shown, ["1", "2"], "the read of February is too old");
}

#[test]
fn an_undone_back_bill_is_reversed_and_may_be_decided_again() {
    let desk = after_march("");
    desk.drop("stuck.xlsx", &decide(&workbook(&desk, "2026-03"), "approve", ""));
    let outcome = desk.run(NEXT);
    assert_eq!(outcome.back_bills.len(), 1);
    let receipts = desk.list(What::Entries, NEXT);
    let fact =
        desk.files("archive").into_keys().find(|path| path.to_str().unwrap().contains("back bills")).unwrap();
    let number: u32 = fact.to_str().unwrap()[..6].parse().unwrap();
    // Bills under a back bill, and its decision, cannot go before it.
    let undo = |sequence: u32, day: &str| {
        let query = UndoQuery { sequence: Sequence(sequence), today: date(day), reason: String::new() };
        flow::undo(&desk.root(), query)
    };
    let decision = undo(number - 1, "2026-03-23").unwrap_err().to_string();
    assert!(decision.contains("posts the back bills that it approved"), "{decision}");
    let bills = undo(number - 2, "2026-03-23").unwrap_err().to_string();
    assert!(bills.contains("bills its periods on top"), "{bills}");
    undo(number, "2026-03-23").unwrap();
    assert_ne!(desk.list(What::Entries, "2026-03-23"), receipts);
    // The old approval posts nothing again.
    let outcome = desk.run("2026-03-24");
    assert!(outcome.back_bills.is_empty());
    let sheet = Listed::read(&workbook(&desk, "2026-03"), STUCK);
    assert_eq!(
        (sheet.words("State"), sheet.words("Ref")),
        (vec!["proposed".to_owned()], vec!["BB-202603-0101-2".to_owned()])
    );
}
