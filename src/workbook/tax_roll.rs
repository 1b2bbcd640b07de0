//! The tax roll: wastewater that the county collects, by account and by parcel, and who goes there from the water bill.

mod cover;

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::domain::books::account::Sewer;
use crate::domain::money::Money;
use crate::domain::office::SewerBasis;
use crate::domain::page::{Book, Chart, Column, Entry, Flag, Page, Role, Row, Table};
use crate::domain::proposals::tax_roll::{
    BilledRow, Counted, LeftOut, MONTHS, Parcel, Remark, RollRow, Switch, TaxRoll, WhyLeftOut,
};

/// The title of the workbook once the cut-off has come: its accounts may come back.
pub const TAX_ROLL: &str = "Tax roll";
/// The title before.
const PREVIEW: &str = "Tax roll preview";
const ROLL: &str = "Roll";
/// The sheet whose rows are those of an accounts sheet.
pub const ON_THE_BILL: &str = "On the bill";
const COUNTY: &str = "County";
const LEFT_OUT: &str = "Left out";
const BY_CLASS: &str = "By class";
const PRICES: &str = "Prices";

/// Lays the roll of a fiscal year out as a workbook.
pub fn tax_roll(of: &TaxRoll) -> Book<'_> {
    let chart = Chart::columns("Charge of the year by class", "Class", &["Charge"]);
    Book {
        title: if of.is_preview() { PREVIEW } else { TAX_ROLL }.to_owned(),
        office: of.office.clone(),
        subject: format!("fiscal year {}", of.year),
        date: of.day,
        run_id: of.run_id.clone(),
        chain_head: of.chain_head.clone(),
        pages: vec![
            Page::Cover(cover::cover(of)),
            Page::Table(roll(of)),
            Page::Table(on_the_bill(of)),
            Page::Table(county(of)),
            Page::Table(left_out(of)),
            Page::Summary(by_class(of), chart),
            Page::Table(prices(of)),
        ],
    }
}

fn word(basis: SewerBasis) -> &'static str {
    match basis {
        SewerBasis::SingleFamily => "single-family home",
        SewerBasis::MultiFamily => "multi-family unit",
        SewerBasis::MobileHome => "mobile-home unit",
        SewerBasis::Edu => "EDU",
    }
}

/// What a charge is made from, in the order of `fill_charge`.
fn charge_columns() -> [Column; 4] {
    [
        Column::new("Counted by", Role::Text).width(18),
        Column::new("Quantity", Role::Decimal).width(9),
        Column::new("Price a year", Role::Money)
            .formula("INDEX(Roll_price,MATCH([Counted by],Roll_basis,0))")
            .note("Of one, from Prices."),
        Column::new("Charge", Role::Money).formula("ROUND([Quantity]*[Price a year],2)").total(),
    ]
}

fn fill_charge(of: &Counted, row: &mut Row<'_>) {
    row.push(word(of.basis));
    row.push(of.quantity);
    row.push(Money::rounded(of.price.decimal() * Decimal::from(MONTHS)));
    row.push(of.charge());
}

/// A parcel in groups of digits, so that no program takes it for a number; empty where there is none.
fn spelled_or_empty(parcel: &Parcel) -> String {
    match parcel {
        Parcel::Known(digits) => spelled(digits),
        Parcel::Malformed(_) | Parcel::Missing => String::new(),
    }
}

/// The digits of a parcel as assessors group them: book, page, parcel and what follows.
fn spelled(digits: &str) -> String {
    let (mut rest, mut groups) = (digits, Vec::new());
    let lengths: &[usize] = if digits.len() == 9 { &[3, 3] } else { &[4, 3, 2] };
    for length in lengths {
        let (group, after) = rest.split_at(*length);
        groups.push(group);
        rest = after;
    }
    groups.push(rest);
    groups.join("-")
}

fn roll(of: &TaxRoll) -> Table<'_> {
    let mut columns = vec![
        Column::new("Account", Role::Account),
        Column::new("Owner", Role::Text)
            .width(22)
            .note("The owner of the accounts sheet; the customer where it names no other."),
        Column::new("Service address", Role::Text).width(24),
        Column::new("Class", Role::Text).width(16),
        Column::new("Parcel", Role::Account).width(17).note("The county assessor's number of it."),
    ];
    columns.extend(charge_columns());
    columns.extend([
        Column::new("No parcel", Role::Money)
            .formula("IF([Parcel]=\"\",[Charge],0)")
            .total()
            .note("Charges that County cannot show."),
        Column::new("To look at", Role::Sentence).width(38),
    ]);
    Table {
        name: ROLL.to_owned(),
        about: "One row per account whose Sewer column says tax roll: what the county collects for the year."
            .to_owned(),
        columns,
        frozen: 1,
        rows: of.rolled.rows.len(),
        fill: Box::new(|index, row| {
            let one = &of.rolled.rows[index];
            let parcel = spelled_or_empty(&one.parcel);
            let is_without = parcel.is_empty();
            row.push(one.account.as_str());
            row.push(one.owner.as_str());
            row.push(one.service_address.as_str());
            row.push(one.class.as_str());
            row.push(parcel);
            fill_charge(&one.counted, row);
            row.push(if is_without { one.counted.charge() } else { Money::ZERO });
            let told = to_look_at(one, of);
            let flag = if is_without { Flag::Held } else { Flag::Warning };
            let is_odd = !told.is_empty();
            let cell = row.push(told);
            if is_odd {
                cell.flag(flag);
            }
        }),
    }
}

/// What somebody should look at on the row, a sentence each.
fn to_look_at(row: &RollRow, of: &TaxRoll) -> String {
    let parcel = match &row.parcel {
        Parcel::Known(_) => None,
        Parcel::Missing => Some("No parcel: send an accounts row with Parcel.".to_owned()),
        Parcel::Malformed(typed) => Some(format!(
            "Parcel '{typed}' has not {}: correct it on an accounts row.",
            of.policy.parcel_form()
        )),
    };
    let remarks = row.remarks.iter().map(|remark| match remark {
        Remark::Inactive => "Inactive: without water service; see that the parcel is to be charged.".to_owned(),
        Remark::NotResidential => {
            "Not residential: the district bills its wastewater by the month (Sewer billed).".to_owned()
        }
        Remark::NewConnection => format!(
            "Opened after {}, with nobody connected there before: until {} it pays with the water bill (Sewer billed).",
            of.year.cut_off(),
            of.year.next().cut_off()
        ),
    });
    parcel.into_iter().chain(remarks).collect::<Vec<_>>().join(" ")
}

fn on_the_bill(of: &TaxRoll) -> Table<'_> {
    let sewer = Column::new("Sewer", Role::Text).width(10);
    let sewer = if of.is_preview() {
        sewer.note("How it pays today.")
    } else {
        let choices = [Sewer::TaxRoll, Sewer::Billed].map(|sewer| sewer.word().to_owned()).into();
        sewer
            .note("How it pays from now on, as proposed. Change it where it is wrong, save, and drop the workbook into the inbox.")
            .entry(Entry { choices, ..Entry::default() })
    };
    let mut columns = vec![
        Column::new("Account", Role::Account),
        Column::new("Customer", Role::Text).width(20),
        Column::new("Service address", Role::Text).width(22),
        Column::new("Class", Role::Text).width(16),
        Column::new("Meter size", Role::Text).width(7),
        sewer,
        Column::new("What becomes of it", Role::Sentence).width(40),
        Column::new("Opened", Role::Date).width(11),
        Column::new("Last bill", Role::Account).width(16),
    ];
    columns.extend(charge_columns());
    Table {
        name: ON_THE_BILL.to_owned(),
        about: format!(
            "Residential accounts whose wastewater is on the water bill: who goes on the roll of {}, at which charge.",
            of.year
        ),
        columns,
        frozen: 1,
        rows: of.rolled.billed.len(),
        fill: Box::new(|index, row| {
            let one = &of.rolled.billed[index];
            row.push(one.account.as_str());
            row.push(one.customer.as_str());
            row.push(one.service_address.as_str());
            row.push(one.class.as_str());
            row.push(one.meter_size.as_str());
            row.push(one.sewer().word());
            let told = row.push(becomes(one, of));
            if matches!(one.switch, Switch::Waits | Switch::NowBilledBeyond(_)) {
                told.flag(Flag::Warning);
            }
            row.push(one.opened);
            row.push(one.last_bill.as_ref().map(|(number, _)| number.as_str()));
            fill_charge(&one.counted, row);
        }),
    }
}

fn becomes(row: &BilledRow, of: &TaxRoll) -> String {
    let (year, last) = (of.year, of.year.last_month_billed());
    match row.switch {
        Switch::Comes => format!("Goes on the roll on {}, after its bill of {last}.", year.first_day()),
        Switch::Now => "Goes on the roll now.".to_owned(),
        Switch::NowBilledBeyond(month) => format!(
            "Goes on the roll now. It was billed to {month}: credit the wastewater after {last}, which the roll has too."
        ),
        Switch::Waits => {
            format!(
                "Goes on the roll after its bill of {last}, which is not made. Type tax roll then, or if it gets none."
            )
        }
        Switch::Stays => {
            format!("Connected after {}: stays on the bill until {}.", year.cut_off(), year.next().cut_off())
        }
    }
}

fn county(of: &TaxRoll) -> Table<'_> {
    let parcels: Vec<(&str, Vec<&RollRow>)> = parcels(of).into_iter().collect();
    let instalments = of.policy.instalments;
    Table {
        name: COUNTY.to_owned(),
        about: "One row per parcel, for the county's file of direct charges: parcel, code and amount."
            .to_owned(),
        columns: vec![
            Column::new("Parcel", Role::Account).width(17),
            Column::new("Digits", Role::Account)
                .width(15)
                .formula("SUBSTITUTE([Parcel],\"-\",\"\")")
                .note("The parcel as the county's file has it."),
            Column::new("Code", Role::Account).width(10).note("[tax_roll] charge_code of office.toml."),
            Column::new("Accounts", Role::Integer)
                .formula(format!("COUNTIFS({{{ROLL}!Parcel}},[Parcel])"))
                .total(),
            Column::new("Charge", Role::Money)
                .formula(format!("SUMIFS({{{ROLL}!Charge}},{{{ROLL}!Parcel}},[Parcel])"))
                .total(),
            Column::new("Instalments", Role::Integer).width(12),
            Column::new("Amount", Role::Money)
                .formula("ROUND(INT(ROUND([Charge]*100/[Instalments],2))*[Instalments]/100,2)")
                .total()
                .note("The charge without the cents that do not divide by the instalments."),
        ],
        frozen: 1,
        rows: parcels.len(),
        fill: Box::new(move |index, row| {
            let (parcel, rows) = &parcels[index];
            let charge = charge_of(rows);
            row.push(spelled(parcel));
            row.push(*parcel);
            row.push(of.policy.charge_code.as_str());
            row.push(rows.len());
            row.push(charge);
            row.push(instalments);
            row.push(divided(charge, instalments));
        }),
    }
}

/// The accounts of each parcel.
fn parcels(of: &TaxRoll) -> BTreeMap<&str, Vec<&RollRow>> {
    let mut parcels: BTreeMap<&str, Vec<&RollRow>> = BTreeMap::new();
    for row in &of.rolled.rows {
        if let Parcel::Known(digits) = &row.parcel {
            parcels.entry(digits).or_default().push(row);
        }
    }
    parcels
}

fn charge_of(rows: &[&RollRow]) -> Money {
    rows.iter().map(|row| row.counted.charge()).sum()
}

/// The charge without the cents that do not divide by the instalments.
fn divided(charge: Money, instalments: u32) -> Money {
    let (cents, parts) = (charge.decimal() * Decimal::ONE_HUNDRED, Decimal::from(instalments));
    Money::rounded((cents / parts).floor() * parts / Decimal::ONE_HUNDRED)
}

fn left_out(of: &TaxRoll) -> Table<'_> {
    Table {
        name: LEFT_OUT.to_owned(),
        about: "Accounts that are connected and stand on none of the other lists, with what to do."
            .to_owned(),
        columns: vec![
            Column::new("Account", Role::Account),
            Column::new("Customer", Role::Text).width(24),
            Column::new("Service address", Role::Text).width(26),
            Column::new("Class", Role::Text).width(18),
            Column::new("Status", Role::Text).width(10),
            Column::new("Sewer", Role::Text).width(10),
            Column::new("Why", Role::Sentence).width(50),
        ],
        frozen: 1,
        rows: of.rolled.left_out.len(),
        fill: Box::new(|index, row| {
            let one: &LeftOut = &of.rolled.left_out[index];
            row.push(one.account.as_str());
            row.push(one.customer.as_str());
            row.push(one.service_address.as_str());
            row.push(one.class.as_str());
            row.push(one.status.word());
            row.push(one.sewer.word());
            row.push(why(one.why)).flag(Flag::Warning);
        }),
    }
}

fn why(why: WhyLeftOut) -> &'static str {
    match why {
        WhyLeftOut::Closed => {
            "Closed, and no other account at the address is connected. Open an account for the owner if the parcel is to be charged."
        }
        WhyLeftOut::NoBasis => {
            "Its class pays for no wastewater. Correct the class, or give [classes] of office.toml its sewer."
        }
        WhyLeftOut::NoEdu => "Its class goes by EDU and it has none. Send an accounts row with EDU.",
        WhyLeftOut::NoPrice => {
            "No wastewater price is in force on July 1. Add a [[wastewater]] list to office.toml."
        }
    }
}

fn by_class(of: &TaxRoll) -> Table<'_> {
    let mut classes: BTreeMap<&str, Vec<&RollRow>> = BTreeMap::new();
    for row in &of.rolled.rows {
        classes.entry(&row.class).or_default().push(row);
    }
    let classes: Vec<(&str, Vec<&RollRow>)> = classes.into_iter().collect();
    let sum = |column: &str| format!("SUMIFS({{{ROLL}!{column}}},{{{ROLL}!Class}},[Class])");
    Table {
        name: BY_CLASS.to_owned(),
        about: "The roll by class, added up from Roll.".to_owned(),
        columns: vec![
            Column::new("Class", Role::Text).width(22),
            Column::new("Quantity", Role::Decimal)
                .formula(sum("Quantity"))
                .note("Homes, units or EDU, as the class is counted."),
            Column::new("Accounts", Role::Integer)
                .formula(format!("COUNTIFS({{{ROLL}!Class}},[Class])"))
                .total(),
            Column::new("Charge", Role::Money).formula(sum("Charge")).total(),
        ],
        frozen: 1,
        rows: classes.len(),
        fill: Box::new(move |index, row| {
            let (class, rows) = &classes[index];
            row.push(*class);
            row.push(rows.iter().map(|row| row.counted.quantity).sum::<Decimal>());
            row.push(rows.len());
            row.push(charge_of(rows));
        }),
    }
}

fn prices(of: &TaxRoll) -> Table<'_> {
    let listed: Vec<(SewerBasis, Money, _)> = of
        .prices
        .iter()
        .flat_map(|prices| {
            [
                (SewerBasis::SingleFamily, prices.single_family, prices.effective),
                (SewerBasis::MultiFamily, prices.multi_family_unit, prices.effective),
                (SewerBasis::MobileHome, prices.mobile_home_unit, prices.effective),
                (SewerBasis::Edu, prices.single_family, prices.effective),
            ]
        })
        .collect();
    Table {
        name: PRICES.to_owned(),
        about: format!(
            "Wastewater prices in force on {}, the first day of the fiscal year.",
            of.year.first_day()
        ),
        columns: vec![
            Column::new("Counted by", Role::Text).width(22).named("Roll_basis"),
            Column::new("Price a month", Role::Money).note("[[wastewater]] of office.toml."),
            Column::new("Months", Role::Integer),
            Column::new("Price a year", Role::Money)
                .formula("ROUND([Price a month]*[Months],2)")
                .named("Roll_price"),
            Column::new("In force from", Role::Date).width(13),
        ],
        frozen: 1,
        rows: listed.len(),
        fill: Box::new(move |index, row| {
            let (basis, price, from) = listed[index];
            row.push(word(basis));
            row.push(price);
            row.push(MONTHS);
            row.push(Money::rounded(price.decimal() * Decimal::from(MONTHS)));
            row.push(from);
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parcel_is_spelled_in_groups() {
        let all = ["0601123450000", "0601123450", "060112345"].map(spelled);
        assert_eq!(all, ["0601-123-45-0000", "0601-123-45-0", "060-112-345"]);
    }

    #[test]
    fn cents_that_do_not_divide_are_left_off() {
        let divided = |cents, parts| divided(Money::from_cents(cents), parts).to_string();
        assert_eq!(
            [divided(126_117, 1), divided(126_117, 2), divided(126_116, 2), divided(100_000, 3)],
            ["1261.17", "1261.16", "1261.16", "999.99"]
        );
    }
}
