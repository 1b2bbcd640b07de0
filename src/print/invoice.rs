//! Installation invoices: a letter each, with a table of lines that goes on over as many pages as it needs.

use rust_decimal::Decimal;

use super::Templates;
use super::font::{Fonts, Style};
use super::length::Length;
use super::page::{Column, Ink, Page, Side};
use super::pdf::{About, Press};
use super::sheet::{BODY, BOTTOM, Head, block, headline};
use super::template::{Field, Purpose, Shape};
use crate::domain::books::invoice::{Invoice, InvoiceLine};
use crate::domain::proposals::installation_invoices::{InvoiceLetter, InvoiceRun};

const SIZE: Length = Length::points(10);
/// Where the text of a further page begins, and where a page's number stands.
const FURTHER: Length = Length::inch_hundredths(90);
const TOP: Length = Length::inch_hundredths(55);

/// The invoices of a month, printed.
pub struct PrintedInvoices {
    /// The document; `None` where there is no page.
    pub pdf: Option<Vec<u8>>,
    /// The numbers of the invoices that are not in it, each with why, in a sentence.
    pub not_printed: Vec<(String, String)>,
}

/// Prints invoices in their order, each from a new page on.
pub fn invoices(run: &InvoiceRun, templates: &Templates) -> PrintedInvoices {
    let fonts = Fonts::new();
    let (mut press, mut not_printed) = (Press::new(), Vec::new());
    for letter in &run.invoices {
        match (OnPaper { run, letter, fonts: &fonts }).pages(templates) {
            Ok(own) => own.iter().for_each(|page| press.print(page)),
            Err(why) => not_printed.push((letter.invoice.number.clone(), why)),
        }
    }
    let newest = run.invoices.iter().map(|letter| letter.invoice.date).max();
    let pdf = newest.and_then(|date| {
        let title = "installation-invoices";
        press.finish(&About { title, author: &run.office, name: &run.id, language: "en", date })
    });
    PrintedInvoices { pdf, not_printed }
}

/// One invoice on its way to paper.
struct OnPaper<'r> {
    run: &'r InvoiceRun,
    letter: &'r InvoiceLetter,
    fonts: &'r Fonts,
}

impl<'r> OnPaper<'r> {
    fn pages(&self, templates: &Templates) -> Result<Vec<Page<'r>>, String> {
        let (letter, language) = (self.letter, self.letter.language);
        let name = Templates::name(Purpose::Invoice, language);
        let template = templates
            .of(Purpose::Invoice, language)
            .ok_or_else(|| format!("The text of {name} has faults."))?;
        let items = letter.invoice.lines.iter().map(|line| &line.item);
        let mut typed = letter.envelope.iter().chain([&letter.service_address]).chain(items);
        if let Some(strange) = typed.find_map(|text| self.fonts.lacking(text)) {
            return Err(format!(
                "A name, address or item has the character '{strange}', which the font lacks."
            ));
        }
        let value = |field| self.value(field);
        let head = Head {
            fonts: self.fonts,
            office: &self.run.office,
            address: &self.run.letterhead.address,
            day: language.day(letter.invoice.date),
        };
        let first = head.begun(&letter.envelope, template, &value);
        let mut flow = Flow { head: &head, pages: vec![first], top: BODY };
        flow.top = headline(flow.page(), head.text(BODY), SIZE, &template.title.filled(&value));
        for (shape, text) in template.blocks(false, &value) {
            let fits = match shape {
                Shape::Lines => flow.lines(&text, &letter.invoice),
                _ => flow.block((shape, &text)),
            };
            if !fits {
                return Err(format!("A part of the text of {name}, or of an item, is longer than a page."));
            }
        }
        Ok(flow.numbered(&letter.invoice.number))
    }

    fn value(&self, field: Field) -> String {
        let (letter, head, language) = (self.letter, &self.run.letterhead, self.letter.language);
        let invoice = &letter.invoice;
        match field {
            Field::Account => invoice.account.to_string(),
            Field::Customer => letter.customer.clone(),
            Field::Date => language.day(invoice.date),
            Field::DueDate => language.day(invoice.due_date),
            Field::Invoice => invoice.number.clone(),
            Field::Office => self.run.office.clone(),
            Field::OfficeAddress => head.address.join(", "),
            Field::OfficeEmail => head.email.clone(),
            Field::OfficeHours => head.hours_in(language).to_owned(),
            Field::OfficePhone => head.phone.clone(),
            Field::OfficeWeb => head.web.clone(),
            Field::ServiceAddress => letter.service_address.clone(),
            Field::Total => invoice.total().in_dollars(),
            other => unreachable!("a text of invoices with {other:?} is refused when it is read"),
        }
    }
}

/// The pages of an invoice as they are filled.
struct Flow<'r, 'h> {
    head: &'h Head<'r>,
    pages: Vec<Page<'r>>,
    /// Where the next thing begins on the last page.
    top: Length,
}

impl<'r> Flow<'r, '_> {
    fn page(&mut self) -> &mut Page<'r> {
        self.pages.last_mut().expect("an invoice begins with a page")
    }

    fn turn(&mut self) {
        self.pages.push(Page::new(self.head.fonts));
        self.top = FURTHER;
    }

    /// Puts a block, on a further page where it does not fit; `false` where it fits on none.
    fn block(&mut self, what: (Shape, &str)) -> bool {
        let height = block(&mut Page::new(self.head.fonts), self.head.text(Length::ZERO), SIZE, what);
        if self.top + height > BOTTOM {
            self.turn();
        }
        let area = self.head.text(self.top);
        self.top = block(self.page(), area, SIZE, what);
        self.top <= BOTTOM
    }

    /// Puts the table of lines, its header again on each further page; `false` where a line fits on none.
    fn lines(&mut self, headers: &str, invoice: &Invoice) -> bool {
        let widths = [85, 295, 80, 90, 100].map(Length::inch_hundredths);
        let sides = [Side::Left, Side::Left, Side::Right, Side::Right, Side::Right];
        let headers = headers.split('|').map(str::trim).zip(widths).zip(sides);
        let columns: Vec<Column<'_>> =
            headers.map(|((header, width), side)| Column { header, width, side }).collect();
        let style = Style::regular(SIZE);
        let high = |rows: &[Vec<String>]| {
            let area = self.head.text(Length::ZERO);
            Page::new(self.head.fonts).table(area, style, &columns, rows)
        };
        let header = high(&[]);
        let mut rows: Vec<(Vec<String>, Length)> = Vec::new();
        for line in &invoice.lines {
            let row = vec![cells(line)];
            let own = high(&row) - header;
            rows.extend(row.into_iter().map(|cells| (cells, own)));
        }
        let mut rows = rows.into_iter().peekable();
        while let Some((_, next)) = rows.peek() {
            if self.top + header + *next > BOTTOM {
                self.turn();
            }
            let (mut bottom, mut here) = (self.top + header, Vec::new());
            while let Some((cells, own)) = rows.next_if(|(_, own)| bottom + *own <= BOTTOM) {
                bottom += own;
                here.push(cells);
            }
            if here.is_empty() {
                return false;
            }
            let area = self.head.text(self.top);
            self.top = self.page().table(area, style, &columns, &here) + SIZE.percent(60);
        }
        true
    }

    /// The pages; where there are several, each with the invoice's number and its own.
    fn numbered(mut self, number: &str) -> Vec<Page<'r>> {
        let many = self.pages.len();
        let small = (Style::regular(Length::points(9)), Ink::Gray);
        let ends = [self.head.text(BOTTOM), self.head.text(TOP)];
        for (at, page) in (1..).zip(self.pages.iter_mut()).filter(|_| many > 1) {
            let area = ends[usize::from(at > 1)];
            page.inked(area, Side::Right, small, &format!("{number}, {at} / {many}"));
        }
        self.pages
    }
}

/// A line as its row says it.
fn cells(line: &InvoiceLine) -> Vec<String> {
    vec![
        line.date.format("%-m/%-d/%Y").to_string(),
        line.item.clone(),
        line.quantity.normalize().to_string(),
        price(line.unit_price),
        line.amount().in_dollars(),
    ]
}

/// A price with its cents, and with what it has beyond them.
fn price(price: Decimal) -> String {
    let mut price = price.normalize();
    if price.scale() < 2 {
        price.rescale(2);
    }
    format!("${price}")
}
