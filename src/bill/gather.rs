//! Puts the facts together account by account.

use std::collections::BTreeMap;

use crate::domain::books::history::{Facts, Histories, History};
use crate::domain::books::reading::{ReadId, Reading};
use crate::domain::date::Date;
use crate::domain::id::{AccountId, MeterId};

/// Puts the facts together account by account.
///
/// A read with a meter belongs to the account that holds the meter on the read date; one with an account alone
/// to that account; a billed read to the account of its bill, whatever became of the meter since.
pub fn gather(facts: Facts) -> Histories {
    let holders = Holders::new(&facts);
    let billed: BTreeMap<ReadId, AccountId> = facts
        .bills
        .iter()
        .filter_map(|bill| Some((bill.metered.as_ref()?.read?, bill.account.clone())))
        .collect();
    let mut accounts: Vec<History> = facts.accounts.into_iter().map(empty).collect();
    let index: BTreeMap<AccountId, usize> =
        accounts.iter().enumerate().map(|(at, history)| (history.account.id.clone(), at)).collect();
    let mut strays = Vec::new();
    for meter in facts.meters {
        if let Some(at) = index.get(&meter.account) {
            add(&mut accounts[*at].meters, meter);
        }
    }
    for mut read in facts.reads {
        let owner = billed.get(&read.id).or_else(|| holders.owner(&read)).and_then(|owner| index.get(owner));
        match owner {
            Some(at) => {
                let history = &mut accounts[*at];
                read.account = Some(history.account.id.clone());
                if read.meter.is_none() {
                    read.meter = history.meter_on(read.date).map(|meter| meter.id.clone());
                }
                add(&mut history.reads, read);
            }
            None => strays.push(read),
        }
    }
    macro_rules! hand_out {
        ($facts:expr, $list:ident) => {
            for fact in $facts {
                if let Some(at) = index.get(&fact.account) {
                    add(&mut accounts[*at].$list, fact);
                }
            }
        };
    }
    hand_out!(facts.verdicts, verdicts);
    hand_out!(facts.bills, bills);
    hand_out!(facts.missing, missing);
    hand_out!(facts.loads, loads);
    hand_out!(facts.closings, closings);
    hand_out!(facts.landscapes, landscapes);
    hand_out!(facts.results, results);
    for (account, month) in facts.undone_bills {
        if let Some(at) = index.get(&account) {
            accounts[*at].undone_bills.push(month);
        }
    }
    Histories { accounts, strays, dismissed: facts.dismissed, weather: facts.weather }
}

/// Adds to a list that mostly stays short: it grows by half, where a vector would begin with room for four.
fn add<T>(list: &mut Vec<T>, fact: T) {
    if list.len() == list.capacity() {
        list.reserve_exact(1 + list.len() / 2);
    }
    list.push(fact);
}

fn empty(account: crate::domain::books::account::Account) -> History {
    History {
        account,
        meters: vec![],
        reads: vec![],
        verdicts: vec![],
        bills: vec![],
        missing: vec![],
        loads: vec![],
        closings: vec![],
        landscapes: vec![],
        undone_bills: vec![],
        results: vec![],
    }
}

/// Which account holds a meter on a date: since when, until when, who.
struct Holders(BTreeMap<MeterId, Vec<(Date, Date, AccountId)>>);

impl Holders {
    fn new(facts: &Facts) -> Holders {
        let mut holders: BTreeMap<MeterId, Vec<(Date, Date, AccountId)>> = BTreeMap::new();
        for meter in &facts.meters {
            let until = meter.removal.as_ref().map_or(Date::MAX, |removal| removal.date);
            holders.entry(meter.id.clone()).or_default().push((
                meter.installed,
                until,
                meter.account.clone(),
            ));
        }
        holders.values_mut().for_each(|held| held.sort());
        Holders(holders)
    }

    fn owner<'a>(&'a self, read: &'a Reading) -> Option<&'a AccountId> {
        let Some(meter) = &read.meter else { return read.account.as_ref() };
        let on = |(since, until, _): &&(Date, Date, AccountId)| *since <= read.date && read.date <= *until;
        let holder = self.0.get(meter).and_then(|held| held.iter().rev().find(on));
        holder.map(|(_, _, account)| account).or(read.account.as_ref())
    }
}
