//! The read audit of a cycle and month: every meter with its read, what is said of it, and what waits for a decision.

use rust_decimal::Decimal;

use crate::domain::books::reading::{ChangedOut, ReadCode, ReadPoint};
use crate::domain::date::{Date, Month};
use crate::domain::id::{AccountId, MeterId};
use crate::domain::proposals::explanation::Reason;
use crate::domain::proposals::register::{Customer, Source};
use crate::domain::volume::Usage;

/// Months that are shown beside each other, the audited one included.
pub const MONTHS_SHOWN: usize = 13;

/// Everything that the read audit shows.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadAudit {
    /// The office's name.
    pub office: String,
    /// The cycle.
    pub cycle: String,
    /// The month.
    pub month: Month,
    /// The day of the newest file in it.
    pub day: Date,
    /// Names what waits, printed on the cover and in every footer.
    pub run_id: String,
    /// sha256 of the receipt of the newest file in it.
    pub chain_head: String,
    /// The files it was made from.
    pub sources: Vec<Source>,
    /// A row a meter, by account; held reads of earlier months have rows of their own.
    pub rows: Vec<AuditRow>,
    /// What does not reconcile with the records, by subject.
    pub notes: Vec<AuditNote>,
    /// The meters that were changed in the periods.
    pub changes: Vec<ChangedMeter>,
    /// The files of reads beside the ledger.
    pub files: Vec<ReadsFile>,
}

/// Where a read stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AuditState {
    /// It waits for a decision.
    Held,
    /// It was held, and a later bill has counted past it: there is nothing to decide any more.
    Overtaken,
    /// It is on a posted bill.
    Billed,
    /// It can be billed.
    Usable,
    /// The month has no read yet, and its bills are not made.
    NotReadYet,
    /// The account is not billed.
    NotBilled,
}

impl AuditState {
    /// The word on the sheet.
    pub fn word(self) -> &'static str {
        match self {
            AuditState::Held => "held",
            AuditState::Overtaken => "overtaken",
            AuditState::Billed => "billed",
            AuditState::Usable => "usable",
            AuditState::NotReadYet => "not read yet",
            AuditState::NotBilled => "not billed",
        }
    }
}

/// One meter and month.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditRow {
    /// Names the row when it comes back: month and account.
    pub reference: String,
    /// The fingerprint of what waits for a decision; empty where nothing does.
    pub token: String,
    /// The account.
    pub account: AccountId,
    /// Who it is.
    pub customer: Customer,
    /// The meter.
    pub meter: Option<MeterId>,
    /// The month.
    pub month: Month,
    /// The point that usage counts from.
    pub previous: Option<ReadPoint>,
    /// The read.
    pub read: Option<ReadPoint>,
    /// How it came about.
    pub code: Option<ReadCode>,
    /// Usage since the point before.
    pub usage: Option<Usage>,
    /// The usage and what it is compared with.
    pub comparison: Option<Comparison>,
    /// Its band, as a word; empty where there is no usage to compare.
    pub band: &'static str,
    /// What is said of it, with the numbers.
    pub reasons: Vec<Reason>,
    /// The bill that has counted past it while it was held, in a sentence.
    pub overtaken: Option<String>,
    /// Where it stands.
    pub state: AuditState,
    /// Usage of the months up to this one in HCF, the oldest first.
    pub months: [Option<Decimal>; MONTHS_SHOWN],
}

/// A usage beside what is usual, both in HCF and 30 days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The usage.
    pub usage: Decimal,
    /// What is usual.
    pub usual: Decimal,
    /// What that is, in words.
    pub with: &'static str,
}

/// What does not reconcile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// A read of a meter that is on no account.
    NotOnRecord,
    /// An active account's meter without a read in the month.
    NoRead,
    /// A read on a closed account.
    ClosedAccount,
    /// Usage on an account that is not active.
    InactiveUsage,
    /// The file's previous reading is not the one on record.
    EchoDiffers,
}

impl Subject {
    /// All subjects, in the order of their sheets.
    pub const ALL: [Subject; 5] = [
        Subject::NotOnRecord,
        Subject::NoRead,
        Subject::ClosedAccount,
        Subject::InactiveUsage,
        Subject::EchoDiffers,
    ];
}

/// One thing that does not reconcile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditNote {
    /// What it is about.
    pub subject: Subject,
    /// The account; `None` where the meter is on none.
    pub account: Option<AccountId>,
    /// Who it is; empty without an account.
    pub customer: String,
    /// Where; empty without an account.
    pub service_address: String,
    /// The meter.
    pub meter: Option<MeterId>,
    /// The read.
    pub read: Option<ReadPoint>,
    /// What is there and what is on record.
    pub says: String,
    /// The file that brought the read; empty without one.
    pub file: String,
    /// Names the row when it comes back; empty where nothing can be decided.
    pub reference: String,
    /// The fingerprint of what waits for a decision; empty where nothing does.
    pub token: String,
}

/// A meter that was changed in a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedMeter {
    /// The account.
    pub account: AccountId,
    /// Who it is.
    pub customer: String,
    /// The old meter and what it counted.
    pub old: ChangedOut,
    /// The new meter and its first reading.
    pub new: (MeterId, i64),
    /// Why; empty where nobody said.
    pub reason: String,
    /// Who changed it.
    pub crew: String,
}

/// A file of reads as the archive counted it, and as the ledger has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadsFile {
    /// The file, with its number in the archive.
    pub name: String,
    /// Counts and hash totals of the rows.
    pub file: HashTotals,
    /// Those of the reads that it posted.
    pub ledger: HashTotals,
    /// Rows that were passed over because they were there before.
    pub passed_over: u64,
}

/// How many reads, and sums that mean nothing but must agree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HashTotals {
    /// Reads.
    pub reads: u64,
    /// The sum of their readings; `None` where it was not counted.
    pub readings: Option<i64>,
    /// The sum of the digits of their meters' numbers; `None` where it was not counted.
    pub meter_digits: Option<i64>,
}
