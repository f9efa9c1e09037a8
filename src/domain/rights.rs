//! What a person may do. A role is a set of rights and belongs to the site: it is data.

use super::Name;
use enumset::{EnumSet, EnumSetType};
use serde::{Deserialize, Serialize};

/// One thing that not everybody may do. Its code is what the table `role` and commands say.
#[derive(Debug, Hash, EnumSetType, Serialize, Deserialize)]
#[enumset(serialize_repr = "list")]
#[serde(rename_all = "snake_case")]
pub enum Right {
    Pick,
    Pack,
    HandOver,
    PutBack,
    Wave,
    Exceptions,
    Board,
    Inquiry,
    /// Puts a shipment before all others.
    Expedite,
    /// Holds goods, places and orders, and lets them go.
    Hold,
    /// Sends what is there, and the rest later.
    Split,
    KickOut,
    Cancel,
    TakeBack,
    /// Gives, frees, takes over and closes other people's trips.
    Trips,
    /// Prints the label of any parcel again.
    Reprint,
    /// Opens a parcel that has its label.
    Reopen,
    /// Sends a line of text to a person's screen.
    Message,
    /// Keeps views of lists for everybody.
    Views,
    /// Takes lists away as files.
    Export,
    /// Reads who a parcel is for, and what stands on its label.
    Receivers,
    /// Answers for stock that a command or a file moves.
    Stock,
    /// Makes a tote of a new licence plate by scanning it where a free one is due.
    Containers,
    /// Changes roles, and who has which.
    Roles,
}

pub type Rights = EnumSet<Right>;

impl Right {
    pub fn all() -> Rights {
        EnumSet::all()
    }

    pub fn code(self) -> &'static str {
        match self {
            Right::Pick => "pick",
            Right::Pack => "pack",
            Right::HandOver => "hand_over",
            Right::PutBack => "put_back",
            Right::Wave => "wave",
            Right::Exceptions => "exceptions",
            Right::Board => "board",
            Right::Inquiry => "inquiry",
            Right::Expedite => "expedite",
            Right::Hold => "hold",
            Right::Split => "split",
            Right::KickOut => "kick_out",
            Right::Cancel => "cancel",
            Right::TakeBack => "take_back",
            Right::Trips => "trips",
            Right::Reprint => "reprint",
            Right::Reopen => "reopen",
            Right::Message => "message",
            Right::Views => "views",
            Right::Export => "export",
            Right::Receivers => "receivers",
            Right::Stock => "stock",
            Right::Containers => "containers",
            Right::Roles => "roles",
        }
    }

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
    pub fn may(&self, right: Right) -> bool {
        self.rights.contains(right)
    }
}
