//! For tests only: small random layouts and stops, and the shortest walk by trying every order.

use fastrand::Rng;

use crate::planner::walks::distance::matrix_mm;
use crate::planner::walks::layout::{Direction, Layout, LayoutSpec, Point, Port, Stop};
use crate::planner::walks::plan::FAR_MM;
use crate::planner::walks::walk::Walk;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ports {
    /// Start and end at one corner.
    Closed,
    /// At two corners.
    Apart,
    /// Start or end or both off the grid.
    Outside,
}

pub(crate) fn layout(rng: &mut Rng, crosses: usize, ports: Ports, one_way: bool) -> Layout {
    let aisles = rng.usize(1..=6);
    let mut x = 0;
    let aisle_x_mm: Vec<i64> = (0..aisles).map(|_| (x, x += rng.i64(1..9)).0).collect();
    let mut y = 0;
    let longest = if rng.bool() { 14 } else { 40 };
    let cross_y_mm = (0..crosses).map(|_| (y, y += rng.i64(1..longest)).0).collect();
    let direction = |rng: &mut Rng| {
        let all = [Direction::Both, Direction::ToBack, Direction::ToFront];
        if one_way { all[rng.usize(0..3)] } else { Direction::Both }
    };
    let directions = (0..aisles).map(|_| direction(rng)).collect();
    let corner = |rng: &mut Rng| Port::Corner {
        aisle: rng.usize(0..aisles),
        cross: if rng.bool() { (crosses - 1) * rng.usize(0..2) } else { rng.usize(0..crosses) },
    };
    // where aisles are one-way the point off the grid is no way round
    let outside = |rng: &mut Rng| {
        let (at, up) = (rng.i64(0..=x), rng.i64(0..9));
        let way = |x: &i64| if one_way { up + (x - at).abs() } else { rng.i64(0..30) };
        Port::Outside { to_front_mm: aisle_x_mm.iter().map(way).collect() }
    };
    let (start, end) = match ports {
        Ports::Closed => {
            let port = corner(rng);
            (port.clone(), port)
        }
        Ports::Apart => (corner(rng), corner(rng)),
        Ports::Outside => {
            let port = outside(rng);
            match rng.usize(0..4) {
                0 => (port.clone(), port),
                1 => (port, corner(rng)),
                2 => (corner(rng), port),
                _ => (port, outside(rng)),
            }
        }
    };
    Layout::new(LayoutSpec { aisle_x_mm, cross_y_mm, directions, start, end }).unwrap()
}

/// Up to `most` stops: anywhere, or near the corners, where large gaps tell.
pub(crate) fn stops(rng: &mut Rng, layout: &Layout, most: usize) -> Vec<Stop> {
    let back_mm = layout.cross_y_mm()[layout.crosses() - 1];
    let near = rng.bool();
    let stop = |rng: &mut Rng| {
        let corner_mm = layout.cross_y_mm()[rng.usize(0..layout.crosses())];
        let y_mm = match rng.u8(0..8) {
            0 => corner_mm,
            _ if near => (corner_mm + rng.i64(-3..=3)).clamp(0, back_mm),
            _ => rng.i64(0..=back_mm),
        };
        Stop { aisle: rng.usize(0..layout.aisles()), y_mm }
    };
    (0..rng.usize(most / 2..=most)).map(|_| stop(rng)).collect()
}

/// Least length over all orders of `stops` (Held & Karp 1962); none if there is no walk.
/// `classes` (one for each stop, or empty) must not fall along the walk.
pub(crate) fn shortest_mm(layout: &Layout, stops: &[Stop], classes: &[u8]) -> Option<i64> {
    let count = stops.len();
    let mut points: Vec<Point> = stops.iter().map(|&stop| Point::On(stop)).collect();
    points.extend([layout.start(), layout.end()]);
    let matrix = matrix_mm(layout, &points);
    let mm = |from: usize, to: usize| matrix[from * points.len() + to];
    if count == 0 {
        return Some(mm(0, 1)).filter(|&mm| mm < FAR_MM);
    }
    // which stops have to be met before each
    let before: Vec<usize> = (0..count)
        .map(|stop| {
            let earlier = |&other: &usize| classes.get(other) < classes.get(stop);
            (0..count).filter(earlier).map(|other| 1 << other).sum()
        })
        .collect();
    let early = |set: usize, stop: usize| set & before[stop] == before[stop];
    let mut best = vec![FAR_MM; count << count];
    for stop in (0..count).filter(|&stop| early(0, stop)) {
        best[(1 << stop) * count + stop] = mm(count, stop);
    }
    for set in 1..1_usize << count {
        for last in 0..count {
            let base = best[set * count + last];
            if base >= FAR_MM {
                continue;
            }
            for next in (0..count).filter(|&next| set >> next & 1 == 0 && early(set, next)) {
                let to = &mut best[(set | 1 << next) * count + next];
                *to = (*to).min(base + mm(last, next));
            }
        }
    }
    let all = (1 << count) - 1;
    let ends = (0..count).map(|last| best[all * count + last] + mm(last, count + 1));
    ends.min().filter(|&mm| mm < FAR_MM)
}

/// Length of one straight piece; fails if it is none, or against a one-way aisle.
fn piece_mm(layout: &Layout, from: Point, to: Point) -> i64 {
    match (from, to) {
        (Point::On(a), Point::On(b)) if a.aisle == b.aisle => {
            let wrong = match layout.direction(a.aisle) {
                Direction::Both => false,
                Direction::ToBack => b.y_mm < a.y_mm,
                Direction::ToFront => b.y_mm > a.y_mm,
            };
            assert!(!wrong, "against the arrow");
            (a.y_mm - b.y_mm).abs()
        }
        (Point::On(a), Point::On(b)) => {
            assert!(a.y_mm == b.y_mm && layout.cross_y_mm().contains(&a.y_mm));
            (layout.aisle_x_mm()[a.aisle] - layout.aisle_x_mm()[b.aisle]).abs()
        }
        (Point::Outside(which), Point::On(a)) | (Point::On(a), Point::Outside(which)) => {
            assert_eq!(a.y_mm, 0);
            layout.outside()[which][a.aisle]
        }
        _ => panic!("from outside to outside"),
    }
}

/// Follows the points and checks length, ends, and that the stops lie on them in order.
pub(crate) fn check(layout: &Layout, stops: &[Stop], walk: &Walk) {
    assert_eq!(walk.points.first(), Some(&layout.start()));
    assert_eq!(walk.points.last(), Some(&layout.end()));
    let pieces = walk.points.windows(2);
    let sum: i64 = pieces.map(|pair| piece_mm(layout, pair[0], pair[1])).sum();
    assert_eq!(sum, walk.length_mm);
    let mut order = walk.order();
    let mut ahead = order.iter().map(|&stop| stops[stop]).peekable();
    let mut pieces = walk.points.windows(2).peekable();
    let single = [walk.points[0], walk.points[0]];
    let mut piece: &[Point] = pieces.next().unwrap_or(&single);
    let mut from = piece[0];
    while let Some(&stop) = ahead.peek() {
        let here = match (from, piece[1]) {
            (Point::On(a), Point::On(b)) => on_way(layout, a, stop, b),
            (from, to) => [from, to].contains(&Point::On(stop)),
        };
        if here {
            from = Point::On(stop);
            ahead.next();
        } else {
            piece = pieces.next().expect("a stop is not on the walk");
            from = piece[0];
        }
    }
    order.sort_unstable();
    assert_eq!(order, (0..stops.len()).collect::<Vec<_>>());
}

fn on_way(layout: &Layout, a: Stop, stop: Stop, b: Stop) -> bool {
    let mm = |a: Stop, b: Stop| {
        let x = layout.aisle_x_mm();
        (x[a.aisle] - x[b.aisle]).abs() + (a.y_mm - b.y_mm).abs()
    };
    mm(a, stop) + mm(stop, b) == mm(a, b)
}
