//! One bill explained on one page: for the clerk on the telephone, and to hand out.

use rust_decimal::Decimal;

use super::advice;
use crate::domain::books::bill::{Bill, BillLine, Metered};
use crate::domain::books::charge::{ChargeKind, ChargeUnit};
use crate::domain::money::Money;
use crate::domain::page::{Book, Cell, Cover, Fact, Page, Section};
use crate::domain::proposals::change::Compared;
use crate::domain::proposals::explanation::{ExplainedBill, Explanation, HeldRead, Reason};
use crate::domain::proposals::rebilled::Rebilled;
use crate::domain::volume::VolumeUnit;

/// Who reads an explanation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// The office: with what it should do.
    Office,
    /// The customer, who gets the page in hand: without what the office says to itself.
    Customer,
}

/// A row of a section.
type Line<'a> = Vec<Cell<'a>>;

/// Lays an explanation out on one page.
pub fn explanation(of: &Explanation, reader: Reader) -> Book<'_> {
    let title = match &of.bill {
        Some(explained) => format!("Bill {} explained", explained.bill.number),
        None => format!("Account {}: no bill for {}", of.account, of.month),
    };
    Book {
        title,
        office: of.office.clone(),
        subject: format!("account {}, {}", of.account, of.month),
        date: of.day,
        run_id: String::new(),
        chain_head: String::new(),
        pages: vec![Page::Handout(Cover {
            facts: facts(of),
            checks: vec![],
            sections: sections(of, reader),
        })],
    }
}

fn facts(of: &Explanation) -> Vec<Fact<'_>> {
    let mut facts = vec![
        Fact::new("Account", of.account.as_str()),
        Fact::new("Customer", of.customer.name.as_str()),
        Fact::new("Service address", of.customer.service_address.as_str()),
    ];
    let Some(ExplainedBill { bill, .. }) = &of.bill else {
        facts.push(Fact::new("Class", of.customer.class.as_str()));
        facts.push(Fact::new("Status", of.status.word()));
        return facts;
    };
    facts.push(Fact::new("Class and meter", format!("{}, {} inch", bill.class, bill.meter_size)));
    facts.push(Fact::new("Bill", format!("{} ({}) of {}", bill.number, bill.kind.word(), bill.bill_date)));
    if let Some(metered) = &bill.metered {
        let period = metered.period;
        let told = format!("{} to {}, {} days", period.from_date(), period.current, period.days());
        facts.push(Fact::new("Period", told));
    }
    facts.extend([
        Fact::new("Charges", dollars(bill.charges())),
        Fact::new("Previous balance", dollars(bill.previous_balance)),
        Fact::new("Total due", dollars(bill.total_due())),
        Fact::new("Due date", bill.due_date),
    ]);
    facts
}

fn sections(of: &Explanation, reader: Reader) -> Vec<Section<'_>> {
    let mut sections = Vec::new();
    if let Some(ExplainedBill { bill, compared, marks, rebilled }) = &of.bill {
        if let Some(rebilled) = rebilled {
            sections.push(section("Billed again", &["", "Before", "Now"], again(rebilled, bill), ""));
        }
        sections.push(section(
            "How much water",
            &[],
            water(bill),
            "The account has no meter: no water is billed.",
        ));
        let columns = ["Line", "Amount", "How it comes about"];
        sections.push(section(
            "Line by line",
            &columns,
            bill.lines.iter().map(|line| charge(line, bill)).collect(),
            "",
        ));
        sections.push(section(
            "Compared with the last bill",
            &[],
            vec![vec![Cell::new(compared.sentence())]],
            "",
        ));
        if compared.change.is_some() {
            sections.push(section("The change in its parts", &[], changes(compared), ""));
        }
        let told = marks.iter().map(|mark| reason(mark, mark.exception.severity().word(), reader));
        sections.push(section("About the reading", &[], told.collect(), "Nothing out of the ordinary."));
    }
    let (overtaken, held): (Vec<&HeldRead>, Vec<&HeldRead>) =
        of.held.iter().partition(|read| read.overtaken.is_some());
    let held = held.into_iter().flat_map(|read| read.reasons.iter().map(move |reason| (read.month, reason)));
    let held: Vec<Line<'_>> =
        held.map(|(month, held)| reason(held, &format!("not billed for {month}"), reader)).collect();
    if !held.is_empty() {
        sections.push(section("Held until somebody decides", &[], held, ""));
    }
    if !overtaken.is_empty() {
        let told = overtaken.into_iter().map(passed).collect();
        sections.push(section("Held, and passed by a later bill", &[], told, ""));
    }
    if let Some((month, reason)) = of.unpriced.as_ref().filter(|_| reader == Reader::Office) {
        let told = vec![vec![Cell::new(format!("Not billed for {month}")), Cell::new(reason.as_str())]];
        sections.push(section("Held until it can be priced", &[], told, ""));
    }
    let flagged =
        of.flagged.iter().flat_map(|read| read.reasons.iter().map(move |reason| (read.month, reason)));
    let mark = |month, reason: &Reason| format!("{month}, {}", reason.exception.severity().word());
    let flagged: Vec<Line<'_>> =
        flagged.map(|(month, told)| reason(told, &mark(month, told), reader)).collect();
    if !flagged.is_empty() && reader == Reader::Office {
        sections.push(section("Read and not billed yet", &[], flagged, ""));
    }
    sections
}

fn section<'a>(
    title: &'static str,
    columns: &[&'static str],
    rows: Vec<Line<'a>>,
    otherwise: &'static str,
) -> Section<'a> {
    Section { title, columns: columns.to_vec(), rows, otherwise }
}

/// The bill that was taken back beside the one in its place.
fn again<'a>(of: &'a Rebilled, new: &'a Bill) -> Vec<Line<'a>> {
    let old = &of.old.bill;
    let row = |what: &'static str, of: fn(&Bill) -> String| {
        vec![Cell::new(what), Cell::new(of(old)), Cell::new(of(new))]
    };
    let reading = |bill: &Bill| {
        let metered =
            bill.metered.as_ref().and_then(|metered| Some((metered.reading?, metered.period.current)));
        metered.map_or("none".to_owned(), |(reading, date)| format!("{reading} on {date}"))
    };
    vec![
        row("Bill", |bill| bill.number.to_string()),
        row("Of", |bill| bill.bill_date.to_string()),
        row("Reading", reading),
        row("Units", |bill| bill.units.normalize().to_string()),
        row("Charges", |bill| dollars(bill.charges())),
        vec![
            Cell::new("What changed"),
            Cell::new(format!("taken back on {}", of.old.on)),
            Cell::new(of.sentence()),
        ],
    ]
}

/// From the readings to the units.
fn water<'a>(bill: &Bill) -> Vec<Line<'a>> {
    let Some(metered) = &bill.metered else { return vec![] };
    let unit = match metered.usage.unit {
        VolumeUnit::Cf => "cubic feet",
        VolumeUnit::Gal => "gallons",
    };
    let mut rows = Vec::new();
    for out in &metered.changed_out {
        let told = format!(
            "Meter {}: {} at the start, {} when it was changed out on {}",
            out.meter, out.previous, out.final_reading, out.date
        );
        rows.push(vec![Cell::new("Old meter"), Cell::new(told)]);
    }
    if let (Some(previous), Some(reading)) = (metered.previous, metered.reading) {
        // A new meter begins on the day of the change, not on that of the read before.
        let since = metered.changed_out.last().map_or(previous.date, |out| out.date);
        let meter = metered.meter.as_ref().map_or(String::new(), |meter| format!("Meter {meter}: "));
        let told = format!(
            "{meter}{} on {}, {reading} on {} ({})",
            previous.value,
            since,
            metered.period.current,
            metered.code.word()
        );
        rows.push(vec![Cell::new("Readings"), Cell::new(told)]);
    }
    rows.push(vec![Cell::new("Usage"), Cell::new(format!("{} {unit}", metered.usage.amount))]);
    rows.push(vec![Cell::new("Billed"), Cell::new(units(bill, metered, unit))]);
    rows.extend(bill.budget_hcf.map(|budget| vec![Cell::new("Budget"), Cell::new(beside(budget, bill))]));
    rows
}

/// The water budget of a landscape beside what was billed.
fn beside(budget: Decimal, bill: &Bill) -> String {
    let over = bill.over_budget_hcf.filter(|over| !over.is_zero());
    let over =
        over.map_or("within it".to_owned(), |over| format!("{} above it", over.round_dp(2).normalize()));
    format!(
        "The landscape's water budget for these days is {} units; the bill is {over}. The CIMIS worksheet of the month has the days",
        budget.round_dp(2).normalize()
    )
}

fn units(bill: &Bill, metered: &Metered, unit: &str) -> String {
    let (one, amount) = (metered.usage.unit.per_hcf(), metered.usage.amount);
    let billed = bill.units.normalize();
    let (before, after) = (metered.carry_before, metered.carry);
    if Decimal::from(before + amount) == bill.units * Decimal::from(one) + Decimal::from(after) {
        format!(
            "{before} carried from the last bill and {amount} used are {} {unit}: {billed} units of {one}, and {after} are \
             carried to the next bill",
            before + amount
        )
    } else {
        format!("{amount} {unit} are {billed} units of {one}")
    }
}

fn charge<'a>(line: &'a BillLine, bill: &Bill) -> Line<'a> {
    let what = match (line.kind, line.tier) {
        (ChargeKind::Fixed, _) => "Service charge".to_owned(),
        (ChargeKind::Tier, Some(tier)) => format!("Water, tier {tier}"),
        (ChargeKind::Budget, Some(tier)) => format!("Water, budget tier {tier}"),
        (ChargeKind::Flat | ChargeKind::Tier | ChargeKind::Budget, _) => "Water".to_owned(),
        (ChargeKind::Wastewater, _) => "Wastewater".to_owned(),
        (ChargeKind::Surcharge | ChargeKind::Fee, _) => line.name.to_string(),
    };
    let working = &line.working;
    let at = if working.line > 0 { format!(", line {}", working.line) } else { String::new() };
    let since = working.effective.map_or(String::new(), |date| format!(", in force from {date}"));
    let place = format!("{}{at}: {}{since}.", working.file, working.key);
    vec![
        Cell::new(what),
        Cell::new(line.amount),
        Cell::new(format!("{}. {}{place}", priced(line, bill), bounds(line))),
    ]
}

/// `4 units x $3.65`, `19 days of a month of 30 at $20.75`.
fn priced(line: &BillLine, bill: &Bill) -> String {
    let (quantity, price) = (line.quantity.normalize(), price(line.price));
    let metered = bill.metered.as_ref();
    let prorated = metered.and_then(|metered| metered.prorated_days);
    let noun = |one: &'static str, many: &'static str| if quantity == Decimal::ONE { one } else { many };
    match (line.unit, prorated) {
        (ChargeUnit::Day, Some(_)) if line.kind != ChargeKind::Fee => {
            format!("{quantity} {} of a month of 30 at {price}", noun("day", "days"))
        }
        (ChargeUnit::Day, None) if line.kind != ChargeKind::Fee => {
            let days = metered.map_or(0, |metered| metered.period.days());
            format!("{quantity} of the {days} days of the period at {price} a month")
        }
        (ChargeUnit::Day, _) => format!("{quantity} {} x {price}", noun("day", "days")),
        (ChargeUnit::Month, _) => format!("{price} a month"),
        (ChargeUnit::Hcf, _) => format!("{quantity} {} x {price}", noun("unit", "units")),
        (ChargeUnit::Dwelling, days) => {
            by_days(format!("{quantity} {} x {price}", noun("home", "homes")), line, days)
        }
        (ChargeUnit::Edu, days) => by_days(format!("{quantity} EDU x {price}"), line, days),
    }
}

/// Adds the days where a charge was prorated by them.
fn by_days(told: String, line: &BillLine, days: Option<i64>) -> String {
    let whole = line.amount == Money::rounded(line.quantity * line.price);
    match days.filter(|_| !whole) {
        Some(days) => format!("{told}, for {days} days of a month of 30"),
        None => told,
    }
}

/// A price with its decimals, at least two.
fn price(price: Decimal) -> String {
    let price = price.normalize();
    format!("${:.*}", price.scale().max(2) as usize, price)
}

/// An amount among words; a credit has its sign in front.
fn dollars(amount: Money) -> String {
    if amount.is_negative() { format!("-${}", -amount) } else { format!("${amount}") }
}

fn bounds(line: &BillLine) -> String {
    match (line.tier, line.working.above, line.working.up_to) {
        (Some(tier), Some(above), Some(up_to)) if above.is_zero() => {
            format!("Tier {tier} is the water up to {} units. ", up_to.normalize())
        }
        (Some(tier), Some(above), Some(up_to)) => {
            format!(
                "Tier {tier} is the water above {} and up to {} units. ",
                above.normalize(),
                up_to.normalize()
            )
        }
        (Some(tier), Some(above), None) => {
            format!("Tier {tier} is the water above {} units. ", above.normalize())
        }
        _ => String::new(),
    }
}

/// Each part of the change that is not nothing, between the two bills.
fn changes(compared: &Compared) -> Vec<Line<'_>> {
    let Some(change) = &compared.change else { return vec![] };
    let parts = [
        ("Usage", change.usage),
        ("Rates", change.rates),
        ("Budget", change.budget),
        ("Days", change.days),
        ("Other", change.other()),
    ];
    let line = |what: String, amount: Money| vec![Cell::new(what), Cell::new(amount)];
    let mut rows = vec![line(format!("Bill of {}", change.before.month), change.before.charges)];
    let told = parts.into_iter().filter(|(_, part)| !part.is_zero());
    rows.extend(told.map(|(what, part)| line(what.to_owned(), part)));
    rows.push(line(format!("Bill of {}", change.now.month), change.now.charges));
    if let Some(units) = compared.last_year {
        rows.push(vec![
            Cell::new("Units in the same month last year"),
            Cell::new(units.normalize().to_string()),
        ]);
    }
    rows
}

/// A held read that a later bill has counted past: why it was held and which bill it was; there is nothing to do.
fn passed<'a>(of: &HeldRead) -> Line<'a> {
    let words: Vec<String> =
        of.reasons.iter().map(|reason| reason.exception.word().replace('-', " ")).collect();
    let told = of.reasons.iter().map(|reason| reason.numbers.as_str()).chain(of.overtaken.as_deref());
    vec![
        Cell::new(format!("{} (a read of {})", words.join(", "), of.month)),
        Cell::new(told.collect::<Vec<_>>().join(" ")),
    ]
}

/// What was said of a read, with its numbers; to the office also what to do.
fn reason<'a>(of: &Reason, mark: &str, reader: Reader) -> Line<'a> {
    let word = format!("{} ({mark})", of.exception.word().replace('-', " "));
    let told = match reader {
        Reader::Office => format!("{} {}", of.numbers, advice::advice(of.exception)),
        Reader::Customer => of.numbers.clone(),
    };
    vec![Cell::new(word), Cell::new(told)]
}
