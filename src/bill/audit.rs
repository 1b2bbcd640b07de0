//! The read audit: every read with its usage, what is said about it and whether it can be billed.

use std::collections::{BTreeMap, BTreeSet};

use super::bands::{self, PerDay};
use super::budget::Budgets;
use super::examine::examine;
use crate::domain::books::account::Status;
use crate::domain::books::history::{Histories, History};
use crate::domain::books::reading::{AuditedRead, Exception, ReadCode, ReadId, ReadState, Reading};
use crate::domain::date::{Date, Month, Period};
use crate::domain::office::{Cycle, Office};
use crate::domain::proposals::read_audit::Comparison;
use crate::domain::volume::VolumeUnit;

/// What the audit needs to know besides the histories.
#[derive(Clone, Copy, Debug)]
pub struct AuditGround<'a> {
    /// The office's cycles.
    pub office: &'a Office,
    /// The day of the audit.
    pub today: Date,
}

/// All audited reads, and the medians they were compared with.
#[derive(Clone, Debug)]
pub struct Audit {
    /// The reads of each account, in the order of `Histories::accounts`; missing reads last.
    pub accounts: Vec<Vec<AuditedRead>>,
    /// Reads of meters that no account holds.
    pub strays: Vec<AuditedRead>,
    medians: Medians,
}

impl Audit {
    /// The class's median usage a day in a month.
    pub(super) fn median(&self, class: &str, month: Month) -> Option<PerDay> {
        self.medians.get(class)?.get(&month).copied()
    }
}

type Medians = BTreeMap<String, BTreeMap<Month, PerDay>>;

/// Audits all reads.
pub fn audit(histories: &Histories, ground: AuditGround<'_>) -> Audit {
    let any_day = Cycle::default();
    let budgets = Budgets { weather: &histories.weather, rounding: ground.office.rates.budget_rounding };
    let mut accounts: Vec<Vec<AuditedRead>> = histories
        .accounts
        .iter()
        .map(|history| {
            let cycle = ground.office.cycles.get(&history.account.cycle).unwrap_or(&any_day);
            examine(history, cycle, cycle.month_on(ground.today), budgets)
        })
        .collect();
    let medians = medians(histories, &accounts);
    for (history, reads) in histories.accounts.iter().zip(&mut accounts) {
        for read in reads.iter_mut().filter(|read| read.state != ReadState::Billed) {
            let median = medians.get(&history.account.class).and_then(|months| months.get(&read.month));
            add_band(read, history, median.copied());
        }
    }
    let strays = histories.strays.iter().map(|read| stray(read, &histories.dismissed)).collect();
    Audit { accounts, strays, medians }
}

/// Compares with the same month last year, else the mean of the last billed periods, else the class.
fn add_band(read: &mut AuditedRead, history: &History, median: Option<PerDay>) {
    let (Some(usage), Some(date)) = (per_day(read, history), read.date) else { return };
    let usual = bands::usual(history, read.month, date, median);
    if let Some(band) = usual.and_then(|(usual, _)| bands::band(usage, usual)) {
        read.exceptions.push(band);
        read.exceptions.sort_by_key(|exception| exception.word());
    }
}

/// The median usage a day of each class and month: over active accounts, the latest read of the month each,
/// held and replaced reads and estimates left out.
fn medians(histories: &Histories, accounts: &[Vec<AuditedRead>]) -> Medians {
    let mut usages: BTreeMap<(&str, Month), Vec<PerDay>> = BTreeMap::new();
    for (history, reads) in histories.accounts.iter().zip(accounts) {
        if history.account.status != Status::Active {
            continue;
        }
        let firm = |read: &&AuditedRead| {
            matches!(read.state, ReadState::Open | ReadState::Billed) && read.code != Some(ReadCode::Estimate)
        };
        let latest: BTreeMap<Month, &AuditedRead> =
            reads.iter().filter(firm).map(|read| (read.month, read)).collect();
        for (month, read) in latest {
            let class = history.account.class.as_str();
            usages.entry((class, month)).or_default().extend(per_day(read, history));
        }
    }
    let mut medians = Medians::new();
    for ((class, month), usages) in usages {
        if let Some(median) = bands::median(usages) {
            medians.entry(class.to_owned()).or_default().insert(month, median);
        }
    }
    medians
}

/// A read's usage beside what it is compared with; `None` where there is no usage, or nothing to compare it with.
pub fn comparison(history: &History, read: &AuditedRead, audit: &Audit) -> Option<Comparison> {
    let usage = per_day(read, history)?;
    let median = audit.median(&history.account.class, read.month);
    let (usual, with) = bands::usual(history, read.month, read.date?, median)?;
    Some(Comparison { usage: usage.a_month(), usual: usual.a_month(), with })
}

pub(super) fn per_day(read: &AuditedRead, history: &History) -> Option<PerDay> {
    let (previous, date) = (read.previous?, read.date?);
    let unit =
        history.meter_read(read.meter.as_ref(), date).map_or(VolumeUnit::Cf, |meter| meter.register.unit);
    PerDay::new(read.usage?, unit, Period { previous: previous.date, current: date }.days())
}

/// A read of a meter that no account holds: held until a sheet or somebody puts it right, or puts it aside.
fn stray(read: &Reading, dismissed: &BTreeSet<ReadId>) -> AuditedRead {
    let state = if dismissed.contains(&read.id) { ReadState::Replaced } else { ReadState::Held };
    AuditedRead { exceptions: vec![Exception::UnknownMeter], state, ..AuditedRead::of(read) }
}
