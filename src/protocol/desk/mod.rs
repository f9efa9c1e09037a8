//! The desk: the board with its numbers, and inquiry by any code. Every number opens its list,
//! every list its detail, and a detail shows what is there, what happened and who did it; to those
//! who may, what can be done about it.

pub mod actions;
mod columns;
mod page;
mod subject;

use super::list::{self, word};
use super::scan::{Scan, ScanTarget};
use super::{Card, Message, Refusal};
use crate::domain::Right;
use crate::domain::order::Receiver;
use serde::{Deserialize, Serialize};

pub use super::list::View;
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

/// What a supervisor can do about what is on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Before others from now on.
    Expedite,
    /// Must not move until it is let go.
    Hold,
    /// Goods, or where they lie, must not move: a recall, a block.
    HoldGoods,
    /// Either, with the reason in one's own words.
    HoldNote,
    LetGo,
    /// What is there goes now, the rest in a shipment of its own.
    Split,
    /// Out of its wave: what is not picked is freed, what is in totes is put back.
    KickOut,
    Cancel,
    /// What of the wave nobody has begun is ready again.
    TakeBack,
    /// The walk is for anybody again.
    Free,
    /// The walk goes to the badge that is scanned next.
    Assign,
    /// The walk goes to the one who looks.
    TakeOver,
    /// The walk ends where it stands: its totes are staged, the rest is for others.
    ForceClose,
    /// The parcel's label once more, where it was packed.
    Reprint,
    /// A line of text for the person's next screen.
    Message,
    /// The person is put to a kind of work or a zone, or no longer.
    Offer,
    /// What was tried with the person's badge counts no more.
    FreeBadge,
    /// The person has another role; a role has one right more, one less.
    ChangeRole,
    Grant,
    Withdraw,
    /// The role's people work for an owner or a shop more, or one less.
    Limit,
    /// How a list is looked at.
    Filter,
    Columns,
    Views,
    SaveView,
}

/// Why something is held, and why a walk is closed by force; the digit chooses.
pub const HOLD_REASONS: [&str; 4] = ["customer-asked", "address-check", "payment-check", "other"];
/// Why goods, or where they lie, are held; `other` asks for one's own words.
pub const GOODS_HOLD_REASONS: [&str; 4] = ["recall", "block", "quality-check", "other"];
/// Why a trip is closed by force; here `other` asks for no words.
pub const CLOSE_REASONS: [&str; 3] = ["person-left", "equipment", "other"];

impl Action {
    /// The key of its words in the catalogue, under which the audit keeps it too.
    pub fn key(self) -> &'static str {
        match self {
            Action::Expedite => "desk-do-expedite",
            Action::Hold | Action::HoldGoods | Action::HoldNote => "desk-do-hold",
            Action::Split => "desk-do-split",
            Action::LetGo => "desk-do-let-go",
            Action::KickOut => "desk-do-kick-out",
            Action::Cancel => "desk-do-cancel",
            Action::TakeBack => "desk-do-take-back",
            Action::Free => "desk-do-free",
            Action::Assign => "desk-do-assign",
            Action::TakeOver => "desk-do-take-over",
            Action::ForceClose => "desk-do-force-close",
            Action::Reprint => "desk-do-reprint",
            Action::Message => "desk-do-message",
            Action::Offer => "desk-do-offer",
            Action::FreeBadge => "desk-do-free-badge",
            Action::ChangeRole => "desk-do-change-role",
            Action::Grant => "desk-do-grant",
            Action::Withdraw => "desk-do-withdraw",
            Action::Limit => "desk-do-limit",
            Action::Filter => "desk-do-filter",
            Action::Columns => "desk-do-columns",
            Action::Views => "desk-do-views",
            Action::SaveView => "desk-do-save-view",
        }
    }

    /// The right that it asks for.
    pub fn right(self) -> Right {
        match self {
            Action::Expedite => Right::Expedite,
            Action::Hold | Action::HoldGoods | Action::HoldNote | Action::LetGo => Right::Hold,
            Action::Split => Right::Split,
            Action::KickOut => Right::KickOut,
            Action::Cancel => Right::Cancel,
            Action::TakeBack => Right::TakeBack,
            Action::Free
            | Action::Assign
            | Action::TakeOver
            | Action::ForceClose
            | Action::Offer => Right::Trips,
            Action::FreeBadge => Right::Exceptions,
            Action::Reprint => Right::Reprint,
            Action::Message => Right::Message,
            Action::ChangeRole | Action::Grant | Action::Withdraw | Action::Limit => Right::Roles,
            Action::Filter | Action::Columns | Action::Views => Right::Inquiry,
            Action::SaveView => Right::Views,
        }
    }

    /// Does a digit choose from what the site has?
    fn chooses(self) -> bool {
        matches!(
            self,
            Action::Views
                | Action::Offer
                | Action::ChangeRole
                | Action::Grant
                | Action::Withdraw
                | Action::Limit
        )
    }

    /// The reasons that a digit chooses from, with the key that they have in the catalogue.
    pub fn reasons(self) -> &'static [&'static str] {
        match self {
            Action::Hold => &HOLD_REASONS,
            Action::HoldGoods => &GOODS_HOLD_REASONS,
            Action::ForceClose => &CLOSE_REASONS,
            _ => &[],
        }
    }

    /// Does it ask before it acts? What is easily taken back does not.
    fn asks(self) -> bool {
        !matches!(
            self,
            Action::Expedite
                | Action::Reprint
                | Action::LetGo
                | Action::TakeOver
                | Action::Split
                | Action::FreeBadge
        )
    }
}

/// What is true of what the person looks at, what can be chosen, and what an action would undo.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Snapshot {
    /// What is on the screen; `None`: nothing yet, a code is asked for.
    pub shown: Option<Shown>,
    pub board: bool,
    /// What a digit chooses from: the list's views, roles, rights.
    pub choices: Vec<Choice>,
    /// What the action that is asked about makes undone: goods in somebody's hand, picked units,
    /// labels on boxes.
    pub consequences: Vec<Message>,
}

/// One line that a digit chooses: `text` is read, `code` is what the decision gets.
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
    /// A list, and how it is looked at; `cut`: there is more of it than is shown.
    pub list: Option<View>,
    pub cut: bool,
    /// The bytes of a parcel's label, shown as it stands on paper.
    pub label: Option<Vec<u8>>,
    /// Who gets it; how much of that a person reads is not decided here.
    pub receiver: Option<Receiver>,
}

/// A row of the desk; it opens another subject, or is only read.
pub type Row = list::Row<Subject>;

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
    if WORDS.contains(&reason) { word("why", reason) } else { Message::plain(reason) }
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
        return asked(now, step, action, scan);
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
    if let Some(subject) =
        Subject::parse(&scan.text).or_else(|| scan.matches.first().map(Subject::of_meaning))
    {
        return Ok(Decision::Navigate(step.to(subject)));
    }
    let action = scan.number.as_ref().and_then(|(n, _)| actions.get(usize::try_from(n - 1).ok()?));
    match action {
        Some(action) if action.asks() => {
            Ok(Decision::Navigate(Step { asking: Some(*action), ..step.clone() }))
        }
        Some(action) => Ok(Decision::Do { action: *action, person: None, text: String::new() }),
        None => Ok(Decision::Find(scan.text.trim().to_owned())),
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

/// The answer to an action's question.
fn asked(now: &Snapshot, step: &Step, action: Action, scan: &Scan) -> Result<Decision, Refusal> {
    let person = scan.matches.iter().find_map(|m| {
        if let ScanTarget::Person { id, name, free } = m { Some((*id, name, *free)) } else { None }
    });
    let view = || step.trail.last().map(|subject| subject.view.clone()).unwrap_or_default();
    let nth = scan.number.as_ref().and_then(|(n, _)| usize::try_from(n - 1).ok());
    let text = scan.text.trim().to_owned();
    // Who types the word means the card, unless words are what is asked for.
    let takes_words = matches!(
        action,
        Action::Message | Action::HoldNote | Action::Filter | Action::SaveView | Action::Columns
    );
    let said = scan.card.or_else(|| {
        [Card::Yes, Card::No, Card::Back]
            .into_iter()
            .find(|card| !takes_words && text.eq_ignore_ascii_case(card.name()))
    });
    match (said, action, person) {
        (Some(Card::Back | Card::No | Card::Undo), ..) => {
            Ok(Decision::Navigate(Step { asking: None, ..step.clone() }))
        }
        (None, Action::Assign, Some((id, _, true))) => {
            Ok(Decision::Do { action, person: Some(id), text: String::new() })
        }
        (None, Action::Assign, Some((_, name, false))) => {
            Err(Refusal::wrong(Message::key("give-not-free").with("received", name)))
        }
        (None, Action::Message | Action::HoldNote, _) => {
            Ok(Decision::Do { action, person: None, text: scan.text.chars().take(200).collect() })
        }
        (None, Action::Filter, _) => Ok(Decision::Navigate(
            step.seen(View { filter: if text == "*" { String::new() } else { text }, ..view() }),
        )),
        (None, Action::Columns, _) => {
            match columns(&text, now.shown.as_ref().map_or(&[], |shown| &shown.columns)) {
                Some(columns) => Ok(Decision::Navigate(step.seen(View { columns, ..view() }))),
                None => Err(Refusal::wrong(
                    Message::key("desk-expects-columns").with("received", scan.received()),
                )),
            }
        }
        (None, Action::SaveView, _) => Ok(Decision::SaveView(text.chars().take(40).collect())),
        (None, action, _) if action.chooses() => match nth.and_then(|n| now.choices.get(n)) {
            Some(view) if action == Action::Views => Ok(Decision::UseView(view.code.clone())),
            Some(choice) => Ok(Decision::Do { action, person: None, text: choice.code.clone() }),
            None => Err(Refusal::wrong(
                Message::key("desk-expects-choice").with("received", scan.received()),
            )),
        },
        (None, action, _) if !action.reasons().is_empty() => match nth
            .and_then(|n| action.reasons().get(n))
        {
            Some(&"other") if matches!(action, Action::Hold | Action::HoldGoods) => {
                Ok(Decision::Navigate(Step { asking: Some(Action::HoldNote), ..step.clone() }))
            }
            Some(reason) => Ok(Decision::Do { action, person: None, text: (*reason).to_owned() }),
            None => Err(Refusal::wrong(
                Message::key("desk-expects-choice").with("received", scan.received()),
            )),
        },
        (
            Some(Card::Yes),
            Action::KickOut | Action::Cancel | Action::TakeBack | Action::Free,
            _,
        ) => Ok(Decision::Do { action, person: None, text: String::new() }),
        (_, Action::Assign, _) => Err(Refusal::wrong(
            Message::key("desk-expects-badge").with("received", scan.received()),
        )),
        _ => Err(Refusal::wrong(
            Message::key("desk-expects-answer").with("received", scan.received()),
        )),
    }
}

/// The names of the columns whose numbers somebody typed, parted by anything; `*` is all of them.
fn columns(text: &str, names: &[&str]) -> Option<Vec<String>> {
    if text == "*" {
        return Some(Vec::new());
    }
    let chosen: Option<Vec<String>> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .map(|part| Some((*names.get(part.parse::<usize>().ok()?.checked_sub(1)?)?).to_owned()))
        .collect();
    chosen.filter(|chosen| !chosen.is_empty())
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

    /// The list on the screen, looked at in another way.
    pub fn seen(&self, view: View) -> Step {
        let mut trail = self.trail.clone();
        if let Some(list) = trail.last_mut() {
            list.view = view;
        }
        Step { trail, asking: None }
    }
}
