//! Lengths on paper, exact: the same page on every machine.

use std::ops::{Add, AddAssign, Sub};

/// A length in thousandths of a point; an inch has 72 points.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Length(i32);

impl Length {
    pub(super) const ZERO: Length = Length(0);

    /// So many points.
    pub(super) const fn points(points: i32) -> Length {
        Length(points * 1_000)
    }

    /// So many tenths of a point.
    pub(super) const fn tenths(tenths: i32) -> Length {
        Length(tenths * 100)
    }

    /// So many hundredths of an inch.
    pub(super) const fn inch_hundredths(hundredths: i32) -> Length {
        Length(hundredths * 720)
    }

    /// The length in thousandths of a point.
    pub(super) const fn thousandths(self) -> i32 {
        self.0
    }

    /// So many percent of it.
    pub(super) const fn percent(self, percent: i32) -> Length {
        Length(self.0 * percent / 100)
    }

    /// Half of it.
    pub(super) const fn half(self) -> Length {
        Length(self.0 / 2)
    }

    /// What so many units of a font come to at this size, given the units of its em.
    pub(super) fn of_units(self, units: i32, em: i32) -> Length {
        let exact = i64::from(units) * i64::from(self.0) / i64::from(em);
        Length(i32::try_from(exact).unwrap_or(i32::MAX))
    }
}

impl Add for Length {
    type Output = Length;
    fn add(self, other: Length) -> Length {
        Length(self.0.saturating_add(other.0))
    }
}

impl Sub for Length {
    type Output = Length;
    fn sub(self, other: Length) -> Length {
        Length(self.0.saturating_sub(other.0))
    }
}

impl AddAssign for Length {
    fn add_assign(&mut self, other: Length) {
        *self = *self + other;
    }
}
