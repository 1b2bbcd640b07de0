//! The nouns of billing and of sheets, with their arithmetic and invariants; one noun a file.

pub mod books;
pub mod count;
pub mod date;
pub mod finding;
pub mod holiday;
pub mod id;
pub mod law;
pub mod money;
pub mod office;
pub mod origin;
pub mod page;
pub mod proposals;
pub mod rows;
pub mod sheet;
pub mod volume;
