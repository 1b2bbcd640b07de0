//! Answers what is known: the facts of which histories are made, and what a file is checked against.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Params, Row};

use super::codec::{self, from_json, from_text, maybe, parsed};
use super::{Ledger, Result};
use crate::domain::books::account::{Account, MeterSize};
use crate::domain::books::history::{BulkLoad, Facts, MissingRead, PastBill, Verdict};
use crate::domain::books::known::Known;
use crate::domain::books::meter::{Meter, Register};
use crate::domain::books::reading::{Exception, ReadId, ReadVerdict, Reading};
use crate::domain::date::{Date, Month};
use crate::domain::id::{AccountId, BillNumber, MeterId, Sequence};
use crate::domain::money::Money;
use crate::domain::rows::{BulkVolume, ClosedDayRow};
use crate::domain::volume::VolumeUnit;

impl Ledger {
    /// The facts dated on or before a day, of all files taken in so far.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn facts(&self, as_of: Date) -> Result<Facts> {
        Ok(Facts {
            accounts: self.accounts(as_of)?,
            meters: self.meters(as_of)?,
            reads: self.reads(as_of)?,
            verdicts: self.verdicts(as_of)?,
            bills: self.past_bills(as_of)?,
            missing: self.missing(as_of)?,
            loads: self.loads(as_of)?,
        })
    }

    /// What the books know of accounts, meters and readings, to check a file against.
    ///
    /// Readings are those of the dates given, both inclusive.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn known(&self, reads_between: Option<(Date, Date)>) -> Result<Known> {
        let mut known = Known {
            accounts: self
                .accounts(Date::MAX)?
                .into_iter()
                .map(|account| (account.id.clone(), account))
                .collect(),
            billed: self.set("SELECT DISTINCT account FROM bill")?.into_iter().map(AccountId::new).collect(),
            opening_balances: self.set("SELECT reference FROM entry WHERE kind = 'opening-balance'")?,
            ..Known::default()
        };
        for meter in self.meters(Date::MAX)? {
            known.learn_meter(meter);
        }
        if let Some((first, last)) = reads_between {
            let sql = "SELECT * FROM read WHERE date BETWEEN ? AND ?";
            for read in self.collect(sql, [first.to_string(), last.to_string()], reading)? {
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
        let sql = "SELECT account.*, max(account.id) FROM account JOIN receipt USING (sequence) \
                   WHERE receipt.day <= ? GROUP BY account ORDER BY account";
        self.collect(sql, [text(as_of)], account)
    }

    /// How many active accounts there are of each class and meter size, by class and size.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn active_by_class_and_size(&self, as_of: Date) -> Result<Vec<(String, MeterSize, u32)>> {
        let sql = "SELECT class, meter_size, count(*) AS accounts FROM \
                   (SELECT class, meter_size, status, max(account.id) FROM account JOIN receipt USING (sequence) \
                   WHERE receipt.day <= ? GROUP BY account) \
                   WHERE status = 'active' GROUP BY class, meter_size ORDER BY class, meter_size";
        self.collect(sql, [text(as_of)], |row| {
            Ok((row.get("class")?, parsed(row, "meter_size", MeterSize::parse)?, row.get("accounts")?))
        })
    }

    /// Meters installed on or before a day, by account, then installation, then number.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn meters(&self, as_of: Date) -> Result<Vec<Meter>> {
        let sql = "SELECT * FROM (SELECT meter.*, max(id) FROM meter GROUP BY account, meter) \
                   WHERE installed <= ? ORDER BY account, installed, meter";
        self.collect(sql, [text(as_of)], meter)
    }

    /// The days on which the office is closed, by date; of two reasons the later one.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn closed_days(&self) -> Result<Vec<ClosedDayRow>> {
        let sql = "SELECT date, reason, max(id) FROM closed_day GROUP BY date ORDER BY date";
        self.collect(sql, [], |row| {
            Ok(ClosedDayRow { date: parsed(row, "date", from_text)?, reason: row.get("reason")? })
        })
    }

    /// The cycles and months whose main run was posted.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn main_runs(&self) -> Result<BTreeSet<(String, Month)>> {
        let sql = "SELECT cycle, month FROM bill_run WHERE main";
        let runs = self.collect(sql, [], |row| Ok((row.get("cycle")?, parsed(row, "month", from_text)?)))?;
        Ok(runs.into_iter().collect())
    }

    /// What each account owes and has deposited: all entries dated on or before a day.
    ///
    /// # Errors
    /// Where SQLite refuses.
    pub fn balances(&self, as_of: Date) -> Result<BTreeMap<AccountId, Money>> {
        let sql = "SELECT account, sum(amount) AS amount FROM entry WHERE date <= ? GROUP BY account";
        let owed = |row: &Row<'_>| {
            Ok((AccountId::new(row.get::<_, String>("account")?), codec::money(row, "amount")?))
        };
        Ok(self.collect(sql, [text(as_of)], owed)?.into_iter().collect())
    }

    fn reads(&self, as_of: Date) -> Result<Vec<Reading>> {
        self.collect(
            "SELECT * FROM read WHERE date <= ? ORDER BY date, sequence, number",
            [text(as_of)],
            reading,
        )
    }

    fn verdicts(&self, as_of: Date) -> Result<Vec<Verdict>> {
        self.collect("SELECT * FROM verdict WHERE day <= ? ORDER BY id", [text(as_of)], verdict)
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
                account: AccountId::new(row.get::<_, String>("account")?),
                meter: row.get::<_, Option<String>>("meter")?.map(MeterId::new),
                month: parsed(row, "month", from_text)?,
                day: parsed(row, "day", from_text)?,
            })
        })
    }

    fn loads(&self, as_of: Date) -> Result<Vec<BulkLoad>> {
        self.collect(
            "SELECT * FROM bulk_load WHERE date <= ? ORDER BY date, sequence, number",
            [text(as_of)],
            load,
        )
    }

    /// Runs a query and reads its rows.
    pub(super) fn collect<T>(
        &self,
        sql: &str,
        values: impl Params,
        read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        let run = || {
            let mut statement = self.connection.prepare_cached(sql)?;
            statement.query_map(values, |row| read(row))?.collect::<rusqlite::Result<Vec<T>>>()
        };
        self.sqlite(run())
    }

    fn set(&self, sql: &str) -> Result<BTreeSet<String>> {
        Ok(self.collect(sql, [], |row| row.get::<_, String>(0))?.into_iter().collect())
    }
}

/// A date as the tables spell it; the last of all days sorts behind every date.
pub(super) fn text(date: Date) -> String {
    if date == Date::MAX { "9999-12-31".to_owned() } else { date.to_string() }
}

fn account(row: &Row<'_>) -> rusqlite::Result<Account> {
    Ok(Account {
        id: AccountId::new(row.get::<_, String>("account")?),
        customer: row.get("customer")?,
        service_address: row.get("service_address")?,
        class: row.get("class")?,
        meter_size: parsed(row, "meter_size", MeterSize::parse)?,
        status: parsed(row, "status", codec::status)?,
        opened: maybe(row, "opened", from_text)?,
        closed: maybe(row, "closed", from_text)?,
        dwelling_units: row.get("dwelling_units")?,
        sewer: parsed(row, "sewer", codec::sewer)?,
        edu: maybe(row, "edu", from_text)?,
        cycle: row.get("cycle")?,
        route: row.get("route")?,
        sequence: row.get("place")?,
        tenant: row.get("tenant")?,
        contact: parsed(row, "contact", from_json)?,
    })
}

fn meter(row: &Row<'_>) -> rusqlite::Result<Meter> {
    Ok(Meter {
        account: AccountId::new(row.get::<_, String>("account")?),
        id: MeterId::new(row.get::<_, String>("meter")?),
        size: maybe(row, "size", MeterSize::parse)?,
        register: Register {
            dials: row.get("dials")?,
            multiplier: row.get("multiplier")?,
            unit: parsed(row, "unit", VolumeUnit::parse)?,
        },
        installed: parsed(row, "installed", from_text)?,
        initial_reading: row.get("initial_reading")?,
        endpoint: row.get("endpoint")?,
    })
}

fn read_id(row: &Row<'_>) -> rusqlite::Result<ReadId> {
    Ok(ReadId { sequence: Sequence(row.get("sequence")?), number: row.get("number")? })
}

fn reading(row: &Row<'_>) -> rusqlite::Result<Reading> {
    Ok(Reading {
        id: read_id(row)?,
        account: row.get::<_, Option<String>>("account")?.map(AccountId::new),
        meter: row.get::<_, Option<String>>("meter")?.map(MeterId::new),
        date: parsed(row, "date", from_text)?,
        value: row.get("value")?,
        code: parsed(row, "code", codec::read_code)?,
        trouble: row.get("trouble")?,
        echo: row.get("echo")?,
    })
}

fn verdict(row: &Row<'_>) -> rusqlite::Result<Verdict> {
    let verdicts = [
        ReadVerdict::Accept,
        ReadVerdict::Estimate,
        ReadVerdict::Override,
        ReadVerdict::Reread,
        ReadVerdict::Hold,
    ];
    Ok(Verdict {
        account: AccountId::new(row.get::<_, String>("account")?),
        month: parsed(row, "month", from_text)?,
        verdict: parsed(row, "verdict", |word| verdicts.into_iter().find(|verdict| verdict.word() == word))?,
        about: parsed(row, "about", codec::parse_read_ids)?,
        made: parsed(row, "made", codec::parse_read_ids)?.first().copied(),
        initials: row.get("initials")?,
        day: parsed(row, "day", from_text)?,
    })
}

fn past_bill(row: &Row<'_>) -> rusqlite::Result<PastBill> {
    Ok(PastBill {
        number: BillNumber::new(row.get::<_, String>("number")?),
        account: AccountId::new(row.get::<_, String>("account")?),
        month: parsed(row, "month", from_text)?,
        kind: parsed(row, "kind", codec::bill_kind)?,
        bill_date: parsed(row, "bill_date", from_text)?,
        metered: maybe(row, "metered", from_json)?,
    })
}

fn load(row: &Row<'_>) -> rusqlite::Result<BulkLoad> {
    let (start, end): (Option<i64>, Option<i64>) = (row.get("start")?, row.get("finish")?);
    let volume = match (start, end, row.get::<_, Option<i64>>("gallons")?) {
        (Some(start), Some(end), _) => BulkVolume::Readings { start, end },
        (_, _, gallons) => BulkVolume::Gallons(gallons.unwrap_or_default()),
    };
    Ok(BulkLoad {
        id: read_id(row)?,
        account: AccountId::new(row.get::<_, String>("account")?),
        meter: row.get("meter")?,
        date: parsed(row, "date", from_text)?,
        volume,
        rental_days: row.get("rental_days")?,
        deposit: codec::money(row, "deposit")?,
    })
}
