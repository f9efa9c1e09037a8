//! What the chosen row of a list opens, on the right half of a wide screen.

use super::styles::Styles;
use super::text::wrap;
use super::{Line, listed, put, put_lines};
use crate::console::app::Model;
use crate::i18n::Catalogue;
use crate::protocol::Page;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Draws the page of the chosen row behind a rule.
pub(super) fn beside(
    page: &Page,
    model: &Model,
    words: &Catalogue,
    area: Rect,
    buffer: &mut Buffer,
    styles: &Styles,
) {
    for row in 0..area.height {
        put(
            buffer,
            area,
            usize::from(row),
            if model.appearance.boxes { "│" } else { "|" },
            styles.dim,
        );
    }
    let inner = Rect { x: area.x + 2, width: area.width - 2, ..area };
    let width = usize::from(inner.width);
    let mut lines = vec![Line {
        text: wrap(&words.say(&page.title), width).swap_remove(0),
        style: styles.title,
        ..Line::default()
    }];
    lines.extend(page.big.iter().flat_map(|big| wrap(&words.say(big), width)).map(|text| Line {
        text,
        style: styles.title,
        ..Line::default()
    }));
    for fact in &page.facts {
        let style = if fact.strong { styles.strong } else { Style::default() };
        lines.extend(wrap(&words.say(&fact.text), width).into_iter().map(|text| Line {
            text,
            style,
            ..Line::default()
        }));
    }
    let free = usize::from(inner.height).saturating_sub(lines.len());
    lines.extend(listed(&page.table, words, None, width, free, styles));
    put_lines(buffer, inner, 0, &lines);
}
