//! What the desk shows: the board and its lists. `details` tells one thing with its history from the ledger, `acts` is what
//! a supervisor does about it.
//!
//! Cells come as texts: `@key` is a text of the catalogue, two names with U+001F between them are a name in both languages.

mod acts;
mod details;
mod goods;

pub use acts::{expedite, force_close, give_trip, hold, in_hand, let_go, message, note_hold, take_back, undoes};

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
        Some((en, rest)) => {
            let (zh, variant) = rest.split_once('\u{1f}').unwrap_or((rest, ""));
            Text::plain(&Name { en: en.to_owned(), zh: zh.to_owned(), variant: variant.to_owned() })
        }
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

/// The board: shipments per stage with the oldest and the nearest cut-off, walks and waves, who works on what and since
/// when, cases by reason, what is in trouble.
pub async fn board(tx: &mut Tx, warehouse: i64) -> Result<Shown> {
    let mut rows: Vec<Row> = Vec::new();
    let numbers = sqlx::query!(
        r#"SELECT kind AS "kind!", k.of AS "of!", label AS "label!", n AS "n!", coalesce(oldest, '') AS "oldest!", coalesce(next, '') AS "next!" FROM (
             SELECT 1 AS part, array_position(ARRAY['pending','held','short','ready','released','picking','picked','packing','packed'], s.state) AS rank, 'stage' AS kind, s.state AS of,
                    '@state-' || s.state AS label, count(*) AS n, to_char(min(s.ordered_at) AT TIME ZONE w.tz, 'MM-DD HH24:MI') AS oldest,
                    to_char(min(s.cutoff_at) AT TIME ZONE w.tz, 'MM-DD HH24:MI') AS next
             FROM shipment s JOIN warehouse w ON w.id = s.warehouse_id WHERE s.warehouse_id = $1 AND s.state NOT IN ('handed_over', 'cancelled') GROUP BY s.state, w.tz
             UNION ALL
             SELECT 2, 1, 'waves', v.state, '@waves-' || v.state, count(*), to_char(min(v.released_at) AT TIME ZONE w.tz, 'MM-DD HH24:MI'), NULL
             FROM wave v JOIN warehouse w ON w.id = v.warehouse_id WHERE v.warehouse_id = $1 AND v.state = 'released' GROUP BY v.state, w.tz
             UNION ALL
             SELECT 2, CASE t.state WHEN 'open' THEN 2 ELSE 3 END, 'trips', t.state, '@trips-' || t.state, count(*), NULL,
                    to_char(min(t.due_at) FILTER (WHERE isfinite(t.due_at)) AT TIME ZONE w.tz, 'MM-DD HH24:MI')
             FROM trip t JOIN warehouse w ON w.id = t.warehouse_id WHERE t.warehouse_id = $1 AND t.state IN ('open', 'claimed') GROUP BY t.state, w.tz
             UNION ALL
             SELECT 3, -count(*)::int, 'cases', e.reason, '@reason-' || e.reason, count(*), to_char(min(e.since) AT TIME ZONE w.tz, 'MM-DD HH24:MI'), NULL
             FROM exception e JOIN warehouse w ON w.id = $1 WHERE e.done_at IS NULL AND (e.warehouse_id = $1 OR e.warehouse_id IS NULL) GROUP BY e.reason, w.tz) k
           ORDER BY part, rank, k.of"#,
        warehouse
    )
    .fetch_all(tx.conn())
    .await?;
    rows.extend(numbers.into_iter().map(|r| Row {
        cells: vec![cell(&r.label), Text::plain(r.n.to_string()), Text::plain(r.oldest), Text::plain(r.next)],
        opens: Subject::parse(&format!("#{}:{}", r.kind, r.of)),
    }));
    part(&mut rows, "board-people", people(tx, warehouse).await?);
    let trouble = sqlx::query_as!(
        Raw,
        r#"SELECT ARRAY[code, '@desk-printer-trouble', trouble] AS "cells!", NULL::text AS kind, NULL::bigint AS id FROM printer WHERE trouble IS NOT NULL
           UNION ALL SELECT ARRAY[h.code, CASE WHEN h.said IS NULL THEN '@desk-shop-behind' ELSE '@desk-shop-trouble' END, coalesce(h.said, to_char(make_interval(secs => h.lag_s), 'FMHH24:MI'))], 'shop', h.id
           FROM shop_health h WHERE h.said IS NOT NULL OR h.lag_s > 900"#
    )
    .fetch_all(tx.conn())
    .await?;
    part(&mut rows, "board-trouble", trouble);
    Ok(Shown { title: Text::key("menu-board"), header: header(&["what", "count", "oldest", "next"]), rows, ..Shown::default() })
}

/// Rows under a title of their own, with columns of their own.
fn part(rows: &mut Vec<Row>, title: &str, more: Vec<Raw>) {
    if !more.is_empty() {
        rows.push(Row { cells: vec![Text::key(title)], opens: None });
        rows.extend(more.into_iter().map(Row::from));
    }
}

/// Who is signed on, at what, since when; who has nothing in hand comes first.
async fn people(tx: &mut Tx, warehouse: i64) -> Result<Vec<Raw>> {
    Ok(sqlx::query_as!(
        Raw,
        r#"SELECT ARRAY[k.name, k.doing, k.trip, to_char(k.updated_at AT TIME ZONE k.tz, 'HH24:MI') || to_char(now() - k.updated_at, ' (FMHH24:MI)')] AS "cells!", 'person' AS kind, k.id AS "id?" FROM (
             SELECT p.id, p.name, st.updated_at, w.tz, coalesce(t.trip_no, '') AS trip,
                    CASE WHEN st.session = '00000000-0000-0000-0000-000000000000' THEN '@desk-away'
                         WHEN json_typeof(st.step) <> 'object' OR (st.step->'pick' IS NOT NULL AND t.id IS NULL) THEN '@desk-idle'
                         ELSE '@menu-' || (SELECT k FROM json_object_keys(CASE WHEN json_typeof(st.step) = 'object' THEN st.step ELSE '{}' END) k LIMIT 1) END AS doing
             FROM standing st JOIN person p ON p.id = st.person_id AND p.active JOIN warehouse w ON w.id = $1 LEFT JOIN trip t ON t.person_id = p.id AND t.state = 'claimed'
             WHERE coalesce(p.warehouse_id, $1) = $1) k
           ORDER BY array_position(ARRAY['@desk-away', '@desk-idle'], k.doing) DESC NULLS LAST, k.updated_at LIMIT 100"#,
        warehouse
    )
    .fetch_all(tx.conn())
    .await?)
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
             UNION ALL SELECT 7, 'shop', id FROM shop WHERE code = $2
             UNION ALL SELECT 8, 'parcel', place_id FROM parcel WHERE waybill = upper($2)) k ORDER BY rank, id DESC LIMIT 1"#,
        warehouse,
        text
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.and_then(|r| Subject::parse(&format!("#{}:{}", r.kind, r.id))))
}

pub async fn shown(tx: &mut Tx, warehouse: i64, subject: &Subject, said: &[String]) -> Result<Option<Shown>> {
    match subject.kind {
        Kind::Stage | Kind::Cases | Kind::Trips | Kind::Waves => list(tx, warehouse, subject, said, ROWS).await.map(Some),
        Kind::Place => goods::place(tx, warehouse, subject.id).await,
        Kind::Item => goods::item(tx, warehouse, subject.id).await,
        Kind::Lot => goods::lot(tx, warehouse, subject.id).await,
        Kind::Order => details::order(tx, subject.id).await,
        Kind::Shipment => details::shipment(tx, warehouse, subject.id).await,
        Kind::Parcel => details::parcel(tx, warehouse, subject.id).await,
        Kind::Trip => details::trip(tx, subject.id).await,
        Kind::Wave => details::wave(tx, subject.id).await,
        Kind::Shop => details::shop(tx, subject.id).await,
        Kind::Person => details::person(tx, warehouse, subject.id).await,
        Kind::HandOver => details::hand_over(tx, subject.id).await,
    }
}

/// A list in the view of it that is asked for, at most so many rows. `said`: the keys whose words hold what is looked for.
pub async fn list(tx: &mut Tx, warehouse: i64, subject: &Subject, said: &[String], most: i64) -> Result<Shown> {
    let view = &subject.view;
    let own_order = view.filter.is_empty() && view.sort == 0;
    let mut rows = sqlx::query_as!(
        Raw,
        r#"SELECT cells AS "cells!", kind, id FROM desk_rows($1, $2, $3, $4) WITH ORDINALITY AS r(cells, kind, id, n)
           WHERE $5 = '' OR strpos(lower(array_to_string(cells, ' ')), lower($5)) > 0 OR EXISTS (SELECT 1 FROM unnest(cells) AS c(said) WHERE replace(ltrim(said, '@'), '_', '-') = ANY ($9))
           ORDER BY CASE WHEN NOT $7 THEN sort_key(cells[$6]) END, CASE WHEN $7 THEN sort_key(cells[$6]) END DESC, n LIMIT $8"#,
        warehouse,
        subject.kind.name(),
        subject.of,
        own_order.then_some(most + 1),
        view.filter,
        i32::try_from(view.sort).unwrap_or(0),
        view.down,
        most + 1,
        said
    )
    .fetch_all(tx.conn())
    .await?;
    let cut = rows.len() as i64 > most;
    rows.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    let (title, columns): (String, &[&str]) = match subject.kind {
        Kind::Cases => (format!("@reason-{}", subject.of), &["what", "item", "units", "since"]),
        Kind::Trips => (format!("@trips-{}", subject.of), &["trip", "kind", "who", "stops", "cutoff"]),
        Kind::Waves => (format!("@waves-{}", subject.of), &["wave", "since", "shipments", "short", "trips"]),
        _ => (format!("@state-{}", subject.of), &["shipment", "carrier", "cutoff", "units", "priority", "why"]),
    };
    Ok(Shown {
        title: cell(&title),
        header: header(columns),
        rows: rows.into_iter().map(Row::from).collect(),
        list: Some(view.clone()),
        cut,
        ..Shown::default()
    })
}

/// Now by the site's clock, for the name of a file.
pub async fn file_stamp(tx: &mut Tx) -> Result<String> {
    Ok(sqlx::query_scalar!(r#"SELECT to_char(now() AT TIME ZONE site_tz(), 'YYYYMMDD-HH24MISSMS') AS "at!""#).fetch_one(tx.conn()).await?)
}

/// Names of the views that are kept of a list.
pub async fn views(tx: &mut Tx, list: &str) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!("SELECT name FROM saved_view WHERE list = $1 ORDER BY name LIMIT 30", list).fetch_all(tx.conn()).await?)
}

pub async fn save_view<V: serde::Serialize>(tx: &mut Tx, list: &str, name: &str, view: &V, person: i64) -> Result<()> {
    sqlx::query!(
        "INSERT INTO saved_view (list, name, view, saved_by) VALUES ($1, $2, $3, $4)
         ON CONFLICT ON CONSTRAINT saved_view_once DO UPDATE SET view = excluded.view, saved_by = excluded.saved_by, saved_at = now()",
        list,
        name,
        serde_json::to_value(view)?,
        person
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// `None`: no view has that name any more.
pub async fn view<V: serde::de::DeserializeOwned>(tx: &mut Tx, list: &str, name: &str) -> Result<Option<V>> {
    let view = sqlx::query_scalar!("SELECT view FROM saved_view WHERE list = $1 AND name = $2", list, name).fetch_optional(tx.conn()).await?;
    Ok(view.map(serde_json::from_value).transpose()?)
}

/// Movements that touch something and what was decided about it, newest first, under a line that says so.
async fn history(tx: &mut Tx, warehouse: i64, place: Option<i64>, item: Option<i64>, lot: Option<i64>, shipment: Option<i64>) -> Result<Vec<Row>> {
    let rows = sqlx::query_as!(
        Raw,
        r#"SELECT ARRAY[to_char(k.at AT TIME ZONE (SELECT tz FROM warehouse WHERE id = $1), 'MM-DD HH24:MI'), k.what, k.goods, k.way, k.who] AS "cells!", NULL::text AS kind, NULL::bigint AS id FROM (
           (SELECT m.at, r.text_en || chr(31) || r.text_zh AS what, m.qty::text || ' × ' || i.sku AS goods, f.code || ' > ' || t.code AS way, p.name AS who
           FROM movement m JOIN reason r ON r.code = m.reason JOIN item i ON i.id = m.item_id
           JOIN place f ON f.id = m.from_place JOIN place t ON t.id = m.to_place JOIN person p ON p.id = m.person_id
           WHERE m.warehouse_id = $1 AND ($2::bigint IS NULL OR m.from_place = $2 OR m.to_place = $2) AND ($3::bigint IS NULL OR m.item_id = $3) AND ($4::bigint IS NULL OR m.lot_id = $4)
             AND ($5::bigint IS NULL OR m.reservation_id IN (SELECT rs.id FROM shipment_line l JOIN promise pr ON pr.shipment_line_id = l.id JOIN reservation rs ON rs.promise_id = pr.id WHERE l.shipment_id = $5))
           ORDER BY m.id DESC LIMIT $6)
           UNION ALL
           (SELECT a.at, CASE WHEN a.action LIKE 'desk-do-%' THEN '@' || a.action ELSE '@audit-' || a.action END, '', coalesce(a.after->>'text', a.after->>'reason', ''), coalesce(p.name, a.person)
           FROM audit a LEFT JOIN person p ON p.code = a.person
           WHERE a.subject = coalesce((SELECT shipment_no FROM shipment WHERE id = $5), (SELECT code FROM place WHERE id = $2)) AND (a.action LIKE 'desk-do-%' OR a.action IN ('reprint', 'reopen'))
           ORDER BY a.id DESC LIMIT $6)) k ORDER BY k.at DESC LIMIT $6"#,
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
