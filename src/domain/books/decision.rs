//! What somebody decided about a row of a proposal.

use crate::domain::date::Date;

/// What a decision is about, as a word.
pub const BILL: &str = "bill";
/// A held or missing read.
pub const READ: &str = "read";

/// A read of a meter that no account has.
pub const STRAY: &str = "stray read";

/// A decision that posts, or allows to be posted.
pub const APPROVE: &str = "approve";
/// A decision that leaves the row a proposal.
pub const HOLD: &str = "hold";
/// A decision that drops the row until its facts change.
pub const REJECT: &str = "reject";
/// A change of an account that waits.
pub const ACCOUNT_CHANGE: &str = "account change";
/// A lock-off of the schedule.
pub const LOCK_OFF: &str = "lock-off";
/// What is decided about a lock-off: it is ordered, or left for now.
pub const LOCK_OFF_WORDS: [&str; 2] = [APPROVE, HOLD];

/// A late fee that is due.
pub const LATE_FEE: &str = "late fee";

/// A deposit that good history lets go.
pub const DEPOSIT_REFUND: &str = "deposit refund";
/// The credit of a closed account.
pub const CREDIT: &str = "credit";
/// A decision that uses a deposit for what the account owes.
pub const APPLY: &str = "apply";
/// A decision that gives a deposit back by check.
pub const REFUND: &str = "refund";
/// A decision that keeps a deposit.
pub const KEEP: &str = "keep";

/// Whether a decision moves money or lets something be posted, so that somebody else than the preparer may have to make it.
pub fn approves(decision: &str) -> bool {
    [APPROVE, APPLY, REFUND].contains(&decision)
}

/// Whether initials are the same person's, whatever their capitals, full stops and blanks: `B. T.` is `bt`.
pub fn same_initials(one: &str, other: &str) -> bool {
    let letters = |text: &str| -> String {
        text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    !letters(one).is_empty() && letters(one) == letters(other)
}

/// What somebody decided about a row of a proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What it is about, such as `bill`.
    pub what: String,
    /// The workbook's run.
    pub run_id: String,
    /// The row's name, such as a bill's number.
    pub reference: String,
    /// The fingerprint of what was proposed: a proposal that changed is not decided.
    pub token: String,
    /// What was decided, in small letters.
    pub decision: String,
    /// Why; empty where nothing was said.
    pub reason: String,
    /// Who decided.
    pub initials: String,
    /// The day it took effect.
    pub day: Date,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_letters() {
        for (one, other, same) in
            [("BT", "b.t.", true), ("B. T.", "BT", true), ("BT", "BTX", false), ("", ".", false)]
        {
            assert_eq!(same_initials(one, other), same, "{one} {other}");
        }
    }
}
