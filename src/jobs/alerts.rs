//! Looks what is the case by the site's rules, and calls the addresses that are to hear of it.

use crate::limits;
use crate::links::hook;
use crate::store::{self, alerts};
use crate::work::Ctx;
use tokio::task::JoinSet;

/// One look, and what is due to be told: all at once, so that an address that says nothing keeps
/// none of the others.
pub async fn run_once(ctx: &Ctx) -> store::Result<()> {
    let mut tx = ctx.db.begin().await?;
    let fresh = alerts::look(&mut tx).await?;
    tx.commit().await?;
    if fresh > 0 {
        tracing::info!(fresh, "alerts");
    }
    let mut tx = ctx.db.begin().await?;
    let due = alerts::to_call(&mut tx, limits::ALERT_RETRY_S).await?;
    tx.commit().await?;
    let mut calls = JoinSet::new();
    for call in due {
        let client = ctx.client.clone();
        calls.spawn(async move {
            let said = hook::tell(&client, &call.hook, &call.body).await;
            (call, said)
        });
    }
    while let Some(done) = calls.join_next().await {
        let Ok((call, said)) = done else { continue };
        let again = said.err().and_then(|error| {
            tracing::warn!(alert = call.id, %error, "an alert was not heard");
            let more = call.tried < limits::ALERT_CALLS;
            more.then(|| limits::ALERT_RETRY_S * f64::from(call.tried))
        });
        let mut tx = ctx.db.begin().await?;
        alerts::called(&mut tx, call.id, again).await?;
        tx.commit().await?;
    }
    Ok(())
}
