//! The life of a walk: taken, handed to a colleague, ended.

use crate::store::Actor;
use crate::store::{Result, Rule, Tx};

/// Takes the most urgent open trip, passing over those that another picker takes this instant.
pub async fn claim(tx: &mut Tx, warehouse: i64, person: i64) -> Result<bool> {
    Ok(sqlx::query_scalar!("SELECT claim_trip($1, $2)", warehouse, person)
        .fetch_one(tx.conn())
        .await?
        .is_some())
}

/// The walk goes on in a colleague's hands, who is told.
pub async fn give_to_colleague(tx: &mut Tx, trip: i64, from: i64, to: i64) -> Result<()> {
    let given = sqlx::query!(
        "UPDATE trip
         SET person_id = $3
         WHERE id = $1 AND person_id = $2 AND state = 'claimed'",
        trip,
        from,
        to
    )
    .execute(tx.conn())
    .await?;
    if given.rows_affected() == 0 {
        return Err(Rule::TripGone.into());
    }
    sqlx::query_file!("src/store/sql/pick/give_to_colleague.sql", trip, from, to)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// A tote is free again with its last unit. Only totes that this person's gesture can have emptied
/// are looked at: those in use.
pub async fn free_empty_totes(tx: &mut Tx, warehouse: i64) -> Result<()> {
    sqlx::query_file!("src/store/sql/pick/free_empty_totes.sql", warehouse)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// The walk is over: the totes stand in `staging` (if there are any) and each shipment that is
/// whole is picked. Stops that are left become a walk for somebody else.
pub async fn finish(tx: &mut Tx, actor: Actor<'_>, trip: i64, staging: Option<i64>) -> Result<()> {
    sqlx::query_scalar!("SELECT leave_rest($1)", trip).fetch_one(tx.conn()).await?;
    if let Some(place) = staging {
        sqlx::query_file!(
            "src/store/sql/pick/finish_stage_totes.sql",
            actor.warehouse,
            place,
            actor.person,
            actor.command,
            trip
        )
        .execute(tx.conn())
        .await?;
    }
    sqlx::query!(
        "UPDATE trip
         SET state = 'done'
         WHERE id = $1",
        trip
    )
    .execute(tx.conn())
    .await?;
    sqlx::query_file!("src/store/sql/pick/finish_shipments.sql", trip).execute(tx.conn()).await?;
    close_waves(tx, actor.warehouse).await
}

/// A wave is done when nobody walks for it any more.
async fn close_waves(tx: &mut Tx, warehouse: i64) -> Result<()> {
    sqlx::query_file!("src/store/sql/pick/close_waves.sql", warehouse).execute(tx.conn()).await?;
    Ok(())
}
