//! The text of letters: plain words with placeholders, which an office edits.
//!
//! A line that begins with `#` is a remark. `title:` and `fact: LABEL | VALUE` stand first. Then come blocks with an empty
//! line between them: a paragraph, `== ` and a heading, `- ` and an item of a list, `! ` and what is printed in a box,
//! `bills:` and the headers of a table of the bills that are past due, `lines:` and those of an invoice's lines.
//! A block that begins with `?` is left out where one of its placeholders has nothing to say, one that begins with
//! `?residential ` for all but residential customers.

use crate::domain::proposals::letter_run::{LetterKind, TemplateFault};

/// What a text is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Purpose {
    Letter(LetterKind),
    Invoice,
}

impl Purpose {
    /// The name of its file.
    pub(super) fn word(self) -> &'static str {
        match self {
            Purpose::Letter(kind) => kind.word(),
            Purpose::Invoice => "installation-invoice",
        }
    }

    /// Whether a placeholder has something to say in it.
    fn knows(self, field: Field) -> bool {
        use Field::{
            Account, Customer, Date, DueDate, Invoice, Office, OfficeAddress, OfficeEmail, OfficeHours,
            OfficePhone, OfficeWeb, ServiceAddress, Total,
        };
        let shared = matches!(
            field,
            Account | Customer | Date | DueDate | Office | OfficeAddress | OfficeEmail | OfficeHours
        ) || matches!(field, OfficePhone | OfficeWeb | ServiceAddress);
        shared || matches!(field, Invoice | Total) == (self == Purpose::Invoice)
    }
}

impl From<LetterKind> for Purpose {
    fn from(kind: LetterKind) -> Purpose {
        Purpose::Letter(kind)
    }
}

/// What a placeholder stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Field {
    Account,
    Balance,
    Bill,
    BillDate,
    Customer,
    Date,
    DueDate,
    ExtensionBy,
    Invoice,
    Office,
    OfficeAddress,
    OfficeEmail,
    OfficeHours,
    OfficePhone,
    OfficeWeb,
    PastDue,
    PayBy,
    Policy,
    ReconnectionMost,
    ServiceAddress,
    ShutoffDate,
    Total,
}

/// All fields by the name that stands in braces, sorted.
const FIELDS: [(&str, Field); 22] = [
    ("account", Field::Account),
    ("balance", Field::Balance),
    ("bill", Field::Bill),
    ("bill_date", Field::BillDate),
    ("customer", Field::Customer),
    ("date", Field::Date),
    ("due_date", Field::DueDate),
    ("extension_by", Field::ExtensionBy),
    ("invoice", Field::Invoice),
    ("office", Field::Office),
    ("office_address", Field::OfficeAddress),
    ("office_email", Field::OfficeEmail),
    ("office_hours", Field::OfficeHours),
    ("office_phone", Field::OfficePhone),
    ("office_web", Field::OfficeWeb),
    ("past_due", Field::PastDue),
    ("pay_by", Field::PayBy),
    ("policy", Field::Policy),
    ("reconnection_most", Field::ReconnectionMost),
    ("service_address", Field::ServiceAddress),
    ("shutoff_date", Field::ShutoffDate),
    ("total", Field::Total),
];

/// What a text must say, and which section asks for it.
fn needed(purpose: Purpose) -> (&'static [&'static str], &'static str) {
    let kind = match purpose {
        Purpose::Letter(kind) => kind,
        Purpose::Invoice => {
            return (&["customer", "invoice", "due_date", "total", "office_phone"], "an invoice");
        }
    };
    match kind {
        LetterKind::Reminder => (&["past_due", "office_phone"], "a reminder"),
        LetterKind::PastDue | LetterKind::Final => (
            &["customer", "service_address", "past_due", "pay_by", "extension_by", "office_phone"],
            "Health and Safety Code 116908(a)(1)(C)",
        ),
        LetterKind::PlanNotice => {
            (&["service_address", "past_due", "office_phone"], "Health and Safety Code 116910(b)(3)")
        }
        LetterKind::Occupants => {
            (&["service_address", "shutoff_date", "office_phone"], "Health and Safety Code 116916")
        }
        LetterKind::DoorHanger => {
            (&["service_address", "shutoff_date", "office_phone"], "Government Code 60373")
        }
    }
}

/// Columns of the table of bills: number, date, due date, what is unpaid.
const BILL_COLUMNS: usize = 4;
/// Columns of the table of an invoice's lines: day, item, quantity, price, amount.
const LINE_COLUMNS: usize = 5;

/// A text with placeholders.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Text(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Words(String),
    Field(Field),
}

impl Text {
    /// The text with what its placeholders stand for.
    pub(super) fn filled(&self, value: &dyn Fn(Field) -> String) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Words(words) => words.clone(),
            Piece::Field(field) => value(*field),
        };
        self.0.iter().map(piece).collect()
    }

    /// Whether a placeholder has nothing to say.
    fn lacks(&self, value: &dyn Fn(Field) -> String) -> bool {
        self.0.iter().any(|piece| matches!(piece, Piece::Field(field) if value(*field).trim().is_empty()))
    }

    fn names(&self, field: Field) -> bool {
        self.0.contains(&Piece::Field(field))
    }
}

/// How a block is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Paragraph,
    Heading,
    Item,
    Boxed,
    /// A table of the bills past due; the text has its headers.
    Bills,
    /// A table of the lines of an invoice; the text has its headers.
    Lines,
}

/// When a block is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    Always,
    /// Where all of its placeholders have something to say.
    Filled,
    Residential,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Block {
    when: When,
    shape: Shape,
    text: Text,
}

/// The text of one kind of letter in one language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Template {
    pub(super) title: Text,
    /// Labels and values that stand apart.
    pub(super) facts: Vec<(Text, Text)>,
    blocks: Vec<Block>,
}

impl Template {
    /// The blocks that are printed, with what their placeholders stand for.
    pub(super) fn blocks(&self, residential: bool, value: &dyn Fn(Field) -> String) -> Vec<(Shape, String)> {
        let printed = |block: &&Block| match block.when {
            When::Always => true,
            When::Filled => !block.text.lacks(value),
            When::Residential => residential,
        };
        let filled = |block: &Block| (block.shape, block.text.filled(value));
        self.blocks.iter().filter(printed).map(filled).collect()
    }

    fn names(&self, field: Field) -> bool {
        let facts = self.facts.iter().flat_map(|(label, value)| [label, value]);
        let unconditional = self.blocks.iter().filter(|block| block.when == When::Always);
        let texts = facts.chain([&self.title]).chain(unconditional.map(|block| &block.text));
        texts.into_iter().any(|text| text.names(field))
    }
}

/// Reads a template.
///
/// # Errors
/// Everything that is wrong with it: placeholders that are none, and what the law asks for and it does not say.
pub(super) fn parse(
    purpose: impl Into<Purpose>,
    file: &str,
    text: &str,
) -> Result<Template, Vec<TemplateFault>> {
    let purpose = purpose.into();
    let mut reader = Reader { purpose, file, faults: vec![], template: Template::default() };
    let mut block: Vec<(usize, &str)> = Vec::new();
    let lines = text.lines().map(str::trim).chain([""]);
    for (number, line) in (1..).zip(lines) {
        if line.starts_with('#') {
            continue;
        }
        let begins = line.is_empty()
            || is_head(line)
            || ["bills:", "lines:"].iter().any(|table| line.starts_with(table))
            || line.starts_with(['?', '!', '-', '=']);
        if begins && !block.is_empty() {
            reader.block(&std::mem::take(&mut block));
        }
        if is_head(line) {
            reader.head(number, line);
        } else if !line.is_empty() {
            block.push((number, line));
        }
    }
    let (asked, by) = needed(purpose);
    for name in asked {
        let field = field(name).expect("what the law asks for is a field");
        if !reader.template.names(field) {
            let what = format!("{{{name}}} stands nowhere; {by} asks for it. Put it into a paragraph.");
            reader.fault(text.lines().count().max(1), what);
        }
    }
    let lines = reader.template.blocks.iter().filter(|block| block.shape == Shape::Lines);
    if purpose == Purpose::Invoice && lines.filter(|block| block.when == When::Always).count() != 1 {
        let what = "An invoice has its lines once. Write `lines: DATE | ITEM | QUANTITY | PRICE | AMOUNT`.";
        reader.fault(text.lines().count().max(1), what.to_owned());
    }
    if reader.template.title == Text::default() {
        reader.fault(1, "There is no title. Begin the text with a line `title: ...`.".to_owned());
    }
    if reader.faults.is_empty() { Ok(reader.template) } else { Err(reader.faults) }
}

fn is_head(line: &str) -> bool {
    line.starts_with("title:") || line.starts_with("fact:")
}

fn field(name: &str) -> Option<Field> {
    let found = FIELDS.binary_search_by_key(&name, |(name, _)| *name);
    found.ok().map(|at| FIELDS[at].1)
}

struct Reader<'t> {
    purpose: Purpose,
    file: &'t str,
    faults: Vec<TemplateFault>,
    template: Template,
}

impl Reader<'_> {
    fn fault(&mut self, line: usize, what: String) {
        self.faults.push(TemplateFault { file: self.file.to_owned(), line, what });
    }

    fn head(&mut self, number: usize, line: &str) {
        if let Some(title) = line.strip_prefix("title:") {
            self.template.title = self.text(number, title.trim());
        } else if let Some(fact) = line.strip_prefix("fact:") {
            match fact.split_once('|') {
                Some((label, value)) => {
                    let fact = (self.text(number, label.trim()), self.text(number, value.trim()));
                    self.template.facts.push(fact);
                }
                None => {
                    let what = "A fact has a label and a value. Write `fact: LABEL | VALUE`.".to_owned();
                    self.fault(number, what);
                }
            }
        }
    }

    fn block(&mut self, lines: &[(usize, &str)]) {
        let (number, first) = lines[0];
        let (when, rest) = if let Some(rest) = first.strip_prefix("?residential ") {
            (When::Residential, rest)
        } else if let Some(rest) = first.strip_prefix('?') {
            (When::Filled, rest)
        } else {
            (When::Always, first)
        };
        let rest = rest.trim_start();
        let shapes = [("== ", Shape::Heading), ("- ", Shape::Item), ("! ", Shape::Boxed), self.table()];
        let shaped = shapes.iter().find_map(|(mark, shape)| Some((*shape, rest.strip_prefix(mark)?)));
        let (shape, rest) = shaped.unwrap_or((Shape::Paragraph, rest));
        if shape == Shape::Bills && rest.split('|').count() != BILL_COLUMNS {
            let what = "The table of bills has four columns. Write `bills: BILL | DATE | DUE | UNPAID`.";
            self.fault(number, what.to_owned());
        }
        if shape == Shape::Lines && rest.split('|').count() != LINE_COLUMNS {
            let what = "The table of lines has five columns. Write `lines: DATE | ITEM | QUANTITY | PRICE | AMOUNT`.";
            self.fault(number, what.to_owned());
        }
        let mut text = self.text(number, rest);
        for (number, line) in &lines[1..] {
            text.0.push(Piece::Words(" ".to_owned()));
            text.0.extend(self.text(*number, line).0);
        }
        self.template.blocks.push(Block { when, shape, text });
    }

    /// The mark of the table that a text may have: letters have bills, an invoice has lines.
    fn table(&self) -> (&'static str, Shape) {
        match self.purpose {
            Purpose::Letter(_) => ("bills:", Shape::Bills),
            Purpose::Invoice => ("lines:", Shape::Lines),
        }
    }

    /// Words and placeholders of a line.
    fn text(&mut self, number: usize, line: &str) -> Text {
        let (mut text, mut rest) = (Text::default(), line);
        while let Some((words, behind)) = rest.split_once('{') {
            text.0.push(Piece::Words(words.to_owned()));
            let Some((name, behind)) = behind.split_once('}') else {
                self.fault(
                    number,
                    "A brace is opened and not closed. Write a placeholder as {account}.".to_owned(),
                );
                return text;
            };
            match field(name.trim()).filter(|field| self.purpose.knows(*field)) {
                Some(field) => text.0.push(Piece::Field(field)),
                None => self.fault(number, unknown(self.purpose, name)),
            }
            rest = behind;
        }
        text.0.push(Piece::Words(rest.to_owned()));
        text
    }
}

fn unknown(purpose: Purpose, name: &str) -> String {
    let known = FIELDS.iter().filter(|(_, field)| purpose.knows(*field));
    let names: Vec<&str> = known.map(|(name, _)| *name).collect();
    format!("{{{name}}} is no placeholder. Use one of: {}.", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "letters/en/reminder.txt";

    fn faults(text: &str) -> Vec<String> {
        parse(LetterKind::Reminder, FILE, text).unwrap_err().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn fields_are_sorted_by_name() {
        assert!(FIELDS.is_sorted_by_key(|(name, _)| *name));
    }

    #[test]
    fn a_text_is_read_and_filled() {
        let text = "# Of the office.\ntitle: Reminder\nfact: Account | {account}\n\nDear {customer},\n\n\
                    You owe\n{past_due}.\n- one\n- two: call {office_phone}\n\n? See {office_web}.\n\n\
                    ?residential == At home\n! Now\n";
        let template = parse(LetterKind::Reminder, FILE, text).unwrap();
        let value = |field| match field {
            Field::Customer => "Ada".to_owned(),
            Field::PastDue => "$1.00".to_owned(),
            Field::OfficeWeb => String::new(),
            _ => "x".to_owned(),
        };
        let blocks = template.blocks(false, &value);
        let told: Vec<(Shape, &str)> = blocks.iter().map(|(shape, text)| (*shape, text.as_str())).collect();
        assert_eq!(
            told,
            [
                (Shape::Paragraph, "Dear Ada,"),
                (Shape::Paragraph, "You owe $1.00."),
                (Shape::Item, "one"),
                (Shape::Item, "two: call x"),
                (Shape::Boxed, "Now"),
            ]
        );
        assert_eq!(template.blocks(true, &value)[4], (Shape::Heading, "At home".to_owned()));
        assert_eq!(template.facts.len(), 1);
    }

    #[test]
    fn everything_wrong_is_named_with_its_line() {
        let told = faults("title: Reminder\nfact: Account\n\nYou owe {past_du}.\nCall {office_phone\n");
        assert_eq!(told.len(), 5, "{told:?}");
        assert!(told[0].starts_with("letters/en/reminder.txt, line 2: A fact has a label and a value."));
        assert!(told[1].starts_with(
            "letters/en/reminder.txt, line 4: {past_du} is no placeholder. Use one of: account,"
        ));
        assert!(told[2].starts_with("letters/en/reminder.txt, line 5: A brace is opened"));
        assert!(
            told[3].ends_with("{past_due} stands nowhere; a reminder asks for it. Put it into a paragraph.")
        );
    }

    #[test]
    fn what_the_law_asks_for_must_be_said_in_any_case() {
        let text =
            "title: T\n\n? {customer} {service_address} {past_due} {pay_by} {extension_by} {office_phone}\n";
        let faults = parse(LetterKind::PastDue, FILE, text).unwrap_err();
        assert_eq!(faults.len(), 6);
        assert!(faults.iter().all(|fault| fault.what.contains("116908(a)(1)(C)")), "{faults:?}");
    }
}
