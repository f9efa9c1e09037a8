//! Packing: applies what `protocol::pack` decides. `boxes` does what becomes of a box.

mod boxes;

use super::activity::{Shown, Work};
use super::{GestureError, Outcome};
use crate::domain::Units;
use crate::domain::states::{ShipmentState, TripState};
use crate::protocol::pack::{self, Decision, Snapshot, Step};
use crate::protocol::scan::Scan;
use crate::protocol::{self, Card, Message, Refusal};
use crate::store::Actor;
use crate::store::audit;
use crate::store::orders::Rest;
use crate::store::pack::{self as rows, ToteUse};
use crate::store::standing::Standing;
use crate::store::{self, Tx};
use serde_json::json;
use uuid::Uuid;

/// A gesture at a bench: whose it is, and the bench's place.
#[derive(Clone, Copy)]
struct Bench<'a> {
    actor: Actor<'a>,
    standing: &'a Standing,
    id: i64,
}

async fn load(tx: &mut Tx, standing: &Standing, step: &Step) -> store::Result<Snapshot> {
    rows::load(tx, standing, step).await
}

pub(super) struct Pack;

impl Work for Pack {
    type Step = Step;
    const HANDLES_GOODS: bool = true;

    /// What was found at the bench.
    fn takes_words(step: &Step) -> bool {
        step.asking == Some(Card::Found)
    }

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
    if pack::closes_by_echo(&now, step, &decision, actor.command) {
        let text = Message::key("scanned-once").with("received", scan.received());
        return Ok(to(standing, step.clone()).saying(text));
    }
    let Some(bench) = now.bench.as_ref().map(|bench| bench.place_id) else {
        return unbound(tx, standing, step, scan, decision).await;
    };
    let plain = Step { asking: None, reopening: None, counting: None, read: None, ..step.clone() };
    let at = Bench { actor, standing, id: bench };
    match decision {
        Decision::Bind(_) | Decision::Leave => unbound(tx, standing, step, scan, decision).await,
        Decision::Bring { tote, code } => bring(tx, at, step, tote, &code).await,
        Decision::Pack { reservations, by_eye, of } => {
            let shipment = now.shipment.as_ref().ok_or_else(|| {
                Refusal::wrong(Message::key("pack-expects-tote").with("received", scan.received()))
            })?;
            let one = matches!(reservations.as_slice(), [(_, 1)]);
            let step = Step { counting: of.filter(|_| one), read: of, ..plain };
            note_unread(tx, standing, by_eye, &reservations).await?;
            boxes::units(tx, at, &step, shipment, &reservations).await
        }
        Decision::Single { shipment_id, reservation, by_eye } => {
            note_unread(tx, standing, by_eye, &[reservation]).await?;
            boxes::single(tx, at, after_single(&now, plain), shipment_id, reservation).await
        }
        Decision::Run => boxes::run(tx, at, plain, now.batch.as_ref()).await,
        Decision::Box => {
            let more = now.shipment.as_ref().is_some_and(|s| s.left() + s.coming > 0);
            let next = if more { Step { last: None, ..plain } } else { Step::default() };
            boxes::close_open(tx, at, next, &now, None).await
        }
        Decision::BoxAndRest => {
            boxes::close_open(tx, at, Step::default(), &now, Some(Rest::Follows)).await
        }
        Decision::Question(card) => Ok(to(standing, Step { asking: card, ..plain })),
        Decision::Missing { reservation, card } => {
            boxes::missing(tx, at, plain, reservation, card).await
        }
        Decision::Extra { item_id, said } => {
            rows::report_extra(tx, actor, bench, item_id, &said).await?;
            Ok(to(standing, plain).saying(Message::key("pack-extra-noted")))
        }
        Decision::Parcel { id, sscc } => boxes::parcel(tx, at, id, &sscc).await,
        Decision::Reopen { reason } => boxes::reopen(tx, at, step, &now, reason).await,
        Decision::Undo(command) => undo(tx, at, plain, command).await,
        Decision::Reprint => boxes::reprint(tx, standing, step, &now).await,
        Decision::Aside => Ok(to(standing, Step::default())),
    }
}

/// The last unit empties a tote that was picked in total: the next one is asked for.
fn after_single(now: &Snapshot, step: Step) -> Step {
    let last = now.batch.as_ref().is_none_or(|batch| batch.left() <= 1 && batch.spare == 0);
    if last { Step::default() } else { Step { singles: step.singles + 1, ..step } }
}

async fn undo(
    tx: &mut Tx,
    at: Bench<'_>,
    step: Step,
    command: Uuid,
) -> Result<Outcome, GestureError> {
    let (units, item) = rows::undo(tx, at.actor, command).await?;
    let text = Message::key("undone-packed").with("units", units).with("item", &item);
    Ok(to(at.standing, Step { last: None, ..step }).saying(text))
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

/// What a person chose by eye, for want of a code, stands in the audit: of which shipment, and
/// which goods.
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
    at: Bench<'_>,
    step: &Step,
    tote: i64,
    code: &str,
) -> Result<Outcome, GestureError> {
    let Some(brought) = rows::tote_use(tx, tote, at.actor.person).await? else {
        return Err(Refusal::wrong(Message::key("pack-tote-empty").with("received", code)).into());
    };
    if let Some(refusal) = why_not_here(&brought, code) {
        return Err(refusal.into());
    }
    rows::bring_tote(tx, at.actor, tote, at.id, brought.shipment).await?;
    if brought.shipment.is_none() {
        return Ok(to(at.standing, Step { batch: Some(tote), ..Step::default() }));
    }
    if step.shipment_id == brought.shipment && step.totes.contains(&tote) {
        let text = Message::key("pack-tote-open").with("received", code);
        return Ok(to(at.standing, step.clone()).saying(text));
    }
    let mut totes =
        if step.shipment_id == brought.shipment { step.totes.clone() } else { Vec::new() };
    if !totes.contains(&tote) {
        totes.push(tote);
    }
    Ok(to(at.standing, Step { shipment_id: brought.shipment, totes, ..Step::default() }))
}

/// Why a tote is not to be packed now.
fn why_not_here(brought: &ToteUse, code: &str) -> Option<Refusal> {
    let about =
        |key: &str| Message::key(key).with("received", code).with("shipment", &brought.shipment_no);
    let walking = || Refusal::wrong(Message::key("pack-still-walking").with("received", code));
    let not_ready = || Refusal::wrong(about("pack-not-ready"));
    match (brought.state, brought.trip) {
        (Some(ShipmentState::Picked | ShipmentState::Packing), _) | (None, TripState::Done) => {}
        (Some(ShipmentState::Cancelled), _) => {
            return Some(Refusal::stop(about("pack-cancelled")));
        }
        (None, _) => return Some(walking()),
        _ => return Some(not_ready()),
    }
    // Once begun, what is still to come does not hold up what is here.
    let begun = brought.unpicked == 0 || brought.state != Some(ShipmentState::Picked);
    let of_shipment = |key| Message::key(key).with("shipment", &brought.shipment_no);
    match (&brought.held, &brought.other_packer) {
        _ if brought.walking => Some(walking()),
        (Some(why), _) => {
            Some(Refusal::wrong(of_shipment("pack-shipment-held").with("why", why.clone())))
        }
        _ if brought.open_exception => Some(Refusal::wrong(of_shipment("pack-exception"))),
        _ if !begun => Some(not_ready()),
        (_, Some(other)) => {
            Some(Refusal::wrong(of_shipment("pack-other-packer").with("who", other)))
        }
        _ => None,
    }
}
