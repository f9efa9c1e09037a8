//! What a person asks: one gesture, with the number that makes it count once.

use super::Card;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// One gesture of one person. `command` is made where the gesture is made; sent again, it gets its
/// first answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    pub command: Uuid,
    /// The terminal that asks. The last badge wins: an older terminal is told where the work went.
    pub session: Uuid,
    /// Who asks, once the door is passed.
    pub person: Option<i64>,
    /// What the terminal calls itself, for the one who is told that the work went there.
    pub terminal: String,
    /// When the gesture was made, RFC 3339.
    pub at: String,
    /// The step that the person saw when they made it (`Reply::version`).
    pub version: i64,
    pub ask: Input,
}

/// What the person does: at the door a badge and its digits, behind it scans and commands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// A badge at the door.
    Badge(String),
    /// The digits that belong to the badge. Never recorded, never logged.
    Pin { badge: String, pin: Pin },
    /// A scan or a typed line; `typed` is an audit mark and decides nothing.
    Scan { text: String, typed: bool },
    /// A command by key.
    Card(Card),
    /// Show again where I stand.
    Refresh,
}

/// Digits that print as dots wherever a program shows its values.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin(pub String);

impl std::fmt::Debug for Pin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pin(…)")
    }
}
