//! A plan under change: which orders share a trolley, and what each walk costs.
//!
//! Keeps the books of the search and decides nothing.

pub(crate) use crate::planner::batch::problem::Batch;
use crate::planner::batch::{
    measure::Measure,
    meter::Meter,
    problem::{Problem, minus, plus},
};

/// A whole plan. Some batches may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Fleet {
    pub(crate) batches: Vec<Batch>,
    /// The batch of each order.
    pub(crate) home: Vec<usize>,
    pub(crate) total_mm: i64,
    pub(crate) excess: i64,
}

impl Fleet {
    pub(crate) fn new<M: Measure>(groups: &[Vec<usize>], meter: &mut Meter<'_, M>) -> Self {
        let problem = meter.problem;
        let mut fleet = Self { home: vec![0; problem.len()], ..Self::default() };
        for (at, group) in groups.iter().enumerate() {
            fleet.batches.push(Batch::default());
            let length_mm = meter.changed_mm(&fleet.batches[at], &[], group);
            fleet.change(at, &[], group, length_mm, problem);
        }
        fleet
    }

    /// Takes `out` from batch `at`, whose they are, and puts `add` into it; `length_mm` is its
    /// walk from then on. Orders of `out` have no home until they are put somewhere.
    pub(crate) fn change(
        &mut self,
        at: usize,
        out: &[usize],
        add: &[usize],
        length_mm: i64,
        problem: &Problem,
    ) {
        let batch = &mut self.batches[at];
        batch.orders.retain(|order| !out.contains(order));
        batch.orders.extend(add);
        batch.load = plus(minus(batch.load, problem.loads(out)), problem.loads(add));
        batch.key ^= problem.key(out) ^ problem.key(add);
        let excess = problem.excess(batch.load);
        self.excess += excess - batch.excess;
        self.total_mm += length_mm - batch.length_mm;
        (batch.excess, batch.length_mm) = (excess, length_mm);
        for &order in add {
            self.home[order] = at;
        }
    }

    /// Puts batch `at` back to what it was.
    pub(crate) fn restore(&mut self, at: usize, batch: Batch) {
        let now = &mut self.batches[at];
        self.excess += batch.excess - now.excess;
        self.total_mm += batch.length_mm - now.length_mm;
        *now = batch;
        for &order in &now.orders {
            self.home[order] = at;
        }
    }

    /// The batches that hold orders, as lists of orders.
    pub(crate) fn groups(&self) -> Vec<Vec<usize>> {
        let full = self.batches.iter().filter(|batch| !batch.orders.is_empty());
        full.map(|batch| batch.orders.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planner::batch::trial;

    #[test]
    fn books_stay_right_through_changes() {
        let (problem, mut grid) = trial::problem(6, 2, 20, 3);
        let mut meter = Meter::new(&problem, &mut grid);
        let mut fleet = Fleet::new(&[vec![0, 1, 2], vec![3, 4, 5]], &mut meter);
        let before = fleet.clone();
        let one = meter.changed_mm(&fleet.batches[0], &[1], &[5, 3]);
        let two = meter.changed_mm(&fleet.batches[1], &[5, 3], &[1]);
        fleet.change(0, &[1], &[5, 3], one, &problem);
        fleet.change(1, &[5, 3], &[1], two, &problem);
        assert_eq!(fleet, Fleet::new(&fleet.groups(), &mut meter));
        for at in 0..2 {
            fleet.restore(at, before.batches[at].clone());
        }
        assert_eq!(fleet, before);
    }
}
