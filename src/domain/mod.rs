//! What a warehouse is, in plain values: people's rights, languages, names, orders as a shop tells
//! them.
//!
//! Pure: nothing here awaits, reads a clock or knows a database.

pub mod cells;
pub mod label;
pub mod layout;
pub mod life;
pub mod order;
mod rights;
pub mod rows;
pub mod states;

pub use rights::{Right, Rights, Role};
use serde::{Deserialize, Serialize};

/// A count of base units of one item.
pub type Units = i64;

/// When a gesture was made, by its number (UUIDv7), in milliseconds since 1970.
pub fn made_ms(command: uuid::Uuid) -> Option<u64> {
    let (seconds, nanos) = command.get_timestamp()?.to_unix();
    Some(seconds * 1000 + u64::from(nanos) / 1_000_000)
}

/// The two languages of the screens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
pub enum Lang {
    #[default]
    #[serde(rename = "en")]
    En,
    #[serde(rename = "zh-CN")]
    Zh,
}

impl Lang {
    /// Both, in the order in which commands offer them.
    pub const ALL: [Lang; 2] = [Lang::En, Lang::Zh];

    /// Its language tag (BCP 47), as the database, files and commands have it.
    pub fn code(self) -> &'static str {
        match self {
            Lang::En => "en",
            Lang::Zh => "zh-CN",
        }
    }

    /// Reads `en`, `zh`, `zh-CN`, `zh_CN.UTF-8` and the like; anything else is `None`.
    pub fn parse(text: &str) -> Option<Lang> {
        match text.get(..2)?.to_ascii_lowercase().as_str() {
            "en" => Some(Lang::En),
            "zh" => Some(Lang::Zh),
            _ => None,
        }
    }
}

/// A name in both languages, and what tells the item from its siblings: size and colour, as its
/// owner writes them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Name {
    pub en: String,
    pub zh: String,
    #[serde(default)]
    pub variant: String,
}

impl Name {
    /// The name without the size and colour, for a screen that shows these by themselves.
    pub fn common(&self) -> Name {
        Name { variant: String::new(), ..self.clone() }
    }

    /// The name in a reader's language, without size and colour.
    pub fn of(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => &self.en,
            Lang::Zh => &self.zh,
        }
    }
}

/// A code in half width, where a Chinese keyboard wrote its letters, digits and signs in full
/// width; a text with other words in it stays as it is.
pub fn half_width(text: &str) -> String {
    let half = |c: char| match c {
        '\u{3000}' => Some(' '),
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0),
        c => c.is_ascii().then_some(c),
    };
    text.chars().map(half).collect::<Option<String>>().unwrap_or_else(|| text.to_owned())
}

/// Keeps outside text harmless: what controls (C0, DEL, C1, bidi marks, line and paragraph
/// separators) and what nobody sees (soft hyphen, joiners, tags) becomes a blank.
pub fn strip_control(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            c if c.is_control() => ' ',
            '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}'
            | '\u{feff}'
            | '\u{e0000}'..='\u{e007f}' => ' ',
            c => c,
        })
        .collect()
}
