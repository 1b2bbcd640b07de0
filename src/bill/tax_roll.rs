//! The tax roll: whose wastewater the county collects, at what charge, and who goes there from the water bill.

use std::collections::{BTreeMap, BTreeSet};

use super::assemble::wastewater_basis;
use super::flat_rates::place;
use crate::domain::books::account::{Account, Sewer, Status};
use crate::domain::books::history::{Histories, History};
use crate::domain::date::Date;
use crate::domain::id::AccountId;
use crate::domain::office::{Office, WastewaterPrices};
use crate::domain::proposals::tax_roll::{
    BilledRow, Counted, FiscalYear, LeftOut, Parcel, Remark, RollRow, Rolled, Switch, WhyLeftOut,
};

/// What a roll is made on.
#[derive(Clone, Copy)]
pub struct RollGround<'a> {
    /// The settings.
    pub office: &'a Office,
    /// The fiscal year.
    pub year: FiscalYear,
    /// The day.
    pub today: Date,
    /// The accounts as the books had them at the end of the cut-off; before it as they stand.
    pub at_cut_off: &'a [Account],
}

/// Who is on the roll of a fiscal year, who pays with the water bill until when, and who is left out.
///
/// An account is where its sheet puts it: those whose sewer is `tax roll` are on the roll. A residential one that pays with
/// the water bill goes there at the cut-off after its connection (the district's Board, 11 September 2019); that is
/// proposed here and done by an accounts sheet.
pub fn tax_roll(histories: &Histories, ground: RollGround<'_>) -> Rolled {
    let RollGround { office, year, at_cut_off, .. } = ground;
    let prices = office.wastewater_on(year.first_day());
    let is_open = |account: &&Account| account.status != Status::Closed && account.sewer != Sewer::None;
    let accounts = || histories.accounts.iter().map(|history| &history.account);
    let grown = Grown {
        connected: accounts().filter(is_open).map(place).collect(),
        connected_then: at_cut_off.iter().filter(is_open).map(place).collect(),
        then: at_cut_off.iter().map(|account| (&account.id, account.sewer)).collect(),
    };
    let mut rolled = Rolled::default();
    for history in &histories.accounts {
        let account = &history.account;
        let out = |why| left_out(account, why);
        match (account.sewer, account.status) {
            (Sewer::None, _) => {}
            (_, Status::Closed) => {
                // Of wastewater on the bill the follow-up of flat rates tells.
                let is_lost = account.sewer == Sewer::TaxRoll && !grown.connected.contains(&place(account));
                rolled.left_out.extend(is_lost.then(|| out(WhyLeftOut::Closed)));
            }
            (Sewer::TaxRoll, _) => match counted(account, office, prices) {
                Ok(counted) => rolled.rows.push(roll_row(account, counted, &grown, ground)),
                Err(why) => rolled.left_out.push(out(why)),
            },
            (Sewer::Billed, _) if !is_residential(account, office) => {}
            (Sewer::Billed, _) => match counted(account, office, prices) {
                Ok(counted) => rolled.billed.push(billed_row(history, counted, &grown, ground)),
                Err(why) => rolled.left_out.push(out(why)),
            },
        }
    }
    one_spelling(&mut rolled.rows);
    rolled
}

/// Where somebody is connected now, and was at the cut-off, and how accounts paid then.
struct Grown<'a> {
    connected: BTreeSet<String>,
    connected_then: BTreeSet<String>,
    then: BTreeMap<&'a AccountId, Sewer>,
}

fn is_residential(account: &Account, office: &Office) -> bool {
    office.classes.get(&account.class).is_some_and(|class| class.residential)
}

/// What a year of an account's wastewater is made from.
fn counted(
    account: &Account,
    office: &Office,
    prices: Option<&WastewaterPrices>,
) -> Result<Counted, WhyLeftOut> {
    let basis =
        office.classes.get(&account.class).and_then(|class| class.sewer).ok_or(WhyLeftOut::NoBasis)?;
    let prices = prices.ok_or(WhyLeftOut::NoPrice)?;
    let (quantity, _, price, _) = wastewater_basis(basis, account, prices).map_err(|_| WhyLeftOut::NoEdu)?;
    Ok(Counted { basis, quantity, price })
}

fn left_out(account: &Account, why: WhyLeftOut) -> LeftOut {
    LeftOut {
        account: account.id.clone(),
        customer: account.customer.clone(),
        service_address: account.service_address.clone(),
        class: account.class.clone(),
        status: account.status,
        sewer: account.sewer,
        why,
    }
}

fn roll_row(account: &Account, counted: Counted, grown: &Grown<'_>, ground: RollGround<'_>) -> RollRow {
    let is_new = account.opened.is_some_and(|opened| opened > ground.year.cut_off())
        && !grown.connected_then.contains(&place(account));
    let odd = [
        (account.status == Status::Inactive, Remark::Inactive),
        (!is_residential(account, ground.office), Remark::NotResidential),
        (is_new, Remark::NewConnection),
    ];
    let owner = &account.contact.owner;
    RollRow {
        account: account.id.clone(),
        owner: if owner.is_empty() { account.customer.clone() } else { owner.clone() },
        service_address: account.service_address.clone(),
        class: account.class.clone(),
        parcel: ground.office.tax_roll.parcel(&account.contact.parcel),
        counted,
        remarks: odd.into_iter().filter(|(is_so, _)| *is_so).map(|(_, remark)| remark).collect(),
    }
}

fn billed_row(history: &History, counted: Counted, grown: &Grown<'_>, ground: RollGround<'_>) -> BilledRow {
    let account = &history.account;
    let last_bill = history.bills.iter().max_by_key(|bill| (bill.month, bill.bill_date));
    BilledRow {
        account: account.id.clone(),
        customer: account.customer.clone(),
        service_address: account.service_address.clone(),
        class: account.class.clone(),
        meter_size: account.meter_size.clone(),
        opened: account.opened,
        last_bill: last_bill.map(|bill| (bill.number.clone(), bill.month)),
        switch: switch(history, grown, ground),
        counted,
    }
}

/// What becomes of the wastewater on a water bill: nothing is switched before the last month with it is billed.
fn switch(history: &History, grown: &Grown<'_>, ground: RollGround<'_>) -> Switch {
    let (account, year) = (&history.account, ground.year);
    if ground.today <= year.cut_off() {
        return Switch::Comes;
    }
    // The books may begin later: then the account's first day has to do.
    let was_connected = match grown.then.get(&account.id) {
        Some(sewer) => *sewer != Sewer::None,
        None => account.opened.is_some_and(|opened| opened <= year.cut_off()),
    };
    let last = year.last_month_billed();
    let newest = history.bills.iter().map(|bill| bill.month).max();
    match newest {
        _ if !was_connected => Switch::Stays,
        Some(month) if month > last => Switch::NowBilledBeyond(month),
        Some(month) if month == last => Switch::Now,
        _ => Switch::Waits,
    }
}

/// Spells a parcel in one way: a number that lost its zeros in one of several accounts is the same parcel.
fn one_spelling(rows: &mut [RollRow]) {
    fn bare(digits: &str) -> String {
        digits.trim_start_matches('0').to_owned()
    }
    let mut longest: BTreeMap<String, String> = BTreeMap::new();
    for row in rows.iter() {
        if let Parcel::Known(digits) = &row.parcel {
            let spelled = longest.entry(bare(digits)).or_default();
            if digits.len() > spelled.len() {
                spelled.clone_from(digits);
            }
        }
    }
    for row in rows {
        if let Parcel::Known(digits) = &mut row.parcel {
            digits.clone_from(&longest[&bare(digits)]);
        }
    }
}
