//! A set of orders with its running sums, changed order by order. It does not choose.

use super::aim::{Aim, less};
use super::{Bound, Most, Question, Ready, Walking};
use std::cmp::Ordering;

pub(super) struct Wave<'a, W> {
    pub question: &'a Question,
    pub walking: &'a mut W,
    pub is_in: Vec<bool>,
    /// What the wave holds, to compare with the bounds.
    pub held: Most,
    sorting_mm: i64,
    /// Place of each order's priority among the levels above 0, from the highest.
    level: Vec<Option<usize>>,
    saved: Vec<i64>,
    by_priority: Vec<i64>,
    loads: Vec<i64>,
    /// Orders to which something is owed: those not free.
    pub owed: Vec<usize>,
    /// All orders, those of the wave first; and where each order stands in it.
    listed: Vec<usize>,
    place: Vec<usize>,
}

impl<'a, W: Walking> Wave<'a, W> {
    pub(super) fn new(question: &'a Question, walking: &'a mut W) -> Self {
        let ready = &question.ready;
        let mut levels: Vec<i32> = ready.iter().map(|o| o.priority).filter(|&p| p > 0).collect();
        levels.sort_unstable_by(|one, other| other.cmp(one));
        levels.dedup();
        let level = |order: &Ready| levels.binary_search_by(|l| order.priority.cmp(l)).ok();
        let stations = ready.iter().flat_map(|order| &order.loads).map(|load| load.0 + 1).max();
        let mut wave = Self {
            question,
            walking,
            is_in: vec![false; ready.len()],
            held: Most { orders: 0, units: 0, lines: 0, seconds: 0 },
            sorting_mm: 0,
            level: ready.iter().map(level).collect(),
            saved: vec![0; levels.len() + 1],
            by_priority: vec![0; levels.len()],
            loads: vec![0; stations.unwrap_or(0)],
            owed: Vec::new(),
            listed: (0..ready.len()).collect(),
            place: (0..ready.len()).collect(),
        };
        wave.owed = (0..ready.len()).filter(|&order| !wave.free(order)).collect();
        wave
    }

    pub(super) fn levels(&self) -> usize {
        self.by_priority.len()
    }

    pub(super) fn level(&self, order: usize) -> Option<usize> {
        self.level[order]
    }

    /// Neither late for its truck nor of priority: in or out by its price alone.
    pub(super) fn free(&self, order: usize) -> bool {
        self.level[order].is_none() && !self.question.must_go(order)
    }

    pub(super) fn inside(&self) -> &[usize] {
        &self.listed[..self.held.orders as usize]
    }

    pub(super) fn outside(&self) -> &[usize] {
        &self.listed[self.held.orders as usize..]
    }

    pub(super) fn chosen(&self) -> Vec<usize> {
        (0..self.is_in.len()).filter(|&order| self.is_in[order]).collect()
    }

    pub(super) fn add(&mut self, order: usize) {
        self.walking.add(order);
        self.count(order, 1);
    }

    pub(super) fn remove(&mut self, order: usize) {
        self.walking.remove(order);
        self.count(order, -1);
    }

    fn count(&mut self, order: usize, sign: i64) {
        let of = &self.question.ready[order];
        self.is_in[order] = sign > 0;
        // It changes places with the one at the border between in and out.
        let border = if sign > 0 { self.inside().len() } else { self.inside().len() - 1 };
        let (here, other) = (self.place[order], self.listed[border]);
        self.listed.swap(here, border);
        (self.place[order], self.place[other]) = (border, here);
        self.held.orders += sign;
        self.held.units += sign * of.units;
        self.held.lines += sign * of.lines;
        self.held.seconds += sign * of.seconds;
        self.sorting_mm += sign * of.sorting_mm;
        let must_go = self.question.must_go(order);
        if must_go {
            self.saved[0] += sign;
        }
        if let Some(level) = self.level[order] {
            self.by_priority[level] += sign;
            if must_go {
                self.saved[level + 1] += sign;
            }
        }
        for &(station, load) in &of.loads {
            self.loads[station] += sign * load;
        }
    }

    /// The first bound that the wave would break with this order, or that it breaks without one.
    pub(super) fn broken(&self, with: Option<usize>) -> Option<Bound> {
        let nothing = Ready::default();
        let more = with.map_or(&nothing, |order| &self.question.ready[order]);
        let (held, most) = (&self.held, &self.question.most);
        let count = i64::from(with.is_some());
        [
            (held.orders, count, most.orders, Bound::Orders),
            (held.units, more.units, most.units, Bound::Units),
            (held.lines, more.lines, most.lines, Bound::Lines),
            (held.seconds, more.seconds, most.seconds, Bound::Seconds),
        ]
        .into_iter()
        .find(|(held, more, most, _)| held + more > *most)
        .map(|(_, _, _, bound)| bound)
    }

    pub(super) fn fits(&self, order: usize) -> bool {
        !self.is_in[order] && self.broken(Some(order)).is_none()
    }

    /// The share of the scarcest bound that the order takes.
    pub(super) fn size(&self, order: usize) -> f64 {
        let (of, most) = (&self.question.ready[order], &self.question.most);
        [
            (1, most.orders),
            (of.units, most.units),
            (of.lines, most.lines),
            (of.seconds, most.seconds),
        ]
        .into_iter()
        .map(|(part, most)| part as f64 / most.max(1) as f64)
        .fold(0.0, f64::max)
    }

    /// Walking and sorting, millimetres.
    pub(super) fn effort_mm(&mut self) -> i64 {
        self.walking.mm() + self.sorting_mm
    }

    pub(super) fn least_units(&self) -> i64 {
        self.question.least_units.max(1)
    }

    /// Load and heads of a station.
    pub(super) fn station(&self, station: usize) -> (i64, i64) {
        let heads = self.question.heads.get(station).map_or(1, |&heads| heads.max(1));
        (self.loads[station], heads)
    }

    /// Load and heads of the fullest station.
    pub(super) fn fullest(&self) -> (i64, i64) {
        let mut fullest = (0, 1);
        for station in 0..self.loads.len() {
            let this = self.station(station);
            if less(this, fullest) == Ordering::Less {
                fullest = this;
            }
        }
        fullest
    }

    pub(super) fn aim(&mut self) -> Aim {
        Aim {
            saved: self.saved.clone(),
            by_priority: self.by_priority.clone(),
            filled: self.held.units.min(self.least_units()),
            effort_mm: self.effort_mm(),
            units: self.held.units,
            fullest: self.fullest(),
            grain: self.question.grain.max(0),
        }
    }

    /// Makes the wave hold exactly these orders.
    pub(super) fn set(&mut self, orders: &[bool]) {
        for (order, &wanted) in orders.iter().enumerate() {
            match (self.is_in[order], wanted) {
                (true, false) => self.remove(order),
                (false, true) => self.add(order),
                _ => {}
            }
        }
    }
}
