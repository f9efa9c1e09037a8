//! The ways out of an exception: to try again, to give up, to part, to set aside.

use super::{rows, same};
use crate::domain::Right;
use crate::domain::states::{Coded, ExceptionReason};
use crate::protocol::exceptions::{Exception, Resolution};
use crate::protocol::{Message, Refusal};
use crate::store::orders::{self, Rest};
use crate::store::standing::Standing;
use crate::store::{self, Actor, Tx, audit, jobs, push, turn};
use crate::work::{GestureError, allowed};

/// Looks again at every open exception of a reason; returns how many could go on.
pub(super) async fn retry_all(
    tx: &mut Tx,
    actor: Actor<'_>,
    reason: &str,
) -> Result<i64, GestureError> {
    let mut on = 0;
    for (id, shipment) in same(tx, actor, reason).await? {
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

/// Does what the person chose, if they may, and closes the exception.
pub(super) async fn out(
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
        // It would only be hidden.
        (Resolution::Done, _) if rows::still_waits(tx, exception.id).await? => {
            let text = Message::key("exceptions-still-waits").with("subject", &exception.subject);
            return Err(Refusal::wrong(text).into());
        }
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
    let subject = format!("{} {}", exception.reason, exception.subject);
    audit::record(tx, &standing.operator.code, "exception_done", &subject, None).await?;
    rows::close(tx, exception.id, Some(actor.person)).await?;
    Ok(())
}
