//! Tells the permits for bulk water: since when, until when, and what was taken and billed.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::domain::books::account::{Account, BULK_CLASS};
use crate::domain::books::history::BulkLoad;
use crate::domain::books::hold::{Hold, HoldKind};
use crate::domain::books::meter::Meter;
use crate::domain::books::permit::Permit;
use crate::domain::date::{Date, plus_days};
use crate::domain::id::AccountId;
use crate::domain::money::Money;

/// What permits are told from, all of it as of one day.
#[derive(Clone, Copy, Debug)]
pub struct PermitGround<'g> {
    /// The accounts, by number.
    pub accounts: &'g [Account],
    /// The rows of bulk water, oldest first.
    pub loads: &'g [BulkLoad],
    /// The meters, each account's oldest first.
    pub meters: &'g [Meter],
    /// The holds; those of kind extension move the end of a permit.
    pub holds: &'g [Hold],
    /// The deposits held.
    pub deposits: &'g BTreeMap<AccountId, Money>,
    /// The units billed so far.
    pub billed: &'g BTreeMap<AccountId, Decimal>,
    /// How many days a permit is good for (`[bulk] permit_days`; 45 by District Code 5.30.010).
    pub days: i64,
}

/// The permits of the accounts of class bulk that were opened up to a day, by account.
pub fn permits(ground: PermitGround<'_>, as_of: Date) -> Vec<Permit> {
    let opened = |account: &&Account| {
        account.class == BULK_CLASS && account.opened.is_none_or(|opened| opened <= as_of)
    };
    ground.accounts.iter().filter(opened).map(|account| permit(ground, account, as_of)).collect()
}

fn permit(ground: PermitGround<'_>, account: &Account, as_of: Date) -> Permit {
    let id = &account.id;
    let latest = ground.loads.iter().rfind(|load| load.account == *id);
    let own = ground.meters.iter().rfind(|meter| meter.account == *id);
    Permit {
        account: id.clone(),
        meter: latest.map(|load| load.meter.clone()).or_else(|| Some(own?.id.to_string())),
        issued: account.opened,
        expires: account.closed.or_else(|| open_until(ground, account, as_of)),
        deposit_held: ground.deposits.get(id).copied().unwrap_or_default(),
        last_read_date: latest.map(|load| load.date),
        billed_hcf: ground.billed.get(id).copied().unwrap_or_default(),
    }
}

/// The last day of an open permit: so many days after it was issued, or a later one granted by then.
fn open_until(ground: PermitGround<'_>, account: &Account, as_of: Date) -> Option<Date> {
    let granted =
        |hold: &&Hold| hold.account == account.id && hold.kind == HoldKind::Extension && hold.from <= as_of;
    let extended = ground.holds.iter().filter(granted).filter_map(|hold| hold.until).max();
    account.opened.map(|opened| plus_days(opened, ground.days)).max(extended)
}
