//! What a key does, but for those that make the entry line.

use super::chosen::{self, Go};
use super::hotkeys::on_palette_key;
use super::{Effect, GestureStamp, Link, Model, on_card, refuse};
use crate::codes::card::Card;
use crate::console::input::Key;
use crate::domain::Lang;
use crate::protocol::Message;

pub(super) fn on_key(model: &mut Model, key: Key, stamp: GestureStamp) -> Vec<Effect> {
    if !model.demo.is_empty() && key == Key::F(9) {
        return demo_scan(model);
    }
    if key == Key::Ctrl('c') || key == Key::Ctrl('d') {
        // Nobody is kept at a screen that does not answer: where they stand is in the database.
        return if model.operator.is_none() || model.link != Link::Fine {
            vec![Effect::Quit]
        } else {
            refuse(model, Message::key("quit-sign-off-first"))
        };
    }
    if key == Key::Ctrl('l') && model.operator.is_none() {
        model.lang = if model.lang == Lang::En { Lang::Zh } else { Lang::En };
        return vec![];
    }
    if model.help {
        model.help = false;
        return vec![];
    }
    if model.palette.is_some() {
        return on_palette_key(model, key);
    }
    if moves(model, key) {
        return vec![];
    }
    match model.keymap.card(key) {
        Some(Card::Help) => {
            model.help = true;
            vec![]
        }
        Some(card) => on_card(model, card, stamp),
        None => vec![],
    }
}

/// Does a key choose another row of the page's list?
fn moves(model: &mut Model, key: Key) -> bool {
    let rows = model.page.table.rows.len();
    // Where NEXT means nothing the page keys turn the list's pages.
    let pages = !model.page.cards.contains(&Card::Next);
    let half = usize::from(model.size.1 / 2).max(1);
    let to = match key {
        _ if rows == 0 => return false,
        Key::Up => Go::Up,
        Key::Down => Go::Down,
        Key::Home => Go::First,
        Key::End => Go::Last,
        Key::PageUp if model.page.deck.is_some() => Go::PartBefore,
        Key::PageDown if model.page.deck.is_some() => Go::NextPart,
        Key::PageUp if pages => Go::To(model.chosen.saturating_sub(half)),
        Key::PageDown if pages => Go::To((model.chosen + half).min(rows - 1)),
        _ => return false,
    };
    chosen::go(model, to);
    // Who goes on has read it.
    (model.feedback, model.refused) = (None, false);
    true
}

/// The demo scans for the person: at the door one badge after another, inside what the screen asks
/// for.
fn demo_scan(model: &mut Model) -> Vec<Effect> {
    if model.operator.is_none() {
        let secret = model.is_secret();
        let person = &model.demo[model.demo_next % model.demo.len()];
        model.demo_next += usize::from(secret);
        return vec![Effect::Inject(if secret {
            person.pin.clone()
        } else {
            person.badge.clone()
        })];
    }
    match model.expects.first() {
        Some(expect) => vec![Effect::Inject(expect.scan.clone())],
        None => refuse(model, Message::key("demo-nothing")),
    }
}
