//! The chosen row of a page's list. It goes by what the row is: where the list is read again, it
//! stays with what it was on.

use super::Model;
use super::layout::ScreenSize;
use crate::protocol::Page;
use crate::protocol::page::{Deck, Part, Table};

/// Where to go from the chosen row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Go {
    Up,
    Down,
    First,
    Last,
    PartBefore,
    NextPart,
    To(usize),
}

/// Titles are passed over, where no sentence stands in a row.
pub(super) fn go(model: &mut Model, go: Go) {
    let (table, chosen) = (&model.page.table, model.chosen);
    let small = ScreenSize::of(model.size) == ScreenSize::Hand;
    let rows = || (0..table.rows.len()).filter(|n| small || !is_title(table, *n));
    let begins = |part: &Part| part.title + 1;
    let deck: &[Part] = model.page.deck.as_ref().map_or(&[], |deck: &Deck| &deck.parts);
    let found = match go {
        Go::Up => rows().rfind(|n| *n < chosen),
        Go::Down => rows().find(|n| *n > chosen),
        Go::First => rows().next(),
        Go::Last => rows().next_back(),
        Go::PartBefore => deck.iter().rfind(|part| part.end <= chosen).map(begins),
        Go::To(n) => rows().find(|row| *row >= n),
        Go::NextPart => deck.iter().find(|part| part.title > chosen).map(begins),
    };
    model.chosen = found.unwrap_or(chosen);
}

fn is_title(table: &Table, n: usize) -> bool {
    table.rows[n].len() == 1 && table.opens.get(n).is_none_or(String::is_empty)
}

/// The row of a page that was not here before: of a deck the first that opens something, else the
/// first.
pub(super) fn first(model: &Model) -> usize {
    let (table, deck) = (&model.page.table, model.page.deck.is_some());
    let small = ScreenSize::of(model.size) == ScreenSize::Hand && !deck;
    let opens = |n: &usize| table.opens.get(*n).is_some_and(|opens| !opens.is_empty());
    let rows = || (0..table.rows.len()).filter(|n| small || !is_title(table, *n));
    rows().find(|n| deck && opens(n)).or_else(|| rows().next()).unwrap_or(0)
}

/// Where what was chosen stands now: the row that opens the same, the nearest of them. If it is
/// gone it is no neighbour, who would be taken for it, but the first row of its part.
pub(super) fn again(before: &Page, model: &Model) -> usize {
    let now = &model.page.table;
    let Some(opens) = before.table.opens.get(model.chosen).filter(|opens| !opens.is_empty()) else {
        return model.chosen;
    };
    let same = now.opens.iter().enumerate().filter(|(_, own)| *own == opens);
    if let Some(n) = same.map(|(n, _)| n).min_by_key(|n| n.abs_diff(model.chosen)) {
        return n;
    }
    let parts = |page: &Page| page.deck.as_ref().map(|deck| deck.parts.clone()).unwrap_or_default();
    let title = |page: &Page, part: &Part| page.table.rows.get(part.title).cloned();
    let was = parts(before).into_iter().find(|part| (part.title..part.end).contains(&model.chosen));
    let is = was.and_then(|was| {
        let same = |part: &Part| title(&model.page, part) == title(before, &was);
        parts(&model.page).into_iter().find(same)
    });
    is.map_or_else(|| first(model), |part| part.title + 1)
}
