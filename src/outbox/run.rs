//! How a bill run is spelled in the archive: JSON, one line for the run and one for each bill.
//!
//! Lines of bills name their workings by number: thousands of bills share a few dozen, which the first line holds.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::domain::books::bill::{Bill, BillLine, BillRun, Held, TariffUsed};
use crate::domain::books::charge::Working;
use crate::domain::date::{Date, Month};

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
    lines: Vec<FiledLine<'a>>,
}

#[derive(Serialize, Deserialize)]
struct FiledLine<'a> {
    #[serde(flatten)]
    line: Cow<'a, BillLine>,
    /// The place of its working in the first line, from 0.
    working: usize,
}

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
    for bill in &run.bills {
        let line = |line| FiledLine { line: Cow::Borrowed(line), working: numbers[&*line.working] };
        write(&Filed { bill: Cow::Borrowed(bill), lines: bill.lines.iter().map(line).collect() }, &mut bytes);
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
        let line = |filed: FiledLine<'_>| {
            let working = Arc::clone(workings.get(filed.working)?);
            Some(BillLine { working, ..filed.line.into_owned() })
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
