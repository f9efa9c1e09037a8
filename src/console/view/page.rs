//! The page as lines: its title, the place to go, the facts and what can be chosen.

use super::styles::Styles;
use super::text::{flow, wrap};
use super::{CHOICE, Line, TIGHT};
use crate::console::app::Model;
use crate::console::app::layout::ScreenSize;
use crate::i18n::Catalogue;
use crate::protocol::Message;
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr;

/// The lines above the list; each says how early it goes when room is short.
pub(super) fn page(
    model: &Model,
    words: &Catalogue,
    width: usize,
    size: ScreenSize,
    styles: &Styles,
) -> Vec<Line> {
    let page = &model.page;
    let mut lines = Vec::new();
    lines.push(title(model, words, width, size, styles));
    if size != ScreenSize::Hand {
        let rule = if model.appearance.boxes { "─".repeat(width) } else { String::new() };
        lines.push(Line { text: rule, style: styles.dim, goes: 9, ..Line::default() });
    }
    if let Some(big) = &page.big {
        lines.extend(biggest(&words.say(big), width, styles));
        if size != ScreenSize::Hand {
            lines.push(Line {
                text: String::new(),
                style: Style::default(),
                goes: 9,
                ..Line::default()
            });
        }
    }
    for (n, fact) in page.facts.iter().enumerate() {
        let (style, goes) = match (fact.strong, fact.done) {
            (true, _) => (styles.strong, 0),
            (_, true) => (styles.good, 4),
            _ => (Style::default(), 4),
        };
        lines.extend(wrap(&words.say(&fact.text), width).into_iter().map(|text| Line {
            text,
            style,
            goes,
            part: n + 1,
            row: None,
        }));
    }
    let menu: Vec<String> = page
        .menu
        .iter()
        .enumerate()
        .map(|(n, choice)| format!("{} {}", n + 1, words.say(&choice.text)))
        .collect();
    lines.extend(choices(&menu, model, width).into_iter().map(|text| Line {
        text,
        style: Style::default(),
        goes: CHOICE,
        ..Line::default()
    }));
    lines
}

/// The one thing to look at; what fits a narrow screen whole has no blanks around it.
fn biggest(big: &str, width: usize, styles: &Styles) -> Vec<Line> {
    let bare = big.width() <= width && big.width() + 2 > width;
    let room = if bare { width } else { width.saturating_sub(2) };
    let line = |text: String| Line {
        text: if bare { text } else { format!(" {text} ") },
        style: styles.big,
        ..Line::default()
    };
    wrap(big, room).into_iter().map(line).collect()
}

/// What can be chosen: a line each where there is room.
pub(super) fn choices(parts: &[String], model: &Model, width: usize) -> Vec<String> {
    if model.size.1 < TIGHT {
        return flow(parts.iter().map(String::as_str), "  ", width);
    }
    parts.iter().flat_map(|part| wrap(part, width)).collect()
}

/// How many rows of how many there are, and when they were read.
fn read(model: &Model, words: &Catalogue) -> Option<String> {
    let page = &model.page;
    let (seen, of) = page.size?;
    let rows = words.say(&Message::key("list-size").with("rows", seen).with("of", of));
    let clock = page.as_of.map(|at| at.clock(&page.table.tz)).unwrap_or_default();
    Some(format!("{rows}  {clock}"))
}

/// What the page is, and of whom; a report fills the line, so that it shows at arm's length and
/// without colour.
fn title(
    model: &Model,
    words: &Catalogue,
    width: usize,
    size: ScreenSize,
    styles: &Styles,
) -> Line {
    let mut title = words.say(&model.page.title);
    if let Some(operator) = model.operator.as_ref().filter(|_| size != ScreenSize::Hand) {
        title = format!("{title}   {}", operator.name);
    }
    // Of the way back as much as there is room for, the nearest first.
    if size != ScreenSize::Hand {
        let sign = if model.appearance.boxes { " › " } else { " > " };
        for before in model.page.path.iter().rev().map(|text| words.say(text)) {
            let longer = format!("{before}{sign}{title}");
            if longer.width() > width {
                break;
            }
            title = longer;
        }
    }
    if let Some(read) = read(model, words).filter(|_| size != ScreenSize::Hand) {
        let free = width.saturating_sub(title.width() + read.width());
        if free > 1 {
            title = format!("{title}{}{read}", " ".repeat(free));
        }
    }
    if model.page.reporting {
        title = format!("!! {title} !!");
        title.push_str(&" ".repeat(width.saturating_sub(title.width())));
    }
    Line {
        text: wrap(&title, width).swap_remove(0),
        style: if model.page.reporting { styles.stop } else { styles.title },
        goes: 2,
        ..Line::default()
    }
}
