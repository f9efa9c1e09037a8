//! What is met on a walk, as it is put together. It must not decide where the walk goes.

use crate::planner::walks::layout::Point;

/// Which way somebody faces in an aisle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Heading {
    ToBack,
    ToFront,
}

/// A stop as it is met: its index in the list that was given, and the aisle's arrow there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Visit {
    pub stop: usize,
    pub heading: Heading,
}

/// A walk in the making.
#[derive(Debug, Clone, Default)]
pub(crate) struct Path {
    pub(crate) visits: Vec<Visit>,
    pub(crate) points: Vec<Point>,
}

impl Path {
    /// Meets a stop, if it was not met before.
    pub(crate) fn meet(&mut self, stop: usize, heading: Heading) {
        if self.visits.iter().all(|visit| visit.stop != stop) {
            self.visits.push(Visit { stop, heading });
        }
    }
}
