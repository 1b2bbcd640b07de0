//! Puts a bill together from what is billable and what it was priced at.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::plan::Billable;
use super::run::DueRun;
use super::split::{PricedPart, Split};
use crate::domain::books::account::{Account, Sewer};
use crate::domain::books::bill::{Bill, BillLine, Held};
use crate::domain::books::charge::{Charge, ChargeKind, ChargeUnit, Working};
use crate::domain::books::entry::due_date;
use crate::domain::date::Date;
use crate::domain::id::BillNumber;
use crate::domain::money::Money;
use crate::domain::office::{Office, ProratedLine, SewerBasis, WastewaterPrices};

/// Days of the month that a prorated charge is divided by.
pub(super) const MONTH_DAYS: i64 = 30;

/// Why an account cannot be billed although its water is known: a sentence saying what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unpriced(pub String);

impl Unpriced {
    /// Holds the account for this reason.
    pub fn held(self, account: &Account, billable: &Billable) -> Held {
        let meter = billable.metered.as_ref().and_then(|metered| metered.meter.clone());
        Held { account: account.id.clone(), meter, exceptions: vec![], reason: self.0 }
    }
}

/// Puts a bill together: the charges of the rate files, wastewater and rental, each rounded once.
///
/// The bill's tariff is that of the last part: of the current read. So is the price of wastewater, which is not
/// split.
///
/// # Errors
/// Where wastewater is due and cannot be priced.
///
/// # Panics
/// Where not every part is priced.
pub fn assemble(
    run: &DueRun,
    account: &Account,
    billable: Billable,
    (split, priced): (&Split, Vec<PricedPart>),
    previous_balance: Money,
    office: &Office,
) -> Result<Bill, Unpriced> {
    let tariff = priced.last().expect("a period has a part").effective;
    let mut lines = split.lines(priced, &billable, office);
    lines.extend(wastewater_line(account, &billable, office)?);
    lines.extend(rental_line(&billable, office));
    lines.sort_by_key(|line| line.kind);
    Ok(Bill {
        number: number(run, account, billable.rebill),
        account: account.id.clone(),
        cycle: run.cycle.clone(),
        month: run.month,
        kind: billable.kind,
        bill_date: run.day,
        due_date: due_date(run.day),
        metered: billable.metered,
        units: billable.units,
        tariff,
        class: account.class.clone(),
        meter_size: account.meter_size.clone(),
        dwelling_units: account.dwelling_units,
        budget_hcf: billable.budget,
        over_budget_hcf: billable.budget.map(|budget| (billable.units - budget).max(Decimal::ZERO)),
        lines,
        previous_balance,
    })
}

/// The bill's number: month and account; a rebill adds `-2`, `-3`.
fn number(run: &DueRun, account: &Account, rebill: usize) -> BillNumber {
    let first = format!("{}-{}", run.month.compact(), account.id);
    BillNumber::new(if rebill == 0 { first } else { format!("{first}-{}", rebill + 1) })
}

/// A charge of the rate file as a line; the fixed one prorated where the bill is.
pub(super) fn rate_line(charge: Charge, billable: &Billable, office: &Office) -> BillLine {
    let days = billable
        .prorated_days
        .filter(|_| charge.kind == ChargeKind::Fixed && office.rates.prorate.contains(&ProratedLine::Fixed));
    let (quantity, unit, amount) = match days {
        Some(days) => (Decimal::from(days), ChargeUnit::Day, prorated(charge.amount, days)),
        None => (charge.quantity, charge.unit, charge.amount),
    };
    BillLine {
        kind: charge.kind,
        name: charge.name.into(),
        tier: charge.tier,
        quantity,
        unit,
        price: charge.price,
        amount: Money::rounded(amount),
        working: Arc::new(charge.working),
    }
}

fn prorated(amount: Decimal, days: i64) -> Decimal {
    amount * Decimal::from(days) / Decimal::from(MONTH_DAYS)
}

/// Wastewater at the price in force on the current read date, where the account pays it with the water.
fn wastewater_line(
    account: &Account,
    billable: &Billable,
    office: &Office,
) -> Result<Option<BillLine>, Unpriced> {
    let basis = office.classes.get(&account.class).and_then(|class| class.sewer);
    let (Some(basis), Sewer::Billed) = (basis, account.sewer) else { return Ok(None) };
    let Some(prices) = office.wastewater_on(billable.tariff_date) else {
        return Err(Unpriced(format!(
            "No wastewater price is in force on {}. Add a [[wastewater]] list to office.toml.",
            billable.tariff_date
        )));
    };
    let (quantity, unit, price, key) = wastewater_basis(basis, account, prices)?;
    let whole = price.decimal() * quantity;
    let days = billable.prorated_days.filter(|_| office.rates.prorate.contains(&ProratedLine::Wastewater));
    let amount = days.map_or(whole, |days| prorated(whole, days));
    Ok(Some(BillLine {
        kind: ChargeKind::Wastewater,
        name: "wastewater".into(),
        tier: None,
        quantity,
        unit,
        price: price.decimal(),
        amount: Money::rounded(amount),
        working: Arc::new(Working {
            file: "office.toml".to_owned(),
            key: format!("wastewater/{key}"),
            effective: Some(prices.effective),
            ..Working::default()
        }),
    }))
}

/// What wastewater costs an account in a whole month at the price of a day; `None` where it has none, or it cannot be priced.
pub(super) fn wastewater_a_month(account: &Account, office: &Office, day: Date) -> Option<Money> {
    let basis = office.classes.get(&account.class)?.sewer.filter(|_| account.sewer == Sewer::Billed)?;
    let (quantity, _, price, _) = wastewater_basis(basis, account, office.wastewater_on(day)?).ok()?;
    Some(Money::rounded(price.decimal() * quantity))
}

/// How many are charged, in which unit, at what price a month, and the key of that price.
pub(super) type WastewaterBasis = (Decimal, ChargeUnit, Money, &'static str);

pub(super) fn wastewater_basis(
    basis: SewerBasis,
    account: &Account,
    prices: &WastewaterPrices,
) -> Result<WastewaterBasis, Unpriced> {
    let dwellings = Decimal::from(account.dwelling_units);
    Ok(match basis {
        SewerBasis::SingleFamily => {
            (Decimal::ONE, ChargeUnit::Dwelling, prices.single_family, "single_family")
        }
        SewerBasis::MultiFamily => {
            (dwellings, ChargeUnit::Dwelling, prices.multi_family_unit, "multi_family_unit")
        }
        SewerBasis::MobileHome => {
            (dwellings, ChargeUnit::Dwelling, prices.mobile_home_unit, "mobile_home_unit")
        }
        SewerBasis::Edu => {
            let edu = account.edu.ok_or_else(|| {
                Unpriced(
                    "Wastewater goes by EDU and the account has none. Send an accounts row with EDU."
                        .to_owned(),
                )
            })?;
            (edu, ChargeUnit::Edu, prices.single_family, "single_family")
        }
    })
}

/// Rental of a hydrant meter by the day, where the office asks for one.
fn rental_line(billable: &Billable, office: &Office) -> Option<BillLine> {
    let price = office.bulk.rental_per_day;
    if billable.rental_days == 0 || price.is_zero() {
        return None;
    }
    let quantity = Decimal::from(billable.rental_days);
    Some(BillLine {
        kind: ChargeKind::Fee,
        name: "rental".into(),
        tier: None,
        quantity,
        unit: ChargeUnit::Day,
        price: price.decimal(),
        amount: Money::rounded(quantity * price.decimal()),
        working: Arc::new(Working {
            file: "office.toml".to_owned(),
            key: "bulk/rental_per_day".to_owned(),
            ..Working::default()
        }),
    })
}
