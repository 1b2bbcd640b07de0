//! Late fees that wait for a decision: each with its arithmetic in live formulas.

use rust_decimal::Decimal;

use crate::domain::books::decision::{APPROVE, HOLD, REJECT};
use crate::domain::books::late_fee::LateFeeRule;
use crate::domain::money::Money;
use crate::domain::page::{
    Book, Check, Column, Cover, Fact, Figure, Flag, Page, Role, Row, Section, Table, Value,
};
use crate::domain::proposals::late_fees::{LateFeeRow, LateFeeState, LateFees};
use crate::workbook::sections;

/// The title of the workbook.
pub const LATE_FEES: &str = "Late fees";
/// The sheet of the fees that are due, which takes decisions.
pub const LATE_FEES_DUE: &str = "Due";

/// Lays the late fees that are due out as a workbook.
pub fn late_fees(of: &LateFees) -> Book<'_> {
    Book {
        title: LATE_FEES.to_owned(),
        office: of.office.clone(),
        subject: of.month.to_string(),
        date: of.day,
        run_id: of.run_id.clone(),
        chain_head: of.chain_head.clone(),
        pages: vec![Page::Cover(cover(of)), Page::Table(due(of))],
    }
    .sealed()
}

/// The columns that work a fee out: from what is unpaid to the fee; with a column for the ceiling where there is one.
pub(super) fn arithmetic(ceiling: bool) -> Vec<Column> {
    let mut columns = vec![
        Column::new("Unpaid", Role::Money).total().note("What of the bill was unpaid on the day."),
        Column::new("Percent", Role::Percent),
        Column::new("By percent", Role::Money).formula("ROUND([Unpaid]*[Percent],2)"),
        Column::new("At least", Role::Money),
    ];
    let greater = "MAX([At least],[By percent])";
    let fee = if ceiling {
        let note = "The most, in percent of what was unpaid; empty where there was none.";
        columns.push(Column::new("At most", Role::Percent).note(note));
        format!("IF([At most]=\"\",{greater},MIN({greater},ROUND([Unpaid]*[At most],2)))")
    } else {
        greater.to_owned()
    };
    let note = "The greater of the percentage and the minimum.";
    columns.push(Column::new("Fee", Role::Money).formula(fee).total().note(note));
    columns
}

/// The cells of these columns.
pub(super) fn worked(row: &mut Row<'_>, rule: &LateFeeRule, unpaid: Money, ceiling: bool) {
    let share = |percent: Decimal| percent / Decimal::ONE_HUNDRED;
    row.push(unpaid);
    row.push(share(rule.percent.0));
    row.push(rule.percent.of(unpaid));
    row.push(rule.minimum);
    if ceiling {
        row.push(rule.percent_ceiling.map(|ceiling| share(ceiling.0)));
    }
    row.push(rule.fee(unpaid));
}

fn due(of: &LateFees) -> Table<'_> {
    let ceiling = of.rule.percent_ceiling.is_some();
    let mut columns = vec![
        Column::new("Account", Role::Account),
        Column::new("Customer", Role::Text).width(20),
        Column::new("Bill", Role::Account).width(16),
        Column::new("Bill date", Role::Date).width(12),
    ];
    columns.extend(arithmetic(ceiling));
    columns.extend([
        Column::new("State", Role::Sentence).width(28),
        Column::decision(&[APPROVE, HOLD, REJECT]),
        Column::reason("Needed where a fee is rejected: why the bill takes none."),
        Column::initials(),
    ]);
    let screen = [
        Column::new("Service address", Role::Text).width(24),
        Column::new("Class", Role::Text),
        Column::reference(),
    ];
    columns.extend(screen.into_iter().map(Column::screen_only));
    columns.push(Column::seal());
    Table {
        name: LATE_FEES_DUE.to_owned(),
        about: "One row per bill that takes a late fee. Decide in the yellow cells, save, and drop the workbook into the inbox: \
                what is approved is posted on that day, if the same amount is still unpaid."
            .to_owned(),
        columns,
        frozen: 2,
        rows: of.rows.len(),
        fill: Box::new(move |index, row| fill(&of.rows[index], &of.rule, row)),
    }
}

fn fill<'a>(of: &'a LateFeeRow, rule: &LateFeeRule, row: &mut Row<'a>) {
    row.push(of.late.account.as_str());
    row.push(of.customer.name.as_str());
    row.push(of.late.bill.as_str());
    row.push(of.bill_date);
    worked(row, rule, of.late.unpaid, rule.percent_ceiling.is_some());
    let state = row.push(words(&of.state));
    if matches!(of.state, LateFeeState::Held { .. }) {
        state.flag(Flag::Warning);
    }
    for _input in 0..3 {
        row.push(Value::Empty);
    }
    row.push(of.customer.service_address.as_str());
    row.push(of.customer.class.as_str());
    row.push(of.reference.as_str());
    row.push(of.token.as_str());
}

/// Where a fee stands, in words.
fn words(state: &LateFeeState) -> String {
    match state {
        LateFeeState::Proposed => "waits for a decision".to_owned(),
        LateFeeState::Held { day, initials } => format!("left for later by {initials} on {day}; waits"),
        LateFeeState::Waived { day, initials, reason } => {
            format!("rejected by {initials} on {day}: {reason}")
        }
    }
}

fn cover(of: &LateFees) -> Cover<'_> {
    let waiting = || of.rows.iter().filter(|row| row.state.waits());
    let sum = |rows: &mut dyn Iterator<Item = &LateFeeRow>| -> Money { rows.map(|row| row.late.fee).sum() };
    let mut facts = vec![
        Fact::new("District", of.office.as_str()),
        Fact::new("Period", of.month.to_string()),
        Fact::new("As of", of.day),
        Fact::new("Run id", of.run_id.as_str()),
        Fact::new("Chain head", of.chain_head.as_str()),
        Fact::new("Program", concat!("meterbook ", env!("CARGO_PKG_VERSION"))),
        Fact::new("Waiting for a decision", waiting().count()).leading_to(LATE_FEES_DUE),
        Fact::new("They come to", sum(&mut waiting())).leading_to(LATE_FEES_DUE),
        Fact::new("Rejected", of.rows.len() - waiting().count()).leading_to(LATE_FEES_DUE),
    ];
    if !of.prepared_by.is_empty() {
        facts.push(Fact::new("Prepared by", of.prepared_by.as_str()));
    }
    let check = |says: &str, role, found, expected| Check { says: says.to_owned(), role, found, expected };
    let checks = vec![
        check(
            "Fees are those of the program",
            Role::Money,
            Figure::total(LATE_FEES_DUE, "Fee"),
            Figure::Given(sum(&mut of.rows.iter()).decimal()),
        ),
        check(
            "Every fee that is due is listed",
            Role::Integer,
            Figure::Rows(LATE_FEES_DUE),
            Figure::Given(of.rows.len().into()),
        ),
    ];
    Cover { facts, checks, sections: cover_sections(of) }
}

fn cover_sections(of: &LateFees) -> Vec<Section<'_>> {
    let legend = [
        (Flag::Ok, "OK", "A check that holds."),
        (Flag::Warning, "left for later", "Somebody wanted to wait; it waits for a decision still."),
        (Flag::Held, "CHECK", "A check that does not hold."),
    ];
    let limits = [
        "A bill takes one late fee, never on an earlier fee, and none while a dispute is open on its account. Balances taken over \
         take none.",
        "A fee is approved on what was unpaid when this workbook was written. Where that changed since, the row comes back and the \
         fee is proposed anew.",
        "What is posted comes from the books, never from a cell: of this workbook the program reads the decisions alone.",
        "Excel does not sort locked cells: use the filter buttons.",
    ];
    let mut sections = vec![
        sections::made_from_the_books(
            "The bills, payments and holds of the books up to the chain head above.",
        ),
        sections::colours(legend, true),
        sections::limits(limits),
    ];
    if of.rows.iter().any(|row| row.state.waits()) {
        let steps = [
            "Due: pick Approve, Hold (it waits on) or Reject (its bill takes none; say why), with Initials. Leave a row empty to \
             decide later.",
            "Save the workbook and drop it into the inbox. The next run posts what is approved, dated with that day.",
        ];
        sections.insert(0, sections::how_to_decide(steps));
    }
    sections
}
