//! What who looks at the desk sees, and what would be accepted.

use super::answer::confirmed_by_yes;
use super::deck::list_title;
use super::{Action, Kind, Row, Shown, Snapshot, Step, Subject, header};
use crate::codes::label::preview;
use crate::protocol::list::{Cell, word};
use crate::protocol::page::{Letters, Table};
use crate::protocol::{Card, Expect, Message, Page};

/// YES where an action must be confirmed, else BACK; codes that could be looked at are not named.
pub fn accepted_scans(_: &Snapshot, step: &Step) -> Vec<Expect> {
    vec![Expect::card(if step.asking.is_some_and(|asked| confirmed_by_yes(step, asked)) {
        Card::Yes
    } else {
        Card::Back
    })]
}

/// The question for a code, or what is looked at with its facts, its actions and its rows; where an
/// action asks, only that with its consequences. The deck and lists look again by themselves.
pub fn build_page(now: &Snapshot, step: &Step) -> Page {
    let Some(shown) = &now.shown else {
        return Page::new(Message::key("menu-inquiry"), Message::key("desk-prompt"))
            .big(Message::key("desk-big"))
            .cards(&[Card::Help, Card::Back]);
    };
    let page = match step.asking {
        Some(action) => question(now, shown, step, action),
        None => looked_at(shown),
    };
    let page = Page { path: path(now, step), ..page };
    // A list of few is cheap to read again; one that is filtered or sorted is read whole.
    match &shown.list {
        _ if step.asking.is_some() => page,
        Some(view) if !view.is_plain() || shown.seldom => page.live_seldom(),
        None if !now.board => page.live_seldom(),
        _ => page.live(),
    }
}

/// The way back: where the desk begins, and what was opened since.
fn path(now: &Snapshot, step: &Step) -> Vec<Message> {
    let Some((_, before)) = step.trail.split_last() else { return Vec::new() };
    now.home.iter().cloned().chain(before.iter().map(named)).collect()
}

/// What a subject is called on the way back to it.
fn named(subject: &Subject) -> Message {
    match subject.kind {
        kind if kind.is_list() => list_title(subject),
        Kind::Rehearsal => Message::key("rehearsal-title"),
        Kind::Marked => Message::key("marked-rows"),
        kind => word("kind", kind.name()),
    }
}

/// The action with what it makes undone, and what can be chosen for it.
fn question(now: &Snapshot, shown: &Shown, step: &Step, action: Action) -> Page {
    let cards: &[Card] = if confirmed_by_yes(step, action) {
        &[Card::Help, Card::Yes, Card::Back]
    } else {
        &[Card::Help, Card::Back]
    };
    let mut page = Page::new(shown.title.clone(), asks(now, action)).cards(cards);
    page.big = shown.big.clone();
    page = page.strong(Message::key(action.key()));
    for text in &now.consequences {
        page = page.strong(text.clone());
    }
    for reason in action.reasons() {
        page = page.choice(Message::key(&format!("why-{reason}")), None);
    }
    for choice in &now.choices {
        page = page.choice(choice.text.clone(), None);
    }
    if action == Action::Columns {
        for (n, name) in (1i64..).zip(&shown.columns) {
            page = page.fact(Message::key("desk-column").with("n", n).with("name", header(name)));
        }
    }
    page
}

/// What answers the action.
fn asks(now: &Snapshot, action: Action) -> Message {
    match action {
        Action::Assign => Message::key("desk-ask-assign"),
        Action::Message => Message::key("desk-ask-message"),
        Action::HoldNote => Message::key("desk-ask-hold-note"),
        Action::Filter => Message::key("desk-ask-filter"),
        Action::Columns => Message::key("desk-ask-columns"),
        Action::SaveView => Message::key("desk-ask-save-view"),
        Action::Views if now.choices.is_empty() => Message::key("desk-no-views"),
        action if action.chooses() || !action.reasons().is_empty() => {
            Message::key("desk-ask-choice")
        }
        _ => Message::key("desk-ask-yes"),
    }
}

/// A board, a list or a detail, where nothing is asked.
fn looked_at(shown: &Shown) -> Page {
    let filtered = shown.list.as_ref().map(|view| &view.filter).filter(|filter| !filter.is_empty());
    let prompt = match (shown.rows.is_empty(), filtered) {
        (true, Some(_)) => Message::key("desk-prompt-filtered-out"),
        (true, None) => Message::key("desk-prompt"),
        (false, _) => Message::key("desk-prompt-rows"),
    };
    let mut page = Page::new(shown.title.clone(), prompt).cards(&[Card::Help, Card::Back]);
    page.big = shown.big.clone();
    for fact in &shown.facts {
        page = page.fact(fact.clone());
    }
    for action in &shown.actions {
        page = page.choice(Message::key(action.key()), None);
    }
    if let Some(bytes) = &shown.label {
        page = page.strong(Message::key("desk-label-says"));
        for line in preview(bytes) {
            page = page.fact(Message::plain(line));
        }
    }
    page.table = table(shown);
    page.deck = shown.deck.clone();
    page.calling = shown.rings;
    page.letters = if shown.list.is_some() { Letters::List } else { Letters::Desk };
    if let Some(filter) = filtered {
        page = page.strong(Message::key("desk-filtered").with("filter", filter));
    }
    page.as_of = shown.as_of;
    if shown.list.is_some() {
        let seen = shown.rows.len() as i64;
        page.size = Some((seen, shown.of));
        if seen < shown.of {
            page = page.fact(Message::key("desk-cut").with("rows", seen).with("of", shown.of));
        }
    }
    page
}

fn table(shown: &Shown) -> Table {
    let Some(view) = &shown.list else {
        let header = shown.columns.iter().map(|name| header(name)).collect();
        return in_columns(shown, header, |row| row.cells.clone());
    };
    let columns = view.shown(&shown.columns);
    let marked = |n: &usize| {
        let name = shown.columns[*n];
        if view.sort.as_deref() != Some(name) {
            return header(name);
        }
        let mark = if view.down { "v" } else { "^" };
        Message::key("desk-sorted").with("name", header(name)).with("mark", mark)
    };
    in_columns(shown, columns.iter().map(marked).collect(), |row| {
        columns.iter().map(|n| row.cells.get(*n).cloned().unwrap_or_default()).collect()
    })
}

fn in_columns(shown: &Shown, header: Vec<Message>, cells: impl Fn(&Row) -> Vec<Cell>) -> Table {
    let opens = |row: &Row| row.opens.as_ref().map(Subject::scan).unwrap_or_default();
    Table {
        header,
        rows: shown.rows.iter().map(cells).collect(),
        opens: shown.rows.iter().map(opens).collect(),
        tz: shown.tz.clone(),
    }
}
