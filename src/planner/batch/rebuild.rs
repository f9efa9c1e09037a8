//! The large change of the search: take some orders out of a few neighbouring batches and put
//! each back where it costs least (ruin and recreate: Schrimpf et al. 2000; in strings from
//! neighbouring tours and with blinks: Christiaens & Vanden Berghe 2020).

use std::cmp::Reverse;

use crate::planner::batch::{
    anneal::{Annealer, MOST_EXCESS},
    fleet::Batch,
    measure::Measure,
    problem::plus,
};

/// No more batches are touched once a random number of orders, at most this, is out.
const MOST_OUT: usize = 7;

/// At most so many leave one batch.
const MOST_OF_ONE: usize = 3;

/// Chance that a place is overlooked when an order is put back.
const BLINK: f64 = 0.01;

impl<M: Measure> Annealer<'_, '_, M> {
    /// Takes out and puts back; undone, and false, if it costs more than `room_mm`.
    pub(crate) fn rebuild(&mut self, room_mm: i64) -> bool {
        let limit_mm = self.fleet.total_mm + self.fine_mm(self.fleet.excess) + room_mm;
        let mut before = Vec::new();
        let mut out = self.take_out(&mut before);
        match self.rng.u8(0..4) {
            0 => out.sort_by_key(|&order| Reverse(self.meter.problem.size(order))),
            1 => out.sort_by_key(|&order| Reverse(self.alone_mm(order))),
            _ => self.rng.shuffle(&mut out),
        }
        let done = out.iter().all(|&order| self.put_back(order, limit_mm, &mut before));
        if !done {
            for (at, batch) in before {
                self.fleet.restore(at, batch);
            }
            return false;
        }
        for (at, _) in before {
            self.forget(at);
        }
        self.keep_one_empty();
        true
    }

    /// Takes orders out of the batches of a random order and of those near it; `before` gets what
    /// these batches were.
    fn take_out(&mut self, before: &mut Vec<(usize, Batch)>) -> Vec<usize> {
        let wanted = self.rng.usize(1..=MOST_OUT);
        let centre = self.rng.usize(0..self.near.len());
        let mut out = Vec::new();
        let mut order = centre;
        let mut next = 0;
        loop {
            let at = self.fleet.home[order];
            if !before.iter().any(|(known, _)| *known == at) {
                before.push((at, self.fleet.batches[at].clone()));
                self.take_some(at, order, &mut out);
            }
            if out.len() >= wanted || next >= self.near[centre].len() {
                return out;
            }
            order = self.near[centre][next];
            next += self.rng.usize(1..3);
        }
    }

    /// Takes `order` and perhaps others out of batch `at`.
    fn take_some(&mut self, at: usize, order: usize, out: &mut Vec<usize>) {
        let batch = &self.fleet.batches[at];
        let mut chosen = batch.orders.clone();
        self.rng.shuffle(&mut chosen);
        chosen.retain(|&other| other != order);
        chosen.truncate(self.rng.usize(0..MOST_OF_ONE.min(batch.orders.len())));
        chosen.push(order);
        let length_mm = self.meter.changed_mm(batch, &chosen, &[]);
        self.fleet.change(at, &chosen, &[], length_mm, self.meter.problem);
        out.extend(chosen);
    }

    /// Puts `order` where it costs least; false if the plan would cost more than `limit_mm`.
    fn put_back(&mut self, order: usize, limit_mm: i64, before: &mut Vec<(usize, Batch)>) -> bool {
        let problem = self.meter.problem;
        let load = problem.load(order);
        let mut best: Option<(i64, usize, i64)> = None;
        let mut empty_seen = false;
        for (at, batch) in self.fleet.batches.iter().enumerate() {
            let excess = problem.excess(plus(batch.load, load));
            let seen = batch.orders.is_empty() && std::mem::replace(&mut empty_seen, true);
            if excess > MOST_EXCESS || seen || self.rng.f64() < BLINK {
                continue;
            }
            let fine_mm = self.fine_mm(excess - batch.excess);
            if best.is_some_and(|(least_mm, ..)| fine_mm >= least_mm) {
                continue;
            }
            let length_mm = self.meter.changed_mm(batch, &[], &[order]);
            let cost_mm = length_mm - batch.length_mm + fine_mm;
            if best.is_none_or(|(least_mm, ..)| cost_mm < least_mm) {
                best = Some((cost_mm, at, length_mm));
            }
        }
        let Some((cost_mm, at, length_mm)) = best else { return false };
        if self.fleet.total_mm + self.fine_mm(self.fleet.excess) + cost_mm > limit_mm {
            return false;
        }
        if !before.iter().any(|(known, _)| *known == at) {
            before.push((at, self.fleet.batches[at].clone()));
        }
        self.fleet.change(at, &[], &[order], length_mm, problem);
        true
    }

    fn alone_mm(&mut self, order: usize) -> i64 {
        self.meter.changed_mm(&Batch::default(), &[], &[order])
    }
}
