//! What reaches the model and what it asks of the session, as plain values.

use crate::console::input::Key;
use crate::protocol::{Feedback, Input, Page, Reply, Request, Tone};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// When and under which number a gesture was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GestureStamp {
    pub command: Uuid,
    pub at: String,
}

/// What reaches the model: keys and lines of the person, answers, and the passing of time. A
/// session can be recorded as these and replayed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Msg {
    Key(Key, GestureStamp),
    Typing(String),
    Line {
        text: String,
        typed: bool,
        stamp: GestureStamp,
    },
    TooLong,
    /// A small letter alone on a desk's entry line: nothing came behind it.
    Hotkey(char, GestureStamp),
    /// A click on a row of the page's list.
    Click(usize, GestureStamp),
    /// The mouse's wheel.
    Wheel {
        up: bool,
    },
    Reply(Box<Reply>),
    /// What a row of the list would open; nothing where it could not be read.
    Previewed {
        of: String,
        page: Option<Box<Page>>,
    },
    /// What the session did for itself: a file was written, or why not.
    Told(Feedback),
    /// No answer yet, and why; the gesture is sent again where that helps.
    NoAnswer(Link),
    /// There was none for so long that the person decides: ask again, or let it be.
    Unanswered,
    /// A quiet moment: a page that shows what others do may look again.
    Tick(GestureStamp),
    Resize(u16, u16),
}

/// What the session is to do after a message; the model itself does nothing outside.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    Send(Box<Request>),
    Bell(Tone),
    /// The terminal is to say what its mouse does, or no longer.
    Mouse(bool),
    /// Whoever is idle hears that work waits.
    Call,
    Quit,
    /// What this row opens is to be read, to stand beside the list.
    Preview(String),
    /// The list on the screen goes into a file.
    Export {
        xlsx: bool,
    },
    /// The demo's key: what would be accepted comes in as a scanner would send it.
    Inject(String),
}

/// A gesture that waits to be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct QueuedInput {
    pub ask: Input,
    pub stamp: GestureStamp,
}

/// How the database answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Link {
    #[default]
    Fine,
    Slow,
    Offline,
}
