//! How cells look. Every pair of colours has a contrast of at least 4.5 to 1.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

use crate::domain::page::{Flag, Role};
use crate::workbook::survey::DECIMALS_SHOWN;

/// Amounts of lists: negative ones in parentheses, nothing as a dash. The red of negative amounts is a rule of its own,
/// since the red that a number format can name is too light to read.
const MONEY: &str = r#"_(* #,##0.00_);_(* (#,##0.00);_(* "-"??_);_(@_)"#;
/// Amounts of totals, with the dollar sign.
const TOTAL_MONEY: &str = r#"_($* #,##0.00_);_($* (#,##0.00);_($* "-"??_);_(@_)"#;

/// Excel's own format of text, under which whatever is typed stays as it is.
const TEXT: u8 = 49;

const NAVY: Color = Color::RGB(0x1F_4E78);
const PALE_BLUE: Color = Color::RGB(0xDD_EBF7);
const PALE_YELLOW: Color = Color::RGB(0xFF_F8DC);
const GRAY: Color = Color::RGB(0x59_5959);
/// Lines behind a chart, which carry no meaning.
pub(super) const PALE_GRAY: Color = Color::RGB(0xD9_D9D9);
/// The series of charts, one after the other: each at least 4.5 to 1 on white, and named in the legend.
pub(super) const SERIES: [Color; 4] =
    [NAVY, Color::RGB(0xB4_5309), Color::RGB(0x3F_1D5C), Color::RGB(0x1B_7F4B)];

/// The cells of a role; `decimals` is what the column's most exact number has.
pub(super) fn cell(role: Role, decimals: u32) -> Format {
    let format = Format::new().set_align(FormatAlign::Top);
    match role {
        Role::Text | Role::Sentence => format.set_text_wrap(),
        Role::Account => format.set_num_format_index(TEXT),
        Role::Integer | Role::Volume => format.set_num_format(fixed("#,##0", decimals.min(DECIMALS_SHOWN))),
        Role::Reading => format.set_num_format("0_)"),
        Role::Decimal => format.set_num_format("General"),
        Role::Money => format.set_num_format(MONEY),
        Role::Price => format.set_num_format(fixed("#,##0", decimals.max(2))),
        Role::Percent => format.set_num_format("0.0%"),
        Role::Date => format.set_num_format("yyyy-mm-dd").set_align(FormatAlign::Center),
        Role::Check => format.set_align(FormatAlign::Center),
        // Filled, a text that is longer than its column ends at the column's edge.
        Role::Seal => format.set_align(FormatAlign::Fill).set_font_color(GRAY).set_font_size(8),
    }
}

/// The total of a column.
pub(super) fn total(role: Role, decimals: u32) -> Format {
    let format =
        if role == Role::Money { Format::new().set_num_format(TOTAL_MONEY) } else { cell(role, decimals) };
    format.set_bold().set_background_color(PALE_BLUE)
}

/// The number of rows beside the totals.
pub(super) fn row_count() -> Format {
    total(Role::Integer, 0).set_num_format(r##"[=1]#,##0" row";#,##0" rows""##).set_align(FormatAlign::Left)
}

/// The same format in the colours of a flag.
pub(super) fn flagged(format: &Format, flag: Flag) -> Format {
    let (text, ground) = colours(flag);
    format.clone().set_font_color(text).set_background_color(ground)
}

/// What makes an amount below nothing red.
pub(super) fn negative() -> Format {
    Format::new().set_font_color(Color::RGB(0xC0_0000))
}

/// The colours of a flag alone, for a rule.
pub(super) fn rule(flag: Flag) -> Format {
    flagged(&Format::new(), flag)
}

fn colours(flag: Flag) -> (Color, Color) {
    let (text, ground) = match flag {
        Flag::Ok => (0x00_6100, 0xC6_EFCE),
        Flag::Warning => (0x7F_4F00, 0xFF_EB9C),
        Flag::Held => (0x9C_0006, 0xFF_C7CE),
    };
    (Color::RGB(text), Color::RGB(ground))
}

/// The header of a column, at the same side as its cells.
pub(super) fn header(role: Role) -> Format {
    let side = match role {
        Role::Text | Role::Sentence | Role::Account | Role::Seal => FormatAlign::Left,
        Role::Date | Role::Check => FormatAlign::Center,
        _ => FormatAlign::Right,
    };
    // A right-aligned header ends where its numbers end, not at the neighbour's border.
    let indent = u8::from(side == FormatAlign::Right);
    let format = Format::new()
        .set_bold()
        .set_text_wrap()
        .set_align(side)
        .set_indent(indent)
        .set_align(FormatAlign::Top);
    format
        .set_font_color(Color::White)
        .set_background_color(NAVY)
        .set_border(FormatBorder::Thin)
        .set_border_color(GRAY)
}

/// The header of a column that may stay empty.
pub(super) fn optional_header(role: Role) -> Format {
    header(role).set_font_color(Color::Black).set_background_color(PALE_BLUE)
}

/// The cells that people fill in.
pub(super) fn entry(format: &Format) -> Format {
    let format = format.clone().set_background_color(PALE_YELLOW).set_unlocked();
    format.set_border(FormatBorder::Hair).set_border_color(GRAY)
}

/// The title of a sheet.
pub(super) fn title() -> Format {
    Format::new().set_bold().set_font_size(16).set_font_color(NAVY)
}

/// A heading within a sheet.
pub(super) fn heading() -> Format {
    Format::new().set_bold().set_font_size(12).set_font_color(NAVY).set_border_bottom(FormatBorder::Thin)
}

/// The captions under a heading.
pub(super) fn caption() -> Format {
    Format::new().set_font_color(GRAY).set_italic()
}

/// Words that stand alone.
pub(super) fn words() -> Format {
    Format::new().set_align(FormatAlign::Top)
}

/// Words beside a tall cell.
pub(super) fn beside() -> Format {
    Format::new().set_align(FormatAlign::VerticalCenter).set_indent(1)
}

/// The caption over numbers, and the numbers of a small list.
pub(super) fn at(format: &Format, side: FormatAlign) -> Format {
    format.clone().set_align(side)
}

/// What stands before a value.
pub(super) fn label() -> Format {
    words().set_bold()
}

/// A way to another sheet.
pub(super) fn link() -> Format {
    words().set_hyperlink()
}

/// The one cell of the master check.
pub(super) fn master() -> Format {
    let format = Format::new().set_bold().set_font_size(16).set_align(FormatAlign::VerticalCenter);
    format.set_align(FormatAlign::Center).set_border(FormatBorder::Medium)
}

fn fixed(whole: &str, decimals: u32) -> String {
    match decimals {
        0 => format!("{whole}_)"),
        places => format!("{whole}.{}_)", "0".repeat(places as usize)),
    }
}
