//! What a person may do. A role is a set of rights and belongs to the site: it is data.

use super::Name;
use enumset::{EnumSet, EnumSetType};
use serde::{Deserialize, Serialize};

/// Rights and their codes, which are what the table `role` and commands say.
macro_rules! rights {
    ($($(#[$doc:meta])* $right:ident = $code:literal,)+) => {
        /// One thing that not everybody may do.
        #[derive(Debug, Hash, EnumSetType, Serialize, Deserialize)]
        #[enumset(serialize_repr = "list")]
        pub enum Right {
            $($(#[$doc])* #[serde(rename = $code)] $right,)+
        }

        impl Right {
            /// Its stable code, as roles are stored and commands take it.
            pub fn code(self) -> &'static str {
                match self {
                    $(Right::$right => $code,)+
                }
            }
        }
    };
}

rights! {
    Pick = "pick",
    Pack = "pack",
    HandOver = "hand_over",
    PutBack = "put_back",
    Wave = "wave",
    Exceptions = "exceptions",
    Board = "board",
    Inquiry = "inquiry",
    /// Puts a shipment before all others.
    Expedite = "expedite",
    /// Holds goods, places and orders, and lets them go.
    Hold = "hold",
    /// Sends what is there, and the rest later.
    Split = "split",
    KickOut = "kick_out",
    Cancel = "cancel",
    TakeBack = "take_back",
    /// Gives, frees, takes over and closes other people's trips.
    Trips = "trips",
    /// Prints the label of any parcel again.
    Reprint = "reprint",
    /// Opens a parcel that has its label.
    Reopen = "reopen",
    /// Sends a line of text to a person's screen.
    Message = "message",
    /// Keeps views of lists for everybody.
    Views = "views",
    /// Takes lists away as files.
    Export = "export",
    /// Reads who a parcel is for, and what stands on its label.
    Receivers = "receivers",
    /// Answers for stock that a command or a file moves.
    Stock = "stock",
    /// Makes a tote of a new licence plate by scanning it where a free one is due.
    Containers = "containers",
    /// Reads how much a person does in an hour.
    Labour = "labour",
    /// Changes roles, and who has which.
    Roles = "roles",
}

/// A set of rights, a role's for one; in JSON a list of their codes.
pub type Rights = EnumSet<Right>;

impl Right {
    /// Every right that there is, whether or not a role of the site has it.
    pub fn all() -> Rights {
        EnumSet::all()
    }

    /// The right of a code; `None`: there is none of it.
    pub fn parse(text: &str) -> Option<Right> {
        Right::all().into_iter().find(|right| right.code() == text)
    }
}

/// What a person is here, and so what they may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    pub code: String,
    pub name: Name,
    pub rights: Rights,
    /// Its people work for some owners or shops only.
    #[serde(default)]
    pub limited: bool,
}

impl Role {
    /// Has it this right? Which shops and owners it is limited to is not asked here.
    pub fn may(&self, right: Right) -> bool {
        self.rights.contains(right)
    }
}
