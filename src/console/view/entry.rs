//! The line that is typed on.

use crate::codes::card::Card;
use crate::console::app::Model;
use crate::console::app::layout::ScreenSize;
use unicode_width::UnicodeWidthStr;

/// The entry line and its cursor; of a long line its end is shown.
pub(super) fn entry_line(model: &Model, width: usize) -> (String, usize) {
    let shown: String = if model.is_secret() {
        "*".repeat(model.typing.chars().count())
    } else {
        // GS has no glyph; people see where it stood.
        model.typing.chars().map(|c| if c.is_control() { '~' } else { c }).collect()
    };
    let mut input = tui_input::Input::new(shown);
    input.handle(tui_input::InputRequest::GoToEnd);
    let room = width.saturating_sub(3);
    let skip = input.visual_scroll(room);
    let mut hidden = 0;
    let tail: String = input
        .value()
        .chars()
        .skip_while(|c| {
            let before = hidden;
            hidden += unicode_width::UnicodeWidthChar::width(*c).unwrap_or(0);
            before < skip
        })
        .collect();
    let text = format!("> {tail}");
    let column = text.width();
    (text, column)
}

/// The key that says which keys there are, where no others are shown and nothing is typed.
pub(super) fn hint(model: &Model, width: usize) -> String {
    let key = model.keymap.key_of(Card::Help).unwrap_or_default();
    let shown = ScreenSize::of(model.size) == ScreenSize::Hand && model.typing.is_empty();
    let free = width.saturating_sub(HINT_BESIDE);
    if shown && key.width() + 2 <= free { format!("{key} ?") } else { String::new() }
}

/// Cells of the entry line that a hint leaves free.
const HINT_BESIDE: usize = 12;
