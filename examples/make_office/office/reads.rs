//! The meter reads of a month, as a workbook, as the handheld's file, and with three slips of the pen.

use std::path::Path;

use chrono::NaiveDate;

use super::account::{Account, routes};
use super::cast::{self, Oddity, Part};
use super::chance::{Chance, Topic};
use super::sheets::{Book, Cell, Delimited};
use super::{DISTRICT, Outcome, Plan, days, everyone, water};

/// The route whose reads of the second month come in a file of their own.
pub(super) const LATE_ROUTE: u32 = 9;

/// One row of a reads file.
struct Read {
    /// Empty for a meter that nobody knows.
    account: String,
    meter: String,
    date: NaiveDate,
    reading: u32,
    code: &'static str,
    trouble: &'static str,
    /// The reading before, as the reader's list has it.
    previous: Option<u32>,
    note: &'static str,
}

const XLSX_COLUMNS: [(&str, u32); 8] = [
    ("Route", 7),
    ("Account no", 11),
    ("Meter no", 12),
    ("Read date", 12),
    ("Previous reading", 17),
    ("Current reading", 16),
    ("Read code", 11),
    ("Trouble code", 13),
];

/// The reads as the office's own workbook: title rows, a blank row, account numbers that lost their leading zeros, and a
/// totals row.
pub(super) fn as_xlsx(plan: &Plan, month: u32, who: impl Fn(&Account) -> bool, path: &Path) -> Outcome {
    let title = format!("Meter reads, {}", days::name(month));
    let mut book = Book::new("Reads", &[DISTRICT, &title], &XLSX_COLUMNS)?;
    let first_row = book.next_row();
    let mut result = 0;
    for account in everyone(plan).filter(|account| who(account)) {
        for read in reads(plan, month, &account) {
            result += u64::from(read.reading);
            book.row(&[
                Cell::Text(&format!("{:02}", account.route)),
                read.account.parse().map_or(Cell::Empty, Cell::Whole),
                Cell::Text(&read.meter),
                Cell::Day(read.date),
                read.previous.map_or(Cell::Empty, Cell::Whole),
                Cell::Whole(read.reading),
                Cell::Text(read.code),
                Cell::Text(read.trouble),
            ])?;
        }
    }
    let formula = format!("=SUM(F{first_row}:F{})", book.next_row() - 1);
    let total = Cell::Sum { formula, result };
    book.row(&[Cell::Empty, Cell::Text("Total"), Cell::Empty, Cell::Empty, Cell::Empty, total])?;
    book.save(path)
}

const HANDHELD_COLUMNS: [&str; 8] =
    ["Account", "Meter", "Read date", "Reading", "Read code", "Trouble code", "Previous reading", "Notes"];

/// The reads as the handheld's program saves them, with a column of notes that the program does not know.
pub(super) fn as_csv(plan: &Plan, month: u32, who: impl Fn(&Account) -> bool, path: &Path) -> Outcome {
    let mut file = Delimited::from_handheld(path, &HANDHELD_COLUMNS)?;
    for account in everyone(plan).filter(|account| who(account)) {
        for read in reads(plan, month, &account) {
            file.row(&handheld_row(&read))?;
        }
    }
    file.finish()
}

/// The same file with a reading that is no number, an account that nobody knows and a date that does not exist.
pub(super) fn with_slips(plan: &Plan, month: u32, who: impl Fn(&Account) -> bool, path: &Path) -> Outcome {
    let mut file = Delimited::from_handheld(path, &HANDHELD_COLUMNS)?;
    let rows = everyone(plan).filter(|account| who(account)).flat_map(|account| reads(plan, month, &account));
    for (place, read) in rows.enumerate() {
        let mut row = handheld_row(&read);
        match place {
            3 => row[3] = "8 8I2".to_owned(),
            10 => row[0] = "9990010".to_owned(),
            17 => row[2] = "2/30/2020".to_owned(),
            _ => {}
        }
        file.row(&row)?;
    }
    file.finish()
}

fn handheld_row(read: &Read) -> [String; 8] {
    [
        read.account.clone(),
        read.meter.clone(),
        days::typed(read.date),
        read.reading.to_string(),
        read.code.to_owned(),
        read.trouble.to_owned(),
        read.previous.map(|reading| reading.to_string()).unwrap_or_default(),
        read.note.to_owned(),
    ]
}

/// What was decided about the odd reads of a month: the backwards one was misread, the missing one is estimated, the
/// one with the wrong echo is right, and the one with too many digits stays held.
pub(super) fn decisions(plan: &Plan, month: u32, path: &Path) -> Outcome {
    let mut file = Delimited::new(path, &["Account", "Month", "What", "Decision", "Value", "Initials"])?;
    for account in everyone(plan) {
        let (decision, value) = match cast::oddity(account.part, month) {
            Some(Oddity::Backwards) => ("override", water::register(plan, &account, month).to_string()),
            Some(Oddity::Missing) => ("estimate", read_day(plan, month, &account).to_string()),
            Some(Oddity::EchoMismatch) => ("accept", String::new()),
            _ => continue,
        };
        file.row(&[&account.number, &days::label(month), "read", decision, &value, "RT"])?;
    }
    file.finish()
}

fn read_day(plan: &Plan, month: u32, account: &Account) -> NaiveDate {
    days::read_day(month, account.route, routes(plan.accounts))
}

/// The rows of an account: none, one, or one and that of the stranger behind it.
fn reads(plan: &Plan, month: u32, account: &Account) -> Vec<Read> {
    let served = account.has_meter() && !account.is_bulk() && account.part != Some(Part::Inactive);
    let not_yet = account.part == Some(Part::Newcomer) && month == 0;
    match cast::oddity(account.part, month) {
        _ if !served || not_yet => Vec::new(),
        Some(Oddity::Missing) => Vec::new(),
        Some(Oddity::StrangerBehind) => vec![usual(plan, month, account), stranger(plan, month, account)],
        oddity => vec![odd(usual(plan, month, account), oddity, account.index)],
    }
}

fn usual(plan: &Plan, month: u32, account: &Account) -> Read {
    // A read that was held last month may not be the reading that our books count from.
    let unsure = month > 0
        && matches!(
            cast::oddity(account.part, month - 1),
            Some(Oddity::Backwards | Oddity::Missing | Oddity::OverDials | Oddity::EchoMismatch)
        );
    Read {
        account: account.number.clone(),
        meter: water::meter_in(plan, account, month),
        date: read_day(plan, month, account),
        reading: water::register(plan, account, month),
        code: "actual",
        trouble: "",
        previous: (!unsure).then(|| water::register_before(plan, account, month)),
        note: "",
    }
}

const TROUBLES: [(&str, &str); 4] = [
    ("DOG", "Perro bravo \u{2013} avisó la señora Núñez"),
    ("GATE", "Locked gate; key at the café next door"),
    ("BOX", "Box under debris of the façade works"),
    ("BRUSH", "Meter overgrown, read with O\u{2019}Farrell\u{2019}s mirror"),
];

fn odd(usual: Read, oddity: Option<Oddity>, index: u32) -> Read {
    let (trouble, note) = TROUBLES[index as usize % TROUBLES.len()];
    match oddity {
        Some(Oddity::Backwards) => {
            let before = usual.previous.expect("a part has its odd month every second month");
            Read { reading: before.saturating_sub(140), ..usual }
        }
        Some(Oddity::Trouble) => Read { trouble, note, ..usual },
        Some(Oddity::OverDials) => Read { reading: usual.reading + 1_000_000, ..usual },
        Some(Oddity::CustomerRead) => Read { code: "customer", note: "Llamó el cliente", ..usual },
        Some(Oddity::EchoMismatch) => Read { previous: usual.previous.map(|before| before + 100), ..usual },
        _ => usual,
    }
}

/// A meter that stands beside the route and is on nobody's record.
fn stranger(plan: &Plan, month: u32, account: &Account) -> Read {
    let mut chance = Chance::about(plan.seed, Topic::Meter, account.index + 1_000_000);
    Read {
        account: String::new(),
        meter: format!("M{}", 99_000_000 + account.index),
        reading: chance.between(2_000, 800_000),
        previous: None,
        note: "Not on the list",
        ..usual(plan, month, account)
    }
}
