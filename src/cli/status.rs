//! Shows where an office stands: `meterbook status`.

use std::io::{self, Write};
use std::path::Path;

use serde_json::{Value, json};

use super::outcome::decide_until;
use super::{End, Stop};
use crate::domain::count::counted;
use crate::domain::date::Date;
use crate::flow::{self, Status};

pub(super) fn status(dir: &Path, today: Date, as_json: bool, out: &mut impl Write) -> Result<End, Stop> {
    let status = flow::status(dir, today)?;
    if as_json {
        writeln!(out, "{:#}", to_json(&status))?;
    } else {
        tell(&status, out)?;
    }
    let clean = status.returned.is_empty() && status.held.is_empty() && status.unpriced.is_empty();
    Ok(if clean { End::Clean } else { End::Findings })
}

fn tell(status: &Status, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{}: {} active accounts, ${} owed", status.office, status.accounts, status.owed)?;
    writeln!(out, "\nTaken in")?;
    for row in &status.recent {
        let kind = if row.kind.is_empty() { String::new() } else { format!(" ({})", row.kind) };
        writeln!(
            out,
            "  {} {} {:<9} {}{kind}: {}",
            row.sequence,
            row.day,
            row.fate.word(),
            row.name,
            row.outcome
        )?;
    }
    if !status.returned.is_empty() {
        writeln!(out, "\nReturned, to be corrected and dropped again")?;
        status.returned.iter().try_for_each(|name| writeln!(out, "  returned/{name}"))?;
    }
    if !status.held.is_empty() {
        writeln!(out, "\nHeld reads of the running month, to be decided")?;
        status.held.iter().try_for_each(|(word, count)| writeln!(out, "  {count:>5} {word}"))?;
    }
    if !status.unpriced.is_empty() {
        writeln!(out, "\nHeld bills, to be priced")?;
        status.unpriced.iter().try_for_each(|(reason, count)| writeln!(out, "  {count:>5} {reason}"))?;
    }
    if !status.waiting.is_empty() {
        writeln!(out, "\nBills to be decided")?;
        for run in &status.waiting {
            let bills = counted(run.bills, "bill", "bills");
            let until = decide_until(run.until);
            writeln!(out, "  {} cycle {}: {bills}, ${}{until}", run.month, run.cycle, run.charges)?;
            writeln!(out, "    decide in {}, and drop it into the inbox", run.path)?;
        }
    }
    if !status.open_lists.is_empty() {
        writeln!(out, "\nRows to be decided")?;
        for open in &status.open_lists {
            let written = if open.is_written { "" } else { " (the next run writes it)" };
            writeln!(out, "  {:>5} on {} in {}{written}", open.rows, open.list, open.path)?;
        }
    }
    if !status.orders.is_empty() {
        writeln!(out, "\nField orders, to be done")?;
        status.orders.iter().try_for_each(|(kind, count)| writeln!(out, "  {count:>5} {kind}"))?;
    }
    writeln!(out, "\nPosted")?;
    for ((cycle, month), (bills, charges)) in &status.billed {
        writeln!(out, "  {month} cycle {cycle}: {}, ${charges}", counted(*bills, "bill", "bills"))?;
    }
    writeln!(out, "\nDue next")?;
    for (cycle, next) in &status.next {
        match next {
            Some((month, date)) => writeln!(out, "  cycle {cycle}: bills of {month} on {date}")?,
            None => writeln!(out, "  cycle {cycle}: no bill date ahead; add one to office.toml")?,
        }
    }
    if !status.letters.is_empty() {
        let due: Vec<String> =
            status.letters.iter().map(|(word, count)| counted(*count, word, &format!("{word}s"))).collect();
        writeln!(out, "  to customers past due, in the past-due list: {}", due.join(", "))?;
    }
    if let Some((day, count)) = status.lock_offs {
        writeln!(out, "  lock-offs: {count} on {day}, in the lock-off schedule")?;
    }
    Ok(())
}

fn to_json(status: &Status) -> Value {
    let recent = status.recent.iter().map(|row| {
        json!({
            "sequence": row.sequence.to_string(),
            "day": row.day.to_string(),
            "name": row.name,
            "kind": row.kind,
            "fate": row.fate.word(),
            "rows": row.rows,
            "outcome": row.outcome,
        })
    });
    let billed = status.billed.iter().map(|((cycle, month), (bills, charges))| {
        json!({ "cycle": cycle, "month": month.to_string(), "bills": bills, "charges": charges.to_string() })
    });
    let waiting = status.waiting.iter().map(|run| {
        json!({
            "cycle": run.cycle,
            "month": run.month.to_string(),
            "bills": run.bills,
            "charges": run.charges.to_string(),
            "until": run.until.map(|until| until.to_string()),
            "register": run.path,
        })
    });
    let open_lists = status.open_lists.iter().map(
        |open| json!({ "workbook": open.path, "list": open.list, "rows": open.rows, "written": open.is_written }),
    );
    let next = status.next.iter().map(|(cycle, next)| {
        let month = next.map(|(month, _)| month.to_string());
        json!({ "cycle": cycle, "month": month, "bill_date": next.map(|(_, date)| date.to_string()) })
    });
    json!({
        "office": status.office,
        "accounts": status.accounts,
        "owed": status.owed.to_string(),
        "recent": recent.collect::<Vec<_>>(),
        "returned": status.returned,
        "held": status.held,
        "unpriced": status.unpriced,
        "waiting": waiting.collect::<Vec<_>>(),
        "to_decide": open_lists.collect::<Vec<_>>(),
        "orders": status.orders,
        "billed": billed.collect::<Vec<_>>(),
        "next": next.collect::<Vec<_>>(),
        "letters": status.letters,
        "lock_offs": status.lock_offs.map(|(day, count)| json!({ "day": day.to_string(), "count": count })),
    })
}
