//! The desk: the board with its numbers, and inquiry by any code. Every number opens its list, every list its detail, and
//! a detail shows what is there, what happened and who did it; to those who may, what can be done about it.

use super::page::Table;
use super::scan::{Meaning, Scan};
use super::{Card, Expect, Page, Refusal, Text};
use serde::{Deserialize, Serialize};

/// Where a person looks: the way there, the last one on the screen. Empty: the board, or the question for a code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Step {
    pub trail: Vec<Subject>,
    /// An action that waits for YES, for a badge or for a text.
    pub asking: Option<Action>,
}

/// How far back a person can go.
const TRAIL: usize = 12;

/// Something that can be looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    pub kind: Kind,
    pub id: i64,
    /// For lists: which one (a stage, a reason).
    #[serde(default)]
    pub of: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Place,
    Item,
    Lot,
    Order,
    Shipment,
    Parcel,
    Trip,
    Wave,
    Person,
    HandOver,
    /// Shipments of a stage.
    Stage,
    /// Open cases of a reason.
    Cases,
}

impl Kind {
    const ALL: [(&'static str, Kind); 12] = [
        ("place", Kind::Place), ("item", Kind::Item), ("lot", Kind::Lot), ("order", Kind::Order), ("shipment", Kind::Shipment), ("parcel", Kind::Parcel), ("trip", Kind::Trip),
        ("wave", Kind::Wave), ("person", Kind::Person), ("hand_over", Kind::HandOver), ("stage", Kind::Stage), ("cases", Kind::Cases),
    ];
}

impl Subject {
    pub fn new(kind: Kind, id: i64) -> Subject {
        Subject { kind, id, of: String::new() }
    }

    pub fn list(kind: Kind, of: &str) -> Subject {
        Subject { kind, id: 0, of: of.to_owned() }
    }

    /// What the screen sends when a row of a list is opened: `#shipment:12`, `#stage:picking`.
    pub fn scan(&self) -> String {
        let kind = Kind::ALL.iter().find(|(_, kind)| *kind == self.kind).map_or("", |(name, _)| name);
        if self.of.is_empty() { format!("#{kind}:{}", self.id) } else { format!("#{kind}:{}", self.of) }
    }

    pub fn parse(text: &str) -> Option<Subject> {
        let (kind, what) = text.strip_prefix('#')?.split_once(':')?;
        let (_, kind) = Kind::ALL.into_iter().find(|(name, _)| *name == kind)?;
        match (kind, what.parse()) {
            (Kind::Stage | Kind::Cases, _) => Some(Subject::list(kind, what)),
            (kind, Ok(id)) => Some(Subject::new(kind, id)),
            _ => None,
        }
    }

    /// What a scan of the site's codes means here.
    pub fn of_meaning(meaning: &Meaning) -> Subject {
        match meaning {
            Meaning::Bin { id, .. } | Meaning::Container { id, .. } | Meaning::Bench { id, .. } => Subject::new(Kind::Place, *id),
            Meaning::Item { id, .. } => Subject::new(Kind::Item, *id),
            Meaning::Lot { id, .. } => Subject::new(Kind::Lot, *id),
            Meaning::Parcel { id, .. } => Subject::new(Kind::Parcel, *id),
            Meaning::List { id, .. } => Subject::new(Kind::HandOver, *id),
            Meaning::Person { id, .. } => Subject::new(Kind::Person, *id),
        }
    }
}

/// What a supervisor can do about what is on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Before others from now on.
    Expedite,
    /// Must not move until it is let go.
    Hold,
    LetGo,
    /// Out of its wave: what is not picked is freed, what is in totes is put back.
    KickOut,
    Cancel,
    /// What of the wave nobody has begun is ready again.
    TakeBack,
    /// The walk is for anybody again.
    Free,
    /// The walk goes to the badge that is scanned next.
    Assign,
    /// A line of text for the person's next screen.
    Message,
}

impl Action {
    pub fn key(self) -> &'static str {
        match self {
            Action::Expedite => "desk-do-expedite",
            Action::Hold => "desk-do-hold",
            Action::LetGo => "desk-do-let-go",
            Action::KickOut => "desk-do-kick-out",
            Action::Cancel => "desk-do-cancel",
            Action::TakeBack => "desk-do-take-back",
            Action::Free => "desk-do-free",
            Action::Assign => "desk-do-assign",
            Action::Message => "desk-do-message",
        }
    }

    /// Does it ask before it acts? What is easily taken back does not.
    fn asks(self) -> bool {
        !matches!(self, Action::Expedite | Action::Hold | Action::LetGo)
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Snapshot {
    /// What is on the screen; `None`: nothing yet, a code is asked for.
    pub shown: Option<Shown>,
    pub board: bool,
}

/// A board, a list or a detail.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Shown {
    pub title: Text,
    pub big: Option<Text>,
    pub facts: Vec<Text>,
    pub header: Vec<Text>,
    pub rows: Vec<Row>,
    pub actions: Vec<Action>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub cells: Vec<Text>,
    pub opens: Option<Subject>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    Look(Step),
    /// A code that only the database can tell.
    Find(String),
    Do { action: Action, person: Option<i64>, text: String },
    Leave,
}

pub fn decide(now: &Snapshot, step: &Step, scan: &Scan) -> Result<Decision, Refusal> {
    let actions = now.shown.as_ref().map(|shown| shown.actions.as_slice()).unwrap_or_default();
    if let Some(action) = step.asking {
        return asked(step, action, scan);
    }
    match scan.card {
        Some(Card::Back) if step.trail.is_empty() => return Ok(Decision::Leave),
        Some(Card::Back) => {
            let mut trail = step.trail.clone();
            trail.pop();
            return Ok(Decision::Look(Step { trail, asking: None }));
        }
        Some(other) => return Err(Refusal::wrong(Text::key("card-not-here").with("card", other.name()))),
        None => {}
    }
    if let Some(subject) = Subject::parse(&scan.text).or_else(|| scan.meanings.first().map(Subject::of_meaning)) {
        return Ok(Decision::Look(step.to(subject)));
    }
    let action = scan.number.as_ref().and_then(|(n, _)| actions.get(usize::try_from(n - 1).ok()?));
    match action {
        Some(action) if action.asks() => Ok(Decision::Look(Step { asking: Some(*action), ..step.clone() })),
        Some(action) => Ok(Decision::Do { action: *action, person: None, text: String::new() }),
        None => Ok(Decision::Find(scan.text.trim().to_owned())),
    }
}

/// The answer to an action's question.
fn asked(step: &Step, action: Action, scan: &Scan) -> Result<Decision, Refusal> {
    let person = scan.meanings.iter().find_map(|m| if let Meaning::Person { id, name, free } = m { Some((*id, name, *free)) } else { None });
    match (scan.card, action, person) {
        (Some(Card::Back | Card::No | Card::Undo), ..) => Ok(Decision::Look(Step { asking: None, ..step.clone() })),
        (None, Action::Assign, Some((id, _, true))) => Ok(Decision::Do { action, person: Some(id), text: String::new() }),
        (None, Action::Assign, Some((_, name, false))) => Err(Refusal::wrong(Text::key("give-not-free").with("came", name))),
        (None, Action::Message, _) => Ok(Decision::Do { action, person: None, text: scan.text.chars().take(200).collect() }),
        (Some(Card::Yes), Action::KickOut | Action::Cancel | Action::TakeBack | Action::Free, _) => Ok(Decision::Do { action, person: None, text: String::new() }),
        _ => Err(Refusal::wrong(Text::key("desk-expects-answer").with("came", scan.came()))),
    }
}

impl Step {
    /// One further; what was on the way is not gone round in circles.
    pub fn to(&self, subject: Subject) -> Step {
        let mut trail = self.trail.clone();
        trail.retain(|seen| *seen != subject);
        trail.push(subject);
        if trail.len() > TRAIL {
            trail.remove(0);
        }
        Step { trail, asking: None }
    }
}

pub fn expects(_: &Snapshot, step: &Step) -> Vec<Expect> {
    match step.asking {
        Some(Action::KickOut | Action::Cancel | Action::TakeBack | Action::Free) => vec![Expect::card(Card::Yes)],
        _ => vec![Expect::card(Card::Back)],
    }
}

pub fn page(now: &Snapshot, step: &Step) -> Page {
    let cards = [Card::Help, Card::Yes, Card::Back];
    let Some(shown) = &now.shown else {
        return Page::new(Text::key("menu-inquiry"), Text::key("desk-prompt")).big(Text::key("desk-big")).cards(&[Card::Help, Card::Back]);
    };
    let prompt = match step.asking {
        Some(Action::Assign) => Text::key("desk-ask-assign"),
        Some(Action::Message) => Text::key("desk-ask-message"),
        Some(_) => Text::key("desk-ask-yes"),
        None => Text::key(if shown.rows.is_empty() { "desk-prompt" } else { "desk-prompt-rows" }),
    };
    let mut page = Page::new(shown.title.clone(), prompt).cards(&cards);
    page.big = shown.big.clone();
    if let Some(action) = step.asking {
        return page.strong(Text::key(action.key()));
    }
    for fact in &shown.facts {
        page = page.fact(fact.clone());
    }
    for action in &shown.actions {
        page = page.choice(Text::key(action.key()), None);
    }
    page.table = Table {
        header: shown.header.clone(),
        rows: shown.rows.iter().map(|row| row.cells.clone()).collect(),
        opens: shown.rows.iter().map(|row| row.opens.as_ref().map(Subject::scan).unwrap_or_default()).collect(),
    };
    if now.board { page.live() } else { page }
}
