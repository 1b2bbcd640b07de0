//! Water budgets: the weather of each landscape's own days, the budget in live formulas, and the water beside it.

use rust_decimal::Decimal;

use crate::domain::books::bill::{Bill, BillLine};
use crate::domain::books::charge::ChargeKind;
use crate::domain::books::weather::{BudgetBasis, BudgetDay};
use crate::domain::office::WholeUnits;
use crate::domain::page::{
    Book, Cell, Chart, Check, Column, Cover, Fact, Figure, Flag, Page, Role, Row, Section, Table,
};
use crate::domain::proposals::cimis_worksheet::{BudgetRow, CimisWorksheet};
use crate::workbook::sections;

/// The title of the workbook.
const CIMIS_WORKSHEET: &str = "CIMIS worksheet";
/// The sheet of the budgets.
const BUDGETS: &str = "Budgets";
/// The sheet of the weather, day by day.
const DAYS: &str = "Days";
/// The sheet of the water as it was priced.
const TIERS: &str = "Water";
/// The sheet of the months.
const YEAR: &str = "By month";
/// The evapotranspiration of a day or period.
const ETO: &str = "ETo (in)";
/// What may be used.
const BUDGET: &str = "Budget (HCF)";
/// What was used.
const USED: &str = "Used (HCF)";
/// What the bill says might be used.
const BILLED: &str = "Budget on the bill (HCF)";
/// Gallons that an inch of water on a square foot comes to, in hundredths.
const GALLONS_A_SQ_FT_INCH: Decimal = Decimal::from_parts(62, 0, 0, false, 2);
/// Gallons to the billing unit.
const GALLONS_A_UNIT: u32 = 748;

/// Lays the budgets of a month out as a workbook.
pub fn cimis_worksheet(of: &CimisWorksheet) -> Book<'_> {
    Book {
        title: CIMIS_WORKSHEET.to_owned(),
        office: of.office.clone(),
        subject: of.month.to_string(),
        date: of.day,
        run_id: of.run_id.clone(),
        chain_head: of.chain_head.clone(),
        pages: vec![
            Page::Cover(cover(of)),
            Page::Table(budgets(of)),
            Page::Table(days(of)),
            Page::Table(water(of)),
            Page::Summary(year(of), Chart::columns("Water used beside its budget", "Month", &[BUDGET, USED])),
        ],
    }
}

fn budgets(of: &CimisWorksheet) -> Table<'_> {
    let budget = "[ETo (in)]*[Gallons a sq ft inch]*[Full area]/[Gallons a unit]";
    let budget = match of.rounding {
        WholeUnits::None => budget.to_owned(),
        WholeUnits::WholeUnits => format!("ROUND({budget},0)"),
    };
    let mut columns = vec![
        Column::new("Account", Role::Account),
        Column::new("Customer", Role::Text).width(20),
        Column::new("From", Role::Date).width(11),
        Column::new("To", Role::Date).width(11).note("The date of the account's own read."),
        Column::new("Days", Role::Integer).width(6).formula("[To]-[From]+1"),
        Column::volume("ETo", "in")
            .width(9)
            .formula(format!("SUMIFS({{{DAYS}!{ETO}}},{{{DAYS}!Account}},[Account],{{{DAYS}!To}},[To])"))
            .note("The evapotranspiration of these days; each stands in Days.")
            .total(),
        Column::new("Full area", Role::Decimal)
            .width(11)
            .formula("[Factor]*([Area (sq ft)]-[Special area (sq ft)])+[Special area (sq ft)]")
            .note("Square feet that may use all of the ETo: factor x (area - special area) + special area."),
        Column::volume("Budget", "HCF")
            .width(11)
            .formula(budget)
            .note("ETo x 0.62 gallons x full area / 748 gallons."),
        Column::volume("Used", "HCF")
            .width(10)
            .note("The units on the bill; empty where it is not posted yet.")
            .total(),
        Column::volume("Over", "HCF")
            .width(10)
            .formula(format!("MAX(0,[{USED}]-[{BUDGET}])"))
            .note("Units used above the budget."),
        Column::new("Of budget", Role::Percent).width(9).formula(format!("[{USED}]/[{BUDGET}]")),
        Column::new("State", Role::Sentence).width(38),
    ];
    let screen = [
        Column::new("Station", Role::Account),
        Column::new("Area (sq ft)", Role::Decimal).width(10),
        Column::new("Special area (sq ft)", Role::Decimal).width(10),
        Column::new("Factor", Role::Decimal).width(7).note("The share of the ETo that the area may use."),
        Column::new("Gallons a sq ft inch", Role::Decimal).width(9),
        Column::new("Gallons a unit", Role::Integer).width(8),
        Column::volume("Budget on the bill", "HCF").width(11).total(),
        Column::new("Difference", Role::Decimal)
            .width(11)
            .formula(format!("ROUND([{BUDGET}]-[{BILLED}],6)"))
            .note("What later weather reports would change. The bill stays as it is."),
        Column::new("Bill", Role::Account).width(16),
        Column::new("Class", Role::Text),
        Column::new("Service address", Role::Text).width(24),
    ];
    columns.extend(screen.into_iter().map(Column::screen_only));
    Table {
        name: BUDGETS.to_owned(),
        about: "One row per landscape with a read in the month: the water that it may use on the days between its own reads, and \
                what it used."
            .to_owned(),
        columns,
        frozen: 2,
        rows: of.rows.len(),
        fill: Box::new(|index, row| fill(&of.rows[index], row)),
    }
}

fn fill<'a>(of: &'a BudgetRow, row: &mut Row<'a>) {
    let (land, made) = (&of.landscape, of.budget.as_ref().ok());
    let used = of.bill.as_ref().map(|bill| bill.units);
    let both = made.zip(used);
    row.push(land.account.as_str());
    row.push(of.customer.name.as_str());
    row.push(of.period.from_date());
    row.push(of.period.current);
    row.push(of.period.days());
    row.push(made.map(|budget| budget.inches));
    row.push(land.full_area());
    row.push(made.map(|budget| budget.hcf));
    row.push(used);
    row.push(both.map(|(budget, used)| (used - budget.hcf).max(Decimal::ZERO).normalize()));
    row.push(both.and_then(|(budget, used)| used.checked_div(budget.hcf)));
    let (flag, state) = state(of);
    let cell = row.push(state);
    cell.flag = flag;
    row.push(land.station.as_str());
    row.push(land.area);
    row.push(land.special_area);
    row.push(land.factor);
    row.push(GALLONS_A_SQ_FT_INCH);
    row.push(GALLONS_A_UNIT);
    let billed = of.bill.as_ref().and_then(|bill| bill.budget_hcf);
    row.push(billed);
    row.push(made.zip(billed).map(|(budget, billed)| difference(budget.hcf, billed)));
    row.push(of.bill.as_ref().map(|bill| bill.number.as_str()));
    row.push(of.customer.class.as_str());
    row.push(of.customer.service_address.as_str());
}

/// What today's weather changes, to the millionth of a unit.
fn difference(now: Decimal, billed: Decimal) -> Decimal {
    (now - billed).round_dp(6).normalize()
}

/// What became of a budget, and its colour.
fn state(of: &BudgetRow) -> (Option<Flag>, String) {
    let budget = match (&of.budget, &of.bill) {
        (Err(gap), None) => {
            return (Some(Flag::Held), format!("Held. {gap} Drop a newer report of the station."));
        }
        (Err(gap), Some(_)) => {
            return (Some(Flag::Warning), format!("Billed without a budget. {gap}"));
        }
        (Ok(budget), _) => budget,
    };
    let settled = match &budget.basis {
        BudgetBasis::Days(days) => match days.iter().filter(|day| day.between.is_some()).count() {
            0 => String::new(),
            1 => " 1 day without a good value is settled in Days.".to_owned(),
            many => format!(" {many} days without a good value are settled in Days."),
        },
        BudgetBasis::Month(month) => format!(" The report of {month} stands for its days."),
    };
    let Some(bill) = &of.bill else { return (None, format!("Not billed yet.{settled}")) };
    let over = bill.units > budget.hcf;
    match bill.budget_hcf {
        Some(billed) if !difference(budget.hcf, billed).is_zero() => {
            let told = format!(
                "Billed with a budget of {}; later reports would change it.",
                billed.round_dp(4).normalize()
            );
            (Some(Flag::Warning), format!("{told}{settled}"))
        }
        None => (Some(Flag::Warning), format!("Billed without a budget: the landscape came later.{settled}")),
        Some(_) if over => (Some(Flag::Warning), format!("Billed, over its budget.{settled}")),
        Some(_) => (Some(Flag::Ok), format!("Billed, within its budget.{settled}")),
    }
}

/// One day of a budget, or the month that stands for all of them.
struct Day<'a> {
    of: &'a BudgetRow,
    measured: Option<&'a BudgetDay>,
    inches: Decimal,
}

fn all_days(of: &CimisWorksheet) -> Vec<Day<'_>> {
    let mut all = Vec::new();
    for row in &of.rows {
        let Ok(budget) = &row.budget else { continue };
        match &budget.basis {
            BudgetBasis::Days(days) => {
                all.extend(days.iter().map(|day| Day { of: row, measured: Some(day), inches: day.inches }));
            }
            BudgetBasis::Month(_) => all.push(Day { of: row, measured: None, inches: budget.inches }),
        }
    }
    all
}

fn days(of: &CimisWorksheet) -> Table<'_> {
    let all = all_days(of);
    Table {
        name: DAYS.to_owned(),
        about: "The evapotranspiration of every day that a budget is made from, as the station reported it or as its gap was \
                settled."
            .to_owned(),
        columns: vec![
            Column::new("Account", Role::Account),
            Column::new("To", Role::Date).width(11).note("The last day of the period that the day belongs to."),
            Column::new("Day", Role::Date).width(11).note("Of a whole month: its first."),
            Column::new("Station", Role::Account),
            Column::volume("ETo", "in").width(9).total(),
            Column::new("Flag", Role::Text).width(6).note("The station's quality flag (qc); empty where the value passed."),
            Column::new("What it is", Role::Sentence).width(56),
        ],
        frozen: 3,
        rows: all.len(),
        fill: Box::new(move |index, row| {
            let Day { of, measured, inches } = &all[index];
            row.push(of.landscape.account.as_str());
            row.push(of.period.current);
            row.push(measured.map_or(of.period.from_date(), |day| day.date));
            row.push(of.landscape.station.as_str());
            row.push(*inches);
            row.push(measured.map_or("", |day| day.flag.as_str()));
            let (flag, told) = settled(*measured);
            let cell = row.push(told);
            cell.flag = flag;
        }),
    }
}

/// How a day came by its value.
fn settled(day: Option<&BudgetDay>) -> (Option<Flag>, String) {
    let Some(day) = day else {
        return (Some(Flag::Warning), "The station's report of the whole month.".to_owned());
    };
    match (day.between, day.flag.as_str()) {
        (Some((before, next)), _) => {
            let told = format!("No good value: the mean of {before} and {next}, the nearest good days.");
            (Some(Flag::Warning), told)
        }
        (None, "P") => {
            (Some(Flag::Warning), "As reported, provisional: a later report replaces it.".to_owned())
        }
        (None, "") => (None, "As reported.".to_owned()),
        (None, _) => (None, "As reported, with a flag that is not severe.".to_owned()),
    }
}

/// A line of water with its bill.
type Priced<'a> = (&'a Bill, &'a BillLine);

fn water_lines(of: &CimisWorksheet) -> Vec<Priced<'_>> {
    let is_water =
        |line: &&BillLine| matches!(line.kind, ChargeKind::Tier | ChargeKind::Flat | ChargeKind::Budget);
    let bills = of.rows.iter().filter_map(|row| row.bill.as_ref());
    bills.flat_map(|bill| bill.lines.iter().filter(is_water).map(move |line| (bill, line))).collect()
}

fn water(of: &CimisWorksheet) -> Table<'_> {
    let lines = water_lines(of);
    Table {
        name: TIERS.to_owned(),
        about: "The water of the month's bills as it was priced: by tiers of the budget, by plain tiers, or at one price."
            .to_owned(),
        columns: vec![
            Column::new("Account", Role::Account),
            Column::new("Bill", Role::Account).width(16),
            Column::new("Priced by", Role::Text).width(16),
            Column::new("Tier", Role::Integer).width(6),
            Column::new("Above", Role::Decimal).width(10).note("Units of the tiers below."),
            Column::new("Up to", Role::Decimal).width(10).note("Empty for the last tier."),
            Column::volume("Units", "HCF").width(10).total(),
            Column::new("Price", Role::Price).width(9),
            Column::new("Amount", Role::Money).formula("ROUND([Units (HCF)]*[Price],2)").total(),
            Column::new("Rate file", Role::Text).width(26).screen_only(),
            Column::new("Key", Role::Text).width(34).screen_only(),
        ],
        frozen: 2,
        rows: lines.len(),
        fill: Box::new(move |index, row| {
            let (bill, line) = lines[index];
            row.push(bill.account.as_str());
            row.push(bill.number.as_str());
            row.push(match line.kind {
                ChargeKind::Budget => "budget tiers",
                ChargeKind::Tier => "plain tiers",
                _ => "one price",
            });
            row.push(line.tier);
            row.push(line.working.above);
            row.push(line.working.up_to);
            row.push(line.quantity);
            row.push(line.price);
            row.push(line.amount);
            row.push(line.working.file.as_str());
            row.push(line.working.key.as_str());
        }),
    }
}

fn year(of: &CimisWorksheet) -> Table<'_> {
    Table {
        name: YEAR.to_owned(),
        about: "All landscapes with a budget together, month by month as billed.".to_owned(),
        columns: vec![
            Column::new("Month", Role::Text).width(10),
            Column::new("Bills", Role::Integer).width(8).note("Those with a budget."),
            Column::volume("Budget", "HCF").width(14).total(),
            Column::volume("Used", "HCF").width(14).total(),
            Column::new("Of budget", Role::Percent).width(10).formula(format!("[{USED}]/[{BUDGET}]")),
        ],
        frozen: 1,
        rows: of.year.len(),
        fill: Box::new(|index, row| {
            let month = of.year[index];
            row.push(month.month.to_string());
            row.push(month.bills);
            row.push(month.budget);
            row.push(month.units);
            row.push(month.units.checked_div(month.budget));
        }),
    }
}

fn cover(of: &CimisWorksheet) -> Cover<'_> {
    let held = of.rows.iter().filter(|row| row.budget.is_err() && row.bill.is_none()).count();
    let over = |row: &&BudgetRow| {
        let bill = row.bill.as_ref().map(|bill| bill.units);
        row.budget.as_ref().ok().zip(bill).is_some_and(|(budget, units)| units > budget.hcf)
    };
    let facts = vec![
        Fact::new("District", of.office.as_str()),
        Fact::new("Period", of.month.to_string()),
        Fact::new("As of", of.day),
        Fact::new("Run id", of.run_id.as_str()),
        Fact::new("Chain head", of.chain_head.as_str()),
        Fact::new("Program", concat!("meterbook ", env!("CARGO_PKG_VERSION"))),
        Fact::new("Landscapes with a read", of.rows.len()).leading_to(BUDGETS),
        Fact::new("Over their budget", of.rows.iter().filter(over).count()).leading_to(BUDGETS),
        Fact::new("Held for want of weather", held).leading_to(BUDGETS),
    ];
    let bills = of.rows.iter().filter(|row| row.bill.as_ref().is_some_and(|bill| bill.budget_hcf.is_some()));
    let units: Decimal = of.rows.iter().filter_map(|row| row.bill.as_ref()).map(|bill| bill.units).sum();
    let check = |says: &str, role, found, expected| Check { says: says.to_owned(), role, found, expected };
    let (in_ledger, budget) = of.control;
    Cover {
        facts,
        checks: vec![
            check(
                "Bills with a budget, here and in the ledger",
                Role::Integer,
                Figure::Given(bills.count().into()),
                Figure::Given(in_ledger.into()),
            ),
            check(
                "Budgets on the bills",
                Role::Volume,
                Figure::total(BUDGETS, BILLED),
                Figure::Given(budget),
            ),
            check(
                "Every inch has its day",
                Role::Volume,
                Figure::total(BUDGETS, ETO),
                Figure::total(DAYS, ETO),
            ),
            check("Water used", Role::Volume, Figure::total(BUDGETS, USED), Figure::Given(units)),
        ],
        sections: cover_sections(of),
    }
}

fn cover_sections(of: &CimisWorksheet) -> Vec<Section<'_>> {
    let legend = [
        (Flag::Ok, "within its budget", "Nothing to do."),
        (
            Flag::Warning,
            "over, or settled",
            "Over the budget, a day that was settled, or a later report; the words beside it say which.",
        ),
        (Flag::Held, "Held, CHECK", "The weather of the period is missing, or a check does not hold."),
    ];
    let formula = vec![vec![Cell::new(
        "ETo (in) x 0.62 x (factor x (area - special area) + special area) / 748, on the days between the account's own reads. A \
         day whose value is missing or flagged I, M or S is a gap; up to 3 in a row are the mean of the nearest good days.",
    )]];
    let limits = [
        "A bill keeps the budget that it was posted with; later reports show as a difference.",
        "Budgets price water only where the rate file has budget tiers; else they are shown, here and on the bill.",
        "Factors that the landscape sheet does not name are 0.8, which is illustrative.",
    ];
    vec![
        Section { title: "How a budget is made", columns: vec![], rows: formula, otherwise: "" },
        sections::made_from(&of.sources),
        sections::colours(legend, false),
        sections::limits(limits),
    ]
}
