//! The lock-off schedule: who is locked off when, the proof of each date, and what is missing.

use crate::domain::books::decision::LOCK_OFF_WORDS;
use crate::domain::date::plus_days;
use crate::domain::page::{
    Book, Check, Column, Cover, Fact, Figure, Flag, Page, Role, Row, Section, Table, Value,
};
use crate::domain::proposals::lock_off_schedule::{LockOffRow, LockOffSchedule, Reached};
use crate::domain::proposals::timeline::{Finding, Rule};
use crate::workbook::sections;
use crate::workbook::survey::{CHECK, OK};

/// The title of the workbook.
pub const LOCK_OFF_SCHEDULE: &str = "Lock-off schedule";
/// The list of who is locked off when.
pub const SCHEDULE: &str = "Schedule";
const PROOF: &str = "Proof";
const MISSING: &str = "Missing";
const HANGERS: &str = "Door hangers";
const HOLDS: &str = "Holds";
const RECHECK: &str = "Morning re-check";
const BUSINESS: &str = "Business days";
const LOCK_OFF: &str = "Lock-off days";

/// Lays the lock-off schedule out as a workbook.
pub fn lock_off_schedule(of: &LockOffSchedule) -> Book<'_> {
    Book {
        title: LOCK_OFF_SCHEDULE.to_owned(),
        office: of.office.clone(),
        subject: of.day.to_string(),
        date: of.day,
        run_id: of.run_id.clone(),
        chain_head: of.chain_head.clone(),
        pages: vec![
            Page::Cover(cover(of)),
            Page::Table(schedule(of)),
            Page::Table(proof(of)),
            Page::Table(missing(of)),
            Page::Table(hangers(of)),
            Page::Table(holds(of)),
            Page::Table(recheck(of)),
            Page::Table(days(BUSINESS, "The days on which the office is open.", &of.business_days)),
            Page::Table(days(
                LOCK_OFF,
                "The days on which the law lets somebody be locked off.",
                &of.lock_off_days,
            )),
        ],
    }
    .sealed()
}

/// The columns of the schedule; with those of a decision where lock-offs wait for one.
fn scheduled(waits: bool) -> Vec<Column> {
    let latest = "SUMPRODUCT(MAX(({Proof!Account}=[Account])*{Proof!Satisfied from}))";
    let roll = "INDEX({Lock-off days!Day},MATCH([Last rule from]-1,{Lock-off days!Day},1)+1)";
    let mut columns = vec![
        Column::new("Day", Role::Date)
            .width(11)
            .note("The first lock-off day with a place left, on or after the earliest date."),
        Column::new("Route", Role::Account).width(7),
        Column::new("Place", Role::Integer).width(7),
        Column::new("Account", Role::Account),
        Column::new("Customer", Role::Text).width(22),
        Column::new("Service address", Role::Text).width(24),
        Column::new("Phone", Role::Account).width(14),
        Column::new("Past due", Role::Money).total(),
        Column::new("Oldest unpaid bill", Role::Account).width(20),
        Column::new("Last rule from", Role::Date)
            .width(11)
            .formula(latest)
            .note("The latest of the account's dates in Proof."),
        Column::new("Earliest", Role::Date)
            .width(11)
            .formula(roll)
            .note("The first lock-off day on or after it (L10, Government Code 60374)."),
        Column::new("Order", Role::Account)
            .width(18)
            .note("The open field order for it. Without one nobody is sent."),
    ];
    if waits {
        let held = Column::new("Held", Role::Sentence)
            .width(18)
            .note("Whose last word it was to wait, and since when.");
        columns.extend([held, Column::decision(&LOCK_OFF_WORDS), Column::initials()]);
    }
    columns.extend([
        Column::new("Found", Role::Date)
            .width(11)
            .note("The earliest date as the program found it.")
            .screen_only(),
        Column::new("Ties", Role::Check)
            .formula("IF(AND([Earliest]=[Found],[Day]>=[Earliest]),\"OK\",\"CHECK\")")
            .total()
            .screen_only(),
    ]);
    if waits {
        columns.extend([Column::reference().screen_only(), Column::seal()]);
    }
    columns
}

fn schedule(of: &LockOffSchedule) -> Table<'_> {
    Table {
        name: SCHEDULE.to_owned(),
        about:
            "Who is locked off when: by day, route and place. Made for the morning of the day on the cover."
                .to_owned(),
        columns: scheduled(of.waits),
        frozen: 4,
        rows: of.scheduled.len(),
        fill: Box::new(|index, row| {
            let one = &of.scheduled[index];
            let LockOffRow { timeline, customer, order, held } = one;
            row.push(timeline.scheduled);
            who(row, customer, timeline.account.as_str());
            row.push(timeline.past_due);
            row.push(timeline.bill.as_str());
            row.push(timeline.rules.iter().filter_map(|found| found.standing.date()).max());
            row.push(timeline.earliest);
            row.push(order.as_str());
            if of.waits {
                row.push(held.as_str());
                row.push(Value::Empty);
                row.push(Value::Empty);
            }
            row.push(timeline.earliest);
            let ties = timeline.scheduled >= timeline.earliest;
            row.push(if ties { OK } else { CHECK });
            if of.waits {
                row.push(one.reference());
                row.push(one.token());
            }
        }),
    }
}

/// Route, place, account, name, address and telephone.
fn who<'a>(row: &mut Row<'a>, customer: &'a Reached, account: &'a str) {
    row.push(customer.route.as_str());
    row.push(customer.place);
    row.push(account);
    row.push(customer.name.as_str());
    row.push(customer.service_address.as_str());
    row.push(customer.phone.as_str());
}

/// The rules with a date, of every account on the list.
fn dated(of: &LockOffSchedule) -> Vec<(&LockOffRow, &Finding)> {
    let accounts = of.scheduled.iter().chain(&of.waiting);
    let rules = accounts.flat_map(|one| one.timeline.rules.iter().map(move |found| (one, found)));
    rules.filter(|(_, found)| found.standing.date().is_some()).collect()
}

fn proof(of: &LockOffSchedule) -> Table<'_> {
    let rules = dated(of);
    let business = "INDEX({Business days!Day},MATCH([Evidence date],{Business days!Day},1)+[Business days])";
    Table {
        name: PROOF.to_owned(),
        about: "One row per account and rule that has a date. A rule that is missing stands in Missing; one that is in neither \
                does not apply."
            .to_owned(),
        columns: vec![
            Column::new("Account", Role::Account),
            Column::new("Rule", Role::Text).width(10),
            Column::new("It asks for", Role::Text).width(38),
            Column::new("Evidence", Role::Text).width(30),
            Column::new("Evidence date", Role::Date).width(11),
            Column::new("Days", Role::Integer).width(8).note("Calendar days to add."),
            Column::new("Business days", Role::Integer)
                .width(10)
                .note("Business days to add: days on which the office is open, see Business days."),
            Column::new("Satisfied from", Role::Date).width(11)
                .formula(format!("IF([Business days]>0,{business},[Evidence date]+[Days])")),
            Column::new("Section", Role::Text).width(40),
        ],
        frozen: 2,
        rows: rules.len(),
        fill: Box::new(move |index, row| {
            let (one, found) = rules[index];
            row.push(one.timeline.account.as_str());
            row.push(found.rule.word());
            row.push(found.rule.about());
            row.push(found.what.as_str());
            row.push(found.evidence);
            let (days, business) = found.days.unwrap_or_default();
            row.push(if business { 0 } else { days });
            row.push(if business { days } else { 0 });
            row.push(found.standing.date());
            row.push(found.section.as_str());
        }),
    }
}

fn missing(of: &LockOffSchedule) -> Table<'_> {
    let missing: Vec<(&LockOffRow, &Finding)> = of
        .waiting
        .iter()
        .flat_map(|one| one.timeline.rules.iter().map(move |found| (one, found)))
        .filter(|(one, found)| one.timeline.missing().contains(&found.rule))
        .collect();
    Table {
        name: MISSING.to_owned(),
        about: "What keeps an account off the schedule, a row for each rule; and the earliest date if every step were taken today."
            .to_owned(),
        columns: vec![
            Column::new("Account", Role::Account),
            Column::new("Customer", Role::Text).width(22),
            Column::new("Past due", Role::Money),
            Column::new("Rule", Role::Text).width(10),
            Column::new("It asks for", Role::Text).width(38),
            Column::new("What is missing", Role::Sentence).width(34),
            Column::new("What to do", Role::Sentence).width(28),
            Column::new("If taken today", Role::Date).width(11).note("The earliest date if every missing step were taken today."),
            Column::new("Section", Role::Text).width(40),
        ],
        frozen: 1,
        rows: missing.len(),
        fill: Box::new(move |index, row| {
            let (one, found) = missing[index];
            row.push(one.timeline.account.as_str());
            row.push(one.customer.name.as_str());
            row.push(one.timeline.past_due);
            row.push(found.rule.word());
            row.push(found.rule.about());
            row.push(found.what.as_str()).flag(Flag::Warning);
            row.push(found.rule.remedy().unwrap_or("nothing: only time or the customer can mend it"));
            row.push(one.timeline.if_today);
            row.push(found.section.as_str());
        }),
    }
}

/// Where a door hanger is to be hung, and why: it alone is missing, or the last attempt will have lapsed on the day.
fn hangers_due(of: &LockOffSchedule) -> Vec<(&LockOffRow, String)> {
    let lapses = of.attempt_lapses_days;
    let again = |one: &LockOffRow| {
        let day = one.timeline.scheduled?;
        let found = one.timeline.attempt_lapsed_on(day, lapses)?;
        let until = plus_days(found.evidence?, lapses);
        let (from, to) = (plus_days(day, -lapses), plus_days(day, -of.attempt_days));
        Some(format!(
            "The {} counts through {until}, not on {day}: hang one from {from} to {to}.",
            found.what
        ))
    };
    let missing = of.waiting.iter().filter(|one| one.timeline.missing() == [Rule::L5]);
    let missing = missing.map(|one| (one, "Nothing else is missing.".to_owned()));
    missing.chain(of.scheduled.iter().filter_map(|one| Some((one, again(one)?)))).collect()
}

fn hangers(of: &LockOffSchedule) -> Table<'_> {
    let due = hangers_due(of);
    Table {
        name: HANGERS.to_owned(),
        about: format!(
            "Where a door hanger (or a call) is all that is missing, by account; then where the last one will have lapsed on the day. \
             It counts for {} days.",
            of.attempt_lapses_days
        ),
        columns: vec![
            Column::new("Route", Role::Account).width(7),
            Column::new("Place", Role::Integer).width(7),
            Column::new("Account", Role::Account),
            Column::new("Customer", Role::Text).width(22),
            Column::new("Service address", Role::Text).width(24),
            Column::new("Phone", Role::Account).width(14),
            Column::new("Past due", Role::Money).total(),
            Column::new("If hung today", Role::Date)
                .width(11)
                .note("The earliest date then; empty where the account has its day already."),
            Column::new("Why", Role::Sentence).width(34),
        ],
        frozen: 3,
        rows: due.len(),
        fill: Box::new(move |index, row| {
            let (LockOffRow { timeline, customer, .. }, why) = &due[index];
            who(row, customer, timeline.account.as_str());
            row.push(timeline.past_due);
            row.push(timeline.if_today);
            row.push(why.clone());
        }),
    }
}

fn holds(of: &LockOffSchedule) -> Table<'_> {
    Table {
        name: HOLDS.to_owned(),
        about: "Holds on record that have not ended.".to_owned(),
        columns: vec![
            Column::new("Account", Role::Account),
            Column::new("Customer", Role::Text).width(24),
            Column::new("Kind", Role::Text).width(12),
            Column::new("From", Role::Date).width(11),
            Column::new("Until", Role::Date).width(11).note("Its last day. Empty: open-ended."),
            Column::new("Counts", Role::Sentence).width(44),
        ],
        frozen: 1,
        rows: of.holds.len(),
        fill: Box::new(|index, row| {
            let one = &of.holds[index];
            row.push(one.hold.account.as_str());
            row.push(one.customer.name.as_str());
            row.push(one.hold.kind.word());
            row.push(one.hold.from);
            row.push(one.hold.until);
            if one.hold.counts() {
                row.push("yes");
            } else {
                row.push("no: certificate, inability to pay and willingness to a plan are not all on record")
                    .flag(Flag::Warning);
            }
        }),
    }
}

fn recheck(of: &LockOffSchedule) -> Table<'_> {
    Table {
        name: RECHECK.to_owned(),
        about: "Who was in the schedule of the day before and is not in this one, or later, with the reason."
            .to_owned(),
        columns: vec![
            Column::new("Account", Role::Account),
            Column::new("Customer", Role::Text).width(24),
            Column::new("Service address", Role::Text).width(28),
            Column::new("Was scheduled for", Role::Date).width(11),
            Column::new("Why not any more", Role::Sentence).width(50),
        ],
        frozen: 1,
        rows: of.dropped.len(),
        fill: Box::new(|index, row| {
            let one = &of.dropped[index];
            row.push(one.account.as_str());
            row.push(one.customer.name.as_str());
            row.push(one.customer.service_address.as_str());
            row.push(one.was);
            row.push(one.reason.as_str()).flag(Flag::Held);
        }),
    }
}

fn days<'a>(name: &str, about: &str, days: &'a [crate::domain::date::Date]) -> Table<'a> {
    Table {
        name: name.to_owned(),
        about: about.to_owned(),
        columns: vec![Column::new("Day", Role::Date).width(11), Column::new("Weekday", Role::Text).width(12)],
        frozen: 1,
        rows: days.len(),
        fill: Box::new(|index, row| {
            row.push(days[index]);
            row.push(days[index].format("%A").to_string());
        }),
    }
}

fn cover(of: &LockOffSchedule) -> Cover<'_> {
    let facts = vec![
        Fact::new("District", of.office.as_str()),
        Fact::new("As of", of.day),
        Fact::new("Run id", of.run_id.as_str()),
        Fact::new("Chain head", of.chain_head.as_str()),
        Fact::new("Program", concat!("meterbook ", env!("CARGO_PKG_VERSION"))),
        Fact::new("Text of the law", of.law.as_str()),
        Fact::new("Lock-offs a day at most", of.per_day),
        Fact::new("Scheduled", of.scheduled.len()).leading_to(SCHEDULE),
        Fact::new("Ordered", of.scheduled.iter().filter(|one| !one.order.is_empty()).count())
            .leading_to(SCHEDULE),
        Fact::new("A step is missing", of.waiting.len()).leading_to(MISSING),
        Fact::new("Dropped off since the day before", of.dropped.len()).leading_to(RECHECK),
    ];
    let owed = of.scheduled.iter().map(|one| one.timeline.past_due).sum::<crate::domain::money::Money>();
    let busiest = of.scheduled.iter().map(|one| {
        of.scheduled.iter().filter(|other| other.timeline.scheduled == one.timeline.scheduled).count()
    });
    let check = |says: &str, role, found, expected| Check { says: says.to_owned(), role, found, expected };
    let over = busiest
        .max()
        .map_or(0, |many| many.saturating_sub(usize::try_from(of.per_day).unwrap_or(usize::MAX)));
    Cover {
        facts,
        checks: vec![
            check(
                "Past due of those scheduled",
                Role::Money,
                Figure::total(SCHEDULE, "Past due"),
                Figure::Given(owed.decimal()),
            ),
            check(
                "Dates that do not follow from their evidence",
                Role::Integer,
                Figure::total(SCHEDULE, "Ties"),
                Figure::Given(0.into()),
            ),
            check(
                "Lock-offs above the most on a day",
                Role::Integer,
                Figure::Given(over.into()),
                Figure::Given(0.into()),
            ),
        ],
        sections: sections(of.waits),
    }
}

fn sections<'a>(waits: bool) -> Vec<Section<'a>> {
    let legend = [
        (Flag::Ok, "OK", "A check that holds."),
        (
            Flag::Warning,
            "missing",
            "A step is missing, or a hold does not count; the words beside it say why.",
        ),
        (Flag::Held, "dropped", "Dropped off since the day before; or a check that does not hold."),
    ];
    let limits = [
        "The crew looks at the morning's schedule: who paid in the meantime, or whose door hanger has lapsed, is not on it.",
        "Hours are not known: 48 hours are counted as 3 days, which hold at any hour.",
        "A bill counts as mailed on its date.",
        "Nobody is sent without a field order. An order whose reason has gone, because the customer paid or a step lapsed, is cancelled by the next run.",
    ];
    let how = [
        "Approve: the run that takes the workbook in makes a field order of it, and the crew is sent on its day.",
        "Hold: nobody is sent. The row stays, and says who held it; the newest word counts.",
        "A row without a decision stays as it is. Every decision needs Initials. Save the workbook and drop it into the inbox.",
    ];
    let mut sections = vec![
        sections::made_from_the_books(
            "Bills, payments, notices, holds, plans and field results of the books up to the chain head above.",
        ),
        sections::colours(legend, waits),
        sections::limits(limits),
    ];
    if waits {
        sections.insert(0, sections::how_to_decide(how));
    }
    sections
}
