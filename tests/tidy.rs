//! The code's shape: who imports whom, which crate is used where, how long things may grow.

use std::collections::BTreeSet;
use std::fs;

use crate::templates::{files_below, root};

mod planted;

const STATIONS: &[&str] = &[
    "inbox",
    "sheet",
    "recognise",
    "rows",
    "post",
    "ledger",
    "rate",
    "bill",
    "receivables",
    "collections",
    "exchange",
    "workbook",
    "print",
    "outbox",
];

/// Crates that only the named modules may use.
const GUARDED: &[(&str, &[&str])] = &[
    ("calamine", &["sheet"]),
    ("encoding_rs", &["sheet", "exchange"]),
    ("csv", &["sheet", "exchange", "workbook", "flow", "cli"]),
    ("zip", &["sheet", "workbook"]),
    ("yaml_rust2", &["rate"]),
    ("rust_xlsxwriter", &["workbook"]),
    ("flate2", &["workbook"]),
    ("crc32fast", &["workbook"]),
    ("rusqlite", &["ledger"]),
    ("sha2", &["inbox", "ledger", "outbox", "flow"]),
    ("tempfile", &["ledger", "outbox", "flow"]),
    ("clap", &["cli"]),
    ("indicatif", &["cli"]),
    ("notify", &["inbox"]),
    ("ctrlc", &["cli"]),
    ("krilla", &["print"]),
    ("rustybuzz", &["print"]),
];

const BANNED_NAMES: &[&str] = &["utils", "util", "helpers", "helper", "common", "misc", "manager"];
const BANNED_CODE: &[&str] = &["super::super", "use crate as", "#[ignore", "todo!(", "unimplemented!("];
pub(crate) const BANNED_WORDS: &[&str] = &["TODO", "FIXME", "/home/", "/work/", "/tmp/", "/root/", "/Users/"];

const MAX_FUNCTION: usize = 70;
const MAX_FILE: usize = 600;

/// The modules of ours that a module may import.
fn may_import(module: &str) -> Vec<&'static str> {
    match module {
        "domain" => vec![],
        "flow" => [STATIONS, &["domain"]].concat(),
        "cli" => vec!["flow", "domain"],
        "main" => vec!["cli"],
        _ => vec!["domain"],
    }
}

/// What is untidy about a source file; the path is the one in the repository, with slashes.
fn faults(path: &str, text: &str) -> Vec<String> {
    let code = without_comments(text);
    let mut faults = long_functions(text);
    faults.extend(BANNED_CODE.iter().filter(|ban| code.contains(**ban)).map(|ban| format!("has `{ban}`")));
    let lines = text.lines().count();
    if lines > MAX_FILE {
        faults.push(format!("has {lines} lines, more than {MAX_FILE}"));
    }
    if path.split(['/', '.']).any(|name| BANNED_NAMES.contains(&name)) {
        faults.push("is named after a drawer, not after a thing".to_owned());
    }
    if let Some(in_src) = path.strip_prefix("src/") {
        faults.extend(source_faults(in_src, text, &code));
    }
    faults.into_iter().map(|fault| format!("{path}: {fault}")).collect()
}

fn source_faults(in_src: &str, text: &str, code: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let module = before(before(in_src, "/"), ".");
    let code = if in_src.ends_with("tests.rs") || in_src.contains("/tests/") {
        ""
    } else {
        before(code, "#[cfg(test)]\nmod tests {")
    };
    let allowed = may_import(module);
    for import in imports(code).into_iter().filter(|import| *import != module && module != "lib") {
        if !allowed.contains(&import) {
            faults.push(format!("`{module}` may not import `{import}` (may: {})", allowed.join(", ")));
        }
    }
    for (guarded, users) in GUARDED.iter().filter(|(_, users)| !users.contains(&module)) {
        if !after_each(code, &format!("{guarded}::")).is_empty() {
            faults.push(format!("`{module}` may not use the crate `{guarded}` (may: {})", users.join(", ")));
        }
    }
    if code.contains(".unwrap()") {
        faults.push("has an `unwrap()` outside its tests".to_owned());
    }
    let intro = text.lines().skip_while(|line| !line.starts_with("//!")).take_while(|line| line.len() > 3);
    if module != "main" && !intro.collect::<String>().contains('.') {
        faults.push("does not begin with a sentence about itself (`//! ...`)".to_owned());
    }
    faults
}

fn long_functions(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let mut long = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(name) = function_name(line) else { continue };
        let indentation = |line: &str| line.len() - line.trim_start().len();
        let ends = |last: &&str| indentation(last) == indentation(line) && last.ends_with(['}', ';']);
        let length = lines[at..].iter().position(ends).map_or(lines.len() - at, |last| last + 1);
        if length > MAX_FUNCTION {
            long.push(format!("function `{name}` has {length} lines, more than {MAX_FUNCTION}"));
        }
    }
    long
}

fn function_name(line: &str) -> Option<&str> {
    let (modifiers, rest) = line.trim_start().split_once("fn ")?;
    let known = ["pub", "pub(crate)", "pub(super)", "const", "async"];
    modifiers.split_whitespace().all(|word| known.contains(&word)).then(|| before(before(rest, "("), "<"))
}

fn before<'a>(text: &'a str, mark: &str) -> &'a str {
    text.find(mark).map_or(text, |at| &text[..at])
}

fn without_comments(text: &str) -> String {
    text.lines().map(|line| before(line, "//")).collect::<Vec<_>>().join("\n")
}

/// The rests of the code behind each place where a path begins with a name.
fn after_each<'a>(code: &'a str, name: &str) -> Vec<&'a str> {
    let goes_on = |before: &str| before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':');
    let places = code.match_indices(name).filter(|(at, _)| !goes_on(&code[..*at]));
    places.map(|(at, _)| &code[at + name.len()..]).collect()
}

/// The modules of ours that a file names: `crate::a::B`, `crate::{a, b::C}`, and `meterbook::a` in the binary.
fn imports(code: &str) -> BTreeSet<&str> {
    let rests = [after_each(code, "crate::"), after_each(code, "meterbook::")].concat();
    let paths = rests.into_iter().flat_map(|rest| rest.strip_prefix('{').map_or(vec![rest], top_level));
    let end_of_name = |c: char| !c.is_alphanumeric() && c != '_';
    paths.map(|path| path.trim().split(end_of_name).next().expect("split gives one part at least")).collect()
}

/// The parts of a list in braces, from behind its opening brace to its closing one.
fn top_level(list: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0, 0, Vec::new());
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' | ',' if depth == 0 => {
                parts.push(&list[start..at]);
                start = at + 1;
            }
            '}' => depth -= 1,
            _ => {}
        }
        if c == '}' && start == at + 1 {
            break;
        }
    }
    parts.into_iter().filter(|part| !part.trim().is_empty()).collect()
}

/// The files below a folder, these rules and their planted violations apart.
fn files(folder: &str, ending: &str) -> impl Iterator<Item = (String, String)> {
    files_below(folder, ending).into_iter().filter(|(path, _)| !path.starts_with("tests/tidy"))
}

#[test]
fn the_code_is_tidy() {
    let sources = ["src", "tests", "examples"].into_iter().flat_map(|folder| files(folder, ".rs"));
    let faults: Vec<String> = sources.flat_map(|(path, text)| faults(&path, &text)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn no_file_holds_unfinished_work_or_a_path_of_one_machine() {
    for (path, text) in ["src", "tests", "examples", "templates", "bench"].iter().flat_map(|at| files(at, ""))
    {
        for word in BANNED_WORDS {
            assert!(!text.contains(word), "{path} contains `{word}`");
        }
    }
}

#[test]
fn every_test_file_is_part_of_the_test_binary() {
    for (path, _) in files_below("tests", ".rs").into_iter().filter(|(path, _)| path != "tests/main.rs") {
        let module = path.trim_end_matches(".rs").trim_end_matches("/mod");
        let (folder, name) = module.rsplit_once('/').expect("it lies below tests");
        let parents = if folder == "tests" { ["/main.rs", "/main.rs"] } else { [".rs", "/mod.rs"] };
        let listed = parents.iter().any(|parent| {
            let parent = root().join(format!("{folder}{parent}"));
            fs::read_to_string(parent).is_ok_and(|text| text.contains(&format!("mod {name};")))
        });
        assert!(listed, "{path} is in no module of tests/main.rs: it would never run");
    }
}
