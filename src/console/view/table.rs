//! A list in cells: columns side by side where there is room, one row over several lines where there is not. Only the
//! widest column is ever cut, and never below what a code or a date needs.

use super::text::wrap;
use crate::i18n::Catalogue;
use crate::protocol::page::Table;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// From so many cells on, columns stand side by side.
const SIDE_BY_SIDE: usize = 60;
const GAP: usize = 2;
/// No column is cut below this: a date, a bin, most codes.
const LEAST: usize = 16;

/// One line of the list, and whether it is of the chosen row.
pub struct Line {
    pub text: String,
    pub chosen: bool,
    pub header: bool,
}

/// The lines of a table around the chosen row, or from its beginning, at most `height` of them.
pub fn lines(table: &Table, words: &Catalogue, chosen: Option<usize>, width: usize, height: usize) -> Vec<Line> {
    if table.rows.is_empty() || height == 0 {
        return Vec::new();
    }
    let cells: Vec<Vec<String>> = table.rows.iter().map(|row| row.iter().map(|cell| words.say(cell)).collect()).collect();
    let (header, rows): (Option<String>, Vec<Vec<String>>) = if width < SIDE_BY_SIDE {
        let head: Vec<String> = table.header.iter().map(|cell| words.say(cell)).filter(|cell| !cell.is_empty()).collect();
        // On a small screen it must not take the place of a row.
        let head = Some(head.join(" ")).filter(|head| !head.is_empty() && height > 4).map(|head| fit(&head, width).trim_end().to_owned());
        (head, cells.iter().map(|row| wrap(row.iter().filter(|c| !c.is_empty()).cloned().collect::<Vec<_>>().join(" ").as_str(), width)).collect())
    } else {
        let head: Vec<String> = table.header.iter().map(|cell| words.say(cell)).collect();
        let named = head.iter().any(|cell| !cell.is_empty());
        let mut shown = None;
        let mut rows = Vec::with_capacity(cells.len());
        for (n, section) in sections(&cells).into_iter().enumerate() {
            let widths = widths(if n == 0 { &head } else { &[] }, section, width);
            shown = shown.or_else(|| named.then(|| line(&head, &widths)));
            rows.extend(section.iter().map(|row| vec![line(row, &widths)]));
        }
        (shown, rows)
    };
    let mut out: Vec<Line> = header.filter(|_| height > 2).map(|text| Line { text, chosen: false, header: true }).into_iter().collect();
    let room = height - out.len();
    for n in window(&rows, chosen.unwrap_or(0), room) {
        out.extend(rows[n].iter().map(|text| Line { text: text.clone(), chosen: Some(n) == chosen, header: false }));
    }
    out.truncate(height);
    out
}

/// A row of one cell is the title of what follows: each part has columns of its own.
fn sections(rows: &[Vec<String>]) -> Vec<&[Vec<String>]> {
    let mut out = Vec::new();
    let mut rest = rows;
    while !rest.is_empty() {
        let end = if rest[0].len() == 1 { 1 } else { rest.iter().position(|row| row.len() == 1).unwrap_or(rest.len()) };
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
    loop {
        let below = rows.get(to).map(Vec::len).filter(|more| used + more <= room);
        let above = from.checked_sub(1).map(|n| rows[n].len()).filter(|more| used + more <= room);
        match (below, above) {
            (Some(more), _) => {
                used += more;
                to += 1;
            }
            (None, Some(more)) => {
                used += more;
                from -= 1;
            }
            (None, None) => return from..to,
        }
    }
}

fn widths(header: &[String], rows: &[Vec<String>], width: usize) -> Vec<usize> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0).max(header.len());
    let of = |n: usize| rows.iter().chain([&header.to_vec()]).filter_map(|row| row.get(n)).map(|cell| cell.width()).max().unwrap_or(0);
    let mut widths: Vec<usize> = (0..columns).map(of).collect();
    while widths.iter().sum::<usize>() + GAP * columns.saturating_sub(1) > width {
        let Some(widest) = widths.iter_mut().max().filter(|w| **w > LEAST) else { break };
        *widest -= 1;
    }
    widths
}

fn line(cells: &[String], widths: &[usize]) -> String {
    let padded: Vec<String> = cells.iter().zip(widths).map(|(cell, width)| fit(cell, *width)).collect();
    padded.join("  ").trim_end().to_owned()
}

/// Exactly so many cells: padded, or cut with a mark that says so.
fn fit(text: &str, width: usize) -> String {
    if text.width() <= width {
        return format!("{text}{}", " ".repeat(width - text.width()));
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
