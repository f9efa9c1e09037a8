//! The last units: which orders, with the aisles fixed.
//!
//! Filling largest order first is not always best where orders of several lines want the same
//! stock. Here single orders are put in against those that stand in their way.

use super::best::Best;
use super::plan::serve;
use super::state::State;
use fastrand::Rng;

/// How warm the exchange begins and ends, in units.
const HOT: f64 = 1.5;
const COLD: f64 = 0.15;

/// Exchanges orders in the best answer until the budget's share `until` is spent, or at once if
/// all that could be taken is.
pub(super) fn pack(
    state: &mut State,
    best: &mut Best,
    rng: &mut Rng,
    until: f64,
    budget: &mut dyn FnMut() -> f64,
) {
    let model = state.model;
    state.restore(&best.aisles, &best.orders);
    let possible = |order: &usize| {
        let mut lines = model.lines.of(*order).iter();
        lines.all(|&(item, want)| state.lying_open(item) >= want)
    };
    let orders: Vec<usize> = (0..model.orders()).filter(possible).collect();
    if orders.iter().all(|&order| state.taken[order]) {
        return;
    }
    let from = budget();
    loop {
        let spent = budget();
        if spent >= until {
            return;
        }
        let order = orders[rng.usize(0..orders.len())];
        if state.taken[order] {
            continue;
        }
        let share = ((spent - from) / (until - from)).clamp(0.0, 1.0);
        let warmth = HOT * (COLD / HOT).powf(share);
        let bar = state.units as f64 + warmth * rng.f64().max(f64::MIN_POSITIVE).ln();
        state.mark();
        serve(state, order, rng);
        state.fill();
        if state.units as f64 >= bar {
            best.offer(state);
        } else {
            state.undo();
        }
    }
}
