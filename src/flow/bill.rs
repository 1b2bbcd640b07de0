//! The bill runs of a day: plan, price, assemble, post.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::Failure;
use super::desk::{Audited, Books, Desk, Draft};
use super::progress::Progress;
use crate::bill::{self, Billable, DueRun, Part, Plan, PricedPart, Unpriced};
use crate::domain::books::bill::{Bill, BillKind, BillRun, Held};
use crate::domain::books::charge::{ChargeKind, ChargeUnit, Working, Workings};
use crate::domain::books::decision::{self, Decision};
use crate::domain::books::history::History;
use crate::domain::books::priced::{Place, Priced};
use crate::domain::books::reading::{AuditedRead, ReadId};
use crate::domain::books::tariff::Customer;
use crate::domain::count::counted;
use crate::domain::date::{Date, Month, plus_days};
use crate::domain::id::AccountId;
use crate::domain::money::Money;
use crate::domain::office::Mode;
use crate::domain::proposals::change::Change;
use crate::domain::proposals::receipts::Fate;
use crate::domain::proposals::register::{Proposed, Schedule, TierRate};
use crate::{outbox, post, rate};

/// The kind of the fact that posts the bills of a run, in receipts.
pub(super) const BILL_RUN: &str = "bill run";
/// Accounts between two tellings of progress.
const ACCOUNTS_TOLD: u64 = 1_000;

/// What became of one run.
#[derive(Clone, Debug)]
pub struct RunOutcome {
    /// The cycle.
    pub cycle: String,
    /// The month.
    pub month: Month,
    /// Bills posted by this run.
    pub bills: usize,
    /// Billing units on them.
    pub units: Decimal,
    /// Dollars on them.
    pub charges: Money,
    /// The bills that wait for a decision.
    pub proposed: Vec<Proposed>,
    /// The last day on which they can be decided; `None` where the cycle has no later bill date.
    pub until: Option<Date>,
    /// The accounts of the cycle that are held now.
    pub held: Vec<Held>,
    /// The month before, where this run closed it while bills waited for a decision: how many, and their dollars.
    pub lapsed: Option<(Month, usize, Money)>,
}

impl RunOutcome {
    /// A month of which nothing is due: what was posted stands, and nothing is proposed or held.
    pub(super) fn of_nothing(cycle: String, month: Month) -> RunOutcome {
        RunOutcome {
            cycle,
            month,
            bills: 0,
            units: Decimal::ZERO,
            charges: Money::ZERO,
            proposed: vec![],
            until: None,
            held: vec![],
            lapsed: None,
        }
    }
}

/// Makes the bill runs that are due.
///
/// Gives the audit too that they were made from; none where no run was due.
pub(super) fn bill_runs(
    desk: &mut Desk,
    progress: &mut dyn Progress,
) -> Result<(Vec<RunOutcome>, Option<Audited>), Failure> {
    let due = bill::due_runs(&desk.books.office, &desk.books.ledger.main_runs()?, desk.today);
    if due.is_empty() {
        return Ok((vec![], None));
    }
    progress.begin("Auditing the reads", None);
    let audited = desk.books.audit(desk.today)?;
    let balances = desk.books.ledger.balances(desk.today)?;
    let mut outcomes = Vec::new();
    for run in due {
        let ground = Ground { books: &desk.books, audited: &audited, balances: &balances };
        let Prepared { bills, proposed, held } = prepare(ground, &run, progress)?;
        let outcome = RunOutcome {
            cycle: run.cycle.clone(),
            month: run.month,
            bills: bills.len(),
            units: bills.iter().map(|bill| bill.units).sum(),
            charges: bills.iter().map(Bill::charges).sum(),
            until: last_day(&desk.books, &run),
            lapsed: lapsed(ground, &run, progress)?,
            proposed,
            held: held.clone(),
        };
        let has_accounts =
            audited.histories.accounts.iter().any(|history| history.account.cycle == run.cycle);
        if !bills.is_empty() || run.main && has_accounts {
            progress.begin(&format!("Posting the bills of {}", run.month), None);
            let last: Vec<AccountId> = bills
                .iter()
                .filter(|bill| bill.kind == BillKind::Final)
                .map(|bill| bill.account.clone())
                .collect();
            post_run(desk, &run, (bills, held), outcome.proposed.len())?;
            super::money::settle(desk, &audited, &last)?;
        }
        outcomes.push(outcome);
    }
    Ok((outcomes, Some(audited)))
}

/// What bills are made from.
#[derive(Clone, Copy)]
pub(super) struct Ground<'g> {
    pub(super) books: &'g Books,
    pub(super) audited: &'g Audited,
    pub(super) balances: &'g BTreeMap<AccountId, Money>,
}

/// What a run would do on its day.
pub(super) struct Prepared {
    /// The bills that it posts.
    pub(super) bills: Vec<Bill>,
    /// The bills that wait for a decision.
    pub(super) proposed: Vec<Proposed>,
    /// The accounts that it cannot bill, and the bills that were rejected.
    pub(super) held: Vec<Held>,
}

/// Makes the bills of a run; where the office wants decisions, only those are posted that were approved as they are.
pub(super) fn prepare(
    ground: Ground<'_>,
    run: &DueRun,
    progress: &mut dyn Progress,
) -> Result<Prepared, Failure> {
    let Ground { books, audited, balances } = ground;
    let (bills, mut held) = bill_accounts(books, audited, balances, run, progress);
    if books.office.approval.bill_run == Mode::Automatic {
        return Ok(Prepared { bills, proposed: vec![], held });
    }
    let decisions = books.ledger.decisions(decision::BILL, run.day)?;
    let decided: BTreeMap<(&str, &str), &Decision> =
        decisions.iter().map(|said| ((said.reference.as_str(), said.token.as_str()), said)).collect();
    let prepared_by = preparers(audited);
    let (mut approved, mut proposed) = (Vec::new(), Vec::new());
    for bill in bills {
        let token = bill.fingerprint();
        let said = decided.get(&(bill.number.as_str(), token.as_str()));
        match said.map(|said| said.decision.as_str()) {
            Some(decision::APPROVE) => approved.push(bill),
            Some(decision::REJECT) => held.push(rejected(&bill, said.expect("it was found just now"))),
            _ => {
                let read = bill.metered.as_ref().and_then(|metered| metered.read);
                let prepared_by = read.and_then(|read| prepared_by.get(&read)).cloned().unwrap_or_default();
                let held = said.map(|said| in_words("Held", said)).unwrap_or_default();
                proposed.push(Proposed { bill, token, held, prepared_by });
            }
        }
    }
    held.sort_by(|a, b| a.account.cmp(&b.account));
    Ok(Prepared { bills: approved, proposed, held })
}

/// The bills of the month before that nobody decided about until this run closed it.
fn lapsed(
    ground: Ground<'_>,
    run: &DueRun,
    progress: &mut dyn Progress,
) -> Result<Option<(Month, usize, Money)>, Failure> {
    let books = ground.books;
    let cycle = books.office.cycles.get(&run.cycle).filter(|_| run.main);
    let before = cycle.and_then(|cycle| cycle.bill_dates.keys().filter(|month| **month < run.month).max());
    let Some(month) = before.filter(|_| books.office.approval.bill_run == Mode::Decision) else {
        return Ok(None);
    };
    if !books.ledger.main_runs()?.contains_key(&(run.cycle.clone(), *month)) {
        return Ok(None);
    }
    let proposed = prepare(ground, &DueRun { month: *month, main: false, ..run.clone() }, progress)?.proposed;
    let charges = proposed.iter().map(|one| one.bill.charges()).sum();
    Ok((!proposed.is_empty()).then_some((*month, proposed.len(), charges)))
}

/// Who decided about each read.
fn preparers(audited: &Audited) -> BTreeMap<ReadId, Vec<String>> {
    let mut found: BTreeMap<ReadId, Vec<String>> = BTreeMap::new();
    for verdict in audited.histories.accounts.iter().flat_map(|history| &history.verdicts) {
        for read in verdict.about.iter().chain(&verdict.made) {
            found.entry(*read).or_default().push(verdict.initials.clone());
        }
    }
    found
}

/// A rejected bill is shown with the accounts that are held, until its facts change.
fn rejected(bill: &Bill, said: &Decision) -> Held {
    let told = in_words("Rejected", said);
    Held {
        account: bill.account.clone(),
        meter: bill.metered.as_ref().and_then(|metered| metered.meter.clone()),
        exceptions: vec![],
        reason: format!(
            "{told} The bill of ${} is proposed again when its reading, account or rates change; a reads sheet brings another \
             reading.",
            bill.charges()
        ),
    }
}

/// `Held by KB on 2026-02-20: leak reported.`
pub(super) fn in_words(verb: &str, said: &Decision) -> String {
    let reason = if said.reason.is_empty() { String::new() } else { format!(": {}", said.reason) };
    let end = if reason.ends_with('.') { "" } else { "." };
    format!("{verb} by {} on {}{reason}{end}", said.initials, said.day)
}

/// The last day on which the bills of a run's month can be decided: the day before the cycle's next bill date.
pub(super) fn last_day(books: &Books, run: &DueRun) -> Option<Date> {
    let cycle = books.office.cycles.get(&run.cycle)?;
    let later = cycle.bill_dates.iter().filter(|(month, _)| **month > run.month);
    later.map(|(_, date)| plus_days(*date, -1)).min()
}

/// Bills what a run can bill, and holds the rest with reasons.
fn bill_accounts(
    books: &Books,
    audited: &Audited,
    balances: &BTreeMap<AccountId, Money>,
    run: &DueRun,
    progress: &mut dyn Progress,
) -> (Vec<Bill>, Vec<Held>) {
    let (mut bills, mut held, mut workings) = (Vec::new(), Vec::new(), Workings::default());
    let accounts = audited.accounts();
    progress.begin(&format!("Billing {}", run.month), Some(accounts.len() as u64));
    for (done, (history, reads)) in (1..).zip(accounts) {
        let balance = balances.get(&history.account.id).copied().unwrap_or_default();
        match bill::plan(history, reads, run, &books.office) {
            Plan::Nothing => {}
            Plan::Hold(reason) => held.push(reason),
            Plan::Bill(billable) => match bill_one(books, history, run, billable.clone(), balance) {
                Ok(mut bill) => {
                    bill.lines.iter_mut().for_each(|line| workings.share(&mut line.working));
                    bills.push(bill);
                }
                Err(unpriced) => held.push(unpriced.held(&history.account, &billable)),
            },
        }
        if done % ACCOUNTS_TOLD == 0 {
            progress.reach(done);
        }
    }
    (bills, held)
}

/// Why a run cannot bill an account whose read is sound: it has no price.
pub(super) fn why_unpriced(
    books: &Books,
    history: &History,
    reads: &[AuditedRead],
    run: &DueRun,
) -> Option<String> {
    let Plan::Bill(billable) = bill::plan(history, reads, run, &books.office) else { return None };
    bill_one(books, history, run, billable, Money::ZERO).err().map(|Unpriced(reason)| reason)
}

/// Prices and assembles one bill.
fn bill_one(
    books: &Books,
    history: &History,
    run: &DueRun,
    billable: Billable,
    balance: Money,
) -> Result<Bill, Unpriced> {
    let account = &history.account;
    let split = bill::split(&billable, books.rates.begin(), &books.office);
    let priced = split.parts().iter().map(|part| price(books, history, &billable, part));
    let priced = priced.collect::<Result<Vec<PricedPart>, Unpriced>>()?;
    bill::assemble(run, account, billable, (&split, priced), balance, &books.office)
}

/// Prices the whole period under the rates of one of its parts.
fn price(books: &Books, history: &History, billable: &Billable, part: &Part) -> Result<PricedPart, Unpriced> {
    let account = &history.account;
    let priced = priced(
        books,
        bill::Basis {
            tariff: part.until,
            class: &account.class,
            meter_size: account.meter_size.as_str(),
            dwelling_units: account.dwelling_units,
            units: billable.units,
            days: billable.metered.as_ref().map(|metered| metered.period.days()),
            budget: billable.budget,
        },
    )?;
    let effective = priced.tariff.effective.expect("a tariff without a date is never chosen");
    Ok(PricedPart { effective, charges: priced.charges() })
}

/// Prices what a bill's rates go by, under the tariff in force on a day.
pub(super) fn priced<'b>(books: &'b Books, basis: bill::Basis<'_>) -> Result<Priced<'b>, Unpriced> {
    let tariff = rate::choose(&books.rates.tariffs, basis.tariff).ok_or_else(|| {
        Unpriced(format!("No rate file under rates/ is in force on {}. Add the one that is.", basis.tariff))
    })?;
    let class = books
        .office
        .classes
        .get(basis.class)
        .ok_or_else(|| Unpriced(format!("office.toml has no [classes.{}]. Add it.", basis.class)))?;
    let mut customer = customer(basis.meter_size, basis.dwelling_units, basis.units, basis.days);
    if let Some(budget) = basis.budget {
        customer = customer.with_number("budget", budget);
    }
    let dwelling_units = if class.tiers_per_dwelling { basis.dwelling_units } else { 1 };
    rate::price(tariff, &class.owrs, &customer, rate::Options { dwelling_units })
        .map_err(|fault| Unpriced(format!("rates/{fault}")))
}

/// Why a bill differs from the account's earlier one, priced step by step.
pub(super) fn change(books: &Books, before: &Bill, now: &Bill) -> Change {
    let steps = bill::steps(before, now);
    let mut sums = [Money::ZERO; bill::STEPS];
    let mut all = true;
    for (at, basis) in steps.iter().enumerate() {
        // Mostly one thing changes and the other steps are what the one before them was.
        sums[at] = match at.checked_sub(1).filter(|earlier| steps[*earlier] == *basis) {
            Some(earlier) => sums[earlier],
            None => priced(books, *basis).map_or_else(
                |_| {
                    all = false;
                    Money::ZERO
                },
                |priced| bill::rounded(&priced),
            ),
        };
    }
    bill::compare(before, now, all.then_some(sums))
}

/// What an office knows of a customer, by the names that rate files use.
pub(super) fn customer(meter_size: &str, dwelling_units: u32, units: Decimal, days: Option<i64>) -> Customer {
    let customer = Customer::new()
        .with_number(rate::USAGE, units)
        .with_text("meter_size", meter_size)
        .with_number("dwelling_units", dwelling_units.into())
        .with_number("number_dwelling_units", dwelling_units.into());
    match days {
        Some(days) => customer.with_number("days_in_period", days.into()),
        None => customer,
    }
}

/// The prices of water that a bill was made with, also of the tiers that it did not reach.
///
/// `None` where the class has no price a unit, or one that this program's working cannot name.
pub(super) fn schedule(books: &Books, bill: &Bill) -> Option<Schedule> {
    let tariff = books.rates.tariffs.iter().find(|tariff| tariff.effective == Some(bill.tariff))?;
    let class = books.office.classes.get(&bill.class)?;
    let days = bill.metered.as_ref().map(|metered| metered.period.days());
    // So much water that every tier has some of it.
    let units = Decimal::from(1_000_000_000);
    let customer = customer(bill.meter_size.as_str(), bill.dwelling_units, units, days);
    let priced = rate::price(tariff, &class.owrs, &customer, rate::Options { dwelling_units: 1 }).ok()?;
    let water = priced.lines().find(|line| matches!(line.kind, ChargeKind::Tier | ChargeKind::Flat))?;
    let working = |place: Place<'_>, above, up_to| Working {
        file: tariff.file.clone(),
        key: place.path(&priced.class.name),
        line: place.line,
        effective: tariff.effective,
        above,
        up_to,
    };
    let flat = || TierRate { price: water.price, working: working(water.place, None, None) };
    let tiers: Vec<TierRate> = match water.tier {
        Some(_) => priced
            .tiers_of(water.name)
            .map(|tier| TierRate { price: tier.price, working: working(tier.place, tier.above, tier.up_to) })
            .collect(),
        None => vec![flat()],
    };
    let by_unit = water.unit == ChargeUnit::Hcf && (water.tier.is_some() || water.quantity == units);
    by_unit.then(|| Schedule { kind: water.kind, charge: water.name.to_owned(), tiers })
}

fn post_run(
    desk: &mut Desk,
    run: &DueRun,
    (bills, held): (Vec<Bill>, Vec<Held>),
    proposed: usize,
) -> Result<(), Failure> {
    let posted = BillRun {
        cycle: run.cycle.clone(),
        month: run.month,
        day: run.day,
        main: run.main,
        tariffs: desk.books.rates.used(&bills),
        bills,
        held,
    };
    let total: Money = posted.bills.iter().map(Bill::charges).sum();
    let waiting = if proposed > 0 { format!(", {proposed} wait for a decision") } else { String::new() };
    let name = run_name(posted.month, &posted.cycle);
    let draft = Draft {
        fate: Fate::Posted,
        kind: BILL_RUN.to_owned(),
        rows: posted.bills.len() as u64,
        totals: vec![("sum of bills".to_owned(), total.to_string())],
        outcome: format!(
            "{}, {} held{waiting}",
            counted(posted.bills.len(), "bill", "bills"),
            posted.held.len()
        ),
        file: format!("{name}.jsonl"),
        name,
        bytes: outbox::run_to_bytes(&posted),
        ..Draft::default()
    };
    let batch = post::bill_run(posted, &desk.books.office.gl);
    desk.post(draft, &batch)?;
    Ok(())
}

/// The name of a run in the archive.
pub(super) fn run_name(month: Month, cycle: &str) -> String {
    format!("bill run {month}{}", run_suffix(cycle))
}

/// How the names of a cycle's runs end.
pub(super) fn run_suffix(cycle: &str) -> String {
    format!(" cycle {cycle}")
}
