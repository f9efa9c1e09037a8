//! Put-back tasks: what a cancelled shipment left in containers.

use super::pick::{Actor, free_empty_totes, printed_gtin};
use super::{Result, Tx};
use crate::domain::Name;
use crate::limits;
use crate::protocol::put_back::{Goods, Snapshot, Step, Task};

pub async fn load(tx: &mut Tx, warehouse: i64, person: i64, step: &Step) -> Result<Snapshot> {
    let waiting = sqlx::query!(
        r#"SELECT count(*) AS "count!", (array_agg(p.code ORDER BY t.id))[1] AS first
           FROM task t JOIN place p ON p.id = t.container_id WHERE t.warehouse_id = $1 AND t.state = 'open'"#,
        warehouse
    )
    .fetch_one(tx.conn())
    .await?;
    let mut now = Snapshot { waiting: waiting.first, waiting_count: waiting.count, task: None };
    let Some(task) = step.task_id else { return Ok(now) };
    let head = sqlx::query!(
        "SELECT t.id, t.task_no, p.code, p.id AS place FROM task t JOIN place p ON p.id = t.container_id WHERE t.id = $1 AND t.person_id = $2 AND t.state = 'claimed'",
        task,
        person
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(head) = head else { return Ok(now) };
    let goods = sqlx::query!(
        r#"SELECT s.item_id, s.lot_id, i.sku, i.name_en, i.name_zh, i.variant, l.number, l.last_good_day::text AS "day!", s.on_hand - s.reserved AS "free!",
                  (SELECT b.code FROM barcode b JOIN pack k ON k.id = b.pack_id WHERE k.item_id = i.id ORDER BY k.units, b.code LIMIT 1) AS barcode,
                  (SELECT p.code FROM movement m JOIN bin b ON b.place_id = m.from_place AND b.use = 'storage' JOIN place p ON p.id = m.from_place
                   WHERE m.warehouse_id = $2 AND m.item_id = s.item_id AND m.lot_id = s.lot_id AND m.reason = 'pick' ORDER BY m.id DESC LIMIT 1) AS bin
           FROM stock s JOIN item i ON i.id = s.item_id JOIN lot l ON l.id = s.lot_id
           WHERE s.place_id = $1 AND s.warehouse_id = $2 AND s.on_hand > s.reserved
             -- What is held at a bench waits for a count.
             AND (s.status = 'good' OR NOT EXISTS (SELECT 1 FROM bench WHERE place_id = $1)) ORDER BY i.sku, l.last_good_day"#,
        head.place,
        warehouse
    )
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
pub enum Claimed {
    Yes(i64),
    /// Nothing has to be put back from it.
    NoTask,
    By(String),
}

pub async fn claim(tx: &mut Tx, container: i64, person: i64) -> Result<Claimed> {
    let row = sqlx::query!(
        r#"SELECT t.id, t.state, t.person_id, p.name AS "name?",
                  EXISTS (SELECT 1 FROM standing st WHERE st.person_id = t.person_id AND st.session <> '00000000-0000-0000-0000-000000000000'
                    AND (st.step->'put_back'->>'task_id')::bigint = t.id AND st.updated_at > now() - make_interval(secs => $2)) AS "busy!"
           FROM task t LEFT JOIN person p ON p.id = t.person_id
           WHERE t.container_id = $1 AND t.state IN ('open', 'claimed') FOR UPDATE OF t"#,
        container,
        limits::LEFT_ALONE_S
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(task) = row else { return Ok(Claimed::NoTask) };
    // Who signed off, went elsewhere or does not answer any more holds up nobody.
    if task.state == "claimed" && task.person_id != Some(person) && task.busy {
        return Ok(Claimed::By(task.name.unwrap_or_default()));
    }
    sqlx::query!("UPDATE task SET state = 'claimed', person_id = $2 WHERE id = $1", task.id, person).execute(tx.conn()).await?;
    Ok(Claimed::Yes(task.id))
}

pub async fn release(tx: &mut Tx, task: i64) -> Result<()> {
    sqlx::query!("UPDATE task SET state = 'open', person_id = NULL WHERE id = $1 AND state = 'claimed'", task).execute(tx.conn()).await?;
    Ok(())
}

/// All of one item and lot goes from the container into the bin; the last goods end the task.
pub async fn put(tx: &mut Tx, actor: Actor<'_>, task: i64, item: i64, lot: i64, bin: i64) -> Result<()> {
    sqlx::query!(
        "INSERT INTO movement (gesture_at, warehouse_id, owner_id, item_id, lot_id, qty, from_place, from_status, to_place, to_status, reason, person_id, command)
         SELECT $1::text::timestamptz, s.warehouse_id, s.owner_id, s.item_id, s.lot_id, s.on_hand - s.reserved, s.place_id, s.status, $2, s.status, 'put_back', $3, $4
         FROM task t JOIN stock s ON s.place_id = t.container_id AND s.warehouse_id = t.warehouse_id
         WHERE t.id = $5 AND s.item_id = $6 AND s.lot_id = $7 AND s.on_hand > s.reserved
           AND (s.status = 'good' OR NOT EXISTS (SELECT 1 FROM bench WHERE place_id = t.container_id))",
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
    sqlx::query!(
        "UPDATE task t SET state = 'done' WHERE t.id = $1
           AND NOT EXISTS (SELECT 1 FROM stock s WHERE s.warehouse_id = t.warehouse_id AND s.place_id = t.container_id AND s.on_hand > s.reserved
             AND (s.status = 'good' OR NOT EXISTS (SELECT 1 FROM bench WHERE place_id = t.container_id)))",
        task
    )
    .execute(tx.conn())
    .await?;
    free_empty_totes(tx, actor.warehouse).await
}
