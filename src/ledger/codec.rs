//! How domain values are spelled in the tables.

use rusqlite::Row;
use rusqlite::types::{FromSql, Type};
use smol_str::SmolStr;

use crate::domain::books::account::{Sewer, Status};
use crate::domain::books::bill::BillKind;
use crate::domain::books::charge::{ChargeKind, ChargeUnit};
use crate::domain::books::entry::EntryKind;
use crate::domain::books::hold::HoldKind;
use crate::domain::books::invoice::WorkKind;
use crate::domain::books::notice::{Method, NoticeKind};
use crate::domain::books::order::Action;
use crate::domain::books::reading::{ReadCode, ReadId, ReadVerdict};
use crate::domain::id::Sequence;
use crate::domain::money::Money;
use crate::domain::proposals::receipts::Fate;

/// The columns of one row, read from left to right in the order of the query.
///
/// Looking columns up by name costs more than reading them, and a list reads millions.
pub(super) struct Fields<'a> {
    row: &'a Row<'a>,
    at: usize,
}

impl<'a> Fields<'a> {
    pub(super) fn of(row: &'a Row<'a>) -> Fields<'a> {
        Fields { row, at: 0 }
    }

    /// The next column as it is.
    pub(super) fn next<T: FromSql>(&mut self) -> rusqlite::Result<T> {
        self.at += 1;
        self.row.get(self.at - 1)
    }

    /// Passes over columns.
    pub(super) fn skip(&mut self, columns: usize) {
        self.at += columns;
    }

    /// The next column, text, as a domain value.
    pub(super) fn parsed<T>(&mut self, read: impl Fn(&str) -> Option<T>) -> rusqlite::Result<T> {
        self.maybe(read)?.ok_or_else(|| self.foreign("nothing"))
    }

    /// The next column, text that may be missing, as a domain value.
    pub(super) fn maybe<T>(&mut self, read: impl Fn(&str) -> Option<T>) -> rusqlite::Result<Option<T>> {
        self.at += 1;
        match self.row.get_ref(self.at - 1)?.as_str_or_null()? {
            Some(text) => read(text).map(Some).ok_or_else(|| self.foreign(text)),
            None => Ok(None),
        }
    }

    /// The next column, cents.
    pub(super) fn money(&mut self) -> rusqlite::Result<Money> {
        self.next().map(Money::from_cents)
    }

    /// The next column, text, as one of the texts that name things.
    pub(super) fn id<T>(&mut self, new: impl Fn(SmolStr) -> T) -> rusqlite::Result<T> {
        self.parsed(|text| Some(new(text.into())))
    }

    /// The next column, text that may be missing, as one of the texts that name things.
    pub(super) fn maybe_id<T>(&mut self, new: impl Fn(SmolStr) -> T) -> rusqlite::Result<Option<T>> {
        self.maybe(|text| Some(new(text.into())))
    }

    /// The next two columns as the name of a read.
    pub(super) fn read_id(&mut self) -> rusqlite::Result<ReadId> {
        Ok(ReadId { sequence: Sequence(self.next()?), number: self.next()? })
    }

    fn foreign(&self, text: &str) -> rusqlite::Error {
        let message =
            format!("column {} of a query holds '{text}', which this program never writes", self.at);
        rusqlite::Error::FromSqlConversionFailure(self.at - 1, Type::Text, message.into())
    }
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
    hold_kind: HoldKind [Medical, Appeal, Dispute, Extension, Bankruptcy];
    notice_kind: NoticeKind [Reminder, PastDueLetter, FinalNotice, Call, Visit, DoorHanger, OccupantNotice];
    method: Method [Mail, Phone, InPerson, Posted];
    work_kind: WorkKind [Service, Material, Labor];
    read_verdict: ReadVerdict [Accept, Estimate, Override, Reread, Hold];
}

/// Finds the kind of an entry by its word.
pub(super) fn entry_kind(word: &str) -> Option<EntryKind> {
    EntryKind::ALL.iter().copied().find(|kind| kind.word() == word)
}

/// Finds an action by its word.
pub(super) fn action(word: &str) -> Option<Action> {
    Action::ALL.into_iter().find(|action| action.word() == word)
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
