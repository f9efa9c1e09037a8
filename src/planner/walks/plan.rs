//! One sweep: a layout's rows and lengths put to the tables of `table`, followed aisle by aisle.
//! It finds the least length, and tells a `Notes` what led there. It must not draw the walk.

use crate::planner::walks::block::Block;
use crate::planner::walks::layout::{Direction, Layout, Point};
use crate::planner::walks::states::{Count, Way};
use crate::planner::walks::table::{Gate, Mark, Moves, Rules, Table};

/// Longer than any walk, and still addable some thousand times.
pub(crate) const FAR_MM: i64 = i64::MAX / 4_096;

/// States of one table; beyond it a layout is swept with fewer cross aisles.
const STATES_MAX: usize = 4_000;

/// The tables and lengths for some of a layout's cross aisles. Those left out are not walked on.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// Which cross aisles of the layout are rows, from the front.
    pub(crate) rows: Vec<usize>,
    pub(crate) count: Count,
    marks: Vec<Mark>,
    pub(crate) table: Table,
    pitch_mm: Vec<i64>,
    directions: Vec<Direction>,
    /// For each gate the way to each aisle's front corner.
    gate_mm: Vec<Vec<i64>>,
    /// Length of each block between two rows.
    block_mm: Vec<i64>,
    /// Cost of each set of ways in a block without stops, aisle after aisle, block after block.
    bare_mm: Vec<i64>,
    /// Whether aisles beyond the outermost stops may help.
    whole_width: bool,
}

/// Room that sweeps work in; made once and used again, so that a sweep allocates nothing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Room {
    now: Vec<i64>,
    next: Vec<i64>,
    way: Vec<i64>,
    cost: Vec<i64>,
}

/// Takes note of the best move into each state. Every stage of a sweep begins with `stage`.
pub(crate) trait Notes {
    fn stage(&mut self, kind: Stage);
    fn best(&mut self, to: u16, from: u16, set: u16);
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    Mark,
    /// States may also stay as they are.
    Gate {
        aisle: usize,
        gate: usize,
    },
    Block {
        aisle: usize,
        block: usize,
        with_stops: bool,
    },
    /// From the aisle before this one.
    Cross {
        aisle: usize,
    },
}

/// For whoever wants the length alone.
pub(crate) struct NoNotes;

impl Notes for NoNotes {
    fn stage(&mut self, _: Stage) {}
    fn best(&mut self, _: u16, _: u16, _: u16) {}
}

impl Plan {
    /// None if the table has more states than `STATES_MAX`.
    pub(crate) fn new(layout: &Layout, rows: Vec<usize>, count: Count) -> Option<Plan> {
        let rules = rules(layout, &rows, count);
        let table = Table::new(&rules)?;
        let (x, y) = (layout.aisle_x_mm(), layout.cross_y_mm());
        let ways = |gate: &Gate| layout.outside()[gate.point].clone();
        let mut plan = Plan {
            count,
            marks: rules.marks,
            table,
            pitch_mm: x.windows(2).map(|pair| pair[1] - pair[0]).collect(),
            directions: (0..layout.aisles()).map(|aisle| layout.direction(aisle)).collect(),
            gate_mm: rules.gates.iter().map(ways).collect(),
            block_mm: rows.windows(2).map(|pair| y[pair[1]] - y[pair[0]]).collect(),
            bare_mm: Vec::new(),
            whole_width: layout.is_one_way() || layout.outside().iter().any(|way| bends(way, x)),
            rows,
        };
        for aisle in 0..layout.aisles() {
            for block in 0..plan.block_mm.len() {
                for &set in &plan.table.sets[0] {
                    plan.bare_mm.push(plan.way(aisle, block, set, &Block::default()).1);
                }
            }
        }
        Some(plan)
    }

    /// Whether rows can carry so many net steps one way; where nothing is one-way they need not.
    pub(crate) fn has_room_for(&self, steps: i8) -> bool {
        match self.count {
            Count::Parity => true,
            Count::Net(most) => steps <= most,
        }
    }

    /// Least length, and the aisle and state that the walk is over in; none if there is no walk.
    /// `blocks` has an entry for each block between two rows, aisle after aisle.
    pub(crate) fn run(
        &self,
        blocks: &[Block],
        room: &mut Room,
        notes: &mut impl Notes,
    ) -> Option<(i64, usize, u16)> {
        let (low, needed) = self.range(blocks)?;
        let (low, high) = if self.whole_width { (0, self.pitch_mm.len()) } else { (low, needed) };
        let mut best = (FAR_MM, 0, 0);
        room.now.clear();
        room.now.resize(self.table.states.len(), FAR_MM);
        room.next.clear();
        room.next.resize(self.table.states.len(), FAR_MM);
        room.now[usize::from(self.table.start)] = 0;
        let mut phase = 0;
        for aisle in low..=high {
            if aisle > low {
                notes.stage(Stage::Cross { aisle });
                let pitch_mm = self.pitch_mm[aisle - 1];
                let moves = &self.table.phases[phase].cross;
                follow(moves, room, |cost, _| i64::from(cost) * pitch_mm, notes);
            }
            while self.marks.get(phase).is_some_and(|mark| mark.aisle == aisle) {
                notes.stage(Stage::Mark);
                room.next.fill(FAR_MM);
                jump(&self.table.phases[phase].mark, 0, room, notes);
                phase += 1;
            }
            for (gate, ways_mm) in self.gate_mm.iter().enumerate() {
                notes.stage(Stage::Gate { aisle, gate });
                room.next.copy_from_slice(&room.now);
                jump(&self.table.phases[phase].gates[gate], ways_mm[aisle], room, notes);
            }
            self.walk_blocks(phase, aisle, blocks, room, notes);
            if aisle >= needed {
                let whole = self.table.whole.iter();
                let over = whole.map(|&id| (room.now[usize::from(id)], aisle, id)).min();
                best = over.filter(|over| over.0 < best.0).unwrap_or(best);
            }
        }
        Some(best).filter(|best| best.0 < FAR_MM)
    }

    /// The best way of a set in a block, and its cost.
    pub(crate) fn way(&self, aisle: usize, at: usize, set: u32, block: &Block) -> (Way, i64) {
        let (length_mm, direction) = (self.block_mm[at], self.directions[aisle]);
        let mut best = (Way::Skip, FAR_MM);
        for (bit, &way) in self.table.ways.iter().enumerate() {
            if set >> bit & 1 == 1 {
                let cost_mm = way_mm(way, block, length_mm, direction);
                if cost_mm < best.1 {
                    best = (way, cost_mm);
                }
            }
        }
        best
    }

    /// What each set of ways costs in a block with stops.
    fn price(&self, aisle: usize, at: usize, block: &Block, room: &mut Room) {
        let (length_mm, direction) = (self.block_mm[at], self.directions[aisle]);
        let ways = self.table.ways.iter();
        room.way.clear();
        room.way.extend(ways.map(|&way| way_mm(way, block, length_mm, direction)));
        room.cost.clear();
        for &set in &self.table.sets[1] {
            let (mut rest, mut least_mm) = (set, FAR_MM);
            while rest != 0 {
                least_mm = least_mm.min(room.way[rest.trailing_zeros() as usize]);
                rest &= rest - 1;
            }
            room.cost.push(least_mm);
        }
    }

    /// Every block of one aisle, from the front.
    fn walk_blocks(
        &self,
        phase: usize,
        aisle: usize,
        blocks: &[Block],
        room: &mut Room,
        notes: &mut impl Notes,
    ) {
        let count = self.block_mm.len();
        for (at, moves) in self.table.phases[phase].blocks.iter().enumerate() {
            let place = aisle * count + at;
            let block = &blocks[place];
            notes.stage(Stage::Block { aisle, block: at, with_stops: block.any });
            if block.any {
                self.price(aisle, at, block, room);
                follow(&moves[1], room, |set, cost| cost[usize::from(set)], notes);
            } else {
                let sets = self.table.sets[0].len();
                let cost = &self.bare_mm[place * sets..(place + 1) * sets];
                follow(&moves[0], room, |set, _| cost[usize::from(set)], notes);
            }
        }
    }

    /// The outermost aisles that a walk has to reach; none if the walk is nowhere.
    fn range(&self, blocks: &[Block]) -> Option<(usize, usize)> {
        let per_aisle = self.block_mm.len();
        let marks = || self.marks.iter().map(|mark| mark.aisle);
        let low = blocks.iter().position(|block| block.any).map(|at| at / per_aisle);
        let high = blocks.iter().rposition(|block| block.any).map(|at| at / per_aisle);
        let low = marks().chain(low).min()?;
        Some((low, marks().chain(high).max().unwrap_or(low)))
    }
}

/// Follows the best move into each state from those of `room.now`, and leaves its length there.
/// Going by the states reached needs no branch that a processor would guess wrong.
fn follow(
    moves: &Moves,
    room: &mut Room,
    cost: impl Fn(u16, &[i64]) -> i64,
    notes: &mut impl Notes,
) {
    room.next.fill(FAR_MM);
    for (to, moves) in moves.iter() {
        let mut best = (FAR_MM, 0, 0);
        for step in moves {
            let length_mm = room.now[usize::from(step.from)] + cost(step.cost, &room.cost);
            if length_mm < best.0 {
                best = (length_mm, step.from, step.cost);
            }
        }
        room.next[usize::from(to)] = best.0;
        if best.0 < FAR_MM {
            notes.best(to, best.1, best.2);
        }
    }
    std::mem::swap(&mut room.now, &mut room.next);
}

/// Follows moves that all cost the same, beside what `room.next` already holds.
fn jump(moves: &[(u16, u16)], cost_mm: i64, room: &mut Room, notes: &mut impl Notes) {
    for &(from, to) in moves {
        let length_mm = room.now[usize::from(from)] + cost_mm;
        let best_mm = &mut room.next[usize::from(to)];
        if length_mm < *best_mm {
            *best_mm = length_mm;
            notes.best(to, from, 0);
        }
    }
    std::mem::swap(&mut room.now, &mut room.next);
}

/// What `way` costs in a block `length_mm` long; `FAR_MM` where it is forbidden. In a one-way
/// aisle nobody turns, but a stop on the corner itself needs no step into it.
fn way_mm(way: Way, block: &Block, length_mm: i64, direction: Direction) -> i64 {
    let both_ways = direction == Direction::Both;
    let turning = |cost_mm: i64| if both_ways || cost_mm == 0 { cost_mm } else { FAR_MM };
    let (free, cost_mm) = match way {
        Way::Skip => (true, 0),
        Way::Through => (both_ways, length_mm),
        Way::Twice => (both_ways, 2 * length_mm),
        Way::FromFront => (true, turning(2 * block.last_mm)),
        Way::FromBack => (true, turning(2 * (length_mm - block.first_mm))),
        Way::BothEnds => (true, turning(2 * (length_mm - block.gap_mm))),
        Way::ToBack(times) => (direction != Direction::ToFront, i64::from(times) * length_mm),
        Way::ToFront(times) => (direction != Direction::ToBack, i64::from(times) * length_mm),
    };
    if free { cost_mm } else { FAR_MM }
}

/// Whether a way from outside to some aisle is longer than over its neighbour, so that a walk
/// may come in beyond its outermost stops.
fn bends(ways_mm: &[i64], x_mm: &[i64]) -> bool {
    let pairs = ways_mm.windows(2).zip(x_mm.windows(2));
    pairs.into_iter().any(|(way, x)| (way[1] - way[0]).abs() > x[1] - x[0])
}

/// What the rows `rows` of a layout, its start and its end ask of a table.
fn rules(layout: &Layout, rows: &[usize], count: Count) -> Rules {
    let closed = layout.start() == layout.end();
    let (mut marks, mut gates) = (Vec::new(), Vec::new());
    for (point, net) in [(layout.start(), 1), (layout.end(), -1)] {
        match point {
            Point::Outside(point) => {
                let in_turn = closed && count == Count::Parity && net < 0;
                gates.push(Gate { net, point, in_turn });
            }
            Point::On(corner) => {
                let y = layout.cross_y_mm();
                let row = rows.iter().position(|&cross| y[cross] == corner.y_mm).unwrap_or(0);
                marks.push(Mark { aisle: corner.aisle, row, net: if closed { 0 } else { net } });
            }
        }
    }
    if closed {
        marks.truncate(1);
    }
    marks.sort_by_key(|mark| mark.aisle);
    Rules { rows: rows.len(), marks, gates, count, states_max: STATES_MAX }
}
