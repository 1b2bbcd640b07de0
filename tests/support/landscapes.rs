//! Invented landscapes with their water budgets, for the worksheet.

use std::sync::Arc;

use meterbook::domain::books::bill::{Bill, BillKind, BillLine, Metered};
use meterbook::domain::books::charge::{ChargeKind, ChargeUnit, Working};
use meterbook::domain::books::reading::ReadCode;
use meterbook::domain::books::weather::{Budget, BudgetBasis, BudgetDay, EtoGap, Landscape};
use meterbook::domain::date::{Month, Period, plus_days};
use meterbook::domain::id::{AccountId, BillNumber, Sequence, StationId};
use meterbook::domain::money::Money;
use meterbook::domain::office::WholeUnits;
use meterbook::domain::proposals::cimis_worksheet::{BudgetMonth, BudgetRow, CimisWorksheet};
use meterbook::domain::proposals::register::{Customer, Source};
use meterbook::domain::volume::{Usage, VolumeUnit};
use rust_decimal::Decimal;

use super::office::date;

/// The worksheet of so many landscapes: billed within and over the budget, with settled days, by a month's report, with a later
/// report, not billed yet, and held.
pub(crate) fn worksheet(landscapes: usize) -> CimisWorksheet {
    let rows: Vec<BudgetRow> = (0..landscapes).map(row).collect();
    let budgets: Vec<Decimal> =
        rows.iter().filter_map(|row| row.bill.as_ref()).filter_map(|bill| bill.budget_hcf).collect();
    CimisWorksheet {
        office: "Joshua Flats Water District".to_owned(),
        month: Month::new(2026, 3).unwrap(),
        day: date("2026-03-20"),
        run_id: "cimis worksheet 2026-03 receipt 000031".to_owned(),
        chain_head: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
        rounding: WholeUnits::None,
        control: (budgets.len(), budgets.iter().sum()),
        year: (0..13_u32).take(landscapes).map(month).collect(),
        sources: (0..2_u32).take(landscapes).map(source).collect(),
        rows,
    }
}

fn month(at: u32) -> BudgetMonth {
    let mut month = Month::new(2025, 3).unwrap();
    (0..at).for_each(|_| month = month.next());
    let budget = Decimal::new(
        i64::from([61, 70, 92, 110, 121, 117, 96, 74, 50, 36, 33, 38, 60][at as usize]) * 1_234,
        3,
    );
    BudgetMonth { month, bills: 7, budget, units: Decimal::from(70 + at % 5 * 12) }
}

fn source(at: u32) -> Source {
    Source {
        sequence: Sequence(28 + at),
        name: ["daily.csv", "landscape.xlsx"][at as usize].to_owned(),
        kind: ["cimis", "landscape"][at as usize].to_owned(),
        rows: 31,
        sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
    }
}

fn row(at: usize) -> BudgetRow {
    let number = i64::try_from(at).unwrap();
    let landscape = Landscape {
        account: AccountId::new(format!("{:07}", 104_300 + at)),
        area: Decimal::from(10_000 + 1_250 * number),
        special_area: Decimal::from(1_000 * (number % 2)),
        factor: Landscape::FACTOR,
        station: StationId::new("117"),
        from: date("2025-01-01"),
    };
    let period = Period { previous: date("2026-02-10"), current: plus_days(date("2026-03-11"), number % 3) };
    let budget = budget(at, &landscape, period);
    let bill = (at % 7 < 5).then(|| bill(at, &landscape, period, budget.as_ref().ok()));
    BudgetRow {
        customer: Customer {
            name: ["Ella Sorrel Park", "=1+1", "Otto N\u{fa}\u{f1}ez"][at % 3].to_owned(),
            service_address: format!("{} Maple Ave", 7_800 + at),
            class: "cimis".to_owned(),
            route: "07".to_owned(),
            autopay: false,
        },
        landscape,
        period,
        budget,
        bill,
    }
}

fn budget(at: usize, landscape: &Landscape, period: Period) -> Result<Budget, EtoGap> {
    if at % 7 == 6 {
        let first = plus_days(period.current, -4);
        return Err(EtoGap {
            station: landscape.station.clone(),
            first,
            next: None,
            before: Some(plus_days(first, -1)),
        });
    }
    let days: Vec<BudgetDay> = period
        .from_date()
        .iter_days()
        .take_while(|day| *day <= period.current)
        .map(|date| {
            let day = (date - period.previous).num_days();
            let gap = at % 7 == 2 && (12..14).contains(&day);
            BudgetDay {
                date,
                inches: Decimal::new(8 + day * 37 % 15, 2),
                flag: if gap { "M" } else { ["", "", "R", "", "P"][usize::try_from(day).unwrap() % 5] }
                    .to_owned(),
                between: gap.then(|| (plus_days(period.previous, 11), plus_days(period.previous, 14))),
            }
        })
        .collect();
    let inches: Decimal = days.iter().map(|day| day.inches).sum();
    let hcf = inches * Decimal::new(62, 2) * landscape.full_area() / Decimal::from(748);
    let basis =
        if at % 7 == 3 { BudgetBasis::Month(Month::of(period.current)) } else { BudgetBasis::Days(days) };
    Ok(Budget { hcf: hcf.normalize(), inches, basis })
}

fn bill(at: usize, landscape: &Landscape, period: Period, budget: Option<&Budget>) -> Bill {
    let units = Decimal::from(9 + 17 * (at % 4));
    let hcf = budget.map(|budget| if at % 7 == 4 { budget.hcf - Decimal::new(5, 1) } else { budget.hcf });
    let (within, above) = (units.min(Decimal::TEN), (units - Decimal::TEN).max(Decimal::ZERO));
    let working = |above, up_to| {
        Arc::new(Working {
            file: "hi-desert-2020-02-01.owrs".to_owned(),
            key: "RESIDENTIAL_SINGLE/tier_prices".to_owned(),
            line: 20,
            effective: Some(date("2020-02-01")),
            above: Some(above),
            up_to,
        })
    };
    let line = |tier: u32, quantity: Decimal, price: Decimal, above, up_to| BillLine {
        kind: if at.is_multiple_of(2) { ChargeKind::Tier } else { ChargeKind::Budget },
        name: "commodity_charge".into(),
        tier: Some(tier),
        quantity,
        unit: ChargeUnit::Hcf,
        price,
        amount: Money::rounded(quantity * price),
        working: working(above, up_to),
    };
    let lines = [
        line(1, within, Decimal::new(359, 2), Decimal::ZERO, Some(Decimal::TEN)),
        line(2, above, Decimal::new(569, 2), Decimal::TEN, None),
    ];
    let mut bill = super::office::register(1).rows.remove(0).bill;
    bill.number = BillNumber::new(format!("202603-{}", landscape.account));
    bill.account = landscape.account.clone();
    bill.kind = BillKind::Regular;
    bill.month = Month::new(2026, 3).unwrap();
    bill.units = units;
    bill.metered = Some(Metered {
        period,
        code: ReadCode::Actual,
        usage: Usage { amount: 900, unit: VolumeUnit::Cf },
        ..bill.metered.expect("the sample's first bill is metered")
    });
    bill.over_budget_hcf = hcf.map(|hcf| (units - hcf).max(Decimal::ZERO));
    bill.budget_hcf = hcf;
    bill.lines = lines.into_iter().filter(|line| !line.quantity.is_zero()).collect();
    bill
}
