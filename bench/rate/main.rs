//! Times pricing: `rate::price` beside a loop over the same tiers, written out by hand.
//!
//! `cargo bench --bench rate` prices a million customers with each, in turns, and prints the time for a customer
//! and the ratio. Three forms of the loop, all in decimals: the first starts from the same class and variables by
//! name and keeps the lines of the bill with price, quantity and bounds, which is the job of `rate::price`; the
//! second is handed size and usage; the third keeps nothing but the sum. The goal is a ratio of at most 3.
#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a benchmark reads the clock and tells")]

use std::collections::BTreeSet;
use std::hint::black_box;
use std::time::{Duration, Instant};

use meterbook::domain::books::tariff::{Customer, Tariff, Value};
use meterbook::rate::{self, Options};
use rust_decimal::Decimal;

const RATES: &str = include_str!("../../templates/rates/hi-desert-2020-02-01.owrs");
const CLASS: &str = "RESIDENTIAL_SINGLE";
const CLASSES: [&str; 4] = ["COMMERCIAL", "GOVERNMENTAL", "RESIDENTIAL_MULTI", CLASS];
const SIZES: [(&str, &str); 4] = [("5/8", "20.75"), ("3/4", "31.20"), ("1", "41.70"), ("2", "111.60")];
/// Units up to which a tier goes, and its price.
const TIERS: [(Option<i64>, &str); 3] = [(Some(4), "3.65"), (Some(10), "6.17"), (None, "7.02")];

/// Different customers; they are priced over and over.
const CUSTOMERS: usize = 1_000;
const PRICED: usize = 1_000_000;
const ROUNDS: usize = 5;

fn main() {
    let tariff = rate::compile("rates.owrs", RATES).tariff.expect("the template is sound");
    let (by_hand, facts) = (ByHand::new(), facts());
    let customers: Vec<Customer> = facts.iter().map(customer).collect();
    for (customer, (size, usage)) in customers.iter().zip(&facts) {
        let sum = sum(by_hand.lines(size, *usage));
        assert_eq!((price(&tariff, customer), by_hand.sum(size, *usage)), (sum, sum));
    }
    let mut times = [const { Vec::new() }; 4];
    for _ in 0..ROUNDS {
        times[0].push(timed(|at| price(&tariff, &customers[at])));
        times[1].push(timed(|at| sum(by_hand.named(CLASS, &customers[at]))));
        times[2].push(timed(|at| sum(by_hand.lines(facts[at].0, facts[at].1))));
        times[3].push(timed(|at| by_hand.sum(facts[at].0, facts[at].1)));
    }
    let [priced, names, lines, sum] = times.map(median);
    let nanoseconds = |time: Duration| time.as_nanos() / PRICED as u128;
    let hundredths = |beside: Duration| priced.as_nanos() * 100 / beside.as_nanos();
    println!("{PRICED} customers, median of {ROUNDS} rounds, time for one");
    println!("  rate::price                  {:>5} ns", nanoseconds(priced));
    let loops = [("from names to lines", names), ("to lines", lines), ("to the sum alone", sum)];
    for (what, time) in loops {
        let ratio = Decimal::from(hundredths(time)) / Decimal::ONE_HUNDRED;
        println!("  by hand, {what:<19} {:>5} ns   ratio {ratio:.2}", nanoseconds(time));
    }
}

fn facts() -> Vec<(&'static str, Decimal)> {
    (0..CUSTOMERS).map(|at| (SIZES[at % SIZES.len()].0, Decimal::from(at * 37 % 61))).collect()
}

fn customer((size, usage): &(&str, Decimal)) -> Customer {
    Customer::new().with_text("meter_size", *size).with_number(rate::USAGE, *usage)
}

fn price(tariff: &Tariff, customer: &Customer) -> Decimal {
    rate::price(tariff, CLASS, customer, Options::default()).expect("the customers have all it needs").bill
}

fn sum(lines: Vec<Line>) -> Decimal {
    lines.iter().map(|line| line.amount).sum()
}

fn timed(mut one: impl FnMut(usize) -> Decimal) -> Duration {
    let start = Instant::now();
    for at in 0..PRICED {
        black_box(one(black_box(at % CUSTOMERS)));
    }
    start.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// The same prices, written out.
struct ByHand {
    classes: BTreeSet<&'static str>,
    fixed: Vec<(&'static str, Decimal)>,
    tiers: Vec<(Option<Decimal>, Decimal)>,
}

/// One line of a bill.
struct Line {
    _quantity: Decimal,
    _price: Decimal,
    _bounds: (Decimal, Option<Decimal>),
    amount: Decimal,
}

impl ByHand {
    fn new() -> ByHand {
        let decimal = |text: &str| text.parse().expect("it is a number");
        ByHand {
            classes: CLASSES.iter().copied().collect(),
            fixed: SIZES.iter().map(|(size, price)| (*size, decimal(price))).collect(),
            tiers: TIERS.iter().map(|(bound, price)| (bound.map(Decimal::from), decimal(price))).collect(),
        }
    }

    fn named(&self, class: &str, customer: &Customer) -> Vec<Line> {
        assert!(self.classes.contains(class), "the class is known");
        let size = customer.get("meter_size");
        let (Some(Value::Text(size)), Some(Value::Number(usage))) = (size, customer.get(rate::USAGE)) else {
            unreachable!("each customer has both");
        };
        self.lines(size, *usage)
    }

    fn fixed(&self, size: &str) -> Decimal {
        self.fixed.iter().find(|(known, _)| *known == size).expect("the size is known").1
    }

    fn lines(&self, size: &str, usage: Decimal) -> Vec<Line> {
        let fixed = self.fixed(size);
        let mut lines = Vec::with_capacity(1 + self.tiers.len());
        let whole = (Decimal::ZERO, None);
        lines.push(Line { _quantity: Decimal::ONE, _price: fixed, _bounds: whole, amount: fixed });
        let mut above = Decimal::ZERO;
        for (up_to, price) in &self.tiers {
            let quantity = up_to.map_or(usage, |bound| bound.min(usage)) - above;
            if quantity <= Decimal::ZERO {
                break;
            }
            let (bounds, amount) = ((above, *up_to), quantity * price);
            lines.push(Line { _quantity: quantity, _price: *price, _bounds: bounds, amount });
            above += quantity;
        }
        lines
    }

    fn sum(&self, size: &str, usage: Decimal) -> Decimal {
        let (mut sum, mut above) = (self.fixed(size), Decimal::ZERO);
        for (up_to, price) in &self.tiers {
            let quantity = up_to.map_or(usage, |bound| bound.min(usage)) - above;
            if quantity <= Decimal::ZERO {
                break;
            }
            sum += quantity * price;
            above += quantity;
        }
        sum
    }
}
