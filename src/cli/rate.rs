//! Prices a sheet of customers, or shows rate files: `meterbook rate`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::progress::Shown;
use super::{End, Stop};
use crate::domain::books::tariff::{BillFrequency, BillUnit};
use crate::domain::money::Money;
use crate::domain::proposals::price_list::{ClassPrices, PriceList};
use crate::flow::{self, CheckedRates, RateOutput, RateQuery, Rated};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The rate file (OWRS)
    #[arg(long, value_name = "FILE", required_unless_present_any = ["check", "restate"])]
    rates: Option<PathBuf>,
    /// The customers, one a row: a column 'class' and one for each variable of the rate file
    #[arg(long, value_name = "FILE", required_unless_present_any = ["check", "restate"])]
    customers: Option<PathBuf>,
    /// Where the rows go with what each customer pays: .csv, .xlsx, or - for csv on standard output
    #[arg(long, value_name = "FILE", required_unless_present_any = ["check", "restate"])]
    out: Option<PathBuf>,
    /// Leave figures unrounded; otherwise each line is rounded half-up to the cent
    #[arg(long)]
    exact: bool,
    /// Say what rate files contain and what is wrong with them
    #[arg(long, value_name = "FILE", num_args = 1.., conflicts_with_all = ["rates", "customers", "out", "exact"])]
    check: Vec<PathBuf>,
    /// Write a rate file anew as it is understood: what enters bills, each form with a comment
    #[arg(long, value_name = "FILE", conflicts_with_all = ["rates", "customers", "out", "exact", "check", "json"])]
    restate: Option<PathBuf>,
    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn rate(arguments: Arguments, out: &mut impl Write) -> Result<End, Stop> {
    if let Some(file) = &arguments.restate {
        return restate(file, out);
    }
    match (&arguments.rates, &arguments.customers, &arguments.out) {
        (Some(rates), Some(customers), Some(to)) => {
            let query = RateQuery { rates, customers, exact: arguments.exact };
            rate_customers(query, to, arguments.json, out)
        }
        _ => check(&arguments.check, arguments.json, out),
    }
}

fn rate_customers(query: RateQuery<'_>, to: &Path, json: bool, out: &mut impl Write) -> Result<End, Stop> {
    let mut progress = Shown::new(true);
    let piped = to.as_os_str() == "-";
    let output = if piped { RateOutput::Stream(out) } else { RateOutput::File(to) };
    let rated = flow::rate_customers(query, output, &mut progress)?;
    drop(progress);
    // Where the customers themselves go to standard output, the words about them must not.
    let mut beside = io::stderr().lock();
    let told: &mut dyn Write = if piped { &mut beside } else { out };
    if json {
        writeln!(told, "{:#}", rated_json(&rated))?;
    } else {
        tell(&rated, query, to, told)?;
    }
    Ok(if rated.has_findings() { End::Findings } else { End::Clean })
}

fn tell(rated: &Rated, query: RateQuery<'_>, to: &Path, out: &mut dyn Write) -> io::Result<()> {
    rated.faults.iter().try_for_each(|fault| writeln!(out, "fault      {fault}"))?;
    rated.warnings.iter().try_for_each(|warning| writeln!(out, "warning    {warning}"))?;
    for note in &rated.notes {
        writeln!(out, "note       {}: {note}", query.customers.display())?;
    }
    for (row, finding) in &rated.findings {
        writeln!(out, "not rated  row {row}: {finding}")?;
    }
    let more = rated.not_rated - rated.findings.len() as u64;
    if more > 0 {
        writeln!(out, "not rated  and {more} more; see the column finding")?;
    }
    let customers = if rated.rated == 1 { "customer" } else { "customers" };
    writeln!(out, "rated      {} {customers}, ${}; {} not rated", rated.rated, sum(rated), rated.not_rated)?;
    if to.as_os_str() != "-" {
        writeln!(out, "written    {}", to.display())?;
    }
    Ok(())
}

fn sum(rated: &Rated) -> Money {
    Money::rounded(rated.sum)
}

fn rated_json(rated: &Rated) -> Value {
    let finding = |(row, finding): &(u32, String)| json!({ "row": row, "finding": finding });
    json!({
        "rated": rated.rated,
        "not_rated": rated.not_rated,
        "sum": sum(rated).to_string(),
        "findings": rated.findings.iter().map(finding).collect::<Vec<_>>(),
        "faults": rated.faults,
        "warnings": rated.warnings,
        "notes": rated.notes,
    })
}

fn check(files: &[PathBuf], as_json: bool, out: &mut impl Write) -> Result<End, Stop> {
    let (mut all, mut unread) = (Vec::with_capacity(files.len()), Vec::new());
    for file in files {
        match flow::check_rates(file) {
            Ok(checked) => all.push(checked),
            Err(failure) => unread.push(failure),
        }
    }
    if as_json {
        writeln!(out, "{:#}", Value::Array(all.iter().map(checked_json).collect()))?;
    } else {
        all.iter().try_for_each(|checked| show(checked, out))?;
    }
    if let Some(last) = unread.pop() {
        // The files that could be read are shown all the same; the last failure is told as every command tells its own.
        let mut beside = io::stderr().lock();
        unread.iter().try_for_each(|failure| writeln!(beside, "error: {failure}"))?;
        return Err(last.into());
    }
    Ok(if all.iter().any(|checked| !checked.faults.is_empty()) { End::Findings } else { End::Clean })
}

/// Writes a rate file anew; what is wrong with it goes beside, so that the output is a rate file.
fn restate(file: &Path, out: &mut impl Write) -> Result<End, Stop> {
    let restated = flow::restate_rates(file)?;
    if let Some(text) = &restated.text {
        write!(out, "{text}")?;
    }
    let mut beside = io::stderr().lock();
    restated.faults.iter().try_for_each(|fault| writeln!(beside, "fault    {fault}"))?;
    restated.warnings.iter().try_for_each(|warning| writeln!(beside, "warning  {warning}"))?;
    Ok(if restated.faults.is_empty() { End::Clean } else { End::Findings })
}

/// Shows a rate file as a table of prices, then what is wrong with it.
fn show(checked: &CheckedRates, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", checked.path.display())?;
    if let Some(prices) = &checked.prices {
        let from = prices.effective.map_or("no date".to_owned(), |date| format!("in force from {date}"));
        let utility = if prices.utility.is_empty() { "utility not named" } else { &prices.utility };
        let frequency = prices.frequency.map_or("frequency not named", frequency);
        writeln!(out, "  {utility}, {from}, per {}, {frequency}", unit(prices))?;
        prices.classes.iter().try_for_each(|class| show_class(class, out))?;
    }
    if checked.faults.is_empty() && checked.warnings.is_empty() {
        return writeln!(out, "\n  nothing wrong");
    }
    writeln!(out)?;
    checked.faults.iter().try_for_each(|fault| writeln!(out, "  fault    {fault}"))?;
    checked.warnings.iter().try_for_each(|warning| writeln!(out, "  warning  {warning}"))
}

fn show_class(class: &ClassPrices, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n  {}", class.name)?;
    writeln!(out, "    bill = {}", class.bill)?;
    for (variable, keys) in &class.asks {
        let keys = if keys.is_empty() { "a number".to_owned() } else { keys.join(", ") };
        writeln!(out, "    asks for {variable}: {keys}")?;
    }
    for field in &class.fields {
        writeln!(out, "    {}, {}", field.name, field.form)?;
        show_values(&field.values, out)?;
    }
    Ok(())
}

/// Shows the values of a field below each other; where all are numbers, with their points in line.
fn show_values(values: &[(String, String)], out: &mut dyn Write) -> io::Result<()> {
    let width = |column: fn(&(String, String)) -> &String| {
        values.iter().map(|value| column(value).chars().count()).max().unwrap_or_default()
    };
    let (before, price) = (width(|value| &value.0), width(|value| &value.1));
    let is_number = |text: &String| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let numbers = values.iter().all(|(_, value)| is_number(value));
    for (what, value) in values {
        let value = if numbers { format!("{value:>price$}") } else { value.clone() };
        let line = format!("{what:<before$}  {value}");
        writeln!(out, "      {}", line.trim_start())?;
    }
    Ok(())
}

fn unit(prices: &PriceList) -> &'static str {
    match prices.unit {
        BillUnit::Ccf => "ccf",
        BillUnit::Kgal => "kgal",
        BillUnit::Kilolitre => "kilolitre",
    }
}

fn frequency(frequency: BillFrequency) -> &'static str {
    match frequency {
        BillFrequency::Monthly => "billed monthly",
        BillFrequency::BiMonthly => "billed every two months",
        BillFrequency::Quarterly => "billed quarterly",
        BillFrequency::Annually => "billed annually",
    }
}

fn checked_json(checked: &CheckedRates) -> Value {
    let prices = checked.prices.as_ref().map(|prices| {
        json!({
            "utility": prices.utility,
            "effective": prices.effective.map(|date| date.to_string()),
            "unit": unit(prices),
            "classes": prices.classes.iter().map(class_json).collect::<Vec<_>>(),
        })
    });
    json!({ "name": checked.path.display().to_string(), "prices": prices, "faults": checked.faults, "warnings": checked.warnings })
}

fn class_json(class: &ClassPrices) -> Value {
    let asks = class.asks.iter().map(|(variable, keys)| json!({ "variable": variable, "keys": keys }));
    let fields = class.fields.iter().map(|field| {
        let values = field.values.iter().map(|(what, value)| json!({ "what": what, "value": value }));
        json!({ "name": field.name, "form": field.form, "values": values.collect::<Vec<_>>() })
    });
    json!({
        "name": class.name,
        "bill": class.bill,
        "asks": asks.collect::<Vec<_>>(),
        "fields": fields.collect::<Vec<_>>(),
    })
}
