//! The desk: the board with its numbers, and inquiry by any code. Every number opens its list,
//! every list its detail, and a detail shows what is there, what happened and who did it; to those
//! who may, what can be done about it.

pub mod actions;
mod answer;
mod columns;
pub mod deck;
pub mod marked;
mod page;
mod subject;

use super::list::{self, word};
use super::page::Deck;
use super::scan::Scan;
use super::{Card, Message, Refusal};
use crate::domain::order::Receiver;
use crate::domain::rows::Instant;
use serde::{Deserialize, Serialize};

pub use super::list::View;
pub use actions::{Action, CLOSE_REASONS, GOODS_HOLD_REASONS, HOLD_REASONS};
pub use columns::*;
pub use page::{accepted_scans, build_page};
pub use subject::{Kind, Subject};

/// Where a person looks: the way there, the last one on the screen. Empty: the board, or the
/// question for a code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Step {
    pub trail: Vec<Subject>,
    /// An action that waits for YES, for a badge or for a text.
    pub asking: Option<Action>,
}

/// How far back a person can go.
const TRAIL: usize = 12;

/// What is true of what the person looks at, what can be chosen, and what an action would undo.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Snapshot {
    /// What is on the screen; `None`: nothing yet, a code is asked for.
    pub shown: Option<Shown>,
    pub board: bool,
    /// What the desk is called where it begins.
    pub home: Option<Message>,
    /// What a digit chooses from: the list's views, roles, rights.
    pub choices: Vec<Choice>,
    /// What the action that is asked about makes undone: goods in somebody's hand, picked units,
    /// labels on boxes.
    pub consequences: Vec<Message>,
}

impl Snapshot {
    /// What people know the subject by: the large words of its page, or what opens it.
    pub fn known_as(&self, subject: &Subject) -> String {
        let big = self.shown.as_ref().and_then(|shown| shown.big.as_ref()?.as_plain());
        big.map_or_else(|| subject.scan(), str::to_owned)
    }
}

/// One line that a digit chooses: `text` is read, `code` is what the decision gets; without one it
/// cannot be chosen, and the text says why.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    pub code: String,
    pub text: Message,
}

/// A board, a list or a detail.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Shown {
    pub title: Message,
    pub big: Option<Message>,
    pub facts: Vec<Message>,
    /// By name; their headers are `col-NAME`.
    pub columns: Vec<&'static str>,
    pub rows: Vec<Row>,
    /// Whose clock the rows' instants are said by.
    pub tz: String,
    pub actions: Vec<Action>,
    /// A list, and how it is looked at; how many rows there are of what is looked for.
    pub list: Option<View>,
    pub of: i64,
    /// When it was read.
    pub as_of: Option<Instant>,
    /// Its rows are of several parts.
    pub deck: Option<Deck>,
    /// Something of it is new, and rings.
    pub rings: bool,
    /// Reading it again costs something.
    pub seldom: bool,
    /// The bytes of a parcel's label, shown as it stands on paper.
    pub label: Option<Vec<u8>>,
    /// Who gets it; how much of that a person reads is not decided here.
    pub receiver: Option<Receiver>,
}

/// A row of the desk; it opens another subject, or is only read.
pub type Row = list::Row<Subject>;

/// What stands above a column of that name.
fn header(name: &str) -> Message {
    Message::key(&format!("col-{name}"))
}

/// The line above what follows under columns of its own.
pub fn title_row(title: &str) -> Row {
    Row { cells: vec![Message::key(title).into()], opens: None }
}

/// Why something is held: a word of the catalogue, or what somebody wrote.
pub fn why_held(reason: &str) -> Message {
    const WORDS: [&str; 11] = [
        "shop_holds",
        "no_receiver",
        "by_hand",
        "customer_asked",
        "address_check",
        "payment_check",
        "recall",
        "block",
        "quality_check",
        "check",
        "other",
    ];
    let code = reason.replace('-', "_");
    if WORDS.contains(&code.as_str()) { word("why", &code) } else { Message::plain(reason) }
}

/// What a scan or a typed line does at the desk: look elsewhere, or act on what is on the screen.
#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    Navigate(Step),
    /// A code that only the database can tell.
    Find(String),
    Do {
        action: Action,
        person: Option<i64>,
        text: String,
    },
    /// Shows what a wave of these shipments would be.
    Release(Vec<i64>),
    /// Keeps the list's view under a name; shows the list in the view of that name.
    SaveView(String),
    UseView(String),
    Leave,
}

/// An action that asks is answered first. Otherwise a code opens what it names, a digit does the
/// action of that number, BACK goes one back, and any other text is looked up in the database.
pub fn decide(now: &Snapshot, step: &Step, scan: &Scan) -> Result<Decision, Refusal> {
    let actions = now.shown.as_ref().map(|shown| shown.actions.as_slice()).unwrap_or_default();
    if let Some(action) = step.asking {
        return answer::asked(now, step, action, scan);
    }
    if let Some(decision) =
        now.shown.as_ref().and_then(|shown| look_at(shown, step, scan.text.trim()))
    {
        return Ok(decision);
    }
    match scan.card {
        Some(Card::Back) if step.trail.is_empty() => return Ok(Decision::Leave),
        Some(Card::Back) => {
            let mut trail = step.trail.clone();
            trail.pop();
            return Ok(Decision::Navigate(Step { trail, asking: None }));
        }
        Some(other) => return Err(Refusal::not_here(other)),
        None => {}
    }
    // Straight back to the deck, or to the question for a code.
    if scan.text.trim() == "#home" {
        return Ok(Decision::Navigate(Step::default()));
    }
    if let Some(subject) =
        Subject::parse(&scan.text).or_else(|| scan.matches.first().map(Subject::of_meaning))
    {
        return Ok(Decision::Navigate(step.to(subject)));
    }
    let action = scan.number.as_ref().and_then(|(n, _)| actions.get(usize::try_from(n - 1).ok()?));
    match action {
        Some(Action::Release) => Ok(Decision::Release(shipments_of(step))),
        Some(action) if action.asks() || step.of_several() => {
            Ok(Decision::Navigate(Step { asking: Some(*action), ..step.clone() }))
        }
        Some(action) => Ok(Decision::Do { action: *action, person: None, text: String::new() }),
        None => Ok(Decision::Find(scan.text.trim().to_owned())),
    }
}

/// The shipment on the screen, or those that are marked.
fn shipments_of(step: &Step) -> Vec<i64> {
    match step.trail.last() {
        Some(subject) if subject.kind == Kind::Marked => {
            marked::parse(&subject.of).map(|(_, ids)| ids).unwrap_or_default()
        }
        subject => subject.map(|subject| subject.id).into_iter().collect(),
    }
}

/// What the desk's letters say about a list: `#sort`, `#reverse`, `#filter`, `#columns`, `#views`,
/// `#save`.
fn look_at(shown: &Shown, step: &Step, text: &str) -> Option<Decision> {
    let view = shown.list.as_ref()?;
    let ask = |action| Some(Decision::Navigate(Step { asking: Some(action), ..step.clone() }));
    match text {
        "#sort" => {
            Some(Decision::Navigate(step.seen(View { sort: next_column(shown), ..view.clone() })))
        }
        "#reverse" => Some(Decision::Navigate(step.seen(View {
            down: !view.down,
            sort: view.sort.clone().or_else(|| shown.columns.first().map(ToString::to_string)),
            ..view.clone()
        }))),
        "#filter" => ask(Action::Filter),
        "#columns" => ask(Action::Columns),
        "#views" => ask(Action::Views),
        "#save" => ask(Action::SaveView),
        _ => None,
    }
}

/// The column that orders a list next: each in turn, then none.
fn next_column(shown: &Shown) -> Option<String> {
    let sort = shown.list.as_ref()?.sort.as_deref();
    let at = sort.and_then(|sort| shown.columns.iter().position(|name| *name == sort));
    shown.columns.get(at.map_or(0, |n| n + 1)).map(ToString::to_string)
}

impl Step {
    /// One further; what was on the way is not gone round in circles.
    pub fn to(&self, subject: Subject) -> Step {
        let mut trail = self.trail.clone();
        trail.retain(|seen| !seen.same(&subject));
        trail.push(subject);
        if trail.len() > TRAIL {
            trail.remove(0);
        }
        Step { trail, asking: None }
    }

    /// Is it about several things at once? Then everything asks first.
    pub(super) fn of_several(&self) -> bool {
        self.trail.last().is_some_and(|subject| subject.kind == Kind::Marked)
    }

    /// The list on the screen, looked at in another way.
    pub fn seen(&self, view: View) -> Step {
        let mut trail = self.trail.clone();
        if let Some(list) = trail.last_mut() {
            list.view = view;
        }
        Step { trail, asking: None }
    }
}
