//! The billing calendar: the dates of every bill run and of every step of its unpaid bills, in live workday formulas.

use crate::domain::books::entry::due_date;
use crate::domain::office::Weekday;
use crate::domain::page::{
    Book, Cell, Check, Column, Cover, Fact, Figure, Flag, Page, Role, Section, Table, Value,
};
use crate::domain::proposals::billing_calendar::{BillingCalendar, CycleMonth};
use crate::workbook::sections;

const CALENDAR: &str = "Calendar";
const RULES: &str = "Rules";
const CLOSED: &str = "Holidays";

/// The days of the week in the order in which workday formulas take them.
const WEEK: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

/// Lays the billing calendar out as a workbook.
pub fn billing_calendar(of: &BillingCalendar) -> Book<'_> {
    let (first, last) = of.months;
    Book {
        title: "Billing calendar".to_owned(),
        office: of.office.clone(),
        subject: format!("{first} to {last}"),
        date: of.day,
        run_id: of.run_id.clone(),
        chain_head: of.chain_head.clone(),
        pages: vec![
            Page::Cover(cover(of)),
            Page::Table(calendar(of)),
            Page::Table(rules(of)),
            Page::Table(holidays(of)),
        ],
    }
}

/// The first day from another on that one of the patterns of weekdays has open.
fn rolled(day: &str, pattern: &str) -> String {
    format!("WORKDAY.INTL({day}-1,1,{pattern},Holiday_dates)")
}

fn step(days: &str) -> String {
    rolled(&format!("[Bill date]+{days}"), "Office_week")
}

fn columns() -> Vec<Column> {
    let date = |name: &str| Column::new(name, Role::Date).width(11);
    let proves = "MAX([Past-due letter]+Notice_days,WORKDAY.INTL([Past-due letter],Contact_days,Office_week,Holiday_dates))";
    let lock_off = rolled("MAX([Past due from]+Delinquent_days,[Letter proves from])", "Crew_week");
    let others = rolled("MAX([Bill date]+Other_days,[Past-due letter]+Notice_days)", "Crew_week");
    vec![
        Column::new("Cycle", Role::Account).width(7),
        Column::new("Month", Role::Account).width(9),
        date("Read from").note("Empty: reads are expected on any day."),
        date("Read until"),
        date("Audit until")
            .formula("WORKDAY.INTL([Bill date],-1,Office_week,Holiday_dates)")
            .note("The last business day before the bill date: held reads are decided by then."),
        date("Bill date").note("As [cycles] of office.toml has it."),
        Column::new("Bill day", Role::Text)
            .width(8)
            .formula(format!("IF({}=[Bill date],\"open\",\"closed\")", rolled("[Bill date]", "Office_week")))
            .note("Whether the office is open on the bill date."),
        date("Due on").formula("[Bill date]+Due_days").note("The last day to pay, closed or not."),
        date("Past due from").formula("[Due on]+1"),
        date("Reminder").formula(step("Reminder_days")),
        date("Late fee").formula(step("Late_fee_days")).note("The first run on or after it assesses the fee."),
        date("Past-due letter").formula(step("Letter_days")).note("The written notice."),
        date("Final notice").formula(step("Final_days")),
        date("Calls").formula(step("Call_days")),
        date("Lock-off, residential")
            .formula(lock_off)
            .note("The first lock-off day that the law allows, when every letter is mailed on its day and somebody is called or carded in time."),
        date("Lock-off, others").formula(others).note("The same of customers who are not residential."),
        date("Letter proves from")
            .formula(proves)
            .note("The past-due letter is old enough for a lock-off of a residential customer.")
            .screen_only(),
    ]
}

fn calendar(of: &BillingCalendar) -> Table<'_> {
    Table {
        name: CALENDAR.to_owned(),
        about: "One row per cycle and month. A step that falls on a closed day is taken on the next business day.".to_owned(),
        columns: columns(),
        frozen: 2,
        rows: of.rows.len(),
        fill: Box::new(|index, row| {
            let CycleMonth { cycle, month, reads, steps, is_open } = &of.rows[index];
            row.push(cycle.as_str());
            row.push(month.to_string());
            row.push(reads.map(|(from, _)| from));
            row.push(reads.map(|(_, until)| until));
            row.push(steps.audit);
            let bill = row.push(steps.bill);
            if !is_open {
                bill.flag(Flag::Warning).note(
                    "The office is closed on this bill date. Bills are dated the day of the run: set a business day in office.toml.",
                );
            }
            row.push(if *is_open { "open" } else { "closed" });
            for date in [
                steps.due,
                steps.delinquent,
                steps.reminder,
                steps.late_fee,
                steps.past_due_letter,
                steps.final_notice,
                steps.call,
                steps.lock_off,
                steps.lock_off_others,
                steps.letter_proves,
            ] {
                row.push(date);
            }
        }),
    }
}

/// A figure that the formulas take by its name: what it is, the figure, its name, the key in office.toml.
type Figured = (&'static str, Value<'static>, &'static str, &'static str);

fn figures(of: &BillingCalendar) -> Vec<Figured> {
    let (letters, lock_off) = (&of.policy.letters, &of.policy.lock_off);
    let counts = lock_off.notice_not_before_days;
    let due = (due_date(of.day) - of.day).num_days();
    let days = |figure: i64| Value::from(figure);
    vec![
        ("Due, after the bill date", days(due), "Due_days", ""),
        (
            "Reminder, after the bill date",
            days(letters.reminder_days),
            "Reminder_days",
            "[collections.letters]",
        ),
        (
            "Late fee, after the bill date",
            days(of.policy.late_fee.days),
            "Late_fee_days",
            "[collections.late_fee]",
        ),
        (
            "Past-due letter, after the bill date",
            days(letters.past_due_days.max(counts)),
            "Letter_days",
            "[collections.letters]",
        ),
        (
            "Final notice, after the bill date",
            days(letters.final_days.max(counts)),
            "Final_days",
            "[collections.letters]",
        ),
        ("Calls, after the bill date", days(letters.call_days), "Call_days", "[collections.letters]"),
        (
            "Notice, from its mailing to a lock-off",
            days(lock_off.notice_days + lock_off.mailing_days),
            "Notice_days",
            "[collections.lock_off]",
        ),
        (
            "Contact, business days to a lock-off",
            days(lock_off.contact_business_days),
            "Contact_days",
            "[collections.lock_off]",
        ),
        (
            "Delinquent before a residential lock-off",
            days(lock_off.residential_days),
            "Delinquent_days",
            "[collections.lock_off]",
        ),
        (
            "After the bill date, for other lock-offs",
            days(lock_off.non_residential_days),
            "Other_days",
            "[collections.lock_off]",
        ),
        (
            "Closed weekdays of the office, from Monday (1: closed)",
            Value::from(week(&of.open)),
            "Office_week",
            "[calendar]",
        ),
        (
            "Weekdays without lock-offs, from Monday (1: none)",
            Value::from(week(&of.crew)),
            "Crew_week",
            "[collections] weekdays",
        ),
    ]
}

/// `0000111`: a digit for each day of the week, 1 where it is closed.
fn week(open: &[Weekday]) -> String {
    WEEK.iter().map(|day| if open.contains(day) { '0' } else { '1' }).collect()
}

fn rules(of: &BillingCalendar) -> Table<'_> {
    let figures = figures(of);
    Table {
        name: RULES.to_owned(),
        about: "The figures of office.toml, by the names that Calendar takes.".to_owned(),
        columns: vec![
            Column::new("What", Role::Text).width(46),
            Column::new("Days", Role::Integer).width(8).named("Rule_days"),
            Column::new("Week", Role::Account).width(10),
            Column::new("Name", Role::Text).width(18),
            Column::new("In office.toml", Role::Text).width(26),
        ],
        frozen: 1,
        rows: figures.len(),
        fill: Box::new(move |index, row| {
            let (what, figure, name, key) = &figures[index];
            row.push(*what);
            let is_week = matches!(figure, Value::Text(_));
            for own in [false, true] {
                let cell = row.push(if own == is_week { figure.clone() } else { Value::Empty });
                if own == is_week {
                    cell.named(name);
                }
            }
            row.push(*name);
            row.push(*key);
        }),
    }
}

fn holidays(of: &BillingCalendar) -> Table<'_> {
    Table {
        name: CLOSED.to_owned(),
        about: "The days on which the office is closed whatever the weekday: holidays by rule, office.toml, calendar sheets."
            .to_owned(),
        columns: vec![
            Column::new("Day", Role::Date).width(11).named("Holiday_dates"),
            Column::new("Weekday", Role::Text).width(12),
            Column::new("Why", Role::Text).width(44),
        ],
        frozen: 1,
        rows: of.closed.len(),
        fill: Box::new(|index, row| {
            let one = &of.closed[index];
            row.push(one.date);
            row.push(one.date.format("%A").to_string());
            row.push(one.reason.as_str());
        }),
    }
}

fn cover(of: &BillingCalendar) -> Cover<'_> {
    let (first, last) = of.months;
    let open: Vec<String> = of.open.iter().map(|day| format!("{day:?}")).collect();
    let facts = vec![
        Fact::new("District", of.office.as_str()),
        Fact::new("Period", format!("{first} to {last}")),
        Fact::new("As of", of.day),
        Fact::new("Run id", of.run_id.as_str()),
        Fact::new("Chain head", of.chain_head.as_str()),
        Fact::new("Program", concat!("meterbook ", env!("CARGO_PKG_VERSION"))),
        Fact::new("Text of the law", of.law.as_str()),
        Fact::new("The office is open on", open.join(", ")),
        Fact::new("Bill dates set", of.rows.len()).leading_to(CALENDAR),
        Fact::new("Bill dates on a closed day", of.rows.iter().filter(|row| !row.is_open).count())
            .leading_to(CALENDAR),
        Fact::new("Bill dates to be set in office.toml", of.without.len()),
        Fact::new("Holidays and closed days", of.closed.len()).leading_to(CLOSED),
    ];
    let check = |says: &str, page, rows: usize| Check {
        says: says.to_owned(),
        role: Role::Integer,
        found: Figure::Rows(page),
        expected: Figure::Given(rows.into()),
    };
    Cover {
        facts,
        checks: vec![
            check("Every bill date is listed", CALENDAR, of.rows.len()),
            check("Every holiday and closed day is listed", CLOSED, of.closed.len()),
        ],
        sections: sections(of),
    }
}

fn sections(of: &BillingCalendar) -> Vec<Section<'_>> {
    let legend = [
        (Flag::Ok, "OK", "A check that holds."),
        (Flag::Warning, "closed", "The office is closed on the bill date; Bill day says so beside it."),
        (Flag::Held, "CHECK", "A check that does not hold."),
    ];
    let limits = [
        "A lock-off needs its own proof: the lock-off schedule has it, for each account and from what was really sent.",
        "Dates for unpaid bills hold for bills dated on the bill date; a bill of a later run has its own.",
        "Lunar New Year, Diwali and days that the President or the Governor appoints come with a calendar sheet where the board keeps them.",
    ];
    let mut missing: Vec<(&str, Vec<String>)> = Vec::new();
    for (cycle, month) in &of.without {
        match missing.last_mut().filter(|(last, _)| last == cycle) {
            Some((_, months)) => months.push(month.to_string()),
            None => missing.push((cycle, vec![month.to_string()])),
        }
    }
    let row = |(cycle, months): (&str, Vec<String>)| {
        vec![Cell::new(cycle.to_owned()), Cell::new(months.join(", "))]
    };
    vec![
        Section {
            title: "Bill dates to be set",
            columns: vec!["Cycle", "Months without a bill date in office.toml; no bills are made of them"],
            rows: missing.into_iter().map(row).collect(),
            otherwise: "Every cycle has a bill date for each month.",
        },
        sections::made_from_the_books(
            "office.toml, the law that comes with the program, and the calendar sheets up to the chain head above.",
        ),
        sections::colours(legend, false),
        sections::limits(limits),
    ]
}
