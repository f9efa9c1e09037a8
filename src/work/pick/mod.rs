//! Picking: applies what `protocol::pick` decides.

mod stop;

use super::activity::{Shown, Work};
use super::fast_pick::CachedScreen;
use super::{GestureError, Outcome};
use crate::codes::{self, Reading, own};
use crate::domain::Right;
use crate::limits;
use crate::protocol::pick::{self, Before, Colleague, Decision, Snapshot, Step, Trip};
use crate::protocol::scan::Scan;
use crate::protocol::{self, Activity, Card, Message, Refusal};
use crate::store::Actor;
use crate::store::audit;
use crate::store::people;
use crate::store::pick as rows;
use crate::store::places;
use crate::store::queue;
use crate::store::scope;
use crate::store::standing::Standing;
use crate::store::{self, Tx};
use serde_json::json;

pub(super) struct Pick;

impl Work for Pick {
    type Step = Step;
    const HANDLES_GOODS: bool = true;

    fn at(step: Step) -> protocol::Step {
        protocol::Step::Pick(step)
    }

    /// The trip in hand, or the next one at once: one card less.
    async fn enter(
        tx: &mut Tx,
        actor: Actor<'_>,
        standing: &Standing,
    ) -> Result<Outcome, GestureError> {
        let now = rows::load(tx, actor.warehouse, actor.person, 0, false).await?;
        if now.trip.is_none() && !rows::claim(tx, actor.warehouse, actor.person).await? {
            return Ok(to(standing, Step::default()).saying(no_trip(tx, actor.person).await?));
        }
        Ok(to(standing, Step::default()))
    }

    /// Who is idle asks for a trip.
    async fn again(
        tx: &mut Tx,
        actor: Actor<'_>,
        standing: &Standing,
        step: &Step,
        scan: &Scan,
    ) -> Result<Outcome, GestureError> {
        apply(tx, actor, standing, step, scan).await
    }

    async fn show(
        tx: &mut Tx,
        standing: &Standing,
        step: &Step,
        done: bool,
    ) -> store::Result<Shown> {
        // At the beginning of a stop the rest of the walk is looked up, so that what follows can
        // be done at once; else as much of it as is seen.
        let begins = done && *step == Step::default();
        let ahead = if begins { limits::PICKS_AHEAD } else { pick::AHEAD_SHOWN };
        let mut now = rows::load_with_ahead(
            tx,
            standing.warehouse_id,
            standing.operator.id,
            step.reservation_id,
            step.full,
            ahead,
        )
        .await?;
        if now.trip.is_none() {
            let (warehouse, person) = (standing.warehouse_id, &standing.operator);
            let picks = queue::waiting_of(tx, warehouse, person, Activity::Pick).await?;
            now.waiting = picks.map_or(0, |picks| picks.waiting);
        }
        let (page, expects) = (pick::build_page(&now, step), pick::accepted_scans(&now, step));
        Ok(Shown { page, expects, seen: Some(CachedScreen::new(standing, step, now)) })
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
}

async fn line_in_hand(
    tx: &mut Tx,
    standing: &Standing,
    step: &Step,
) -> store::Result<Option<protocol::WorkLine>> {
    let now =
        rows::load(tx, standing.warehouse_id, standing.operator.id, step.reservation_id, step.full)
            .await?;
    Ok(now.stop.map(|stop| protocol::WorkLine {
        done: step.at(&stop).counted,
        shipment: stop.shipment,
        item: stop.sku,
        lot: stop.lot,
        place: stop.place,
        qty: stop.qty,
    }))
}

/// Nothing waits, where the person is put to.
async fn no_trip(tx: &mut Tx, person: i64) -> store::Result<Message> {
    let zones = people::zones_of(tx, person).await?;
    Ok(match zones.is_empty() {
        true => Message::key("pick-no-trip"),
        false => Message::key("pick-no-trip-in").with("zones", zones.join(" ").as_str()),
    })
}

fn to(standing: &Standing, step: Step) -> Outcome {
    Outcome::to(protocol::Step::Pick(step), standing)
}

/// A licence plate of ours that no container bears yet makes a tote, where a free one is due.
/// `None`: it is none, or not for this person to make.
async fn first_scan(tx: &mut Tx, standing: &Standing, scan: &Scan) -> store::Result<Option<Scan>> {
    let readings = codes::readings(&scan.text);
    let plate = readings.iter().find_map(|reading| match reading {
        Reading::Own(own::Kind::Container, code) => Some(code),
        _ => None,
    });
    let may = standing.operator.role.may(Right::Containers) && scan.matches.is_empty();
    let Some(plate) = plate.filter(|_| may) else { return Ok(None) };
    if !places::add_tote(tx, standing.warehouse_id, plate).await? {
        return Ok(None);
    }
    audit::record(tx, &standing.operator.code, "container_add", plate, None).await?;
    let scan = store::scan::matches(tx, standing.warehouse_id, &scan.text, &readings).await?;
    Ok(Some(scan))
}

async fn apply(
    tx: &mut Tx,
    actor: Actor<'_>,
    standing: &Standing,
    step: &Step,
    scan: &Scan,
) -> Result<Outcome, GestureError> {
    let now = rows::load(tx, actor.warehouse, actor.person, step.reservation_id, step.full).await?;
    if scan.card == Some(Card::Explain) {
        return explain(&now, standing, step);
    }
    let decision = match pick::decide(&now, step, scan) {
        Err(refusal) if refusal.code() == "pick-expects-free-tote" => {
            let plate = first_scan(tx, standing, scan).await?;
            pick::decide(&now, step, &plate.ok_or(refusal)?)?
        }
        decided => decided?,
    };
    let (trip, stop) = match (&now.trip, &now.stop) {
        (Some(trip), stop) => (trip, stop.as_ref()),
        (None, _) => return idle(tx, actor, standing, decision).await,
    };
    match stop {
        Some(stop) => {
            let on = stop::At { trip, stop, step };
            stop::at_stop(tx, actor, standing, on, decision, scan).await
        }
        None => with_trip(tx, actor, standing, trip, decision, scan).await,
    }
}

/// What a decision does to the walk as a whole.
async fn with_trip(
    tx: &mut Tx,
    actor: Actor<'_>,
    standing: &Standing,
    trip: &Trip,
    decision: Decision,
    scan: &Scan,
) -> Result<Outcome, GestureError> {
    match decision {
        Decision::Step(next) => Ok(to(standing, next)),
        Decision::Undo(before) => undo(tx, actor, standing, before).await,
        Decision::Drop { place_id, home: true } => {
            rows::finish(tx, actor, trip.id, Some(place_id)).await?;
            audit::record(tx, &standing.operator.code, "trip_left", &trip.no, None).await?;
            Ok(Outcome::to(protocol::Step::Menu, standing)
                .saying(Message::key("dropped-home").with("trip", &trip.no)))
        }
        Decision::Drop { place_id, home: false } => {
            over(tx, actor, standing, trip, Some(place_id)).await
        }
        Decision::Over => over(tx, actor, standing, trip, None).await,
        Decision::Give(colleague) => give(tx, actor, standing, trip, &colleague).await,
        Decision::Leave => Ok(Outcome::to(protocol::Step::Menu, standing)),
        // It is about a stop, and there is none any more.
        _ => Err(Refusal::wrong(Message::key("moved-on").with("received", scan.received())).into()),
    }
}

/// Takes back what was booked last, a report too, or only a step.
async fn undo(
    tx: &mut Tx,
    actor: Actor<'_>,
    standing: &Standing,
    before: Before,
) -> Result<Outcome, GestureError> {
    if let Some(command) = before.command {
        let units = rows::undo_report(tx, actor, command).await?;
        if units > 0 {
            let text = Message::key("undone-report").with("units", units);
            return Ok(to(standing, Step::default()).saying(text));
        }
        rows::undo_movements(tx, actor, command).await?;
    }
    if before.skipped {
        rows::unskip(tx, before.stop_id).await?;
    }
    let text = match &before.put {
        Some(put) => put.says("undone-put"),
        None => Message::key(if before.skipped { "undone-skip" } else { "undone" }),
    };
    Ok(to(standing, restored(tx, actor, before).await?).saying(text))
}

/// The walk is over, and the next one begins.
async fn over(
    tx: &mut Tx,
    actor: Actor<'_>,
    standing: &Standing,
    trip: &Trip,
    place: Option<i64>,
) -> Result<Outcome, GestureError> {
    rows::finish(tx, actor, trip.id, place).await?;
    let more = rows::claim(tx, actor.warehouse, actor.person).await?;
    let key = if more { "dropped-next" } else { "dropped-last" };
    Ok(to(standing, Step::default()).saying(Message::key(key).with("trip", &trip.no)))
}

/// A colleague goes on with the walk.
async fn give(
    tx: &mut Tx,
    actor: Actor<'_>,
    standing: &Standing,
    trip: &Trip,
    colleague: &Colleague,
) -> Result<Outcome, GestureError> {
    if !scope::sees(tx, colleague.id, "trip", trip.id).await? {
        return Err(Refusal::wrong(Message::key("give-not-theirs")).into());
    }
    rows::give_to_colleague(tx, trip.id, actor.person, colleague.id).await?;
    let to = json!({ "to": colleague.name });
    audit::record(tx, &standing.operator.code, "trip_given", &trip.no, Some(to)).await?;
    let text = Message::key("trip-given").with("trip", &trip.no).with("who", &colleague.name);
    Ok(Outcome::to(protocol::Step::Menu, standing).saying(text))
}

/// The step before the undone scan. Goods that came back lie under a reservation of another number
/// perhaps.
async fn restored(tx: &mut Tx, actor: Actor<'_>, before: Before) -> store::Result<Step> {
    let now =
        rows::load(tx, actor.warehouse, actor.person, before.step.reservation_id, false).await?;
    Ok(match &now.stop {
        Some(stop) if stop.id == before.stop_id && before.step.counted <= stop.qty => {
            Step { reservation_id: stop.reservation_id, ..before.step }
        }
        _ => Step::default(),
    })
}

async fn idle(
    tx: &mut Tx,
    actor: Actor<'_>,
    standing: &Standing,
    decision: Decision,
) -> Result<Outcome, GestureError> {
    match decision {
        Decision::Undo(before) => undo(tx, actor, standing, before).await,
        Decision::Claim if rows::claim(tx, actor.warehouse, actor.person).await? => {
            Ok(to(standing, Step::default()))
        }
        Decision::Claim => Err(Refusal::wrong(no_trip(tx, actor.person).await?).into()),
        _ => Ok(Outcome::to(protocol::Step::Menu, standing)),
    }
}

/// Nothing left to walk to and nothing in totes: the trip is over without a drop.
async fn finish_if_empty(tx: &mut Tx, actor: Actor<'_>, trip: i64) -> store::Result<()> {
    let now = rows::load(tx, actor.warehouse, actor.person, 0, false).await?;
    if now.stop.is_none() && now.trip.is_some_and(|t| t.totes == 0) {
        rows::finish(tx, actor, trip, None).await?;
    }
    Ok(())
}

fn explain(now: &Snapshot, standing: &Standing, step: &Step) -> Result<Outcome, GestureError> {
    let Some(stop) = &now.stop else {
        return Err(Refusal::wrong(Message::key("explain-nothing")).into());
    };
    let text = Message::key("explain-stop")
        .with("lot", &stop.lot)
        .with("day", &stop.last_good)
        .with("shipment", &stop.shipment)
        .with("lots", stop.lots_here.len() as i64);
    Ok(to(standing, step.clone()).saying(text))
}
