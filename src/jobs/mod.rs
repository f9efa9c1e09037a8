//! The background task: pulls orders, tells shops, prints labels, finds stock for what waits. Every
//! piece of it is a row that one process claims; any number of workers may run.

pub mod alerts;
pub mod counter;
pub mod folder;
pub mod hooks;
pub mod outbox;
pub mod pull;
pub mod push;
pub mod questions;
pub mod spool;
pub mod tokens;
pub mod turn;

use crate::limits;
use crate::store;
use crate::work::{Ctx, parcel, seals};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Runs until `stop` turns true. Each kind of work has its own loop, so that a dead shop delays no
/// printer.
pub async fn run(ctx: Arc<Ctx>, stop: watch::Receiver<bool>) {
    let mut loops = JoinSet::new();
    loops.spawn(spool::run(ctx.clone(), stop.clone()));
    loops.spawn(questions::run(ctx.clone(), stop.clone(), limits::QUESTIONS_EVERY));
    loops.spawn(pull::run(ctx.clone(), stop.clone()));
    loops.spawn(push::run(ctx.clone(), stop.clone()));
    loops.spawn(outbox::run(ctx.clone(), stop.clone()));
    loops.spawn(tokens::run(ctx.clone(), stop.clone()));
    loops.spawn(folder::run(ctx.clone(), stop.clone()));
    loops.spawn(every(Duration::from_secs(1), ctx.clone(), stop.clone(), |ctx| {
        Box::pin(counter::run_once(ctx))
    }));
    loops.spawn(every(Duration::from_secs(2), ctx.clone(), stop.clone(), |ctx| {
        Box::pin(closed(ctx))
    }));
    loops.spawn(every(limits::PROMISES_EVERY, ctx.clone(), stop.clone(), |ctx| {
        Box::pin(promises(ctx))
    }));
    loops.spawn(every(limits::TURN_EVERY, ctx.clone(), stop.clone(), |ctx| {
        Box::pin(turn::run_once(ctx))
    }));
    loops.spawn(every(limits::PROMISES_EVERY, ctx.clone(), stop.clone(), |ctx| {
        Box::pin(known_now(ctx))
    }));
    loops.spawn(every(limits::ALERTS_EVERY, ctx.clone(), stop.clone(), |ctx| {
        Box::pin(alerts::run_once(ctx))
    }));
    loops.spawn(every(limits::LOOK_EVERY, ctx.clone(), stop.clone(), |ctx| Box::pin(look(ctx))));
    loops.spawn(every(limits::CLOCK_EVERY, ctx.clone(), stop.clone(), |ctx| {
        Box::pin(mend_clock(ctx))
    }));
    loops.spawn(every(limits::SEAL_EVERY, ctx.clone(), stop.clone(), |ctx| Box::pin(seal(ctx))));
    loops.spawn(every(limits::TIDY_EVERY, ctx.clone(), stop, |ctx| Box::pin(tidy(ctx))));
    let watch = tokio::spawn(async move { ctx.db.keep_watch().await });
    while loops.join_next().await.is_some() {}
    watch.abort();
}

type Round<'a> = std::pin::Pin<Box<dyn Future<Output = store::Result<()>> + Send + 'a>>;

async fn every(
    pause: Duration,
    ctx: Arc<Ctx>,
    mut stop: watch::Receiver<bool>,
    round: impl for<'a> Fn(&'a Ctx) -> Round<'a> + Send,
) {
    let mut wait = pause;
    loop {
        match ctx.db.while_there(round(&ctx)).await {
            Ok(()) => wait = pause,
            Err(error) => {
                tracing::warn!(%error, "background work failed");
                // What has a long pause is not done more often for it.
                wait = (wait * 2).min(pause.max(Duration::from_secs(10)));
            }
        }
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

/// Labels that nobody waited for, or that their shops held up.
async fn closed(ctx: &Ctx) -> store::Result<()> {
    let mut tx = ctx.db.begin().await?;
    let parcels = store::jobs::closed_parcels(&mut tx).await?;
    drop(tx);
    for id in parcels {
        if let Err(error) = parcel::finish(ctx, id).await {
            tracing::warn!(parcel = id, %error, "a label could not be made");
        }
    }
    Ok(())
}

async fn look(ctx: &Ctx) -> store::Result<()> {
    let mut tx = ctx.db.begin().await?;
    if store::jobs::look_again(&mut tx).await? {
        tracing::info!("the planner looked at what is open");
    }
    tx.commit().await
}

/// A server whose clock was ahead put everything off by as much: that is due now, and somebody is
/// told.
pub async fn mend_clock(ctx: &Ctx) -> store::Result<()> {
    let mut tx = ctx.db.begin().await?;
    if let Some(back_s) = store::jobs::mend_clock(&mut tx).await? {
        tracing::warn!(back_s, "the database's clock went back");
    }
    tx.commit().await
}

async fn seal(ctx: &Ctx) -> store::Result<()> {
    seals::seal(ctx).await.map(drop)
}

async fn tidy(ctx: &Ctx) -> store::Result<()> {
    let mut tx = ctx.db.begin().await?;
    store::jobs::sweep(&mut tx).await?;
    tx.commit().await?;
    // Little by little: nobody waits for it.
    loop {
        let mut tx = ctx.db.begin().await?;
        let more = store::jobs::delete_old(&mut tx).await?;
        tx.commit().await?;
        if !more {
            break;
        }
    }
    for _ in 0..limits::AUDIT_DROPPED {
        if !seals::drop_old(ctx).await? {
            break;
        }
    }
    Ok(())
}

/// Orders whose unknown codes were mapped, or came in as items, meanwhile.
async fn known_now(ctx: &Ctx) -> store::Result<()> {
    let mut after = 0;
    loop {
        let mut tx = ctx.db.begin().await?;
        let cases = store::exceptions::solvable(&mut tx, after, limits::KNOWN_BATCH).await?;
        let Some(last) = cases.last() else { return Ok(()) };
        after = *last;
        store::exceptions::retry_orders(&mut tx, &cases, None).await?;
        tx.commit().await?;
    }
}

/// Goods in place of what nobody found, a shipment at a time: whoever picks waits for no more.
async fn find_again(ctx: &Ctx) -> store::Result<()> {
    let mut tx = ctx.db.begin().await?;
    let lacking = store::exceptions::lost_and_there(&mut tx, limits::KNOWN_BATCH).await?;
    drop(tx);
    for shipment in &lacking {
        let mut tx = ctx.db.begin().await?;
        store::exceptions::find_again(&mut tx, shipment).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// What new goods can serve: first who lacks something on the floor, then who waits.
async fn promises(ctx: &Ctx) -> store::Result<()> {
    if let Err(error) = find_again(ctx).await {
        tracing::warn!(%error, "what was lost could not be looked for");
    }
    let mut tx = ctx.db.begin().await?;
    store::orders::promise_waiting(&mut tx, limits::PROMISE_BATCH).await?;
    tx.commit().await
}

/// Seconds until the next try: doubling, with a spread so that many do not come at once.
pub(in crate::jobs) fn backoff_s(attempts: i32) -> f64 {
    let spread = 0.75 + f64::from(attempts.unsigned_abs() % 7) / 14.0;
    (2f64.powi(attempts.clamp(0, 10)) * 0.25 * spread).min(limits::RETRY_MAX_S)
}
