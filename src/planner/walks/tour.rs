//! Puts the parts of a shortest walk in an order to walk them: an Euler tour (Hierholzer 1873)
//! from start to end over the corners, and each turn into an aisle when its corner is first
//! reached. The same parts always give the same tour.

use crate::planner::walks::block::Block;
use crate::planner::walks::layout::{Layout, Point, Stop};
use crate::planner::walks::path::{Heading, Path};
use crate::planner::walks::plan::Plan;
use crate::planner::walks::states::{Count, Way};
use crate::planner::walks::trace::Choice;

/// A part that leads from one node to another. Nodes are corners (aisle after aisle, row after
/// row), then the start and the end where they are off the grid.
struct Edge {
    from: usize,
    to: usize,
    /// Whether it may be walked from `to` to `from` as well.
    either_way: bool,
}

/// A turn into an aisle and back: the stops in the order met, the last where the turn is.
struct Turn {
    node: usize,
    stops: Vec<usize>,
    heading: Heading,
}

/// The graph of all parts.
pub(crate) struct Tour<'a> {
    layout: &'a Layout,
    plan: &'a Plan,
    stops: &'a [Stop],
    /// Indices of the stops of each block between two rows, from its front to its back.
    by_block: Vec<Vec<usize>>,
    edges: Vec<Edge>,
    turns: Vec<Turn>,
}

impl<'a> Tour<'a> {
    /// `choices` as `trace::choices` gives them for `plan` and `blocks`, the blocks of `stops`.
    pub(crate) fn new(
        layout: &'a Layout,
        plan: &'a Plan,
        stops: &'a [Stop],
        blocks: &[Block],
        choices: &[Choice],
    ) -> Tour<'a> {
        let mut by_block = vec![Vec::new(); blocks.len()];
        let mut sorted: Vec<usize> = (0..stops.len()).collect();
        sorted.sort_by_key(|&index| (stops[index], index));
        let y = layout.cross_y_mm();
        for index in sorted {
            let Stop { aisle, y_mm } = stops[index];
            let inner = &plan.rows[1..plan.rows.len() - 1];
            let block = inner.iter().take_while(|&&cross| y[cross] < y_mm).count();
            by_block[aisle * (inner.len() + 1) + block].push(index);
        }
        let (edges, turns) = (Vec::new(), Vec::new());
        let mut tour = Tour { layout, plan, stops, by_block, edges, turns };
        for choice in choices.iter().rev() {
            tour.add(choice);
        }
        tour
    }

    fn node(&self, aisle: usize, row: usize) -> usize {
        aisle * self.plan.rows.len() + row
    }

    fn port(&self, port: Point) -> usize {
        match port {
            Point::Outside(which) => self.node(self.layout.aisles(), which),
            Point::On(corner) => {
                let at = |&cross: &usize| self.layout.cross_y_mm()[cross] == corner.y_mm;
                self.node(corner.aisle, self.plan.rows.iter().position(at).unwrap_or(0))
            }
        }
    }

    fn point(&self, node: usize) -> Point {
        let rows = self.plan.rows.len();
        match node.checked_sub(self.layout.aisles() * rows) {
            Some(outside) => Point::Outside(outside),
            None => Point::On(self.layout.corner(node / rows, self.plan.rows[node % rows])),
        }
    }

    fn add(&mut self, choice: &Choice) {
        let either_way = self.plan.count == Count::Parity;
        let (start, end) = (self.port(self.layout.start()), self.port(self.layout.end()));
        let mut edges = |from, to, times: u8| {
            self.edges.extend((0..times).map(|_| Edge { from, to, either_way }));
        };
        let rows = self.plan.rows.len();
        match *choice {
            Choice::Gate { gate, aisle } => {
                let starts = gate == 0 && matches!(self.layout.start(), Point::Outside(_));
                let front = aisle * rows;
                if starts {
                    edges(start, front, 1);
                } else {
                    edges(front, end, 1);
                }
            }
            Choice::Steps { aisle, row, there, back } => {
                let node = aisle * rows + row;
                edges(node - rows, node, there);
                edges(node, node - rows, back);
            }
            Choice::Way { aisle, block, way } => {
                let front = aisle * rows + block;
                match way {
                    Way::Through => edges(front, front + 1, 1),
                    Way::Twice => {
                        edges(front, front + 1, 1);
                        edges(front + 1, front, 1);
                    }
                    Way::ToBack(times) => edges(front, front + 1, times.unsigned_abs()),
                    Way::ToFront(times) => edges(front + 1, front, times.unsigned_abs()),
                    Way::Skip | Way::FromFront | Way::FromBack | Way::BothEnds => {
                        self.add_turns(front, aisle, block, way);
                    }
                }
            }
        }
    }

    fn add_turns(&mut self, front: usize, aisle: usize, block: usize, way: Way) {
        let here = &self.by_block[aisle * (self.plan.rows.len() - 1) + block];
        let from_front = match way {
            Way::FromFront => here.len(),
            Way::BothEnds => {
                let gap = |at: usize| self.stops[here[at]].y_mm - self.stops[here[at - 1]].y_mm;
                // the first of the largest gaps
                (1..here.len()).rev().max_by_key(|&at| gap(at)).unwrap_or(here.len())
            }
            _ => 0,
        };
        let (near, far) = here.split_at(from_front);
        let (near, far) = (near.to_vec(), far.iter().rev().copied().collect::<Vec<usize>>());
        let parts = [(front, near, Heading::ToBack), (front + 1, far, Heading::ToFront)];
        let turns = parts.into_iter().map(|(node, stops, heading)| Turn { node, stops, heading });
        self.turns.extend(turns.filter(|turn| !turn.stops.is_empty()));
    }

    /// The tour, walked.
    pub(crate) fn walk(&self) -> Path {
        let mut path = Path::default();
        let mut turned = vec![false; self.turns.len()];
        let mut before = None;
        for node in self.nodes() {
            if let Some(before) = before {
                self.pass(before, node, &mut path);
            }
            path.points.push(self.point(node));
            for (turn, turned) in self.turns.iter().zip(&mut turned) {
                if turn.node == node && !*turned {
                    *turned = true;
                    self.turn(turn, &mut path);
                }
            }
            before = Some(node);
        }
        path
    }

    fn turn(&self, turn: &Turn, path: &mut Path) {
        for &index in &turn.stops {
            path.meet(index, turn.heading);
        }
        if let Some(&last) = turn.stops.last() {
            path.points.push(Point::On(self.stops[last]));
            path.points.push(self.point(turn.node));
        }
    }

    /// Meets the stops between two neighbouring corners of one aisle that were not met before.
    fn pass(&self, from: usize, to: usize, path: &mut Path) {
        let rows = self.plan.rows.len();
        let corners = self.layout.aisles() * rows;
        if from.max(to) >= corners || from / rows != to / rows || from == to {
            return;
        }
        let here = &self.by_block[from / rows * (rows - 1) + from.min(to) % rows];
        if from < to {
            here.iter().for_each(|&index| path.meet(index, Heading::ToBack));
        } else {
            here.iter().rev().for_each(|&index| path.meet(index, Heading::ToFront));
        }
    }

    /// All edges in one trail from start to end, as the nodes passed.
    fn nodes(&self) -> Vec<usize> {
        let count = self.node(self.layout.aisles(), self.layout.outside().len());
        let mut leaving = vec![Vec::new(); count];
        for (index, edge) in self.edges.iter().enumerate().rev() {
            leaving[edge.from].push(index);
            if edge.either_way {
                leaving[edge.to].push(index);
            }
        }
        let mut walked = vec![false; self.edges.len()];
        let mut stack = vec![self.port(self.layout.start())];
        let mut trail = Vec::new();
        while let Some(&node) = stack.last() {
            match leaving[node].pop() {
                Some(index) if walked[index] => {}
                Some(index) => {
                    walked[index] = true;
                    let Edge { from, to, .. } = self.edges[index];
                    stack.push(if from == node { to } else { from });
                }
                None => {
                    trail.push(node);
                    stack.pop();
                }
            }
        }
        trail.reverse();
        trail
    }
}
