//! A tariff: a rate file compiled into a closed set of forms.
//!
//! Everything here is data. `rate::compile` makes it from text, with every name resolved and every list
//! checked; `rate::price` reads it. A formula can only add, subtract, multiply, divide and raise to a
//! power: no rate file is ever run as a program.

use std::collections::BTreeMap;
use std::fmt;

use rust_decimal::Decimal;

use crate::domain::books::charge::ChargeKind;
use crate::domain::date::Date;

/// What a rate file says that has no meaning, or what it needs and a customer does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateFault {
    /// The rate file.
    pub file: String,
    /// Line from 1; 0 where it is about the whole file.
    pub line: u32,
    /// The customer class it concerns; `None` where it concerns the whole file.
    pub class: Option<String>,
    /// The key as a path (`RESIDENTIAL_SINGLE/service_charge/5/8"`).
    pub key: String,
    /// What is there, what is wrong and what would be right.
    pub message: String,
}

/// `rates.owrs:12: RESIDENTIAL_SINGLE/bill: ...`; without the line where it is about the whole file.
impl fmt::Display for RateFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let RateFault { file, line, key, message, .. } = self;
        match line {
            0 => write!(f, "{file}: {key}: {message}"),
            line => write!(f, "{file}:{line}: {key}: {message}"),
        }
    }
}

impl std::error::Error for RateFault {}

/// The unit in which a rate file counts water.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BillUnit {
    /// A hundred cubic feet, also written HCF.
    Ccf,
    /// A thousand US gallons.
    Kgal,
    /// A thousand litres.
    Kilolitre,
}

/// How often the utility bills; it never enters a calculation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BillFrequency {
    /// Twelve bills a year.
    Monthly,
    /// Six bills a year.
    BiMonthly,
    /// Four bills a year.
    Quarterly,
    /// One bill a year.
    Annually,
}

/// One rate file: what is charged to whom from a date on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tariff {
    /// The file's name.
    pub file: String,
    /// The first day it is in force; `None` where the file has no readable date, which is a fault: such a
    /// tariff can be tried out, and is never chosen for a bill.
    pub effective: Option<Date>,
    /// The utility's name.
    pub utility: String,
    /// How often it bills, where the file says so.
    pub frequency: Option<BillFrequency>,
    /// What `usage_ccf` counts in this file, whatever the variable's name.
    pub unit: BillUnit,
    /// The sound customer classes by name.
    pub classes: BTreeMap<String, ClassTariff>,
}

/// What one class of customers pays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassTariff {
    /// The class as the file spells it.
    pub name: String,
    /// Names of the customer's data that the class may ask for; a [`Name::Variable`] counts in here.
    pub variables: Vec<String>,
    /// The fields that enter the bill; a [`Name::Field`] counts in here.
    pub fields: Vec<Field>,
    /// The field `bill`.
    pub bill: FieldId,
    /// `service_charge` and `commodity_charge` where the class has them, whether billed or not.
    pub charges: Vec<FieldId>,
    /// The lines of a bill, in the order in which they are printed.
    pub lines: Vec<BillLine>,
    /// Whether `bill` is more than the sum of the lines, such as `1.014*(...)`.
    pub factored: bool,
}

/// Place of a field in [`ClassTariff::fields`].
pub type FieldId = usize;

/// A name in a formula or in `depends_on`, resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name {
    /// A field of the class.
    Field(FieldId),
    /// The customer's data: a place in [`ClassTariff::variables`].
    Variable(usize),
}

/// One named field of a class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its key in the file.
    pub name: String,
    /// The key's line, from 1.
    pub line: u32,
    /// How its value is found.
    pub rule: Rule,
}

/// How the value of a field is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rule {
    /// A number or formula, or one of several by the customer's data.
    Amount(Choice<Formula>),
    /// A price for each part of the usage.
    Tiers(Tiers),
}

/// One value for everybody, or one by the customer's data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice<T> {
    /// The same for everybody.
    Always(T),
    /// By key.
    ByKey(KeyMap<T>),
}

/// Values by the customer's data, such as a service charge by meter size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyMap<T> {
    /// The field that holds the map.
    pub field: String,
    /// The field's line, from 1.
    pub line: u32,
    /// What the key is made of.
    pub on: Vec<Name>,
    /// The entries as the file has them.
    pub entries: Vec<Entry<T>>,
}

/// One entry of a map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<T> {
    /// The key as written.
    pub key: String,
    /// One part for each name the map depends on.
    pub parts: Vec<KeyPart>,
    /// The value; a refused one costs only the customers with this key.
    pub value: Result<T, RateFault>,
}

/// What a key asks of one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPart {
    /// As the file spells it: `1|1/2"`.
    pub written: String,
    /// As meterbook spells it: `1 1/2`.
    pub usual: String,
}

/// A number or formula.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formula {
    /// Its line in the file.
    pub line: u32,
    /// Its value.
    pub amount: Expr,
    /// How it divides into price and usage, where it is a price times usage.
    pub per_unit: Option<PerUnit>,
}

/// A formula seen as a price times usage: `flat_rate*usage_ccf`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PerUnit {
    /// The usage.
    pub usage: Name,
    /// The price of one unit.
    pub price: Expr,
}

/// Arithmetic over names; `N` is a [`Name`] once it is resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expr<N = Name> {
    /// A number as written.
    Number(Decimal),
    /// The value of a name.
    Name(N),
    /// The opposite.
    Negate(Box<Expr<N>>),
    /// Two values combined.
    Binary(Operator, Box<Expr<N>>, Box<Expr<N>>),
}

/// What a formula can do with two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `^`
    Power,
}

/// Usage divided into tiers, each with its price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tiers {
    /// What the starts mean.
    pub kind: TierKind,
    /// The charge on the bill that is divided: the field itself, or the one that is another name for it.
    pub charge: String,
    /// The usage that is divided.
    pub usage: Name,
    /// The usage after which each tier begins, for one dwelling.
    pub starts: Choice<TierList>,
    /// What a unit in each tier costs.
    pub prices: Choice<TierList>,
}

/// What the start of a tier means in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TierKind {
    /// The first whole unit in the tier: the tier below ends one unit lower, once for each dwelling.
    Tiered,
    /// The upper bound of the tier below; it belongs to the customer, however many dwellings there are.
    Budget,
}

/// The starts, or the prices, of all tiers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TierList {
    /// The field that holds the list.
    pub field: String,
    /// One formula a tier.
    pub items: Vec<Formula>,
}

/// One line of every bill of a class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BillLine {
    /// What it is for.
    pub kind: ChargeKind,
    /// The field, or the formula as it stands in `bill`.
    pub name: String,
    /// Whether `bill` subtracts it.
    pub negative: bool,
    /// Where its amount comes from.
    pub source: LineSource,
}

/// Where the amount of a line comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineSource {
    /// A field of the class.
    Field(FieldId),
    /// A part of the formula of `bill` that has no name.
    Formula(Formula),
}

/// What is known about one customer: variables by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Customer {
    values: BTreeMap<String, Value>,
}

/// One fact about a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Text, such as a meter size or a zone.
    Text(String),
    /// A number, such as usage.
    Number(Decimal),
}

impl Customer {
    /// Starts without any variable.
    pub fn new() -> Customer {
        Customer::default()
    }

    /// Adds or replaces a text variable.
    #[must_use]
    pub fn with_text(mut self, name: &str, text: impl Into<String>) -> Customer {
        self.set(name, Value::Text(text.into()));
        self
    }

    /// Adds or replaces a number.
    #[must_use]
    pub fn with_number(mut self, name: &str, number: Decimal) -> Customer {
        self.set(name, Value::Number(number));
        self
    }

    /// Adds or replaces a variable; the name of one that is there already is not allocated again.
    pub fn set(&mut self, name: &str, value: Value) {
        match self.values.get_mut(name) {
            Some(known) => *known = value,
            None => _ = self.values.insert(name.to_owned(), value),
        }
    }

    /// The variable of that name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.values.get(name)
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Text(text) => f.pad(text),
            Value::Number(number) => f.pad(&number.normalize().to_string()),
        }
    }
}
