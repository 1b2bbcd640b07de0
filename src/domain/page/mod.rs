//! Pages of workbooks before they have a format.
