//! Writes a tariff out as a list of prices, for people to read.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::needs::needs;
use crate::domain::books::tariff::{
    Choice, ClassTariff, Expr, Field, Formula, KeyMap, Name, Rule, Tariff, TierKind, TierList, Tiers,
};
use crate::domain::proposals::price_list::{ClassPrices, FieldPrices, PriceList};

/// Lists what a tariff charges: its classes, their charges by key and tier, and what it asks of customers.
pub fn describe(tariff: &Tariff) -> PriceList {
    PriceList {
        utility: tariff.utility.clone(),
        effective: tariff.effective,
        unit: tariff.unit,
        frequency: tariff.frequency,
        classes: tariff.classes.values().map(class).collect(),
    }
}

fn class(class: &ClassTariff) -> ClassPrices {
    let bill = match &class.fields[class.bill].rule {
        Rule::Amount(Choice::Always(formula)) => text(class, &formula.amount),
        _ => "by the customer's data, see below".to_owned(),
    };
    let simple = |field: &Field| matches!(field.rule, Rule::Amount(Choice::Always(_)));
    let fields = class.fields.iter().enumerate();
    let fields = fields.filter(|(id, field)| *id != class.bill || !simple(field));
    ClassPrices {
        name: class.name.clone(),
        bill,
        asks: asks(class),
        fields: fields.map(|(_, each)| field(class, each)).collect(),
    }
}

/// Each variable once, in the order in which they are needed, with the keys of all fields.
fn asks(class: &ClassTariff) -> Vec<(String, Vec<String>)> {
    let mut asks: Vec<(String, Vec<String>)> = Vec::new();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for need in needs(class) {
        let place = *places.entry(need.variable).or_insert_with(|| {
            asks.push((need.variable.to_owned(), vec![]));
            asks.len() - 1
        });
        for key in need.keys {
            if !asks[place].1.contains(&key.written) {
                asks[place].1.push(key.written.clone());
            }
        }
    }
    asks
}

fn field(class: &ClassTariff, field: &Field) -> FieldPrices {
    let (form, values) = match &field.rule {
        Rule::Amount(Choice::Always(formula)) => {
            ("the same for everybody".to_owned(), vec![(String::new(), text(class, &formula.amount))])
        }
        Rule::Amount(Choice::ByKey(map)) => {
            (by(class, map), keyed(map, |formula| text(class, &formula.amount)))
        }
        Rule::Tiers(tiers) => tiered(class, tiers),
    };
    FieldPrices { name: field.name.clone(), form, values }
}

pub(super) fn by<T>(class: &ClassTariff, map: &KeyMap<T>) -> String {
    let names: Vec<&str> = map.on.iter().map(|name| name_of(class, *name)).collect();
    format!("by {}", names.join(" and "))
}

fn keyed<T>(map: &KeyMap<T>, show: impl Fn(&T) -> String) -> Vec<(String, String)> {
    let value = |value: &Result<T, _>| value.as_ref().map_or_else(|_| "refused".to_owned(), &show);
    map.entries.iter().map(|entry| (entry.key.clone(), value(&entry.value))).collect()
}

fn tiered(class: &ClassTariff, tiers: &Tiers) -> (String, Vec<(String, String)>) {
    let kind = match tiers.kind {
        TierKind::Tiered => "tiered",
        TierKind::Budget => "by budget",
    };
    if let (Choice::Always(starts), Choice::Always(prices)) = (&tiers.starts, &tiers.prices) {
        let prices = prices.items.iter().map(|price| text(class, &price.amount));
        return (kind.to_owned(), bounds(class, tiers.kind, starts).into_iter().zip(prices).collect());
    }
    let list = |list: &TierList| {
        let items: Vec<String> = list.items.iter().map(|item| text(class, &item.amount)).collect();
        items.join(", ")
    };
    let (mut form, mut values) = (kind.to_owned(), Vec::new());
    let starts = |starts: &TierList| bounds(class, tiers.kind, starts).join("; ");
    match &tiers.starts {
        Choice::Always(always) => values.push(("tiers".to_owned(), starts(always))),
        Choice::ByKey(map) => {
            form.push_str(&format!(", tiers {}", by(class, map)));
            values.extend(keyed(map, starts).into_iter().map(|(key, text)| (format!("tiers {key}"), text)));
        }
    }
    match &tiers.prices {
        Choice::Always(always) => values.push(("prices".to_owned(), list(always))),
        Choice::ByKey(map) => {
            form.push_str(&format!(", prices {}", by(class, map)));
            values.extend(keyed(map, list).into_iter().map(|(key, text)| (format!("prices {key}"), text)));
        }
    }
    (form, values)
}

/// Each tier in words: `up to 4`, `above 4, up to 10`, `above 28`. A start is kept as the usage below it.
pub(super) fn bounds(class: &ClassTariff, kind: TierKind, starts: &TierList) -> Vec<String> {
    let above = |start: &Formula| match (&start.amount, kind) {
        (Expr::Number(start), TierKind::Tiered) => start.max(&Decimal::ZERO).normalize().to_string(),
        (amount, _) => text(class, amount),
    };
    let items = &starts.items;
    let tier = |place: usize| {
        let (from, to) = ((place > 0).then(|| above(&items[place])), items.get(place + 1).map(above));
        match (from, to) {
            (None, None) => "all".to_owned(),
            (None, Some(to)) => format!("up to {to}"),
            (Some(from), Some(to)) => format!("above {from}, up to {to}"),
            (Some(from), None) => format!("above {from}"),
        }
    };
    (0..items.len()).map(tier).collect()
}

pub(super) fn text(class: &ClassTariff, expr: &Expr) -> String {
    expr.text(&|name| name_of(class, *name).to_owned())
}

pub(super) fn name_of(class: &ClassTariff, name: Name) -> &str {
    match name {
        Name::Field(id) => &class.fields[id].name,
        Name::Variable(index) => &class.variables[index],
    }
}
