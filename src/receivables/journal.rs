//! The journal of the general ledger, in the order in which it is read.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::books::control::{ControlNames, Movement};
use crate::domain::books::entry::EntryKind;
use crate::domain::books::journal::{JournalLine, JournalSource, Posting};
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

/// What the lines of a span must agree with: bills and payments as they were taken in or made, and what all other entries did
/// to customers.
///
/// `billed` are the lines of the bills, `received` the rows of payments less returned ones.
pub fn journal_sources(
    movements: &[Movement],
    billed: Money,
    received: Money,
    names: &ControlNames,
) -> Vec<JournalSource> {
    let owed = |kinds: &[EntryKind]| -> Money {
        let own = movements.iter().filter(|movement| kinds.contains(&movement.kind));
        own.map(|movement| movement.within).sum()
    };
    let held: Money = movements.iter().map(|movement| movement.deposit_within).sum();
    let on = |accounts: &BTreeSet<String>, kinds: &[EntryKind]| -> Vec<(String, &'static str)> {
        let of =
            |account: &String| kinds.iter().map(|kind| (account.clone(), kind.word())).collect::<Vec<_>>();
        accounts.iter().flat_map(of).collect()
    };
    let entries = "the customers' entries";
    let of_customers = |what, kinds: &[EntryKind]| JournalSource {
        what,
        from: entries,
        amount: owed(kinds),
        lines: on(&names.receivable, kinds),
    };
    let mut payments = on(&names.receivable, &[EntryKind::Payment, EntryKind::ReturnedPayment]);
    payments.extend(on(&names.unapplied, &[EntryKind::UnappliedPayment]));
    vec![
        JournalSource {
            what: "Bills",
            from: "the lines of the bills on the registers",
            amount: billed,
            lines: on(&names.receivable, &[EntryKind::Bill]),
        },
        JournalSource {
            what: "Payments less returns",
            from: "the rows of payments and returned payments",
            amount: -received,
            lines: payments,
        },
        of_customers("Fees", &[EntryKind::LateFee, EntryKind::Fee, EntryKind::ReturnedItemFee]),
        of_customers("Adjustments", &[EntryKind::Adjustment]),
        of_customers("Opening balances", &[EntryKind::OpeningBalance]),
        of_customers(
            "Deposits and credits used",
            &[
                EntryKind::DepositApplied,
                EntryKind::TransferOut,
                EntryKind::TransferIn,
                EntryKind::Refund,
                EntryKind::WriteOff,
            ],
        ),
        JournalSource {
            what: "Deposits held",
            from: "the deposits of the customers' entries",
            amount: -held,
            lines: on(
                &names.deposits,
                &[EntryKind::DepositTaken, EntryKind::DepositApplied, EntryKind::DepositRefund],
            ),
        },
    ]
}
