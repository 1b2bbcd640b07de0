//! Water budgets: from a station's report to the bill, in the small office of `tests/findings`.

use meterbook::flow::What;

use crate::support::desk::{Desk, TODAY};

const LANDSCAPE: &str = "Account,Area sq ft,Special area sq ft,Adjustment factor,Station,From\n\
                         0104,20000,,,117,1/1/2026\n";
const READS: &str = "Account,Meter,Read date,Reading\n0101,M1,2/9/2026,2600\n0104,M4,2/9/2026,10800\n";

/// A class whose second tier ends at the budget and whose third is what lies above.
const BUDGETED: &str = "  GARDEN:
    service_charge: 10.00
    budget_commodity: budget
    commodity_charge: Budget
    tier_starts_commodity: [0, 50%, 100%]
    tier_prices_commodity: [2.00, 3.00, 9.00]
    bill: service_charge+commodity_charge
";

/// A daily report as CIMIS sends it: carriage returns, a space where a value passed, blanks behind the last row.
///
/// January 10 to February 12 of 2026, 0.10 inches a day; the days named are missing.
pub(crate) fn report(missing: &[&str]) -> String {
    let header =
        "Stn Id,Stn Name,CIMIS Region,Date,Jul,ETo (in),qc,Precip (in),qc,Sol Rad (Ly/day),qc\r\n".to_owned();
    let january = (10..=31).map(|day| format!("1/{day}/2026"));
    let days = january.chain((1..=12).map(|day| format!("2/{day}/2026")));
    let row = |day: String| {
        let value = if missing.contains(&day.as_str()) { ",M" } else { "0.10, " };
        format!("117,Coyote Wells,Bishop,{day},010,{value},0.00, ,300,R\r\n")
    };
    header + &days.map(row).collect::<String>() + &" ".repeat(1_024)
}

fn row(list: &str, account: &str) -> Vec<String> {
    let row = list.lines().find(|row| row.split(',').any(|cell| cell == account)).unwrap();
    row.split(',').map(str::to_owned).collect()
}

/// The worksheet of February: its master check, the state of its landscape, and how many days it shows.
fn worksheet(desk: &Desk) -> (String, String, usize) {
    let path = desk.root().join("outbox/2026-02/cimis-worksheet.xlsx");
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(path).unwrap();
    let mut sheet = |name: &str| calamine::Reader::worksheet_range(&mut book, name).unwrap();
    let cover = sheet("Cover");
    let master = cover.rows().find(|row| row[0] == "Master check").unwrap()[1].to_string();
    let budgets = sheet("Budgets");
    let header = budgets.rows().position(|row| row[0] == "Account").unwrap();
    let state = budgets.rows().nth(header).unwrap().iter().position(|cell| *cell == "State").unwrap();
    let landscape = budgets.rows().nth(header + 1).unwrap();
    (master, landscape[state].to_string(), sheet("Days").rows().filter(|row| row[0] == "0104").count())
}

#[test]
fn a_read_waits_for_the_weather_and_its_bill_shows_the_budget() {
    let desk = Desk::after_january();
    desk.drop("landscape.csv", LANDSCAPE.as_bytes());
    desk.drop("reads.csv", READS.as_bytes());
    desk.run(TODAY);
    let read = |desk: &Desk| {
        let list = desk.list(What::Reads, TODAY);
        list.lines().find(|row| row.starts_with("0104,M4,2026-02")).unwrap().to_owned()
    };
    assert!(read(&desk).ends_with(",4600,eto-gap;high,hold,,held"), "{}", read(&desk));
    let (master, state, days) = worksheet(&desk);
    assert_eq!((master.as_str(), days), ("OK", 0));
    assert!(
        state.starts_with("Held. Station 117 has no good value from 2026-01-13 on since then"),
        "{state}"
    );
    let four = ["1/20/2026", "1/21/2026", "1/22/2026", "1/23/2026"];
    desk.take("eto.csv", report(&four).as_bytes());
    assert!(read(&desk).contains("eto-gap"), "four days in a row are too many");
    let later = desk.take("eto later.csv", report(&four[..2]).as_bytes());
    assert_eq!(later.outcome, "2 values of ETo", "what was there stays");
    assert!(read(&desk).ends_with(",4600,high,info,,open"), "{}", read(&desk));
    let (master, state, days) = worksheet(&desk);
    assert_eq!(
        (master.as_str(), state.as_str(), days),
        ("OK", "Not billed yet. 2 days without a good value are settled in Days.", 28)
    );
    desk.run("2026-02-19");
    let (master, state, days) = worksheet(&desk);
    let over = "Billed, over its budget. 2 days without a good value are settled in Days.";
    assert_eq!((master.as_str(), state.as_str(), days), ("OK", over, 28));
    let bill = row(&desk.list(What::Bills, "2026-02-19"), "202602-0104");
    // 28 days of 0.10 inches: 2.80 x 0.62 x 0.8 x 20,000 / 748
    assert_eq!(bill[19..21], ["37.13368983957219251336898396", "8.86631016042780748663101604"]);
    let plain = row(&desk.list(What::Bills, "2026-02-19"), "202602-0101");
    assert_eq!(plain[19..21], ["", ""], "an account without a landscape has no budget");
}

#[test]
fn budget_rates_price_what_lies_within_and_above_the_budget() {
    let desk = Desk::empty();
    let settings = desk.root().join("office.toml");
    let text = std::fs::read_to_string(&settings).unwrap();
    desk.place(&settings, (text + "\n[classes.garden]\nowrs = \"GARDEN\"\n").as_bytes());
    let rates = desk.root().join("rates/coyote-wells-2026-01-01.owrs");
    let text = std::fs::read_to_string(&rates).unwrap();
    desk.place(&rates, (text + BUDGETED).as_bytes());
    desk.drop(
        "accounts.csv",
        b"Account,Customer,Service address,Class,Meter size\n0104,Town Park,1 Plaza,garden,1\n",
    );
    desk.drop(
        "meters.csv",
        b"Account,Meter,Size,Dials,Unit,Installed,Initial reading\n0104,M4,1,6,cf,1/12/2026,6200\n",
    );
    desk.drop("landscape.csv", LANDSCAPE.as_bytes());
    desk.drop("eto.csv", report(&[]).as_bytes());
    desk.drop("reads.csv", b"Account,Meter,Read date,Reading\n0104,M4,2/9/2026,10800\n");
    desk.run("2026-02-19");
    let lines = desk.list(What::BillLines, "2026-02-19");
    let amounts: Vec<&str> = lines.lines().map(|line| line.split_once(',').unwrap().1).collect();
    assert_eq!(
        amounts,
        [
            "1,fixed,,1,month,10.00,10.00",
            "2,budget,1,18.56684491978609625668449198,hcf,2.00,37.13",
            "3,budget,2,18.56684491978609625668449198,hcf,3.00,55.70",
            "4,budget,3,8.86631016042780748663101604,hcf,9.00,79.80",
        ]
    );
}

#[test]
fn an_answer_of_the_web_api_is_taken_in_like_a_report() {
    let record = |day: &str| {
        format!(
            r#"{{"Date":"{day}","Julian":"1","Station":"117","Standard":"english","Scope":"daily",
                "DayEto":{{"Value":"0.10","Qc":" ","Unit":"(in)"}}}}"#
        )
    };
    let json = |records: &[String]| {
        let records = records.join(",");
        format!(r#"{{"Data":{{"Providers":[{{"Name":"cimis","Type":"station","Records":[{records}]}}]}}}}"#)
    };
    let desk = Desk::after_january();
    let good = json(&[record("2026-01-13"), record("2026-01-14")]);
    assert_eq!(desk.take("cimis.json", good.as_bytes()).outcome, "2 values of ETo");
    let bad = desk.take("more.json", json(&[record("2026-01-15"), record("2026-01-1S")]).as_bytes());
    let message = &bad.findings[0].message;
    assert_eq!(
        message,
        "Record 2 cannot be read: the Date '2026-01-1S' is not a day like 2026-02-09. Download the data again."
    );
}

#[test]
fn real_reports_are_read_whole() {
    let Some(shared) = std::env::var_os("METERBOOK_SHARED") else {
        eprintln!("skipped: METERBOOK_SHARED does not name the folder of samples");
        return;
    };
    let desk = Desk::after_january();
    let samples = std::path::Path::new(&shared).join("samples/cimis");
    for name in ["daily_excerpt_6dec.csv", "monthly_excerpt.csv"] {
        let bytes = std::fs::read(samples.join(name)).unwrap();
        let rows = String::from_utf8_lossy(&bytes).lines().filter(|line| !line.trim().is_empty()).count() - 1;
        let taken = desk.take(name, &bytes);
        assert_eq!(taken.outcome, format!("{rows} values of ETo"), "{name}");
        assert!(taken.findings.is_empty(), "{name}: {:?}", taken.findings);
    }
}
