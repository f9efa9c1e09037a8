//! Packing: what lies on a bench. `boxes` moves units into parcels and parcels on.

mod boxes;

pub use boxes::{Brought, bench_exists, bring, brought, close, extra, missing, open_parcel, pack, parcel_state, reopen, run, undo};

use super::people::Standing;
use super::pick::printed_gtin;
use super::{Result, Tx};
use crate::domain::Name;
use crate::protocol::pack::{Batch, BatchLine, Bench, Line, Shipment, Snapshot, Step};

pub async fn load(tx: &mut Tx, standing: &Standing, step: &Step) -> Result<Snapshot> {
    let warehouse = standing.warehouse_id;
    let hints = sqlx::query!(
        r#"SELECT (SELECT p.code FROM bench b JOIN place p ON p.id = b.place_id WHERE p.warehouse_id = $1 ORDER BY p.code LIMIT 1) AS any_bench,
                  (SELECT p.code FROM tote_use u LEFT JOIN shipment s ON s.id = u.shipment_id
                   JOIN container c ON c.place_id = u.container_id JOIN bin b ON b.place_id = c.stands_in AND (b.use = 'staging' OR b.place_id = $2)
                   JOIN place p ON p.id = u.container_id
                   WHERE p.warehouse_id = $1 AND u.freed_at IS NULL AND CASE
                     WHEN s.id IS NULL THEN EXISTS (SELECT 1 FROM reservation r WHERE r.place_id = p.id AND r.ended_at IS NULL)
                     ELSE s.state IN ('picked', 'packing') AND NOT EXISTS (SELECT 1 FROM exception e WHERE e.shipment_id = s.id AND e.reason = 'not_found' AND e.done_at IS NULL)
                       AND NOT EXISTS (SELECT 1 FROM standing st WHERE st.person_id <> $3 AND st.session <> '00000000-0000-0000-0000-000000000000' AND (st.step->'pack'->>'shipment_id')::bigint = s.id) END
                   ORDER BY (b.place_id = $2) IS TRUE DESC, s.cutoff_at NULLS LAST, u.id LIMIT 1) AS waiting_tote,
                  (SELECT q.sscc FROM parcel q WHERE q.bench_id = $2 AND q.state IN ('labelled', 'handed_over') ORDER BY q.place_id DESC LIMIT 1) AS last_parcel"#,
        warehouse,
        standing.bench_id,
        standing.who.id
    )
    .fetch_one(tx.conn())
    .await?;
    let bench = match standing.bench_id {
        Some(id) => sqlx::query!(
            r#"SELECT p.id, p.code, pr.code AS "printer?" FROM bench b JOIN place p ON p.id = b.place_id LEFT JOIN printer pr ON pr.id = b.printer_id WHERE p.id = $1"#,
            id
        )
        .fetch_optional(tx.conn())
        .await?
        .map(|b| Bench { place_id: b.id, code: b.code, printer: b.printer }),
        None => None,
    };
    let shipment = match step.shipment_id {
        Some(id) => load_shipment(tx, id, &step.totes).await?,
        None => None,
    };
    let batch = match step.batch {
        Some(tote) => load_batch(tx, warehouse, tote).await?,
        None => None,
    };
    let reopening = match step.reopening {
        Some(id) => sqlx::query_scalar!("SELECT sscc FROM parcel WHERE place_id = $1", id).fetch_optional(tx.conn()).await?,
        None => None,
    };
    let gone = match step.shipment_id {
        Some(id) if shipment.is_none() => {
            sqlx::query_scalar!("SELECT shipment_no FROM shipment WHERE id = $1 AND state = 'cancelled'", id).fetch_optional(tx.conn()).await?
        }
        _ => None,
    };
    Ok(Snapshot { bench, shipment, batch, gone, reopening, waiting_tote: hints.waiting_tote, any_bench: hints.any_bench, last_parcel: hints.last_parcel })
}

async fn load_shipment(tx: &mut Tx, id: i64, brought: &[i64]) -> Result<Option<Shipment>> {
    let head = sqlx::query!(
        "SELECT s.id, s.shipment_no, c.name AS carrier FROM shipment s JOIN carrier c ON c.id = s.carrier_id
         WHERE s.id = $1 AND s.state IN ('picked', 'packing')",
        id
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(head) = head else { return Ok(None) };
    let totes = sqlx::query!(
        "SELECT p.id, p.code FROM tote_use u JOIN trip t ON t.id = u.trip_id AND t.state = 'done' JOIN place p ON p.id = u.container_id
         WHERE u.shipment_id = $1 AND u.freed_at IS NULL
           -- Not one whose goods were called off and go back: it holds nothing for this shipment.
           AND (p.id = ANY ($2) OR EXISTS (SELECT 1 FROM reservation r JOIN promise m ON m.id = r.promise_id JOIN shipment_line l ON l.id = m.shipment_line_id
                WHERE r.place_id = p.id AND r.ended_at IS NULL AND l.shipment_id = $1)) ORDER BY p.code",
        id,
        brought
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = sqlx::query!(
        r#"SELECT r.id, r.qty, i.id AS item_id, i.sku, i.name_en, i.name_zh, i.variant, l.number, l.last_good_day::text AS "day!", q.state AS "box_?",
                  (b.place_id IS NOT NULL OR EXISTS (SELECT 1 FROM tote_use u JOIN trip t ON t.id = u.trip_id AND t.state <> 'done' WHERE u.container_id = r.place_id AND u.freed_at IS NULL)) AS "coming!",
                  (SELECT b.code FROM barcode b JOIN pack k ON k.id = b.pack_id WHERE k.item_id = i.id ORDER BY k.units, b.code LIMIT 1) AS barcode
           FROM shipment_line sl JOIN promise p ON p.shipment_line_id = sl.id AND p.ended_at IS NULL
           JOIN reservation r ON r.promise_id = p.id AND r.ended_at IS NULL
           LEFT JOIN bin b ON b.place_id = r.place_id LEFT JOIN parcel q ON q.place_id = r.place_id
           JOIN item i ON i.id = r.item_id JOIN lot l ON l.id = r.lot_id
           WHERE sl.shipment_id = $1 ORDER BY i.sku, l.last_good_day, r.id"#,
        id
    )
    .fetch_all(tx.conn())
    .await?;
    let coming = rows.iter().filter(|r| r.coming).map(|r| r.qty).sum();
    let in_box = rows.iter().filter(|r| r.box_.as_deref() == Some("open")).map(|r| r.qty).sum();
    Ok(Some(Shipment {
        coming,
        in_box,
        id: head.id,
        no: head.shipment_no,
        carrier: head.carrier,
        totes: totes.into_iter().map(|t| (t.id, t.code, brought.contains(&t.id))).collect(),
        lines: rows
            .into_iter()
            .filter(|r| !r.coming)
            .map(|r| Line {
                item_id: r.item_id,
                sku: r.sku,
                name: Name { en: r.name_en, zh: r.name_zh, variant: r.variant },
                barcode: r.barcode.map(printed_gtin),
                lot: r.number,
                last_good: r.day,
                reservation_id: r.id,
                left: if r.box_.is_none() { r.qty } else { 0 },
                packed: if r.box_.is_some() { r.qty } else { 0 },
                at_hand: r.box_.as_deref().is_none_or(|state| state == "open"),
            })
            .collect(),
    }))
}

/// What a reservation is of, as people name it.
pub struct GoodsOf {
    pub shipment_no: String,
    pub sku: String,
    pub lot: String,
}

pub async fn goods_of(tx: &mut Tx, reservation: i64) -> Result<GoodsOf> {
    Ok(sqlx::query_as!(
        GoodsOf,
        "SELECT s.shipment_no, i.sku, k.number AS lot FROM reservation r JOIN promise p ON p.id = r.promise_id JOIN shipment_line l ON l.id = p.shipment_line_id
         JOIN shipment s ON s.id = l.shipment_id JOIN item i ON i.id = r.item_id JOIN lot k ON k.id = r.lot_id WHERE r.id = $1",
        reservation
    )
    .fetch_one(tx.conn())
    .await?)
}

/// A tote that was picked in total, by item and lot. Shipments that wait for a supervisor are left out.
async fn load_batch(tx: &mut Tx, warehouse: i64, tote: i64) -> Result<Option<Batch>> {
    let head = sqlx::query!(
        r#"SELECT p.code, t.kind = 'hot' AS "hot!", (SELECT coalesce(sum(k.on_hand - k.reserved), 0)::bigint FROM stock k WHERE k.warehouse_id = $2 AND k.place_id = p.id) AS "spare!"
           FROM tote_use u JOIN trip t ON t.id = u.trip_id JOIN place p ON p.id = u.container_id
           WHERE u.container_id = $1 AND u.freed_at IS NULL AND u.shipment_id IS NULL"#,
        tote,
        warehouse
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(head) = head else { return Ok(None) };
    let lines = sqlx::query!(
        r#"SELECT r.item_id AS "item_id!", r.lot_id AS "lot_id!", i.sku AS "sku!", i.name_en AS "name_en!", i.name_zh AS "name_zh!", i.variant AS "variant!", l.number AS "number!", l.last_good_day::text AS "day!",
                  count(*) AS "shipments!", (array_agg(r.qty ORDER BY s.priority DESC, s.cutoff_at, s.id))[1] AS "each!",
                  (array_agg(s.id ORDER BY s.priority DESC, s.cutoff_at, s.id))[1] AS "shipment_id!",
                  (array_agg(r.id ORDER BY s.priority DESC, s.cutoff_at, s.id))[1] AS "reservation_id!",
                  (SELECT b.code FROM barcode b JOIN pack k ON k.id = b.pack_id WHERE k.item_id = r.item_id ORDER BY k.units, b.code LIMIT 1) AS barcode
           FROM reservation r JOIN promise p ON p.id = r.promise_id JOIN shipment_line sl ON sl.id = p.shipment_line_id JOIN shipment s ON s.id = sl.shipment_id
           JOIN item i ON i.id = r.item_id JOIN lot l ON l.id = r.lot_id
           WHERE r.place_id = $1 AND r.ended_at IS NULL AND s.state IN ('picked', 'packing')
             AND NOT EXISTS (SELECT 1 FROM exception e WHERE e.shipment_id = s.id AND e.done_at IS NULL)
           GROUP BY r.item_id, r.lot_id, i.id, l.id ORDER BY i.sku, l.last_good_day"#,
        tote
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(Some(Batch {
        tote_id: tote,
        tote: head.code,
        hot: head.hot,
        spare: head.spare,
        lines: lines
            .into_iter()
            .map(|r| BatchLine {
                item_id: r.item_id,
                lot_id: r.lot_id,
                sku: r.sku,
                name: Name { en: r.name_en, zh: r.name_zh, variant: r.variant },
                barcode: r.barcode.map(printed_gtin),
                lot: r.number,
                last_good: r.day,
                shipments: r.shipments,
                each: r.each,
                shipment_id: r.shipment_id,
                reservation_id: r.reservation_id,
            })
            .collect(),
    }))
}
