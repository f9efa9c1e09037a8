//! Looks what is the case by the site's rules, and calls the addresses that are to hear of it.

use crate::limits;
use crate::links::hook;
use crate::store::{self, alerts};
use crate::work::Ctx;

/// One look, and what is due to be told.
pub async fn run_once(ctx: &Ctx) -> store::Result<()> {
    let mut tx = ctx.db.begin().await?;
    let fresh = alerts::look(&mut tx).await?;
    tx.commit().await?;
    if fresh > 0 {
        tracing::info!(fresh, "alerts");
    }
    let mut tx = ctx.db.begin().await?;
    let calls = alerts::to_call(&mut tx, limits::ALERT_RETRY_S).await?;
    tx.commit().await?;
    for call in calls {
        let said = hook::tell(&ctx.client, &call.hook, &call.body).await;
        let again = match said {
            Ok(()) => None,
            Err(error) => {
                tracing::warn!(alert = call.id, %error, "an alert was not heard");
                (call.tried < limits::ALERT_CALLS)
                    .then(|| limits::ALERT_RETRY_S * f64::from(call.tried))
            }
        };
        let mut tx = ctx.db.begin().await?;
        alerts::called(&mut tx, call.id, again).await?;
        tx.commit().await?;
    }
    Ok(())
}
