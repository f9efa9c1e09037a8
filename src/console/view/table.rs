//! A list in cells: columns side by side where there is room, one row over several lines where
//! there is not. Only names are ever cut; a row whose code, date or count is wider than its column
//! goes on in the next line.

use super::text::wrap;
use crate::i18n::Catalogue;
use crate::protocol::list::Mark;
use crate::protocol::page::Table;
use crate::protocol::{Message, list};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// From so many cells on, columns stand side by side.
const SIDE_BY_SIDE: usize = 56;
const GAP: usize = 2;
/// No column is narrower than this for want of room: a date, a bin, most codes.
const LEAST: usize = 16;
/// What goes on in the next line of a wide list stands in by this.
const STANDS_IN: &str = "  ";

/// What a cell says, in the person's words.
struct Cell {
    text: String,
    is: Is,
    /// Digits stand below each other.
    right: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Is {
    /// May be cut.
    Name,
    /// A code, a date, a count: never cut, and not parted where it fits a line.
    Code,
    /// A sentence: never cut.
    Words,
}

impl Cell {
    fn of(cell: &list::Cell, words: &Catalogue, tz: &str) -> Cell {
        let is = match cell {
            list::Cell::Name(_) => Is::Name,
            list::Cell::Says(_) => Is::Words,
            _ => Is::Code,
        };
        Cell { text: words.cell(cell, tz), is, right: cell.is_number() }
    }

    fn fits(&self, width: usize) -> bool {
        self.is == Is::Name || self.text.width() <= width
    }

    /// With blanks that no line ends at, where it must not be parted.
    fn whole(&self, width: usize) -> String {
        if self.is == Is::Code && self.text.width() <= width {
            self.text.replace(' ', KEPT)
        } else {
            self.text.clone()
        }
    }
}

/// A blank that no line ends at.
const KEPT: &str = "\u{a0}";

/// One line of the list, and whether it is of the chosen row.
pub struct TableLine {
    pub text: String,
    /// Which row it is of.
    pub row: Option<usize>,
    pub chosen: bool,
    pub header: bool,
    pub mark: Mark,
}

/// The lines of a table around the chosen row, or from its beginning, at most `height` of them.
pub fn lines(
    table: &Table,
    words: &Catalogue,
    chosen: Option<usize>,
    width: usize,
    height: usize,
) -> Vec<TableLine> {
    if table.rows.is_empty() || height == 0 {
        return Vec::new();
    }
    let cells: Vec<Vec<Cell>> = table
        .rows
        .iter()
        .map(|row| row.iter().map(|cell| Cell::of(cell, words, &table.tz)).collect())
        .collect();
    let head = head(table, &cells, words);
    let (header, rows) = if width < SIDE_BY_SIDE {
        // On a small screen it must not take the place of a row that can be chosen.
        let least = if chosen.is_some() { 4 } else { 1 };
        (
            over_lines(&head, width, "").into_iter().next().filter(|_| height > least),
            cells.iter().map(|row| over_lines(row, width, "")).collect(),
        )
    } else {
        side_by_side(&head, &cells, width)
    };
    let mut out: Vec<TableLine> = header
        .filter(|text| height > if chosen.is_some() { 2 } else { 1 } && !text.is_empty())
        .map(|text| TableLine { text, row: None, chosen: false, header: true, mark: Mark::Fine })
        .into_iter()
        .collect();
    let mut room = height - out.len();
    let mut seen = window(&rows, chosen.unwrap_or(0), room);
    // What lies below is said in a line of its own, where there is one for it.
    let more = seen.end < rows.len() && room > 3;
    if more {
        room -= 1;
        seen = window(&rows, chosen.unwrap_or(0), room);
    }
    for n in seen.clone() {
        let mark = match table.rows[n].first() {
            Some(list::Cell::Mark(mark)) => *mark,
            _ => Mark::Fine,
        };
        out.extend(rows[n].iter().map(|text| TableLine {
            text: text.clone(),
            row: Some(n),
            chosen: Some(n) == chosen,
            header: false,
            mark,
        }));
    }
    out.truncate(height - usize::from(more));
    if more {
        let text =
            words.say(&Message::key("list-more").with("count", (rows.len() - seen.end) as i64));
        out.push(TableLine { text, row: None, chosen: false, header: true, mark: Mark::Fine });
    }
    out
}

/// What stands above the columns, to the side where their cells stand.
fn head(table: &Table, cells: &[Vec<Cell>], words: &Catalogue) -> Vec<Cell> {
    table
        .header
        .iter()
        .enumerate()
        .map(|(n, name)| Cell {
            text: words.say(name),
            is: Is::Words,
            right: cells.first().and_then(|row| row.get(n)).is_some_and(|cell| cell.right),
        })
        .collect()
}

/// The header and the lines of each row, in columns.
fn side_by_side(
    head: &[Cell],
    cells: &[Vec<Cell>],
    width: usize,
) -> (Option<String>, Vec<Vec<String>>) {
    let mut header = None;
    let mut rows = Vec::with_capacity(cells.len());
    for (n, section) in sections(cells).into_iter().enumerate() {
        let head = if n == 0 { head } else { &[] };
        let seen = columns_seen(head, section, width);
        let head = &head[..head.len().min(seen)];
        let section: Vec<&[Cell]> = section.iter().map(|row| &row[..row.len().min(seen)]).collect();
        let widths = widths(head, &section, width);
        header.get_or_insert_with(|| line(head, &widths));
        rows.extend(section.iter().map(|row| {
            let fits = row.iter().zip(&widths).all(|(cell, width)| cell.fits(*width));
            if fits { vec![line(row, &widths)] } else { over_lines(row, width, STANDS_IN) }
        }));
    }
    (header, rows)
}

/// Columns that are always seen, however narrow it is.
const ALWAYS: usize = 4;

/// How many columns stand side by side with what they hold in full: names may be cut, others not.
/// What is left out stands on the row's page, and `c` brings it to the front.
fn columns_seen(head: &[Cell], rows: &[Vec<Cell>], width: usize) -> usize {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0).max(head.len());
    let needs = |n: usize| {
        let cells = rows.iter().filter_map(|row| row.get(n));
        let widest = cells.clone().map(|cell| cell.text.width()).max().unwrap_or(0);
        let named = cells.clone().any(|cell| cell.is == Is::Name);
        let cell = if named { widest.min(LEAST) } else { widest };
        cell.max(head.get(n).map_or(0, |cell| cell.text.width()))
    };
    let mut used = 0;
    for n in 0..columns {
        used += needs(n) + if n > 0 { GAP } else { 0 };
        if used > width && n >= ALWAYS {
            return n;
        }
    }
    columns
}

/// A row over as many lines as it needs.
fn over_lines(row: &[Cell], width: usize, stands_in: &str) -> Vec<String> {
    let gap = if stands_in.is_empty() { " " } else { STANDS_IN };
    let width = width - stands_in.len();
    let cells: Vec<String> =
        row.iter().filter(|cell| !cell.text.is_empty()).map(|cell| cell.whole(width)).collect();
    let lines = wrap(&cells.join(gap), width).into_iter().map(|line| line.replace(KEPT, " "));
    lines
        .enumerate()
        .map(|(n, line)| if n == 0 { line } else { format!("{stands_in}{line}") })
        .collect()
}

/// A row of one cell is the title of what follows: each part has columns of its own.
fn sections(rows: &[Vec<Cell>]) -> Vec<&[Vec<Cell>]> {
    let mut out = Vec::new();
    let mut rest = rows;
    while !rest.is_empty() {
        let end = if rest[0].len() == 1 {
            1
        } else {
            rest.iter().position(|row| row.len() == 1).unwrap_or(rest.len())
        };
        let (section, after) = rest.split_at(end);
        out.push(section);
        rest = after;
    }
    out
}

/// The rows that fit, with the chosen one among them.
fn window(rows: &[Vec<String>], chosen: usize, room: usize) -> std::ops::Range<usize> {
    let chosen = chosen.min(rows.len() - 1);
    let (mut from, mut to, mut used) = (chosen, chosen + 1, rows[chosen].len());
    let above = |from: &mut usize, used: &mut usize, most: usize| {
        while let Some(n) = from.checked_sub(1).filter(|n| *used + rows[*n].len() <= most) {
            *used += rows[n].len();
            *from = n;
        }
    };
    // Where one comes from is seen too: half of the room is for what lies above.
    let half = used + room.saturating_sub(used) / 2;
    above(&mut from, &mut used, half);
    while let Some(row) = rows.get(to).filter(|row| used + row.len() <= room) {
        used += row.len();
        to += 1;
    }
    above(&mut from, &mut used, room);
    from..to
}

fn widths(header: &[Cell], rows: &[&[Cell]], width: usize) -> Vec<usize> {
    let columns = rows.iter().map(|row| row.len()).max().unwrap_or(0).max(header.len());
    let column = |n: usize| rows.iter().copied().chain([header]).filter_map(move |row| row.get(n));
    let mut widths: Vec<usize> =
        (0..columns).map(|n| column(n).map(|cell| cell.text.width()).max().unwrap_or(0)).collect();
    let names: Vec<bool> =
        (0..columns).map(|n| column(n).any(|cell| cell.is == Is::Name)).collect();
    while widths.iter().sum::<usize>() + GAP * columns.saturating_sub(1) > width {
        // Names first, then what is widest.
        let Some(n) =
            (0..columns).filter(|n| widths[*n] > LEAST).max_by_key(|n| (names[*n], widths[*n]))
        else {
            break;
        };
        widths[n] -= 1;
    }
    widths
}

fn line(cells: &[Cell], widths: &[usize]) -> String {
    let padded: Vec<String> =
        cells.iter().zip(widths).map(|(cell, width)| fit(cell, *width)).collect();
    padded.join("  ").trim_end().to_owned()
}

/// Exactly so many cells: padded, or cut with a mark that says so.
fn fit(cell: &Cell, width: usize) -> String {
    let text = &cell.text;
    if text.width() <= width {
        let rest = " ".repeat(width - text.width());
        return if cell.right { format!("{rest}{text}") } else { format!("{text}{rest}") };
    }
    let mut out = String::new();
    for c in text.chars() {
        if out.width() + c.width().unwrap_or(0) + 1 > width {
            break;
        }
        out.push(c);
    }
    out.push('~');
    format!("{out}{}", " ".repeat(width.saturating_sub(out.width())))
}
