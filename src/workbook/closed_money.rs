//! The sheets of closed accounts that are about money: how each was settled, who owes, and refunds by check.

use crate::domain::books::decision::REFUND;
use crate::domain::date::{Date, plus_days};
use crate::domain::money::Money;
use crate::domain::page::{Column, Flag, Role, Row, Table, Value};
use crate::domain::proposals::closed_accounts::ClosedAccounts;
use crate::domain::proposals::closed_money::{CREDIT_PREFIX, RefundCheck, SettledAccount};

/// The sheet of closed accounts, which takes decisions about refunds.
pub const SETTLED: &str = "Settled";
/// The sheet of what closed accounts owe.
pub(super) const TO_COLLECT: &str = "To collect";
/// The sheet of refunds by check.
pub(super) const CHECKS: &str = "Refund checks";
/// Days after the final bill's due date from which a debt is on the collection list.
const COLLECTED_AFTER: i64 = 30;

/// How each closed account stands, from its final bill to what is owed now.
pub(super) fn settled(of: &ClosedAccounts) -> Table<'_> {
    let money = |name: &str| Column::new(name, Role::Money).width(11).total();
    let mut columns = vec![
        Column::new("Account", Role::Account),
        Column::new("Customer", Role::Text).width(18),
        Column::new("Closed on", Role::Date).width(11),
        Column::new("Final bill on", Role::Date).width(11),
        money("Owed before"),
        money("Final bill"),
        money("Later").note("Payments, fees, corrections and transfers after the final bill."),
        money("Deposit applied").note("Of the deposit what paid what was owed."),
        money("Refunded").note("The credit that was given back by check."),
        money("Transferred").note("The credit that passed to another account."),
        money("Written off").note("A credit too small for a check."),
        money("Owed now").formula(
            "[Owed before]+[Final bill]+[Later]-[Deposit applied]+[Refunded]+[Transferred]+[Written off]",
        ),
        Column::new("State", Role::Sentence).width(24),
        Column::decision(&[REFUND]),
        Column::initials(),
    ];
    let screen = [
        Column::new("Deposit refunded", Role::Money).width(11).total(),
        Column::new("Deposit held", Role::Money).width(11).total(),
        Column::new("Final bill no.", Role::Account).width(18),
        Column::reference(),
    ];
    columns.extend(screen.into_iter().map(Column::screen_only));
    columns.push(Column::seal());
    Table {
        name: SETTLED.to_owned(),
        about: "One row per closed account with a final bill in the month, a final bill to come, or something owed or held. Refund \
                in the yellow cells lets a deposit pay what is owed, and gives back what is left of it and of a credit."
            .to_owned(),
        columns,
        frozen: 2,
        rows: of.settled.len(),
        fill: Box::new(|index, row| fill(&of.settled[index], of.refund_minimum, row)),
    }
}

fn fill<'a>(of: &'a SettledAccount, minimum: Money, row: &mut Row<'a>) {
    row.push(of.account.as_str());
    row.push(of.customer.as_str());
    row.push(of.closed);
    row.push(of.final_bill.as_ref().map(|(_, date)| *date));
    row.push(of.before);
    row.push(of.billed);
    row.push(of.later);
    row.push(of.deposit_applied);
    row.push(of.refunded);
    row.push(of.transferred);
    row.push(of.written_off);
    row.push(of.balance);
    let (words, flag) = state(of, minimum);
    let cell = row.push(words);
    if let Some(flag) = flag {
        cell.flag(flag);
    }
    row.push(Value::Empty);
    row.push(Value::Empty);
    row.push(of.deposit_refunded);
    row.push(of.held);
    row.push(of.final_bill.as_ref().map(|(number, _)| number.as_str()));
    row.push(format!("{CREDIT_PREFIX}{}", of.account));
    row.push(of.token.as_str());
}

fn state(of: &SettledAccount, minimum: Money) -> (String, Option<Flag>) {
    if of.bill_to_come {
        return ("the final bill is to come".to_owned(), None);
    }
    if !of.token.is_empty() {
        let what = if of.held.is_zero() { "a credit is left" } else { "a deposit is held" };
        return (format!("{what}: refund it?"), Some(Flag::Held));
    }
    if of.balance.is_negative() {
        return (format!("a credit below {minimum}: too small for a check"), Some(Flag::Warning));
    }
    if of.balance.is_zero() {
        return ("settled".to_owned(), Some(Flag::Ok));
    }
    ("to be collected".to_owned(), Some(Flag::Warning))
}

/// The day from which what an account owes is on the collection list.
fn collected_from(of: &SettledAccount) -> Option<Date> {
    of.due.map(|due| plus_days(due, COLLECTED_AFTER))
}

/// What closed accounts owe.
pub(super) fn to_collect(of: &ClosedAccounts) -> Table<'_> {
    let owing: Vec<&SettledAccount> = of.owing().collect();
    Table {
        name: TO_COLLECT.to_owned(),
        about: "One row per closed account that owes: 30 days after its oldest due date it goes to the collection list."
            .to_owned(),
        columns: vec![
            Column::new("Account", Role::Account),
            Column::new("Customer", Role::Text).width(22),
            Column::new("Address", Role::Text).width(34),
            Column::new("Closed on", Role::Date).width(11),
            Column::new("Owed", Role::Money).total(),
            Column::new("Due since", Role::Date).width(11).note("The due date of the oldest debit that is open."),
            Column::new("Collect from", Role::Date).width(11),
            Column::new("What to do", Role::Sentence).width(34),
        ],
        frozen: 2,
        rows: owing.len(),
        fill: Box::new(move |index, row| {
            let one = owing[index];
            row.push(one.account.as_str());
            row.push(one.customer.as_str());
            row.push(one.address.as_str());
            row.push(one.closed);
            row.push(one.balance);
            row.push(one.due);
            let from = collected_from(one);
            row.push(from);
            let now = from.is_some_and(|from| from <= of.day);
            let what = if now { "Collect it." } else { "Wait for a payment." };
            let tenant = if one.tenant { " A tenant's debt is not moved to the owner." } else { "" };
            let cell = row.push(format!("{what}{tenant}"));
            if now {
                cell.flag(Flag::Warning);
            }
        }),
    }
}

/// Refunds by check, with the day from which the law lets the district keep one that nobody cashed.
pub(super) fn checks(of: &ClosedAccounts) -> Table<'_> {
    Table {
        name: CHECKS.to_owned(),
        about:
            "Every refund by check, with the day from which the district may keep one that stays unclaimed."
                .to_owned(),
        columns: vec![
            Column::new("Date", Role::Date).width(12),
            Column::new("Account", Role::Account),
            Column::new("Customer", Role::Text).width(22),
            Column::new("Address", Role::Text).width(34),
            Column::new("What", Role::Text).width(10),
            Column::new("Amount", Role::Money).total(),
            Column::new("May be kept from", Role::Date)
                .width(13)
                .note("Government Code 50050: 3 years; 50055: 1 year below $15. A notice comes first."),
            Column::new("Remark", Role::Sentence).width(28),
        ],
        frozen: 2,
        rows: of.checks.len(),
        fill: Box::new(|index, row| {
            let check: &RefundCheck = &of.checks[index];
            row.push(check.date);
            row.push(check.account.as_str());
            row.push(check.customer.as_str());
            row.push(check.address.as_str());
            row.push(check.what);
            row.push(check.amount);
            row.push(check.keeps_from);
            let old = check.keeps_from <= of.day;
            let cell = row.push(if old { "was it cashed? Else it may be kept" } else { "" });
            if old {
                cell.flag(Flag::Warning);
            }
        }),
    }
}
