//! A meter reading as taken in, and what became of it.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::domain::books::weather::EtoGap;
use crate::domain::date::{Date, Month};
use crate::domain::id::{AccountId, MeterId, Sequence};

/// How a reading came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReadCode {
    /// Read at the meter.
    Actual,
    /// Worked out from earlier usage, by a decision.
    Estimate,
    /// Told by the customer.
    Customer,
    /// Put in by a decision.
    Override,
    /// The last reading of a closed account.
    Final,
}

impl ReadCode {
    /// The word that lists use.
    pub fn word(self) -> &'static str {
        match self {
            ReadCode::Actual => "actual",
            ReadCode::Estimate => "estimate",
            ReadCode::Customer => "customer",
            ReadCode::Override => "override",
            ReadCode::Final => "final",
        }
    }
}

/// Names a reading: the archived file it came with and its place in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ReadId {
    /// The file.
    pub sequence: Sequence,
    /// Counted from 1 within the file.
    pub number: u32,
}

impl ReadId {
    /// The name in a list that takes decisions: `000012-5`.
    pub fn reference(self) -> String {
        format!("{}-{}", self.sequence, self.number)
    }

    /// The reading that a name in a list means; `None` where it is none.
    pub fn from_reference(reference: &str) -> Option<ReadId> {
        let (sequence, number) = reference.split_once('-')?;
        Some(ReadId { sequence: Sequence(sequence.parse().ok()?), number: number.parse().ok()? })
    }
}

/// A reading as taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Its name.
    pub id: ReadId,
    /// The account it belongs to; `None` where the meter is on no account.
    pub account: Option<AccountId>,
    /// The meter, where the row named it or the account has one.
    pub meter: Option<MeterId>,
    /// The day it was read.
    pub date: Date,
    /// What the register showed.
    pub value: i64,
    /// How it came about.
    pub code: ReadCode,
    /// The reader's trouble code; empty when there was none.
    pub trouble: String,
    /// The previous reading as the reader's file had it, to check.
    pub echo: Option<i64>,
}

/// What may be said against a reading, or about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the words are defined by the audit rules, where each has its meaning")]
pub enum Exception {
    RunsBackwards,
    NoRead,
    UnknownMeter,
    OverDials,
    OutsideWindow,
    ConflictingReads,
    EchoMismatch,
    ClosedWithUsage,
    EtoGap,
    Highest,
    Lowest,
    OverEstimated,
    LongPeriod,
    Rollover,
    MeterChanged,
    ZeroTwice,
    IdenticalUsage,
    ThirdEstimate,
    InactiveWithUsage,
    High,
    Low,
    Zero,
    Estimated,
    CustomerRead,
    TroubleCode,
}

/// What an exception means for the bill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AuditSeverity {
    /// Worth knowing.
    Info,
    /// Billed, and marked for a look.
    Review,
    /// Not billed until decided.
    Hold,
}

impl AuditSeverity {
    /// The word that lists use.
    pub fn word(self) -> &'static str {
        match self {
            AuditSeverity::Info => "info",
            AuditSeverity::Review => "review",
            AuditSeverity::Hold => "hold",
        }
    }
}

impl Exception {
    /// The word that lists use.
    pub fn word(self) -> &'static str {
        match self {
            Exception::RunsBackwards => "runs-backwards",
            Exception::NoRead => "no-read",
            Exception::UnknownMeter => "unknown-meter",
            Exception::OverDials => "over-dials",
            Exception::OutsideWindow => "outside-window",
            Exception::ConflictingReads => "conflicting-reads",
            Exception::EchoMismatch => "echo-mismatch",
            Exception::ClosedWithUsage => "closed-with-usage",
            Exception::EtoGap => "eto-gap",
            Exception::Highest => "highest",
            Exception::Lowest => "lowest",
            Exception::OverEstimated => "over-estimated",
            Exception::LongPeriod => "long-period",
            Exception::Rollover => "rollover",
            Exception::MeterChanged => "meter-changed",
            Exception::ZeroTwice => "zero-twice",
            Exception::IdenticalUsage => "identical-usage",
            Exception::ThirdEstimate => "third-estimate",
            Exception::InactiveWithUsage => "inactive-with-usage",
            Exception::High => "high",
            Exception::Low => "low",
            Exception::Zero => "zero",
            Exception::Estimated => "estimated",
            Exception::CustomerRead => "customer-read",
            Exception::TroubleCode => "trouble-code",
        }
    }

    /// What it means for the bill.
    pub fn severity(self) -> AuditSeverity {
        match self {
            Exception::RunsBackwards
            | Exception::NoRead
            | Exception::UnknownMeter
            | Exception::OverDials
            | Exception::OutsideWindow
            | Exception::ConflictingReads
            | Exception::EchoMismatch
            | Exception::ClosedWithUsage
            | Exception::EtoGap => AuditSeverity::Hold,
            Exception::Highest
            | Exception::Lowest
            | Exception::OverEstimated
            | Exception::LongPeriod
            | Exception::Rollover
            | Exception::MeterChanged
            | Exception::ZeroTwice
            | Exception::IdenticalUsage
            | Exception::ThirdEstimate
            | Exception::InactiveWithUsage => AuditSeverity::Review,
            Exception::High
            | Exception::Low
            | Exception::Zero
            | Exception::Estimated
            | Exception::CustomerRead
            | Exception::TroubleCode => AuditSeverity::Info,
        }
    }
}

impl Exception {
    /// What a held read needs, in one or two sentences; `None` where the read is not held for it.
    pub fn advice(self) -> Option<&'static str> {
        Some(match self {
            Exception::RunsBackwards => {
                "The reading is below the one before and is no rollover. Read the meter again, or decide estimate \
                 or override."
            }
            Exception::NoRead => {
                "The month has no read. Read the meter, or decide estimate with the read date as Value."
            }
            Exception::UnknownMeter => {
                "The meter is not on record for the read date. Send a meters sheet, or correct the meter."
            }
            Exception::OverDials => {
                "The reading has more digits than the register shows. Correct it, or decide override."
            }
            Exception::OutsideWindow => {
                "The read date lies outside the cycle's read days. Decide accept, estimate or reread."
            }
            Exception::ConflictingReads => {
                "The meter has two different readings on this day. Decide override with the right one."
            }
            Exception::EchoMismatch => {
                "The file's previous reading is not ours. Check that it is this meter, then decide accept or reread."
            }
            Exception::ClosedWithUsage => {
                "The account is closed and its meter shows usage. Find out who uses the water."
            }
            Exception::EtoGap => {
                "The water budget lacks the weather of more than 3 days in a row, or of a side of a gap. Download the \
                 station's report and drop it."
            }
            _ => return None,
        })
    }
}

/// What somebody decided about a read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReadVerdict {
    /// Bill it as it is.
    Accept,
    /// Work out a reading instead.
    Estimate,
    /// Take this reading instead.
    Override,
    /// Send someone to read it again; it stays held.
    Reread,
    /// Leave it held.
    Hold,
}

impl ReadVerdict {
    /// The word that lists and decision sheets use.
    pub fn word(self) -> &'static str {
        match self {
            ReadVerdict::Accept => "accept",
            ReadVerdict::Estimate => "estimate",
            ReadVerdict::Override => "override",
            ReadVerdict::Reread => "reread",
            ReadVerdict::Hold => "hold",
        }
    }
}

/// Whether a read can be billed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReadState {
    /// Usable, not billed yet.
    Open,
    /// Not billed until decided.
    Held,
    /// Another row took its place.
    Replaced,
    /// On a posted bill.
    Billed,
}

impl ReadState {
    /// The word that lists use.
    pub fn word(self) -> &'static str {
        match self {
            ReadState::Open => "open",
            ReadState::Held => "held",
            ReadState::Replaced => "replaced",
            ReadState::Billed => "billed",
        }
    }
}

/// A reading with everything the audit has to say about it; also the row that stands for a missing one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditedRead {
    /// The reading's name; `None` for a missing read.
    pub id: Option<ReadId>,
    /// Whose it is; `None` where the meter is on no account.
    pub account: Option<AccountId>,
    /// The meter.
    pub meter: Option<MeterId>,
    /// The month it counts in.
    pub month: Month,
    /// The day it was read; `None` for a missing read.
    pub date: Option<Date>,
    /// What the register showed.
    pub value: Option<i64>,
    /// How it came about.
    pub code: Option<ReadCode>,
    /// The point that usage counts from.
    pub previous: Option<ReadPoint>,
    /// Usage since that point, in the register's unit; of all meters of the period.
    pub usage: Option<i64>,
    /// The water budget of its period in HCF, for a landscape that has one, or the gap in the weather.
    pub budget: Option<Result<Decimal, EtoGap>>,
    /// The meters that were changed out in the period, oldest first.
    pub changed_out: Vec<ChangedOut>,
    /// What is said about it, sorted by word.
    pub exceptions: Vec<Exception>,
    /// What was decided about it.
    pub verdict: Option<ReadVerdict>,
    /// Whether it can be billed.
    pub state: ReadState,
}

impl AuditedRead {
    /// A reading of which nothing is said yet.
    pub fn of(read: &Reading) -> AuditedRead {
        AuditedRead {
            id: Some(read.id),
            account: read.account.clone(),
            meter: read.meter.clone(),
            month: Month::of(read.date),
            date: Some(read.date),
            value: Some(read.value),
            code: Some(read.code),
            previous: None,
            usage: None,
            budget: None,
            changed_out: vec![],
            exceptions: vec![],
            verdict: None,
            state: ReadState::Open,
        }
    }
}

/// What a meter counted that was changed out in a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangedOut {
    /// The meter.
    pub meter: MeterId,
    /// Its reading from which the period counts.
    pub previous: i64,
    /// The day of the change.
    pub date: Date,
    /// What it showed at the end.
    pub final_reading: i64,
    /// What it counted in between, in its unit; below zero where an estimate was too high.
    pub usage: i64,
}

/// A date and what the register showed then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadPoint {
    /// The day.
    pub date: Date,
    /// The reading.
    pub value: i64,
}
