//! Exceptions: the one on the screen, and its ways out.

use super::pick::Actor;
use super::{Result, Tx, orders};
use crate::domain::Name;
use crate::protocol::exceptions::{Case, Snapshot, Step};

/// The case of the step, or the oldest open one.
pub async fn load(tx: &mut Tx, warehouse: i64, step: &Step) -> Result<Snapshot> {
    let open =
        sqlx::query_scalar!(r#"SELECT count(*) AS "n!" FROM exception WHERE done_at IS NULL AND (warehouse_id = $1 OR warehouse_id IS NULL)"#, warehouse)
            .fetch_one(tx.conn())
            .await?;
    let row = sqlx::query!(
        r#"SELECT e.id, e.reason, e.subject, i.name_en AS "name_en?", i.name_zh AS "name_zh?", i.variant AS "variant?", l.number AS "number?", e.qty, e.said, e.shipment_id, coalesce(sh.code, '') AS "shop!",
                  to_char(e.since AT TIME ZONE w.tz, 'MM-DD HH24:MI') AS "since!",
                  (SELECT count(*) FROM exception n WHERE n.done_at IS NULL AND n.reason = e.reason AND (n.warehouse_id = $1 OR n.warehouse_id IS NULL)) AS "same!",
                  (SELECT ol.sku FROM order_line ol WHERE ol.order_id = e.order_id AND ol.item_id IS NULL AND wants_item(ol) ORDER BY ol.id LIMIT 1) AS code,
                  (SELECT least(coalesce(sum(s.on_hand), 0), coalesce(e.qty, coalesce(sum(s.on_hand), 0)))::bigint FROM stock s
                   WHERE s.warehouse_id = $1 AND s.place_id = e.place_id AND s.item_id = e.item_id AND s.lot_id = e.lot_id
                     AND s.status = (SELECT stock_status FROM reason WHERE code = e.reason)) AS "held!"
           FROM exception e JOIN warehouse w ON w.id = $1 LEFT JOIN item i ON i.id = e.item_id LEFT JOIN lot l ON l.id = e.lot_id LEFT JOIN shop sh ON sh.id = e.shop_id
           WHERE e.done_at IS NULL AND (e.warehouse_id = $1 OR e.warehouse_id IS NULL)
           ORDER BY (e.id = $2) DESC NULLS LAST, e.id LIMIT 1"#,
        warehouse,
        step.exception_id
    )
    .fetch_optional(tx.conn())
    .await?;
    let case = row.map(|r| Case {
        id: r.id,
        reason: r.reason,
        subject: r.subject,
        item: r.name_en.zip(r.name_zh).map(|(en, zh)| Name { en, zh, variant: r.variant.unwrap_or_default() }),
        lot: r.number,
        qty: r.qty,
        said: r.said,
        since: r.since,
        held: r.held,
        shipment_id: r.shipment_id,
        same: r.same,
        code: r.code,
        shop: r.shop,
    });
    Ok(Snapshot { open, case })
}

/// The oldest open case about what is called so: an order, a shipment, a place.
pub async fn about(tx: &mut Tx, warehouse: i64, subject: &str) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar!(
        "SELECT id FROM exception WHERE done_at IS NULL AND (warehouse_id = $1 OR warehouse_id IS NULL) AND upper(subject) = upper(trim($2)) ORDER BY id LIMIT 1",
        warehouse,
        subject
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// The open case after this one, round and round.
pub async fn next(tx: &mut Tx, warehouse: i64, after: Option<i64>) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar!(
        "SELECT id FROM exception WHERE done_at IS NULL AND (warehouse_id = $1 OR warehouse_id IS NULL)
         ORDER BY (id > coalesce($2::bigint, 0)) DESC, id LIMIT 1",
        warehouse,
        after
    )
    .fetch_optional(tx.conn())
    .await?)
}

pub async fn done(tx: &mut Tx, id: i64, person: Option<i64>) -> Result<()> {
    sqlx::query!("UPDATE exception SET done_at = now(), done_by = $2 WHERE id = $1 AND done_at IS NULL", id, person).execute(tx.conn()).await?;
    Ok(())
}

/// Everything that a shipment lacked was found: its other cases of that are done too.
pub async fn found_all(tx: &mut Tx, shipment: i64, person: i64) -> Result<()> {
    sqlx::query!("UPDATE exception SET done_at = now(), done_by = $2 WHERE shipment_id = $1 AND reason = 'not_found' AND done_at IS NULL", shipment, person)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Of so many that this case holds so many were found: they are good again, the rest goes out through adjustment. What other
/// cases hold there stays.
pub async fn counted(tx: &mut Tx, actor: Actor<'_>, id: i64, held: i64, found: i64) -> Result<()> {
    sqlx::query!(
        "INSERT INTO movement (gesture_at, warehouse_id, owner_id, item_id, lot_id, qty, from_place, from_status, to_place, to_status, reason, person_id, command)
         SELECT $1::text::timestamptz, s.warehouse_id, s.owner_id, s.item_id, s.lot_id, part.qty, s.place_id, s.status,
                CASE WHEN part.good THEN s.place_id ELSE v.id END, 'good', 'adjust', $2, $3
         FROM exception e
         JOIN reason r ON r.code = e.reason
         JOIN stock s ON s.warehouse_id = e.warehouse_id AND s.place_id = e.place_id AND s.item_id = e.item_id AND s.lot_id = e.lot_id AND s.status = r.stock_status
         JOIN place v ON v.warehouse_id = s.warehouse_id AND v.kind = 'virtual' AND v.code = 'ADJUSTMENT'
         CROSS JOIN LATERAL (VALUES (true, $5::bigint), (false, least($6::bigint, s.on_hand) - $5)) AS part(good, qty)
         WHERE e.id = $4 AND part.qty > 0",
        actor.at,
        actor.person,
        actor.command,
        id,
        found,
        held
    )
    .execute(tx.conn())
    .await?;
    // Nothing is promised from a bench: what is good again goes back to a bin.
    sqlx::query!(
        "SELECT put_back_from(e.warehouse_id, ARRAY[e.place_id]) FROM exception e JOIN bench b ON b.place_id = e.place_id WHERE e.id = $1 AND $2::bigint > 0",
        id,
        found
    )
    .fetch_optional(tx.conn())
    .await?;
    done(tx, id, Some(actor.person)).await
}

/// So many lie there in all: what is more comes in through adjustment, what is less goes out, as far as nobody waits for it.
/// `false`: fewer than orders wait for.
pub async fn counted_all(tx: &mut Tx, actor: Actor<'_>, id: i64, all: i64) -> Result<bool> {
    let here = sqlx::query!(
        r#"SELECT e.item_id AS "item!", coalesce(s.on_hand, 0) AS "on_hand!", coalesce(s.reserved, 0) AS "reserved!"
           FROM exception e LEFT JOIN stock s ON s.warehouse_id = e.warehouse_id AND s.place_id = e.place_id AND s.item_id = e.item_id AND s.lot_id = e.lot_id AND s.status = 'good'
           WHERE e.id = $1 AND e.item_id IS NOT NULL AND e.lot_id IS NOT NULL"#,
        id
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(here) = here.filter(|here| all >= here.reserved) else { return Ok(false) };
    sqlx::query!("SELECT lock_gates($1, ARRAY[$2::bigint])", actor.warehouse, here.item).execute(tx.conn()).await?;
    sqlx::query!(
        "INSERT INTO movement (gesture_at, warehouse_id, owner_id, item_id, lot_id, qty, from_place, to_place, reason, person_id, command)
         SELECT $1::text::timestamptz, e.warehouse_id, i.owner_id, i.id, e.lot_id, abs($5::bigint), CASE WHEN $5::bigint > 0 THEN v.id ELSE e.place_id END,
                CASE WHEN $5::bigint > 0 THEN e.place_id ELSE v.id END, 'adjust', $2, $3
         FROM exception e JOIN item i ON i.id = e.item_id JOIN place v ON v.warehouse_id = e.warehouse_id AND v.kind = 'virtual' AND v.code = 'ADJUSTMENT'
         WHERE e.id = $4 AND $5::bigint <> 0",
        actor.at,
        actor.person,
        actor.command,
        id,
        all - here.on_hand
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!("SELECT break_promises($1, owner_id, id) FROM item WHERE id = $2 AND $3::bigint < 0", actor.warehouse, here.item, all - here.on_hand)
        .execute(tx.conn())
        .await?;
    done(tx, id, Some(actor.person)).await?;
    Ok(true)
}

/// The open cases of a reason, oldest first: id, shipment.
pub async fn of_reason(tx: &mut Tx, warehouse: i64, reason: &str, most: i64) -> Result<Vec<(i64, Option<i64>)>> {
    let rows = sqlx::query!(
        "SELECT id, shipment_id FROM exception WHERE done_at IS NULL AND reason = $2 AND (warehouse_id = $1 OR warehouse_id IS NULL) ORDER BY id LIMIT $3",
        warehouse,
        reason,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.shipment_id)).collect())
}

/// The open cases of a shop's orders with codes that name nothing, oldest first.
pub async fn unknown_of(tx: &mut Tx, shop: i64) -> Result<Vec<i64>> {
    let found = sqlx::query_scalar!(
        "SELECT e.id FROM exception e JOIN orders o ON o.id = e.order_id WHERE e.done_at IS NULL AND e.reason = 'unknown_item' AND o.shop_id = $1 ORDER BY e.id",
        shop
    );
    Ok(found.fetch_all(tx.conn()).await?)
}

/// The cases that wait for this code of the shop of this one, oldest first.
pub async fn waiting_for(tx: &mut Tx, case: i64, code: &str, most: i64) -> Result<Vec<i64>> {
    let found = sqlx::query_scalar!(
        "SELECT e.id FROM exception this JOIN exception e ON e.shop_id = this.shop_id AND e.reason = this.reason AND e.done_at IS NULL
         WHERE this.id = $1 AND EXISTS (SELECT 1 FROM order_line l WHERE l.order_id = e.order_id AND l.item_id IS NULL AND upper(l.sku) = upper($2)) ORDER BY e.id LIMIT $3",
        case,
        code,
        most
    );
    Ok(found.fetch_all(tx.conn()).await?)
}

/// Cases of orders whose codes all name something by now, behind `after`, oldest first.
pub async fn known_now(tx: &mut Tx, after: i64, most: i64) -> Result<Vec<i64>> {
    let found = sqlx::query_scalar!(
        "SELECT e.id FROM exception e JOIN orders o ON o.id = e.order_id
         WHERE e.done_at IS NULL AND e.reason = 'unknown_item' AND e.id > $1 AND NOT EXISTS (
           SELECT 1 FROM order_line l WHERE l.order_id = o.id AND l.item_id IS NULL AND wants_item(l)
             AND NOT EXISTS (SELECT 1 FROM listing a WHERE a.shop_id = o.shop_id AND a.code = upper(l.sku) AND a.item_id IS NOT NULL)
             AND NOT EXISTS (SELECT 1 FROM item i WHERE upper(i.sku) = upper(l.sku) AND i.owner_id = (SELECT min(id) FROM owner)))
         ORDER BY e.id LIMIT $2",
        after,
        most
    );
    Ok(found.fetch_all(tx.conn()).await?)
}

/// Tries these orders again; returns how many of their cases are done now.
pub async fn go_on(tx: &mut Tx, cases: &[i64], person: Option<i64>) -> Result<i64> {
    let mut on = 0;
    for case in cases {
        tx.attempt().await?;
        let worked = orders::try_again(tx, *case).await?;
        tx.attempted(worked).await?;
        if worked {
            done(tx, *case, person).await?;
            on += 1;
        }
    }
    Ok(on)
}

/// A shop's code means this item from now on. `None`: no item is called so. Returns its name.
pub async fn map_code(tx: &mut Tx, case: i64, code: &str, item: Option<i64>, typed: &str) -> Result<Option<Name>> {
    let item = sqlx::query!(
        "SELECT id, name_en, name_zh, variant FROM item WHERE id = $1 OR ($1::bigint IS NULL AND upper(sku) = upper($2)) ORDER BY id LIMIT 1",
        item,
        typed
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(item) = item else { return Ok(None) };
    sqlx::query!(
        "INSERT INTO listing (shop_id, code, item_id) SELECT o.shop_id, upper($2), $3 FROM exception e JOIN orders o ON o.id = e.order_id WHERE e.id = $1
         ON CONFLICT (shop_id, code) DO UPDATE SET item_id = excluded.item_id",
        case,
        code,
        item.id
    )
    .execute(tx.conn())
    .await?;
    Ok(Some(Name { en: item.name_en, zh: item.name_zh, variant: item.variant }))
}

/// Looks for goods again for what a short left unserved: on a new trip of the shipment's wave. `false`: not all of it
/// can be had without breaking another's promise.
pub async fn place_again(tx: &mut Tx, warehouse: i64, shipment: i64) -> Result<bool> {
    let items = sqlx::query_scalar!("SELECT DISTINCT item_id FROM shipment_line WHERE shipment_id = $1", shipment).fetch_all(tx.conn()).await?;
    sqlx::query!("SELECT lock_gates($1, $2)", warehouse, &items).execute(tx.conn()).await?;
    sqlx::query!(
        "UPDATE promise SET broken = 0 WHERE broken > 0 AND ended_at IS NULL AND shipment_line_id IN (SELECT id FROM shipment_line WHERE shipment_id = $1)",
        shipment
    )
    .execute(tx.conn())
    .await?;
    let open = sqlx::query!(
        r#"SELECT p.id, p.open AS "qty!", s.wave_id FROM shipment s JOIN shipment_line l ON l.shipment_id = s.id
           JOIN promise p ON p.shipment_line_id = l.id AND p.ended_at IS NULL
           WHERE s.id = $1 AND p.open > 0 AND s.state IN ('picking', 'picked', 'packing', 'released') ORDER BY p.id FOR UPDATE OF p"#,
        shipment
    )
    .fetch_all(tx.conn())
    .await?;
    if open.is_empty() {
        // What lacked was found with another case of the same shipment.
        return Ok(sqlx::query_scalar!(
            r#"SELECT EXISTS (SELECT 1 FROM shipment WHERE id = $1 AND state IN ('released', 'picking', 'picked', 'packing', 'packed', 'handed_over'))
                 AND NOT EXISTS (SELECT 1 FROM shipment_line l JOIN promise p ON p.shipment_line_id = l.id AND p.ended_at IS NULL WHERE l.shipment_id = $1 AND p.open > 0) AS "there!""#,
            shipment
        )
        .fetch_one(tx.conn())
        .await?);
    }
    let Some(wave) = open.first().and_then(|p| p.wave_id) else { return Ok(false) };
    let trip = sqlx::query_scalar!(
        "INSERT INTO trip (warehouse_id, wave_id, trip_no) VALUES ($1, $2, 'T' || lpad(nextval('trip_number')::text, 6, '0')) RETURNING id",
        warehouse,
        wave
    )
    .fetch_one(tx.conn())
    .await?;
    sqlx::query!("INSERT INTO trip_shipment (trip_id, shipment_id) VALUES ($1, $2)", trip, shipment).execute(tx.conn()).await?;
    let mut lost = 0;
    for p in &open {
        lost += sqlx::query_scalar!(r#"SELECT reserve_again($1, $2, $3) AS "rest!""#, p.id, p.qty, trip).fetch_one(tx.conn()).await?;
    }
    sqlx::query!("UPDATE shipment SET state = 'picking' WHERE id = $1 AND state IN ('picked', 'packing')", shipment).execute(tx.conn()).await?;
    sqlx::query!("UPDATE wave SET state = 'released' WHERE id = $1 AND state = 'done'", wave).execute(tx.conn()).await?;
    let kept = sqlx::query_scalar!(r#"SELECT promises_kept($1, $2) AS "kept!""#, warehouse, &items).fetch_one(tx.conn()).await?;
    Ok(kept && lost == 0)
}
