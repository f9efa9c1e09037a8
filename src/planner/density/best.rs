//! What a choice of aisles is worth, and the densest that was met.

use super::model::Model;
use super::state::State;

/// The densest answer so far.
#[derive(Default)]
pub(super) struct Best {
    pub units: i64,
    pub aisles: Vec<usize>,
    pub orders: Vec<usize>,
}

impl Best {
    pub(super) fn density(&self) -> f64 {
        if self.aisles.is_empty() { 0.0 } else { self.units as f64 / self.aisles.len() as f64 }
    }

    /// Keeps the state if it may be a wave and is denser, and says whether it was kept.
    pub(super) fn offer(&mut self, state: &State) -> bool {
        let open = state.open_aisles();
        let allowed = state.units >= state.model.least && state.units <= state.model.most;
        let denser = self.aisles.is_empty()
            || i128::from(state.units) * self.aisles.len() as i128
                > i128::from(self.units) * open.len() as i128;
        let keep = allowed && denser && !open.is_empty();
        if keep {
            self.units = state.units;
            self.aisles = open.to_vec();
            self.orders = state.orders();
        }
        keep
    }

    /// Whether so many aisles cannot be denser, even with the most units that a wave may have.
    pub(super) fn out_of_reach(&self, aisles: usize, most: i64) -> bool {
        i128::from(most) * self.aisles.len() as i128 <= i128::from(self.units) * aisles as i128
            && !self.aisles.is_empty()
    }
}

/// Units less what the aisles are worth at the density `price`; each unit short of the least
/// counts once more.
pub(super) fn worth(model: &Model, units: i64, open: usize, price: f64) -> f64 {
    let short = (model.least - units).max(0);
    (units - short) as f64 - price * open as f64
}
