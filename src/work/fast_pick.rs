//! The fast pick: a scan in one round trip, where the screen that the picker saw is enough to
//! decide it. There are two ways because a pick is the scan that a warehouse makes most, and on bad
//! WLAN each question to the database is waited for. This one never decides anything the other
//! would not: what it cannot know it leaves to `work::pick`, and the database does all of it only
//! if the screen is still true (`migrations/0010_pick.sql`). `tests/fast_pick.rs` holds both ways
//! equal.

use super::Ctx;
use crate::codes::{self, Reading, own};
use crate::protocol::pick::{self, Booked, Snapshot, Step};
use crate::protocol::{self, Reply, Request};
use crate::store::pick as rows;
use crate::store::standing::Standing;
use crate::store::{self, Actor};

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
    /// The screen of a standing; it decides nothing once the person's version is another.
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
    let any_tote = stop.tote.is_none() || next.full;
    let (actor, stands) = (seen.actor(request), seen.stands(&saved));
    let done = rows::fast_step(&ctx.db, actor, stands, stop, codes, any_tote).await?;
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
    let before = seen.step.at(stop);
    let booked = Booked { units: stop.qty, tote: code.to_owned() };
    // What comes next stays next, whatever joins the walk meanwhile.
    let next = Step {
        reservation_id: then.map_or(0, |stop| stop.reservation_id),
        ..Step::undoing(before, stop.id, actor.command, Some(booked))
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
    /// Puts a person's screen in place of the one that was kept of them.
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
