//! Where the search starts: two greedy ways through the aisle counts.
//!
//! Upwards, an aisle at a time, suits orders of one line, for which the gain of an aisle only
//! falls as others are opened. Orders of many lines gain nothing until their last aisle is open;
//! for them the way goes downwards from all aisles, shutting the one that costs the fewest units.

use super::best::Best;
use super::state::State;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Opens aisle after aisle by the units of open demand that lie there, whole orders or not.
/// Stops when more aisles can no longer be denser. Returns the aisles, in the order opened.
pub(super) fn upwards(state: &mut State, best: &mut Best) -> Vec<usize> {
    let model = state.model;
    let mut open_demand = vec![0i64; model.items];
    for order in 0..model.orders() {
        for &(item, want) in model.lines.of(order) {
            open_demand[item] += want;
        }
    }
    let gain = |aisle: usize, open_demand: &[i64]| -> i64 {
        let lying = model.lying.of(aisle).iter();
        lying.map(|&(item, units)| units.min(open_demand[item])).sum()
    };
    // Gains only fall, so an old gain that is still the greatest after renewal is the greatest.
    let mut heap: BinaryHeap<(i64, Reverse<usize>)> =
        (0..model.aisles).map(|aisle| (gain(aisle, &open_demand), Reverse(aisle))).collect();
    let mut aisles = Vec::new();
    state.set(&[]);
    while let Some((old, Reverse(aisle))) = heap.pop() {
        let now = gain(aisle, &open_demand);
        if now < old {
            heap.push((now, Reverse(aisle)));
            continue;
        }
        if now == 0 || best.out_of_reach(aisles.len() + 1, model.most) {
            break;
        }
        for &(item, units) in model.lying.of(aisle) {
            open_demand[item] -= units.min(open_demand[item]);
        }
        aisles.push(aisle);
        state.open(aisle);
        state.fill();
        best.offer(state);
    }
    aisles
}

/// From all aisles shuts one after the other, the one that costs the fewest units first, until
/// too few units are left or the budget's share `until` is spent. Returns the sets on the way
/// that were denser than those with a few aisles more or fewer, the densest `peaks` of them.
pub(super) fn downwards(
    state: &mut State,
    peaks: usize,
    until: f64,
    budget: &mut dyn FnMut() -> f64,
) -> Vec<Vec<usize>> {
    let model = state.model;
    let all: Vec<usize> = (0..model.aisles).collect();
    // More units than a wave may have are no harm on the way.
    state.room = i64::MAX;
    state.set(&all);
    state.trim();
    let mut heap: BinaryHeap<Reverse<(i64, usize)>> =
        state.open_aisles().iter().map(|&aisle| Reverse((0, aisle))).collect();
    let mut way: Vec<(f64, Vec<usize>)> = Vec::new();
    while let Some(Reverse((_, aisle))) = heap.pop() {
        if budget() >= until {
            break;
        }
        let before = state.units;
        state.mark();
        state.shut(aisle);
        state.fill();
        let cost = before - state.units;
        let cheapest = heap.peek().is_none_or(|&Reverse((next, _))| cost <= next);
        if !cheapest {
            state.undo();
            heap.push(Reverse((cost, aisle)));
            continue;
        }
        let open = state.open_aisles();
        if state.units < model.least || open.is_empty() {
            break;
        }
        way.push((state.units.min(model.most) as f64 / open.len() as f64, open.to_vec()));
    }
    state.room = model.most;
    densest_peaks(way, peaks)
}

/// Sets denser than those within a quarter of their number of aisles.
fn densest_peaks(way: Vec<(f64, Vec<usize>)>, peaks: usize) -> Vec<Vec<usize>> {
    let mut sorted = way;
    sorted.sort_by(|one, other| other.0.total_cmp(&one.0));
    let mut found: Vec<Vec<usize>> = Vec::new();
    for (_, aisles) in sorted {
        let near = |other: &Vec<usize>| 4 * other.len().abs_diff(aisles.len()) <= aisles.len();
        if found.len() < peaks && !found.iter().any(near) {
            found.push(aisles);
        }
    }
    found
}
