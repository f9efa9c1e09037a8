//! The print spool: to each printer its labels in their order, to all printers at once, so that a
//! slow one holds up no other.

use crate::limits;
use crate::store;
use crate::store::labels::{self, Print};
use crate::work::{Ctx, parcel};
use std::sync::Arc;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Prints until `stop` turns true; what is under way then is let finish.
pub async fn run(ctx: Arc<Ctx>, mut stop: watch::Receiver<bool>) {
    let mut under_way = JoinSet::new();
    let mut wait = limits::SPOOL_EVERY;
    loop {
        match ctx.db.while_there(claim(&ctx, under_way.len())).await {
            Ok(Some(print)) => {
                let ctx = ctx.clone();
                under_way.spawn(async move {
                    if let Err(error) = ctx.db.while_there(finish(&ctx, &print)).await {
                        tracing::warn!(job = print.job, %error, "what was printed is not noted");
                    }
                });
                continue;
            }
            Ok(None) => wait = limits::SPOOL_EVERY,
            Err(error) => {
                tracing::warn!(%error, "no print could be claimed");
                wait = (wait * 2).min(limits::SPOOL_EVERY_AT_MOST);
            }
        }
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            // Its next label may be due.
            Some(_) = under_way.join_next() => {}
            _ = stop.wait_for(|stop| *stop) => break,
        }
    }
    while under_way.join_next().await.is_some() {}
}

/// Prints the next label that is due. `false`: nothing is.
pub async fn print_next(ctx: &Ctx) -> store::Result<bool> {
    let Some(print) = claim(ctx, 0).await? else { return Ok(false) };
    finish(ctx, &print).await?;
    Ok(true)
}

async fn claim(ctx: &Ctx, under_way: usize) -> store::Result<Option<Print>> {
    if under_way >= limits::PRINTERS_AT_ONCE {
        return Ok(None);
    }
    let mut tx = ctx.db.begin().await?;
    let print = labels::claim_print(&mut tx).await?;
    tx.commit().await?;
    Ok(print)
}

async fn finish(ctx: &Ctx, print: &Print) -> store::Result<()> {
    let sent = parcel::print(ctx, print).await;
    let mut tx = ctx.db.begin().await?;
    let trouble = sent.trouble.as_deref();
    labels::save_print_result(&mut tx, print, sent.state, trouble, sent.answers).await?;
    tx.commit().await
}
