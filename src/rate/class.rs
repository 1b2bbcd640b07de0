//! Compiles one customer class: every field that its bill needs, in the order of need.
//!
//! Fields may stand in any order and in two generations of names. Starting from `bill`, each name that is
//! met is looked up in the class and compiled before the one that needs it; a name that the class does
//! not define is the customer's data.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::compile::{duplicate_message, duplicates, find};
use super::formula::{self, Nonsense};
use super::yaml::{Node, Pair, Value};
use super::{USAGE, keys, lines, number};
use crate::domain::books::tariff::{
    Choice, ClassTariff, Entry, Expr, Field, FieldId, Formula, KeyMap, Name, Operator, PerUnit, RateFault,
    Rule, TierKind,
};

/// What utilities know of their customers, by the names that rate files of the public collection give it.
const VARIABLES: [&str; 14] = [
    USAGE,
    "meter_size",
    "hhsize",
    "dwelling_units",
    "number_dwelling_units",
    "days_in_period",
    "season",
    "budget",
    "et_amount",
    "irr_area",
    "city_limits",
    "elevation_zone",
    "water_type",
    "tariff_area",
];

/// The deepest known chain of fields has five links; the bound keeps a hostile one off the stack.
const DEPTH_MAX: usize = 16;

/// What became of a class.
pub(super) struct CompiledClass {
    pub(super) class: Option<ClassTariff>,
    pub(super) faults: Vec<RateFault>,
    pub(super) warnings: Vec<RateFault>,
}

/// Compiles the class of a block of `rate_structure`.
pub(super) fn compile(file: &str, block: &Pair) -> CompiledClass {
    let mut reader = ClassReader {
        file,
        class: &block.key,
        block,
        pairs: block.node.map().unwrap_or_default(),
        places: block.node.map().unwrap_or_default().iter().map(|pair| (pair.key.as_str(), pair)).collect(),
        states: BTreeMap::new(),
        path: Vec::new(),
        fields: Vec::new(),
        variables: Vec::new(),
        variable_places: BTreeMap::new(),
        faults: Vec::new(),
        warnings: Vec::new(),
    };
    let class = reader.class();
    CompiledClass { class, faults: reader.faults, warnings: reader.warnings }
}

/// Reads a value of a field, or of one entry of its map, under a path for messages.
type Read<'a, 'r, T> = &'r dyn Fn(&mut ClassReader<'a>, &'a Node, &str) -> Option<T>;

/// How far the compilation of a field has come.
#[derive(Clone, Copy)]
enum State {
    /// One of the fields it needs is being compiled.
    Open,
    Done(FieldId),
    /// It has a fault, which has been reported.
    Refused,
}

pub(super) struct ClassReader<'a> {
    file: &'a str,
    class: &'a str,
    block: &'a Pair,
    pairs: &'a [Pair],
    places: BTreeMap<&'a str, &'a Pair>,
    states: BTreeMap<&'a str, State>,
    /// The fields being compiled, each needed by the one before it.
    path: Vec<&'a str>,
    fields: Vec<Field>,
    variables: Vec<String>,
    variable_places: BTreeMap<String, usize>,
    pub(super) faults: Vec<RateFault>,
    warnings: Vec<RateFault>,
}

impl<'a> ClassReader<'a> {
    fn class(&mut self) -> Option<ClassTariff> {
        if self.pairs.is_empty() {
            let found = self.block.node.sort();
            let message = format!("The class holds {found}; it needs its charges and a bill.");
            self.fault(self.block.line, "", message);
            return None;
        }
        let sound = self.refuse_duplicates(self.pairs, "");
        let bill = self.bill();
        if bill.is_some() && sound {
            self.warn_of_unbilled();
            self.warn_of_misspelled();
        }
        let charges = self.aside(bill.is_some(), |reader| {
            let pairs = ["service_charge", "commodity_charge"].map(|name| reader.pair(name));
            pairs.into_iter().flatten().filter_map(|pair| reader.field(pair)).collect()
        });
        let (fields, variables) = (self.fields.len(), self.variables.len());
        self.aside(bill.is_some(), Self::look_at_the_rest);
        self.fields.truncate(fields);
        self.variables.truncate(variables);
        let bill = bill.filter(|_| sound)?;
        let (lines, factored) = lines::lines(&self.fields, &self.variables, bill);
        lines::name_tiers(&mut self.fields, &lines);
        Some(ClassTariff {
            name: self.class.to_owned(),
            variables: std::mem::take(&mut self.variables),
            fields: std::mem::take(&mut self.fields),
            bill,
            charges,
            lines,
            factored,
        })
    }

    fn bill(&mut self) -> Option<FieldId> {
        match self.pair("bill") {
            Some(bill) => self.field(bill),
            None => {
                let message = "The class has no bill; write which charges it is the sum of, such as \
                    service_charge+commodity_charge.";
                self.fault(self.block.line, "bill", message.to_owned());
                None
            }
        }
    }

    /// Does something whose faults cost nobody anything where there is a sound bill: they become warnings.
    fn aside<T>(&mut self, sound: bool, work: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.faults.len();
        let result = work(self);
        if sound {
            for mut fault in self.faults.split_off(before) {
                fault.message.push_str(" The bill does not need it.");
                self.warnings.push(fault);
            }
        }
        result
    }

    /// Compiles the fields that the bill does not need, for their faults alone.
    fn look_at_the_rest(&mut self) {
        for pair in self.pairs {
            if !pair.key.starts_with("tier_") && !self.states.contains_key(pair.key.as_str()) {
                self.field(pair);
            }
        }
    }

    fn warn_of_unbilled(&mut self) {
        for pair in self.pairs {
            let charge = pair.key.ends_with("_charge") || pair.key.ends_with("_surcharge");
            let nothing = pair.node.text().is_some_and(|text| text.trim_matches(['0', '.']).is_empty());
            if charge && !nothing && !self.states.contains_key(pair.key.as_str()) {
                let key = &pair.key;
                let message =
                    format!("{key} is listed and not 0, but bill does not contain it, so it is not charged.");
                self.warn(pair.line, key, message);
            }
        }
    }

    /// Warns of names that the class does not define and that look as if it should: they are asked of every customer.
    fn warn_of_misspelled(&mut self) {
        let keys = self.pairs.iter().map(|pair| pair.key.as_str());
        let known: Vec<&str> = keys.chain(VARIABLES).collect();
        let mut found = Vec::new();
        for variable in self.variables.iter().filter(|variable| !VARIABLES.contains(&variable.as_str())) {
            let near = known.iter().find(|known| is_near(known, variable));
            let charge = variable.ends_with("_charge") || variable.ends_with("_surcharge");
            let advice = match near {
                Some(near) => format!("did you mean {near}?"),
                None if charge => "add the charge, or take it out.".to_owned(),
                None => continue,
            };
            found.push(format!(
                "The class has no {variable}, so that every customer needs one of their own; {advice}"
            ));
        }
        found.into_iter().for_each(|message| self.warn(self.block.line, "", message));
    }

    /// The field of that name in the file; the first, where there are two and the class is refused.
    pub(super) fn pair(&self, name: &str) -> Option<&'a Pair> {
        self.places.get(name).copied()
    }

    /// Compiles a field unless that is done; `None` where it is refused.
    fn field(&mut self, pair: &'a Pair) -> Option<FieldId> {
        let name = pair.key.as_str();
        match self.states.get(name) {
            Some(State::Done(id)) => return Some(*id),
            Some(State::Refused) => return None,
            Some(State::Open) => {
                let start = self.path.iter().position(|open| *open == name).unwrap_or_default();
                let circle = self.path[start..].join(" needs ");
                let message = format!(
                    "The value depends on itself: {circle} needs {name}. Give one of them a value of its own."
                );
                self.fault(pair.line, name, message);
                return None;
            }
            None if self.path.len() == DEPTH_MAX => {
                let message = format!(
                    "The field is needed through more than {DEPTH_MAX} others; write the formula out."
                );
                self.fault(pair.line, name, message);
                return None;
            }
            None => {}
        }
        self.states.insert(name, State::Open);
        self.path.push(name);
        let rule = self.rule(pair);
        self.path.pop();
        let state = match rule {
            None => State::Refused,
            Some(rule) => {
                self.fields.push(Field { name: name.to_owned(), line: pair.line, rule });
                State::Done(self.fields.len() - 1)
            }
        };
        self.states.insert(name, state);
        if let State::Done(id) = state { Some(id) } else { None }
    }

    fn rule(&mut self, pair: &'a Pair) -> Option<Rule> {
        match pair.node.text() {
            Some("Tiered") => self.tiers(pair, TierKind::Tiered).map(Rule::Tiers),
            Some("Budget") => self.tiers(pair, TierKind::Budget).map(Rule::Tiers),
            // `budget` in small letters is the customer's budget.
            Some(text) if text.eq_ignore_ascii_case("tiered") || text == "BUDGET" => {
                let meant = if text == "BUDGET" { "Budget" } else { "Tiered" };
                self.fault(pair.line, &pair.key, format!("'{text}' has no meaning here; write {meant}."));
                None
            }
            _ => self.choice(pair, &Self::formula).map(Rule::Amount),
        }
    }

    /// Reads a value that may be a map by the customer's data.
    pub(super) fn choice<T>(&mut self, pair: &'a Pair, read: Read<'a, '_, T>) -> Option<Choice<T>> {
        match &pair.node.value {
            Value::Map(parts) => self.key_map(pair, parts, read).map(Choice::ByKey),
            _ => read(self, &pair.node, &pair.key).map(Choice::Always),
        }
    }

    fn key_map<T>(&mut self, pair: &'a Pair, parts: &'a [Pair], read: Read<'a, '_, T>) -> Option<KeyMap<T>> {
        let mut sound = self.refuse_duplicates(parts, &pair.key);
        for part in parts.iter().filter(|part| part.key != "depends_on" && part.key != "values") {
            let path = format!("{}/{}", pair.key, part.key);
            let key = &part.key;
            let message =
                format!("A map has depends_on and values; '{key}' is neither and has no meaning here.");
            self.fault(part.line, &path, message);
            sound = false;
        }
        let on = self.depends_on(pair, parts);
        let values = find(parts, "values");
        let Some(entries) = values.and_then(|values| values.node.map()) else {
            let path = format!("{}/values", pair.key);
            let message = match values.map(|values| &values.node.value) {
                Some(Value::List(_)) => {
                    "The values are a list; take its dashes away: a map has one line for each key."
                }
                _ => "A map needs its values: one line for each key, such as 5/8\": 23.30.",
            };
            self.fault(values.map_or(pair.line, |values| values.line), &path, message.to_owned());
            return None;
        };
        let values = entries;
        let on = on.filter(|_| sound && self.refuse_duplicates(values, &format!("{}/values", pair.key)))?;
        let entries = self.entries(pair, values, on.len(), read);
        Some(KeyMap { field: pair.key.clone(), line: pair.line, on, entries })
    }

    /// Reads the entries of a map; one whose key cannot be divided is refused and left out.
    fn entries<T>(
        &mut self,
        map: &'a Pair,
        values: &'a [Pair],
        names: usize,
        read: Read<'a, '_, T>,
    ) -> Vec<Entry<T>> {
        let mut entries: Vec<Entry<T>> = Vec::new();
        let mut seen: BTreeMap<Vec<String>, &Pair> = BTreeMap::new();
        for pair in values {
            let path = format!("{}/{}", map.key, pair.key);
            let value = self.entry_value(pair, &path, read);
            let Some(parts) = keys::split(&pair.key, names) else {
                let message = format!(
                    "The key needs one part for each of the {names} names in depends_on, joined by |."
                );
                self.fault(pair.line, &path, message);
                continue;
            };
            let usual = parts.iter().map(|part| part.usual.clone()).collect();
            let first = seen.entry(usual).or_insert(pair);
            if first.line != pair.line {
                let (key, first, line) = (&pair.key, &first.key, first.line);
                let message = format!(
                    "'{key}' and '{first}' in line {line} are two spellings of one key; the first counts for \
                    customers with a third spelling."
                );
                self.warn(pair.line, &path, message);
            }
            entries.push(Entry { key: pair.key.clone(), parts, value });
        }
        entries
    }

    /// Reads the value of an entry; a fault in it costs only the customers with its key.
    fn entry_value<T>(&mut self, pair: &'a Pair, path: &str, read: Read<'a, '_, T>) -> Result<T, RateFault> {
        let before = self.faults.len();
        read(self, &pair.node, path).ok_or_else(|| match self.faults.get(before) {
            Some(fault) => fault.clone(),
            None => self.new_fault(pair.line, path, "The value needs a field that is refused.".into()),
        })
    }

    fn depends_on(&mut self, pair: &'a Pair, parts: &'a [Pair]) -> Option<Vec<Name>> {
        let node = find(parts, "depends_on").map(|part| &part.node);
        let names: Option<Vec<&'a str>> = match node.map(|node| &node.value) {
            Some(Value::Text(name)) => Some(vec![name]),
            Some(Value::List(items)) => items.iter().map(Node::text).collect(),
            _ => None,
        };
        match names {
            Some(names) if !names.is_empty() && names.iter().all(|name| !name.is_empty()) => {
                names.into_iter().map(|name| self.resolve(name, &pair.key)).collect()
            }
            _ => {
                let path = format!("{}/depends_on", pair.key);
                let message =
                    "A map needs depends_on: the name, or the list of names, that its keys are about.";
                self.fault(pair.line, &path, message.to_owned());
                None
            }
        }
    }

    /// Reads a number or formula; a list of one counts as its item.
    fn formula(&mut self, node: &'a Node, path: &str) -> Option<Formula> {
        match &node.value {
            Value::Text(text) => self.formula_text(text, node.line, path),
            Value::List(items) if items.len() == 1 => self.formula(&items[0], path),
            Value::List(items) => {
                let message =
                    format!("Here stands a list of {}; one number or formula is needed.", items.len());
                self.fault(node.line, path, message);
                None
            }
            Value::Map(_) => {
                self.fault(node.line, path, "Here stands a mapping; a number or a formula is needed.".into());
                None
            }
        }
    }

    pub(super) fn formula_text(&mut self, text: &str, line: u32, path: &str) -> Option<Formula> {
        if text.is_empty() {
            self.fault(line, path, "The value is missing; write 0 where nothing is charged.".into());
            return None;
        }
        match formula::parse(text) {
            Ok(amount) => {
                if divides_by_nothing(&amount) {
                    self.fault(line, path, format!("'{text}' divides by 0; nothing can be."));
                    return None;
                }
                let negative = matches!(amount, Expr::Number(amount) if amount < Decimal::ZERO);
                if negative && is_price(path) {
                    self.warn(
                        line,
                        path,
                        format!("'{text}' is less than nothing: the customer is paid for it."),
                    );
                }
                let price = formula::price_of(&amount, &USAGE.to_owned());
                let amount = self.resolve_all(&amount, path)?;
                let per_unit = price.and_then(|price| {
                    let (price, usage) = (self.resolve_all(&price, path)?, self.resolve(USAGE, path)?);
                    Some(PerUnit { usage, price })
                });
                Some(Formula { line, amount, per_unit })
            }
            Err(Nonsense { column, problem }) => {
                let plain: String =
                    text.chars().filter(|c| !matches!(c, '$' | ',' | ' ' | '\u{a0}')).collect();
                let advice = match number::parse(&plain) {
                    Some(_) => format!(" Write the number with digits and one point: {plain}."),
                    None => String::new(),
                };
                let message = format!("'{text}' is no formula: at its character {column} {problem}.{advice}");
                self.fault(line, path, message);
                None
            }
        }
    }

    fn resolve_all(&mut self, formula: &Expr<String>, path: &str) -> Option<Expr> {
        let mut both = |left: &Expr<String>, right: &Expr<String>| {
            let (left, right) = (self.resolve_all(left, path), self.resolve_all(right, path));
            Some((Box::new(left?), Box::new(right?)))
        };
        Some(match formula {
            Expr::Number(number) => Expr::Number(*number),
            Expr::Name(name) => Expr::Name(self.resolve(name, path)?),
            Expr::Negate(inner) => Expr::Negate(Box::new(self.resolve_all(inner, path)?)),
            Expr::Binary(operator, left, right) => {
                let (left, right) = both(left, right)?;
                Expr::Binary(*operator, left, right)
            }
        })
    }

    /// Finds what a name means in a field: bare first, then with the suffix of the newer generation.
    ///
    /// A suffixed field may name the customer's data that it is made of (`budget_commodity: budget*0.9`),
    /// so the suffix never leads back to the field itself. `None` where the field is refused.
    pub(super) fn resolve(&mut self, name: &str, path: &str) -> Option<Name> {
        let field = path.split('/').next().unwrap_or_default();
        let suffixes = [Some(""), suffix(field), Some("_commodity")];
        let found = suffixes.into_iter().flatten().find_map(|suffix| {
            let pair = self.pair(&format!("{name}{suffix}"))?;
            (suffix.is_empty() || pair.key != field).then_some(pair)
        });
        match found {
            Some(pair) => self.field(pair).map(Name::Field),
            None => Some(Name::Variable(self.variable(name))),
        }
    }

    fn variable(&mut self, name: &str) -> usize {
        if let Some(known) = self.variable_places.get(name) {
            return *known;
        }
        self.variables.push(name.to_owned());
        self.variable_places.insert(name.to_owned(), self.variables.len() - 1);
        self.variables.len() - 1
    }

    fn refuse_duplicates(&mut self, pairs: &'a [Pair], path: &str) -> bool {
        let again = duplicates(pairs);
        for (first, again) in &again {
            let path = if path.is_empty() { again.key.clone() } else { format!("{path}/{}", again.key) };
            self.fault(again.line, &path, duplicate_message(first, again));
        }
        again.is_empty()
    }

    pub(super) fn fault(&mut self, line: u32, path: &str, message: String) {
        self.faults.push(self.new_fault(line, path, message));
    }

    pub(super) fn warn(&mut self, line: u32, path: &str, message: String) {
        self.warnings.push(self.new_fault(line, path, message));
    }

    pub(super) fn new_fault(&self, line: u32, path: &str, message: String) -> RateFault {
        let key = if path.is_empty() { self.class.to_owned() } else { format!("{}/{path}", self.class) };
        RateFault { file: self.file.to_owned(), line, class: Some(self.class.to_owned()), key, message }
    }
}

/// Whether a value under a path is a price of water or service, which is nowhere negative.
fn is_price(path: &str) -> bool {
    let field = path.split('/').next().unwrap_or_default();
    field.starts_with("tier_prices") || ["service_charge", "commodity_charge", "flat_rate"].contains(&field)
}

/// Whether a formula divides by the number 0, for whomever it is worked out.
fn divides_by_nothing(formula: &Expr<String>) -> bool {
    match formula {
        Expr::Number(_) | Expr::Name(_) => false,
        Expr::Negate(inner) => divides_by_nothing(inner),
        Expr::Binary(operator, left, right) => {
            let nothing =
                *operator == Operator::Divide && matches!(**right, Expr::Number(number) if number.is_zero());
            nothing || divides_by_nothing(left) || divides_by_nothing(right)
        }
    }
}

/// Whether a name is another one with a letter more, less or other, or with two exchanged; short names are left alone.
fn is_near(known: &str, name: &str) -> bool {
    let (known, name): (Vec<char>, Vec<char>) = (known.chars().collect(), name.chars().collect());
    if known == name || name.len() < 5 {
        return false;
    }
    let same = known.iter().zip(&name).take_while(|(a, b)| a == b).count();
    let (known, name) = (&known[same..], &name[same..]);
    let rest = |skip: usize, skipped: usize| known.get(skip..) == name.get(skipped..);
    let exchanged =
        known.len() > 1 && name.len() > 1 && known[0] == name[1] && known[1] == name[0] && rest(2, 2);
    rest(1, 1) || rest(1, 0) || rest(0, 1) || exchanged
}

/// The suffix that the newer generation of names gives to what a charge is made of.
pub(super) fn suffix(field: &str) -> Option<&'static str> {
    ["_drought", "_wastewater", "_sewer"].into_iter().find(|suffix| field.contains(&suffix[1..]))
}
