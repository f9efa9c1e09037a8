//! One order, shipment, parcel, walk, wave, shop, person or list as it is now: what happened, what can be done about it.

use super::{HISTORY, ROWS, Raw, fact, header, history};
use crate::domain::order::Receiver;
use crate::protocol::Text;
use crate::protocol::desk::{Action, Kind, Row, Shown, Subject};
use crate::store::{Result, Tx};
use sqlx::types::Json;

pub(super) async fn order(tx: &mut Tx, id: i64) -> Result<Option<Shown>> {
    let head = sqlx::query!(
        r#"SELECT o.order_no, o.status, o.receiver AS "receiver: Json<Receiver>", s.code AS shop, to_char(o.placed_at AT TIME ZONE site_tz(), 'MM-DD HH24:MI') AS "placed!" FROM orders o JOIN shop s ON s.id = o.shop_id WHERE o.id = $1"#,
        id
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(head) = head else { return Ok(None) };
    let rows = sqlx::query_as!(
        Raw,
        r#"SELECT ARRAY[ol.sku, coalesce(i.name_en || chr(31) || i.name_zh || chr(31) || i.variant, ol.title), ol.qty::text || CASE WHEN ol.elsewhere > 0 AND ol.to_send > 0 THEN ' (-' || ol.elsewhere || ')' ELSE '' END, CASE WHEN ol.cancelled THEN '@state-cancelled' WHEN ol.to_send = 0 THEN '@state-elsewhere' ELSE coalesce('@state-' || s.state, '') END, coalesce(s.shipment_no, '')] AS "cells!",
                  'shipment' AS kind, s.id AS "id?"
           FROM order_line ol LEFT JOIN item i ON i.id = ol.item_id LEFT JOIN share sh ON sh.order_line_id = ol.id LEFT JOIN shipment_line l ON l.id = sh.shipment_line_id
           LEFT JOIN shipment s ON s.id = l.shipment_id WHERE ol.order_id = $1 ORDER BY ol.id LIMIT $2"#,
        id,
        ROWS
    )
    .fetch_all(tx.conn())
    .await?;
    let past = sqlx::query_as!(
        Raw,
        r#"SELECT ARRAY[to_char(t.at AT TIME ZONE site_tz(), 'MM-DD HH24:MI'), '@event-' || t.what, CASE WHEN t.what IN ('pulled', 'changed') THEN '@order-' || t.said WHEN t.what = 'case' THEN '@reason-' || split_part(t.said, ':', 1) ELSE t.said END, t.who] AS "cells!", NULL::text AS kind, NULL::bigint AS id
           FROM timeline($1) t ORDER BY t.at DESC LIMIT $2"#,
        id,
        HISTORY
    )
    .fetch_all(tx.conn())
    .await?;
    let mut rows: Vec<Row> = rows.into_iter().map(Row::from).collect();
    if !past.is_empty() {
        rows.push(Row { cells: vec![Text::key("desk-history")], opens: None });
        rows.extend(past.into_iter().map(Row::from));
    }
    let facts = vec![fact("shop", &head.shop), fact("status", &format!("@order-{}", head.status)), fact("since", &head.placed)];
    Ok(Some(Shown {
        title: Text::key("kind-order"),
        big: Some(Text::plain(head.order_no)),
        facts,
        header: header(&["sku", "item", "units", "status", "shipment"]),
        rows,
        receiver: Some(head.receiver.0),
        ..Shown::default()
    }))
}

pub(super) async fn shop(tx: &mut Tx, id: i64) -> Result<Option<Shown>> {
    let head = sqlx::query!(
        r#"SELECT code AS "code!", channel AS "channel!", coalesce(to_char(last_success_at AT TIME ZONE site_tz(), 'MM-DD HH24:MI'), '') AS "success!", coalesce(lag_s, 0) AS "lag!", coalesce(orders_per_min, 0) AS "rate!",
                  errors_by_class AS "errors!", coalesce(to_char(token_ends_at AT TIME ZONE site_tz(), 'MM-DD HH24:MI'), '') AS "token!", outbox_waiting AS "outbox!", pushes_waiting AS "pushes!", coalesce(said, '') AS "said!"
           FROM shop_health WHERE id = $1"#,
        id
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(head) = head else { return Ok(None) };
    let facts = [
        ("channel", head.channel),
        ("last-success", head.success),
        ("lag-s", head.lag.to_string()),
        ("orders-a-minute", head.rate.to_string()),
        ("errors-an-hour", head.errors),
        ("token-ends", head.token),
        ("to-tell", head.outbox.to_string()),
        ("counts-to-tell", head.pushes.to_string()),
        ("said", head.said),
    ];
    let facts = facts.iter().filter(|(_, value)| !value.is_empty()).map(|(key, value)| fact(key, value)).collect();
    Ok(Some(Shown {
        title: Text::key("kind-shop"),
        big: Some(Text::plain(head.code)),
        facts,
        header: vec![],
        rows: vec![],
        actions: vec![],
        ..Shown::default()
    }))
}

pub(super) async fn shipment(tx: &mut Tx, warehouse: i64, id: i64) -> Result<Option<Shown>> {
    let head = sqlx::query!(
        r#"SELECT s.shipment_no, s.receiver AS "receiver: Json<Receiver>", s.state, s.reason, s.hold_note, s.priority, c.name AS carrier, to_char(s.cutoff_at AT TIME ZONE w.tz, 'MM-DD HH24:MI') AS "cutoff!", coalesce(wv.wave_no, '') AS "wave!",
                  (SELECT coalesce(string_agg(DISTINCT o.order_no, ' '), '') FROM shipment_line l JOIN share sh ON sh.shipment_line_id = l.id JOIN order_line ol ON ol.id = sh.order_line_id
                   JOIN orders o ON o.id = ol.order_id WHERE l.shipment_id = s.id) AS "orders!"
           FROM shipment s JOIN carrier c ON c.id = s.carrier_id JOIN warehouse w ON w.id = s.warehouse_id LEFT JOIN wave wv ON wv.id = s.wave_id WHERE s.id = $1 AND s.warehouse_id = $2"#,
        id,
        warehouse
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(head) = head else { return Ok(None) };
    let rows = sqlx::query_as!(
        Raw,
        r#"SELECT ARRAY[i.name_en || chr(31) || i.name_zh || chr(31) || i.variant, coalesce(r.qty, l.qty)::text, coalesce(pl.code, ''), coalesce(lo.number, ''), coalesce(t.trip_no, '')] AS "cells!",
                  CASE WHEN pl.id IS NULL THEN 'item' ELSE 'place' END AS kind, coalesce(pl.id, i.id) AS id
           FROM shipment_line l JOIN item i ON i.id = l.item_id LEFT JOIN promise p ON p.shipment_line_id = l.id AND p.ended_at IS NULL
           LEFT JOIN reservation r ON r.promise_id = p.id AND r.ended_at IS NULL LEFT JOIN place pl ON pl.id = r.place_id LEFT JOIN lot lo ON lo.id = r.lot_id
           LEFT JOIN stop st ON st.id = r.stop_id LEFT JOIN trip t ON t.id = st.trip_id WHERE l.shipment_id = $1
           UNION ALL
           SELECT ARRAY[q.sscc, '', '@state-' || CASE q.state WHEN 'open' THEN 'box_open' ELSE q.state END, coalesce(q.waybill, ''), ''], 'parcel', q.place_id FROM parcel q WHERE q.shipment_id = $1 LIMIT $2"#,
        id,
        ROWS
    )
    .fetch_all(tx.conn())
    .await?;
    let mut facts =
        vec![fact("status", &format!("@state-{}", head.state)), fact("carrier", &head.carrier), fact("cutoff", &head.cutoff), fact("order", &head.orders)];
    if !head.reason.is_empty() {
        facts.push(fact("why", &format!("@why-{}", head.reason)));
    }
    if !head.hold_note.is_empty() {
        facts.push(Text::plain(&head.hold_note));
    }
    if !head.wave.is_empty() {
        facts.push(fact("wave", &head.wave));
    }
    if head.priority != 0 {
        facts.push(fact("priority", &head.priority.to_string()));
    }
    let actions = match head.state.as_str() {
        "pending" if !head.reason.is_empty() => vec![Action::Expedite, Action::Split, Action::Hold, Action::Cancel],
        "pending" | "ready" | "short" => vec![Action::Expedite, Action::Hold, Action::Cancel],
        "held" => vec![Action::LetGo, Action::Cancel],
        "released" | "picking" | "picked" | "packing" | "packed" => vec![Action::Expedite, Action::KickOut, Action::Cancel],
        _ => vec![],
    };
    let mut rows: Vec<Row> = rows.into_iter().map(Row::from).collect();
    rows.extend(history(tx, warehouse, None, None, None, Some(id)).await?);
    Ok(Some(Shown {
        title: Text::key("kind-shipment"),
        big: Some(Text::plain(head.shipment_no)),
        facts,
        header: header(&["item", "units", "place", "lot", "trip"]),
        rows,
        actions,
        receiver: Some(head.receiver.0),
        ..Shown::default()
    }))
}

pub(super) async fn parcel(tx: &mut Tx, warehouse: i64, id: i64) -> Result<Option<Shown>> {
    let head = sqlx::query!(
        r#"SELECT q.sscc, q.state, coalesce(q.waybill, '') AS "waybill!", q.weight_g, c.name AS carrier, s.shipment_no, s.id AS shipment,
                  coalesce(l.state, '') AS "label!", (SELECT count(*) FROM print_job j WHERE j.label_id = l.id AND j.printed_at IS NOT NULL AND j.said = '') AS "prints!", coalesce(h.code, '') AS "list!", l.bytes AS "bytes?"
           FROM parcel q JOIN shipment s ON s.id = q.shipment_id JOIN carrier c ON c.id = q.carrier_id LEFT JOIN label l ON l.parcel_id = q.place_id
           LEFT JOIN handover_parcel hp ON hp.parcel_id = q.place_id LEFT JOIN handover h ON h.id = hp.handover_id WHERE q.place_id = $1"#,
        id
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(head) = head else { return Ok(None) };
    let mut facts = vec![
        fact("status", &format!("@state-{}", if head.state == "open" { "box_open" } else { &head.state })),
        fact("carrier", &head.carrier),
        fact("waybill", &head.waybill),
        fact("weight", &format!("{} g", head.weight_g)),
    ];
    if !head.label.is_empty() {
        facts.push(Text::key("desk-label").with("state", Text::key(&format!("label-state-{}", head.label.replace('_', "-")))).with("prints", head.prints));
    }
    if !head.list.is_empty() {
        facts.push(fact("list", &head.list));
    }
    let mut rows =
        vec![Row { cells: vec![Text::key("kind-shipment"), Text::plain(head.shipment_no)], opens: Some(Subject::new(Kind::Shipment, head.shipment)) }];
    rows.extend(history(tx, warehouse, Some(id), None, None, None).await?);
    let actions = if head.state == "labelled" { vec![Action::Reprint] } else { vec![] };
    Ok(Some(Shown { title: Text::key("kind-parcel"), big: Some(Text::plain(head.sscc)), facts, rows, actions, label: head.bytes, ..Shown::default() }))
}

pub(super) async fn trip(tx: &mut Tx, id: i64) -> Result<Option<Shown>> {
    let head = sqlx::query!(
        r#"SELECT t.trip_no, t.state, t.kind, w.wave_no, coalesce(p.name, '') AS "who!" FROM trip t JOIN wave w ON w.id = t.wave_id LEFT JOIN person p ON p.id = t.person_id WHERE t.id = $1"#,
        id
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(head) = head else { return Ok(None) };
    let rows = sqlx::query_as!(
        Raw,
        r#"SELECT ARRAY[p.code, i.name_en || chr(31) || i.name_zh || chr(31) || i.variant, coalesce(sum(r.qty), 0)::text, CASE WHEN count(r.id) = 0 THEN '@desk-stop-done' ELSE '' END] AS "cells!", 'place' AS kind, p.id AS "id?"
           FROM stop st JOIN place p ON p.id = st.place_id JOIN item i ON i.id = st.item_id LEFT JOIN bin b ON b.place_id = p.id LEFT JOIN reservation r ON r.stop_id = st.id AND r.ended_at IS NULL
           WHERE st.trip_id = $1 GROUP BY st.id, p.id, i.id, b.seq ORDER BY st.skips, b.seq, st.id LIMIT $2"#,
        id,
        ROWS
    )
    .fetch_all(tx.conn())
    .await?;
    let facts = vec![
        fact("status", &format!("@state-{}", head.state)),
        fact("how", &format!("@trip-{}", head.kind)),
        fact("wave", &head.wave_no),
        fact("who", &head.who),
    ];
    let actions = match head.state.as_str() {
        "open" => vec![Action::Assign, Action::TakeOver],
        "claimed" => vec![Action::Free, Action::Assign, Action::TakeOver, Action::ForceClose],
        _ => vec![],
    };
    Ok(Some(Shown {
        title: Text::key("kind-trip"),
        big: Some(Text::plain(head.trip_no)),
        facts,
        header: header(&["place", "item", "to-pick", "status"]),
        rows: rows.into_iter().map(Row::from).collect(),
        actions,
        ..Shown::default()
    }))
}

pub(super) async fn wave(tx: &mut Tx, id: i64) -> Result<Option<Shown>> {
    let head = sqlx::query!(
        r#"SELECT w.wave_no, w.state, coalesce(p.name, '') AS "who!", coalesce(to_char(w.released_at AT TIME ZONE wh.tz, 'MM-DD HH24:MI'), '') AS "at!",
                  (SELECT count(*) FROM shipment s WHERE s.wave_id = w.id) AS "shipments!"
           FROM wave w JOIN warehouse wh ON wh.id = w.warehouse_id LEFT JOIN person p ON p.id = w.released_by WHERE w.id = $1"#,
        id
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(head) = head else { return Ok(None) };
    let rows = sqlx::query_as!(
        Raw,
        r#"SELECT ARRAY[t.trip_no, '@state-' || t.state, '@trip-' || t.kind, coalesce(p.name, ''), (SELECT count(*) FROM stop st WHERE st.trip_id = t.id)::text] AS "cells!", 'trip' AS kind, t.id AS "id?"
           FROM trip t LEFT JOIN person p ON p.id = t.person_id WHERE t.wave_id = $1 ORDER BY t.id LIMIT $2"#,
        id,
        ROWS
    )
    .fetch_all(tx.conn())
    .await?;
    let facts = vec![
        fact("status", &format!("@state-{}", head.state)),
        fact("who", &head.who),
        fact("since", &head.at),
        fact("shipments", &head.shipments.to_string()),
    ];
    let actions = if head.state == "released" { vec![Action::TakeBack] } else { vec![] };
    Ok(Some(Shown {
        title: Text::key("kind-wave"),
        big: Some(Text::plain(head.wave_no)),
        facts,
        header: header(&["trip", "status", "how", "who", "stops"]),
        rows: rows.into_iter().map(Row::from).collect(),
        actions,
        ..Shown::default()
    }))
}

pub(super) async fn person(tx: &mut Tx, warehouse: i64, id: i64) -> Result<Option<Shown>> {
    let head = sqlx::query!(
        r#"SELECT p.code, p.name, p.role, p.active, coalesce(t.trip_no, '') AS "trip!", t.id AS "trip_id?", coalesce(s.terminal, '') AS "terminal!"
           FROM person p LEFT JOIN trip t ON t.person_id = p.id AND t.state = 'claimed' LEFT JOIN standing s ON s.person_id = p.id WHERE p.id = $1"#,
        id
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(head) = head else { return Ok(None) };
    let rows = sqlx::query_as!(
        Raw,
        r#"SELECT ARRAY[to_char(m.at AT TIME ZONE w.tz, 'MM-DD HH24:MI'), r.text_en || chr(31) || r.text_zh, m.qty::text || ' × ' || i.sku, f.code || ' > ' || t.code] AS "cells!", 'item' AS kind, i.id AS "id?"
           FROM movement m JOIN warehouse w ON w.id = m.warehouse_id JOIN reason r ON r.code = m.reason JOIN item i ON i.id = m.item_id JOIN place f ON f.id = m.from_place JOIN place t ON t.id = m.to_place
           WHERE m.warehouse_id = $1 AND m.person_id = $2 AND m.id > (SELECT coalesce(max(id), 0) - 20000 FROM movement) ORDER BY m.id DESC LIMIT $3"#,
        warehouse,
        id,
        HISTORY
    )
    .fetch_all(tx.conn())
    .await?;
    let mut facts = vec![fact("role", &format!("@role-{}", head.role)), fact("terminal", &head.terminal)];
    if !head.active {
        facts.push(Text::key("desk-disabled"));
    }
    let mut list: Vec<Row> = head
        .trip_id
        .map(|trip| Row { cells: vec![Text::key("kind-trip"), Text::plain(head.trip)], opens: Some(Subject::new(Kind::Trip, trip)) })
        .into_iter()
        .collect();
    list.extend(rows.into_iter().map(Row::from));
    Ok(Some(Shown {
        title: Text::key("kind-person"),
        big: Some(Text::plain(format!("{} {}", head.code, head.name))),
        facts,
        header: vec![],
        rows: list,
        actions: vec![Action::Message],
        ..Shown::default()
    }))
}

pub(super) async fn hand_over(tx: &mut Tx, id: i64) -> Result<Option<Shown>> {
    let head =
        sqlx::query!(r#"SELECT h.code, c.name, h.closed_at IS NULL AS "open!" FROM handover h JOIN carrier c ON c.id = h.carrier_id WHERE h.id = $1"#, id)
            .fetch_optional(tx.conn())
            .await?;
    let Some(head) = head else { return Ok(None) };
    let rows = sqlx::query_as!(
        Raw,
        r#"SELECT ARRAY[q.sscc, coalesce(q.waybill, ''), '@state-' || CASE q.state WHEN 'open' THEN 'box_open' ELSE q.state END] AS "cells!", 'parcel' AS kind, q.place_id AS "id?"
           FROM handover_parcel hp JOIN parcel q ON q.place_id = hp.parcel_id WHERE hp.handover_id = $1 ORDER BY q.place_id LIMIT $2"#,
        id,
        ROWS
    )
    .fetch_all(tx.conn())
    .await?;
    let facts = vec![fact("carrier", &head.name), fact("status", if head.open { "@state-list_open" } else { "@state-handed_over" })];
    Ok(Some(Shown {
        title: Text::key("kind-hand-over"),
        big: Some(Text::plain(head.code)),
        facts,
        header: header(&["parcel", "waybill", "status"]),
        rows: rows.into_iter().map(Row::from).collect(),
        actions: vec![],
        ..Shown::default()
    }))
}
