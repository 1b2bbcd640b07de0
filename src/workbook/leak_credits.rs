//! The pages of leak credits: each worked out line by line in live formulas, beside what was given.

use crate::domain::books::leak::{LeakCredit, LeakLine};
use crate::domain::money::Money;
use crate::domain::page::{Check, Column, Figure, Flag, Role, Table, Value};
use crate::domain::proposals::adjustments_register::WorkedLeak;

/// The sheet with a row for each credit.
const CREDITS: &str = "Leak credits";
/// The sheet with the lines of their bills.
const LINES: &str = "Leak lines";

/// What the formula rests on.
pub(super) const ILLUSTRATIVE: &str = "The formula of leak credits is illustrative, for none is published: half of the charge for usage above the \
                                       mean of the same month in the 2 years before, at most one in 12 months.";

/// The credits, and the lines that they are worked out from.
pub(super) fn pages(leaks: &[WorkedLeak]) -> [Table<'_>; 2] {
    [credits(leaks), lines(leaks)]
}

/// The check of the cover: the sheets come to what the program works out.
pub(super) fn check(leaks: &[WorkedLeak]) -> Check {
    let sum: Money = leaks.iter().filter_map(|leak| Some(leak.worked.as_ref().ok()?.credit)).sum();
    Check {
        says: "Leak credits are worked out as the program does".to_owned(),
        role: Role::Money,
        found: Figure::total(CREDITS, "Worked out"),
        expected: Figure::Given(sum.decimal()),
    }
}

fn credits(leaks: &[WorkedLeak]) -> Table<'_> {
    let charge = format!("SUMIFS({{{LINES}!Charge above}},{{{LINES}!Ref}},[Ref])");
    Table {
        name: CREDITS.to_owned(),
        about: "One row per leak credit that is posted or waits: half of the charge for usage above the mean of the same month in the \
                2 years before."
            .to_owned(),
        columns: vec![
            Column::new("Ref", Role::Account).width(14),
            Column::new("Account", Role::Account),
            Column::new("Customer", Role::Text).width(20),
            Column::new("Bill", Role::Account).width(16),
            Column::new("Usage HCF", Role::Volume),
            Column::new("A year before", Role::Volume),
            Column::new("Two years before", Role::Volume),
            Column::new("Mean", Role::Volume)
                .formula("IF(COUNT([A year before],[Two years before])=0,\"\",AVERAGE([A year before],[Two years before]))"),
            Column::new("Charge above", Role::Money).formula(charge).total(),
            Column::new("Worked out", Role::Money).formula("-ROUND([Charge above]/2,2)").total(),
            Column::new("Given", Role::Money).total().note("Posted, or asked for and waiting."),
            Column::new("Difference", Role::Money).formula("[Given]-[Worked out]").total(),
            Column::new("Remark", Role::Sentence).width(34),
        ],
        frozen: 3,
        rows: leaks.len(),
        fill: Box::new(|index, row| {
            let leak = &leaks[index];
            let worked = leak.worked.as_ref().ok();
            let volume = |of: fn(&LeakCredit) -> Option<rust_decimal::Decimal>| worked.and_then(of);
            row.push(leak.reference.as_str());
            row.push(leak.account.as_str());
            row.push(leak.customer.as_str());
            row.push(worked.map(|worked| worked.bill.as_str()));
            row.push(volume(|worked| Some(worked.units)));
            row.push(volume(|worked| worked.before[0]));
            row.push(volume(|worked| worked.before[1]));
            match worked {
                Some(worked) => row.push(worked.mean),
                None => row.push(Value::from("")),
            };
            row.push(worked.map_or(Money::ZERO, |worked| worked.charge));
            let credit = worked.map_or(Money::ZERO, |worked| worked.credit);
            row.push(credit);
            row.push(leak.amount);
            row.push(leak.amount - credit);
            let (remark, doubtful) = remark(leak);
            let cell = row.push(remark);
            if doubtful {
                cell.flag(Flag::Warning);
            }
        }),
    }
}

/// What somebody should look at, in words.
fn remark(leak: &WorkedLeak) -> (String, bool) {
    match &leak.worked {
        Ok(worked) if worked.credit == leak.amount => (String::new(), false),
        Ok(_) => ("another amount than the formula gives".to_owned(), true),
        Err(why) => (format!("not worked out: {why}"), true),
    }
}

fn lines(leaks: &[WorkedLeak]) -> Table<'_> {
    let lines = |leak| -> Vec<(&WorkedLeak, &LeakCredit, &LeakLine)> {
        let leak: &WorkedLeak = leak;
        let worked = leak.worked.iter();
        worked.flat_map(|worked| worked.lines.iter().map(move |line| (leak, worked, line))).collect()
    };
    let all: Vec<(&WorkedLeak, &LeakCredit, &LeakLine)> = leaks.iter().flat_map(lines).collect();
    let mean = format!("SUMIFS({{{CREDITS}!Mean}},{{{CREDITS}!Ref}},[Ref])");
    Table {
        name: LINES.to_owned(),
        about: "The water of the bills that had a leak, line by line: what of it lies above the mean, and what that cost.".to_owned(),
        columns: vec![
            Column::new("Ref", Role::Account).width(14),
            Column::new("Account", Role::Account),
            Column::new("Bill", Role::Account).width(16),
            Column::new("Line", Role::Text).width(24),
            Column::new("Tier", Role::Integer).width(6),
            Column::new("Units below", Role::Volume).note("Units of the bill in lower tiers."),
            Column::new("Units", Role::Volume),
            Column::new("Price", Role::Price),
            Column::new("Mean", Role::Volume).formula(mean),
            Column::new("Above the mean", Role::Volume)
                .formula("MAX(0,[Units below]+[Units]-MAX([Mean],[Units below]))"),
            Column::new("Charge above", Role::Money).formula("ROUND([Above the mean]*[Price],2)").total(),
        ],
        frozen: 3,
        rows: all.len(),
        fill: Box::new(move |index, row| {
            let (leak, worked, line) = all[index];
            row.push(leak.reference.as_str());
            row.push(leak.account.as_str());
            row.push(worked.bill.as_str());
            row.push(line.name.as_str());
            row.push(line.tier);
            row.push(line.above);
            row.push(line.quantity);
            row.push(line.price);
            row.push(worked.mean);
            row.push(line.over);
            row.push(line.charge);
        }),
    }
}
