//! Reads a rate file: its metadata, and each customer class by itself.

use std::collections::BTreeMap;

use chrono::Datelike;

use super::class;
use super::yaml::{self, Node, Pair, Value};
use crate::domain::books::tariff::{BillFrequency, BillUnit, ClassTariff, RateFault, Tariff};
use crate::domain::date::Date;

/// The outermost keys that a rate file may have; only the first two are read.
const TOP_LEVEL: [&str; 4] = ["metadata", "rate_structure", "author_info", "capacity_charge"];

/// What became of a rate file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compiled {
    /// The tariff with its sound classes; `None` where the file as a whole says nothing usable.
    pub tariff: Option<Tariff>,
    /// What has no meaning. A fault with a class leaves the other classes in force; where the class is in
    /// the tariff all the same, it costs only the customers with the key that the fault names.
    pub faults: Vec<RateFault>,
    /// What is odd, but has a meaning.
    pub warnings: Vec<RateFault>,
}

/// Reads an OWRS rate file.
///
/// Collects everything that is wrong with it, not the first thing only. `file_name` is used in messages
/// and in the working of charges.
pub fn compile(file_name: &str, text: &str) -> Compiled {
    let mut reader = FileReader { file: file_name, faults: Vec::new(), warnings: Vec::new() };
    if let Some(line) = text.lines().position(|line| line.contains(char::REPLACEMENT_CHARACTER)) {
        let line = u32::try_from(line + 1).unwrap_or(u32::MAX);
        let message =
            "The line has characters that are no UTF-8 and are shown as \u{fffd}; save the file as UTF-8.";
        reader.warn(line, "(file)", message.to_owned());
    }
    let tariff = match yaml::read(text) {
        Ok(root) => reader.tariff(&root),
        Err(unreadable) => {
            reader.fault(unreadable.line, "(file)", unreadable.message);
            None
        }
    };
    let FileReader { mut faults, mut warnings, .. } = reader;
    faults.sort_by_key(|fault| fault.line);
    warnings.sort_by_key(|warning| warning.line);
    Compiled { tariff, faults, warnings }
}

struct FileReader<'a> {
    file: &'a str,
    faults: Vec<RateFault>,
    warnings: Vec<RateFault>,
}

/// What `metadata` tells.
#[derive(Default)]
struct Metadata {
    effective: Option<Date>,
    utility: String,
    frequency: Option<BillFrequency>,
    unit: Option<BillUnit>,
}

impl FileReader<'_> {
    fn tariff(&mut self, root: &Node) -> Option<Tariff> {
        let Some(pairs) = root.map() else {
            let found = root.sort();
            let message =
                format!("The file holds {found}; a rate file is a mapping with metadata and rate_structure.");
            self.fault(1, "(file)", message);
            return None;
        };
        let sound = self.top_level(pairs);
        let metadata = self.metadata(pairs);
        let classes = self.classes(pairs).filter(|_| sound);
        Some(Tariff {
            file: self.file.to_owned(),
            effective: metadata.effective,
            utility: metadata.utility,
            frequency: metadata.frequency,
            unit: metadata.unit?,
            classes: classes?,
        })
    }

    /// Looks at the outermost keys; says whether each stands there once.
    fn top_level(&mut self, pairs: &[Pair]) -> bool {
        let again = duplicates(pairs);
        for (first, again) in &again {
            self.fault(again.line, &again.key, duplicate_message(first, again));
        }
        for Pair { key, line, .. } in pairs.iter().filter(|pair| !TOP_LEVEL.contains(&pair.key.as_str())) {
            let message = format!(
                "'{key}' stands outside rate_structure and is not used; indent it if it is a customer class."
            );
            self.warn(*line, key, message);
        }
        again.is_empty()
    }

    fn metadata(&mut self, pairs: &[Pair]) -> Metadata {
        let Some(fields) = find(pairs, "metadata").and_then(|pair| pair.node.map()) else {
            let message = "The file has no metadata; it needs at least its effective_date.".to_owned();
            self.fault(1, "metadata", message);
            return Metadata { unit: Some(BillUnit::Ccf), ..Metadata::default() };
        };
        for (first, again) in duplicates(fields) {
            self.fault(again.line, &format!("metadata/{}", again.key), duplicate_message(first, again));
        }
        let text =
            |name: &str| find(fields, name).and_then(|pair| pair.node.text()).unwrap_or_default().to_owned();
        Metadata {
            effective: self.effective_date(fields),
            utility: text("utility_name"),
            frequency: self.frequency(fields),
            unit: self.unit(fields),
        }
    }

    fn effective_date(&mut self, fields: &[Pair]) -> Option<Date> {
        let Some(pair) = find(fields, "effective_date") else {
            let message = "The effective date is missing; write it as 07/01/2026 or 2026-07-01.";
            self.fault(1, "metadata/effective_date", message.to_owned());
            return None;
        };
        let text = pair.node.text().unwrap_or_default();
        let date = read_date(text);
        if date.is_none() {
            let message = format!("'{text}' is no date; write month/day/year as 07/01/2026, or 2026-07-01.");
            self.fault(pair.line, "metadata/effective_date", message);
        }
        date
    }

    fn frequency(&mut self, fields: &[Pair]) -> Option<BillFrequency> {
        let pair = find(fields, "bill_frequency")?;
        let text = pair.node.text().unwrap_or_default();
        let letters: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
        let frequency = match letters.to_ascii_lowercase().as_str() {
            "monthly" => Some(BillFrequency::Monthly),
            "bimonthly" => Some(BillFrequency::BiMonthly),
            "quarterly" => Some(BillFrequency::Quarterly),
            "annually" | "annual" | "yearly" => Some(BillFrequency::Annually),
            _ => None,
        };
        if frequency.is_none() {
            let message = format!(
                "'{text}' is not Monthly, Bi-Monthly, Quarterly or Annually; prices are taken as they are."
            );
            self.warn(pair.line, "metadata/bill_frequency", message);
        }
        frequency
    }

    fn unit(&mut self, fields: &[Pair]) -> Option<BillUnit> {
        let Some(pair) = find(fields, "bill_unit") else { return Some(BillUnit::Ccf) };
        let text = pair.node.text().unwrap_or_default();
        let unit = match text.to_ascii_lowercase().as_str() {
            "ccf" | "hcf" | "" => Some(BillUnit::Ccf),
            "kgal" | "kgals" => Some(BillUnit::Kgal),
            "kilolitre" | "kilolitres" | "kiloliter" | "kiloliters" | "kl" => Some(BillUnit::Kilolitre),
            _ => None,
        };
        if unit.is_none() {
            let message = format!("'{text}' is no unit of water on a bill; write ccf, kgal or kilolitre.");
            self.fault(pair.line, "metadata/bill_unit", message);
        }
        unit
    }

    fn classes(&mut self, pairs: &[Pair]) -> Option<BTreeMap<String, ClassTariff>> {
        let Some(structure) = find(pairs, "rate_structure") else {
            let message = "The file has no rate_structure; it holds the customer classes and their charges.";
            self.fault(1, "rate_structure", message.to_owned());
            return None;
        };
        let Value::Map(blocks) = &structure.node.value else {
            let found = structure.node.sort();
            let message = format!("Here stands {found}; customer classes with their charges are needed.");
            self.fault(structure.line, "rate_structure", message);
            return None;
        };
        let mut classes = BTreeMap::new();
        for block in blocks {
            let result = class::compile(self.file, block);
            self.faults.extend(result.faults);
            self.warnings.extend(result.warnings);
            if let Some(class) = result.class {
                classes.insert(block.key.clone(), class);
            }
        }
        for (first, again) in duplicates(blocks) {
            classes.remove(&again.key);
            let message = format!(
                "The class {} stands here again, first in line {}, and which one counts is not said; rename \
                or delete one.",
                again.key, first.line
            );
            let fault = self.file_fault(again.line, &again.key, message);
            self.faults.push(RateFault { class: Some(again.key.clone()), ..fault });
        }
        Some(classes)
    }

    fn fault(&mut self, line: u32, key: &str, message: String) {
        self.faults.push(self.file_fault(line, key, message));
    }

    fn warn(&mut self, line: u32, key: &str, message: String) {
        self.warnings.push(self.file_fault(line, key, message));
    }

    fn file_fault(&self, line: u32, key: &str, message: String) -> RateFault {
        RateFault { file: self.file.to_owned(), line, class: None, key: key.to_owned(), message }
    }
}

/// Entries whose key stood before, each with the first one.
pub(super) fn duplicates(pairs: &[Pair]) -> Vec<(&Pair, &Pair)> {
    let mut first: BTreeMap<&str, &Pair> = BTreeMap::new();
    let mut again = Vec::new();
    for pair in pairs {
        match first.get(pair.key.as_str()) {
            Some(earlier) => again.push((*earlier, pair)),
            None => _ = first.insert(&pair.key, pair),
        }
    }
    again
}

pub(super) fn duplicate_message(first: &Pair, again: &Pair) -> String {
    let (key, line) = (&again.key, first.line);
    format!("The key '{key}' stands here again, first in line {line}; delete one of the two.")
}

pub(super) fn find<'a>(pairs: &'a [Pair], key: &str) -> Option<&'a Pair> {
    pairs.iter().find(|pair| pair.key == key)
}

/// Reads `07/01/2011`, `7-1-2011`, `07/01/11` or `2011-07-01`, within 1900 to 2200.
fn read_date(text: &str) -> Option<Date> {
    let forms = ["%m/%d/%Y", "%m-%d-%Y", "%Y-%m-%d", "%m/%d/%y", "%m-%d-%y"];
    let dates = forms.iter().filter_map(|form| Date::parse_from_str(text.trim(), form).ok());
    dates.into_iter().find(|date| (1900..=2200).contains(&date.year()))
}
