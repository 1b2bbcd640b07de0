//! Invented people, businesses and places.

use super::chance::Chance;

const FIRST: [&str; 32] = [
    "Ada",
    "Amalia",
    "Begoña",
    "Boris",
    "Clémence",
    "Dino",
    "Edith",
    "Félix",
    "Gus",
    "Hana",
    "Inés",
    "Joaquín",
    "Kofi",
    "Lena",
    "Márton",
    "Nadia",
    "Omar",
    "Pia",
    "Quinn",
    "René",
    "Sören",
    "Tess",
    "Uma",
    "Vern",
    "Wes",
    "Ximena",
    "Yuri",
    "Zoë",
    "Cora",
    "Milo",
    "Rosa",
    "Jürgen",
];

const LAST: [&str; 36] = [
    "Abara",
    "Björklund",
    "Brandão",
    "Castell",
    "D'Arcy",
    "Dunmore",
    "Eckert",
    "Farrow",
    "Gatlin",
    "Gråberg",
    "Holm",
    "Ibáñez",
    "Jarrow",
    "Kestrel",
    "Lindqvist",
    "Marlow",
    "Muñoz",
    "Norcross",
    "Núñez",
    "O'Dell",
    "O\u{2019}Farrell",
    "Osei",
    "Peña",
    "Pryor",
    "Quill",
    "Rendell",
    "Saint-Clair",
    "Sorrel",
    "Tamsin",
    "Underhill",
    "Vasko",
    "Wexley",
    "Yarrow",
    "Zeller",
    "Çelik",
    "Ångström",
];

const TRADES: [&str; 12] = [
    "Laundry",
    "Nursery",
    "Bakery",
    "Hardware",
    "Dental",
    "Motors",
    "Storage",
    "Books",
    "Café",
    "Feed & Seed",
    "Upholstery",
    "Welding",
];

const BODIES: [&str; 6] = [
    "Sagebrush Flats School District",
    "Sagebrush Flats Fire Station",
    "County Road Yard",
    "Mesa Branch Library",
    "Park & Recreation",
    "County Health Office",
];

const STREETS: [&str; 24] = [
    "Agave",
    "Bitterbrush",
    "Cholla",
    "Creosote",
    "Desert Willow",
    "Encelia",
    "Goldfield",
    "Hop Sage",
    "Indigo",
    "Joshua",
    "Kiva",
    "La Cañada",
    "Manzanita",
    "Mesquite",
    "Ocotillo",
    "Palo Verde",
    "Quail",
    "Rabbitbrush",
    "Saguaro",
    "Sagebrush",
    "Tamarisk",
    "Verbena",
    "Yerba Buena",
    "Yucca",
];

const SUFFIXES: [&str; 6] = ["Ave", "Ct", "Dr", "Ln", "Rd", "Trail"];

/// Somebody's name.
pub(super) fn person(chance: &mut Chance) -> String {
    format!("{} {}", chance.pick(&FIRST), chance.pick(&LAST))
}

/// The name of who pays for a class of service.
pub(super) fn customer(class: &str, chance: &mut Chance) -> String {
    match class {
        "residential" => person(chance),
        "multi-residential" => format!("{} Apartments", chance.pick(&STREETS)),
        "mobile-home" => format!("{} Mobile Estates", chance.pick(&STREETS)),
        "governmental" => chance.pick(&BODIES).to_owned(),
        "irrigation" => format!("{} Homeowners\u{2019} Association", chance.pick(&STREETS)),
        "cimis" => format!("{} Memorial Gardens", chance.pick(&LAST)),
        "bulk" => format!("{} & Sons Grading", chance.pick(&LAST)),
        _ => format!("{} {}", chance.pick(&LAST), chance.pick(&TRADES)),
    }
}

/// A service address.
pub(super) fn address(chance: &mut Chance) -> String {
    format!("{} {} {}", chance.between(1_001, 7_999), chance.pick(&STREETS), chance.pick(&SUFFIXES))
}
