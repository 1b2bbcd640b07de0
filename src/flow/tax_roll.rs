//! The tax roll of the fiscal year, in the months around its cut-off.

use chrono::Datelike;

use super::Failure;
use super::desk::{Audited, Desk};
use super::registers::newest_change;
use crate::bill::{self, RollGround};
use crate::domain::books::account::Account;
use crate::domain::date::Month;
use crate::domain::proposals::receipts::ReceiptRow;
use crate::domain::proposals::tax_roll::{FiscalYear, TaxRoll};

/// The months in which the roll is made: before the cut-off a preview, and until the county has the data by August.
const MONTHS: std::ops::RangeInclusive<u32> = 6..=8;

/// Where the workbook lies in the office.
pub(super) fn path(of: &TaxRoll) -> String {
    format!("outbox/{}/tax-roll-{}.xlsx", Month::of(of.day), of.year.0)
}

/// The roll of the day; `None` out of season, and where nobody is connected and no workbook has to be brought up to date.
pub(super) fn tax_roll(
    desk: &Desk,
    audited: &Audited,
    receipts: &[ReceiptRow],
) -> Result<Option<TaxRoll>, Failure> {
    let (office, today) = (&desk.books.office, desk.today);
    let Some(newest) = newest_change(receipts).filter(|_| MONTHS.contains(&today.month())) else {
        return Ok(None);
    };
    let year = FiscalYear(today.year());
    let at_cut_off: Vec<Account> = desk.books.ledger.accounts(today.min(year.cut_off()))?;
    let ground = RollGround { office, year, today, at_cut_off: &at_cut_off };
    let within = |from: &chrono::NaiveDate| *from > year.first_day() && *from <= year.next().cut_off();
    let of = TaxRoll {
        office: office.office.name.clone(),
        year,
        day: today,
        run_id: format!("tax roll {year} receipt {}", newest.sequence),
        chain_head: desk.archive.receipt(newest.sequence)?.1,
        prices: office.wastewater_on(year.first_day()).cloned(),
        later_prices: office.wastewater.iter().map(|prices| prices.effective).filter(within).min(),
        policy: office.tax_roll.clone(),
        rolled: bill::tax_roll(&audited.histories, ground),
    };
    let rolled = &of.rolled;
    let shows = !rolled.rows.is_empty() || !rolled.billed.is_empty() || !rolled.left_out.is_empty();
    Ok((shows || desk.books.root.join(path(&of)).is_file()).then_some(of))
}
