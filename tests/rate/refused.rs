//! Every refusal and every warning: a small rate file, and beside it what is said about it.

use std::path::Path;

use meterbook::rate;

/// What became of a file: its faults, its warnings and the classes that are left.
fn outcome(name: &str, text: &str) -> String {
    let compiled = rate::compile(name, text);
    let mut lines: Vec<String> = compiled.faults.iter().map(|fault| format!("fault {fault}")).collect();
    lines.extend(compiled.warnings.iter().map(|warning| format!("warning {warning}")));
    lines.push(match &compiled.tariff {
        None => "no tariff".to_owned(),
        Some(tariff) => {
            let classes: Vec<&str> = tariff.classes.keys().map(String::as_str).collect();
            format!("classes: {}", classes.join(", "))
        }
    });
    lines.join("\n") + "\n"
}

#[test]
fn each_refusal_says_its_message() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rate/refused");
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".owrs"))
        .collect();
    names.sort();
    assert!(names.len() > 30, "only {} files are left", names.len());
    let mut wrong = Vec::new();
    for name in names {
        let text = std::fs::read_to_string(folder.join(&name)).unwrap();
        let golden = folder.join(&name).with_extension("txt");
        let (said, expected) = (outcome(&name, &text), std::fs::read_to_string(&golden).unwrap_or_default());
        assert_ne!(said.lines().count(), 1, "{name} is not refused and not warned of");
        if said != expected {
            wrong.push(format!("{name}, expected:\n{expected}but:\n{said}"));
        }
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&golden, &said).unwrap();
        }
    }
    assert!(wrong.is_empty(), "UPDATE=1 accepts these:\n{}", wrong.join("\n"));
}
