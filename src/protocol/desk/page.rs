//! What who looks at the desk sees, and what would be accepted.

use super::{Action, Shown, Snapshot, Step, Subject, View};
use crate::codes::label::preview;
use crate::protocol::page::{Letters, Table};
use crate::protocol::{Card, Expect, Message, Page};

pub fn accepted_scans(_: &Snapshot, step: &Step) -> Vec<Expect> {
    match step.asking {
        Some(Action::KickOut | Action::Cancel | Action::TakeBack | Action::Free) => {
            vec![Expect::card(Card::Yes)]
        }
        _ => vec![Expect::card(Card::Back)],
    }
}

pub fn build_page(now: &Snapshot, step: &Step) -> Page {
    let sure = matches!(
        step.asking,
        Some(Action::KickOut | Action::Cancel | Action::TakeBack | Action::Free)
    );
    let cards: &[Card] =
        if sure { &[Card::Help, Card::Yes, Card::Back] } else { &[Card::Help, Card::Back] };
    let Some(shown) = &now.shown else {
        return Page::new(Message::key("menu-inquiry"), Message::key("desk-prompt"))
            .big(Message::key("desk-big"))
            .cards(&[Card::Help, Card::Back]);
    };
    let prompt = match step.asking {
        Some(Action::Assign) => Message::key("desk-ask-assign"),
        Some(Action::Message) => Message::key("desk-ask-message"),
        Some(Action::HoldNote) => Message::key("desk-ask-hold-note"),
        Some(Action::Filter) => Message::key("desk-ask-filter"),
        Some(Action::Columns) => Message::key("desk-ask-columns"),
        Some(Action::SaveView) => Message::key("desk-ask-save-view"),
        Some(Action::Views) if now.choices.is_empty() => Message::key("desk-no-views"),
        Some(action) if action.chooses() || !action.reasons().is_empty() => {
            Message::key("desk-ask-choice")
        }
        Some(_) => Message::key("desk-ask-yes"),
        None if shown.rows.is_empty()
            && shown.list.as_ref().is_some_and(|view| !view.filter.is_empty()) =>
        {
            Message::key("desk-prompt-filtered-out")
        }
        None => {
            Message::key(if shown.rows.is_empty() { "desk-prompt" } else { "desk-prompt-rows" })
        }
    };
    let mut page = Page::new(shown.title.clone(), prompt).cards(cards);
    page.big = shown.big.clone();
    if let Some(action) = step.asking {
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
            for (n, column) in shown.header.iter().enumerate() {
                page = page.fact(
                    Message::key("desk-column")
                        .with("n", n as i64 + 1)
                        .with("name", column.clone()),
                );
            }
        }
        return page;
    }
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
    page.letters = if shown.list.is_some() { Letters::List } else { Letters::Desk };
    if let Some(view) = &shown.list {
        if !view.filter.is_empty() {
            page = page.strong(Message::key("desk-filtered").with("filter", &view.filter));
        }
        if shown.cut {
            page = page.fact(Message::key("desk-cut").with("rows", shown.rows.len() as i64));
        }
    }
    if now.board { page.live() } else { page }
}

fn table(shown: &Shown) -> Table {
    let whole = View::default();
    let view = shown.list.as_ref().unwrap_or(&whole);
    let header: Vec<Message> = shown
        .header
        .iter()
        .enumerate()
        .map(|(n, name)| {
            if view.sort == n + 1 {
                Message::key("desk-sorted")
                    .with("name", name.clone())
                    .with("mark", if view.down { "v" } else { "^" })
            } else {
                name.clone()
            }
        })
        .collect();
    let pick = |cells: &[Message]| -> Vec<Message> {
        if shown.list.is_none() {
            cells.to_vec()
        } else {
            view.shown(cells.len()).into_iter().map(|n| cells[n].clone()).collect()
        }
    };
    Table {
        header: pick(&header),
        rows: shown.rows.iter().map(|row| pick(&row.cells)).collect(),
        opens: shown
            .rows
            .iter()
            .map(|row| row.opens.as_ref().map(Subject::scan).unwrap_or_default())
            .collect(),
    }
}
