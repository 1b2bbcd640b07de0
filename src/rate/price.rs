//! Prices one customer: the lines of the bill, each with its working, and their exact sum.

use rust_decimal::Decimal;

use super::evaluate::Evaluation;
use crate::domain::books::charge::{ChargeKind, ChargeUnit};
use crate::domain::books::priced::{Place, Priced, PricedLine, PricedTier};
use crate::domain::books::tariff::{
    BillLine, ClassTariff, Customer, Field, FieldId, Formula, LineSource, RateFault, Tariff,
};

/// What the office decides about pricing beyond the rate file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Multiplies the upper bound of each tier (the next start less 1); at least 1. Fixed charges and
    /// budgets are not multiplied.
    pub dwelling_units: u32,
}

impl Default for Options {
    fn default() -> Options {
        Options { dwelling_units: 1 }
    }
}

/// Prices one customer under one class of a tariff, in exact decimals, rounding nothing.
///
/// The lines come in the order of a printed bill. Water whose amount is a price times usage is a line of
/// that quantity and price, in tiers or flat; any other formula is a line of quantity 1. What a factor
/// around the charges adds (`1.014*(...)`) is a surcharge named `tax`, so that the lines always sum to
/// the bill.
///
/// # Errors
/// Where the tariff has no such class, the customer lacks a variable or has one that no key fits, or a
/// number has no result (division by zero, more than 28 digits).
pub fn price<'t>(
    tariff: &'t Tariff,
    class: &str,
    customer: &Customer,
    options: Options,
) -> Result<Priced<'t>, RateFault> {
    let class = tariff.classes.get(class).ok_or_else(|| no_class(tariff, class))?;
    let mut evaluation = Evaluation {
        file: &tariff.file,
        class,
        customer,
        dwellings: Decimal::from(options.dwelling_units.max(1)),
        found: vec![None; class.fields.len()],
        tiers: Vec::new(),
    };
    let value = evaluation.field(class.bill)?.value;
    let mut lines =
        Lines { evaluation, lines: Vec::with_capacity(class.lines.len() + 4), sum: Decimal::ZERO };
    for line in &class.lines {
        lines.add(line)?;
    }
    if class.factored {
        lines.add_tax(value)?;
    }
    let Lines { mut evaluation, lines, sum, .. } = lines;
    for charge in &class.charges {
        // A charge that is listed but not billed may need what the customer has not got.
        _ = evaluation.field(*charge);
    }
    let fields = class.fields.iter().zip(&evaluation.found);
    let fields =
        fields.filter_map(|(field, found)| Some((field.name.as_str(), found.as_ref()?.value))).collect();
    let tiers = evaluation.tiers.into_iter().map(|(id, tier)| named_by_line(class, id, tier)).collect();
    Ok(Priced { tariff, class: &class.name, lines, bill: sum, fields, tiers })
}

struct Lines<'t, 'c> {
    evaluation: Evaluation<'t, 'c>,
    lines: Vec<PricedLine<'t>>,
    sum: Decimal,
}

impl<'t> Lines<'t, '_> {
    fn add(&mut self, line: &'t BillLine) -> Result<(), RateFault> {
        let class = self.evaluation.class;
        match &line.source {
            LineSource::Field(id) => {
                let field = &class.fields[*id];
                let found = self.evaluation.field(*id)?;
                match found.formula {
                    Some((formula, key)) => self.add_formula(line, field, formula, key, found.value),
                    None => self.add_tiers(line, *id),
                }
            }
            LineSource::Formula(formula) => {
                let field = &class.fields[class.bill];
                let value = self.evaluation.value(&formula.amount, field)?;
                self.add_formula(line, field, formula, None, value)
            }
        }
    }

    fn add_tiers(&mut self, line: &'t BillLine, id: FieldId) -> Result<(), RateFault> {
        let tiers: Vec<PricedTier<'t>> =
            self.evaluation.tiers.iter().filter(|(of, _)| *of == id).map(|(_, tier)| tier.clone()).collect();
        for tier in tiers.into_iter().filter(|tier| !tier.usage.is_zero()) {
            self.push(
                line.negative,
                PricedLine {
                    kind: line.kind,
                    name: &line.name,
                    tier: Some(tier.tier),
                    quantity: tier.usage,
                    unit: ChargeUnit::Hcf,
                    price: tier.price,
                    amount: tier.amount,
                    above: Some(tier.above),
                    up_to: tier.up_to,
                    place: tier.place,
                },
            )?;
        }
        Ok(())
    }

    fn add_formula(
        &mut self,
        line: &'t BillLine,
        field: &'t Field,
        formula: &'t Formula,
        key: Option<&'t str>,
        value: Decimal,
    ) -> Result<(), RateFault> {
        let by_usage = formula.price.as_ref().filter(|_| line.kind != ChargeKind::Fixed);
        let (quantity, unit, price, amount) = match by_usage {
            Some(price) => {
                let usage = self.evaluation.usage(field)?;
                let (amount, price) = self.evaluation.times(usage, price, field)?;
                (usage, ChargeUnit::Hcf, price, amount)
            }
            None => (Decimal::ONE, ChargeUnit::Month, value, value),
        };
        let nothing = quantity.is_zero()
            || (amount.is_zero() && (by_usage.is_none() || line.kind == ChargeKind::Surcharge));
        if nothing && line.kind != ChargeKind::Fixed {
            return Ok(());
        }
        let place = Place { field: &field.name, key, item: None, line: formula.line };
        let (above, up_to) = (None, None);
        self.push(
            line.negative,
            PricedLine {
                kind: line.kind,
                name: &line.name,
                tier: None,
                quantity,
                unit,
                price,
                amount,
                above,
                up_to,
                place,
            },
        )
    }

    fn add_tax(&mut self, bill: Decimal) -> Result<(), RateFault> {
        let class = self.evaluation.class;
        let field = &class.fields[class.bill];
        let tax = self.evaluation.add(bill, -self.sum, field)?;
        if tax.is_zero() {
            return Ok(());
        }
        let place = Place { field: &field.name, key: None, item: None, line: field.line };
        self.push(
            false,
            PricedLine {
                kind: ChargeKind::Surcharge,
                name: "tax",
                tier: None,
                quantity: Decimal::ONE,
                unit: ChargeUnit::Month,
                price: tax,
                amount: tax,
                above: None,
                up_to: None,
                place,
            },
        )
    }

    fn push(&mut self, negative: bool, mut line: PricedLine<'t>) -> Result<(), RateFault> {
        if negative {
            (line.price, line.amount) = (-line.price, -line.amount);
        }
        let class = self.evaluation.class;
        self.sum = self.evaluation.add(self.sum, line.amount, &class.fields[class.bill])?;
        self.lines.push(line);
        Ok(())
    }
}

fn no_class(tariff: &Tariff, class: &str) -> RateFault {
    let known: Vec<&str> = tariff.classes.keys().map(String::as_str).collect();
    RateFault {
        file: tariff.file.clone(),
        line: 0,
        class: Some(class.to_owned()),
        key: class.to_owned(),
        message: format!("The file has no sound class {class}; it has {}.", known.join(", ")),
    }
}

/// Names tiers by the charge on the bill, where that is only another name for them.
fn named_by_line<'t>(class: &'t ClassTariff, id: FieldId, tier: PricedTier<'t>) -> PricedTier<'t> {
    let line = class.lines.iter().find(|line| line.source == LineSource::Field(id));
    PricedTier { field: line.map_or(tier.field, |line| &line.name), ..tier }
}
