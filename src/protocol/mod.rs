//! What a person can ask and what comes back. One file an activity: what it knows (`Snapshot`),
//! where a person stands in it (`Step`), what a scan does there (`decide`), and what the person
//! sees (`page`).
//!
//! Pure: `work` loads the snapshot, asks `decide`, applies the decision and shows `page` of what is
//! then true.

pub mod desk;
pub mod exceptions;
pub mod hand_over;
pub mod pack;
pub mod page;
pub mod pick;
pub mod put_back;
pub mod scan;
pub mod sign_on;
pub mod wave;

pub use crate::codes::card::Card;
use crate::domain::{Lang, Role};
pub use page::{Arg, Entry, Page, Text};
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

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operator {
    pub id: i64,
    pub code: String,
    pub name: String,
    pub role: Role,
    pub lang: Lang,
    /// How the gun in their hand is set, where somebody said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scanner: Option<Scanner>,
}

/// What a gun is set to send around its data.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scanner {
    pub prefix: String,
    pub suffix: String,
    /// What stands for GS where the gun cannot send it.
    pub gs: Option<char>,
}

impl Scanner {
    /// At most eight bytes of ASCII around the data, and neither what ends a line nor what begins a
    /// key.
    pub fn can_be(&self) -> bool {
        let around = |text: &str| {
            text.len() <= 8
                && text
                    .bytes()
                    .all(|b| b.is_ascii() && !matches!(b, 0 | 8 | 9 | 10 | 13 | 0x15 | 0x1b | 0x7f))
        };
        // These at the beginning of a line are keys at the door, where nobody knows yet whose gun
        // it is.
        let key = self.prefix.starts_with(['\u{3}', '\u{4}', '\u{c}']);
        around(&self.prefix)
            && around(&self.suffix)
            && !key
            && self.gs.is_none_or(|c| c.is_ascii_graphic())
    }
}

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
    pub text: Text,
}

/// Why something was refused. Two lines: what came and what was expected; what to do.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal(pub Feedback);

/// By the name on the card; a Chinese reader reads the words below it.
pub fn card_not_here(card: Card) -> Text {
    Text::key("card-not-here").with("card", card.name()).with("name", Text::key(&card.key()))
}

impl Refusal {
    pub fn wrong(text: Text) -> Refusal {
        Refusal(Feedback { tone: Tone::Wrong, text })
    }

    pub fn stop(text: Text) -> Refusal {
        Refusal(Feedback { tone: Tone::Stop, text })
    }

    pub fn not_allowed(role: Role) -> Refusal {
        Refusal::wrong(
            Text::key("not-allowed").with("role", Text::key(&format!("role-{}", role.code()))),
        )
    }

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
    pub fn new(kind: Kind, code: &str, scan: &str) -> Expect {
        Expect { kind, code: code.to_owned(), scan: scan.to_owned() }
    }

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

/// Month and day of an ISO date as four digits: what a person types to name a date. `None` for
/// goods without one.
fn month_day(day: &str) -> Option<String> {
    Some(day.get(5..)?.replace('-', "")).filter(|d| d.len() == 4)
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

/// Where a person stands. Saved after every scan, and all that a new terminal needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    #[default]
    Menu,
    Pick(pick::Step),
    Pack(pack::Step),
    PutBack(put_back::Step),
    HandOver(hand_over::Step),
    Wave(wave::Step),
    Exceptions(exceptions::Step),
    Board(desk::Step),
    Inquiry(desk::Step),
}

impl Step {
    pub fn activity(&self) -> Option<Activity> {
        Some(match self {
            Step::Menu => return None,
            Step::Pick(_) => Activity::Pick,
            Step::Pack(_) => Activity::Pack,
            Step::PutBack(_) => Activity::PutBack,
            Step::HandOver(_) => Activity::HandOver,
            Step::Wave(_) => Activity::Wave,
            Step::Exceptions(_) => Activity::Exceptions,
            Step::Board(_) => Activity::Board,
            Step::Inquiry(_) => Activity::Inquiry,
        })
    }
}

/// What a person can be busy with. Who may, stands here and nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Activity {
    Pick,
    Pack,
    HandOver,
    PutBack,
    Wave,
    Exceptions,
    Board,
    Inquiry,
}

impl Activity {
    pub const ALL: [Activity; 8] = [
        Activity::Wave,
        Activity::Exceptions,
        Activity::Pick,
        Activity::Pack,
        Activity::HandOver,
        Activity::PutBack,
        Activity::Board,
        Activity::Inquiry,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Activity::Pick => "pick",
            Activity::Pack => "pack",
            Activity::HandOver => "hand_over",
            Activity::PutBack => "put_back",
            Activity::Wave => "wave",
            Activity::Exceptions => "exceptions",
            Activity::Board => "board",
            Activity::Inquiry => "inquiry",
        }
    }

    pub fn card(self) -> Card {
        match self {
            Activity::Pick => Card::MenuPick,
            Activity::Pack => Card::MenuPack,
            Activity::HandOver => Card::MenuHandOver,
            Activity::PutBack => Card::MenuPutBack,
            Activity::Wave => Card::MenuWave,
            Activity::Exceptions => Card::MenuExceptions,
            Activity::Board => Card::MenuBoard,
            Activity::Inquiry => Card::MenuInquiry,
        }
    }

    pub fn of_card(card: Card) -> Option<Activity> {
        Activity::ALL.into_iter().find(|activity| activity.card() == card)
    }

    /// May a person of this role do it?
    pub fn open_to(self, role: Role) -> bool {
        match role {
            Role::Supervisor | Role::Admin => true,
            // Everybody may ask what a code is.
            _ if self == Activity::Inquiry => true,
            Role::Picker => matches!(self, Activity::Pick | Activity::PutBack),
            Role::Packer => matches!(self, Activity::Pack | Activity::HandOver | Activity::PutBack),
            Role::Receiver => matches!(self, Activity::PutBack),
        }
    }

    pub fn title(self) -> Text {
        Text::key(match self {
            Activity::Pick => "menu-pick",
            Activity::Pack => "menu-pack",
            Activity::HandOver => "menu-hand-over",
            Activity::PutBack => "menu-put-back",
            Activity::Wave => "menu-wave",
            Activity::Exceptions => "menu-exceptions",
            Activity::Board => "menu-board",
            Activity::Inquiry => "menu-inquiry",
        })
    }
}
