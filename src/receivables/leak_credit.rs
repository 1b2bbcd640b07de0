//! What of a bill is credited for a leak.

use rust_decimal::Decimal;

use crate::domain::books::bill::Bill;
use crate::domain::books::charge::{ChargeKind, ChargeUnit};
use crate::domain::books::leak::{LeakCredit, LeakLine};
use crate::domain::money::Money;

/// Works out the credit for a leak on a bill, given the units billed for the same month one and two years before.
///
/// # Errors
/// Why it cannot be worked out, as the end of a sentence.
pub fn leak_credit(bill: &Bill, before: [Option<Decimal>; 2]) -> Result<LeakCredit, String> {
    let known: Vec<Decimal> = before.into_iter().flatten().collect();
    if known.is_empty() {
        return Err(format!(
            "the account has no bill for the month of {} in the 2 years before it",
            bill.number
        ));
    }
    if bill.is_shared_by_days() {
        return Err(format!("prices changed within the period of {}", bill.number));
    }
    let mean = known.iter().sum::<Decimal>() / Decimal::from(known.len());
    let is_water = |kind| matches!(kind, ChargeKind::Tier | ChargeKind::Flat | ChargeKind::Budget);
    let water = bill.lines.iter().filter(|line| is_water(line.kind) && line.unit == ChargeUnit::Hcf);
    let lines: Vec<LeakLine> = water
        .map(|line| {
            let above = line.working.above.unwrap_or_default();
            let over = (above + line.quantity - mean.max(above)).max(Decimal::ZERO);
            LeakLine {
                name: line.name.clone(),
                tier: line.tier,
                above,
                quantity: line.quantity,
                price: line.price,
                over,
                charge: Money::rounded(over * line.price),
            }
        })
        .collect();
    if lines.is_empty() {
        return Err(format!("{} has no line of water by the unit", bill.number));
    }
    let charge: Money = lines.iter().map(|line| line.charge).sum();
    Ok(LeakCredit {
        bill: bill.number.clone(),
        month: bill.month,
        units: bill.units,
        before,
        mean,
        lines,
        charge,
        credit: -Money::rounded(charge.decimal() / Decimal::TWO),
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::domain::books::account::MeterSize;
    use crate::domain::books::bill::{BillKind, BillLine};
    use crate::domain::books::charge::Working;
    use crate::domain::date::{Date, Month};
    use crate::domain::id::{AccountId, BillNumber};

    /// 30 units: 4 at 3.65, 6 at 6.17, 20 at 7.02, and the service charge.
    fn bill() -> Bill {
        let day: Date = "2026-01-22".parse().unwrap();
        let line = |kind, unit, quantity: i64, price: &str, above: Option<i64>| BillLine {
            kind,
            name: "commodity_charge".into(),
            tier: above.map(|_| 1),
            quantity: quantity.into(),
            unit,
            price: price.parse().unwrap(),
            amount: Money::rounded(Decimal::from(quantity) * price.parse::<Decimal>().unwrap()),
            working: Arc::new(Working { above: above.map(Decimal::from), ..Working::default() }),
        };
        Bill {
            number: BillNumber::new("202601-0104".to_owned()),
            account: AccountId::new("0104".to_owned()),
            cycle: "1".to_owned(),
            month: Month::of(day),
            kind: BillKind::Regular,
            bill_date: day,
            due_date: day,
            metered: None,
            units: 30.into(),
            tariff: day,
            class: "residential".to_owned(),
            meter_size: MeterSize::parse("5/8").unwrap(),
            dwelling_units: 1,
            budget_hcf: None,
            over_budget_hcf: None,
            lines: vec![
                line(ChargeKind::Fixed, ChargeUnit::Month, 1, "20.75", None),
                line(ChargeKind::Tier, ChargeUnit::Hcf, 4, "3.65", Some(0)),
                line(ChargeKind::Tier, ChargeUnit::Hcf, 6, "6.17", Some(4)),
                line(ChargeKind::Tier, ChargeUnit::Hcf, 20, "7.02", Some(10)),
            ],
            previous_balance: Money::ZERO,
        }
    }

    fn worked(before: [Option<i64>; 2]) -> (Vec<String>, i64) {
        let worked = leak_credit(&bill(), before.map(|units| units.map(Decimal::from))).unwrap();
        (worked.lines.iter().map(|line| line.over.normalize().to_string()).collect(), worked.credit.cents())
    }

    #[test]
    fn the_units_above_the_mean_are_credited_by_half() {
        for (before, over, cents) in [
            // 3 x 6.17 + 20 x 7.02 = 158.91, half of it 79.455.
            ([Some(6), Some(8)], ["0", "3", "20"], -7_946),
            ([Some(7), None], ["0", "3", "20"], -7_946),
            // 17.5 x 7.02 = 122.85.
            ([Some(12), Some(13)], ["0", "0", "17.5"], -6_143),
            ([Some(0), None], ["4", "6", "20"], -9_601),
            ([Some(30), Some(30)], ["0", "0", "0"], 0),
            ([Some(90), None], ["0", "0", "0"], 0),
        ] {
            let (found, credit) = worked(before);
            assert_eq!((found, credit), (over.map(str::to_owned).into(), cents), "{before:?}");
        }
    }

    #[test]
    fn without_grounds_there_is_no_figure() {
        let why = leak_credit(&bill(), [None, None]).unwrap_err();
        assert_eq!(why, "the account has no bill for the month of 202601-0104 in the 2 years before it");
        let dry = Bill { lines: vec![], ..bill() };
        assert_eq!(
            leak_credit(&dry, [Some(Decimal::ONE), None]).unwrap_err(),
            "202601-0104 has no line of water by the unit"
        );
    }
}
