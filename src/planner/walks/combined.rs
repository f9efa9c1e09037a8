//! Walks that people know by heart: block after block, in a block aisle after aisle, each aisle
//! walked through or entered from one end and left there again (Roodbergen & de Koster 2001 call
//! it combined; S-shape walks every aisle through). Longer than the shortest walk; never asked
//! for lengths in batching.

use crate::planner::walks::distance::{distance_mm, shortest_way};
use crate::planner::walks::layout::{Direction, Layout, Point, Stop, StopError};
use crate::planner::walks::path::{Heading, Path};
use crate::planner::walks::walk::{Walk, straighten};

/// One aisle of one block: entered at the front or at the back corner, walked through or not.
#[derive(Debug, Clone, Copy)]
struct Leg {
    aisle: usize,
    block: usize,
    from_front: bool,
    through: bool,
}

impl Leg {
    /// Where it begins and where it ends.
    fn ends(&self, layout: &Layout) -> (Point, Point) {
        let corner =
            |back: bool| Point::On(layout.corner(self.aisle, self.block + usize::from(back)));
        let first = corner(!self.from_front);
        (first, if self.through { corner(self.from_front) } else { first })
    }

    fn is_allowed(&self, layout: &Layout) -> bool {
        match layout.direction(self.aisle) {
            Direction::Both => true,
            Direction::ToBack => self.through && self.from_front,
            Direction::ToFront => self.through && !self.from_front,
        }
    }
}

/// A walk as far as it has come.
#[derive(Debug, Clone)]
struct Part {
    length_mm: i64,
    at: Point,
    legs: Vec<Leg>,
}

struct Builder<'a> {
    layout: &'a Layout,
    /// Heights of the stops by aisle and block, ascending, with their indices.
    by_block: Vec<Vec<(i64, usize)>>,
    s_shape: bool,
    /// Whether an aisle may be entered at the end that is farther off; needed where aisles are
    /// one-way.
    far_end: bool,
}

/// The shortest walk of its kind; none if one-way aisles leave none.
///
/// # Errors
/// A stop outside the layout.
pub(crate) fn walk(
    layout: &Layout,
    stops: &[Stop],
    s_shape: bool,
) -> Result<Option<Walk>, StopError> {
    layout.check(stops)?;
    let mut by_block = vec![Vec::new(); layout.aisles() * layout.blocks()];
    for (index, stop) in stops.iter().enumerate() {
        let place = stop.aisle * layout.blocks() + layout.block_of(stop.y_mm);
        by_block[place].push((stop.y_mm, index));
    }
    by_block.iter_mut().for_each(|here| here.sort_unstable());
    let mut builder = Builder { layout, by_block, s_shape, far_end: false };
    let found = builder.best().or_else(|| {
        builder.far_end = true;
        builder.best()
    });
    Ok(found.and_then(|part| builder.draw(&part)))
}

impl Builder<'_> {
    fn best(&self) -> Option<Part> {
        let used =
            |block: &usize| (0..self.layout.aisles()).any(|a| !self.here(a, *block).is_empty());
        let mut blocks: Vec<usize> = (0..self.layout.blocks()).filter(used).collect();
        let from_front = self.blocks(&blocks);
        blocks.reverse();
        let from_back = self.blocks(&blocks);
        from_back.into_iter().chain(from_front).min_by_key(|part| part.length_mm)
    }

    fn here(&self, aisle: usize, block: usize) -> &[(i64, usize)] {
        &self.by_block[aisle * self.layout.blocks() + block]
    }

    /// All of `blocks` in that order, then the way to the end.
    fn blocks(&self, blocks: &[usize]) -> Option<Part> {
        let start = Part { length_mm: 0, at: self.layout.start(), legs: Vec::new() };
        let mut parts = vec![start];
        for &block in blocks {
            let mut next: Vec<Part> = Vec::new();
            for part in &parts {
                for rising in [true, false] {
                    self.block(part, block, rising, &mut next);
                }
            }
            parts = next;
        }
        let end = self.layout.end();
        let over = parts.into_iter().filter_map(|mut part| {
            part.length_mm += distance_mm(self.layout, part.at, end)?;
            Some(part)
        });
        over.min_by_key(|part| part.length_mm)
    }

    /// Continues `part` through one block's aisles; keeps the best for each place to end at.
    fn block(&self, part: &Part, block: usize, rising: bool, next: &mut Vec<Part>) {
        let with_stops = |aisle: &usize| !self.here(*aisle, block).is_empty();
        let mut aisles: Vec<usize> = (0..self.layout.aisles()).filter(with_stops).collect();
        if !rising {
            aisles.reverse();
        }
        let mut parts = vec![part.clone()];
        for (place, &aisle) in aisles.iter().enumerate() {
            let last = place + 1 == aisles.len();
            let mut after = Vec::new();
            for part in &parts {
                for leg in self.legs(part.at, aisle, block, last) {
                    if let Some(longer) = self.add(part, leg) {
                        keep(&mut after, longer);
                    }
                }
            }
            parts = after;
        }
        parts.into_iter().for_each(|part| keep(next, part));
    }

    /// The ways to do one aisle's block when coming from `at`.
    fn legs(&self, at: Point, aisle: usize, block: usize, last: bool) -> Vec<Leg> {
        let corner_mm = |cross| {
            let corner = Point::On(self.layout.corner(aisle, cross));
            distance_mm(self.layout, at, corner).unwrap_or(i64::MAX)
        };
        let front_nearer = corner_mm(block) <= corner_mm(block + 1);
        let mut legs = Vec::new();
        for from_front in [true, false] {
            for through in [true, false] {
                let leg = Leg { aisle, block, from_front, through };
                let good_end = self.far_end || from_front == front_nearer;
                if good_end && leg.is_allowed(self.layout) && (through || last || !self.s_shape) {
                    legs.push(leg);
                }
            }
        }
        legs
    }

    fn add(&self, part: &Part, leg: Leg) -> Option<Part> {
        let (first, last) = leg.ends(self.layout);
        let inside_mm = match (first, self.turn(leg), last) {
            (Point::On(first), Some(turn), _) => 2 * (turn.y_mm - first.y_mm).abs(),
            (Point::On(first), None, Point::On(last)) => (last.y_mm - first.y_mm).abs(),
            _ => 0,
        };
        let mut longer = part.clone();
        longer.length_mm += distance_mm(self.layout, part.at, first)? + inside_mm;
        longer.at = last;
        longer.legs.push(leg);
        Some(longer)
    }

    /// Where a leg that is not walked through turns: at the stop farthest from its beginning.
    fn turn(&self, leg: Leg) -> Option<Stop> {
        let here = self.here(leg.aisle, leg.block);
        let farthest = if leg.from_front { here.last() } else { here.first() };
        let y_mm = farthest.filter(|_| !leg.through)?.0;
        Some(Stop { aisle: leg.aisle, y_mm })
    }

    fn draw(&self, part: &Part) -> Option<Walk> {
        let mut path = Path::default();
        let mut at = self.layout.start();
        path.points.push(at);
        for &leg in &part.legs {
            let (first, last) = leg.ends(self.layout);
            path.points.extend(shortest_way(self.layout, at, first)?);
            path.points.extend(self.turn(leg).map(Point::On));
            path.points.push(last);
            let here = self.here(leg.aisle, leg.block).iter().map(|stop| stop.1);
            if leg.from_front {
                here.for_each(|index| path.meet(index, Heading::ToBack));
            } else {
                here.rev().for_each(|index| path.meet(index, Heading::ToFront));
            }
            at = last;
        }
        path.points.extend(shortest_way(self.layout, at, self.layout.end())?);
        let points = straighten(&path.points);
        Some(Walk { length_mm: part.length_mm, visits: path.visits, points })
    }
}

/// Of two parts that end at one place the shorter one stays.
fn keep(parts: &mut Vec<Part>, part: Part) {
    match parts.iter_mut().find(|other| other.at == part.at) {
        Some(other) if other.length_mm <= part.length_mm => {}
        Some(other) => *other = part,
        None => parts.push(part),
    }
}
