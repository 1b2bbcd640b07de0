//! Makes an empty office: folders, commented settings, blank input workbooks.

use std::path::Path;

use super::Failure;
use crate::print::Templates;
use crate::{outbox, recognise, workbook};

const SETTINGS: &str = include_str!("../../templates/office.toml");
/// Rate files to copy from; they price nothing as long as they lie here.
const RATES: [(&str, &str); 2] = [
    ("hi-desert-2011-07-01.owrs", include_str!("../../templates/rates/hi-desert-2011-07-01.owrs")),
    ("hi-desert-2020-02-01.owrs", include_str!("../../templates/rates/hi-desert-2020-02-01.owrs")),
];

/// Makes an empty office in a folder that does not exist or is empty.
///
/// # Errors
/// Where the folder has something in it, or cannot be written.
pub fn init(root: &Path) -> Result<(), Failure> {
    let occupied = root.exists() && outbox::has_anything(root)?;
    if occupied {
        return Err(Failure::NotEmpty(root.to_owned()));
    }
    for folder in ["rates", "inbox", "outbox", "returned", "archive", "blank"] {
        outbox::make_folder(&root.join(folder))?;
    }
    outbox::place(&root.join("office.toml"), SETTINGS.as_bytes())?;
    for (name, text) in RATES {
        outbox::place(&root.join("blank/rates").join(name), text.as_bytes())?;
    }
    for (name, text) in Templates::built_in() {
        outbox::place(&root.join("blank/letters").join(name), text.as_bytes())?;
    }
    for profile in recognise::built_in_profiles() {
        let bytes = workbook::xlsx(&workbook::blank_input(&profile))?;
        outbox::place(&root.join("blank").join(format!("{}.xlsx", profile.kind.word())), &bytes)?;
    }
    Ok(())
}
