//! Made-up buildings and orders for the tests of this crate.

use crate::planner::walks::layout::{Layout, LayoutSpec, Stop};
use fastrand::Rng;

use crate::planner::batch::{batching::Order, grid::Grid, measure::Measure, problem::Problem};

/// `aisles` aisles of 24 m, 3 m apart, with cross aisles spread over them.
pub(crate) fn layout(aisles: usize, crosses: i64) -> Layout {
    let cross_y_mm = (0..crosses).map(|at| at * 24_000 / (crosses - 1)).collect();
    Layout::new(LayoutSpec::even(aisles, 3_000, cross_y_mm)).unwrap()
}

/// Places between the cross aisles.
pub(crate) fn stops(layout: &Layout, count: usize, rng: &mut Rng) -> Vec<Stop> {
    let aisles = layout.aisles();
    let mut stop = || Stop { aisle: rng.usize(0..aisles), y_mm: 500 + 1_000 * rng.i64(0..24) };
    (0..count).map(|_| stop()).collect()
}

/// Orders of 1 to 6 stops, a unit each of 200 ml and 300 g, in two priorities.
pub(crate) fn orders(count: usize, layout: &Layout, seed: u64) -> Vec<Order<Stop>> {
    let mut rng = Rng::with_seed(seed);
    let order = |_| {
        let lines = rng.usize(1..7);
        let units = lines as i64;
        let stops = stops(layout, lines, &mut rng);
        Order { stops, load: [units, 200 * units, 300 * units], priority: rng.i32(0..2) }
    };
    (0..count).map(order).collect()
}

/// A problem of `count` orders with a capacity of `units` units.
pub(crate) fn problem(count: usize, crosses: i64, units: i64, seed: u64) -> (Problem, Grid) {
    let layout = layout(5, crosses);
    let orders = orders(count, &layout, seed);
    let grid = Grid::new(&layout, orders.iter().flat_map(|order| order.stops.iter().copied()));
    let words = grid.words();
    let mut sets = vec![0; words * count];
    for (at, order) in orders.iter().enumerate() {
        for &stop in &order.stops {
            let bit = grid.bit(stop).unwrap();
            sets[at * words + bit / 64] |= 1u64 << (bit % 64);
        }
    }
    let loads = orders.iter().map(|order| [order.load[0], 0, 0, 1]).collect();
    let most = i64::MAX / 4;
    (Problem::new(words, sets, loads, [units, most, most, most]), grid)
}
