//! The walk itself: which stop is met after which, and where it leads, so that a trip can list
//! its stops and a screen can draw it. How long the shortest walk is, `sweep` alone decides.

use crate::planner::walks::block::fill_blocks;
use crate::planner::walks::distance::{distance_mm, shortest_way};
use crate::planner::walks::layout::{Layout, Point, Stop, StopError};
pub use crate::planner::walks::path::{Heading, Visit};
use crate::planner::walks::plan::{NoNotes, Room};
use crate::planner::walks::sweep::{Sweep, merge};
use crate::planner::walks::tour::Tour;
use crate::planner::walks::trace::choices;

/// A walk that meets every stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walk {
    pub length_mm: i64,
    /// Every stop once, in the order met.
    pub visits: Vec<Visit>,
    /// Start, every point where the walk turns, end. Two neighbouring points lie on one aisle or
    /// on one cross aisle, or one of them is off the grid and the other at the front.
    pub points: Vec<Point>,
}

impl Walk {
    /// A walk along `stops` that is as long as the sweep says; none if that says none.
    ///
    /// # Errors
    /// A stop outside the layout.
    pub fn shortest(sweep: &Sweep, stops: &[Stop]) -> Result<Option<Walk>, StopError> {
        let layout = sweep.layout();
        layout.check(stops)?;
        if stops.is_empty() {
            return Ok(Walk::along(layout, stops, &[]));
        }
        let mut sorted = stops.to_vec();
        sorted.sort_unstable();
        let (mut blocks, mut merged) = (Vec::new(), Vec::new());
        fill_blocks(layout, &sorted, &mut blocks);
        let mut room = Room::default();
        let mut best = None;
        for plan in sweep.plans() {
            merge(layout, &plan.rows, &blocks, &mut merged);
            if let Some((length_mm, ..)) = plan.run(&merged, &mut room, &mut NoNotes)
                && best.is_none_or(|(best_mm, _)| length_mm < best_mm)
            {
                best = Some((length_mm, plan));
            }
        }
        let Some((_, plan)) = best else { return Ok(None) };
        merge(layout, &plan.rows, &blocks, &mut merged);
        Ok(choices(plan, &merged).map(|(length_mm, choices)| {
            let path = Tour::new(layout, plan, stops, &merged, &choices).walk();
            Walk { length_mm, visits: path.visits, points: straighten(&path.points) }
        }))
    }

    /// The walk from start to end that meets `stops` in `order` (indices) by shortest ways; none
    /// if one-way aisles leave none. All indices and stops must be good.
    pub fn along(layout: &Layout, stops: &[Stop], order: &[usize]) -> Option<Walk> {
        let mut points = vec![layout.start()];
        let mut visits: Vec<Visit> = Vec::new();
        let mut length_mm = 0;
        let ends = order.iter().map(|&stop| (Some(stop), Point::On(stops[stop])));
        let mut at = layout.start();
        for (stop, to) in ends.chain([(None, layout.end())]) {
            length_mm += distance_mm(layout, at, to)?;
            let way = shortest_way(layout, at, to)?;
            points.extend_from_slice(&way[1..]);
            if let Some(stop) = stop {
                visits.push(Visit { stop, heading: heading(&points) });
            }
            at = to;
        }
        Some(Walk { length_mm, visits, points: straighten(&points) })
    }

    /// The stops' indices in the order met.
    pub fn order(&self) -> Vec<usize> {
        self.visits.iter().map(|visit| visit.stop).collect()
    }
}

/// Length from start over `stops` in `order` to the end by shortest ways (mm); none if one-way
/// aisles leave no way.
pub fn order_mm(layout: &Layout, stops: &[Stop], order: &[usize]) -> Option<i64> {
    let mut at = layout.start();
    let mut length_mm = 0;
    let points = order.iter().map(|&stop| Point::On(stops[stop]));
    for to in points.chain([layout.end()]) {
        length_mm += distance_mm(layout, at, to)?;
        at = to;
    }
    Some(length_mm)
}

/// The way of the last step along an aisle.
fn heading(points: &[Point]) -> Heading {
    let falls = points.windows(2).rev().find_map(|pair| match (pair[0], pair[1]) {
        (Point::On(a), Point::On(b)) if a.y_mm != b.y_mm => Some(a.y_mm > b.y_mm),
        _ => None,
    });
    if falls == Some(true) { Heading::ToFront } else { Heading::ToBack }
}

/// Leaves out repeated points and those that are merely passed.
pub(crate) fn straighten(points: &[Point]) -> Vec<Point> {
    let mut out: Vec<Point> = Vec::new();
    for &point in points {
        if out.last() == Some(&point) {
            continue;
        }
        if let [.., one, two] = out[..]
            && is_straight(one, two, point)
        {
            out.pop();
        }
        out.push(point);
    }
    out
}

/// Whether `b` lies on the straight way from `a` on to `c`.
fn is_straight(a: Point, b: Point, c: Point) -> bool {
    let (Point::On(a), Point::On(b), Point::On(c)) = (a, b, c) else { return false };
    let on_aisle = a.aisle == b.aisle && b.aisle == c.aisle;
    let on_cross = a.y_mm == b.y_mm && b.y_mm == c.y_mm;
    (on_aisle && (a.y_mm < b.y_mm) == (b.y_mm < c.y_mm))
        || (on_cross && (a.aisle < b.aisle) == (b.aisle < c.aisle))
}

#[cfg(test)]
mod tests {
    use fastrand::Rng;

    use super::*;
    use crate::planner::walks::trial::{self, Ports, check};

    fn compare(seed: u64, rounds: usize, ports: Ports, one_way: bool) {
        let mut rng = Rng::with_seed(seed);
        for round in 0..rounds {
            let crosses = [2, 3, 2, 3, 4][round % 5];
            let layout = trial::layout(&mut rng, crosses, ports, one_way);
            let sweep = Sweep::new(&layout);
            for _ in 0..15 {
                let stops = trial::stops(&mut rng, &layout, 14);
                let Some(walk) = Walk::shortest(&sweep, &stops).unwrap() else {
                    assert!(one_way);
                    continue;
                };
                let length = sweep.stops_mm(&stops, &mut Default::default()).unwrap();
                assert_eq!(Some(walk.length_mm), length);
                check(&layout, &stops, &walk);
                let again = Walk::along(&layout, &stops, &walk.order()).unwrap();
                check(&layout, &stops, &again);
                assert_eq!(order_mm(&layout, &stops, &walk.order()), Some(again.length_mm));
                assert!(again.length_mm == walk.length_mm || !sweep.is_exact());
            }
        }
    }

    #[test]
    fn drawn_walk_is_as_long_as_the_sweep() {
        compare(11, 60, Ports::Closed, false);
        compare(12, 60, Ports::Apart, false);
        compare(13, 60, Ports::Outside, false);
    }

    #[test]
    fn drawn_walk_keeps_to_the_arrows() {
        compare(14, 20, Ports::Closed, true);
        compare(15, 20, Ports::Apart, true);
        compare(16, 10, Ports::Outside, true);
    }
}
