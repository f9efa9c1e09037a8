//! Totes onto benches, units into parcels, and what may go wrong with them.

use crate::codes::check;
use crate::domain::states::{ParcelState, ShipmentState, TripState};
use crate::domain::{Name, Units};
use crate::limits;
use crate::protocol::Message;
use crate::store::Actor;
use crate::store::holds::why_held;
use crate::store::pick::{free_empty_totes, lock_shipment, undo_movements};
use crate::store::site;
use crate::store::{Error, Result, Rule, Tx};
use uuid::Uuid;

/// Is this place a bench?
pub async fn bench_exists(tx: &mut Tx, place: i64) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM bench WHERE place_id = $1) AS "yes!""#,
        place
    )
    .fetch_one(tx.conn())
    .await?)
}

/// What a tote is used for, and what stands in the way of packing it.
pub struct ToteUse {
    /// None: it was picked in total, and any unit in it finds its shipment.
    pub shipment: Option<i64>,
    pub shipment_no: String,
    /// Of the shipment, if it is for one.
    pub state: Option<ShipmentState>,
    pub trip: TripState,
    pub open_exception: bool,
    /// Why somebody holds it.
    pub held: Option<Message>,
    /// Who packs it at another bench now.
    pub other_packer: Option<String>,
    /// Units that are still in bins.
    pub unpicked: i64,
    /// The walk that the tote is on has not ended.
    pub walking: bool,
}

/// What a tote is used for now, its shipment locked; `person` is who brings it. `None`: for
/// nothing.
pub async fn tote_use(tx: &mut Tx, tote: i64, person: i64) -> Result<Option<ToteUse>> {
    // The lock first, the questions in the next statement: it then sees what the one before it did.
    sqlx::query_file!("src/store/sql/pack/tote_use_lock_shipment.sql", tote)
        .fetch_optional(tx.conn())
        .await?;
    let row =
        sqlx::query_file!("src/store/sql/pack/tote_use.sql", tote, person, limits::LEFT_ALONE_S)
            .fetch_optional(tx.conn())
            .await?;
    Ok(row.map(|r| ToteUse {
        shipment: r.id,
        shipment_no: r.shipment_no.unwrap_or_default(),
        state: r.state,
        trip: r.trip,
        open_exception: r.open_exception,
        held: r.held.map(|reason| why_held(&reason, &r.note.unwrap_or_default())),
        other_packer: r.other,
        unpicked: r.unpicked,
        walking: r.walking,
    }))
}

/// A container stands at the bench now, wherever it stood.
async fn stand_at(tx: &mut Tx, actor: Actor<'_>, container: i64, bench: i64) -> Result<()> {
    sqlx::query_file!(
        "src/store/sql/pack/stand_at.sql",
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
pub async fn bring_tote(
    tx: &mut Tx,
    actor: Actor<'_>,
    tote: i64,
    bench: i64,
    shipment: Option<i64>,
) -> Result<()> {
    stand_at(tx, actor, tote, bench).await?;
    let Some(shipment) = shipment else { return Ok(()) };
    sqlx::query!(
        "UPDATE shipment
         SET state = 'packing'
         WHERE id = $1 AND state = 'picked'",
        shipment
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The shipment's open parcel; made with the first unit.
pub async fn open_parcel(tx: &mut Tx, actor: Actor<'_>, shipment: i64, bench: i64) -> Result<i64> {
    let open = sqlx::query_scalar!(
        "SELECT place_id
         FROM parcel
         WHERE shipment_id = $1 AND state = 'open'",
        shipment
    )
    .fetch_optional(tx.conn())
    .await?;
    if let Some(id) = open {
        return Ok(id);
    }
    let serial = sqlx::query_scalar!(r#"SELECT nextval('sscc_serial') AS "n!""#)
        .fetch_one(tx.conn())
        .await?;
    let prefix = site::gs1_prefix(tx, actor.warehouse).await?;
    let sscc = check::sscc(&prefix, serial).ok_or_else(|| Error::Bug("no SSCC left".into()))?;
    let place = sqlx::query_file_scalar!(
        "src/store/sql/pack/open_parcel_container.sql",
        actor.warehouse,
        sscc,
        bench
    )
    .fetch_one(tx.conn())
    .await?;
    sqlx::query_file!(
        "src/store/sql/pack/open_parcel.sql",
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
pub async fn pack(
    tx: &mut Tx,
    actor: Actor<'_>,
    shipment: i64,
    parcel: i64,
    units: &[(i64, i64)],
) -> Result<()> {
    lock_shipment(tx, shipment).await?;
    let (ids, qtys): (Vec<i64>, Vec<i64>) = units.iter().copied().unzip();
    let moved = sqlx::query_file!(
        "src/store/sql/pack/pack.sql",
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
        return Err(Rule::GoodsMoved.into());
    }
    Ok(())
}

/// The box is full, or the last unit is in: the parcel is closed, its weight summed, totes that are
/// empty are free.
pub async fn close(tx: &mut Tx, actor: Actor<'_>, parcel: i64, bench: i64) -> Result<()> {
    // It may have been begun at another bench.
    stand_at(tx, actor, parcel, bench).await?;
    sqlx::query!("SELECT close_box($1, $2)", parcel, bench).execute(tx.conn()).await?;
    Ok(())
}

/// Takes the units of a gesture out of the box that is still open.
pub async fn undo(tx: &mut Tx, actor: Actor<'_>, command: Uuid) -> Result<(Units, Name)> {
    let packed = sqlx::query_file!("src/store/sql/pack/undo.sql", command)
        .fetch_optional(tx.conn())
        .await?
        .ok_or(Rule::BoxClosed)?;
    undo_movements(tx, actor, command).await?;
    Ok((packed.units, Name { en: packed.en, zh: packed.zh, variant: packed.variant }))
}

/// All shipments of a tote that is picked in total but the last one: a closed parcel each. Returns
/// how many.
pub async fn pack_all(tx: &mut Tx, actor: Actor<'_>, tote: i64, bench: i64) -> Result<i64> {
    let mine =
        sqlx::query_file!("src/store/sql/pack/pack_all.sql", tote).fetch_all(tx.conn()).await?;
    let Some((_, all_but_last)) = mine.split_last() else { return Ok(0) };
    for one in all_but_last {
        let parcel = open_parcel(tx, actor, one.id, bench).await?;
        pack(tx, actor, one.id, parcel, &[(one.reservation, one.qty)]).await?;
        close(tx, actor, parcel, bench).await?;
    }
    Ok(all_but_last.len() as i64)
}

/// One unit is missing or not fit; another is looked for and joins the next walk. Returns units
/// that found no place.
pub async fn report_missing(
    tx: &mut Tx,
    actor: Actor<'_>,
    reason: &str,
    reservation: i64,
    bench: i64,
) -> Result<i64> {
    let lost = sqlx::query_scalar!(
        r#"SELECT report_at_bench($1, $2, $3, $4, $5) AS "n!""#,
        actor.command,
        actor.person,
        reason,
        reservation,
        bench
    )
    .fetch_one(tx.conn())
    .await?;
    // A box that this left empty is none: nothing of it must be labelled or handed over.
    sqlx::query_file!("src/store/sql/pack/report_missing.sql", actor.warehouse, reservation)
        .execute(tx.conn())
        .await?;
    free_empty_totes(tx, actor.warehouse).await?;
    Ok(lost)
}

/// A unit that belongs to nothing here waits at the bench for a supervisor.
pub async fn report_extra(
    tx: &mut Tx,
    actor: Actor<'_>,
    bench: i64,
    item: Option<i64>,
    said: &str,
) -> Result<()> {
    sqlx::query_file!("src/store/sql/pack/report_extra.sql", actor.warehouse, bench, item, said)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// A labelled parcel is opened again: off any open list, its label void until it is closed anew.
pub async fn reopen(tx: &mut Tx, parcel: i64, bench: i64, shipment: i64) -> Result<()> {
    sqlx::query!(
        "DELETE FROM hand_over_parcel hp
         USING hand_over h
         WHERE h.id = hp.hand_over_id AND h.closed_at IS NULL AND hp.parcel_id = $1",
        parcel
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!("SELECT void_labels(ARRAY[$1::bigint])", parcel).execute(tx.conn()).await?;
    sqlx::query!(
        "UPDATE parcel
         SET state = 'open', bench_id = $2
         WHERE place_id = $1",
        parcel,
        bench
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "UPDATE shipment
         SET state = 'packing'
         WHERE id = $1 AND state = 'packed'",
        shipment
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The state of a parcel, locked.
pub async fn parcel_state(tx: &mut Tx, parcel: i64) -> Result<Option<(ParcelState, i64, String)>> {
    let row = sqlx::query_file!("src/store/sql/pack/parcel_state.sql", parcel)
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.map(|r| (r.state, r.shipment_id, r.shipment_no)))
}
