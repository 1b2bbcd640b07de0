//! Stuck meters: the evidence, the estimate of each period, and its price on top of what was billed, in live formulas.
//!
//! The lists lead from one to the next: usage before and days make the estimate, the estimate makes units, the units fall
//! into the tiers of the period's own rates, and what they cost there adds up to the back bill.

use rust_decimal::Decimal;

use crate::domain::books::back_bill::{BackLine, SinceThen, StuckPeriod};
use crate::domain::books::decision::{APPROVE, HOLD, REJECT};
use crate::domain::money::Money;
use crate::domain::office::UsageRounding;
use crate::domain::page::{
    Book, Cell, Check, Column, Cover, Fact, Figure, Flag, Page, Role, Row, Section, Table, Value,
};
use crate::domain::proposals::stuck_meters::{StuckMeters, StuckRow, StuckState};
use crate::workbook::sections;

/// The title of the workbook.
pub const STUCK_METERS: &str = "Stuck meters";
/// The sheet of the stuck meters, which takes decisions.
pub const STUCK: &str = "Back bills";
/// The sheet of the affected periods.
const PERIODS: &str = "Periods";
/// The sheet of the water in its tiers.
const WATER: &str = "Water";
/// The sheet of what else the rate files charge for more water.
const OTHER: &str = "Other lines";
/// The sheet of usage that repeats itself.
const SAME: &str = "Same usage";
/// What a period, a meter or a line costs more.
const AMOUNT: &str = "Back bill";

/// Lays the stuck meters out as a workbook.
pub fn stuck_meters(of: &StuckMeters) -> Book<'_> {
    Book {
        title: STUCK_METERS.to_owned(),
        office: of.office.clone(),
        subject: of.month.to_string(),
        date: of.day,
        run_id: of.run_id.clone(),
        chain_head: of.chain_head.clone(),
        pages: vec![
            Page::Cover(cover(of)),
            Page::Table(back_bills(of)),
            Page::Table(periods(of)),
            Page::Table(water(of)),
            Page::Table(other_lines(of)),
            Page::Table(same_usage(of)),
        ],
    }
    .sealed()
}

fn back_bills(of: &StuckMeters) -> Table<'_> {
    let sum = |column: &str| format!("SUMIFS({{{PERIODS}!{column}}},{{{PERIODS}!Proposal}},[Ref])");
    let mut columns = vec![
        Column::new("Account", Role::Account),
        Column::new("Customer", Role::Text).width(18),
        Column::new("Meter", Role::Account),
        Column::new("Stands at", Role::Reading)
            .width(9)
            .note("What the register showed at every read without usage."),
        Column::new("Since", Role::Date).width(11).note("The last read before the first without usage."),
        Column::new("Zero reads", Role::Integer).width(7).note("Consecutive actual reads without usage."),
        Column::volume("Usual", "HCF")
            .width(8)
            .note("The mean of at most 12 billed periods before, in 30 days."),
        Column::new("Since then", Role::Sentence).width(26),
        Column::new("Periods", Role::Integer)
            .width(8)
            .formula(format!("COUNTIFS({{{PERIODS}!Proposal}},[Ref])"))
            .note("Those that are billed; what they are is in Periods."),
        Column::volume("Units", "HCF").width(8).formula(sum("Units (HCF)")).total(),
        Column::new(AMOUNT, Role::Money).formula(sum(AMOUNT)).total(),
        Column::new("State", Role::Sentence).width(20),
        Column::decision(&[APPROVE, HOLD, REJECT]),
        Column::reason("A rejection needs it."),
        Column::initials(),
    ];
    let screen = [
        Column::new("Service address", Role::Text).width(24),
        Column::new("Class", Role::Text),
        Column::new("Route", Role::Account),
        Column::new("Usage before", Role::Volume)
            .note("Of the periods behind Usual, in the register's unit."),
        Column::new("Days before", Role::Integer),
        Column::new("Unit", Role::Text).width(6),
        Column::reference(),
    ];
    columns.extend(screen.into_iter().map(Column::screen_only));
    columns.push(Column::seal());
    Table {
        name: STUCK.to_owned(),
        about: "One row per stuck meter. Decide in the yellow cells, save, and drop the workbook into the inbox; what is approved \
                posts as an adjustment."
            .to_owned(),
        columns,
        frozen: 2,
        rows: of.rows.len(),
        fill: Box::new(|index, row| fill(&of.rows[index], row)),
    }
}

fn fill<'a>(of: &'a StuckRow, row: &mut Row<'a>) {
    let (bill, stuck) = (&of.back_bill, &of.back_bill.stuck);
    row.push(bill.account.as_str());
    row.push(of.customer.name.as_str());
    row.push(stuck.meter.as_ref().map(|meter| meter.as_str()));
    row.push(stuck.reading);
    row.push(stuck.since);
    row.push(stuck.zeros);
    row.push(stuck.a_month);
    row.push(since_then(&stuck.since_then));
    row.push(stuck.periods.len());
    row.push(bill.units());
    row.push(bill.amount());
    let state = row.push(words(&of.state));
    match of.state {
        StuckState::Proposed | StuckState::Held(_) => drop(state.flag(Flag::Held)),
        StuckState::Unpriced(_) => drop(state.flag(Flag::Warning)),
        StuckState::Posted(..) => drop(state.flag(Flag::Ok)),
        StuckState::Rejected(_) => {}
    }
    for _input in 0..3 {
        row.push(Value::Empty);
    }
    row.push(of.customer.service_address.as_str());
    row.push(of.customer.class.as_str());
    row.push(of.customer.route.as_str());
    row.push(stuck.before.amount);
    row.push(stuck.days_before);
    row.push(stuck.before.unit.to_string());
    row.push(bill.reference.as_str());
    row.push(of.token.as_str());
}

fn since_then(what: &SinceThen) -> String {
    match what {
        SinceThen::Stands => "It stands still.".to_owned(),
        SinceThen::ChangedOut(day, reason) if reason.is_empty() => format!("Changed out on {day}."),
        SinceThen::ChangedOut(day, reason) => format!("Changed out on {day}: {reason}."),
        SinceThen::Moved(day) => {
            format!("It moved again by {day} without a change: perhaps nobody used water.")
        }
    }
}

fn words(state: &StuckState) -> String {
    match state {
        StuckState::Proposed => "proposed".to_owned(),
        StuckState::Held(said) => format!("proposed. {said}"),
        StuckState::Rejected(said) => format!("rejected. {said}"),
        StuckState::Posted(day, by) if by.is_empty() => format!("posted on {day}"),
        StuckState::Posted(day, by) => format!("posted on {day}, approved by {by}"),
        StuckState::Unpriced(why) => format!("no price: {why}"),
    }
}

/// Every period with the row it belongs to, and its place there.
fn all_periods(of: &StuckMeters) -> Vec<(&StuckRow, usize, &StuckPeriod)> {
    let mut all = Vec::new();
    for row in &of.rows {
        let periods = row.back_bill.stuck.periods.iter().enumerate();
        all.extend(periods.map(|(place, period)| (row, place, period)));
    }
    all
}

fn periods(of: &StuckMeters) -> Table<'_> {
    let all = all_periods(of);
    let units = match of.rounding {
        UsageRounding::Exact => "[Estimate]/[Per HCF]",
        UsageRounding::TruncateReadings | UsageRounding::TruncateUsage => "INT([Estimate]/[Per HCF])",
    };
    let of_bill = |list: &str| format!("SUMIFS({{{list}!{AMOUNT}}},{{{list}!Bill}},[Bill])");
    Table {
        name: PERIODS.to_owned(),
        about: "One row per billed period that the register did not count: the estimate, and what it costs on top of what was \
                billed."
            .to_owned(),
        columns: vec![
            Column::new("Account", Role::Account),
            Column::new("Bill", Role::Account).width(16),
            Column::new("From", Role::Date).width(11),
            Column::new("To", Role::Date).width(11),
            Column::new("Days", Role::Integer).width(6).formula("[To]-[From]+1"),
            Column::new("Estimated from", Role::Sentence).width(42),
            Column::new("Usage", Role::Decimal).width(9).note("What the estimate is worked out from, in the register's unit."),
            Column::new("Its days", Role::Integer).width(7),
            Column::new("Estimate", Role::Volume)
                .width(9)
                .formula("MAX(0,INT([Usage]*[Days]/[Its days]))")
                .note("Usage x days / its days, floored, in the register's unit."),
            Column::new("Unit", Role::Text).width(6),
            Column::new("Per HCF", Role::Integer).width(7),
            Column::volume("Units", "HCF").width(8).formula(units).total()
                .note("What is billed on top; what is less than a unit of a period is not billed."),
            Column::volume("Billed", "HCF").width(8).note("The units on the bill of the period."),
            Column::new(AMOUNT, Role::Money).formula(format!("{}+{}", of_bill(WATER), of_bill(OTHER))).total(),
            Column::new("Proposal", Role::Account).width(20).screen_only(),
        ],
        frozen: 2,
        rows: all.len(),
        fill: Box::new(move |index, row| {
            let (of, place, period) = all[index];
            row.push(of.back_bill.account.as_str());
            row.push(period.bill.as_str());
            row.push(period.period.from_date());
            row.push(period.period.current);
            row.push(period.period.days());
            row.push(period.method.as_str());
            row.push(period.usual);
            row.push(period.usual_days);
            row.push(period.estimate);
            row.push(period.unit.to_string());
            row.push(period.unit.per_hcf());
            row.push(period.units);
            row.push(period.billed);
            row.push(of.back_bill.amount_of(place));
            row.push(of.back_bill.reference.as_str());
        }),
    }
}

/// A line with its period and account.
type Priced<'a> = (&'a StuckRow, &'a StuckPeriod, &'a BackLine);

/// The lines whose quantities follow from the units of the period and the bounds of the tier, or the others.
fn lines(of: &StuckMeters, in_tiers: bool) -> Vec<Priced<'_>> {
    let mut found = Vec::new();
    for (row, place, period) in all_periods(of) {
        let lines = row.back_bill.lines[place].iter().filter(|line| is_in_tiers(period, line) == in_tiers);
        found.extend(lines.map(|line| (row, period, line)));
    }
    found
}

/// How many units of so many fall between the bounds of a line.
fn within(units: Decimal, line: &BackLine) -> Decimal {
    let up_to = line.working.up_to.map_or(units, |up_to| units.min(up_to));
    (up_to - line.working.above.unwrap_or_default()).max(Decimal::ZERO)
}

/// Whether the formulas of Water come to what the line comes to.
fn is_in_tiers(period: &StuckPeriod, line: &BackLine) -> bool {
    let comes_to = |units: Decimal, quantity: Decimal, amount: Money| {
        within(units, line) == quantity && Money::rounded(quantity * line.price) == amount
    };
    line.is_water()
        && comes_to(period.billed, line.billed, line.before)
        && comes_to(period.billed + period.units, line.with, line.after)
}

fn water(of: &StuckMeters) -> Table<'_> {
    let lines = lines(of, true);
    let of_period = |column: &str| format!("SUMIFS({{{PERIODS}!{column}}},{{{PERIODS}!Bill}},[Bill])");
    let within = |units: &str| format!("MAX(0,MIN([{units}],[Up to])-[Above])");
    Table {
        name: WATER.to_owned(),
        about: "The water of each period in the tiers of its own rates: as billed, and with the estimate on top."
            .to_owned(),
        columns: vec![
            Column::new("Account", Role::Account),
            Column::new("Bill", Role::Account).width(16),
            Column::new("Tier", Role::Integer).width(6),
            Column::new("Above", Role::Decimal).width(8).note("Units above which the tier begins."),
            Column::new("Up to", Role::Decimal).width(8).note("Units up to which it goes; empty for the last."),
            Column::new("Price", Role::Price).width(9),
            Column::volume("Billed", "HCF").width(8).formula(of_period("Billed (HCF)")),
            Column::volume("Together", "HCF")
                .width(11)
                .formula(format!("[Billed (HCF)]+{}", of_period("Units (HCF)"))),
            Column::volume("In the tier as billed", "HCF").width(10).formula(within("Billed (HCF)")),
            Column::volume("In the tier together", "HCF").width(10).formula(within("Together (HCF)")),
            Column::new(AMOUNT, Role::Money)
                .formula(
                    "ROUND([In the tier together (HCF)]*[Price],2)-ROUND([In the tier as billed (HCF)]*[Price],2)",
                )
                .total(),
            Column::new("Rate file", Role::Text).width(26),
            Column::new("Key", Role::Text).width(30),
        ],
        frozen: 2,
        rows: lines.len(),
        fill: Box::new(move |index, row| {
            let (of, period, line) = lines[index];
            row.push(of.back_bill.account.as_str());
            row.push(period.bill.as_str());
            row.push(line.tier);
            row.push(line.working.above.unwrap_or_default());
            row.push(line.working.up_to);
            row.push(line.price);
            row.push(period.billed);
            row.push(period.billed + period.units);
            row.push(line.billed);
            row.push(line.with);
            row.push(line.amount());
            row.push(line.working.file.as_str());
            row.push(line.working.key.as_str());
        }),
    }
}

fn other_lines(of: &StuckMeters) -> Table<'_> {
    let lines = lines(of, false);
    Table {
        name: OTHER.to_owned(),
        about: "What else the rate files charge for more water, as priced: surcharges, and water whose period is shared by days \
                between two rates."
            .to_owned(),
        columns: vec![
            Column::new("Account", Role::Account),
            Column::new("Bill", Role::Account).width(16),
            Column::new("Kind", Role::Text).width(12),
            Column::new("Line", Role::Text).width(30),
            Column::new("Tier", Role::Integer).width(6),
            Column::new("Price", Role::Price).width(9),
            Column::new("As billed", Role::Money),
            Column::new("Together", Role::Money).note("With the estimate on top."),
            Column::new(AMOUNT, Role::Money).formula("[Together]-[As billed]").total(),
            Column::new("Rate file", Role::Text).width(26),
            Column::new("Key", Role::Text).width(30),
        ],
        frozen: 2,
        rows: lines.len(),
        fill: Box::new(move |index, row| {
            let (of, period, line) = lines[index];
            row.push(of.back_bill.account.as_str());
            row.push(period.bill.as_str());
            row.push(line.kind.word());
            row.push(line.name.as_str());
            row.push(line.tier);
            row.push(line.price);
            row.push(line.before);
            row.push(line.after);
            row.push(line.amount());
            row.push(line.working.file.as_str());
            row.push(line.working.key.as_str());
        }),
    }
}

fn same_usage(of: &StuckMeters) -> Table<'_> {
    Table {
        name: SAME.to_owned(),
        about: "Accounts whose last three bills show the same usage, not zero: perhaps nobody read the meter. Look at it; nothing \
                is billed from here."
            .to_owned(),
        columns: vec![
            Column::new("Account", Role::Account),
            Column::new("Customer", Role::Text).width(24),
            Column::new("Service address", Role::Text).width(28),
            Column::new("Route", Role::Account).width(7),
            Column::new("Meter", Role::Account),
            Column::new("Usage", Role::Volume).note("Of each of the three periods, in the register's unit."),
            Column::new("Unit", Role::Text).width(6),
            Column::new("First read on", Role::Date).width(11),
            Column::new("Second read on", Role::Date).width(11),
            Column::new("Third read on", Role::Date).width(11),
        ],
        frozen: 1,
        rows: of.repeated.len(),
        fill: Box::new(|index, row| {
            let one = &of.repeated[index];
            row.push(one.account.as_str());
            row.push(one.customer.name.as_str());
            row.push(one.customer.service_address.as_str());
            row.push(one.customer.route.as_str());
            row.push(one.meter.as_ref().map(|meter| meter.as_str()));
            row.push(one.usage.amount);
            row.push(one.usage.unit.to_string());
            for date in one.dates {
                row.push(date);
            }
        }),
    }
}

fn cover(of: &StuckMeters) -> Cover<'_> {
    let waits = || of.rows.iter().filter(|row| row.state.waits());
    let posted = || of.rows.iter().filter(|row| matches!(row.state, StuckState::Posted(..)));
    let sum =
        |rows: &mut dyn Iterator<Item = &StuckRow>| -> Money { rows.map(|row| row.back_bill.amount()).sum() };
    let mut facts = vec![
        Fact::new("District", of.office.as_str()),
        Fact::new("Period", of.month.to_string()),
        Fact::new("As of", of.day),
        Fact::new("Run id", of.run_id.as_str()),
        Fact::new("Chain head", of.chain_head.as_str()),
        Fact::new("Program", concat!("meterbook ", env!("CARGO_PKG_VERSION"))),
        Fact::new("Waiting for a decision", waits().count()).leading_to(STUCK),
        Fact::new("Their back bills", format!("${}", sum(&mut waits()))).leading_to(STUCK),
        Fact::new("Posted in the month", posted().count()).leading_to(STUCK),
        Fact::new("Their back bills, posted", format!("${}", sum(&mut posted()))).leading_to(STUCK),
        Fact::new("Periods worked out", all_periods(of).len()).leading_to(PERIODS),
        Fact::new("Usage three times the same", of.repeated.len()).leading_to(SAME),
    ];
    if !of.prepared_by.is_empty() {
        facts.push(Fact::new("Prepared by", of.prepared_by.as_str()));
    }
    let check = |says: &str, role, found, expected| Check { says: says.to_owned(), role, found, expected };
    let all = sum(&mut of.rows.iter());
    let units: Decimal = of.rows.iter().map(|row| row.back_bill.units()).sum();
    let lines = vec![(WATER, AMOUNT.to_owned()), (OTHER, AMOUNT.to_owned())];
    let checks = vec![
        check(
            "Back bills as the program works them out",
            Role::Money,
            Figure::total(STUCK, AMOUNT),
            Figure::Given(all.decimal()),
        ),
        check(
            "Periods sum to the back bills",
            Role::Money,
            Figure::total(PERIODS, AMOUNT),
            Figure::total(STUCK, AMOUNT),
        ),
        check("Lines sum to the periods", Role::Money, Figure::Totals(lines), Figure::total(PERIODS, AMOUNT)),
        check(
            "Units as the program works them out",
            Role::Volume,
            Figure::total(PERIODS, "Units (HCF)"),
            Figure::Given(units),
        ),
    ];
    Cover { facts, checks, sections: cover_sections(of) }
}

fn cover_sections(of: &StuckMeters) -> Vec<Section<'_>> {
    let legend = [
        (Flag::Ok, "posted, OK", "Posted in the month; or a check that holds."),
        (Flag::Warning, "no price", "It cannot be priced; the words say why."),
        (Flag::Held, "proposed, CHECK", "It waits for a decision; or a check that does not hold."),
    ];
    let limits = [
        "A meter is listed with two or more consecutive actual reads without usage, all billed, where at least 200 cubic feet in 30 \
         days were used before.",
        "Nobody may have used water: look at the meter first. Proposals are worked out, not measured.",
        "Each period is billed in whole units by itself; what its estimate has below a unit is not billed.",
        "What is posted comes from the books, never from a cell: of this workbook the program reads the decisions alone.",
        "Excel does not sort locked cells: use the filter buttons.",
    ];
    let mut sections = vec![
        sections::made_from(&of.sources),
        sections::colours(legend, true),
        sections::limits(limits),
        Section {
            title: "Illustrative values in use",
            columns: vec!["Key", "Value, and why it is illustrative"],
            rows: vec![vec![
                Cell::new("[back_bill] months"),
                Cell::new(format!("{} months back; no limit is published", of.months)),
            ]],
            otherwise: "",
        },
    ];
    if of.rows.iter().any(|row| row.state.waits()) {
        let steps = [
            "Back bills: pick Approve, Hold or Reject, with Initials; a rejection needs its Reason. Leave a row empty to decide later.",
            "Save the workbook and drop it into the inbox. The next run posts what is approved as an adjustment dated with that day.",
            "A rejected back bill comes again when a further period shows no usage.",
        ];
        sections.insert(0, sections::how_to_decide(steps));
    }
    sections
}
