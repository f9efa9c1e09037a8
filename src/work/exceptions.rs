//! Exceptions: applies a supervisor's way out.

use super::activity::{Shown, Work};
use super::{GestureError, Outcome, allowed};
use crate::domain::Right;
use crate::domain::states::{Coded, ExceptionReason};
use crate::limits;
use crate::protocol::exceptions::{self, Decision, Exception, Resolution, Step};
use crate::protocol::scan::Scan;
use crate::protocol::{self, Card, Message, Refusal};
use crate::store::Actor;
use crate::store::audit;
use crate::store::orders::{self, Rest};
use crate::store::standing::Standing;
use crate::store::turn;
use crate::store::{self, Tx, exceptions as rows, jobs, push};

pub(super) struct Exceptions;

impl Work for Exceptions {
    type Step = Step;

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
        Ok(Outcome::to(protocol::Step::Exceptions(Step::at(exception_id)), standing))
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
        apply(tx, actor, standing, step, scan).await
    }
}

async fn apply(
    tx: &mut Tx,
    actor: Actor<'_>,
    standing: &Standing,
    step: &Step,
    scan: &Scan,
) -> Result<Outcome, GestureError> {
    let now = rows::load(tx, actor.warehouse, actor.person, step).await?;
    let to = |id| Outcome::to(protocol::Step::Exceptions(Step::at(id)), standing);
    let shown = now.exception.as_ref().map(|exception| exception.id);
    if step.exception_id != shown && !matches!(scan.card, Some(Card::Next | Card::Back)) {
        // Somebody closed the exception that was on the screen: its answer must not hit another
        // one. The next answer is about this one.
        return Ok(
            to(shown).refusing(Message::key("exceptions-moved").with("received", scan.received()))
        );
    }
    let decision = match exceptions::decide(&now, step, scan) {
        Ok(decision) => decision,
        // The code of another exception brings it onto the screen.
        Err(refusal) => {
            return rows::find_by_subject(tx, actor.warehouse, actor.person, &scan.text)
                .await?
                .filter(|id| Some(*id) != shown)
                .map(|id| to(Some(id)))
                .ok_or_else(|| refusal.into());
        }
    };
    if matches!(decision, Decision::Leave) {
        return Ok(Outcome::to(protocol::Step::Menu, standing));
    }
    let Some(exception) = now.exception else { return Ok(to(None)) };
    if decision.acts() && !still_stands(tx, actor, step, &exception, &decision).await? {
        let shown = rows::load(tx, actor.warehouse, actor.person, step)
            .await?
            .exception
            .map(|next| next.id);
        return Ok(
            to(shown).refusing(Message::key("exceptions-moved").with("received", scan.received()))
        );
    }
    let following = rows::next_open(tx, actor.warehouse, actor.person, Some(exception.id))
        .await?
        .filter(|id| *id != exception.id);
    match decision {
        // A count that was not meant: the same exception, asked anew.
        Decision::Next
            if (step.counted.is_some() || step.cancels) && scan.card != Some(Card::Next) =>
        {
            Ok(to(Some(exception.id)))
        }
        Decision::Next | Decision::Leave => Ok(to(following.or(Some(exception.id)))),
        Decision::Asks => Ok(Outcome::to(
            protocol::Step::Exceptions(Step { cancels: true, ..Step::at(Some(exception.id)) }),
            standing,
        )),
        Decision::Sure(found) => Ok(Outcome::to(
            protocol::Step::Exceptions(Step {
                counted: Some(found),
                ..Step::at(Some(exception.id))
            }),
            standing,
        )),
        Decision::Count(all) if exception.counts_whole_bin() => {
            if !rows::apply_full_count(tx, actor, exception.id, all).await? {
                return Err(Refusal::wrong(
                    Message::key("exceptions-fewer-than-reserved").with("received", all),
                )
                .into());
            }
            audit::record(
                tx,
                &standing.operator.code,
                "counted",
                &format!("{} {}", exception.reason, exception.subject),
                Some(serde_json::json!({ "found": all })),
            )
            .await?;
            Ok(to(following).saying(Message::key("exceptions-counted-all").with("found", all)))
        }
        Decision::Map { item, typed } => {
            let code = exception.code.as_deref().unwrap_or_default();
            let Some(name) =
                rows::map_code(tx, exception.id, code, item, &typed, actor.person).await?
            else {
                let other = rows::find_by_subject(tx, actor.warehouse, actor.person, &scan.text)
                    .await?
                    .filter(|id| *id != exception.id);
                return other.map(|id| to(Some(id))).ok_or_else(|| {
                    Refusal::wrong(
                        Message::key("exceptions-no-item").with("received", scan.received()),
                    )
                    .into()
                });
            };
            audit::record(
                tx,
                &standing.operator.code,
                "mapped",
                code,
                Some(serde_json::json!({ "item": name.en })),
            )
            .await?;
            // Everything that waits for this code goes on by itself: what one answer cannot hold,
            // in the background.
            let waiting =
                rows::waiting_for_code(tx, exception.id, code, limits::BULK_EXCEPTIONS).await?;
            let on = rows::retry_orders(tx, &waiting, Some(actor.person)).await?;
            Ok(to(rows::next_open(tx, actor.warehouse, actor.person, Some(exception.id)).await?)
                .saying(
                    Message::key("exceptions-mapped")
                        .with("code", code)
                        .with("item", &name)
                        .with("orders", on),
                ))
        }
        Decision::Resolution(Resolution::RetryAll) => {
            let on = retry_all(tx, actor, &exception.reason).await?;
            audit::record(
                tx,
                &standing.operator.code,
                "exceptions_retried",
                &exception.reason,
                Some(serde_json::json!({ "done": on })),
            )
            .await?;
            Ok(to(rows::next_open(tx, actor.warehouse, actor.person, None).await?).saying(
                Message::key("exceptions-retried").with("done", on).with("of", exception.same),
            ))
        }
        Decision::Resolution(Resolution::DoneAll) => {
            for (id, _) in rows::open_by_reason(
                tx,
                actor.warehouse,
                actor.person,
                &exception.reason,
                limits::BULK_EXCEPTIONS,
            )
            .await?
            {
                rows::close(tx, id, Some(actor.person)).await?;
            }
            audit::record(
                tx,
                &standing.operator.code,
                "exceptions_done",
                &exception.reason,
                Some(serde_json::json!({ "done": exception.same })),
            )
            .await?;
            Ok(to(rows::next_open(tx, actor.warehouse, actor.person, None).await?).saying(
                Message::key("exceptions-retried")
                    .with("done", exception.same)
                    .with("of", exception.same),
            ))
        }
        Decision::Count(found) => {
            rows::apply_count(tx, actor, exception.id, exception.held, found).await?;
            audit::record(
                tx,
                &standing.operator.code,
                "counted",
                &format!("{} {}", exception.reason, exception.subject),
                Some(serde_json::json!({ "held": exception.held, "found": found })),
            )
            .await?;
            Ok(to(following).saying(
                Message::key("exceptions-counted")
                    .with("found", found)
                    .with("gone", exception.held - found),
            ))
        }
        Decision::Resolution(way) => {
            out(tx, actor, standing, &exception, way).await?;
            // What was tried may have become an exception of another kind.
            let following =
                rows::next_open(tx, actor.warehouse, actor.person, Some(exception.id)).await?;
            Ok(to(following).saying(
                Message::key(if way == Resolution::Cancel {
                    "exceptions-cancelled"
                } else {
                    "exceptions-done"
                })
                .with("subject", &exception.subject),
            ))
        }
    }
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
        let (reason, most) = (&exception.reason, limits::BULK_EXCEPTIONS);
        ids.extend(
            rows::open_by_reason(tx, actor.warehouse, actor.person, reason, most)
                .await?
                .iter()
                .map(|e| e.0),
        );
    }
    rows::lock(tx, &ids).await?;
    let now = rows::load(tx, actor.warehouse, actor.person, step).await?.exception;
    Ok(now.is_some_and(|now| (now.id, now.held) == (exception.id, exception.held)))
}

/// Looks again at every open exception of a reason; returns how many could go on.
async fn retry_all(tx: &mut Tx, actor: Actor<'_>, reason: &str) -> Result<i64, GestureError> {
    let mut on = 0;
    for (id, shipment) in
        rows::open_by_reason(tx, actor.warehouse, actor.person, reason, limits::BULK_EXCEPTIONS)
            .await?
    {
        if retry(tx, actor, reason, id, shipment).await? {
            rows::close(tx, id, Some(actor.person)).await?;
            on += 1;
        }
    }
    Ok(on)
}

/// Looks again whether an exception can go on now. What it tried in vain is as it was.
async fn retry(
    tx: &mut Tx,
    actor: Actor<'_>,
    reason: &str,
    exception: i64,
    shipment: Option<i64>,
) -> store::Result<bool> {
    tx.attempt().await?;
    let kind = ExceptionReason::parse(reason);
    let worked = match (shipment, kind) {
        (Some(shipment), Some(ExceptionReason::NotFound)) => {
            rows::reserve_again(tx, actor.warehouse, shipment).await?
        }
        (Some(shipment), Some(ExceptionReason::GoodsHeld | ExceptionReason::OutOfDate)) => {
            turn::set_stuck_aside(tx, shipment).await?
                && find_others(tx, actor.warehouse, shipment).await?
        }
        (Some(shipment), Some(ExceptionReason::ChangedLate)) => {
            orders::apply_shop_changes(tx, shipment).await?
        }
        (Some(shipment), _) => orders::promise_shipment(tx, actor.warehouse, shipment).await?,
        (None, Some(ExceptionReason::DispatchRefused)) => {
            jobs::tell_again(tx, exception).await.map(|()| true)?
        }
        (None, Some(ExceptionReason::PushRefused)) => {
            push::tell_again(tx, exception).await.map(|()| true)?
        }
        (None, _) => orders::try_again(tx, exception).await?,
    };
    tx.attempted(worked).await?;
    if let (true, Some(shipment), Some(ExceptionReason::NotFound)) = (worked, shipment, kind) {
        rows::close_all_found(tx, shipment, Some(actor.person)).await?;
    }
    Ok(worked)
}

/// Other goods in place of those that were set aside; what has none is an exception of its own,
/// with ways out that do not hold up the rest of the shipment.
async fn find_others(tx: &mut Tx, warehouse: i64, shipment: i64) -> store::Result<bool> {
    tx.attempt().await?;
    let whole = rows::reserve_again(tx, warehouse, shipment).await?;
    tx.attempted(whole).await?;
    if !whole {
        rows::say_not_found(tx, shipment).await?;
    }
    Ok(true)
}

async fn out(
    tx: &mut Tx,
    actor: Actor<'_>,
    standing: &Standing,
    exception: &Exception,
    way: Resolution,
) -> Result<(), GestureError> {
    match way {
        Resolution::Cancel | Resolution::GiveUpRest => allowed(standing, Right::Cancel)?,
        Resolution::Split => allowed(standing, Right::Split)?,
        Resolution::Hold => allowed(standing, Right::Hold)?,
        _ => {}
    }
    match (way, exception.shipment_id) {
        (Resolution::Retry, shipment)
            if !retry(tx, actor, &exception.reason, exception.id, shipment).await? =>
        {
            let key = match (exception.kind(), shipment) {
                (Some(ExceptionReason::ChangedLate), _) => "exceptions-still-differs",
                (Some(ExceptionReason::GoodsHeld | ExceptionReason::OutOfDate), _) => {
                    "exceptions-still-stuck"
                }
                (_, Some(_)) => "exceptions-still-none",
                (_, None) => "exceptions-still-unknown",
            };
            return Err(Refusal::wrong(Message::key(key)).into());
        }
        (Resolution::Cancel, Some(shipment)) => orders::cancel(tx, shipment, "given_up").await?,
        (Resolution::Split, Some(shipment))
            if !orders::split_rest(tx, shipment, Rest::Follows).await? =>
        {
            return Err(Refusal::wrong(Message::key("split-nothing")).into());
        }
        (Resolution::GiveUpRest, Some(shipment))
            if !orders::split_rest(tx, shipment, Rest::GivenUp).await? =>
        {
            return Err(Refusal::wrong(Message::key("split-nothing")).into());
        }
        (Resolution::Hold, Some(shipment))
            if !orders::set_aside(tx, shipment, &standing.operator.code).await? =>
        {
            return Err(Refusal::wrong(Message::key("desk-not-now")).into());
        }
        _ => {}
    }
    audit::record(
        tx,
        &standing.operator.code,
        "exception_done",
        &format!("{} {}", exception.reason, exception.subject),
        None,
    )
    .await?;
    rows::close(tx, exception.id, Some(actor.person)).await?;
    Ok(())
}
