//! What a person sees, as data: keys of sentences with typed arguments, so that the same page is
//! drawn at any size and in any language.

use super::list::Cell;
use crate::codes::card::Card;
use crate::domain::Name;
use crate::domain::rows::Instant;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An argument of a sentence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arg {
    Count(i64),
    /// Text as it is: a code, a date, something from outside.
    Plain(String),
    /// A thing with a name in each language.
    Name(Name),
    /// Another sentence.
    Message(Box<Message>),
}

impl From<i64> for Arg {
    fn from(n: i64) -> Arg {
        Arg::Count(n)
    }
}
impl From<&str> for Arg {
    fn from(s: &str) -> Arg {
        Arg::Plain(crate::domain::strip_control(s))
    }
}
impl From<&String> for Arg {
    fn from(s: &String) -> Arg {
        Arg::from(s.as_str())
    }
}
impl From<String> for Arg {
    fn from(s: String) -> Arg {
        Arg::from(s.as_str())
    }
}
impl From<Message> for Arg {
    fn from(text: Message) -> Arg {
        Arg::Message(Box::new(text))
    }
}
impl From<&Name> for Arg {
    fn from(n: &Name) -> Arg {
        Arg::Name(n.clone())
    }
}

/// A sentence of the catalogue. The key `plain` shows its argument `text` as it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct Message {
    pub key: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub args: BTreeMap<String, Arg>,
}

impl Message {
    /// The key of words that are in no catalogue: the argument `text` is what is read.
    pub const PLAIN: &'static str = "plain";

    /// A sentence of the catalogue by its key; one that is in none shows the key itself.
    pub fn key(key: &str) -> Message {
        Message { key: key.to_owned(), args: BTreeMap::new() }
    }

    /// What needs no sentence: a code, an SSCC, a name in both languages.
    pub fn plain(text: impl Into<Arg>) -> Message {
        Message::key(Message::PLAIN).with("text", text)
    }

    /// The words themselves, where it is no text of the catalogue.
    pub fn as_plain(&self) -> Option<&str> {
        match self.args.get("text") {
            Some(Arg::Plain(text)) if self.key == Message::PLAIN => Some(text),
            _ => None,
        }
    }

    /// Fills a gap of the sentence by its name; the last value for a name counts.
    #[must_use]
    pub fn with(mut self, name: &str, arg: impl Into<Arg>) -> Message {
        self.args.insert(name.to_owned(), arg.into());
        self
    }
}

/// How the entry line takes what is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    #[default]
    Scan,
    /// Shown as dots; keys only.
    Secret,
}

/// One question. The place to go is biggest and first, what differs (date, count) is marked strong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct Page {
    pub title: Message,
    /// What lies on the way back from here, the beginning first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub path: Vec<Message>,
    /// The one thing to look at: a bin, a tote, a number.
    pub big: Option<Message>,
    pub facts: Vec<Fact>,
    /// What to do now.
    pub prompt: Message,
    pub entry: Entry,
    /// Numbered; the digit acts with Enter, the card at once.
    pub menu: Vec<Choice>,
    /// Rows that arrows choose from and Enter opens.
    #[serde(default)]
    pub table: Table,
    /// What comes after this: seen where there is room for it, and never chosen from.
    #[serde(default)]
    pub ahead: Table,
    /// The commands that can be used now, for help and the command bar.
    pub cards: Vec<Card>,
    /// It shows what others do, so it looks again while nothing else happens.
    #[serde(default)]
    pub live: bool,
    /// But seldom: many look at it, and nobody waits for it.
    #[serde(default)]
    pub seldom: bool,
    #[serde(default)]
    pub letters: Letters,
    /// When it was read, where that matters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Instant>,
    /// How many rows of how many its list shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<(i64, i64)>,
    /// The list is one of several parts, which a larger screen draws side by side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deck: Option<Deck>,
    /// Work waits for who looks at this and is idle: a terminal that did not say so before rings.
    #[serde(default)]
    pub calling: bool,
    /// A report waits for its answer: the screen looks like no other, so that nobody goes on
    /// scanning as if nothing had happened.
    #[serde(default)]
    pub reporting: bool,
    /// A scan may print, close or confirm here: the same one at once again is a trigger that read
    /// twice.
    #[serde(default)]
    pub once: bool,
}

/// Which small letters are commands: none where scans come in; on a desk those that find the way,
/// on its lists all of them. A burst that a terminator closes is a scan there too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Letters {
    #[default]
    None,
    Desk,
    List,
}

/// A list: cells by column, and for each row what is sent when it is opened (empty: nothing).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct Table {
    pub header: Vec<Message>,
    pub rows: Vec<Vec<Cell>>,
    pub opens: Vec<String>,
    /// Whose clock instants are said by; without instants it may be empty.
    #[serde(default)]
    pub tz: String,
}

/// How the rows of a page's list belong together, and what is drawn beside them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Deck {
    pub parts: Vec<Part>,
    /// Of each row of the first part.
    pub burns: Vec<Burn>,
    /// Late, at risk, well.
    pub tally: [i64; 3],
}

/// A part of the list: the row that is its title, where it ends, and what stands above its columns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Part {
    pub title: usize,
    pub end: usize,
    pub header: Vec<Message>,
    /// Its columns, the most important first: where there is no room the last ones are left out.
    pub rank: Vec<usize>,
}

/// What was left at the end of each quarter of an hour, now last, and in how many minutes nothing
/// must be left.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Burn {
    pub name: Message,
    pub left: Vec<i64>,
    pub minutes: i64,
}

/// A line below what is big; `strong` where it differs from stop to stop and must be looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    pub text: Message,
    pub strong: bool,
    /// It says what was done last.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub done: bool,
}

/// A line of the menu; its digit is its place, counted from one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    pub text: Message,
    /// The card that does the same, if there is one.
    pub card: Option<Card>,
}

/// A cut-off that is nearer than so many minutes is near.
pub const SOON_MIN: i64 = 30;

impl Page {
    /// A page with its title and what to do now, and nothing else yet.
    pub fn new(title: Message, prompt: Message) -> Page {
        Page { title, prompt, ..Page::default() }
    }

    /// Says what is to be looked at first; there is only one, so the last counts.
    #[must_use]
    pub fn big(mut self, text: Message) -> Page {
        self.big = Some(text);
        self
    }

    /// Adds a line that may be read, below those before it.
    #[must_use]
    pub fn fact(mut self, text: Message) -> Page {
        self.facts.push(Fact { text, strong: false, done: false });
        self
    }

    /// Adds a line that must not be overlooked.
    #[must_use]
    pub fn strong(mut self, text: Message) -> Page {
        self.facts.push(Fact { text, strong: true, done: false });
        self
    }

    /// Adds a line that says what was done last.
    #[must_use]
    pub fn done(mut self, text: Message) -> Page {
        self.facts.push(Fact { text, strong: false, done: true });
        self
    }

    /// Adds the cut-off: a line that may be read while there is time, one that must be when it is
    /// near or past. `due` is empty where there is none.
    #[must_use]
    pub fn due(self, due: &str, minutes: Option<i64>) -> Page {
        let said = |key: &str, min: i64| Message::key(key).with("due", due).with("min", min);
        match minutes {
            _ if due.is_empty() => self,
            Some(min) if min < 0 => self.strong(said("due-late", min)),
            Some(min) if min < SOON_MIN => self.strong(said("due-soon", min)),
            _ => self.fact(said("due-at", 0)),
        }
    }

    /// Adds a line to the menu under the next digit, with the card that does the same.
    #[must_use]
    pub fn choice(mut self, text: Message, card: Option<Card>) -> Page {
        self.menu.push(Choice { text, card });
        self
    }

    /// Lets the terminal ask again by itself while nobody types and nothing is on its way.
    #[must_use]
    pub fn live(mut self) -> Page {
        self.live = true;
        self
    }

    /// Says whether work waits for who is idle.
    #[must_use]
    pub fn calling(mut self, waits: bool) -> Page {
        self.calling = waits;
        self
    }

    /// Says whether a scan may print, close or confirm here.
    #[must_use]
    pub fn once(mut self, prints: bool) -> Page {
        self.once = prints;
        self
    }

    /// Says that a report waits for its answer.
    #[must_use]
    pub fn reporting(mut self) -> Page {
        self.reporting = true;
        self
    }

    /// Lets it ask again as well, but seldom.
    #[must_use]
    pub fn live_seldom(mut self) -> Page {
        self.live = true;
        self.seldom = true;
        self
    }

    /// Adds commands to help and to the command bar, behind those that are there.
    #[must_use]
    pub fn cards(mut self, cards: &[Card]) -> Page {
        self.cards.extend_from_slice(cards);
        self
    }
}
