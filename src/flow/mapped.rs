//! Reads a text that `[[columns]]` of `office.toml` maps, line by line.

use super::returned::base_name;
use crate::domain::count::counted;
use crate::domain::date::Date;
use crate::domain::office::Office;
use crate::domain::origin::SheetName;
use crate::domain::sheet::cell::{Row, Value};
use crate::domain::sheet::column_map::ColumnMap;
use crate::domain::sheet::place::Place;
use crate::domain::sheet::profile::{Kind, Profile};
use crate::recognise::Recognition;
use crate::rows::{self, Line};
use crate::sheet::Unreadable;
use crate::{recognise, sheet};

/// By what the files of an office are understood: the kinds of sheet, and the maps of other systems' layouts.
pub(super) struct Layouts<'o> {
    pub(super) profiles: Vec<Profile>,
    maps: &'o [ColumnMap],
}

impl<'o> Layouts<'o> {
    /// Those of an office; without one, the kinds alone.
    pub(super) fn of(office: Option<&'o Office>) -> Layouts<'o> {
        let maps = office.map_or(&[][..], |office| &office.columns);
        Layouts { profiles: recognise::profiles(maps), maps }
    }

    /// The text that a file is, where the office maps its lines; of several maps that fit its name the first.
    pub(super) fn mapped<'b>(&'b self, name: &str, bytes: &'b [u8], today: Date) -> Option<MappedText<'b>> {
        let name = base_name(name);
        let map = self.maps.iter().find(|map| map.is_for(&name)).filter(|_| sheet::is_text(bytes))?;
        let profile = self.profiles.iter().find(|profile| profile.kind == map.kind)?;
        Some(MappedText { map, profile, profiles: &self.profiles, bytes, today })
    }
}

/// A text whose lines are mapped.
pub(super) struct MappedText<'b> {
    map: &'b ColumnMap,
    profile: &'b Profile,
    profiles: &'b [Profile],
    bytes: &'b [u8],
    today: Date,
}

/// How many lines were passed over.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct PassedOver {
    no_rows: usize,
    skipped: usize,
}

impl MappedText<'_> {
    pub(super) fn kind(&self) -> Kind {
        self.map.kind
    }

    /// Where its rows stand: without a header, from the first line on.
    pub(super) fn place(&self, file: &str) -> Place {
        Place {
            name: SheetName { file: file.into(), sheet: "".into() },
            layout: recognise::mapped_layout(self.map),
        }
    }

    /// The names of its columns, as the row of this number: 0 stands above the first line.
    pub(super) fn header(&self, number: u32) -> Row {
        Row::of(number, self.map.columns().into_iter().map(|name| Value::Text(name.to_owned())))
    }

    /// The header of the workbook that it comes back as; where the columns fit several kinds, with one that settles which.
    pub(super) fn header_to_return(&self) -> Row {
        let header = self.header(1);
        let rows = std::slice::from_ref(&header);
        if !matches!(recognise::recognise(rows, self.profiles), Recognition::Several(_)) {
            return header;
        }
        let settling = recognise::settling_columns(rows, &[self.map.kind], self.profiles);
        let more = settling.into_iter().flat_map(|(_, columns)| columns);
        let names = self.map.columns().into_iter().map(str::to_owned).chain(more);
        Row::of(1, names.map(Value::Text))
    }

    /// Shows each line that is a row, numbered as in the file.
    pub(super) fn each_row<E: From<Unreadable>>(
        &self,
        see: &mut dyn FnMut(&Row) -> Result<(), E>,
    ) -> Result<PassedOver, E> {
        let mut book = match self.map.characters.is_empty() {
            true => sheet::open("", self.bytes)?,
            false => sheet::open_fixed(self.bytes, &self.map.cuts())?,
        };
        let mut lines = book.rows(0)?;
        let mut passed = PassedOver::default();
        while let Some(line) = lines.next_row()? {
            match rows::mapped(self.map, line, self.profile, self.today) {
                Line::Row(cells) => see(&Row::of(line.number, cells))?,
                Line::NoRow => passed.no_rows += 1,
                Line::Skipped => passed.skipped += 1,
            }
        }
        Ok(passed)
    }

    /// What was passed over, in words; so nobody has to trust the map blindly.
    pub(super) fn told(&self, passed: PassedOver) -> Option<String> {
        let lines = |count| counted(count, "line", "lines");
        let no_rows =
            (passed.no_rows > 0).then(|| format!("{} of other kinds passed over", lines(passed.no_rows)));
        let skipped = (passed.skipped > 0).then(|| {
            format!("{} without {} passed over", lines(passed.skipped), self.map.skip_without.to_lowercase())
        });
        let told: Vec<String> = no_rows.into_iter().chain(skipped).collect();
        (!told.is_empty()).then(|| told.join(", "))
    }
}
