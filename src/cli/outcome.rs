//! What a run did, for people and as JSON.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Value, json};

use crate::domain::books::back_bill::PostedBackBill;
use crate::domain::books::bill::Held;
use crate::domain::books::entry::Entry;
use crate::domain::books::late_fee::LateFee;
use crate::domain::books::order::{Cancellation, FieldOrders};
use crate::domain::count::counted;
use crate::domain::date::Date;
use crate::domain::finding::Severity;
use crate::domain::money::Money;
use crate::flow::{self, FileOutcome, Outcome, RunOutcome, WhyIdle};

/// Findings of one code of a file that are told one by one.
const FINDINGS_TOLD: usize = 12;
/// Reasons for holding told one by one; the accounts behind further ones are counted.
const HELD_TOLD: usize = 12;

/// Tells what a run did.
pub(super) fn tell(outcome: &Outcome, out: &mut impl Write) -> io::Result<()> {
    for file in &outcome.files {
        tell_file(file, out)?;
    }
    tell_rest(outcome, out)
}

/// Tells what a run did besides what became of its files.
pub(super) fn tell_rest(outcome: &Outcome, out: &mut impl Write) -> io::Result<()> {
    for name in &outcome.unfinished {
        writeln!(
            out,
            "  waiting    {name}: still being written or open elsewhere; the next run looks again"
        )?;
    }
    for idle in &outcome.idle {
        writeln!(out, "  left       {}: {}", idle.name, why_idle(idle.why))?;
    }
    if !outcome.late_fees.fees.is_empty() {
        let fees = counted(outcome.late_fees.fees.len(), "bill", "bills");
        writeln!(out, "  late fees  {fees}, ${}", outcome.late_fees.total())?;
    }
    if !outcome.back_bills.is_empty() {
        let bills = counted(outcome.back_bills.len(), "stuck meter", "stuck meters");
        let total: Money = outcome.back_bills.iter().map(|posted| posted.back_bill.amount()).sum();
        writeln!(out, "  back bills {bills}, ${total}")?;
    }
    if !outcome.deposits_applied.is_empty() {
        let deposits = counted(outcome.deposits_applied.len(), "deposit applied", "deposits applied");
        let total: Money = outcome.deposits_applied.iter().map(|entry| -entry.effect.deposit).sum();
        writeln!(out, "  deposits   {deposits}, ${total}")?;
    }
    for run in &outcome.runs {
        tell_run(run, out)?;
    }
    if outcome.runs.iter().all(|run| run.held.is_empty()) && !outcome.held_reads.is_empty() {
        let words: Vec<String> =
            outcome.held_reads.iter().map(|(word, count)| format!("{count} {word}")).collect();
        writeln!(out, "  held       {}; decide in the read audit", words.join(", "))?;
    }
    tell_orders(&outcome.orders, out)?;
    for warning in &outcome.warnings {
        writeln!(out, "  warning    {warning}")?;
    }
    for path in &outcome.written {
        writeln!(out, "  written    {path}")?;
    }
    let posted = !outcome.late_fees.fees.is_empty()
        || !outcome.back_bills.is_empty()
        || !outcome.deposits_applied.is_empty()
        || outcome.runs.iter().any(|run| run.bills > 0);
    if outcome.files.is_empty() && !posted && outcome.written.is_empty() {
        writeln!(out, "  nothing new")?;
    }
    Ok(())
}

/// Tells what became of a file.
pub(super) fn tell_file(file: &FileOutcome, out: &mut impl Write) -> io::Result<()> {
    let kind = if file.kind.is_empty() { String::new() } else { format!(" ({})", file.kind) };
    writeln!(out, "  {:<10} {}{kind}: {}", file.fate.word(), file.name, file.outcome)?;
    let mut told: BTreeMap<&str, usize> = BTreeMap::new();
    // What the line above says already is not said twice.
    for finding in file.findings.iter().filter(|finding| finding.message != file.outcome) {
        let count = told.entry(finding.code.word()).or_default();
        *count += 1;
        if *count <= FINDINGS_TOLD {
            writeln!(out, "             {finding}")?;
        }
    }
    for (code, count) in told.into_iter().filter(|(_, count)| *count > FINDINGS_TOLD) {
        let more = count - FINDINGS_TOLD;
        writeln!(out, "             and {more} more {code}; `meterbook list DIR findings` has all")?;
    }
    Ok(())
}

fn why_idle(why: WhyIdle) -> &'static str {
    match why {
        WhyIdle::Empty => "empty; save it again with its content, or remove it",
        WhyIdle::Folder => "a folder; move its files into the inbox itself",
    }
}

fn tell_orders(orders: &FieldOrders, out: &mut impl Write) -> io::Result<()> {
    if !orders.made.is_empty() {
        let (first, last) = (&orders.made[0].number, &orders.made[orders.made.len() - 1].number);
        let numbers = if first == last { first.to_string() } else { format!("{first} to {last}") };
        writeln!(
            out,
            "  ordered    {}: {numbers}",
            counted(orders.made.len(), "field order", "field orders")
        )?;
    }
    for Cancellation { number, why } in &orders.cancelled {
        writeln!(out, "  cancelled  field order {number}: {why}")?;
    }
    Ok(())
}

fn tell_run(run: &RunOutcome, out: &mut impl Write) -> io::Result<()> {
    if run.bills > 0 {
        let bills = counted(run.bills, "bill", "bills");
        let (month, cycle, units) = (run.month, &run.cycle, run.units.normalize());
        writeln!(out, "  billed     {month} cycle {cycle}: {bills}, {units} units, ${}", run.charges)?;
    }
    if !run.proposed.is_empty() {
        let bills = counted(run.proposed.len(), "bill waits", "bills wait");
        let charges: Money = run.proposed.iter().map(|one| one.bill.charges()).sum();
        let (month, cycle, until) = (run.month, &run.cycle, decide_until(run.until));
        writeln!(out, "  proposed   {month} cycle {cycle}: {bills} for a decision, ${charges}{until}")?;
    }
    if !run.held.is_empty() {
        let accounts = counted(run.held.len(), "account", "accounts");
        writeln!(out, "  held       {} cycle {}: {accounts}", run.month, run.cycle)?;
    }
    let (mut told, reasons) = (0, by_reason(&run.held));
    for alike in reasons.iter().take(HELD_TOLD) {
        let Held { account, exceptions, reason, .. } = alike[0];
        let words: Vec<&str> = exceptions.iter().map(|exception| exception.word()).collect();
        let words = if words.is_empty() { String::new() } else { format!("{}: ", words.join(", ")) };
        match alike.len() {
            1 => writeln!(out, "             {account} {words}{reason}")?,
            many => writeln!(out, "             {many} accounts, {account} the first: {words}{reason}")?,
        }
        told += alike.len();
    }
    if run.held.len() > told {
        writeln!(out, "             and {} more; see the Held sheet of the register", run.held.len() - told)?;
    }
    Ok(())
}

/// Puts accounts together that no read holds, but one and the same lack: of a rate file, say.
fn by_reason(held: &[Held]) -> Vec<Vec<&Held>> {
    let mut alike: Vec<Vec<&Held>> = Vec::new();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for one in held {
        if one.exceptions.is_empty() {
            let place = *places.entry(&one.reason).or_insert(alike.len());
            if let Some(same) = alike.get_mut(place) {
                same.push(one);
                continue;
            }
        }
        alike.push(vec![one]);
    }
    alike
}

/// ` (until 2026-03-18)`: after that day the month cannot be billed any more.
pub(super) fn decide_until(until: Option<Date>) -> String {
    until.map(|until| format!(" (until {until})")).unwrap_or_default()
}

/// The outcome as JSON.
pub(super) fn to_json(outcome: &Outcome) -> Value {
    json!({
        "today": outcome.today.to_string(),
        "files": outcome.files.iter().map(file_json).collect::<Vec<_>>(),
        "unfinished": outcome.unfinished,
        "left": outcome.idle.iter().map(|idle| json!({"name": idle.name, "why": why_idle(idle.why)})).collect::<Vec<_>>(),
        "back_bills": outcome.back_bills.iter().map(back_bill_json).collect::<Vec<_>>(),
        "deposits_applied": outcome.deposits_applied.iter().map(deposit_json).collect::<Vec<_>>(),
        "late_fees": outcome.late_fees.fees.iter().map(late_fee_json).collect::<Vec<_>>(),
        "held_reads": outcome.held_reads,
        "runs": outcome.runs.iter().map(run_json).collect::<Vec<_>>(),
        "orders": {
            "made": outcome.orders.made.iter().map(|order| order.number.as_str()).collect::<Vec<_>>(),
            "cancelled": outcome.orders.cancelled.iter().map(|one| one.number.as_str()).collect::<Vec<_>>(),
        },
        "warnings": outcome.warnings,
        "written": outcome.written,
    })
}

fn file_json(file: &FileOutcome) -> Value {
    json!({
        "name": file.name,
        "fate": file.fate.word(),
        "kind": file.kind,
        "rows": file.rows,
        "outcome": file.outcome,
        "findings": flow::findings_json(&file.findings),
    })
}

fn deposit_json(entry: &Entry) -> Value {
    json!({"account": entry.effect.account.as_str(), "amount": (-entry.effect.deposit).to_string()})
}

fn back_bill_json(posted: &PostedBackBill) -> Value {
    let back_bill = &posted.back_bill;
    json!({
        "date": posted.day.to_string(),
        "account": back_bill.account.as_str(),
        "reference": back_bill.reference,
        "units": back_bill.units().normalize().to_string(),
        "amount": back_bill.amount().to_string(),
    })
}

fn late_fee_json(late: &LateFee) -> Value {
    json!({
        "account": late.account.as_str(),
        "bill": late.bill.as_str(),
        "unpaid": late.unpaid.to_string(),
        "fee": late.fee.to_string(),
    })
}

fn run_json(run: &RunOutcome) -> Value {
    let held = run.held.iter().map(|held| {
        let words: Vec<&str> = held.exceptions.iter().map(|exception| exception.word()).collect();
        json!({ "account": held.account.as_str(), "exceptions": words, "reason": held.reason })
    });
    json!({
        "cycle": run.cycle,
        "month": run.month.to_string(),
        "bills": run.bills,
        "units": run.units.normalize().to_string(),
        "charges": run.charges.to_string(),
        "proposed": run.proposed.len(),
        "until": run.until.filter(|_| !run.proposed.is_empty()).map(|until| until.to_string()),
        "held": held.collect::<Vec<_>>(),
    })
}

/// Counts errors by file, for the closing words of the demo.
pub(super) fn errors_by_file(outcome: &Outcome) -> BTreeMap<&str, usize> {
    let errors = |file: &FileOutcome| file.findings.iter().filter(|f| f.severity == Severity::Error).count();
    outcome
        .files
        .iter()
        .map(|file| (file.name.as_str(), errors(file)))
        .filter(|(_, errors)| *errors > 0)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::date::{Date, Month};
    use crate::domain::id::AccountId;
    use crate::domain::money::Money;

    #[test]
    fn one_lack_of_many_accounts_is_told_once() {
        let day = Date::from_ymd_opt(2026, 1, 31).unwrap();
        let held = |(account, reason): (&str, &str)| Held {
            account: AccountId::new(account),
            meter: None,
            exceptions: vec![],
            reason: reason.to_owned(),
        };
        let lacks = [("1", "No rates. Add them."), ("2", "No size."), ("3", "No rates. Add them.")];
        let run = RunOutcome {
            proposed: vec![],
            until: None,
            lapsed: None,
            cycle: "01".to_owned(),
            month: Month::of(day),
            bills: 0,
            units: rust_decimal::Decimal::ZERO,
            charges: Money::ZERO,
            held: lacks.map(held).to_vec(),
        };
        let mut out = Vec::new();
        tell_run(&run, &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "  held       2026-01 cycle 01: 3 accounts\n             \
            2 accounts, 1 the first: No rates. Add them.\n             2 No size.\n"
        );
    }
}
