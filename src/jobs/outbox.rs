//! What shops are told: one row, one key, as many tries as it takes, one effect.

use super::backoff_s;
use crate::limits;
use crate::links::channels::{ChannelError, Class};
use crate::store;
use crate::store::tokens;
use crate::store::jobs::{self, Message, Sent};
use crate::work::{Ctx, shops};
use tokio::task::JoinSet;

pub async fn round(ctx: &Ctx) -> store::Result<()> {
    let mut tx = ctx.db.begin().await?;
    let messages = jobs::claim_messages(&mut tx, limits::OUTBOX_BATCH).await?;
    tx.commit().await?;
    let mut sends = JoinSet::new();
    for message in messages {
        let channel = shops::channel(ctx, &message.shop);
        sends.spawn(async move {
            let answer = match channel {
                Ok(channel) => channel.dispatch(message.key, &message.body).await,
                Err(error) => Err(error),
            };
            (message, answer)
        });
    }
    while let Some(sent) = sends.join_next().await {
        let (message, answer) = sent.map_err(|error| store::Error::Bug(format!("a message ended badly: {error}")))?;
        went(ctx, &message, answer).await?;
    }
    Ok(())
}

async fn went(ctx: &Ctx, message: &Message, answer: Result<(), ChannelError>) -> store::Result<()> {
    let said = answer.as_ref().err().map(|e| e.said.clone()).unwrap_or_default();
    let sent = match answer.as_ref().map_err(|e| &e.class) {
        Ok(()) | Err(Class::AlreadyDone) => Sent::Done,
        Err(Class::Throttled { wait_s }) => Sent::Later { wait_s: *wait_s, said: &said },
        // The outcome may be unknown: the key stays, so the shop sees one effect.
        Err(Class::Transient | Class::SessionExpired | Class::BadSignature) => Sent::Later { wait_s: backoff_s(message.attempts), said: &said },
        Err(Class::NotPermitted | Class::NotFound | Class::Rejected | Class::BadCursor) => Sent::Refused { said: &said },
    };
    let mut tx = ctx.db.begin().await?;
    jobs::message_went(&mut tx, message, &sent).await?;
    if let Err(error) = &answer {
        jobs::count(&mut tx, message.shop.id, error.class.code(), 1).await?;
    }
    if matches!(&answer, Err(error) if error.class == Class::SessionExpired) {
        tokens::ended(&mut tx, message.shop.id).await?;
    }
    tx.commit().await
}
