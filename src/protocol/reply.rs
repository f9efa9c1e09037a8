//! What comes back: the page that is true now, what was said, and what would be accepted next.

use super::Card;
use super::page::{Message, Page};
use super::scanner::ScannerSettings;
use crate::domain::{Lang, Role};
use serde::{Deserialize, Serialize};

/// What came of it. The page is what is true now, whether the request was taken or refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    pub operator: Option<Operator>,
    pub version: i64,
    pub page: Page,
    pub feedback: Option<Feedback>,
    /// What would be accepted now, each with a scan that does it.
    pub expects: Vec<Expect>,
}

impl Reply {
    /// Was the request refused? Then what was scanned behind it waits for the person.
    pub fn refused(&self) -> bool {
        self.feedback
            .as_ref()
            .is_some_and(|feedback| matches!(feedback.tone, Tone::Wrong | Tone::Stop))
    }
}

/// Who is signed on: their name, their language, and the role that decides what they may.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operator {
    pub id: i64,
    pub code: String,
    pub name: String,
    pub role: Role,
    pub lang: Lang,
    /// How the scanner in their hand is set, where somebody said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scanner: Option<ScannerSettings>,
}

/// How a sentence is meant: its bell lets a person hear the difference without looking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// Done as asked.
    Good,
    /// Refused: one bell pattern.
    Wrong,
    /// Refused, and the goods in hand must not go on: another bell pattern.
    Stop,
}

/// One sentence to the person: a message key with typed arguments, said in the reader's language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Feedback {
    pub tone: Tone,
    pub text: Message,
}

/// Why something was refused. Two lines: what came and what was expected; what to do.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal(pub Feedback);

/// By the name on the card; a Chinese reader reads the words below it.
pub fn card_not_here(card: Card) -> Message {
    Message::key("card-not-here").with("card", card.name()).with("name", Message::key(&card.key()))
}

impl Refusal {
    /// Something else must be scanned or chosen; nothing is in danger.
    pub fn wrong(text: Message) -> Refusal {
        Refusal(Feedback { tone: Tone::Wrong, text })
    }

    /// Read this before anything else is done.
    pub fn stop(text: Message) -> Refusal {
        Refusal(Feedback { tone: Tone::Stop, text })
    }

    /// The right is missing; the sentence says which role the person has.
    pub fn not_allowed(role: &Role) -> Refusal {
        Refusal::wrong(Message::key("not-allowed").with("role", &role.name))
    }

    /// The card does nothing where the person stands.
    pub fn not_here(card: Card) -> Refusal {
        Refusal::wrong(card_not_here(card))
    }

    /// The stable code of the refusal.
    pub fn code(&self) -> &str {
        &self.0.text.key
    }
}

/// Something that the step accepts: what it is, what people call it, and a scan that gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expect {
    pub kind: Kind,
    pub code: String,
    pub scan: String,
}

impl Expect {
    /// `code` is what people call it, `scan` the text that is accepted for it.
    pub fn new(kind: Kind, code: &str, scan: &str) -> Expect {
        Expect { kind, code: code.to_owned(), scan: scan.to_owned() }
    }

    /// A command, by its card's name and the text on the card.
    pub fn card(card: Card) -> Expect {
        Expect { kind: Kind::Card, code: card.name().to_owned(), scan: card.scan() }
    }
}

/// Kinds of expected scans, as `show work` names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Bin,
    Item,
    Lot,
    Day,
    Quantity,
    Tote,
    Staging,
    Bench,
    Container,
    Parcel,
    /// A line of the menu on the screen.
    Choice,
    Card,
}

/// The line in hand, as `show work` names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkLine {
    pub shipment: String,
    pub item: String,
    pub lot: String,
    pub place: String,
    pub qty: i64,
    pub done: i64,
}
