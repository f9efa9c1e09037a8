//! Which orders now: the warehouse's whole question, with a reason and a price for every order.
//!
//! The aim is lexicographic (see [`Aim`]): no truck missed that can still be made, then priority,
//! then least walking and sorting for each unit, then even load. How far a set of orders makes
//! people walk is the caller's to say ([`Walking`]); nothing here knows the building, stock or
//! trolleys, and nothing is reserved or released here.

mod aim;
mod exact;
mod moves;
mod reason;
mod search;
mod walking;
mod wave;

pub use aim::Aim;
pub use reason::{Verdict, Why};
pub use walking::{AisleWalk, Walking, WholeSet};

use wave::Wave;

/// An order that may be released now. All numbers are at least 0, but `slack` and `priority`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ready {
    /// Seconds until it must be started to make its truck; negative: cannot make it any more.
    pub slack: i64,
    /// 0 or less is ordinary. Of higher ones as many are taken as fit, whatever they cost, the
    /// highest first. A few levels are meant, not a rank for each order.
    pub priority: i32,
    pub units: i64,
    pub lines: i64,
    /// Seconds of work that it brings.
    pub seconds: i64,
    /// What sorting it costs, in millimetres walked in that time.
    pub sorting_mm: i64,
    /// Work that it brings to stations (zones, wall, benches): station, numbered from 0 without
    /// large gaps, and amount.
    pub loads: Vec<(usize, i64)>,
}

/// The most that a wave may hold; `i64::MAX` where there is no bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Most {
    pub orders: i64,
    pub units: i64,
    pub lines: i64,
    /// Seconds of work.
    pub seconds: i64,
}

impl Default for Most {
    fn default() -> Self {
        Self { orders: i64::MAX, units: i64::MAX, lines: i64::MAX, seconds: i64::MAX }
    }
}

/// One of the bounds of [`Most`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    Orders,
    Units,
    Lines,
    Seconds,
}

/// What is asked.
#[derive(Debug, Clone, Default)]
pub struct Question {
    pub ready: Vec<Ready>,
    pub most: Most,
    /// The wave should have so many units, if there are as many that fit. At least 1 is meant.
    pub least_units: i64,
    /// Seconds until the next wave could take what this one leaves. An order with a slack below
    /// it must go now.
    pub horizon: i64,
    /// People at each station; loads of stations beyond the list, or without people, count as
    /// of one person.
    pub heads: Vec<i64>,
    /// Millimetres a unit: waves in the same step of this width walk equally far, and even load
    /// decides between them. 0: each difference counts.
    pub grain: i64,
}

impl Question {
    /// Whether the order can make its truck, but not with the next wave.
    pub fn must_go(&self, order: usize) -> bool {
        let slack = self.ready[order].slack;
        slack >= 0 && slack < self.horizon
    }
}

/// The answer.
#[derive(Debug, Clone)]
pub struct Chosen {
    /// The orders of the wave, ascending, by their place in [`Question::ready`].
    pub orders: Vec<usize>,
    /// For every order, in or out: why, and its price.
    pub verdicts: Vec<Verdict>,
    pub aim: Aim,
    /// Walking of the wave.
    pub walking_mm: i64,
    /// Whether every set was tried, so that no better one exists.
    pub proven: bool,
}

/// Up to so many orders every set is tried.
pub const EXACT_ORDERS: usize = 14;

/// Chooses the orders of the next wave.
///
/// `walking` comes without orders and is left holding the orders chosen. `budget` says which
/// share of the budget is spent (0 to 1; 1 is stop) and is asked once a move; what must go, and
/// the prices (one walk an order), are settled whatever the budget.
pub fn choose<W: Walking>(
    question: &Question,
    walking: &mut W,
    seed: u64,
    budget: &mut dyn FnMut() -> f64,
) -> Chosen {
    let mut wave = Wave::new(question, walking);
    let proven = question.ready.len() <= EXACT_ORDERS && exact::enumerate(&mut wave, budget);
    if !proven {
        search::search(&mut wave, &mut fastrand::Rng::with_seed(seed), budget);
    }
    let verdicts = reason::verdicts(&mut wave);
    let aim = wave.aim();
    let orders = wave.chosen();
    let walking_mm = wave.walking.mm();
    Chosen { orders, verdicts, aim, walking_mm, proven }
}

/// Verdicts for a choice already made, say by another measure of walking: `choose` with a quick
/// one like [`AisleWalk`], then `explain` with exact walks.
///
/// `walking` comes without orders and is left holding `orders`; numbers that are not in the
/// question are left out. One walk an order.
pub fn explain<W: Walking>(question: &Question, orders: &[usize], walking: &mut W) -> Vec<Verdict> {
    let mut wave = Wave::new(question, walking);
    for &order in orders {
        if order < question.ready.len() && !wave.is_in[order] {
            wave.add(order);
        }
    }
    reason::verdicts(&mut wave)
}

#[cfg(test)]
mod tests;
