//! The order pull: windows with an overlap, page by page, resumed where it stopped.

use crate::limits;
use crate::links::channels::{ChannelError, Class, PullPage};
use crate::store::jobs::{self, Page, Pull};
use crate::store::{self, orders};
use crate::work::{Ctx, parcel};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// Pulls every shop that is due; shops side by side, one page after another in each. While a long or slow pull goes on the
/// others are taken up again as they fall due; after a while all let go, with their places saved.
pub async fn round(ctx: &Ctx) -> store::Result<()> {
    let began = Instant::now();
    let mut fetches = JoinSet::new();
    loop {
        let over = began.elapsed() >= limits::PULL_ROUND;
        if !over {
            take_due(ctx, &mut fetches).await?;
        }
        let fetched = tokio::select! {
            fetched = fetches.join_next() => fetched,
            () = tokio::time::sleep(LOOK_AGAIN) => continue,
        };
        let (pull, answer) = match fetched {
            None => return Ok(()),
            Some(Ok(fetched)) => fetched,
            Some(Err(error)) => return Err(store::Error::Bug(format!("a pull ended badly: {error}"))),
        };
        match save_or_try_again(ctx, &pull, &answer, over).await {
            Ok(Some(next)) => spawn_fetch(ctx, &mut fetches, next),
            Ok(None) => {}
            // The page is not lost: its job stands where it stood, and the other shops go on.
            Err(error) => {
                tracing::warn!(shop = pull.shop.code, %error, "a page could not be saved");
                let mut tx = ctx.db.begin().await?;
                jobs::pull_failed(&mut tx, &pull, 2.0, &error.to_string(), false).await?;
                tx.commit().await?;
            }
        }
    }
}

/// Every shop that is due and that no other worker has.
async fn take_due(ctx: &Ctx, fetches: &mut JoinSet<Fetched>) -> store::Result<()> {
    loop {
        let mut tx = ctx.db.begin().await?;
        let pull = jobs::claim_pull(&mut tx).await?;
        tx.commit().await?;
        match pull {
            Some(pull) => spawn_fetch(ctx, fetches, pull),
            None => return Ok(()),
        }
    }
}

/// How soon a shop that falls due is seen while others are being pulled.
const LOOK_AGAIN: Duration = Duration::from_millis(250);

type Answer = Result<PullPage, ChannelError>;
type Fetched = (Pull, Answer);

fn spawn_fetch(ctx: &Ctx, fetches: &mut JoinSet<Fetched>, pull: Pull) {
    let channel = parcel::channel_of(ctx, &pull.shop);
    fetches.spawn(async move {
        let answer = match &channel {
            Some(channel) => channel.pull(pull.since.as_deref(), &pull.cursor, limits::PULL_PAGE).await,
            None => Err(ChannelError::new(Class::Rejected, format!("no adapter for the channel {}", pull.shop.channel))),
        };
        (pull, answer)
    });
}

/// A page that lost a race is saved again.
async fn save_or_try_again(ctx: &Ctx, pull: &Pull, answer: &Answer, let_go: bool) -> store::Result<Option<Pull>> {
    let mut tries = 0;
    loop {
        match save(ctx, pull, answer, let_go).await {
            Err(store::Error::Retry(_)) if tries < limits::TRANSACTION_TRIES => tries += 1,
            done => return done,
        }
    }
}

/// Takes a page in and moves the job on, in one transaction under the job's fence. `Some`: more pages follow;
/// not if the job is let go, for whoever takes it up next.
async fn save(ctx: &Ctx, pull: &Pull, answer: &Answer, let_go: bool) -> store::Result<Option<Pull>> {
    let mut tx = ctx.db.begin().await?;
    let page = match answer {
        Ok(page) => page,
        Err(error) => {
            let wait_s = match &error.class {
                Class::Throttled { wait_s } => *wait_s,
                Class::Transient => 2.0,
                _ => 30.0,
            };
            let forget = error.class == Class::BadCursor;
            jobs::pull_failed(&mut tx, pull, wait_s, &format!("{}: {}", pull.shop.code, error.said), forget).await?;
            tx.commit().await?;
            return Ok(None);
        }
    };
    let mut taken = 0;
    for order in &page.orders {
        match order {
            Ok(order) => match orders::take_in(&mut tx, pull.shop.id, order).await {
                Ok(orders::Taken::Known) => {}
                Ok(_) => taken += 1,
                Err(store::Error::Refused { constraint, .. }) => orders::raise(&mut tx, "unreadable", &order.order_no, None, &constraint).await?,
                Err(store::Error::Bug(said)) => orders::raise(&mut tx, "unreadable", &order.order_no, None, &said).await?,
                Err(error) => return Err(error),
            },
            Err(bad) => orders::raise(&mut tx, "unreadable", &bad.order_no, None, &bad.said).await?,
        }
    }
    // The window ends where the shop's clock stood when it was opened: what changes while it is read comes next time.
    let window_to = pull.window_to.clone().unwrap_or_else(|| page.server_time.clone());
    let how = match &page.next_cursor {
        Some(cursor) => Page::More { cursor, window_to: &window_to, let_go },
        None => Page::End { window_to: &window_to },
    };
    if !jobs::save_page(&mut tx, pull, &how, taken).await? {
        tracing::warn!(shop = pull.shop.code, "another worker took this pull over");
        return tx.rollback().await.map(|()| None);
    }
    tx.commit().await?;
    if taken > 0 {
        promise(ctx).await?;
    }
    Ok(page.next_cursor.clone().filter(|_| !let_go).map(|cursor| Pull { cursor, window_to: Some(window_to), ..pull.clone() }))
}

/// In a transaction of its own: the gates of many items are not held while a page is taken in.
async fn promise(ctx: &Ctx) -> store::Result<()> {
    let mut tx = ctx.db.begin().await?;
    orders::promise_waiting(&mut tx, limits::PROMISE_BATCH).await?;
    tx.commit().await
}
