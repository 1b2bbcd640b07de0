//! Invented permits, loads and bills of bulk water, for the worksheet.

use std::sync::Arc;

use meterbook::domain::books::bill::{Bill, BillKind, BillLine, Metered};
use meterbook::domain::books::charge::{ChargeKind, ChargeUnit, Working};
use meterbook::domain::books::history::BulkLoad;
use meterbook::domain::books::permit::Permit;
use meterbook::domain::books::reading::ReadId;
use meterbook::domain::date::{Month, Period, plus_days};
use meterbook::domain::id::{AccountId, BillNumber, Sequence};
use meterbook::domain::money::Money;
use meterbook::domain::office::UsageRounding;
use meterbook::domain::proposals::bulk_water::{BulkWater, LoadRow, PermitRow};
use meterbook::domain::proposals::register::Customer;
use meterbook::domain::rows::BulkVolume;
use meterbook::domain::volume::{Usage, VolumeUnit};
use rust_decimal::Decimal;

use super::office::date;

/// The worksheet of so many permits: open, ending soon, over, closed; by readings and by the load in turn.
pub(crate) fn worksheet(permits: usize, rounding: UsageRounding) -> BulkWater {
    let rows: Vec<PermitRow> = (0..permits).map(permit).collect();
    let bills: Vec<(Customer, Bill)> =
        (0..permits).filter(|at| at % 4 != 3).map(|at| (customer(at), bill(at, rounding))).collect();
    let mut loads: Vec<LoadRow> = (0..permits).flat_map(loads).collect();
    let billed = |load: &LoadRow| bills.iter().any(|(_, bill)| Some(&bill.number) == load.bill.as_ref());
    loads.retain(|load| load.bill.is_none() || billed(load));
    BulkWater {
        office: "Joshua Flats Water District".to_owned(),
        month: Month::new(2026, 2).unwrap(),
        day: date("2026-02-23"),
        run_id: "bulk water 2026-02 receipt 000031".to_owned(),
        chain_head: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
        rounding,
        deposits: rows.iter().map(|row| row.permit.deposit_held).sum(),
        permits: rows,
        loads,
        bills,
    }
}

fn account(at: usize) -> AccountId {
    AccountId::new(format!("{:07}", 105_300 + at))
}

fn number(at: usize) -> BillNumber {
    BillNumber::new(format!("202602-{}", account(at)))
}

fn customer(at: usize) -> Customer {
    Customer {
        name: ["Otero Grading", "=1+1", "N\u{fa}\u{f1}ez & Sons"][at % 3].to_owned(),
        service_address: "Hydrant at Sage Ave".to_owned(),
        class: "bulk".to_owned(),
        route: "09".to_owned(),
        autopay: false,
    }
}

fn permit(at: usize) -> PermitRow {
    let issued = plus_days(date("2026-02-20"), -i64::try_from(at * 13 % 60).unwrap());
    PermitRow {
        permit: Permit {
            account: account(at),
            meter: Some(format!("H-{}", 10 + at)),
            issued: (at % 9 != 8).then_some(issued),
            expires: (at % 9 != 8).then(|| plus_days(issued, 45)),
            deposit_held: Money::from_cents(90_000 * i64::from(at % 5 != 4)),
            last_read_date: Some(date("2026-02-18")),
            billed_hcf: Decimal::from(4 + at),
        },
        customer: customer(at),
        is_closed: at % 7 == 6,
        owed: Money::from_cents([12_345, 0, 123_456, -500][at % 4]),
        waiting: usize::from(at % 4 == 3),
    }
}

/// What one account took: one row of readings, or two loads.
fn volumes(at: usize) -> Vec<BulkVolume> {
    if at.is_multiple_of(2) {
        vec![BulkVolume::Readings { start: 61_250, end: 62_810 }]
    } else {
        vec![BulkVolume::Gallons(2_500), BulkVolume::Gallons(4_000)]
    }
}

fn loads(at: usize) -> Vec<LoadRow> {
    let row = |(place, volume): (i64, BulkVolume)| LoadRow {
        load: BulkLoad {
            id: ReadId { sequence: Sequence(20), number: 1 },
            account: account(at),
            meter: format!("H-{}", 10 + at),
            date: plus_days(date("2026-02-14"), 2 * place),
            volume,
            rental_days: 14,
            deposit: Money::from_cents(90_000 * i64::from(place == 0 && at == 1)),
        },
        bill: (at % 4 != 3).then(|| number(at)),
    };
    (0..).zip(volumes(at)).map(row).collect()
}

fn bill(at: usize, rounding: UsageRounding) -> Bill {
    let by_readings = at.is_multiple_of(2);
    let (unit, amount, carry_before) =
        if by_readings { (VolumeUnit::Cf, 1_560, 50) } else { (VolumeUnit::Gal, 6_500, 700) };
    let one = unit.per_hcf();
    let (units, carry) = match rounding {
        UsageRounding::TruncateReadings => {
            (Decimal::from((carry_before + amount) / one), (carry_before + amount) % one)
        }
        UsageRounding::TruncateUsage => (Decimal::from(amount / one), 0),
        UsageRounding::Exact => (Decimal::from(amount) / Decimal::from(one), 0),
    };
    let rental_days = Decimal::from(if by_readings { 14 } else { 28 });
    let line = |kind, name: &str, quantity: Decimal, unit, price: Decimal| BillLine {
        kind,
        name: name.into(),
        tier: None,
        quantity,
        unit,
        price,
        amount: Money::rounded(quantity * price),
        working: Arc::new(Working::default()),
    };
    let mut lines = vec![
        line(ChargeKind::Fixed, "service_charge", Decimal::ONE, ChargeUnit::Month, Decimal::new(4_000, 2)),
        line(ChargeKind::Flat, "commodity_charge", units, ChargeUnit::Hcf, Decimal::new(975, 2)),
    ];
    if at % 3 != 2 {
        lines.push(line(ChargeKind::Fee, "rental", rental_days, ChargeUnit::Day, Decimal::new(215, 2)));
    }
    let mut bill = super::office::register(1).rows.remove(0).bill;
    bill.number = number(at);
    bill.account = account(at);
    bill.kind = BillKind::Regular;
    bill.units = units;
    bill.metered = Some(Metered {
        period: Period { previous: date("2026-01-20"), current: date("2026-02-16") },
        usage: Usage { amount, unit },
        carry_before,
        carry,
        ..bill.metered.expect("the sample's first bill is metered")
    });
    bill.lines = lines;
    bill
}
