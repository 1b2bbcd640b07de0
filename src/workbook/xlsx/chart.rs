//! Draws the chart of a summary below its list, where it stays on the printed page.
#![expect(clippy::disallowed_types, reason = "sizes of type are floats")]

use rust_xlsxwriter::{
    Chart as ExcelChart, ChartDataLabel, ChartFont, ChartFormat, ChartLegendPosition, ChartLine,
    ChartSolidFill, Color, ObjectMovement, Worksheet, XlsxError,
};

use super::layout::{FIRST, HEADER, Part, plain};
use super::{styles, table};
use crate::domain::page::{Chart, Role, Table};
use crate::workbook::describe::described;

/// Width and height in pixels: within a landscape page at the scale of the list.
const SIZE: (u32, u32) = (760, 320);
/// How wide a list is in characters, of the usual 7 pixels, that is as wide as its chart: no list with a chart is narrower.
pub(super) const WIDTH: usize = SIZE.0.div_ceil(7) as usize;
/// The height of a row that nobody set, in pixels.
const ROW: u32 = 20;

/// Inserts a chart two rows below a list, and the place it takes into the print area.
pub(super) fn insert(
    sheet: &mut Worksheet,
    (list, chart): (&Table<'_>, &Chart),
    part: &Part<'_, '_>,
) -> Result<(), XlsxError> {
    if part.rows.is_empty() || part.rows.start > 0 {
        return Ok(());
    }
    let top = part.last() + 2;
    sheet.insert_chart(top, 0, &drawn(list, chart, part))?;
    let bottom = top + SIZE.1.div_ceil(ROW);
    sheet.set_print_area(0, 0, bottom, table::number(list.printed() - 1))?;
    Ok(())
}

fn drawn(list: &Table<'_>, chart: &Chart, part: &Part<'_, '_>) -> ExcelChart {
    let mut drawn = ExcelChart::new_column();
    let column = |header: &str| table::number(list.position(header));
    let several = chart.series.len() > 1;
    for (header, colour) in chart.series.iter().zip(styles::SERIES.iter().cycle()) {
        let (name, at) = (part.name.as_str(), column(header));
        let names = column(&chart.categories);
        let series = drawn.add_series();
        series
            .set_name((name, HEADER, at))
            .set_categories((name, FIRST, names, part.last(), names))
            .set_values((name, FIRST, at, part.last(), at))
            .set_format(ChartFormat::new().set_solid_fill(ChartSolidFill::new().set_color(*colour)))
            .set_gap(60);
        if !several {
            series.set_data_label(
                ChartDataLabel::new()
                    .show_value()
                    .set_num_format(label(list.columns[usize::from(at)].role))
                    .set_font(&font(9)),
            );
        }
    }
    frame(&mut drawn, list, chart);
    if several {
        drawn.legend().set_position(ChartLegendPosition::Bottom).set_font(&font(10));
    } else {
        drawn.legend().set_hidden();
    }
    drawn
}

/// Title, axes, size and the text in place of the picture.
fn frame(drawn: &mut ExcelChart, list: &Table<'_>, chart: &Chart) {
    let role = list.columns[list.position(&chart.series[0])].role;
    let mut pale = ChartLine::new();
    pale.set_color(styles::PALE_GRAY);
    drawn.title().set_name(plain(&chart.title).as_ref()).set_font(font(12).set_bold()).set_overlay(false);
    drawn.x_axis().set_name(plain(&chart.categories).as_ref()).set_name_font(&font(10)).set_font(&font(9));
    drawn
        .y_axis()
        .set_font(&font(9))
        .set_num_format(label(role))
        .set_format(ChartFormat::new().set_line(&pale));
    drawn.y_axis().set_major_gridlines(true).set_major_gridlines_line(&pale);
    if let [only] = chart.series.as_slice() {
        drawn.y_axis().set_name(plain(only).as_ref()).set_name_font(&font(10));
    }
    drawn.set_width(SIZE.0).set_height(SIZE.1);
    drawn.set_object_movement(ObjectMovement::MoveButDontSizeWithCells);
    drawn.set_name(plain(&chart.title).as_ref()).set_alt_text(described(list, chart));
}

/// How the figures of a role look beside a picture: cents are for the list.
fn label(role: Role) -> &'static str {
    match role {
        Role::Money => "$#,##0",
        Role::Percent => "0%",
        _ => "#,##0",
    }
}

fn font(size: u8) -> ChartFont {
    let mut font = ChartFont::new();
    font.set_size(f64::from(size)).set_color(Color::Black);
    font
}
