//! Posts what the bare job billed: accounts, reads, bills with their lines, entries.

use std::path::Path;
use std::sync::Arc;

use meterbook::domain::books::batch::Batch;
use meterbook::domain::books::bill::{self, BillKind, BillLine, BillRun};
use meterbook::domain::books::charge::{ChargeKind, ChargeUnit, Working};
use meterbook::domain::books::reading::{ReadId, Reading};
use meterbook::domain::books::receipt::Receipt;
use meterbook::domain::date::Date;
use meterbook::domain::id::{BillNumber, Sequence};
use meterbook::domain::money::Money;
use meterbook::domain::office::Office;
use meterbook::domain::proposals::receipts::Fate;
use meterbook::ledger::Ledger;
use meterbook::post;
use rust_decimal::Decimal;

use crate::Bill;

/// Folds one fact with everything into a new ledger.
pub(crate) fn post(bills: &[Bill], ledger: &Path) {
    let office =
        Office::parse(include_str!("../../templates/office.toml")).unwrap_or_else(|fault| panic!("{fault}"));
    let day: Date = "2026-01-01".parse().expect("it is a day");
    let workings: Vec<Arc<Working>> = (1..=4)
        .map(|line| Arc::new(Working { file: "rates.owrs".to_owned(), line, ..Working::default() }))
        .collect();
    let run = BillRun {
        cycle: "1".to_owned(),
        month: "2026-01".parse().expect("it is a month"),
        day,
        main: true,
        tariffs: vec![],
        bills: bills.iter().map(|bill| posted(bill, day, &workings)).collect(),
        held: vec![],
    };
    let mut batch = post::bill_run(run, &office.gl);
    batch.accounts = bills.iter().map(|bill| bill.account.clone()).collect();
    batch.reads = (1..).zip(bills).map(|(number, bill)| reading(number, bill)).collect();
    let receipt = Receipt {
        sequence: Sequence(1),
        day,
        fate: Fate::Accepted,
        name: "everything".to_owned(),
        kind: "bare".to_owned(),
        rows: bills.len() as u64,
        totals: vec![],
        outcome: String::new(),
        file: "000001 everything".to_owned(),
        sha256: String::new(),
        dropped: String::new(),
        previous: String::new(),
    };
    let mut ledger = Ledger::open(ledger).unwrap_or_else(|fault| panic!("{fault}"));
    ledger.append(&receipt, "", &Batch { ..batch }).unwrap_or_else(|fault| panic!("{fault}"));
}

fn reading(number: u32, bill: &Bill) -> Reading {
    let read = &bill.read;
    Reading {
        id: ReadId { sequence: Sequence(1), number },
        account: read.account.clone(),
        meter: read.meter.clone(),
        date: read.date,
        value: read.reading,
        code: read.code,
        trouble: read.trouble.clone(),
        echo: read.echo,
    }
}

fn posted(bill: &Bill, day: Date, workings: &[Arc<Working>]) -> bill::Bill {
    let line = |kind, tier: Option<u32>, (quantity, unit), amount: Money| BillLine {
        kind,
        name: if tier.is_some() { "commodity_charge".into() } else { "service_charge".into() },
        tier,
        quantity,
        unit,
        price: if quantity.is_zero() { Decimal::ZERO } else { amount.decimal() / quantity },
        amount,
        working: Arc::clone(&workings[tier.unwrap_or(0) as usize]),
    };
    let mut lines = vec![line(ChargeKind::Fixed, None, (Decimal::ONE, ChargeUnit::Month), bill.fixed)];
    for (tier, (units, amount)) in (1..).zip(bill.tiers).filter(|(_, (units, _))| !units.is_zero()) {
        lines.push(line(ChargeKind::Tier, Some(tier), (units, ChargeUnit::Hcf), amount));
    }
    bill::Bill {
        number: BillNumber::new(format!("202601-{}", bill.account.id)),
        account: bill.account.id.clone(),
        cycle: "1".to_owned(),
        month: "2026-01".parse().expect("it is a month"),
        kind: BillKind::Regular,
        bill_date: day,
        due_date: "2026-01-21".parse().expect("it is a day"),
        metered: None,
        units: bill.units.max(0).into(),
        tariff: "2020-01-01".parse().expect("it is a day"),
        class: bill.account.class.clone(),
        meter_size: bill.account.meter_size.clone(),
        dwelling_units: bill.account.dwelling_units,
        budget_hcf: None,
        over_budget_hcf: None,
        lines,
        previous_balance: Money::ZERO,
    }
}
