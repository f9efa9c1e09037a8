//! Rows that were opened: who goes back stands on the row again that they came from.

use super::queue::enqueue;
use super::{Effect, GestureStamp, Model, QueuedInput};
use crate::protocol::Input;

/// How many rows are remembered.
const STEPS: usize = 12;

/// Opens a row.
pub(super) fn open(model: &mut Model, text: String, stamp: GestureStamp) -> Vec<Effect> {
    if model.opened.len() == STEPS {
        model.opened.remove(0);
    }
    model.opened.push(text.clone());
    enqueue(model, QueuedInput { ask: Input::Scan { text, typed: true }, stamp })
}

/// The row of this page that was opened last is the chosen one again.
pub(super) fn return_to_row(model: &mut Model) {
    let opens = &model.page.table.opens;
    let row = |opened: &String| opens.iter().position(|of| of == opened);
    let Some((step, chosen)) =
        model.opened.iter().enumerate().rev().find_map(|(step, opened)| Some((step, row(opened)?)))
    else {
        return;
    };
    model.opened.truncate(step);
    model.chosen = chosen;
}
