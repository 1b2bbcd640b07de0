//! How a bill run is spelled in the archive: JSON, one line for the run and one for each bill.
//!
//! Lines of bills name their workings by number: thousands of bills share a few dozen, which the first line holds.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::domain::books::bill::{Bill, BillLine, BillRun, Held, TariffUsed};
use crate::domain::books::charge::{ChargeKind, ChargeUnit, Working};
use crate::domain::date::{Date, Month};
use crate::domain::money::Money;

/// The first line.
#[derive(Serialize, Deserialize)]
struct Head<'a> {
    cycle: Cow<'a, str>,
    month: Month,
    day: Date,
    main: bool,
    tariffs: Cow<'a, [TariffUsed]>,
    held: Cow<'a, [Held]>,
    workings: Vec<Cow<'a, Working>>,
}

/// Every further line.
#[derive(Serialize, Deserialize)]
struct Filed<'a> {
    #[serde(flatten)]
    bill: Cow<'a, Bill>,
    lines: Vec<FiledLine>,
}

/// Kind, name, tier, quantity, unit, price, amount, and the place of the working in the first line, from 0.
type FiledLine = (ChargeKind, SmolStr, Option<u32>, Decimal, ChargeUnit, Decimal, Money, usize);

/// Spells a run.
pub fn run_to_bytes(run: &BillRun) -> Vec<u8> {
    let lines = || run.bills.iter().flat_map(|bill| &bill.lines);
    let mut numbers: BTreeMap<&Working, usize> = lines().map(|line| (&*line.working, 0)).collect();
    (0..).zip(numbers.values_mut()).for_each(|(place, number)| *number = place);
    let head = Head {
        cycle: run.cycle.as_str().into(),
        month: run.month,
        day: run.day,
        main: run.main,
        tariffs: run.tariffs.as_slice().into(),
        held: run.held.as_slice().into(),
        workings: numbers.keys().map(|working| Cow::Borrowed(*working)).collect(),
    };
    let mut bytes = Vec::new();
    write(&head, &mut bytes);
    let filed = |line: &BillLine| {
        let BillLine { kind, tier, quantity, unit, price, amount, .. } = *line;
        (kind, line.name.clone(), tier, quantity, unit, price, amount, numbers[&*line.working])
    };
    for bill in &run.bills {
        write(
            &Filed { bill: Cow::Borrowed(bill), lines: bill.lines.iter().map(filed).collect() },
            &mut bytes,
        );
    }
    bytes
}

fn write(value: &impl Serialize, bytes: &mut Vec<u8>) {
    serde_json::to_writer(&mut *bytes, value).expect("a run has string keys and no floats");
    bytes.push(b'\n');
}

/// Reads a run; `None` where it is none.
pub fn run_from_bytes(bytes: &[u8]) -> Option<BillRun> {
    let mut lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let head: Head<'_> = serde_json::from_slice(lines.next()?).ok()?;
    let workings: Vec<Arc<Working>> =
        head.workings.into_iter().map(|working| Arc::new(working.into_owned())).collect();
    let bill = |line: &[u8]| {
        let filed: Filed<'_> = serde_json::from_slice(line).ok()?;
        let line = |(kind, name, tier, quantity, unit, price, amount, working): FiledLine| {
            let working = Arc::clone(workings.get(working)?);
            Some(BillLine { kind, name, tier, quantity, unit, price, amount, working })
        };
        let lines = filed.lines.into_iter().map(line).collect::<Option<Vec<BillLine>>>()?;
        Some(Bill { lines, ..filed.bill.into_owned() })
    };
    Some(BillRun {
        cycle: head.cycle.into_owned(),
        month: head.month,
        day: head.day,
        main: head.main,
        tariffs: head.tariffs.into_owned(),
        bills: lines.map(bill).collect::<Option<Vec<Bill>>>()?,
        held: head.held.into_owned(),
    })
}
