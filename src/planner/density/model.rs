//! The backlog as the search reads it: flat rows, useless orders and stock left out.
//!
//! Nothing is decided here beyond what can never be part of an answer: an order that all stock
//! together cannot serve, one larger than a wave may be, stock that nobody ordered.

use super::{Backlog, Line};

/// Lists of unequal length in one block of memory, one list a row.
pub(super) struct Rows<T> {
    start: Vec<usize>,
    cells: Vec<T>,
}

impl<T: Copy> Rows<T> {
    /// Groups `pairs` of (row, cell) by row; within a row they keep their order.
    pub(super) fn group(rows: usize, pairs: &[(usize, T)]) -> Self {
        let mut start = vec![0; rows + 1];
        for &(row, _) in pairs {
            start[row + 1] += 1;
        }
        for row in 0..rows {
            start[row + 1] += start[row];
        }
        let mut next = start.clone();
        let mut by_row: Vec<T> = pairs.iter().map(|&(_, cell)| cell).collect();
        for &(row, cell) in pairs {
            by_row[next[row]] = cell;
            next[row] += 1;
        }
        Self { start, cells: by_row }
    }

    pub(super) fn of(&self, row: usize) -> &[T] {
        &self.cells[self.start[row]..self.start[row + 1]]
    }
}

/// The backlog, read for the search. Orders are numbered anew, most units first, so that the
/// order of numbers is the order in which a set of aisles is filled.
pub(super) struct Model {
    /// Of each order, scarcest item first, so that what cannot be served is seen early.
    pub lines: Rows<Line>,
    /// Of each order, falling.
    pub units: Vec<i64>,
    /// The order's number in the backlog.
    pub origin: Vec<usize>,
    /// Orders that want an item, most units first.
    pub wanted_by: Rows<usize>,
    /// What lies in each aisle, by item; no more of it than is ordered.
    pub lying: Rows<Line>,
    /// The aisles in which an item lies, with the units.
    pub held_by: Rows<Line>,
    pub items: usize,
    pub aisles: usize,
    pub least: i64,
    pub most: i64,
}

impl Model {
    pub(super) fn new(backlog: &Backlog) -> Self {
        let items = 1 + highest(&backlog.orders).max(highest(&backlog.aisles));
        let mut stock = vec![0i64; items];
        let mut places = vec![0u32; items];
        for &(item, units) in backlog.aisles.iter().flatten() {
            stock[item] += units.max(0);
            places[item] += 1;
        }
        let mut kept: Vec<(usize, i64, Vec<Line>)> = Vec::new();
        for (number, order) in backlog.orders.iter().enumerate() {
            let mut lines = merged(order);
            let units = lines.iter().map(|line| line.1).sum();
            let served = lines.iter().all(|&(item, want)| want <= stock[item]);
            if units > 0 && units <= backlog.most && served {
                lines.sort_by_key(|&(item, _)| (places[item], item));
                kept.push((number, units, lines));
            }
        }
        // Of equal size, fewer lines first: they take away less from the others.
        kept.sort_by_key(|(number, units, lines)| (-units, lines.len(), *number));
        Self::flat(backlog, items, &kept)
    }

    fn flat(backlog: &Backlog, items: usize, kept: &[(usize, i64, Vec<Line>)]) -> Self {
        let mut lines = Vec::new();
        let mut wanted_by = Vec::new();
        let mut demand = vec![0i64; items];
        for (order, (_, _, of_order)) in kept.iter().enumerate() {
            for &(item, want) in of_order {
                lines.push((order, (item, want)));
                wanted_by.push((item, order));
                demand[item] += want;
            }
        }
        let mut lying = Vec::new();
        let mut held_by = Vec::new();
        for (aisle, rows) in backlog.aisles.iter().enumerate() {
            for (item, units) in merged(rows) {
                let units = units.min(demand[item]);
                if units > 0 {
                    lying.push((aisle, (item, units)));
                    held_by.push((item, (aisle, units)));
                }
            }
        }
        Self {
            lines: Rows::group(kept.len(), &lines),
            units: kept.iter().map(|order| order.1).collect(),
            origin: kept.iter().map(|order| order.0).collect(),
            wanted_by: Rows::group(items, &wanted_by),
            lying: Rows::group(backlog.aisles.len(), &lying),
            held_by: Rows::group(items, &held_by),
            items,
            aisles: backlog.aisles.len(),
            least: backlog.least.max(1),
            most: backlog.most,
        }
    }

    /// Whether some of the item lies in the aisle.
    pub(super) fn lies_in(&self, item: usize, aisle: usize) -> bool {
        self.lying.of(aisle).binary_search_by_key(&item, |line| line.0).is_ok()
    }

    /// Lines of all orders.
    pub(super) fn line_count(&self) -> usize {
        self.lines.cells.len()
    }

    /// Units of the largest order.
    pub(super) fn largest(&self) -> i64 {
        self.units.first().copied().unwrap_or(0)
    }

    pub(super) fn orders(&self) -> usize {
        self.units.len()
    }
}

fn highest(lists: &[Vec<Line>]) -> usize {
    lists.iter().flatten().map(|line| line.0).max().unwrap_or(0)
}

/// One line an item, by item; lines without units are left out.
fn merged(lines: &[Line]) -> Vec<Line> {
    let mut sorted: Vec<Line> = lines.iter().copied().filter(|line| line.1 > 0).collect();
    sorted.sort_unstable();
    sorted.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1;
        }
        same
    });
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_never_be_chosen_is_left_out() {
        let backlog = Backlog {
            orders: vec![vec![(0, 1)], vec![(0, 1), (0, 2)], vec![(1, 9)], vec![(2, 1)], vec![]],
            aisles: vec![vec![(0, 2), (3, 7)], vec![(0, 50), (1, 8)]],
            least: 0,
            most: 5,
        };
        let model = Model::new(&backlog);
        assert_eq!(model.origin, [1, 0], "one order lacks stock, one has no place, one is empty");
        assert_eq!(model.lines.of(0), [(0, 3)]);
        assert_eq!(model.lying.of(0), [(0, 2)]);
        assert_eq!(model.lying.of(1), [(0, 4)], "no more than is ordered");
        assert_eq!(model.held_by.of(0), [(0, 2), (1, 4)]);
        assert_eq!(model.least, 1, "an empty wave is no wave");
    }
}
