//! What a decision does to the goods of the stop that a picker stands at.

use super::{finish_if_empty, rows, to, with_trip};
use crate::limits;
use crate::protocol::pick::{self, Booked, Decision, Step, Stop, Trip};
use crate::protocol::scan::Scan;
use crate::protocol::{Card, Message};
use crate::store::standing::Standing;
use crate::store::{Actor, Tx, audit, turn};
use crate::work::{GestureError, Outcome};
use serde_json::json;

/// The stop that somebody stands at on a walk, and how far they are.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    pub(super) trip: &'a Trip,
    pub(super) stop: &'a Stop,
    pub(super) step: &'a Step,
}

/// What a decision does to the goods of a stop; one that is not about them is the walk's.
pub(super) async fn at_stop(
    tx: &mut Tx,
    actor: Actor<'_>,
    standing: &Standing,
    on: At<'_>,
    decision: Decision,
    scan: &Scan,
) -> Result<Outcome, GestureError> {
    let At { trip, stop, step } = on;
    match decision {
        Decision::Step(next) if scan.card.is_none() && next == step.at(stop) => {
            let text = Message::key("pick-heard")
                .with("received", scan.received())
                .with("next", pick::prompt(stop, &next));
            Ok(to(standing, next).saying(text))
        }
        Decision::Swap { to_lot, step: next } => {
            let reservation_id = rows::swap_lot(tx, actor, stop, trip.id, to_lot).await?;
            // Undoing a swap would hand back a lot that another may have by now.
            let next = Step { reservation_id, before: None, ..next };
            Ok(to(standing, next).saying(Message::key("swap-done")))
        }
        Decision::Put { tote, qty } => {
            rows::move_to_tote(tx, actor, trip.id, stop, &tote, qty).await?;
            let put = scan.container().map(|tote| Booked { units: qty, tote: tote.to_owned() });
            Ok(to(standing, Step::undoing(step.at(stop), stop.id, actor.command, put)))
        }
        Decision::Damaged(qty) => {
            let missing = rows::report_damaged(tx, actor, stop, qty).await?;
            lacks(tx, actor, standing, on, "damaged-held", missing).await
        }
        Decision::Missing(card) => {
            let reason = if card == Card::Empty { "empty" } else { "short" };
            let missing = rows::report_missing(tx, actor, stop, reason).await?;
            let key = if missing.lost > 0 { "missing-lost" } else { "missing-moved" };
            lacks(tx, actor, standing, on, key, missing).await
        }
        Decision::MustStay => stays(tx, actor, standing, on).await,
        Decision::Found => {
            rows::report_found(tx, actor, stop).await?;
            Ok(to(standing, Step { asking: None, ..step.at(stop) })
                .saying(Message::key("found-noted")))
        }
        Decision::NoCode(next) => {
            let of = json!({ "place": stop.place, "shipment": stop.shipment });
            audit::record(tx, &standing.operator.code, "no_code", &stop.sku, Some(of)).await?;
            let text = Message::key("nocode-counted")
                .with("counted", next.counted)
                .with("qty", stop.qty)
                .with("next", pick::prompt(stop, &next));
            Ok(to(standing, next).saying(text))
        }
        Decision::Skip => {
            rows::skip(tx, trip.id, stop.id).await?;
            let text = Message::key("skipped").with("bin", &stop.place);
            Ok(to(standing, Step::skipping(step.at(stop), stop.id)).saying(text))
        }
        walk => with_trip(tx, actor, standing, trip, walk, scan).await,
    }
}

/// What a stop lacks looks for other goods, and the walk goes on.
async fn lacks(
    tx: &mut Tx,
    actor: Actor<'_>,
    standing: &Standing,
    on: At<'_>,
    key: &str,
    missing: rows::MissingResult,
) -> Result<Outcome, GestureError> {
    finish_if_empty(tx, actor, on.trip.id).await?;
    let before = Step { asking: None, before: None, ..on.step.at(on.stop) };
    let text = Message::key(key)
        .with("held", missing.held)
        .with("bin", &on.stop.place)
        .with("moved", missing.moved)
        .with("lost", missing.lost);
    Ok(to(standing, Step::undoing(before, on.stop.id, actor.command, None)).saying(text))
}

/// The goods of a stop are held or too old: they stay, and others are looked for.
async fn stays(
    tx: &mut Tx,
    actor: Actor<'_>,
    standing: &Standing,
    on: At<'_>,
) -> Result<Outcome, GestureError> {
    let At { trip, stop, .. } = on;
    let gone = turn::move_stuck(tx, actor.warehouse, Some(stop.id), limits::TURN_BATCH).await?;
    finish_if_empty(tx, actor, trip.id).await?;
    let key = match (stop.facts.held, gone.lost > 0) {
        (true, true) => "held-lost",
        (true, false) => "held-moved",
        (false, true) => "too-old-lost",
        (false, false) => "too-old-moved",
    };
    let text = Message::key(key)
        .with("item", &stop.name)
        .with("bin", &stop.place)
        .with("day", stop.last_good.as_str())
        .with("lost", gone.lost);
    Ok(to(standing, Step::default()).refusing(text))
}
