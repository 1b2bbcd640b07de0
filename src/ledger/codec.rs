//! How domain values are spelled in the tables.

use rusqlite::Row;
use rusqlite::types::Type;

use crate::domain::books::account::{Sewer, Status};
use crate::domain::books::bill::BillKind;
use crate::domain::books::charge::{ChargeKind, ChargeUnit};
use crate::domain::books::entry::EntryKind;
use crate::domain::books::reading::{ReadCode, ReadId};
use crate::domain::id::Sequence;
use crate::domain::money::Money;
use crate::domain::proposals::receipts::Fate;

/// Reads a column of text as a domain value.
pub(super) fn parsed<T>(
    row: &Row<'_>,
    column: &str,
    read: impl Fn(&str) -> Option<T>,
) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    read(&text).ok_or_else(|| foreign(column, &text))
}

/// Reads a column that may be empty as a domain value.
pub(super) fn maybe<T>(
    row: &Row<'_>,
    column: &str,
    read: impl Fn(&str) -> Option<T>,
) -> rusqlite::Result<Option<T>> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| read(&text).ok_or_else(|| foreign(column, &text))).transpose()
}

fn foreign(column: &str, text: &str) -> rusqlite::Error {
    let message = format!("column {column} holds '{text}', which this program never writes");
    rusqlite::Error::FromSqlConversionFailure(0, Type::Text, message.into())
}

/// Reads a column of cents.
pub(super) fn money(row: &Row<'_>, column: &str) -> rusqlite::Result<Money> {
    Ok(Money::from_cents(row.get(column)?))
}

/// Reads JSON or anything else that parses from text.
pub(super) fn from_text<T: std::str::FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

/// Reads JSON.
pub(super) fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_str(text).ok()
}

/// Writes JSON.
pub(super) fn to_json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("domain values have string keys and no floats")
}

macro_rules! by_word {
    ($($name:ident: $type:ident [$($variant:ident),+];)+) => {
        $(
            /// Finds the value by its word.
            pub(super) fn $name(word: &str) -> Option<$type> {
                [$($type::$variant),+].into_iter().find(|value| value.word() == word)
            }
        )+
    };
}

by_word! {
    status: Status [Active, Inactive, Closed];
    sewer: Sewer [None, TaxRoll, Billed];
    charge_kind: ChargeKind [Fixed, Tier, Flat, Budget, Wastewater, Surcharge, Fee];
    charge_unit: ChargeUnit [Month, Day, Hcf, Dwelling, Edu];
    bill_kind: BillKind [Regular, Final];
    read_code: ReadCode [Actual, Estimate, Customer, Override, Final];
}

/// Finds the kind of an entry by its word.
pub(super) fn entry_kind(word: &str) -> Option<EntryKind> {
    EntryKind::ALL.into_iter().find(|kind| kind.word() == word)
}

/// Finds a fate by its word.
pub(super) fn fate(word: &str) -> Option<Fate> {
    Fate::ALL.into_iter().find(|fate| fate.word() == word)
}

/// Spells the names of reads: `12:1;12:2`.
pub(super) fn read_ids(ids: &[ReadId]) -> String {
    ids.iter().map(|id| format!("{}:{}", id.sequence.0, id.number)).collect::<Vec<_>>().join(";")
}

/// Reads the names of reads.
pub(super) fn parse_read_ids(text: &str) -> Option<Vec<ReadId>> {
    let one = |part: &str| {
        let (sequence, number) = part.split_once(':')?;
        Some(ReadId { sequence: Sequence(sequence.parse().ok()?), number: number.parse().ok()? })
    };
    text.split(';').filter(|part| !part.is_empty()).map(one).collect()
}
