//! What every sheet has: paper, margins and footer.
#![expect(clippy::disallowed_types, reason = "margins are floats")]

use rust_xlsxwriter::{Worksheet, XlsxError};

use crate::domain::page::Book;

/// Letter, in Excel's numbering of papers.
const LETTER: u8 = 1;
/// Left, right, top, bottom, header, footer, in inches: as narrow as office printers allow.
const MARGINS: [f64; 6] = [0.4, 0.4, 0.5, 0.6, 0.3, 0.3];

/// Sets paper and footer: run id, sheet name, page x of y.
pub(super) fn every_sheet(sheet: &mut Worksheet, book: &Book<'_>) -> Result<(), XlsxError> {
    let [left, right, top, bottom, header, footer] = MARGINS;
    sheet
        .set_paper_size(LETTER)
        .set_landscape()
        .set_print_fit_to_pages(1, 0)
        .set_margins(left, right, top, bottom, header, footer)
        .set_footer(footer_text(book));
    Ok(())
}

fn footer_text(book: &Book<'_>) -> String {
    // An ampersand begins a code in a footer, and a footer holds 255 characters.
    let made_by = if book.run_id.is_empty() { &book.title } else { &book.run_id };
    let made_by: String = super::layout::plain(made_by).chars().take(80).collect();
    format!("&L{}&C&A&RPage &P of &N", made_by.replace('&', "&&"))
}
