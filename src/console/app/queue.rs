//! The queue: what was scanned goes to the work one after another, and what stands behind a refusal
//! waits for the person.

use super::{Effect, GestureStamp, Link, Model, QueuedInput};
use crate::codes::{Reading, own, readings};
use crate::limits;
use crate::protocol::{Feedback, Input, Message, Pin, Tone};

/// What was held is applied now, in its order.
pub(super) fn resume(model: &mut Model) -> Vec<Effect> {
    model.held = false;
    model.feedback = None;
    send_next(model)
}

pub(super) fn drop_held(model: &mut Model, stamp: GestureStamp) -> Vec<Effect> {
    model.held = false;
    let dropped = model.queue.len() as i64;
    model.queue.clear();
    model.feedback = Some(Feedback {
        tone: Tone::Good,
        text: Message::key("queue-dropped").with("count", dropped),
    });
    if model.link == Link::Fine {
        return vec![];
    }
    // The one without an answer may have been done all the same: what is true is asked.
    enqueue(model, QueuedInput { ask: Input::Refresh, stamp })
}

/// There is no answer, and nobody knows whether it was done. It stays first in the queue, under its
/// number, until the person asks again or drops it; at the door it is scanned again.
pub(super) fn unanswered(model: &mut Model) -> Vec<Effect> {
    let Some(sent) = model.sent.take() else { return vec![] };
    model.link = Link::Offline;
    let text = match sent.ask {
        // The next tick looks again.
        Input::Refresh => return send_next(model),
        Input::Badge(_) | Input::Pin { .. } => {
            model.queue.clear();
            Message::key("unanswered-door")
        }
        Input::Scan { .. } | Input::Card(_) => {
            let number = sent.stamp.command.to_string();
            model.queue.push_front(sent);
            model.held = true;
            Message::key("unanswered").with("command", number.as_str())
        }
    };
    model.feedback = Some(Feedback { tone: Tone::Stop, text });
    vec![Effect::Bell(Tone::Stop)]
}

pub(super) fn enqueue(model: &mut Model, waiting: QueuedInput) -> Vec<Effect> {
    if model.held && model.queue.len() >= limits::QUEUE_HELD {
        // A scanner that is stuck: what comes now is not taken, and that is said.
        let text = Message::key("queue-held-full");
        model.feedback = Some(Feedback { tone: Tone::Stop, text });
        return vec![Effect::Bell(Tone::Stop)];
    }
    model.queue.push_back(waiting);
    if model.held {
        // Nothing is applied until the person has answered, and who does not look must hear it.
        return vec![Effect::Bell(Tone::Stop)];
    }
    send_next(model)
}

pub(super) fn send_next(model: &mut Model) -> Vec<Effect> {
    if model.sent.is_some() || model.held {
        return vec![];
    }
    let Some(next) = model.queue.pop_front() else { return vec![] };
    // A line that was queued at the door is told apart only now.
    let next = match (&next.ask, model.is_secret(), &model.badge) {
        (Input::Scan { text, .. }, true, Some(_)) if is_badge(text) && model.operator.is_none() => {
            model.badge = Some(text.trim().to_owned());
            QueuedInput { ask: Input::Badge(text.trim().to_owned()), ..next }
        }
        (Input::Scan { text, .. }, true, Some(badge)) if model.operator.is_none() => QueuedInput {
            ask: Input::Pin { badge: badge.clone(), pin: Pin(text.trim().to_owned()) },
            ..next
        },
        (Input::Scan { text, .. }, false, _) if model.operator.is_none() => {
            model.badge = Some(text.trim().to_owned());
            QueuedInput { ask: Input::Badge(text.trim().to_owned()), ..next }
        }
        _ => next,
    };
    let request = model.request(&next);
    model.sent = Some(next);
    vec![Effect::Send(request)]
}

/// Whoever scans it stands at the door, whatever the screen asks for.
pub(super) fn is_badge(text: &str) -> bool {
    let badge = |reading: &Reading| matches!(reading, Reading::Own(own::Kind::Badge, _));
    readings(text).iter().any(badge)
}
