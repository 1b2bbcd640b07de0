//! The register of adjustments: every correction of what is owed, with its reason, who prepared and who approved it.

use std::collections::BTreeMap;

use crate::domain::books::adjustment::{AdjustmentState, RegisteredAdjustment};
use crate::domain::books::decision::same_initials;
use crate::domain::money::Money;
use crate::domain::page::{
    Book, Chart, Check, Column, Cover, Fact, Figure, Flag, Page, Role, Section, Table,
};
use crate::domain::proposals::adjustments_register::AdjustmentsRegister;
use crate::workbook::{leak_credits, sections};

const REGISTER: &str = "Adjustments";
const BY_REASON: &str = "By reason";

/// Lays the register of adjustments out as a workbook.
pub fn adjustments_register(of: &AdjustmentsRegister) -> Book<'_> {
    let chart = Chart::columns("Adjustments posted, by reason", "Reason", &["Posted"]);
    let mut pages =
        vec![Page::Cover(cover(of)), Page::Table(register(of)), Page::Summary(by_reason(of), chart)];
    if !of.leaks.is_empty() {
        pages.extend(leak_credits::pages(&of.leaks).map(Page::Table));
    }
    Book {
        title: "Adjustments register".to_owned(),
        office: of.office.clone(),
        subject: of.month.to_string(),
        date: of.span.to,
        run_id: of.run_id.clone(),
        chain_head: of.chain_head.clone(),
        pages,
    }
}

/// Of an adjustment what is posted, and what waits or was rejected.
fn sides(row: &RegisteredAdjustment) -> [Option<Money>; 3] {
    let only = |state: bool| state.then_some(row.amount);
    [
        only(matches!(row.state, AdjustmentState::Posted | AdjustmentState::TakenBack)),
        only(row.state == AdjustmentState::Waits),
        only(row.state == AdjustmentState::Rejected),
    ]
}

fn register(of: &AdjustmentsRegister) -> Table<'_> {
    Table {
        name: REGISTER.to_owned(),
        about: "One row per adjustment: posted, taken back, rejected or waiting. Credits are in parentheses."
            .to_owned(),
        columns: vec![
            Column::new("Date", Role::Date)
                .width(12)
                .note("The day it counts from; of one that waits the day on its row."),
            Column::new("Ref", Role::Account).width(14).note("Names it on a decisions sheet."),
            Column::new("Account", Role::Account),
            Column::new("Customer", Role::Text).width(20),
            Column::new("Reason", Role::Text).width(16),
            Column::new("Note", Role::Text).width(28),
            Column::new("State", Role::Text).width(11),
            Column::new("Prepared by", Role::Text)
                .width(10)
                .note("[approval] prepared_by of office.toml; the file stands at the right."),
            Column::new("Approved by", Role::Text).width(10),
            Column::new("Decided on", Role::Date).width(12).note("Where it had to wait for a decision."),
            Column::new("Remark", Role::Text).width(26),
            Column::new("Posted", Role::Money).total(),
            Column::new("Waits", Role::Money).total(),
            Column::new("Rejected", Role::Money).total(),
            Column::new("GL account", Role::Account).width(12).screen_only(),
            Column::new("What it holds", Role::Text).width(22).screen_only(),
            Column::new("File", Role::Text)
                .width(34)
                .note("The file that asked for it, with its number in the archive.")
                .screen_only(),
        ],
        frozen: 3,
        rows: of.rows.len(),
        fill: Box::new(|index, row| {
            let (adjustment, customer) = &of.rows[index];
            let record = adjustment.record.as_ref();
            row.push(adjustment.date);
            row.push(record.map(|record| record.row.reference.as_str()));
            row.push(adjustment.account.as_str());
            row.push(customer.as_str());
            row.push(adjustment.reason.as_str());
            row.push(record.map(|record| record.row.note.as_str()));
            let cell = row.push(adjustment.state.word());
            match adjustment.state {
                AdjustmentState::Waits => drop(cell.flag(Flag::Held)),
                AdjustmentState::TakenBack => drop(cell.flag(Flag::Warning)),
                AdjustmentState::Posted | AdjustmentState::Rejected => {}
            }
            row.push(of.prepared_by.as_str());
            row.push(approver(adjustment));
            row.push(adjustment.decision.as_ref().map(|decision| decision.day));
            let (remark, doubtful) = remark(adjustment, of);
            let cell = row.push(remark);
            if doubtful {
                cell.flag(Flag::Warning);
            }
            for side in sides(adjustment) {
                row.push(side);
            }
            row.push(adjustment.gl_account.as_str());
            row.push(of.names.holds(&adjustment.gl_account));
            row.push(record.map(|record| format!("{} {}", record.sequence, record.file)));
        }),
    }
}

/// Who approved: on the row, else by a decision.
fn approver(adjustment: &RegisteredAdjustment) -> &str {
    let on_the_row = adjustment.record.as_ref().map_or("", |record| record.row.approved_by.as_str());
    let decided = adjustment.decision.as_ref().filter(|decision| decision.approves);
    if on_the_row.is_empty() { decided.map_or("", |decision| decision.initials.as_str()) } else { on_the_row }
}

/// How it was approved, in words, and whether somebody should look.
fn remark(adjustment: &RegisteredAdjustment, of: &AdjustmentsRegister) -> (&'static str, bool) {
    let approver = approver(adjustment).trim();
    let same = same_initials(approver, &of.prepared_by);
    let small = adjustment.amount.absolute() < of.approval_from;
    match (adjustment.state, &adjustment.decision) {
        (AdjustmentState::Waits, _) => ("waits for a decision", false),
        (AdjustmentState::Rejected, _) => ("dropped by a decision", false),
        (AdjustmentState::TakenBack, _) => ("mirror entry of an undo", false),
        (AdjustmentState::Posted, _) if same => ("approved by who prepared it", true),
        (AdjustmentState::Posted, Some(_)) => ("approved by a decision", false),
        (AdjustmentState::Posted, None) if !approver.is_empty() => ("approved on its row", false),
        (AdjustmentState::Posted, None) if small => ("below what needs approval", false),
        (AdjustmentState::Posted, None) => ("posted without approval", true),
    }
}

fn by_reason(of: &AdjustmentsRegister) -> Table<'_> {
    let mut reasons: BTreeMap<&str, (usize, [Money; 3])> = BTreeMap::new();
    for (adjustment, _) in &of.rows {
        let (count, sums) = reasons.entry(&adjustment.reason).or_default();
        *count += 1;
        for (sum, side) in sums.iter_mut().zip(sides(adjustment)) {
            *sum += side.unwrap_or_default();
        }
    }
    let reasons: Vec<(&str, (usize, [Money; 3]))> = reasons.into_iter().collect();
    // A reason is somebody's text: it may look like a condition, which only a comparison takes as it is.
    let sum = |column: &str| format!("SUMPRODUCT(({{{REGISTER}!Reason}}=[Reason])*{{{REGISTER}!{column}}})");
    let amount = |column: &str| Column::new(column, Role::Money).formula(sum(column)).total();
    Table {
        name: BY_REASON.to_owned(),
        about: "One row per reason code, added up from Adjustments.".to_owned(),
        columns: vec![
            Column::new("Reason", Role::Text).width(24),
            Column::new("Adjustments", Role::Integer)
                .formula(format!("SUMPRODUCT(({{{REGISTER}!Reason}}=[Reason])*1)")),
            amount("Posted"),
            amount("Waits"),
            amount("Rejected"),
        ],
        frozen: 1,
        rows: reasons.len(),
        fill: Box::new(move |index, row| {
            let (reason, (count, sums)) = reasons[index];
            row.push(reason);
            row.push(count);
            for sum in sums {
                row.push(sum);
            }
        }),
    }
}

fn cover(of: &AdjustmentsRegister) -> Cover<'_> {
    let count = |state| of.rows.iter().filter(|(row, _)| row.state == state).count();
    let mut facts = vec![
        Fact::new("District", of.office.as_str()),
        Fact::new("Period", format!("{} to {}", of.span.from, of.span.to)),
        Fact::new("As of", of.span.to),
        Fact::new("Run id", of.run_id.as_str()),
        Fact::new("Chain head", of.chain_head.as_str()),
        Fact::new("Program", concat!("meterbook ", env!("CARGO_PKG_VERSION"))),
        Fact::new("Posted", count(AdjustmentState::Posted)).leading_to(REGISTER),
        Fact::new("Waiting for a decision", count(AdjustmentState::Waits)).leading_to(REGISTER),
        Fact::new("Approval is needed from", of.approval_from),
    ];
    if !of.prepared_by.is_empty() {
        facts.push(Fact::new("Prepared by", of.prepared_by.as_str()));
    }
    let check = |says: &str, role, found, expected| Check { says: says.to_owned(), role, found, expected };
    let total = Figure::total;
    let checks = vec![
        check(
            "Posted are the adjustments of the customers' accounts",
            Role::Money,
            total(REGISTER, "Posted"),
            Figure::Given(of.posted.decimal()),
        ),
        check(
            "Reasons sum to what is posted",
            Role::Money,
            total(BY_REASON, "Posted"),
            total(REGISTER, "Posted"),
        ),
        check("Reasons sum to what waits", Role::Money, total(BY_REASON, "Waits"), total(REGISTER, "Waits")),
        check(
            "Every adjustment is listed",
            Role::Integer,
            Figure::Rows(REGISTER),
            Figure::Given(of.rows.len().into()),
        ),
    ];
    let mut checks = checks;
    if !of.leaks.is_empty() {
        checks.push(leak_credits::check(&of.leaks));
    }
    Cover { facts, checks, sections: sections(!of.leaks.is_empty()) }
}

fn sections<'a>(leaks: bool) -> Vec<Section<'a>> {
    let legend = [
        (Flag::Ok, "OK", "A check that holds."),
        (Flag::Warning, "Warning", "Taken back, or somebody should look; the words are beside it."),
        (Flag::Held, "waits, CHECK", "Not posted before a decision; or a check that does not hold."),
    ];
    let mut limits = vec![
        "What waits is decided on a decisions sheet: What adjustment, Decision approve or reject, Ref, Initials.",
        "Waiting are those of every month that nobody has decided on; posted, taken back and rejected are those of the period.",
        "The file is not told who typed it: who prepares is [approval] prepared_by of office.toml.",
    ];
    if leaks {
        limits.push(leak_credits::ILLUSTRATIVE);
    }
    vec![
        sections::made_from_the_books(
            "The rows, decisions and entries of the archive up to the chain head above.",
        ),
        sections::colours(legend, false),
        sections::limits(limits),
    ]
}
