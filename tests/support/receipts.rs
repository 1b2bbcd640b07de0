//! Invented receipt logs.

use meterbook::domain::date::{Month, plus_days};
use meterbook::domain::id::Sequence;
use meterbook::domain::proposals::receipts::{Fate, ReceiptLog, ReceiptRow};

use super::office::date;

/// A receipt log of so many lines.
pub(crate) fn receipts(lines: usize) -> ReceiptLog {
    let fates =
        [Fate::Accepted, Fate::Accepted, Fate::Returned, Fate::Duplicate, Fate::Posted, Fate::Recorded];
    let row = |at: usize| {
        let fate = fates[at % fates.len()];
        ReceiptRow {
            sequence: Sequence(u32::try_from(at).unwrap() + 1),
            day: plus_days(date("2026-02-01"), i64::try_from(at / 4).unwrap()),
            name: ["accounts.xlsx", "reads feb, with corrections by the evening crew.xlsx", "=cmd.csv"]
                [at % 3]
                .to_owned(),
            kind: ["accounts", "reads", ""][at % 3].to_owned(),
            fate,
            rows: if fate == Fate::Accepted { 1_204 } else { 0 },
            totals: if fate == Fate::Accepted { "sum of readings 98,123,456" } else { "" }.to_owned(),
            sha256: format!("{at:02}b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"),
            outcome: [
                "1,204 rows are on record.",
                "12 cells are marked; correct them in the returned file and drop it again.",
                "The same content came in as 000001; nothing was posted.",
            ][at % 3]
                .to_owned(),
        }
    };
    ReceiptLog {
        office: "Joshua Flats Water District".to_owned(),
        month: Month::new(2026, 2).unwrap(),
        day: date("2026-02-12"),
        chain_head: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
        goes_on: false,
        rows: (0..lines).map(row).collect(),
    }
}

/// A log whose run goes on, of a district whose name takes several lines on a cover.
pub(crate) fn receipts_of_a_long_name() -> ReceiptLog {
    let name = "The Water District of a Valley whose Founders could not agree on one Name, ".repeat(3);
    ReceiptLog { office: name, goes_on: true, ..receipts(3) }
}
