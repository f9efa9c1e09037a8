//! Annealing over aisle sets, in rounds, each from the best answer so far or from a fresh start.
//!
//! With the best density λ so far as the price of an aisle, a set is worth units − λ · aisles: the
//! step of Dinkelbach's method, with annealing in place of the exact maximum. Whenever a denser
//! answer is found, λ rises with it.

use super::best::{Best, worth};
use super::model::Model;
use super::pack;
use super::plan::Plan;
use super::start;
use super::state::State;
use fastrand::Rng;

/// Shares of the budget at which the downward start, the annealing of the starts and all
/// annealing must be done. The rest is for packing.
const STARTED: f64 = 0.15;
const STARTS_DONE: f64 = 0.5;
const ANNEALED: f64 = 0.9;

/// Starts from the downward way, and the share of the densest start's density that a start must
/// have to be worth annealing.
const PEAKS: usize = 3;
const PROMISING: f64 = 0.8;

/// How warm annealing begins and ends, in aisles' worths: from a start, and then from the best.
/// Where an order needs several aisles the sets are larger and the steps between them finer.
const WARM: [(f64, f64); 2] = [(0.15, 0.01), (0.10, 0.004)];
const WARM_MANY_LINES: [(f64, f64); 2] = [(0.08, 0.005), (0.05, 0.003)];

pub(super) fn search(
    model: &Model,
    rng: &mut Rng,
    budget: &mut dyn FnMut() -> f64,
) -> Option<Best> {
    let mut best = Best::default();
    let mut state = State::new(model);
    let many_lines = 5 * model.line_count() > 6 * model.orders();
    let warm = if many_lines { WARM_MANY_LINES } else { WARM };
    let starts = starts(&mut state, &mut best, many_lines, budget);
    let from = budget();
    for (number, start) in starts.iter().enumerate() {
        state.set(start);
        let share = (number + 1) as f64 / starts.len() as f64;
        let until = from + (STARTS_DONE - from) * share;
        anneal(&mut state, &mut best, rng, (until, warm[0]), budget);
    }
    if !best.aisles.is_empty() {
        state.restore(&best.aisles, &best.orders);
    }
    anneal(&mut state, &mut best, rng, (ANNEALED, warm[1]), budget);
    if best.aisles.is_empty() {
        return None;
    }
    pack::pack(&mut state, &mut best, rng, 1.0, budget);
    Some(best)
}

/// Aisle sets to anneal from: the densest of the upward way, and, if many orders have several
/// lines, those of the downward way; but none far less dense than another.
fn starts(
    state: &mut State,
    best: &mut Best,
    many_lines: bool,
    budget: &mut dyn FnMut() -> f64,
) -> Vec<Vec<usize>> {
    let upwards = start::upwards(state, best);
    let mut starts = vec![if best.aisles.is_empty() { upwards } else { best.aisles.clone() }];
    if many_lines {
        starts.extend(start::downwards(state, PEAKS, STARTED, budget));
    }
    let mut rated: Vec<(f64, Vec<usize>)> = Vec::new();
    for start in starts {
        state.set(&start);
        best.offer(state);
        rated.push((state.units as f64 / start.len().max(1) as f64, start));
    }
    let densest = rated.iter().map(|rated| rated.0).fold(0.0, f64::max);
    rated.retain(|rated| rated.0 >= PROMISING * densest);
    rated.into_iter().map(|rated| rated.1).collect()
}

fn anneal(
    state: &mut State,
    best: &mut Best,
    rng: &mut Rng,
    (until, (hot, cold)): (f64, (f64, f64)),
    budget: &mut dyn FnMut() -> f64,
) {
    let from = budget();
    let worth_of = |state: &State, price: f64| {
        worth(state.model, state.units, state.open_aisles().len(), price)
    };
    let mut price = price(state, best);
    let mut now = worth_of(state, price);
    loop {
        let spent = budget();
        if spent >= until {
            return;
        }
        let share = ((spent - from) / (until - from)).clamp(0.0, 1.0);
        let warmth = price * hot * (cold / hot).powf(share);
        // Drawn before the change, so that a change that cannot reach it is not even made.
        let bar = now + warmth * rng.f64().max(f64::MIN_POSITIVE).ln();
        state.mark();
        let plan = Plan::new(state, rng);
        if plan.hope(state, price) < bar {
            continue;
        }
        plan.make(state, rng);
        let then = worth_of(state, price);
        if then >= bar {
            now = then;
            if best.offer(state) {
                price = best.density();
                now = worth_of(state, price);
            }
        } else {
            state.undo();
        }
    }
}

/// What an aisle is worth: the best density so far, or what the state promises.
fn price(state: &State, best: &Best) -> f64 {
    if best.aisles.is_empty() {
        state.units.max(state.model.least) as f64 / state.open_aisles().len().max(1) as f64
    } else {
        best.density()
    }
}
