//! Command cards: printed barcodes that are commands, so that gloves never need keys.

use serde::{Deserialize, Serialize};

macro_rules! cards {
    ($($name:ident = $text:literal),+ $(,)?) => {
        /// A command, given by a card or by the key that the keymap names for it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Card { $($name),+ }

        impl Card {
            /// Every command, in the order in which the cards are printed.
            pub const ALL: &'static [Card] = &[$(Card::$name),+];

            /// The name on the card, after `WDC-`.
            pub fn name(self) -> &'static str {
                match self { $(Card::$name => $text),+ }
            }
        }
    };
}

cards! {
    Short = "SHORT", Damaged = "DAMAGED", Empty = "EMPTY", Found = "FOUND", NoCode = "NOCODE",
    Skip = "SKIP", Full = "FULL", Undo = "UNDO", Back = "BACK", Yes = "YES", No = "NO",
    Help = "HELP", Explain = "EXPLAIN", Release = "RELEASE", Close = "CLOSE", SignOff = "SIGNOFF",
    Next = "NEXT", Reprint = "REPRINT",
    MenuPick = "MENU-PICK", MenuPack = "MENU-PACK", MenuPutBack = "MENU-PUTBACK",
    MenuHandOver = "MENU-HANDOVER", MenuWave = "MENU-WAVE", MenuExceptions = "MENU-EXCEPTIONS",
    MenuBoard = "MENU-BOARD", MenuInquiry = "MENU-INQUIRY",
}

impl Card {
    /// What the code on every card begins with, so that none is taken for a bin or an item.
    pub const PREFIX: &'static str = "WDC-";

    /// Reads an upper-case scan.
    pub fn parse(text: &str) -> Option<Card> {
        let name = text.strip_prefix(Card::PREFIX)?;
        Card::ALL.iter().copied().find(|card| card.name() == name)
    }

    /// What the printed card says.
    pub fn scan(self) -> String {
        format!("{}{}", Card::PREFIX, self.name())
    }

    /// The message key that names it: `card-short` and so on.
    pub fn key(self) -> String {
        format!("card-{}", self.name().to_ascii_lowercase())
    }
}
