//! The read audit: every meter of a cycle and month, what is doubtful, and where to decide.
//!
//! Paper shows what a person needs to decide; the months behind the little chart, and what is looked up now and then,
//! stand to the right on the screen alone.

mod reconciliation;

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::advice;
use crate::domain::books::reading::{AuditSeverity, Exception};
use crate::domain::date::Month;
use crate::domain::page::{
    Book, Chart, Check, Column, Cover, Fact, Figure, Flag, Page, Role, Row, Section, Table, Value,
};
use crate::domain::proposals::read_audit::{AuditRow, AuditState, MONTHS_SHOWN, ReadAudit, Subject};
use crate::workbook::sections;
pub use reconciliation::NOT_ON_RECORD;
use reconciliation::{CHANGED, FILES};

/// The title of the workbook.
pub const READ_AUDIT: &str = "Read audit";
/// The sheet of the meters.
pub const AUDIT: &str = "Audit";
/// The sheet of the usage by class.
const BY_CLASS: &str = "By class";
/// What the reading before is, on a meter that was set in the period.
const NEW_METER: &str =
    "The first reading of the meter that was set in the period; the date is that of the last read before it.";

/// Lays a read audit out as a workbook.
pub fn read_audit(audit: &ReadAudit) -> Book<'_> {
    let mut pages = vec![Page::Cover(cover(audit)), Page::Table(meters(audit)), by_class(audit)];
    pages.extend(Subject::ALL.map(|subject| Page::Table(reconciliation::subject(audit, subject))));
    pages.push(Page::Table(reconciliation::changed(audit)));
    pages.push(Page::Table(reconciliation::files(audit)));
    Book {
        title: READ_AUDIT.to_owned(),
        office: audit.office.clone(),
        subject: format!("cycle {}, {}", audit.cycle, audit.month),
        date: audit.day,
        run_id: audit.run_id.clone(),
        chain_head: audit.chain_head.clone(),
        pages,
    }
    .sealed()
}

fn meters(audit: &ReadAudit) -> Table<'_> {
    let months = months(audit.month);
    Table {
        name: AUDIT.to_owned(),
        about: "One row per meter. Decide held reads in the yellow cells, save, and drop the workbook into the inbox. The \
                chart shows 13 months; its figures are on the right."
            .to_owned(),
        columns: columns(&months),
        frozen: 2,
        rows: audit.rows.len(),
        fill: Box::new(move |index, row| fill(&audit.rows[index], row)),
    }
}

/// The headers of the months, the oldest first.
fn months(last: Month) -> Vec<String> {
    let first = last.a_year_before();
    let months = std::iter::successors(Some(first), |month| Some(month.next()));
    months.take(MONTHS_SHOWN).map(|month| format!("{month} (HCF)")).collect()
}

/// The columns in the order in which `fill` fills them.
fn columns(months: &[String]) -> Vec<Column> {
    let mut columns = vec![
        Column::new("Account", Role::Account),
        Column::new("Customer", Role::Text).width(18),
        Column::new("Meter", Role::Account),
        Column::new("Previous read on", Role::Date).width(11),
        Column::new("Previous reading", Role::Reading),
        Column::new("Read on", Role::Date).width(11),
        Column::new("Reading", Role::Reading),
        Column::new("Days", Role::Integer).formula("[Read on]-[Previous read on]").width(6),
        Column::new("Usage", Role::Volume).note("In the register's unit; of all meters of the period."),
        Column::volume("30 days", "HCF").note("The usage of 30 days."),
        Column::volume("Usual", "HCF")
            .note("What 30 days are compared with; the column Compared with says what it is."),
        Column::new("13 months", Role::Text).width(16).trend(&months[0], &months[MONTHS_SHOWN - 1]),
        Column::new("Band", Role::Text).width(9),
        Column::new("State", Role::Text).width(10),
        Column::new("Exceptions", Role::Text)
            .width(16)
            .note("What the read audit says; the severity is on the right."),
        Column::new("Why", Role::Sentence).width(44),
        Column::decision(&super::READ_DECISIONS),
        Column::figure(
            "override: the reading. estimate: the read date of the estimate, where it is not that of the held read.",
        ),
        Column::initials(),
    ];
    let screen = [
        Column::new("Severity", Role::Text),
        Column::new("Month", Role::Text),
        Column::new("Service address", Role::Text).width(24),
        Column::new("Class", Role::Text),
        Column::new("Route", Role::Account),
        Column::new("Read code", Role::Text),
        Column::new("Unit", Role::Text).width(6),
        Column::new("Compared with", Role::Text).width(26),
    ];
    columns.extend(screen.into_iter().map(Column::screen_only));
    columns.extend(months.iter().map(|month| Column::new(month, Role::Volume).width(9).screen_only()));
    columns.push(Column::reference().screen_only());
    columns.push(Column::seal());
    columns
}

fn fill<'a>(of: &'a AuditRow, row: &mut Row<'a>) {
    row.push(of.account.as_str());
    row.push(of.customer.name.as_str());
    row.push(of.meter.as_ref().map(|meter| meter.as_str()));
    row.push(of.previous.map(|point| point.date));
    let previous = row.push(of.previous.map(|point| point.value));
    if of.reasons.iter().any(|reason| reason.exception == Exception::MeterChanged) {
        previous.note(NEW_METER);
    }
    row.push(of.read.map(|point| point.date));
    row.push(of.read.map(|point| point.value));
    row.push(of.previous.zip(of.read).map(|(from, to)| (to.date - from.date).num_days()));
    row.push(of.usage.map(|usage| usage.amount));
    row.push(of.comparison.map(|compared| compared.usage));
    row.push(of.comparison.map(|compared| compared.usual));
    row.push(Value::Empty);
    fill_verdict(of, row);
    for _input in 0..3 {
        row.push(Value::Empty);
    }
    row.push(severity(of).map_or("", AuditSeverity::word));
    row.push(of.month.to_string());
    row.push(of.customer.service_address.as_str());
    row.push(of.customer.class.as_str());
    row.push(of.customer.route.as_str());
    row.push(of.code.map_or("", |code| code.word()));
    row.push(of.usage.map(|usage| usage.unit.to_string()));
    row.push(of.comparison.map(|compared| compared.with));
    for month in of.months {
        row.push(month);
    }
    row.push(of.reference.as_str());
    row.push(of.token.as_str());
}

fn severity(of: &AuditRow) -> Option<AuditSeverity> {
    of.reasons.iter().map(|reason| reason.exception.severity()).max()
}

/// Band, state and reasons, coloured where someone should look or decide.
fn fill_verdict<'a>(of: &'a AuditRow, row: &mut Row<'a>) {
    let band = row.push(of.band);
    if matches!(of.band, "highest" | "lowest") {
        band.flag(Flag::Warning);
    }
    let state = row.push(of.state.word());
    if of.state == AuditState::Held {
        state.flag(Flag::Held);
    }
    let exceptions: Vec<_> = of.reasons.iter().map(|reason| reason.exception).collect();
    let words = row.push(advice::words(&exceptions));
    match severity(of) {
        Some(AuditSeverity::Hold) if of.state == AuditState::Held => drop(words.flag(Flag::Held)),
        Some(AuditSeverity::Hold | AuditSeverity::Review) => drop(words.flag(Flag::Warning)),
        Some(AuditSeverity::Info) | None => {}
    }
    if let Some(note) = advice::note(&exceptions).filter(|_| of.overtaken.is_none()) {
        words.note(note);
    }
    let numbers = of.reasons.iter().map(|reason| reason.numbers.as_str()).chain(of.overtaken.as_deref());
    row.push(numbers.collect::<Vec<_>>().join(" "));
}

/// Usage by class beside the same month last year.
fn by_class(audit: &ReadAudit) -> Page<'_> {
    let months = months(audit.month);
    let (before, now) = (months[0].clone(), months[MONTHS_SHOWN - 1].clone());
    let mut classes: BTreeMap<&str, (u32, Decimal, Decimal)> = BTreeMap::new();
    for row in &audit.rows {
        let sums = classes.entry(&row.customer.class).or_default();
        sums.0 += 1;
        sums.1 += row.months[0].unwrap_or_default();
        sums.2 += row.months[MONTHS_SHOWN - 1].unwrap_or_default();
    }
    let classes: Vec<(&str, (u32, Decimal, Decimal))> = classes.into_iter().collect();
    let sum = |month: &str| format!("SUMIFS({{{AUDIT}!{month}}},{{{AUDIT}!Class}},[Class])");
    let chart = Chart::columns("Usage beside the same month last year", "Class", &[&before, &now]);
    let table = Table {
        name: BY_CLASS.to_owned(),
        about: "Usage by class beside the same month last year, with the change.".to_owned(),
        columns: vec![
            Column::new("Class", Role::Text).width(22),
            Column::new("Meters", Role::Integer).formula(format!("COUNTIFS({{{AUDIT}!Class}},[Class])")),
            Column::new(&before, Role::Volume).formula(sum(&before)).total(),
            Column::new(&now, Role::Volume).formula(sum(&now)).total(),
            Column::volume("Change", "HCF").formula(format!("[{now}]-[{before}]")).total(),
        ],
        frozen: 1,
        rows: classes.len(),
        fill: Box::new(move |index, row| {
            let (class, (meters, before, now)) = classes[index];
            row.push(class);
            row.push(meters);
            row.push(before);
            row.push(now);
            row.push(now - before);
        }),
    };
    Page::Summary(table, chart)
}

fn cover(audit: &ReadAudit) -> Cover<'_> {
    let in_state = |state: AuditState| audit.rows.iter().filter(|row| row.state == state).count();
    let mut facts = vec![
        Fact::new("District", audit.office.as_str()),
        Fact::new("Cycle", audit.cycle.as_str()),
        Fact::new("Period", audit.month.to_string()),
        Fact::new("As of", audit.day),
        Fact::new("Run id", audit.run_id.as_str()),
        Fact::new("Chain head", audit.chain_head.as_str()),
        Fact::new("Program", concat!("meterbook ", env!("CARGO_PKG_VERSION"))),
        Fact::new("Meters", audit.rows.len()).leading_to(AUDIT),
        Fact::new("Waiting for a decision", in_state(AuditState::Held)).leading_to(AUDIT),
        Fact::new("Usable or billed", in_state(AuditState::Usable) + in_state(AuditState::Billed))
            .leading_to(AUDIT),
        Fact::new("Not read yet", in_state(AuditState::NotReadYet)).leading_to(AUDIT),
        Fact::new("Usage beside last year", "by class, with a chart").leading_to(BY_CLASS),
    ];
    for subject in Subject::ALL {
        let count = audit.notes.iter().filter(|note| note.subject == subject).count();
        facts.push(
            Fact::new(reconciliation::label(subject), count).leading_to(reconciliation::sheet(subject)),
        );
    }
    facts.push(Fact::new("Meters changed", audit.changes.len()).leading_to(CHANGED));
    facts.push(Fact::new("Files of reads", audit.files.len()).leading_to(FILES));
    Cover { facts, checks: checks(audit), sections: sections(audit) }
}

fn checks(audit: &ReadAudit) -> Vec<Check> {
    let months = months(audit.month);
    let check = |says: &str, role, found, expected| Check { says: says.to_owned(), role, found, expected };
    let mut checks = vec![
        check(
            "Every meter is listed",
            Role::Integer,
            Figure::Rows(AUDIT),
            Figure::Given(audit.rows.len().into()),
        ),
        check(
            "Files of reads that differ from the ledger",
            Role::Integer,
            Figure::total(FILES, "Ties"),
            Figure::Given(0.into()),
        ),
    ];
    for month in [&months[0], &months[MONTHS_SHOWN - 1]] {
        let sum: Decimal = audit
            .rows
            .iter()
            .filter_map(|row| row.months[if month == &months[0] { 0 } else { MONTHS_SHOWN - 1 }])
            .sum();
        checks.push(check(
            &format!("Usage of {month} by class is that of the meters"),
            Role::Volume,
            Figure::total(BY_CLASS, month),
            Figure::Given(sum),
        ));
    }
    checks
}

fn sections(audit: &ReadAudit) -> Vec<Section<'_>> {
    let legend = [
        (Flag::Ok, "OK", "A check that holds."),
        (
            Flag::Warning,
            "Warning",
            "Billed, or ready to be; someone should look. The words are beside it, the note says what to do.",
        ),
        (Flag::Held, "held, CHECK", "Not billed until decided; or a check that does not hold."),
    ];
    let how = [
        "Audit: pick Accept, Estimate, Override (with the reading as Value), Reread or Hold, with Initials. Leave a row empty to decide later.",
        "Not on record: Reject puts a read of nobody's meter aside, with its Reason and Initials.",
        "Save the workbook and drop it into the inbox. Only rows with yellow cells take a decision: reads that are held, and those of nobody's meter.",
    ];
    let limits = [
        "A held read of an earlier month, or of a month that is billed already, has a row of its own, with its month.",
        "Paper ends at Initials; the figures of the 13 months, address, class and route are to its right on the screen.",
        "Excel does not sort locked cells: use the filter buttons.",
    ];
    vec![
        sections::how_to_decide(how),
        sections::made_from(&audit.sources),
        sections::colours(legend, true),
        sections::limits(limits),
    ]
}
