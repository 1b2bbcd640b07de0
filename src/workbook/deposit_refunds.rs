//! Deposit refunds: every deposit held, the months that speak for or against giving it back, the rule in live formulas.

use crate::domain::books::balance::{DepositEvent, HistoryKind};
use crate::domain::books::decision::{APPLY, KEEP, REFUND};
use crate::domain::money::Money;
use crate::domain::page::{
    Book, Cell, Check, Column, Cover, Fact, Figure, Flag, Page, Role, Row, Section, Table, Value,
};
use crate::domain::proposals::deposit_refunds::{DepositRefunds, DepositRow, RefundState};
use crate::workbook::sections;

/// The title of the workbook.
pub const DEPOSIT_REFUNDS: &str = "Deposit refunds";
/// The sheet of the deposits held, which takes decisions.
pub const DEPOSITS: &str = "Deposits";
/// The sheet of what speaks for and against.
const HISTORY: &str = "History";
/// The sheet of the rule.
const RULE: &str = "Rule";
/// The sheet of what moved deposits in the month.
const MOVES: &str = "Moves";

/// Lays the deposits out as a workbook.
pub fn deposit_refunds(of: &DepositRefunds) -> Book<'_> {
    Book {
        title: DEPOSIT_REFUNDS.to_owned(),
        office: of.office.clone(),
        subject: of.month.to_string(),
        date: of.span.to,
        run_id: of.run_id.clone(),
        chain_head: of.chain_head.clone(),
        pages: vec![
            Page::Cover(cover(of)),
            Page::Table(deposits(of)),
            Page::Table(history(of)),
            Page::Table(rule(of)),
            Page::Table(moves(of)),
        ],
    }
    .sealed()
}

/// A limit of the rule, by its place in its list.
fn limit(place: usize) -> String {
    format!("INDEX({{{RULE}!At most}},{place})")
}

fn deposits(of: &DepositRefunds) -> Table<'_> {
    let count = |what: HistoryKind| {
        format!("COUNTIFS({{{HISTORY}!Proposal}},[Ref],{{{HISTORY}!What}},\"{}\")", what.word())
    };
    let sum = |column: &str| format!("SUMIFS({{{HISTORY}!{column}}},{{{HISTORY}!Proposal}},[Ref])");
    let good = format!(
        "IF(AND([Late bills]<={},[Returned]<={},[Lock-offs]<={},[Past due]<={}),\"yes\",\"no\")",
        limit(1),
        limit(2),
        limit(3),
        limit(4)
    );
    let mut columns = vec![
        Column::new("Account", Role::Account),
        Column::new("Customer", Role::Text).width(18),
        Column::new("Held since", Role::Date).width(11).note("The date of the oldest deposit held."),
        Column::new("Deposit", Role::Money).total(),
        Column::new("Bills", Role::Integer)
            .width(6)
            .formula(count(HistoryKind::Bill))
            .note("Those that fell due in the months that count; they are in History."),
        Column::new("Late bills", Role::Integer)
            .width(6)
            .formula(sum("Late"))
            .total()
            .note("Bills of which something was open at the end of their due date."),
        Column::new("Returned", Role::Integer)
            .width(9)
            .formula(count(HistoryKind::ReturnedPayment))
            .total()
            .note("Payments that the bank took back."),
        Column::new("Lock-offs", Role::Integer).width(9).formula(count(HistoryKind::LockOff)).total(),
        Column::new("Past due", Role::Money).width(11).formula(sum("Past due")).total(),
        Column::new("Good history", Role::Text)
            .width(8)
            .formula(good)
            .note("Whether every figure is within the limits of Rule."),
        Column::new("State", Role::Sentence).width(28),
        Column::decision(&[APPLY, REFUND, KEEP]),
        Column::reason("Where somebody should know why."),
        Column::initials(),
    ];
    let screen = [
        Column::new("Service address", Role::Text).width(24),
        Column::new("Class", Role::Text),
        Column::reference(),
    ];
    columns.extend(screen.into_iter().map(Column::screen_only));
    columns.push(Column::seal());
    Table {
        name: DEPOSITS.to_owned(),
        about: "One row per deposit held. Decide in the yellow cells, save, and drop the workbook into the inbox: apply it to the \
                account, refund it by check, or keep it."
            .to_owned(),
        columns,
        frozen: 2,
        rows: of.rows.len(),
        fill: Box::new(|index, row| fill(&of.rows[index], row)),
    }
}

fn fill<'a>(of: &'a DepositRow, row: &mut Row<'a>) {
    let deposit = &of.deposit;
    row.push(deposit.account.as_str());
    row.push(of.customer.name.as_str());
    row.push(deposit.taken);
    row.push(deposit.held);
    row.push(deposit.events.iter().filter(|event| event.what == HistoryKind::Bill).count());
    row.push(deposit.delinquent_bills);
    row.push(deposit.returned_payments);
    row.push(deposit.lock_offs);
    row.push(deposit.past_due);
    let of_history = |word: &&&str| !["not-active", "under-12-months"].contains(*word);
    row.push(if deposit.reasons.iter().any(|word| of_history(&word)) { "no" } else { "yes" });
    let state = row.push(words(of));
    match of.state {
        RefundState::Proposed => drop(state.flag(Flag::Held)),
        RefundState::NotYet if !deposit.past_due.is_zero() => drop(state.flag(Flag::Warning)),
        RefundState::NotYet | RefundState::Kept { .. } => {}
    }
    for _input in 0..3 {
        row.push(Value::Empty);
    }
    row.push(of.customer.service_address.as_str());
    row.push(of.customer.class.as_str());
    row.push(of.reference.as_str());
    row.push(of.token.as_str());
}

/// Where a deposit stands, in words.
fn words(of: &DepositRow) -> String {
    match &of.state {
        RefundState::Proposed => "proposed: it may be given back".to_owned(),
        RefundState::NotYet => {
            let against: Vec<&str> = of.deposit.reasons.iter().map(|word| against(word)).collect();
            format!("not yet: {}", against.join(", "))
        }
        RefundState::Kept { day, initials, until } => {
            let by = if initials.is_empty() { String::new() } else { format!(" by {initials}") };
            format!("kept{by} on {day}, proposed again from {until}")
        }
    }
}

/// What stands against a refund, in words.
fn against(word: &str) -> &str {
    match word {
        "not-active" => "the account is not active",
        "under-12-months" => "not held long enough",
        "delinquent" => "too many late bills",
        "locked-off" => "locked off",
        "returned-payment" => "a payment was returned",
        "past-due" => "something is past due",
        other => other,
    }
}

fn history(of: &DepositRefunds) -> Table<'_> {
    let events = |row| -> Vec<(&DepositRow, &DepositEvent)> {
        let row: &DepositRow = row;
        row.deposit.events.iter().map(|event| (row, event)).collect()
    };
    let all: Vec<(&DepositRow, &DepositEvent)> = of.rows.iter().flat_map(events).collect();
    Table {
        name: HISTORY.to_owned(),
        about: "What speaks for and against: each bill that fell due in the months that count, each returned payment and lock-off, \
                and what is past due."
            .to_owned(),
        columns: vec![
            Column::new("Account", Role::Account),
            Column::new("Date", Role::Date).width(12).note("Of a bill its due date."),
            Column::new("What", Role::Text).width(17),
            Column::new("Reference", Role::Account).width(20),
            Column::new("Amount", Role::Money),
            Column::new("Open when due", Role::Money)
                .note("What of a bill was open at the end of its due date."),
            Column::new("Paid on", Role::Date).width(12).note("Since when nothing of a bill is open."),
            Column::new("Past due", Role::Money).total().note("What of it is past due now."),
            Column::new("Late", Role::Integer)
                .width(6)
                .formula(format!(
                    "IF(AND([What]=\"{}\",[Open when due]>0),1,0)",
                    HistoryKind::Bill.word()
                ))
                .total(),
            Column::new("In words", Role::Sentence).width(30),
            Column::new("Proposal", Role::Account).width(14).screen_only(),
        ],
        frozen: 3,
        rows: all.len(),
        fill: Box::new(move |index, row| {
            let (of, event) = all[index];
            let is_bill = matches!(event.what, HistoryKind::Bill | HistoryKind::OlderBill);
            row.push(of.deposit.account.as_str());
            row.push(event.date);
            row.push(event.what.word());
            row.push(event.reference.as_str());
            row.push(event.amount);
            row.push(is_bill.then_some(event.open_when_due));
            row.push(event.paid_on);
            row.push(is_bill.then_some(event.past_due));
            row.push(usize::from(event.is_late()));
            let (told, doubtful) = told(event);
            let cell = row.push(told);
            if doubtful {
                cell.flag(Flag::Warning);
            }
            row.push(of.reference.as_str());
        }),
    }
}

/// An event in words, and whether it speaks against giving the deposit back.
fn told(event: &DepositEvent) -> (&'static str, bool) {
    match event.what {
        HistoryKind::LockOff => ("locked off", true),
        HistoryKind::ReturnedPayment => ("the bank took a payment back", true),
        HistoryKind::OlderBill => ("older, and still not paid", true),
        HistoryKind::Bill if !event.is_late() => ("on time", false),
        HistoryKind::Bill if event.past_due > Money::ZERO => ("late, and still not paid", true),
        HistoryKind::Bill if event.paid_on.is_some() => ("late, paid since", true),
        HistoryKind::Bill => ("late, and not paid", true),
    }
}

fn rule(of: &DepositRefunds) -> Table<'_> {
    let months = of.rule.months;
    let limits: Vec<(String, Value<'_>)> = vec![
        (format!("Late bills in {months} months"), of.rule.delinquent_max.into()),
        (format!("Returned payments in {months} months"), 0_u32.into()),
        (format!("Lock-offs for non-payment in {months} months"), 0_u32.into()),
        ("Dollars past due now".to_owned(), 0_u32.into()),
    ];
    Table {
        name: RULE.to_owned(),
        about: format!(
            "The history that lets a deposit go. The account must be active too, and the deposit held for {months} months."
        ),
        columns: vec![
            Column::new("What", Role::Text).width(44),
            Column::new("At most", Role::Integer).width(10),
        ],
        frozen: 1,
        rows: limits.len(),
        fill: Box::new(move |index, row| {
            let (what, most) = &limits[index];
            row.push(what.clone());
            row.push(most.clone());
        }),
    }
}

fn moves(of: &DepositRefunds) -> Table<'_> {
    Table {
        name: MOVES.to_owned(),
        about: "What was taken, applied and given back in the month.".to_owned(),
        columns: vec![
            Column::new("Date", Role::Date).width(12),
            Column::new("Account", Role::Account),
            Column::new("Customer", Role::Text).width(24),
            Column::new("What", Role::Text).width(18),
            Column::new("Amount", Role::Money).total().note("What it added to the deposits held."),
            Column::new("Reference", Role::Account).width(18),
            Column::new("Decided by", Role::Text).width(10),
            Column::new("Remark", Role::Text).width(24),
        ],
        frozen: 2,
        rows: of.moves.len(),
        fill: Box::new(|index, row| {
            let moved = &of.moves[index];
            row.push(moved.date);
            row.push(moved.account.as_str());
            row.push(moved.customer.as_str());
            row.push(moved.kind.word());
            row.push(moved.amount);
            row.push(moved.reference.as_str());
            row.push(moved.decided_by.as_str());
            row.push(if moved.mirror { "mirror entry of an undo" } else { "" });
        }),
    }
}

fn cover(of: &DepositRefunds) -> Cover<'_> {
    let proposed = || of.rows.iter().filter(|row| row.state == RefundState::Proposed);
    let sum =
        |rows: &mut dyn Iterator<Item = &DepositRow>| -> Money { rows.map(|row| row.deposit.held).sum() };
    let mut facts = vec![
        Fact::new("District", of.office.as_str()),
        Fact::new("Period", of.month.to_string()),
        Fact::new("As of", of.span.to),
        Fact::new("Run id", of.run_id.as_str()),
        Fact::new("Chain head", of.chain_head.as_str()),
        Fact::new("Program", concat!("meterbook ", env!("CARGO_PKG_VERSION"))),
        Fact::new("Deposits held", of.rows.len()).leading_to(DEPOSITS),
        Fact::new("Waiting for a decision", proposed().count()).leading_to(DEPOSITS),
        Fact::new("They come to", sum(&mut proposed())).leading_to(DEPOSITS),
    ];
    if !of.prepared_by.is_empty() {
        facts.push(Fact::new("Prepared by", of.prepared_by.as_str()));
    }
    let check = |says: &str, role, found, expected| Check { says: says.to_owned(), role, found, expected };
    let late: u32 = of.rows.iter().map(|row| row.deposit.delinquent_bills).sum();
    let past_due: Money = of.rows.iter().map(|row| row.deposit.past_due).sum();
    let (before, after) = of.liability;
    let checks = vec![
        check(
            "Deposits are those of the general ledger",
            Role::Money,
            Figure::total(DEPOSITS, "Deposit"),
            Figure::Given(after.decimal()),
        ),
        check(
            "Moves are what the general ledger moved in the month",
            Role::Money,
            Figure::total(MOVES, "Amount"),
            Figure::Given((after - before).decimal()),
        ),
        check(
            "Late bills as the program counts them",
            Role::Integer,
            Figure::total(DEPOSITS, "Late bills"),
            Figure::Given(late.into()),
        ),
        check(
            "History sums to what is past due",
            Role::Money,
            Figure::total(HISTORY, "Past due"),
            Figure::Given(past_due.decimal()),
        ),
        check(
            "Every deposit is listed",
            Role::Integer,
            Figure::Rows(DEPOSITS),
            Figure::Given(of.rows.len().into()),
        ),
    ];
    Cover { facts, checks, sections: cover_sections(of) }
}

fn cover_sections(of: &DepositRefunds) -> Vec<Section<'_>> {
    let legend = [
        (Flag::Ok, "OK", "A check that holds."),
        (Flag::Warning, "Warning", "It speaks against giving the deposit back; the words are beside it."),
        (Flag::Held, "proposed, CHECK", "It waits for a decision; or a check that does not hold."),
    ];
    let limits = [
        "Counted are due dates, returned payments and lock-offs after the day so many months ago and up to the day of this workbook.",
        "Deposits bear no interest: none is published.",
        "On a decisions sheet a deposit may be given back against the rule; here only what the rule lets go can be decided.",
        "What is posted comes from the books, never from a cell: of this workbook the program reads the decisions alone.",
        "Excel does not sort locked cells: use the filter buttons.",
    ];
    let illustrative = [
        (
            "[deposits] delinquent_max",
            format!("{}; the same page of the district calls three late bills poor", of.rule.delinquent_max),
        ),
        ("Returned payments", "none; no limit is published".to_owned()),
    ];
    let illustrative =
        illustrative.into_iter().map(|(key, why)| vec![Cell::new(key), Cell::new(why)]).collect();
    let mut sections = vec![
        sections::made_from_the_books(
            "The deposits, bills, payments and lock-offs of the books up to the chain head above.",
        ),
        sections::colours(legend, true),
        sections::limits(limits),
        Section {
            title: "Illustrative values in use",
            columns: vec!["Key", "Value, and why it is illustrative"],
            rows: illustrative,
            otherwise: "",
        },
    ];
    if of.rows.iter().any(|row| row.state == RefundState::Proposed) {
        let steps = [
            "Deposits: pick Apply (it pays what the account owes now and later), Refund (by check) or Keep, with Initials. Leave a row \
             empty to decide later.",
            "Save the workbook and drop it into the inbox. The next run posts what is applied and refunded, dated with that day.",
            "A deposit that is kept is proposed again after as many months as the rule looks back on.",
        ];
        sections.insert(0, sections::how_to_decide(steps));
    }
    sections
}
