//! How far each block of a layout is entered, what is covered by it, and how long that walk is:
//! the ground on which `scatter` searches. It decides nothing.

use crate::planner::walks::block::Block;
use crate::planner::walks::layout::Stop;
use crate::planner::walks::plan::FAR_MM;
use crate::planner::walks::sweep::{Scratch, Sweep};

/// Goods in a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Index into the demands.
    pub article: usize,
    pub stop: Stop,
    /// Units that may be taken there.
    pub quantity: i64,
}

/// What lies at one height of a block.
#[derive(Debug, Clone)]
pub(crate) struct Spot {
    height_mm: i64,
    /// (article, quantity)
    goods: Vec<(usize, i64)>,
}

/// Spots before `front` are reached from the front corner, those from `back` on from the back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reach {
    pub(crate) front: usize,
    pub(crate) back: usize,
}

impl Reach {
    pub(crate) fn none(spots: usize) -> Reach {
        Reach { front: 0, back: spots }
    }

    pub(crate) fn all(spots: usize) -> Reach {
        Reach { front: spots, back: spots }
    }

    pub(crate) fn is_all(self) -> bool {
        self.front >= self.back
    }

    pub(crate) fn has(self, spot: usize) -> bool {
        spot < self.front || spot >= self.back
    }
}

/// A choice in the making.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    /// By aisle and block.
    pub(crate) reach: Vec<Reach>,
    blocks: Vec<Block>,
    /// Units covered of each article.
    pub(crate) got: Vec<i64>,
    pub(crate) length_mm: i64,
}

impl Choice {
    pub(crate) fn is_used(&self, block: usize) -> bool {
        self.blocks[block].any
    }
}

/// Where everything lies.
pub(crate) struct Ground<'a> {
    sweep: &'a Sweep,
    pub(crate) demands: &'a [i64],
    /// By aisle and block, from the front.
    spots: Vec<Vec<Spot>>,
    /// For each article where it lies: block and spot.
    pub(crate) lies: Vec<Vec<(usize, usize)>>,
    scratch: Scratch,
}

impl<'a> Ground<'a> {
    /// All places must be in the layout and of an article in `demands`.
    pub(crate) fn new(sweep: &'a Sweep, demands: &'a [i64], places: &[Place]) -> Ground<'a> {
        let layout = sweep.layout();
        let mut spots: Vec<Vec<Spot>> = vec![Vec::new(); layout.aisles() * layout.blocks()];
        let mut sorted: Vec<&Place> = places.iter().collect();
        sorted.sort_by_key(|place| (place.stop, place.article));
        for place in sorted {
            let (block, height_mm) = position(sweep, place);
            let goods = (place.article, place.quantity);
            match spots[block].last_mut().filter(|spot| spot.height_mm == height_mm) {
                Some(spot) => spot.goods.push(goods),
                None => spots[block].push(Spot { height_mm, goods: vec![goods] }),
            }
        }
        let mut lies = vec![Vec::new(); demands.len()];
        for (block, here) in spots.iter().enumerate() {
            for (at, spot) in here.iter().enumerate() {
                spot.goods.iter().for_each(|&(article, _)| lies[article].push((block, at)));
            }
        }
        Ground { sweep, demands, spots, lies, scratch: Scratch::default() }
    }

    pub(crate) fn blocks(&self) -> usize {
        self.spots.len()
    }

    /// How many heights of a block have goods.
    pub(crate) fn spots(&self, block: usize) -> usize {
        self.spots[block].len()
    }

    /// Nothing chosen.
    pub(crate) fn nothing(&self) -> Choice {
        let reach = self.spots.iter().map(|here| Reach::none(here.len())).collect();
        let blocks = vec![Block::default(); self.spots.len()];
        Choice { reach, blocks, got: vec![0; self.demands.len()], length_mm: 0 }
    }

    /// Whether a choice reaches a place.
    pub(crate) fn reaches(&self, choice: &Choice, place: &Place) -> bool {
        let (block, height_mm) = position(self.sweep, place);
        let spot = self.spots[block].iter().position(|spot| spot.height_mm == height_mm);
        spot.is_some_and(|spot| choice.reach[block].has(spot))
    }

    /// The four numbers of a block reached so far. Its gap is the one that the reach leaves out.
    fn block(&self, block: usize, reach: Reach) -> Block {
        let here = &self.spots[block];
        let Reach { front, back } = reach;
        let first = if front > 0 { 0 } else { back };
        let last = if back < here.len() { here.len() } else { front };
        if last == 0 || first == here.len() {
            return Block::default();
        }
        let mm = |at: usize| here[at].height_mm;
        let split = front > 0 && back < here.len();
        let gap_mm = if split { mm(back) - mm(front - 1) } else { 0 };
        Block { any: true, first_mm: mm(first), last_mm: mm(last - 1), gap_mm }
    }

    /// Length of the walk if `block` were reached so far; the choice stays as it is.
    pub(crate) fn length_mm(&mut self, choice: &mut Choice, block: usize, reach: Reach) -> i64 {
        let kept = choice.blocks[block];
        let there = self.block(block, reach);
        if there == kept {
            return choice.length_mm;
        }
        choice.blocks[block] = there;
        let length_mm = self.sweep.length_mm(&choice.blocks, &mut self.scratch);
        choice.blocks[block] = kept;
        length_mm.unwrap_or(FAR_MM)
    }

    pub(crate) fn set(&mut self, choice: &mut Choice, block: usize, reach: Reach) {
        choice.length_mm = self.length_mm(choice, block, reach);
        let old = choice.reach[block];
        for (at, spot) in self.spots[block].iter().enumerate() {
            let more = i64::from(reach.has(at)) - i64::from(old.has(at));
            spot.goods.iter().for_each(|&(article, units)| choice.got[article] += more * units);
        }
        choice.reach[block] = reach;
        choice.blocks[block] = self.block(block, reach);
    }

    /// Reaches all of a block that is partly reached, if that costs nothing.
    pub(crate) fn take_along(&mut self, choice: &mut Choice, block: usize) {
        let all = Reach::all(self.spots[block].len());
        if choice.is_used(block)
            && !choice.reach[block].is_all()
            && self.length_mm(choice, block, all) == choice.length_mm
        {
            self.set(choice, block, all);
        }
    }

    /// Leaves what is not needed of one block, in the way that shortens the walk most.
    pub(crate) fn draw_back(&mut self, choice: &mut Choice, block: usize) {
        let end = self.spots[block].len();
        let old = choice.reach[block];
        let mut options = vec![old];
        if old.is_all() {
            // the same spots, with the gap at every place where one may open
            options = (0..=end).map(|at| Reach { front: at, back: at }).collect();
        }
        let over = choice.got.iter().zip(self.demands).map(|(got, demand)| got - demand);
        let whole: Vec<i64> = over.collect();
        let mut best = (choice.length_mm, old);
        for mut reach in options {
            let mut spare = whole.clone();
            while reach.front > 0 && self.frees(block, reach.front - 1, &mut spare) {
                reach.front -= 1;
            }
            while reach.back < end && self.frees(block, reach.back, &mut spare) {
                reach.back += 1;
            }
            let length_mm = self.length_mm(choice, block, reach);
            if length_mm < best.0 {
                best = (length_mm, reach);
            }
        }
        if best.1 != old {
            self.set(choice, block, best.1);
        }
    }

    /// Whether a spot can be given up; if so takes its units from what is `spare`.
    fn frees(&self, block: usize, at: usize, spare: &mut [i64]) -> bool {
        let goods = &self.spots[block][at].goods;
        let enough = |articles: &[i64]| goods.iter().all(|&(article, _)| articles[article] >= 0);
        goods.iter().for_each(|&(article, units)| spare[article] -= units);
        if enough(spare) {
            return true;
        }
        goods.iter().for_each(|&(article, units)| spare[article] += units);
        false
    }
}

/// Block and height in it of a place.
fn position(sweep: &Sweep, place: &Place) -> (usize, i64) {
    let layout = sweep.layout();
    let block = layout.block_of(place.stop.y_mm);
    let height_mm = place.stop.y_mm - layout.cross_y_mm()[block];
    (place.stop.aisle * layout.blocks() + block, height_mm)
}
