//! The open palette, laid over a page.

use super::Line;
use super::styles::Styles;
use super::text::wrap;
use crate::console::app::Model;
use crate::console::app::palette::Palette;
use crate::i18n::Catalogue;
use ratatui::style::Style;

/// The commands that what is typed looks for, the chosen one marked; why one cannot be used now
/// stands behind it.
pub(super) fn palette_lines(
    palette: &Palette,
    model: &Model,
    words: &Catalogue,
    width: usize,
    room: usize,
    styles: &Styles,
) -> Vec<Line> {
    let found = palette.found(&model.typing);
    let mut lines = vec![Line {
        text: wrap(&words.key("palette-title"), width).swap_remove(0),
        style: styles.title,
        ..Line::default()
    }];
    let rows = room.saturating_sub(1).max(1);
    let from = palette.chosen.saturating_sub(rows - 1);
    for (n, entry) in found.iter().enumerate().skip(from).take(rows) {
        let what = words.say(&entry.text);
        let why =
            entry.why.as_ref().map(|why| format!("  ({})", words.say(why))).unwrap_or_default();
        let text = if width < 40 {
            format!("{what}{why}")
        } else {
            format!("{:<16}{what}{why}", entry.key)
        };
        let style = if n == palette.chosen {
            styles.big
        } else if entry.why.is_some() {
            styles.dim
        } else {
            Style::default()
        };
        lines.push(Line { text: wrap(&text, width).swap_remove(0), style, ..Line::default() });
    }
    lines
}
