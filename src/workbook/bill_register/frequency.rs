//! Bill frequency: how many bills used how much water, in bands of billing units.
//!
//! The bands are the same for every class and every month. Bounds of tiers would follow the rates more closely, but they
//! differ from class to class, widen with the dwellings behind a meter and move when rates change, so that neither classes
//! nor months could be set beside each other. The first bands end where the published tiers do (4 and 10 units).

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::REGISTER;
use super::summary::of_class;
use crate::domain::page::{Chart, Check, Column, Figure, Page, Role, Row, Table};
use crate::domain::proposals::register::Register;

/// Bands over all classes.
pub(super) const FREQUENCY: &str = "Bill frequency";
/// Bands class by class.
pub(super) const BY_CLASS: &str = "Frequency by class";

/// A band: its name, and the units above which it begins and up to which it goes.
struct Band {
    name: &'static str,
    above: Decimal,
    up_to: Decimal,
}

/// The names of the bands, and the units up to which they go; the last one has no end.
const BANDS: [(&str, i64); 7] = [
    ("0", 0),
    ("1-4", 4),
    ("5-10", 10),
    ("11-20", 20),
    ("21-50", 50),
    ("51-100", 100),
    ("over 100", 99_999_999),
];

/// The bands; the last one goes as far as the largest bill.
fn bands(register: &Register) -> Vec<Band> {
    let largest = register.rows.iter().map(|row| row.bill.units.ceil()).max().unwrap_or_default();
    let mut above = Decimal::NEGATIVE_ONE;
    let band = |(name, up_to): (&'static str, i64)| {
        let band = Band { name, above, up_to: up_to.into() };
        above = band.up_to;
        band
    };
    let mut bands: Vec<Band> = BANDS.into_iter().map(band).collect();
    let last = bands.last_mut().expect("there are bands");
    last.up_to = last.up_to.max(largest);
    bands
}

/// What the bills of a band come to.
#[derive(Clone, Copy, Default)]
struct BandSum {
    bills: u32,
    units: Decimal,
}

/// What the bills of one class, or of all, come to band by band.
type Sums = [BandSum; BANDS.len()];

/// The two sheets.
pub(super) fn pages(register: &Register) -> [Page<'_>; 2] {
    let chart = Chart::columns("How many bills used how much water", "Band (HCF)", &["Bills"]);
    let classes = classes(register);
    let mut all = Sums::default();
    for (sum, more) in classes.values().flat_map(|bands| (0..).zip(bands)) {
        all[sum].bills += more.bills;
        all[sum].units += more.units;
    }
    [
        Page::Summary(table(all, bands(register), register.rows.len()), chart),
        Page::Table(class_table(classes, bands(register))),
    ]
}

/// What must hold between them and Register.
pub(super) fn checks() -> Vec<Check> {
    let check = |page, what: &str, role, column: &str, expected| Check {
        says: format!("{page} has every {what}"),
        role,
        found: Figure::total(page, column),
        expected,
    };
    let both = |page| {
        [
            check(page, "bill", Role::Integer, "Bills", Figure::Rows(REGISTER)),
            check(page, "unit", Role::Volume, "Units (HCF)", Figure::total(REGISTER, "Units (HCF)")),
        ]
    };
    [FREQUENCY, BY_CLASS].into_iter().flat_map(both).collect()
}

fn classes(register: &Register) -> BTreeMap<&str, Sums> {
    let bands = bands(register);
    let mut classes: BTreeMap<&str, Sums> = BTreeMap::new();
    for bill in register.rows.iter().map(|row| &row.bill) {
        let within = |band: &Band| bill.units > band.above && bill.units <= band.up_to;
        let at =
            bands.iter().position(within).expect("units are not negative, and the last band has the largest");
        let sum = &mut classes.entry(&bill.class).or_default()[at];
        sum.bills += 1;
        sum.units += bill.units;
    }
    classes
}

/// What counts the bills of a band, with one more condition where there is one.
fn bills(class: &str) -> String {
    format!(
        "COUNTIFS({class}{{{REGISTER}!Units (HCF)}},\">\"&[Above],{{{REGISTER}!Units (HCF)}},\"<=\"&[Up to])"
    )
}

fn bounds() -> [Column; 3] {
    [
        Column::new("Band (HCF)", Role::Account).width(12),
        Column::new("Above", Role::Integer)
            .note("The band begins above so many units; no bill has less than none."),
        Column::new("Up to", Role::Integer)
            .note("The band goes up to so many units; the last one goes as far as the largest bill."),
    ]
}

fn table<'a>(all: Sums, bands: Vec<Band>, bills_in_all: usize) -> Table<'a> {
    let units = format!(
        "SUMIFS({{{REGISTER}!Units (HCF)}},{{{REGISTER}!Units (HCF)}},\">\"&[Above],{{{REGISTER}!Units (HCF)}},\"<=\"&[Up to])"
    );
    let up_to_here = |column: &str| {
        format!(
            "SUMIFS({{{FREQUENCY}!{column}}},{{{FREQUENCY}!Up to}},\"<=\"&[Up to])/{{{FREQUENCY}#{column}}}"
        )
    };
    let mut columns = Vec::from(bounds());
    columns.extend([
        Column::new("Bills", Role::Integer).formula(bills("")).total(),
        Column::volume("Units", "HCF").formula(units).total(),
        Column::new("Share of bills", Role::Percent)
            .width(10)
            .formula(format!("[Bills]/{{{FREQUENCY}#Bills}}")),
        Column::new("Bills up to here", Role::Percent)
            .width(12)
            .formula(up_to_here("Bills"))
            .note("The share of the bills that used this much or less."),
        Column::new("Water up to here", Role::Percent)
            .width(12)
            .formula(up_to_here("Units (HCF)"))
            .note("The share of all water that these bills used."),
    ]);
    let water: Decimal = all.iter().map(|sum| sum.units).sum();
    let rows = if bills_in_all == 0 { 0 } else { BANDS.len() };
    Table {
        name: FREQUENCY.to_owned(),
        about: "One row per band of use: how many bills used so much water, counted on Register.".to_owned(),
        columns,
        frozen: 1,
        rows,
        fill: Box::new(move |index, row| {
            let share = |part: Decimal, whole: Decimal| (!whole.is_zero()).then(|| part / whole);
            let number = Decimal::from(bills_in_all);
            let here: (u32, Decimal) = all[..=index]
                .iter()
                .fold((0, Decimal::ZERO), |(bills, units), sum| (bills + sum.bills, units + sum.units));
            fill_band(&bands[index], all[index], row);
            row.push(share(all[index].bills.into(), number));
            row.push(share(here.0.into(), number));
            row.push(share(here.1, water));
        }),
    }
}

fn fill_band(band: &Band, sum: BandSum, row: &mut Row<'_>) {
    row.push(band.name);
    row.push(band.above);
    row.push(band.up_to);
    row.push(sum.bills);
    row.push(sum.units);
}

fn class_table(classes: BTreeMap<&str, Sums>, bands: Vec<Band>) -> Table<'_> {
    let classes: Vec<(&str, Sums)> = classes.into_iter().collect();
    let units = of_class("Units (HCF)").replace(
        ",[Class])",
        &format!(
            ",[Class],{{{REGISTER}!Units (HCF)}},\">\"&[Above],{{{REGISTER}!Units (HCF)}},\"<=\"&[Up to])"
        ),
    );
    let own = |end: &str| format!("SUMIFS({{{BY_CLASS}!Bills}},{{{BY_CLASS}!Class}},[Class]{end})");
    let mut columns = vec![Column::new("Class", Role::Text).width(22)];
    columns.extend(bounds());
    columns.extend([
        Column::new("Bills", Role::Integer).formula(bills(&format!("{{{REGISTER}!Class}},[Class],"))).total(),
        Column::volume("Units", "HCF").formula(units).total(),
        Column::new("Bills up to here", Role::Percent)
            .width(12)
            .formula(format!("{}/{}", own(&format!(",{{{BY_CLASS}!Up to}},\"<=\"&[Up to]")), own("")))
            .note("The share of the class's bills that used this much or less."),
    ]);
    Table {
        name: BY_CLASS.to_owned(),
        about: "One row per class and band of use: how many bills of the class used so much water."
            .to_owned(),
        columns,
        frozen: 2,
        rows: classes.len() * BANDS.len(),
        fill: Box::new(move |index, row| {
            let ((class, sums), band) = (&classes[index / BANDS.len()], index % BANDS.len());
            let count = |sums: &[BandSum]| Decimal::from(sums.iter().map(|sum| sum.bills).sum::<u32>());
            row.push(*class);
            fill_band(&bands[band], sums[band], row);
            row.push(count(&sums[..=band]) / count(sums));
        }),
    }
}
