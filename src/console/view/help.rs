//! The help that is laid over a page.

use super::foot::named;
use super::page::choices;
use super::styles::Styles;
use super::text::wrap;
use super::{Line, TIGHT};
use crate::codes::card::Card;
use crate::console::app::Model;
use crate::console::app::palette::hotkeys_of;
use crate::i18n::Catalogue;
use ratatui::style::Style;

/// What works here: every command that the page allows, its key, its card, what it does.
pub(super) fn help(model: &Model, words: &Catalogue, width: usize, styles: &Styles) -> Vec<Line> {
    let mut lines =
        vec![Line { text: words.key("help-title"), style: styles.title, ..Line::default() }];
    // What to do now comes before what can be done.
    lines.extend(wrap(&words.say(&model.page.prompt), width).into_iter().map(|text| Line {
        text,
        style: styles.strong,
        ..Line::default()
    }));
    let short = width < 40 || model.size.1 < TIGHT;
    let of_card = |card: &Card| {
        let (key, what) = (model.keymap.key_of(*card).unwrap_or_default(), words.key(&card.key()));
        if short { format!("{key} {what}") } else { format!("{key:<10}{:<18}{what}", card.name()) }
    };
    let parts: Vec<String> = model
        .page
        .cards
        .iter()
        .map(of_card)
        .chain(
            hotkeys_of(&model.page)
                .map(|(c, _, what)| format!("{}  {}", named(c), words.key(what))),
        )
        .collect();
    lines.extend(choices(&parts, model, width).into_iter().map(|text| Line {
        text,
        style: Style::default(),
        goes: 1,
        ..Line::default()
    }));
    if !model.demo.is_empty() {
        lines.push(Line {
            text: format!("F9 {}", words.key("demo-key")),
            style: styles.strong,
            ..Line::default()
        });
    }
    if model.operator.is_none() {
        lines.push(Line { text: format!("^L {}", words.key("door-language")), ..Line::default() });
    }
    for text in wrap(&words.key("help-cards"), width) {
        lines.push(Line { text, style: styles.dim, goes: 2, ..Line::default() });
    }
    lines
}
