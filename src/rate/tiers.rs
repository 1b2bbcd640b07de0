//! Tiers: reads their lists, and divides usage among them.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::class::{ClassReader, suffix};
use super::yaml::{Node, Pair, Value};
use super::{USAGE, number};
use crate::domain::books::tariff::{
    Choice, Entry, Expr, Formula, KeyMap, Operator, TierKind, TierList, Tiers,
};

impl<'a> ClassReader<'a> {
    /// Reads the lists of a charge that is `Tiered` or `Budget`.
    pub(super) fn tiers(&mut self, charge: &'a Pair, kind: TierKind) -> Option<Tiers> {
        let starts = self.list_of(charge, "tier_starts");
        let prices = self.list_of(charge, "tier_prices");
        let starts = starts.and_then(|pair| match kind {
            TierKind::Tiered => self.choice(pair, &Self::unit_starts),
            TierKind::Budget => self.choice(pair, &Self::budget_starts),
        });
        let prices = prices.and_then(|pair| self.choice(pair, &Self::prices));
        let usage = self.resolve(USAGE, &charge.key);
        let (mut starts, mut prices, usage) = (starts?, prices?, usage?);
        self.match_lengths(&mut starts, &mut prices)?;
        Some(Tiers { kind, charge: charge.key.clone(), usage, starts, prices })
    }

    /// Finds the list of a charge: with its own suffix where it has one, bare, or the commodity's.
    fn list_of(&mut self, charge: &'a Pair, list: &str) -> Option<&'a Pair> {
        let names = match suffix(&charge.key) {
            Some(suffix) => [format!("{list}{suffix}"), list.to_owned()],
            None => [list.to_owned(), format!("{list}_commodity")],
        };
        let found = names.iter().find_map(|name| self.pair(name));
        if found.is_none() {
            let (kind, [first, second]) = (charge.node.text().unwrap_or_default(), &names);
            let message = format!("The charge is {kind} and the class has neither {first} nor {second}.");
            self.fault(charge.line, &charge.key, message);
        }
        found
    }

    /// Starts counted in units: whole, not decreasing, the first 0 or 1.
    fn unit_starts(&mut self, node: &'a Node, path: &str) -> Option<TierList> {
        let before = self.faults.len();
        let mut starts = Vec::new();
        for (text, line) in self.items(node, path)? {
            match number::parse(text).filter(|start| start.fract().is_zero()) {
                Some(start) => starts.push((start, line)),
                None => self.fault(line, path, no_unit(text)),
            }
        }
        self.check_order(&starts, path);
        let after = |start: Decimal| Expr::Number((start - Decimal::ONE).max(Decimal::ZERO));
        let starts = starts.into_iter().map(|(start, line)| plain(after(start), line)).collect();
        (self.faults.len() == before).then(|| tier_list(path, starts))
    }

    fn check_order(&mut self, starts: &[(Decimal, u32)], path: &str) {
        if let Some((first, line)) = starts.first()
            && *first > Decimal::ONE
        {
            let message = format!(
                "The first tier starts at {first}, and the units below have no price; start it at 0."
            );
            self.fault(*line, path, message);
        }
        for pair in starts.windows(2) {
            let ((before, _), (start, line)) = (pair[0], pair[1]);
            if start < before {
                let message = format!(
                    "A tier starts at {start}, below the tier before it, which starts at {before}; starts must \
                    not decrease."
                );
                self.fault(line, path, message);
            }
        }
    }

    /// Starts that are numbers, percentages of the budget or named parts of it; the first 0 or 1.
    fn budget_starts(&mut self, node: &'a Node, path: &str) -> Option<TierList> {
        let items = self.items(node, path)?;
        let starts = items.iter().map(|(text, line)| match text.strip_suffix('%') {
            Some(percent) => self.percentage(percent.trim(), *line, path),
            None => self.formula_text(text, *line, path),
        });
        let starts: Vec<Option<Formula>> = starts.collect(); // all of them, so that every fault is found
        let starts = starts.into_iter().collect::<Option<Vec<Formula>>>()?;
        let begins = |start: &Formula| match start.amount {
            Expr::Number(start) => start.is_zero() || start == Decimal::ONE,
            _ => false,
        };
        if let Some(first) = starts.first().filter(|first| !begins(first)) {
            self.fault(first.line, path, "The first tier of a budget must start at 0.".to_owned());
            return None;
        }
        for pair in starts.windows(2) {
            let (before, start) = (part_of_budget(&pair[0].amount), part_of_budget(&pair[1].amount));
            if let (Some(before), Some(start)) = (before, start)
                && start < before
            {
                let (before, start) = (before.normalize(), start.normalize());
                let message = format!(
                    "A tier starts at {start} times the budget, below the tier before it, which starts at {before} times; \
                     starts must not decrease."
                );
                self.fault(pair[1].line, path, message);
                return None;
            }
        }
        Some(tier_list(path, starts))
    }

    fn percentage(&mut self, text: &str, line: u32, path: &str) -> Option<Formula> {
        let Some(percent) = number::parse(text) else {
            self.fault(line, path, format!("'{text}%' is no percentage of the budget, such as 100%."));
            return None;
        };
        let factor = percent / Decimal::ONE_HUNDRED;
        if percent > Decimal::TEN && percent % Decimal::TEN == Decimal::ONE {
            let (taken, meant) = (factor.normalize(), (factor - Decimal::new(1, 2)).normalize());
            let message = format!(
                "{text}% is taken literally: the tier below ends at {taken} times the budget, not {meant} times."
            );
            self.warn(line, path, message);
        }
        let budget = Expr::Name(self.resolve("budget", path)?);
        let amount = Expr::Binary(Operator::Multiply, Box::new(Expr::Number(factor)), Box::new(budget));
        Some(plain(amount, line))
    }

    fn prices(&mut self, node: &'a Node, path: &str) -> Option<TierList> {
        let items = self.items(node, path)?;
        let prices = items.iter().map(|(text, line)| self.formula_text(text, *line, path));
        let prices: Vec<Option<Formula>> = prices.collect();
        prices.into_iter().collect::<Option<Vec<Formula>>>().map(|prices| tier_list(path, prices))
    }

    /// The single values of a list, each with its line; one value alone is a list of one.
    fn items(&mut self, node: &'a Node, path: &str) -> Option<Vec<(&'a str, u32)>> {
        let items: Option<Vec<(&str, u32)>> = match &node.value {
            Value::Text(text) if !text.is_empty() => Some(vec![(text, node.line)]),
            Value::List(items) => items.iter().map(|item| Some((item.text()?, item.line))).collect(),
            _ => None,
        };
        let items = items.filter(|items| !items.is_empty());
        if items.is_none() {
            let found = node.sort();
            let message = format!("Here stands {found}; a list with one value for each tier is needed.");
            self.fault(node.line, path, message);
        }
        items
    }

    /// Refuses starts and prices of different length, entry by entry where they come in maps.
    ///
    /// Maps by different names can only be compared customer by customer, when pricing.
    fn match_lengths(&mut self, starts: &mut Choice<TierList>, prices: &mut Choice<TierList>) -> Option<()> {
        match (starts, prices) {
            (Choice::Always(starts), Choice::Always(prices)) => {
                if starts.items.len() != prices.items.len() {
                    let line = prices.items.first().map_or(0, |price| price.line);
                    self.fault(line, &prices.field, different_lengths(starts, prices));
                    return None;
                }
            }
            (Choice::ByKey(map), Choice::Always(prices)) => self.refuse_entries(map, |_| Some(prices), false),
            (Choice::Always(starts), Choice::ByKey(map)) => self.refuse_entries(map, |_| Some(starts), true),
            (Choice::ByKey(map), Choice::ByKey(prices)) if map.on == prices.on => {
                let prices: BTreeMap<&str, &TierList> = sound_entries(prices).collect();
                self.refuse_entries(map, |entry| prices.get(entry.key.as_str()).copied(), false);
            }
            (Choice::ByKey(_), Choice::ByKey(_)) => {}
        }
        Some(())
    }

    fn refuse_entries<'o>(
        &mut self,
        map: &mut KeyMap<TierList>,
        other: impl Fn(&Entry<TierList>) -> Option<&'o TierList>,
        map_has_prices: bool,
    ) {
        for entry in &mut map.entries {
            let (Ok(own), Some(other)) = (&entry.value, other(entry)) else { continue };
            if own.items.len() != other.items.len() {
                let line = own.items.first().map_or(0, |item| item.line);
                let message = if map_has_prices {
                    different_lengths(other, own)
                } else {
                    different_lengths(own, other)
                };
                self.fault(line, &format!("{}/{}", map.field, entry.key), message);
                entry.value = Err(self.faults[self.faults.len() - 1].clone());
            }
        }
    }
}

fn sound_entries<T>(map: &KeyMap<T>) -> impl Iterator<Item = (&str, &T)> {
    map.entries.iter().filter_map(|entry| Some((entry.key.as_str(), entry.value.as_ref().ok()?)))
}

/// How many times the budget a start written as a percentage is.
fn part_of_budget(start: &Expr) -> Option<Decimal> {
    match start {
        Expr::Binary(Operator::Multiply, factor, _) => match **factor {
            Expr::Number(factor) => Some(factor),
            _ => None,
        },
        _ => None,
    }
}

/// Says why a text is no start in units.
fn no_unit(text: &str) -> String {
    if text.ends_with('%') || text.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return format!(
            "'{text}' is a start of a Budget, and the charge is Tiered; write Budget, or whole units."
        );
    }
    format!("'{text}' is no whole number; a tier starts at its first unit, such as 0, 5 or 11.")
}

/// Says of both lists how long they are.
pub(super) fn different_lengths(starts: &TierList, prices: &TierList) -> String {
    let (starts, start_count) = (&starts.field, starts.items.len());
    let (prices, price_count) = (&prices.field, prices.items.len());
    format!(
        "The number of starts in {starts} is {start_count}, of prices in {prices} {price_count}; each tier \
        needs both."
    )
}

/// A formula that is no price of usage.
fn plain(amount: Expr, line: u32) -> Formula {
    Formula { line, amount, per_unit: None }
}

fn tier_list(path: &str, items: Vec<Formula>) -> TierList {
    TierList { field: path.split('/').next().unwrap_or_default().to_owned(), items }
}

/// The usage after which a tier begins, for a customer with so many dwellings; `None` on overflow.
#[inline]
pub(super) fn bound(kind: TierKind, start: Decimal, dwellings: u32) -> Option<Decimal> {
    match kind {
        TierKind::Tiered if dwellings == 1 => Some(start),
        TierKind::Tiered => start.checked_mul(dwellings.into()),
        TierKind::Budget => Some(start.max(Decimal::ZERO)),
    }
}
