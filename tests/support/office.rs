//! An invented office whose bills have everything that a register must show.

use meterbook::domain::books::account::MeterSize;
use meterbook::domain::books::bill::{Bill, BillKind, BillLine, Held, Metered, TariffUsed};
use meterbook::domain::books::charge::{ChargeKind, ChargeUnit, Working};
use meterbook::domain::books::reading::{Exception, ReadCode, ReadId, ReadPoint};
use meterbook::domain::date::{Date, Month, Period, plus_days};
use meterbook::domain::id::{AccountId, BillNumber, MeterId, Sequence};
use meterbook::domain::money::Money;
use meterbook::domain::proposals::receipts::{Fate, ReceiptLog, ReceiptRow};
use meterbook::domain::proposals::register::{
    Control, Customer, HeldRow, Illustrative, Register, RegisterRow, Source,
};
use meterbook::domain::volume::{Usage, VolumeUnit};
use rust_decimal::Decimal;

/// Names that try to be formulas, links, markup or columns too wide.
const NAMES: [&str; 12] = [
    "Ruiz, Maria",
    "=1+1",
    "O'Brien & Sons <x>",
    "High Desert Mobile Home Park Homeowners Association of Yucca Valley, Inc.",
    "@SUM(A1)",
    "https://example.org/",
    "Okafor, Chidi",
    "Nu\u{f1}ez Landscaping",
    "-2+3",
    "Tab\tand\u{1}control",
    "Yamamoto, K.",
    "'quoted",
];
const STREETS: [&str; 5] = [
    "7234 Joshua Lane",
    "57090 Twentynine Palms Highway, Building C, Suite 104",
    "56711 Little League Dr",
    "6250 Palm Ave Apt 2",
    "12 Sage Ave",
];

/// A day, as people write it.
pub(crate) fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// A register of so many bills and a held account for every tenth.
pub(crate) fn register(bills: usize) -> Register {
    let rows: Vec<RegisterRow> = (0..bills).map(row).collect();
    let posted = rows.iter().map(|row| row.bill.charges()).sum();
    Register {
        office: "Joshua Flats Water District".to_owned(),
        cycle: "1".to_owned(),
        month: Month::new(2026, 2).unwrap(),
        day: date("2026-02-12"),
        run_id: "000007-bill-run-1-2026-02".to_owned(),
        chain_head: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
        tariffs: vec![TariffUsed {
            file: "jfwd-2025-07-01.owrs".to_owned(),
            sha256: "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae".to_owned(),
            effective: date("2025-07-01"),
        }],
        sources: sources(),
        illustrative: vec![Illustrative {
            key: "billing.prorate_below_days".to_owned(),
            note: "25 days: the district publishes no figure below which a month counts by days, so that this is a sensible placeholder until the office names its own.".to_owned(),
        }],
        held: (0..bills.div_ceil(10)).map(held).collect(),
        control: Control { bills, posted },
        rows,
    }
}

fn sources() -> Vec<Source> {
    [
        ("accounts.xlsx", "accounts", 1_204),
        ("reads feb, with corrections by the evening crew.xlsx", "reads", 1_198),
    ]
    .into_iter()
    .zip(1..)
    .map(|((name, kind, rows), sequence)| Source {
        sequence: Sequence(sequence),
        name: name.to_owned(),
        kind: kind.to_owned(),
        rows,
        sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855".to_owned(),
    })
    .collect()
}

fn customer(at: usize, class: &str) -> Customer {
    Customer {
        name: NAMES[at % NAMES.len()].to_owned(),
        service_address: STREETS[at % STREETS.len()].to_owned(),
        class: class.to_owned(),
        route: format!("{:02}", at % 7),
        autopay: at.is_multiple_of(3),
    }
}

fn account(at: usize) -> AccountId {
    AccountId::new(format!("{:07}", 104_000 + at * 7))
}

/// The kinds of account, in turn.
fn row(at: usize) -> RegisterRow {
    let class =
        ["residential", "residential", "multi-residential", "commercial", "bulk water", "residential"]
            [at % 6];
    let no_meter = at % 12 == 11;
    let days = if at % 10 == 5 { 12 } else { 28 };
    let usage = i64::try_from((at * at * 137 + at * 53) % 5_000).unwrap();
    let metered = (!no_meter)
        .then(|| if class == "bulk water" { gallons(usage * 7) } else { metered(at, usage, days) });
    let units = metered
        .as_ref()
        .map_or(Decimal::ZERO, |metered| Decimal::from(metered.usage.amount / metered.usage.unit.per_hcf()));
    let account = account(at);
    let bill = Bill {
        number: BillNumber::new(format!("202602-{account}")),
        account,
        cycle: "1".to_owned(),
        month: Month::new(2026, 2).unwrap(),
        kind: if at % 20 == 19 { BillKind::Final } else { BillKind::Regular },
        bill_date: date("2026-02-12"),
        due_date: date("2026-03-06"),
        metered,
        units,
        tariff: date("2025-07-01"),
        class: class.to_owned(),
        meter_size: MeterSize::parse(["5/8", "1", "2", "1 1/2", "3"][at % 5]).unwrap(),
        dwelling_units: if class == "multi-residential" { 4 } else { 1 },
        budget_hcf: None,
        over_budget_hcf: None,
        lines: lines(at, class, units, days),
        previous_balance: Money::from_cents([0, 4_512, -1_250, 123_456, 0][at % 5]),
    };
    RegisterRow { bill, customer: customer(at, class) }
}

fn metered(at: usize, usage: i64, days: i64) -> Metered {
    let current = date("2026-02-09");
    let previous =
        ReadPoint { date: plus_days(current, -days), value: 81_710 + i64::try_from(at).unwrap() * 311 };
    let exceptions = match at % 8 {
        1 => vec![Exception::High],
        3 => vec![Exception::Highest, Exception::LongPeriod],
        6 => vec![Exception::CustomerRead, Exception::Zero],
        7 => vec![Exception::Rollover],
        _ => vec![],
    };
    Metered {
        loads: Vec::new(),
        read: Some(ReadId { sequence: Sequence(2), number: u32::try_from(at).unwrap() + 1 }),
        meter: Some(MeterId::new(format!("M{:08}", 20_000_000 + at))),
        period: Period { previous: previous.date, current },
        code: if at % 8 == 6 { ReadCode::Customer } else { ReadCode::Actual },
        previous: Some(previous),
        reading: Some(previous.value + usage),
        usage: Usage { amount: usage, unit: VolumeUnit::Cf },
        carry_before: 10,
        carry: 10,
        exceptions,
    }
}

fn gallons(usage: i64) -> Metered {
    Metered {
        read: None,
        loads: Vec::new(),
        meter: None,
        period: Period { previous: date("2026-01-15"), current: date("2026-02-09") },
        code: ReadCode::Actual,
        previous: None,
        reading: None,
        usage: Usage { amount: usage, unit: VolumeUnit::Gal },
        carry_before: 0,
        carry: 0,
        exceptions: vec![],
    }
}

fn lines(at: usize, class: &str, units: Decimal, days: i64) -> Vec<BillLine> {
    let mut lines = Vec::new();
    if days < 25 {
        lines.push(line(ChargeKind::Fixed, None, days.into(), ChargeUnit::Day, "1.1883"));
    } else {
        lines.push(line(ChargeKind::Fixed, None, Decimal::ONE, ChargeUnit::Month, "35.65"));
    }
    match class {
        "commercial" => lines.push(line(ChargeKind::Flat, None, units, ChargeUnit::Hcf, "6.2250")),
        "bulk water" => {
            lines.push(line(ChargeKind::Flat, None, units, ChargeUnit::Hcf, "9.8750"));
            lines.push(line(ChargeKind::Fee, None, Decimal::from(25), ChargeUnit::Day, "2.50"));
        }
        _ => {
            for (tier, (from, to, price)) in
                (1..).zip([(0, 5, "4.1125"), (5, 15, "6.2250"), (15, i64::MAX, "9.8750")])
            {
                let quantity = units.min(Decimal::from(to)) - Decimal::from(from);
                if quantity > Decimal::ZERO {
                    lines.push(line(ChargeKind::Tier, Some(tier), quantity, ChargeUnit::Hcf, price));
                }
            }
        }
    }
    if class == "multi-residential" {
        lines.push(line(ChargeKind::Wastewater, None, Decimal::from(4), ChargeUnit::Dwelling, "41.2275"));
    } else if at % 4 == 1 {
        lines.push(line(ChargeKind::Wastewater, None, Decimal::ONE, ChargeUnit::Edu, "54.97"));
    }
    lines
}

fn line(kind: ChargeKind, tier: Option<u32>, quantity: Decimal, unit: ChargeUnit, price: &str) -> BillLine {
    let price = decimal(price);
    BillLine {
        kind,
        name: kind.word().to_owned(),
        tier,
        quantity,
        unit,
        price,
        amount: Money::rounded(quantity * price),
        working: Working::default(),
    }
}

fn held(at: usize) -> HeldRow {
    let exceptions = [vec![Exception::RunsBackwards], vec![Exception::NoRead], vec![]][at % 3].clone();
    let reason = [
        "The reading 81,200 of 2026-02-09 is below the previous one, 81,710. Read the meter again, or decide accept, estimate or override on a decisions sheet.",
        "There is no reading for February. Read the meter, or decide estimate.",
        "The rates have no price for class 'industrial', meter size 3. Add it to the rate file.",
    ][at % 3];
    HeldRow {
        held: Held {
            account: AccountId::new(format!("{:07}", 900_000 + at)),
            meter: Some(MeterId::new(format!("{:08}", 12_345 + at))),
            exceptions,
            reason: reason.to_owned(),
        },
        customer: customer(at + 1, "residential"),
        read: (at % 3 != 1).then(|| (date("2026-02-09"), 81_200)),
        previous: Some((date("2026-01-12"), 81_710)),
    }
}

/// A receipt log of so many lines.
pub(crate) fn receipts(lines: usize) -> ReceiptLog {
    let fates =
        [Fate::Accepted, Fate::Accepted, Fate::Returned, Fate::Duplicate, Fate::Posted, Fate::Recorded];
    let row = |at: usize| {
        let fate = fates[at % fates.len()];
        ReceiptRow {
            sequence: Sequence(u32::try_from(at).unwrap() + 1),
            day: plus_days(date("2026-02-01"), i64::try_from(at / 4).unwrap()),
            name: ["accounts.xlsx", "reads feb, with corrections by the evening crew.xlsx", "=cmd.csv"]
                [at % 3]
                .to_owned(),
            kind: ["accounts", "reads", ""][at % 3].to_owned(),
            fate,
            rows: if fate == Fate::Accepted { 1_204 } else { 0 },
            totals: if fate == Fate::Accepted { "sum of readings 98,123,456" } else { "" }.to_owned(),
            sha256: format!("{at:02}b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"),
            outcome: [
                "1,204 rows are on record.",
                "12 cells are marked; correct them in the returned file and drop it again.",
                "The same content came in as 000001; nothing was posted.",
            ][at % 3]
                .to_owned(),
        }
    };
    ReceiptLog {
        office: "Joshua Flats Water District".to_owned(),
        month: Month::new(2026, 2).unwrap(),
        day: date("2026-02-12"),
        chain_head: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
        rows: (0..lines).map(row).collect(),
    }
}
