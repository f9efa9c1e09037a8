//! The day's turn, warehouse by warehouse: at midnight and at each cut-off what no longer keeps
//! long enough is stopped where it is. In batches, each committed, so that nobody on the floor
//! waits for longer than a scan; a turn that was cut off is begun again and finds done what is
//! done.

use crate::limits;
use crate::store::{self, turn};
use crate::work::Ctx;

/// Every turn that is due, once.
pub async fn run_once(ctx: &Ctx) -> store::Result<()> {
    loop {
        let mut tx = ctx.db.begin().await?;
        let claimed = turn::claim(&mut tx, limits::TURN_LEASE_S).await?;
        tx.commit().await?;
        match claimed {
            Some(turn) => turn_day(ctx, turn).await?,
            None => return Ok(()),
        }
    }
}

async fn turn_day(ctx: &Ctx, turn: turn::Turn) -> store::Result<()> {
    loop {
        let mut tx = ctx.db.begin().await?;
        let turned = turn::turn_needs(&mut tx, turn.warehouse, limits::TURN_BATCH).await?;
        if !keep(&mut tx, turn).await? {
            return Ok(());
        }
        tx.commit().await?;
        if turned < limits::TURN_BATCH {
            break;
        }
    }
    let mut tx = ctx.db.begin().await?;
    let items = turn::items_overdue(&mut tx, turn.warehouse).await?;
    tx.commit().await?;
    for some in items.chunks(limits::TURN_ITEMS) {
        let mut tx = ctx.db.begin().await?;
        let broken = turn::break_promises(&mut tx, turn.warehouse, some).await?;
        if !keep(&mut tx, turn).await? {
            return Ok(());
        }
        tx.commit().await?;
        tracing::info!(warehouse = turn.warehouse, broken, "promises that no longer fit");
    }
    loop {
        let mut tx = ctx.db.begin().await?;
        let found = turn::move_stuck(&mut tx, turn.warehouse, None, limits::TURN_MOVES).await?;
        if !keep(&mut tx, turn).await? {
            return Ok(());
        }
        tx.commit().await?;
        if found.moved + found.lost == 0 {
            break;
        }
        tracing::info!(found.moved, found.lost, "units that grew too old in their bins");
    }
    let mut tx = ctx.db.begin().await?;
    turn::raise_stuck(&mut tx, turn.warehouse).await?;
    if turn::end(&mut tx, turn).await? {
        tx.commit().await?;
    }
    Ok(())
}

/// What was done counts only while the turn is ours: checked in the transaction that saves it.
async fn keep(tx: &mut store::Tx, turn: turn::Turn) -> store::Result<bool> {
    turn::extend_lease(tx, turn, limits::TURN_LEASE_S).await
}
