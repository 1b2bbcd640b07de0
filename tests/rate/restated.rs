//! A tariff written out as a rate file and read again is the same tariff.

use std::path::Path;

use meterbook::domain::books::tariff::Tariff;
use meterbook::rate;
use proptest::prelude::*;

use crate::support::golden;

/// Everything about a tariff but the lines it stood on, and the words about what is refused in it.
fn meaning(tariff: &Tariff) -> String {
    let text = format!("{tariff:#?}");
    let mut meaning = Vec::new();
    let mut refused = None;
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        match refused {
            Some(depth) if indent > depth => continue,
            _ => refused = None,
        }
        if line.trim() == "value: Err(" {
            refused = Some(indent);
        }
        if !line.trim_start().starts_with("line: ") {
            meaning.push(line);
        }
    }
    meaning.join("\n")
}

/// Says what differs once a tariff is written and read again.
pub(super) fn difference(tariff: &Tariff) -> Option<String> {
    let text = rate::restate(tariff);
    let Some(again) = rate::compile(&tariff.file, &text).tariff else {
        return Some(format!("nothing is understood of\n{text}"));
    };
    let (before, after) = (meaning(tariff), meaning(&again));
    let differ = before.lines().zip(after.lines()).find(|(before, after)| before != after);
    let told = differ.map(|(before, after)| format!("{before} became {after} in\n{text}"));
    told.or_else(|| (before.len() != after.len()).then(|| format!("more or less is said in\n{text}")))
}

#[test]
fn every_reference_file_stays_the_same_tariff() {
    let Some(shared) = std::env::var_os("METERBOOK_SHARED") else {
        println!("skipped: METERBOOK_SHARED does not name the folder with the reference rate files");
        return;
    };
    let (mut files, mut classes, mut wrong) = (0, 0, Vec::new());
    let mut folders = vec![Path::new(&shared).join("oracle/rates")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "owrs") {
                let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
                let Some(tariff) = rate::compile("rates.owrs", &text).tariff else { continue };
                (files, classes) = (files + 1, classes + tariff.classes.len());
                wrong.extend(difference(&tariff).map(|why| format!("{}: {why}", path.display())));
            }
        }
    }
    println!("{classes} classes of {files} files written out and read again");
    assert!(
        wrong.is_empty(),
        "{} of {files} differ:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(5)].join("\n")
    );
    assert!(files >= 200, "there are fewer reference files than before: {files}");
}

#[test]
fn rate_files_are_written_anew_with_comments() {
    let files = [
        ("district", include_str!("../../templates/rates/hi-desert-2020-02-01.owrs")),
        ("forms", include_str!("files/forms.owrs")),
        ("broken-class", include_str!("check/broken-class.owrs")),
        ("tiers-by-key", include_str!("check/tiers-by-key.owrs")),
    ];
    for (name, text) in files {
        let tariff = rate::compile(&format!("{name}.owrs"), text).tariff.unwrap();
        golden::check(&format!("rate/restated/{name}.owrs"), &rate::restate(&tariff));
        assert_eq!(difference(&tariff), None);
    }
}

/// Formulas of every shape, also those that need their parentheses.
fn formulas() -> impl Strategy<Value = String> {
    let atoms = prop_oneof![
        proptest::sample::select(&["usage_ccf", "a", "b", "service_charge", "x.y"][..])
            .prop_map(str::to_owned),
        (0_u32..2_000).prop_map(|number| number.to_string()),
        (0_u32..2_000).prop_map(|number| format!(".{number}")),
    ];
    atoms.prop_recursive(5, 30, 2, |inner| {
        let sign = proptest::sample::select(&["+", "-", "*", "/", "^"][..]);
        prop_oneof![
            (inner.clone(), sign, inner.clone())
                .prop_map(|(left, sign, right)| format!("({left}){sign}({right})")),
            inner.prop_map(|inner| format!("-({inner})")),
        ]
    })
}

/// Names and keys, also those that end in a mark that means something in YAML.
fn keys() -> impl Strategy<Value = String> {
    prop_oneof!["[ -~\u{a0}-\u{ff}]{1,12}", "[a-c1]{1,2} {0,2}[-:#,.%|/\"?!&*>@ ]{1,2} ?[a-c]{0,1}"]
}

proptest! {
    #[test]
    fn a_formula_written_out_is_the_same_formula(bill in formulas(), key in keys()) {
        let quoted = key.replace('\\', "\\\\").replace('"', "\\\"");
        let text = format!(
            "metadata: {{effective_date: 07/01/2026}}\nrate_structure:\n  \"{quoted}\":\n    service_charge: \
            {{depends_on: \"{quoted}\", values: {{\"{quoted}\": 2.5}}}}\n    bill: service_charge+{bill}\n"
        );
        let compiled = rate::compile("formula.owrs", &text);
        prop_assume!(compiled.faults.is_empty()); // no end of parentheses, or a name that the file has already
        prop_assert_eq!(difference(&compiled.tariff.unwrap()), None);
    }
}
