//! The receipt log: one line for every file received and every run posted.

use crate::domain::page::{Book, Check, Column, Cover, Fact, Figure, Flag, Page, Role, Row, Section, Table};
use crate::domain::proposals::receipts::{Fate, ReceiptLog, ReceiptRow};
use crate::workbook::sections;

/// The sheet of the lines.
const RECEIPTS: &str = "Receipts";

/// Lays a receipt log out as a workbook.
pub fn receipt_log(log: &ReceiptLog) -> Book<'_> {
    Book {
        title: "Receipt log".to_owned(),
        office: log.office.clone(),
        subject: log.month.to_string(),
        date: log.day,
        run_id: newest(log),
        chain_head: log.chain_head.clone(),
        pages: vec![Page::Cover(cover(log)), Page::Table(receipts(log))],
    }
}

/// The log has no run of its own; the newest line names the state that it shows.
fn newest(log: &ReceiptLog) -> String {
    log.rows.last().map_or_else(String::new, |row| format!("receipt {}", row.sequence))
}

fn receipts(log: &ReceiptLog) -> Table<'_> {
    Table {
        name: RECEIPTS.to_owned(),
        about: "Every file received and every run posted, in the order of the archive.".to_owned(),
        columns: vec![
            Column::new("Sequence", Role::Account).note("The number of the file in the archive folder."),
            Column::new("Day", Role::Date),
            Column::new("Name", Role::Text).width(34),
            Column::new("Kind", Role::Text).width(16),
            Column::new("Outcome", Role::Text).width(12),
            Column::new("Rows", Role::Integer).total(),
            Column::new("Control totals", Role::Sentence).width(32),
            Column::new("What it posted, or why it came back", Role::Sentence).width(50),
            Column::new("sha256", Role::Account)
                .width(15)
                .note("The first twelve digits of the content's hash."),
        ],
        frozen: 1,
        rows: log.rows.len(),
        fill: Box::new(move |index, row| fill(&log.rows[index], row)),
    }
}

fn fill<'a>(of: &'a ReceiptRow, row: &mut Row<'a>) {
    row.push(of.sequence.to_string());
    row.push(of.day);
    row.push(of.name.as_str());
    row.push(of.kind.as_str());
    let fate = row.push(of.fate.word());
    match of.fate {
        Fate::Returned => drop(fate.flag(Flag::Held)),
        Fate::Duplicate => drop(fate.flag(Flag::Warning)),
        Fate::Undo => drop(fate.flag(Flag::Warning)),
        Fate::Accepted | Fate::Posted | Fate::Recorded => {}
    }
    row.push(of.rows);
    row.push(of.totals.as_str());
    row.push(of.outcome.as_str());
    row.push(sections::short(&of.sha256));
}

fn cover(log: &ReceiptLog) -> Cover<'_> {
    let mut facts = vec![
        Fact::new("District", log.office.as_str()),
        Fact::new("Period", log.month.to_string()),
        Fact::new("As of", log.day),
        Fact::new("Run id", newest(log)),
        Fact::new("Chain head", log.chain_head.as_str()),
        Fact::new("Program", concat!("meterbook ", env!("CARGO_PKG_VERSION"))),
    ];
    if log.goes_on {
        let told = "The run goes on: its bills and workbooks are still to come, and then the finished log. Open it again.";
        facts.push(Fact::new("State", told));
    }
    let counted = [
        (Fate::Accepted, "Accepted"),
        (Fate::Returned, "Returned"),
        (Fate::Duplicate, "Duplicates"),
        (Fate::Posted, "Runs posted"),
        (Fate::Recorded, "Settings recorded"),
        (Fate::Undo, "Taken back"),
    ];
    let count = |fate: Fate| log.rows.iter().filter(|row| row.fate == fate).count();
    facts.extend(counted.map(|(fate, label)| Fact::new(label, count(fate)).leading_to(RECEIPTS)));
    Cover { facts, checks: checks(log), sections: sections() }
}

fn checks(log: &ReceiptLog) -> Vec<Check> {
    let gaps = log.rows.windows(2).filter(|pair| pair[0].sequence >= pair[1].sequence).count();
    let rows: u64 = log.rows.iter().map(|row| row.rows).sum();
    let check =
        |says: &str, found, expected| Check { says: says.to_owned(), role: Role::Integer, found, expected };
    vec![
        check(
            "Every receipt of the month is listed",
            Figure::Rows(RECEIPTS),
            Figure::Given(log.rows.len().into()),
        ),
        check("Rows taken in", Figure::total(RECEIPTS, "Rows"), Figure::Given(rows.into())),
        check("Receipts out of order", Figure::Given(gaps.into()), Figure::Given(0.into())),
    ]
}

fn sections<'a>() -> Vec<Section<'a>> {
    let legend = [
        (Flag::Ok, "OK", "A check that holds."),
        (Flag::Warning, "duplicate", "The same content was taken in before; nothing was posted twice."),
        (Flag::Held, "returned, CHECK", "Handed back to be corrected; or a check that does not hold."),
    ];
    let limits = [
        "Clock times are not in the log: the day of the run is, so that the archive can be checked byte by byte.",
        "A returned file that was corrected and dropped again has a line of its own.",
    ];
    vec![
        sections::made_from_the_books("The receipts of the archive up to the chain head above."),
        sections::colours(legend, false),
        sections::limits(limits),
    ]
}
