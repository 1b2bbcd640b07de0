//! The proof: every bill rebuilt in live formulas, from its readings to its total, and set beside the register.
//!
//! One formula serves a whole column. What a formula needs and a bill only says in passing (how many figures its
//! register has, which rates it was made with, days, dwellings) stands on the screen to the right of the proof.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::rates::Rates;
use super::rebuilt::{Rebuilt, above, amount, fixed_days};
use crate::domain::books::bill::Metered;
use crate::domain::books::charge::ChargeKind;
use crate::domain::money::Money;
use crate::domain::office::UsageRounding;
use crate::domain::page::{Column, Role, Row, Table};
use crate::domain::proposals::register::{Register, RegisterRow};
use crate::workbook::survey;

/// The sheet of the proof.
pub(super) const PROOF: &str = "Proof";

/// What occurs in a register, and so has columns.
struct Shape {
    /// Tiers of the longest schedule.
    tiers: usize,
    flat: bool,
    wastewater: bool,
    fee: bool,
    /// Other lines of the bill that has most.
    others: usize,
    as_billed: bool,
}

impl Shape {
    fn of(register: &Register, rates: &Rates<'_>) -> Shape {
        let (mut tiers, mut flat) = (0, false);
        let mut shape =
            Shape { tiers: 0, flat: false, wastewater: false, fee: false, others: 0, as_billed: false };
        for row in &register.rows {
            let rebuilt = super::rebuilt::Lines::of(row, rates, &register.schedules);
            shape.wastewater |= rebuilt.wastewater.is_some();
            shape.fee |= rebuilt.fee.is_some();
            shape.others = shape.others.max(rebuilt.others.len());
            shape.as_billed |= rebuilt.as_billed.is_some();
            match row.basis.schedule.map(|at| &register.schedules[at]) {
                Some(schedule) if schedule.kind == ChargeKind::Tier => {
                    tiers = tiers.max(schedule.tiers.len())
                }
                Some(_) => flat = true,
                None => {}
            }
        }
        Shape { tiers, flat, ..shape }
    }

    /// The names of the columns of amounts, in order.
    fn amounts(&self) -> Vec<String> {
        let mut names = vec!["Fixed".to_owned()];
        names.extend((1..=self.tiers).map(|tier| format!("Tier {tier}")));
        names.extend(self.flat.then(|| "Flat".to_owned()));
        names.extend(self.wastewater.then(|| "Wastewater".to_owned()));
        names.extend(self.fee.then(|| "Fees".to_owned()));
        names.extend((1..=self.others).map(|number| format!("Other {number}")));
        names.extend(self.as_billed.then(|| "As billed".to_owned()));
        names
    }
}

/// Lays the proof out.
pub(super) fn proof<'a>(register: &'a Register, rates: Arc<Rates<'a>>) -> Table<'a> {
    let shape = Shape::of(register, &rates);
    Table {
        name: PROOF.to_owned(),
        about: "How to read it: left to right from the two readings to the bill rebuilt, then the register's charges. \
                Change a current reading, and its bill moves. Prices and bounds are on Rates. Paper ends at Proof."
            .to_owned(),
        columns: columns(&shape, register.rounding),
        frozen: 2,
        rows: register.rows.len(),
        fill: Box::new(move |index, row| fill(&register.rows[index], register, &rates, &shape, row)),
    }
}

/// A rate of Rates, by the formula of its number.
fn rate(range: &str, number: &str) -> String {
    format!("INDEX({range},MATCH({number},Rate_no,0))")
}

/// A price times how many, for the part of a month that counts.
///
/// `ROUND` works on doubles, but on the decimal of their first fifteen digits. A price of four decimals times a
/// quantity of two, or of thirtieths of it, has fewer up to a billion dollars; so half a cent is seen for what it is.
fn prorated(rate_column: &str, quantity: &str, days: &str) -> String {
    let price = rate("Rate_price", rate_column);
    format!("ROUND({price}{quantity}*IF({days}>0,{days}/Month_days,1),2)")
}

/// The columns in the order in which `fill` fills them.
fn columns(shape: &Shape, rounding: UsageRounding) -> Vec<Column> {
    let mut columns = from_readings_to_units(rounding);
    columns.extend((1..=shape.tiers).map(|tier| {
        let higher = match shape.tiers - tier {
            0 => String::new(),
            1 => format!("-[Tier {} (HCF)]", tier + 1),
            _ => format!("-SUM([Tier {} (HCF)]:[Tier {} (HCF)])", tier + 1, shape.tiers),
        };
        let formula = format!("MAX(0,[Units (HCF)]-[Tier {tier} above]){higher}");
        Column::volume(&format!("Tier {tier}"), "HCF").formula(formula).total()
    }));
    columns.extend(amounts(shape));
    let names = shape.amounts();
    let (first, last) = (&names[0], &names[names.len() - 1]);
    columns.extend([
        Column::new("Bill rebuilt", Role::Money).formula(format!("SUM([{first}]:[{last}])")).total(),
        Column::new("On Register", Role::Money)
            .formula("[Register!Charges]")
            .total()
            .note("The charges of the same row of Register; keep both sheets in the same order."),
        Column::new("Off by", Role::Money)
            .formula("ROUND([Bill rebuilt]-[On Register],2)")
            .total()
            .note("The bill rebuilt less the register's charges: 0.00 where it is proven."),
        Column::new("Proof", Role::Check)
            .formula(
                "IF(AND([Account]=[Register!Account],[Off by]=0,ROUND([Units (HCF)]-[Register!Units (HCF)],6)=0,\
                 [Carry after]=[Carry on record]),\"OK\",\"CHECK\")",
            )
            .total()
            .note("OK where it is the same account, and its charges, units and carry on record are those rebuilt here."),
    ]);
    columns.extend(behind(shape, rounding).into_iter().map(Column::screen_only));
    columns
}

fn from_readings_to_units(rounding: UsageRounding) -> Vec<Column> {
    let units = match rounding {
        UsageRounding::Exact => "MAX(0,[With carry]/[One HCF])",
        UsageRounding::TruncateReadings | UsageRounding::TruncateUsage => {
            "MAX(0,INT([With carry]/[One HCF]))"
        }
    };
    let carry_after = match rounding {
        UsageRounding::TruncateReadings => "[With carry]-[Units (HCF)]*[One HCF]",
        UsageRounding::TruncateUsage | UsageRounding::Exact => "MIN(0,[With carry])",
    };
    vec![
        Column::new("Account", Role::Account),
        Column::new("Bill", Role::Text)
            .width(15)
            .formula("HYPERLINK(\"#[Register!Account]\",[Register!Bill])")
            .note("Click it to go to its row on Register."),
        Column::new("Previous reading", Role::Reading),
        Column::new("Current reading", Role::Reading)
            .note("Change it to see what another reading would cost; the bill itself stays as it was posted."),
        Column::new("Usage", Role::Volume)
            .formula(
                "([Current reading]-[Previous reading]+[Rolled over]*[Register holds])*[Multiplier]+[Given usage]",
            )
            .note("In the register's unit. Below zero where an estimate was too high."),
        Column::new("Unit", Role::Text).width(6).note("What the register counts: cubic feet (cf) or gallons (gal)."),
        Column::new("Carry before", Role::Volume)
            .note("What earlier bills left over below a whole unit; below zero after an over-estimate."),
        Column::volume("Units", "HCF").formula(units).total().note("Whole units; the rest is carried on."),
        Column::new("Carry after", Role::Volume).formula(carry_after),
    ]
}

/// The columns of amounts.
fn amounts(shape: &Shape) -> Vec<Column> {
    let money = |name: String, formula: String| Column::new(name, Role::Money).formula(formula).total();
    let price = |number: &str| rate("Rate_price", number);
    let mut columns = vec![money("Fixed".to_owned(), prorated("[Fixed rate]", "", "[Fixed days]"))];
    columns.extend((1..=shape.tiers).map(|tier| {
        let price = price(&following("[Water rate]", tier - 1));
        money(format!("Tier {tier}"), format!("ROUND([Tier {tier} (HCF)]*{price},2)"))
    }));
    if shape.flat {
        columns.push(money("Flat".to_owned(), format!("ROUND([Units (HCF)]*{},2)", price("[Water rate]"))));
    }
    if shape.wastewater {
        let formula = prorated("[Sewer rate]", "*[Sewer units]", "[Sewer days]");
        columns.push(money("Wastewater".to_owned(), formula));
    }
    if shape.fee {
        columns.push(money("Fees".to_owned(), format!("ROUND({}*[Fee units],2)", price("[Fee rate]"))));
    }
    columns.extend((1..=shape.others).map(|number| {
        let price = price(&format!("[Other {number} rate]"));
        money(format!("Other {number}"), format!("ROUND({price}*[Other {number} units],2)"))
    }));
    if shape.as_billed {
        let note = "Lines whose price was worked out for this customer alone, taken as they were billed.";
        columns.push(Column::new("As billed", Role::Money).total().note(note));
    }
    columns
}

/// A schedule's tiers follow its first.
fn following(number: &str, tiers: usize) -> String {
    if tiers == 0 { number.to_owned() } else { format!("{number}+{tiers}") }
}

/// What the formulas need beside the readings.
fn behind(shape: &Shape, rounding: UsageRounding) -> Vec<Column> {
    let with_carry = match rounding {
        UsageRounding::TruncateReadings => "[Carry before]+[Usage]",
        UsageRounding::TruncateUsage | UsageRounding::Exact => "MIN(0,[Carry before])+[Usage]",
    };
    let rolled_over = "IF(AND([Current reading]<[Previous reading],[Previous reading]>=Rollover_from*[Register holds],\
                       [Current reading]<=Rollover_to*[Register holds]),1,0)";
    let mut columns = vec![
        Column::new("Class", Role::Text),
        Column::new("With carry", Role::Volume)
            .formula(with_carry)
            .note("What units are made of: the carry before and the usage."),
        Column::new("Rolled over", Role::Integer)
            .formula(rolled_over)
            .note("1 where the register passed its last figure and began again at zero."),
        Column::new("Register holds", Role::Integer).note("The first number that its dials cannot show."),
        Column::new("Multiplier", Role::Integer),
        Column::new("Given usage", Role::Volume)
            .note("Water that is not between these two readings: what a meter counted that was changed out, or loads of bulk water."),
        Column::new("One HCF", Role::Integer)
            .formula("IF([Unit]=\"gal\",Gal_per_HCF,Cf_per_HCF)")
            .note("How much of the register's unit is one billing unit."),
        Column::new("Carry on record", Role::Volume).width(11).note("What the books carry to the next bill."),
        Column::new("Tiers widened", Role::Integer).note("By how many dwellings the tiers are widened."),
        Column::new("Water rate", Role::Reading).note("The number on Rates of the first tier; the others follow it."),
    ];
    columns.extend((1..=shape.tiers).map(|tier| {
        let above = rate("Rate_above", &following("[Water rate]", tier - 1));
        Column::new(format!("Tier {tier} above"), Role::Volume).formula(format!("{above}*[Tiers widened]"))
    }));
    let number = |name: String| Column::new(name, Role::Reading);
    columns.push(number("Fixed rate".to_owned()).note("Its number on Rates."));
    columns.push(Column::new("Fixed days", Role::Integer).note("Empty where the month is charged whole."));
    if shape.wastewater {
        columns.push(number("Sewer rate".to_owned()));
        columns
            .push(Column::new("Sewer units", Role::Decimal).note("Dwellings, or equivalent dwelling units."));
        columns
            .push(Column::new("Sewer days", Role::Integer).note("Empty where the month is charged whole."));
    }
    if shape.fee {
        columns.extend([number("Fee rate".to_owned()), Column::new("Fee units", Role::Decimal)]);
    }
    columns.extend((1..=shape.others).flat_map(|other| {
        [number(format!("Other {other} rate")), Column::new(format!("Other {other} units"), Role::Decimal)]
    }));
    columns
}

fn fill<'a>(
    of: &'a RegisterRow,
    register: &'a Register,
    rates: &Rates<'_>,
    shape: &Shape,
    row: &mut Row<'a>,
) {
    let rebuilt = Rebuilt::of(of, register, rates);
    let metered = of.bill.metered.as_ref();
    // Bulk water is given by the load; its readings are those of the first and the last.
    let read = metered.filter(|_| rebuilt.counted.read.is_some());
    row.push(of.bill.account.as_str());
    row.push(of.bill.number.as_str());
    row.push(read.and_then(|metered| metered.previous).map(|point| point.value));
    row.push(read.and_then(|metered| metered.reading));
    row.push(rebuilt.usage);
    row.push(metered.map(|metered| metered.usage.unit.to_string()));
    row.push(metered.map(|metered| metered.carry_before));
    row.push(rebuilt.units.units);
    row.push(metered.map(|_| rebuilt.units.carry));
    let tiered = rebuilt.schedule.is_some_and(|schedule| schedule.kind == ChargeKind::Tier);
    for tier in 0..shape.tiers {
        row.push(rebuilt.quantities.get(tier).copied().filter(|_| tiered));
    }
    let sum = fill_amounts(&rebuilt, shape, row);
    row.push(sum);
    row.push(of.bill.charges());
    row.push(sum - of.bill.charges());
    let carry = metered.is_none_or(|metered| rebuilt.units.carry == Decimal::from(metered.carry));
    let ties = sum == of.bill.charges() && rebuilt.units.units == of.bill.units && carry;
    row.push(if ties { survey::OK } else { survey::CHECK });
    fill_behind(of, &rebuilt, rates, shape, row);
}

/// Fills the columns of amounts and returns their sum.
fn fill_amounts(rebuilt: &Rebuilt<'_>, shape: &Shape, row: &mut Row<'_>) -> Money {
    let lines = &rebuilt.lines;
    let mut sum = Money::ZERO;
    let mut push = |amount: Option<Money>| {
        sum += amount.unwrap_or(Money::ZERO);
        row.push(amount);
    };
    push(lines.fixed.map(|line| amount(line.price, Decimal::ONE, fixed_days(line))));
    let tiered = rebuilt.schedule.is_some_and(|schedule| schedule.kind == ChargeKind::Tier);
    let mut water = rebuilt.water();
    (0..shape.tiers).for_each(|_| push(if tiered { water.next() } else { None }));
    if shape.flat {
        push(if tiered { None } else { water.next() });
    }
    if shape.wastewater {
        push(lines.wastewater.map(|line| amount(line.price, line.quantity, rebuilt.wastewater_days)));
    }
    if shape.fee {
        push(lines.fee.map(|line| amount(line.price, line.quantity, None)));
    }
    for other in 0..shape.others {
        push(lines.others.get(other).map(|line| amount(line.price, line.quantity, None)));
    }
    if shape.as_billed {
        push(lines.as_billed);
    }
    sum
}

fn fill_behind<'a>(
    of: &'a RegisterRow,
    rebuilt: &Rebuilt<'a>,
    rates: &Rates<'_>,
    shape: &Shape,
    row: &mut Row<'a>,
) {
    let metered = of.bill.metered.as_ref();
    let read = rebuilt.counted.read;
    let gauge = of.basis.gauge.filter(|_| read.is_some());
    row.push(of.bill.class.as_str());
    row.push(metered.map(|_| rebuilt.units.with_carry));
    row.push(read.map(|_| rebuilt.counted.rolled_over));
    row.push(gauge.map(|gauge| gauge.capacity()));
    row.push(gauge.map(|gauge| gauge.multiplier));
    let given = |metered: &Metered| match read {
        Some(_) => Some(rebuilt.counted.changed_out).filter(|_| !metered.changed_out.is_empty()),
        None => Some(metered.usage.amount),
    };
    row.push(metered.and_then(given));
    row.push(metered.map_or(100, |metered| metered.usage.unit.per_hcf()));
    row.push(metered.map(|metered| metered.carry));
    row.push(of.basis.tier_dwellings);
    row.push(of.basis.schedule.map(|at| rates.schedule(at)));
    let tiered = rebuilt.schedule.filter(|schedule| schedule.kind == ChargeKind::Tier);
    for tier in 0..shape.tiers {
        let tier = tiered.and_then(|schedule| schedule.tiers.get(tier));
        row.push(tier.map(|tier| above(tier) * Decimal::from(of.basis.tier_dwellings)));
    }
    let lines = &rebuilt.lines;
    row.push(lines.fixed.and_then(|line| rates.number(line)));
    row.push(lines.fixed.and_then(fixed_days));
    if shape.wastewater {
        row.push(lines.wastewater.and_then(|line| rates.number(line)));
        row.push(lines.wastewater.map(|line| line.quantity));
        row.push(lines.wastewater.and(rebuilt.wastewater_days));
    }
    let others = (0..shape.others).map(|other| lines.others.get(other).copied());
    for line in shape.fee.then_some(lines.fee).into_iter().chain(others) {
        row.push(line.and_then(|line| rates.number(line)));
        row.push(line.map(|line| line.quantity));
    }
}
