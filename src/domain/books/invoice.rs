//! An invoice for an installation: service, material and labor of one account.

use rust_decimal::Decimal;

use crate::domain::date::Date;
use crate::domain::id::AccountId;
use crate::domain::money::Money;

/// What a line of an invoice is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WorkKind {
    /// A service of the district.
    Service,
    /// Material.
    Material,
    /// Hours of work.
    Labor,
}

impl WorkKind {
    /// All kinds, in the order of an invoice.
    pub const ALL: [WorkKind; 3] = [WorkKind::Service, WorkKind::Material, WorkKind::Labor];

    /// The word that sheets and lists use.
    pub fn word(self) -> &'static str {
        match self {
            WorkKind::Service => "service",
            WorkKind::Material => "material",
            WorkKind::Labor => "labor",
        }
    }
}

/// One line of an invoice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvoiceLine {
    /// The day of the work.
    pub date: Date,
    /// What was done or used.
    pub item: String,
    /// What it is for.
    pub kind: WorkKind,
    /// How many.
    pub quantity: Decimal,
    /// Dollars for one.
    pub unit_price: Decimal,
}

impl InvoiceLine {
    /// Quantity times unit price, rounded half-up to the cent.
    pub fn amount(&self) -> Money {
        Money::rounded(self.quantity * self.unit_price)
    }
}

/// An invoice for an installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invoice {
    /// `INV-YYYYMMDD-ACCOUNT`; a further one of the account and day adds `-2`, `-3`.
    pub number: String,
    /// The account.
    pub account: AccountId,
    /// The day of the run that took its rows in.
    pub date: Date,
    /// The last day to pay.
    pub due_date: Date,
    /// Its lines, in the order of the sheet.
    pub lines: Vec<InvoiceLine>,
}

impl Invoice {
    /// The sum of the lines of a kind.
    pub fn sum(&self, kind: WorkKind) -> Money {
        self.lines.iter().filter(|line| line.kind == kind).map(InvoiceLine::amount).sum()
    }

    /// The sum of all lines.
    pub fn total(&self) -> Money {
        self.lines.iter().map(InvoiceLine::amount).sum()
    }
}
