//! The desk: the board with its numbers, and inquiry by any code. Every number opens its list, every list its detail, and
//! a detail shows what is there, what happened and who did it; to those who may, what can be done about it.

use super::page::{Letters, Table};
use super::scan::{Meaning, Scan};
use super::{Card, Expect, Page, Refusal, Text};
use crate::codes::label::preview;
use crate::domain::order::Receiver;
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
    /// For lists: which one (a stage, a reason), and how it is looked at.
    #[serde(default)]
    pub of: String,
    #[serde(default)]
    pub view: View,
}

/// How a list is looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct View {
    /// What the rows must contain; empty: all of them.
    pub filter: String,
    /// The column that orders them, from 1 on; 0: as the list comes.
    pub sort: usize,
    pub down: bool,
    /// Columns to show, from 1 on, in this order; empty: all.
    pub columns: Vec<usize>,
}

impl View {
    /// The columns that are shown, from 0 on.
    fn shown(&self, of: usize) -> Vec<usize> {
        let chosen: Vec<usize> = self.columns.iter().filter(|n| (1..=of).contains(*n)).map(|n| n - 1).collect();
        if chosen.is_empty() { (0..of).collect() } else { chosen }
    }
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
    /// How it goes with a shop.
    Shop,
    HandOver,
    /// Shipments of a stage.
    Stage,
    /// Open cases of a reason.
    Cases,
    /// Walks and waves in a state.
    Trips,
    Waves,
}

impl Kind {
    const ALL: [(&'static str, Kind); 15] = [
        ("place", Kind::Place), ("item", Kind::Item), ("lot", Kind::Lot), ("order", Kind::Order), ("shipment", Kind::Shipment), ("parcel", Kind::Parcel), ("trip", Kind::Trip),
        ("wave", Kind::Wave), ("person", Kind::Person), ("shop", Kind::Shop), ("hand_over", Kind::HandOver), ("stage", Kind::Stage), ("cases", Kind::Cases), ("trips", Kind::Trips), ("waves", Kind::Waves),
    ];
}

impl Kind {
    pub fn name(self) -> &'static str {
        Kind::ALL.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }

    pub fn is_list(self) -> bool {
        matches!(self, Kind::Stage | Kind::Cases | Kind::Trips | Kind::Waves)
    }
}

impl Subject {
    pub fn new(kind: Kind, id: i64) -> Subject {
        Subject { kind, id, of: String::new(), view: View::default() }
    }

    pub fn list(kind: Kind, of: &str) -> Subject {
        Subject { of: of.to_owned(), ..Subject::new(kind, 0) }
    }

    /// The same thing, however it is looked at.
    fn same(&self, other: &Subject) -> bool {
        (self.kind, self.id, &self.of) == (other.kind, other.id, &other.of)
    }

    /// What the screen sends when a row of a list is opened: `#shipment:12`, `#stage:picking`.
    pub fn scan(&self) -> String {
        let kind = self.kind.name();
        if self.of.is_empty() { format!("#{kind}:{}", self.id) } else { format!("#{kind}:{}", self.of) }
    }

    pub fn parse(text: &str) -> Option<Subject> {
        let (kind, what) = text.strip_prefix('#')?.split_once(':')?;
        let (_, kind) = Kind::ALL.into_iter().find(|(name, _)| *name == kind)?;
        match (kind, what.parse()) {
            (kind, _) if kind.is_list() => Some(Subject::list(kind, what)),
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
    /// The same, with the reason in one's own words.
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
    /// A line of text for the person's next screen.
    Message,
    /// How a list is looked at.
    Filter,
    Columns,
    Views,
    SaveView,
}

/// Why a shipment is held, and why a walk is closed by force; the digit chooses.
pub const HOLD_REASONS: [&str; 4] = ["customer-asked", "address-check", "payment-check", "other"];
pub const CLOSE_REASONS: [&str; 3] = ["person-left", "equipment", "other"];

impl Action {
    pub fn key(self) -> &'static str {
        match self {
            Action::Expedite => "desk-do-expedite",
            Action::Hold | Action::HoldNote => "desk-do-hold",
            Action::Split => "desk-do-split",
            Action::LetGo => "desk-do-let-go",
            Action::KickOut => "desk-do-kick-out",
            Action::Cancel => "desk-do-cancel",
            Action::TakeBack => "desk-do-take-back",
            Action::Free => "desk-do-free",
            Action::Assign => "desk-do-assign",
            Action::TakeOver => "desk-do-take-over",
            Action::ForceClose => "desk-do-force-close",
            Action::Message => "desk-do-message",
            Action::Filter => "desk-do-filter",
            Action::Columns => "desk-do-columns",
            Action::Views => "desk-do-views",
            Action::SaveView => "desk-do-save-view",
        }
    }

    /// The reasons that a digit chooses from, with the key that they have in the catalogue.
    pub fn reasons(self) -> &'static [&'static str] {
        match self {
            Action::Hold => &HOLD_REASONS,
            Action::ForceClose => &CLOSE_REASONS,
            _ => &[],
        }
    }

    /// Does it ask before it acts? What is easily taken back does not.
    fn asks(self) -> bool {
        !matches!(self, Action::Expedite | Action::LetGo | Action::TakeOver | Action::Split)
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Snapshot {
    /// What is on the screen; `None`: nothing yet, a code is asked for.
    pub shown: Option<Shown>,
    pub board: bool,
    /// Names of the list's views, where one is to be chosen.
    pub views: Vec<String>,
    /// What whoever has the walk holds in their hand, where it is about to be taken from them.
    pub in_hand: Option<Text>,
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
    /// A list, and how it is looked at; `cut`: there is more of it than is shown.
    pub list: Option<View>,
    pub cut: bool,
    /// The bytes of a parcel's label, shown as it stands on paper.
    pub label: Option<Vec<u8>>,
    /// Who gets it; how much of that a person reads is not decided here.
    pub receiver: Option<Receiver>,
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
    /// Keeps the list's view under a name; shows the list in the view of that name.
    SaveView(String),
    UseView(String),
    Leave,
}

pub fn decide(now: &Snapshot, step: &Step, scan: &Scan) -> Result<Decision, Refusal> {
    let actions = now.shown.as_ref().map(|shown| shown.actions.as_slice()).unwrap_or_default();
    if let Some(action) = step.asking {
        return asked(now, step, action, scan);
    }
    if let Some(decision) = now.shown.as_ref().and_then(|shown| look_at(shown, step, scan.text.trim())) {
        return Ok(decision);
    }
    match scan.card {
        Some(Card::Back) if step.trail.is_empty() => return Ok(Decision::Leave),
        Some(Card::Back) => {
            let mut trail = step.trail.clone();
            trail.pop();
            return Ok(Decision::Look(Step { trail, asking: None }));
        }
        Some(other) => return Err(Refusal::not_here(other)),
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

/// What the desk's letters say about a list: `#sort`, `#reverse`, `#filter`, `#columns`, `#views`, `#save`.
fn look_at(shown: &Shown, step: &Step, text: &str) -> Option<Decision> {
    let view = shown.list.as_ref()?;
    let columns = shown.header.len();
    let ask = |action| Some(Decision::Look(Step { asking: Some(action), ..step.clone() }));
    match text {
        "#sort" => Some(Decision::Look(step.seen(View { sort: (view.sort + 1) % (columns + 1), ..view.clone() }))),
        "#reverse" => Some(Decision::Look(step.seen(View { down: !view.down, sort: view.sort.max(1), ..view.clone() }))),
        "#filter" => ask(Action::Filter),
        "#columns" => ask(Action::Columns),
        "#views" => ask(Action::Views),
        "#save" => ask(Action::SaveView),
        _ => None,
    }
}

/// The answer to an action's question.
fn asked(now: &Snapshot, step: &Step, action: Action, scan: &Scan) -> Result<Decision, Refusal> {
    let person = scan.meanings.iter().find_map(|m| if let Meaning::Person { id, name, free } = m { Some((*id, name, *free)) } else { None });
    let view = || step.trail.last().map(|subject| subject.view.clone()).unwrap_or_default();
    let nth = scan.number.as_ref().and_then(|(n, _)| usize::try_from(n - 1).ok());
    let text = scan.text.trim().to_owned();
    // Who types the word means the card, unless words are what is asked for.
    let takes_words = matches!(action, Action::Message | Action::HoldNote | Action::Filter | Action::SaveView | Action::Columns);
    let said = scan.card.or_else(|| [Card::Yes, Card::No, Card::Back].into_iter().find(|card| !takes_words && text.eq_ignore_ascii_case(card.name())));
    match (said, action, person) {
        (Some(Card::Back | Card::No | Card::Undo), ..) => Ok(Decision::Look(Step { asking: None, ..step.clone() })),
        (None, Action::Assign, Some((id, _, true))) => Ok(Decision::Do { action, person: Some(id), text: String::new() }),
        (None, Action::Assign, Some((_, name, false))) => Err(Refusal::wrong(Text::key("give-not-free").with("came", name))),
        (None, Action::Message | Action::HoldNote, _) => Ok(Decision::Do { action, person: None, text: scan.text.chars().take(200).collect() }),
        (None, Action::Filter, _) => Ok(Decision::Look(step.seen(View { filter: if text == "*" { String::new() } else { text }, ..view() }))),
        (None, Action::Columns, _) => match columns(&text, now.shown.as_ref().map_or(0, |shown| shown.header.len())) {
            Some(columns) => Ok(Decision::Look(step.seen(View { columns, ..view() }))),
            None => Err(Refusal::wrong(Text::key("desk-expects-columns").with("came", scan.came()))),
        },
        (None, Action::SaveView, _) => Ok(Decision::SaveView(text.chars().take(40).collect())),
        (None, Action::Views, _) => match nth.and_then(|n| now.views.get(n)) {
            Some(name) => Ok(Decision::UseView(name.clone())),
            None => Err(Refusal::wrong(Text::key("desk-expects-choice").with("came", scan.came()))),
        },
        (None, action, _) if !action.reasons().is_empty() => match nth.and_then(|n| action.reasons().get(n)) {
            Some(&"other") if action == Action::Hold => Ok(Decision::Look(Step { asking: Some(Action::HoldNote), ..step.clone() })),
            Some(reason) => Ok(Decision::Do { action, person: None, text: (*reason).to_owned() }),
            None => Err(Refusal::wrong(Text::key("desk-expects-choice").with("came", scan.came()))),
        },
        (Some(Card::Yes), Action::KickOut | Action::Cancel | Action::TakeBack | Action::Free, _) => Ok(Decision::Do { action, person: None, text: String::new() }),
        (_, Action::Assign, _) => Err(Refusal::wrong(Text::key("desk-expects-badge").with("came", scan.came()))),
        _ => Err(Refusal::wrong(Text::key("desk-expects-answer").with("came", scan.came()))),
    }
}

/// Column numbers, parted by anything; `*` is all of them.
fn columns(text: &str, of: usize) -> Option<Vec<usize>> {
    if text == "*" {
        return Some(Vec::new());
    }
    let numbers: Option<Vec<usize>> = text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).map(|part| part.parse().ok().filter(|n| (1..=of).contains(n))).collect();
    numbers.filter(|numbers| !numbers.is_empty())
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

pub fn expects(_: &Snapshot, step: &Step) -> Vec<Expect> {
    match step.asking {
        Some(Action::KickOut | Action::Cancel | Action::TakeBack | Action::Free) => vec![Expect::card(Card::Yes)],
        _ => vec![Expect::card(Card::Back)],
    }
}

pub fn page(now: &Snapshot, step: &Step) -> Page {
    let sure = matches!(step.asking, Some(Action::KickOut | Action::Cancel | Action::TakeBack | Action::Free));
    let cards: &[Card] = if sure { &[Card::Help, Card::Yes, Card::Back] } else { &[Card::Help, Card::Back] };
    let Some(shown) = &now.shown else {
        return Page::new(Text::key("menu-inquiry"), Text::key("desk-prompt")).big(Text::key("desk-big")).cards(&[Card::Help, Card::Back]);
    };
    let prompt = match step.asking {
        Some(Action::Assign) => Text::key("desk-ask-assign"),
        Some(Action::Message) => Text::key("desk-ask-message"),
        Some(Action::HoldNote) => Text::key("desk-ask-hold-note"),
        Some(Action::Filter) => Text::key("desk-ask-filter"),
        Some(Action::Columns) => Text::key("desk-ask-columns"),
        Some(Action::SaveView) => Text::key("desk-ask-save-view"),
        Some(Action::Views) if now.views.is_empty() => Text::key("desk-no-views"),
        Some(Action::Views | Action::Hold | Action::ForceClose) => Text::key("desk-ask-choice"),
        Some(_) => Text::key("desk-ask-yes"),
        None if shown.rows.is_empty() && shown.list.as_ref().is_some_and(|view| !view.filter.is_empty()) => Text::key("desk-prompt-filtered-out"),
        None => Text::key(if shown.rows.is_empty() { "desk-prompt" } else { "desk-prompt-rows" }),
    };
    let mut page = Page::new(shown.title.clone(), prompt).cards(cards);
    page.big = shown.big.clone();
    if let Some(action) = step.asking {
        page = page.strong(Text::key(action.key()));
        if let Some(text) = &now.in_hand {
            page = page.strong(text.clone());
        }
        for reason in action.reasons() {
            page = page.choice(Text::key(&format!("why-{reason}")), None);
        }
        for name in &now.views {
            page = page.choice(Text::plain(name), None);
        }
        if action == Action::Columns {
            for (n, column) in shown.header.iter().enumerate() {
                page = page.fact(Text::key("desk-column").with("n", n as i64 + 1).with("name", column.clone()));
            }
        }
        return page;
    }
    for fact in &shown.facts {
        page = page.fact(fact.clone());
    }
    for action in &shown.actions {
        page = page.choice(Text::key(action.key()), None);
    }
    if let Some(bytes) = &shown.label {
        page = page.strong(Text::key("desk-label-says"));
        for line in preview(bytes) {
            page = page.fact(Text::plain(line));
        }
    }
    page.table = table(shown);
    page.letters = if shown.list.is_some() { Letters::List } else { Letters::Desk };
    if let Some(view) = &shown.list {
        if !view.filter.is_empty() {
            page = page.strong(Text::key("desk-filtered").with("filter", &view.filter));
        }
        if shown.cut {
            page = page.fact(Text::key("desk-cut").with("rows", shown.rows.len() as i64));
        }
    }
    if now.board { page.live() } else { page }
}

fn table(shown: &Shown) -> Table {
    let whole = View::default();
    let view = shown.list.as_ref().unwrap_or(&whole);
    let header: Vec<Text> = shown
        .header
        .iter()
        .enumerate()
        .map(|(n, name)| if view.sort == n + 1 { Text::key("desk-sorted").with("name", name.clone()).with("mark", if view.down { "v" } else { "^" }) } else { name.clone() })
        .collect();
    let pick = |cells: &[Text]| -> Vec<Text> {
        if shown.list.is_none() { cells.to_vec() } else { view.shown(cells.len()).into_iter().map(|n| cells[n].clone()).collect() }
    };
    Table {
        header: pick(&header),
        rows: shown.rows.iter().map(|row| pick(&row.cells)).collect(),
        opens: shown.rows.iter().map(|row| row.opens.as_ref().map(Subject::scan).unwrap_or_default()).collect(),
    }
}
