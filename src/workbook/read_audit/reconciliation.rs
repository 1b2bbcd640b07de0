//! Reconciliation to records, in both directions, and counts and hash totals of the files.

use crate::domain::books::decision::REJECT;
use crate::domain::page::{Column, Flag, Role, Row, Table, Value};
use crate::domain::proposals::read_audit::{AuditNote, ChangedMeter, ReadAudit, ReadsFile, Subject};
use crate::workbook::survey::{CHECK, OK};

/// The sheet of the meters that were changed.
pub(super) const CHANGED: &str = "Changed meters";
/// The sheet of the files.
pub(super) const FILES: &str = "Hash totals";

/// The sheet of the reads of meters on nobody's record; they are put aside in it.
pub const NOT_ON_RECORD: &str = "Not on record";

/// The sheet of a subject.
pub(super) fn sheet(subject: Subject) -> &'static str {
    match subject {
        Subject::NotOnRecord => NOT_ON_RECORD,
        Subject::NoRead => "No read",
        Subject::ClosedAccount => "Closed accounts",
        Subject::InactiveUsage => "Inactive with usage",
        Subject::EchoDiffers => "Echo differs",
    }
}

/// The cover's line of a subject.
pub(super) fn label(subject: Subject) -> &'static str {
    match subject {
        Subject::NotOnRecord => "Reads without a meter on record",
        Subject::NoRead => "Meters without a read",
        Subject::ClosedAccount => "Reads on closed accounts",
        Subject::InactiveUsage => "Usage on inactive accounts",
        Subject::EchoDiffers => "Echoes that differ",
    }
}

fn about(subject: Subject) -> &'static str {
    match subject {
        Subject::NotOnRecord => {
            "Reads of meters that no account has on the read date. Put the meter on record, or correct its number; reject a read that \
             will never be of use."
        }
        Subject::NoRead => "Meters of active accounts without a read in the month.",
        Subject::ClosedAccount => "Reads on accounts that are closed. Find out who uses the water.",
        Subject::InactiveUsage => "Usage on accounts that are not billed. Find out who uses the water.",
        Subject::EchoDiffers => "Reads whose file has another previous reading than the one on record.",
    }
}

/// The list of one subject.
pub(super) fn subject(audit: &ReadAudit, subject: Subject) -> Table<'_> {
    let notes: Vec<&AuditNote> = audit.notes.iter().filter(|note| note.subject == subject).collect();
    let takes_decisions = subject == Subject::NotOnRecord;
    let mut columns = columns();
    if takes_decisions {
        columns.extend([
            Column::decision(&[REJECT]),
            Column::reason("Why the read is put aside; it needs one."),
            Column::initials(),
            Column::reference().screen_only(),
            Column::seal(),
        ]);
    }
    Table {
        name: sheet(subject).to_owned(),
        about: about(subject).to_owned(),
        columns,
        frozen: 1,
        rows: notes.len(),
        fill: Box::new(move |index, row| {
            let of = notes[index];
            fill(of, row);
            if takes_decisions {
                for _input in 0..3 {
                    row.push(Value::Empty);
                }
                row.push(of.reference.as_str());
                row.push(of.token.as_str());
            }
        }),
    }
}

fn fill<'a>(of: &'a AuditNote, row: &mut Row<'a>) {
    row.push(of.meter.as_ref().map_or("none", |meter| meter.as_str()));
    row.push(of.account.as_ref().map(|account| account.as_str()));
    row.push(of.customer.as_str());
    row.push(of.service_address.as_str());
    row.push(of.read.map(|point| point.date));
    row.push(of.read.map(|point| point.value));
    row.push(of.says.as_str());
    row.push(of.file.as_str());
}

fn columns() -> Vec<Column> {
    vec![
        Column::new("Meter", Role::Account),
        Column::new("Account", Role::Account),
        Column::new("Customer", Role::Text).width(22),
        Column::new("Service address", Role::Text).width(24),
        Column::new("Read on", Role::Date).width(12),
        Column::new("Reading", Role::Reading),
        Column::new("What", Role::Sentence).width(56),
        Column::new("File", Role::Text).width(26),
    ]
}

/// The meters that were changed in the periods.
pub(super) fn changed(audit: &ReadAudit) -> Table<'_> {
    Table {
        name: CHANGED.to_owned(),
        about: "Meters changed in the periods; each old one counts to its final reading.".to_owned(),
        columns: vec![
            Column::new("Old meter", Role::Account),
            Column::new("Account", Role::Account),
            Column::new("Customer", Role::Text).width(22),
            Column::new("Reading before", Role::Reading),
            Column::new("Final reading", Role::Reading),
            Column::new("Usage", Role::Volume).note("Of the old meter, in its unit."),
            Column::new("Changed on", Role::Date).width(12),
            Column::new("New meter", Role::Account),
            Column::new("Initial reading", Role::Reading),
            Column::new("Reason", Role::Text).width(22),
            Column::new("Crew", Role::Text),
        ],
        frozen: 1,
        rows: audit.changes.len(),
        fill: Box::new(|index, row| fill_changed(&audit.changes[index], row)),
    }
}

fn fill_changed<'a>(of: &'a ChangedMeter, row: &mut Row<'a>) {
    row.push(of.old.meter.as_str());
    row.push(of.account.as_str());
    row.push(of.customer.as_str());
    row.push(of.old.previous);
    row.push(of.old.final_reading);
    row.push(of.old.usage);
    row.push(of.old.date);
    row.push(of.new.0.as_str());
    row.push(of.new.1);
    row.push(of.reason.as_str());
    row.push(of.crew.as_str());
}

/// Counts and hash totals of each file beside the ledger's.
pub(super) fn files(audit: &ReadAudit) -> Table<'_> {
    let differs = |file: &str, ledger: &str| format!("[{ledger}]-[{file}]");
    Table {
        name: FILES.to_owned(),
        about: "Counts and hash totals of each file of reads, as it was counted when it came and as the ledger has it."
            .to_owned(),
        columns: vec![
            Column::new("File", Role::Text).width(34),
            Column::new("Rows in file", Role::Integer),
            Column::new("Passed over", Role::Integer)
                .note("Rows that were there before, in this file or an earlier one; with any, only the count is compared."),
            Column::new("Reads in ledger", Role::Integer).total(),
            Column::new("Count off by", Role::Integer)
                .formula("[Reads in ledger]-[Rows in file]+[Passed over]")
                .total(),
            Column::new("Readings in file", Role::Integer).width(16).note("The sum of all readings: it means nothing, and must agree. Empty where rows were passed over, or the file has no such column."),
            Column::new("Readings in ledger", Role::Integer).width(16),
            Column::new("Readings off by", Role::Integer)
                .formula(differs("Readings in file", "Readings in ledger"))
                .total(),
            Column::new("Meter digits in file", Role::Integer).width(14).note("The sum of the digits of all meters' numbers. Empty where rows were passed over, or the file has no such column."),
            Column::new("Meter digits in ledger", Role::Integer).width(14),
            Column::new("Digits off by", Role::Integer)
                .formula(differs("Meter digits in file", "Meter digits in ledger"))
                .total(),
            Column::new("Ties", Role::Check)
                .formula("IF(ABS([Count off by])+ABS([Readings off by])+ABS([Digits off by])=0,\"OK\",\"CHECK\")")
                .total(),
        ],
        frozen: 1,
        rows: audit.files.len(),
        fill: Box::new(|index, row| fill_file(&audit.files[index], row)),
    }
}

fn fill_file<'a>(of: &'a ReadsFile, row: &mut Row<'a>) {
    let count = |number: u64| i64::try_from(number).expect("a file has at most 20 million cells");
    let off = count(of.ledger.reads) - count(of.file.reads) + count(of.passed_over);
    // Rows that were passed over are in the file's sums and not in the ledger's.
    let sums = |file: Option<i64>, ledger: Option<i64>| file.zip(ledger).filter(|_| of.passed_over == 0);
    let readings = sums(of.file.readings, of.ledger.readings);
    let digits = sums(of.file.meter_digits, of.ledger.meter_digits);
    row.push(of.name.as_str());
    row.push(of.file.reads);
    row.push(of.passed_over);
    row.push(of.ledger.reads);
    row.push(off);
    let mut ties = off == 0;
    for pair in [readings, digits] {
        row.push(pair.map(|(file, _)| file));
        row.push(pair.map(|(_, ledger)| ledger));
        row.push(pair.map(|(file, ledger)| ledger - file));
        ties &= pair.is_none_or(|(file, ledger)| file == ledger);
    }
    let cell = row.push(if ties { OK } else { CHECK });
    if ties {
        cell.flag(Flag::Ok);
    }
}
