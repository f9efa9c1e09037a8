//! Draws the model. Pure: a model, an area and a buffer. One question a screen, the place to go
//! first and biggest; what differs (date, count) is never cut away before what does not.

mod beside;
mod deck;
mod entry;
mod foot;
mod help;
mod page;
mod palette;
mod styles;
mod table;
pub mod text;

use crate::console::app::Model;
use crate::console::app::layout::ScreenSize;
use crate::i18n::Catalogue;
use crate::protocol::Message;
use crate::protocol::page::Table;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use styles::Styles;
use text::wrap;
use unicode_width::UnicodeWidthStr;

/// A line with how it stands out and how early it goes when room is short (higher goes first), with
/// the lines of its part.
#[derive(Default)]
struct Line {
    text: String,
    style: Style,
    goes: u8,
    part: usize,
    /// Which row of the page's list it is of.
    row: Option<usize>,
}

/// Where something stands after a frame was drawn.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Drawn {
    pub cursor: Option<(u16, u16)>,
    /// Rows of the page's list by where a click means them.
    pub rows: Vec<(Rect, usize)>,
}

/// What can be chosen goes last of all that goes.
const CHOICE: u8 = 1;

/// Lines that a list gets at least, before facts give way to it.
const TABLE_LEAST: usize = 4;

/// On a screen with fewer rows, what can be chosen stands side by side.
const TIGHT: u16 = 12;

/// A list takes the whole width of a wide screen; sentences stay at what an eye follows.
const WIDEST_LIST: usize = 200;

/// Draws everything; returns where the cursor and the rows of the list stand.
pub fn draw(model: &Model, words: &Catalogue, area: Rect, buffer: &mut Buffer) -> Drawn {
    if area.width == 0 || area.height == 0 {
        return Drawn::default();
    }
    let mut rows = Vec::new();
    let styles = styles::styles(model.appearance.theme);
    let body = Rect { height: area.height - 1, ..area };
    let (width, height) = (text_width(area), usize::from(body.height));
    if let Some(palette) = &model.palette {
        let lines = palette::palette_lines(palette, model, words, width, height, &styles);
        put_lines(buffer, body, 0, &lines);
    } else if model.help {
        let mut lines = help::help(model, words, width, &styles);
        shorten(&mut lines, &[], height);
        put_lines(buffer, body, 0, &lines);
    } else {
        rows = draw_page(model, words, area, buffer, &styles);
    }
    let (entry, column) = entry::entry_line(model, usize::from(area.width));
    put(buffer, area, height, &entry, Style::default().add_modifier(Modifier::BOLD));
    let hint = entry::hint(model, usize::from(area.width));
    let at = area.width.saturating_sub(u16::try_from(hint.width()).unwrap_or(0));
    let beside = Rect { x: area.x + at, width: area.width - at, ..area };
    put(buffer, beside, height, &hint, styles.dim);
    let column = u16::try_from(column).unwrap_or(0).min(area.width - 1);
    Drawn { cursor: Some((area.x + column, area.y + area.height - 1)), rows }
}

/// How wide sentences are.
fn text_width(area: Rect) -> usize {
    usize::from(area.width).min(100)
}

/// The page, its list, what the chosen row opens, and the foot; returns where the rows stand.
fn draw_page(
    model: &Model,
    words: &Catalogue,
    area: Rect,
    buffer: &mut Buffer,
    styles: &Styles,
) -> Vec<(Rect, usize)> {
    let width = text_width(area);
    let body = usize::from(area.height) - 1;
    let size = ScreenSize::of((area.width, area.height));
    if let Some(deck) = model.page.deck.as_ref().filter(|_| size != ScreenSize::Hand) {
        let foot = foot::foot(model, words, usize::from(area.width), size, styles);
        let room = body.saturating_sub(foot.len());
        let above = Rect { height: u16::try_from(room).unwrap_or(area.height), ..area };
        let rows = deck::deck(deck, model, words, above, buffer, styles);
        put_lines(buffer, area, room, &foot[..foot.len().min(body)]);
        return rows;
    }
    // Half of a wide screen is for what the chosen row opens.
    let half = model.beside().map(|_| usize::from(area.width) / 2 - 2);
    let left = half.unwrap_or(width);
    let mut lines = page::page(model, words, left, size, styles);
    let foot = foot::foot(model, words, width, size, styles);
    let choices = count_choices(&lines);
    shorten(&mut lines, &foot, body.saturating_sub(room_for_list(&model.page.table, body)));
    if count_choices(&lines) < choices {
        say_more_choices(&mut lines, model, words, left);
    }
    let foot = &foot[..foot.len().min(body)];
    let room = body.saturating_sub(foot.len());
    let free = room.saturating_sub(lines.len());
    let wide = half.unwrap_or(usize::from(area.width).min(WIDEST_LIST));
    lines.extend(marked(model, words, wide, free, styles));
    let free = room.saturating_sub(lines.len() + 1);
    let ahead = listed(&model.page.ahead, words, None, wide, free, styles);
    if ahead.len() > 1 {
        lines.push(Line::default());
        // What comes after this is no row of the list.
        lines.extend(ahead.into_iter().map(|line| Line { row: None, ..line }));
    }
    lines.truncate(room);
    put_lines(buffer, area, 0, &lines);
    if let Some(page) = model.beside() {
        let right = Rect {
            x: area.x + area.width / 2,
            width: area.width - area.width / 2,
            height: u16::try_from(room).unwrap_or(area.height),
            ..area
        };
        beside::beside(page, model, words, right, buffer, styles);
    }
    put_lines(buffer, area, room, foot);
    let across = u16::try_from(wide).unwrap_or(area.width).min(area.width);
    let at = |(y, line): (u16, &Line)| {
        let stands = Rect { y: area.y + y, width: across, height: 1, ..area };
        line.row.map(|row| (stands, row))
    };
    (0..).zip(&lines).filter_map(at).collect()
}

/// A list keeps room for some of its rows.
fn room_for_list(table: &Table, body: usize) -> usize {
    if table.rows.is_empty() { 0 } else { TABLE_LEAST.min(body / 2) }
}

/// Says in the last choice that is seen how many there are: those that are not seen are typed all
/// the same.
fn say_more_choices(lines: &mut [Line], model: &Model, words: &Catalogue, width: usize) {
    let Some(last) = lines.iter_mut().rfind(|line| line.goes == CHOICE) else { return };
    let more = Message::key("menu-more").with("n", model.page.menu.len() as i64);
    let more = words.say(&more);
    let seen = wrap(&last.text, width.saturating_sub(more.width() + 1)).swap_remove(0);
    last.text = format!("{seen} {more}");
}

fn count_choices(lines: &[Line]) -> usize {
    lines.iter().filter(|line| line.goes == CHOICE).count()
}

/// Takes away what matters least until the rest fits.
fn shorten(lines: &mut Vec<Line>, foot: &[Line], body: usize) {
    while lines.len() + foot.len() > body {
        let Some(worst) = lines.iter().map(|l| l.goes).max().filter(|goes| *goes > 0) else {
            return;
        };
        let Some(at) = lines.iter().rposition(|l| l.goes == worst) else { return };
        // A fact without its second half would say something else.
        match lines[at].part {
            0 => drop(lines.remove(at)),
            part => lines.retain(|line| line.part != part),
        }
    }
}

/// The page's list; where rows are marked, a sign stands before each of them.
fn marked(
    model: &Model,
    words: &Catalogue,
    width: usize,
    room: usize,
    styles: &Styles,
) -> Vec<Line> {
    let table = &model.page.table;
    // Where nothing can be opened, nothing is chosen.
    let chosen = table.opens.iter().any(|scan| !scan.is_empty()).then_some(model.chosen);
    if model.marked().is_empty() {
        return listed(table, words, chosen, width, room, styles);
    }
    let mut before = None;
    table::lines(table, words, Some(model.chosen), width.saturating_sub(MARKED.len()), room)
        .into_iter()
        .map(|line| {
            let begins = line.row.is_some() && line.row != before;
            before = line.row;
            let sign = if begins && line.row.is_some_and(|n| model.is_marked(n)) {
                MARKED
            } else {
                UNMARKED
            };
            Line {
                style: style(&line, styles),
                text: format!("{sign}{}", line.text),
                row: line.row,
                ..Line::default()
            }
        })
        .collect()
}

const MARKED: &str = "* ";
const UNMARKED: &str = "  ";

fn style(line: &table::TableLine, styles: &Styles) -> Style {
    if line.chosen {
        styles.big
    } else if line.header {
        styles.dim
    } else {
        styles.mark(line.mark)
    }
}

fn listed(
    table: &Table,
    words: &Catalogue,
    chosen: Option<usize>,
    width: usize,
    room: usize,
    styles: &Styles,
) -> Vec<Line> {
    table::lines(table, words, chosen, width, room)
        .into_iter()
        .map(|line| Line {
            style: style(&line, styles),
            text: line.text,
            row: line.row,
            ..Line::default()
        })
        .collect()
}

/// Lines one below the other from this row on, as far as the area goes.
fn put_lines(buffer: &mut Buffer, area: Rect, from: usize, lines: &[Line]) {
    for (row, line) in lines.iter().enumerate() {
        put(buffer, area, from + row, &line.text, line.style);
    }
}

fn put(buffer: &mut Buffer, area: Rect, row: usize, text: &str, style: Style) {
    let Ok(row) = u16::try_from(row) else { return };
    if row < area.height {
        buffer.set_stringn(area.x, area.y + row, text, usize::from(area.width), style);
    }
}
