//! The shortest way between two points of a layout, whatever the aisles allow, and the corners on
//! it. It orders nothing: which point comes next is the business of `sweep`, `combined` and
//! `sequence`.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::planner::walks::layout::{Direction, Layout, Point, Stop};
use crate::planner::walks::plan::FAR_MM;

/// Lengths from every one of `points` to every other, row after row (mm); `FAR_MM` and more where
/// there is no way.
pub(crate) fn matrix_mm(layout: &Layout, points: &[Point]) -> Vec<i64> {
    let mut matrix = Vec::with_capacity(points.len() * points.len());
    for &from in points {
        if layout.is_one_way() {
            let found = Found::new(layout, from);
            matrix.extend(points.iter().map(|&to| found.length_mm(to)));
        } else {
            matrix.extend(points.iter().map(|&to| plain_mm(layout, from, to)));
        }
    }
    matrix
}

/// Length of the shortest way (mm); none if one-way aisles leave no way.
pub fn distance_mm(layout: &Layout, from: Point, to: Point) -> Option<i64> {
    let length_mm = if layout.is_one_way() {
        Found::new(layout, from).length_mm(to)
    } else {
        plain_mm(layout, from, to)
    };
    Some(length_mm).filter(|&mm| mm < FAR_MM)
}

/// The shortest way as points: `from`, the corners where it turns or may turn, `to`; none if
/// one-way aisles leave no way.
pub fn shortest_way(layout: &Layout, from: Point, to: Point) -> Option<Vec<Point>> {
    let mut points = if layout.is_one_way() {
        Found::new(layout, from).way(to)?
    } else {
        plain_way(layout, from, to)
    };
    points.dedup();
    Some(points)
}

/// Where a point off the grid can be left for, or reached from: the front corner of each aisle.
fn fronts(layout: &Layout, outside: usize) -> impl Iterator<Item = (i64, Stop)> {
    let ways = layout.outside()[outside].iter().enumerate();
    ways.map(|(aisle, &way_mm)| (way_mm, Stop { aisle, y_mm: 0 }))
}

/// Without one-way aisles: within an aisle straight, else over the cross aisle with the least
/// detour; from and to outside by the best front corner.
fn plain_mm(layout: &Layout, from: Point, to: Point) -> i64 {
    match (from, to) {
        (Point::On(from), Point::On(to)) => grid(layout, from, to).0,
        _ if from == to => 0,
        (Point::Outside(outside), other) | (other, Point::Outside(outside)) => {
            let over = |(way_mm, front)| way_mm + plain_mm(layout, Point::On(front), other);
            fronts(layout, outside).map(over).min().unwrap_or(FAR_MM)
        }
    }
}

/// Length between two points on the grid, and the y of the cross aisle walked on.
fn grid(layout: &Layout, from: Stop, to: Stop) -> (i64, i64) {
    if from.aisle == to.aisle {
        return ((from.y_mm - to.y_mm).abs(), from.y_mm);
    }
    let x = layout.aisle_x_mm();
    let up_mm = |y_mm: i64| (from.y_mm - y_mm).abs() + (to.y_mm - y_mm).abs();
    let crosses = layout.cross_y_mm().iter().map(|&y| (up_mm(y), y));
    let (up_mm, y_mm) = crosses.min().unwrap_or((FAR_MM, 0));
    ((x[from.aisle] - x[to.aisle]).abs() + up_mm, y_mm)
}

fn plain_way(layout: &Layout, from: Point, to: Point) -> Vec<Point> {
    match (from, to) {
        (Point::On(one), Point::On(other)) => {
            let y_mm = grid(layout, one, other).1;
            let corner = |stop: Stop| Point::On(Stop { aisle: stop.aisle, y_mm });
            vec![from, corner(one), corner(other), to]
        }
        _ if from == to => vec![from],
        (Point::Outside(outside), _) => {
            let over =
                |&(way_mm, front): &(i64, Stop)| way_mm + plain_mm(layout, Point::On(front), to);
            let best = fronts(layout, outside).min_by_key(over);
            let rest = best.map(|(_, front)| plain_way(layout, Point::On(front), to));
            std::iter::once(from).chain(rest.unwrap_or_default()).collect()
        }
        (Point::On(_), Point::Outside(_)) => {
            let mut way = plain_way(layout, to, from);
            way.reverse();
            way
        }
    }
}

/// Shortest ways from one point to all corners where aisles may be one-way (Dijkstra).
struct Found<'a> {
    layout: &'a Layout,
    from: Point,
    /// By corner, aisle after aisle.
    length_mm: Vec<i64>,
    before: Vec<Option<usize>>,
}

impl<'a> Found<'a> {
    fn new(layout: &'a Layout, from: Point) -> Found<'a> {
        let nodes = layout.aisles() * layout.crosses();
        let (length_mm, before) = (vec![FAR_MM; nodes], vec![None; nodes]);
        let mut found = Found { layout, from, length_mm, before };
        let mut heap = BinaryHeap::new();
        for (node, mm) in ends(layout, from, true) {
            if mm < found.length_mm[node] {
                found.length_mm[node] = mm;
                heap.push(Reverse((mm, node)));
            }
        }
        while let Some(Reverse((mm, node))) = heap.pop() {
            if mm > found.length_mm[node] {
                continue;
            }
            steps(layout, node, |next, step_mm| {
                if mm + step_mm < found.length_mm[next] {
                    found.length_mm[next] = mm + step_mm;
                    found.before[next] = Some(node);
                    heap.push(Reverse((mm + step_mm, next)));
                }
            });
        }
        found
    }

    fn length_mm(&self, to: Point) -> i64 {
        let direct_mm = direct_mm(self.layout, self.from, to);
        let ends = ends(self.layout, to, false).into_iter();
        let over = ends.map(|(node, mm)| self.length_mm[node] + mm);
        over.min().unwrap_or(FAR_MM).min(direct_mm)
    }

    fn way(&self, to: Point) -> Option<Vec<Point>> {
        let least_mm = self.length_mm(to);
        if least_mm >= FAR_MM {
            return None;
        }
        let mut way = vec![to];
        if direct_mm(self.layout, self.from, to) > least_mm {
            let mut ends = ends(self.layout, to, false).into_iter();
            let last = ends.find(|&(node, mm)| self.length_mm[node] + mm == least_mm);
            let mut at = last.map(|(node, _)| node);
            while let Some(node) = at {
                way.push(self.point(node));
                at = self.before[node];
            }
        }
        way.push(self.from);
        way.reverse();
        Some(way)
    }

    fn point(&self, node: usize) -> Point {
        let crosses = self.layout.crosses();
        Point::On(self.layout.corner(node / crosses, node % crosses))
    }
}

/// Whether an aisle may be walked to the back, and to the front.
fn allowed(direction: Direction) -> (bool, bool) {
    (direction != Direction::ToFront, direction != Direction::ToBack)
}

/// From one point to another inside one block, without passing a corner.
fn direct_mm(layout: &Layout, from: Point, to: Point) -> i64 {
    let (Point::On(from), Point::On(to)) = (from, to) else {
        return if from == to { 0 } else { FAR_MM };
    };
    let (to_back, to_front) = allowed(layout.direction(from.aisle));
    let same_block = from.aisle == to.aisle
        && layout.block_of(from.y_mm) == layout.block_of(to.y_mm)
        && (from.y_mm == to.y_mm || if from.y_mm < to.y_mm { to_back } else { to_front });
    if same_block { (from.y_mm - to.y_mm).abs() } else { FAR_MM }
}

/// The corners at either end of a point's block, or all front corners for a point off the grid,
/// with the way there (`leaving`) or from there.
fn ends(layout: &Layout, point: Point, leaving: bool) -> Vec<(usize, i64)> {
    let crosses = layout.crosses();
    match point {
        Point::Outside(outside) => {
            fronts(layout, outside).map(|(mm, front)| (front.aisle * crosses, mm)).collect()
        }
        Point::On(stop) => {
            let block = layout.block_of(stop.y_mm);
            let node = stop.aisle * crosses + block;
            let front_mm = stop.y_mm - layout.cross_y_mm()[block];
            let back_mm = layout.cross_y_mm()[block + 1] - stop.y_mm;
            let (to_back, to_front) = allowed(layout.direction(stop.aisle));
            let (back_open, front_open) =
                if leaving { (to_back, to_front) } else { (to_front, to_back) };
            let front = Some((node, front_mm)).filter(|_| front_open || front_mm == 0);
            let back = Some((node + 1, back_mm)).filter(|_| back_open || back_mm == 0);
            front.into_iter().chain(back).collect()
        }
    }
}

/// Every step from a corner to a neighbouring one.
fn steps(layout: &Layout, node: usize, mut step: impl FnMut(usize, i64)) {
    let crosses = layout.crosses();
    let (aisle, cross) = (node / crosses, node % crosses);
    let (x, y) = (layout.aisle_x_mm(), layout.cross_y_mm());
    let (to_back, to_front) = allowed(layout.direction(aisle));
    if aisle > 0 {
        step(node - crosses, x[aisle] - x[aisle - 1]);
    }
    if aisle + 1 < layout.aisles() {
        step(node + crosses, x[aisle + 1] - x[aisle]);
    }
    if to_back && cross + 1 < crosses {
        step(node + 1, y[cross + 1] - y[cross]);
    }
    if to_front && cross > 0 {
        step(node - 1, y[cross] - y[cross - 1]);
    }
}

#[cfg(test)]
mod tests {
    use fastrand::Rng;

    use super::*;
    use crate::planner::walks::layout::LayoutSpec;
    use crate::planner::walks::trial::{self, Ports};

    #[test]
    fn closed_form_is_what_dijkstra_finds() {
        let mut rng = Rng::with_seed(41);
        for round in 0..60 {
            let layout = trial::layout(&mut rng, 2 + round % 4, Ports::Outside, false);
            let stops = trial::stops(&mut rng, &layout, 8);
            let mut points: Vec<Point> = stops.into_iter().map(Point::On).collect();
            points.extend((0..layout.outside().len()).map(Point::Outside));
            for &from in &points {
                let found = Found::new(&layout, from);
                for &to in &points {
                    // a walk goes outside once only, so two ways from there are no short cut
                    assert_eq!(plain_mm(&layout, from, to), found.length_mm(to));
                    let (ours, theirs) = (plain_way(&layout, from, to), found.way(to).unwrap());
                    assert_eq!((ours[0], theirs[0]), (from, from));
                    assert_eq!((ours.last(), theirs.last()), (Some(&to), Some(&to)));
                }
            }
        }
    }

    #[test]
    fn arrows_are_obeyed() {
        let mut spec = LayoutSpec::even(2, 4, vec![0, 10]);
        spec.directions = vec![Direction::ToBack, Direction::ToFront];
        let layout = Layout::new(spec.clone()).unwrap();
        let at = |aisle, y_mm| Point::On(Stop { aisle, y_mm });
        assert_eq!(distance_mm(&layout, at(0, 2), at(0, 6)), Some(4));
        assert_eq!(distance_mm(&layout, at(0, 6), at(0, 2)), Some(4 + 4 + 10 + 4 + 2));
        let round = [at(0, 6), at(0, 10), at(1, 10), at(1, 0), at(0, 0), at(0, 2)];
        assert_eq!(shortest_way(&layout, at(0, 6), at(0, 2)).unwrap(), round);
        spec.directions = vec![Direction::ToBack; 2];
        let layout = Layout::new(spec).unwrap();
        assert_eq!(distance_mm(&layout, at(0, 6), at(0, 2)), None);
        assert_eq!(shortest_way(&layout, at(1, 10), at(1, 2)), None);
    }
}
