//! The day's turn, warehouse by warehouse: at midnight and at each cut-off what no longer keeps
//! long enough is stopped where it is. In batches, each committed, so that nobody on the floor
//! waits for longer than a scan; a turn that was cut off is begun again and finds done what is
//! done.

use crate::limits;
use crate::store::{self, turn};
use crate::work::Ctx;

/// Every turn that is due, once; then whose promises break.
pub async fn run_once(ctx: &Ctx) -> store::Result<()> {
    loop {
        let mut tx = ctx.db.begin().await?;
        let claimed = turn::claim(&mut tx, limits::TURN_LEASE_S).await?;
        tx.commit().await?;
        match claimed {
            Some(turn) => turn_day(ctx, turn).await?,
            None => return decide(ctx).await,
        }
    }
}

/// Whose promises break where goods are fewer than was promised: looked at without a lock, however
/// many wait, then piece by piece, each asked again behind its gates. Whoever did the same at the
/// same time, or died half-way, does no harm.
async fn decide(ctx: &Ctx) -> store::Result<()> {
    loop {
        let mut tx = ctx.db.begin().await?;
        let Some(asked) = turn::asked_for(&mut tx, limits::TURN_ITEMS).await? else {
            return Ok(());
        };
        let gone = turn::promises_without_goods(&mut tx, &asked).await?;
        drop(tx);
        if break_piecemeal(ctx, &asked, &gone).await? {
            let mut tx = ctx.db.begin().await?;
            turn::was_decided(&mut tx, &asked).await?;
            tx.commit().await?;
        }
    }
}

/// `false`: something came in between, the rest has to be decided anew.
async fn break_piecemeal(ctx: &Ctx, asked: &turn::Asked, gone: &[i64]) -> store::Result<bool> {
    let mut rest = gone;
    while !rest.is_empty() {
        let mut tx = ctx.db.begin().await?;
        let Some(broken) = turn::break_first(&mut tx, asked, rest, limits::TURN_BREAKS).await?
        else {
            return Ok(false);
        };
        tx.commit().await?;
        tracing::info!(asked.warehouse, broken, "promises that no longer fit");
        rest = rest.get(limits::TURN_BREAKS..).unwrap_or_default();
    }
    Ok(true)
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
    turn::ask_for_overdue(&mut tx, turn.warehouse).await?;
    if !keep(&mut tx, turn).await? {
        return Ok(());
    }
    tx.commit().await?;
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
