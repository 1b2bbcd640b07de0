//! Everything the books know of one account's water: its meters, reads, decisions and bills.

use std::collections::BTreeSet;

use crate::domain::books::account::Account;
use crate::domain::books::bill::{BillKind, Metered};
use crate::domain::books::meter::Meter;
use crate::domain::books::money_in::Closing;
use crate::domain::books::order::FieldResult;
use crate::domain::books::reading::{AuditedRead, Exception, ReadId, ReadState, ReadVerdict, Reading};
use crate::domain::books::weather::{Landscape, Weather};
use crate::domain::date::{Date, Month};
use crate::domain::id::{AccountId, BillNumber, MeterId};
use crate::domain::money::Money;
use crate::domain::rows::BulkVolume;

/// One account with its meters, reads, decisions and bills.
#[derive(Clone, Debug)]
pub struct History {
    /// The account as it stands.
    pub account: Account,
    /// Its meters, by day of installation.
    pub meters: Vec<Meter>,
    /// Its reads, by date, then name.
    pub reads: Vec<Reading>,
    /// What was decided about its reads, in the order of the decisions.
    pub verdicts: Vec<Verdict>,
    /// Its bills, in the order in which they were posted.
    pub bills: Vec<PastBill>,
    /// The months whose main run found no read.
    pub missing: Vec<MissingRead>,
    /// Its bulk water, by date, then name.
    pub loads: Vec<BulkLoad>,
    /// Its landscapes, by first day.
    pub landscapes: Vec<Landscape>,
    /// The months of its bills that were undone, once for each bill.
    pub undone_bills: Vec<Month>,
    /// What the crew did there, by date, then in the order of the sheets.
    pub results: Vec<FieldResult>,
    /// Its closing; none while it is open.
    pub closings: Vec<Closing>,
}

/// What was decided about reads of one month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The account.
    pub account: AccountId,
    /// The month.
    pub month: Month,
    /// What was decided.
    pub verdict: ReadVerdict,
    /// The reads it is about; none where the read was missing.
    pub about: Vec<ReadId>,
    /// The read it made: an estimate or an override.
    pub made: Option<ReadId>,
    /// Who decided.
    pub initials: String,
    /// The day it took effect.
    pub day: Date,
}

/// What a posted bill says about the water.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastBill {
    /// Its number.
    pub number: BillNumber,
    /// The account.
    pub account: AccountId,
    /// The month of the run.
    pub month: Month,
    /// Regular or final.
    pub kind: BillKind,
    /// The day of the run.
    pub bill_date: Date,
    /// What the water was measured from.
    pub metered: Option<Metered>,
}

/// A month in which the main run found no read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingRead {
    /// The account.
    pub account: AccountId,
    /// Its meter on that day.
    pub meter: Option<MeterId>,
    /// The month.
    pub month: Month,
    /// The day of the run.
    pub day: Date,
}

/// One row of bulk water as taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulkLoad {
    /// Its name.
    pub id: ReadId,
    /// The account.
    pub account: AccountId,
    /// The hydrant meter or hydrant.
    pub meter: String,
    /// The day of the second reading, or of the load.
    pub date: Date,
    /// How much.
    pub volume: BulkVolume,
    /// Days of rental.
    pub rental_days: i64,
    /// A deposit taken on that day.
    pub deposit: Money,
}

impl History {
    /// The meter that the account has at the end of a date; `None` before the first.
    pub fn meter_on(&self, date: Date) -> Option<&Meter> {
        self.meters.iter().rev().find(|meter| meter.installed <= date)
    }

    /// The landscape that counts for a read on a date; `None` for an account without a water budget.
    pub fn landscape_on(&self, date: Date) -> Option<&Landscape> {
        self.landscapes.iter().rev().find(|land| land.from <= date)
    }

    /// The place among the account's meters of the one that was read on a date; `None` where it has no such meter.
    ///
    /// On the day of a change it is the one that the read names, and the new one where it names none.
    pub fn place_of(&self, meter: Option<&MeterId>, date: Date) -> Option<usize> {
        let read = |other: &Meter| meter.is_none_or(|meter| other.id == *meter) && other.is_there_on(date);
        self.meters.iter().rposition(read)
    }

    /// The meter that was read on a date.
    pub fn meter_read(&self, meter: Option<&MeterId>, date: Date) -> Option<&Meter> {
        self.place_of(meter, date).map(|place| &self.meters[place])
    }

    /// Whether a read came back from the crew that was sent to read again.
    pub fn is_reread(&self, read: ReadId) -> bool {
        self.results.iter().any(|result| result.read == Some(read))
    }

    /// The bill that billed a read.
    pub fn bill_of(&self, read: ReadId) -> Option<(&PastBill, &Metered)> {
        self.bills.iter().find_map(|bill| {
            let metered = bill.metered.as_ref()?;
            (metered.read == Some(read)).then_some((bill, metered))
        })
    }

    /// The account's bill of a month.
    pub fn bill_in(&self, month: Month) -> Option<&PastBill> {
        self.bills.iter().find(|bill| bill.month == month)
    }

    /// The bill that has counted past a held read: the water up to a reading of a later day is billed, and what becomes of this one
    /// changes no bill any more. One of another meter is passed by a bill of its own day: that meter was read.
    pub fn overtaken_by(&self, read: &AuditedRead) -> Option<&PastBill> {
        if read.state != ReadState::Held {
            return None;
        }
        let has_passed = |bill: &&PastBill| match (&bill.metered, read.date) {
            (Some(metered), Some(date)) => {
                let not_its_own = read.exceptions.contains(&Exception::UnknownMeter);
                metered.period.current > date || metered.period.current == date && not_its_own
            }
            (Some(_), None) => bill.month > read.month,
            (None, _) => false,
        };
        self.bills.iter().find(has_passed)
    }

    /// Whether a read is held and somebody's decision can still change a bill.
    pub fn waits(&self, read: &AuditedRead) -> bool {
        read.state == ReadState::Held && self.overtaken_by(read).is_none()
    }

    /// How many of its bills of a month were undone.
    pub fn bills_undone(&self, month: Month) -> usize {
        self.undone_bills.iter().filter(|undone| **undone == month).count()
    }

    /// What the latest bill was measured from.
    pub fn last_metered(&self) -> Option<&Metered> {
        self.bills.iter().rev().find_map(|bill| bill.metered.as_ref())
    }
}

/// All histories, and the reads that belong to no account.
#[derive(Clone, Debug, Default)]
pub struct Histories {
    /// By account.
    pub accounts: Vec<History>,
    /// Reads of meters that no account holds on the read date.
    pub strays: Vec<Reading>,
    /// Those of them that somebody put aside.
    pub dismissed: BTreeSet<ReadId>,
    /// The weather.
    pub weather: Weather,
}

/// The facts of which histories are made, as the ledger has them.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Accounts by number, as they stand.
    pub accounts: Vec<Account>,
    /// Meters, by account, then day of installation.
    pub meters: Vec<Meter>,
    /// Reads, by date, then name.
    pub reads: Vec<Reading>,
    /// Decisions about reads, in their order.
    pub verdicts: Vec<Verdict>,
    /// Bills, in the order in which they were posted.
    pub bills: Vec<PastBill>,
    /// Missing reads, in the order in which they were found.
    pub missing: Vec<MissingRead>,
    /// Bulk water, by date, then name.
    pub loads: Vec<BulkLoad>,
    /// Landscapes, by account, then first day.
    pub landscapes: Vec<Landscape>,
    /// Closings, in the order in which they came.
    pub closings: Vec<Closing>,
    /// The weather.
    pub weather: Weather,
    /// The accounts and months of the bills that were undone, once for each bill.
    pub undone_bills: Vec<(AccountId, Month)>,
    /// What the crew did, by date, then in the order of the sheets.
    pub results: Vec<FieldResult>,
    /// The reads of meters on nobody's record that somebody put aside.
    pub dismissed: BTreeSet<ReadId>,
}
