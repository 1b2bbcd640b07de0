//! A chart in words, for those who cannot see it.

use super::text::shown;
use crate::domain::page::{Chart, Table};

/// Excel's longest text in place of a picture, in UTF-16 units.
const LONGEST: usize = 255;

/// What the chart of a list says: its kind, its series, and the figures of the first one as far as there is room.
pub(super) fn described(table: &Table<'_>, chart: &Chart) -> String {
    let first = chart.series.first().expect("a chart has a series");
    let (category, figure) = (table.position(&chart.categories), table.position(first));
    let role = table.columns[figure].role;
    let mut text = format!("Column chart, {} by {}", chart.series.join(" and "), chart.categories);
    let mut between = ": ";
    let fits = |text: &str| text.encode_utf16().count() <= LONGEST - " ...".len();
    // Whoever has heard enough stops the walk over the rows.
    let _ = table.each_row(0..table.rows, |_, cells| {
        let name = shown(&cells[category].value, table.columns[category].role, 0);
        let more = format!("{between}{name} {}", shown(&cells[figure].value, role, 0));
        between = "; ";
        if !fits(&format!("{text}{more}")) {
            text.push_str(" ...");
            return Err(());
        }
        text.push_str(&more);
        Ok(())
    });
    text
}
