//! How things stand out, by theme.

use crate::console::app::Theme;
use ratatui::style::{Color, Modifier, Style};

/// What stands out in which way.
pub(super) struct Styles {
    pub(super) title: Style,
    pub(super) big: Style,
    pub(super) strong: Style,
    pub(super) dim: Style,
    pub(super) good: Style,
    pub(super) wrong: Style,
    pub(super) stop: Style,
}

/// Colour is never the only sign: everything that has one is bold, reversed or marked as well.
pub(super) fn styles(theme: Theme) -> Styles {
    let colour = |style: Style, plain: Color, bright: Color| match theme {
        Theme::Mono => style,
        Theme::Default => style.fg(plain),
        Theme::Contrast => style.fg(bright),
    };
    let plain = Style::default();
    let bold = plain.add_modifier(Modifier::BOLD);
    let reversed = bold.add_modifier(Modifier::REVERSED);
    Styles {
        title: colour(bold, Color::Cyan, Color::LightCyan),
        big: reversed,
        strong: colour(bold, Color::Yellow, Color::LightYellow),
        // What is dim cannot be read in bad light.
        dim: if theme == Theme::Contrast { plain } else { plain.add_modifier(Modifier::DIM) },
        good: colour(bold, Color::Green, Color::LightGreen),
        wrong: colour(reversed, Color::Yellow, Color::LightYellow),
        stop: colour(reversed, Color::Red, Color::LightRed),
    }
}
