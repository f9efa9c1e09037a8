//! What a supervisor does about shipments, waves, walks and people. Each returns whether it could be done still.

use crate::protocol::{Text, Who};
use crate::store::pick::{self, Actor};
use crate::store::{Result, Tx};

/// Before others from now on, on the floor too.
pub async fn expedite(tx: &mut Tx, shipment: i64) -> Result<bool> {
    let done = sqlx::query!("UPDATE shipment SET priority = priority + 10 WHERE id = $1 AND state NOT IN ('handed_over', 'cancelled')", shipment)
        .execute(tx.conn())
        .await?;
    sqlx::query!(
        "UPDATE trip t SET priority = greatest(t.priority, s.priority) FROM trip_shipment ts JOIN shipment s ON s.id = ts.shipment_id WHERE ts.shipment_id = $1 AND t.id = ts.trip_id AND t.state = 'open'",
        shipment
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// `why` is one of the hold reasons that a person chooses from.
pub async fn hold(tx: &mut Tx, shipment: i64, why: &str) -> Result<bool> {
    let done = sqlx::query!("UPDATE shipment SET state = 'held', reason = $2 WHERE id = $1 AND state IN ('pending', 'ready', 'short')", shipment, why)
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Why, in the words of whoever holds it.
pub async fn note_hold(tx: &mut Tx, shipment: i64, note: &str) -> Result<bool> {
    sqlx::query!("UPDATE shipment SET hold_note = $2 WHERE id = $1", shipment, note).execute(tx.conn()).await?;
    Ok(true)
}

/// Who walks a trip, and what they have counted into their hand and not yet put into a tote.
pub async fn in_hand(tx: &mut Tx, trip: i64) -> Result<Option<(i64, Option<Text>)>> {
    let row = sqlx::query!(
        r#"SELECT p.id, p.name, (st.step->'pick'->>'counted')::bigint AS counted, i.sku AS "sku?", pl.code AS "place?"
           FROM trip t JOIN person p ON p.id = t.person_id LEFT JOIN standing st ON st.person_id = p.id
           LEFT JOIN reservation r ON r.id = (st.step->'pick'->>'reservation_id')::bigint AND r.ended_at IS NULL
           LEFT JOIN item i ON i.id = r.item_id LEFT JOIN place pl ON pl.id = r.place_id WHERE t.id = $1 AND t.state = 'claimed'"#,
        trip
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| {
        let goods = r.sku.zip(r.place).zip(r.counted.filter(|n| *n > 0));
        (r.id, goods.map(|((sku, place), n)| Text::key("desk-in-hand").with("who", &r.name).with("goods", format!("{n} × {sku}")).with("bin", place)))
    }))
}

/// What becomes of a shipment's goods and labels when it is taken off the floor.
pub async fn undoes(tx: &mut Tx, shipment: i64) -> Result<Vec<Text>> {
    let row = sqlx::query!(
        r#"SELECT coalesce(sum(r.qty), 0)::bigint AS "units!", string_agg(DISTINCT p.code, ' ') AS places,
                  (SELECT string_agg(coalesce(q.waybill, q.sscc), ' ' ORDER BY q.place_id) FROM parcel q
                   WHERE q.shipment_id = $1 AND q.state IN ('closed', 'labelled')) AS labels
           FROM shipment_line l JOIN promise m ON m.shipment_line_id = l.id JOIN reservation r ON r.promise_id = m.id AND r.ended_at IS NULL
           JOIN container c ON c.place_id = r.place_id AND c.kind IN ('tote', 'parcel') JOIN place p ON p.id = c.place_id WHERE l.shipment_id = $1"#,
        shipment
    )
    .fetch_one(tx.conn())
    .await?;
    let back = row.places.map(|places| Text::key("desk-undoes-picked").with("units", row.units).with("places", places));
    let void = row.labels.map(|labels| Text::key("desk-undoes-labels").with("labels", labels));
    Ok(back.into_iter().chain(void).collect())
}

/// Ready if it is promised still, else it looks for stock again.
pub async fn let_go(tx: &mut Tx, shipment: i64) -> Result<bool> {
    let done = sqlx::query!(
        "UPDATE shipment s SET reason = '', hold_note = '', state = CASE WHEN EXISTS (SELECT 1 FROM shipment_line l JOIN promise p ON p.shipment_line_id = l.id AND p.ended_at IS NULL WHERE l.shipment_id = s.id)
                                                         THEN 'ready' ELSE 'pending' END
         WHERE id = $1 AND state = 'held' AND reason <> 'no_receiver'",
        shipment
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// What of a wave nobody has begun is ready again; what is on its way goes on.
pub async fn take_back(tx: &mut Tx, warehouse: i64, wave: i64) -> Result<bool> {
    let trips = sqlx::query_scalar!("SELECT id FROM trip WHERE wave_id = $1 AND state = 'open' ORDER BY id FOR UPDATE", wave).fetch_all(tx.conn()).await?;
    sqlx::query!("SELECT lock_gates($1, (SELECT array_agg(DISTINCT l.item_id) FROM shipment s JOIN shipment_line l ON l.shipment_id = s.id WHERE s.wave_id = $2 AND s.state = 'released'))", warehouse, wave)
        .execute(tx.conn())
        .await?;
    let ships =
        sqlx::query_scalar!("SELECT id FROM shipment WHERE wave_id = $1 AND state = 'released' ORDER BY id FOR UPDATE", wave).fetch_all(tx.conn()).await?;
    if ships.is_empty() {
        return Ok(false);
    }
    sqlx::query!(
        "UPDATE reservation r SET qty = 0, ended_at = now() FROM shipment_line l JOIN promise p ON p.shipment_line_id = l.id WHERE l.shipment_id = ANY ($1) AND r.promise_id = p.id AND r.ended_at IS NULL",
        &ships
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!("UPDATE shipment SET state = 'ready', reason = '', wave_id = NULL WHERE id = ANY ($1)", &ships).execute(tx.conn()).await?;
    sqlx::query!(
        "UPDATE trip SET state = 'cancelled' WHERE id = ANY ($1) AND NOT EXISTS (SELECT 1 FROM stop st JOIN reservation r ON r.stop_id = st.id AND r.ended_at IS NULL WHERE st.trip_id = trip.id)",
        &trips
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!("UPDATE wave SET state = CASE WHEN EXISTS (SELECT 1 FROM trip WHERE wave_id = $1 AND state IN ('open', 'claimed')) THEN 'released' ELSE 'taken_back' END WHERE id = $1", wave)
        .execute(tx.conn())
        .await?;
    Ok(true)
}

/// A walk goes to a person, or to anybody; whoever had it and whoever gets it is told, but for the one who says so.
pub async fn give_trip(tx: &mut Tx, trip: i64, to: Option<i64>, by: &Who) -> Result<bool> {
    let had = sqlx::query!("SELECT person_id, trip_no, state FROM trip WHERE id = $1 AND state IN ('open', 'claimed') FOR UPDATE", trip)
        .fetch_optional(tx.conn())
        .await?;
    let Some(had) = had else { return Ok(false) };
    if to.is_none() && had.state == "open" {
        return Ok(false);
    }
    sqlx::query!("UPDATE trip SET person_id = $2, state = CASE WHEN $2::bigint IS NULL THEN 'open' ELSE 'claimed' END WHERE id = $1", trip, to)
        .execute(tx.conn())
        .await?;
    sqlx::query!("UPDATE shipment SET state = 'picking' WHERE state = 'released' AND $2::bigint IS NOT NULL AND id IN (SELECT shipment_id FROM trip_shipment WHERE trip_id = $1)", trip, to)
        .execute(tx.conn())
        .await?;
    for (person, key) in [(had.person_id, "notice-trip-taken"), (to, "notice-trip-given")] {
        if let Some(person) = person.filter(|person| *person != by.id) {
            let text = Text::key(key).with("trip", &had.trip_no).with("who", &by.name);
            tell(tx, person, &text).await?;
        }
    }
    Ok(true)
}

/// A walk ends where it stands: its totes go to staging, what is left becomes a walk for others, and whoever had it is told.
pub async fn force_close(tx: &mut Tx, actor: Actor<'_>, trip: i64, by: &str) -> Result<bool> {
    let had = sqlx::query!("SELECT person_id, trip_no FROM trip WHERE id = $1 AND state = 'claimed' FOR UPDATE", trip).fetch_optional(tx.conn()).await?;
    let Some(had) = had else { return Ok(false) };
    let staging = sqlx::query_scalar!(
        "SELECT b.place_id FROM bin b JOIN place p ON p.id = b.place_id WHERE b.use = 'staging' AND p.warehouse_id = $1 ORDER BY b.seq LIMIT 1",
        actor.warehouse
    )
    .fetch_optional(tx.conn())
    .await?;
    pick::finish(tx, actor, trip, staging).await?;
    if let Some(person) = had.person_id {
        tell(tx, person, &Text::key("notice-trip-closed").with("trip", &had.trip_no).with("who", by)).await?;
    }
    Ok(true)
}

/// A line for a person's next screen.
pub async fn message(tx: &mut Tx, person: i64, by: &str, text: &str) -> Result<bool> {
    if text.trim().is_empty() {
        return Ok(false);
    }
    tell(tx, person, &Text::key("notice-message").with("who", by).with("text", text)).await.map(|()| true)
}

async fn tell(tx: &mut Tx, person: i64, text: &Text) -> Result<()> {
    sqlx::query!("INSERT INTO notice (person_id, text) VALUES ($1, $2)", person, serde_json::to_value(text)?).execute(tx.conn()).await?;
    Ok(())
}
