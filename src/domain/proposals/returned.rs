//! What is said of a file that is handed back, on its way into a workbook.

use crate::domain::finding::Finding;
use crate::domain::sheet::returned::ReturnId;

/// A file that is handed back, and why.
///
/// The day is not part of it: the same content with the same findings comes back as the same workbook.
#[derive(Clone, Debug)]
pub struct Returning<'f> {
    /// What the returned workbook is known by.
    pub id: ReturnId,
    /// The file's name as dropped.
    pub file: &'f str,
    /// The name under which the file lies beside, as it was dropped.
    pub original: &'f str,
    /// What is wrong with it, and what else is worth knowing.
    pub findings: &'f [Finding],
    /// Whether the workbook is a plain copy of the values of another.
    pub plain: bool,
}
