//! Savings (Clarke & Wright 1964) with exact walks, recomputed after each merge: every order
//! starts on a trolley of its own, and the two batches that save most are put together until no
//! two fit.
//!
//! Only a start for the search: it leaves some 6 % on the table.

use crate::planner::batch::{
    fleet::{Batch, Fleet},
    measure::Measure,
    meter::Meter,
    pace::Pace,
    problem::plus,
};

/// The work grows with the square of the orders; more are taken in portions of this many.
const PORTION: usize = 120;

/// Share of the budget after which batches are put together as they come.
const ENOUGH: f64 = 0.4;

/// Stands for "no batch fits".
const NONE_MM: i64 = -1;

/// Merges batches until no two of a portion fit on one trolley. Takes up to `2 * PORTION` walks
/// for each order; if time is short, neighbours are merged unmeasured.
pub(crate) fn savings<M: Measure>(meter: &mut Meter<'_, M>, pace: &mut Pace<'_>) -> Fleet {
    let problem = meter.problem;
    let mut orders: Vec<usize> = (0..problem.len()).collect();
    if orders.len() > PORTION {
        // By the last aisle, then the last but one, ...: those that reach as far come together.
        orders.sort_by(|&a, &b| problem.set(a).iter().rev().cmp(problem.set(b).iter().rev()));
    }
    let mut groups = Vec::new();
    for portion in orders.chunks(PORTION) {
        groups.extend(packed(merged(portion, meter, pace), meter));
    }
    Fleet::new(&groups, meter)
}

/// Puts each batch to the one before it if they fit: nothing to do where savings came to an end.
fn packed<M: Measure>(batches: Vec<Vec<usize>>, meter: &Meter<'_, M>) -> Vec<Vec<usize>> {
    let problem = meter.problem;
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for batch in batches {
        match groups.last_mut() {
            Some(last) if problem.fits(plus(problem.loads(last), problem.loads(&batch))) => {
                last.extend(batch);
            }
            _ => groups.push(batch),
        }
    }
    groups
}

fn merged<M: Measure>(
    orders: &[usize],
    meter: &mut Meter<'_, M>,
    pace: &mut Pace<'_>,
) -> Vec<Vec<usize>> {
    let mut batches: Vec<Batch> = orders.iter().map(|&order| single(order, meter)).collect();
    let mut best: Vec<(i64, usize)> =
        (0..batches.len()).map(|at| best_partner(&batches, at, meter, pace)).collect();
    while let Some((at, (saving_mm, partner))) = best_pair(&best) {
        let other = std::mem::take(&mut batches[partner]);
        best[partner] = (NONE_MM, partner);
        let batch = &mut batches[at];
        batch.length_mm += other.length_mm - saving_mm;
        batch.orders.extend(other.orders);
        batch.load = plus(batch.load, other.load);
        batch.key ^= other.key;
        for (k, chosen) in best.iter_mut().enumerate() {
            if k == at || chosen.1 == at || chosen.1 == partner {
                *chosen = best_partner(&batches, k, meter, pace);
            } else {
                *chosen = (*chosen).max((saving_mm_of(&batches, k, at, meter, pace), at));
            }
        }
    }
    batches.into_iter().map(|batch| batch.orders).filter(|orders| !orders.is_empty()).collect()
}

fn single<M: Measure>(order: usize, meter: &mut Meter<'_, M>) -> Batch {
    let mut fleet = Fleet { home: vec![0; order + 1], ..Fleet::default() };
    fleet.batches.push(Batch::default());
    let length_mm = meter.changed_mm(&fleet.batches[0], &[], &[order]);
    fleet.change(0, &[], &[order], length_mm, meter.problem);
    fleet.batches.remove(0)
}

fn best_pair(best: &[(i64, usize)]) -> Option<(usize, (i64, usize))> {
    let (at, &pair) = best.iter().enumerate().max_by_key(|(_, (saving_mm, _))| *saving_mm)?;
    (pair.0 > NONE_MM).then_some((at, pair))
}

/// What batch `at` saves with the partner that suits it best, and which that is.
fn best_partner<M: Measure>(
    batches: &[Batch],
    at: usize,
    meter: &mut Meter<'_, M>,
    pace: &mut Pace<'_>,
) -> (i64, usize) {
    let savings = (0..batches.len()).map(|k| (saving_mm_of(batches, at, k, meter, pace), k));
    savings.max_by_key(|(saving_mm, _)| *saving_mm).unwrap_or((NONE_MM, at))
}

/// What two batches save together; [`NONE_MM`] if they do not fit, or lengthen the way, or there
/// is no time to measure.
fn saving_mm_of<M: Measure>(
    batches: &[Batch],
    i: usize,
    j: usize,
    meter: &mut Meter<'_, M>,
    pace: &mut Pace<'_>,
) -> i64 {
    let (a, b) = (&batches[i], &batches[j]);
    let fits = meter.problem.fits(plus(a.load, b.load));
    if i == j || !fits || a.orders.is_empty() || b.orders.is_empty() {
        return NONE_MM;
    }
    if pace.walked() > ENOUGH {
        return NONE_MM;
    }
    (a.length_mm + b.length_mm - meter.changed_mm(a, &[], &b.orders)).max(NONE_MM)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planner::batch::trial;

    #[test]
    fn ends_when_no_two_batches_fit() {
        let spent = 0.0;
        let (problem, mut grid) = trial::problem(30, 2, 12, 8);
        let mut meter = Meter::new(&problem, &mut grid);
        let fleet = savings(&mut meter, &mut Pace::new(&mut || spent));
        assert_eq!((fleet.groups().concat().len(), fleet.excess), (30, 0));
        for (i, a) in fleet.batches.iter().enumerate() {
            for b in &fleet.batches[..i] {
                assert!(!problem.fits(plus(a.load, b.load)));
            }
        }
    }

    #[test]
    fn many_orders_are_taken_in_portions_and_hurriedly_if_time_is_short() {
        let (problem, mut grid) = trial::problem(450, 2, 12, 9);
        let mut meter = Meter::new(&problem, &mut grid);
        let mut fleets = Vec::new();
        for spent in [0.0, 1.0] {
            let fleet = savings(&mut meter, &mut Pace::new(&mut || spent));
            let mut all = fleet.groups().concat();
            all.sort_unstable();
            assert_eq!(all, (0..450).collect::<Vec<_>>());
            assert_eq!(fleet.excess, 0);
            fleets.push(fleet);
        }
        assert!(fleets[0].total_mm < fleets[1].total_mm);
    }
}
