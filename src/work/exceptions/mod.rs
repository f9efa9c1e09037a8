//! Exceptions: applies a supervisor's way out.

mod ways;

use super::activity::{Shown, Work};
use super::{GestureError, Outcome};
use crate::domain::Units;
use crate::limits;
use crate::protocol::exceptions::{self, Decision, Exception, Resolution, Step};
use crate::protocol::scan::Scan;
use crate::protocol::{self, Card, Message, Refusal, Tone, desk};
use crate::store::Actor;
use crate::store::audit;
use crate::store::standing::Standing;
use crate::store::{self, Tx, exceptions as rows};
use serde_json::{Value, json};

pub(super) struct Exceptions;

impl Work for Exceptions {
    type Step = Step;

    fn takes_words(_: &Step) -> bool {
        true
    }

    fn at(step: Step) -> protocol::Step {
        protocol::Step::Exceptions(step)
    }

    /// The oldest exception, put on the screen.
    async fn enter(
        tx: &mut Tx,
        actor: Actor<'_>,
        standing: &Standing,
    ) -> Result<Outcome, GestureError> {
        let exception_id = rows::next_open(tx, actor.warehouse, actor.person, None).await?;
        // Who came from the deck leaves to it.
        let from_deck = matches!(standing.step, protocol::Step::Board(_));
        let back = from_deck.then(desk::Step::default);
        Ok(at(standing, Step { back, ..Step::at(exception_id) }))
    }

    async fn show(tx: &mut Tx, standing: &Standing, step: &Step, _: bool) -> store::Result<Shown> {
        let now = rows::load(tx, standing.warehouse_id, standing.operator.id, step).await?;
        Ok((exceptions::build_page(&now, step), exceptions::accepted_scans(&now)).into())
    }

    async fn scan(
        tx: &mut Tx,
        actor: Actor<'_>,
        standing: &Standing,
        step: &Step,
        scan: &Scan,
    ) -> Result<Outcome, GestureError> {
        let outcome = apply(tx, actor, standing, step, &exceptions::worded(scan)).await?;
        Ok(back_to_list(outcome, step))
    }
}

/// Who came from a list is back there once the exception is answered, so that no digit meets
/// another one.
fn back_to_list(outcome: Outcome, before: &Step) -> Outcome {
    let (Some(back), protocol::Step::Exceptions(next)) = (&before.back, &outcome.step) else {
        return outcome;
    };
    let answered = !back.trail.is_empty()
        && outcome.feedback.as_ref().is_some_and(|said| said.tone == Tone::Good)
        && next.exception_id != before.exception_id;
    let step = if answered {
        protocol::Step::Board(back.clone())
    } else {
        protocol::Step::Exceptions(Step { back: Some(back.clone()), ..next.clone() })
    };
    Outcome { step, ..outcome }
}

/// To the list that it was opened from, else to the menu.
fn leave(standing: &Standing, step: &Step) -> Outcome {
    let back = step.back.clone().map_or(protocol::Step::Menu, protocol::Step::Board);
    Outcome::to(back, standing)
}

fn at(standing: &Standing, step: Step) -> Outcome {
    Outcome::to(protocol::Step::Exceptions(step), standing)
}

/// That exception on the screen, with nothing answered yet.
fn to(standing: &Standing, id: Option<i64>) -> Outcome {
    at(standing, Step::at(id))
}

/// Another exception stands there now: its answer must be meant for it. The next one is.
fn moved(standing: &Standing, shown: Option<i64>, scan: &Scan) -> Outcome {
    let text = Message::key("exceptions-moved").with("received", scan.received());
    to(standing, shown).refusing(text)
}

async fn apply(
    tx: &mut Tx,
    actor: Actor<'_>,
    standing: &Standing,
    step: &Step,
    scan: &Scan,
) -> Result<Outcome, GestureError> {
    let now = rows::load(tx, actor.warehouse, actor.person, step).await?;
    let shown = now.exception.as_ref().map(|exception| exception.id);
    if step.exception_id != shown && !matches!(scan.card, Some(Card::Next | Card::Back)) {
        return Ok(moved(standing, shown, scan));
    }
    let decision = match exceptions::decide(&now, step, scan) {
        Ok(Decision::Leave) => return Ok(leave(standing, step)),
        Ok(decision) => decision,
        Err(refusal) => {
            let other = other_of_code(tx, actor, scan, shown).await?;
            return other.map(|id| to(standing, Some(id))).ok_or_else(|| refusal.into());
        }
    };
    let Some(exception) = now.exception else { return Ok(to(standing, None)) };
    if decision.acts() && !still_stands(tx, actor, step, &exception, &decision).await? {
        let now = rows::load(tx, actor.warehouse, actor.person, step).await?;
        return Ok(moved(standing, now.exception.map(|next| next.id), scan));
    }
    let here = Step::at(Some(exception.id));
    match decision {
        // A count that was not meant: the same exception, asked anew.
        Decision::Next
            if (step.counted.is_some() || step.cancels) && scan.card != Some(Card::Next) =>
        {
            Ok(at(standing, here))
        }
        Decision::Next | Decision::Leave => {
            let next = following(tx, actor, &exception).await?;
            Ok(to(standing, next.or(Some(exception.id))))
        }
        Decision::Asks => Ok(at(standing, Step { cancels: true, ..here })),
        Decision::Sure(found) => Ok(at(standing, Step { counted: Some(found), ..here })),
        Decision::Count(all) if exception.counts_whole_bin() => {
            count_all(tx, actor, standing, &exception, all).await
        }
        Decision::Count(found) => count(tx, actor, standing, &exception, found).await,
        Decision::Map { item, typed } => {
            map(tx, actor, standing, &exception, item, &typed, scan).await
        }
        Decision::Resolution(Resolution::RetryAll) => {
            let done = ways::retry_all(tx, actor, &exception.reason).await?;
            all_done(tx, actor, standing, &exception, "exceptions_retried", done).await
        }
        Decision::Resolution(Resolution::DoneAll) => {
            for (id, _) in same(tx, actor, &exception.reason).await? {
                rows::close(tx, id, Some(actor.person)).await?;
            }
            all_done(tx, actor, standing, &exception, "exceptions_done", exception.same).await
        }
        Decision::Resolution(way) => way_out(tx, actor, standing, &exception, way).await,
    }
}

/// One way out for the exception on the screen.
async fn way_out(
    tx: &mut Tx,
    actor: Actor<'_>,
    standing: &Standing,
    exception: &Exception,
    way: Resolution,
) -> Result<Outcome, GestureError> {
    ways::out(tx, actor, standing, exception, way).await?;
    // What was tried may have become an exception of another kind.
    let next = rows::next_open(tx, actor.warehouse, actor.person, Some(exception.id)).await?;
    let cancelled = way == Resolution::Cancel;
    let key = if cancelled { "exceptions-cancelled" } else { "exceptions-done" };
    Ok(to(standing, next).saying(Message::key(key).with("subject", &exception.subject)))
}

/// One way out for an exception that was marked with others. `false`: it is over, or has none such.
pub(super) async fn answer(
    tx: &mut Tx,
    actor: Actor<'_>,
    standing: &Standing,
    id: i64,
    way: Resolution,
) -> Result<bool, GestureError> {
    let step = Step::at(Some(id));
    let now = rows::load(tx, actor.warehouse, actor.person, &step).await?.exception;
    match now.filter(|now| now.id == id && now.resolutions().contains(&way)) {
        Some(exception) => ways::out(tx, actor, standing, &exception, way).await.map(|()| true),
        None => Ok(false),
    }
}

/// The exception that comes behind this one; `None`: it is the only one.
async fn following(
    tx: &mut Tx,
    actor: Actor<'_>,
    exception: &Exception,
) -> store::Result<Option<i64>> {
    let next = rows::next_open(tx, actor.warehouse, actor.person, Some(exception.id)).await?;
    Ok(next.filter(|id| *id != exception.id))
}

/// Another exception that a scanned or typed code is about.
async fn other_of_code(
    tx: &mut Tx,
    actor: Actor<'_>,
    scan: &Scan,
    shown: Option<i64>,
) -> store::Result<Option<i64>> {
    let found = rows::find_by_subject(tx, actor.warehouse, actor.person, &scan.text).await?;
    Ok(found.filter(|id| Some(*id) != shown))
}

/// The open exceptions of a reason, as many as one answer can hold.
async fn same(
    tx: &mut Tx,
    actor: Actor<'_>,
    reason: &str,
) -> store::Result<Vec<(i64, Option<i64>)>> {
    rows::open_by_reason(tx, actor.warehouse, actor.person, reason, limits::BULK_EXCEPTIONS).await
}

/// So many lie in the bin in all.
async fn count_all(
    tx: &mut Tx,
    actor: Actor<'_>,
    standing: &Standing,
    exception: &Exception,
    all: Units,
) -> Result<Outcome, GestureError> {
    let next = following(tx, actor, exception).await?;
    if !rows::apply_full_count(tx, actor, exception.id, all).await? {
        let text = Message::key("exceptions-fewer-than-reserved").with("received", all);
        return Err(Refusal::wrong(text).into());
    }
    note_count(tx, standing, exception, json!({ "found": all })).await?;
    Ok(to(standing, next).saying(Message::key("exceptions-counted-all").with("found", all)))
}

/// So many of those held were found; the rest is gone.
async fn count(
    tx: &mut Tx,
    actor: Actor<'_>,
    standing: &Standing,
    exception: &Exception,
    found: Units,
) -> Result<Outcome, GestureError> {
    let next = following(tx, actor, exception).await?;
    rows::apply_count(tx, actor, exception.id, exception.held, found).await?;
    let numbers = json!({ "held": exception.held, "found": found });
    note_count(tx, standing, exception, numbers).await?;
    let text = Message::key("exceptions-counted")
        .with("found", found)
        .with("gone", exception.held - found);
    Ok(to(standing, next).saying(text))
}

async fn note_count(
    tx: &mut Tx,
    standing: &Standing,
    exception: &Exception,
    numbers: Value,
) -> store::Result<()> {
    let subject = format!("{} {}", exception.reason, exception.subject);
    audit::record(tx, &standing.operator.code, "counted", &subject, Some(numbers)).await
}

/// The shop's code means an item from now on. What was typed may be the code of another exception
/// instead.
async fn map(
    tx: &mut Tx,
    actor: Actor<'_>,
    standing: &Standing,
    exception: &Exception,
    item: Option<i64>,
    typed: &str,
    scan: &Scan,
) -> Result<Outcome, GestureError> {
    let code = exception.code.as_deref().unwrap_or_default();
    let Some(name) = rows::map_code(tx, exception.id, code, item, typed, actor.person).await?
    else {
        let other = other_of_code(tx, actor, scan, Some(exception.id)).await?;
        let text = Message::key("exceptions-no-item").with("received", scan.received());
        return other.map(|id| to(standing, Some(id))).ok_or_else(|| Refusal::wrong(text).into());
    };
    let means = json!({ "item": name.en });
    audit::record(tx, &standing.operator.code, "mapped", code, Some(means)).await?;
    // Everything that waits for this code goes on by itself: what one answer cannot hold, in the
    // background.
    let waiting = rows::waiting_for_code(tx, exception.id, code, limits::BULK_EXCEPTIONS).await?;
    let on = rows::retry_orders(tx, &waiting, Some(actor.person)).await?;
    let next = rows::next_open(tx, actor.warehouse, actor.person, Some(exception.id)).await?;
    let text =
        Message::key("exceptions-mapped").with("code", code).with("item", &name).with("orders", on);
    Ok(to(standing, next).saying(text))
}

/// So many of a reason are over.
async fn all_done(
    tx: &mut Tx,
    actor: Actor<'_>,
    standing: &Standing,
    exception: &Exception,
    action: &str,
    done: i64,
) -> Result<Outcome, GestureError> {
    let number = json!({ "done": done });
    audit::record(tx, &standing.operator.code, action, &exception.reason, Some(number)).await?;
    let text = Message::key("exceptions-retried").with("done", done).with("of", exception.same);
    let next = rows::next_open(tx, actor.warehouse, actor.person, None).await?;
    Ok(to(standing, next).saying(text))
}

/// Locks what is decided. `false`: meanwhile somebody else answered, and the answer must not count
/// twice.
async fn still_stands(
    tx: &mut Tx,
    actor: Actor<'_>,
    step: &Step,
    exception: &Exception,
    decision: &Decision,
) -> store::Result<bool> {
    let mut ids = vec![exception.id];
    if let Decision::Resolution(Resolution::RetryAll | Resolution::DoneAll) = decision {
        ids.extend(same(tx, actor, &exception.reason).await?.iter().map(|e| e.0));
    }
    rows::lock(tx, &ids).await?;
    let now = rows::load(tx, actor.warehouse, actor.person, step).await?.exception;
    Ok(now.is_some_and(|now| (now.id, now.held) == (exception.id, exception.held)))
}
