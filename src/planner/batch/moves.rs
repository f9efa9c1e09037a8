//! The two small changes of the search: one order to another batch, or two orders for each other.
//!
//! A walk is measured only if what is known already leaves room: a batch's walk is never shorter
//! than without one of its orders.

use crate::planner::batch::{
    anneal::{Annealer, MOST_EXCESS},
    measure::Measure,
    problem::{minus, plus},
};

impl<M: Measure> Annealer<'_, '_, M> {
    /// Moves `order` to batch `to`, not its own, if that costs at most `room_mm`.
    pub(crate) fn shift(&mut self, order: usize, to: usize, room_mm: i64) -> bool {
        let problem = self.meter.problem;
        let at = self.fleet.home[order];
        let (from, into) = (&self.fleet.batches[at], &self.fleet.batches[to]);
        let load = problem.load(order);
        let excess = problem.excess(plus(into.load, load));
        if excess > MOST_EXCESS {
            return false;
        }
        let less = if from.excess == 0 { 0 } else { problem.excess(minus(from.load, load)) };
        let fine_mm = self.fine_mm(excess + less - from.excess - into.excess);
        let limit_mm = from.length_mm + into.length_mm + room_mm - fine_mm;
        let into_mm = into.length_mm;
        let left_mm = self.rest_mm(order);
        if left_mm + into_mm > limit_mm {
            return false;
        }
        let with_mm = self.meter.changed_mm(&self.fleet.batches[to], &[], &[order]);
        if left_mm + with_mm > limit_mm {
            return false;
        }
        self.fleet.change(at, &[order], &[], left_mm, problem);
        self.fleet.change(to, &[], &[order], with_mm, problem);
        self.forget(at);
        self.forget(to);
        self.keep_one_empty();
        true
    }

    /// The excess of both batches if two orders of different batches were exchanged; none if it
    /// is too much.
    pub(crate) fn exchanged(&self, one: usize, other: usize) -> Option<i64> {
        let problem = self.meter.problem;
        let a = &self.fleet.batches[self.fleet.home[one]];
        let b = &self.fleet.batches[self.fleet.home[other]];
        let more = minus(problem.load(other), problem.load(one));
        let a_excess = problem.excess(plus(a.load, more));
        if a_excess > MOST_EXCESS {
            return None;
        }
        let b_excess = problem.excess(minus(b.load, more));
        (b_excess <= MOST_EXCESS).then_some(a_excess + b_excess)
    }

    /// Exchanges two orders of different batches, which makes their excess `excess`, if that
    /// costs at most `room_mm`.
    pub(crate) fn exchange(&mut self, one: usize, two: usize, excess: i64, room_mm: i64) -> bool {
        let problem = self.meter.problem;
        let (i, j) = (self.fleet.home[one], self.fleet.home[two]);
        let (a, b) = (&self.fleet.batches[i], &self.fleet.batches[j]);
        let fine_mm = self.fine_mm(excess - a.excess - b.excess);
        let limit_mm = a.length_mm + b.length_mm + room_mm - fine_mm;
        let (a_rest_mm, b_rest_mm) = (self.rest_mm(one), self.rest_mm(two));
        if a_rest_mm + b_rest_mm > limit_mm {
            return false;
        }
        let a_mm = self.meter.changed_mm(&self.fleet.batches[i], &[one], &[two]);
        if a_mm + b_rest_mm > limit_mm {
            return false;
        }
        let b_mm = self.meter.changed_mm(&self.fleet.batches[j], &[two], &[one]);
        if a_mm + b_mm > limit_mm {
            return false;
        }
        self.fleet.change(i, &[one], &[two], a_mm, problem);
        self.fleet.change(j, &[two], &[one], b_mm, problem);
        self.forget(i);
        self.forget(j);
        true
    }

    /// The walk of an order's batch without it, mm.
    fn rest_mm(&mut self, order: usize) -> i64 {
        if let Some(known_mm) = self.rest_mm[order] {
            return known_mm;
        }
        let batch = &self.fleet.batches[self.fleet.home[order]];
        let length_mm = self.meter.changed_mm(batch, &[order], &[]);
        self.rest_mm[order] = Some(length_mm);
        length_mm
    }
}
