//! The foot of the screen, right above the entry line.

use super::styles::Styles;
use super::text::{flow, wrap};
use super::{Line, TIGHT};
use crate::console::app::layout::ScreenSize;
use crate::console::app::palette::hotkeys_of;
use crate::console::app::{Link, Model};
use crate::i18n::Catalogue;
use crate::protocol::{Input, Message, Tone};
use ratatui::style::{Modifier, Style};

/// Lines of keys at most.
const KEY_LINES: usize = 2;

/// What was said, what to do, what waits, and the keys.
pub(super) fn foot(
    model: &Model,
    words: &Catalogue,
    width: usize,
    size: ScreenSize,
    styles: &Styles,
) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut add = |text: String, style: Style, most: usize| {
        for text in wrap(&text, width).into_iter().take(most) {
            lines.push(Line { text, style, ..Line::default() });
        }
    };
    let link = match model.link {
        Link::Fine => None,
        Link::Slow => Some("link-slow"),
        Link::Offline => Some("link-offline"),
    };
    // What the person has to decide goes before why.
    if let Some(link) = link.filter(|_| !model.held) {
        add(format!("!! {}", words.key(link)), styles.stop, 3);
    } else if let Some(feedback) = &model.feedback {
        let (mark, style) = match feedback.tone {
            Tone::Good => ("", styles.good),
            Tone::Wrong => ("! ", styles.wrong),
            Tone::Stop => ("!! ", styles.stop),
        };
        let most = match size {
            // What must be read before anything else is done takes the room that it needs.
            _ if feedback.tone == Tone::Stop => usize::from(model.size.1 / 2),
            ScreenSize::Hand if model.size.1 < TIGHT => 2,
            ScreenSize::Hand => 5,
            _ => 3,
        };
        add(format!("{mark}{}", words.say(&feedback.text)), style, most);
    }
    let prompt = words.say(&model.page.prompt);
    add(prompt, Style::default().add_modifier(Modifier::BOLD | Modifier::UNDERLINED), 3);
    if let Some(waiting) = waiting(model, words) {
        // What to do about held scans is never cut; a list of waiting ones may be.
        let (style, most) = if model.held { (styles.wrong, 4) } else { (styles.dim, 1) };
        add(waiting, style, most);
    }
    if size != ScreenSize::Hand {
        for keys in flow(keys(model, words).iter().map(String::as_str), "  ", width)
            .into_iter()
            .take(KEY_LINES)
        {
            add(keys, styles.dim, 1);
        }
    }
    lines
}

fn waiting(model: &Model, words: &Catalogue) -> Option<String> {
    let count = model.queue.len() as i64;
    if model.held && count > 0 {
        return Some(words.say(&Message::key("queue-held").with("count", count)));
    }
    if model.queue_is_full() {
        return Some(words.key("queue-full"));
    }
    if count == 0 {
        return None;
    }
    let scans: Vec<&str> = model
        .queue
        .iter()
        .map(|w| match &w.ask {
            // At the door a queued line may be a PIN.
            Input::Scan { text, .. } if model.operator.is_some() => text.as_str(),
            Input::Card(card) => card.name(),
            _ => "*",
        })
        .collect();
    Some(words.say(
        &Message::key("queue-waiting").with("count", count).with("scans", scans.join(" ").as_str()),
    ))
}

/// A key as it is read.
pub(super) fn named(c: char) -> String {
    if c == ' ' { "␣".to_owned() } else { c.to_string() }
}

/// Letters, cards and what else there is, each with its key; help shows all of them.
fn keys(model: &Model, words: &Catalogue) -> Vec<String> {
    // Where letters fill the lines, the way back and the help come first.
    let cards = model.page.cards.iter().filter_map(|card| {
        model.keymap.key_of(*card).map(|key| format!("{key} {}", words.key(&card.key())))
    });
    let letters =
        hotkeys_of(&model.page).map(|(c, _, text)| format!("{} {}", named(c), words.key(text)));
    let mut out: Vec<String> = cards.chain(letters).collect();
    if !model.demo.is_empty() && (model.operator.is_none() || !model.expects.is_empty()) {
        out.insert(0, format!("F9 {}", words.key("demo-key")));
    }
    if model.operator.is_none() {
        out.push(format!("^L {}", words.key("door-language")));
    }
    out
}
