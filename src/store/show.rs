//! The lists of `show`: one query each, rows as JSON objects with their keys in the contract's order.

use super::{Result, Tx};
use serde_json::Value;

/// The lists that can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    Orders,
    Lines,
    Shipments,
    Stock,
    Movements,
    Waves,
    Trips,
    Tasks,
    Parcels,
    Labels,
    Shops,
    Exceptions,
    Audit,
}

impl List {
    pub const ALL: [(&'static str, List); 13] = [
        ("orders", List::Orders),
        ("lines", List::Lines),
        ("shipments", List::Shipments),
        ("stock", List::Stock),
        ("movements", List::Movements),
        ("waves", List::Waves),
        ("trips", List::Trips),
        ("tasks", List::Tasks),
        ("parcels", List::Parcels),
        ("labels", List::Labels),
        ("shops", List::Shops),
        ("exceptions", List::Exceptions),
        ("audit", List::Audit),
    ];
}

/// The rows of a list. `warehouse`: a code, or every one; `limit`: at most so many rows.
pub async fn rows(tx: &mut Tx, list: List, warehouse: Option<&str>, limit: i64) -> Result<Vec<Value>> {
    // The state of an order is that of its least advanced shipment; the states stand in their order here.
    let rows = match list {
        List::Orders => {
            sqlx::query_scalar!(
                r#"SELECT row_to_json(x) AS "row!" FROM (
                     SELECT o.order_no, s.code AS shop, s.channel,
                       CASE WHEN o.status IN ('cancelled', 'refunded') THEN 'cancelled' ELSE coalesce((
                         SELECT CASE sh.state WHEN 'short' THEN 'ready' WHEN 'packing' THEN 'picked' WHEN 'handed_over' THEN 'shipped' ELSE sh.state END
                         FROM order_line ol JOIN share z ON z.order_line_id = ol.id JOIN shipment_line l ON l.id = z.shipment_line_id
                         JOIN shipment sh ON sh.id = l.shipment_id AND sh.state <> 'cancelled'
                         WHERE ol.order_id = o.id
                         ORDER BY array_position(ARRAY['pending','held','short','ready','released','picking','picked','packing','packed','handed_over'], sh.state) LIMIT 1),
                         CASE WHEN EXISTS (SELECT 1 FROM order_line ol WHERE ol.order_id = o.id) AND NOT EXISTS (SELECT 1 FROM order_line ol WHERE ol.order_id = o.id AND ol.to_send > 0) THEN 'elsewhere' ELSE 'pending' END) END AS state,
                       to_char(o.placed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS placed_at,
                       to_char(o.ship_by AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS ship_by,
                       (SELECT count(*) FROM order_line ol WHERE ol.order_id = o.id) AS lines,
                       (SELECT coalesce(sum(qty), 0)::bigint FROM order_line ol WHERE ol.order_id = o.id) AS units, o.currency, o.total_minor
                     FROM orders o JOIN shop s ON s.id = o.shop_id ORDER BY o.id LIMIT $1) x"#,
                limit
            )
            .fetch_all(tx.conn())
            .await
        }
        List::Lines => {
            sqlx::query_scalar!(
                r#"SELECT row_to_json(x) AS "row!" FROM (
                     SELECT o.order_no, ol.line_no, ol.sku, i.sku AS item, ol.qty,
                       coalesce((SELECT sum(p.qty)::bigint FROM promise p WHERE p.order_line_id = ol.id AND p.ended_at IS NULL), 0) AS promised,
                       coalesce((SELECT sum(p.shipped)::bigint FROM promise p WHERE p.order_line_id = ol.id), 0) AS shipped,
                       CASE WHEN ol.cancelled OR o.status IN ('cancelled', 'refunded') THEN ol.qty ELSE 0 END AS cancelled
                     FROM order_line ol JOIN orders o ON o.id = ol.order_id LEFT JOIN item i ON i.id = ol.item_id ORDER BY ol.id LIMIT $1) x"#,
                limit
            )
            .fetch_all(tx.conn())
            .await
        }
        List::Shipments => {
            sqlx::query_scalar!(
                r#"SELECT row_to_json(x) AS "row!" FROM (
                     SELECT s.shipment_no, w.code AS warehouse,
                       (SELECT string_agg(DISTINCT o.order_no, ' ') FROM shipment_line l JOIN share z ON z.shipment_line_id = l.id
                        JOIN order_line ol ON ol.id = z.order_line_id JOIN orders o ON o.id = ol.order_id WHERE l.shipment_id = s.id) AS orders,
                       s.state, c.code AS carrier, s.priority, to_char(s.cutoff_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS cutoff_at,
                       (SELECT count(*) FROM shipment_line l WHERE l.shipment_id = s.id) AS lines,
                       (SELECT coalesce(sum(qty), 0)::bigint FROM shipment_line l WHERE l.shipment_id = s.id) AS units, s.reason AS hold
                     FROM shipment s JOIN warehouse w ON w.id = s.warehouse_id JOIN carrier c ON c.id = s.carrier_id
                     WHERE $2::text IS NULL OR w.code = $2 ORDER BY s.id LIMIT $1) x"#,
                limit,
                warehouse
            )
            .fetch_all(tx.conn())
            .await
        }
        List::Stock => {
            sqlx::query_scalar!(
                r#"SELECT row_to_json(x) AS "row!" FROM (
                     SELECT w.code AS warehouse, p.code AS place, o.code AS owner, i.sku AS item, l.number AS lot,
                       CASE WHEN isfinite(l.last_good_day) THEN l.last_good_day::text END AS last_good_day, s.status, s.on_hand, s.reserved
                     FROM stock s JOIN warehouse w ON w.id = s.warehouse_id JOIN place p ON p.id = s.place_id JOIN owner o ON o.id = s.owner_id
                     JOIN item i ON i.id = s.item_id JOIN lot l ON l.id = s.lot_id
                     WHERE s.on_hand > 0 AND ($2::text IS NULL OR w.code = $2) ORDER BY w.code, p.code, i.sku, l.last_good_day, s.status LIMIT $1) x"#,
                limit,
                warehouse
            )
            .fetch_all(tx.conn())
            .await
        }
        List::Movements => {
            sqlx::query_scalar!(
                r#"SELECT row_to_json(x) AS "row!" FROM (
                     SELECT m.id::text AS id, to_char(m.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at, w.code AS warehouse, o.code AS owner,
                       i.sku AS item, l.number AS lot, m.qty, f.code AS from_place, m.from_status, t.code AS to_place, m.to_status, m.reason,
                       p.code AS person, m.command, m.reverses::text AS reverses
                     FROM movement m JOIN warehouse w ON w.id = m.warehouse_id JOIN owner o ON o.id = m.owner_id JOIN item i ON i.id = m.item_id
                     JOIN lot l ON l.id = m.lot_id JOIN place f ON f.id = m.from_place JOIN place t ON t.id = m.to_place JOIN person p ON p.id = m.person_id
                     WHERE $2::text IS NULL OR w.code = $2 ORDER BY m.id DESC LIMIT $1) x"#,
                limit,
                warehouse
            )
            .fetch_all(tx.conn())
            .await
        }
        List::Waves => {
            sqlx::query_scalar!(
                r#"SELECT row_to_json(x) AS "row!" FROM (
                     SELECT v.wave_no, w.code AS warehouse, v.state, to_char(v.released_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS released_at,
                       (SELECT count(*) FROM shipment s WHERE s.wave_id = v.id) AS shipments,
                       (SELECT count(*) FROM shipment s JOIN shipment_line l ON l.shipment_id = s.id WHERE s.wave_id = v.id) AS lines,
                       (SELECT coalesce(sum(l.qty), 0)::bigint FROM shipment s JOIN shipment_line l ON l.shipment_id = s.id WHERE s.wave_id = v.id) AS units, v.short_units
                     FROM wave v JOIN warehouse w ON w.id = v.warehouse_id WHERE $2::text IS NULL OR w.code = $2 ORDER BY v.id LIMIT $1) x"#,
                limit,
                warehouse
            )
            .fetch_all(tx.conn())
            .await
        }
        List::Trips => {
            sqlx::query_scalar!(
                r#"SELECT row_to_json(x) AS "row!" FROM (
                     SELECT t.trip_no, v.wave_no, t.state, p.code AS person, (SELECT count(*) FROM stop s WHERE s.trip_id = t.id) AS stops,
                       (SELECT count(*) FROM stop s WHERE s.trip_id = t.id AND NOT EXISTS (SELECT 1 FROM reservation r WHERE r.stop_id = s.id AND r.ended_at IS NULL)) AS stops_done,
                       (SELECT coalesce(sum(l.qty), 0)::bigint FROM trip_shipment ts JOIN shipment_line l ON l.shipment_id = ts.shipment_id WHERE ts.trip_id = t.id) AS units
                     FROM trip t JOIN wave v ON v.id = t.wave_id JOIN warehouse w ON w.id = t.warehouse_id LEFT JOIN person p ON p.id = t.person_id
                     WHERE $2::text IS NULL OR w.code = $2 ORDER BY t.id LIMIT $1) x"#,
                limit,
                warehouse
            )
            .fetch_all(tx.conn())
            .await
        }
        List::Tasks => {
            sqlx::query_scalar!(
                r#"SELECT row_to_json(x) AS "row!" FROM (
                     SELECT t.task_no, t.kind, t.state, t.priority, to_char(t.due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS due_at,
                       pe.code AS person, p.code AS place,
                       (SELECT string_agg(DISTINCT i.sku, ' ') FROM stock s JOIN item i ON i.id = s.item_id WHERE s.place_id = t.container_id AND s.on_hand > 0) AS item
                     FROM task t JOIN place p ON p.id = t.container_id JOIN warehouse w ON w.id = t.warehouse_id LEFT JOIN person pe ON pe.id = t.person_id
                     WHERE $2::text IS NULL OR w.code = $2 ORDER BY t.id LIMIT $1) x"#,
                limit,
                warehouse
            )
            .fetch_all(tx.conn())
            .await
        }
        List::Parcels => {
            sqlx::query_scalar!(
                r#"SELECT row_to_json(x) AS "row!" FROM (
                     SELECT q.sscc, s.shipment_no, q.state, q.weight_g, c.code AS carrier, q.waybill
                     FROM parcel q JOIN shipment s ON s.id = q.shipment_id JOIN carrier c ON c.id = q.carrier_id JOIN warehouse w ON w.id = q.warehouse_id
                     WHERE $2::text IS NULL OR w.code = $2 ORDER BY q.place_id LIMIT $1) x"#,
                limit,
                warehouse
            )
            .fetch_all(tx.conn())
            .await
        }
        List::Labels => {
            sqlx::query_scalar!(
                r#"SELECT row_to_json(x) AS "row!" FROM (
                     SELECT l.id::text AS label_no, q.sscc, l.state,
                       (SELECT p.code FROM print_job j JOIN printer p ON p.id = j.printer_id WHERE j.label_id = l.id ORDER BY j.id DESC LIMIT 1) AS printer,
                       (SELECT count(*) FROM print_job j WHERE j.label_id = l.id AND j.printed_at IS NOT NULL) AS prints, coalesce(length(l.bytes), 0) AS bytes
                     FROM label l JOIN parcel q ON q.place_id = l.parcel_id JOIN warehouse w ON w.id = q.warehouse_id
                     WHERE $2::text IS NULL OR w.code = $2 ORDER BY l.id LIMIT $1) x"#,
                limit,
                warehouse
            )
            .fetch_all(tx.conn())
            .await
        }
        List::Shops => {
            sqlx::query_scalar!(
                r#"SELECT row_to_json(x) AS "row!" FROM (
                     SELECT h.code AS shop, h.channel, h.state, to_char(h.last_success_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS last_success_at,
                       to_char(h.mark AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS mark, h.lag_s, h.orders_per_min, h.errors,
                       to_char(h.token_ends_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS token_ends_at, h.outbox_waiting, h.errors_by_class, h.pushes_waiting, coalesce(h.said, '') AS said
                     FROM shop_health h ORDER BY h.code LIMIT $1) x"#,
                limit
            )
            .fetch_all(tx.conn())
            .await
        }
        List::Exceptions => {
            sqlx::query_scalar!(
                r#"SELECT row_to_json(x) AS "row!" FROM (
                     SELECT 'E' || lpad(e.id::text, 6, '0') AS exception_no, e.reason, e.subject, to_char(e.since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS since,
                       CASE WHEN e.done_at IS NULL THEN 'open' ELSE 'done' END AS state, e.said
                     FROM exception e LEFT JOIN warehouse w ON w.id = e.warehouse_id WHERE $2::text IS NULL OR w.code = $2 OR w.id IS NULL ORDER BY e.id LIMIT $1) x"#,
                limit,
                warehouse
            )
            .fetch_all(tx.conn())
            .await
        }
        List::Audit => {
            sqlx::query_scalar!(
                r#"SELECT row_to_json(x) AS "row!" FROM (
                     SELECT a.id::text AS id, to_char(a.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS at, a.person, a.action, a.subject, a.before, a.after
                     FROM audit a ORDER BY a.id DESC LIMIT $1) x"#,
                limit
            )
            .fetch_all(tx.conn())
            .await
        }
    };
    Ok(rows?)
}

/// Everything that happened with the orders of a number, oldest first, with what their shops sent.
pub async fn timeline(tx: &mut Tx, order_no: &str) -> Result<Vec<Value>> {
    Ok(sqlx::query_scalar!(
        r#"SELECT json_build_object('at', to_char(t.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'shop', s.code, 'what', t.what, 'said', t.said, 'who', t.who, 'payload', t.payload) AS "row!"
           FROM orders o JOIN shop s ON s.id = o.shop_id CROSS JOIN timeline(o.id) t WHERE o.order_no = $1 ORDER BY o.id, t.at"#,
        order_no
    )
    .fetch_all(tx.conn())
    .await?)
}
