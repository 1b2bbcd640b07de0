//! An account: a customer at a premises, with a class and a meter size.

use chrono::{Days, NaiveDate};

use super::Plan;
use super::cast::{self, Part};
use super::chance::{Chance, Topic};
use super::{days, people};

/// A class of customers.
pub(super) struct Class {
    /// The office's name of it, as in `office.toml`.
    pub(super) name: &'static str,
    /// Of a hundred accounts so many belong to it.
    share: u32,
    /// Its meter sizes; one that is listed twice is twice as frequent.
    sizes: &'static [&'static str],
    /// The usual use of one dwelling or customer in a month, cubic feet.
    pub(super) use_cf: (u32, u32),
    /// The dwellings behind one meter.
    dwellings: (u32, u32),
}

const CLASSES: [Class; 8] = [
    Class {
        name: "residential",
        share: 76,
        sizes: &["5/8\"", "5/8\"", "5/8\"", "5/8\"", "5/8\"", "3/4\"", "3/4\"", "1\""],
        use_cf: (520, 1_480),
        dwellings: (1, 1),
    },
    Class {
        name: "multi-residential",
        share: 7,
        sizes: &["3/4\"", "1\"", "1 1/2\"", "1 1/2\"", "2\"", "3\""],
        use_cf: (380, 720),
        dwellings: (3, 6),
    },
    Class {
        name: "mobile-home",
        share: 3,
        sizes: &["2\"", "3\"", "4\"", "6\""],
        use_cf: (420, 660),
        dwellings: (24, 48),
    },
    Class {
        name: "commercial",
        share: 7,
        sizes: &["5/8\"", "3/4\"", "1\"", "1\"", "1 1/2\"", "2\""],
        use_cf: (1_100, 3_600),
        dwellings: (1, 1),
    },
    Class {
        name: "governmental",
        share: 1,
        sizes: &["2\"", "4\"", "6\""],
        use_cf: (5_200, 11_000),
        dwellings: (1, 1),
    },
    Class {
        name: "irrigation",
        share: 2,
        sizes: &["1\"", "1 1/2\"", "2\""],
        use_cf: (2_600, 6_400),
        dwellings: (1, 1),
    },
    Class {
        name: "cimis",
        share: 2,
        sizes: &["1 1/2\"", "2\"", "3\""],
        use_cf: (3_800, 8_200),
        dwellings: (1, 1),
    },
    Class { name: "bulk", share: 2, sizes: &["3\"", "2\""], use_cf: (4_000, 16_000), dwellings: (1, 1) },
];

/// One customer at one premises.
pub(super) struct Account {
    pub(super) index: u32,
    /// Seven digits, with leading zeros.
    pub(super) number: String,
    pub(super) customer: String,
    pub(super) address: String,
    pub(super) class: &'static Class,
    /// With the inch mark.
    pub(super) size: &'static str,
    pub(super) opened: NaiveDate,
    pub(super) dwellings: u32,
    /// none, tax roll or billed.
    pub(super) sewer: &'static str,
    /// Quarters of an equivalent dwelling unit, where wastewater goes by them.
    pub(super) edu_quarters: Option<u32>,
    /// From 1.
    pub(super) route: u32,
    /// The place on the route, in steps of ten.
    pub(super) sequence: u32,
    /// The owner, where a tenant lives there.
    pub(super) owner: Option<String>,
    pub(super) phone: String,
    pub(super) spanish: bool,
    pub(super) part: Option<Part>,
}

impl Account {
    /// The account at a place, from 0.
    pub(super) fn nth(plan: &Plan, index: u32) -> Account {
        let mut person = Chance::about(plan.seed, Topic::Person, index);
        let mut premises = Chance::about(plan.seed, Topic::Premises, index);
        let class = class(index);
        let part = cast::part(index);
        let (route, place) = route(plan.accounts, index);
        let (sewer, edu_quarters) = sewer(class, &mut premises);
        let rented = class.name == "residential" && person.one_in(6);
        Account {
            index,
            number: format!("{:07}", 100_009 + 7 * index),
            customer: people::customer(class.name, &mut person),
            address: people::address(&mut premises),
            class,
            size: class.sizes[index as usize / 2 % class.sizes.len()],
            opened: opened(class, part, index, &mut person),
            dwellings: premises.between(class.dwellings.0, class.dwellings.1),
            sewer,
            edu_quarters,
            route,
            sequence: place * 10,
            owner: rented.then(|| people::person(&mut person)),
            phone: format!("760-555-01{:02}", person.between(0, 99)),
            spanish: person.one_in(8),
            part,
        }
    }

    /// Whether a meter is on record for it. Every second bulk account draws by the load and has none.
    pub(super) fn has_meter(&self) -> bool {
        self.part != Some(Part::Meterless) && !self.draws_by_the_load()
    }

    /// Whether it belongs to class bulk, which is billed from the bulk water sheet.
    pub(super) fn is_bulk(&self) -> bool {
        self.class.name == "bulk"
    }

    /// Whether its water is counted in gallons, load by load.
    pub(super) fn draws_by_the_load(&self) -> bool {
        self.is_bulk() && slot(self.index) % 2 == 1
    }
}

/// A place among a hundred: neighbours lie far apart, and each hundred accounts fill all of them.
fn slot(index: u32) -> u32 {
    (index % 100 * 37 + 11) % 100
}

fn class(index: u32) -> &'static Class {
    let mut below = 0;
    let found = CLASSES.iter().find(|class| {
        below += class.share;
        slot(index) < below
    });
    found.expect("the shares make a hundred")
}

/// The number of routes: about 400 accounts each, but never fewer than nine.
pub(super) fn routes(accounts: u32) -> u32 {
    (accounts / 400).max(9)
}

/// The route of an account and its place on it, both from 1.
fn route(accounts: u32, index: u32) -> (u32, u32) {
    let (accounts, index, routes) = (u64::from(accounts), u64::from(index), u64::from(routes(accounts)));
    let route = index * routes / accounts;
    let first = (route * accounts).div_ceil(routes);
    let small = |number: u64| u32::try_from(number).expect("below the number of accounts");
    (small(route) + 1, small(index - first) + 1)
}

fn sewer(class: &Class, chance: &mut Chance) -> (&'static str, Option<u32>) {
    match class.name {
        "residential" => (chance.pick(&["none", "none", "tax roll", "tax roll", "billed"]), None),
        "multi-residential" | "mobile-home" => (chance.pick(&["none", "tax roll", "billed"]), None),
        "commercial" | "governmental" => match chance.pick(&["none", "billed", "billed"]) {
            "billed" => ("billed", Some(chance.between(4, 26))),
            none => (none, None),
        },
        _ => ("none", None),
    }
}

fn opened(class: &Class, part: Option<Part>, index: u32, chance: &mut Chance) -> NaiveDate {
    if part == Some(Part::Newcomer) {
        return days::date(2020, 1, 21) + Days::new(u64::from(index % 2));
    }
    if class.name == "bulk" {
        return days::date(2019, 12, 16);
    }
    days::date(1996, 3, 4) + Days::new(u64::from(chance.between(0, 8_500)))
}
