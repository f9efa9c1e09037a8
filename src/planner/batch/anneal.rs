//! Annealing over whole plans (Kirkpatrick et al. 1983): small random changes, of which those
//! that lengthen the plan are taken the less often the cooler it is.
//!
//! A trolley may be somewhat overloaded on the way, at a price that is raised until about half of
//! the plans met are allowed ones; where loads are tight hardly a single change would fit
//! otherwise. Only allowed plans are given back. The last part of the budget starts anew from the
//! best plan, cooler. What a change is: `moves` and `rebuild`.

use fastrand::Rng;

use crate::planner::batch::{
    fleet::{Batch, Fleet},
    measure::Measure,
    meter::Meter,
    pace::Pace,
    problem::WHOLE,
};

/// Temperature at the start and at the end of the search, as a share of a mean walk.
const HOT: f64 = 0.015;
const COLD: f64 = 0.007;

/// Share of the budget after which the search settles: from the best plan, between these.
const SETTLE: f64 = 0.85;
const WARM: f64 = 0.007;
const FROZEN: f64 = 0.002;

/// How many changes are tried before the budget is asked again and the temperature set.
const ROUND: u32 = 512;

/// Chances: that a change is a rebuild; else that it is a shift and not an exchange; that it goes
/// to the batch of a near order and not anywhere.
const REBUILDS: f64 = 0.02;
const SHIFTS: f64 = 0.2;
const NEARBY: f64 = 0.8;

/// What of a trolley may be overloaded on the way (of [`WHOLE`]).
pub(crate) const MOST_EXCESS: i64 = WHOLE / 20;

/// The price of excess is changed by this factor after each round. A whole trolley of it costs
/// at least and at most so many mean walks.
const PRICE_STEP: f64 = 1.05;
const PRICES: (f64, f64) = (0.01, WHOLE as f64);

/// No fine is above this, so that sums with walks cannot overflow.
const MOST_FINE_MM: f64 = 1e18;

/// How many values of −ln(u), u even in (0, 1), are drawn from.
const LUCK: usize = 4_096;

/// A search under way.
pub(crate) struct Annealer<'m, 'p, M> {
    pub(crate) meter: &'m mut Meter<'p, M>,
    pub(crate) rng: Rng,
    pub(crate) fleet: Fleet,
    /// For each order the orders that go well with it.
    pub(crate) near: Vec<Vec<usize>>,
    /// For each order its batch's walk without it (mm), if that is known.
    pub(crate) rest_mm: Vec<Option<i64>>,
    /// What one part of excess costs, mm.
    pub(crate) price_mm: f64,
    luck: Vec<f64>,
    best_mm: i64,
    best: Vec<Vec<usize>>,
}

impl<'m, 'p, M: Measure> Annealer<'m, 'p, M> {
    /// A search from `start`, an allowed plan; `near` names at least one other for each order.
    pub(crate) fn new(
        start: Fleet,
        near: Vec<Vec<usize>>,
        meter: &'m mut Meter<'p, M>,
        seed: u64,
    ) -> Self {
        let rest_mm = vec![None; meter.problem.len()];
        let luck = (0..LUCK).map(|at| -((at as f64 + 0.5) / LUCK as f64).ln()).collect();
        let rng = Rng::with_seed(seed);
        let (best_mm, best) = (start.total_mm, start.groups());
        let mut search =
            Self { meter, rng, fleet: start, near, rest_mm, price_mm: 0.0, luck, best_mm, best };
        search.keep_one_empty();
        search
    }

    /// Searches until the budget is spent; the shortest allowed plan that was met.
    pub(crate) fn run(mut self, pace: &mut Pace<'_>) -> Vec<Vec<usize>> {
        let mean_mm = self.best_mm as f64 / self.best.len().max(1) as f64;
        let unit_mm = mean_mm / WHOLE as f64;
        let mut price = 1.0f64;
        let mut settled = false;
        loop {
            let spent = pace.ask();
            if spent >= 1.0 {
                return self.best;
            }
            if spent >= SETTLE && !settled {
                settled = true;
                self.back_to_best();
            }
            self.price_mm = price * unit_mm;
            let allowed = self.round(mean_mm * temperature(spent));
            let step = if allowed < ROUND / 2 { PRICE_STEP } else { 1.0 / PRICE_STEP };
            price = (price * step).clamp(PRICES.0, PRICES.1);
        }
    }

    /// Tries some changes at one temperature; after how many of them the plan was an allowed one.
    fn round(&mut self, heat_mm: f64) -> u32 {
        let mut allowed = 0;
        for _ in 0..ROUND {
            let luck = self.luck[self.rng.usize(0..LUCK)];
            let changed = self.step((heat_mm * luck) as i64);
            if self.fleet.excess == 0 {
                allowed += 1;
                if changed && self.fleet.total_mm < self.best_mm {
                    (self.best_mm, self.best) = (self.fleet.total_mm, self.fleet.groups());
                }
            }
        }
        allowed
    }

    fn back_to_best(&mut self) {
        self.fleet = Fleet::new(&self.best, self.meter);
        self.rest_mm.fill(None);
        self.keep_one_empty();
    }

    /// Tries one change that costs at most `room_mm`; whether it was made.
    fn step(&mut self, room_mm: i64) -> bool {
        if self.rng.f64() < REBUILDS {
            return self.rebuild(room_mm);
        }
        let order = self.rng.usize(0..self.near.len());
        let shift = self.rng.f64() < SHIFTS;
        let to = if self.rng.f64() < NEARBY {
            self.fleet.home[self.near[order][self.rng.usize(0..self.near[order].len())]]
        } else if shift {
            self.rng.usize(0..self.fleet.batches.len())
        } else {
            self.fleet.home[self.rng.usize(0..self.near.len())]
        };
        if to == self.fleet.home[order] {
            false
        } else if shift {
            self.shift(order, to, room_mm)
        } else {
            let others = self.fleet.batches[to].orders.len();
            let first = self.rng.usize(0..others);
            let fitting = (0..others).find_map(|k| {
                let other = self.fleet.batches[to].orders[(first + k) % others];
                self.exchanged(order, other).map(|excess| (other, excess))
            });
            fitting.is_some_and(|(other, excess)| self.exchange(order, other, excess, room_mm))
        }
    }

    /// What a change of `excess` costs, mm.
    pub(crate) fn fine_mm(&self, excess: i64) -> i64 {
        (self.price_mm * excess as f64).clamp(-MOST_FINE_MM, MOST_FINE_MM) as i64
    }

    /// Takes note that a batch is no longer what it was.
    pub(crate) fn forget(&mut self, batch: usize) {
        for &order in &self.fleet.batches[batch].orders {
            self.rest_mm[order] = None;
        }
    }

    /// Sees to it that orders can always move to a batch of their own.
    pub(crate) fn keep_one_empty(&mut self) {
        if self.fleet.batches.iter().all(|batch| !batch.orders.is_empty()) {
            self.fleet.batches.push(Batch::default());
        }
    }
}

/// The temperature as a share of a mean walk, once `spent` of the budget is spent.
fn temperature(spent: f64) -> f64 {
    let (from, to, part) = if spent < SETTLE {
        (HOT, COLD, spent.max(0.0) / SETTLE)
    } else {
        (WARM, FROZEN, (spent - SETTLE) / (1.0 - SETTLE))
    };
    from * (to / from).powf(part)
}
