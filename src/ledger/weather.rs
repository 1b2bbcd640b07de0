//! Answers what is known of the weather and of the landscapes it waters.

use rust_decimal::Decimal;

use super::codec::{Fields, from_text};
use super::{Ledger, Result};
use crate::domain::books::weather::{Eto, EtoReport, EtoSpan, Landscape, Weather};
use crate::domain::date::Month;
use crate::domain::id::{AccountId, Sequence, StationId};

impl Ledger {
    /// The weather as the reports up to a fact have it: of several for a day the latest.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn weather(&self, up_to: Option<Sequence>) -> Result<Weather> {
        let sql = "SELECT station, span, inches, flag FROM eto WHERE sequence <= ? ORDER BY id";
        let mut weather = Weather::default();
        for report in self.collect(sql, [up_to.map_or(u32::MAX, |sequence| sequence.0)], report)? {
            weather.learn(report);
        }
        Ok(weather)
    }

    /// Budget and units of every bill with a water budget in some months, by month.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn budgets_billed(&self, from: Month, to: Month) -> Result<Vec<(Month, Decimal, Decimal)>> {
        let sql = "SELECT month, budget_hcf, units FROM bill WHERE budget_hcf IS NOT NULL AND month BETWEEN ? AND ? \
                   ORDER BY month, id";
        self.collect(sql, [from.to_string(), to.to_string()], |row| {
            Ok((row.parsed(from_text)?, row.parsed(from_text)?, row.parsed(from_text)?))
        })
    }

    /// The landscapes, by account and first day; of two rows for the same the later one.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn landscapes(&self) -> Result<Vec<Landscape>> {
        let sql = "SELECT account, area, special_area, factor, station, since FROM landscape \
                   WHERE id IN (SELECT max(id) FROM landscape GROUP BY account, since) ORDER BY account, since";
        self.collect(sql, [], landscape)
    }
}

fn report(row: &mut Fields<'_>) -> rusqlite::Result<EtoReport> {
    Ok(EtoReport {
        station: row.id(StationId::new)?,
        span: row.parsed(|text| {
            text.parse().map(EtoSpan::Day).or_else(|_| text.parse().map(EtoSpan::Month)).ok()
        })?,
        eto: Eto { inches: row.maybe(from_text)?, flag: row.next()? },
    })
}

fn landscape(row: &mut Fields<'_>) -> rusqlite::Result<Landscape> {
    Ok(Landscape {
        account: row.id(AccountId::new)?,
        area: row.parsed(from_text)?,
        special_area: row.parsed(from_text)?,
        factor: row.parsed(from_text)?,
        station: row.id(StationId::new)?,
        from: row.parsed(from_text)?,
    })
}
