//! Lays results out as pages and encodes pages as xlsx bytes or as text; one file per workbook.
