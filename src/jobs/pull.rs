//! The order pull: windows with an overlap, page by page, resumed where it stopped. Every shop is a
//! task of its own, so that a long, slow or dead one holds up no other; the next page is fetched
//! while one is saved.

use crate::limits;
use crate::links::channels::{self, ChannelError, Class, PullPage};
use crate::store::jobs::{self, Page, Pull};
use crate::store::{self, ingest, orders, tokens};
use crate::work::{Ctx, shops};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, Semaphore, watch};
use tokio::task::JoinSet;

/// What the tasks of all shops share.
struct Pulling {
    ctx: Arc<Ctx>,
    stop: watch::Receiver<bool>,
    /// Pages that are saved at once: each takes a connection.
    saving: Semaphore,
    /// Orders came in that want goods.
    arrived: Notify,
}

/// Pulls every shop as it falls due, until `stop` turns true. Then all let go, with their places
/// saved.
pub async fn run(ctx: Arc<Ctx>, stop: watch::Receiver<bool>) {
    let pulling = Arc::new(Pulling {
        ctx,
        stop: stop.clone(),
        saving: Semaphore::new(limits::PULL_SAVES),
        arrived: Notify::new(),
    });
    let mut tasks = JoinSet::new();
    tasks.spawn(promises(pulling.clone()));
    let (mut stop, mut wait) = (stop, LOOK_AGAIN);
    loop {
        wait = match take_due(&pulling, &mut tasks).await {
            Ok(()) => LOOK_AGAIN,
            Err(error) => {
                tracing::warn!(%error, "no pull could be claimed");
                (wait * 2).min(Duration::from_secs(10))
            }
        };
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            Some(ended) = tasks.join_next() => {
                if let Err(error) = ended {
                    tracing::error!(%error, "a pull ended badly");
                }
            }
            _ = stop.wait_for(|stop| *stop) => break,
        }
    }
    while tasks.join_next().await.is_some() {}
}

/// One shop that is due, read to its end. `false`: none is.
pub async fn once(ctx: Arc<Ctx>) -> store::Result<bool> {
    let mut tx = ctx.db.begin().await?;
    let pull = jobs::claim_pull(&mut tx, false, &[]).await?;
    tx.commit().await?;
    let Some(pull) = pull else { return Ok(false) };
    // Nobody stops it.
    let (_never, stop) = watch::channel(false);
    drain(Arc::new(Pulling { ctx, stop, saving: Semaphore::new(1), arrived: Notify::new() }), pull)
        .await;
    Ok(true)
}

/// How soon a shop that falls due is seen.
const LOOK_AGAIN: Duration = Duration::from_millis(250);

/// Every shop that is due and that no other worker has.
async fn take_due(pulling: &Arc<Pulling>, tasks: &mut JoinSet<()>) -> store::Result<()> {
    loop {
        let mut tx = pulling.ctx.db.begin().await?;
        let pull = jobs::claim_pull(&mut tx, false, &[]).await?;
        tx.commit().await?;
        match pull {
            Some(pull) => tasks.spawn(drain(pulling.clone(), pull)),
            None => return Ok(()),
        };
    }
}

type Answer = Result<PullPage, ChannelError>;

/// A page may take long, where each of its orders is asked for by itself: meanwhile the job stays
/// ours.
async fn fetch(ctx: &Arc<Ctx>, pull: &Pull) -> Answer {
    let channel = shops::channel(ctx, &pull.shop)?;
    let mut page = channel.pull(pull.since.as_deref(), &pull.cursor, limits::PULL_PAGE);
    loop {
        tokio::select! {
            answer = &mut page => return answer,
            () = tokio::time::sleep(Duration::from_secs_f64(limits::PULL_LEASE_S / 3.0)) => {
                drop(tokio::spawn(keep(ctx.clone(), pull.clone())));
            }
        }
    }
}

/// In a task of its own: who stops the reading does not stop in the middle of this.
async fn keep(ctx: Arc<Ctx>, pull: Pull) {
    let kept = async {
        let mut tx = ctx.db.begin().await?;
        jobs::extend_lease(&mut tx, &pull).await?;
        tx.commit().await
    };
    // What is read then counts for nothing if another was faster: the fence tells.
    if let Err(error) = kept.await {
        tracing::warn!(shop = pull.shop.code, %error, "a pull's lease could not be renewed");
    }
}

/// One page after another until the shop has no more.
async fn drain(pulling: Arc<Pulling>, mut pull: Pull) {
    let (ctx, mut stop) = (&pulling.ctx, pulling.stop.clone());
    let mut stopped = async || drop(stop.wait_for(|stop| *stop).await);
    let mut answer = tokio::select! {
        answer = fetch(ctx, &pull) => Some(answer),
        () = stopped() => None,
    };
    while let Some(got) = answer {
        let next = following(&pull, &got);
        let ahead = async {
            match &next {
                Some(next) => tokio::select! {
                    answer = fetch(ctx, next) => Some(answer),
                    () = stopped() => None,
                },
                None => None,
            }
        };
        let (saved, ahead) = tokio::join!(save_or_try_again(&pulling, &pull, &got), ahead);
        match (saved, next) {
            (Ok(true), Some(next)) => (pull, answer) = (next, ahead),
            (Ok(_), _) => return,
            // The page is not lost: its job stands where it stood.
            (Err(error), _) => {
                tracing::warn!(shop = pull.shop.code, %error, "a page could not be saved");
                return failed(ctx, &pull, 2.0, &error.to_string(), &Class::Transient).await;
            }
        }
    }
    let_go(ctx, &pull).await;
}

/// The pull of the page behind this one.
fn following(pull: &Pull, answer: &Answer) -> Option<Pull> {
    let page = answer.as_ref().ok()?;
    let cursor = page.next_cursor.clone()?;
    Some(Pull { cursor, window_to: Some(window_to(pull, page)), ..pull.clone() })
}

/// The window ends where the shop's clock stood when it was opened: what changes while it is read
/// comes next time.
fn window_to(pull: &Pull, page: &PullPage) -> String {
    pull.window_to.clone().unwrap_or_else(|| page.server_time.clone())
}

/// A page that lost a race is saved again.
async fn save_or_try_again(pulling: &Pulling, pull: &Pull, answer: &Answer) -> store::Result<bool> {
    let page = match answer {
        Ok(page) => page,
        Err(error) => {
            let wait_s = match &error.class {
                Class::Throttled { wait_s } => *wait_s,
                Class::Transient => 2.0,
                // New tokens may be on their way.
                Class::SessionExpired => 5.0,
                _ => 30.0,
            };
            failed(
                &pulling.ctx,
                pull,
                wait_s,
                &format!("{}: {}", pull.shop.code, error.message),
                &error.class,
            )
            .await;
            return Ok(false);
        }
    };
    let _one = pulling.saving.acquire().await;
    let mut tries = 0;
    loop {
        match save(&pulling.ctx, pull, page).await {
            Err(store::Error::Retry(_)) if tries < limits::TRANSACTION_TRIES => tries += 1,
            Ok(Some(taken)) => {
                if taken > 0 {
                    pulling.arrived.notify_one();
                }
                return Ok(true);
            }
            Ok(None) => return Ok(false),
            Err(error) => return Err(error),
        }
    }
}

/// Takes a page in and moves the job on, in one transaction under the job's fence; returns how many
/// orders were new or had changed. `None`: another worker has the job, and nothing of this counts.
async fn save(ctx: &Ctx, pull: &Pull, page: &PullPage) -> store::Result<Option<usize>> {
    let mut tx = ctx.db.begin().await?;
    let good: Vec<_> = page.orders.iter().filter_map(|order| order.as_ref().ok()).collect();
    let taken =
        if good.is_empty() { 0 } else { ingest::page(&mut tx, pull.shop.id, &good).await? };
    for bad in page.orders.iter().filter_map(|order| order.as_ref().err()) {
        orders::raise_unreadable(&mut tx, &bad.order_no, pull.shop.id, &bad.message).await?;
    }
    let window_to = window_to(pull, page);
    let how = match &page.next_cursor {
        Some(cursor) => Page::More { cursor, window_to: &window_to },
        None => Page::End { window_to: &window_to },
    };
    let every_s =
        channels::kind(&pull.shop.channel).map_or(limits::PLATFORM_EVERY_S, |kind| kind.every_s);
    if !jobs::save_page(&mut tx, pull, &how, taken as i64, every_s).await? {
        tracing::warn!(shop = pull.shop.code, "another worker took this pull over");
        return tx.rollback().await.map(|()| None);
    }
    tx.commit().await?;
    Ok(Some(taken))
}

async fn failed(ctx: &Ctx, pull: &Pull, wait_s: f64, said: &str, class: &Class) {
    // A place that the shop no longer knows may be refused in other words: it is forgotten, and the
    // window begins anew.
    let refused = matches!(class, Class::Rejected | Class::NotFound) && !pull.cursor.is_empty();
    let (forget, ended) = (*class == Class::BadCursor || refused, *class == Class::SessionExpired);
    let done = async {
        let mut tx = ctx.db.begin().await?;
        jobs::pull_failed(
            &mut tx,
            pull,
            wait_s,
            said,
            !matches!(class, Class::Throttled { .. }),
            forget,
        )
        .await?;
        jobs::add_to_minute_count(&mut tx, pull.shop.id, class.code(), 1).await?;
        if ended {
            tokens::expire(&mut tx, pull.shop.id).await?;
        }
        tx.commit().await
    };
    // Then the lease runs out.
    if let Err(error) = done.await {
        tracing::warn!(shop = pull.shop.code, %error, "a pull's failure could not be noted");
    }
}

async fn let_go(ctx: &Ctx, pull: &Pull) {
    let done = async {
        let mut tx = ctx.db.begin().await?;
        jobs::release_lease(&mut tx, pull).await?;
        tx.commit().await
    };
    if let Err(error) = done.await {
        tracing::warn!(shop = pull.shop.code, %error, "a pull could not be let go");
    }
}

/// Looks for goods whenever orders came in: in a transaction of its own, so that the gates of many
/// items are not held while a page is taken in, and by one task, so that shops do not wait for each
/// other's gates.
async fn promises(pulling: Arc<Pulling>) {
    let mut stop = pulling.stop.clone();
    loop {
        tokio::select! {
            () = pulling.arrived.notified() => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        let more = async {
            let mut tx = pulling.ctx.db.begin().await?;
            let (_, more) = orders::promise_some(&mut tx, limits::PROMISE_BATCH).await?;
            tx.commit().await.map(|()| more)
        };
        match more.await {
            Ok(false) => {}
            Ok(true) | Err(store::Error::Retry(_)) => pulling.arrived.notify_one(),
            Err(error) => {
                tracing::warn!(%error, "nothing could be promised");
                tokio::time::sleep(Duration::from_secs(1)).await;
                pulling.arrived.notify_one();
            }
        }
    }
}
