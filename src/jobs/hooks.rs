//! What shops' calls do: a signed word wakes the shop's pull, once.

use crate::links::channels::HookCall;
use crate::links::webhooks::{Handler, WebhookOutcome, verify};
use crate::store::{self, jobs};
use crate::work::{Ctx, shops};
use std::sync::Arc;

/// The ear of a worker.
pub fn webhook_handler(ctx: Arc<Ctx>) -> Handler {
    Arc::new(move |call| {
        let ctx = ctx.clone();
        Box::pin(async move {
            let shop = call.shop.clone();
            hear(&ctx, call).await.unwrap_or_else(|error| {
                tracing::warn!(shop, %error, "a call could not be heard");
                WebhookOutcome::Later
            })
        })
    })
}

async fn hear(ctx: &Ctx, call: HookCall) -> store::Result<WebhookOutcome> {
    let mut tx = ctx.db.begin().await?;
    let Some(shop) = store::shops::find(&mut tx, &call.shop).await? else {
        return Ok(WebhookOutcome::Refused);
    };
    let Ok(account) = shops::account(&ctx.vault, &shop) else { return Ok(WebhookOutcome::Later) };
    let Some(word) = verify(&shop.channel, &account, &call, jiff::Timestamp::now().as_second())
    else {
        return Ok(WebhookOutcome::Refused);
    };
    let new = jobs::wake(&mut tx, shop.id, &word.0).await?;
    tx.commit().await?;
    Ok(if new { WebhookOutcome::Woken } else { WebhookOutcome::Again })
}
