//! How much room there is, and what a small screen does with a page of the desk: what does not fit
//! at once becomes one list that arrows go through, so that nothing is out of reach.

use crate::limits;
use crate::protocol::page::{Letters, Table};
use crate::protocol::{Cell, Page};

/// Cells of a deck's row on a hand-held.
const HAND_CELLS: usize = 4;
/// Cells of a row of what comes after this, there.
const HAND_AHEAD: usize = 2;

/// The three sizes by cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScreenSize {
    Hand,
    Standard,
    Wide,
}

impl ScreenSize {
    /// The size of a screen of so many columns × rows: wide from 120 × 36, standard from 60 × 20,
    /// else that of a hand-held.
    pub fn of((width, height): (u16, u16)) -> ScreenSize {
        match (width, height) {
            (w, h) if w >= limits::WIDE.0 && h >= limits::WIDE.1 => ScreenSize::Wide,
            (60.., 20..) => ScreenSize::Standard,
            _ => ScreenSize::Hand,
        }
    }
}

/// The page as this screen shows it.
pub(super) fn fitted(page: &Page, size: (u16, u16)) -> Page {
    if ScreenSize::of(size) != ScreenSize::Hand {
        return page.clone();
    }
    let page = &Page { ahead: narrow(&page.ahead), ..page.clone() };
    if page.letters == Letters::None || page.facts.is_empty() && page.menu.is_empty() {
        return page.clone();
    }
    let mut table = Table { tz: page.table.tz.clone(), ..Table::default() };
    let mut add = |cells: Vec<Cell>, opens: String| {
        table.rows.push(cells);
        table.opens.push(opens);
    };
    for fact in &page.facts {
        add(vec![fact.text.clone().into()], String::new());
    }
    for (n, choice) in page.menu.iter().enumerate() {
        let number = (n + 1).to_string();
        add(vec![Cell::Text(number.clone()), choice.text.clone().into()], number);
    }
    for (n, (row, opens)) in page.table.rows.iter().zip(&page.table.opens).enumerate() {
        add(short(page, n, row), opens.clone());
    }
    Page { facts: Vec::new(), menu: Vec::new(), table, deck: None, ..page.clone() }
}

/// The first columns of what comes after this.
fn narrow(ahead: &Table) -> Table {
    let mut ahead = ahead.clone();
    ahead.header.truncate(HAND_AHEAD);
    for row in &mut ahead.rows {
        row.truncate(HAND_AHEAD);
    }
    ahead
}

/// What matters most of a row of a deck, in its order; of other rows all.
fn short(page: &Page, n: usize, row: &[Cell]) -> Vec<Cell> {
    let parts = page.deck.iter().flat_map(|deck| &deck.parts);
    let Some(part) = parts.into_iter().find(|part| (part.title + 1..part.end).contains(&n)) else {
        return row.to_vec();
    };
    let mut seen: Vec<usize> = part.rank.iter().copied().take(HAND_CELLS).collect();
    seen.sort_unstable();
    seen.into_iter().filter_map(|n| row.get(n).cloned()).collect()
}
