//! What the books know already, as far as a dropped file must be checked against it.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::books::account::Account;
use crate::domain::books::account_change::AccountChange;
use crate::domain::books::batch::Batch;
use crate::domain::books::entry::EntryKind;
use crate::domain::books::history::{History, PastBill};
use crate::domain::books::meter::{Meter, settle};
use crate::domain::books::money_in::MoneyKnown;
use crate::domain::books::order::{FieldResult, OrderRecord, OrderState};
use crate::domain::books::reading::{AuditSeverity, AuditedRead, ReadId, ReadPoint, ReadState, Reading};
use crate::domain::books::weather::Weather;
use crate::domain::date::{Date, Month};
use crate::domain::id::{AccountId, BillNumber, MeterId};

/// What makes two readings the same: where, when and what.
pub type ReadKey = (Option<MeterId>, Option<AccountId>, Date, i64);

/// What the books know already.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Accounts as they stand.
    pub accounts: BTreeMap<AccountId, Account>,
    /// Whether no accounts sheet came before the file.
    pub opens_the_books: bool,
    /// Where each meter has been, by day of installation.
    pub meters: BTreeMap<MeterId, Vec<Meter>>,
    /// The meters of each account.
    pub meters_of: BTreeMap<AccountId, BTreeSet<MeterId>>,
    /// Accounts with a posted bill.
    pub billed: BTreeSet<AccountId>,
    /// The readings taken in.
    pub reads: BTreeSet<ReadKey>,
    /// References of the opening balances posted.
    pub opening_balances: BTreeSet<String>,
    /// Numbers of the installation invoices.
    pub invoices: BTreeSet<String>,
    /// The weather, where the file is about it.
    pub weather: Weather,
    /// Of the accounts whose meter a file changes or which it closes, the date of the last billed read.
    pub billed_until: BTreeMap<AccountId, Date>,
    /// The newest read of each meter that the file takes out.
    pub last_reads: BTreeMap<MeterId, ReadPoint>,
    /// The field orders, by number, and where they stand.
    pub orders: Vec<OrderRecord>,
    /// What the crew did.
    pub results: Vec<FieldResult>,
    /// Money, where the file is about it.
    pub money: MoneyKnown,
}

impl Known {
    /// What is different of accounts as they stand from now on; of the first sheet of all nothing, for it opens the books.
    pub fn changes(&self, accounts: &[Account]) -> Vec<AccountChange> {
        if self.opens_the_books {
            return vec![];
        }
        let change = |after: &Account| AccountChange::between(self.accounts.get(&after.id), after);
        accounts.iter().filter_map(change).collect()
    }

    /// The key under which a reading is known, with the meter that its account has on the day.
    pub fn key_of(
        &self,
        account: Option<&AccountId>,
        meter: Option<&MeterId>,
        date: Date,
        value: i64,
    ) -> ReadKey {
        match meter {
            Some(meter) => (Some(meter.clone()), None, date, value),
            None => match account.and_then(|account| self.meter_of(account, date)) {
                Some(meter) => (Some(meter.clone()), None, date, value),
                None => (None, account.cloned(), date, value),
            },
        }
    }

    /// The account that holds a meter on a date; on the day of its removal it still does.
    pub fn holder(&self, meter: &MeterId, date: Date) -> Option<&AccountId> {
        let places = self.meters.get(meter)?;
        places.iter().rev().find(|place| place.is_there_on(date)).map(|place| &place.account)
    }

    /// Where an account's meters are and were, by day of installation.
    pub fn places_of(&self, account: &AccountId) -> Vec<&Meter> {
        let meters = self.meters_of.get(account).into_iter().flatten();
        let places = meters.filter_map(|meter| self.meters.get(meter)).flatten();
        let mut own: Vec<&Meter> = places.filter(|place| place.account == *account).collect();
        own.sort_by_key(|place| place.installed);
        own
    }

    /// The meter that an account has at the end of a date.
    pub fn meter_of(&self, account: &AccountId, date: Date) -> Option<&MeterId> {
        let places = self.places_of(account);
        let last = places.into_iter().rev().find(|place| place.is_there_on(date))?;
        (self.holder(&last.id, date) == Some(account)).then_some(&last.id)
    }

    /// Adds what a batch is about to post, so that the next sheet of the file sees it.
    pub fn learn(&mut self, batch: &Batch) {
        // Every field by its name: what no later sheet is checked against is left out here.
        let Batch {
            accounts,
            meters,
            reads,
            weather,
            results,
            invoices,
            payments,
            adjustments,
            money_decisions,
            entries,
            closed_days: _,
            account_changes: _,
            proposed_accounts: _,
            verdicts: _,
            decisions: _,
            loads: _,
            landscapes: _,
            requests: _,
            orders: _,
            holds: _,
            notices: _,
            plans: _,
            late_fees: _,
            run: _,
            back_bills: _,
            closings: _,
            undone: _,
            findings: _,
            corrects: _,
        } = batch;
        for account in accounts {
            self.accounts.insert(account.id.clone(), account.clone());
        }
        meters.iter().for_each(|meter| self.learn_meter(meter.clone()));
        reads.iter().for_each(|read| self.learn_read(read));
        weather.iter().for_each(|report| self.weather.learn(report.clone()));
        results.iter().for_each(|result| self.learn_result(result));
        self.invoices.extend(invoices.iter().map(|invoice| invoice.number.clone()));
        let openings = entries.iter().filter(|entry| entry.effect.kind == EntryKind::OpeningBalance);
        self.opening_balances.extend(openings.map(|entry| entry.effect.reference.clone()));
        self.money.learn(payments, adjustments, money_decisions);
    }

    /// Adds what a sheet says of a meter.
    pub fn learn_meter(&mut self, meter: Meter) {
        self.meters_of.entry(meter.account.clone()).or_default().insert(meter.id.clone());
        let places = self.meters.entry(meter.id.clone()).or_default();
        settle(places, meter);
        places.sort_by_key(|place| place.installed);
    }

    /// Adds what the crew did: it closes the order that it names.
    fn learn_result(&mut self, result: &FieldResult) {
        self.results.push(result.clone());
        let closed =
            self.orders.iter_mut().find(|record| result.order.as_ref() == Some(&record.order.number));
        if let Some(record) = closed {
            record.state = OrderState::Done(result.clone());
        }
    }

    /// Adds one reading.
    pub fn learn_read(&mut self, read: &Reading) {
        let key = self.key_of(read.account.as_ref(), read.meter.as_ref(), read.date, read.value);
        self.reads.insert(key);
    }
}

/// What waits for a decision on a read: the held reads of an account and month, or a missing one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The held reads, by date.
    pub reads: Vec<AuditedRead>,
    /// The bill that has counted past all of them: a decision changes no bill any more.
    pub overtaken: Option<BillNumber>,
}

impl Waiting {
    /// Collects what waits, by account and month, from the accounts with their reads.
    pub fn collect<'a>(
        accounts: impl IntoIterator<Item = (&'a History, &'a Vec<AuditedRead>)>,
    ) -> BTreeMap<(AccountId, Month), Waiting> {
        let mut waiting = BTreeMap::new();
        for (history, reads) in accounts {
            let mut held: BTreeMap<Month, Vec<AuditedRead>> = BTreeMap::new();
            for read in reads.iter().filter(|read| read.state == ReadState::Held) {
                held.entry(read.month).or_default().push(read.clone());
            }
            for (month, mut reads) in held {
                reads.sort_by_key(|read| (read.date, read.id));
                let passed: Option<Vec<&PastBill>> =
                    reads.iter().map(|read| history.overtaken_by(read)).collect();
                let overtaken = passed.and_then(|bills| bills.last().map(|bill| bill.number.clone()));
                waiting.insert((history.account.id.clone(), month), Waiting { reads, overtaken });
            }
        }
        waiting
    }

    /// The names of the held reads; none where the read is missing.
    pub fn ids(&self) -> Vec<ReadId> {
        self.reads.iter().filter_map(|read| read.id).collect()
    }

    /// The latest held read; `None` where the read is missing.
    pub fn latest(&self) -> Option<&AuditedRead> {
        self.reads.iter().rev().find(|read| read.id.is_some())
    }

    /// Whether accepting the latest read would give it usage to bill.
    pub fn can_be_accepted(&self) -> bool {
        self.latest().is_some_and(|read| {
            read.usage.is_some() && read.exceptions.iter().any(|said| said.severity() == AuditSeverity::Hold)
        })
    }
}
