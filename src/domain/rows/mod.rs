//! Rows of each kind of sheet, read and typed.
