//! The densest wave: orders and aisles with the most units for each aisle visited.
//!
//! The question is the one of the SBPO 2025 challenge (Mercado Libre): of a backlog choose orders
//! O and aisles A, so that no item is ordered in O more often than it lies in A, the units of O
//! lie between two bounds, and units(O) / |A| is greatest. No solver is used: a greedy start is
//! improved by annealing over aisle sets, each filled with orders at once. Walking lengths,
//! trucks and priorities are not known here; `choose` asks the warehouse's whole question.

mod best;
mod model;
mod pack;
mod plan;
mod search;
mod start;
mod state;

use model::Model;

/// An item's number and units of it. Items are numbered from 0 without large gaps.
pub type Line = (usize, i64);

/// What may be chosen from. Sums of units must fit in an `i64`; lines without units count for
/// nothing, and several lines of one item count together.
#[derive(Debug, Clone, Default)]
pub struct Backlog {
    /// The lines of each order. An order is taken whole or not at all.
    pub orders: Vec<Vec<Line>>,
    /// What lies in each aisle.
    pub aisles: Vec<Vec<Line>>,
    /// Fewest and most units of a wave. A wave holds at least one unit, whatever `least` says.
    pub least: i64,
    pub most: i64,
}

/// A choice of orders and of the aisles that serve them, by their numbers, ascending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dense {
    pub orders: Vec<usize>,
    pub aisles: Vec<usize>,
    /// Units of the orders.
    pub units: i64,
}

/// Why a choice is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// No such order or aisle, or one named twice.
    Number,
    /// Units said and units of the orders differ.
    Sum,
    /// Fewer or more units than a wave may have.
    Bounds,
    /// More units of this item ordered than lie in the aisles.
    Short { item: usize },
}

/// The densest choice found, or `None` if no wave between the bounds was found.
///
/// `budget` says which share of the budget is spent (0 to 1; 1 is stop) and is asked once a move;
/// a move takes 1 to 20 µs. The first greedy answer is made whatever the budget.
pub fn densest(backlog: &Backlog, seed: u64, budget: &mut dyn FnMut() -> f64) -> Option<Dense> {
    let model = Model::new(backlog);
    if model.orders() == 0 || model.aisles == 0 {
        return None;
    }
    let best = search::search(&model, &mut fastrand::Rng::with_seed(seed), budget)?;
    let mut orders: Vec<usize> = best.orders.iter().map(|&order| model.origin[order]).collect();
    let mut aisles = best.aisles;
    orders.sort_unstable();
    aisles.sort_unstable();
    Some(Dense { orders, aisles, units: best.units })
}

/// Checks a choice against the backlog alone, sharing nothing with the search.
///
/// # Errors
/// The first flaw found.
pub fn check(backlog: &Backlog, choice: &Dense) -> Result<(), Flaw> {
    use std::collections::{BTreeMap, BTreeSet};
    let distinct = |numbers: &[usize], all: usize| {
        let known = numbers.iter().filter(|&&number| number < all);
        known.collect::<BTreeSet<_>>().len() == numbers.len()
    };
    if !distinct(&choice.orders, backlog.orders.len())
        || !distinct(&choice.aisles, backlog.aisles.len())
    {
        return Err(Flaw::Number);
    }
    let mut balance: BTreeMap<usize, i64> = BTreeMap::new();
    let mut units = 0;
    for &(item, lying) in choice.aisles.iter().flat_map(|&aisle| &backlog.aisles[aisle]) {
        *balance.entry(item).or_default() += lying;
    }
    for &(item, wanted) in choice.orders.iter().flat_map(|&order| &backlog.orders[order]) {
        *balance.entry(item).or_default() -= wanted;
        units += wanted;
    }
    if units != choice.units {
        return Err(Flaw::Sum);
    }
    if units < backlog.least.max(1) || units > backlog.most {
        return Err(Flaw::Bounds);
    }
    match balance.iter().find(|(_, left)| **left < 0) {
        Some((&item, _)) => Err(Flaw::Short { item }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
