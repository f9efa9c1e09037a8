//! What an answer does to the screen.

use super::queue::send_next;
use super::{Effect, Link, Model, chosen, history, layout, marks, mouse, preview};
use crate::codes::card::Card;
use crate::protocol::page::Letters;
use crate::protocol::{Input, Reply};

pub(super) fn on_reply(model: &mut Model, reply: Reply) -> Vec<Effect> {
    let sent = model.sent.take().map(|sent| sent.ask);
    let looked = sent == Some(Input::Refresh);
    let back = sent == Some(Input::Card(Card::Back));
    model.link = Link::Fine;
    // A page that only looked again and says the same is no new refusal.
    let refused = reply.refused() && !(looked && model.feedback == reply.feedback);
    if let Some(operator) = &reply.operator
        && model.operator.as_ref().map(|w| w.id) != Some(operator.id)
    {
        model.lang = operator.lang;
        preview::forget(model);
    }
    let before = model.operator.as_ref().map(|operator| operator.id);
    let stays = before == reply.operator.as_ref().map(|operator| operator.id);
    let mouse = if stays { None } else { mouse::reset(model) };
    model.operator = reply.operator;
    model.version = reply.version;
    preview::stale(model);
    let same = looked && model.page.title == reply.page.title;
    let before = std::mem::replace(&mut model.page, layout::fitted(&reply.page, model.size));
    model.full_page = reply.page;
    marks::keep(model);
    model.chosen = if same { chosen::again(&before, model) } else { chosen::first(model) };
    if back {
        history::return_to_row(model);
    }
    model.chosen = model.chosen.min(model.page.table.rows.len().saturating_sub(1));
    model.expects = reply.expects;
    // A page that looked again keeps what was said before.
    if reply.feedback.is_some() || !looked {
        model.feedback = reply.feedback;
    }
    if !looked {
        let acts = model.page.letters != Letters::None && !model.page.menu.is_empty();
        model.refused = refused && acts;
    }
    let mut effects: Vec<Effect> = mouse.into_iter().collect();
    if looked && model.page.calling && !before.calling {
        effects.push(Effect::Call);
    }
    if refused {
        model.echo.refused();
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
