//! A desk's small letters and the open palette: what each does to the model.

use super::chosen::{self, Go};
use super::palette::{self, Act, Hotkey, Palette};
use super::{Effect, GestureStamp, Model, QueuedInput, enqueue, marks, mouse, on_card, refuse};
use crate::codes::card::Card;
use crate::console::input::Key;
use crate::protocol::{Input, Message};

pub(super) fn on_palette_key(model: &mut Model, key: Key) -> Vec<Effect> {
    let Some(palette) = &mut model.palette else { return vec![] };
    let last = palette.found(&model.typing).len().saturating_sub(1);
    match key {
        Key::Up => palette.chosen = palette.chosen.saturating_sub(1),
        Key::Down => palette.chosen = (palette.chosen + 1).min(last),
        _ => model.palette = None,
    }
    vec![]
}

/// A line typed while the palette is open chooses; one that a scanner sent is a scan as ever.
pub(super) fn on_palette_line(model: &mut Model, text: &str, stamp: GestureStamp) -> Vec<Effect> {
    let Some(palette) = model.palette.take() else { return vec![] };
    let Some(entry) = palette.found(text).get(palette.chosen).copied().cloned() else {
        return refuse(model, Message::key("palette-none").with("received", text.trim()));
    };
    if let Some(why) = entry.why {
        return refuse(model, why);
    }
    match entry.act {
        Act::Card(Card::Help) => {
            model.help = true;
            vec![]
        }
        Act::Card(card) => on_card(model, card, stamp),
        Act::Hotkey(letter) => run_letter(model, letter, stamp),
        Act::Line(line) => {
            enqueue(model, QueuedInput { ask: Input::Scan { text: line, typed: true }, stamp })
        }
    }
}

pub(super) fn on_letter(model: &mut Model, c: char, stamp: GestureStamp) -> Vec<Effect> {
    let here = palette::hotkeys_of(&model.page).any(|(own, ..)| own == c);
    match palette::hotkey(c).filter(|_| model.palette.is_none()) {
        Some(letter) if here => run_letter(model, letter, stamp),
        Some(_) => refuse(model, Message::key("palette-lists-only")),
        None => refuse(model, Message::key("letter-unknown").with("received", c.to_string())),
    }
}

fn run_letter(model: &mut Model, letter: Hotkey, stamp: GestureStamp) -> Vec<Effect> {
    match letter {
        Hotkey::Say(text) | Hotkey::Ask(text) => {
            let ask = Input::Scan { text: text.to_owned(), typed: true };
            return enqueue(model, QueuedInput { ask, stamp });
        }
        Hotkey::Act => {
            return match marks::page_of(model) {
                Some(text) => {
                    let ask = Input::Scan { text, typed: true };
                    enqueue(model, QueuedInput { ask, stamp })
                }
                None => refuse(model, Message::key("marked-nothing")),
            };
        }
        Hotkey::Mark => marks::toggle(model),
        Hotkey::Back => return on_card(model, Card::Back, stamp),
        Hotkey::Export { xlsx } => return vec![Effect::Export { xlsx }],
        Hotkey::Down => chosen::go(model, Go::Down),
        Hotkey::Up => chosen::go(model, Go::Up),
        Hotkey::First => chosen::go(model, Go::First),
        Hotkey::Last => chosen::go(model, Go::Last),
        Hotkey::Help => model.help = true,
        Hotkey::Mouse => return mouse::turn(model, !model.mouse),
        Hotkey::Palette => model.palette = Some(Palette::open(model)),
    }
    vec![]
}
