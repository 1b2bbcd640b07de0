//! Writes a tariff out as a rate file again: what was understood, and nothing else.
//!
//! Reading what is written gives the same tariff, line numbers aside. So a reader who wonders what became of a
//! file, with its spare keys and its two generations of names, sees it in the file's own language.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use rust_decimal::Decimal;

use super::class::suffix;
use super::describe::{bounds, by, name_of, text};
use crate::domain::books::tariff::{
    BillFrequency, BillUnit, Choice, ClassTariff, Expr, Field, Formula, KeyMap, Name, Operator, Rule, Tariff,
    TierKind, TierList, Tiers,
};

/// Writes a tariff as an OWRS rate file, each form with a comment that says what it means.
///
/// Fields that no bill needs are left out, and so is what was refused; a refused entry of a map keeps its key
/// without a value, so that it is refused again.
pub fn restate(tariff: &Tariff) -> String {
    let mut out = Lines(String::new());
    out.line(0, &format!("# {} as meterbook understands it", one_line(&tariff.file)));
    out.line(0, "metadata:");
    if let Some(effective) = tariff.effective {
        out.line(1, &format!("effective_date: {}", effective.format("%m/%d/%Y")));
    }
    out.line(1, &format!("utility_name: {}", scalar(&tariff.utility)));
    if let Some(frequency) = tariff.frequency {
        out.line(1, &format!("bill_frequency: {}", frequency_word(frequency)));
    }
    out.line(1, &format!("bill_unit: {}", unit_word(tariff.unit)));
    out.line(0, if tariff.classes.is_empty() { "rate_structure: {}" } else { "rate_structure:" });
    for class in tariff.classes.values() {
        out.line(1, &format!("{}:", scalar(&class.name)));
        let mut writer = ClassWriter { class, out: &mut out, lists: BTreeSet::new() };
        let (bill, rest) =
            class.fields.iter().enumerate().partition::<Vec<_>, _>(|(id, _)| *id == class.bill);
        rest.into_iter().chain(bill).for_each(|(_, field)| writer.field(field));
    }
    out.0
}

/// The text of a file, line by line.
struct Lines(String);

impl Lines {
    fn line(&mut self, depth: usize, text: &str) {
        writeln!(self.0, "{:1$}{text}", "", 2 * depth).expect("a String takes whatever is written");
    }
}

struct ClassWriter<'t, 'o> {
    class: &'t ClassTariff,
    out: &'o mut Lines,
    /// The lists of tiers that stand there already; two charges may share one.
    lists: BTreeSet<&'t str>,
}

impl<'t> ClassWriter<'t, '_> {
    fn field(&mut self, field: &'t Field) {
        match &field.rule {
            Rule::Amount(Choice::Always(formula)) => {
                let note = formula.per_unit.as_ref().map(|_| "a price times usage");
                self.entry(2, &field.name, &self.amount(formula), note.unwrap_or_default());
            }
            Rule::Amount(Choice::ByKey(map)) => {
                self.map(map, "", |writer, formula| (writer.amount(formula), String::new()));
            }
            Rule::Tiers(tiers) => self.tiers(field, tiers),
        }
    }

    fn tiers(&mut self, field: &'t Field, tiers: &'t Tiers) {
        let (word, note, starts) = match tiers.kind {
            TierKind::Tiered => ("Tiered", "usage divided by units", "the first unit of each tier"),
            TierKind::Budget => ("Budget", "usage divided by a budget", "where the tier below ends"),
        };
        self.entry(2, &field.name, word, note);
        self.list(&tiers.starts, starts, |writer, list| match tiers.kind {
            TierKind::Tiered => {
                (writer.starts(tiers.kind, list), bounds(writer.class, tiers.kind, list).join("; "))
            }
            TierKind::Budget => (writer.starts(tiers.kind, list), String::new()),
        });
        self.list(&tiers.prices, "the price of a unit in each tier", |writer, list| {
            (list.items.iter().map(|price| writer.amount(price)).collect(), String::new())
        });
    }

    /// Writes a list of tiers, or its map; `show` gives the items and, where there is one, a note of their own.
    fn list(
        &mut self,
        choice: &'t Choice<TierList>,
        note: &str,
        show: impl Fn(&Self, &TierList) -> (Vec<String>, String),
    ) {
        let shown = |writer: &Self, list: &TierList| {
            let (items, note) = show(writer, list);
            (format!("[{}]", items.join(", ")), note)
        };
        let name = match choice {
            Choice::Always(list) => &list.field,
            Choice::ByKey(map) => &map.field,
        };
        if !self.lists.insert(name) {
            return;
        }
        match choice {
            Choice::Always(list) => {
                let (items, own) = shown(self, list);
                let own = if own.is_empty() { own } else { format!(": {own}") };
                self.entry(2, name, &items, &format!("{note}{own}"));
            }
            Choice::ByKey(map) => self.map(map, &format!("{note}, "), shown),
        }
    }

    fn map<T>(&mut self, map: &KeyMap<T>, note: &str, show: impl Fn(&Self, &T) -> (String, String)) {
        self.entry(2, &map.field, "", &format!("{note}{}", by(self.class, map)));
        let names: Vec<String> = map.on.iter().map(|name| scalar(name_of(self.class, *name))).collect();
        self.out.line(3, &format!("depends_on: [{}]", names.join(", ")));
        self.out.line(3, if map.entries.is_empty() { "values: {}" } else { "values:" });
        for entry in &map.entries {
            let (value, note) = match &entry.value {
                Ok(value) => show(self, value),
                Err(fault) => (String::new(), format!("refused: {}", fault.message)),
            };
            self.entry(4, &entry.key, &value, &note);
        }
    }

    fn entry(&mut self, depth: usize, key: &str, value: &str, note: &str) {
        let mut line = format!("{}:", scalar(key));
        if !value.is_empty() {
            line.push(' ');
            line.push_str(value);
        }
        if !note.is_empty() {
            line.push_str("  # ");
            line.push_str(&one_line(note));
        }
        self.out.line(depth, &line);
    }

    fn amount(&self, formula: &Formula) -> String {
        text(self.class, &formula.amount)
    }

    /// The starts as rate files write them: units, parts of the budget or its percentages.
    fn starts(&self, kind: TierKind, list: &TierList) -> Vec<String> {
        let budget = self.budget(list).map(Expr::Name);
        let start = |(at, start): (usize, &Formula)| match (&start.amount, kind) {
            (Expr::Number(_), TierKind::Tiered) if at == 0 => "0".to_owned(),
            (Expr::Number(below), TierKind::Tiered) => (below + Decimal::ONE).to_string(),
            (Expr::Binary(Operator::Multiply, factor, of), TierKind::Budget) => match **factor {
                Expr::Number(factor) if budget.as_ref() == Some(&**of) => {
                    format!("{}%", (factor * Decimal::ONE_HUNDRED).normalize())
                }
                _ => self.amount(start),
            },
            _ => self.amount(start),
        };
        list.items.iter().enumerate().map(start).collect()
    }

    /// What the budget is whose percentages stand in a list.
    fn budget(&self, list: &TierList) -> Option<Name> {
        let suffixes = [Some(""), suffix(&list.field), Some("_commodity")];
        let field = suffixes.into_iter().flatten().find_map(|suffix| {
            self.class.fields.iter().position(|field| field.name.strip_prefix("budget") == Some(suffix))
        });
        let variable = || self.class.variables.iter().position(|variable| variable == "budget");
        field.map(Name::Field).or_else(|| variable().map(Name::Variable))
    }
}

fn frequency_word(frequency: BillFrequency) -> &'static str {
    match frequency {
        BillFrequency::Monthly => "Monthly",
        BillFrequency::BiMonthly => "Bi-Monthly",
        BillFrequency::Quarterly => "Quarterly",
        BillFrequency::Annually => "Annually",
    }
}

fn unit_word(unit: BillUnit) -> &'static str {
    match unit {
        BillUnit::Ccf => "ccf",
        BillUnit::Kgal => "kgal",
        BillUnit::Kilolitre => "kilolitre",
    }
}

/// A text as one value of YAML; in quotes where it might be taken for anything else.
fn scalar(text: &str) -> String {
    let plain =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '_' | '/' | '|' | '"' | '.' | '-' | '%');
    let begins = text.starts_with(|c: char| c.is_ascii_alphanumeric());
    // `[a -]` is no list to every reader: a minus before a bracket begins an item.
    if begins && text.chars().all(plain) && !text.ends_with([' ', '-']) {
        return text.to_owned();
    }
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            ' '..='~' | '\u{a1}'..='\u{d7ff}' => quoted.push(c),
            _ => write!(quoted, "\\U{:08X}", u32::from(c)).expect("a String takes whatever is written"),
        }
    }
    quoted.push('"');
    quoted
}

/// A text without what would end a comment.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{85}' | '\u{feff}') {
                ' '
            } else {
                c
            }
        })
        .collect()
}
