//! The deck on a screen with room for it: its parts side by side, each a table of its own, and how
//! fast the chosen cut-off burns down. Colour says late, soon and done, and a sign says it too.

use super::styles::Styles;
use super::{Line, put, put_lines};
use crate::console::app::Model;
use crate::i18n::{Catalogue, bars};
use crate::protocol::Message;
use crate::protocol::list::{Cell, Mark};
use crate::protocol::page::{Burn, Deck, Part};
use ratatui::buffer::Buffer;
use ratatui::layout::{Alignment, Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::symbols::Marker;
use ratatui::text::{Span, Text};
use ratatui::widgets::{
    Axis, Chart, Dataset, GraphType, Row, StatefulWidget, Table, TableState, Widget,
};
use std::cell::RefCell;
use unicode_width::UnicodeWidthStr;

const GAP: u16 = 2;
/// Between two columns of parts.
const GUTTER: u16 = 3;
/// A chart needs so much room, and the rest must keep some.
const CHART: u16 = 9;
const CHART_FROM: u16 = 26;
/// Of a bar that says how much is done.
const BAR: usize = 10;
const QUARTER_MIN: f64 = 15.0;

/// What a part is drawn with.
struct Drawn<'a> {
    model: &'a Model,
    words: &'a Catalogue,
    styles: &'a Styles,
    /// Where its rows stand.
    rows: RefCell<Vec<(Rect, usize)>>,
}

/// Draws the title line and the parts; the chosen row is always among what is seen. Returns where
/// the rows stand.
pub(super) fn deck(
    deck: &Deck,
    model: &Model,
    words: &Catalogue,
    area: Rect,
    buffer: &mut Buffer,
    styles: &Styles,
) -> Vec<(Rect, usize)> {
    let drawn = Drawn { model, words, styles, rows: RefCell::default() };
    drawn.title(deck, area, buffer);
    let body = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    let Some((first, others)) = deck.parts.split_first() else { return Vec::new() };
    let most = if body.height >= CHART_FROM { body.height / 3 } else { body.height / 2 };
    let high = wanted(first).min(most.max(2));
    let [top, rest] = Layout::vertical([Constraint::Length(high), Constraint::Fill(1)]).areas(body);
    drawn.part(first, top, buffer);
    let rest =
        match drawn.burn(deck).filter(|_| model.appearance.boxes && body.height >= CHART_FROM) {
            Some(burn) => drawn.chart(burn, rest, buffer),
            None => rest,
        };
    let [left, right] = Layout::horizontal([Constraint::Fill(1); 2]).spacing(GUTTER).areas(rest);
    let (one, two) = columns(others);
    drawn.column(&one, left, buffer);
    drawn.column(&two, right, buffer);
    drawn.rows.into_inner()
}

/// The lines that a part would fill: its header and its rows.
fn wanted(part: &Part) -> u16 {
    u16::try_from(part.end - part.title).unwrap_or(u16::MAX)
}

/// The parts in two columns of about the same height, in their order.
fn columns(parts: &[Part]) -> (Vec<&Part>, Vec<&Part>) {
    let (mut one, mut two) = (Vec::new(), Vec::new());
    let high = |parts: &[&Part]| parts.iter().map(|part| u32::from(wanted(part))).sum::<u32>();
    for part in parts {
        if high(&one) <= high(&two) { one.push(part) } else { two.push(part) }
    }
    (one, two)
}

impl Drawn<'_> {
    fn title(&self, deck: &Deck, area: Rect, buffer: &mut Buffer) {
        let who = self.model.operator.as_ref().map_or("", |operator| operator.name.as_str());
        let title = format!("{}   {who}", self.words.say(&self.model.page.title));
        put(buffer, area, 0, &title, self.styles.title);
        let [late, risk, well] = deck.tally;
        let said = |key: &str, n: i64| self.words.say(&Message::key(key).with("n", n));
        let page = &self.model.page;
        let clock = page.as_of.map(|at| at.clock(&page.table.tz)).unwrap_or_default();
        let parts = [
            (clock, self.styles.dim),
            (said("deck-late", late), if late > 0 { self.styles.stop } else { self.styles.dim }),
            (said("deck-risk", risk), if risk > 0 { self.styles.wrong } else { self.styles.dim }),
            (said("deck-ok", well), self.styles.good),
        ];
        let wide: usize = parts.iter().map(|(text, _)| text.width() + usize::from(GAP)).sum();
        let free = usize::from(area.width).saturating_sub(title.width() + 1);
        let mut x = area.x + area.width - u16::try_from(wide.min(free)).unwrap_or(0);
        for (text, style) in parts {
            let room = usize::from((area.x + area.width).saturating_sub(x));
            buffer.set_stringn(x, area.y, &text, room, style);
            x += u16::try_from(text.width()).unwrap_or(0) + GAP;
        }
    }

    /// One below the other, each with a share of the height; the one with the chosen row first.
    fn column(&self, parts: &[&Part], area: Rect, buffer: &mut Buffer) {
        let mut heights: Vec<u16> = parts.iter().map(|part| wanted(part)).collect();
        let chosen = |n: usize| self.holds_chosen(parts[n]);
        while heights.iter().map(|h| u32::from(*h)).sum::<u32>() > u32::from(area.height) {
            let shrinks = (0..parts.len()).filter(|n| heights[*n] > 2);
            let at = shrinks.max_by_key(|n| (!chosen(*n), heights[*n]));
            // Where even that is too much the last ones are not seen.
            let gone = || (0..parts.len()).rev().find(|n| heights[*n] > 0 && !chosen(*n));
            match at {
                Some(at) => heights[at] -= 1,
                None => match gone() {
                    Some(at) => heights[at] = 0,
                    None => break,
                },
            }
        }
        let mut y = area.y;
        for (part, height) in parts.iter().zip(heights).filter(|(_, height)| *height > 0) {
            let height = height.min((area.y + area.height).saturating_sub(y));
            self.part(part, Rect { y, height, ..area }, buffer);
            y += height;
        }
    }

    fn holds_chosen(&self, part: &Part) -> bool {
        (part.title..part.end).contains(&self.model.chosen)
    }

    /// A part as a table: its title stands where the header of its first column would.
    fn part(&self, part: &Part, area: Rect, buffer: &mut Buffer) {
        let table = &self.model.page.table;
        let (Some(rows), true) = (table.rows.get(part.title + 1..part.end), area.height > 0) else {
            return;
        };
        let columns = self.seen(part, rows, area.width);
        let rows_seen = usize::from(area.height) - 1;
        let drawn = rows.iter().map(|row| {
            let cells = columns.iter().map(|(n, _)| self.cell(row.get(*n)));
            Row::new(cells).style(self.row_style(row))
        });
        let widths = columns.iter().map(|(_, width)| Constraint::Length(*width));
        let mut state = TableState::default();
        if self.holds_chosen(part) {
            state.select(self.model.chosen.checked_sub(part.title + 1));
        }
        let inner = Rect { y: area.y + 1, height: area.height - 1, ..area };
        let drawn =
            Table::new(drawn, widths).column_spacing(GAP).row_highlight_style(self.styles.big);
        StatefulWidget::render(drawn, inner, buffer, &mut state);
        let first = part.title + 1 + state.offset();
        let at = |(y, row): (u16, usize)| (Rect { y, height: 1, ..inner }, row);
        let stands = (inner.y..inner.bottom()).zip(first..part.end).map(at);
        self.rows.borrow_mut().extend(stands);
        self.header(part, rows, &columns, area, buffer);
        let unseen = rows.len().saturating_sub(rows_seen);
        if unseen > 0 {
            let more = format!(" +{unseen}");
            let x = area.x + area.width.saturating_sub(u16::try_from(more.width()).unwrap_or(0));
            buffer.set_stringn(x, area.y, &more, more.width(), self.styles.dim);
        }
    }

    /// The columns that fit, the most important first; as they stand in the list, with their
    /// widths.
    fn seen(&self, part: &Part, rows: &[Vec<Cell>], width: u16) -> Vec<(usize, u16)> {
        let width_of = |n: usize| {
            let cells = rows.iter().filter_map(|row| row.get(n));
            let widest = cells.map(|cell| self.text(cell).width()).max().unwrap_or(0);
            let header = part.header.get(n).map_or(0, |name| self.words.say(name).width());
            u16::try_from(if n == part.rank[0] { widest } else { widest.max(header) }).unwrap_or(0)
        };
        let mut seen: Vec<(usize, u16)> = Vec::new();
        let mut left = width;
        for n in part.rank.iter().copied() {
            let wide = width_of(n);
            let gap = if seen.is_empty() { 0 } else { GAP };
            // The last one that fits may be cut, where it is words.
            let fits = wide + gap <= left;
            let cut =
                rows.iter().any(|row| matches!(row.get(n), Some(Cell::Says(_) | Cell::Name(_))));
            if wide > 0 && (fits || cut && left > gap + 8) {
                let wide = wide.min(left - gap);
                seen.push((n, wide));
                left -= wide + gap;
            }
        }
        seen.sort_by_key(|(n, _)| *n);
        seen
    }

    fn header(
        &self,
        part: &Part,
        rows: &[Vec<Cell>],
        columns: &[(usize, u16)],
        area: Rect,
        buffer: &mut Buffer,
    ) {
        let title = self.model.page.table.rows.get(part.title).and_then(|row| row.first());
        let title = title.map(|cell| self.text(cell)).unwrap_or_default();
        put(buffer, area, 0, &title, self.styles.title);
        let taken = area.x + u16::try_from(title.width()).unwrap_or(0) + 1;
        let mut x = area.x;
        for (n, width) in columns {
            let name = part.header.get(*n).map(|name| self.words.say(name)).unwrap_or_default();
            let right = rows.first().and_then(|row| row.get(*n)).is_some_and(Cell::is_number);
            let wide = u16::try_from(name.width()).unwrap_or(0).min(*width);
            let at = if right { x + width - wide } else { x };
            if at >= taken {
                buffer.set_stringn(at, area.y, &name, usize::from(wide), self.styles.dim);
            }
            x += width + GAP;
        }
    }

    fn cell(&self, cell: Option<&Cell>) -> Text<'static> {
        let Some(cell) = cell else { return Text::default() };
        let text = Text::from(self.text(cell));
        if cell.is_number() { text.alignment(Alignment::Right) } else { text }
    }

    fn text(&self, cell: &Cell) -> String {
        let boxes = self.model.appearance.boxes;
        match (cell, cell.per_cent()) {
            (_, Some(done)) => {
                let full = usize::try_from(done).unwrap_or(0).min(100) * BAR / 100;
                let (full_glyph, rest) = if boxes { ("█", "░") } else { ("#", ".") };
                format!("{}{} {done:>3}%", full_glyph.repeat(full), rest.repeat(BAR - full))
            }
            (Cell::Flow(counts), _) if boxes => {
                bars(counts, &['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'])
            }
            _ => self.words.cell(cell, &self.model.page.table.tz),
        }
    }

    fn row_style(&self, row: &[Cell]) -> Style {
        match row.first() {
            Some(Cell::Mark(mark)) => self.styles.mark(*mark),
            _ => Style::default(),
        }
    }

    /// How the chosen cut-off burns down, else the first one that is not done.
    fn burn<'d>(&self, deck: &'d Deck) -> Option<&'d Burn> {
        let first =
            deck.parts.first().filter(|part| part.end - part.title == deck.burns.len() + 1)?;
        let chosen = self.model.chosen.checked_sub(first.title + 1);
        // Of what nobody has packed yet there is nothing to see.
        let open = |burn: &&Burn| burn.left.len() > 1 && burn.left.last() != Some(&0);
        chosen.and_then(|n| deck.burns.get(n)).filter(open).or_else(|| deck.burns.iter().find(open))
    }

    /// Draws what is left over time beside what would have to be; returns the room below.
    fn chart(&self, burn: &Burn, area: Rect, buffer: &mut Buffer) -> Rect {
        let [band, rest] =
            Layout::vertical([Constraint::Length(CHART), Constraint::Fill(1)]).areas(area);
        let now = burn.left.len().saturating_sub(1) as f64;
        let past: Vec<(f64, f64)> = burn
            .left
            .iter()
            .enumerate()
            .map(|(n, left)| ((n as f64 - now) * QUARTER_MIN, *left as f64))
            .collect();
        let most = past.iter().map(|(_, left)| *left).fold(1.0, f64::max);
        let last = past.last().map_or(0.0, |(_, left)| *left);
        // A cut-off tomorrow would press the past together.
        let ends = (burn.minutes.max(0) as f64).min(now.max(4.0) * QUARTER_MIN * 2.0);
        let ahead = if burn.minutes > 0 {
            let then = last * (1.0 - ends / burn.minutes as f64);
            vec![(0.0, last), (ends, then)]
        } else {
            Vec::new()
        };
        let set = |name: &str, data, style| {
            Dataset::default()
                .name(self.words.key(name))
                .marker(Marker::Braille)
                .graph_type(GraphType::Line)
                .style(style)
                .data(data)
        };
        let late = burn.minutes <= 0;
        let sets = vec![
            set("deck-left", &past, self.styles.mark(if late { Mark::Late } else { Mark::Fine })),
            set("deck-needed", &ahead, self.styles.good),
        ];
        let from = -now * QUARTER_MIN;
        let label = |minutes: f64| Span::from(clock_apart(minutes));
        let chart = Chart::new(sets)
            .x_axis(Axis::default().bounds([from, ends.max(1.0)]).labels([
                label(from),
                label(0.0),
                label(ends),
            ]))
            .y_axis(
                Axis::default()
                    .bounds([0.0, most])
                    .labels([Span::from("0"), Span::from(format!("{most:.0}"))]),
            );
        let name =
            Line { text: self.words.say(&burn.name), style: self.styles.title, ..Line::default() };
        put_lines(buffer, band, 0, &[name]);
        Widget::render(chart, Rect { y: band.y + 1, height: band.height - 2, ..band }, buffer);
        rest
    }
}

/// Hours and minutes before or after now.
fn clock_apart(minutes: f64) -> String {
    let sign = if minutes < 0.0 { "-" } else { "+" };
    let minutes = minutes.abs().round() as i64;
    format!("{sign}{}:{:02}", minutes / 60, minutes % 60)
}
