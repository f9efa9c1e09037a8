//! Totes onto benches, units into parcels, and what may go wrong with them.

use crate::codes::check;
use crate::limits;
use crate::store::pick::{Actor, free_empty_totes, keep_shipment, reverse};
use crate::store::{Error, Result, Tx};
use uuid::Uuid;

pub async fn bench_exists(tx: &mut Tx, place: i64) -> Result<bool> {
    Ok(sqlx::query_scalar!(r#"SELECT EXISTS (SELECT 1 FROM bench WHERE place_id = $1) AS "yes!""#, place).fetch_one(tx.conn()).await?)
}

/// What a tote is used for, and what stands in the way of packing it.
pub struct Brought {
    /// None: it was picked in total, and any unit in it finds its shipment.
    pub shipment: Option<i64>,
    pub shipment_no: String,
    pub state: String,
    pub open_exception: bool,
    /// Who packs it at another bench now.
    pub other_packer: Option<String>,
    /// Units that are still in bins.
    pub unpicked: i64,
    /// The walk that the tote is on has not ended.
    pub walking: bool,
}

pub async fn brought(tx: &mut Tx, tote: i64, person: i64) -> Result<Option<Brought>> {
    // The lock first, the questions in the next statement: it then sees what the one before it did.
    sqlx::query!("SELECT s.id FROM tote_use u JOIN shipment s ON s.id = u.shipment_id WHERE u.container_id = $1 AND u.freed_at IS NULL FOR UPDATE OF s", tote)
        .fetch_optional(tx.conn())
        .await?;
    let row = sqlx::query!(
        r#"SELECT s.id AS "id?", s.shipment_no AS "shipment_no?", coalesce(s.state, t.state) AS "state!", t.state <> 'done' AS "walking!",
                  EXISTS (SELECT 1 FROM exception e WHERE e.shipment_id = s.id AND e.done_at IS NULL) AS "open_exception!",
                  (SELECT p.name FROM standing st JOIN person p ON p.id = st.person_id
                   WHERE st.person_id <> $2 AND st.session <> '00000000-0000-0000-0000-000000000000' AND (st.step->'pack'->>'shipment_id')::bigint = s.id
                     AND st.updated_at > now() - make_interval(secs => $3) LIMIT 1) AS other,
                  (SELECT coalesce(sum(r.qty), 0)::bigint FROM shipment_line l JOIN promise p ON p.shipment_line_id = l.id AND p.ended_at IS NULL
                   JOIN reservation r ON r.promise_id = p.id AND r.ended_at IS NULL JOIN bin b ON b.place_id = r.place_id
                   WHERE l.shipment_id = s.id) AS "unpicked!"
           FROM tote_use u JOIN trip t ON t.id = u.trip_id LEFT JOIN shipment s ON s.id = u.shipment_id
           WHERE u.container_id = $1 AND u.freed_at IS NULL"#,
        tote,
        person,
        limits::LEFT_ALONE_S
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| Brought {
        shipment: r.id,
        shipment_no: r.shipment_no.unwrap_or_default(),
        state: r.state,
        open_exception: r.open_exception,
        other_packer: r.other,
        unpicked: r.unpicked,
        walking: r.walking,
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
pub async fn bring(tx: &mut Tx, actor: Actor<'_>, tote: i64, bench: i64, shipment: Option<i64>) -> Result<()> {
    stand_at(tx, actor, tote, bench).await?;
    let Some(shipment) = shipment else { return Ok(()) };
    sqlx::query!("UPDATE shipment SET state = 'packing' WHERE id = $1 AND state = 'picked'", shipment).execute(tx.conn()).await?;
    Ok(())
}

/// The shipment's open parcel; made with the first unit.
pub async fn open_parcel(tx: &mut Tx, actor: Actor<'_>, shipment: i64, bench: i64) -> Result<i64> {
    let open = sqlx::query_scalar!("SELECT place_id FROM parcel WHERE shipment_id = $1 AND state = 'open'", shipment).fetch_optional(tx.conn()).await?;
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
    keep_shipment(tx, shipment).await?;
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

/// The box is full, or the last unit is in: the parcel is closed, its weight summed, totes that are empty are free.
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
    sqlx::query!("DELETE FROM parcel_line WHERE parcel_id = $1", parcel).execute(tx.conn()).await?;
    sqlx::query!(
        "INSERT INTO parcel_line (parcel_id, order_line_id, qty)
         SELECT r.place_id, p.order_line_id, sum(r.qty) FROM reservation r JOIN promise p ON p.id = r.promise_id
         WHERE r.place_id = $1 AND r.ended_at IS NULL GROUP BY 1, 2",
        parcel
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!("UPDATE shipment SET state = 'packing' WHERE state = 'picked' AND id = (SELECT shipment_id FROM parcel WHERE place_id = $1)", parcel)
        .execute(tx.conn())
        .await?;
    free_empty_totes(tx, actor.warehouse).await
}

/// Takes the units of a gesture out of the box that is still open.
pub async fn undo(tx: &mut Tx, actor: Actor<'_>, command: Uuid) -> Result<()> {
    let open = sqlx::query_scalar!(
        r#"SELECT count(*) AS "n!" FROM movement m JOIN parcel q ON q.place_id = m.to_place AND q.state = 'open' WHERE m.command = $1 AND m.reason = 'pack'"#,
        command
    )
    .fetch_one(tx.conn())
    .await?;
    if open == 0 {
        return Err(Error::Refused { constraint: "movement_reversed_once".into(), said: "the box is closed".into() });
    }
    reverse(tx, actor, command).await
}

/// All shipments of a tote that is picked in total but the last one: a closed parcel each. Returns how many.
pub async fn run(tx: &mut Tx, actor: Actor<'_>, tote: i64, bench: i64) -> Result<i64> {
    let mine = sqlx::query!(
        "SELECT s.id, r.id AS reservation, r.qty FROM reservation r JOIN promise p ON p.id = r.promise_id JOIN shipment_line l ON l.id = p.shipment_line_id
         JOIN shipment s ON s.id = l.shipment_id
         WHERE r.place_id = $1 AND r.ended_at IS NULL AND s.state IN ('picked', 'packing')
           AND NOT EXISTS (SELECT 1 FROM exception e WHERE e.shipment_id = s.id AND e.done_at IS NULL)
         ORDER BY s.priority DESC, s.cutoff_at, s.id FOR UPDATE OF s",
        tote
    )
    .fetch_all(tx.conn())
    .await?;
    let Some((_, all_but_last)) = mine.split_last() else { return Ok(0) };
    for one in all_but_last {
        let parcel = open_parcel(tx, actor, one.id, bench).await?;
        pack(tx, actor, one.id, parcel, &[(one.reservation, one.qty)]).await?;
        close(tx, actor, parcel, bench).await?;
    }
    Ok(all_but_last.len() as i64)
}

/// One unit is missing or not fit; another is looked for and joins the next walk. Returns units that found no place.
pub async fn missing(tx: &mut Tx, actor: Actor<'_>, reason: &str, reservation: i64, bench: i64) -> Result<i64> {
    let lost = sqlx::query_scalar!(r#"SELECT report_at_bench($1, $2, $3, $4, $5) AS "n!""#, actor.command, actor.person, reason, reservation, bench)
        .fetch_one(tx.conn())
        .await?;
    // A box that this left empty is none: nothing of it must be labelled or handed over.
    sqlx::query!(
        "UPDATE parcel q SET state = 'void' WHERE q.state = 'open' AND q.warehouse_id = $1
           AND q.shipment_id = (SELECT l.shipment_id FROM reservation r JOIN promise p ON p.id = r.promise_id JOIN shipment_line l ON l.id = p.shipment_line_id WHERE r.id = $2)
           AND NOT EXISTS (SELECT 1 FROM stock k WHERE k.warehouse_id = $1 AND k.place_id = q.place_id AND k.on_hand > 0)",
        actor.warehouse,
        reservation
    )
    .execute(tx.conn())
    .await?;
    free_empty_totes(tx, actor.warehouse).await?;
    Ok(lost)
}

/// A unit that belongs to nothing here waits at the bench for a supervisor.
pub async fn extra(tx: &mut Tx, actor: Actor<'_>, bench: i64, item: Option<i64>, said: &str) -> Result<()> {
    sqlx::query!(
        "INSERT INTO exception (warehouse_id, reason, subject, place_id, item_id, qty, said)
         SELECT $1, 'found', CASE WHEN $3::bigint IS NULL THEN left($4, 60) ELSE code END, id, $3, 1, $4 FROM place WHERE id = $2
         ON CONFLICT (reason, subject, coalesce(place_id, 0), coalesce(item_id, 0), coalesce(lot_id, 0), coalesce(order_id, 0), coalesce(shop_id, 0)) WHERE done_at IS NULL
         DO UPDATE SET qty = exception.qty + 1",
        actor.warehouse,
        bench,
        item,
        said
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A labelled parcel is opened again: off any open list, its label void until it is closed anew.
pub async fn reopen(tx: &mut Tx, parcel: i64, bench: i64, shipment: i64) -> Result<()> {
    sqlx::query!("DELETE FROM handover_parcel hp USING handover h WHERE h.id = hp.handover_id AND h.closed_at IS NULL AND hp.parcel_id = $1", parcel)
        .execute(tx.conn())
        .await?;
    sqlx::query!(
        "UPDATE print_job SET printed_at = now(), said = 'void' WHERE printed_at IS NULL AND label_id IN (SELECT id FROM label WHERE parcel_id = $1)",
        parcel
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!("UPDATE label SET state = 'void' WHERE parcel_id = $1", parcel).execute(tx.conn()).await?;
    sqlx::query!("UPDATE parcel SET state = 'open', bench_id = $2 WHERE place_id = $1", parcel, bench).execute(tx.conn()).await?;
    sqlx::query!("UPDATE shipment SET state = 'packing' WHERE id = $1 AND state = 'packed'", shipment).execute(tx.conn()).await?;
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
