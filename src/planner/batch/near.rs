//! For each order, which others go well with it: the moves of the search are drawn towards them.

use std::cmp::Reverse;

use crate::planner::batch::{measure::Measure, meter::Meter, pace::Pace};

/// Up to so many orders every pair is measured; of more only those that share most words.
const ALL_PAIRS: usize = 120;

/// So many times the asked number are measured then.
const CANDIDATES: usize = 4;

/// Share of the budget after which nothing more is measured here.
const ENOUGH: f64 = 0.15;

/// The `count` orders that save most when walked together with each order, best first; the
/// saving is taken relative to the shorter of the two walks. If time is short, those that share
/// most words, unmeasured.
pub(crate) fn near_lists<M: Measure>(
    count: usize,
    meter: &mut Meter<'_, M>,
    pace: &mut Pace<'_>,
) -> Vec<Vec<usize>> {
    let orders = meter.problem.len();
    let alone_mm: Vec<i64> =
        (0..orders).map(|order| meter.fresh_mm(std::iter::once(order))).collect();
    let mut lists = Vec::new();
    for order in 0..orders {
        let mut scored: Vec<(Reverse<i64>, usize)> = Vec::new();
        for other in candidates(order, count, meter) {
            if pace.walked() > ENOUGH {
                scored.push((Reverse(-1), other));
                continue;
            }
            let both_mm = meter.fresh_mm([order, other].into_iter());
            let saving_mm = alone_mm[order] + alone_mm[other] - both_mm;
            let shorter_mm = alone_mm[order].min(alone_mm[other]).max(1);
            scored.push((Reverse(saving_mm.saturating_mul(1_000) / shorter_mm), other));
        }
        scored.sort_by_key(|(saving, _)| *saving);
        lists.push(scored.into_iter().take(count).map(|(_, other)| other).collect());
    }
    lists
}

/// All other orders, or where these are many, those that share most words with `order`.
fn candidates<M: Measure>(order: usize, count: usize, meter: &Meter<'_, M>) -> Vec<usize> {
    let problem = meter.problem;
    let others = (0..problem.len()).filter(|&other| other != order);
    if problem.len() <= ALL_PAIRS {
        return others.collect();
    }
    let mut scored: Vec<(i64, usize)> = others
        .map(|other| {
            let words = problem.set(order).iter().zip(problem.set(other));
            // A word of both counts 1, a word of one only takes 1 off.
            let score = words.map(|(&a, &b)| match (a != 0, b != 0) {
                (true, true) => -1,
                (false, false) => 0,
                _ => 1,
            });
            (score.sum(), other)
        })
        .collect();
    let wanted = (CANDIDATES * count).min(scored.len());
    if wanted < scored.len() {
        scored.select_nth_unstable(wanted);
    }
    scored.truncate(wanted);
    scored.sort_unstable();
    scored.into_iter().map(|(_, other)| other).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planner::batch::trial;

    #[test]
    fn lists_name_other_orders_once() {
        for (orders, spent) in [(20, 0.0), (ALL_PAIRS + 30, 0.0), (ALL_PAIRS + 30, 1.0)] {
            let (problem, mut grid) = trial::problem(orders, 2, 9, 4);
            let lists =
                near_lists(8, &mut Meter::new(&problem, &mut grid), &mut Pace::new(&mut || spent));
            assert_eq!(lists.len(), orders);
            for (order, mut list) in lists.into_iter().enumerate() {
                assert!(!list.contains(&order));
                list.sort_unstable();
                list.dedup();
                assert_eq!(list.len(), 8);
            }
        }
    }
}
