//! Walk lengths of sets of orders, remembered by hash: near the end of a search nine of ten
//! batches that it asks for were measured before.

use crate::planner::batch::{
    measure::Measure,
    problem::{Batch, Problem},
};

/// Two to the power of this many lengths are remembered (1 MB, about what a core keeps near).
const MEMO_BITS: u32 = 16;

/// Measures batches of one problem.
pub(crate) struct Meter<'a, M> {
    pub(crate) problem: &'a Problem,
    building: &'a mut M,
    memo: Vec<(u64, i64)>,
    union: Vec<u64>,
}

impl<'a, M: Measure> Meter<'a, M> {
    pub(crate) fn new(problem: &'a Problem, building: &'a mut M) -> Self {
        let union = vec![0; problem.words()];
        Self { problem, building, memo: vec![(0, 0); 1 << MEMO_BITS], union }
    }

    /// Length in mm of the walk for `batch` less the orders `out` plus the orders `add`; 0 if
    /// none is left.
    ///
    /// Two sets of orders with one key would be mixed up; of 64 random bits that is not to be
    /// expected, and a plan is measured afresh at the end.
    pub(crate) fn changed_mm(&mut self, batch: &Batch, out: &[usize], add: &[usize]) -> i64 {
        let key = batch.key ^ self.problem.key(out) ^ self.problem.key(add);
        if key == 0 {
            return 0;
        }
        let slot = (key >> (64 - MEMO_BITS)) as usize;
        let (known, length_mm) = self.memo[slot];
        if known == key {
            return length_mm;
        }
        let kept = batch.orders.iter().copied().filter(|order| !out.contains(order));
        let length_mm = self.fresh_mm(kept.chain(add.iter().copied()));
        self.memo[slot] = (key, length_mm);
        length_mm
    }

    /// Length in mm of the walk for `orders`, without looking at what is remembered.
    pub(crate) fn fresh_mm(&mut self, orders: impl Iterator<Item = usize>) -> i64 {
        self.union.fill(0);
        for order in orders {
            for (word, &stops) in self.union.iter_mut().zip(self.problem.set(order)) {
                *word |= stops;
            }
        }
        self.building.length_mm(&self.union)
    }
}
