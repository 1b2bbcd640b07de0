//! Turns bytes of any supported format into addressed rows, sheet by sheet, without holding the whole.
