//! Packing: applies what `protocol::pack` decides.

use super::activity::{Shown, Work};
use super::{GestureError, Outcome};
use crate::domain::states::{BoxStays, ParcelState, ShipmentState, TripState};
use crate::domain::{Right, Units};
use crate::protocol::list::said;
use crate::protocol::pack::{self, Decision, Snapshot, Step};
use crate::protocol::scan::Scan;
use crate::protocol::{self, Card, Message, Refusal};
use crate::store::Actor;
use crate::store::audit;
use crate::store::orders::{self, Rest};
use crate::store::standing::Standing;
use crate::store::turn;
use crate::store::{self, Tx, labels, pack as rows};
use serde_json::json;

/// A labelled parcel is opened again by those who answer for it.
fn may_reopen(standing: &Standing) -> bool {
    standing.operator.role.may(Right::Reopen)
}

async fn load(tx: &mut Tx, standing: &Standing, step: &Step) -> store::Result<Snapshot> {
    rows::load(tx, standing, step).await
}

pub(super) struct Pack;

impl Work for Pack {
    type Step = Step;
    const HANDLES_GOODS: bool = true;

    fn at(step: Step) -> protocol::Step {
        protocol::Step::Pack(step)
    }

    async fn show(tx: &mut Tx, standing: &Standing, step: &Step, _: bool) -> store::Result<Shown> {
        let now = load(tx, standing, step).await?;
        Ok((pack::build_page(&now, step), pack::accepted_scans(&now, step)).into())
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

    async fn line(
        tx: &mut Tx,
        standing: &Standing,
        step: &Step,
    ) -> store::Result<Option<protocol::WorkLine>> {
        line_in_hand(tx, standing, step).await
    }

    fn waits_for(step: &Step) -> Option<i64> {
        step.closing
    }
}

/// The next line of the shipment on the bench.
async fn line_in_hand(
    tx: &mut Tx,
    standing: &Standing,
    step: &Step,
) -> store::Result<Option<protocol::WorkLine>> {
    let now = load(tx, standing, step).await?;
    let (Some(bench), Some(shipment)) = (now.bench, now.shipment) else { return Ok(None) };
    let next = shipment.lines.iter().find(|line| line.left > 0);
    Ok(next.map(|line| protocol::WorkLine {
        shipment: shipment.no.clone(),
        item: line.sku.clone(),
        lot: line.lot.clone(),
        place: bench.code.clone(),
        qty: line.left + line.packed,
        done: line.packed,
    }))
}

fn to(standing: &Standing, step: Step) -> Outcome {
    Outcome::to(protocol::Step::Pack(step), standing)
}

async fn apply(
    tx: &mut Tx,
    actor: Actor<'_>,
    standing: &Standing,
    step: &Step,
    scan: &Scan,
) -> Result<Outcome, GestureError> {
    let now = load(tx, standing, step).await?;
    let decision = pack::decide(&now, step, scan)?;
    let Some(bench) = now.bench.as_ref().map(|bench| bench.place_id) else {
        return unbound(tx, standing, step, scan, decision).await;
    };
    let plain = Step { asking: None, reopening: None, counting: None, ..step.clone() };
    match decision {
        Decision::Bind(_) | Decision::Leave => unbound(tx, standing, step, scan, decision).await,
        Decision::Bring { tote, code } => {
            bring(tx, actor, standing, step, bench, tote, &code).await
        }
        Decision::Pack { reservations, by_eye, of } => {
            let shipment = now.shipment.as_ref().ok_or_else(|| {
                Refusal::wrong(Message::key("pack-expects-tote").with("received", scan.received()))
            })?;
            note_unread(tx, standing, by_eye, &reservations).await?;
            units(
                tx,
                actor,
                standing,
                &Step { counting: of, ..plain },
                shipment,
                bench,
                &reservations,
            )
            .await
        }
        Decision::Single { shipment_id, reservation, by_eye } => {
            note_unread(tx, standing, by_eye, &[reservation]).await?;
            let parcel = rows::open_parcel(tx, actor, shipment_id, bench).await?;
            rows::pack(tx, actor, shipment_id, parcel, &[reservation]).await?;
            // The last unit empties the tote: the next one is asked for.
            let last = now.batch.as_ref().is_none_or(|batch| batch.left() <= 1 && batch.spare == 0);
            let next =
                if last { Step::default() } else { Step { singles: step.singles + 1, ..plain } };
            close(tx, actor, standing, next, parcel, bench).await
        }
        Decision::Run => {
            let Some(batch) = &now.batch else { return Ok(to(standing, plain)) };
            let labels = rows::pack_all(tx, actor, batch.tote_id, bench).await?;
            Ok(to(standing, Step { singles: step.singles + labels, ..plain })
                .saying(Message::key("pack-run-done").with("labels", labels)))
        }
        Decision::Box => {
            let shipment = now.shipment.as_ref().map(|s| s.id).unwrap_or_default();
            let parcel = rows::open_parcel(tx, actor, shipment, bench).await?;
            let more = now.shipment.as_ref().is_some_and(|s| s.left() + s.coming > 0);
            let next = if more { Step { last: None, ..plain } } else { Step::default() };
            close(tx, actor, standing, next, parcel, bench).await
        }
        Decision::BoxAndRest => {
            let shipment = now.shipment.as_ref().map(|s| s.id).unwrap_or_default();
            let parcel = rows::open_parcel(tx, actor, shipment, bench).await?;
            // Who parts it off closes the box too, unless something in it must stay.
            orders::split_rest(tx, shipment, Rest::Follows).await?;
            close(tx, actor, standing, Step::default(), parcel, bench).await
        }
        Decision::Question(card) => Ok(to(standing, Step { asking: card, ..plain })),
        Decision::Missing { reservation, card } => {
            missing(tx, actor, standing, plain, reservation, card, bench).await
        }
        Decision::Extra { item_id, said } => {
            rows::report_extra(tx, actor, bench, item_id, &said).await?;
            Ok(to(standing, plain).saying(Message::key("pack-extra-noted")))
        }
        Decision::Parcel { id, sscc } => parcel(tx, standing, id, &sscc, bench).await,
        Decision::Reopen { reason } => reopen(tx, standing, step, &now, reason, bench).await,
        Decision::Undo(command) => {
            rows::undo(tx, actor, command).await?;
            Ok(to(standing, Step { last: None, ..plain }).saying(Message::key("undone")))
        }
        Decision::Reprint => reprint(tx, standing, step, &now).await,
        Decision::Aside => Ok(to(standing, Step::default())),
    }
}

/// What needs no bench: finding one, and leaving.
async fn unbound(
    tx: &mut Tx,
    standing: &Standing,
    step: &Step,
    scan: &Scan,
    decision: Decision,
) -> Result<Outcome, GestureError> {
    match decision {
        Decision::Bind(bench) if rows::bench_exists(tx, bench).await? => {
            Ok(Outcome { bench: Some(bench), ..to(standing, step.clone()) })
        }
        Decision::Aside => Ok(to(standing, Step::default())),
        Decision::Question(card) => {
            Ok(to(standing, Step { asking: card, reopening: None, ..step.clone() }))
        }
        Decision::Leave => Ok(Outcome::to(protocol::Step::Menu, standing)),
        _ => Err(Refusal::wrong(
            Message::key("pack-expects-bench").with("received", scan.received()),
        )
        .into()),
    }
}

/// Goods that were packed on the person's word, without a code, stand in the audit.
/// What a person chose by eye, for want of a code: of which shipment, and which goods.
async fn note_unread(
    tx: &mut Tx,
    standing: &Standing,
    by_eye: bool,
    reservations: &[(i64, Units)],
) -> store::Result<()> {
    let Some((first, _)) = reservations.first().filter(|_| by_eye) else { return Ok(()) };
    let goods = rows::goods_of(tx, *first).await?;
    audit::record(
        tx,
        &standing.operator.code,
        "no_code",
        &goods.shipment_no,
        Some(json!({ "item": goods.sku, "lot": goods.lot })),
    )
    .await
}

async fn bring(
    tx: &mut Tx,
    actor: Actor<'_>,
    standing: &Standing,
    step: &Step,
    bench: i64,
    tote: i64,
    code: &str,
) -> Result<Outcome, GestureError> {
    let Some(brought) = rows::tote_use(tx, tote, actor.person).await? else {
        return Err(Refusal::wrong(Message::key("pack-tote-empty").with("received", code)).into());
    };
    let not_ready = || {
        Refusal::wrong(
            Message::key("pack-not-ready")
                .with("received", code)
                .with("shipment", &brought.shipment_no),
        )
    };
    match (brought.state, brought.trip) {
        (Some(ShipmentState::Picked | ShipmentState::Packing), _) | (None, TripState::Done) => {}
        (Some(ShipmentState::Cancelled), _) => {
            return Err(Refusal::stop(
                Message::key("pack-cancelled")
                    .with("shipment", &brought.shipment_no)
                    .with("received", code),
            )
            .into());
        }
        (None, _) => {
            return Err(
                Refusal::wrong(Message::key("pack-still-walking").with("received", code)).into()
            );
        }
        _ => return Err(not_ready().into()),
    }
    if brought.walking {
        return Err(
            Refusal::wrong(Message::key("pack-still-walking").with("received", code)).into()
        );
    }
    if let Some(why) = &brought.held {
        return Err(Refusal::wrong(
            Message::key("pack-shipment-held")
                .with("shipment", &brought.shipment_no)
                .with("why", why.clone()),
        )
        .into());
    }
    if brought.open_exception {
        return Err(Refusal::wrong(
            Message::key("pack-exception").with("shipment", &brought.shipment_no),
        )
        .into());
    }
    // Once begun, what is still to come does not hold up what is here.
    if brought.unpicked > 0 && brought.state == Some(ShipmentState::Picked) {
        return Err(not_ready().into());
    }
    if let Some(other) = &brought.other_packer {
        return Err(Refusal::wrong(
            Message::key("pack-other-packer")
                .with("shipment", &brought.shipment_no)
                .with("who", other),
        )
        .into());
    }
    rows::bring_tote(tx, actor, tote, bench, brought.shipment).await?;
    if brought.shipment.is_none() {
        return Ok(to(standing, Step { batch: Some(tote), ..Step::default() }));
    }
    let mut totes =
        if step.shipment_id == brought.shipment { step.totes.clone() } else { Vec::new() };
    if !totes.contains(&tote) {
        totes.push(tote);
    }
    Ok(to(standing, Step { shipment_id: brought.shipment, totes, ..Step::default() }))
}

async fn units(
    tx: &mut Tx,
    actor: Actor<'_>,
    standing: &Standing,
    step: &Step,
    shipment: &pack::Shipment,
    bench: i64,
    units: &[(i64, i64)],
) -> Result<Outcome, GestureError> {
    let parcel = rows::open_parcel(tx, actor, shipment.id, bench).await?;
    rows::pack(tx, actor, shipment.id, parcel, units).await?;
    let packed: i64 = units.iter().map(|(_, qty)| qty).sum();
    if packed < shipment.left() || shipment.coming > 0 || shipment.owed > 0 {
        return Ok(to(standing, Step { last: Some(actor.command), ..step.clone() }));
    }
    close(tx, actor, standing, Step::default(), parcel, bench).await
}

/// The parcel is closed; its label follows once this is committed, and then the packer stands at
/// `next`.
async fn close(
    tx: &mut Tx,
    actor: Actor<'_>,
    standing: &Standing,
    next: Step,
    parcel: i64,
    bench: i64,
) -> Result<Outcome, GestureError> {
    if let Some(why) = must_stay(tx, parcel).await? {
        return Err(Refusal::stop(why).into());
    }
    rows::close(tx, actor, parcel, bench).await?;
    Ok(to(standing, Step { closing: Some(parcel), ..next }))
}

/// Why a box must not be closed with what lies in it.
async fn must_stay(tx: &mut Tx, parcel: i64) -> store::Result<Option<Message>> {
    Ok(turn::why_box_stays(tx, parcel).await?.map(said))
}

async fn missing(
    tx: &mut Tx,
    actor: Actor<'_>,
    standing: &Standing,
    step: Step,
    reservation: i64,
    card: Card,
    bench: i64,
) -> Result<Outcome, GestureError> {
    let reason = if card == Card::Damaged { "damaged" } else { "short" };
    let lost = rows::report_missing(tx, actor, reason, reservation, bench).await?;
    if let Some(shipment) = step.shipment_id {
        turn::end_unstuck(tx, actor.warehouse, shipment).await?;
    }
    // Its undo would put back what is held now.
    let shipment = load(tx, standing, &step).await?.shipment;
    let key = match shipment {
        _ if lost == 0 => "pack-missing-coming",
        Some(shipment) if shipment.permits_parts => "pack-missing-parts",
        _ => "pack-missing-lost",
    };
    Ok(to(standing, Step { last: None, ..step }).saying(Message::key(key)))
}

/// A parcel is scanned where no shipment is on the bench: an open box goes on; a labelled one asks
/// for its reason; one that got no label for what is in it is open again.
async fn parcel(
    tx: &mut Tx,
    standing: &Standing,
    id: i64,
    sscc: &str,
    bench: i64,
) -> Result<Outcome, GestureError> {
    let Some((state, shipment, _)) = rows::parcel_state(tx, id).await? else {
        return Err(Refusal::wrong(Message::key("pack-expects-tote").with("received", sscc)).into());
    };
    let again = || to(standing, Step { shipment_id: Some(shipment), ..Step::default() });
    let stays =
        if state == ParcelState::Closed { turn::why_box_stays(tx, id).await? } else { None };
    if let Some(BoxStays::ShipmentHeld) = stays {
        // It stays closed, and gets its label when it is let go.
        return Err(Refusal::stop(Message::key("pack-closed-held").with("received", sscc)).into());
    }
    if let Some(why) = must_stay(tx, id).await?.filter(|_| state == ParcelState::Closed) {
        rows::reopen(tx, id, bench, shipment).await?;
        return Ok(again().refusing(why));
    }
    let key = match state {
        ParcelState::Open => return Ok(again()),
        ParcelState::Labelled if may_reopen(standing) => {
            return Ok(to(standing, Step { reopening: Some(id), ..Step::default() }));
        }
        ParcelState::Labelled => "reopen-right",
        ParcelState::Closed => "reopen-no-label",
        ParcelState::HandedOver => "hand-over-gone",
        ParcelState::Void => "reopen-void",
    };
    Err(Refusal::wrong(Message::key(key).with("received", sscc)).into())
}

async fn reopen(
    tx: &mut Tx,
    standing: &Standing,
    step: &Step,
    now: &Snapshot,
    reason: &str,
    bench: i64,
) -> Result<Outcome, GestureError> {
    let refused = || Refusal::wrong(Message::key("reopen-not-now"));
    let parcel = step.reopening.filter(|_| may_reopen(standing)).ok_or_else(refused)?;
    let Some((_, shipment, _)) =
        rows::parcel_state(tx, parcel).await?.filter(|(state, ..)| *state == ParcelState::Labelled)
    else {
        return Err(refused().into());
    };
    rows::reopen(tx, parcel, bench, shipment).await?;
    audit::record(
        tx,
        &standing.operator.code,
        "reopen",
        now.reopening.as_deref().unwrap_or_default(),
        Some(json!({ "reason": reason })),
    )
    .await?;
    Ok(to(standing, Step { shipment_id: Some(shipment), ..Step::default() })
        .saying(Message::key("reopened")))
}

async fn reprint(
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
