//! The door to batching: orders and a trolley in, trips out.
//!
//! Splits the orders by priority where they must not mix, reports those that no trolley can carry,
//! and hands the rest to the search. It neither measures walks nor moves orders itself.

use std::{cmp::Reverse, collections::BTreeMap, fmt};

use crate::planner::batch::{
    measure::Measure,
    problem::{Load, Problem},
    search::{Group, search},
};

/// No measure counts beyond this, so that sums of a few loads cannot overflow.
const UNBOUNDED: i64 = i64::MAX / 64;

/// What has to be picked together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Order<P> {
    /// Where it is picked; the same place may come twice.
    pub stops: Vec<P>,
    /// What it takes of the trolley: totes or units, volume in ml, weight in g.
    pub load: [i64; 3],
    /// The larger, the more urgent.
    pub priority: i32,
}

/// What one walk can carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trolley {
    /// Totes or units, volume in ml, weight in g; `i64::MAX` where there is no bound.
    pub capacity: [i64; 3],
    /// The most orders, if that is bounded.
    pub most_orders: Option<usize>,
}

/// How to batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// Whether orders of different priority may share a trip.
    pub mix_priorities: bool,
    /// The same seed and number of moves give the same plan.
    pub seed: u64,
}

/// One walk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Indices of its orders, ascending.
    pub orders: Vec<usize>,
    /// That of its most urgent order.
    pub priority: i32,
    /// Length of the walk, mm; as the building says if there is none.
    pub length_mm: i64,
}

/// All walks; every order is in exactly one batch or in `too_large`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// The most urgent first.
    pub batches: Vec<Batch>,
    /// Indices of orders that exceed an empty trolley.
    pub too_large: Vec<usize>,
    /// Sum of the walks, mm.
    pub total_mm: i64,
}

/// What is wrong with the orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderError<P> {
    /// The building has no such stop.
    UnknownStop {
        /// Index of the order.
        order: usize,
        /// As given.
        stop: P,
    },
    /// A measure of its load is below zero.
    NegativeLoad {
        /// Index of the order.
        order: usize,
    },
}

impl<P: fmt::Debug> fmt::Display for OrderError<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownStop { order, stop } => {
                write!(f, "order {order}: there is no place {stop:?}")
            }
            Self::NegativeLoad { order } => write!(f, "order {order}: its load is negative"),
        }
    }
}

impl<P: fmt::Debug> std::error::Error for OrderError<P> {}

/// Puts whole orders into batches so that the walks together are short.
///
/// `budget` says which share of the time is spent, from 0 to 1 (1 = stop); it is asked once every
/// few hundred walks or moves. Up to 14 orders (of one priority, unless they mix) are solved
/// exactly, whatever the budget says. An order that alone exceeds the trolley is only reported.
///
/// # Errors
/// If an order stops at a place that the building lacks, or its load is negative.
pub fn plan<M: Measure>(
    orders: &[Order<M::Place>],
    trolley: &Trolley,
    options: Options,
    building: &mut M,
    budget: &mut dyn FnMut() -> f64,
) -> Result<Plan, OrderError<M::Place>> {
    let capacity = capacity(trolley);
    let mut plan = Plan::default();
    let mut classes: BTreeMap<i32, Vec<usize>> = BTreeMap::new();
    for (index, order) in orders.iter().enumerate() {
        if order.load.iter().any(|&measure| measure < 0) {
            return Err(OrderError::NegativeLoad { order: index });
        }
        if load(order).iter().zip(&capacity).any(|(load, most)| load > most) {
            plan.too_large.push(index);
        } else {
            let class = if options.mix_priorities { 0 } else { order.priority };
            classes.entry(class).or_default().push(index);
        }
    }
    let mut problems = Vec::new();
    for class in classes.into_values() {
        problems.push((problem(orders, &class, capacity, building)?, class));
    }
    let all: usize = problems.iter().map(|(problem, _)| problem.len()).sum();
    let mut before = 0;
    for (problem, class) in problems {
        let (from, share) = (before as f64 / all as f64, class.len() as f64 / all as f64);
        let mut part = || (budget() - from) / share;
        let groups = search(&problem, building, options.seed, &mut part);
        plan.batches.extend(groups.into_iter().map(|group| batch(group, &class, orders)));
        before += class.len();
    }
    plan.batches.sort_by_key(|b| (Reverse(b.priority), b.orders.first().copied()));
    plan.total_mm = plan.batches.iter().map(|batch| batch.length_mm).sum();
    Ok(plan)
}

/// A group of orders of `class`, in the caller's numbers.
fn batch<P>((group, length_mm): Group, class: &[usize], orders: &[Order<P>]) -> Batch {
    let mut chosen: Vec<usize> = group.into_iter().map(|at| class[at]).collect();
    chosen.sort_unstable();
    let priority = chosen.iter().map(|&order| orders[order].priority).max().unwrap_or_default();
    Batch { orders: chosen, priority, length_mm }
}

fn capacity(trolley: &Trolley) -> Load {
    let [units, volume, weight] = trolley.capacity.map(|most| most.min(UNBOUNDED));
    let orders = trolley.most_orders.and_then(|most| i64::try_from(most).ok());
    [units, volume, weight, orders.unwrap_or(UNBOUNDED).min(UNBOUNDED)]
}

fn load<P>(order: &Order<P>) -> Load {
    let [units, volume, weight] = order.load;
    [units, volume, weight, 1]
}

fn problem<M: Measure>(
    orders: &[Order<M::Place>],
    class: &[usize],
    capacity: Load,
    building: &M,
) -> Result<Problem, OrderError<M::Place>> {
    let words = building.words();
    let mut sets = vec![0u64; words * class.len()];
    for (at, &order) in class.iter().enumerate() {
        for &stop in &orders[order].stops {
            let bit = building.bit(stop).filter(|bit| bit / 64 < words);
            let bit = bit.ok_or(OrderError::UnknownStop { order, stop })?;
            sets[at * words + bit / 64] |= 1 << (bit % 64);
        }
    }
    let loads = class.iter().map(|&order| load(&orders[order])).collect();
    Ok(Problem::new(words, sets, loads, capacity))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planner::batch::{grid::Grid, trial};
    use crate::planner::walks::layout::Stop;

    const TROLLEY: Trolley = Trolley { capacity: [12, 2_200, i64::MAX], most_orders: Some(4) };

    fn planned(orders: &[Order<Stop>], trolley: &Trolley, options: Options) -> Plan {
        let layout = trial::layout(5, 2);
        let mut grid = Grid::new(&layout, orders.iter().flat_map(|o| o.stops.iter().copied()));
        let mut asked = 0;
        let mut budget = || {
            asked += 1;
            f64::from(asked) / 40.0
        };
        plan(orders, trolley, options, &mut grid, &mut budget).unwrap()
    }

    #[test]
    fn every_order_is_in_one_batch_or_too_large() {
        for mix_priorities in [false, true] {
            let mut orders = trial::orders(50, &trial::layout(5, 2), 11);
            orders[7].load = [1, 2_201, 0];
            let plan = planned(&orders, &TROLLEY, Options { mix_priorities, seed: 3 });
            assert_eq!(plan.too_large, [7]);
            let mut all: Vec<usize> = plan.batches.iter().flat_map(|b| b.orders.clone()).collect();
            all.extend(&plan.too_large);
            all.sort_unstable();
            assert_eq!(all, (0..50).collect::<Vec<_>>());
            assert_eq!(plan.total_mm, plan.batches.iter().map(|b| b.length_mm).sum::<i64>());
        }
    }

    #[test]
    fn no_measure_of_a_trolley_is_exceeded() {
        let orders = trial::orders(50, &trial::layout(5, 2), 12);
        for trolley in [
            TROLLEY,
            Trolley { capacity: [i64::MAX, i64::MAX, 3_100], most_orders: None },
            Trolley { capacity: [i64::MAX; 3], most_orders: Some(3) },
        ] {
            for batch in planned(&orders, &trolley, Options::default()).batches {
                for m in 0..3 {
                    let load: i64 = batch.orders.iter().map(|&o| orders[o].load[m]).sum();
                    assert!(load <= trolley.capacity[m]);
                }
                assert!(batch.orders.len() <= trolley.most_orders.unwrap_or(usize::MAX));
            }
        }
    }

    #[test]
    fn priorities_mix_only_when_asked() {
        let orders = trial::orders(40, &trial::layout(5, 2), 13);
        let apart = planned(&orders, &TROLLEY, Options { mix_priorities: false, seed: 1 });
        for batch in &apart.batches {
            assert!(batch.orders.iter().all(|&o| orders[o].priority == batch.priority));
        }
        assert!(apart.batches.is_sorted_by_key(|batch| Reverse(batch.priority)));
        let mixed = planned(&orders, &TROLLEY, Options { mix_priorities: true, seed: 1 });
        assert!(
            mixed
                .batches
                .iter()
                .any(|b| b.orders.iter().any(|&o| orders[o].priority == 0) && b.priority == 1)
        );
        assert!(mixed.total_mm < apart.total_mm);
    }

    #[test]
    fn the_same_seed_and_moves_give_the_same_plan() {
        let orders = trial::orders(60, &trial::layout(5, 2), 14);
        let options = Options { mix_priorities: true, seed: 9 };
        assert_eq!(planned(&orders, &TROLLEY, options), planned(&orders, &TROLLEY, options));
    }

    #[test]
    fn says_what_is_wrong_with_an_order() {
        let layout = trial::layout(5, 2);
        let mut orders = trial::orders(3, &layout, 15);
        let mut grid = Grid::new(&layout, orders.iter().flat_map(|o| o.stops.iter().copied()));
        let stop = Stop { aisle: 2, y_mm: 7 };
        orders[2].stops.push(stop);
        let unknown = plan(&orders, &TROLLEY, Options::default(), &mut grid, &mut || 1.0);
        assert_eq!(unknown, Err(OrderError::UnknownStop { order: 2, stop }));
        orders[1].load[2] = -1;
        let negative = plan(&orders, &TROLLEY, Options::default(), &mut grid, &mut || 1.0);
        assert_eq!(negative, Err(OrderError::NegativeLoad { order: 1 }));
    }

    #[test]
    fn enormous_loads_do_not_overflow() {
        let mut orders = trial::orders(30, &trial::layout(5, 2), 16);
        for (at, order) in orders.iter_mut().enumerate() {
            order.load = if at == 3 { [i64::MAX; 3] } else { [UNBOUNDED - at as i64; 3] };
        }
        let trolley = Trolley { capacity: [i64::MAX; 3], most_orders: None };
        for some in [10, 30] {
            let plan = planned(&orders[..some], &trolley, Options::default());
            assert_eq!((plan.too_large, plan.batches.len()), (vec![3], some - 1));
        }
    }

    #[test]
    fn nothing_to_do_and_orders_without_stops() {
        assert_eq!(planned(&[], &TROLLEY, Options::default()), Plan::default());
        let idle = Order { load: [1, 1, 1], stops: Vec::new(), priority: 0 };
        let plan = planned(&vec![idle; 20], &TROLLEY, Options::default());
        assert_eq!(plan.total_mm, 0);
        assert!(plan.batches.iter().all(|batch| batch.orders.len() <= 4));
    }
}
