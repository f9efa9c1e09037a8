//! Put-back tasks: what a cancelled shipment left in containers.

use super::pick::{free_empty_totes, printed_gtin};
use super::{Result, Tx};
use crate::domain::Name;
use crate::domain::states::TaskState;
use crate::limits;
use crate::protocol::put_back::{Goods, Snapshot, Step, Task};
use crate::store::Actor;

/// The task of the step while the person has it, its goods by code and last good day; and how many
/// tasks nobody has, with the container of the oldest.
pub async fn load(tx: &mut Tx, warehouse: i64, person: i64, step: &Step) -> Result<Snapshot> {
    let waiting = sqlx::query_file!("src/store/sql/put_back/load_waiting.sql", warehouse, person)
        .fetch_one(tx.conn())
        .await?;
    let mut now = Snapshot { waiting: waiting.first, waiting_count: waiting.count, task: None };
    let Some(task) = step.task_id else { return Ok(now) };
    let head = sqlx::query_file!("src/store/sql/put_back/load_task.sql", task, person)
        .fetch_optional(tx.conn())
        .await?;
    let Some(head) = head else { return Ok(now) };
    let goods = sqlx::query_file!("src/store/sql/put_back/load_goods.sql", head.place, warehouse)
        .fetch_all(tx.conn())
        .await?;
    now.task = Some(Task {
        id: head.id,
        no: head.task_no,
        container: head.code,
        goods: goods
            .into_iter()
            .map(|g| Goods {
                item_id: g.item_id,
                lot_id: g.lot_id,
                sku: g.sku,
                name: Name { en: g.name_en, zh: g.name_zh, variant: g.variant },
                barcode: g.barcode.map(printed_gtin),
                lot: g.number,
                last_good: g.day,
                qty: g.free,
                bin: g.bin,
            })
            .collect(),
    });
    Ok(now)
}

/// The outcome of reaching for a task.
pub enum ClaimResult {
    Yes(i64),
    /// Nothing has to be put back from it.
    NoTask,
    By(String),
}

/// Gives the person the task of a container, its row locked; from another person only if they went
/// elsewhere or were silent for too long.
pub async fn claim(tx: &mut Tx, container: i64, person: i64) -> Result<ClaimResult> {
    let row =
        sqlx::query_file!("src/store/sql/put_back/claim.sql", container, limits::LEFT_ALONE_S)
            .fetch_optional(tx.conn())
            .await?;
    let Some(task) = row else { return Ok(ClaimResult::NoTask) };
    // Who signed off, went elsewhere or does not answer any more holds up nobody.
    if task.state == TaskState::Claimed && task.person_id != Some(person) && task.busy {
        return Ok(ClaimResult::By(task.name.unwrap_or_default()));
    }
    sqlx::query!(
        "UPDATE task
         SET state = 'claimed', person_id = $2
         WHERE id = $1",
        task.id,
        person
    )
    .execute(tx.conn())
    .await?;
    Ok(ClaimResult::Yes(task.id))
}

/// Gives a task back as it stands: what lies in bins again stays there, others do the rest.
pub async fn release(tx: &mut Tx, task: i64) -> Result<()> {
    sqlx::query!(
        "UPDATE task
         SET state = 'open', person_id = NULL
         WHERE id = $1 AND state = 'claimed'",
        task
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// All of one item and lot goes from the container into the bin; the last goods end the task.
pub async fn put_into_bin(
    tx: &mut Tx,
    actor: Actor<'_>,
    task: i64,
    item: i64,
    lot: i64,
    bin: i64,
) -> Result<()> {
    sqlx::query_file!(
        "src/store/sql/put_back/put_into_bin.sql",
        actor.at,
        bin,
        actor.person,
        actor.command,
        task,
        item,
        lot
    )
    .execute(tx.conn())
    .await?;
    sqlx::query_file!("src/store/sql/put_back/put_into_bin_finish.sql", task)
        .execute(tx.conn())
        .await?;
    free_empty_totes(tx, actor.warehouse).await
}
