//! The journal of the general ledger, in the order in which it is read.

use std::collections::BTreeMap;

use crate::domain::books::journal::{JournalLine, Posting};
use crate::domain::money::Money;

/// The lines of the journal, by day and entry, debits before credits; what sums to nothing is left out.
///
/// # Panics
/// Where an entry's debits differ from its credits: then the program is wrong.
pub fn journal(postings: Vec<Posting>) -> Vec<JournalLine> {
    let posted = postings.into_iter().filter(|posting| !posting.amount.is_zero());
    let mut lines: Vec<JournalLine> = posted.map(line).collect();
    lines.sort_by(|a, b| {
        let key = |line: &JournalLine| (line.date, line.debit.is_zero());
        let text = |line: &JournalLine| (line.gl_account.clone(), line.kind.clone(), line.reference.clone());
        (key(a).0, &a.entry, key(a).1, text(a)).cmp(&(key(b).0, &b.entry, key(b).1, text(b)))
    });
    let mut entries: BTreeMap<&str, Money> = BTreeMap::new();
    for line in &lines {
        *entries.entry(&line.entry).or_default() += line.debit - line.credit;
    }
    for (entry, difference) in entries {
        assert!(difference.is_zero(), "journal entry {entry} is out of balance by {difference}");
    }
    lines
}

fn line(posting: Posting) -> JournalLine {
    let Posting { date, entry, gl_account, kind, amount, reference } = posting;
    JournalLine {
        date,
        entry: format!("{}-{}", date.format("%Y%m%d"), entry.word()),
        gl_account,
        kind,
        debit: amount.max(Money::ZERO),
        credit: (-amount).max(Money::ZERO),
        reference,
    }
}
