//! Customers of a sheet with what each of them pays under a rate file.

use std::fmt;

use rust_decimal::Decimal;

use crate::domain::date::Date;
use crate::domain::sheet::cell;

/// What a figure of a rated customer is; the order is that of the columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Figure<'t> {
    /// What one charge comes to.
    Charge(ChargeName<'t>),
    /// One tier of a charge.
    Tier(ChargeName<'t>, u32, TierFigure),
    /// The whole bill.
    Bill,
}

/// What is said about a tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TierFigure {
    /// How much water lies in it.
    Usage,
    /// What that comes to.
    Amount,
}

/// The field of a charge: `service_charge` first, then `commodity_charge`, then the others by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChargeName<'t> {
    place: u8,
    name: &'t str,
}

impl<'t> ChargeName<'t> {
    /// The field of that name.
    pub fn new(name: &'t str) -> ChargeName<'t> {
        let place = match name {
            "service_charge" => 0,
            "commodity_charge" => 1,
            _ => 2,
        };
        ChargeName { place, name }
    }
}

impl Figure<'_> {
    /// Whether it is an amount of dollars; else it is a volume in the rate file's unit.
    pub fn is_money(self) -> bool {
        !matches!(self, Figure::Tier(_, _, TierFigure::Usage))
    }

    /// Whether it is worth a column where it is 0 for everybody.
    pub fn always_shown(self) -> bool {
        !matches!(self, Figure::Charge(ChargeName { place: 2, .. }))
    }
}

/// The column's name: `service_charge`, `tier_1_usage`, `bill`.
///
/// Tiers of the water have no prefix; those of another charge have its name: `sewer_charge_tier_1_usage`.
impl fmt::Display for Figure<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Figure::Charge(charge) => f.write_str(charge.name),
            Figure::Tier(charge, tier, part) => {
                if charge.name != "commodity_charge" {
                    write!(f, "{}_", charge.name)?;
                }
                let part = if *part == TierFigure::Usage { "usage" } else { "amount" };
                write!(f, "tier_{tier}_{part}")
            }
            Figure::Bill => f.write_str("bill"),
        }
    }
}

/// The figures of one customer in the order of the columns, or why there are none.
pub type RatedRow<'t> = Result<Vec<(Figure<'t>, Decimal)>, String>;

/// A sheet of rated customers.
pub struct RatedSheet<'a> {
    /// The rate file.
    pub rates: String,
    /// The first day on which it is in force.
    pub effective: Option<Date>,
    /// The sheet's own columns, as it names them.
    pub columns: Vec<String>,
    /// The figures that occur.
    pub figures: Vec<Figure<'a>>,
    /// Whether the figures are unrounded.
    pub exact: bool,
    /// The rows as they came; one without cells stays blank.
    pub rows: Vec<cell::Row>,
    /// Prices one of them.
    pub rate: Box<dyn Fn(&cell::Row) -> RatedRow<'a> + Sync + 'a>,
}

impl RatedSheet<'_> {
    /// The names of all columns: the sheet's own, the figures, the finding.
    pub fn headers(&self) -> Vec<String> {
        headers(&self.columns, &self.figures)
    }
}

/// The names of all columns: the sheet's own, those of the figures, and `finding`.
///
/// A figure whose name the sheet has already is `rated_...`.
pub fn headers(columns: &[String], figures: &[Figure<'_>]) -> Vec<String> {
    let mut headers = columns.to_vec();
    let added = figures.iter().map(ToString::to_string).chain(["finding".to_owned()]);
    for mut name in added {
        while headers.iter().any(|taken| taken.trim().eq_ignore_ascii_case(&name)) {
            name.insert_str(0, "rated_");
        }
        headers.push(name);
    }
    headers
}

/// Puts figures under their columns; `None` where a customer has none of a kind.
pub fn in_columns<'f, 't>(
    figures: &'f [Figure<'t>],
    found: &'f [(Figure<'t>, Decimal)],
) -> impl Iterator<Item = Option<Decimal>> + use<'f, 't> {
    let mut found = found.iter().peekable();
    figures.iter().map(move |column| {
        while found.next_if(|(figure, _)| figure < column).is_some() {}
        found.next_if(|(figure, _)| figure == column).map(|(_, value)| *value)
    })
}
