//! Closes the states of `states` under all ways and steps of one layout, once, so that a sweep
//! only follows numbers. It knows rows, no lengths.

use std::collections::BTreeMap;

use crate::planner::walks::states::{Count, State, Way};

/// A start or an end on the grid: at `aisle` the corner of `row` is touched and owes `net` steps
/// (0 where the walk starts and ends there).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) aisle: usize,
    pub(crate) row: usize,
    pub(crate) net: i8,
}

/// A start or an end off the grid: once, at an aisle of its choice, the walk comes from there to
/// the front corner (`net` 1) or leaves for it (-1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gate {
    pub(crate) net: i8,
    /// Which point of `Layout::outside`.
    pub(crate) point: usize,
    /// Whether the gate before it has to be passed first, because the two cannot be told apart.
    pub(crate) in_turn: bool,
}

/// One step of a sweep: from a state by the cheapest of some ways to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Move {
    pub(crate) to: u16,
    pub(crate) from: u16,
    /// For blocks an index into `Table::sets`; for crossings the number of steps.
    pub(crate) cost: u16,
}

/// All moves that can occur at one point of the sweep, by the state where they lead.
#[derive(Debug, Clone, Default)]
pub(crate) struct Moves {
    moves: Vec<Move>,
    /// (to, first move, one past the last move)
    into: Vec<(u16, u32, u32)>,
}

impl Moves {
    /// The states that are reached, and how.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u16, &[Move])> {
        self.into.iter().map(|&(to, begin, end)| (to, &self.moves[begin as usize..end as usize]))
    }

    /// Sorts the moves, once all are there.
    fn close(&mut self) {
        self.moves.sort_unstable();
        for (at, step) in (0_u32..).zip(&self.moves) {
            match self.into.last_mut().filter(|last| last.0 == step.to) {
                Some(last) => last.2 = at + 1,
                None => self.into.push((step.to, at, at + 1)),
            }
        }
    }
}

/// All moves between two marks.
#[derive(Debug, Clone, Default)]
pub(crate) struct Phase {
    /// For each gate from a state at an aisle's corners to the state once it is passed.
    pub(crate) gates: Vec<Vec<(u16, u16)>>,
    /// For each block of an aisle the moves without and with stops.
    pub(crate) blocks: Vec<[Moves; 2]>,
    pub(crate) cross: Moves,
    /// From a state at an aisle's corners to the state after the mark that ends this phase.
    pub(crate) mark: Vec<(u16, u16)>,
}

#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub(crate) states: Vec<State>,
    pub(crate) ways: Vec<Way>,
    /// Sets of ways with the same effect, as bits over `ways`: for blocks without and with stops.
    pub(crate) sets: [Vec<u32>; 2],
    pub(crate) phases: Vec<Phase>,
    pub(crate) start: u16,
    /// States in which a walk may be over.
    pub(crate) whole: Vec<u16>,
}

/// What a table is made for.
#[derive(Debug, Clone)]
pub(crate) struct Rules {
    pub(crate) rows: usize,
    /// In the order of their aisles.
    pub(crate) marks: Vec<Mark>,
    pub(crate) gates: Vec<Gate>,
    pub(crate) count: Count,
    /// A table with more states is not made.
    pub(crate) states_max: usize,
}

/// A state and, as bits, the gates passed.
type Key = (u8, State);

struct Builder<'a> {
    rules: &'a Rules,
    ways: Vec<Way>,
    sets: [Vec<u32>; 2],
    /// Numbers of the keys by gates and packed state.
    ids: BTreeMap<(u8, u64), u16>,
    keys: Vec<Key>,
}

impl Table {
    /// None where there are more states than `rules` allow.
    pub(crate) fn new(rules: &Rules) -> Option<Table> {
        let mut builder = Builder {
            rules,
            ways: ways(rules.count),
            sets: Default::default(),
            ids: BTreeMap::new(),
            keys: Vec::new(),
        };
        let start = builder.id((0, State::empty()))?;
        let mut seeds = vec![start];
        let mut phases = Vec::new();
        for at in 0..=rules.marks.len() {
            let (mut phase, reached) = builder.phase(&seeds)?;
            if let Some(mark) = rules.marks.get(at) {
                phase.mark = builder.marked(mark, &reached)?;
                seeds = phase.mark.iter().map(|&(_, to)| to).collect();
                seeds.sort_unstable();
                seeds.dedup();
            }
            phases.push(phase);
        }
        let passed = (1_u8 << rules.gates.len()) - 1;
        let Builder { ways, sets, keys, .. } = builder;
        let over = |key: &Key| key.0 == passed && key.1.is_whole();
        let whole = (0_u16..).zip(&keys).filter(|(_, key)| over(key)).map(|(id, _)| id).collect();
        let states = keys.into_iter().map(|(_, state)| state).collect();
        Some(Table { states, ways, sets, phases, start, whole })
    }
}

impl Builder<'_> {
    /// The number of a state, a new one if it was not met before; none beyond the most allowed.
    fn id(&mut self, key: Key) -> Option<u16> {
        let packed = (key.0, key.1.packed());
        if let Some(&id) = self.ids.get(&packed) {
            return Some(id);
        }
        let most = self.rules.states_max;
        let id = u16::try_from(self.keys.len()).ok().filter(|&id| usize::from(id) < most)?;
        self.ids.insert(packed, id);
        self.keys.push(key);
        Some(id)
    }

    fn marked(&mut self, mark: &Mark, reached: &[u16]) -> Option<Vec<(u16, u16)>> {
        let mut moves = Vec::new();
        for &from in reached {
            let (passed, state) = self.keys[usize::from(from)];
            let marked = match mark.net {
                0 => Some(state.touch(mark.row)),
                net => state.add(mark.row, net, self.rules.count),
            };
            if let Some(marked) = marked {
                moves.push((from, self.id((passed, marked))?));
            }
        }
        Some(moves)
    }

    /// All moves from `seeds` on, until no new state comes, and the states met at the corners.
    fn phase(&mut self, seeds: &[u16]) -> Option<(Phase, Vec<u16>)> {
        let (blocks, gates) = (self.rules.rows - 1, self.rules.gates.len());
        let mut phase = Phase {
            gates: vec![Vec::new(); gates],
            blocks: vec![Default::default(); blocks],
            ..Phase::default()
        };
        // on arrival, then after each gate, then after each block
        let mut stages = vec![Seen::default(); 1 + gates + blocks];
        let mut fresh = stages[0].take(seeds.to_vec());
        while !fresh.is_empty() {
            for gate in 0..gates {
                let mut after = fresh.clone();
                for &from in &fresh {
                    self.gate(from, gate, &mut phase.gates[gate], &mut after)?;
                }
                fresh = stages[gate + 1].take(after);
            }
            for block in 0..blocks {
                let mut after = Vec::new();
                for &from in &fresh {
                    self.block(from, block, &mut phase.blocks[block], &mut after)?;
                }
                fresh = stages[1 + gates + block].take(after);
            }
            let mut arrived = Vec::new();
            for &from in &fresh {
                self.cross(from, &mut phase.cross, &mut arrived)?;
            }
            fresh = stages[0].take(arrived);
        }
        phase.blocks.iter_mut().flatten().for_each(Moves::close);
        phase.cross.close();
        Some((phase, stages.swap_remove(0).ids))
    }

    fn gate(
        &mut self,
        from: u16,
        gate: usize,
        moves: &mut Vec<(u16, u16)>,
        after: &mut Vec<u16>,
    ) -> Option<()> {
        let (passed, state) = self.keys[usize::from(from)];
        let Gate { net, in_turn, .. } = self.rules.gates[gate];
        let too_early = in_turn && passed >> (gate - 1) & 1 == 0;
        if passed >> gate & 1 == 0
            && !too_early
            && let Some(next) = state.add(0, net, self.rules.count)
        {
            let to = self.id((passed | 1 << gate, next))?;
            moves.push((from, to));
            after.push(to);
        }
        Some(())
    }

    fn block(
        &mut self,
        from: u16,
        block: usize,
        moves: &mut [Moves; 2],
        after: &mut Vec<u16>,
    ) -> Option<()> {
        let (passed, state) = self.keys[usize::from(from)];
        // for each state that follows the ways there, without and with stops
        let mut by_state: BTreeMap<u16, [u32; 2]> = BTreeMap::new();
        for at in 0..self.ways.len() {
            let way = self.ways[at];
            if let Some(next) = state.walk(way, block, block + 1, self.rules.count) {
                let sets = by_state.entry(self.id((passed, next))?).or_default();
                for with_stops in [false, true] {
                    if fits(way, with_stops) {
                        sets[usize::from(with_stops)] |= 1 << at;
                    }
                }
            }
        }
        for (moves, which) in moves.iter_mut().zip(0..) {
            for (&to, ways) in by_state.iter().filter(|(_, ways)| ways[which] != 0) {
                let cost = self.set(which, ways[which]);
                moves.moves.push(Move { to, from, cost });
            }
        }
        after.extend(by_state.keys());
        Some(())
    }

    /// The number of a set of ways, a new one if it was not met before.
    fn set(&mut self, which: usize, ways: u32) -> u16 {
        let sets = &mut self.sets[which];
        let known = sets.iter().position(|&known| known == ways);
        let at = known.unwrap_or_else(|| {
            sets.push(ways);
            sets.len() - 1
        });
        at as u16
    }

    fn cross(&mut self, from: u16, moves: &mut Moves, arrived: &mut Vec<u16>) -> Option<()> {
        let (passed, state) = self.keys[usize::from(from)];
        for (next, steps) in state.cross() {
            let to = self.id((passed, next))?;
            arrived.push(to);
            let cost = steps.iter().map(|&steps| u16::from(steps)).sum();
            moves.moves.push(Move { to, from, cost });
        }
        Some(())
    }
}

/// States met at one point of the sweep.
#[derive(Debug, Clone, Default)]
struct Seen {
    ids: Vec<u16>,
    is_in: Vec<bool>,
}

impl Seen {
    /// Takes what came and gives back what of it is new, each once.
    fn take(&mut self, mut came: Vec<u16>) -> Vec<u16> {
        came.retain(|&id| {
            let at = usize::from(id);
            if at >= self.is_in.len() {
                self.is_in.resize(at + 1, false);
            }
            !std::mem::replace(&mut self.is_in[at], true)
        });
        self.ids.extend_from_slice(&came);
        came
    }
}

fn ways(count: Count) -> Vec<Way> {
    let mut ways = vec![Way::Skip, Way::Twice, Way::FromFront, Way::FromBack, Way::BothEnds];
    match count {
        Count::Parity => ways.push(Way::Through),
        Count::Net(most) => {
            for times in 1..=most {
                ways.push(Way::ToBack(times));
                ways.push(Way::ToFront(times));
            }
        }
    }
    ways
}

/// Whether `way` makes sense in a block with or without stops.
fn fits(way: Way, with_stops: bool) -> bool {
    match way {
        Way::Skip => !with_stops,
        Way::FromFront | Way::FromBack | Way::BothEnds => with_stops,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers of states that others met: 6, 24 and 112 for two to four cross aisles.
    #[test]
    fn as_many_states_as_known() {
        for (rows, states) in [(2, 6), (3, 24), (4, 112), (5, 568)] {
            let mark = Mark { aisle: 0, row: 0, net: 0 };
            let count = Count::Parity;
            let marks = vec![mark];
            let rules = Rules { rows, marks, gates: Vec::new(), count, states_max: 1_000 };
            assert_eq!(Table::new(&rules).unwrap().states.len(), states);
            assert!(Table::new(&Rules { states_max: states - 1, ..rules }).is_none());
        }
    }
}
