//! Tokens are renewed before they end, and when a shop says that they have: by one process at a
//! time. What came is stored in one step; where a shop answered and nobody heard it, the adapter
//! knows what still works.

use super::backoff_s;
use crate::limits;
use crate::links::channels::{ChannelError, Class, Tokens};
use crate::store;
use crate::store::tokens::{self, Renewal};
use crate::work::{Ctx, shops};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Until `stop` turns true; each shop in a task of its own, so that a door that does not answer
/// holds up no other.
pub async fn run(ctx: Arc<Ctx>, mut stop: watch::Receiver<bool>) {
    let mut tasks = JoinSet::new();
    loop {
        match claim(&ctx).await {
            Ok(Some(renewal)) => {
                tasks.spawn(renew(ctx.clone(), renewal));
                continue;
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "no tokens could be claimed"),
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
            Some(ended) = tasks.join_next() => {
                if let Err(error) = ended {
                    tracing::error!(%error, "a renewal ended badly");
                }
            }
            _ = stop.wait_for(|stop| *stop) => break,
        }
    }
    while tasks.join_next().await.is_some() {}
}

async fn claim(ctx: &Ctx) -> store::Result<Option<Renewal>> {
    let mut tx = ctx.db.begin().await?;
    let due = tokens::claim(&mut tx).await?;
    tx.commit().await?;
    Ok(due)
}

async fn renew(ctx: Arc<Ctx>, renewal: Renewal) {
    // What cannot be sealed must not be asked for: asking may kill the tokens that are there.
    let sealable = ctx
        .vault
        .is_current("")
        .map_err(|locked| ChannelError::new(Class::NotPermitted, locked.to_string()));
    let answer = match sealable.and_then(|_| shops::channel(&ctx, &renewal.shop)) {
        Ok(channel) => channel.refresh().await,
        Err(error) => Err(error),
    };
    if let Err(error) = keep(&ctx, &renewal, answer).await {
        tracing::warn!(shop = renewal.shop.code, %error, "what a shop said about its tokens could \
            not be kept");
    }
}

/// What came is nowhere else: it is kept even if the database is away for a while.
async fn keep(
    ctx: &Ctx,
    renewal: &Renewal,
    answer: Result<Option<Tokens>, ChannelError>,
) -> store::Result<()> {
    let until = Instant::now() + limits::TOKENS_KEPT;
    loop {
        match went(ctx, renewal, &answer).await {
            Err(error) if error.passes() && Instant::now() < until => {
                tokio::time::sleep(Duration::from_millis(500)).await
            }
            done => return done,
        }
    }
}

async fn went(
    ctx: &Ctx,
    renewal: &Renewal,
    answer: &Result<Option<Tokens>, ChannelError>,
) -> store::Result<()> {
    let answer = match answer {
        Ok(Some(new)) => {
            let lives_s = new.lives_s.map(|s| s.clamp(60, 400 * 86_400) as f64);
            shops::renewed(&ctx.vault, &renewal.shop, new)
                .map(|sealed| Some((sealed, lives_s)))
                .map_err(|locked| ChannelError::new(Class::NotPermitted, locked.to_string()))
        }
        Ok(None) => Ok(None),
        Err(error) => Err(error.clone()),
    };
    let mut tx = ctx.db.begin().await?;
    match answer {
        Ok(Some((sealed, lives_s))) => {
            if !tokens::save_renewed(&mut tx, renewal, &sealed, lives_s).await? {
                tracing::warn!(shop = renewal.shop.code, "somebody else renewed the tokens");
            }
        }
        Ok(None) => tokens::save_failed_renewal(&mut tx, renewal, None, "", false).await?,
        Err(error) => {
            let wait_s = match error.class {
                Class::Throttled { wait_s } => wait_s,
                Class::Transient => backoff_s(renewal.errors + 1),
                _ => 60.0,
            };
            tokens::save_failed_renewal(
                &mut tx,
                renewal,
                Some(wait_s),
                &error.message,
                error.class == Class::Transient,
            )
            .await?;
        }
    }
    tx.commit().await
}
