//! The lists of money and of who is behind with it: columns, order of rows and spelling, as other programs rely on them.

use super::desk::Books;
use super::list::Table;
use super::lists::{maybe, yes_or_no};
use super::{Failure, collections};
use crate::domain::books::entry::Effect;
use crate::domain::books::journal::JournalLine;
use crate::domain::books::late_fee::LateFee;
use crate::domain::date::{Date, Month};
use crate::domain::id::AccountId;
use crate::domain::money::Money;
use crate::domain::proposals::timeline::{Rule, Standing, Timeline};
use crate::receivables::{self, Statement};

pub(super) fn entries(books: &Books, as_of: Date, period: Option<Month>) -> Result<Table, Failure> {
    let row = |effect: &Effect| {
        vec![
            effect.date.to_string(),
            effect.account.to_string(),
            effect.kind.word().to_owned(),
            effect.amount.to_string(),
            effect.deposit.to_string(),
            effect.reference.clone(),
            maybe(effect.due_date),
        ]
    };
    let effects = books.ledger.entries(as_of)?;
    let in_period = |effect: &&Effect| period.is_none_or(|period| Month::of(effect.date) == period);
    let columns = &["date", "account", "kind", "amount", "deposit", "reference", "due_date"];
    Ok(Table { columns, rows: effects.iter().filter(in_period).map(row).collect() })
}

pub(super) fn balances(books: &Books, as_of: Date) -> Result<Table, Failure> {
    let row = |found: &Statement| {
        let balance = &found.balance;
        vec![
            balance.account.to_string(),
            balance.balance.to_string(),
            balance.past_due.to_string(),
            balance.deposit_held.to_string(),
        ]
    };
    let columns = &["account", "balance", "past_due", "deposit_held"];
    Ok(Table { columns, rows: statements(books, as_of)?.iter().map(row).collect() })
}

pub(super) fn aging(books: &Books, as_of: Date) -> Result<Table, Failure> {
    let row = |found: &Statement| {
        let aging = &found.aging;
        let mut row = vec![found.balance.account.to_string(), aging.current.to_string()];
        row.extend(aging.past_due.iter().map(Money::to_string));
        row.extend([aging.credit.to_string(), aging.balance().to_string()]);
        row
    };
    let any = |found: &&Statement| {
        let aging = &found.aging;
        !aging.current.is_zero()
            || !aging.credit.is_zero()
            || aging.past_due.iter().any(|bucket| !bucket.is_zero())
    };
    let columns =
        &["account", "current", "days_1_30", "days_31_60", "days_61_90", "days_over_90", "credit", "balance"];
    Ok(Table { columns, rows: statements(books, as_of)?.iter().filter(any).map(row).collect() })
}

pub(super) fn late_fees(books: &Books, as_of: Date, period: Option<Month>) -> Result<Table, Failure> {
    let row = |(date, late): (Date, LateFee)| {
        vec![
            date.to_string(),
            late.account.to_string(),
            late.bill.to_string(),
            late.unpaid.to_string(),
            late.fee.to_string(),
        ]
    };
    let fees = books.ledger.late_fees(as_of)?.into_iter();
    let in_period = |(date, _): &(Date, LateFee)| period.is_none_or(|period| Month::of(*date) == period);
    let columns = &["date", "account", "bill", "unpaid", "fee"];
    Ok(Table { columns, rows: fees.filter(in_period).map(row).collect() })
}

/// The accounts that may be locked off or could be, with the proof.
pub(super) fn lock_offs(books: &Books, as_of: Date) -> Result<Table, Failure> {
    let row = |timeline: &Timeline| {
        let mut row = vec![
            timeline.account.to_string(),
            timeline.past_due.to_string(),
            timeline.bill.clone(),
            timeline.bill_date.to_string(),
            timeline.delinquent_since.to_string(),
        ];
        row.extend(timeline.rules.iter().map(|found| match found.standing {
            Standing::NotApplicable => "-".to_owned(),
            Standing::From(date) => date.to_string(),
            Standing::Missing => "missing".to_owned(),
        }));
        let missing: Vec<&str> = timeline.missing().into_iter().map(Rule::word).collect();
        row.extend([maybe(timeline.earliest), maybe(timeline.scheduled), missing.join(";")]);
        row.push(maybe(timeline.if_today));
        row
    };
    let columns = &[
        "account",
        "past_due",
        "bill",
        "bill_date",
        "delinquent_since",
        "l1",
        "l2",
        "l3",
        "l4",
        "l5",
        "l6",
        "l7",
        "l8",
        "l9",
        "earliest",
        "scheduled",
        "missing",
        "if_today",
    ];
    Ok(Table { columns, rows: collections::lock_offs(books, as_of)?.iter().map(row).collect() })
}

pub(super) fn deposits(books: &Books, as_of: Date) -> Result<Table, Failure> {
    let accounts = books.ledger.accounts(as_of)?;
    let effects = books.ledger.standing_entries(as_of)?;
    let held = receivables::deposits(
        &accounts,
        &effects,
        &books.ledger.field_results(as_of)?,
        &books.office.deposits,
        as_of,
    );
    let row = |deposit: crate::domain::books::balance::DepositHeld| {
        vec![
            deposit.account.to_string(),
            deposit.taken.to_string(),
            deposit.held.to_string(),
            deposit.delinquent_bills.to_string(),
            deposit.returned_payments.to_string(),
            deposit.lock_offs.to_string(),
            deposit.past_due.to_string(),
            yes_or_no(deposit.reasons.is_empty()),
            deposit.reasons.join(";"),
        ]
    };
    let columns = &[
        "account",
        "taken",
        "held",
        "delinquent_bills",
        "returned_payments",
        "lock_offs",
        "past_due",
        "refundable",
        "reasons",
    ];
    Ok(Table { columns, rows: held.into_iter().map(row).collect() })
}

pub(super) fn journal(books: &Books, as_of: Date, period: Option<Month>) -> Result<Table, Failure> {
    let lines = receivables::journal(books.ledger.postings(None, as_of)?);
    let row = |line: JournalLine| {
        let side = |amount: Money| if amount.is_zero() { String::new() } else { amount.to_string() };
        vec![
            line.date.to_string(),
            line.entry,
            line.gl_account,
            line.kind,
            side(line.debit),
            side(line.credit),
            line.reference,
        ]
    };
    let in_period = |line: &JournalLine| period.is_none_or(|period| Month::of(line.date) == period);
    let columns = &["date", "entry", "gl_account", "kind", "debit", "credit", "reference"];
    Ok(Table { columns, rows: lines.into_iter().filter(in_period).map(row).collect() })
}

pub(super) fn statements(books: &Books, as_of: Date) -> Result<Vec<Statement>, Failure> {
    let accounts: Vec<AccountId> =
        books.ledger.accounts(as_of)?.into_iter().map(|account| account.id).collect();
    Ok(receivables::statements(&accounts, &books.ledger.standing_entries(as_of)?, as_of))
}
