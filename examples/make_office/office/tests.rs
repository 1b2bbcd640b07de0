//! What the invented office must hold to be worth showing.

use std::collections::{BTreeMap, BTreeSet};

use super::account::routes;
use super::*;

#[test]
fn every_part_is_played_by_a_home() {
    let players: Vec<_> =
        everyone(&SAMPLE).filter_map(|account| Some((account.class.name, account.part?))).collect();
    assert_eq!(players.len(), 26);
    assert!(players.iter().all(|(class, _)| *class == "residential"), "{players:?}");
}

#[test]
fn every_oddity_is_met_in_the_first_two_months() {
    let met = |month| everyone(&SAMPLE).filter_map(move |account| cast::oddity(account.part, month));
    let met: BTreeSet<String> = met(0).chain(met(1)).map(|oddity| format!("{oddity:?}")).collect();
    assert_eq!(met.len(), 10, "{met:?}");
}

#[test]
fn the_sample_has_every_class_and_every_meter_size() {
    let sizes: BTreeSet<_> = everyone(&SAMPLE).map(|account| account.size).collect();
    assert_eq!(sizes, BTreeSet::from(["5/8\"", "3/4\"", "1\"", "1 1/2\"", "2\"", "3\"", "4\"", "6\""]));
    let mut classes = BTreeMap::new();
    for account in everyone(&SAMPLE) {
        *classes.entry(account.class.name).or_insert(0) += 1;
    }
    assert_eq!(classes.len(), 8);
    assert_eq!(
        (classes["residential"], classes["governmental"]),
        (228, 3),
        "three times the share of a hundred"
    );
}

#[test]
fn routes_are_walked_in_order_and_begin_at_one() {
    for accounts in [1, 7, 300, 5_000] {
        let plan = Plan { accounts, ..SAMPLE };
        let places: Vec<_> = everyone(&plan).map(|account| (account.route, account.sequence)).collect();
        assert_eq!(places[0], (1, 10), "{accounts}");
        assert!(places.windows(2).all(|pair| pair[0] < pair[1]), "{accounts}");
        assert!(places.iter().all(|(route, _)| *route <= routes(accounts)), "{accounts}");
    }
}

#[test]
fn a_register_rolls_over_in_the_first_month() {
    let rolling = everyone(&SAMPLE).find(|account| account.part == Some(Part::AboutToRollOver)).unwrap();
    assert!(water::initial_reading(&SAMPLE, &rolling) >= 999_900);
    assert!(water::register(&SAMPLE, &rolling, 0) < 10_000);
}

#[test]
fn a_changed_meter_begins_anew_and_loses_no_water() {
    let changed = everyone(&SAMPLE).find(|account| account.part == Some(Part::MeterChanged)).unwrap();
    let old = water::final_reading(&SAMPLE, &changed) - water::register(&SAMPLE, &changed, 0);
    let new = water::register(&SAMPLE, &changed, 1);
    let plain = Plan { plain: true, ..SAMPLE };
    let same = water::register(&plain, &changed, 1) - water::register(&plain, &changed, 0);
    assert!(old > 0 && new > 0 && old + new == same, "{old} + {new} = {same}");
    assert_ne!(water::meter_in(&SAMPLE, &changed, 1), water::meter(&changed));
}

#[test]
fn bills_go_out_on_open_days() {
    let days: Vec<String> = (0..24).map(|month| days::bill_day(month).to_string()).collect();
    assert_eq!(days[..2], ["2020-01-23", "2020-02-20"]);
    assert_eq!(days[10], "2020-11-30", "Thanksgiving moves it behind the weekend");
}
