//! Length of the shortest walk that starts and ends where the layout says and meets every stop.
//! Exact up to `EXACT_CROSSES` cross aisles (planning by states: Ratliff & Rosenthal 1983,
//! Roodbergen & de Koster 2001, Pansart et al. 2018); beyond, the best walk that uses only so
//! many of them. Lengths only: the walk itself is `walk`'s.

use crate::planner::walks::block::{Block, fill_blocks};
use crate::planner::walks::distance::distance_mm;
use crate::planner::walks::layout::{Direction, Layout, Point, Stop, StopError};
use crate::planner::walks::one_block::OneBlock;
use crate::planner::walks::plan::{NoNotes, Plan, Room};
use crate::planner::walks::states::Count;

/// Up to so many cross aisles the length is the least possible.
pub const EXACT_CROSSES: usize = 5;

/// Where there are more, walks use at most so many of them.
const KEPT_CROSSES: usize = 4;

/// A layout's tables, made once. It is not changed by sweeps and may be shared by threads.
#[derive(Debug, Clone)]
pub struct Sweep {
    layout: Layout,
    /// One for each choice of cross aisles; only one up to `EXACT_CROSSES`.
    plans: Vec<Plan>,
    one_block: Option<OneBlock>,
    exact: bool,
}

/// Room for sweeps, one for each thread; it grows at first use and is never given back.
#[derive(Debug, Clone, Default)]
pub struct Scratch {
    room: Room,
    merged: Vec<Block>,
    blocks: Vec<Block>,
    stops: Vec<Stop>,
}

impl Sweep {
    /// Makes the tables of a layout.
    pub fn new(layout: &Layout) -> Sweep {
        let crosses = layout.crosses();
        let mut keep = if crosses <= EXACT_CROSSES { crosses } else { KEPT_CROSSES };
        let mut plans = plans(layout, keep);
        while plans.is_empty() && keep > 2 {
            keep -= 1;
            plans = self::plans(layout, keep);
        }
        let one_block = match (layout.start(), layout.end()) {
            (Point::On(start), Point::On(end))
                if start == end && layout.blocks() == 1 && !layout.is_one_way() =>
            {
                let cross = usize::from(start.y_mm > 0);
                Some(OneBlock::new(layout, start.aisle, cross))
            }
            _ => None,
        };
        let whole = plans.iter().any(|plan| plan.rows.len() == crosses);
        let exact = whole && plans.iter().all(|plan| plan.has_room_for(net_needed(layout)));
        Sweep { layout: layout.clone(), plans, one_block, exact }
    }

    /// Whether lengths are the least possible. Otherwise there are too many cross aisles, or so
    /// many aisles of one direction that a cross aisle might have to be walked more often one
    /// way than the tables have room for; a walk by `rules::walk` may then be shorter.
    pub fn is_exact(&self) -> bool {
        self.exact
    }

    /// The layout that it is of.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Length in mm, or none if one-way aisles leave no walk. `blocks` has `layout.blocks()`
    /// entries for each aisle, front block first, aisle after aisle (see `fill_blocks`).
    pub fn length_mm(&self, blocks: &[Block], scratch: &mut Scratch) -> Option<i64> {
        if let Some(one_block) = &self.one_block {
            return Some(one_block.length_mm(blocks));
        }
        if !blocks.iter().any(|block| block.any) {
            return distance_mm(&self.layout, self.layout.start(), self.layout.end());
        }
        if let [plan] = &self.plans[..]
            && plan.rows.len() == self.layout.crosses()
        {
            return plan.run(blocks, &mut scratch.room, &mut NoNotes).map(|best| best.0);
        }
        let lengths = self.plans.iter().filter_map(|plan| {
            merge(&self.layout, &plan.rows, blocks, &mut scratch.merged);
            plan.run(&scratch.merged, &mut scratch.room, &mut NoNotes).map(|best| best.0)
        });
        lengths.min()
    }

    /// Length in mm of the shortest walk along `stops`, in whatever order they come.
    ///
    /// # Errors
    /// A stop outside the layout.
    pub fn stops_mm(
        &self,
        stops: &[Stop],
        scratch: &mut Scratch,
    ) -> Result<Option<i64>, StopError> {
        self.layout.check(stops)?;
        let mut sorted = std::mem::take(&mut scratch.stops);
        let mut blocks = std::mem::take(&mut scratch.blocks);
        sorted.clear();
        sorted.extend_from_slice(stops);
        sorted.sort_unstable();
        fill_blocks(&self.layout, &sorted, &mut blocks);
        let length = self.length_mm(&blocks, scratch);
        scratch.stops = sorted;
        scratch.blocks = blocks;
        Ok(length)
    }

    pub(crate) fn plans(&self) -> &[Plan] {
        &self.plans
    }
}

/// The tables for every choice of `keep` cross aisles, as far as they are small enough.
fn plans(layout: &Layout, keep: usize) -> Vec<Plan> {
    choices(layout, keep).into_iter().filter_map(|rows| plan(layout, rows)).collect()
}

/// The tables for some cross aisles. Where aisles are one-way a row carries only so many net
/// steps as its table has room for; never more than there are aisles of one direction and one.
fn plan(layout: &Layout, rows: Vec<usize>) -> Option<Plan> {
    if !layout.is_one_way() {
        return Plan::new(layout, rows, Count::Parity);
    }
    let most = net_needed(layout).min(net_max(rows.len()));
    (1..=most).rev().find_map(|net| Plan::new(layout, rows.clone(), Count::Net(net)))
}

/// Net steps that a cross aisle may have to carry: one for each aisle of one direction, and one
/// because a walk may end elsewhere than it starts.
fn net_needed(layout: &Layout) -> i8 {
    let same = |direction| {
        (0..layout.aisles()).filter(|&aisle| layout.direction(aisle) == direction).count()
    };
    let most = same(Direction::ToBack).max(same(Direction::ToFront));
    i8::try_from(most).map_or(i8::MAX, |most| most.saturating_add(1))
}

/// Net steps that a row carries at most, by the number of cross aisles.
fn net_max(rows: usize) -> i8 {
    match rows {
        2 => 12,
        3 => 6,
        _ => 3,
    }
}

/// All choices of `keep` cross aisles with front, back, and those where walks start and end.
fn choices(layout: &Layout, keep: usize) -> Vec<Vec<usize>> {
    let crosses = layout.crosses();
    let must = |cross: usize| {
        let y_mm = layout.cross_y_mm()[cross];
        let at = |point| matches!(point, Point::On(corner) if corner.y_mm == y_mm);
        cross == 0 || cross + 1 == crosses || at(layout.start()) || at(layout.end())
    };
    (0..1_u32 << crosses)
        .filter(|chosen| chosen.count_ones() as usize == keep)
        .filter(|chosen| (0..crosses).all(|cross| chosen >> cross & 1 == 1 || !must(cross)))
        .map(|chosen| (0..crosses).filter(|cross| chosen >> cross & 1 == 1).collect())
        .collect()
}

/// The blocks between the cross aisles `rows`, out of the blocks between all of them.
pub(crate) fn merge(layout: &Layout, rows: &[usize], blocks: &[Block], merged: &mut Vec<Block>) {
    let y = layout.cross_y_mm();
    merged.clear();
    for aisle in blocks.chunks_exact(layout.blocks()) {
        for pair in rows.windows(2) {
            let mut whole = Block::default();
            for (at, block) in aisle.iter().enumerate().take(pair[1]).skip(pair[0]) {
                whole.join(block, y[at] - y[pair[0]]);
            }
            merged.push(whole);
        }
    }
}

#[cfg(test)]
mod tests {
    use fastrand::Rng;

    use super::*;
    use crate::planner::walks::layout::{LayoutSpec, Port};
    use crate::planner::walks::trial::{self, Ports};

    /// Every order of the stops tried, for fifteen sets of stops on each of some small layouts.
    fn compare(seed: u64, layouts: usize, crosses: usize, ports: Ports, one_way: bool) {
        let mut rng = Rng::with_seed(seed);
        let mut scratch = Scratch::default();
        let (mut walks, mut missed) = (0, 0);
        for _ in 0..layouts {
            let layout = trial::layout(&mut rng, crosses, ports, one_way);
            let sweep = Sweep::new(&layout);
            for _ in 0..15 {
                let stops = trial::stops(&mut rng, &layout, 7);
                let found = sweep.stops_mm(&stops, &mut scratch).unwrap();
                let least = trial::shortest_mm(&layout, &stops, &[]);
                if found != least && !sweep.is_exact() {
                    assert!(found.is_none_or(|mm| mm > least.unwrap()));
                    missed += 1;
                    continue;
                }
                assert_eq!(found, least, "{layout:?} {stops:?}");
                walks += usize::from(found.is_some());
            }
        }
        assert!(walks > layouts && missed * 10 < walks, "{walks} walks, {missed} missed");
    }

    #[test]
    fn shortest_of_all_orders() {
        for crosses in 2..=4 {
            compare(1, 80, crosses, Ports::Closed, false);
        }
        compare(1, 8, 5, Ports::Closed, false);
    }

    #[test]
    fn shortest_with_start_and_end_apart() {
        for crosses in 2..=4 {
            compare(2, 80, crosses, Ports::Apart, false);
        }
        compare(2, 6, 5, Ports::Apart, false);
    }

    #[test]
    fn shortest_from_outside() {
        for crosses in 2..=4 {
            compare(3, 50, crosses, Ports::Outside, false);
        }
        compare(3, 4, 5, Ports::Outside, false);
    }

    #[test]
    fn shortest_with_one_way_aisles() {
        for (crosses, layouts) in [(2, 50), (3, 25), (4, 4)] {
            compare(4, layouts, crosses, Ports::Closed, true);
            compare(5, layouts, crosses, Ports::Apart, true);
            compare(6, layouts / 2, crosses, Ports::Outside, true);
        }
    }

    /// Larger than any that every order can be tried for.
    #[test]
    fn quick_sweep_is_the_same_as_the_tables() {
        let mut rng = Rng::with_seed(8);
        for round in 0..40_usize {
            let mut spec = LayoutSpec::even(rng.usize(1..25), rng.i64(1..9), vec![0, 40]);
            let aisle = rng.usize(0..spec.aisle_x_mm.len());
            spec.start = Port::Corner { aisle, cross: round % 2 };
            spec.end = spec.start.clone();
            let layout = Layout::new(spec).unwrap();
            let quick = Sweep::new(&layout);
            let by_table = Sweep { one_block: None, ..quick.clone() };
            assert!(quick.one_block.is_some());
            for _ in 0..20 {
                let stops = trial::stops(&mut rng, &layout, 40);
                let length = |sweep: &Sweep| sweep.stops_mm(&stops, &mut Scratch::default());
                assert_eq!(length(&quick), length(&by_table));
            }
        }
    }

    #[test]
    fn many_crosses_still_give_a_walk() {
        let mut rng = Rng::with_seed(7);
        for crosses in [6, 8] {
            let layout = trial::layout(&mut rng, crosses, Ports::Apart, false);
            let sweep = Sweep::new(&layout);
            assert!(!sweep.is_exact());
            for _ in 0..5 {
                let stops = trial::stops(&mut rng, &layout, 7);
                let found = sweep.stops_mm(&stops, &mut Scratch::default()).unwrap();
                assert!(found >= trial::shortest_mm(&layout, &stops, &[]));
            }
        }
    }

    #[test]
    fn no_stops_and_stops_elsewhere() {
        let layout = Layout::new(LayoutSpec::even(3, 5, vec![0, 10])).unwrap();
        let sweep = Sweep::new(&layout);
        let mut scratch = Scratch::default();
        assert_eq!(sweep.stops_mm(&[], &mut scratch), Ok(Some(0)));
        let error = StopError::Aisle { index: 0, came: 3, aisles: 3 };
        assert_eq!(sweep.stops_mm(&[Stop { aisle: 3, y_mm: 0 }], &mut scratch), Err(error));
    }
}
