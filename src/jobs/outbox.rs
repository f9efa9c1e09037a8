//! What shops are told: one row, one key, as many tries as it takes, one effect.

use super::backoff_s;
use crate::limits;
use crate::links::channels::{ChannelError, Class};
use crate::store;
use crate::store::jobs::{self, Sent, ShopMessage};
use crate::store::tokens;
use crate::work::{Ctx, shops};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Tells shops until `stop` turns true; so many messages of a shop at once, whatever the others are
/// waiting for.
pub async fn run(ctx: Arc<Ctx>, mut stop: watch::Receiver<bool>) {
    let mut sends = JoinSet::new();
    let mut under_way: HashMap<i64, i64> = HashMap::new();
    loop {
        if let Err(error) = claim(&ctx, &mut sends, &mut under_way).await {
            tracing::warn!(%error, "no message could be claimed");
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(250)) => {}
            Some(sent) = sends.join_next() => match sent {
                Ok(shop) => drop(under_way.entry(shop).and_modify(|n| *n -= 1)),
                Err(error) => tracing::error!(%error, "a message ended badly"),
            },
            _ = stop.wait_for(|stop| *stop) => break,
        }
    }
    while sends.join_next().await.is_some() {}
}

async fn claim(
    ctx: &Arc<Ctx>,
    sends: &mut JoinSet<i64>,
    under_way: &mut HashMap<i64, i64>,
) -> store::Result<()> {
    let busy: Vec<i64> = under_way.iter().filter(|(_, n)| **n > 0).map(|(shop, _)| *shop).collect();
    let mut tx = ctx.db.begin().await?;
    let messages = jobs::claim_messages(&mut tx, limits::OUTBOX_BATCH, &busy).await?;
    tx.commit().await?;
    for message in messages {
        *under_way.entry(message.shop.id).or_default() += 1;
        sends.spawn(send(ctx.clone(), message));
    }
    Ok(())
}

/// One message; returns whose it was. What could not be kept of its answer is asked again with the
/// same key.
async fn send(ctx: Arc<Ctx>, message: ShopMessage) -> i64 {
    let answer = match shops::channel(&ctx, &message.shop) {
        Ok(channel) => channel.dispatch(message.key, &message.body).await,
        // Nothing was said yet: it is told once its secret can be read.
        Err(error) => Err(ChannelError { class: Class::Transient, ..error }),
    };
    if let Err(error) = went(&ctx, &message, answer).await {
        tracing::warn!(shop = message.shop.code, %error, "what a shop said could not be kept");
    }
    message.shop.id
}

async fn went(
    ctx: &Ctx,
    message: &ShopMessage,
    answer: Result<(), ChannelError>,
) -> store::Result<()> {
    let said = answer.as_ref().err().map(|e| e.message.clone()).unwrap_or_default();
    let sent = match answer.as_ref().map_err(|e| &e.class) {
        Ok(()) | Err(Class::AlreadyDone) => Sent::Done,
        Err(Class::Throttled { wait_s }) => Sent::Later { wait_s: *wait_s, said: &said },
        // The outcome may be unknown: the key stays, so the shop sees one effect.
        Err(Class::Transient | Class::SessionExpired | Class::BadSignature) => {
            Sent::Later { wait_s: backoff_s(message.attempts), said: &said }
        }
        Err(Class::NotPermitted | Class::NotFound | Class::Rejected | Class::BadCursor) => {
            Sent::Refused { said: &said }
        }
    };
    let mut tx = ctx.db.begin().await?;
    jobs::save_send_result(&mut tx, message, &sent).await?;
    if let Err(error) = &answer {
        jobs::add_to_minute_count(&mut tx, message.shop.id, error.class.code(), 1).await?;
    }
    if matches!(&answer, Err(error) if error.class == Class::SessionExpired) {
        tokens::expire(&mut tx, message.shop.id).await?;
    }
    tx.commit().await
}
