//! How much a dropped file may hold. Every limit is checked before memory is set aside for what it limits.

/// A file may have this many bytes: 100 MiB.
pub const FILE_BYTES: u64 = 100 << 20;

/// The parts of a package (xlsx, xlsm, xlsb, ods) may have this many bytes together when unpacked: 1 GiB.
pub const UNPACKED_BYTES: u64 = 1 << 30;

/// A part that is neither a sheet nor the shared strings may have this many bytes when unpacked: 32 MiB.
///
/// Such parts (styles, names, relationships) grow many times over in memory. Excel's own limit of 65,490
/// cell formats makes some 16 MB of styles.
pub const SIDE_PART_BYTES: u64 = 32 << 20;

/// A sheet may have this many cells that are not empty: 20 million.
pub const CELLS: u64 = 20_000_000;

/// The sheets of an xls may span this many cells together, empty ones within counted: 5 million.
///
/// calamine holds an xls as whole rectangles, so two cells in far corners cost as much as all between them.
pub const XLS_AREA: u64 = 5_000_000;

/// A sheet has this many columns, as in Excel: 16,384 (`XFD`).
pub const COLUMNS: u32 = 16_384;

/// A sheet has this many rows, as in Excel: 1,048,576.
pub const ROWS: u32 = 1_048_576;

/// A cell may hold this many characters, as in Excel: 32,767. Longer text becomes `Value::TooLong`.
pub const TEXT_CHARACTERS: usize = 32_767;

/// The texts of one row may have this many bytes together: 16 MiB.
///
/// One shared text, named by 16,384 cells, takes a few bytes each in the file and half a gigabyte in memory.
pub const ROW_TEXT_BYTES: usize = 16 << 20;
