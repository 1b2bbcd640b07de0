//! Answers what is known: the facts of which histories are made, and what a file is checked against.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Params;

use super::codec::{self, Fields, from_json, from_text};
use super::{Ledger, Result};
use crate::domain::books::account::{Account, MeterSize};
use crate::domain::books::bill::Metered;
use crate::domain::books::history::{BulkLoad, Facts, MissingRead, PastBill, Verdict};
use crate::domain::books::known::Known;
use crate::domain::books::meter::{Meter, Register, settle};
use crate::domain::books::money_in::MoneyKnown;
use crate::domain::books::reading::{Exception, ReadPoint, Reading};
use crate::domain::books::weather::Weather;
use crate::domain::date::{Date, Month};
use crate::domain::id::{AccountId, BillNumber, MeterId, Sequence};
use crate::domain::money::Money;
use crate::domain::rows::{BulkVolume, ClosedDayRow};
use crate::domain::sheet::profile::Kind;
use crate::domain::volume::VolumeUnit;

impl Ledger {
    /// The facts dated on or before a day, of all files taken in so far.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn facts(&self, as_of: Date) -> Result<Facts> {
        Ok(Facts {
            accounts: self.accounts_with_later_ones(as_of)?,
            meters: self.meters(as_of)?,
            reads: self.reads(as_of)?,
            verdicts: self.verdicts(as_of)?,
            bills: self.past_bills(as_of)?,
            missing: self.missing(as_of)?,
            loads: self.loads(as_of)?,
            landscapes: self.landscapes()?,
            closings: self.closings(as_of)?,
            undone_bills: self.undone_bills()?,
            weather: self.weather(None)?,
            results: self.field_results(as_of)?,
            dismissed: self.dismissed(as_of)?,
        })
    }

    /// What the books know of accounts, meters and readings, to check a file against.
    ///
    /// Readings are those of the dates given, both inclusive. What was billed and the opening balances are looked up
    /// only for the kinds of sheet that are checked against them: they grow with every month.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn known(&self, kinds: &[Kind], reads_between: Option<(Date, Date)>) -> Result<Known> {
        let set_for = |kind, sql| if kinds.contains(&kind) { self.set(sql) } else { Ok(BTreeSet::new()) };
        let billed = set_for(Kind::Meters, "SELECT DISTINCT account FROM bill")?;
        let opened = "SELECT reference FROM standing_entry WHERE kind = 'opening-balance'";
        let accounts = self.accounts(Date::MAX)?.into_iter().map(|account| (account.id.clone(), account));
        // Every field by its name: one that is forgotten here would never be known.
        let mut known = Known {
            accounts: accounts.collect(),
            opens_the_books: self.never_had_accounts()?,
            billed: billed.into_iter().map(AccountId::new).collect(),
            opening_balances: set_for(Kind::OpeningBalances, opened)?,
            invoices: set_for(Kind::Installation, "SELECT number FROM main.invoice")?,
            orders: self.orders(Date::MAX)?,
            results: self.field_results(Date::MAX)?,
            // Learned below.
            meters: BTreeMap::new(),
            meters_of: BTreeMap::new(),
            reads: BTreeSet::new(),
            // Looked up by whoever knows what the file is about.
            weather: Weather::default(),
            billed_until: BTreeMap::new(),
            last_reads: BTreeMap::new(),
            money: MoneyKnown::default(),
        };
        self.meters(Date::MAX)?.into_iter().for_each(|meter| known.learn_meter(meter));
        if let Some((first, last)) = reads_between {
            let sql = format!("{READS} WHERE date BETWEEN ? AND ?");
            for read in self.collect(&sql, [first.to_string(), last.to_string()], reading)? {
                known.learn_read(&read);
            }
        }
        Ok(known)
    }

    /// Accounts as they stood at the end of a day, by number.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn accounts(&self, as_of: Date) -> Result<Vec<Account>> {
        self.accounts_among(
            "SELECT max(id) FROM account JOIN receipt USING (sequence) WHERE day <= ? GROUP BY account",
            as_of,
        )
    }

    /// Accounts as they stood at the end of a day, and those that were taken in later as they came: a read may be
    /// older than the sheet that brought its account.
    fn accounts_with_later_ones(&self, as_of: Date) -> Result<Vec<Account>> {
        self.accounts_among(
            "SELECT coalesce(max(CASE WHEN day <= ? THEN id END), min(id)) \
             FROM account JOIN receipt USING (sequence) GROUP BY account",
            as_of,
        )
    }

    fn accounts_among(&self, ids: &str, as_of: Date) -> Result<Vec<Account>> {
        let sql = format!(
            "SELECT account, customer, service_address, class, meter_size, status, opened, closed, dwelling_units, \
             sewer, edu, cycle, route, place, tenant, contact FROM account WHERE id IN ({ids})"
        );
        let mut accounts = self.collect(&sql, [text(as_of)], account)?;
        accounts.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(accounts)
    }

    /// How many active accounts there are of each class and meter size, by class and size.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn active_by_class_and_size(&self, as_of: Date) -> Result<Vec<(String, MeterSize, u32)>> {
        let sql = "SELECT class, meter_size, count(*) FROM \
                   (SELECT class, meter_size, status, max(account.id) FROM account JOIN receipt USING (sequence) \
                   WHERE receipt.day <= ? GROUP BY account) \
                   WHERE status = 'active' GROUP BY class, meter_size ORDER BY class, meter_size";
        self.collect(sql, [text(as_of)], |row| Ok((row.next()?, row.parsed(MeterSize::parse)?, row.next()?)))
    }

    /// Meters installed on or before a day, by account, then installation, then number; those that were changed out by
    /// then with their removal.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn meters(&self, as_of: Date) -> Result<Vec<Meter>> {
        let mut places: BTreeMap<(AccountId, MeterId), Vec<Meter>> = BTreeMap::new();
        let sql = "SELECT account, meter, size, dials, multiplier, unit, installed, initial_reading, endpoint, removal \
                   FROM meter ORDER BY id";
        for meter in self.collect(sql, [], meter)? {
            settle(places.entry((meter.account.clone(), meter.id.clone())).or_default(), meter);
        }
        let mut meters: Vec<Meter> = places.into_values().flatten().collect();
        meters.retain(|meter| meter.installed <= as_of);
        for meter in &mut meters {
            meter.removal.take_if(|removal| removal.date > as_of);
        }
        meters.sort_by(|a, b| (&a.account, a.installed, &a.id).cmp(&(&b.account, b.installed, &b.id)));
        Ok(meters)
    }

    /// The days on which the office is closed, by date; of two reasons the later one.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn closed_days(&self) -> Result<Vec<ClosedDayRow>> {
        let sql = "SELECT date, reason, max(id) FROM closed_day GROUP BY date ORDER BY date";
        self.collect(sql, [], |row| Ok(ClosedDayRow { date: row.parsed(from_text)?, reason: row.next()? }))
    }

    /// The cycles and months whose main run was posted, with its place in the archive.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn main_runs(&self) -> Result<BTreeMap<(String, Month), Sequence>> {
        let sql = "SELECT cycle, month, sequence FROM bill_run WHERE main";
        let runs =
            self.collect(sql, [], |row| Ok(((row.next()?, row.parsed(from_text)?), Sequence(row.next()?))))?;
        Ok(runs.into_iter().collect())
    }

    /// The newest read of a meter that an account has.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn last_read(&self, meter: &MeterId, account: &AccountId) -> Result<Option<ReadPoint>> {
        let sql = "SELECT date, value FROM read WHERE meter = ?1 OR (meter IS NULL AND account = ?2) \
                   ORDER BY date DESC, sequence DESC, number DESC LIMIT 1";
        let values = [meter.to_string(), account.to_string()];
        let found = self
            .collect(sql, values, |row| Ok(ReadPoint { date: row.parsed(from_text)?, value: row.next()? }))?;
        Ok(found.into_iter().next())
    }

    /// Of some accounts the date of the last billed read.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn billed_until(&self, accounts: &BTreeSet<AccountId>) -> Result<BTreeMap<AccountId, Date>> {
        let mut until = BTreeMap::new();
        if accounts.is_empty() {
            return Ok(until);
        }
        let sql = "SELECT account, metered FROM bill WHERE metered IS NOT NULL ORDER BY id";
        let billed = self.collect(sql, [], |row| {
            let account = row.id(AccountId::new)?;
            let metered: Option<Metered> =
                if accounts.contains(&account) { row.maybe(from_json)? } else { None };
            Ok(metered.map(|metered| (account, metered.period.current)))
        })?;
        for (account, date) in billed.into_iter().flatten() {
            let latest = until.entry(account).or_insert(date);
            *latest = date.max(*latest);
        }
        Ok(until)
    }

    /// What each account owes: all entries dated on or before a day.
    ///
    /// # Errors
    /// Where SQLite refuses.
    pub fn balances(&self, as_of: Date) -> Result<BTreeMap<AccountId, Money>> {
        let sql = "SELECT account, sum(amount) FROM entry WHERE date <= ? GROUP BY account";
        let owed = self.collect(sql, [text(as_of)], |row| Ok((row.id(AccountId::new)?, row.money()?)))?;
        Ok(owed.into_iter().collect())
    }

    /// The deposits held for each account: all entries dated on or before a day.
    ///
    /// # Errors
    /// Where SQLite refuses.
    pub fn deposits_held(&self, as_of: Date) -> Result<BTreeMap<AccountId, Money>> {
        let sql = "SELECT account, sum(deposit) FROM entry WHERE deposit <> 0 AND date <= ? GROUP BY account";
        let held = self.collect(sql, [text(as_of)], |row| Ok((row.id(AccountId::new)?, row.money()?)))?;
        Ok(held.into_iter().collect())
    }

    fn reads(&self, as_of: Date) -> Result<Vec<Reading>> {
        let mut reads = self.collect(&format!("{READS} WHERE date <= ?"), [text(as_of)], reading)?;
        reads.sort_by_key(|read| (read.date, read.id));
        Ok(reads)
    }

    fn verdicts(&self, as_of: Date) -> Result<Vec<Verdict>> {
        let sql = "SELECT account, month, verdict, about, made, initials, day FROM verdict WHERE day <= ? ORDER BY id";
        self.collect(sql, [text(as_of)], verdict)
    }

    fn past_bills(&self, as_of: Date) -> Result<Vec<PastBill>> {
        let sql = "SELECT number, account, month, kind, bill_date, metered FROM bill WHERE bill_date <= ? ORDER BY id";
        self.collect(sql, [text(as_of)], past_bill)
    }

    fn missing(&self, as_of: Date) -> Result<Vec<MissingRead>> {
        let sql = "SELECT account, meter, month, day FROM held JOIN bill_run USING (sequence) \
                   WHERE main AND exceptions = ? AND day <= ? ORDER BY id";
        self.collect(sql, [Exception::NoRead.word().to_owned(), text(as_of)], |row| {
            Ok(MissingRead {
                account: row.id(AccountId::new)?,
                meter: row.maybe_id(MeterId::new)?,
                month: row.parsed(from_text)?,
                day: row.parsed(from_text)?,
            })
        })
    }

    /// The rows of bulk water dated on or before a day, oldest first.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn loads(&self, as_of: Date) -> Result<Vec<BulkLoad>> {
        let sql = "SELECT sequence, number, account, meter, date, start, finish, gallons, rental_days, deposit \
                   FROM bulk_load WHERE date <= ? ORDER BY date, sequence, number";
        self.collect(sql, [text(as_of)], load)
    }

    /// Runs a query and reads its rows.
    pub(super) fn collect<T>(
        &self,
        sql: &str,
        values: impl Params,
        read: impl Fn(&mut Fields<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        let run = || {
            let mut statement = self.connection.prepare_cached(sql)?;
            statement
                .query_map(values, |row| read(&mut Fields::of(row)))?
                .collect::<rusqlite::Result<Vec<T>>>()
        };
        self.sqlite(run())
    }

    fn set(&self, sql: &str) -> Result<BTreeSet<String>> {
        Ok(self.collect(sql, [], |row| row.next::<String>())?.into_iter().collect())
    }
}

/// A date as the tables spell it; the last of all days sorts behind every date.
pub(super) fn text(date: Date) -> String {
    if date == Date::MAX { "9999-12-31".to_owned() } else { date.to_string() }
}

/// The columns of a reading.
const READS: &str = "SELECT sequence, number, account, meter, date, value, code, trouble, echo FROM read";

fn account(row: &mut Fields<'_>) -> rusqlite::Result<Account> {
    Ok(Account {
        id: row.id(AccountId::new)?,
        customer: row.next()?,
        service_address: row.next()?,
        class: row.next()?,
        meter_size: row.parsed(MeterSize::parse)?,
        status: row.parsed(codec::status)?,
        opened: row.maybe(from_text)?,
        closed: row.maybe(from_text)?,
        dwelling_units: row.next()?,
        sewer: row.parsed(codec::sewer)?,
        edu: row.maybe(from_text)?,
        cycle: row.next()?,
        route: row.next()?,
        sequence: row.next()?,
        tenant: row.next()?,
        contact: row.parsed(from_json)?,
    })
}

fn meter(row: &mut Fields<'_>) -> rusqlite::Result<Meter> {
    Ok(Meter {
        account: row.id(AccountId::new)?,
        id: row.id(MeterId::new)?,
        size: row.maybe(MeterSize::parse)?,
        register: Register {
            dials: row.next()?,
            multiplier: row.next()?,
            unit: row.parsed(VolumeUnit::parse)?,
        },
        installed: row.parsed(from_text)?,
        initial_reading: row.next()?,
        endpoint: row.next()?,
        removal: row.maybe(from_json)?,
    })
}

fn reading(row: &mut Fields<'_>) -> rusqlite::Result<Reading> {
    Ok(Reading {
        id: row.read_id()?,
        account: row.maybe_id(AccountId::new)?,
        meter: row.maybe_id(MeterId::new)?,
        date: row.parsed(from_text)?,
        value: row.next()?,
        code: row.parsed(codec::read_code)?,
        trouble: row.next()?,
        echo: row.next()?,
    })
}

fn verdict(row: &mut Fields<'_>) -> rusqlite::Result<Verdict> {
    Ok(Verdict {
        account: row.id(AccountId::new)?,
        month: row.parsed(from_text)?,
        verdict: row.parsed(codec::read_verdict)?,
        about: row.parsed(codec::parse_read_ids)?,
        made: row.parsed(codec::parse_read_ids)?.first().copied(),
        initials: row.next()?,
        day: row.parsed(from_text)?,
    })
}

fn past_bill(row: &mut Fields<'_>) -> rusqlite::Result<PastBill> {
    Ok(PastBill {
        number: row.id(BillNumber::new)?,
        account: row.id(AccountId::new)?,
        month: row.parsed(from_text)?,
        kind: row.parsed(codec::bill_kind)?,
        bill_date: row.parsed(from_text)?,
        metered: row.maybe(from_json)?,
    })
}

fn load(row: &mut Fields<'_>) -> rusqlite::Result<BulkLoad> {
    Ok(BulkLoad {
        id: row.read_id()?,
        account: row.id(AccountId::new)?,
        meter: row.next()?,
        date: row.parsed(from_text)?,
        volume: match (row.next()?, row.next()?, row.next::<Option<i64>>()?) {
            (Some(start), Some(end), _) => BulkVolume::Readings { start, end },
            (_, _, gallons) => BulkVolume::Gallons(gallons.unwrap_or_default()),
        },
        rental_days: row.next()?,
        deposit: row.money()?,
    })
}
