//! Back bills of stuck meters: what is proposed on a day, what was decided about it, and what is posted.

use std::collections::{BTreeMap, BTreeSet};

use super::Failure;
use super::bill::{BILL_RUN, in_words, priced};
use super::decided::Current;
use super::desk::{Books, Desk, Draft};
use super::refresh::customer;
use crate::domain::books::account::{Account, Status};
use crate::domain::books::back_bill::{
    BACK_BILL, BackBill, BackLine, PostedBackBill, Stuck, periods_fingerprint,
};
use crate::domain::books::bill::{Bill, BillLine};
use crate::domain::books::decision::{APPROVE, Decision, REJECT};
use crate::domain::books::meter::Meter;
use crate::domain::count::counted;
use crate::domain::date::{Date, Month};
use crate::domain::id::{AccountId, BillNumber};
use crate::domain::money::Money;
use crate::domain::office::Mode;
use crate::domain::page::seal;
use crate::domain::proposals::receipts::{Fate, ReceiptRow};
use crate::domain::proposals::register::{Customer, Source};
use crate::domain::proposals::stuck_meters::{RepeatedRow, StuckMeters, StuckRow, StuckState};
use crate::domain::rows::{DecisionRow, Rows, SheetRows};
use crate::post::Waits;
use crate::{bill, post, workbook};

/// The kind of the fact that posts back bills, in receipts.
pub(super) const KIND: &str = "back bills";

/// What every state of the workbook has in its id.
const SUBJECT: &str = "(stuck meters)";

/// What the search of a day finds.
struct Found {
    stuck: Vec<(Account, Vec<Bill>, Stuck)>,
    repeated: Vec<RepeatedRow>,
}

/// Where the workbook of a day lies in the office.
pub(super) fn path(day: Date) -> String {
    format!("outbox/{}/stuck-meters.xlsx", Month::of(day))
}

/// Searches the bills for registers that stood still, and for usage that repeats itself.
fn search(books: &Books, day: Date) -> Result<Found, Failure> {
    let (ledger, office) = (&books.ledger, &books.office);
    let back_billed: BTreeSet<BillNumber> = ledger
        .back_bills(day)?
        .into_iter()
        .flat_map(|posted| posted.back_bill.stuck.periods)
        .map(|period| period.bill)
        .collect();
    let rounding = office.usage.rounding;
    let since = office.back_bill.since(day);
    let ground = bill::StuckGround { since, back_billed: &back_billed, rounding };
    let (mut doubtful, mut repeated) = (Vec::new(), Vec::new());
    ledger.each_doubtful_account((since, day), |bills| {
        if bill::stuck(bills, &[], ground).is_some() {
            doubtful.push(bills.to_vec());
        }
        repeated.extend(
            bill::repeated(bills).filter(|_| bills.last().is_some_and(|last| last.bill_date >= since)),
        );
    })?;
    if doubtful.is_empty() && repeated.is_empty() {
        return Ok(Found { stuck: vec![], repeated: vec![] });
    }
    let accounts: BTreeMap<AccountId, Account> = ledger
        .accounts(day)?
        .into_iter()
        .filter(|account| account.status == Status::Active)
        .map(|account| (account.id.clone(), account))
        .collect();
    let mut meters: BTreeMap<AccountId, Vec<Meter>> = BTreeMap::new();
    for meter in ledger.meters(day)? {
        meters.entry(meter.account.clone()).or_default().push(meter);
    }
    let stuck = doubtful.into_iter().filter_map(|bills: Vec<Bill>| {
        let account = accounts.get(&bills[0].account)?;
        let of_account = meters.get(&account.id).map_or(&[][..], Vec::as_slice);
        let found = bill::stuck(&bills, of_account, ground)?;
        Some((account.clone(), bills, found))
    });
    let stuck = stuck.collect();
    let repeated = repeated.into_iter().filter_map(|repeated: bill::Repeated| {
        let account = accounts.get(&repeated.account)?;
        let bill::Repeated { account: id, meter, usage, dates } = repeated;
        Some(RepeatedRow { account: id, customer: customer(account), meter, usage, dates })
    });
    Ok(Found { stuck, repeated: repeated.collect() })
}

/// A back bill as it is proposed on a day.
struct Candidate {
    customer: Customer,
    back_bill: BackBill,
    /// What was decided last about it, as it is.
    said: Option<Decision>,
    /// Why it has no price.
    unpriced: Option<String>,
}

impl Candidate {
    fn state(&self) -> StuckState {
        match (&self.unpriced, &self.said) {
            (Some(why), _) => StuckState::Unpriced(why.clone()),
            (None, Some(said)) if said.decision == REJECT => StuckState::Rejected(in_words("Rejected", said)),
            (None, Some(said)) if said.decision != APPROVE => StuckState::Held(in_words("Held", said)),
            (None, _) => StuckState::Proposed,
        }
    }
}

/// The back bills of a day, by account, each with what was decided about it.
fn candidates(books: &Books, day: Date, found: Found) -> Result<Vec<Candidate>, Failure> {
    let taken = books.ledger.back_bill_references()?;
    let decisions = books.ledger.decisions(BACK_BILL, day)?;
    let mut candidates = Vec::new();
    for (account, bills, stuck) in found.stuck {
        let (lines, unpriced) = match worked(books, &bills, &stuck) {
            Ok(lines) => (lines, None),
            Err(bill::Unpriced(why)) => (vec![vec![]; stuck.periods.len()], Some(why)),
        };
        let back_bill =
            BackBill { reference: reference(&stuck, &taken), account: account.id.clone(), stuck, lines };
        // Estimates below a unit cost nothing: there is nothing to decide.
        if unpriced.is_none() && back_bill.amount().is_zero() {
            continue;
        }
        let tokens = [back_bill.fingerprint(), back_bill.periods_fingerprint()];
        let about = |said: &&Decision| said.reference == back_bill.reference && tokens.contains(&said.token);
        let said = decisions.iter().rfind(about).cloned();
        candidates.push(Candidate { customer: customer(&account), back_bill, said, unpriced });
    }
    Ok(candidates)
}

/// `BB-` and the number of the last bill; a further one after an undo adds `-2`.
fn reference(stuck: &Stuck, taken: &BTreeSet<String>) -> String {
    let last = stuck.periods.last().expect("a stuck meter has an affected period");
    let first = format!("BB-{}", last.bill);
    let further = (2..).map(|number| format!("{first}-{number}"));
    std::iter::once(first.clone()).chain(further).find(|name| !taken.contains(name)).unwrap_or(first)
}

/// What each period costs more: the lines of its own rates, at its own place in the tiers.
fn worked(books: &Books, bills: &[Bill], stuck: &Stuck) -> Result<Vec<Vec<BackLine>>, bill::Unpriced> {
    let line = |period: &crate::domain::books::back_bill::StuckPeriod| {
        let bill = bills.iter().find(|bill| bill.number == period.bill).expect("a period is a bill's");
        let before = lines(books, bill, period.billed)?;
        Ok(bill::on_top(before, lines(books, bill, period.billed + period.units)?))
    };
    stuck.periods.iter().map(line).collect()
}

/// The lines of the rate file that a bill would have with other units.
fn lines(books: &Books, bill: &Bill, units: rust_decimal::Decimal) -> Result<Vec<BillLine>, bill::Unpriced> {
    let billable = bill::again(bill, units);
    let split = bill::split(&billable, books.rates.begin(), &books.office);
    let price = |part: &bill::Part| {
        let priced = priced(
            books,
            bill::Basis {
                tariff: part.until,
                class: &bill.class,
                meter_size: bill.meter_size.as_str(),
                dwelling_units: bill.dwelling_units,
                units,
                days: billable.metered.as_ref().map(|metered| metered.period.days()),
                budget: billable.budget,
            },
        )?;
        let effective = priced.tariff.effective.expect("a tariff without a date is never chosen");
        Ok(bill::PricedPart { effective, charges: priced.charges() })
    };
    let parts = split.parts().iter().map(price).collect::<Result<Vec<_>, bill::Unpriced>>()?;
    Ok(split.lines(parts, &billable, &books.office))
}

/// The workbook that can be decided on now.
pub(super) fn current(books: &Books, today: Date) -> Result<Vec<Current>, Failure> {
    let candidates = candidates(books, today, search(books, today)?)?;
    Ok(vec![Current {
        run_id: run_id(&candidates),
        subject: SUBJECT.to_owned(),
        path: path(today),
        waiting: BTreeMap::from([(workbook::STUCK, waiting(books, &candidates))]),
    }])
}

/// What waits for a decision, by its name, with those who may not approve it.
fn waiting(books: &Books, candidates: &[Candidate]) -> BTreeMap<String, Waits> {
    let prepared_by = books.office.approval.forbidden_approvers([]);
    let waits = |one: &Candidate| {
        (one.back_bill.reference.clone(), Waits::new(one.back_bill.fingerprint(), prepared_by.clone()))
    };
    candidates.iter().filter(|one| one.state().waits()).map(waits).collect()
}

/// The state of what waits: after a return every row that was decided looks another way.
fn run_id(candidates: &[Candidate]) -> String {
    let waits = candidates.iter().filter(|one| one.state().waits());
    let texts: Vec<String> = waits
        .flat_map(|one| {
            let held = match one.state() {
                StuckState::Held(held) => held,
                _ => String::new(),
            };
            [one.back_bill.reference.clone(), one.back_bill.fingerprint(), held]
        })
        .collect();
    format!("{SUBJECT} {}", seal::fingerprint(texts.iter().map(String::as_str)))
}

/// The back bills that a decisions sheet may be about, by account; none where it is about none.
///
/// A sheet that is folded again (`checked` false) meant what stood still on its day, whatever the rate files say now.
pub(super) fn on_the_desk(
    books: &Books,
    sheets: &[&SheetRows],
    today: Date,
    checked: bool,
) -> Result<BTreeMap<AccountId, (String, Waits)>, Failure> {
    let about = |sheet: &&SheetRows| match &sheet.rows {
        Rows::Decisions(rows) => rows.iter().any(|row| matches!(row.value, DecisionRow::BackBill(_))),
        _ => false,
    };
    if !sheets.iter().any(about) {
        return Ok(BTreeMap::new());
    }
    let found = search(books, today)?;
    if !checked {
        let taken = books.ledger.back_bill_references()?;
        let meant = found.stuck.iter().map(|(account, _, stuck)| {
            let reference = reference(stuck, &taken);
            let token = periods_fingerprint(&reference, &account.id, stuck);
            (account.id.clone(), (reference, Waits::new(token, vec![])))
        });
        return Ok(meant.collect());
    }
    let candidates = candidates(books, today, found)?;
    let mut waiting = waiting(books, &candidates);
    let waits = |one: &Candidate| {
        let (reference, waits) = waiting.remove_entry(&one.back_bill.reference)?;
        let waits = Waits { token: one.back_bill.periods_fingerprint(), ..waits };
        Some((one.back_bill.account.clone(), (reference, waits)))
    };
    Ok(candidates.iter().filter_map(waits).collect())
}

/// Posts the back bills that were approved and are not posted yet, each dated with the day of its decision.
pub(super) fn post_approved(desk: &mut Desk) -> Result<Vec<PostedBackBill>, Failure> {
    let ledger = &desk.books.ledger;
    let taken = ledger.back_bill_references()?;
    let decisions = ledger.decisions(BACK_BILL, desk.today)?;
    let approved = decisions.iter().filter(|said| said.decision == APPROVE);
    // What was decided on a day is worked out as it was proposed on that day, also by a run that finishes another.
    let days: BTreeSet<Date> =
        approved.filter(|said| !taken.contains(&said.reference)).map(|said| said.day).collect();
    let mut approved = Vec::new();
    for day in days {
        let proposed = candidates(&desk.books, day, search(&desk.books, day)?)?;
        let now = proposed.into_iter().filter_map(|one| {
            let said = one.said.filter(|said| said.decision == APPROVE && said.day == day)?;
            Some(PostedBackBill { day, initials: said.initials, back_bill: one.back_bill })
        });
        approved.extend(now);
    }
    post(desk, approved)
}

/// Posts what is proposed, where the office wants no decision about back bills.
pub(super) fn post_by_itself(desk: &mut Desk) -> Result<Vec<PostedBackBill>, Failure> {
    if desk.books.office.approval.back_bills == Mode::Decision {
        return Ok(vec![]);
    }
    let day = desk.today;
    let proposed = candidates(&desk.books, day, search(&desk.books, day)?)?;
    let wanted = proposed.into_iter().filter(|one| one.state().waits());
    let now = wanted.map(|one| PostedBackBill { day, initials: String::new(), back_bill: one.back_bill });
    let now = now.collect();
    post(desk, now)
}

fn post(desk: &mut Desk, posted: Vec<PostedBackBill>) -> Result<Vec<PostedBackBill>, Failure> {
    if posted.is_empty() {
        return Ok(posted);
    }
    let name = format!("{KIND} {}", desk.today);
    let total: Money = posted.iter().map(|one| one.back_bill.amount()).sum();
    let draft = Draft {
        fate: Fate::Posted,
        kind: KIND.to_owned(),
        rows: posted.len() as u64,
        totals: vec![("sum of back bills".to_owned(), total.to_string())],
        outcome: counted(posted.len(), "back bill", "back bills"),
        file: format!("{name}.json"),
        name,
        bytes: serde_json::to_vec(&posted).expect("back bills have string keys and no floats"),
        ..Draft::default()
    };
    let batch = post::back_bills(posted.clone(), &desk.books.office);
    desk.post(draft, &batch)?;
    Ok(posted)
}

/// What the workbook shows; `None` where nobody has a stuck meter and no workbook has to be brought up to date.
pub(super) fn stuck_meters(
    desk: &Desk,
    receipts: &[ReceiptRow],
    is_there: bool,
) -> Result<Option<StuckMeters>, Failure> {
    let (books, today) = (&desk.books, desk.today);
    let month = Month::of(today);
    let mut found = search(books, today)?;
    let repeated = std::mem::take(&mut found.repeated);
    let candidates = candidates(books, today, found)?;
    let run_id = run_id(&candidates);
    let mut rows: Vec<StuckRow> = candidates.into_iter().map(proposed).collect();
    let posted: Vec<PostedBackBill> =
        books.ledger.back_bills(today)?.into_iter().filter(|posted| Month::of(posted.day) == month).collect();
    if !posted.is_empty() {
        let accounts = books.ledger.accounts(today)?;
        let customers: BTreeMap<&AccountId, Customer> =
            accounts.iter().map(|account| (&account.id, customer(account))).collect();
        rows.extend(posted.into_iter().filter_map(|posted| {
            let customer = customers.get(&posted.back_bill.account)?.clone();
            let state = StuckState::Posted(posted.day, posted.initials);
            Some(StuckRow { customer, back_bill: posted.back_bill, token: String::new(), state })
        }));
    }
    rows.sort_by(|a, b| {
        let key = |row: &StuckRow| (row.back_bill.account.clone(), row.back_bill.reference.clone());
        key(a).cmp(&key(b))
    });
    let sources = sources(receipts);
    let Some(newest) = sources.last().filter(|_| is_there || !rows.is_empty() || !repeated.is_empty()) else {
        return Ok(None);
    };
    let day = receipts.iter().find(|row| row.sequence == newest.sequence).map_or(today, |row| row.day);
    let chain_head = desk.archive.receipt(newest.sequence)?.1;
    Ok(Some(StuckMeters {
        office: books.office.office.name.clone(),
        month,
        day,
        run_id,
        chain_head,
        sources,
        months: books.office.back_bill.months,
        rounding: books.office.usage.rounding,
        rows,
        repeated,
        prepared_by: books.office.approval.prepared_by.clone(),
    }))
}

fn proposed(one: Candidate) -> StuckRow {
    let state = one.state();
    let token = if state.waits() { one.back_bill.fingerprint() } else { String::new() };
    StuckRow { customer: one.customer, back_bill: one.back_bill, token, state }
}

/// The newest bill run of each cycle, and the newest fact that posted back bills.
fn sources(receipts: &[ReceiptRow]) -> Vec<Source> {
    let mut newest: BTreeMap<String, &ReceiptRow> = BTreeMap::new();
    for row in receipts.iter().filter(|row| row.fate == Fate::Posted) {
        let (kind, name) = (row.kind.as_str(), row.name.as_str());
        if kind == BILL_RUN {
            newest.insert(name.split(" cycle ").nth(1).unwrap_or(name).to_owned(), row);
        } else if kind == KIND {
            newest.insert(String::new(), row);
        }
    }
    let mut rows: Vec<&ReceiptRow> = newest.into_values().collect();
    rows.sort_by_key(|row| row.sequence);
    let source = |row: &&ReceiptRow| Source {
        sequence: row.sequence,
        name: row.name.clone(),
        kind: row.kind.clone(),
        rows: row.rows,
        sha256: row.sha256.clone(),
    };
    rows.iter().map(source).collect()
}

/// Whether the workbook of a day is there.
pub(super) fn is_there(desk: &Desk) -> bool {
    desk.books.root.join(path(desk.today)).is_file()
}
