//! A bill as priced under a tariff: exact, not yet rounded, with the working of every line.

use rust_decimal::Decimal;

use crate::domain::books::charge::{Charge, ChargeKind, ChargeUnit, Working};
use crate::domain::books::tariff::{ClassTariff, Tariff};

/// What one customer pays under one class of a tariff.
///
/// It borrows its names from the tariff: pricing a million customers copies none of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Priced<'t> {
    /// The rate file.
    pub tariff: &'t Tariff,
    /// The customer class in it.
    pub class: &'t ClassTariff,
    /// The lines of the bill in its order, and among them the tiers that are not printed.
    pub parts: Vec<PricedLine<'t>>,
    /// The sum of the printed lines.
    pub bill: Decimal,
    /// What the fields of the class came to, in their order; `None` where one was not needed.
    pub values: Vec<Option<Decimal>>,
}

/// One line of a bill, or a tier of it that no water fell into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PricedLine<'t> {
    /// What it is for.
    pub kind: ChargeKind,
    /// The field of the rate file; `tax` for what a factor around the sum adds.
    pub name: &'t str,
    /// Tier from 1, where it has tiers.
    pub tier: Option<u32>,
    /// How many.
    pub quantity: Decimal,
    /// Of what.
    pub unit: ChargeUnit,
    /// Price of one.
    pub price: Decimal,
    /// Quantity times price.
    pub amount: Decimal,
    /// Usage above which the tier begins.
    pub above: Option<Decimal>,
    /// Usage up to which the tier goes; `None` for the last.
    pub up_to: Option<Decimal>,
    /// Where the price stands in the file.
    pub place: Place<'t>,
    /// Whether the bill prints it: not the tiers without water, nor those of a charge that is not billed.
    pub printed: bool,
}

/// Where a price stands in a rate file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'t> {
    /// The field.
    pub field: &'t str,
    /// The key, where the field is a map.
    pub key: Option<&'t str>,
    /// The item from 1, where the value is a list.
    pub item: Option<u32>,
    /// The line from 1.
    pub line: u32,
}

impl<'t> Priced<'t> {
    /// The lines as printed; water of quantity 0 and surcharges of 0 are left out.
    pub fn lines(&self) -> impl Iterator<Item = &PricedLine<'t>> {
        self.parts.iter().filter(|part| part.printed)
    }

    /// The tiers of all charges, also where no water fell into them.
    pub fn tiers(&self) -> impl Iterator<Item = (u32, &PricedLine<'t>)> {
        self.parts.iter().filter_map(|part| Some((part.tier?, part)))
    }

    /// The tiers of one charge, lowest first; empty where it has none.
    pub fn tiers_of(&self, name: &str) -> impl Iterator<Item = &PricedLine<'t>> {
        self.parts.iter().filter(move |part| part.tier.is_some() && part.name == name)
    }

    /// The exact value of a field, where it was worked out.
    pub fn field(&self, name: &str) -> Option<Decimal> {
        let at = self.class.fields.iter().position(|field| field.name == name)?;
        self.values[at]
    }

    /// The lines as charges that stand by themselves, as a bill keeps them.
    pub fn charges(&self) -> Vec<Charge> {
        self.lines().map(|line| self.charge(line)).collect()
    }

    fn charge(&self, line: &PricedLine<'t>) -> Charge {
        Charge {
            kind: line.kind,
            name: line.name.to_owned(),
            tier: line.tier,
            quantity: line.quantity,
            unit: line.unit,
            price: line.price,
            amount: line.amount,
            working: Working {
                file: self.tariff.file.clone(),
                key: line.place.path(&self.class.name),
                line: line.place.line,
                effective: self.tariff.effective,
                above: line.above,
                up_to: line.up_to,
            },
        }
    }
}

impl Place<'_> {
    /// The key as a path: `RESIDENTIAL_SINGLE/service_charge/5/8"`, `COMMERCIAL/tier_prices/2`.
    pub fn path(&self, class: &str) -> String {
        let mut path = format!("{class}/{}", self.field);
        if let Some(key) = self.key {
            path.push('/');
            path.push_str(key);
        }
        if let Some(item) = self.item {
            path.push('/');
            path.push_str(&item.to_string());
        }
        path
    }
}
