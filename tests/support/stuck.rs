//! Invented stuck meters for the workbook.

use meterbook::domain::books::back_bill::{BackBill, BackLine, SinceThen, Stuck, StuckPeriod};
use meterbook::domain::books::charge::{ChargeKind, Working};
use meterbook::domain::date::{Month, Period, plus_days};
use meterbook::domain::id::{AccountId, BillNumber, MeterId, Sequence};
use meterbook::domain::money::Money;
use meterbook::domain::office::UsageRounding;
use meterbook::domain::proposals::register::{Customer, Source};
use meterbook::domain::proposals::stuck_meters::{RepeatedRow, StuckMeters, StuckRow, StuckState};
use meterbook::domain::volume::{Usage, VolumeUnit};
use rust_decimal::Decimal;

use super::office::date;

const TIERS: [(&str, i64, Option<i64>); 3] =
    [("3.6525", 0, Some(5)), ("6.17", 5, Some(12)), ("9.005", 12, None)];

/// Stuck meters in every state in turn, each with two periods or more.
pub(crate) fn stuck_meters(meters: usize) -> StuckMeters {
    StuckMeters {
        office: "Joshua Flats Water District".to_owned(),
        month: Month::new(2026, 4).unwrap(),
        day: date("2026-04-23"),
        run_id: "(stuck meters) KBr7Qb0Z_xA".to_owned(),
        chain_head: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
        sources: vec![Source {
            sequence: Sequence(41),
            name: "bill run 2026-04 cycle 1".to_owned(),
            kind: "bill run".to_owned(),
            rows: 60,
            sha256: "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae".to_owned(),
        }],
        months: 6,
        rounding: UsageRounding::TruncateReadings,
        rows: (0..meters).map(row).collect(),
        repeated: (0..meters / 3).map(repeated).collect(),
        prepared_by: "KB".to_owned(),
    }
}

fn customer(at: usize) -> Customer {
    Customer {
        name: ["Ella Sorrel", "=1+1", "Otto N\u{fa}\u{f1}ez"][at % 3].to_owned(),
        service_address: format!("{} Maple Ave", 7_800 + at),
        class: "residential".to_owned(),
        route: "07".to_owned(),
        autopay: false,
    }
}

fn row(at: usize) -> StuckRow {
    let account = AccountId::new(format!("{:07}", 100_600 + at * 3));
    let count = 2 + at % 3;
    let periods: Vec<StuckPeriod> = (0..count).map(|place| period(&account, at, place)).collect();
    let unpriced = at % 6 == 4;
    let lines = periods.iter().map(|period| if unpriced { vec![] } else { lines(period, at) }).collect();
    let back_bill = BackBill {
        reference: format!("BB-{}", periods[count - 1].bill),
        account,
        stuck: Stuck {
            meter: Some(MeterId::new(format!("M{:08}", 30_000_000 + at))),
            reading: Some(61_200 + 17 * at as i64),
            since: date("2026-01-08"),
            until: periods[count - 1].period.current,
            zeros: count,
            before: Usage { amount: 11_340, unit: VolumeUnit::Cf },
            days_before: 362,
            a_month: Decimal::new(93, 1),
            since_then: [
                SinceThen::Stands,
                SinceThen::ChangedOut(date("2026-04-02"), "stuck".to_owned()),
                SinceThen::Moved(date("2026-04-09")),
            ][at % 3]
                .clone(),
            periods,
        },
        lines,
    };
    let state = match at % 6 {
        0 | 1 => StuckState::Proposed,
        2 => StuckState::Held("Held by KB on 2026-04-20: vacant?".to_owned()),
        3 => StuckState::Posted(date("2026-04-21"), "RT".to_owned()),
        4 => StuckState::Unpriced(
            "No rate file under rates/ is in force on 2026-02-07. Add the one that is.".to_owned(),
        ),
        _ => StuckState::Rejected("Rejected by KB on 2026-04-20: vacant lot.".to_owned()),
    };
    let token = if state.waits() { format!("proposal{at}") } else { String::new() };
    StuckRow { customer: customer(at), back_bill, token, state }
}

fn period(account: &AccountId, at: usize, place: usize) -> StuckPeriod {
    let place = i64::try_from(place).unwrap();
    let previous = plus_days(date("2026-01-08"), 30 * place);
    let month =
        [1, 2, 3, 4, 5, 6].map(|month| Month::new(2026, month).unwrap())[usize::try_from(place + 1).unwrap()];
    let usual = 11_340 + i64::try_from(at).unwrap() * 977;
    let estimate = usual * 30 / 362;
    StuckPeriod {
        bill: BillNumber::new(format!("{}-{account}", month.compact())),
        month,
        period: Period { previous, current: plus_days(previous, 30) },
        usual: Decimal::from(usual),
        usual_days: 362,
        method: "mean usage per day of the billed periods before it stood still (at most 12)".to_owned(),
        estimate,
        unit: VolumeUnit::Cf,
        units: Decimal::from(estimate / 100),
        billed: Decimal::from(at % 4 / 3),
    }
}

fn lines(period: &StuckPeriod, at: usize) -> Vec<BackLine> {
    let within = |units: Decimal, above: i64, up_to: Option<i64>| {
        let up_to = up_to.map_or(units, |up_to| units.min(Decimal::from(up_to)));
        (up_to - Decimal::from(above)).max(Decimal::ZERO)
    };
    let together = period.billed + period.units;
    let mut lines: Vec<BackLine> = (1..)
        .zip(TIERS)
        .map(|(tier, (price, above, up_to))| {
            let price: Decimal = price.parse().unwrap();
            let (billed, with) = (within(period.billed, above, up_to), within(together, above, up_to));
            BackLine {
                kind: ChargeKind::Tier,
                name: "commodity_charge".to_owned(),
                tier: Some(tier),
                price,
                billed,
                with,
                before: Money::rounded(billed * price),
                after: Money::rounded(with * price),
                working: Working {
                    file: "joshua-flats-2025-07-01.owrs".to_owned(),
                    key: format!("RESIDENTIAL_SINGLE/tier_prices/{tier}"),
                    line: 12,
                    effective: Some(date("2025-07-01")),
                    above: Some(Decimal::from(above)),
                    up_to: up_to.map(Decimal::from),
                },
            }
        })
        .filter(|line| line.with != line.billed)
        .collect();
    if at % 5 == 1 {
        let (before, after) = (Money::from_cents(0), Money::from_cents(313));
        let surcharge = BackLine {
            kind: ChargeKind::Surcharge,
            name: "drought_surcharge".to_owned(),
            tier: None,
            price: Decimal::new(313, 2),
            billed: Decimal::ZERO,
            with: Decimal::ONE,
            before,
            after,
            working: Working { file: "joshua-flats-2025-07-01.owrs".to_owned(), ..Working::default() },
        };
        lines.push(surcharge);
    }
    lines
}

fn repeated(at: usize) -> RepeatedRow {
    RepeatedRow {
        account: AccountId::new(format!("{:07}", 100_800 + at)),
        customer: customer(at),
        meter: Some(MeterId::new(format!("M{:08}", 40_000_000 + at))),
        usage: Usage { amount: 700, unit: VolumeUnit::Cf },
        dates: ["2026-02-09", "2026-03-10", "2026-04-09"].map(date),
    }
}
