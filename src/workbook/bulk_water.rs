//! Bulk water: the permits with what their meters' return would settle, the water taken, and its bills in live formulas.

use rust_decimal::Decimal;

use crate::domain::books::bill::Bill;
use crate::domain::books::charge::ChargeKind;
use crate::domain::date::Date;
use crate::domain::money::Money;
use crate::domain::office::UsageRounding;
use crate::domain::page::{Book, Check, Column, Cover, Fact, Figure, Flag, Page, Role, Row, Section, Table};
use crate::domain::proposals::bulk_water::{BulkWater, LoadRow, PermitRow};
use crate::domain::proposals::register::Customer;
use crate::domain::rows::BulkVolume;
use crate::domain::volume::VolumeUnit;
use crate::workbook::sections;

/// The sheet of the permits.
const PERMITS: &str = "Permits";
/// The sheet of the water taken.
const LOADS: &str = "Loads";
/// The sheet of the bills.
const BILLS: &str = "Bills";
/// What bills come to.
const CHARGES: &str = "Charges";
/// A permit that ends within so many days is coloured.
const SOON: i64 = 14;
/// What stands in place of a bill's number where there is none yet.
const WAITS: &str = "waits";

/// Lays the bulk water of a month out as a workbook.
pub fn bulk_water_worksheet(of: &BulkWater) -> Book<'_> {
    Book {
        title: "Bulk water worksheet".to_owned(),
        office: of.office.clone(),
        subject: of.month.to_string(),
        date: of.day,
        run_id: of.run_id.clone(),
        chain_head: of.chain_head.clone(),
        pages: vec![
            Page::Cover(cover(of)),
            Page::Table(permits(of)),
            Page::Table(loads(of)),
            Page::Table(bills(of)),
        ],
    }
}

fn permits(of: &BulkWater) -> Table<'_> {
    Table {
        name: PERMITS.to_owned(),
        about: "One row per account of class bulk: until when its permit is good, and what the return of its meter would settle."
            .to_owned(),
        columns: vec![
            Column::new("Account", Role::Account),
            Column::new("Customer", Role::Text).width(22),
            Column::new("Meter or hydrant", Role::Account).width(12),
            Column::new("Issued", Role::Date).width(11),
            Column::new("Last day", Role::Date).width(11).note("So many days after it was issued, unless it was extended."),
            Column::new("As of", Role::Date).width(11),
            Column::new("Days left", Role::Decimal).width(8).formula("[Last day]-[As of]"),
            Column::new("State", Role::Sentence).width(30),
            Column::new("Last taken", Role::Date).width(11),
            Column::volume("Billed", "HCF").width(10).note("Since the account was opened.").total(),
            Column::new("Deposit held", Role::Money).total(),
            Column::new("Owed", Role::Money).note("Of what is posted; water that waits for a bill is not in it.").total(),
            Column::new("Refund", Role::Money)
                .formula("MAX(0,[Deposit held]-[Owed])")
                .note("What is left of the deposit if the meter were returned as of this day.")
                .total(),
            Column::new("Due", Role::Money).formula("MAX(0,[Owed]-[Deposit held])").note("What the deposit does not cover.").total(),
        ],
        frozen: 2,
        rows: of.permits.len(),
        fill: Box::new(|index, row| fill_permit(&of.permits[index], of.day, row)),
    }
}

fn fill_permit<'a>(of: &'a PermitRow, as_of: Date, row: &mut Row<'a>) {
    let permit = &of.permit;
    row.push(permit.account.as_str());
    row.push(of.customer.name.as_str());
    row.push(permit.meter.as_deref());
    row.push(permit.issued);
    row.push(permit.expires);
    row.push(as_of);
    let left = permit.expires.map(|expires| (expires - as_of).num_days());
    row.push(left);
    let (flag, state) = state(of, left);
    row.push(state).flag = flag;
    row.push(permit.last_read_date);
    row.push(permit.billed_hcf);
    row.push(permit.deposit_held);
    row.push(of.owed);
    let net = permit.deposit_held - of.owed;
    row.push(net.max(Money::ZERO));
    row.push((-net).max(Money::ZERO));
}

/// How a permit stands, and its colour.
fn state(of: &PermitRow, left: Option<i64>) -> (Option<Flag>, String) {
    let water = match of.waiting {
        0 => String::new(),
        1 => " 1 row of water waits for its bill.".to_owned(),
        many => format!(" {many} rows of water wait for their bill."),
    };
    let (flag, state) = match left {
        _ if of.is_closed => (Some(Flag::Ok), "Closed.".to_owned()),
        None => {
            (Some(Flag::Warning), "The day of opening is not known: add it by an accounts sheet.".to_owned())
        }
        Some(..0) => (Some(Flag::Held), "Its days are over: extend it, or take the meter back.".to_owned()),
        Some(..=SOON) => (Some(Flag::Warning), "Ends soon: extend it, or take the meter back.".to_owned()),
        Some(_) => (None, "Open.".to_owned()),
    };
    (flag, state + &water)
}

fn loads(of: &BulkWater) -> Table<'_> {
    Table {
        name: LOADS.to_owned(),
        about: "Every row of bulk water that the month's bills have, or that waits for one.".to_owned(),
        columns: vec![
            Column::new("Account", Role::Account),
            Column::new("Meter or hydrant", Role::Account).width(12),
            Column::new("Date", Role::Date).width(11),
            Column::new("Start", Role::Reading).width(10),
            Column::new("End", Role::Reading).width(10),
            Column::new("Gallons", Role::Integer).width(10),
            Column::new("Used", Role::Volume)
                .width(10)
                .formula("IF([Unit]=\"gal\",[Gallons],[End]-[Start])")
                .note("In cubic feet between two readings; else the gallons."),
            Column::new("Unit", Role::Text).width(6),
            Column::new("Rental days", Role::Integer).width(8).total(),
            Column::new("Deposit", Role::Money).note("Taken with this row.").total(),
            Column::new("Bill", Role::Account).width(16),
        ],
        frozen: 2,
        rows: of.loads.len(),
        fill: Box::new(|index, row| fill_load(&of.loads[index], row)),
    }
}

fn fill_load<'a>(of: &'a LoadRow, row: &mut Row<'a>) {
    let load = &of.load;
    let (readings, gallons) = match load.volume {
        BulkVolume::Readings { start, end } => (Some((start, end)), None),
        BulkVolume::Gallons(gallons) => (None, Some(gallons)),
    };
    row.push(load.account.as_str());
    row.push(load.meter.as_str());
    row.push(load.date);
    row.push(readings.map(|(start, _)| start));
    row.push(readings.map(|(_, end)| end));
    row.push(gallons);
    row.push(gallons.or(readings.map(|(start, end)| end - start)));
    row.push(if gallons.is_some() { VolumeUnit::Gal } else { VolumeUnit::Cf }.to_string());
    row.push(load.rental_days);
    row.push(load.deposit);
    let waits = of.bill.is_none().then_some(Flag::Warning);
    row.push(of.bill.as_ref().map_or(WAITS, |bill| bill.as_str())).flag = waits;
}

fn bills(of: &BulkWater) -> Table<'_> {
    let of_bill = |column: &str| format!("SUMIFS({{{LOADS}!{column}}},{{{LOADS}!Bill}},[Bill])");
    let sum = "([Carried]+[Used])";
    let (units, left) = match of.rounding {
        UsageRounding::TruncateReadings => {
            (format!("INT({sum}/[Per HCF])"), format!("{sum}-[Units (HCF)]*[Per HCF]"))
        }
        UsageRounding::TruncateUsage => (format!("INT({sum}/[Per HCF])"), "0".to_owned()),
        UsageRounding::Exact => (format!("{sum}/[Per HCF]"), "0".to_owned()),
    };
    let mut carry = Column::new("Carry", Role::Volume)
        .width(8)
        .note("What is left over for the next bill, in the unit used.");
    if of.rounding == UsageRounding::TruncateReadings {
        carry = carry.formula(left);
    }
    Table {
        name: BILLS.to_owned(),
        about: "The month's bills of bulk water: the water of all their rows together, its units, and what they cost.".to_owned(),
        columns: vec![
            Column::new("Account", Role::Account),
            Column::new("Customer", Role::Text).width(20),
            Column::new("Bill", Role::Account).width(16),
            Column::new("From", Role::Date).width(11),
            Column::new("To", Role::Date).width(11),
            Column::new("Carried", Role::Volume).width(8).note("Left over by the bill before, in the unit used."),
            Column::new("Used", Role::Volume).width(10).formula(of_bill("Used")),
            Column::new("Unit", Role::Text).width(5),
            Column::new("Per HCF", Role::Integer).width(6),
            Column::volume("Units", "HCF").width(9).formula(units).total(),
            carry,
            Column::new("Water", Role::Money).note("As the rate file prices it; see the bill register.").total(),
            Column::new("Fixed", Role::Money).total(),
            Column::new("Rental days", Role::Integer).width(8).formula(of_bill("Rental days")).total(),
            Column::new("A day", Role::Price).width(8).note("[bulk] rental_per_day, as billed; nothing where there is no rental."),
            Column::new("Rental", Role::Money).formula("ROUND([Rental days]*[A day],2)").total(),
            Column::new("Other", Role::Money).total(),
            Column::new(CHARGES, Role::Money).formula("[Water]+[Fixed]+[Rental]+[Other]").total(),
        ],
        frozen: 2,
        rows: of.bills.len(),
        fill: Box::new(|index, row| {
            let (customer, bill) = &of.bills[index];
            fill_bill(customer, bill, (of, of.rounding), row);
        }),
    }
}

/// The rental of a bill: days, price and amount.
fn rental(bill: &Bill) -> Option<(Decimal, Decimal, Money)> {
    let is_rental =
        |line: &&crate::domain::books::bill::BillLine| line.kind == ChargeKind::Fee && line.name == "rental";
    bill.lines.iter().find(is_rental).map(|line| (line.quantity, line.price, line.amount))
}

fn fill_bill<'a>(
    customer: &'a Customer,
    bill: &'a Bill,
    (of, rounding): (&BulkWater, UsageRounding),
    row: &mut Row<'a>,
) {
    let metered = bill.metered.as_ref();
    let sum = |wanted: &dyn Fn(ChargeKind) -> bool| -> Money {
        bill.lines.iter().filter(|line| wanted(line.kind)).map(|line| line.amount).sum()
    };
    let water = sum(&|kind| matches!(kind, ChargeKind::Tier | ChargeKind::Flat | ChargeKind::Budget));
    let fixed = sum(&|kind| kind == ChargeKind::Fixed);
    let (price, rental) =
        rental(bill).map_or((Decimal::ZERO, Money::ZERO), |(_, price, amount)| (price, amount));
    let rows = of.loads.iter().filter(|row| row.bill.as_ref() == Some(&bill.number));
    row.push(bill.account.as_str());
    row.push(customer.name.as_str());
    row.push(bill.number.as_str());
    row.push(metered.map(|metered| metered.period.from_date()));
    row.push(metered.map(|metered| metered.period.current));
    row.push(metered.map(|metered| match rounding {
        UsageRounding::TruncateReadings => metered.carry_before,
        UsageRounding::TruncateUsage | UsageRounding::Exact => metered.carry_before.min(0),
    }));
    row.push(metered.map(|metered| metered.usage.amount));
    row.push(metered.map(|metered| metered.usage.unit.to_string()));
    row.push(metered.map(|metered| metered.usage.unit.per_hcf()));
    row.push(metered.map(|_| bill.units));
    row.push(metered.map(|metered| metered.carry));
    row.push(water);
    row.push(fixed);
    row.push(rows.map(|row| row.load.rental_days).sum::<i64>());
    row.push(price);
    row.push(rental);
    row.push(bill.charges() - water - fixed - rental);
    row.push(bill.charges());
}

fn cover(of: &BulkWater) -> Cover<'_> {
    let ends = |row: &&PermitRow| {
        !row.is_closed && row.permit.expires.is_some_and(|expires| (expires - of.day).num_days() <= SOON)
    };
    let facts = vec![
        Fact::new("District", of.office.as_str()),
        Fact::new("Period", of.month.to_string()),
        Fact::new("As of", of.day),
        Fact::new("Run id", of.run_id.as_str()),
        Fact::new("Chain head", of.chain_head.as_str()),
        Fact::new("Program", concat!("meterbook ", env!("CARGO_PKG_VERSION"))),
        Fact::new("Open permits", of.permits.iter().filter(|row| !row.is_closed).count()).leading_to(PERMITS),
        Fact::new("Of these over or ending soon", of.permits.iter().filter(ends).count()).leading_to(PERMITS),
        Fact::new("Rows of water without a bill", of.loads.iter().filter(|row| row.bill.is_none()).count())
            .leading_to(LOADS),
    ];
    let charges: Money = of.bills.iter().map(|(_, bill)| bill.charges()).sum();
    let units: Decimal = of.bills.iter().map(|(_, bill)| bill.units).sum();
    let check = |says: &str, role, found, expected| Check { says: says.to_owned(), role, found, expected };
    Cover {
        facts,
        checks: vec![
            check(
                "Deposits of these accounts, here and in the ledger",
                Role::Money,
                Figure::total(PERMITS, "Deposit held"),
                Figure::Given(of.deposits.decimal()),
            ),
            check("Units billed", Role::Volume, Figure::total(BILLS, "Units (HCF)"), Figure::Given(units)),
            check(
                "Bills of the month",
                Role::Money,
                Figure::total(BILLS, CHARGES),
                Figure::Given(charges.decimal()),
            ),
        ],
        sections: cover_sections(),
    }
}

fn cover_sections<'a>() -> Vec<Section<'a>> {
    let legend = [
        (Flag::Ok, "Closed", "A permit that has ended, or a check that holds."),
        (
            Flag::Warning,
            "Ends soon, waits",
            "A permit of which at most 14 days are left; water without a bill.",
        ),
        (Flag::Held, "Over, CHECK", "A permit whose days are over, or a check that does not hold."),
    ];
    let limits = [
        "Refund and due are worked out from what is posted; water that waits for a bill comes first.",
        "The deposit is settled by the final bill of a closing, not here.",
        "The rental a day is a setting; what the district asks is not published.",
    ];
    vec![
        sections::made_from_the_books(
            "Accounts, bulk water, bills and deposits of the books up to the chain head above.",
        ),
        sections::colours(legend, false),
        sections::limits(limits),
    ]
}
