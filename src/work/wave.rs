//! Waves: shows what a release would do by doing it and taking it back, then does it.

use super::activity::{Shown, Work};
use super::{GestureError, Outcome, allowed};
use crate::domain::Right;
use crate::limits;
use crate::planner::now::{self, Chosen};
use crate::planner::site::Site;
use crate::planner::trips::{self, Trip};
use crate::protocol::scan::Scan;
use crate::protocol::wave::{self, Decision, Rehearsed, Step, TypedField};
use crate::protocol::{self, Card, Message, Refusal, desk};
use crate::store::Actor;
use crate::store::standing::Standing;
use crate::store::{self, Tx, desk as views, wave as rows};
use std::time::{Duration, Instant};

/// Where kept choices stand among the views.
const KEPT: &str = "wave";

pub(super) struct Wave;

impl Work for Wave {
    type Step = Step;

    /// The name of a saved choice.
    fn takes_words(step: &Step) -> bool {
        matches!(step.asking, Some(TypedField::Name))
    }

    fn at(step: Step) -> protocol::Step {
        protocol::Step::Wave(step)
    }

    async fn enter(
        tx: &mut Tx,
        actor: Actor<'_>,
        standing: &Standing,
    ) -> Result<Outcome, GestureError> {
        // Who came from the deck leaves to it.
        let from_deck = matches!(standing.step, protocol::Step::Board(_));
        let back = from_deck.then(desk::Step::default);
        Ok(choose(tx, actor, standing, Step { back, ..Step::default() }).await?)
    }

    /// It is rehearsed anew.
    async fn again(
        tx: &mut Tx,
        actor: Actor<'_>,
        standing: &Standing,
        step: &Step,
        _: &Scan,
    ) -> Result<Outcome, GestureError> {
        Ok(choose(tx, actor, standing, step.clone()).await?)
    }

    async fn show(tx: &mut Tx, standing: &Standing, step: &Step, _: bool) -> store::Result<Shown> {
        let now = rows::load(tx, standing.warehouse_id, standing.operator.id, step).await?;
        Ok((wave::build_page(&now, step), wave::accepted_scans(&now)).into())
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

/// A wave of these shipments alone, for who chose them at the desk and goes back there.
pub(super) async fn of_these(
    tx: &mut Tx,
    actor: Actor<'_>,
    standing: &Standing,
    only: Vec<i64>,
    back: desk::Step,
) -> store::Result<Outcome> {
    choose(tx, actor, standing, Step { only, back: Some(back), ..Step::default() }).await
}

/// To where it was opened from.
fn leave(standing: &Standing, step: &Step) -> Outcome {
    let back = step.back.clone().map_or(protocol::Step::Menu, protocol::Step::Board);
    Outcome::to(back, standing)
}

/// The choice as shipments, where it takes only so many of what is ready, and why these.
async fn go_now(
    tx: &mut Tx,
    warehouse: i64,
    person: i64,
    step: &Step,
) -> store::Result<(Step, Chosen)> {
    let Ok(most @ 1..) = usize::try_from(step.most) else {
        return Ok((step.clone(), Chosen::default()));
    };
    let candidates = rows::candidates(tx, warehouse, person, step).await?;
    if candidates.len() <= most {
        return Ok((step.clone(), Chosen::default()));
    }
    let chosen = beside(move || now::go_now(&candidates, most)).await;
    Ok((Step { only: chosen.shipments.clone(), ..step.clone() }, chosen))
}

/// The choice with what its release would leave short.
async fn choose(
    tx: &mut Tx,
    actor: Actor<'_>,
    standing: &Standing,
    step: Step,
) -> store::Result<Outcome> {
    let (these, chosen) = go_now(tx, actor.warehouse, actor.person, &step).await?;
    let now = rows::load(tx, actor.warehouse, actor.person, &these).await?;
    let rehearsed = if now.shipments > 0 {
        let (short, floor) = rows::rehearse(tx, actor.warehouse, actor.person, &these).await?;
        let trips = cut(floor, limits::REHEARSE_BUDGET).await;
        let lengths: Vec<i64> = trips.iter().filter_map(|trip| trip.walk_mm).collect();
        Some(Rehearsed {
            shipments: now.shipments,
            bounded: these.only != step.only,
            lines: now.lines,
            units: now.units,
            walking: trips.iter().map(|trip| trip.shipments.len() as i64).sum(),
            trips: trips.len() as i64,
            walk_mm: (lengths.len() == trips.len()).then(|| lengths.iter().sum()),
            must_go: chosen.must_go,
            urgent: chosen.urgent,
            ..short
        })
    } else {
        None
    };
    Ok(Outcome::to(protocol::Step::Wave(Step { rehearsed, ..step }), standing))
}

/// Does what takes long on a thread of its own: others of this process have their answers.
async fn beside<T: Send + 'static>(does: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(does).await {
        Ok(done) => done,
        Err(broken) => std::panic::resume_unwind(broken.into_panic()),
    }
}

/// Cuts a wave's trips for so long.
async fn cut(floor: rows::Floor, span: Duration) -> Vec<Trip> {
    let plan = move || {
        let since = Instant::now();
        let site = Site::new(&floor.areas).ok().filter(|_| !floor.areas.is_empty());
        let on = trips::Floor {
            site: site.as_ref(),
            bins: &floor.bins,
            trolley: floor.trolley,
            policy: floor.policy,
            seed: 0,
        };
        let mut budget = || since.elapsed().as_secs_f64() / span.as_secs_f64();
        trips::trips(floor.loads, on, &mut budget)
    };
    beside(plan).await
}

async fn apply(
    tx: &mut Tx,
    actor: Actor<'_>,
    standing: &Standing,
    step: &Step,
    scan: &Scan,
) -> Result<Outcome, GestureError> {
    let now = rows::load(tx, actor.warehouse, actor.person, step).await?;
    match wave::decide(&now, step, scan)? {
        Decision::Filter(next) => {
            let tried = choose(tx, actor, standing, next).await?;
            let rehearsed = match &tried.step {
                protocol::Step::Wave(step) => step.rehearsed.as_ref(),
                _ => None,
            };
            let all_there = rehearsed.is_some_and(|tried| tried.short_shipments == 0);
            Ok(if scan.card == Some(Card::Explain) && all_there {
                tried.saying(Message::key("wave-all-there"))
            } else {
                tried
            })
        }
        Decision::Question(next) => Ok(Outcome::to(protocol::Step::Wave(next), standing)),
        Decision::UseKept(name) => match views::view::<Step>(tx, KEPT, &name).await? {
            Some(kept) => {
                let back = step.back.clone();
                Ok(choose(tx, actor, standing, Step { back, ..kept }).await?)
            }
            None => Err(Refusal::wrong(Message::key("desk-not-now")).into()),
        },
        Decision::Keep(name) => {
            // A kept view is everybody's.
            allowed(standing, Right::Views)?;
            let plain = Step { asking: None, ..step.clone() };
            let kept = Step { rehearsed: None, only: Vec::new(), back: None, ..plain.clone() };
            views::save_view(tx, KEPT, &name, &kept, actor.person).await?;
            Ok(Outcome::to(protocol::Step::Wave(plain), standing)
                .saying(Message::key("desk-view-saved").with("name", &name)))
        }
        Decision::Release => {
            let (these, _) = go_now(tx, actor.warehouse, actor.person, step).await?;
            let planned = rows::plan_trips(tx, actor.warehouse, actor.person, &these).await?;
            let trips = cut(planned.floor, limits::PLAN_BUDGET).await;
            rows::release(tx, actor.warehouse, planned.wave, &trips).await?;
            let text = Message::key("wave-released")
                .with("wave", &planned.wave_no)
                .with("trips", trips.len() as i64)
                .with("short", planned.short);
            let next = match step.only.is_empty() {
                false => leave(standing, step),
                true => {
                    let done = Step { rehearsed: None, ..step.clone() };
                    Outcome::to(protocol::Step::Wave(done), standing)
                }
            };
            Ok(next.saying(text))
        }
        Decision::Leave => Ok(leave(standing, step)),
    }
}
