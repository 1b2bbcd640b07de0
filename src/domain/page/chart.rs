//! A picture of a short list, drawn from its cells.

/// A chart below a list: a category a row, a series a column.
///
/// Size, place, colours and the text for those who cannot see it are the encoders'; the text is made of the list's own
/// figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    /// What it shows, in a few words.
    pub title: String,
    /// The header of the column that names the categories.
    pub categories: String,
    /// The headers of the columns that are drawn, all of one role.
    pub series: Vec<String>,
}

impl Chart {
    /// A chart of upright columns, side by side where there are several series.
    pub fn columns(title: impl Into<String>, categories: &str, series: &[&str]) -> Chart {
        let series = series.iter().map(|&header| header.to_owned()).collect();
        Chart { title: title.into(), categories: categories.to_owned(), series }
    }
}
