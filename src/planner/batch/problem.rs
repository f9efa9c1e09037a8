//! The orders of one search as flat tables: sets of stops, loads, hash keys.
//!
//! Nothing here changes while a search runs. Every order here fits an empty trolley.

use fastrand::Rng;

/// A load: totes or units, volume in ml, weight in g, and the number of orders.
pub(crate) type Load = [i64; 4];

/// One batch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Batch {
    /// Orders by index, in no order that means anything.
    pub(crate) orders: Vec<usize>,
    pub(crate) load: Load,
    /// See [`Problem::excess`].
    pub(crate) excess: i64,
    /// See [`Problem::key`].
    pub(crate) key: u64,
    pub(crate) length_mm: i64,
}

/// Excess is counted in millionths of what a trolley may carry.
pub(crate) const WHOLE: i64 = 1_000_000;

/// Any seed will do; keys need not differ between searches.
const KEY_SEED: u64 = 0x5eed_0f5e_75a1;

/// Orders to be put into batches, by index.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    words: usize,
    sets: Vec<u64>,
    loads: Vec<Load>,
    keys: Vec<u64>,
    sizes: Vec<i64>,
    capacity: Load,
}

impl Problem {
    /// Takes the sets (`words` words an order, one order after the other), the loads, and what a
    /// trolley may carry.
    pub(crate) fn new(words: usize, sets: Vec<u64>, loads: Vec<Load>, capacity: Load) -> Self {
        let mut rng = Rng::with_seed(KEY_SEED);
        let keys = loads.iter().map(|_| rng.u64(1..)).collect();
        let parts =
            |load: &Load| load.iter().zip(&capacity).map(|(&m, &most)| share(m, most)).sum();
        let sizes = loads.iter().map(parts).collect();
        Self { words, sets, loads, keys, sizes, capacity }
    }

    pub(crate) fn len(&self) -> usize {
        self.loads.len()
    }

    pub(crate) fn words(&self) -> usize {
        self.words
    }

    /// The stops of an order.
    pub(crate) fn set(&self, order: usize) -> &[u64] {
        &self.sets[order * self.words..(order + 1) * self.words]
    }

    pub(crate) fn load(&self, order: usize) -> Load {
        self.loads[order]
    }

    pub(crate) fn loads(&self, orders: &[usize]) -> Load {
        orders.iter().fold([0; 4], |sum, &order| plus(sum, self.loads[order]))
    }

    /// How much of a trolley an order takes: the sum over the measures, in parts of [`WHOLE`].
    pub(crate) fn size(&self, order: usize) -> i64 {
        self.sizes[order]
    }

    /// A set of orders is known by the exclusive or of its orders' random numbers (Zobrist 1970).
    pub(crate) fn key(&self, orders: &[usize]) -> u64 {
        orders.iter().fold(0, |key, &order| key ^ self.keys[order])
    }

    /// Whether a trolley may carry `load`.
    pub(crate) fn fits(&self, load: Load) -> bool {
        // Without early exits: four comparisons are cheaper than a branch that is guessed wrong.
        load.iter().zip(&self.capacity).fold(true, |fits, (load, most)| fits & (load <= most))
    }

    /// By how much `load` exceeds a trolley: the sum over the measures, in parts of [`WHOLE`].
    #[inline]
    pub(crate) fn excess(&self, load: Load) -> i64 {
        if self.fits(load) { 0 } else { self.over(load) }
    }

    fn over(&self, load: Load) -> i64 {
        let over = load.iter().zip(&self.capacity).filter(|(load, most)| load > most);
        over.map(|(load, most)| share(load - most, *most)).sum()
    }
}

/// `part` of `whole` in parts of [`WHOLE`], at least 1. Parts beyond nine million million count as
/// that much.
fn share(part: i64, whole: i64) -> i64 {
    (part.min(i64::MAX / WHOLE) * WHOLE / whole.max(1)).max(1)
}

pub(crate) fn plus(a: Load, b: Load) -> Load {
    [a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]]
}

pub(crate) fn minus(a: Load, b: Load) -> Load {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2], a[3] - b[3]]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excess_is_counted_over_all_measures() {
        let problem = Problem::new(1, vec![], vec![], [8, 100, 50, 4]);
        assert_eq!(problem.excess([8, 100, 50, 4]), 0);
        assert_eq!(problem.excess([10, 100, 50, 4]), WHOLE / 4);
        assert_eq!(problem.excess([10, 150, 50, 4]), WHOLE / 4 + WHOLE / 2);
        assert!(problem.fits([1, 1, 1, 1]) && !problem.fits([1, 1, 51, 1]));
    }

    #[test]
    fn a_measure_without_capacity_still_counts() {
        let problem = Problem::new(1, vec![], vec![], [0, 100, i64::MAX / 4, 4]);
        assert!(problem.excess([1, 0, 0, 0]) > 0);
        assert_eq!(share(1, i64::MAX), 1);
    }
}
