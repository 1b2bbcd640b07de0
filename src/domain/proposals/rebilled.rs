//! A bill that was taken back beside the one that took its place: what differs, or that nothing does.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::domain::books::bill::{Bill, BillKind, Metered};
use crate::domain::books::charge::ChargeKind;
use crate::domain::books::reading::ReadPoint;
use crate::domain::date::Date;
use crate::domain::id::Sequence;
use crate::domain::money::Money;

/// What is said of a bill that came back as it was.
pub const NO_CHANGE: &str = "no change";

/// A posted bill that an undo took back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UndoneBill {
    /// The run that had posted it.
    pub run: Sequence,
    /// The bill as it was posted.
    pub bill: Bill,
    /// The undo.
    pub by: Sequence,
    /// The day of the undo.
    pub on: Date,
}

/// An account's bill of a month that was taken back, and what took its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rebilled {
    /// The bill that was taken back.
    pub old: UndoneBill,
    /// The bill that was made since, posted or proposed; `None` where there is none.
    pub new: Option<Bill>,
    /// The customer's name; empty where the account was taken back too.
    pub customer: String,
}

impl Rebilled {
    /// What the customer is charged now and was not before.
    pub fn difference(&self) -> Money {
        self.new.as_ref().map(Bill::charges).unwrap_or_default() - self.old.bill.charges()
    }

    /// What differs between the two, in words; `no change` where nothing of the bill's substance does.
    ///
    /// Number, dates and previous balance belong to the day on which a bill is made: they are no change of it.
    pub fn sentence(&self) -> String {
        let Some(new) = &self.new else { return "not billed again".to_owned() };
        let differences = differences(&self.old.bill, new);
        if differences.is_empty() { NO_CHANGE.to_owned() } else { differences.join("; ") }
    }
}

/// Each thing that is another on the new bill, in the order in which a bill is read.
fn differences(old: &Bill, new: &Bill) -> Vec<String> {
    let mut found = Differences(vec![]);
    let kind = |bill: &Bill| match bill.kind {
        BillKind::Regular => "a regular bill".to_owned(),
        BillKind::Final => "a final bill".to_owned(),
    };
    found.compare("", old, new, kind);
    found.compare("class ", old, new, |bill| bill.class.clone());
    found.compare("meter size ", old, new, |bill| bill.meter_size.to_string());
    found.compare("dwellings ", old, new, |bill| bill.dwelling_units.to_string());
    found.compare("", old, new, |bill| of_water(bill, meter));
    found.compare("from ", old, new, |bill| of_water(bill, |metered| point(metered.previous)));
    found.compare("to ", old, new, |bill| of_water(bill, current));
    found.compare("", old, new, |bill| of_water(bill, usage));
    found.compare("", old, new, |bill| of_water(bill, days));
    found.compare("units ", old, new, |bill| plain(bill.units));
    let budget = |budget: Option<Decimal>| budget.map_or("none".to_owned(), plain);
    found.compare("budget ", old, new, |bill| budget(bill.budget_hcf));
    found.compare("rates of ", old, new, |bill| bill.tariff.to_string());
    let (before, now) = (lines(old), lines(new));
    let names: BTreeMap<&Line, ()> = before.keys().chain(now.keys()).map(|line| (line, ())).collect();
    for line in names.into_keys() {
        let amount = |lines: &BTreeMap<Line, Money>| lines.get(line).map_or("none".to_owned(), dollars);
        found.add(&format!("{} ", line.name()), amount(&before), amount(&now));
    }
    found.0
}

struct Differences(Vec<String>);

impl Differences {
    fn compare(&mut self, what: &str, old: &Bill, new: &Bill, of: impl Fn(&Bill) -> String) {
        self.add(what, of(old), of(new));
    }

    fn add(&mut self, what: &str, old: String, new: String) {
        if old != new {
            let or_nothing = |text: String| if text.is_empty() { "none".to_owned() } else { text };
            self.0.push(format!("{what}{} instead of {}", or_nothing(new), or_nothing(old)));
        }
    }
}

/// Something of what the water was measured from; empty for an account without a meter.
fn of_water(bill: &Bill, of: impl Fn(&Metered) -> String) -> String {
    bill.metered.as_ref().map(of).unwrap_or_default()
}

fn meter(metered: &Metered) -> String {
    metered.meter.as_ref().map(|meter| format!("meter {meter}")).unwrap_or_default()
}

fn point(point: Option<ReadPoint>) -> String {
    point.map(|point| format!("{} of {}", point.value, point.date)).unwrap_or_default()
}

/// `2150 of 2026-02-09 (actual)`; loads of water have a date alone.
fn current(metered: &Metered) -> String {
    let reading = metered.reading.map(|reading| format!("{reading} of ")).unwrap_or_default();
    format!("{reading}{} ({})", metered.period.current, metered.code.word())
}

/// Usage with the carry before and after it, which is part of what is billed next.
fn usage(metered: &Metered) -> String {
    let (amount, unit) = (metered.usage.amount, metered.usage.unit);
    format!("{amount} {unit} used, {} carried to it and {} from it", metered.carry_before, metered.carry)
}

fn days(metered: &Metered) -> String {
    let prorated = metered.prorated_days.map_or("", |_| ", charged by the day");
    format!("{} days{prorated}", metered.period.days())
}

fn plain(number: Decimal) -> String {
    number.normalize().to_string()
}

fn dollars(amount: &Money) -> String {
    if amount.is_negative() { format!("-${}", -*amount) } else { format!("${amount}") }
}

/// What a line is for.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Line {
    kind: ChargeKind,
    tier: Option<u32>,
    named: String,
}

impl Line {
    fn name(&self) -> String {
        match (self.kind, self.tier) {
            (ChargeKind::Surcharge | ChargeKind::Fee, _) => self.named.clone(),
            (kind, Some(tier)) => format!("{} {tier}", kind.word()),
            (kind, None) => kind.word().to_owned(),
        }
    }
}

fn lines(bill: &Bill) -> BTreeMap<Line, Money> {
    let mut sums = BTreeMap::new();
    for line in &bill.lines {
        let own_name = matches!(line.kind, ChargeKind::Surcharge | ChargeKind::Fee);
        let named = if own_name { line.name.to_string() } else { String::new() };
        *sums.entry(Line { kind: line.kind, tier: line.tier, named }).or_default() += line.amount;
    }
    sums
}
