//! Adjustments as the books have them: what was posted, what brought it, and who decided.

use crate::domain::books::money_in::AdjustmentFact;
use crate::domain::date::Date;
use crate::domain::id::{AccountId, Sequence};
use crate::domain::money::Money;

/// An entry of an adjustment, or the mirror of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostedAdjustment {
    /// The fact that posted it; of a mirror the fact whose entry it mirrors.
    pub fact: Sequence,
    /// Whether it takes one back.
    pub mirror: bool,
    /// The day it counts from.
    pub date: Date,
    /// The account.
    pub account: AccountId,
    /// What it added to what is owed; a mirror has the other sign.
    pub amount: Money,
    /// The reason code.
    pub reason: String,
    /// The account of the general ledger on the other side.
    pub gl_account: String,
}

/// A row of adjustments with the file that brought it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdjustmentRecord {
    /// The row.
    pub row: AdjustmentFact,
    /// The file's number in the archive.
    pub sequence: Sequence,
    /// The file's name, or the run's.
    pub file: String,
    /// The day it was taken in.
    pub day: Date,
    /// The day on which the file was undone.
    pub undone: Option<Date>,
}

/// A decision about an adjustment that waited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdjustmentDecision {
    /// The fact that brought it.
    pub sequence: Sequence,
    /// Whether it approves.
    pub approves: bool,
    /// The name of the row.
    pub reference: String,
    /// Who decided.
    pub initials: String,
    /// The day it took effect.
    pub day: Date,
    /// The day on which it was undone.
    pub undone: Option<Date>,
}

/// Where an adjustment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AdjustmentState {
    /// It is posted.
    Posted,
    /// A mirror entry takes back what was posted.
    TakenBack,
    /// It waits for a decision.
    Waits,
    /// A decision dropped it.
    Rejected,
}

impl AdjustmentState {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            AdjustmentState::Posted => "posted",
            AdjustmentState::TakenBack => "taken back",
            AdjustmentState::Waits => "waits",
            AdjustmentState::Rejected => "rejected",
        }
    }
}

/// One line of the register of adjustments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisteredAdjustment {
    /// Where it stands.
    pub state: AdjustmentState,
    /// The day it counts from; of one that waits or was rejected the day on its row.
    pub date: Date,
    /// The account.
    pub account: AccountId,
    /// What it adds to what is owed; of one taken back with the other sign.
    pub amount: Money,
    /// The reason code.
    pub reason: String,
    /// The account of the general ledger on the other side; empty before it is posted.
    pub gl_account: String,
    /// The row that asked for it.
    pub record: Option<AdjustmentRecord>,
    /// The decision about it, where it had to wait.
    pub decision: Option<AdjustmentDecision>,
}
