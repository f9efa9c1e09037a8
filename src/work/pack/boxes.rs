//! What becomes of a box at a bench: filled, closed, opened again, its label printed anew.

use super::{Bench, load, to};
use crate::domain::states::{BoxStays, ParcelState};
use crate::domain::{Right, Units};
use crate::protocol::list::said;
use crate::protocol::pack::{Batch, Shipment, Snapshot, Step};
use crate::protocol::{Card, Message, Refusal};
use crate::store::orders::{self, Rest};
use crate::store::standing::Standing;
use crate::store::{self, Tx, audit, labels, pack as rows, turn};
use crate::work::{GestureError, Outcome};
use serde_json::json;

/// A labelled parcel is opened again by those who answer for it.
fn may_reopen(standing: &Standing) -> bool {
    standing.operator.role.may(Right::Reopen)
}

/// Units go into the box; the last one closes it.
pub(super) async fn units(
    tx: &mut Tx,
    at: Bench<'_>,
    step: &Step,
    shipment: &Shipment,
    units: &[(i64, Units)],
) -> Result<Outcome, GestureError> {
    let parcel = rows::open_parcel(tx, at.actor, shipment.id, at.id).await?;
    rows::pack(tx, at.actor, shipment.id, parcel, units).await?;
    let packed: i64 = units.iter().map(|(_, qty)| qty).sum();
    if packed < shipment.left() || shipment.coming > 0 || shipment.owed > 0 {
        return Ok(to(at.standing, Step { last: Some(at.actor.command), ..step.clone() }));
    }
    close(tx, at, Step::default(), parcel).await
}

/// One unit of a tote of singles: its box, at once closed.
pub(super) async fn single(
    tx: &mut Tx,
    at: Bench<'_>,
    next: Step,
    shipment: i64,
    unit: (i64, Units),
) -> Result<Outcome, GestureError> {
    let parcel = rows::open_parcel(tx, at.actor, shipment, at.id).await?;
    rows::pack(tx, at.actor, shipment, parcel, &[unit]).await?;
    close(tx, at, next, parcel).await
}

/// A whole tote of singles that are all alike.
pub(super) async fn run(
    tx: &mut Tx,
    at: Bench<'_>,
    step: Step,
    batch: Option<&Batch>,
) -> Result<Outcome, GestureError> {
    let Some(batch) = batch else { return Ok(to(at.standing, step)) };
    let labels = rows::pack_all(tx, at.actor, batch.tote_id, at.id).await?;
    Ok(to(at.standing, Step { singles: step.singles + labels, ..step })
        .saying(Message::key("pack-run-done").with("labels", labels)))
}

/// The box of the shipment on the bench is closed as it is. `rest`: what becomes of what is still
/// to come; the box is closed with it, unless something in it must stay.
pub(super) async fn close_open(
    tx: &mut Tx,
    at: Bench<'_>,
    next: Step,
    now: &Snapshot,
    rest: Option<Rest>,
) -> Result<Outcome, GestureError> {
    let shipment = now.shipment.as_ref().map(|s| s.id).unwrap_or_default();
    let parcel = rows::open_parcel(tx, at.actor, shipment, at.id).await?;
    if let Some(rest) = rest {
        orders::split_rest(tx, shipment, rest).await?;
    }
    close(tx, at, next, parcel).await
}

/// The parcel is closed; its label follows once this is committed, and then the packer stands at
/// `next`.
async fn close(
    tx: &mut Tx,
    at: Bench<'_>,
    next: Step,
    parcel: i64,
) -> Result<Outcome, GestureError> {
    if let Some(why) = must_stay(tx, parcel).await? {
        return Err(Refusal::stop(why).into());
    }
    rows::close(tx, at.actor, parcel, at.id).await?;
    Ok(to(at.standing, Step { closing: Some(parcel), ..next }))
}

/// Why a box must not be closed with what lies in it.
async fn must_stay(tx: &mut Tx, parcel: i64) -> store::Result<Option<Message>> {
    Ok(turn::why_box_stays(tx, parcel).await?.map(said))
}

pub(super) async fn missing(
    tx: &mut Tx,
    at: Bench<'_>,
    step: Step,
    reservation: i64,
    card: Card,
) -> Result<Outcome, GestureError> {
    let reason = if card == Card::Damaged { "damaged" } else { "short" };
    let lost = rows::report_missing(tx, at.actor, reason, reservation, at.id).await?;
    if let Some(shipment) = step.shipment_id {
        turn::end_unstuck(tx, at.actor.warehouse, shipment).await?;
    }
    // Its undo would put back what is held now.
    let shipment = load(tx, at.standing, &step).await?.shipment;
    let key = match shipment {
        _ if lost == 0 => "pack-missing-coming",
        Some(shipment) if shipment.permits_parts => "pack-missing-parts",
        _ => "pack-missing-lost",
    };
    Ok(to(at.standing, Step { last: None, ..step }).saying(Message::key(key)))
}

/// A parcel is scanned where no shipment is on the bench: an open box goes on; a labelled one asks
/// for its reason; one that got no label for what is in it is open again.
pub(super) async fn parcel(
    tx: &mut Tx,
    at: Bench<'_>,
    id: i64,
    sscc: &str,
) -> Result<Outcome, GestureError> {
    let Some((state, shipment, _)) = rows::parcel_state(tx, id).await? else {
        return Err(Refusal::wrong(Message::key("pack-expects-tote").with("received", sscc)).into());
    };
    let again = || to(at.standing, Step { shipment_id: Some(shipment), ..Step::default() });
    let stays =
        if state == ParcelState::Closed { turn::why_box_stays(tx, id).await? } else { None };
    if let Some(BoxStays::ShipmentHeld) = stays {
        // It stays closed, and gets its label when it is let go.
        return Err(Refusal::stop(Message::key("pack-closed-held").with("received", sscc)).into());
    }
    if let Some(why) = must_stay(tx, id).await?.filter(|_| state == ParcelState::Closed) {
        rows::reopen(tx, id, at.id, shipment).await?;
        return Ok(again().refusing(why));
    }
    let key = match state {
        ParcelState::Open => return Ok(again()),
        ParcelState::Labelled if may_reopen(at.standing) => {
            return Ok(to(at.standing, Step { reopening: Some(id), ..Step::default() }));
        }
        ParcelState::Labelled => "reopen-right",
        ParcelState::Closed => "reopen-no-label",
        ParcelState::HandedOver => "hand-over-gone",
        ParcelState::Void => "reopen-void",
    };
    Err(Refusal::wrong(Message::key(key).with("received", sscc)).into())
}

pub(super) async fn reopen(
    tx: &mut Tx,
    at: Bench<'_>,
    step: &Step,
    now: &Snapshot,
    reason: &str,
) -> Result<Outcome, GestureError> {
    let refused = || Refusal::wrong(Message::key("reopen-not-now"));
    let parcel = step.reopening.filter(|_| may_reopen(at.standing)).ok_or_else(refused)?;
    let Some((_, shipment, _)) =
        rows::parcel_state(tx, parcel).await?.filter(|(state, ..)| *state == ParcelState::Labelled)
    else {
        return Err(refused().into());
    };
    rows::reopen(tx, parcel, at.id, shipment).await?;
    audit::record(
        tx,
        &at.standing.operator.code,
        "reopen",
        now.reopening.as_deref().unwrap_or_default(),
        Some(json!({ "reason": reason })),
    )
    .await?;
    Ok(to(at.standing, Step { shipment_id: Some(shipment), ..Step::default() })
        .saying(Message::key("reopened")))
}

pub(super) async fn reprint(
    tx: &mut Tx,
    standing: &Standing,
    step: &Step,
    now: &Snapshot,
) -> Result<Outcome, GestureError> {
    let (Some(bench), Some(sscc)) = (&now.bench, &now.last_parcel) else {
        return Err(Refusal::wrong(Message::key("reprint-nothing")).into());
    };
    if !labels::reprint(tx, sscc, bench.place_id).await? {
        return Err(Refusal::wrong(Message::key("pack-no-printer")).into());
    }
    audit::record(tx, &standing.operator.code, "reprint", sscc, None).await?;
    Ok(to(standing, step.clone()).saying(Message::key("reprint-copy").with("sscc", sscc)))
}
