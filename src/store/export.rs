//! Rows as `import` takes them, with its column names.

use super::{Result, Tx};
use serde_json::Value;

pub async fn items(tx: &mut Tx) -> Result<Vec<Value>> {
    Ok(sqlx::query_scalar!(
        r#"SELECT row_to_json(x) AS "row!" FROM (
             SELECT i.sku, i.name_en, i.name_zh, i.size, i.colour, o.code AS owner, b.code AS barcode, k.level AS pack, k.units, i.weight_g, i.volume_ml, i.shelf_life, i.shelf_life_unit,
                    i.min_life_days AS min_life, i.stop_sale_days, CASE WHEN i.lot_tracked THEN 1 ELSE 0 END AS lot_tracked
             FROM item i JOIN owner o ON o.id = i.owner_id LEFT JOIN pack k ON k.item_id = i.id LEFT JOIN barcode b ON b.pack_id = k.id
             ORDER BY i.sku, k.units, b.code) x"#
    )
    .fetch_all(tx.conn())
    .await?)
}

pub async fn bins(tx: &mut Tx) -> Result<Vec<Value>> {
    Ok(sqlx::query_scalar!(
        r#"SELECT row_to_json(x) AS "row!" FROM (
             SELECT w.code AS warehouse, p.code, b.zone, b.use AS kind, b.seq, b.level, CASE WHEN b.pickable THEN 1 ELSE 0 END AS pickable, b.max_g, b.max_ml
             FROM bin b JOIN place p ON p.id = b.place_id JOIN warehouse w ON w.id = p.warehouse_id ORDER BY w.code, b.seq, p.code) x"#
    )
    .fetch_all(tx.conn())
    .await?)
}

/// What lies in bins; what is in people's hands is on its way and no statement of stock.
pub async fn stock(tx: &mut Tx) -> Result<Vec<Value>> {
    Ok(sqlx::query_scalar!(
        r#"SELECT row_to_json(x) AS "row!" FROM (
             SELECT w.code AS warehouse, p.code AS place, o.code AS owner, i.sku, l.number AS lot, CASE WHEN isfinite(l.last_good_day) THEN l.last_good_day::text ELSE '' END AS last_good_day,
                    s.status, s.on_hand AS qty
             FROM stock s JOIN warehouse w ON w.id = s.warehouse_id JOIN place p ON p.id = s.place_id JOIN bin b ON b.place_id = s.place_id JOIN owner o ON o.id = s.owner_id
             JOIN item i ON i.id = s.item_id JOIN lot l ON l.id = s.lot_id WHERE s.on_hand > 0 ORDER BY w.code, b.seq, p.code, i.sku, l.last_good_day) x"#
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Of one shop, or of all.
pub async fn orders(tx: &mut Tx, shop: Option<&str>) -> Result<Vec<Value>> {
    Ok(sqlx::query_scalar!(
        r#"SELECT row_to_json(x) AS "row!" FROM (
             SELECT o.order_no, ol.line_no, ol.sku, ol.title, ol.to_send AS qty,
                    CASE d.n WHEN 0 THEN ol.unit_price_minor::text ELSE (ol.unit_price_minor / power(10::numeric, d.n))::numeric(20, 3)::text END AS unit_price, o.currency,
                    to_char(o.placed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS placed_at, to_char(o.paid_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS paid_at, o.note,
                    o.receiver->>'name' AS receiver_name, o.receiver->>'phone' AS receiver_phone, o.receiver->>'country' AS country, o.receiver->>'province' AS province,
                    o.receiver->>'city' AS city, o.receiver->>'district' AS district, o.receiver->>'address' AS address, o.receiver->>'postcode' AS postcode
             FROM orders o JOIN order_line ol ON ol.order_id = o.id AND ol.to_send > 0
             CROSS JOIN LATERAL (SELECT CASE WHEN o.currency IN ('JPY','KRW','VND','CLP','ISK','UGX','XAF','XOF','PYG') THEN 0
                                             WHEN o.currency IN ('BHD','IQD','JOD','KWD','LYD','OMR','TND') THEN 3 ELSE 2 END AS n) d
             WHERE o.status = 'paid' AND ($1::text IS NULL OR o.shop_id = (SELECT id FROM shop WHERE code = $1)) ORDER BY o.placed_at, o.order_no, ol.id) x"#,
        shop
    )
    .fetch_all(tx.conn())
    .await?)
}

/// What one shop, or every shop, calls its items.
pub async fn mapping(tx: &mut Tx, shop: Option<&str>) -> Result<Vec<Value>> {
    Ok(sqlx::query_scalar!(
        r#"SELECT row_to_json(x) AS "row!" FROM (
             SELECT l.code, i.sku, o.code AS owner, l.reference, l.share_pct, l.safety, l.cap FROM listing l JOIN item i ON i.id = l.item_id JOIN owner o ON o.id = i.owner_id JOIN shop s ON s.id = l.shop_id
             WHERE $1::text IS NULL OR s.code = $1 ORDER BY s.code, l.code) x"#,
        shop
    )
    .fetch_all(tx.conn())
    .await?)
}
