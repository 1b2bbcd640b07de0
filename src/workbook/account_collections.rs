//! Where one account stands in collections, on a page: sentences to read to the customer, and what proves them.

use crate::domain::books::notice::Notice;
use crate::domain::books::payment_plan::PlanStanding;
use crate::domain::date::Date;
use crate::domain::page::{Book, Cell, Cover, Fact, Page, Section};
use crate::domain::proposals::account_collections::AccountCollections;
use crate::domain::proposals::letter_run::LetterKind;
use crate::domain::proposals::timeline::{Finding, Standing, Timeline};

/// Notices that are listed; older ones prove nothing more.
const NOTICES: usize = 8;

/// Lays out where an account stands in collections.
pub fn account_collections(of: &AccountCollections) -> Book<'_> {
    Book {
        title: format!("Collections of account {}", of.account),
        office: of.office.clone(),
        subject: of.day.to_string(),
        date: of.day,
        run_id: String::new(),
        chain_head: String::new(),
        pages: vec![Page::Handout(Cover { facts: facts(of), checks: vec![], sections: sections(of) })],
    }
}

fn facts(of: &AccountCollections) -> Vec<Fact<'_>> {
    vec![
        Fact::new("Customer", of.customer.name.as_str()),
        Fact::new("Service address", of.customer.service_address.as_str()),
        Fact::new("Phone", of.customer.phone.as_str()),
        Fact::new("As of", of.day),
        Fact::new("Owed in all", of.balance),
        Fact::new("Past due on bills", of.past_due()),
    ]
}

fn sections(of: &AccountCollections) -> Vec<Section<'_>> {
    let sentences = to_say(of).into_iter().map(|sentence| vec![Cell::new(sentence)]).collect();
    let mut sections = vec![
        Section { title: "To say", columns: vec![], rows: sentences, otherwise: "" },
        Section {
            title: "Past due",
            columns: vec!["Bill", "Dated", "Due on", "Open"],
            rows: bills(of),
            otherwise: "No bill is past due.",
        },
        Section {
            title: "What a shutoff needs",
            columns: vec!["Rule", "It asks for", "Stands", "Because", "Section"],
            rows: of.timeline.as_ref().map(rules).unwrap_or_default(),
            otherwise: "The account is not on the lock-off list.",
        },
        Section {
            title: "On record",
            columns: vec!["Date", "What", "How", "Came of it"],
            rows: of.notices.iter().take(NOTICES).map(notice).collect(),
            otherwise: "No letter, call, visit or door hanger.",
        },
    ];
    let more = [("Holds", vec!["Kind", "From", "Until", "Counts"], holds(of))];
    let plan = [("Payment plan", vec!["Due on", "Amount"], instalments(of))];
    let more = more.into_iter().chain(plan).filter(|(_, _, rows)| !rows.is_empty());
    sections.extend(more.map(|(title, columns, rows)| Section { title, columns, rows, otherwise: "" }));
    sections
}

/// What can be told the customer, a sentence each: what is owed, when what happens, what keeps it away, whom to ask.
fn to_say(of: &AccountCollections) -> Vec<String> {
    let mut said = vec![owed(of)];
    said.extend(shutoff(of));
    said.extend(held(of));
    said.extend(next(of));
    said.extend(plan(of));
    if !of.bills.is_empty() && of.residential {
        let phone = of.letterhead.phone.trim();
        let how = if phone.is_empty() { String::new() } else { format!(" at {phone}") };
        said.push(format!(
            "You can ask us{how} for more time, a payment plan, a review of the bill, or our written policy."
        ));
    }
    said
}

/// A day as it is said: Monday, August 24, 2026.
fn spoken(day: Date) -> String {
    day.format("%A, %B %-d, %Y").to_string()
}

fn owed(of: &AccountCollections) -> String {
    match of.bills.as_slice() {
        [] if of.balance.is_negative() => format!("You have a credit of ${}.", -of.balance),
        [] if of.balance.is_zero() => "You owe nothing.".to_owned(),
        [] => format!("You owe ${}; nothing of it is past due.", of.balance),
        [(oldest, _), ..] => format!(
            "You owe ${}, of which ${} is past due; the oldest bill, of {}, was due on {}.",
            of.balance,
            of.past_due(),
            spoken(oldest.date),
            spoken(oldest.due)
        ),
    }
}

fn shutoff(of: &AccountCollections) -> Option<String> {
    if let Some(since) = of.locked_since {
        let fee = if of.reconnection.is_zero() {
            String::new()
        } else {
            format!(" Turning it on costs ${} besides, in office hours.", of.reconnection)
        };
        return Some(format!(
            "Your water was shut off on {}. It is turned on again when ${} is paid or a plan is arranged.{fee}",
            spoken(since),
            of.past_due()
        ));
    }
    let Some(timeline) = &of.timeline else {
        let why = if of.bills.is_empty() {
            return None;
        } else if !of.active {
            "the account is not active".to_owned()
        } else {
            format!("less than ${} is past due", of.minimum)
        };
        return Some(format!("No shutoff is planned: {why}."));
    };
    Some(match (timeline.scheduled, of.pay_by, timeline.if_today) {
        (Some(day), Some(pay_by), _) => format!(
            "Your water may be shut off on {}. Pay ${} {} to keep it on.",
            spoken(day),
            timeline.past_due,
            if pay_by < of.day { "now".to_owned() } else { format!("by {}", spoken(pay_by)) }
        ),
        (_, _, Some(day)) => format!(
            "Your water stays on for now: before a shutoff you still have to be told, in writing or in person. It will not be before {}.",
            spoken(day)
        ),
        _ => format!("Your water stays on: {}.", kept_on(timeline)),
    })
}

/// The holds that keep the water on today and have a last day; open-ended ones are in what is said of the shutoff.
fn held(of: &AccountCollections) -> Vec<String> {
    let held = of.holds.iter().filter(|hold| of.timeline.is_some() && hold.is_open_on(of.day));
    let told = held.filter_map(|hold| {
        let (kind, until) = (hold.kind.word(), spoken(hold.until?));
        Some(format!("A hold ({kind}) keeps your water on through {until}."))
    });
    told.collect()
}

/// What keeps the water on that no step of the office mends.
fn kept_on(timeline: &Timeline) -> String {
    let missing = timeline.missing();
    let keeps = |found: &&Finding| missing.contains(&found.rule) && found.rule.remedy().is_none();
    let kept: Vec<&str> = timeline.rules.iter().filter(keeps).map(|found| found.what.as_str()).collect();
    if kept.is_empty() { "a notice is too early to count".to_owned() } else { kept.join("; ") }
}

/// What the office does next.
fn next(of: &AccountCollections) -> Option<String> {
    let mut due: Vec<&str> = of.letters.iter().map(|kind| named(*kind)).collect();
    due.extend(of.call.then_some("a call"));
    match (&of.passed_over, due.as_slice()) {
        (Some(why), _) => Some(format!("We do not write to you for now: {why}.")),
        (None, []) => None,
        (None, due) => Some(format!("From us is due: {}.", due.join(", "))),
    }
}

fn named(kind: LetterKind) -> &'static str {
    match kind {
        LetterKind::Reminder => "a reminder",
        LetterKind::PastDue => "the past-due letter",
        LetterKind::Final => "the final notice",
        LetterKind::PlanNotice => "a final notice posted at your door",
        LetterKind::Occupants => "a letter to the occupants",
        LetterKind::DoorHanger => "a door hanger",
    }
}

fn plan(of: &AccountCollections) -> Option<String> {
    let (plan, standing) = of.plan.as_ref()?;
    Some(match standing {
        PlanStanding::Kept => {
            let next = plan.instalments.iter().find(|one| one.due >= of.day);
            let next = next.map_or_else(String::new, |one| {
                format!(" The next instalment, ${}, is due on {}.", one.amount, spoken(one.due))
            });
            format!("Your payment plan of {} is kept, and keeps the water on.{next}", spoken(plan.start))
        }
        PlanStanding::Broken(since) => format!(
            "Your payment plan of {} has been broken since {}: an instalment, or a bill since, is too late.",
            spoken(plan.start),
            spoken(*since)
        ),
        PlanStanding::Over => return None,
    })
}

fn bills(of: &AccountCollections) -> Vec<Vec<Cell<'_>>> {
    let row =
        |(bill, open): &'_ (crate::domain::books::balance::PastDueBill, crate::domain::money::Money)| {
            vec![
                Cell::new(bill.reference.clone()),
                Cell::new(bill.date),
                Cell::new(bill.due),
                Cell::new(*open),
            ]
        };
    of.bills.iter().map(row).collect()
}

fn rules<'a>(timeline: &'a Timeline) -> Vec<Vec<Cell<'a>>> {
    let applies = |found: &&Finding| found.standing != Standing::NotApplicable;
    let row = |found: &'a Finding| {
        let stands = match found.standing {
            Standing::From(day) => format!("from {day}"),
            Standing::Missing => "missing".to_owned(),
            Standing::NotApplicable => String::new(),
        };
        let because = match found.evidence {
            Some(day) => format!("{}: {day}", found.what),
            None => found.what.clone(),
        };
        vec![
            Cell::new(found.rule.word()),
            Cell::new(found.rule.about()),
            Cell::new(stands),
            Cell::new(because),
            Cell::new(found.section.as_str()),
        ]
    };
    timeline.rules.iter().filter(applies).map(row).collect()
}

fn notice(notice: &Notice) -> Vec<Cell<'_>> {
    let came = match (notice.returned, notice.reached) {
        (true, _) => "the mail came back",
        (false, true) => "reached",
        (false, false) => "",
    };
    vec![
        Cell::new(notice.date),
        Cell::new(notice.kind.word()),
        Cell::new(notice.method.word()),
        Cell::new(came),
    ]
}

fn holds(of: &AccountCollections) -> Vec<Vec<Cell<'_>>> {
    let row = |hold: &'_ crate::domain::books::hold::Hold| {
        let counts = match (hold.counts(), hold.is_open_on(of.day)) {
            (false, _) => "no: its grounds are not complete",
            (true, true) => "yes",
            (true, false) => "not today",
        };
        vec![
            Cell::new(hold.kind.word()),
            Cell::new(hold.from),
            hold.until.map_or_else(|| Cell::new("open-ended"), Cell::new),
            Cell::new(counts),
        ]
    };
    of.holds.iter().map(row).collect()
}

fn instalments(of: &AccountCollections) -> Vec<Vec<Cell<'_>>> {
    let plan = of.plan.iter().filter(|(_, standing)| *standing != PlanStanding::Over);
    plan.flat_map(|(plan, _)| {
        plan.instalments.iter().map(|one| vec![Cell::new(one.due), Cell::new(one.amount)])
    })
    .collect()
}
