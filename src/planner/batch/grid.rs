//! Walks of batches in a layout: the bits of a set are put into the four numbers a block that the
//! exact sweep asks for. Only stops that were named at the start have bits.

use crate::planner::walks::{
    block::Block,
    layout::{Layout, Stop},
    sweep::{Scratch, Sweep},
};

use crate::planner::batch::measure::Measure;

/// Length of a walk that one-way aisles do not allow.
pub const NO_WALK_MM: i64 = 1 << 50;

/// A layout with numbered stops. An aisle takes as many words as the fullest one needs.
#[derive(Debug, Clone)]
pub struct Grid {
    sweep: Sweep,
    scratch: Scratch,
    blocks: Vec<Block>,
    /// Heights of the stops of each aisle, ascending.
    heights_mm: Vec<Vec<i64>>,
    /// For each bit its block and its height above that block's front corner (mm).
    places: Vec<(usize, i64)>,
    words_an_aisle: usize,
}

impl Grid {
    /// Numbers `stops`; those outside the layout get no bit.
    pub fn new(layout: &Layout, stops: impl IntoIterator<Item = Stop>) -> Self {
        let mut heights_mm = vec![Vec::new(); layout.aisles()];
        for stop in stops {
            if layout.check(&[stop]).is_ok() {
                heights_mm[stop.aisle].push(stop.y_mm);
            }
        }
        for heights in &mut heights_mm {
            heights.sort_unstable();
            heights.dedup();
        }
        let fullest = heights_mm.iter().map(Vec::len).max().unwrap_or(0);
        let words_an_aisle = fullest.div_ceil(64).max(1);
        let mut places = vec![(0, 0); layout.aisles() * words_an_aisle * 64];
        for (aisle, heights) in heights_mm.iter().enumerate() {
            for (at, &y_mm) in heights.iter().enumerate() {
                let block = layout.block_of(y_mm);
                places[aisle * words_an_aisle * 64 + at] =
                    (aisle * layout.blocks() + block, y_mm - layout.cross_y_mm()[block]);
            }
        }
        let blocks = vec![Block::default(); layout.aisles() * layout.blocks()];
        let (sweep, scratch) = (Sweep::new(layout), Scratch::default());
        Self { sweep, scratch, blocks, heights_mm, places, words_an_aisle }
    }
}

impl Measure for Grid {
    type Place = Stop;

    fn words(&self) -> usize {
        self.heights_mm.len() * self.words_an_aisle
    }

    fn bit(&self, stop: Stop) -> Option<usize> {
        let at = self.heights_mm.get(stop.aisle)?.binary_search(&stop.y_mm).ok()?;
        Some(stop.aisle * self.words_an_aisle * 64 + at)
    }

    fn length_mm(&mut self, set: &[u64]) -> i64 {
        self.blocks.fill(Block::default());
        for (&word, places) in set.iter().zip(self.places.chunks_exact(64)) {
            let mut left = word;
            while left != 0 {
                let (block, height_mm) = places[left.trailing_zeros() as usize];
                self.blocks[block].push(height_mm);
                left &= left - 1;
            }
        }
        self.sweep.length_mm(&self.blocks, &mut self.scratch).unwrap_or(NO_WALK_MM)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planner::batch::trial;
    use fastrand::Rng;

    #[test]
    fn lengths_are_those_of_the_sweep() {
        let mut rng = Rng::with_seed(5);
        for crosses in [2, 3] {
            let layout = trial::layout(4, crosses);
            let stops = trial::stops(&layout, 90, &mut rng);
            let mut grid = Grid::new(&layout, stops.iter().copied());
            let (sweep, mut scratch) = (Sweep::new(&layout), Scratch::default());
            for _ in 0..50 {
                let some = stops.iter().copied().filter(|_| rng.u8(0..9) == 0);
                let some: Vec<Stop> = some.collect();
                let mut set = vec![0u64; grid.words()];
                for &stop in &some {
                    let bit = grid.bit(stop).unwrap();
                    set[bit / 64] |= 1 << (bit % 64);
                }
                let expected = sweep.stops_mm(&some, &mut scratch).unwrap();
                assert_eq!(Some(grid.length_mm(&set)), expected);
            }
        }
    }

    #[test]
    fn a_stop_that_was_not_named_has_no_bit() {
        let layout = trial::layout(3, 2);
        let named = Stop { aisle: 1, y_mm: 4_000 };
        let outside = Stop { aisle: 3, y_mm: 4_000 };
        let grid = Grid::new(&layout, [named, outside]);
        assert_eq!(grid.bit(named), Some(64));
        assert_eq!(grid.bit(outside), None);
        assert_eq!(grid.bit(Stop { aisle: 1, y_mm: 5_000 }), None);
    }
}
