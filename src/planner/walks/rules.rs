//! Which walk a site wants: the shortest, one that people know by heart (`combined`, S-shape),
//! or one that takes heavy goods first and fragile ones last. Every rule gives a walk that meets
//! every stop; where one-way aisles leave none, that is said.

use crate::planner::walks::combined;
use crate::planner::walks::distance::matrix_mm;
use crate::planner::walks::layout::{Layout, Point, Stop, StopError};
use crate::planner::walks::sequence::{NO_WAY_MM, Sequence};
use crate::planner::walks::sweep::Sweep;
use crate::planner::walks::walk::Walk;

/// How often a search shakes what it has, where it gets no budget.
const SHAKES: f64 = 100.0;

/// How the order of stops is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Policy {
    /// The shortest walk.
    Shortest,
    /// Block after block, aisle after aisle, each walked through or from one end and back.
    Combined,
    /// The same, but every aisle with stops is walked through (the last one of a block may be
    /// turned in).
    SShape,
}

/// When a stop is met; all of a class before any of the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    Heavy,
    Plain,
    Fragile,
}

/// A walk by `policy`; none if one-way aisles leave none.
///
/// # Errors
/// A stop outside the layout.
pub fn walk(sweep: &Sweep, stops: &[Stop], policy: Policy) -> Result<Option<Walk>, StopError> {
    match policy {
        Policy::Shortest if sweep.is_exact() => Walk::shortest(sweep, stops),
        Policy::Shortest => searched(sweep, stops),
        Policy::Combined => combined::walk(sweep.layout(), stops, false),
        Policy::SShape => combined::walk(sweep.layout(), stops, true),
    }
}

/// A short walk that meets all heavy stops first and all fragile ones last; `classes[i]` is the
/// class of `stops[i]`, a missing one is plain. Exact while no class has more than eleven points;
/// beyond, by search with `seed` until `budget` says 1. None if one-way aisles leave no walk.
///
/// # Errors
/// A stop outside the layout.
pub fn walk_by_class(
    sweep: &Sweep,
    stops: &[Stop],
    classes: &[Class],
    seed: u64,
    budget: &mut dyn FnMut() -> f64,
) -> Result<Option<Walk>, StopError> {
    let layout = sweep.layout();
    layout.check(stops)?;
    let class = |stop: usize| classes.get(stop).copied().unwrap_or(Class::Plain);
    if (1..stops.len()).all(|stop| class(stop) == class(0)) {
        return walk(sweep, stops, Policy::Shortest);
    }
    let mut keys: Vec<(Class, Stop)> =
        stops.iter().enumerate().map(|(at, &stop)| (class(at), stop)).collect();
    keys.sort_unstable();
    keys.dedup();
    let spots: Vec<Stop> = keys.iter().map(|key| key.1).collect();
    let names: Vec<u8> = keys.iter().map(|key| key.0 as u8).collect();
    let sequence = sequence(layout, &spots, &names);
    let order = if sequence.is_small() {
        sequence.exact()
    } else {
        let starts = starts(sweep, &spots, &names)?;
        sequence.search(&starts, seed, budget)
    };
    if sequence.length_mm(&order) >= NO_WAY_MM {
        return Ok(None);
    }
    let mut full = Vec::new();
    for spot in order {
        full.extend((0..stops.len()).filter(|&stop| (class(stop), stops[stop]) == keys[spot]));
    }
    Ok(Walk::along(layout, stops, &full))
}

/// A walk where the sweep is not exact: its own, or a shorter one found by search.
fn searched(sweep: &Sweep, stops: &[Stop]) -> Result<Option<Walk>, StopError> {
    let layout = sweep.layout();
    let swept = Walk::shortest(sweep, stops)?;
    let known = match &swept {
        Some(walk) => Some(walk.clone()),
        None => combined::walk(layout, stops, false)?,
    };
    let order = known.map_or((0..stops.len()).collect(), |walk| walk.order());
    let sequence = sequence(layout, stops, &vec![0; stops.len()]);
    let mut shakes = 0.0;
    let mut budget = || {
        shakes += 1.0;
        shakes / SHAKES
    };
    let order = sequence.search(&[order], 0, &mut budget);
    let found = Walk::along(layout, stops, &order);
    Ok(swept.into_iter().chain(found).min_by_key(|walk| walk.length_mm))
}

/// The lengths between all stops, start and end, and the stops' classes.
pub(crate) fn sequence(layout: &Layout, stops: &[Stop], classes: &[u8]) -> Sequence {
    let mut points: Vec<Point> = stops.iter().map(|&stop| Point::On(stop)).collect();
    points.extend([layout.start(), layout.end()]);
    Sequence::new(matrix_mm(layout, &points), classes)
}

/// Orders to search from: the shortest walk without classes, cut into classes, each of them
/// forwards or backwards; and the shortest walks of each class by itself.
fn starts(sweep: &Sweep, stops: &[Stop], classes: &[u8]) -> Result<Vec<Vec<usize>>, StopError> {
    let of = |name: u8, order: &[usize]| -> Vec<usize> {
        order.iter().copied().filter(|&stop| classes[stop] == name).collect()
    };
    let plain: Vec<usize> = (0..stops.len()).collect();
    let whole = Walk::shortest(sweep, stops)?.map_or(plain.clone(), |walk| walk.order());
    let mut alone = Vec::new();
    for name in 0..3 {
        let members = of(name, &plain);
        let spots: Vec<Stop> = members.iter().map(|&stop| stops[stop]).collect();
        let walk = Walk::shortest(sweep, &spots)?;
        let order = walk.map_or((0..spots.len()).collect(), |walk| walk.order());
        alone.extend(order.into_iter().map(|at| members[at]));
    }
    let mut starts = Vec::new();
    for base in [whole, alone] {
        for turned in 0..8_u8 {
            let mut order = Vec::new();
            for name in 0..3 {
                let mut part = of(name, &base);
                if turned >> name & 1 == 1 {
                    part.reverse();
                }
                order.append(&mut part);
            }
            starts.push(order);
        }
    }
    Ok(starts)
}

#[cfg(test)]
mod tests {
    use fastrand::Rng;

    use super::*;
    use crate::planner::walks::layout::LayoutSpec;
    use crate::planner::walks::trial::{self, Ports, check};
    use crate::planner::walks::walk::order_mm;

    fn spend(mut kicks: u32) -> impl FnMut() -> f64 {
        move || {
            kicks = kicks.saturating_sub(1);
            if kicks == 0 { 1.0 } else { 0.0 }
        }
    }

    fn class(rng: &mut Rng) -> Class {
        [Class::Heavy, Class::Plain, Class::Fragile][rng.usize(0..3)]
    }

    #[test]
    fn classes_in_turn_and_no_walk_shorter() {
        let mut rng = Rng::with_seed(21);
        for round in 0..90 {
            let ports = [Ports::Closed, Ports::Apart, Ports::Outside][round % 3];
            let layout = trial::layout(&mut rng, 2 + round % 2, ports, round % 5 == 0);
            let sweep = Sweep::new(&layout);
            let stops = trial::stops(&mut rng, &layout, 9);
            let classes: Vec<Class> = stops.iter().map(|_| class(&mut rng)).collect();
            let bytes: Vec<u8> = classes.iter().map(|&class| class as u8).collect();
            let least = trial::shortest_mm(&layout, &stops, &bytes);
            let walk = walk_by_class(&sweep, &stops, &classes, 1, &mut spend(50)).unwrap();
            assert_eq!(walk.as_ref().map(|walk| walk.length_mm), least, "{layout:?} {stops:?}");
            let Some(walk) = walk else { continue };
            check(&layout, &stops, &walk);
            let met: Vec<u8> = walk.order().iter().map(|&stop| bytes[stop]).collect();
            assert!(met.is_sorted());
        }
    }

    /// The same by search instead of exactly, which is what large classes get.
    #[test]
    fn search_by_class_is_within_a_hundredth() {
        let mut rng = Rng::with_seed(22);
        for round in 0..60 {
            let ports = [Ports::Closed, Ports::Apart, Ports::Outside][round % 3];
            let layout = trial::layout(&mut rng, 2 + round % 3, ports, false);
            let stops = trial::stops(&mut rng, &layout, 9);
            let bytes: Vec<u8> = stops.iter().map(|_| rng.u8(0..3)).collect();
            let least = trial::shortest_mm(&layout, &stops, &bytes).unwrap();
            let sequence = sequence(&layout, &stops, &bytes);
            let starts = starts(&Sweep::new(&layout), &stops, &bytes).unwrap();
            let found = sequence.length_mm(&sequence.search(&starts, 3, &mut spend(100)));
            assert!(found >= least && found * 100 <= least * 101, "{found} against {least}");
        }
    }

    #[test]
    fn policies_meet_every_stop() {
        let mut rng = Rng::with_seed(23);
        for round in 0..90 {
            let ports = [Ports::Closed, Ports::Apart, Ports::Outside][round % 3];
            let layout = trial::layout(&mut rng, 2 + round % 4, ports, round % 4 == 0);
            let sweep = Sweep::new(&layout);
            let stops = trial::stops(&mut rng, &layout, 12);
            let Some(shortest) = walk(&sweep, &stops, Policy::Shortest).unwrap() else { continue };
            let by = |policy| walk(&sweep, &stops, policy).unwrap();
            let (Some(combined), Some(s_shape)) = (by(Policy::Combined), by(Policy::SShape)) else {
                panic!("{layout:?} {stops:?}")
            };
            check(&layout, &stops, &combined);
            check(&layout, &stops, &s_shape);
            assert!(combined.length_mm <= s_shape.length_mm);
            if layout.crosses() <= 3 {
                assert!(shortest.length_mm <= combined.length_mm);
            }
        }
    }

    #[test]
    fn s_shape_goes_up_and_down() {
        let layout = Layout::new(LayoutSpec::even(4, 5, vec![0, 30])).unwrap();
        let sweep = Sweep::new(&layout);
        let at = |aisle, y_mm| Stop { aisle, y_mm };
        let stops = [at(3, 10), at(1, 5), at(1, 25), at(2, 20), at(2, 4)];
        let walk = walk(&sweep, &stops, Policy::SShape).unwrap().unwrap();
        assert_eq!(walk.order(), [1, 2, 3, 4, 0]);
        // 3 aisles there and back, 2 through, 10 into the last one and back
        assert_eq!(walk.length_mm, 2 * 15 + 2 * 30 + 2 * 10);
    }

    #[test]
    fn refuses_and_says_what_cannot_be() {
        let mut spec = LayoutSpec::even(2, 5, vec![0, 30]);
        spec.directions = vec![crate::planner::walks::layout::Direction::ToBack; 2];
        let layout = Layout::new(spec).unwrap();
        let sweep = Sweep::new(&layout);
        let stop = Stop { aisle: 1, y_mm: 7 };
        for policy in [Policy::Shortest, Policy::Combined, Policy::SShape] {
            assert_eq!(walk(&sweep, &[stop], policy), Ok(None));
            assert!(walk(&sweep, &[Stop { aisle: 2, y_mm: 7 }], policy).is_err());
        }
        assert_eq!(order_mm(&layout, &[stop], &[0]), None);
        let classes = [Class::Heavy, Class::Fragile];
        let none = walk_by_class(&sweep, &[stop, stop], &classes, 1, &mut spend(5));
        assert_eq!(none, Ok(None));
    }
}
