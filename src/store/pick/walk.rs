//! The life of a walk: taken, handed to a colleague, ended.

use super::Actor;
use crate::store::{Error, Result, Tx};

/// Takes the most urgent open trip, passing over those that another picker takes this instant.
pub async fn claim(tx: &mut Tx, warehouse: i64, person: i64) -> Result<bool> {
    Ok(sqlx::query_scalar!("SELECT claim_trip($1, $2)", warehouse, person).fetch_one(tx.conn()).await?.is_some())
}

/// The walk goes on in a colleague's hands, who is told.
pub async fn give(tx: &mut Tx, trip: i64, from: i64, to: i64) -> Result<()> {
    let given =
        sqlx::query!("UPDATE trip SET person_id = $3 WHERE id = $1 AND person_id = $2 AND state = 'claimed'", trip, from, to).execute(tx.conn()).await?;
    if given.rows_affected() == 0 {
        return Err(Error::Refused { constraint: "trip_one_a_person".into(), said: "the trip is not yours any more".into() });
    }
    sqlx::query!(
        "INSERT INTO notice (person_id, text)
         SELECT $3, json_build_object('key', 'notice-trip-given', 'args', json_build_object('trip', json_build_object('plain', t.trip_no), 'who', json_build_object('plain', p.name)))
         FROM trip t, person p WHERE t.id = $1 AND p.id = $2",
        trip,
        from,
        to
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A tote is free again with its last unit. Only totes that this person's gesture can have emptied are looked at:
/// those in use.
pub async fn free_empty_totes(tx: &mut Tx, warehouse: i64) -> Result<()> {
    sqlx::query!(
        "UPDATE tote_use u SET freed_at = now() FROM trip t
         WHERE t.id = u.trip_id AND t.warehouse_id = $1 AND u.freed_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM stock s WHERE s.warehouse_id = $1 AND s.place_id = u.container_id AND s.on_hand > 0)",
        warehouse
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The walk is over: the totes stand in `staging` (if there are any) and each shipment that is whole is picked. Stops
/// that are left become a walk for somebody else.
pub async fn finish(tx: &mut Tx, actor: Actor<'_>, trip: i64, staging: Option<i64>) -> Result<()> {
    sqlx::query_scalar!("SELECT leave_rest($1)", trip).fetch_one(tx.conn()).await?;
    if let Some(place) = staging {
        sqlx::query!(
            "INSERT INTO placement (warehouse_id, container_id, from_place, to_place, reason, person_id, command)
             SELECT $1, c.place_id, c.stands_in, $2, 'stage', $3, $4
             FROM tote_use u JOIN container c ON c.place_id = u.container_id
             WHERE u.trip_id = $5 AND u.freed_at IS NULL AND c.stands_in IS DISTINCT FROM $2",
            actor.warehouse,
            place,
            actor.person,
            actor.command,
            trip
        )
        .execute(tx.conn())
        .await?;
    }
    sqlx::query!("UPDATE trip SET state = 'done' WHERE id = $1", trip).execute(tx.conn()).await?;
    sqlx::query!(
        "UPDATE shipment s SET state = 'picked' WHERE s.state = 'picking'
           AND s.id IN (SELECT shipment_id FROM trip_shipment WHERE trip_id = $1)
           AND NOT EXISTS (SELECT 1 FROM shipment_line l JOIN promise p ON p.shipment_line_id = l.id AND p.ended_at IS NULL
                           JOIN reservation r ON r.promise_id = p.id AND r.ended_at IS NULL
                           JOIN bin b ON b.place_id = r.place_id WHERE l.shipment_id = s.id)",
        trip
    )
    .execute(tx.conn())
    .await?;
    close_waves(tx, actor.warehouse).await
}

/// A wave is done when nobody walks for it any more.
async fn close_waves(tx: &mut Tx, warehouse: i64) -> Result<()> {
    sqlx::query!(
        "UPDATE wave w SET state = 'done' WHERE w.warehouse_id = $1 AND w.state = 'released'
           AND NOT EXISTS (SELECT 1 FROM trip t WHERE t.wave_id = w.id AND t.state IN ('open', 'claimed'))",
        warehouse
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
