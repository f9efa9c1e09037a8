//! Few orders exactly: the cheapest partition into batches, over all subsets.
//!
//! The work triples with each further order, so this is not for more than [`MOST_ORDERS`].

use crate::planner::batch::{measure::Measure, meter::Meter, problem::plus};

/// The most orders that are solved this way.
pub(crate) const MOST_ORDERS: usize = 14;

/// The batches of a plan than which none is shorter, or none for over [`MOST_ORDERS`] orders.
pub(crate) fn exact<M: Measure>(meter: &mut Meter<'_, M>) -> Option<Vec<Vec<usize>>> {
    let orders = meter.problem.len();
    if orders > MOST_ORDERS {
        return None;
    }
    let walks_mm = walks_mm(meter);
    let full = walks_mm.len() - 1;
    // For each subset the least total and the batch of its lowest order in that plan.
    let mut best = vec![(0i64, 0usize); full + 1];
    for set in 1..=full {
        let lowest = set & set.wrapping_neg();
        let others = set ^ lowest;
        let mut chosen = (i64::MAX, lowest);
        let mut part = others;
        loop {
            let batch = part | lowest;
            if let Some(length_mm) = walks_mm[batch] {
                chosen = chosen.min((length_mm + best[set ^ batch].0, batch));
            }
            if part == 0 {
                break;
            }
            part = (part - 1) & others;
        }
        best[set] = chosen;
    }
    let mut groups = Vec::new();
    let mut left = full;
    while left != 0 {
        let batch = best[left].1;
        groups.push((0..orders).filter(|order| batch >> order & 1 == 1).collect());
        left ^= batch;
    }
    Some(groups)
}

/// The walk in mm of each subset that a trolley may carry.
fn walks_mm<M: Measure>(meter: &mut Meter<'_, M>) -> Vec<Option<i64>> {
    let problem = meter.problem;
    let orders = problem.len();
    let mut loads = vec![[0i64; 4]; 1 << orders];
    let mut walks_mm = vec![Some(0); 1 << orders];
    for set in 1usize..1 << orders {
        let rest = set & (set - 1);
        loads[set] = plus(loads[rest], problem.load(set.trailing_zeros() as usize));
        let chosen = (0..orders).filter(|order| set >> order & 1 == 1);
        walks_mm[set] = problem.fits(loads[set]).then(|| meter.fresh_mm(chosen));
    }
    walks_mm
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planner::batch::{fleet::Fleet, trial};

    /// The least total over all partitions, by putting each order into each batch so far.
    fn exhaustive(
        at: usize,
        groups: &mut Vec<Vec<usize>>,
        meter: &mut Meter<'_, crate::planner::batch::grid::Grid>,
    ) -> i64 {
        let problem = meter.problem;
        if at == problem.len() {
            return groups.iter().map(|group| meter.fresh_mm(group.iter().copied())).sum();
        }
        let mut least = i64::MAX;
        for into in 0..=groups.len() {
            if into == groups.len() {
                groups.push(Vec::new());
            }
            groups[into].push(at);
            if problem.fits(problem.loads(&groups[into])) {
                least = least.min(exhaustive(at + 1, groups, meter));
            }
            groups[into].pop();
            groups.retain(|group| !group.is_empty());
        }
        least
    }

    #[test]
    fn equals_exhaustive_search() {
        for seed in 0..30 {
            let crosses = 2 + (seed % 2) as i64;
            let (problem, mut grid) = trial::problem(seed as usize % 8, crosses, 9, seed);
            let mut meter = Meter::new(&problem, &mut grid);
            let groups = exact(&mut meter).unwrap();
            let fleet = Fleet::new(&groups, &mut meter);
            assert_eq!(
                (fleet.total_mm, fleet.excess),
                (exhaustive(0, &mut Vec::new(), &mut meter), 0)
            );
        }
    }

    #[test]
    fn leaves_many_orders_to_others() {
        let (problem, mut grid) = trial::problem(MOST_ORDERS + 1, 2, 9, 1);
        assert!(exact(&mut Meter::new(&problem, &mut grid)).is_none());
    }
}
