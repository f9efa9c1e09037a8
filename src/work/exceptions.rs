//! Exceptions: applies a supervisor's way out.

use super::{GestureError, Outcome};
use crate::limits;
use crate::protocol::exceptions::{self, Case, Decision, Resolution, Step};
use crate::protocol::scan::Scan;
use crate::protocol::{self, Card, Expect, Page, Refusal, Text};
use crate::store::people::{self, Standing};
use crate::store::pick::Actor;
use crate::store::{self, Tx, exceptions as rows, jobs, orders, push};

pub async fn show(
    tx: &mut Tx,
    standing: &Standing,
    step: &Step,
) -> store::Result<(Page, Vec<Expect>)> {
    let now = rows::load(tx, standing.warehouse_id, step).await?;
    Ok((exceptions::page(&now, step), exceptions::expects(&now)))
}

/// The oldest case, put on the screen.
pub async fn enter(tx: &mut Tx, actor: Actor<'_>, standing: &Standing) -> store::Result<Outcome> {
    let exception_id = rows::next(tx, actor.warehouse, None).await?;
    Ok(Outcome::to(protocol::Step::Exceptions(Step::at(exception_id)), standing))
}

pub async fn act(
    tx: &mut Tx,
    actor: Actor<'_>,
    standing: &Standing,
    step: &Step,
    scan: &Scan,
) -> Result<Outcome, GestureError> {
    let now = rows::load(tx, actor.warehouse, step).await?;
    let to = |id| Outcome::to(protocol::Step::Exceptions(Step::at(id)), standing);
    let shown = now.case.as_ref().map(|case| case.id);
    if step.exception_id != shown && !matches!(scan.card, Some(Card::Next | Card::Back)) {
        // Somebody closed the case that was on the screen: its answer must not hit another one. The
        // next answer is about this one.
        return Ok(
            to(shown).refusing(Text::key("exceptions-moved").with("received", scan.received()))
        );
    }
    let decision = match exceptions::decide(&now, step, scan) {
        Ok(decision) => decision,
        // The code of another case brings it onto the screen.
        Err(refusal) => {
            return rows::about(tx, actor.warehouse, &scan.text)
                .await?
                .filter(|id| Some(*id) != shown)
                .map(|id| to(Some(id)))
                .ok_or_else(|| refusal.into());
        }
    };
    if matches!(decision, Decision::Leave) {
        return Ok(Outcome::to(protocol::Step::Menu, standing));
    }
    let Some(case) = now.case else { return Ok(to(None)) };
    let following =
        rows::next(tx, actor.warehouse, Some(case.id)).await?.filter(|id| *id != case.id);
    match decision {
        // A count that was not meant: the same case, asked anew.
        Decision::Next
            if (step.counted.is_some() || step.cancels) && scan.card != Some(Card::Next) =>
        {
            Ok(to(Some(case.id)))
        }
        Decision::Next | Decision::Leave => Ok(to(following.or(Some(case.id)))),
        Decision::Asks => Ok(Outcome::to(
            protocol::Step::Exceptions(Step { cancels: true, ..Step::at(Some(case.id)) }),
            standing,
        )),
        Decision::Sure(found) => Ok(Outcome::to(
            protocol::Step::Exceptions(Step { counted: Some(found), ..Step::at(Some(case.id)) }),
            standing,
        )),
        Decision::Count(all) if case.counts_all() => {
            if !rows::counted_all(tx, actor, case.id, all).await? {
                return Err(Refusal::wrong(
                    Text::key("exceptions-fewer-than-reserved").with("received", all),
                )
                .into());
            }
            people::audit(
                tx,
                &standing.operator.code,
                "counted",
                &format!("{} {}", case.reason, case.subject),
                Some(serde_json::json!({ "found": all })),
            )
            .await?;
            Ok(to(following).saying(Text::key("exceptions-counted-all").with("found", all)))
        }
        Decision::Map { item, typed } => {
            let code = case.code.as_deref().unwrap_or_default();
            let Some(name) = rows::map_code(tx, case.id, code, item, &typed).await? else {
                let other =
                    rows::about(tx, actor.warehouse, &scan.text).await?.filter(|id| *id != case.id);
                return other.map(|id| to(Some(id))).ok_or_else(|| {
                    Refusal::wrong(
                        Text::key("exceptions-no-item").with("received", scan.received()),
                    )
                    .into()
                });
            };
            people::audit(
                tx,
                &standing.operator.code,
                "mapped",
                code,
                Some(serde_json::json!({ "item": name.en })),
            )
            .await?;
            // Everything that waits for this code goes on by itself: what one answer cannot hold,
            // in the background.
            let waiting = rows::waiting_for(tx, case.id, code, limits::BULK_CASES).await?;
            let on = rows::go_on(tx, &waiting, Some(actor.person)).await?;
            Ok(to(rows::next(tx, actor.warehouse, Some(case.id)).await?).saying(
                Text::key("exceptions-mapped")
                    .with("code", code)
                    .with("item", &name)
                    .with("orders", on),
            ))
        }
        Decision::Resolution(Resolution::RetryAll) => {
            let on = retry_all(tx, actor, &case.reason).await?;
            people::audit(
                tx,
                &standing.operator.code,
                "exceptions_retried",
                &case.reason,
                Some(serde_json::json!({ "done": on })),
            )
            .await?;
            Ok(to(rows::next(tx, actor.warehouse, None).await?)
                .saying(Text::key("exceptions-retried").with("done", on).with("of", case.same)))
        }
        Decision::Resolution(Resolution::DoneAll) => {
            for (id, _) in
                rows::of_reason(tx, actor.warehouse, &case.reason, limits::BULK_CASES).await?
            {
                rows::done(tx, id, Some(actor.person)).await?;
            }
            people::audit(
                tx,
                &standing.operator.code,
                "exceptions_done",
                &case.reason,
                Some(serde_json::json!({ "done": case.same })),
            )
            .await?;
            Ok(to(rows::next(tx, actor.warehouse, None).await?).saying(
                Text::key("exceptions-retried").with("done", case.same).with("of", case.same),
            ))
        }
        Decision::Count(found) => {
            rows::counted(tx, actor, case.id, case.held, found).await?;
            people::audit(
                tx,
                &standing.operator.code,
                "counted",
                &format!("{} {}", case.reason, case.subject),
                Some(serde_json::json!({ "held": case.held, "found": found })),
            )
            .await?;
            Ok(to(following).saying(
                Text::key("exceptions-counted")
                    .with("found", found)
                    .with("gone", case.held - found),
            ))
        }
        Decision::Resolution(way) => {
            out(tx, actor, standing, &case, way).await?;
            Ok(to(following).saying(
                Text::key(if way == Resolution::Cancel {
                    "exceptions-cancelled"
                } else {
                    "exceptions-done"
                })
                .with("subject", &case.subject),
            ))
        }
    }
}

/// Looks again at every open case of a reason; returns how many could go on.
async fn retry_all(tx: &mut Tx, actor: Actor<'_>, reason: &str) -> Result<i64, GestureError> {
    let mut on = 0;
    for (id, shipment) in rows::of_reason(tx, actor.warehouse, reason, limits::BULK_CASES).await? {
        if retry(tx, actor, reason, id, shipment).await? {
            rows::done(tx, id, Some(actor.person)).await?;
            on += 1;
        }
    }
    Ok(on)
}

/// Looks again whether a case can go on now. What it tried in vain is as it was.
async fn retry(
    tx: &mut Tx,
    actor: Actor<'_>,
    reason: &str,
    case: i64,
    shipment: Option<i64>,
) -> store::Result<bool> {
    tx.attempt().await?;
    let worked = match (shipment, reason) {
        (Some(shipment), "not_found") => rows::place_again(tx, actor.warehouse, shipment).await?,
        (Some(shipment), "changed_late") => orders::bring_in_line(tx, shipment).await?,
        (Some(shipment), _) => orders::promise_again(tx, actor.warehouse, shipment).await?,
        (None, "dispatch_refused") => jobs::tell_again(tx, case).await.map(|()| true)?,
        (None, "push_refused") => push::tell_again(tx, case).await.map(|()| true)?,
        (None, _) => orders::try_again(tx, case).await?,
    };
    tx.attempted(worked).await?;
    if let (true, Some(shipment), "not_found") = (worked, shipment, reason) {
        rows::found_all(tx, shipment, actor.person).await?;
    }
    Ok(worked)
}

async fn out(
    tx: &mut Tx,
    actor: Actor<'_>,
    standing: &Standing,
    case: &Case,
    way: Resolution,
) -> Result<(), GestureError> {
    match (way, case.shipment_id) {
        (Resolution::Retry, shipment)
            if !retry(tx, actor, &case.reason, case.id, shipment).await? =>
        {
            let key = match (case.reason.as_str(), shipment) {
                ("changed_late", _) => "exceptions-still-differs",
                (_, Some(_)) => "exceptions-still-none",
                (_, None) => "exceptions-still-unknown",
            };
            return Err(Refusal::wrong(Text::key(key)).into());
        }
        (Resolution::Cancel, Some(shipment)) => orders::cancel(tx, shipment, "given_up").await?,
        (Resolution::Split, Some(shipment)) if !orders::split_rest(tx, shipment).await? => {
            return Err(Refusal::wrong(Text::key("split-nothing")).into());
        }
        (Resolution::Hold, Some(shipment))
            if !orders::take_off_floor(tx, shipment, "held", "other").await? =>
        {
            return Err(Refusal::wrong(Text::key("desk-not-now")).into());
        }
        _ => {}
    }
    people::audit(
        tx,
        &standing.operator.code,
        "exception_done",
        &format!("{} {}", case.reason, case.subject),
        None,
    )
    .await?;
    rows::done(tx, case.id, Some(actor.person)).await?;
    Ok(())
}
