//! Picking: applies what `protocol::pick` decides.

use super::{Ctx, GestureError, Outcome};
use crate::codes::{self, Reading, own};
use crate::domain::Right;
use crate::limits;
use crate::protocol::pick::{self, Before, Decision, Snapshot, Step};
use crate::protocol::scan::Scan;
use crate::protocol::{self, Card, Expect, Message, Page, Refusal, Reply, Request};
use crate::store::Actor;
use crate::store::audit;
use crate::store::people;
use crate::store::pick as rows;
use crate::store::places;
use crate::store::standing::Standing;
use crate::store::turn;
use crate::store::{self, Tx};

/// `ahead`: so much more of the walk is looked up for the gestures that follow.
pub async fn load_page(
    tx: &mut Tx,
    standing: &Standing,
    step: &Step,
    ahead: i32,
) -> store::Result<(Page, Vec<Expect>, Snapshot)> {
    let now = rows::load_with_ahead(
        tx,
        standing.warehouse_id,
        standing.operator.id,
        step.reservation_id,
        step.full,
        ahead,
    )
    .await?;
    Ok((pick::build_page(&now, step), pick::accepted_scans(&now, step), now))
}

/// What a picker's screen shows, kept so that the next pick can be decided without asking again.
pub struct CachedScreen {
    session: uuid::Uuid,
    version: i64,
    operator: protocol::Operator,
    warehouse: i64,
    step: Step,
    now: Snapshot,
}

impl CachedScreen {
    pub fn new(standing: &Standing, step: &Step, now: Snapshot) -> CachedScreen {
        CachedScreen {
            session: standing.session,
            version: standing.version,
            operator: standing.operator.clone(),
            warehouse: standing.warehouse_id,
            step: step.clone(),
            now,
        }
    }

    fn actor<'a>(&self, request: &'a Request) -> Actor<'a> {
        Actor {
            person: self.operator.id,
            warehouse: self.warehouse,
            command: request.command,
            at: &request.at,
        }
    }

    fn stands<'a>(&self, next: &'a protocol::Step) -> rows::ExpectedStanding<'a> {
        rows::ExpectedStanding { session: self.session, version: self.version, next }
    }
}

/// A scan in one round trip, where the screen that the person saw is enough to decide it and still
/// true. `None`: the slow way decides; nothing was done.
pub async fn fast_path(ctx: &Ctx, request: &Request, text: &str) -> store::Result<Option<Reply>> {
    let Some(seen) = request.person.and_then(|person| ctx.seen.take(person)) else {
        return Ok(None);
    };
    if seen.session != request.session || seen.version != request.version {
        return Ok(None);
    }
    let Some(codes) = plain_codes(text) else { return Ok(None) };
    match step_at_once(ctx, request, &seen, &codes).await? {
        Some((step, free_tote)) => {
            let now = Snapshot { free_tote, ..seen.now };
            Ok(Some(ctx.seen.show(CachedScreen { version: seen.version + 1, step, now, ..seen })))
        }
        None => put_at_once(ctx, request, seen, &codes).await,
    }
}

/// The codes that a scan is, where it says nothing else: no card, no badge, no lot, no date.
fn plain_codes(text: &str) -> Option<Vec<String>> {
    codes::readings(text)
        .into_iter()
        .map(|reading| match reading {
            Reading::Own(own::Kind::Badge, _) => None,
            Reading::Own(_, code)
            | Reading::Text(code)
            | Reading::Gtin { gtin: code, lot: None, last_good: None, count: None } => Some(code),
            _ => None,
        })
        .collect()
}

async fn step_at_once(
    ctx: &Ctx,
    request: &Request,
    seen: &CachedScreen,
    codes: &[String],
) -> store::Result<Option<(Step, Option<String>)>> {
    let Some(stop) = &seen.now.stop else { return Ok(None) };
    let Some(next) = pick::fast_source(&seen.now, &seen.step, codes) else { return Ok(None) };
    let saved = protocol::Step::Pick(next.clone());
    let done =
        rows::fast_step(&ctx.db, seen.actor(request), seen.stands(&saved), stop, codes).await?;
    Ok(done.map(|done| (next, done.free_tote)))
}

async fn put_at_once(
    ctx: &Ctx,
    request: &Request,
    seen: CachedScreen,
    codes: &[String],
) -> store::Result<Option<Reply>> {
    let (Some(trip), Some(stop)) = (&seen.now.trip, &seen.now.stop) else { return Ok(None) };
    let Some(code) = pick::fast_tote(stop, &seen.step, codes) else { return Ok(None) };
    let actor = seen.actor(request);
    let then = seen.now.ahead.front();
    let before = Step { before: None, ..seen.step.at(stop) };
    // What comes next stays next, whatever joins the walk meanwhile.
    let next = Step {
        reservation_id: then.map_or(0, |stop| stop.reservation_id),
        ..undoable(before, stop.id, actor)
    };
    let saved = protocol::Step::Pick(next.clone());
    let put = rows::FastPick { trip: trip.id, stop, tote: code, then };
    let Some(done) = rows::fast_pick(&ctx.db, actor, seen.stands(&saved), &put).await? else {
        return Ok(None);
    };
    let CachedScreen { session, version, operator, warehouse, now: known, .. } = seen;
    let known = if done.known { known.after_tote((done.tote, code)) } else { None };
    let now = match known {
        Some(now) => now,
        // Done already, whatever becomes of looking: without an answer it is sent again and shows
        // where the person stands.
        None => rows::load_ahead(&ctx.db, warehouse, operator.id, next.reservation_id).await?,
    };
    Ok(Some(ctx.seen.show(CachedScreen {
        session,
        version: version + 1,
        operator,
        warehouse,
        step: next,
        now,
    })))
}

/// The screens of pickers, by person; one each.
#[derive(Default)]
pub struct ScreenCache(std::sync::Mutex<std::collections::HashMap<i64, CachedScreen>>);

impl ScreenCache {
    fn lock(&self) -> std::sync::MutexGuard<'_, std::collections::HashMap<i64, CachedScreen>> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
    pub fn keep(&self, seen: CachedScreen) {
        self.lock().insert(seen.operator.id, seen);
    }
    /// The answer that shows it.
    fn show(&self, seen: CachedScreen) -> Reply {
        let (page, expects) =
            (pick::build_page(&seen.now, &seen.step), pick::accepted_scans(&seen.now, &seen.step));
        let reply = Reply {
            operator: Some(seen.operator.clone()),
            version: seen.version,
            page,
            feedback: None,
            expects,
        };
        self.keep(seen);
        reply
    }
    fn take(&self, person: i64) -> Option<CachedScreen> {
        self.lock().remove(&person)
    }
}

pub async fn line_in_hand(
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

/// The trip in hand, or the next one at once: one card less.
pub async fn enter(
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

pub async fn apply_scan(
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
        (None, _) => return idle(tx, actor, standing, &decision).await,
    };
    match (decision, stop) {
        (Decision::Step(next), _) => Ok(to(standing, next)),
        (Decision::Swap { to_lot, step: next }, Some(stop)) => {
            let reservation_id = rows::swap_lot(tx, actor, stop, trip.id, to_lot).await?;
            // Undoing a swap would hand back a lot that another may have by now.
            Ok(to(standing, Step { reservation_id, before: None, ..next })
                .saying(Message::key("swap-done")))
        }
        (Decision::Put { tote, qty }, Some(stop)) => {
            rows::move_to_tote(tx, actor, trip.id, stop, &tote, qty).await?;
            let before = Step { before: None, ..step.at(stop) };
            Ok(to(standing, undoable(before, stop.id, actor)))
        }
        (Decision::Damaged(qty), Some(stop)) => {
            let missing = rows::report_damaged(tx, actor, stop, qty).await?;
            finish_if_empty(tx, actor, trip.id).await?;
            let text = Message::key("damaged-held")
                .with("held", missing.held)
                .with("bin", &stop.place)
                .with("moved", missing.moved)
                .with("lost", missing.lost);
            Ok(to(standing, Step::default()).saying(text))
        }
        (Decision::Missing(card), Some(stop)) => {
            let reason = match card {
                Card::Empty => "empty",
                _ => "short",
            };
            let missing = rows::report_missing(tx, actor, stop, reason).await?;
            finish_if_empty(tx, actor, trip.id).await?;
            let key = if missing.lost > 0 { "missing-lost" } else { "missing-moved" };
            Ok(to(standing, Step::default()).saying(
                Message::key(key)
                    .with("held", missing.held)
                    .with("bin", &stop.place)
                    .with("moved", missing.moved)
                    .with("lost", missing.lost),
            ))
        }
        (Decision::MustStay, Some(stop)) => {
            let gone = turn::move_stuck(tx, actor.warehouse, Some(stop.id), limits::TURN_BATCH);
            let gone = gone.await?;
            finish_if_empty(tx, actor, trip.id).await?;
            let key = match (stop.held(), gone.lost > 0) {
                (true, true) => "held-lost",
                (true, false) => "held-moved",
                (false, true) => "too-old-lost",
                (false, false) => "too-old-moved",
            };
            Ok(to(standing, Step::default()).refusing(
                Message::key(key)
                    .with("item", &stop.name)
                    .with("bin", &stop.place)
                    .with("day", stop.last_good.as_str())
                    .with("lost", gone.lost),
            ))
        }
        (Decision::Found, Some(stop)) => {
            rows::report_found(tx, actor, stop).await?;
            Ok(to(standing, Step { asking: None, before: None, ..step.at(stop) })
                .saying(Message::key("found-noted")))
        }
        (Decision::NoCode(next), Some(stop)) => {
            audit::record(
                tx,
                &standing.operator.code,
                "no_code",
                &stop.sku,
                Some(serde_json::json!({ "place": stop.place, "shipment": stop.shipment })),
            )
            .await?;
            Ok(to(standing, next))
        }
        (Decision::Skip, Some(stop)) => {
            rows::skip(tx, trip.id, stop.id).await?;
            Ok(to(standing, Step::default())
                .saying(Message::key("skipped").with("bin", &stop.place)))
        }
        (Decision::Undo(before), _) => {
            if let Some(command) = before.command {
                rows::undo_movements(tx, actor, command).await?;
            }
            Ok(to(standing, restored(tx, actor, before).await?).saying(Message::key("undone")))
        }
        (Decision::Drop { place_id, home: true }, _) => {
            rows::finish(tx, actor, trip.id, Some(place_id)).await?;
            audit::record(tx, &standing.operator.code, "trip_left", &trip.no, None).await?;
            Ok(Outcome::to(protocol::Step::Menu, standing)
                .saying(Message::key("dropped-home").with("trip", &trip.no)))
        }
        (Decision::Give(to), _) => {
            rows::give_to_colleague(tx, trip.id, actor.person, to.id).await?;
            audit::record(
                tx,
                &standing.operator.code,
                "trip_given",
                &trip.no,
                Some(serde_json::json!({ "to": to.name })),
            )
            .await?;
            Ok(Outcome::to(protocol::Step::Menu, standing)
                .saying(Message::key("trip-given").with("trip", &trip.no).with("who", &to.name)))
        }
        (Decision::Drop { place_id, home: false }, _) => {
            rows::finish(tx, actor, trip.id, Some(place_id)).await?;
            let more = rows::claim(tx, actor.warehouse, actor.person).await?;
            let key = if more { "dropped-next" } else { "dropped-last" };
            Ok(to(standing, Step::default()).saying(Message::key(key).with("trip", &trip.no)))
        }
        (Decision::Over, _) => {
            rows::finish(tx, actor, trip.id, None).await?;
            let more = rows::claim(tx, actor.warehouse, actor.person).await?;
            let key = if more { "dropped-next" } else { "dropped-last" };
            Ok(to(standing, Step::default()).saying(Message::key(key).with("trip", &trip.no)))
        }
        (Decision::Leave, _) => Ok(Outcome::to(protocol::Step::Menu, standing)),
        (Decision::Claim, _) | (_, None) => {
            Err(Refusal::wrong(Message::key("moved-on").with("received", scan.received())).into())
        }
    }
}

/// The step after a put, with what UNDO needs to take it back.
fn undoable(before: Step, stop_id: i64, actor: Actor<'_>) -> Step {
    Step {
        before: Some(Box::new(Before { step: before, stop_id, command: Some(actor.command) })),
        ..Step::default()
    }
}

/// The step before the undone scan. Goods that came back lie under a reservation of another number
/// perhaps.
async fn restored(tx: &mut Tx, actor: Actor<'_>, before: Before) -> store::Result<Step> {
    let now =
        rows::load(tx, actor.warehouse, actor.person, before.step.reservation_id, false).await?;
    Ok(match &now.stop {
        Some(stop) if stop.id == before.stop_id && before.step.counted <= stop.qty => {
            Step { reservation_id: stop.reservation_id, before: None, ..before.step }
        }
        _ => Step::default(),
    })
}

async fn idle(
    tx: &mut Tx,
    actor: Actor<'_>,
    standing: &Standing,
    decision: &Decision,
) -> Result<Outcome, GestureError> {
    match decision {
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
        .with("lots", stop.facts.lots_here.len() as i64);
    Ok(to(standing, step.clone()).saying(text))
}
