//! Carriers' lists. Closing one moves the goods out of the ledger and writes what the shops are told: one effect.

use super::pick::Actor;
use super::{Error, Result, Tx};
use crate::codes::own;
use crate::protocol::hand_over::{List, Snapshot, Step};
use uuid::Uuid;

pub async fn load(tx: &mut Tx, warehouse: i64, step: &Step) -> Result<Snapshot> {
    let waiting = sqlx::query!(
        r#"SELECT count(*) AS "count!", (array_agg(q.sscc ORDER BY (h.carrier_id IS NULL), q.place_id))[1] AS first
           FROM parcel q LEFT JOIN handover h ON h.id = $2 AND h.carrier_id = q.carrier_id
           WHERE q.warehouse_id = $1 AND q.state = 'labelled' AND ($2::bigint IS NULL OR h.id IS NOT NULL)
             AND NOT EXISTS (SELECT 1 FROM handover_parcel hp WHERE hp.parcel_id = q.place_id)"#,
        warehouse,
        step.list_id
    )
    .fetch_one(tx.conn())
    .await?;
    let list = sqlx::query!(
        r#"SELECT h.id, h.code, c.name, (SELECT count(*) FROM handover_parcel hp WHERE hp.handover_id = h.id) AS "parcels!",
                  (SELECT q.sscc FROM handover_parcel hp JOIN parcel q ON q.place_id = hp.parcel_id WHERE hp.handover_id = h.id ORDER BY hp.seq DESC LIMIT 1) AS last
           FROM handover h JOIN carrier c ON c.id = h.carrier_id WHERE h.id = $1 AND h.closed_at IS NULL"#,
        step.list_id
    )
    .fetch_optional(tx.conn())
    .await?
    .map(|r| List { id: r.id, code: r.code, carrier: r.name, parcels: r.parcels, last: r.last });
    Ok(Snapshot { list, waiting: waiting.first, waiting_count: waiting.count })
}

/// A parcel on its way out, locked.
pub struct Outgoing {
    pub state: String,
    pub shipment_no: String,
    pub carrier_id: i64,
    pub carrier: String,
    /// The list it is on already.
    pub list: Option<String>,
}

pub async fn outgoing(tx: &mut Tx, parcel: i64) -> Result<Option<Outgoing>> {
    Ok(sqlx::query!(
        r#"SELECT q.state, s.shipment_no, q.carrier_id, c.name, h.code AS "list?"
           FROM parcel q JOIN shipment s ON s.id = q.shipment_id JOIN carrier c ON c.id = q.carrier_id
           LEFT JOIN handover_parcel hp ON hp.parcel_id = q.place_id LEFT JOIN handover h ON h.id = hp.handover_id
           WHERE q.place_id = $1 FOR UPDATE OF q"#,
        parcel
    )
    .fetch_optional(tx.conn())
    .await?
    .map(|r| Outgoing { state: r.state, shipment_no: r.shipment_no, carrier_id: r.carrier_id, carrier: r.name, list: r.list }))
}

/// The carrier's open list, made with its first parcel; returns id and carrier.
pub async fn list_for(tx: &mut Tx, warehouse: i64, carrier: i64) -> Result<i64> {
    if let Some(id) = sqlx::query_scalar!("SELECT id FROM handover WHERE warehouse_id = $1 AND carrier_id = $2 AND closed_at IS NULL", warehouse, carrier)
        .fetch_optional(tx.conn())
        .await?
    {
        return Ok(id);
    }
    let n = sqlx::query_scalar!(r#"SELECT nextval('handover_number') AS "n!""#).fetch_one(tx.conn()).await?;
    let code = own::make(own::Kind::HandOver, &format!("{n:06}")).ok_or_else(|| Error::Bug("list code".into()))?;
    Ok(sqlx::query_scalar!("INSERT INTO handover (warehouse_id, code, carrier_id) VALUES ($1, $2, $3) RETURNING id", warehouse, code, carrier)
        .fetch_one(tx.conn())
        .await?)
}

pub async fn carrier_of(tx: &mut Tx, list: i64) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar!("SELECT carrier_id FROM handover WHERE id = $1 AND closed_at IS NULL", list).fetch_optional(tx.conn()).await?)
}

pub async fn add(tx: &mut Tx, list: i64, parcel: i64) -> Result<()> {
    // A list that closes at this moment takes nothing more.
    let open = sqlx::query!("SELECT id FROM handover WHERE id = $1 AND closed_at IS NULL FOR SHARE", list).fetch_optional(tx.conn()).await?;
    if open.is_none() {
        return Err(Error::Refused { constraint: "handover_open".into(), said: "the list is closed".into() });
    }
    sqlx::query!("INSERT INTO handover_parcel (handover_id, parcel_id) VALUES ($1, $2)", list, parcel).execute(tx.conn()).await?;
    sqlx::query!("UPDATE label SET state = 'on_box' WHERE parcel_id = $1 AND state IN ('got', 'printed')", parcel).execute(tx.conn()).await?;
    Ok(())
}

/// Takes the last parcel off a list that is open. Returns its SSCC.
pub async fn take_off(tx: &mut Tx, list: i64) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!(
        "WITH last AS (SELECT parcel_id FROM handover_parcel hp JOIN handover h ON h.id = hp.handover_id AND h.closed_at IS NULL WHERE hp.handover_id = $1 ORDER BY hp.seq DESC LIMIT 1),
              off AS (DELETE FROM handover_parcel USING last WHERE handover_parcel.parcel_id = last.parcel_id RETURNING handover_parcel.parcel_id)
         SELECT q.sscc FROM off JOIN parcel q ON q.place_id = off.parcel_id",
        list
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// Closes a list; returns how many parcels left.
pub async fn close(tx: &mut Tx, actor: Actor<'_>, list: i64) -> Result<i64> {
    let locked = sqlx::query_scalar!("SELECT id FROM handover WHERE id = $1 AND closed_at IS NULL FOR UPDATE", list).fetch_optional(tx.conn()).await?;
    if locked.is_none() {
        return Err(Error::Refused { constraint: "handover_open".into(), said: "the list is closed".into() });
    }
    sqlx::query!(
        "SELECT id FROM shipment WHERE id IN (SELECT q.shipment_id FROM handover_parcel hp JOIN parcel q ON q.place_id = hp.parcel_id WHERE hp.handover_id = $1)
         ORDER BY id FOR UPDATE",
        list
    )
    .fetch_all(tx.conn())
    .await?;
    sqlx::query!(
        "INSERT INTO movement (gesture_at, warehouse_id, owner_id, item_id, lot_id, qty, from_place, to_place, reservation_id, reason, person_id, command)
         SELECT $1::text::timestamptz, r.warehouse_id, r.owner_id, r.item_id, r.lot_id, r.qty, r.place_id, v.id, r.id, 'hand_over', $2, $3
         FROM handover_parcel hp JOIN reservation r ON r.place_id = hp.parcel_id AND r.ended_at IS NULL
         JOIN place v ON v.warehouse_id = r.warehouse_id AND v.kind = 'virtual' AND v.code = 'CUSTOMER'
         WHERE hp.handover_id = $4 ORDER BY r.id",
        actor.at,
        actor.person,
        actor.command,
        list
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "INSERT INTO placement (warehouse_id, container_id, from_place, to_place, reason, person_id, command)
         SELECT $1, c.place_id, c.stands_in, NULL, 'hand_over', $2, $3
         FROM handover_parcel hp JOIN container c ON c.place_id = hp.parcel_id WHERE hp.handover_id = $4",
        actor.warehouse,
        actor.person,
        actor.command,
        list
    )
    .execute(tx.conn())
    .await?;
    let parcels = sqlx::query_scalar!(
        "UPDATE parcel SET state = 'handed_over' WHERE place_id IN (SELECT parcel_id FROM handover_parcel WHERE handover_id = $1) RETURNING place_id",
        list
    )
    .fetch_all(tx.conn())
    .await?;
    sqlx::query!(
        "UPDATE shipment s SET state = 'handed_over' WHERE s.id IN (SELECT shipment_id FROM parcel WHERE place_id = ANY ($1))
           AND NOT EXISTS (SELECT 1 FROM parcel q WHERE q.shipment_id = s.id AND q.state NOT IN ('handed_over', 'void'))
           AND NOT EXISTS (SELECT 1 FROM shipment_line l JOIN promise p ON p.shipment_line_id = l.id AND p.ended_at IS NULL AND p.reserved > 0 WHERE l.shipment_id = s.id)",
        &parcels
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "UPDATE promise p SET ended_at = now() FROM shipment_line l JOIN shipment s ON s.id = l.shipment_id
         WHERE p.shipment_line_id = l.id AND p.ended_at IS NULL AND p.shipped = p.qty AND s.state = 'handed_over'
           AND s.id IN (SELECT shipment_id FROM parcel WHERE place_id = ANY ($1))",
        &parcels
    )
    .execute(tx.conn())
    .await?;
    for parcel in &parcels {
        tell_shop(tx, *parcel, "handover").await?;
    }
    sqlx::query!("UPDATE handover SET closed_at = now(), closed_by = $2 WHERE id = $1", list, actor.person).execute(tx.conn()).await?;
    Ok(parcels.len() as i64)
}

/// Writes into the outbox what each shop of a parcel is told, if this is the moment its setting names.
pub async fn tell_shop(tx: &mut Tx, parcel: i64, moment: &str) -> Result<()> {
    let rows = sqlx::query!(
        r#"SELECT o.shop_id, o.order_no, c.code AS carrier, q.waybill AS "waybill!", q.sscc,
                  json_agg(json_build_object('line_no', ol.line_no, 'qty', k.qty) ORDER BY ol.id) AS "lines!"
           FROM parcel q JOIN carrier c ON c.id = q.carrier_id
           JOIN parcel_line k ON k.parcel_id = q.place_id
           JOIN order_line ol ON ol.id = k.order_line_id JOIN orders o ON o.id = ol.order_id
           JOIN shop s ON s.id = o.shop_id AND s.notify = $2
           WHERE q.place_id = $1 GROUP BY o.shop_id, o.order_no, c.code, q.waybill, q.sscc ORDER BY o.order_no"#,
        parcel,
        moment
    )
    .fetch_all(tx.conn())
    .await?;
    for row in rows {
        let body = serde_json::json!({ "order_no": row.order_no, "carrier": row.carrier, "waybill": row.waybill, "lines": row.lines, "parcel": row.sscc });
        sqlx::query!(
            "INSERT INTO outbox (shop_id, kind, key, parcel_id, order_no, body) VALUES ($1, 'dispatch', $2, $3, $4, $5)
             -- Another label has another number: the shop that was told the first one is told what it was.
             ON CONFLICT ON CONSTRAINT outbox_once DO UPDATE SET key = excluded.key, state = 'waiting', attempts = 0, next_at = now(), said = '', fence = outbox.fence + 1,
               body = (excluded.body::jsonb || CASE WHEN outbox.state = 'sent' THEN jsonb_build_object('was', outbox.body->>'waybill')
                 WHEN outbox.attempts > 0 THEN jsonb_build_object('was', coalesce(outbox.body->>'was', outbox.body->>'waybill')) ELSE '{}' END)::json
             WHERE outbox.body->>'waybill' <> excluded.body->>'waybill'",
            row.shop_id,
            Uuid::now_v7(),
            parcel,
            row.order_no,
            body
        )
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}
