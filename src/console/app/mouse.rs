//! The mouse at a desk: a click chooses a row, a click on the chosen one opens it, the wheel goes
//! through the rows. It is off until somebody turns it on, and again when somebody else signs on,
//! so that no terminal is left in a state that nobody asked for.

use super::chosen::{self, Go};
use super::{Effect, GestureStamp, Model, history};
use crate::protocol::page::Letters;
use crate::protocol::{Feedback, Input, Message, Tone};

/// Turns it on or off, and says so.
pub(super) fn turn(model: &mut Model, on: bool) -> Vec<Effect> {
    model.mouse = on;
    let text = Message::key(if on { "mouse-on" } else { "mouse-off" });
    model.feedback = Some(Feedback { tone: Tone::Good, text });
    vec![Effect::Mouse(on)]
}

/// Somebody else stands here.
pub(super) fn reset(model: &mut Model) -> Option<Effect> {
    std::mem::take(&mut model.mouse).then_some(Effect::Mouse(false))
}

/// A click on a row of the list.
pub(super) fn click(model: &mut Model, row: usize, stamp: GestureStamp) -> Vec<Effect> {
    if !listens(model) || row >= model.page.table.rows.len() {
        return vec![];
    }
    if row != model.chosen {
        chosen::go(model, Go::To(row));
        return vec![];
    }
    let opens = model.page.table.opens.get(row).filter(|opens| !opens.is_empty()).cloned();
    let idle =
        model.sent.as_ref().is_none_or(|sent| sent.ask == Input::Refresh) && model.queue.is_empty();
    opens.filter(|_| idle).map(|opens| history::open(model, opens, stamp)).unwrap_or_default()
}

/// The wheel, one row.
pub(super) fn wheel(model: &mut Model, up: bool) -> Vec<Effect> {
    if listens(model) {
        chosen::go(model, if up { Go::Up } else { Go::Down });
    }
    vec![]
}

fn listens(model: &Model) -> bool {
    model.mouse && model.page.letters != Letters::None && model.palette.is_none() && !model.help
}
