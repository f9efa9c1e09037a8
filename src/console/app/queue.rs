//! The queue: what was scanned goes to the work one after another, and what stands behind a refusal
//! waits for the person.

use super::{Effect, Model, QueuedInput, history, layout, preview};
use crate::codes::card::Card;
use crate::protocol::{Feedback, Input, Pin, Reply, Text, Tone};

/// What was held is applied now, in its order.
pub(super) fn resume(model: &mut Model) -> Vec<Effect> {
    model.held = false;
    model.feedback = None;
    send_next(model)
}

pub(super) fn drop_held(model: &mut Model) -> Vec<Effect> {
    model.held = false;
    let dropped = model.queue.len() as i64;
    model.queue.clear();
    model.feedback = Some(Feedback {
        tone: Tone::Good,
        text: Text::key("queue-dropped").with("count", dropped),
    });
    vec![]
}

pub(super) fn enqueue(model: &mut Model, waiting: QueuedInput) -> Vec<Effect> {
    model.queue.push_back(waiting);
    if model.held { vec![] } else { send_next(model) }
}

fn send_next(model: &mut Model) -> Vec<Effect> {
    if model.sent.is_some() || model.held {
        return vec![];
    }
    let Some(next) = model.queue.pop_front() else { return vec![] };
    // A line that was queued at the door is told apart only now.
    let next = match (&next.ask, model.is_secret(), &model.badge) {
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

pub(super) fn on_reply(model: &mut Model, reply: Reply) -> Vec<Effect> {
    let sent = model.sent.take().map(|sent| sent.ask);
    let looked = sent == Some(Input::Refresh);
    let back = sent == Some(Input::Card(Card::Back));
    model.offline = false;
    // A page that only looked again and says the same is no new refusal.
    let refused = reply.refused() && !(looked && model.feedback == reply.feedback);
    if let Some(operator) = &reply.operator
        && model.operator.as_ref().map(|w| w.id) != Some(operator.id)
    {
        model.lang = operator.lang;
        preview::forget(model);
    }
    model.operator = reply.operator;
    model.version = reply.version;
    preview::stale(model);
    if !looked || model.page.title != reply.page.title {
        model.chosen = 0;
    }
    model.page = layout::fitted(&reply.page, model.size);
    model.full_page = reply.page;
    if back {
        history::return_to_row(model);
    }
    model.chosen = model.chosen.min(model.page.table.rows.len().saturating_sub(1));
    model.expects = reply.expects;
    // A page that looked again keeps what was said before.
    if reply.feedback.is_some() || !looked {
        model.feedback = reply.feedback;
    }
    let mut effects = Vec::new();
    if refused {
        if let Some(feedback) = &model.feedback {
            effects.push(Effect::Bell(feedback.tone));
        }
        model.held = !model.queue.is_empty();
    }
    if model.operator.is_none() && refused {
        // Lines behind a refused badge may be a PIN: they are of no use and must not stay.
        model.queue.clear();
        model.held = false;
    }
    effects.extend(send_next(model));
    effects
}
