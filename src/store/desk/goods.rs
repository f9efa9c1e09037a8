//! Goods and where they lie: a place, an item, a lot, each with what is there and what happened.

use super::{ROWS, Raw, fact, header, history};
use crate::domain::Name;
use crate::protocol::Text;
use crate::protocol::desk::{Row, Shown};
use crate::store::{Result, Tx};

pub(super) async fn place(tx: &mut Tx, warehouse: i64, id: i64) -> Result<Option<Shown>> {
    let head = sqlx::query!(
        r#"SELECT p.code, p.kind, coalesce(b.zone, '') AS "zone!", coalesce(b.blocked, c.blocked, false) AS "blocked!", coalesce(sp.code, '') AS "stands_in!",
                  coalesce(s.shipment_no, t.trip_no, '') AS "used_for!"
           FROM place p LEFT JOIN bin b ON b.place_id = p.id LEFT JOIN container c ON c.place_id = p.id LEFT JOIN place sp ON sp.id = c.stands_in
           LEFT JOIN tote_use u ON u.container_id = p.id AND u.freed_at IS NULL LEFT JOIN shipment s ON s.id = u.shipment_id LEFT JOIN trip t ON t.id = u.trip_id
           WHERE p.id = $1 AND p.warehouse_id = $2"#,
        id,
        warehouse
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(head) = head else { return Ok(None) };
    let rows = sqlx::query_as!(
        Raw,
        r#"SELECT ARRAY[i.name_en || chr(31) || i.name_zh || chr(31) || i.variant, l.number, CASE WHEN isfinite(l.last_good_day) THEN l.last_good_day::text ELSE '' END,
                  s.on_hand::text || CASE WHEN s.reserved > 0 THEN ' (' || s.reserved || ')' ELSE '' END, CASE WHEN s.status = 'good' THEN '' ELSE '@status-' || s.status END] AS "cells!", 'item' AS kind, i.id AS "id?"
           FROM stock s JOIN item i ON i.id = s.item_id JOIN lot l ON l.id = s.lot_id WHERE s.warehouse_id = $1 AND s.place_id = $2 AND s.on_hand > 0
           UNION ALL
           SELECT ARRAY[p.code, '', '', '', '@kind-' || c.kind], 'place', p.id FROM container c JOIN place p ON p.id = c.place_id WHERE c.stands_in = $2
           LIMIT $3"#,
        warehouse,
        id,
        ROWS
    )
    .fetch_all(tx.conn())
    .await?;
    let mut facts = Vec::new();
    for (key, value) in [("zone", &head.zone), ("stands-in", &head.stands_in), ("used-for", &head.used_for)] {
        if !value.is_empty() {
            facts.push(fact(key, value));
        }
    }
    if head.blocked {
        facts.push(Text::key("desk-blocked"));
    }
    let mut rows: Vec<Row> = rows.into_iter().map(Row::from).collect();
    rows.extend(history(tx, warehouse, Some(id), None, None, None).await?);
    Ok(Some(Shown {
        title: Text::key("kind-place"),
        big: Some(Text::plain(head.code)),
        facts,
        header: header(&["item", "lot", "good-to", "units-reserved", "status"]),
        rows,
        actions: vec![],
        ..Shown::default()
    }))
}

pub(super) async fn item(tx: &mut Tx, warehouse: i64, id: i64) -> Result<Option<Shown>> {
    let head = sqlx::query!(
        r#"SELECT i.sku, i.name_en, i.name_zh, i.variant, (SELECT coalesce(sum(free), 0)::bigint FROM sellable v WHERE v.warehouse_id = $2 AND v.item_id = i.id) AS "free!",
                  (SELECT coalesce(sum(open), 0)::bigint FROM promise p WHERE p.warehouse_id = $2 AND p.item_id = i.id AND p.ended_at IS NULL) AS "open!"
           FROM item i WHERE i.id = $1"#,
        id,
        warehouse
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(head) = head else { return Ok(None) };
    let rows = sqlx::query_as!(
        Raw,
        r#"SELECT ARRAY[p.code, l.number, CASE WHEN isfinite(l.last_good_day) THEN l.last_good_day::text ELSE '' END,
                  s.on_hand::text || CASE WHEN s.reserved > 0 THEN ' (' || s.reserved || ')' ELSE '' END, CASE WHEN s.status = 'good' THEN '' ELSE '@status-' || s.status END] AS "cells!", 'place' AS kind, p.id AS "id?"
           FROM stock s JOIN place p ON p.id = s.place_id JOIN lot l ON l.id = s.lot_id WHERE s.warehouse_id = $1 AND s.item_id = $2 AND s.on_hand > 0 ORDER BY l.last_good_day, p.code LIMIT $3"#,
        warehouse,
        id,
        ROWS
    )
    .fetch_all(tx.conn())
    .await?;
    let facts = vec![fact("sku", &head.sku), Text::key("desk-stock").with("free", head.free).with("promised", head.open)];
    let mut rows: Vec<Row> = rows.into_iter().map(Row::from).collect();
    rows.extend(history(tx, warehouse, None, Some(id), None, None).await?);
    let name = Text::plain(&Name { en: head.name_en, zh: head.name_zh, variant: head.variant });
    Ok(Some(Shown {
        title: Text::key("kind-item"),
        big: Some(name),
        facts,
        header: header(&["place", "lot", "good-to", "units-reserved", "status"]),
        rows,
        actions: vec![],
        ..Shown::default()
    }))
}

pub(super) async fn lot(tx: &mut Tx, warehouse: i64, id: i64) -> Result<Option<Shown>> {
    let head = sqlx::query!(r#"SELECT number, last_good_day::text AS "day!", recalled, item_id FROM lot WHERE id = $1"#, id).fetch_optional(tx.conn()).await?;
    let Some(head) = head else { return Ok(None) };
    let Some(shown) = item(tx, warehouse, head.item_id).await? else { return Ok(None) };
    let mut facts = vec![fact("item", ""), fact("good-to", if head.day == "infinity" { "@no-date" } else { &head.day })];
    if let (Some(first), Some(name)) = (facts.first_mut(), shown.big) {
        *first = name;
    }
    if head.recalled {
        facts.push(Text::key("desk-recalled"));
    }
    // Where it lies now, then what happened.
    let places = sqlx::query_as!(
        Raw,
        r#"SELECT ARRAY['@desk-now', CASE WHEN s.status = 'good' THEN '' ELSE '@status-' || s.status END, s.on_hand::text || CASE WHEN s.reserved > 0 THEN ' (' || s.reserved || ')' ELSE '' END, p.code, ''] AS "cells!",
                  'place' AS kind, p.id AS "id?"
           FROM stock s JOIN place p ON p.id = s.place_id WHERE s.warehouse_id = $1 AND s.lot_id = $2 AND s.on_hand > 0 AND p.kind <> 'virtual' ORDER BY p.code LIMIT $3"#,
        warehouse,
        id,
        ROWS
    )
    .fetch_all(tx.conn())
    .await?;
    let mut rows: Vec<Row> = places.into_iter().map(Row::from).collect();
    rows.extend(history(tx, warehouse, None, None, Some(id), None).await?);
    Ok(Some(Shown {
        title: Text::key("kind-lot"),
        big: Some(Text::plain(head.number)),
        facts,
        header: header(&["since", "what", "units", "place", "who"]),
        rows,
        actions: vec![],
        ..Shown::default()
    }))
}
