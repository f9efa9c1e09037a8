//! How things stand out, by theme.

use crate::console::app::Theme;
use crate::protocol::list::Mark;
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
    pub(super) late: Style,
}

impl Styles {
    /// How a row stands out for how it stands with what it is about.
    pub(super) fn mark(&self, mark: Mark) -> Style {
        match mark {
            Mark::Late => self.late,
            Mark::Soon => self.strong,
            Mark::Done => self.dim,
            Mark::Fine => Style::default(),
        }
    }
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
        late: colour(bold, Color::Red, Color::LightRed),
    }
}
