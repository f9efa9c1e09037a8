//! Frames as bytes: the model is drawn into a buffer, and what changed since the last frame is
//! written.

use crate::console::app::Model;
use crate::console::view;
use crate::domain::Lang;
use crate::i18n::Catalogue;
use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use std::io;

/// What a terminal shows now, so that only what differs is written.
pub struct Screen {
    words: Catalogue,
    shown: Option<Buffer>,
    cursor: Option<(u16, u16)>,
    rows: Vec<(Rect, usize)>,
}

impl Screen {
    /// Alternate screen, bracketed paste.
    pub const ENTER: &'static [u8] = b"\x1b[?1049h\x1b[?2004h\x1b[2J";
    /// No mouse, plain paste, a cursor, no colours, and the screen from before.
    pub const LEAVE: &'static [u8] =
        b"\x1b[?1006l\x1b[?1000l\x1b[?2004l\x1b[?25h\x1b[0m\x1b[?1049l";
    /// Clicks and the wheel, in numbers of any size.
    pub const MOUSE_ON: &'static [u8] = b"\x1b[?1000h\x1b[?1006h";
    /// No mouse.
    pub const MOUSE_OFF: &'static [u8] = b"\x1b[?1006l\x1b[?1000l";

    /// Nothing shown yet: the first frame clears and draws everything.
    pub fn new(lang: Lang) -> Screen {
        Screen { words: Catalogue::new(lang), shown: None, cursor: None, rows: Vec::new() }
    }

    /// The row of the page's list that stands there.
    pub fn row_at(&self, x: u16, y: u16) -> Option<usize> {
        let at = Position::new(x, y);
        self.rows.iter().find(|(stands, _)| stands.contains(at)).map(|(_, row)| *row)
    }

    /// The bytes that make the terminal show the model; empty if it does already.
    pub fn frame(&mut self, model: &Model) -> io::Result<Vec<u8>> {
        if self.words.lang() != model.lang {
            self.words = Catalogue::new(model.lang);
        }
        let area = Rect::new(0, 0, model.size.0, model.size.1);
        let mut next = Buffer::empty(area);
        let view::Drawn { cursor, rows } = view::draw(model, &self.words, area, &mut next);
        self.rows = rows;
        let mut out = Vec::new();
        if self.shown.as_ref().is_none_or(|shown| shown.area != area) {
            out.extend_from_slice(b"\x1b[2J");
            self.shown = Some(Buffer::empty(area));
        }
        let Some(shown) = &self.shown else { return Ok(out) };
        let changed = rows_with_wide_glyphs(shown, &next);
        let diff = changed.diff(&next);
        if !diff.is_empty() {
            CrosstermBackend::new(&mut out).draw(diff.into_iter())?;
        }
        if cursor != self.cursor || !out.is_empty() {
            let mut backend = CrosstermBackend::new(&mut out);
            if let Some((x, y)) = cursor {
                backend.set_cursor_position(Position::new(x, y))?;
                backend.show_cursor()?;
            }
        }
        self.cursor = cursor;
        self.shown = Some(next);
        Ok(out)
    }
}

/// A glyph of one cell that no screen has, so that the cell differs from whatever comes.
const NOT_SHOWN: &str = "\u{2400}";

/// What is shown, with every row blanked in which a wide glyph changed its style alone: the
/// library's diff redraws only the first of its two cells.
fn rows_with_wide_glyphs(shown: &Buffer, next: &Buffer) -> Buffer {
    let mut base = shown.clone();
    for y in 0..next.area.height {
        let stale = (0..next.area.width).any(|x| {
            let (old, new) = (&shown[(x, y)], &next[(x, y)]);
            !new.symbol().is_ascii() && old.symbol() == new.symbol() && old.style() != new.style()
        });
        if stale {
            for x in 0..next.area.width {
                base[(x, y)].set_symbol(NOT_SHOWN);
            }
        }
    }
    base
}
