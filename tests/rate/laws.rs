//! Laws of pricing on random tariffs, among them agreement with a second, deliberately naive engine.

use std::fmt::Write as _;

use meterbook::domain::books::tariff::{Customer, Tariff};
use meterbook::rate::{self, Options, choose, needs};
use proptest::prelude::*;
use rust_decimal::Decimal;

/// The spellings of one meter size, as files and sheets have them.
const SPELLINGS: [&str; 6] = ["1|1/2\"", "1 1/2\"", "1_1/2\"", "1 1/2", "1-1/2 in", "1.5"];

/// A random class: whole starts or budget bounds, prices in tenths of a cent, a fixed charge, a tax.
#[derive(Clone, Debug)]
struct Sample {
    budget: bool,
    /// First units of the tiers above the first, or upper bounds of the tiers below.
    steps: Vec<u32>,
    prices: Vec<u32>,
    fixed: u32,
    tax_percent: u32,
    key: &'static str,
}

impl Sample {
    /// The sample as a rate file.
    fn owrs(&self) -> String {
        let mut text = String::from("metadata: {effective_date: 07/01/2026}\nrate_structure:\n  CLASS:\n");
        let starts: Vec<String> = [0].iter().chain(&self.steps).map(u32::to_string).collect();
        let prices: Vec<String> =
            self.prices.iter().map(|price| Decimal::new((*price).into(), 3).to_string()).collect();
        let kind = if self.budget { "Budget" } else { "Tiered" };
        writeln!(text, "    bill: (service_charge+commodity_charge)*{}", self.factor()).unwrap();
        writeln!(text, "    tier_prices_commodity: [{}]", prices.join(", ")).unwrap();
        writeln!(text, "    tier_starts_commodity: [{}]", starts.join(", ")).unwrap();
        writeln!(text, "    commodity_charge: {kind}").unwrap();
        writeln!(
            text,
            "    service_charge: {{depends_on: [meter_size], values: {{2\": 1, '{}': {}}}}}",
            self.key,
            self.service()
        )
        .unwrap();
        text
    }

    fn tariff(&self) -> Tariff {
        let compiled = rate::compile("sample.owrs", &self.owrs());
        assert_eq!(compiled.faults, [], "{}", self.owrs());
        compiled.tariff.unwrap()
    }

    fn service(&self) -> Decimal {
        Decimal::new(self.fixed.into(), 2)
    }

    fn factor(&self) -> Decimal {
        Decimal::ONE + Decimal::new(self.tax_percent.into(), 2)
    }

    /// The tier that a unit of water falls into, the first unit being unit 1.
    fn tier_of(&self, unit: u32, dwellings: u32) -> usize {
        let passed = |step: &&u32| match self.budget {
            true => unit > **step,
            false => unit > step.saturating_sub(1) * dwellings,
        };
        self.steps.iter().filter(passed).count()
    }

    /// Walks through the usage unit by unit, the last one in part; without any arithmetic of tiers.
    fn naive(&self, usage: Decimal, dwellings: u32) -> (Vec<Decimal>, Decimal) {
        let mut tiers = vec![Decimal::ZERO; self.prices.len()];
        let (mut left, mut unit) = (usage, 1);
        while left > Decimal::ZERO {
            let part = left.min(Decimal::ONE);
            tiers[self.tier_of(unit, dwellings)] += part;
            left -= part;
            unit += 1;
        }
        let prices = self.prices.iter().map(|price| Decimal::new((*price).into(), 3));
        let water: Decimal = tiers.iter().zip(prices).map(|(usage, price)| usage * price).sum();
        (tiers, (self.service() + water) * self.factor())
    }
}

fn samples() -> impl Strategy<Value = Sample> {
    let steps = proptest::collection::vec(0_u32..12, 0..6);
    let key = proptest::sample::select(&SPELLINGS[..]);
    (any::<bool>(), steps, proptest::collection::vec(0_u32..20_000, 6), 0_u32..10_000, 0_u32..8, key)
        .prop_map(|(budget, widths, mut prices, fixed, tax_percent, key)| {
            prices.truncate(widths.len() + 1);
            let steps = widths.iter().scan(0, |start, width| {
                *start += width;
                Some(*start)
            });
            Sample { budget, steps: steps.collect(), prices, fixed, tax_percent, key }
        })
}

fn customer(usage: Decimal, size: &str) -> Customer {
    Customer::new().with_number("usage_ccf", usage).with_text("meter_size", size)
}

fn hundredths(usage: u32) -> Decimal {
    Decimal::new(usage.into(), 2)
}

proptest! {
    #[test]
    fn a_naive_engine_agrees(
        sample in samples(), usage in 0_u32..9_000, dwellings in 1_u32..5, size in proptest::sample::select(&SPELLINGS[..]),
    ) {
        let (tariff, usage) = (sample.tariff(), hundredths(usage));
        let options = Options { dwelling_units: dwellings };
        let priced = rate::price(&tariff, "CLASS", &customer(usage, size), options).unwrap();
        let (tiers, bill) = sample.naive(usage, dwellings);
        let ours: Vec<Decimal> = priced.tiers_of("commodity_charge").map(|tier| tier.quantity).collect();
        prop_assert_eq!(ours, tiers);
        prop_assert_eq!(priced.bill, bill);
    }

    #[test]
    fn lines_sum_to_the_bill_and_tiers_to_the_usage(sample in samples(), usage in 0_u32..9_000) {
        let (tariff, usage) = (sample.tariff(), hundredths(usage));
        let priced = rate::price(&tariff, "CLASS", &customer(usage, "1 1/2"), Options::default()).unwrap();
        let charges = priced.charges();
        prop_assert_eq!(charges.iter().map(|charge| charge.amount).sum::<Decimal>(), priced.bill);
        prop_assert_eq!(priced.field("bill"), Some(priced.bill));
        prop_assert!(charges.iter().all(|charge| charge.quantity * charge.price == charge.amount));
        let water = charges.iter().filter(|charge| charge.tier.is_some());
        prop_assert_eq!(water.map(|charge| charge.quantity).sum::<Decimal>(), usage);
    }

    #[test]
    fn a_tariff_written_out_is_the_same_tariff(sample in samples()) {
        prop_assert_eq!(super::restated::difference(&sample.tariff()), None);
    }

    #[test]
    fn more_usage_never_costs_less(sample in samples(), usage in 0_u32..9_000, more in 0_u32..500) {
        let tariff = sample.tariff();
        let bill = |usage| rate::price(&tariff, "CLASS", &customer(hundredths(usage), "1 1/2"), Options::default()).unwrap().bill;
        prop_assert!(bill(usage) <= bill(usage + more));
    }

    #[test]
    fn a_mangled_file_is_read_or_refused_and_never_worse(
        which in 0_usize..2, cuts in proptest::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), ".{0,3}"), 1..6),
    ) {
        let mut text = [include_str!("files/district.owrs"), include_str!("files/forms.owrs")][which].to_owned();
        for (from, until, put) in cuts {
            let mut places: Vec<usize> = text.char_indices().map(|(place, _)| place).chain([text.len()]).collect();
            let from = from.index(places.len());
            let length = until.index(8).min(places.len() - 1 - from);
            let until = places.swap_remove(from + length);
            let from = if length == 0 { until } else { places[from] };
            text.replace_range(from..until, &put);
        }
        let compiled = rate::compile("mangled.owrs", &text);
        let Some(tariff) = compiled.tariff else {
            prop_assert!(!compiled.faults.is_empty());
            return Ok(());
        };
        let customer = customer(Decimal::TEN, "1").with_text("zone", "1").with_text("season", "Summer");
        // What was refused may have left names behind that no bill needs; written out once, they are gone.
        let again = rate::compile("mangled.owrs", &rate::restate(&tariff)).tariff.unwrap();
        prop_assert_eq!(super::restated::difference(&again), None);
        for class in tariff.classes.values() {
            needs(class);
            let bill = |tariff| rate::price(tariff, &class.name, &customer, Options::default()).ok().map(|priced| priced.bill);
            prop_assert_eq!(bill(&tariff), bill(&again));
        }
    }

    #[test]
    fn any_text_at_all_is_refused_in_words(text in "[-:|>%&*!{}\\[\\]\"'#? a-c0-2\n\t]{0,200}") {
        let compiled = rate::compile("noise.owrs", &text);
        prop_assert!(!compiled.faults.is_empty());
    }
}

#[test]
fn hostile_files_are_refused_quickly() {
    let class = "metadata: {effective_date: 07/01/2026}\nrate_structure:\n  C:\n";
    for text in [
        "[".repeat(1_000_000),
        "- ".repeat(1_000_000),
        "? ".repeat(100_000),
        "a: ".repeat(10_000),
        format!("{class}    bill: {}", "(".repeat(1_000_000)),
        format!("{class}    bill: {}1", "-".repeat(1_000_000)),
        format!("{class}    bill: {}1", "a+".repeat(1_000_000)),
        format!("{class}    bill: a\n    a: {}", "9".repeat(1_000_000)),
        (0..50_000)
            .fold(format!("{class}    bill: a0\n"), |text, n| text + &format!("    a{n}: a{}+1\n", n + 1)),
    ] {
        let compiled = rate::compile("hostile.owrs", &text);
        assert!(!compiled.faults.is_empty(), "{}", &text[..text.len().min(80)]);
        assert!(compiled.tariff.is_none_or(|tariff| tariff.classes.is_empty()));
    }
}

#[test]
fn large_and_branching_files_are_read_in_reasonable_time() {
    let head = "metadata: {effective_date: 07/01/2026}\nrate_structure:\n  C:\n    service_charge: 1\n";
    let lines = |line: &dyn Fn(usize) -> String| (0..30_000).map(line).collect::<String>();
    let branch = |n: usize| format!("    a{n}: {}service_charge\n", format!("a{}+", n + 1).repeat(90));
    let map = |name: &str| {
        format!(
            "    {name}:\n      depends_on: k\n      values:\n{}",
            lines(&|n| format!("        k{n}: [0]\n"))
        )
    };
    for text in [
        format!("{head}    bill: a0\n{}    a12: 1\n", (0..12).map(branch).collect::<String>()),
        format!("{head}    bill: service_charge\n{}", lines(&|n| format!("    a{n}: b{n}+c{n}\n"))),
        format!("{head}    bill: service_charge\n{}", lines(&|n| format!("    a{}: 1\n", n % 100))),
        format!(
            "{head}    bill: commodity_charge\n    commodity_charge: Tiered\n{}{}",
            map("tier_starts"),
            map("tier_prices")
        ),
        format!("{head}    bill: [{}]\n", "1, ".repeat(300_000)),
        format!("{head}    bill: '{}'\n", "1 ".repeat(300_000)),
        format!("{head}    bill: 1{}\n", "\n".repeat(500_000)),
    ] {
        let start = std::time::Instant::now();
        let compiled = rate::compile("large.owrs", &text);
        for class in compiled.tariff.iter().flat_map(|tariff| tariff.classes.values()) {
            needs(class);
        }
        let (seconds, beginning) = (start.elapsed().as_secs(), &text[head.len()..head.len() + 60]);
        assert!(seconds < 20, "{seconds} s for {} bytes: {beginning}", text.len());
    }
}

#[test]
fn the_latest_tariff_in_force_is_chosen() {
    let dates = ["07/01/26", "2024-07-01", "7-1-2025", "soon"];
    let tariffs: Vec<Tariff> = dates
        .iter()
        .map(|date| {
            let text = format!("metadata: {{effective_date: {date}}}\nrate_structure:\n  C: {{bill: 1}}\n");
            rate::compile(date, &text).tariff.unwrap()
        })
        .collect();
    for (day, file) in [
        ("2024-06-30", None),
        ("2024-07-01", Some("2024-07-01")),
        ("2025-06-30", Some("2024-07-01")),
        ("2025-07-01", Some("7-1-2025")),
        ("2030-01-01", Some("07/01/26")),
    ] {
        let chosen = choose(&tariffs, day.parse().unwrap());
        assert_eq!(chosen.map(|tariff| tariff.file.as_str()), file, "{day}");
    }
}

#[test]
fn an_office_learns_what_a_class_needs() {
    let tariff = rate::compile("forms.owrs", include_str!("files/forms.owrs")).tariff.unwrap();
    let told = |class: &str| {
        let mut told = String::new();
        for need in needs(&tariff.classes[class]) {
            let keys: Vec<&str> = need.keys.iter().map(|key| key.written.as_str()).collect();
            writeln!(told, "{} for {} [{}]", need.variable, need.field, keys.join(" ")).unwrap();
        }
        told
    };
    assert_eq!(told("FLAT_OLD"), "usage_ccf for commodity_charge []\nseason for flat_rate [Summer Winter]\n");
    assert_eq!(
        told("TWO_KEYS"),
        "meter_size for service_charge [1\" 1|1/2\"]\ncity_limits for service_charge [inside_city outside_city]\n"
    );
    let needs = needs(&tariff.classes["TWO_KEYS"]);
    assert!(SPELLINGS.iter().all(|size| needs[0].accepts(size)));
    assert!(!needs[0].accepts("2") && !needs[1].accepts("Inside_city"));
}
