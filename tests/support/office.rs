//! An invented office whose bills have everything that a register must show.

use std::collections::BTreeMap;

use meterbook::bill;
use meterbook::domain::books::account::{MeterSize, Status};
use meterbook::domain::books::bill::{Bill, BillKind, BillLine, Held, Metered, TariffUsed};
use meterbook::domain::books::charge::{ChargeKind, ChargeUnit, Working};
use meterbook::domain::books::meter;
use meterbook::domain::books::reading::{ChangedOut, Exception, ReadCode, ReadId, ReadPoint};
use meterbook::domain::date::{Date, Month, Period, plus_days};
use meterbook::domain::id::{AccountId, BillNumber, MeterId, Sequence};
use meterbook::domain::money::Money;
use meterbook::domain::office::UsageRounding;
use meterbook::domain::proposals::change::Compared;
use meterbook::domain::proposals::explanation::{ExplainedBill, Explanation, HeldRead, Reason};
use meterbook::domain::proposals::rebilled::{Rebilled, UndoneBill};
use meterbook::domain::proposals::register::{
    Basis, Control, Customer, GlTotal, HeldRow, Illustrative, Register, RegisterRow, Schedule, Source,
    TierRate, Undecided,
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
    let mut register = Register {
        office: "Joshua Flats Water District".to_owned(),
        cycle: "1".to_owned(),
        month: Month::new(2026, 2).unwrap(),
        day: date("2026-02-12"),
        run_id: "000007-bill-run-1-2026-02".to_owned(),
        chain_head: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
        tariffs: RATES.map(|(file, effective, ..)| TariffUsed {
            file: file.to_owned(),
            sha256: "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae".to_owned(),
            effective: date(effective),
        }).into(),
        schedules: schedules(),
        rounding: UsageRounding::TruncateReadings,
        sources: sources(),
        illustrative: vec![Illustrative {
            key: "billing.prorate_below_days".to_owned(),
            note: "25 days: the district publishes no figure below which a month counts by days, so that this is a sensible placeholder until the office names its own.".to_owned(),
        }],
        held: (0..bills.div_ceil(10)).map(held).collect(),
        control: Control { bills, posted: Money::ZERO },
        proposals: Control::default(),
        until: None,
        prepared_by: String::new(),
        compared: vec![],
        rebilled: vec![],
        general_ledger: vec![],
        rows,
    };
    post(&mut register);
    register
}

/// The same register before anybody decided: every third bill is posted, the others wait, one of them held before.
pub(crate) fn proposal(bills: usize) -> Register {
    let mut register = register(bills);
    let waits = |at: usize| at % 3 != 2;
    for (at, row) in register.rows.iter_mut().enumerate().filter(|(at, _)| waits(*at)) {
        let held = if at % 7 == 3 { "Held by KB on 2026-02-13: leak reported." } else { "" };
        row.proposed = Some(Undecided { token: format!("proposal{at}"), held: held.to_owned() });
    }
    let all = register.control;
    let proposed = || register.rows.iter().filter(|row| row.proposed.is_some());
    register.proposals =
        Control { bills: proposed().count(), posted: proposed().map(|row| row.bill.charges()).sum() };
    register.control = Control {
        bills: all.bills - register.proposals.bills,
        posted: all.posted - register.proposals.posted,
    };
    register.until = Some(date("2026-03-18"));
    register.prepared_by = "KB".to_owned();
    register
}

/// The same register after some bills were taken back and made again: as they were, with another reading, and one not at all.
pub(crate) fn rebilled(bills: usize) -> Register {
    let mut register = register(bills);
    for (at, row) in register.rows.iter_mut().enumerate().filter(|(at, _)| at % 3 == 0) {
        let mut old = row.bill.clone();
        row.bill.number = BillNumber::new(format!("{}-2", old.number));
        old.bill_date = date("2026-02-05");
        if at % 2 == 1 {
            old.units += Decimal::ONE;
            old.metered
                .iter_mut()
                .for_each(|metered| metered.reading = metered.reading.map(|reading| reading + 100));
            old.lines[0].amount += Money::from_cents(625);
        }
        let undone = UndoneBill { run: Sequence(5), bill: old, by: Sequence(6), on: date("2026-02-12") };
        let new = (at % 4 != 2).then(|| row.bill.clone());
        register.rebilled.push(Rebilled { old: undone, new, customer: row.customer.name.clone() });
    }
    register
}

/// Puts on record what the ledger would say of the bills as they are now.
pub(crate) fn post(register: &mut Register) {
    let mut legs: BTreeMap<(&str, &str), Money> = BTreeMap::new();
    for bill in register.rows.iter().map(|row| &row.bill) {
        *legs.entry(("1200", "bill")).or_default() += bill.charges();
        for line in &bill.lines {
            let account = match line.kind {
                ChargeKind::Fixed => "4100",
                ChargeKind::Tier | ChargeKind::Flat | ChargeKind::Budget => "4110",
                ChargeKind::Wastewater => "4200",
                ChargeKind::Surcharge => "4120",
                ChargeKind::Fee => "4300",
            };
            *legs.entry((account, line.kind.word())).or_default() -= line.amount;
        }
    }
    let total = |((account, kind), amount): ((&str, &str), Money)| GlTotal {
        gl_account: account.to_owned(),
        kind: kind.to_owned(),
        amount,
    };
    register.general_ledger = legs.into_iter().map(total).collect();
    register.control.posted = register.rows.iter().map(|row| row.bill.charges()).sum();
    register.compared = register.rows.iter().enumerate().map(|(at, row)| compared(at, &row.bill)).collect();
}

/// Every fifth bill is an account's first; the others had other units, and some of them other rates or wastewater.
fn compared(at: usize, now: &Bill) -> Compared {
    if at % 5 == 4 {
        return Compared::default();
    }
    let cents = i64::try_from(at * 37 % 400).unwrap();
    let mut before = now.clone();
    before.month = Month::new(if at % 7 == 3 { 2025 } else { 2026 }, 1).unwrap();
    before.units = Decimal::from((at * 13) % 40);
    before.lines.retain(|line| at % 4 != 1 || line.kind != ChargeKind::Wastewater);
    before.lines[0].amount -= Money::from_cents(cents);
    let usage = Money::rounded((now.units - before.units) * decimal("6.17"));
    let rates = Money::from_cents(if at.is_multiple_of(3) { -255 } else { 0 });
    let first = now.charges();
    let steps = [
        first,
        first + usage,
        first + usage + rates,
        first + usage + rates,
        first + usage + rates,
        first + usage + rates,
    ];
    Compared {
        change: Some(bill::compare(&before, now, Some(steps))),
        last_year: at.is_multiple_of(2).then_some(before.units),
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

/// The rates before and since the first of February, both in use in one month: fixed, tiers, bulk water.
const RATES: [(&str, &str, &str, [&str; 3], &str); 2] = [
    ("jfwd-2025-07-01.owrs", "2025-07-01", "35.65", ["4.1125", "6.2250", "9.8750"], "9.8750"),
    ("jfwd-2026-02-01.owrs", "2026-02-01", "36.85", ["4.2375", "6.4125", "10.1750"], "10.1750"),
];
/// Where the tiers begin, for one dwelling.
const ABOVE: [i64; 3] = [0, 5, 15];

fn tariff(at: usize) -> usize {
    usize::from(at % 7 != 3)
}

/// The prices of water: of each tariff tiers, one price for shops and one for bulk water.
fn schedules() -> Vec<Schedule> {
    let of_tariff = |(tariff, (_, _, _, tiers, bulk)): (usize, &(_, _, _, [&str; 3], &str))| {
        let tier = |(tier, (above, price)): (usize, (i64, &&str))| TierRate {
            price: decimal(price),
            working: Working {
                above: Some(above.into()),
                up_to: ABOVE.get(tier + 1).map(|up_to| (*up_to).into()),
                ..working(tariff, &format!("HOMES/tier_prices/{}", tier + 1))
            },
        };
        let flat = |class: &str, price: &str| Schedule {
            kind: ChargeKind::Flat,
            charge: "flat".to_owned(),
            tiers: vec![TierRate {
                price: decimal(price),
                working: working(tariff, &format!("{class}/commodity_charge")),
            }],
        };
        let tiers = Schedule {
            kind: ChargeKind::Tier,
            charge: "tier".to_owned(),
            tiers: ABOVE.into_iter().zip(tiers).enumerate().map(tier).collect(),
        };
        [tiers, flat("SHOPS", "6.2250"), flat("BULK", bulk)]
    };
    RATES.iter().enumerate().flat_map(of_tariff).collect()
}

fn working(tariff: usize, key: &str) -> Working {
    let (file, effective, ..) = RATES[tariff];
    let line = 10 + u32::try_from(key.len()).unwrap();
    Working {
        file: file.to_owned(),
        key: key.to_owned(),
        line,
        effective: Some(date(effective)),
        ..Working::default()
    }
}

/// The kinds of account, in turn.
fn row(at: usize) -> RegisterRow {
    let class =
        ["residential", "residential", "multi-residential", "commercial", "bulk water", "residential"]
            [at % 6];
    let no_meter = at % 12 == 11;
    let days = if at % 10 == 5 { 12 } else { 28 };
    let prorated_days = (days < 25).then_some(days);
    let steps = i64::try_from((at * at * 137 + at * 53) % 5_000).unwrap();
    let gauge = gauge(at);
    let metered = (!no_meter).then(|| match class {
        "bulk water" => loads(at, steps),
        _ => Metered { prorated_days, ..metered(at, steps / gauge.multiplier, days, gauge) },
    });
    let units = metered.as_ref().map_or(0, |metered| {
        let total = metered.carry_before + metered.usage.amount;
        total.max(0) / metered.usage.unit.per_hcf()
    });
    let account = account(at);
    let dwelling_units = if class == "multi-residential" { 4 } else { 1 };
    let bill = Bill {
        number: BillNumber::new(format!("202602-{account}")),
        account,
        cycle: "1".to_owned(),
        month: Month::new(2026, 2).unwrap(),
        kind: if at % 20 == 19 { BillKind::Final } else { BillKind::Regular },
        bill_date: date("2026-02-12"),
        due_date: date("2026-03-06"),
        metered,
        units: units.into(),
        tariff: date(RATES[tariff(at)].1),
        class: class.to_owned(),
        meter_size: MeterSize::parse(["5/8", "1", "2", "1 1/2", "3"][at % 5]).unwrap(),
        dwelling_units,
        budget_hcf: None,
        over_budget_hcf: None,
        lines: lines(at, class, units, prorated_days),
        previous_balance: Money::from_cents([0, 4_512, -1_250, 123_456, 0][at % 5]),
    };
    let basis = Basis {
        gauge: bill.metered.as_ref().filter(|metered| metered.loads.is_empty()).map(|_| gauge),
        schedule: Some(
            3 * tariff(at)
                + ["commercial", "bulk water"]
                    .iter()
                    .position(|flat| *flat == class)
                    .map_or(0, |flat| flat + 1),
        ),
        tier_dwellings: dwelling_units,
        wastewater_days: prorated_days,
    };
    RegisterRow { bill, proposed: None, customer: customer(at, class), basis }
}

/// Registers of cubic feet and of gallons, some of which count in tens.
fn gauge(at: usize) -> meter::Register {
    let unit = if at % 13 == 12 { VolumeUnit::Gal } else { VolumeUnit::Cf };
    meter::Register { dials: 6, multiplier: if at % 9 == 6 { 10 } else { 1 }, unit }
}

/// A reading: forward, past the last figure of the register, or below an estimate.
fn metered(at: usize, steps: i64, days: i64, gauge: meter::Register) -> Metered {
    let current = if tariff(at) == 0 { date("2026-01-30") } else { date("2026-02-09") };
    let (value, steps, exceptions) = match at % 8 {
        1 if at % 16 == 9 => (84_000, -250 - steps % 90, vec![Exception::OverEstimated]),
        1 => (81_710, steps, vec![Exception::High]),
        3 => (84_035, steps, vec![Exception::Highest, Exception::LongPeriod]),
        6 => (81_710, steps, vec![Exception::CustomerRead, Exception::Zero]),
        7 => (999_990, steps + 10, vec![Exception::Rollover]),
        4 if at % 16 == 4 => (0, steps, vec![Exception::MeterChanged]),
        _ => (81_710 + i64::try_from(at).unwrap() * 311, steps, vec![]),
    };
    let previous = ReadPoint { date: plus_days(current, -days), value };
    let carry_before = if at % 11 == 5 { -120 } else { i64::try_from(at * 37 % 100).unwrap() };
    let changed_out = changed_out(at, current);
    let counted: i64 = changed_out.iter().map(|out| out.usage).sum();
    let usage = Usage { amount: steps * gauge.multiplier + counted, unit: gauge.unit };
    let total = carry_before + usage.amount;
    Metered {
        loads: Vec::new(),
        read: Some(ReadId { sequence: Sequence(2), number: u32::try_from(at).unwrap() + 1 }),
        meter: Some(MeterId::new(format!("M{:08}", 20_000_000 + at))),
        period: Period { previous: previous.date, current },
        code: if at % 8 == 6 { ReadCode::Customer } else { ReadCode::Actual },
        previous: Some(previous),
        reading: Some((value + steps) % 1_000_000),
        usage,
        carry_before,
        carry: if total < 0 { total } else { total % gauge.unit.per_hcf() },
        exceptions,
        prorated_days: None,
        changed_out,
    }
}

/// One meter in sixteen was changed in the period.
fn changed_out(at: usize, current: Date) -> Vec<ChangedOut> {
    let out = ChangedOut {
        meter: MeterId::new(format!("M{:08}", 10_000_000 + at)),
        previous: 61_200,
        date: plus_days(current, -6),
        final_reading: 61_330,
        usage: 130,
    };
    if at % 16 == 4 { vec![out] } else { vec![] }
}

/// Bulk water by the gallon, or by readings with loads between them that another meter counted.
fn loads(at: usize, steps: i64) -> Metered {
    let unit = if at % 12 == 10 { VolumeUnit::Cf } else { VolumeUnit::Gal };
    let (current, previous) = (date("2026-02-09"), date("2026-01-15"));
    let read = unit == VolumeUnit::Cf;
    let (carry_before, amount) = (40, if read { steps } else { steps * 7 });
    Metered {
        read: None,
        loads: vec![ReadId { sequence: Sequence(3), number: u32::try_from(at).unwrap() + 1 }],
        meter: None,
        period: Period { previous, current },
        code: ReadCode::Actual,
        previous: read.then_some(ReadPoint { date: previous, value: 500 }),
        reading: read.then_some(90_500),
        usage: Usage { amount, unit },
        carry_before,
        carry: (carry_before + amount) % unit.per_hcf(),
        exceptions: vec![],
        prorated_days: None,
        changed_out: vec![],
    }
}

fn lines(at: usize, class: &str, units: i64, days: Option<i64>) -> Vec<BillLine> {
    let (_, _, fixed, tiers, bulk) = RATES[tariff(at)];
    let prorated =
        |amount: Decimal| days.map_or(amount, |days| amount * Decimal::from(days) / Decimal::from(30));
    let mut lines = Vec::new();
    let mut add = |kind, tier, (quantity, unit): (Decimal, _), price: &str, key: &str| {
        lines.push(line((kind, tier), (quantity, unit), price, working(tariff(at), key)));
    };
    let (hcf, whole) =
        (|units: i64| (Decimal::from(units), ChargeUnit::Hcf), (Decimal::ONE, ChargeUnit::Month));
    let month = days.map_or(whole, |days| (days.into(), ChargeUnit::Day));
    add(ChargeKind::Fixed, None, month, fixed, "ALL/service_charge");
    match class {
        "commercial" if units > 0 => {
            add(ChargeKind::Flat, None, hcf(units), "6.2250", "SHOPS/commodity_charge")
        }
        "bulk water" if units > 0 => add(ChargeKind::Flat, None, hcf(units), bulk, "BULK/commodity_charge"),
        "commercial" | "bulk water" => {}
        _ => {
            let dwellings = if class == "multi-residential" { 4 } else { 1 };
            for (tier, price) in (1..).zip(tiers) {
                let up_to = ABOVE.get(tier).map_or(units, |up_to| units.min(up_to * dwellings));
                let quantity = up_to - ABOVE[tier - 1] * dwellings;
                if quantity > 0 {
                    let tier = u32::try_from(tier).unwrap();
                    add(
                        ChargeKind::Tier,
                        Some(tier),
                        hcf(quantity),
                        price,
                        &format!("HOMES/tier_prices/{tier}"),
                    );
                }
            }
        }
    }
    if class == "multi-residential" {
        add(
            ChargeKind::Wastewater,
            None,
            (Decimal::from(4), ChargeUnit::Dwelling),
            "41.2275",
            "wastewater/multi",
        );
    } else if at % 4 == 1 {
        add(ChargeKind::Wastewater, None, (decimal("2.5"), ChargeUnit::Edu), "54.97", "wastewater/single");
    }
    if class == "bulk water" {
        add(ChargeKind::Fee, None, (Decimal::from(25), ChargeUnit::Day), "2.50", "bulk/rental_per_day");
    }
    for line in &mut lines {
        if let (ChargeKind::Fixed, Some(_)) = (line.kind, days) {
            line.amount = Money::rounded(prorated(line.price));
        }
        if line.kind == ChargeKind::Wastewater {
            line.amount = Money::rounded(prorated(line.price * line.quantity));
        }
    }
    lines
}

/// The explanation of a bill with tiers, wastewater and a mark, of an account that is held since.
pub(crate) fn explanation() -> Explanation {
    let register = register(8);
    let (row, compared) = (register.rows[5].clone(), register.compared[5].clone());
    let reason = |exception, numbers: &str| Reason { exception, numbers: numbers.to_owned() };
    Explanation {
        unpriced: None,
        office: register.office,
        day: date("2026-03-12"),
        account: row.bill.account.clone(),
        customer: row.customer,
        status: Status::Active,
        month: row.bill.month,
        bill: Some(ExplainedBill {
            bill: row.bill,
            compared,
            marks: vec![reason(
                Exception::High,
                "36 units in 30 days; usual are 12 (the same month last year).",
            )],
            rebilled: None,
        }),
        held: vec![HeldRead {
            overtaken: None,
            month: Month::new(2026, 3).unwrap(),
            reasons: vec![reason(
                Exception::NoRead,
                "The run of 2026-03-12 found no read of the meter for 2026-03.",
            )],
        }],
        flagged: vec![HeldRead {
            overtaken: None,
            month: Month::new(2026, 4).unwrap(),
            reasons: vec![reason(Exception::Rollover, "The register went from 999950 past 999999 on to 40.")],
        }],
    }
}

/// The same register with surcharges on some bills: one on each unit, one of a formula.
pub(crate) fn surcharged(bills: usize) -> Register {
    let mut register = register(bills);
    for (at, row) in register.rows.iter_mut().enumerate().filter(|(at, _)| at % 5 == 2) {
        let (units, lines) = (row.bill.units, &mut row.bill.lines);
        let surcharge = (ChargeKind::Surcharge, None);
        let elevation = working(tariff(at), "ALL/elevation_charge");
        lines.push(line(surcharge, (units, ChargeUnit::Hcf), "0.3575", elevation));
        let dwellings = working(tariff(at), "ALL/8*dwelling_units");
        let price = if row.bill.dwelling_units > 1 { "32" } else { "8" };
        lines.push(line(surcharge, (Decimal::ONE, ChargeUnit::Month), price, dwellings));
    }
    post(&mut register);
    register
}

/// A tax on the sum of the lines, each customer's own.
pub(crate) fn tax(amount: Money) -> BillLine {
    let price = amount.decimal().to_string();
    line((ChargeKind::Surcharge, None), (Decimal::ONE, ChargeUnit::Month), &price, working(1, "ALL/bill"))
}

fn line(
    (kind, tier): (ChargeKind, Option<u32>),
    (quantity, unit): (Decimal, ChargeUnit),
    price: &str,
    working: Working,
) -> BillLine {
    let price = decimal(price);
    BillLine {
        kind,
        name: kind.word().into(),
        tier,
        quantity,
        unit,
        price,
        amount: Money::rounded(quantity * price),
        working: working.into(),
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
        reference: format!("202602-{:07}", 900_000 + at),
        token: if at % 3 == 2 { String::new() } else { format!("waits{at}") },
    }
}
