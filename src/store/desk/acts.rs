//! What a supervisor does about shipments, waves, walks and people. Each returns whether it could
//! be done still.

use crate::domain::states::TripState;
use crate::limits;
use crate::protocol::desk::Subject;
use crate::protocol::{Message, Operator};
use crate::store::{Actor, holds, pick};
use crate::store::{Result, Tx};

/// Before others from now on, on the floor too.
pub async fn raise_priority(tx: &mut Tx, shipment: i64) -> Result<bool> {
    let done = sqlx::query!(
        "UPDATE shipment
         SET priority = priority + 10
         WHERE id = $1 AND state NOT IN ('handed_over', 'cancelled')",
        shipment
    )
    .execute(tx.conn())
    .await?;
    sqlx::query_file!("src/store/sql/desk/raise_priority.sql", shipment).execute(tx.conn()).await?;
    Ok(done.rows_affected() > 0)
}

/// What a hold on (or lifted from) what is on the screen is about; `None`: nothing that can be held
/// still.
pub async fn hold_subject(tx: &mut Tx, subject: &Subject) -> Result<Option<(&'static str, i64)>> {
    let about =
        sqlx::query_file!("src/store/sql/desk/hold_subject.sql", subject.kind.name(), subject.id)
            .fetch_optional(tx.conn())
            .await?;
    Ok(about.and_then(|row| {
        let name = holds::SUBJECTS.iter().find(|name| **name == row.subject)?;
        Some((*name, row.id))
    }))
}

/// Who walks a trip, and what they have counted into their hand and not yet put into a tote.
pub async fn picker_and_counted(tx: &mut Tx, trip: i64) -> Result<Option<(i64, Option<Message>)>> {
    let row = sqlx::query_file!("src/store/sql/desk/picker_and_counted.sql", trip)
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.map(|r| {
        let goods = r.sku.zip(r.place).zip(r.counted.filter(|n| *n > 0));
        (
            r.id,
            goods.map(|((sku, place), n)| {
                Message::key("desk-in-hand")
                    .with("who", &r.name)
                    .with("goods", format!("{n} × {sku}"))
                    .with("bin", place)
            }),
        )
    }))
}

/// What becomes of a shipment's goods and labels when it is taken off the floor.
pub async fn consequences(tx: &mut Tx, shipment: i64) -> Result<Vec<Message>> {
    let row = sqlx::query_file!("src/store/sql/desk/consequences.sql", shipment)
        .fetch_one(tx.conn())
        .await?;
    let back = row.places.map(|places| {
        Message::key("desk-undoes-picked").with("units", row.units).with("places", places)
    });
    let void = row.labels.map(|labels| Message::key("desk-undoes-labels").with("labels", labels));
    Ok(back.into_iter().chain(void).collect())
}

/// What of a wave nobody has begun is ready again; what is on its way goes on.
pub async fn take_back(tx: &mut Tx, warehouse: i64, wave: i64) -> Result<bool> {
    let trips = sqlx::query_file_scalar!("src/store/sql/desk/take_back_lock_trips.sql", wave)
        .fetch_all(tx.conn())
        .await?;
    sqlx::query_file!("src/store/sql/desk/take_back_lock_gates.sql", warehouse, wave)
        .execute(tx.conn())
        .await?;
    let ships = sqlx::query_file_scalar!("src/store/sql/desk/take_back_lock_shipments.sql", wave)
        .fetch_all(tx.conn())
        .await?;
    if ships.is_empty() {
        return Ok(false);
    }
    sqlx::query_file!("src/store/sql/desk/take_back_end_reservations.sql", &ships)
        .execute(tx.conn())
        .await?;
    sqlx::query!(
        "UPDATE shipment
         SET state = 'ready', reason = '', wave_id = NULL
         WHERE id = ANY ($1)",
        &ships
    )
    .execute(tx.conn())
    .await?;
    sqlx::query_file!("src/store/sql/desk/take_back_cancel_trips.sql", &trips)
        .execute(tx.conn())
        .await?;
    sqlx::query_file!("src/store/sql/desk/take_back_wave.sql", wave).execute(tx.conn()).await?;
    Ok(true)
}

/// A walk goes to a person, or to anybody; whoever had it and whoever gets it is told, but for the
/// one who says so.
pub async fn assign_trip(tx: &mut Tx, trip: i64, to: Option<i64>, by: &Operator) -> Result<bool> {
    let had = sqlx::query_file!("src/store/sql/desk/give_trip_lock.sql", trip)
        .fetch_optional(tx.conn())
        .await?;
    let Some(had) = had else { return Ok(false) };
    if to.is_none() && had.state == TripState::Open {
        return Ok(false);
    }
    sqlx::query_file!("src/store/sql/desk/give_trip.sql", trip, to).execute(tx.conn()).await?;
    sqlx::query_file!("src/store/sql/desk/give_trip_start_shipments.sql", trip, to)
        .execute(tx.conn())
        .await?;
    for (person, key) in [(had.person_id, "notice-trip-taken"), (to, "notice-trip-given")] {
        if let Some(person) = person.filter(|person| *person != by.id) {
            let text = Message::key(key).with("trip", &had.trip_no).with("who", &by.name);
            tell(tx, person, &text).await?;
        }
    }
    Ok(true)
}

/// Somebody who may pick, as far as it matters to who gives them a walk.
pub struct Picker {
    pub id: i64,
    pub name: String,
    /// An activity, or `away` and `idle`.
    pub doing: String,
    /// The walk that they have, and where it goes next; empty: none.
    pub trip: String,
    pub zone: String,
    /// The walk holds what they do not work for.
    pub not_theirs: bool,
}

/// Who may take a walk, whoever is idle first, then those who cannot.
pub async fn pickers(tx: &mut Tx, trip: i64, warehouse: i64) -> Result<Vec<Picker>> {
    let pickers = sqlx::query_file_as!(
        Picker,
        "src/store/sql/desk/pickers.sql",
        trip,
        warehouse,
        limits::PICKERS_OFFERED
    );
    Ok(pickers.fetch_all(tx.conn()).await?)
}

/// A walk ends where it stands: its totes go to staging, what is left becomes a walk for others,
/// and whoever had it is told.
pub async fn force_close(tx: &mut Tx, actor: Actor<'_>, trip: i64, by: &str) -> Result<bool> {
    let had = sqlx::query_file!("src/store/sql/desk/force_close_lock_trip.sql", trip)
        .fetch_optional(tx.conn())
        .await?;
    let Some(had) = had else { return Ok(false) };
    let staging = sqlx::query_file_scalar!("src/store/sql/desk/staging_bin.sql", actor.warehouse)
        .fetch_optional(tx.conn())
        .await?;
    pick::finish(tx, actor, trip, staging).await?;
    if let Some(person) = had.person_id {
        tell(
            tx,
            person,
            &Message::key("notice-trip-closed").with("trip", &had.trip_no).with("who", by),
        )
        .await?;
    }
    Ok(true)
}

/// A line for a person's next screen.
pub async fn send_message(tx: &mut Tx, person: i64, by: &str, text: &str) -> Result<bool> {
    if text.trim().is_empty() {
        return Ok(false);
    }
    tell(tx, person, &Message::key("notice-message").with("who", by).with("text", text))
        .await
        .map(|()| true)
}

async fn tell(tx: &mut Tx, person: i64, text: &Message) -> Result<()> {
    sqlx::query!(
        "INSERT INTO notice (person_id, text)
         VALUES ($1, $2)",
        person,
        serde_json::to_value(text)?
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
