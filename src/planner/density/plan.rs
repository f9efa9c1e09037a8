//! One change of the open aisles: drawn at random, rated before it is made, made.
//!
//! Rating first is what makes large backlogs quick: a change that cannot be worth enough costs a
//! look at two aisles, not the filling of thousands of orders and the way back.

use super::best::worth;
use super::state::State;
use fastrand::Rng;

/// A change of the aisles, before it is made.
#[derive(Default)]
pub(super) struct Plan {
    shut: Option<usize>,
    open: Vec<usize>,
    /// An order to be taken, whatever stands against it.
    serve: Option<usize>,
}

impl Plan {
    pub(super) fn new(state: &State, rng: &mut Rng) -> Self {
        let mut plan = Self::default();
        match rng.u32(0..100) {
            0..40 => {
                plan.shut = cheap_aisle(state, rng);
                plan.open.extend(wanted_aisle(state, rng));
            }
            40..50 => plan.open.extend(wanted_aisle(state, rng)),
            50..60 => plan.shut = cheap_aisle(state, rng),
            way => {
                plan.shut = if way < 75 { None } else { cheap_aisle(state, rng) };
                plan.serve = left_out(state, rng);
                if let Some(order) = plan.serve {
                    plan.open = missing_aisles(state, order, rng);
                }
            }
        }
        plan
    }

    /// More than it can be worth, save that items may lie both in aisles shut and opened.
    pub(super) fn hope(&self, state: &State, price: f64) -> f64 {
        let lost = self.shut.map_or(0, |aisle| state.lost(aisle));
        let won: i64 = self.open.iter().map(|&aisle| state.won(aisle)).sum();
        let served = self.serve.map_or(0, |order| state.model.units[order]);
        let open = state.open_aisles().len() + self.open.len() - usize::from(self.shut.is_some());
        worth(state.model, (state.units - lost + won + served).min(state.room), open, price)
    }

    /// Makes the change, fills orders again and shuts idle aisles.
    pub(super) fn make(&self, state: &mut State, rng: &mut Rng) {
        if let Some(aisle) = self.shut {
            state.shut(aisle);
        }
        for &aisle in &self.open {
            state.open(aisle);
        }
        if let Some(order) = self.serve {
            serve(state, order, rng);
        }
        state.fill();
        if state.room - state.units < state.model.largest() {
            // Where the bound and not the stock kept orders out, any order may fit by now.
            for _ in 0..8 {
                state.take(rng.usize(0..state.taken.len()));
            }
        }
        state.trim();
    }
}

/// Of two open aisles the one that costs the fewer units; none if only one is open.
fn cheap_aisle(state: &State, rng: &mut Rng) -> Option<usize> {
    let open = state.open_aisles();
    let (&one, &other) = (rng.choice(open)?, rng.choice(open)?);
    let cheap = if state.lost(one) <= state.lost(other) { one } else { other };
    (open.len() > 1).then_some(cheap)
}

/// A shut aisle in which an item lies that some order left out wants, or any.
fn wanted_aisle(state: &State, rng: &mut Rng) -> Option<usize> {
    if rng.bool()
        && let Some(order) = left_out(state, rng)
        && let Some(&(item, _)) = rng.choice(state.model.lines.of(order))
        && let Some(&(aisle, _)) = rng.choice(state.model.held_by.of(item))
        && !state.is_open(aisle)
    {
        return Some(aisle);
    }
    rng.choice(state.shut_aisles()).copied()
}

fn left_out(state: &State, rng: &mut Rng) -> Option<usize> {
    let orders = state.model.orders();
    (0..8).map(|_| rng.usize(0..orders)).find(|&order| !state.taken[order])
}

/// Takes an order, dropping those that stand against it; not if too little of it lies in the
/// open aisles.
pub(super) fn serve(state: &mut State, order: usize, rng: &mut Rng) {
    let model = state.model;
    for &(item, want) in model.lines.of(order) {
        if state.missing(item, want) > 0 {
            state.free(item, want, rng.usize(..));
        }
    }
    if state.units + model.units[order] > state.room {
        make_room(state, model.units[order], rng);
    }
    state.take(order);
}

/// Drops random orders until `units` more may be taken.
fn make_room(state: &mut State, units: i64, rng: &mut Rng) {
    for _ in 0..64 {
        if state.units + units <= state.room {
            return;
        }
        let order = rng.usize(0..state.taken.len());
        if state.taken[order] {
            state.drop_order(order);
        }
    }
}

/// Shut aisles that together hold what the order misses. Now and then only what does not lie in
/// the open aisles at all, so that other orders have to give way.
fn missing_aisles(state: &State, order: usize, rng: &mut Rng) -> Vec<usize> {
    let model = state.model;
    let give_way = rng.bool();
    let misses = |item: usize, want: i64| {
        state.missing(item, want) > 0 && !(give_way && state.lying_open(item) >= want)
    };
    let mut wanted: Vec<(usize, i64)> = model.lines.of(order).to_vec();
    wanted.retain(|&(item, want)| misses(item, want));
    let mut aisles = Vec::new();
    while let Some(&(item, _)) = wanted.first() {
        let mut helps = |aisle: usize| {
            let lies = |line: &&(usize, i64)| model.lies_in(line.0, aisle);
            (wanted.iter().filter(lies).count(), rng.u32(..))
        };
        let held = model.held_by.of(item).iter().map(|held| held.0);
        let shut = held.filter(|&aisle| !state.is_open(aisle) && !aisles.contains(&aisle));
        match shut.map(|aisle| (aisle, helps(aisle))).max_by_key(|found| found.1) {
            Some((aisle, _)) => {
                wanted.retain(|&(item, _)| !model.lies_in(item, aisle));
                aisles.push(aisle);
            }
            None => drop(wanted.remove(0)),
        }
    }
    aisles
}
