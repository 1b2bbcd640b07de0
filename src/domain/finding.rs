//! What is wrong with a file, or was done to it, as a value: never an error of the program.

use std::fmt;

use super::origin::Origin;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The file is returned whole and nothing of it is posted.
    Error,
    /// The file is taken in; someone should look.
    Warning,
    /// The file is taken in; this was done to it.
    Note,
}

impl Severity {
    /// The word that lists and messages use.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }
}

macro_rules! codes {
    ($($(#[doc = $when:literal])+ $name:ident = $word:literal,)*) => {
        /// What kind of trouble a finding is about.
        ///
        /// Each code has a file that provokes it and a golden message in `tests/findings`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code { $($(#[doc = $when])+ $name,)* }

        impl Code {
            /// All codes, in the order of this file.
            pub const ALL: &[Code] = &[$(Code::$name,)*];

            /// The word that lists and messages use.
            pub fn word(self) -> &'static str {
                match self { $(Code::$name => $word,)* }
            }

            /// When it is found, in a sentence.
            pub fn when(self) -> &'static str {
                match self { $(Code::$name => concat!($($when),+).trim_ascii(),)* }
            }
        }
    };
}

codes! {
    /// The file cannot be opened as a sheet at all (see `sheet::Unreadable`).
    UnreadableFile = "unreadable-file",
    /// No sheet of the file has the columns of a known kind.
    UnknownKind = "unknown-kind",
    /// The columns fit two kinds of sheet equally well.
    AmbiguousKind = "ambiguous-kind",
    /// A header names the same column twice.
    DuplicateColumn = "duplicate-column",
    /// The sheet has its header and not one row below it.
    NoRows = "no-rows",
    /// A cell is not what its column needs.
    UnreadableCell = "unreadable-cell",
    /// A required cell is empty.
    MissingCell = "missing-cell",
    /// A cell holds a formula whose result was never stored.
    UncalculatedCell = "uncalculated-cell",
    /// A cell is longer than Excel allows.
    CellTooLong = "cell-too-long",
    /// An account that is not ours.
    UnknownAccount = "unknown-account",
    /// A class that `office.toml` does not name.
    UnknownClass = "unknown-class",
    /// A cycle that `office.toml` does not name.
    UnknownCycle = "unknown-cycle",
    /// A charge of an account that has no price as things stand.
    NoPrice = "no-price",
    /// The date of an event after the day of the run.
    FutureDate = "future-date",
    /// A row that says something else than another row, or than the books, where both cannot be true.
    ConflictingRows = "conflicting-rows",
    /// A row that is in the file twice, word for word.
    DuplicateRow = "duplicate-row",
    /// The totals row differs from the sum of the rows.
    TotalMismatch = "total-mismatch",
    /// Leading zeros of account numbers were put back.
    ZerosRestored = "zeros-restored",
    /// The same content was taken in before.
    DuplicateFile = "duplicate-file",
    /// A payment with a reference that an earlier file posted: the row is passed over.
    DuplicatePayment = "duplicate-payment",
    /// A payment without a reference that equals one of an earlier file: the row is not posted.
    PossibleDuplicate = "possible-duplicate",
    /// All rows of a file came with an earlier one, whose content is another: they are taken in again.
    SameRows = "same-rows",
    /// An adjustment whose reason, sign or grounds are not what the office has on record: it posts all the same.
    DoubtfulAdjustment = "doubtful-adjustment",
    /// An adjustment that has to be approved first: it posts when it is.
    AwaitsApproval = "awaits-approval",
    /// A deposit was given back or used although its rule stands against it.
    NotRefundable = "not-refundable",
    /// A reading that an earlier file has posted already.
    DuplicateRead = "duplicate-read",
    /// What the crew did, and an earlier file has posted already.
    DuplicateResult = "duplicate-result",
    /// A meter change that does not fit the reads of the meter taken out: it is taken in all the same.
    DoubtfulChange = "doubtful-change",
    /// A lock-off that was ordered or done without the schedule, which alone proves that the law allows it: it counts all the same.
    UnprovedLockOff = "unproved-lock-off",
    /// A medical hold that lacks one of its three conditions: it is on record and does not count.
    IncompleteHold = "incomplete-hold",
    /// A field order that is not ours.
    UnknownOrder = "unknown-order",
    /// A result for a field order that was done or cancelled before.
    OrderClosed = "order-closed",
    /// An accounts row for a closed account: its data is replaced, it stays closed.
    StaysClosed = "stays-closed",
    /// A report has another value for a day whose value was final.
    EtoDiffers = "eto-differs",
    /// A decision about something that is not waiting for one.
    NothingToDecide = "nothing-to-decide",
    /// A decision about a read that a later bill has counted past: it is on record and changes no bill.
    OvertakenRead = "overtaken-read",
    /// A workbook of ours came back with a cell changed that takes no decision.
    ChangedCell = "changed-cell",
    /// A workbook of ours came back after what it proposes had changed.
    StaleProposal = "stale-proposal",
    /// A workbook of ours came back a second time.
    ReturnedBefore = "returned-before",
    /// Who prepared a proposal approves it, and the office forbids that.
    SamePerson = "same-person",
    /// A sheet of a workbook of ours came back without the workbook.
    LoneSheet = "lone-sheet",
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// One thing that is wrong with a file, or was done to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What kind of trouble.
    pub code: Code,
    /// What it means for the file.
    pub severity: Severity,
    /// Where it is.
    pub origin: Origin,
    /// The header of the column it is about, as the file spells it; empty for a row or a file.
    pub column: String,
    /// What is there: the cell's text, the account, the count.
    pub value: String,
    /// What is there, what is wrong and what to do, in one or two sentences.
    pub message: String,
}

/// `july.xlsx, Readings!D17: error[unreadable-cell]: ...`
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}[{}]: {}", self.origin, self.severity.word(), self.code, self.message)
    }
}

/// Whether any finding sends the file back.
pub fn any_error(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.severity == Severity::Error)
}
