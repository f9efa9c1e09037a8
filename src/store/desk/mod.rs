//! What the desk shows: the board and its lists. `details` tells one thing with its history from the ledger, `acts` is what
//! a supervisor does about it.
//!
//! Cells come as texts: `@key` is a text of the catalogue, two names with U+001F between them are a name in both languages.

mod acts;
mod details;

pub use acts::{expedite, give_trip, hold, let_go, message, take_back};

use super::{Result, Tx};
use crate::domain::Name;
use crate::protocol::Text;
use crate::protocol::desk::{Kind, Row, Shown, Subject};

/// Rows of a list at most; more are found by their codes.
const ROWS: i64 = 200;
const HISTORY: i64 = 60;

fn cell(text: &str) -> Text {
    if let Some(key) = text.strip_prefix('@') {
        return Text::key(&key.replace('_', "-"));
    }
    match text.split_once('\u{1f}') {
        Some((en, zh)) => Text::plain(&Name { en: en.to_owned(), zh: zh.to_owned() }),
        None => Text::plain(text),
    }
}

/// A row as the queries give it: cells, and what it opens.
struct Raw {
    cells: Vec<String>,
    kind: Option<String>,
    id: Option<i64>,
}

impl From<Raw> for Row {
    fn from(raw: Raw) -> Row {
        let opens = raw.kind.zip(raw.id).and_then(|(kind, id)| Subject::parse(&format!("#{kind}:{id}")));
        Row { cells: raw.cells.iter().map(|text| cell(text)).collect(), opens }
    }
}

fn header(keys: &[&str]) -> Vec<Text> {
    keys.iter().map(|key| Text::key(&format!("col-{key}"))).collect()
}

fn fact(key: &str, value: &str) -> Text {
    Text::key("desk-fact").with("name", Text::key(&format!("col-{key}"))).with("value", cell(value))
}

/// The board: shipments per stage with the nearest cut-off, who works on what, cases by reason, what is in trouble.
pub async fn board(tx: &mut Tx, warehouse: i64) -> Result<Shown> {
    let mut rows: Vec<Row> = Vec::new();
    let stages = sqlx::query!(
        r#"SELECT s.state, count(*) AS "n!", to_char(min(s.cutoff_at) AT TIME ZONE w.tz, 'MM-DD HH24:MI') AS "cutoff!"
           FROM shipment s JOIN warehouse w ON w.id = s.warehouse_id WHERE s.warehouse_id = $1 AND s.state NOT IN ('handed_over', 'cancelled')
           GROUP BY s.state, w.tz ORDER BY array_position(ARRAY['pending','held','short','ready','released','picking','picked','packing','packed'], s.state)"#,
        warehouse
    )
    .fetch_all(tx.conn())
    .await?;
    rows.extend(stages.into_iter().map(|s| Row {
        cells: vec![cell(&format!("@state-{}", s.state)), Text::plain(s.n.to_string()), Text::plain(s.cutoff)],
        opens: Some(Subject::list(Kind::Stage, &s.state)),
    }));
    let cases = sqlx::query!(
        r#"SELECT reason, count(*) AS "n!", to_char(min(e.since) AT TIME ZONE w.tz, 'MM-DD HH24:MI') AS "since!" FROM exception e JOIN warehouse w ON w.id = $1
           WHERE done_at IS NULL AND (e.warehouse_id = $1 OR e.warehouse_id IS NULL) GROUP BY reason, w.tz ORDER BY 2 DESC, 1"#,
        warehouse
    )
    .fetch_all(tx.conn())
    .await?;
    rows.extend(cases.into_iter().map(|c| Row {
        cells: vec![cell(&format!("@reason-{}", c.reason)), Text::plain(c.n.to_string()), Text::plain(c.since)],
        opens: Some(Subject::list(Kind::Cases, &c.reason)),
    }));
    let people = sqlx::query_as!(
        Raw,
        r#"SELECT ARRAY[p.name, CASE WHEN st.session = '00000000-0000-0000-0000-000000000000' THEN '@desk-away'
                    ELSE coalesce('@menu-' || replace(nullif((SELECT k FROM json_object_keys(CASE WHEN json_typeof(st.step) = 'object' THEN st.step ELSE '{}' END) k LIMIT 1), ''), '_', '-'), '@desk-idle') END,
                  coalesce(t.trip_no || ' ', '') || to_char(st.updated_at AT TIME ZONE w.tz, 'HH24:MI')] AS "cells!", 'person' AS kind, p.id AS "id?"
           FROM standing st JOIN person p ON p.id = st.person_id AND p.active JOIN warehouse w ON w.id = $1 LEFT JOIN trip t ON t.person_id = p.id AND t.state = 'claimed'
           WHERE coalesce(p.warehouse_id, $1) = $1 ORDER BY st.updated_at DESC LIMIT 60"#,
        warehouse
    )
    .fetch_all(tx.conn())
    .await?;
    rows.extend(people.into_iter().map(Row::from));
    let trouble = sqlx::query_as!(
        Raw,
        r#"SELECT ARRAY[code, '@desk-printer-trouble', trouble] AS "cells!", NULL::text AS kind, NULL::bigint AS id FROM printer WHERE trouble IS NOT NULL
           UNION ALL SELECT ARRAY[s.code, '@desk-shop-trouble', j.said], NULL, NULL FROM job j JOIN shop s ON s.id = j.shop_id WHERE j.errors > 0 AND j.said <> ''"#
    )
    .fetch_all(tx.conn())
    .await?;
    rows.extend(trouble.into_iter().map(Row::from));
    Ok(Shown { title: Text::key("menu-board"), header: header(&["what", "count", "next"]), rows, ..Shown::default() })
}

/// What a person typed that is no code of goods or places: an order, a shipment, a walk, a wave, an item, a person.
pub async fn find(tx: &mut Tx, warehouse: i64, text: &str) -> Result<Option<Subject>> {
    let row = sqlx::query!(
        r#"SELECT kind AS "kind!", id AS "id!" FROM (
             SELECT 1 AS rank, 'shipment' AS kind, id FROM shipment WHERE warehouse_id = $1 AND shipment_no = upper($2)
             UNION ALL SELECT 2, 'order', id FROM orders WHERE order_no = $2
             UNION ALL SELECT 3, 'trip', id FROM trip WHERE warehouse_id = $1 AND trip_no = upper($2)
             UNION ALL SELECT 4, 'wave', id FROM wave WHERE warehouse_id = $1 AND wave_no = upper($2)
             UNION ALL SELECT 5, 'item', id FROM item WHERE upper(sku) = upper($2)
             UNION ALL SELECT 6, 'person', id FROM person WHERE code = upper($2) AND role <> 'system'
             UNION ALL SELECT 7, 'parcel', place_id FROM parcel WHERE waybill = upper($2)) k ORDER BY rank, id DESC LIMIT 1"#,
        warehouse,
        text
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.and_then(|r| Subject::parse(&format!("#{}:{}", r.kind, r.id))))
}

pub async fn shown(tx: &mut Tx, warehouse: i64, subject: &Subject) -> Result<Option<Shown>> {
    match subject.kind {
        Kind::Stage => stage(tx, warehouse, &subject.of).await.map(Some),
        Kind::Cases => cases(tx, warehouse, &subject.of).await.map(Some),
        Kind::Place => details::place(tx, warehouse, subject.id).await,
        Kind::Item => details::item(tx, warehouse, subject.id).await,
        Kind::Lot => details::lot(tx, warehouse, subject.id).await,
        Kind::Order => details::order(tx, subject.id).await,
        Kind::Shipment => details::shipment(tx, warehouse, subject.id).await,
        Kind::Parcel => details::parcel(tx, warehouse, subject.id).await,
        Kind::Trip => details::trip(tx, subject.id).await,
        Kind::Wave => details::wave(tx, subject.id).await,
        Kind::Person => details::person(tx, warehouse, subject.id).await,
        Kind::HandOver => details::hand_over(tx, subject.id).await,
    }
}

async fn stage(tx: &mut Tx, warehouse: i64, state: &str) -> Result<Shown> {
    let rows = sqlx::query_as!(
        Raw,
        r#"SELECT ARRAY[s.shipment_no, c.code, to_char(s.cutoff_at AT TIME ZONE w.tz, 'MM-DD HH24:MI'),
                  (SELECT sum(qty)::text FROM shipment_line WHERE shipment_id = s.id), CASE WHEN s.reason = '' THEN '' ELSE '@why-' || s.reason END] AS "cells!", 'shipment' AS kind, s.id AS "id?"
           FROM shipment s JOIN carrier c ON c.id = s.carrier_id JOIN warehouse w ON w.id = s.warehouse_id
           WHERE s.warehouse_id = $1 AND s.state = $2 ORDER BY s.priority DESC, s.cutoff_at, s.id LIMIT $3"#,
        warehouse,
        state,
        ROWS
    )
    .fetch_all(tx.conn())
    .await?;
    let title = cell(&format!("@state-{state}"));
    Ok(Shown { title, header: header(&["shipment", "carrier", "cutoff", "units", "why"]), rows: rows.into_iter().map(Row::from).collect(), ..Shown::default() })
}

async fn cases(tx: &mut Tx, warehouse: i64, reason: &str) -> Result<Shown> {
    let rows = sqlx::query_as!(
        Raw,
        r#"SELECT ARRAY[e.subject, coalesce(i.name_en || chr(31) || i.name_zh, e.said), coalesce(e.qty::text, ''), to_char(e.since AT TIME ZONE w.tz, 'MM-DD HH24:MI')] AS "cells!",
                  CASE WHEN e.shipment_id IS NOT NULL THEN 'shipment' WHEN e.place_id IS NOT NULL THEN 'place' WHEN e.order_id IS NOT NULL THEN 'order' END AS kind,
                  coalesce(e.shipment_id, e.place_id, e.order_id) AS id
           FROM exception e JOIN warehouse w ON w.id = $1 LEFT JOIN item i ON i.id = e.item_id
           WHERE e.done_at IS NULL AND e.reason = $2 AND (e.warehouse_id = $1 OR e.warehouse_id IS NULL) ORDER BY e.id LIMIT $3"#,
        warehouse,
        reason,
        ROWS
    )
    .fetch_all(tx.conn())
    .await?;
    let title = cell(&format!("@reason-{reason}"));
    Ok(Shown { title, header: header(&["what", "item", "units", "since"]), rows: rows.into_iter().map(Row::from).collect(), ..Shown::default() })
}

/// Movements that touch something, newest first, under a line that says so.
async fn history(tx: &mut Tx, warehouse: i64, place: Option<i64>, item: Option<i64>, lot: Option<i64>, shipment: Option<i64>) -> Result<Vec<Row>> {
    let rows = sqlx::query_as!(
        Raw,
        r#"SELECT ARRAY[to_char(m.at AT TIME ZONE w.tz, 'MM-DD HH24:MI'), r.text_en || chr(31) || r.text_zh, m.qty::text || ' × ' || i.sku, f.code || ' > ' || t.code, p.name] AS "cells!",
                  NULL::text AS kind, NULL::bigint AS id
           FROM movement m JOIN warehouse w ON w.id = m.warehouse_id JOIN reason r ON r.code = m.reason JOIN item i ON i.id = m.item_id
           JOIN place f ON f.id = m.from_place JOIN place t ON t.id = m.to_place JOIN person p ON p.id = m.person_id
           WHERE m.warehouse_id = $1 AND ($2::bigint IS NULL OR m.from_place = $2 OR m.to_place = $2) AND ($3::bigint IS NULL OR m.item_id = $3) AND ($4::bigint IS NULL OR m.lot_id = $4)
             AND ($5::bigint IS NULL OR m.reservation_id IN (SELECT rs.id FROM shipment_line l JOIN promise pr ON pr.shipment_line_id = l.id JOIN reservation rs ON rs.promise_id = pr.id WHERE l.shipment_id = $5))
           ORDER BY m.id DESC LIMIT $6"#,
        warehouse,
        place,
        item,
        lot,
        shipment,
        HISTORY
    )
    .fetch_all(tx.conn())
    .await?;
    let title = (!rows.is_empty()).then(|| Row { cells: vec![Text::key("desk-history")], opens: None });
    Ok(title.into_iter().chain(rows.into_iter().map(Row::from)).collect())
}
