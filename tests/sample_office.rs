//! The sample office in `examples/office` is what its program makes, byte for byte. `UPDATE=1` makes it anew.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

#[path = "../examples/make_office/office/mod.rs"]
pub(crate) mod make_office;

/// Every file below a folder by its path in it, the README apart.
fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("the folder can be listed") {
            let path = entry.expect("the folder can be listed").path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.ends_with("README.md") {
                let in_root = path.strip_prefix(root).expect("it was found below it");
                found.insert(in_root.to_path_buf(), fs::read(&path).expect("the file can be read"));
            }
        }
    }
    found
}

#[test]
fn the_sample_office_is_what_the_program_makes() {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/office");
    if std::env::var_os("UPDATE").is_some() {
        for leftover in ["drops", "rates"] {
            fs::remove_dir_all(committed.join(leftover)).unwrap();
        }
        make_office::make(&make_office::SAMPLE, &committed).unwrap();
    }
    let fresh = tempfile::tempdir().unwrap();
    make_office::make(&make_office::SAMPLE, fresh.path()).unwrap();
    let (committed, fresh) = (files(&committed), files(fresh.path()));
    assert_eq!(committed.keys().collect::<Vec<_>>(), fresh.keys().collect::<Vec<_>>());
    for (path, bytes) in &committed {
        assert!(*bytes == fresh[path], "{} differs; UPDATE=1 cargo test makes it anew.", path.display());
    }
    let size: usize = committed.values().map(Vec::len).sum();
    assert!(size < 300_000, "The sample office has grown to {size} bytes.");
}

#[test]
fn the_readme_tells_of_every_file() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/office");
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    for path in files(&root).into_keys() {
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(readme.contains(name), "README.md does not mention {}.", path.display());
    }
}

#[test]
fn an_office_of_any_size_can_be_made() {
    for (accounts, months) in [(1, 1), (7, 2), (310, 3)] {
        let dir = tempfile::tempdir().unwrap();
        let plan = make_office::Plan { accounts, seed: 1, months, plain: false };
        make_office::make(&plan, dir.path()).unwrap();
        let settings = fs::read_to_string(dir.path().join("office.toml")).unwrap();
        let settings: toml::Table = settings.parse().unwrap();
        assert_eq!(settings["cycles"]["1"]["bill_dates"].as_table().unwrap().len(), months as usize);
    }
}

#[test]
fn another_seed_makes_other_people() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for (seed, dir) in [(1, &one), (2, &two)] {
        let plan = make_office::Plan { accounts: 20, seed, months: 1, plain: true };
        make_office::make(&plan, dir.path()).unwrap();
    }
    let meters = Path::new("drops/2020-01-02/meters.csv");
    assert_ne!(files(one.path())[meters], files(two.path())[meters]);
}
