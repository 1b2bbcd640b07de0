//! Violations planted in strings: each rule must see its own, and tidy code must pass.

use super::faults;

#[test]
fn planted_faults_are_found() {
    let long = format!("//! A.\nfn long() {{\n{}}}\n", "    x();\n".repeat(69));
    for (path, text, fault) in [
        (
            "src/rate/mod.rs",
            "//! A.\nuse crate::ledger::Ledger;\n",
            "`rate` may not import `ledger` (may: domain)",
        ),
        (
            "src/bill/run.rs",
            "//! A.\nuse crate::{domain::{a, b}, rate::price};\n",
            "`bill` may not import `rate` (may: domain)",
        ),
        (
            "src/cli/run.rs",
            "//! A.\nfn f() { crate::rate::price() }\n",
            "`cli` may not import `rate` (may: flow, domain)",
        ),
        ("src/main.rs", "use meterbook::flow;\n", "`main` may not import `flow` (may: cli)"),
        ("src/domain/a.rs", "//! A.\nuse crate::sheet::A;\n", "`domain` may not import `sheet` (may: )"),
        (
            "src/bill/mod.rs",
            "//! A.\nuse rusqlite::Connection;\n",
            "`bill` may not use the crate `rusqlite` (may: ledger)",
        ),
        ("src/bill/a.rs", "//! A.\nuse super::super::x;\n", "has `super::super`"),
        ("examples/a.rs", "use crate as ours;\n", "has `use crate as`"),
        ("src/bill/a.rs", "//! A.\nfn f() { x.unwrap() }\n", "has an `unwrap()` outside its tests"),
        ("src/bill/a.rs", "fn f() {}\n", "does not begin with a sentence about itself (`//! ...`)"),
        ("src/bill/utils.rs", "//! A.\n", "is named after a drawer, not after a thing"),
        ("src/bill/a.rs", &long, "function `long` has 71 lines, more than 70"),
        ("src/bill/a.rs", &format!("//! A.\n{}", "\n".repeat(600)), "has 601 lines, more than 600"),
    ] {
        assert_eq!(faults(path, text), [format!("{path}: {fault}")]);
    }
}

#[test]
fn tidy_code_passes() {
    for (path, text) in [
        (
            "src/flow/run.rs",
            "//! A.\nuse crate::domain::Money;\nuse crate::{ledger, rate::{price, Fault}};\n",
        ),
        ("src/sheet/mod.rs", "//! A.\n// use crate::rate;\nuse calamine::Reader;\nuse super::csv::x;\n"),
        (
            "src/rate/mod.rs",
            "//! A.\n#[cfg(test)]\nmod tests {\n    use crate::bill;\n    fn f() { x.unwrap() }\n}\n",
        ),
        ("src/rate/a.rs", "//! A.\nfn f() { a.zip(b) }\nuse my_csv::X;\n"),
    ] {
        assert_eq!(faults(path, text), Vec::<String>::new());
    }
}
