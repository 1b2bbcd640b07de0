//! A kind of sheet: its columns, what they are called and what they mean. Parsed from `templates/sheets`.

use std::collections::BTreeSet;

use serde::Deserialize;

/// The kinds of sheet, in the order in which files of one day are taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Days on which the office is closed.
    Calendar,
    /// Customers at their service addresses.
    Accounts,
    /// Meters as they were installed.
    Meters,
    /// Meters that were changed out.
    MeterChanges,
    /// Meter readings.
    Reads,
    /// Water sold by the hydrant meter or by the load.
    BulkWater,
    /// What the crew is to be sent for.
    WorkOrders,
    /// What the crew did.
    FieldResults,
    /// What somebody decided about a proposal.
    Decisions,
    /// Why accounts may not be locked off for a while.
    Holds,
    /// Money from customers.
    Payments,
    /// Payments that the bank took back.
    ReturnedPayments,
    /// Corrections of what customers owe.
    Adjustments,
    /// Deposits taken from customers.
    Deposits,
    /// Accounts that end.
    Closings,
    /// What was sent, said or posted to customers who owe.
    Notices,
    /// Payment plans.
    Plans,
    /// What customers owed when the books were opened.
    OpeningBalances,
    /// Evapotranspiration as CIMIS reports it.
    Eto,
    /// Irrigated land with a water budget.
    Landscape,
    /// What an installation cost.
    Installation,
}

impl Kind {
    /// The word for people and receipts.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Calendar => "calendar",
            Kind::Accounts => "accounts",
            Kind::Meters => "meters",
            Kind::MeterChanges => "meter changes",
            Kind::Reads => "reads",
            Kind::BulkWater => "bulk water",
            Kind::WorkOrders => "work orders",
            Kind::FieldResults => "field results",
            Kind::Decisions => "decisions",
            Kind::Holds => "holds",
            Kind::Notices => "notices",
            Kind::Plans => "plans",
            Kind::OpeningBalances => "opening balances",
            Kind::Payments => "payments",
            Kind::ReturnedPayments => "returned payments",
            Kind::Adjustments => "adjustments",
            Kind::Deposits => "deposits",
            Kind::Closings => "closings",
            Kind::Eto => "eto",
            Kind::Landscape => "landscape",
            Kind::Installation => "installation",
        }
    }

    /// The place of the kind among the files of one day: calendar, accounts, meters, meter changes, landscape, then
    /// all others together.
    pub fn turn(self) -> u8 {
        match self {
            Kind::Calendar => 0,
            Kind::Accounts => 1,
            Kind::Meters => 2,
            Kind::MeterChanges => 3,
            Kind::Landscape => 4,
            Kind::Reads
            | Kind::BulkWater
            | Kind::WorkOrders
            | Kind::FieldResults
            | Kind::Decisions
            | Kind::Holds
            | Kind::Notices
            | Kind::Plans
            | Kind::OpeningBalances
            | Kind::Payments
            | Kind::ReturnedPayments
            | Kind::Adjustments
            | Kind::Deposits
            | Kind::Closings
            | Kind::Eto
            | Kind::Installation => 5,
        }
    }
}

/// How a kind of sheet is recognised.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The kind.
    pub kind: Kind,
    /// What such a sheet is for, in one sentence.
    pub about: String,
    /// Its columns in canonical order.
    pub columns: Vec<Column>,
}

impl Profile {
    /// What the kind needs and a sheet with these columns lacks: required columns, and groups of which one is needed.
    pub fn missing(&self, has: impl Fn(&str) -> bool) -> Vec<String> {
        let needed = self.columns.iter().filter(|column| column.required && !has(&column.name));
        let mut missing: Vec<String> = needed.map(|column| column.name.clone()).collect();
        let groups: BTreeSet<&String> =
            self.columns.iter().filter_map(|column| column.one_of.as_ref()).collect();
        for group in groups {
            let members = || self.columns.iter().filter(|column| column.one_of.as_ref() == Some(group));
            if !members().any(|column| has(&column.name)) {
                let names: Vec<&str> = members().map(|column| column.name.as_str()).collect();
                missing.push(names.join(" or "));
            }
        }
        missing
    }
}

/// One column of a kind of sheet.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// The canonical header.
    pub name: String,
    /// Other headers that mean the same.
    #[serde(default)]
    pub synonyms: Vec<String>,
    /// Whether the sheet needs the column.
    #[serde(default)]
    pub required: bool,
    /// Of the columns with the same word here the sheet needs at least one.
    #[serde(default)]
    pub one_of: Option<String>,
    /// The column stands right of one of these, under a header that names several columns of the sheet.
    #[serde(default)]
    pub right_of: Vec<String>,
    /// Where the first of those headers stands right of one of these, it leads: each belongs to what is on its right.
    #[serde(default)]
    pub leads_after: Vec<String>,
    /// What its cells hold.
    pub content: Content,
    /// What the column means.
    pub meaning: String,
    /// A cell as it should be typed.
    pub example: String,
    /// The words that the column takes, where it takes only some.
    #[serde(default)]
    pub choices: Vec<String>,
    /// Words that only this kind of sheet has in the column: where the columns fit several kinds, a sheet that has nothing
    /// else there is of this one.
    #[serde(default)]
    pub telling: Vec<String>,
}

/// What the cells of a column hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    /// Any text.
    Text,
    /// An account number.
    Account,
    /// A calendar date.
    Date,
    /// A month, `2026-02`.
    Month,
    /// A whole number.
    Integer,
    /// A number.
    Decimal,
    /// An amount of money.
    Money,
    /// One of the column's `choices`.
    Choice,
    /// Yes or no, `y` or `n`.
    Flag,
    /// A meter's nominal size.
    MeterSize,
}

/// A recognised sheet: its kind, where its header is and which column is which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The kind.
    pub kind: Kind,
    /// The header's row, from 1.
    pub header_row: u32,
    /// The recognised columns.
    pub columns: Vec<LayoutColumn>,
}

/// One recognised column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayoutColumn {
    /// The canonical header.
    pub name: String,
    /// The header as the file spells it.
    pub header: String,
    /// Column from 0.
    pub at: u32,
}

impl Layout {
    /// The recognised column of a canonical name.
    pub fn column(&self, name: &str) -> Option<&LayoutColumn> {
        self.columns.iter().find(|column| column.name == name)
    }
}
