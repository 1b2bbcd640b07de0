//! Names of things: accounts, meters, bills and the archive's sequence numbers.

use std::fmt;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(SmolStr);

        impl $name {
            /// Takes the text as it is.
            pub fn new(text: impl Into<SmolStr>) -> Self {
                Self(text.into())
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    };
}

text_id! {
    /// An account number: text, with its leading zeros.
    AccountId
}
text_id! {
    /// A meter's serial number.
    MeterId
}
text_id! {
    /// A field order's number, `FO-YYYYMMDD-NNN`.
    OrderNumber
}
text_id! {
    /// A bill's number, `YYYYMM-ACCOUNT`; a rebill adds `-2`.
    BillNumber
}

text_id! {
    /// A weather station's number in the CIMIS network.
    StationId
}

impl AccountId {
    /// No account: that of money which no account of ours is named for.
    pub fn nobody() -> AccountId {
        AccountId::new("")
    }
}

/// The place of a fact in the archive: 1, 2, 3 ...
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sequence(pub u32);

/// Six digits, as in the archive's file names.
impl fmt::Display for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06}", self.0)
    }
}
