//! The summaries: bills by class, amounts by rate key, and what was posted to the general ledger.
//!
//! What follows from Register is a live formula over its cells, so that a doubtful figure can be followed to its bills.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::REGISTER;
use super::columns::Kinds;
use super::rates::MONTH_DAYS;
use crate::domain::books::bill::Bill;
use crate::domain::books::charge::{ChargeKind, ChargeUnit};
use crate::domain::date::Date;
use crate::domain::money::Money;
use crate::domain::page::{Chart, Check, Column, Figure, Page, Role, Row, Table};
use crate::domain::proposals::register::{GlTotal, Register};
use crate::workbook::survey;

/// Bills by class.
pub(super) const BY_CLASS: &str = "By class";
/// Amounts by rate key.
pub(super) const RATE_KEYS: &str = "Rate keys";
/// What was posted, by account of the general ledger.
pub(super) const GL_ACCOUNTS: &str = "GL accounts";
/// The header of the charges, here as on Register.
const CHARGES: &str = "Charges";

/// The three summaries.
pub(super) fn pages<'a>(register: &'a Register, kinds: &Kinds) -> [Page<'a>; 3] {
    let chart = Chart::columns("Charges by class", "Class", &[CHARGES]);
    [
        Page::Summary(by_class(register, kinds), chart),
        Page::Table(rate_keys(register)),
        Page::Table(gl_accounts(register)),
    ]
}

/// What must hold between them, Register and the ledger.
pub(super) fn checks() -> Vec<Check> {
    let check = |says: &str, role, found, expected| Check { says: says.to_owned(), role, found, expected };
    let charges = || Figure::total(REGISTER, CHARGES);
    vec![
        check(
            "Classes have every bill",
            Role::Integer,
            Figure::total(BY_CLASS, "Bills"),
            Figure::Rows(REGISTER),
        ),
        check("Classes sum to the charges", Role::Money, Figure::total(BY_CLASS, CHARGES), charges()),
        check("Rate keys sum to the charges", Role::Money, Figure::total(RATE_KEYS, "Amount"), charges()),
        check(
            "The general ledger's debits are the charges",
            Role::Money,
            Figure::total(GL_ACCOUNTS, "Debit"),
            charges(),
        ),
        check(
            "Debits are credits",
            Role::Money,
            Figure::total(GL_ACCOUNTS, "Debit"),
            Figure::total(GL_ACCOUNTS, "Credit"),
        ),
        check(
            "GL accounts that do not tie to Register",
            Role::Integer,
            Figure::total(GL_ACCOUNTS, "Ties"),
            Figure::Given(0.into()),
        ),
    ]
}

/// A formula that adds up the bills of the row's class in a column of Register.
pub(super) fn of_class(column: &str) -> String {
    format!("SUMIFS({{{REGISTER}!{column}}},{{{REGISTER}!Class}},[Class])")
}

fn by_class<'a>(register: &'a Register, kinds: &Kinds) -> Table<'a> {
    let amounts = kinds.amounts();
    let mut classes: BTreeMap<&str, ClassSum> = BTreeMap::new();
    for row in &register.rows {
        let sum = classes.entry(&row.bill.class).or_insert_with(|| ClassSum::of(amounts.len()));
        sum.add(&row.bill, &amounts);
    }
    let classes: Vec<(&str, ClassSum)> = classes.into_iter().collect();
    let all: Money = classes.iter().map(|(_, sum)| sum.charges()).sum();
    Table {
        name: BY_CLASS.to_owned(),
        about: "One row per class of customers: its bills, water and charges, added up from Register."
            .to_owned(),
        columns: class_columns(kinds),
        frozen: 1,
        rows: classes.len(),
        fill: Box::new(move |index, row| {
            let (class, sum) = &classes[index];
            row.push(*class);
            row.push((!all.is_zero()).then(|| sum.charges().decimal() / all.decimal()));
            sum.fill(row);
        }),
    }
}

fn class_columns(kinds: &Kinds) -> Vec<Column> {
    let mut columns = vec![
        Column::new("Class", Role::Text).width(22),
        Column::new("Share of charges", Role::Percent)
            .width(11)
            .formula(format!("[{CHARGES}]/{{{BY_CLASS}#{CHARGES}}}")),
        Column::new("Bills", Role::Integer)
            .formula(format!("COUNTIFS({{{REGISTER}!Class}},[Class])"))
            .total(),
        Column::volume("Units", "HCF").formula(of_class("Units (HCF)")).total(),
    ];
    columns.extend(kinds.amount_columns().map(|column| {
        let formula = of_class(&column.name);
        column.formula(formula)
    }));
    columns.extend([
        Column::new(CHARGES, Role::Money)
            .formula(kinds.sum())
            .total()
            .note("The sum of the charges at the left."),
        Column::new("A bill on average", Role::Money).formula("[Charges]/[Bills]"),
    ]);
    columns
}

/// What the bills of one class come to.
struct ClassSum {
    bills: u32,
    units: Decimal,
    amounts: Vec<Money>,
}

impl ClassSum {
    fn of(kinds: usize) -> ClassSum {
        ClassSum { bills: 0, units: Decimal::ZERO, amounts: vec![Money::ZERO; kinds] }
    }

    fn add(&mut self, bill: &Bill, kinds: &[(ChargeKind, Option<u32>)]) {
        self.bills += 1;
        self.units += bill.units;
        for line in &bill.lines {
            let at = kinds.binary_search(&(line.kind, line.tier)).expect("every kind of line has its column");
            self.amounts[at] += line.amount;
        }
    }

    fn charges(&self) -> Money {
        self.amounts.iter().copied().sum()
    }

    fn fill(&self, row: &mut Row<'_>) {
        row.push(self.bills);
        row.push(self.units);
        for amount in &self.amounts {
            row.push(*amount);
        }
        row.push(self.charges());
        row.push(self.charges().decimal() / Decimal::from(self.bills));
    }
}

/// Where a line's price stands, in the order of the rate files; last what its quantity counts.
type RateKey<'a> = (Option<Date>, &'a str, &'a str, ChargeKind, &'a str, ChargeUnit);

/// What the lines of one rate key come to.
struct KeySum {
    lines: u32,
    quantity: Decimal,
    /// The one price; `None` where it is worked out for each customer.
    price: Option<Decimal>,
    amount: Money,
}

fn rate_keys(register: &Register) -> Table<'_> {
    let mut keys: BTreeMap<RateKey<'_>, KeySum> = BTreeMap::new();
    for line in register.rows.iter().flat_map(|row| &row.bill.lines) {
        let working = &line.working;
        let class = working.key.split('/').next().unwrap_or_default();
        let key =
            (working.effective, working.file.as_str(), class, line.kind, working.key.as_str(), line.unit);
        let sum = keys.entry(key).or_insert_with(|| KeySum {
            lines: 0,
            quantity: Decimal::ZERO,
            price: Some(line.price),
            amount: Money::ZERO,
        });
        sum.lines += 1;
        sum.quantity += line.quantity;
        sum.price = sum.price.filter(|price| *price == line.price);
        sum.amount += line.amount;
    }
    let keys: Vec<(RateKey<'_>, KeySum)> = keys.into_iter().collect();
    Table {
        name: RATE_KEYS.to_owned(),
        about: "One row per price that was charged: how much was sold at it, and what it brought in.".to_owned(),
        columns: vec![
            Column::new("Key in the rate file", Role::Account).width(50),
            Column::new("For", Role::Text).width(12),
            Column::new("Rate file", Role::Account).width(27),
            Column::new("In force from", Role::Date).width(12),
            Column::new("Lines", Role::Integer).total().note("Lines of bills that were charged at it."),
            Column::new("Quantity", Role::Volume).width(11),
            Column::new("Of", Role::Text).width(10),
            Column::new("Price", Role::Price).note("Empty where it is worked out for each customer."),
            Column::new("By days of", Role::Integer)
                .width(7)
                .note("A month's charge by days: the price is divided by so many days. Otherwise 1."),
            Column::new("Quantity x price", Role::Money)
                .formula("[Quantity]*[Price]/[By days of]")
                .note("Not rounded; bills are rounded line by line."),
            Column::new("Amount", Role::Money).total().note("What the bills' lines sum to."),
            Column::new("Rounding, proration", Role::Money)
                .formula("[Amount]-[Quantity x price]")
                .note("What lines were rounded by, what short months were not charged, and months shared by days between two rates."),
        ],
        frozen: 1,
        rows: keys.len(),
        fill: Box::new(move |index, row| fill_key(&keys[index], row)),
    }
}

fn fill_key<'a>((key, sum): &(RateKey<'a>, KeySum), row: &mut Row<'a>) {
    let (effective, file, _, kind, path, unit) = *key;
    let by_days = kind == ChargeKind::Fixed && unit == ChargeUnit::Day;
    let divisor = Decimal::from(if by_days { MONTH_DAYS } else { 1 });
    let exact = sum.price.map(|price| sum.quantity * price / divisor);
    row.push(path);
    row.push(kind.word());
    row.push(file);
    row.push(effective);
    row.push(sum.lines);
    row.push(sum.quantity.normalize());
    row.push(match unit {
        ChargeUnit::Hcf => "HCF",
        ChargeUnit::Edu => "EDU",
        unit => unit.word(),
    });
    row.push(sum.price);
    row.push(divisor);
    row.push(exact);
    row.push(sum.amount);
    row.push(exact.map(|exact| sum.amount.decimal() - exact));
}

fn gl_accounts(register: &Register) -> Table<'_> {
    let sums = LineSums::of(register);
    Table {
        name: GL_ACCOUNTS.to_owned(),
        about: "What was posted to the general ledger, beside the same from Register.".to_owned(),
        columns: vec![
            Column::new("GL account", Role::Account).width(14),
            Column::new("For", Role::Text).width(14),
            Column::new("Columns of By class", Role::Account)
                .width(18)
                .note("Which of its columns come to the same; * stands for every tier."),
            Column::new("Debit", Role::Money).total(),
            Column::new("Credit", Role::Money).total(),
            Column::new("From Register", Role::Money)
                .formula(format!("SUMIF({{{BY_CLASS}:headers}},[Columns of By class],{{{BY_CLASS}:totals}})"))
                .note("The totals of By class, which adds up Register."),
            Column::new("Ties", Role::Check)
                .formula("IF(ROUND([Debit]+[Credit]-[From Register],2)=0,\"OK\",\"CHECK\")")
                .total(),
        ],
        frozen: 1,
        rows: register.general_ledger.len(),
        fill: Box::new(move |index, row| fill_gl(&register.general_ledger[index], &sums, row)),
    }
}

fn fill_gl<'a>(of: &'a GlTotal, sums: &LineSums, row: &mut Row<'a>) {
    let kind = CHARGE_KINDS.into_iter().find(|kind| kind.word() == of.kind);
    let columns = kind.map_or_else(
        || CHARGES.to_owned(),
        |kind| match kind {
            ChargeKind::Tier | ChargeKind::Budget => format!("{}*", super::columns::word(kind)),
            kind => super::columns::word(kind).to_owned(),
        },
    );
    let found = kind.map_or(sums.all, |kind| sums.by_kind.get(&kind).copied().unwrap_or_default());
    // Revenue that went down stays a credit, with its sign: so it ties to the lines of its kind.
    let debit = kind.is_none().then_some(of.amount);
    let credit = kind.is_some().then_some(-of.amount);
    row.push(of.gl_account.as_str());
    row.push(kind.map_or("receivable", |_| of.kind.as_str()));
    row.push(columns);
    row.push(debit);
    row.push(credit);
    row.push(found);
    let posted = debit.unwrap_or_default() + credit.unwrap_or_default();
    row.push(if posted == found { survey::OK } else { survey::CHECK });
}

/// The kinds of lines, each with legs of its own.
const CHARGE_KINDS: [ChargeKind; 7] = [
    ChargeKind::Fixed,
    ChargeKind::Tier,
    ChargeKind::Flat,
    ChargeKind::Budget,
    ChargeKind::Wastewater,
    ChargeKind::Surcharge,
    ChargeKind::Fee,
];

/// What the bills' lines come to.
struct LineSums {
    by_kind: BTreeMap<ChargeKind, Money>,
    all: Money,
}

impl LineSums {
    fn of(register: &Register) -> LineSums {
        let mut sums = LineSums { by_kind: BTreeMap::new(), all: Money::ZERO };
        for line in register.rows.iter().flat_map(|row| &row.bill.lines) {
            *sums.by_kind.entry(line.kind).or_default() += line.amount;
            sums.all += line.amount;
        }
        sums
    }
}
