//! Packing: what lies on a bench, units into parcels, and what a closed parcel needs for its label.

use super::pick::{Actor, printed_gtin};
use super::{Error, Result, Tx};
use crate::codes::check;
use crate::domain::Name;
use crate::protocol::pack::{Bench, Line, Shipment, Snapshot, Step};

pub async fn load(tx: &mut Tx, warehouse: i64, bench: Option<i64>, step: &Step) -> Result<Snapshot> {
    let hints = sqlx::query!(
        r#"SELECT (SELECT p.code FROM bench b JOIN place p ON p.id = b.place_id WHERE p.warehouse_id = $1 ORDER BY p.code LIMIT 1) AS any_bench,
                  (SELECT p.code FROM tote_use u JOIN shipment s ON s.id = u.shipment_id AND s.state IN ('picked', 'packing')
                   JOIN container c ON c.place_id = u.container_id JOIN bin b ON b.place_id = c.stands_in AND b.use = 'staging'
                   JOIN place p ON p.id = u.container_id
                   WHERE s.warehouse_id = $1 AND u.freed_at IS NULL
                     AND NOT EXISTS (SELECT 1 FROM standing st WHERE st.session <> '00000000-0000-0000-0000-000000000000' AND (st.step->'pack'->>'shipment_id')::bigint = s.id)
                   ORDER BY s.cutoff_at, s.id LIMIT 1) AS waiting_tote,
                  (SELECT q.sscc FROM parcel q WHERE q.bench_id = $2 AND q.state IN ('labelled', 'handed_over') ORDER BY q.place_id DESC LIMIT 1) AS last_parcel"#,
        warehouse,
        bench
    )
    .fetch_one(tx.conn())
    .await?;
    let bench = match bench {
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
    let gone = match step.shipment_id {
        Some(id) if shipment.is_none() => sqlx::query_scalar!("SELECT shipment_no FROM shipment WHERE id = $1 AND state = 'cancelled'", id).fetch_optional(tx.conn()).await?,
        _ => None,
    };
    Ok(Snapshot { bench, shipment, gone, waiting_tote: hints.waiting_tote, any_bench: hints.any_bench, last_parcel: hints.last_parcel })
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
        "SELECT p.id, p.code FROM tote_use u JOIN place p ON p.id = u.container_id WHERE u.shipment_id = $1 AND u.freed_at IS NULL ORDER BY p.code",
        id
    )
    .fetch_all(tx.conn())
    .await?;
    let lines = sqlx::query!(
        r#"SELECT r.id, r.qty, i.id AS item_id, i.sku, i.name_en, i.name_zh, l.number, l.last_good_day::text AS "day!", c.kind,
                  (SELECT b.code FROM barcode b JOIN pack k ON k.id = b.pack_id WHERE k.item_id = i.id ORDER BY k.units, b.code LIMIT 1) AS barcode
           FROM shipment_line sl JOIN promise p ON p.shipment_line_id = sl.id AND p.ended_at IS NULL
           JOIN reservation r ON r.promise_id = p.id AND r.ended_at IS NULL
           JOIN container c ON c.place_id = r.place_id
           JOIN item i ON i.id = r.item_id JOIN lot l ON l.id = r.lot_id
           WHERE sl.shipment_id = $1 ORDER BY i.sku, l.last_good_day, r.id"#,
        id
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(Some(Shipment {
        id: head.id,
        no: head.shipment_no,
        carrier: head.carrier,
        totes: totes.into_iter().map(|t| (t.id, t.code, brought.contains(&t.id))).collect(),
        lines: lines
            .into_iter()
            .map(|r| Line {
                item_id: r.item_id,
                sku: r.sku,
                name: Name { en: r.name_en, zh: r.name_zh },
                barcode: r.barcode.map(printed_gtin),
                lot: r.number,
                last_good: r.day,
                reservation_id: r.id,
                left: if r.kind == "parcel" { 0 } else { r.qty },
                packed: if r.kind == "parcel" { r.qty } else { 0 },
            })
            .collect(),
    }))
}

pub async fn bench_exists(tx: &mut Tx, place: i64) -> Result<bool> {
    Ok(sqlx::query_scalar!(r#"SELECT EXISTS (SELECT 1 FROM bench WHERE place_id = $1) AS "yes!""#, place).fetch_one(tx.conn()).await?)
}

/// What a tote is used for, and what stands in the way of packing it.
pub struct Brought {
    pub shipment: i64,
    pub shipment_no: String,
    pub state: String,
    pub open_exception: bool,
    /// Who packs it at another bench now.
    pub other_packer: Option<String>,
    /// Units that are still in bins.
    pub unpicked: i64,
}

pub async fn brought(tx: &mut Tx, tote: i64, person: i64) -> Result<Option<Brought>> {
    // The lock first, the questions in the next statement: it then sees what the one before it did.
    sqlx::query!(
        "SELECT s.id FROM tote_use u JOIN shipment s ON s.id = u.shipment_id WHERE u.container_id = $1 AND u.freed_at IS NULL FOR UPDATE OF s",
        tote
    )
    .fetch_optional(tx.conn())
    .await?;
    let row = sqlx::query!(
        r#"SELECT s.id, s.shipment_no, s.state,
                  EXISTS (SELECT 1 FROM exception e WHERE e.shipment_id = s.id AND e.done_at IS NULL) AS "open_exception!",
                  (SELECT p.name FROM standing st JOIN person p ON p.id = st.person_id
                   WHERE st.person_id <> $2 AND st.session <> '00000000-0000-0000-0000-000000000000' AND (st.step->'pack'->>'shipment_id')::bigint = s.id LIMIT 1) AS other,
                  (SELECT coalesce(sum(r.qty), 0)::bigint FROM shipment_line l JOIN promise p ON p.shipment_line_id = l.id AND p.ended_at IS NULL
                   JOIN reservation r ON r.promise_id = p.id AND r.ended_at IS NULL JOIN bin b ON b.place_id = r.place_id
                   WHERE l.shipment_id = s.id) AS "unpicked!"
           FROM tote_use u JOIN shipment s ON s.id = u.shipment_id
           WHERE u.container_id = $1 AND u.freed_at IS NULL"#,
        tote,
        person
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| Brought {
        shipment: r.id,
        shipment_no: r.shipment_no,
        state: r.state,
        open_exception: r.open_exception,
        other_packer: r.other,
        unpicked: r.unpicked,
    }))
}

/// A container stands at the bench now, wherever it stood.
async fn stand_at(tx: &mut Tx, actor: Actor<'_>, container: i64, bench: i64) -> Result<()> {
    sqlx::query!(
        "INSERT INTO placement (warehouse_id, container_id, from_place, to_place, reason, person_id, command)
         SELECT $1, place_id, stands_in, $2, 'pack', $3, $4 FROM container WHERE place_id = $5 AND stands_in IS DISTINCT FROM $2",
        actor.warehouse,
        bench,
        actor.person,
        actor.command,
        container
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The tote stands at the bench now, and its shipment is being packed.
pub async fn bring(tx: &mut Tx, actor: Actor<'_>, tote: i64, bench: i64, shipment: i64) -> Result<()> {
    stand_at(tx, actor, tote, bench).await?;
    sqlx::query!("UPDATE shipment SET state = 'packing' WHERE id = $1 AND state = 'picked'", shipment).execute(tx.conn()).await?;
    Ok(())
}

/// The shipment's open parcel; made with the first unit.
pub async fn open_parcel(tx: &mut Tx, actor: Actor<'_>, shipment: i64, bench: i64) -> Result<i64> {
    let open = sqlx::query_scalar!("SELECT place_id FROM parcel WHERE shipment_id = $1 AND state = 'open'", shipment)
        .fetch_optional(tx.conn())
        .await?;
    if let Some(id) = open {
        return Ok(id);
    }
    let serial = sqlx::query_scalar!(r#"SELECT nextval('sscc_serial') AS "n!""#).fetch_one(tx.conn()).await?;
    let sscc = check::sscc(crate::store::site::GS1_PREFIX, serial).ok_or_else(|| Error::Bug("no SSCC left".into()))?;
    let place = sqlx::query_scalar!(
        "WITH p AS (INSERT INTO place (warehouse_id, code, kind) VALUES ($1, $2, 'container') RETURNING id)
         INSERT INTO container (place_id, kind, stands_in) SELECT id, 'parcel', $3 FROM p RETURNING place_id",
        actor.warehouse,
        sscc,
        bench
    )
    .fetch_one(tx.conn())
    .await?;
    sqlx::query!(
        "INSERT INTO parcel (place_id, warehouse_id, shipment_id, sscc, bench_id, carrier_id) SELECT $1, $2, id, $3, $4, carrier_id FROM shipment WHERE id = $5",
        place,
        actor.warehouse,
        sscc,
        bench,
        shipment
    )
    .execute(tx.conn())
    .await?;
    Ok(place)
}

/// Units of reservations go from their totes into the parcel.
pub async fn pack(tx: &mut Tx, actor: Actor<'_>, shipment: i64, parcel: i64, units: &[(i64, i64)]) -> Result<()> {
    super::pick::keep_shipment(tx, shipment).await?;
    let (ids, qtys): (Vec<i64>, Vec<i64>) = units.iter().copied().unzip();
    let moved = sqlx::query!(
        "INSERT INTO movement (gesture_at, warehouse_id, owner_id, item_id, lot_id, qty, from_place, to_place, reservation_id, reason, person_id, command)
         SELECT $1::text::timestamptz, r.warehouse_id, r.owner_id, r.item_id, r.lot_id, u.qty, r.place_id, $2, r.id, 'pack', $3, $4
         FROM unnest($5::bigint[], $6::bigint[]) AS u(id, qty) JOIN reservation r ON r.id = u.id AND r.ended_at IS NULL",
        actor.at,
        parcel,
        actor.person,
        actor.command,
        &ids,
        &qtys
    )
    .execute(tx.conn())
    .await?;
    if moved.rows_affected() != units.len() as u64 {
        return Err(Error::Refused { constraint: "reservation_covers".into(), said: "the goods are gone".into() });
    }
    Ok(())
}

/// The last unit is in: the parcel is closed, its weight summed, its totes free.
pub async fn close(tx: &mut Tx, actor: Actor<'_>, parcel: i64, bench: i64) -> Result<()> {
    // It may have been begun at another bench.
    stand_at(tx, actor, parcel, bench).await?;
    sqlx::query!(
        "UPDATE parcel q SET state = 'closed', bench_id = $2, weight_g = (SELECT coalesce(sum(s.on_hand * i.weight_g), 0)::bigint FROM stock s JOIN item i ON i.id = s.item_id
                                                          WHERE s.warehouse_id = q.warehouse_id AND s.place_id = q.place_id)
         WHERE q.place_id = $1 AND q.state = 'open'",
        parcel,
        bench
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!("UPDATE tote_use SET freed_at = now() WHERE freed_at IS NULL AND shipment_id = (SELECT shipment_id FROM parcel WHERE place_id = $1)", parcel)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// The state of a parcel, locked.
pub async fn parcel_state(tx: &mut Tx, parcel: i64) -> Result<Option<(String, i64, String)>> {
    let row = sqlx::query!(
        "SELECT q.state, q.shipment_id, s.shipment_no FROM parcel q JOIN shipment s ON s.id = q.shipment_id WHERE q.place_id = $1 FOR UPDATE OF s, q",
        parcel
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| (r.state, r.shipment_id, r.shipment_no)))
}
