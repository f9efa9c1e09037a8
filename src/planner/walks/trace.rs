//! What a sweep chose: follows the notes of a sweep back from its last state. It knows nothing of
//! the order in which the chosen ways are walked; that is `tour`'s.

use crate::planner::walks::block::Block;
use crate::planner::walks::plan::{Notes, Plan, Room, Stage};
use crate::planner::walks::states::{Count, Way};

/// One part of a shortest walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Choice {
    /// The walk passes the `gate`-th gate of its plan at `aisle`.
    Gate { gate: usize, aisle: usize },
    /// A way other than `Way::Skip` through a block between two rows.
    Way { aisle: usize, block: usize, way: Way },
    /// Steps between the corners of `row` in the aisle before `aisle` and in `aisle`: so many
    /// towards `aisle`, so many back; counted by parity all are `there`, walked either way.
    Steps { aisle: usize, row: usize, there: u8, back: u8 },
}

/// Which state led to each state, at each stage, by which set of ways.
struct Trail {
    states: usize,
    stages: Vec<(Stage, Vec<Step>)>,
}

#[derive(Clone, Copy)]
struct Step {
    from: u16,
    set: u16,
    /// The state stayed as it was, or was not reached.
    stays: bool,
}

impl Notes for Trail {
    fn stage(&mut self, kind: Stage) {
        let stay = |state| Step { from: state as u16, set: 0, stays: true };
        self.stages.push((kind, (0..self.states).map(stay).collect()));
    }

    fn best(&mut self, to: u16, from: u16, set: u16) {
        if let Some((_, steps)) = self.stages.last_mut() {
            steps[usize::from(to)] = Step { from, set, stays: false };
        }
    }
}

/// Length of the shortest walk and all its parts, from the last aisle to the first; none if there
/// is no walk. `blocks` as for `Plan::run`.
pub(crate) fn choices(plan: &Plan, blocks: &[Block]) -> Option<(i64, Vec<Choice>)> {
    let mut trail = Trail { states: plan.table.states.len(), stages: Vec::new() };
    let (length_mm, last_aisle, mut state) = plan.run(blocks, &mut Room::default(), &mut trail)?;
    let in_last =
        |stage: &Stage| matches!(stage, Stage::Block { aisle, .. } if *aisle == last_aisle);
    let end = trail.stages.iter().rposition(|(stage, _)| in_last(stage))?;
    let mut choices = Vec::new();
    for (stage, steps) in trail.stages[..=end].iter().rev() {
        let step = steps[usize::from(state)];
        match *stage {
            Stage::Mark => {}
            Stage::Gate { aisle, gate } if !step.stays => {
                choices.push(Choice::Gate { gate, aisle });
            }
            Stage::Gate { .. } => {}
            Stage::Block { aisle, block, with_stops } => {
                let set = plan.table.sets[usize::from(with_stops)][usize::from(step.set)];
                let stops = &blocks[aisle * (plan.rows.len() - 1) + block];
                let way = plan.way(aisle, block, set, stops).0;
                if way != Way::Skip {
                    choices.push(Choice::Way { aisle, block, way });
                }
            }
            Stage::Cross { aisle } => crossed(plan, aisle, state, &mut choices),
        }
        state = step.from;
    }
    Some((length_mm, choices))
}

/// The steps on each row that arrive at `aisle` in `state`.
fn crossed(plan: &Plan, aisle: usize, state: u16, choices: &mut Vec<Choice>) {
    let state = plan.table.states[usize::from(state)];
    for (row, steps) in state.steps().into_iter().enumerate() {
        let (there, back) = match (plan.count, state.net(row)) {
            (Count::Parity, _) => (steps, 0),
            (Count::Net(_), 0) => (steps / 2, steps / 2),
            (Count::Net(_), net) if net > 0 => (steps, 0),
            (Count::Net(_), _) => (0, steps),
        };
        if steps > 0 {
            choices.push(Choice::Steps { aisle, row, there, back });
        }
    }
}
