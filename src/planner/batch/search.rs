//! Which method solves a problem: all subsets for few orders, annealing from savings for more.

use crate::planner::batch::{
    anneal::Annealer, exact::exact, measure::Measure, meter::Meter, near::near_lists, pace::Pace,
    problem::Problem, savings::savings,
};

/// How many others are named to the search as going well with an order.
const NEAR: usize = 14;

/// Up to so many orders all subsets take no time worth asking for.
const QUICK: usize = 9;

/// Orders of one batch, and the length of its walk in mm.
pub(crate) type Group = (Vec<usize>, i64);

/// The shortest plan found: every order in exactly one group, none beyond the capacity.
pub(crate) fn search<M: Measure>(
    problem: &Problem,
    building: &mut M,
    seed: u64,
    budget: &mut dyn FnMut() -> f64,
) -> Vec<Group> {
    let mut meter = Meter::new(problem, building);
    let hurried = problem.len() > QUICK && budget() >= 1.0;
    let all_subsets = if hurried { None } else { exact(&mut meter) };
    let groups = all_subsets.unwrap_or_else(|| annealed(&mut meter, seed, budget));
    let mut measured = |group: Vec<usize>| {
        let length_mm = meter.fresh_mm(group.iter().copied());
        (group, length_mm)
    };
    groups.into_iter().map(&mut measured).collect()
}

fn annealed<M: Measure>(
    meter: &mut Meter<'_, M>,
    seed: u64,
    budget: &mut dyn FnMut() -> f64,
) -> Vec<Vec<usize>> {
    let mut pace = Pace::new(budget);
    let near = near_lists(NEAR, meter, &mut pace);
    let start = savings(meter, &mut pace);
    Annealer::new(start, near, meter, seed).run(&mut pace)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planner::batch::{exact::MOST_ORDERS, trial};

    /// A budget of so many rounds.
    fn rounds(most: u32) -> impl FnMut() -> f64 {
        let mut asked = 0;
        move || {
            asked += 1;
            f64::from(asked - 1) / f64::from(most)
        }
    }

    fn total_mm(groups: &[Group]) -> i64 {
        groups.iter().map(|(_, length_mm)| length_mm).sum()
    }

    #[test]
    fn annealing_finds_what_is_exact_for_few_orders() {
        for seed in 0..12 {
            let crosses = 2 + (seed % 2) as i64;
            let (problem, mut grid) = trial::problem(MOST_ORDERS - 4, crosses, 11, seed);
            let exact = total_mm(&search(&problem, &mut grid, seed, &mut rounds(0)));
            let mut meter = Meter::new(&problem, &mut grid);
            let groups = annealed(&mut meter, seed, &mut rounds(40));
            let found: i64 = groups.iter().map(|g| meter.fresh_mm(g.iter().copied())).sum();
            assert_eq!(found, exact, "seed {seed}");
        }
    }

    #[test]
    fn every_order_once_and_no_trolley_overloaded() {
        for (seed, units) in [(1, 7), (2, 12), (3, 30)] {
            let (problem, mut grid) = trial::problem(60, 2, units, seed);
            let groups = search(&problem, &mut grid, seed, &mut rounds(100));
            let mut all: Vec<usize> = groups.iter().flat_map(|(group, _)| group.clone()).collect();
            all.sort_unstable();
            assert_eq!(all, (0..60).collect::<Vec<_>>());
            assert!(groups.iter().all(|(group, _)| problem.fits(problem.loads(group))));
        }
    }

    #[test]
    fn more_rounds_shorten() {
        let (problem, mut grid) = trial::problem(60, 2, 15, 6);
        let mut meter = Meter::new(&problem, &mut grid);
        let start = savings(&mut meter, &mut Pace::new(&mut || 0.0)).total_mm;
        let some = total_mm(&search(&problem, &mut grid, 1, &mut rounds(100)));
        let more = total_mm(&search(&problem, &mut grid, 1, &mut rounds(1_000)));
        assert!(some < start && more < some);
    }
}
