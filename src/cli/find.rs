//! Shows the accounts that have the words asked for: `meterbook find`.

use std::io::Write;
use std::path::Path;

use super::{End, Stop};
use crate::domain::date::Date;
use crate::flow;

pub(super) fn find(dir: &Path, text: &str, today: Date, out: &mut impl Write) -> Result<End, Stop> {
    let found = flow::find(dir, text, today)?;
    for hit in &found {
        let account = &hit.account;
        let meters = if hit.meters.is_empty() { "no meter".to_owned() } else { hit.meters.join(", ") };
        let phone = if account.contact.phone.is_empty() { "no phone" } else { &account.contact.phone };
        writeln!(
            out,
            "{}  {}  {}  {} {}  {meters}  {phone}",
            account.id,
            account.customer,
            account.service_address,
            account.status.word(),
            account.class
        )?;
    }
    if found.is_empty() {
        writeln!(out, "No account has '{text}' in its number, name, address, meter or phone.")?;
        return Ok(End::Findings);
    }
    Ok(End::Clean)
}
